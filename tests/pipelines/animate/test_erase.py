"""`animate.erase`: a disc that moves over a texture is followed and taken out; what lies behind it comes from other frames."""

from __future__ import annotations

from fractions import Fraction

import cv2
import numpy as np
import pytest
from PIL import Image

from pipelines.animate.erase import erase
from pipelines.core.settings import Refusal
from pipelines.media import Video

WIDTH, HEIGHT, COUNT = 160, 96, 16


def ground() -> np.ndarray:
    coarse = np.random.default_rng(3).integers(30, 220, (12, 20, 3)).astype(np.uint8)
    return cv2.resize(coarse, (WIDTH, HEIGHT), interpolation=cv2.INTER_CUBIC)


def clip(speed: float = 4.0) -> tuple[Video, list[np.ndarray]]:
    """A patterned disc crosses still ground; the frames, and where the disc is in each."""
    frames, discs = [], []
    blots = np.random.default_rng(5).integers(0, 255, (24, 40, 3)).astype(np.uint8)
    pattern = cv2.resize(blots, (WIDTH, HEIGHT), interpolation=cv2.INTER_CUBIC)
    for n in range(COUNT):
        disc = np.zeros((HEIGHT, WIDTH), np.uint8)
        cv2.circle(disc, (round(30 + speed * n), 48), 14, 255, -1)
        frame = ground()
        frame[disc > 0] = np.roll(pattern, round(speed * n), axis=1)[disc > 0]
        frames.append(frame)
        discs.append(disc > 0)
    return Video(WIDTH, HEIGHT, Fraction(8), COUNT, lambda: iter(frames)), discs


def test_a_moving_disc_is_followed_and_the_ground_comes_back():
    video, discs = clip()
    given = list(video.frames())
    made = list(erase(video, Image.fromarray(discs[0])).frames())
    truth = ground().astype(np.float32)
    assert len(made) == COUNT
    for before, after, disc in zip(given, made, discs, strict=True):
        far = cv2.dilate(disc.astype(np.uint8), np.ones((41, 41), np.uint8)) == 0
        assert (before[far] == after[far]).all()
    error = np.mean([np.abs(after - truth)[disc].mean() for after, disc in zip(made, discs, strict=True)])
    before = np.mean([np.abs(one - truth)[disc].mean() for one, disc in zip(given, discs, strict=True)])
    assert error < 0.25 * before


def test_what_cannot_be_done_is_one_sentence():
    video, discs = clip()
    with pytest.raises(Refusal, match="mask is black"):
        erase(video, Image.new("L", (8, 8)))
    with pytest.raises(Refusal, match=r"VACE, 1\.3B \(19000 MB"):
        erase(video, Image.fromarray(discs[0]), model="vace", prompt="a meadow")
    long = Video(4000, 3000, Fraction(24), 100, video.frames)
    with pytest.raises(Refusal, match="too long or too large"):
        erase(long, Image.fromarray(discs[0]))


def test_a_mask_of_any_picture_is_followed_both_ways_and_corrected():
    from pipelines.vision.flow_completion import followed_from

    video, discs = clip()
    frames = list(video.frames())
    masks = followed_from(frames, {6: discs[6]}, lambda done, total: None)
    covered = [(mask & disc).sum() / disc.sum() for mask, disc in zip(masks, discs, strict=True)]
    assert len(masks) == COUNT and min(covered) > 0.85
    stopped = followed_from(frames, {0: discs[0], 10: np.zeros_like(discs[0])}, lambda done, total: None)
    assert stopped[9].any() and not stopped[10].any() and not stopped[15].any()
    empty = Image.new("L", (WIDTH, HEIGHT))
    made = list(erase(video, Image.fromarray(discs[6]), empty, at=6 / 8, corrected_at=14 / 8).frames())
    assert (made[15] == frames[15]).all() and not (made[3] == frames[3]).all()
    with pytest.raises(Refusal, match="same moment"):
        erase(video, Image.fromarray(discs[6]), empty, at=1, corrected_at=1.01)
