"""Pictures keep as much room below as two full lines of their film's subtitles take."""

from __future__ import annotations

import numpy as np
import pytest

from pipelines.film.parts import lettering
from pipelines.film.parts.shapes import FORMATS, size_of
from studio.film.subtitle_room import LONGEST, MOST, WORDS, free_below


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("style", lettering.STYLES)
def test_words_lie_below_the_line(form, style):
    rooms = [free_below(style, size, form) for size in ("small", "medium", "large")]
    assert rooms == sorted(rooms) and rooms[0] < rooms[2] <= MOST
    for size, room in zip(("small", "medium", "large"), rooms):
        for side in (360, 720):
            frame = size_of(form, side)
            shown = lettering.subtitle(LONGEST, style, size, frame)
            cover = (255 - shown.through[..., 0] if style == "box" else shown.colour[..., 0]) / 255
            top = shown.y + int(np.flatnonzero((cover > WORDS).any(1))[0])
            assert room == MOST or top >= (1 - room) * frame[1] - 1
