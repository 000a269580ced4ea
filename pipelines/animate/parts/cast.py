"""A layered picture as parts that can move: backdrop planes with their depth, figures with their feet, shadows that follow them."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from PIL.Image import Image

from pipelines import media
from pipelines.core.settings import SEED_LIMIT, Refusal
from pipelines.figures.pose import from_json as from_json_of_pose
from pipelines.media.openraster import Document, read_document
from pipelines.scenes.record import SceneRecord, from_json
from pipelines.vision.plate import Plate

PAD = 2  # transparent pixels around a layer, so that its edge is soft wherever it moves
MOST_LAYERS, MOST_TAKES = 200, 10_000
MOST_NUMBER = 1e6  # of a place or size in a picture's description
PAIRS = ("ground", "water")  # of a stage: the rows, in parts of the height, from where to where
LEAVES = 0.2  # of a building's height: who stands no higher is before it, not on it
WHOLE = 0.85  # of the canvas' width or height: a layer that large is taken for a plane


@dataclass(frozen=True)
class CanvasLayer:
    """One layer on the canvas: premultiplied pixels whose first lies at (x, y); `figure` is the number of the figure it belongs to."""

    name: str
    plate: Plate
    x: int
    y: int
    parallax: float
    kind: str  # plane, figure, under
    figure: int | None = None
    blend: str = "svg:src-over"
    z: float = 0.0


@dataclass(frozen=True)
class ActingFigure:
    """Something that can act: its feet, size and names; `carrier` is the number of the figure that it sits on."""

    names: tuple[str, ...]
    feet: tuple[float, float]
    wide: float
    tall: float
    habitat: str
    move: str
    mirrored: bool
    z: float
    carrier: int | None = None
    character: str = ""  # JSON of the rigged figure that it is; "" for a drawing
    doing: str = ""  # what the picture shows it doing, and which take
    take: int = 0
    depth: float = 0.5
    play: str = ""  # the action and the expression that were chosen for it in the layer editor
    face: str = ""
    colour: str = ""
    seed: int = 0
    holder: int | None = None  # the number of the figure in whose hands the picture shows it
    part: str = ""  # of the scene's record
    posed: str = ""  # the pose in which an act of the picture shows it, as JSON
    parallax: float = 1.0


@dataclass(frozen=True)
class Cast:
    """A canvas, its parts from the bottom up, and who is in it; horizon, ground and water are rows in parts of the height."""

    width: int
    height: int
    parts: tuple[CanvasLayer, ...]
    figures: tuple[ActingFigure, ...]
    stage: Mapping[str, Any] = field(default_factory=dict)
    about: Mapping[str, Any] = field(default_factory=dict)
    record: SceneRecord | None = None


def cast_of(archive: bytes) -> Cast:
    """Read an OpenRaster archive: Storybook's with all that is known of it, any other with every layer as something that drifts. Raises Refusal."""
    found = read_document(archive)
    if not found.layers or min(found.width, found.height) < 16:
        raise Refusal("This picture has no layers that could move; bring an OpenRaster file.")
    if len(found.layers) > MOST_LAYERS:
        raise Refusal(f"This picture has {len(found.layers)} layers, and {MOST_LAYERS} is the most; merge some.")
    facts = found.facts if isinstance(found.facts, dict) else {}
    try:
        if "figures" in facts and len(facts.get("layers", ())) == len(found.layers):
            return storybook_cast(found, facts)
    except (LookupError, TypeError, ValueError, AttributeError, ArithmeticError, RecursionError) as problem:
        raise Refusal("The description inside this OpenRaster file is damaged.") from problem
    return _plain(found)


def _part(
    layer: Any, canvas: tuple[int, int], parallax: float, kind: str, figure: int | None = None, z: float = 0.0
) -> CanvasLayer:
    """A layer as a part; sides that touch the canvas' border go on beyond it, the others are padded with nothing."""
    pixels = premultiply(layer.picture, layer.opacity)
    height, width = pixels.shape[:2]
    touches = layer.y <= 0, layer.y + height >= canvas[1], layer.x <= 0, layer.x + width >= canvas[0]
    top, bottom, left, right = (0 if touch and kind == "plane" else PAD for touch in touches)
    padded = np.pad(pixels, ((top, bottom), (left, right), (0, 0)))
    x, y = layer.x - left, layer.y - top
    if (seen := padded[..., 3] > 0).any():  # cut to what is seen of it
        (first, last), (upper, lower) = (np.flatnonzero(seen.any(axis))[[0, -1]] for axis in (0, 1))
        first, upper = max(0, int(first) - PAD), max(0, int(upper) - PAD)
        padded, x, y = padded[upper : lower + 1 + PAD, first : last + 1 + PAD], x + first, y + upper
    return CanvasLayer(layer.name, Plate(padded), x, y, parallax, kind, figure, layer.blend, z)


def premultiply(picture: Image, opacity: float = 1.0) -> np.ndarray:
    """Return a picture as float32 RGBA whose colours are multiplied by their opacity."""
    pixels = np.asarray(picture.convert("RGBA"), np.float32) / 255
    alpha = pixels[..., 3:] * np.float32(opacity)
    return np.concatenate([pixels[..., :3] * alpha, alpha], axis=-1)


def storybook_cast(found: Document, facts: Mapping[str, Any]) -> Cast:
    """The cast of a picture of Storybook by its description; without layers it is not seen."""
    stage, about = dict(facts.get("stage", {})), dict(facts.get("about", {}))
    told = [entry for entry in facts["figures"] if ":" not in str(entry["noun"])]  # acts bring the others anew
    for name in ("horizon", *PAIRS):
        if stage.get(name):
            stage[name] = (
                [_finite(one) for one in (stage[name][0], stage[name][1])] if name in PAIRS else _finite(stage[name])
            )
    numbers = {entry["id"]: number for number, entry in enumerate(told)}
    figures = _seat_figures([_figure(entry) for entry in told], told)
    figures = [
        replace(figure, holder=numbers[entry["holder"]]) if entry.get("holder") else figure
        for figure, entry in zip(figures, told)
    ]
    canvas, parts = (found.width, found.height), []
    for entry, layer in zip(facts["layers"], found.layers):
        if not layer.visible or layer.opacity <= 0:
            continue
        if entry["kind"] == "plane":
            parts.append(_part(layer, canvas, _finite(entry["parallax"]), "plane"))
        elif entry["figure"] in numbers:
            number = numbers[entry["figure"]]
            parts.append(_part(layer, canvas, figures[number].parallax, entry["kind"], number, figures[number].z))
    record = from_json(json.dumps(about["scene"])) if "scene" in about else None
    return Cast(found.width, found.height, tuple(parts), tuple(figures), stage, about, record)


def _finite(value: Any) -> float:
    """A number. Raises ValueError or TypeError for what no picture can have."""
    number = float(value)
    if not abs(number) <= MOST_NUMBER:
        raise ValueError(f"{number} in the description of a picture")
    return number


def _figure(entry: Mapping[str, Any]) -> ActingFigure:
    scale, x, feet, wide, tall, z = (_finite(entry[name]) for name in ("scale", "x", "feet", "wide", "tall", "z"))
    noun, said, move = str(entry["noun"]), str(entry["said"]), str(entry["motion"]["move"])
    if min(wide * scale, tall * scale) < 1e-3:
        raise ValueError("a figure without a size")
    names = (noun, said, noun.split()[-1])
    character = str(entry.get("character", ""))
    if character:
        from pipelines.figures import Character

        Character.from_json(character)
    play, face = str(entry.get("play", "")), str(entry.get("face", ""))
    if play or face:
        from pipelines.figures import ACTIONS, EXPRESSIONS

        if not character or (play and play not in ACTIONS) or (face and face not in EXPRESSIONS):
            raise ValueError(f"an action {play[:40]!r} or a face {face[:40]!r} that there is not")
    take, depth = int(_finite(entry.get("take", 0))), _finite(entry.get("depth", 0.5))
    if not 0 <= take < MOST_TAKES:
        raise ValueError(f"take {take} of a figure")
    posed = str(entry.get("posed", ""))
    if posed:
        from_json_of_pose(posed)
    seed = int(entry.get("seed", 0))
    if not 0 <= seed < SEED_LIMIT:
        raise ValueError(f"seed {seed} of a figure")
    return ActingFigure(
        names,
        (x, feet),
        wide * scale,
        tall * scale,
        str(entry["habitat"]),
        move,
        bool(entry["mirrored"]),
        z,
        character=character,
        doing=play or str(entry.get("act", "")),
        take=take,
        depth=depth,
        play=play,
        face=face,
        colour=str(entry.get("colour", ""))[:40],
        seed=seed,
        part=str(entry.get("part", ""))[:48],
        posed=posed,
        parallax=_finite(entry["motion"]["parallax"]),
    )


def _seat_figures(figures: list[ActingFigure], entries: Any) -> list[ActingFigure]:
    """Who sits on whom: the largest figure whose box holds the feet of a seated one; who stands at the foot of a house is free to go."""
    from pipelines.scenes.things import is_fixed

    result = []
    for number, (one, entry) in enumerate(zip(figures, entries)):
        carrier = None
        if entry.get("seated"):
            under = [
                i
                for i, other in enumerate(figures)
                if i != number
                and not entries[i].get("seated")
                and abs(one.feet[0] - other.feet[0]) <= other.wide / 2
                and other.feet[1] - 1.05 * other.tall <= one.feet[1] <= other.feet[1] + 1
                and not (is_fixed(other.names[0]) and one.feet[1] > other.feet[1] - LEAVES * other.tall)
            ]
            carrier = max(under, key=lambda i: figures[i].tall * figures[i].wide, default=None)
        result.append(replace(one, carrier=carrier))
    return result


def recast(cast: Cast, brought: Sequence[media.Character | None]) -> Cast:
    """Characters of the shelf in the place of figures with their name or their kind, at the height that the figure had. Raises Refusal."""
    figures, found = list(cast.figures), [one for one in brought if one is not None]
    if not found:
        return cast
    from pipelines.figures import Character

    for one in found:
        who = Character.from_json(one.text)
        words = {who.kind.replace("_", " "), who.name.lower()} - {""}
        places = [n for n, figure in enumerate(figures) if figure.character and words & set(figure.names)]
        if not places:
            some = (
                ", ".join(dict.fromkeys(figure.names[0] for figure in figures if figure.character)) or "nobody who acts"
            )
            raise Refusal(f"This character finds no {min(words)!r} to play here; the picture has {some}.")
        for place in places:
            figures[place] = replace(figures[place], character=who.to_json())
    return replace(cast, figures=tuple(figures))


def _plain(found: Any) -> Cast:
    """Layers of another program: the bottom is far, the top is near; what covers most of the canvas is a plane, the rest floats."""
    shown = [layer for layer in found.layers if layer.visible and layer.opacity > 0]
    parts: list[CanvasLayer] = []
    figures: list[ActingFigure] = []
    for number, layer in enumerate(shown):
        parallax = 0.08 + 0.8 * number / max(1, len(shown) - 1)
        box = layer.picture.getchannel("A").getbbox()
        if box is None:
            continue
        wide, tall = box[2] - box[0], box[3] - box[1]
        if number == 0 or wide >= WHOLE * found.width or tall >= WHOLE * found.height:
            parts.append(_part(layer, (found.width, found.height), parallax, "plane"))
            continue
        feet = layer.x + (box[0] + box[2]) / 2, float(layer.y + box[3])
        parts.append(_part(layer, (found.width, found.height), parallax, "figure", len(figures), float(number)))
        figures.append(ActingFigure((layer.name.lower(),), feet, wide, tall, "air", "float", False, float(number)))
    return Cast(found.width, found.height, tuple(parts), tuple(figures))
