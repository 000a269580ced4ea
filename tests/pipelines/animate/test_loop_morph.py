"""Endless loops and morphs: they close, they flow the way they were told, ends are the pictures, nothing folds."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
import torch
from PIL import Image

from pipelines.animate.loop import cover, loop
from pipelines.animate.morph import halfway, morph
from pipelines.animate.parts import latent
from pipelines.animate.parts.arrows import arrows_of, flow_field, follow_flow
from pipelines.animate.stabilise import camera_path, stabilise, steady_frame
from pipelines.core.settings import Refusal
from pipelines.drawing.network import Condition
from pipelines.vision.between import flow_between
from tests.pipelines.test_video import clip, make_texture

pytestmark = pytest.mark.slow

QUICK = {"seconds": 1.0, "rate": 12, "longest_side": 160}


def scene() -> tuple[Image.Image, Image.Image]:
    mask = np.zeros((120, 160), np.uint8)
    mask[60:] = 255
    return Image.fromarray(make_texture(120, 160)), Image.fromarray(mask)


@pytest.mark.parametrize("given", [{}, {"direction": "arrows", "arrows": "0.2 0.7 > 0.4 0.8\n0.7 0.9 -> 0.6 0.7"}])
def test_a_loop_closes_and_what_is_not_painted_stays(given):
    picture, mask = scene()
    frames = [frame.astype(float) for frame in loop(picture, mask, speed=6, **given, **QUICK).frames()]
    steps = [np.abs(a - b).mean() for a, b in pairwise(frames)]
    assert np.mean(steps) > 0.5
    assert np.abs(frames[0] - frames[-1]).mean() <= np.mean(steps)
    assert max(np.abs(frame[:52] - frames[0][:52]).max() for frame in frames) == 0
    assert np.ptp([frame[70:].std() for frame in frames]) < 0.2 * frames[0][70:].std()  # contrast does not pulse


def test_it_flows_the_way_it_was_told():
    picture, mask = scene()
    for direction, sign in (("right", 1), ("left", -1)):
        frames = list(loop(picture, mask, direction=direction, speed=5, **QUICK).frames())
        flow = np.median([flow_between(a, b)[80:110, 30:130] for a, b in pairwise(frames[1:4])], (0, 1, 2))
        assert sign * flow[0] > 0.3 and abs(flow[1]) < 0.3


def test_a_flow_follows_arrows_and_is_integrated_exactly():
    field = flow_field("arrows", arrows_of("0.1 0.2 > 0.3 0.2; 0.9 0.8 > 0.9 0.6"), (80, 60), 5.0)
    assert field[12, 12] @ (1, 0) > 4 and field[42, 72] @ (0, -1) > 3
    turning = np.stack(np.meshgrid(np.arange(81) - 40.0, np.arange(81) - 40.0), -1).astype(np.float32)[..., ::-1] * (
        -1,
        1,
    )
    gone = follow_flow(turning.astype(np.float32), np.pi / 2)[40, 60]  # a quarter turn from (20, 0) to (0, 20)
    assert np.abs(gone - (-20, 20)).max() < 0.5
    for wrong in ("", "1 2 3", "0 0 > 0 0", "0 0 > nan 1"):
        with pytest.raises(Refusal):
            arrows_of(wrong)


def test_an_empty_mask_is_refused():
    picture, _ = scene()
    with pytest.raises(Refusal, match="mask is empty"):
        loop(picture, Image.new("RGB", (160, 120)), **QUICK)


def test_a_morph_begins_and_ends_with_the_pictures_and_loops():
    one, two = Image.fromarray(make_texture(120, 160)), Image.fromarray(make_texture(120, 160, seed=5))
    frames = list(morph(one, two, **QUICK).frames())
    assert np.abs(frames[0].astype(int) - np.asarray(one)).max() <= 1
    assert np.abs(frames[-1].astype(int) - np.asarray(two)).max() <= 1
    looped = [frame.astype(float) for frame in morph(one, two, loop=True, **QUICK).frames()]
    assert np.abs(looped[0] - looped[-1]).mean() <= np.mean([np.abs(a - b).mean() for a, b in pairwise(looped)])


def test_a_thing_that_moved_is_in_between_in_the_middle():
    y, x = np.mgrid[:120, :160]

    def disk(left: float) -> Image.Image:
        soft = (np.hypot(x - left, y - 60) < 22)[..., None]
        return Image.fromarray(np.where(soft, (230, 120, 40), make_texture(120, 160) // 6 + 30).astype(np.uint8))

    middle = list(morph(disk(62), disk(90), easing="even", seconds=1.0, rate=13, longest_side=160).frames())[6]
    bright = middle[..., 0].astype(int) - middle[..., 2]
    assert abs((x * (bright > 100)).sum() / (bright > 100).sum() - 76) < 3
    assert (bright > 100).sum() > 0.8 * np.pi * 22**2  # a disk, not the two half seen
    way = halfway(
        cover(np.asarray(disk(62), np.float32) / 255, (160, 120)),
        cover(np.asarray(disk(90), np.float32) / 255, (160, 120)),
    )
    assert max(np.abs(np.diff(way, axis=axis)).max() for axis in (0, 1)) < 0.5  # nothing folds


def shaken(count: int = 14) -> tuple[list[np.ndarray], np.ndarray]:
    wide = make_texture(140, 200).astype(np.float32)
    places = np.cumsum(np.full((count, 2), (1.0, 0.0)), 0) + np.random.default_rng(3).normal(0, 1.6, (count, 2))
    frames = []
    for place in places:
        y, x = np.mgrid[:96, :128].astype(np.float32)
        import cv2

        frames.append(
            cv2.remap(wide, x + np.float32(place[0] + 20), y + np.float32(place[1] + 20), cv2.INTER_CUBIC)
            .clip(0, 255)
            .astype(np.uint8)
        )
    return frames, places


def test_the_path_is_measured_and_the_picture_held_steady():
    frames, places = shaken()
    path, cuts = camera_path(clip(frames))
    assert cuts == []
    assert np.abs(path[:, :2] + (places - places[0])).max() < 0.4
    steady = list(stabilise(clip(frames), smoothness=0.3).frames())
    before, after = (np.diff(camera_path(clip(each))[0][:, :2], axis=0) for each in (frames, steady))
    assert np.abs(np.diff(after, axis=0)).mean() < 0.35 * np.abs(np.diff(before, axis=0)).mean()
    assert all(frame.shape == frames[0].shape for frame in steady)


def test_steadying_moves_by_exactly_what_is_asked():
    frame = np.asarray(Image.fromarray(make_texture(60, 80)).resize((160, 120), Image.Resampling.BICUBIC))
    assert np.abs(steady_frame(frame, np.zeros(4), 1.0)[8:-8, 8:-8].astype(int) - frame[8:-8, 8:-8]).mean() < 1.5
    moved = steady_frame(frame, np.array([3.0, -2.0, 0, 0]), 1.0)
    assert np.abs(moved[10:-10, 10:-10].astype(int) - np.roll(frame, (-2, 3), (0, 1))[10:-10, 10:-10]).mean() < 1.5


class Gaussian:
    """A painter of drawings whose pixels are Gaussian with this deviation: its denoiser and its ODE are known exactly."""

    size_px, device, deviation = 8, "cpu", 0.5

    def one(self, conditions, *, guided=(0.0, float("inf"))):
        assert abs(sum(c.weight for c in conditions) - 1) < 1e-6
        spread = self.deviation**2
        return lambda x, sigma: x * spread / (spread + float(torch.as_tensor(sigma).flatten()[0]) ** 2)


def test_a_drawing_goes_to_noise_and_back_along_the_exact_curve():
    one = Gaussian().one([Condition(None, 1.0)])
    x = torch.randn(1, 4, 8, 8, generator=torch.Generator().manual_seed(1), dtype=torch.float64) / 2
    z = latent.into_noise(one, x, 0.05, 40.0)
    exact = x * ((0.25 + 40.0**2) / (0.25 + 0.05**2)) ** 0.5  # dx/dsigma = x sigma / (s^2 + sigma^2)
    assert ((z - exact).abs().mean() / exact.abs().mean()) < 0.04
    assert (latent.out_of_noise(one, z, 0.05, 40.0) - x).abs().mean() < 0.03 * x.abs().mean()


def test_a_great_circle_keeps_its_length_and_its_ends():
    a, b = (torch.randn(1, 4, 8, 8, generator=torch.Generator().manual_seed(s), dtype=torch.float64) for s in (1, 2))
    b = b * a.norm() / b.norm()
    assert torch.allclose(latent.slerp(a, b, 0.0), a) and torch.allclose(latent.slerp(a, b, 1.0), b)
    places = [latent.slerp(a, b, t) for t in np.linspace(0, 1, 9)]
    assert max(abs(float(p.norm() / a.norm()) - 1) for p in places) < 1e-9
    steps = [float((q - p).norm()) for p, q in pairwise(places)]
    assert max(steps) - min(steps) < 1e-9 * max(steps)
    assert torch.allclose(latent.slerp(a, a, 0.4), a)


def test_a_morph_through_the_model_is_smooth_seeded_and_ends_at_its_drawings(monkeypatch):
    from contextlib import contextmanager

    @contextmanager
    def painter(card):
        yield Gaussian()

    monkeypatch.setattr("pipelines.core.models.load", painter)
    drawings = [torch.full((1, 4, 8, 8), value, dtype=torch.float64) for value in (-0.4, 0.5)]
    ends = tuple(latent.End(one, "", "a drawing") for one in drawings)
    found = [torch.stack(latent.way(ends, 9, 0, lambda progress: None)) for _ in range(2)]
    assert torch.equal(found[0], found[1])
    one = Gaussian().one([Condition(None, 1.0)])
    rng = torch.Generator().manual_seed(5)
    noises = [
        latent.into_noise(one, torch.randn(1, 4, 8, 8, generator=rng, dtype=torch.float64) / 2, 0.05, 40.0)
        for _ in "ab"
    ]
    places = [latent.out_of_noise(one, latent.slerp(*noises, t), 0.05, 40.0) for t in np.linspace(0, 1, 9)]
    steps = [float((b - a).abs().mean()) for a, b in pairwise(places)]
    assert max(steps) < 1.3 * min(steps)
    with pytest.raises(Refusal, match="drawing or words"):
        latent.end_of(None, " ", "from")
    with pytest.raises(Refusal, match="two pictures"):
        morph(scene()[0])


@pytest.mark.weights
def test_words_become_a_drawing_that_turns_into_another():
    made = morph(way="model", from_words="a fox", to_words="a whale", seconds=0.5, rate=12, longest_side=160)
    frames = [frame.astype(float) for frame in made.frames()]
    assert (made.width, made.height, len(frames)) == (160, 160, 6)
    assert np.abs(frames[0] - frames[-1]).mean() > max([np.abs(a - b).mean() for a, b in pairwise(frames)]) > 0.3
