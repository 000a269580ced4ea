"""Frames between frames, other paces and a steady picture, on scenes whose motion is known."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from pipelines.animate.interpolate import interpolate
from pipelines.animate.pace import moments, pace
from pipelines.core.progress import Cancelled
from pipelines.core.settings import Refusal
from pipelines.media import Video
from pipelines.vision.between import FramePair, splat_values
from tests.pipelines.test_video import clip, make_texture, pan


def moving_square(count: int, step: int = 8) -> list[np.ndarray]:
    ground, square = make_texture(96, 128), make_texture(36, 36, seed=7) // 2 + 110
    frames = []
    for index in range(count):
        frame = ground.copy()
        frame[30:66, 20 + index * step : 56 + index * step] = square
        frames.append(frame)
    return frames


def test_the_frame_between_is_nearer_to_the_truth_than_a_crossfade():
    first, middle, last = (frame.astype(float) for frame in moving_square(3, 6))
    made = FramePair.of(first.astype(np.uint8), last.astype(np.uint8)).at(0.5)
    inside = (slice(20, 76), slice(14, 80))
    error, faded = (np.abs(frame - middle)[inside].mean() for frame in (made, (first + last) / 2))
    assert error < 0.5 * faded


def test_frames_of_the_video_stay_and_a_cut_is_not_blended():
    frames = pan(3)[:3] + [255 - frame for frame in pan(2)]
    made = interpolate(clip(frames), factor=3)
    out = list(made.frames())
    assert (len(out), made.frame_count, made.rate_hz) == (13, 13, Fraction(72))
    assert all(np.array_equal(a, b) for a, b in zip(out[::3], frames))
    assert np.array_equal(out[7], frames[2]) and np.array_equal(out[8], frames[3])
    errors = [
        np.abs(frame[8:-8, 12:-12].astype(float) - np.roll(frames[0], -shift, 1)[8:-8, 12:-12]).mean()
        for frame, shift in ((out[3], 2),)
    ]
    assert errors[0] < 1


def test_motion_between_is_even():
    frames = pan(2, step=4)
    out = [frame.astype(float)[8:-8, 10:-10].mean(-1) for frame in interpolate(clip(frames), factor=4).frames()]
    steps = []
    for a, b in pairwise(out):
        slope = np.gradient((a + b) / 2, axis=1)
        steps.append(-(slope * (b - a)).sum() / (slope * slope).sum())
    assert np.ptp(steps) < 0.05 * abs(np.mean(steps))


def test_splatting_keeps_all_that_stays_inside():
    values = np.random.default_rng(0).random((12, 16, 3)).astype(np.float32)
    _, weight = splat_values(values, np.full((12, 16, 2), 0.4, np.float32), np.ones((12, 16), np.float32))
    assert abs(weight[:11, :15].sum() + weight[11:].sum() + weight[:11, 15:].sum() - weight.sum()) < 1e-3
    still = splat_values(values, np.zeros((12, 16, 2), np.float32), np.ones((12, 16), np.float32))
    assert np.allclose(still[0], values, atol=1e-6) and np.allclose(still[1], 1)


def test_sound_is_kept_unless_the_length_changes():
    source = clip(pan(3), Path("sound.mp4"))
    assert interpolate(source).sound == Path("sound.mp4")
    slow = interpolate(source, slow_motion=True)
    assert slow.sound is None and slow.seconds > source.seconds
    assert pace(source, start_speed=1, middle_speed=1, end_speed=1).sound == Path("sound.mp4")
    assert pace(source).sound is None


def test_moments_follow_the_speeds():
    assert np.allclose(moments(25, (1, 1, 1)), np.arange(25))
    half = moments(25, (0.5, 0.5, 0.5))
    assert len(half) == 49 and np.allclose(np.diff(half), 0.5)
    ramp = np.diff(moments(101, (2.0, 0.5, 1.0)))
    assert (
        ramp[0] == pytest.approx(2, rel=0.05)
        and ramp[-1] == pytest.approx(1, rel=0.05)
        and ramp.min() == pytest.approx(0.5, rel=0.05)
    )
    assert np.abs(np.diff(ramp)).max() < 0.1  # no jerk


def test_backwards_and_there_and_back():
    frames = pan(5)
    even = {"start_speed": 1.0, "middle_speed": 1.0, "end_speed": 1.0}
    back = list(pace(clip(frames), order="reverse", **even).frames())
    assert all(np.array_equal(a, b) for a, b in zip(back, frames[::-1]))
    loop = list(pace(clip(frames), order="ping-pong", **even).frames())
    assert len(loop) == 8 and np.array_equal(loop[-1], frames[1]) and np.array_equal(loop[4], frames[4])
    faster = pace(clip(frames), start_speed=2, middle_speed=2, end_speed=2)
    assert [np.array_equal(a, b) for a, b in zip(faster.frames(), frames[::2])] == [True] * 3


def test_frames_are_read_one_at_a_time_and_cancel_stops():
    read = []

    def frames():
        for index, frame in enumerate(pan(6)):
            read.append(index)
            yield frame

    source = Video(96, 64, Fraction(24), 6, frames)
    made = interpolate(source).frames()
    next(made), next(made)
    assert read == [0, 1]

    def report(progress):
        if progress.done >= 2:
            raise Cancelled

    for method in (interpolate, pace):
        with pytest.raises(Cancelled):
            list(method(source, report=report).frames())


def test_what_cannot_be_used_is_said_in_one_sentence():
    one = clip(pan(1))
    long = replace(one, frame_count=3 * 3600 * 24)
    for method in (interpolate, pace):
        with pytest.raises(Refusal, match="2 are needed"):
            method(one)
        with pytest.raises(Refusal, match="180 minutes"):
            method(long)
    with pytest.raises(Refusal, match="too small"):
        interpolate(clip([np.zeros((8, 8, 3), np.uint8)] * 3))
