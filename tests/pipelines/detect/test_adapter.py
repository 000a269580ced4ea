"""The adapter of CLIP: what is learned, what stays, and that the graph that ships is the network that was trained."""

import numpy as np
import pytest
import torch
from PIL import Image

from pipelines.core.models import ASSETS, load, sha256_of, where
from pipelines.detect.parts import clip
from training.detect import adapter as detect_adapter
from training.detect.adapter import plain


@pytest.mark.long
@pytest.mark.weights
def test_the_graph_that_ships_is_the_network_that_was_trained():
    """The same views through onnxruntime with the adapter in its graph, and through torch with the adapter loaded."""
    from safetensors.torch import load_file

    with load(clip.CLIP):
        path = where(clip.CLIP)
    net = detect_adapter.encoder(path)
    photo = np.asarray(Image.open(ASSETS / "samples" / "raccoon.jpg").convert("RGB").resize((384, 288)))
    view = clip.prepare_picture(photo)
    shipped = clip.pool_features(*clip.features(view))
    with torch.inference_mode():
        net.load_state_dict({k: v.float() for k, v in load_file(where(clip.ADAPTER)).items()}, strict=False)
        trained = detect_adapter.pool_features(net, torch.from_numpy(view))[0].numpy()
        with plain(net):
            published = detect_adapter.pool_features(net, torch.from_numpy(view))[0].numpy()
    off = np.abs(shipped - trained).mean()
    assert off < 0.02
    assert np.abs(shipped - published).mean() > 1.5 * off


def test_the_kept_graph_is_made_anew_when_the_adapter_changes():
    assert sha256_of(where(clip.ADAPTER)) == clip.ADAPTER.sha256
    assert clip.CLIP.edition == int(clip.ADAPTER.sha256[:8], 16)
