"""What the stage of the static edition plays with: places painted once, and in one file the figures, the things' own drawings and their colours."""

from __future__ import annotations

import io
import json
import re
from functools import cache
from typing import Any

from studio.web.stage_routes import choices

SIZE = (768, 432)
FIGURE_PX = 200  # the standing height in which a figure's curves are traced
OFFERED = ("count", "size", "faces", "remove", "swap", "colour", "place")  # what can be changed without a studio


def place_pictures() -> dict[str, bytes]:
    """A plain day in every place, as WebP by file name."""
    return {f"{place}.webp": _painted(place) for place in choices()["places"]}


@cache
def _painted(place: str) -> bytes:
    from PIL import Image

    from pipelines.scenes.backdrop import paint

    canvas = Image.new("RGBA", SIZE)
    for plane in paint(place, "day", "clear", *SIZE, seed=0).planes.values():
        canvas = Image.alpha_composite(canvas, plane)
    held = io.BytesIO()
    canvas.convert("RGB").save(held, "WEBP", quality=80, method=4)
    return held.getvalue()


@cache
def materials() -> str:
    """What `edition/staged.js` reads, as JSON: what is offered, places, sizes, drawings, and the tones of every colour word."""
    from pipelines.figures import Character
    from pipelines.figures.exports import svg
    from pipelines.props.drawings import file_of
    from pipelines.scenes.performers import kinds
    from pipelines.scenes.relations import STAGES
    from pipelines.scenes.scaling import perspective
    from pipelines.scenes.things import height_of
    from pipelines.scenes.words import SIZE_FACTOR

    offered: dict[str, Any] = {**choices(), "hours": [], "weathers": [], "seasons": [], "worn": [], "only": OFFERED}
    figures = {
        noun: {
            "metres": height_of(noun),
            "svg": svg(Character(kinds()[noun]), height_px=FIGURE_PX, bones=False).decode(),
        }
        for noun in (*offered["people"], *offered["animals"])
    }
    things = {noun: file_of(noun).read_text("utf-8") for noun in offered["things"] if noun not in figures}
    places = {name: {"ground": stage.ground, "sky": stage.sky, "water": stage.water} for name, stage in STAGES.items()}
    said = {
        "choices": offered,
        "places": places,
        "perspective": [perspective(0), perspective(1)],
        "sizes": dict(SIZE_FACTOR),
        "figures": figures,
        "things": things,
        "tones": _tones(things.values()),
    }
    return json.dumps(said, ensure_ascii=False, separators=(",", ":"))


def _tones(drawings: Any) -> dict[str, dict[str, str]]:
    """For each colour word the colours of the tones that it changes."""
    from pipelines.painting.brush import rgb
    from pipelines.props.tones import COLOURS, ink

    tones = {tone for text in drawings for tone in re.findall(r'class="([^"]+)"', text)}
    changed = sorted(tone for tone in tones if tone.startswith("main") or "*" in tone)

    def written(tone: str, colour: str) -> str:
        return "#" + "".join(f"{round(255 * float(value)):02x}" for value in ink(tone, rgb(colour), said=True))

    return {word: {tone: written(tone, colour) for tone in changed} for word, colour in COLOURS.items()}
