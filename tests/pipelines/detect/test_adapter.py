"""The adapter of CLIP: what is learned, what stays, and that the graph that ships is the network that was trained."""

import io

import numpy as np
import pytest
import torch
from PIL import Image

from pipelines.core.models import ASSETS, load, sha256_of, where
from pipelines.detect.parts import clip
from training.detect import adapter as detect_adapter
from training.detect.adapter import Adapted, losses, plain


def test_an_adapter_begins_as_the_layer_that_it_changes_and_can_be_put_aside():
    torch.manual_seed(0)
    layer, x = torch.nn.Linear(12, 5), torch.randn(3, 12)
    adapted = torch.nn.Sequential(Adapted(layer))
    assert adapted(x).detach() == pytest.approx(layer(x).detach(), abs=0.05)  # bfloat16
    torch.nn.init.normal_(adapted[0].up)
    changed = adapted(x).detach()
    assert (changed - layer(x)).abs().max() > 0.5
    with plain(adapted):
        assert adapted(x).detach() == pytest.approx(layer(x).detach(), abs=0.05)
    assert torch.equal(adapted(x), changed)


def test_only_the_thin_matrices_learn():
    adapted = Adapted(torch.nn.Linear(12, 5))
    assert {name for name, value in adapted.named_parameters() if value.requires_grad} == {"down", "up"}


def test_what_moves_and_what_parts_are_told_apart():
    before = torch.tensor([[1.0], [3.0], [0.0], [0.0]])
    together = torch.tensor([[2.0], [2.0], [0.0], [0.0]])  # the same mean, nothing parts
    assert [float(each) for each in losses(together, before)] == [0.0, 0.0]
    assert [float(each) for each in losses(before, before)] == [0.0, 2.0]
    assert [float(each) for each in losses(together + 1, before)] == [1.0, 0.0]


def test_copies_are_the_same_view_of_different_files():
    held = io.BytesIO()
    Image.fromarray(np.random.default_rng(0).integers(0, 256, (600, 700, 3), np.uint8)).save(held, "PNG")
    seen = detect_adapter.copies(held.getvalue(), np.random.default_rng(1), 3)
    again = detect_adapter.copies(held.getvalue(), np.random.default_rng(1), 3)
    assert seen.shape == (3, 3, clip.SEEN_PX, clip.SEEN_PX) and np.array_equal(seen, again)
    assert not np.array_equal(seen[0], seen[1])
    flipped = np.abs(seen[0] - seen[1][:, :, ::-1]).mean()
    assert np.abs(seen[0] - seen[1]).mean() < flipped


@pytest.mark.long
@pytest.mark.weights
def test_the_graph_that_ships_is_the_network_that_was_trained():
    """The same views through onnxruntime with the adapter in its graph, and through torch with the adapter loaded."""
    from safetensors.torch import load_file

    with load(clip.CLIP):
        path = where(clip.CLIP)
    net = detect_adapter.encoder(path)
    photo = np.asarray(Image.open(ASSETS / "samples" / "raccoon.jpg").convert("RGB").resize((384, 288)))
    view = clip.seen(photo)
    shipped = clip.pooled(*clip.features(view))
    with torch.inference_mode():
        net.load_state_dict({k: v.float() for k, v in load_file(where(clip.ADAPTER)).items()}, strict=False)
        trained = detect_adapter.pooled(net, torch.from_numpy(view))[0].numpy()
        with plain(net):
            published = detect_adapter.pooled(net, torch.from_numpy(view))[0].numpy()
    off = np.abs(shipped - trained).mean()
    assert off < 0.02
    assert np.abs(shipped - published).mean() > 1.5 * off


def test_the_kept_graph_is_made_anew_when_the_adapter_changes():
    assert sha256_of(where(clip.ADAPTER)) == clip.ADAPTER.sha256
    assert clip.CLIP.edition == int(clip.ADAPTER.sha256[:8], 16)
