"""One prompt, two settings, all their values: a table of drawings with labels and timings."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from typing import Annotated, Any

from PIL import Image as PillowImage
from PIL import ImageDraw
from PIL.Image import Image

from pipelines.core.progress import Report, part, silent
from pipelines.core.registry import pipeline
from pipelines.core.settings import Choice, Refusal, Seed, Text
from pipelines.drawing import words
from pipelines.drawing.enlarger import ENLARGER
from pipelines.drawing.network import OBJECTS
from pipelines.generate.object import SAMPLERS, TUNED, Prompt, as_png
from pipelines.language.minilm import MINILM
from pipelines.media import Accompanied

__all__ = ["ENLARGER", "MINILM", "OBJECTS", "grid"]
AXES = {
    "sampler": "sampler",
    "steps": "steps",
    "guidance": "guidance",
    "seed": "seed",
    "style": "style",
    "colour": "colour",
    "noun": "what is drawn",
    "dimensions": "PFGM++ dimensions",
}
USUAL = {
    "sampler": "dpm, few, heun, ddim, ddpm, langevin, pfgm",
    "steps": "4, 8, 12, 18, 36",
    "guidance": "1, 1.5, 2, 3, 4.5",
    "seed": "0, 1, 2, 3",
    "style": "soft 3d, flat, cartoon",
    "colour": "red, yellow, green, blue, purple",
    "noun": "fox, owl, rose, castle",
    "dimensions": "16, 64, 128, 512, 2048",
}
MOST_CELLS = 49
CELL_PX, LABEL_PX = 160, 28
INK, PAPER = "#1E1B18", "#EDE6DA"
Axis = Annotated[str, Choice(AXES, help="The setting that changes.")]


@pipeline(models=(ENLARGER, OBJECTS, MINILM), optional=TUNED)
def grid(
    *,
    prompt: Prompt,
    across: Axis = "steps",
    across_values: Annotated[
        str,
        Text(
            label="Values across",
            help="Separate values with commas. If this is empty, usual values are used.",
            placeholder="4, 8, 18",
            max_characters=200,
        ),
    ] = "",
    down: Axis = "sampler",
    down_values: Annotated[
        str,
        Text(
            label="Values down",
            help="Separate values with commas. If this is empty, usual values are used.",
            placeholder="dpm, heun",
            max_characters=200,
        ),
    ] = "",
    seed: Seed = 0,
    report: Report = silent,
) -> Accompanied[Image]:
    """Compare settings side by side: one drawing for each pair of values.

    Labels stand at the top and on the left, under every drawing the seconds it took; grid.json beside it has them as numbers. Raises
    Refusal for values that cannot be, or more than 49 drawings.
    """
    if across == down:
        raise Refusal("Please choose two different settings for the two directions.")
    columns, rows = (_values(name, text) for name, text in ((across, across_values), (down, down_values)))
    if len(columns) * len(rows) > MOST_CELLS:
        raise Refusal(f"That would be {len(columns) * len(rows)} drawings; please keep it to {MOST_CELLS}.")
    reading, total = words.vocabulary().read(prompt), len(columns) * len(rows)
    cells: list[tuple[Image, float]] = []
    for i in range(total):
        chosen = {across: columns[i % len(columns)], down: rows[i // len(columns)]}
        label = f"Drawing {i + 1} of {total}: " + ", ".join(f"{AXES[k]} {v}" for k, v in chosen.items())
        begun = time.perf_counter()
        picture = _one(reading, chosen, seed, CELL_PX, part(report, i / total, (i + 1) / total, label))
        cells.append((picture, time.perf_counter() - begun))
    table = {
        across: [str(c) for c in columns],
        down: [str(r) for r in rows],
        "seconds": [round(s, 2) for _, s in cells],
    }
    page = drawn_table(cells, [str(c) for c in columns], [str(r) for r in rows], CELL_PX, (AXES[across], AXES[down]))
    singles = {f"{i + 1}.png": as_png(picture) for i, (picture, _) in enumerate(cells)}
    return Accompanied(page, {**singles, "grid.json": json.dumps(table, indent=1).encode()})


def _values(name: str, text: str) -> list[Any]:
    """An axis's values, checked. Raises Refusal."""
    said = [value.strip() for value in (text.strip() or USUAL[name]).split(",") if value.strip()]
    known: dict[str, Sequence[str]] = {
        "sampler": tuple(SAMPLERS),
        "style": words.vocabulary().styles,
        "colour": words.COLOURS,
    }
    limits = {"steps": (2, 120), "guidance": (1, 6), "dimensions": (8, 16384), "seed": (0, 2**32 - 1)}
    if name in known:
        wrong = [value for value in said if value not in known[name]]
        if wrong:
            raise Refusal(f"“{wrong[0]}” is no {AXES[name]}; there are {', '.join(known[name])}.")
        return said
    if name == "noun":
        return [words.vocabulary().read(value).wish.noun for value in said]
    try:
        numbers: list[float] = [int(value) if name in ("steps", "seed") else float(value) for value in said]
    except ValueError:
        raise Refusal(f"The values of {AXES[name]} must be numbers with commas between them.") from None
    low, high = limits[name]
    if any(not low <= number <= high for number in numbers):
        raise Refusal(f"The values of {AXES[name]} must lie between {low} and {high}.")
    return numbers


def _one(reading: words.ParsedPrompt, chosen: dict[str, Any], seed: int, side_px: int, report: Report) -> Image:
    from pipelines.drawing import network

    wish = reading.wish
    wish = words.DrawingRequest(
        chosen.get("noun", wish.noun),
        chosen.get("style", wish.style),
        chosen.get("colour", wish.colour),
        wish.size,
        wish.turn,
    )
    how = network.Sampling(
        chosen.get("sampler", "pfgm" if "dimensions" in chosen else "dpm"),
        chosen.get("steps", 18),
        chosen.get("guidance", 3.0),
        chosen.get("dimensions", network.TUNED_DIMENSIONS),
    )
    drawing = network.draw([wish.caption], seed=chosen.get("seed", seed), how=how, report=part(report, 0.0, 0.8))
    return network.finished(drawing, side_px, part(report, 0.8, 1.0))[0]


def drawn_table(
    cells: Sequence[tuple[Image, float]],
    columns: Sequence[str],
    rows: Sequence[str],
    side_px: int,
    names: tuple[str, str],
) -> Image:
    """Drawings row by row under their column's and beside their row's label, the seconds of each under it."""
    left, high = 150, side_px + LABEL_PX
    page = PillowImage.new("RGB", (left + len(columns) * side_px + 12, 2 * LABEL_PX + len(rows) * high), PAPER)
    pen = ImageDraw.Draw(page)
    pen.text((12, LABEL_PX), f"{names[1]} by {names[0]}", fill=INK, anchor="lm", font_size=14)
    for j, label in enumerate(columns):
        pen.text((left + (j + 0.5) * side_px, LABEL_PX), label, fill=INK, anchor="mm", font_size=16)
    for i, label in enumerate(rows):
        pen.text((left - 12, 2 * LABEL_PX + (i + 0.5) * high), label, fill=INK, anchor="rm", font_size=16)
    for number, (picture, seconds) in enumerate(cells):
        x, y = left + number % len(columns) * side_px, 2 * LABEL_PX + number // len(columns) * high
        page.paste(picture, (x, y), picture)
        pen.text((x + side_px / 2, y + side_px + 8), f"{seconds:.1f} s", fill="#5C554D", anchor="mm", font_size=13)
    return page
