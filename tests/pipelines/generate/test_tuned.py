"""Low-rank adapters and the six-step student."""

import json
import math

import pytest

torch = pytest.importorskip("torch")

from safetensors.torch import save_file  # noqa: E402

from pipelines.core.models import ASSETS, load, sha256_of  # noqa: E402
from pipelines.drawing import network  # noqa: E402
from pipelines.nets.low_rank import Adapters, layers_of  # noqa: E402
from pipelines.nets.object_unet import ObjectUNet, Shape, denoise, upright  # noqa: E402

pytestmark = pytest.mark.slow

TINY = Shape(channels=(32, 32, 64), blocks=1, text_channels=32, head_width=32, embedding=64)


def tiny(seed: int = 0) -> ObjectUNet:
    torch.manual_seed(seed)
    net = ObjectUNet(TINY).eval().requires_grad_(False)
    for p in (net.leave.weight, net.finish_out.weight, *(c.paint.weight for c in net.canvas.values())):
        torch.nn.init.normal_(p, std=0.05)
    return net


def make_question(n: int = 2, seed: int = 0) -> tuple:
    g = torch.Generator().manual_seed(seed)
    x, text = torch.randn(n, 4, 64, 64, generator=g), torch.randn(n, 5, 384, generator=g)
    return x, torch.linspace(0.5, 3, n), text, torch.ones(n, 5, dtype=torch.bool), upright(n)


def stir_adapters(adapters: Adapters, size: float = 0.05) -> Adapters:
    g = torch.Generator().manual_seed(1)
    for up in adapters.up.values():
        up.copy_(size * torch.randn(up.shape, generator=g))
    return adapters


def test_merged_adapters_say_what_adapters_beside_the_network_say():
    net, question = tiny(), make_question()
    adapters, plain = stir_adapters(Adapters.fresh(net, 4)), denoise(net, *question)
    with adapters.beside(net):
        beside = denoise(net, *question)
    torch.testing.assert_close(denoise(net, *question), plain, atol=0, rtol=0)  # the hooks are gone
    adapters.merge(net)
    merged = denoise(net, *question)
    torch.testing.assert_close(merged, beside, atol=2e-4, rtol=2e-4)
    assert (merged - plain).abs().max() > 0.01


def test_adapters_have_the_rank_they_say_and_come_back_from_a_file(tmp_path):
    net = tiny()
    adapters = stir_adapters(Adapters.fresh(net, 4))
    assert set(adapters.down) == set(layers_of(net)) and "middle.attention.qkv" in adapters.down
    change = adapters.up["middle.block.conv1"] @ adapters.down["middle.block.conv1"]
    assert change.shape == (64, 64 * 9) and torch.linalg.matrix_rank(change) == 4
    adapters.save(tmp_path / "a.safetensors", {"name": "a"})
    back, about = Adapters.read(tmp_path / "a.safetensors")
    assert about == {"name": "a"} and set(back.tensors()) == set(adapters.tensors())
    for name, tensor in adapters.tensors().items():
        torch.testing.assert_close(back.tensors()[name], tensor, atol=1e-3, rtol=1e-3)
    adapters.up["enter"][0, 0] = 1e6
    with pytest.raises(ValueError, match="float16"):
        adapters.save(tmp_path / "b.safetensors", {})


def test_six_steps_are_six_calls_of_the_network_at_the_levels_that_were_taught(monkeypatch):
    painter, calls = network.ObjectModel(tiny(), "cpu"), []
    monkeypatch.setattr(painter.net, "forward", lambda *a, f=painter.net.forward: calls.append(a) or f(*a))
    how = network.Sampling("few", steps=40)
    one = painter.one(network.conditions(torch.randn(4, 384), how.guidance), guided=network.GUIDED)
    drawn = network.draw_asked(painter, [one], seed=1, how=how)
    assert drawn.shape == (1, 4, 64, 64) and len(calls) == 6
    assert all(
        mask.any(1).tolist() == [True, False] for _, _, _, mask, _ in calls
    )  # with the caption and without, in one call
    levels = [math.exp(4 * float(c_noise[0])) for _, c_noise, *_ in calls]
    assert levels == pytest.approx(list(network.FEW_LEVELS), rel=1e-4)


def test_adapters_of_another_network_are_refused(tmp_path):
    save_file(
        {"enter.down": torch.zeros(1, 1)},
        tmp_path / "x.safetensors",
        {"card": json.dumps({"base": {"sha256": "0" * 64}})},
    )
    with pytest.raises(ValueError, match="another edition"):
        network.ObjectModel.tuned(tmp_path / "x.safetensors")


# ---- with the landed weights -----------------------------------------------------------------------------------------


@pytest.mark.weights
def test_landed_adapters_load_and_their_card_says_what_they_are():
    card = network.DISTILLED
    path = ASSETS / card.source.removeprefix("builtin:")
    made = json.loads(path.with_suffix(".json").read_text())
    assert made["base"]["sha256"] == sha256_of(ASSETS / "weights" / "objects.safetensors")
    assert path.stat().st_size == card.size_bytes
    assert {"licence", "data", "recipe", "compute", "result", "command"} <= set(made) and made["recipe"]["seed"] == 0
    with load(card) as tuned, load(network.OBJECTS) as base:
        changed = (tuned.net.middle.block.conv1.weight - base.net.middle.block.conv1.weight).abs().max()
        assert tuned.net.shape == base.net.shape and changed > 1e-4
