"""The tunes that are trained on, as they are read: ABC, chords that fit, moods by rule."""

import numpy as np
import pytest

from pipelines.compose.parts import chords as music_chords
from pipelines.nets import music_tokens as mt
from tests.pipelines.compose.test_music import tune
from training.music import abc as music_abc

pytestmark = pytest.mark.slow

JIG = """X:1
T:A Trial
R:jig
M:6/8
L:1/8
K:Em
B|E>GE GEG|B3 e2^c|(3ABA G2 z F|[1E6:|[2E5||
"""


def test_abc_is_read_as_it_sounds():
    read = music_abc.read_tune(music_abc.tunes(JIG)[0], "here")
    assert (read.tonic, read.mode, read.metre) == (4, "minor", "6/8")
    first = [(n.pitch, float(n.length)) for n in read.measures[1].notes]
    assert first == [(64, 0.75), (67, 0.25), (64, 0.5), (67, 0.5), (64, 0.5), (67, 0.5)]
    assert read.measures[2].notes[-1].pitch == 73  # the sharp that is written
    assert read.measures[3].notes[-1].pitch == 66  # the sharp of the key
    assert len(read.measures) == 5 and read.measures[-1].length == 2.5  # the second ending


def test_bare_tunes_get_fitting_chords():
    bars = [b.voices[0] for b in tune()]
    table = {kind: np.zeros((mt.CHORDS, mt.CHORDS)) for kind in ("major", "minor")}
    chords = music_chords.harmonise(bars, "4/4", "major", table)
    assert all(len(row) == 4 for row in chords) and mt.chord_of(chords[0][0]) == (0, "")
    last = [c for row in chords for c in row if c != mt.SAME][-1]
    assert mt.chord_of(last)[0] == 0
    weights = np.zeros(12)
    weights[[2, 7, 11]], weights[5] = 1, 0.9
    assert mt.chord_of(music_chords.chord_of_classes(weights, 7)) == (7, "7")
