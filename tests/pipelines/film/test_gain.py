"""The gain of the music over time: straight lines in dB, level at both ends."""

from __future__ import annotations

import numpy as np
import pytest

from pipelines.core.settings import Refusal
from pipelines.film.parts.mixing import gain_curve, read_gain
from pipelines.film.parts.shapes import SOUND_HZ


def test_points_are_joined_by_straight_lines_in_db():
    curve = gain_curve(read_gain("1 -20; 0 0; 2 -20", 3), 3 * SOUND_HZ)
    levels = 20 * np.log10(curve)
    assert levels[0] == 0 and levels[SOUND_HZ // 2] == pytest.approx(-10, abs=1e-3)
    assert levels[SOUND_HZ:] == pytest.approx(-20, abs=1e-3) and len(curve) == 3 * SOUND_HZ


def test_nothing_said_changes_nothing_and_what_is_no_point_is_refused():
    assert gain_curve(read_gain("", 3), 10) is None
    assert read_gain("99 -6", 3) == [(3, -6)]
    for bad in ("1", "a b", "1 99", "-1 0", "nan 0", "1 2 3"):
        with pytest.raises(Refusal):
            read_gain(bad, 3)
