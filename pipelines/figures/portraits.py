"""Portraits of the cast: head and shoulders before a plain ground, the eyes always in the same place; as many people as there are seeds."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from functools import cache
from typing import Any

import numpy as np

from pipelines.figures.actions import act
from pipelines.figures.cast import parameters
from pipelines.figures.character import Character
from pipelines.figures.drawing import draw
from pipelines.figures.kinds import FOLDER, family
from pipelines.figures.pose import EXPRESSIONS, Face, Pose, mixed_face
from pipelines.figures.vocabulary import vocabulary
from pipelines.painting.brush import rgb

SIZE_PX = 64
EYES_AT = 0.52  # of the height of a portrait
FACE_SHARE = 0.80  # height of a head with its hair, as a share of a portrait


@cache
def looks() -> Mapping[str, Any]:
    """What `assets/figures/looks.json` says of how people look: those on portraits, and anybody of whom nothing is said."""
    return json.loads((FOLDER / "looks.json").read_text("utf-8"))


GROUNDS: Sequence[str] = looks()["portraits"]["grounds"]


@dataclass(frozen=True)
class Portrait:
    """Who is seen, from where (degrees; 90 is the front), with which expression and how much of it, before which ground."""

    character: Character
    yaw: float = 90.0
    expression: str = "neutral"
    strength: float = 1.0
    gaze: tuple[float, float] = (0.0, 0.0)
    tilt: float = 0.0
    ground: str = GROUNDS[0]
    lid: float = 0.0

    def facts(self) -> dict[str, Any]:
        """Plain values: what a table of many portraits holds."""
        c = self.character.params
        kept = ("skin", "hair", "hair_colour", "beard", "glasses", "hat", "top_colour")
        seen = {k: v for k, v in asdict(self).items() if k != "character"}
        return {"kind": self.character.kind, **{k: c[k] for k in kept}, **seen}


def pick(generator: np.random.Generator, choices: Any) -> Any:
    """One of several, by a generator."""
    return choices[int(generator.integers(len(choices)))]


def somebody(seed: int) -> Character:
    """A person who is not in any story: kind, skin, hair, glasses, beard, hat and clothes from a seed."""
    g = np.random.default_rng([seed, 41])
    table = looks()["portraits"]
    kind = pick(g, table["ages"])
    old = kind.startswith("grand")
    hair_colour = (
        pick(g, ("#d9d6d2", "#ece9e4", "#b9b6b4", "#8a8684"))
        if old
        else pick(g, sorted(set(vocabulary().hair_colours.values())))
    )
    colours = sorted(set(vocabulary().colours.values()))
    changes: dict[str, Any] = {
        "skin": pick(g, sorted(vocabulary().skins.values())),
        "hair": pick(g, table["hairs"][kind]),
        "hair_colour": hair_colour,
        "eye_colour": pick(g, table["eyes"]),
        "top": pick(g, table["tops"]),
        "top_colour": pick(g, colours),
        "trim_colour": pick(g, colours),
        "glasses": pick(g, ("round", "square")) if g.random() < (0.4 if old else 0.15) else "none",
        "beard": pick(g, table["beards"].get(kind, ("none",))),
        "hat": pick(g, table["hats"]) if g.random() < 0.12 else "none",
        "hat_colour": pick(g, colours),
        "nose": round(float(g.uniform(0.7, 1.4)), 3),
        "jaw": round(float(g.uniform(0.2, 0.9)), 3),
        "eye_size": round(float(g.uniform(0.85, 1.25)), 3),
        "eye_apart": round(float(g.uniform(21, 27)), 2),
    }
    return Character(kind, changes, seed % 1_000_000)


def natural_looks(kind: str, seed: int, called: str = "") -> dict[str, Any]:
    """Skin, hair and eyes of somebody of whom nothing is said: mixed as the world is. A name leans to where it is common; nobody is bald or bearded by it."""
    if kind not in family("people").kinds or kind in looks()["own"]:
        return {}
    table, origins = parameters(kind), looks()["origins"]
    g = np.random.default_rng([seed, 47, *called.encode()])
    leaning = [origin for origin, about in origins.items() if called.lower() in about["names"]]
    mixed = pick(g, looks()["mix"])
    about = origins[leaning[0] if leaning and g.random() < looks()["leaning"] else mixed]
    chosen = {"skin": pick(g, about["skins"]), "eye_colour": pick(g, about["eyes"])}
    chosen["build"] = round(float(np.clip(table["build"] + g.uniform(-0.15, 0.25), 0, 1)), 3)
    if not table["wrinkles"]:
        chosen["hair_colour"] = pick(g, about["hair_colours"])
        sex = "f" if kind in vocabulary().female else "m"
        if table["hair"] not in ("ring", "bald"):
            chosen["hair"] = pick(g, about["hairs"][sex])
    return chosen


def portrait_of(character: Character, seed: int) -> Portrait:
    """How a character happens to look on one portrait: side, expression, gaze and ground from a seed."""
    g = np.random.default_rng([seed, 43])
    return Portrait(
        character,
        yaw=round(float(np.clip(g.normal(90, 22), 46, 134)), 2),
        expression=pick(g, ("neutral", "happy", "happy", "sad", "angry", "surprised", "tired", "afraid")),
        strength=round(float(g.uniform(0.3, 1.0)), 3),
        gaze=(round(float(g.normal(0, 0.3)), 3), round(float(g.normal(0, 0.2)), 3)),
        tilt=round(float(g.normal(0, 4)), 2),
        ground=pick(g, GROUNDS),
    )


def face_of(seen: Portrait) -> Face:
    """The face of a portrait: a share of its expression."""
    face = mixed_face(Face(), EXPRESSIONS[seen.expression], seen.strength)
    return replace(face, gaze=seen.gaze, lid=max(face.lid, seen.lid))


def picture(seen: Portrait, size_px: int = SIZE_PX) -> np.ndarray:
    """A portrait as RGB uint8 [size,size,3]; drawn twice as large and shrunk, so that its edges are soft."""
    import cv2

    character, zoom = seen.character, 2
    side = size_px * zoom
    figure = character.figure
    pose = replace(act(figure, "stand", 0.0, seed=character.seed), face=face_of(seen))
    pose = _tilt_head(pose, seen.tilt)
    drawn = draw(character, pose, FACE_SHARE * side / float(character.params["head"]), seen.yaw)
    ex, ey = drawn.anchors["eyes"]
    hx, _ = drawn.anchors["head"]
    x0, y0 = round(0.65 * hx + 0.35 * ex - side / 2), round(ey - EYES_AT * side)
    page = paint_ground(seen.ground, side)
    rgba = drawn.rgba
    top, left = max(0, y0), max(0, x0)
    cut = rgba[top : max(top, y0 + side), left : max(left, x0 + side)].astype(np.float32)
    place = page[top - y0 : top - y0 + cut.shape[0], left - x0 : left - x0 + cut.shape[1]]
    cut = cut[: place.shape[0], : place.shape[1]]
    alpha = cut[..., 3:] / 255
    place[:] = cut[..., :3] * alpha + place * (1 - alpha)
    small = cv2.resize(page, (size_px, size_px), interpolation=cv2.INTER_AREA)
    return small.round().clip(0, 255).astype(np.uint8)


def _tilt_head(pose: Pose, degrees: float) -> Pose:
    pitch, roll, twist = pose.angles.get("head", (0.0, 0.0, 0.0))
    return replace(pose, angles={**pose.angles, "head": (pitch, roll + degrees, twist)})


def paint_ground(colour: str, side: int) -> np.ndarray:
    """A plain ground with a little light above: float32 0..255 [side,side,3]."""
    ramp = np.linspace(1.06, 0.88, side, dtype=np.float32)[:, None, None]
    across = 1 - 0.05 * np.abs(np.linspace(-1, 1, side, dtype=np.float32))[None, :, None]
    return np.clip(rgb(colour)[None, None] * ramp * across, 0, 1).astype(np.float32) * 255
