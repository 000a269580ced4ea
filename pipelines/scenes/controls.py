"""What the studio knows exactly of a painted scene, as pictures that steer another painter: soft edges, depth, segments, masks, skeletons."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from PIL import Image as PillowImage
from PIL.Image import Image

from pipelines.core.models import ASSETS
from pipelines.figures import Character, act, draw
from pipelines.figures.keypoints import Points, draw_points, mirror_points
from pipelines.media.openraster import Layer, flatten_document
from pipelines.scenes import performers
from pipelines.scenes.relations import STAGES
from pipelines.scenes.scene import Figure, Scene, document
from pipelines.scenes.settings import INSIDE, family

KINDS = {
    "depth": "depth: how near everything is",
    "pose": "poses: skeletons of people",
    "segments": "segments: what is where",
    "edges": "soft edges of everything",
}
FAR, MIDDLE = 0.04, 0.08  # nearness of the planes behind the ground, which runs from MIDDLE at the horizon to 1
COVERS = 128  # of 255: from here on a pixel belongs to a layer
SOFT_PX = 1.2  # of a soft edge, in a picture of 512 pixels
INNER = 0.5  # how strong lines within a figure are beside its outline
PORTRAIT_PX, PORTRAIT_SHARE, GROUND = 512, 0.86, (236, 234, 230)


@lru_cache(maxsize=1)
def table() -> Mapping[str, Any]:
    """Return the classes, colours and words in which other painters are told of a scene (assets/scenes/painter.json)."""
    found: Mapping[str, Any] = json.loads((ASSETS / "scenes" / "painter.json").read_text("utf-8"))
    return found


@dataclass(frozen=True)
class Part:
    """One visible layer that stands in the scene: a plane of the backdrop, or a figure; `cover` is its alpha on the canvas, uint8 [h,w]."""

    name: str
    figure: Figure | None
    cover: np.ndarray


def parts(scene: Scene) -> list[Part]:
    """Return planes and figures bottom first; shadows, reflections and weather are none."""
    laid, figures = document(scene), {figure.id: figure for figure in scene.figures}
    visible = []
    for facts, layer in zip(laid.facts["layers"], laid.layers):
        if not layer.visible or facts["kind"] == "under" or facts["name"] == "weather":
            continue
        visible.append(Part(facts["name"], figures.get(facts.get("figure", "")), _cover(layer, scene)))
    return visible


def _cover(layer: Layer, scene: Scene) -> np.ndarray:
    canvas = PillowImage.new("L", (scene.width, scene.height))
    canvas.paste(layer.picture.getchannel("A"), (layer.x, layer.y))
    return np.asarray(canvas)


def flatten_scene(scene: Scene) -> Image:
    """The scene as the studio painted it: RGB."""
    return flatten_document(document(scene))


def place(scene: Scene) -> Image:
    """The scene's place with nobody in it: RGB."""
    return flatten_scene(Scene(scene.width, scene.height, scene.planes, (), {}, scene.about))


def masks(scene: Scene) -> dict[str, Image]:
    """Where each figure is seen: white on black, L of the scene's size, by id and bottom first."""
    return {
        part.figure.id: PillowImage.fromarray(np.where(seen, 255, 0).astype(np.uint8))
        for part, seen in _visible_parts(parts(scene))
        if part.figure is not None
    }


def _visible_parts(found: list[Part]) -> Iterator[tuple[Part, np.ndarray]]:
    above = np.zeros(found[0].cover.shape, bool)
    shown = []
    for part in reversed(found):
        own = part.cover >= COVERS
        shown.append((part, own & ~above))
        above |= own
    return reversed(shown)


# depth


def depth(scene: Scene) -> Image:
    """How near everything is, white is nearest: RGB. On flat ground nearness grows evenly below the horizon; a figure is as near as where it stands."""
    canvas = np.zeros((scene.height, scene.width), np.float32)
    for part, seen in _visible_parts(parts(scene)):
        near = plane_nearness(scene, part.name) if part.figure is None else nearness(scene, part.figure)
        canvas = np.where(seen, near, canvas)
    return PillowImage.fromarray((canvas * 255 + 0.5).astype(np.uint8)).convert("RGB")


def nearness(scene: Scene, figure: Figure) -> float:
    """How near a figure is, 0 to 1: as the ground (or the water) is where it stands; what is in the sky is behind everything."""
    stage = STAGES[scene.about["place"]]
    if figure.habitat == "sky":
        return FAR / 2
    low, high = stage.water if figure.habitat == "water" and stage.water else stage.ground
    return _below(stage.horizon, low + figure.depth * (high - low))


def plane_nearness(scene: Scene, name: str) -> Any:
    """How near a plane of the backdrop is: one number, or for the ground one for each row."""
    if name == "ground":
        rows = (np.arange(scene.height, dtype=np.float32) + 0.5) / scene.height
        return _below(STAGES[scene.about["place"]].horizon, rows)[:, None]
    return {"sky": 0.0, "far": FAR, "near": 1.0}.get(name, MIDDLE)


def _below(horizon: float, row: Any) -> Any:
    """Nearness of the ground at a row, in shares of the height: what is twice as far lies half as deep below the horizon."""
    return MIDDLE + (1 - MIDDLE) * np.clip((row - horizon) / (1 - horizon), 0, 1)


# segments and edges


def segments(scene: Scene) -> Image:
    """What is where, in the colours of ADE20K's classes (Zhou et al. 2017): RGB."""
    canvas = np.zeros((scene.height, scene.width, 3), np.uint8)
    for part, seen in _visible_parts(parts(scene)):
        canvas[seen] = table()["segments"][_class(scene, part)]
    return PillowImage.fromarray(canvas)


def _class(scene: Scene, part: Part) -> str:
    known = table()
    if part.figure is None:
        place, planes = scene.about["place"], known["planes"]
        usual = planes["inside"] if place in INSIDE else planes[""]
        return str({**usual, **planes.get(family(place), {})}.get(part.name, "wall"))
    if part.figure.character:
        return "person" if performers.is_person(part.figure.noun) else "animal"
    return str(known["nouns"].get(part.figure.noun, "thing"))


def edges(scene: Scene) -> Image:
    """Soft white lines on black: outlines of all layers where they are seen, and fainter the lines of the picture within: RGB."""
    import cv2

    soft = SOFT_PX * min(scene.width, scene.height) / 512
    within = _slope(cv2.GaussianBlur(np.asarray(flatten_scene(scene).convert("L"), np.float32), (0, 0), soft)) * INNER
    outlines = np.zeros_like(within)
    for part in parts(scene):
        outlines[part.cover >= COVERS] = 0
        outlines = np.maximum(outlines, _slope(cv2.GaussianBlur(part.cover.astype(np.float32), (0, 0), soft)))
    return PillowImage.fromarray(np.maximum(within, outlines).clip(0, 255).astype(np.uint8)).convert("RGB")


def _slope(values: np.ndarray) -> np.ndarray:
    import cv2

    return np.hypot(cv2.Sobel(values, cv2.CV_32F, 1, 0), cv2.Sobel(values, cv2.CV_32F, 0, 1)) / 2


# skeletons and references


def joints(figure: Figure) -> Points:
    """Where the joints of a figure are on the canvas, from the pose in which it was drawn; nothing for what has no body like a person's."""
    if not figure.character or not performers.is_person(figure.noun):
        return {}
    placed = performers.place_character(
        Character.from_json(figure.character),
        figure.play or figure.act,
        figure.take,
        face=figure.face,
        posed=figure.posed,
    )
    x0, y0, x1, y1 = figure.box
    points = mirror_points(placed.joints, 1.0) if figure.mirrored else placed.joints
    return {name: (x0 + x * (x1 - x0), y0 + y * (y1 - y0)) for name, (x, y) in points.items()}


def poses(scene: Scene) -> Image:
    """The skeletons of all who are seen, far ones first, as OpenPose draws them: RGB."""
    canvas = np.zeros((scene.height, scene.width, 3), np.uint8)
    for one in sorted(scene.figures, key=lambda figure: figure.z):
        if one.visible:
            draw_points(canvas, joints(one))
    return PillowImage.fromarray(canvas)


def portraits(scene: Scene) -> dict[str, Image]:
    """A portrait of each character of the scene, standing, by the id of the first figure that it is: RGB."""
    found: dict[str, str] = {}
    for figure in scene.figures:
        if figure.character and figure.visible and figure.character not in found.values():
            found[figure.id] = figure.character
    return {id: _portrait(Character.from_json(text)) for id, text in found.items()}


def _portrait(who: Character) -> Image:
    pose = act(who.figure, "stand", 0.4, seed=who.seed)
    figure = PillowImage.fromarray(draw(who, pose, PORTRAIT_PX, "three_quarters").rgba)
    share = PORTRAIT_SHARE * PORTRAIT_PX / max(figure.size)
    figure = figure.resize((max(1, round(figure.width * share)), max(1, round(figure.height * share))))
    canvas = PillowImage.new("RGB", (PORTRAIT_PX, PORTRAIT_PX), GROUND)
    canvas.paste(figure, ((PORTRAIT_PX - figure.width) // 2, (PORTRAIT_PX - figure.height) // 2), figure)
    return canvas


MAPS = {"depth": depth, "pose": poses, "segments": segments, "edges": edges}


def control(scene: Scene, kind: str) -> Image:
    """Return the scene's picture of one kind of control, one of KINDS: RGB of the scene's size."""
    return MAPS[kind](scene)
