"""The object model's training: a tiny network on synthetic drawings; no packages, no network."""

import json

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from safetensors.torch import save_file  # noqa: E402

from pipelines.nets.object_unet import (  # noqa: E402
    ObjectUNet,
    Shape,
    denoise,
    denoiser,
    from_pixels,
    precondition,
    to_pixels,
    upright,
)
from pipelines.optim.muon import orthogonalise  # noqa: E402
from pipelines.vision.oklab import main_colour, recolour  # noqa: E402
from training.objects import batches as objects_batches  # noqa: E402
from training.objects import data as objects_data  # noqa: E402
from training.objects import train as objects_train  # noqa: E402
from training.objects.batches import Batches, draw_pose, picture_of, posed, write_lines  # noqa: E402
from training.objects.train import Recipe, Run, heun, karras_sigmas, train  # noqa: E402
from training.objects.words import COLOURS  # noqa: E402

pytestmark = pytest.mark.slow

TINY = Shape(channels=(32, 32, 64), blocks=1, text_channels=32, head_width=32, embedding=64)
NOUNS = ("ball", "box", "bar", "ring")
STYLES = ("soft 3d", "flat", "cartoon")


def synthetic_renders() -> np.ndarray:
    """Four shapes in three shades on nothing: RGBA uint8 [12,128,128,4]."""
    y, x = np.mgrid[-1:1:128j, -1:1:128j]
    inside = [
        np.hypot(x, y) < 0.7,
        np.maximum(abs(x), abs(y)) < 0.6,
        (abs(x) < 0.8) & (abs(y) < 0.3),
        abs(np.hypot(x, y) - 0.6) < 0.2,
    ]
    pictures = []
    for tone in (220, 170, 120):
        for i, mask in enumerate(inside):
            picture = np.zeros((128, 128, 4), np.uint8)
            picture[mask] = np.array([tone, 40 + 30 * i, 20, 255])
            pictures.append(picture)
    return np.stack(pictures)


def synthetic_batches(drop: float = 0.12, held=frozenset()) -> Batches:
    """Batches over the synthetic drawings, each caption three random tokens."""
    renders = synthetic_renders()
    drawings = [
        objects_data.Drawing(n, s, "test", n, i * len(NOUNS) + j)
        for i, s in enumerate(STYLES)
        for j, n in enumerate(NOUNS)
    ]
    colours = [main_colour(r[::2, ::2]) for r in renders]
    lines = write_lines(drawings, {}, colours, held, {("blue", "ball")}, each=8)
    features = np.random.default_rng(0).normal(size=(3 * len(lines), 384)).astype(np.float16)
    return Batches(renders, lines, colours, features, np.arange(len(lines) + 1) * 3, drop=drop)


@pytest.mark.long
def test_loss_falls():
    run = Run(TINY, Recipe(batch=16, warm_pictures=64), synthetic_batches())
    losses = [run.advance() for _ in range(30)]
    assert np.mean(losses[-8:]) < 0.85 * np.mean(losses[:4])


def test_resuming_repeats_the_uninterrupted_step(tmp_path):
    recipe = Recipe(batch=4)
    first = Run(TINY, recipe, synthetic_batches())
    for _ in range(3):
        first.advance()
    first.save(tmp_path / "checkpoint.safetensors")
    expected = first.advance()
    second = Run(TINY, recipe, synthetic_batches())
    second.load(tmp_path / "checkpoint.safetensors")
    assert second.advance() == expected
    assert second.seconds > 0 and second.pictures == first.pictures == 16 and len(second.history) == 1
    for name, p in first.net.named_parameters():
        assert torch.equal(p, dict(second.net.named_parameters())[name])
        assert torch.equal(first.average[name], second.average[name])


def test_going_on_from_landed_weights(tmp_path):
    first = Run(TINY, Recipe(batch=4), synthetic_batches())
    for _ in range(2):
        first.advance()
    half = {name: value.half().contiguous() for name, value in first.average.items()}
    save_file(half, tmp_path / "objects.safetensors")
    made = {"steps": 2, "pictures_seen": 8, "compute": {"seconds": 3}, "recipe": first.history}
    (tmp_path / "objects.json").write_text(json.dumps(made))
    second = Run(TINY, Recipe(batch=4), synthetic_batches())
    train(second, tmp_path / "run", 0.0, landed=tmp_path / "objects.safetensors")
    assert (second.step, second.pictures, second.seconds) == (2, 8, 3)
    for name, p in second.net.named_parameters():
        assert torch.equal(p, half[name].float()) and torch.equal(second.average[name], p)


def test_rate_falls_to_nothing_at_the_planned_end(tmp_path, monkeypatch):
    times = iter([0.0, 0.5, 0.95, 1.0])
    monkeypatch.setattr(objects_train, "clock", lambda minutes: lambda: next(times))
    run = Run(TINY, Recipe(batch=4, warm_pictures=1), synthetic_batches())
    train(run, tmp_path, 20, anneal_minutes=10)
    assert run.step == 3 and run.history[-1]["annealed_minutes"] == 10
    assert run.history[-1]["pictures"] == 8 and run.rate_scale() == pytest.approx(0.1)


def test_held_out_pairs_never_appear():
    held = {("ball", "flat"), ("ring", "cartoon")}
    batches = synthetic_batches(held=held)
    seen = {number for step in range(30) for number in batches.choose(16 * step, 16)}
    assert seen == set(range(len(batches.lines)))  # every pass sees every line
    drawn = {(batches.lines[i].noun, batches.lines[i].style) for i in seen}
    assert not drawn & held and len(drawn) == len(NOUNS) * len(STYLES) - len(held)
    assert all((line.colour, line.noun) != ("blue", "ball") for line in batches.lines)


def test_hold_out_is_seeded_and_leaves_every_noun_a_style(tmp_path):
    drawings = [objects_data.Drawing(f"n{i}", s, "x", "x", 0) for i in range(200) for s in STYLES]
    pairs = objects_data.hold_out(drawings)
    assert pairs == objects_data.hold_out(drawings) and len(pairs) == 60
    assert len({noun for noun, _ in pairs}) == len(pairs)
    objects_data.write_held_out(tmp_path / "held.json", pairs, set())
    assert {tuple(p) for p in json.loads((tmp_path / "held.json").read_text())["noun_style"]} == pairs
    assert objects_data.JUDGING_SET not in objects_data.STYLES  # the judging set is no style to train on


def test_contract_and_guidance():
    net = ObjectUNet(TINY).eval()
    torch.nn.init.normal_(net.leave.weight)
    x, text, mask = torch.randn(2, 4, 64, 64), torch.randn(2, 5, 384), torch.ones(2, 5, dtype=torch.bool)
    with torch.no_grad():
        told = denoiser(net, text, mask, upright(2), 1.0)(x, 0.7)
        untold = denoiser(net, text, mask & False, upright(2), 1.0)(x, torch.full((2,), 0.7))
        guided = denoiser(net, text, mask, upright(2), 3.0)(x.double(), 0.7)
    assert told.shape == x.shape and guided.dtype == torch.float64
    torch.testing.assert_close(guided.float(), untold + 3 * (told - untold), atol=1e-4, rtol=1e-4)


def test_padding_does_not_matter():
    net = ObjectUNet(TINY).eval()
    torch.nn.init.normal_(net.leave.weight)
    for module in net.modules():
        if hasattr(module, "text_kv"):
            torch.nn.init.normal_(module.out.weight, std=0.05)
    x, text, sigma = torch.randn(1, 4, 64, 64), torch.randn(1, 5, 384), torch.ones(1)
    short = denoise(net, x, sigma, text[:, :3], torch.ones(1, 3, dtype=torch.bool), upright(1))
    padded = denoise(net, x, sigma, text, torch.tensor([[True] * 3 + [False] * 2]), upright(1))
    torch.testing.assert_close(short, padded, atol=1e-4, rtol=1e-4)


def test_preconditioning_limits():
    sigma = torch.tensor([1e-6, 0.5, 1e6])
    c_skip, c_out, c_in, c_noise = precondition(sigma, 0.5)
    assert (c_skip == 0).all() and (c_out == 0.5).all()  # the network says x0 itself, in units of its spread
    torch.testing.assert_close(c_in, torch.tensor([2.0, 2**0.5, 1e-6]), atol=1e-5, rtol=0)
    torch.testing.assert_close(c_noise, sigma.log() / 4)
    x0 = 0.5 * torch.randn(3, 4000)
    seen = c_in[:, None] * (x0 + sigma[:, None] * torch.randn(3, 4000))
    torch.testing.assert_close(
        seen.std(1), torch.ones(3), atol=0.05, rtol=0
    )  # the network's input always has unit spread


def test_untrained_loss_is_known():
    run = Run(TINY, Recipe(batch=64, log_sigma_mean=0.0, log_sigma_std=1e-6), synthetic_batches())
    x0 = run.shape.sigma_data * torch.randn(64, 4, 64, 64)
    with (
        torch.no_grad()
    ):  # an untrained network says 0, so the loss is the weight at sigma = 1 times the spread squared
        loss = run.loss(x0, torch.zeros(64, 1, 384), torch.zeros(64, 1, dtype=torch.bool), upright(64))
    assert abs(loss.item() / (0.36 / 1.01 + 1) - 1) < 0.02


def test_heun_finds_the_exact_gaussian():
    s = 0.5  # data N(0, s^2): D(x, sigma) = x s^2 / (s^2 + sigma^2), and x(0) = x(T) s / sqrt(s^2 + T^2)
    sigmas = karras_sigmas(40).double()
    x = torch.randn(2, 4, 8, 8, dtype=torch.float64) * sigmas[0]
    found = heun(lambda x, sigma: x * s**2 / (s**2 + sigma**2), x, sigmas)
    torch.testing.assert_close(found, x * s / (s**2 + sigmas[0] ** 2).sqrt(), rtol=0.02, atol=0.01)


def test_pixels_round_trip_and_clean_alpha():
    rgba = torch.rand(2, 4, 8, 8)
    rgba[:, 3] = (rgba[:, 3] > 0.5).float()
    x = to_pixels(rgba)
    assert (x[:, :3][(rgba[:, 3:] == 0).expand(-1, 3, -1, -1)] == 0).all()
    back = from_pixels(x + 0.02 * (rgba[:, 3:] - 0.5))
    torch.testing.assert_close(back[:, 3], rgba[:, 3])  # a haze of 1 % is gone
    torch.testing.assert_close((back[:, :3] * back[:, 3:]), rgba[:, :3] * rgba[:, 3:], atol=0.03, rtol=0)


def test_pose_zero_is_the_drawing_itself_and_mirroring_mirrors():
    render = synthetic_renders()[2].copy()
    render[:, :40] = 0
    same = posed(render, np.array([0, 0, 0, 0, 0, 1], np.float32))
    box = render.astype(np.float32).reshape(64, 2, 64, 2, 4).mean((1, 3)) / 255
    np.testing.assert_allclose(same[..., 3], box[..., 3], atol=0.01)
    flipped = posed(render, np.array([1, 0, 0, 0, 0, 1], np.float32))
    np.testing.assert_allclose(flipped, same[:, ::-1], atol=0.01)
    small = posed(render, np.array([0, 0, -1, 0, 0, 1], np.float32))
    assert abs(small[..., 3].sum() / same[..., 3].sum() - 0.25) < 0.01


@pytest.mark.parametrize("word", ["red", "green", "blue", "purple"])
def test_recolouring_reaches_the_named_hue(word):
    render = synthetic_renders()[0]
    hue, mean, share = main_colour(render)
    assert share > 0.9
    painted = recolour(render[..., :3] / 255.0, hue, mean, word)
    rgba = np.concatenate([painted * 255, render[..., 3:]], -1).round().astype(np.uint8)
    new_hue, _, _ = main_colour(rgba)
    assert abs((new_hue - COLOURS[word][2] + 180) % 360 - 180) < 20


def test_picture_is_the_networks_pixels():
    render = synthetic_renders()[1]
    line = objects_batches.Line(1, "box", "flat", "", "", "a box")
    pose = np.array([0, 0, 0, 0, 0, 1], np.float32)
    x = picture_of(render, line, pose, (None, np.zeros(3)))
    expected = to_pixels(torch.from_numpy(render[::2, ::2].transpose(2, 0, 1).astype(np.float32) / 255)).numpy()
    assert x.shape == (4, 64, 64) and np.abs(x - expected).mean() < 0.02
    assert draw_pose("small", np.random.default_rng(0))[2] < -0.7


@pytest.mark.parametrize("shape", [(32, 96), (32, 400), (96, 32)])
def test_newton_schulz_orthogonalises(shape):
    g = torch.randn(shape, generator=torch.Generator().manual_seed(0))
    found = orthogonalise(g).float()
    values = torch.linalg.svdvals(found)
    assert found.shape == g.shape and values.min() > 0.5 and values.max() < 1.3
    u, _, v = torch.linalg.svd(g, full_matrices=False)
    assert torch.nn.functional.cosine_similarity(found.flatten(), (u @ v).flatten(), dim=0) > 0.97
