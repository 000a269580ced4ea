"""The furniture of rooms: every record names things and colours that there are, stands within the picture, and is seen in the room."""

from __future__ import annotations

import numpy as np
import pytest

from pipelines.language.colours import plain_colour
from pipelines.props import NOUNS
from pipelines.props.tones import COLOURS
from pipelines.scenes import furnishing
from pipelines.scenes.backdrop import paint
from pipelines.scenes.settings import ROOMS

ANCHORS = {
    "left": (0, 178),
    "right": (-178, 0),
    "middle": (-89, 89),
    "window": (-60, 150),
    "lamp": (-9, 9),
    "lamp2": (-9, 9),
}
KNOWN = {"thing", "x", "foot", "top", "tall", "turn", "mirrored", "wall", "bed", "colours"}


@pytest.mark.parametrize("room", ROOMS)
@pytest.mark.parametrize("shape", ["wide", "narrow"])
def test_every_record_is_whole(room: str, shape: str) -> None:
    for entry in furnishing.furniture(room)[shape]:
        assert set(entry) <= KNOWN and ("foot" in entry) != ("top" in entry), entry
        assert entry["thing"] in NOUNS and 2 <= entry["tall"] <= 50, entry
        low, high = ANCHORS[entry["x"][0]]
        assert low <= entry["x"][1] <= high and entry.get("turn", 0) in (0, 90, 180, 270), entry
        assert "top" not in entry or entry.get("wall"), entry
        assert all(one == "" or plain_colour(one) in COLOURS for one in entry.get("colours", ())), entry


def test_what_stands_in_a_room_is_seen_there() -> None:
    full = paint("bedroom", "day", "clear", 320, 180, 3).planes["ground"]
    no_bed = paint("bedroom", "day", "clear", 320, 180, 3, with_bed=False).planes["ground"]
    entries = [one for one in furnishing.furniture("bedroom")["wide"] if not one.get("bed")]
    assert len(entries) == len(furnishing.furniture("bedroom")["wide"]) - 1
    changed = np.abs(np.asarray(full, int) - np.asarray(no_bed, int)).max(-1) > 40
    columns = np.nonzero(changed)[1]
    assert 0.66 * 320 < np.median(columns) < 320 and changed.sum() > 1000
