"""A picture in layers painted in a style, its layers kept: what it shows can still be moved and animated."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated, Any

import numpy as np
from PIL import Image as PillowImage

from pipelines.core.progress import Report, part, silent
from pipelines.core.registry import pipeline
from pipelines.core.settings import Choice, Input, Range, Refusal
from pipelines.media import Accompanied, Layers
from pipelines.stylize.parts import scales
from pipelines.stylize.parts.colour import mix_pictures
from pipelines.stylize.parts.stylers import (
    MULTISTYLE,
    PREDICT,
    TRANSFORM,
    by_name,
    named_styles,
    style_names,
    trained_cards,
)

if TYPE_CHECKING:
    from pipelines.media.openraster import Document, Layer

__all__ = ["MULTISTYLE", "layers"]
SEEN = 0.97  # cover from which a pixel's painted colour is its layer's own
KEPT = ("shadow", "weather")  # layers that stay as they are


@pipeline(models=(MULTISTYLE,), optional=(PREDICT, TRANSFORM, *trained_cards()))
def layers(
    picture: Annotated[Layers, Input(label="Picture with layers", help="From Storybook, or an OpenRaster file.")],
    *,
    style: Annotated[
        str, Choice(style_names, help="How the picture is painted.", pictures="looks/{value}.webp")
    ] = "autumn-oils",
    strength: Annotated[float, Range(0, 1, 0.05, help="0 is the picture as it is.")] = 1.0,
    report: Report = silent,
) -> Accompanied[Layers]:
    """Paint a layered picture in a style from the list and keep its layers, so that it can act.

    Dumoulin et al. 2017, as in `stylize.gallery`, of the backdrop alone and of the whole; each layer takes the painted colours where it is
    seen. What it hides elsewhere gets the colours that its own ones became (least squares, then spread from the seen parts). Shadows
    and weather stay. RGBA layers of the same places. Raises MissingModel without its network (1 MB), Refusal for other archives.
    """
    from pipelines.media.openraster import read_document, write

    document = read_document(picture.archive)
    planes = [n for n, layer in enumerate(document.layers) if _is_plane(document, n) and _painted_over(layer)]
    figures = [n for n, layer in enumerate(document.layers) if n not in planes and _painted_over(layer)]
    if not planes and not figures:
        raise Refusal("This picture has no layers that could be painted.")
    repainted = list(document.layers)
    with by_name(named_styles()[style]) as styler:
        for numbers, company, stage in (
            (planes, planes, part(report, 0.0, 0.5)),
            (figures, sorted(planes + figures), part(report, 0.5, 1.0)),
        ):
            if not numbers:
                continue
            whole = _flat(document, company)
            painted = mix_pictures(whole, scales.paint_with_brush(styler, whole, 1.0, stage), strength)
            hidden = _hidden(document, company)
            for number in numbers:
                repainted[number] = _repaint_layer(document.layers[number], painted, hidden[number])
    merged, archive = write(replace(document, layers=tuple(repainted)))
    return Accompanied(Layers(merged, archive), {"layers.ora": archive})


def _is_plane(document: Document, number: int) -> bool:
    """Part of the backdrop: as the picture says of itself, else what covers most of the canvas."""
    fact = document.facts.get("layers") if isinstance(document.facts, dict) else None
    if isinstance(fact, list) and len(fact) == len(document.layers) and isinstance(fact[number], dict):
        return fact[number].get("kind") == "plane"
    layer = document.layers[number]
    return number == 0 or layer.picture.width >= 0.85 * document.width or layer.picture.height >= 0.85 * document.height


def _painted_over(layer: Layer) -> bool:
    return layer.visible and layer.blend == "svg:src-over" and not any(word in layer.name for word in KEPT)


def _flat(document: Document, numbers: Sequence[int]) -> np.ndarray:
    from pipelines.media.openraster import flatten_document

    return np.asarray(flatten_document(replace(document, layers=tuple(document.layers[n] for n in numbers))))


def _hidden(document: Document, numbers: Sequence[int]) -> dict[int, np.ndarray]:
    """For each layer how far those above it cover it, float32 [canvas height, width]."""
    arrays = {}
    above = np.zeros((document.height, document.width), np.float32)
    for number in reversed(numbers):
        arrays[number] = above.copy()
        layer = document.layers[number]
        box, own = _meeting(layer, document.width, document.height)
        alpha = np.asarray(layer.picture.getchannel("A"), np.float32)[own] / 255 * layer.opacity
        above[box] = above[box] + alpha * (1 - above[box])
    return arrays


def _meeting(layer: Layer, width: int, height: int) -> tuple[Any, Any]:
    """Where a layer lies on the canvas, and which part of it does: two pairs of slices."""
    left, top = max(0, layer.x), max(0, layer.y)
    right, bottom = min(width, layer.x + layer.picture.width), min(height, layer.y + layer.picture.height)
    canvas = slice(top, max(top, bottom)), slice(left, max(left, right))
    own = slice(top - layer.y, max(top, bottom) - layer.y), slice(left - layer.x, max(left, right) - layer.x)
    return canvas, own


def _repaint_layer(layer: Layer, painted: np.ndarray, hidden: np.ndarray) -> Layer:
    """The layer with the painted colours where it is seen, and with what its own colours became where it is not."""
    from pipelines.vision.inpainting import push_pull

    pixels = np.asarray(layer.picture.convert("RGBA"))
    own_colours, alpha = pixels[..., :3].astype(np.float32), pixels[..., 3]
    box, own = _meeting(layer, painted.shape[1], painted.shape[0])
    seen = np.zeros(alpha.shape, np.float32)
    seen[own] = (alpha[own] >= SEEN * 255) & (hidden[box] <= 1 - SEEN)
    colours = own_colours.copy()
    colours[own] = np.where(seen[own][..., None] > 0, painted[box], colours[own])
    if seen.any() and (alpha[seen == 0] > 0).any():
        guess = _became(own_colours, colours, seen)
        rest = push_pull((colours - guess) * seen[..., None], seen)  # what the guess misses nearby
        colours = np.where(seen[..., None] > 0, colours, guess + rest)
    result = np.concatenate([colours.round().clip(0, 255).astype(np.uint8), alpha[..., None]], -1)
    return replace(layer, picture=PillowImage.fromarray(result))


def _became(before: np.ndarray, after: np.ndarray, seen: np.ndarray) -> np.ndarray:
    """All pixels as those that are seen changed: a linear map of colours by least squares, drawn to plain shifts where few are seen."""
    chosen = seen > 0
    known = np.concatenate([before[chosen] / 255, np.ones((int(chosen.sum()), 1), np.float32)], 1).astype(np.float64)
    wanted = after[chosen] / 255
    ridge = 1e-3 * len(known) * np.diag([1.0, 1.0, 1.0, 0.0])
    start = np.vstack([np.eye(3), np.zeros((1, 3))])
    matrix = start + np.linalg.solve(known.T @ known + ridge + 1e-6 * np.eye(4), known.T @ (wanted - known @ start))
    whole = np.concatenate([before.reshape(-1, 3) / 255, np.ones((before.shape[0] * before.shape[1], 1))], 1)
    return (255 * whole @ matrix).reshape(before.shape).astype(np.float32)
