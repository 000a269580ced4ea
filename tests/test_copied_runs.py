"""What the composer's measurements count: runs of notes that another tune has too, and where in the bar drums are hit."""

from measure.eval.compose_sounds import between, places
from measure.eval.copied_runs import Known, share_in

SCALE = [(60 + step, 12) for step in (0, 2, 4, 5, 7, 9, 11, 12)]


def test_a_run_is_found_in_another_key_and_ends_where_it_differs():
    known = Known([[(50, 6), *SCALE, (40, 6)]])
    moved = [(pitch + 3, ticks) for pitch, ticks in SCALE]
    assert known.runs(moved) == [8, 7, 6, 0, 0, 0, 0, 0]
    assert known.runs([*moved[:6], (90, 12), (91, 12)])[0] == 6
    assert known.runs([*moved[:5], (90, 12), (91, 12)])[0] == 0  # too short to be looked for
    assert known.runs([(pitch, 6) for pitch, _ in moved]) == [0] * 8  # another rhythm


def test_the_share_counts_each_note_once():
    assert share_in([8, 7, 6, 0, 0, 0, 0, 0], 8) == 1.0
    assert share_in([0, 4, 0, 0, 0, 0, 3, 0], 4) == 0.5
    assert share_in([0, 0], 2) == 0.0


def test_places_of_drums_are_shares_and_their_distance_is_from_nothing_to_all():
    four = places([(0, 36), (16, 36), (4, 38), (0, 42), (8, 42)])
    assert four["kick"][0] == 1.0 and four["hat"][8] == 0.5 and sum(four["hat"]) == 1.0
    other = places([(2, 35), (4, 40)])
    assert between(four, four) == {"kick": 0.0, "snare": 0.0, "hat": 0.0}
    assert between(four, other) == {"kick": 1.0, "snare": 0.0}
