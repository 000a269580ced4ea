"""Neighbouring frames: detail that moves with its thing, detail that is drawn anew, and cuts."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from pipelines.detect.parts import film_traces


def texture(seed: int = 0, side: int = 420) -> np.ndarray:
    rng = np.random.default_rng(seed)
    coarse = Image.fromarray(rng.integers(40, 216, (60, 60, 3), np.uint8)).resize(
        (side, side), Image.Resampling.BICUBIC
    )
    return (np.asarray(coarse, np.float64) + rng.normal(0, 6, (side, side, 1))).clip(0, 255).round().astype(np.uint8)


def test_detail_that_moves_with_its_thing_follows_and_detail_drawn_anew_does_not():
    whole = texture()
    moved = film_traces.compared(whole[:360, :360].copy(), whole[4:364, 3:363].copy(), 1.0)
    rng = np.random.default_rng(3)
    smooth = np.asarray(
        Image.fromarray(whole).resize((70, 70)).resize((420, 420), Image.Resampling.BICUBIC), np.float64
    )
    anew = [(smooth + rng.normal(0, 6, (420, 420, 1))).clip(0, 255).astype(np.uint8) for _ in range(2)]
    redrawn = film_traces.compared(anew[0][:360, :360].copy(), anew[1][4:364, 3:363].copy(), 1.0)
    assert moved is not None and redrawn is not None
    assert moved.follows > 0.8 > 0.3 > redrawn.follows


def test_a_cut_is_no_pair():
    assert film_traces.compared(texture(1), texture(2)[::-1].copy(), 0.0) is None


@pytest.mark.weights
def test_a_film_of_three_seconds_gets_what_can_be_said(tmp_path):
    from fractions import Fraction

    from pipelines.detect.parts.motion import examine_video
    from pipelines.media import Video

    whole = texture(side=480)
    frames = [np.ascontiguousarray(whole[n : n + 288, n : n + 352]) for n in range(36)]
    examined = examine_video(Video(352, 288, Fraction(12), 36, lambda: iter(frames)), None)
    named = {one.name: one for one in examined.signals}
    assert named["flicker"].applicable and named["flicker"].moments
    assert all(one.log_likelihood_ratio == 0 for one in examined.signals) and not examined.gates
