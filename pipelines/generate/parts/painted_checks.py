"""What is looked at after a model painted a scene: whether its figures stand out where they should, and whether named colours are there. It is said, not mended."""

from __future__ import annotations

from typing import Any

import numpy as np
from PIL.Image import Image

from pipelines.core.models import MissingModel
from pipelines.scenes import controls
from pipelines.scenes.scene import Scene
from pipelines.vision import matte
from pipelines.vision.oklab import colour_word, main_colour

STANDS_OUT = 0.5  # of a figure's mask that the matte must cover
SENTENCES = {
    "colour": "{name} was to be {asked} and looks {seen}; try another seed.",
    "no colour": "{name} was to be {asked} and is not; try another seed.",
    "figures": "Of {all} figures {before} stood out, and {now} do now; try another seed.",
}
LEAST_PX = 40  # of a mask in which a colour is looked at


def check_painting(story: Scene, drawn: Image, painted: Image) -> dict[str, Any]:
    """The count of figures that stand out, of the drawing and of the painting, and the colours of named things that are others than was said."""
    masks = {
        name: np.asarray(mask.resize(painted.size)) >= controls.COVERS for name, mask in controls.masks(story).items()
    }
    before, after = np.asarray(drawn.convert("RGB").resize(painted.size)), np.asarray(painted.convert("RGB"))
    facts: dict[str, Any] = {"figures": len(masks), "colours": _colours(story, masks, before, after)}
    try:
        facts |= {"stand_out_in_the_drawing": _count(before, masks), "stand_out": _count(after, masks)}
    except MissingModel as problem:
        facts["not_counted"] = str(problem)
    facts["notes"] = _notes(facts)
    return facts


def _count(picture: np.ndarray, masks: dict[str, np.ndarray]) -> int:
    cover = matte.salient(picture.astype(np.float32) / 255)
    return sum(bool(mask.any() and cover[mask].mean() > STANDS_OUT) for mask in masks.values())


def _colours(story: Scene, masks: dict[str, np.ndarray], before: np.ndarray, after: np.ndarray) -> dict[str, list[str]]:
    """By figure the colour that was said and the one that is seen, where our drawing shows the said one and the painting another."""
    changes = {}
    for figure in story.figures:
        asked, mask = figure.paint or figure.colour, masks.get(figure.id)
        if not asked or mask is None or mask.sum() < LEAST_PX or _colour(before, mask) != asked:
            continue
        if (seen := _colour(after, mask)) != asked:
            changes[figure.id] = [asked, seen]
    return changes


def _colour(picture: np.ndarray, mask: np.ndarray) -> str:
    pixels = picture[mask]
    rgba = np.concatenate([pixels, np.full((len(pixels), 1), 255, np.uint8)], 1)[None]
    return colour_word(main_colour(rgba)[1])


def _notes(found: dict[str, Any]) -> list[str]:
    notes = [
        SENTENCES["colour" if seen else "no colour"].format(name=name, asked=asked, seen=seen)
        for name, (asked, seen) in found["colours"].items()
    ]
    if found.get("stand_out", 0) < found.get("stand_out_in_the_drawing", 0):
        counts = {"all": found["figures"], "before": found["stand_out_in_the_drawing"], "now": found["stand_out"]}
        notes.append(SENTENCES["figures"].format(**counts))
    return notes
