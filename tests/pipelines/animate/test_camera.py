"""Camera moves on pictures whose motion is known: exact sub-pixel pans, no holes, loops that close, and what is refused."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import av
import cv2
import numpy as np
import pytest
from PIL import Image

from pipelines.animate.camera import _spread, camera, points_of, seen
from pipelines.animate.parts.moves import MOVES, Camera, CameraFrame, camera_at, kept_inside, keyframes_of, zoom_to_fill
from pipelines.core.progress import Cancelled
from pipelines.core.settings import Refusal
from pipelines.media import save_video
from pipelines.media.clip import frame_size
from pipelines.media.curves import EASINGS, catmull_rom, ease_time
from pipelines.vision.depth import FAR, ForegroundLayer, stage_picture
from pipelines.vision.inpainting import fill_hole, push_pull
from pipelines.vision.plate import Plate, opaque
from tests.pipelines.test_video import make_texture

pytestmark = pytest.mark.slow

PLAIN = {"parallax": False, "seconds": 1.0, "rate": 12, "longest_side": 160}


def subject(height: int = 120, width: int = 160) -> tuple[Image.Image, Image.Image]:
    """A red disk on a green texture, and its mask."""
    y, x = np.mgrid[:height, :width]
    disk = (x - width * 0.5) ** 2 + (y - height * 0.6) ** 2 < (height * 0.22) ** 2
    ground = make_texture(height, width).astype(np.float32) * (0.3, 0.8, 0.3)
    ground[disk] = (230, 20, 20)
    return Image.fromarray(ground.astype(np.uint8)), Image.fromarray((disk * 255).astype(np.uint8))


def shifts(frames: list[np.ndarray]) -> np.ndarray:
    """Sub-pixel shift (x, y) between neighbours by phase: a linear fit to the phase of the low frequencies."""
    found = []
    for a, b in pairwise(frames):
        window = np.outer(np.hanning(a.shape[0]), np.hanning(a.shape[1]))
        one, two = ((f.mean(-1) - f.mean()) * window for f in (a, b))
        gy, gx = np.gradient((one + two) / 2)
        system = np.array([[(gx * gx).sum(), (gx * gy).sum()], [(gx * gy).sum(), (gy * gy).sum()]])
        found.append(np.linalg.solve(system, -np.array([(gx * (two - one)).sum(), (gy * (two - one)).sum()])))
    return np.array(found)


def test_an_even_pan_moves_by_the_same_fraction_of_a_pixel_in_every_frame():
    smooth = Image.fromarray(make_texture(240, 320)).resize((640, 480), Image.Resampling.BICUBIC)
    made = camera(smooth, move="pan right", easing="even", amount=0.1, **PLAIN)
    moved = shifts([frame.astype(float) for frame in made.frames()])
    assert 0.1 < abs(moved[:, 0].mean()) < 1.5
    assert np.ptp(moved[:, 0]) < 0.05
    assert np.abs(moved[:, 1]).max() < 0.03


def test_sharpness_breathes_far_less_than_with_plain_bilinear_sampling():
    grain = cv2.GaussianBlur(np.random.default_rng(1).random((120, 160, 3), np.float32), (0, 0), 0.7)
    plate = opaque(grain)
    y, x = np.mgrid[:120, :160].astype(np.float32)

    def breathing(sample) -> float:
        detail = [
            np.abs(np.diff(sample(x + phase)[20:-20, 20:-20, :3], axis=1)).mean() for phase in (0, 0.13, 0.25, 0.5)
        ]
        return float(np.ptp(detail) / np.mean(detail))

    plain = breathing(lambda x: cv2.remap(grain, x, y, cv2.INTER_LINEAR))
    assert breathing(lambda x: plate.at(x, y, 1.0).astype(np.float32)) < 0.35 * plain


def test_cutting_a_thing_to_its_box_changes_nothing():
    picture, mask = subject()
    stage = stage_picture(np.asarray(picture, np.float32) / 255, np.asarray(mask, np.float32) / 255, 1.0)
    thing = stage.things[0]
    whole = np.zeros((120, 160, 4), np.uint8)
    (left, top), (wide, tall) = thing.corner, thing.plate.size
    assert wide < 80 and left > 30
    whole[top : top + tall, left : left + wide] = thing.plate.pixels
    view = CameraFrame((96, 72), (160, 120), 1.0, stage.pivot)
    for focus in (None, 0.2):
        one = Camera(x=0.1, ahead=0.2, focus=focus)
        frames = [
            seen(replace(stage, things=(t,)), view, one, 1.0)
            for t in (thing, ForegroundLayer(Plate(whole), thing.nearness))
        ]
        assert np.abs(frames[0].astype(int) - frames[1]).mean() < 0.3  # a hair of difference at the disk's edge


@pytest.mark.parametrize("move", [move for move in MOVES if move != "rack"])
def test_no_holes_at_the_extremes_of_a_move(move):
    picture, mask = subject()
    stage = stage_picture(np.asarray(picture, np.float32) / 255, np.asarray(mask, np.float32) / 255, 1.0)
    assert len(stage.things) == 1
    view = CameraFrame((96, 72), (160, 120), 1.0, stage.pivot)
    keys = kept_inside(keyframes_of("0: 0 0 1\n1: 1 1 1.5"), view) if move == "keyframes" else None
    cameras = [camera_at(move, time, 1.0, "even", False, keys) for time in np.linspace(0, 1, 9)]
    view = zoom_to_fill(view, cameras)
    for one in (cameras[0], cameras[-1], cameras[4]):
        x, y, _ = view.ground(one)
        assert x.min() >= -0.5 and y.min() >= -0.5 and x.max() <= 159.5 and y.max() <= 119.5
        columns, rows, scale = view.thing(one, stage.things[0].nearness)
        thing = stage.things[0]
        places = np.broadcast_arrays(columns[None] - thing.corner[0], rows[:, None] - thing.corner[1])
        alpha = thing.plate.at(*places, scale)[..., 3] / 255
        assert 0.02 < alpha.mean() < 0.6  # the disk is seen
        assert stage.ground.at(*view.ground(one))[..., 3].min() == 255  # the completed ground covers every pixel
        frame = seen(stage, view, one)
        red = (frame[..., 0].astype(int) - frame[..., 1]) > 64
        assert red[alpha < 0.02].mean() < 0.002  # and nothing of it is left on the ground behind


def test_near_things_move_more_than_far_ground():
    picture, mask = subject()
    made = camera(picture, mask, move="pan right", easing="even", seconds=0.5, rate=12, longest_side=160, amount=0.5)
    first, *_, last = made.frames()
    reds = [np.argwhere((f[..., 0].astype(int) - f[..., 1]) > 120)[:, 1].mean() for f in (first, last)]
    view = CameraFrame((160, 120), (160, 120), 1.0, 0.7)
    ground = [view.ground(Camera(x=x))[0][10, 80] for x in (-0.1, 0.1)]
    near = [view.thing(Camera(x=x), 0.8)[0][80] for x in (-0.1, 0.1)]
    assert reds[0] - reds[1] > 10
    assert near[1] - near[0] > 2.5 * (ground[1] - ground[0]) > 0


@pytest.mark.parametrize("move", ["orbit", "drift", "push in", "pan left"])
def test_a_loop_closes(move):
    made = camera(Image.fromarray(make_texture(120, 160)), move=move, loop=True, **PLAIN)
    frames = [frame.astype(float) for frame in made.frames()]
    steps = [np.abs(a - b).mean() for a, b in pairwise(frames)]
    assert np.mean(steps) > 0.3
    assert np.abs(frames[0] - frames[-1]).mean() <= max(steps)


def test_a_filling_continues_what_is_around_the_hole():
    y, x = np.mgrid[:96, :128].astype(np.float32)
    stripes = np.repeat(((np.sin(x / 3) > 0) * 0.6 + 0.2)[..., None], 3, 2).astype(np.float32)
    hole = (x - 64) ** 2 + (y - 48) ** 2 < 18**2
    damaged = np.where(hole[..., None], 0, stripes).astype(np.float32)
    errors = [np.abs(f - stripes)[hole].mean() for f in (fill_hole(damaged, hole), push_pull(damaged, 1.0 - hole))]
    assert errors[0] < 0.4 * errors[1]
    assert np.array_equal(fill_hole(damaged, np.zeros_like(hole)), damaged)


def test_easings_are_monotone_and_curves_pass_through_their_keys():
    for easing in EASINGS:
        way = [ease_time(t, easing) for t in np.linspace(0, 1, 101)]
        assert way[0] == 0 and abs(way[-1] - 1) < 1e-9 and min(np.diff(way)) >= 0
    times, values = keyframes_of("0: 0.5 0.5 1; 4: 0.2 0.7 2; 10: 0.6 0.4 1.5")
    for time, value in zip(times, values):
        assert np.allclose(catmull_rom(times, values, float(time)), value)
    around = [catmull_rom(times, values, 0.4 + d) for d in (-1e-4, 0, 1e-4)]
    assert np.allclose(around[1] - around[0], around[2] - around[1], atol=1e-6)  # no corner at a key


def test_an_even_pan_in_depth_does_not_jitter():
    smooth = Image.fromarray(make_texture(240, 320)).resize((640, 480), Image.Resampling.BICUBIC)
    mask = Image.new("L", smooth.size)
    mask.paste(255, (260, 250, 380, 430))
    given = {"move": "pan right", "easing": "even", "amount": 0.1, "seconds": 1.0, "rate": 12, "longest_side": 160}
    frames = [frame.astype(float) for frame in camera(smooth, mask, **given).frames()]
    sky = shifts([frame[:50] for frame in frames])  # all of it equally far
    near = shifts([frame[66:104, 66:94] for frame in frames])
    assert 0.05 < abs(sky[:, 0].mean()) < 0.6 * abs(near[:, 0].mean())
    assert np.ptp(sky[:, 0]) < 0.05 and np.ptp(near[:, 0]) < 0.12


def test_focus_goes_from_one_point_to_the_other():
    picture, mask = subject()
    stage = stage_picture(np.asarray(picture, np.float32) / 255, np.asarray(mask, np.float32) / 255, 1.0)
    disk, sky = stage.nearness(0.5, 0.6, 1.0), stage.nearness(0.1, 0.1, 1.0)
    assert disk == stage.things[0].nearness > sky and sky == pytest.approx(FAR)
    given = {"move": "rack", "amount": 2.0, "seconds": 0.5, "rate": 12, "longest_side": 160}
    there, back = (
        list(camera(picture, mask, focus=focus, **given).frames()) for focus in ("0.1 0.1\n0.5 0.6", "0.5 0.6\n0.1 0.1")
    )
    detail = [
        [np.abs(np.diff(f[:30].astype(float), axis=1)).mean() for f in (frames[0], frames[-1])]
        for frames in (there, back)
    ]
    assert detail[0][0] > 1.5 * detail[0][1] and detail[1][1] > 1.5 * detail[1][0]
    for wrong in ("0.5", "0.1 0.1", "0 0 2 2"):
        with pytest.raises(Refusal, match="between two points"):
            points_of(wrong)


@pytest.mark.parametrize(
    ("exact", "size"), [("1280 x 720", (1280, 720)), ("1080×1920", (1080, 1920)), ("98,66", (98, 66))]
)
def test_any_even_size_up_to_full_hd(exact, size):
    assert frame_size(640, 480, "1:1", 480, exact) == size
    for wrong in ("1281x720", "1920x1920", "8x8", "wide", "99999x2"):
        with pytest.raises(Refusal):
            frame_size(640, 480, "picture", 480, wrong)


@pytest.mark.parametrize(("exact", "rate"), [("130 x 74", 12), ("74 x 130", 25), ("64 x 64", 60)])
def test_the_file_is_one_that_browsers_play(tmp_path, exact, rate):
    path = tmp_path / "made.mp4"
    made = camera(subject()[0], exact=exact, **PLAIN | {"rate": rate, "seconds": 0.5})
    poster = save_video(made, path)
    with av.open(str(path)) as opened:
        seen = opened.streams.video[0]
        assert (seen.codec_context.name, seen.codec_context.pix_fmt) == ("h264", "yuv420p")
        assert (seen.width, seen.height) == (made.width, made.height) == poster.size
        assert seen.average_rate == rate and sum(1 for _ in opened.decode(seen)) == made.frame_count == round(
            0.5 * rate
        )
    data = path.read_bytes()
    assert data.index(b"moov") < data.index(b"mdat")  # it begins to play before all of it is there


def test_a_wide_blur_is_that_of_light_and_keeps_what_shines_through():
    y, x = np.mgrid[:180, :320].astype(np.float64)
    alpha = (255 / (1 + np.exp((np.hypot(x - 160, y - 90) - 60) / 6)))[..., None]
    colour = np.stack([128 + 100 * np.sin(x / 30), 128 + 100 * np.cos(y / 25), 40 + 0 * x], -1)
    pixels = np.concatenate([colour * alpha / 255, alpha], -1).round().astype(np.uint8)
    for sigma in (3.0, 8.0):
        exact = pixels.astype(np.float64)
        exact[..., :3] *= exact[..., :3] / np.maximum(exact[..., 3:], 1)  # light is the square of the tone
        exact = cv2.GaussianBlur(exact, (0, 0), sigma, borderType=cv2.BORDER_REPLICATE)
        exact[..., :3] = np.sqrt(exact[..., :3] * exact[..., 3:])
        error = np.abs(_spread(pixels, sigma) - exact)
        assert error.mean() < 0.5 and error.max() < 6, (sigma, error.mean(), error.max())


def test_what_cannot_be_used_is_said_in_one_sentence():
    picture, _ = subject()
    with pytest.raises(Refusal, match="mask is empty"):
        camera(picture, Image.new("L", (160, 120)))
    with pytest.raises(Refusal, match="too small"):
        camera(Image.new("RGB", (5, 400)))
    for wrong in ("", "0: 1 2", "0: 0.5 0.5 1", "0: 0.5 0.5 nan\n1: 0.5 0.5 1", "0: 0 0 1; 0: 1 1 1"):
        with pytest.raises(Refusal):
            camera(picture, move="keyframes", keyframes=wrong, **PLAIN)


def test_frames_are_made_when_asked_for_and_cancel_stops_them():
    def report(progress):
        if progress.done >= 2:
            raise Cancelled

    made = camera(Image.fromarray(make_texture(90, 161)), **PLAIN, report=report)
    assert (made.width % 2, made.height % 2, made.frame_count) == (0, 0, 12)
    with pytest.raises(Cancelled):
        list(made.frames())


@pytest.mark.weights
def test_the_matte_finds_the_moose():
    from pathlib import Path

    from pipelines.vision.matte import salient

    photo = Image.open(Path(__file__).parents[3] / "assets" / "samples" / "moose.jpg").convert("RGB").resize((320, 214))
    matte = salient(np.asarray(photo, np.float32) / 255)
    assert 0.1 < matte.mean() < 0.35
    assert matte[100:140, 160:200].mean() > 0.9 and matte[:20].mean() < 0.05
