"""Faces: the generator against its architecture, latents, sums, the walk, and the landed weights."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from safetensors.torch import load_file
from torch import nn

from pipelines.core.models import Memory, MissingModel
from pipelines.core.progress import Cancelled
from pipelines.core.settings import Refusal
from pipelines.generate.faces import faces
from pipelines.generate.facewalk import facewalk
from pipelines.generate.parts import latent_faces
from pipelines.nets import dcgan


def tutorial() -> nn.Sequential:
    """The generator as PyTorch's DCGAN tutorial writes it, which the package took over."""
    return nn.Sequential(
        nn.ConvTranspose2d(100, 512, 4, 1, 0, bias=False),
        nn.BatchNorm2d(512),
        nn.ReLU(True),
        nn.ConvTranspose2d(512, 256, 4, 2, 1, bias=False),
        nn.BatchNorm2d(256),
        nn.ReLU(True),
        nn.ConvTranspose2d(256, 128, 4, 2, 1, bias=False),
        nn.BatchNorm2d(128),
        nn.ReLU(True),
        nn.ConvTranspose2d(128, 64, 4, 2, 1, bias=False),
        nn.BatchNorm2d(64),
        nn.ReLU(True),
        nn.ConvTranspose2d(64, 3, 4, 2, 1, bias=False),
        nn.Tanh(),
    ).eval()


def test_a_checkpoint_becomes_safetensors_and_the_same_pictures(tmp_path):
    torch.manual_seed(0)
    reference = tutorial()
    state = {f"main.{name}": t for name, t in reference.state_dict().items()}
    torch.save({"netG_state_dict": state}, tmp_path / "weights.tar")
    dcgan.from_checkpoint(tmp_path / "weights.tar", tmp_path / "kept.safetensors")
    assert not any("num_batches" in name for name in load_file(tmp_path / "kept.safetensors"))
    z = torch.randn(3, 100)
    with torch.inference_mode():
        torch.testing.assert_close(dcgan.load(tmp_path / "kept.safetensors", "cpu")(z), reference(z[:, :, None, None]))


def test_a_checkpoint_with_code_in_it_is_not_opened(tmp_path):
    ran = tmp_path / "ran"

    class Trap:
        def __reduce__(self):
            return (ran.write_text, ("x",))

    torch.save({"netG_state_dict": Trap()}, tmp_path / "weights.tar")
    with pytest.raises(Exception, match=r"[Ww]eights"):
        dcgan.from_checkpoint(tmp_path / "weights.tar", tmp_path / "kept.safetensors")
    assert not ran.exists()


def test_latents_are_truncated_of_one_length_and_each_its_own():
    z = latent_faces.latents(3, 6, 1.0)
    assert torch.equal(z[:2], latent_faces.latents(3, 2, 1.0))
    assert z.norm(dim=1).tolist() == pytest.approx([10.0] * 6, rel=1e-5)
    shape = z / z.std(dim=1, keepdim=True)
    assert float(shape.abs().max()) < 2.1  # a normal cut at 1 has a spread of 0.54
    assert float(latent_faces.latents(3, 6, 4.0).abs().max()) > 2.5


def test_the_arc_between_two_keeps_the_length_and_meets_both():
    a, b = latent_faces.latents(0, 2, 2.0)
    for w in (0.0, 0.3, 1.0):
        assert float(latent_faces.between(a, b, w).norm()) == pytest.approx(10, rel=1e-4)
    torch.testing.assert_close(latent_faces.between(a, b, 0.0), a)
    torch.testing.assert_close(latent_faces.between(a, b, 1.0), b, rtol=1e-4, atol=1e-4)
    torch.testing.assert_close(latent_faces.between(a, a, 0.5), a)


def test_sums_are_read_and_added():
    assert latent_faces.read_sum("3,5 − 7 + 12") == [(1, (3, 5)), (-1, (7,)), (1, (12,))]
    assert latent_faces.read_sum("-1 + 2") == [(-1, (1,)), (1, (2,))]
    z = latent_faces.latents(1, 12, 2.0)
    by_hand = (z[2] + z[4]) / 2 - z[6] + z[11]
    made = latent_faces.added(z, latent_faces.read_sum("3,5 - 7 + 12"))
    torch.testing.assert_close(made, by_hand / by_hand.norm() * 10)


@pytest.mark.parametrize("text", ["3 +", "fox", "3 4", "1 + 99", "0 - 1", "1 * 2", "1--2", "+".join("1" * 9)])
def test_a_sum_that_cannot_be_read_gets_one_sentence(text):
    with pytest.raises(Refusal) as caught:
        latent_faces.read_sum(text)
    assert str(caught.value).count(".") == 1


def test_a_sum_that_comes_to_nothing_is_refused():
    with pytest.raises(Refusal, match="nothing"):
        latent_faces.added(latent_faces.latents(0, 2, 2.0), [(1, (1,)), (-1, (1,))])


def test_missing_weights_are_named(monkeypatch, tmp_path):
    monkeypatch.setenv("STUDIO_MODELS", str(tmp_path))
    monkeypatch.setattr("pipelines.core.models.memory", lambda: Memory(10**9))
    with pytest.raises(MissingModel, match=r"Faces of nobody \(DCGAN\) \(14 MB, MIT"):
        faces(count=2, network="photographs")


@pytest.mark.weights
@pytest.mark.parametrize("network", latent_faces.NETWORKS)
def test_a_sheet_of_faces_is_the_same_whatever_its_size_and_stops(network: str):
    few, many = faces(count=2, network=network, seed=5).files, faces(count=7, network=network, seed=5).files
    assert few["1.png"] == many["1.png"] and few["2.png"] == many["2.png"] and few["1.png"] != few["2.png"]
    made = faces(count=4, network=network, sum="1 - 2 + 3", seed=5, size=64)
    pixels = np.asarray(made.main, np.float32)
    assert pixels.shape == (88, 64 * 4 + 40 * 3, 3) and "result.png" in made.files
    face = pixels[:64, :64].mean((0, 1))
    assert face[0] > face[2]  # skin is redder than it is blue

    def stop(progress):
        raise Cancelled

    with pytest.raises(Cancelled):
        faces(count=2, network=network, report=stop)


@pytest.mark.weights
def test_the_walk_ends_where_it_began_without_jumps():
    made = facewalk(stops=2, seconds=0.5, size=128, seed=2)
    frames = np.stack(list(made.main.frames())).astype(np.float32)
    assert len(frames) == made.main.frame_count == 24
    steps = np.abs(np.diff(np.concatenate([frames, frames[:1]]), axis=0)).mean((1, 2, 3))
    assert steps[-1] <= steps.mean() and steps.max() < 6 * steps.mean()
