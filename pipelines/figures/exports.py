"""A character for other programs: the layered SVG, whose parts say their bones, and Lottie, in which a figure moves as drawn curves."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import numpy as np

from pipelines.core.settings import Refusal
from pipelines.figures.actions import act
from pipelines.figures.character import Character
from pipelines.figures.drawing import yaw_of
from pipelines.figures.figure import Figure
from pipelines.figures.paint import Sheet, inside, mask_of
from pipelines.figures.pose import Pose
from pipelines.figures.sculpt import TILT, Shape

CYCLES = {
    "walk": 0.95,
    "run": 0.58,
    "stand": 3.4,
    "sneak": 1.5,
    "hop": 0.8,
    "swim": 1.2,
    "fly": 0.6,
    "dance": 1.2,
}  # seconds of one round
LOTTIE_RATE_HZ = 12  # drawings a second, as hand animation is drawn "on twos"
LOTTIE_PX = 512
EDGE_PX = 1.2
COARSE = 0.5  # pixels that a traced curve may be off


def svg(
    character: Character,
    pose: Pose | None = None,
    view: str | float = "three_quarters",
    height_px: float = 800.0,
    *,
    bones: bool = True,
) -> bytes:
    """The figure as layered SVG: a group for each part, named, with its bones; what lies inside another part is clipped to it.

    A last, hidden layer has the bones as lines, whose ids are the names in `data-bones` of the parts, unless `bones` is off.
    """
    figure = character.figure
    pose = pose or act(figure, "stand", 1.0, seed=character.seed)
    shapes = figure.sculpted(pose, yaw_of(view)).shapes
    sheet = _sheet(shapes, height_px / figure.height)
    name = _escape_text(character.name or character.kind.replace("_", " "))
    lines = [
        '<svg xmlns="http://www.w3.org/2000/svg" xmlns:inkscape="http://www.inkscape.org/namespaces/inkscape" '
        f'viewBox="0 0 {sheet.width} {sheet.height}">',
        f"<title>{name}</title><desc>painted by code</desc>",
    ]
    for number, group in enumerate(_groups(shapes)):
        lines += _group(group, number, sheet)
    layer = _bones(figure, pose, yaw_of(view), sheet) if bones else ()
    return "\n".join([*lines, *layer, "</svg>"]).encode()


def _sheet(shapes: Sequence[Shape], scale: float) -> Sheet:
    corners = np.array([[p.min(0), p.max(0)] for shape in shapes for p in shape.polygons])
    low, high = corners[:, 0].min(0), corners[:, 1].max(0)
    size = (high - low) * scale + 8
    return Sheet(scale, -low[0] * scale + 4, high[1] * scale + 4, int(size[0]) + 1, int(size[1]) + 1)


def _groups(shapes: Sequence[Shape]) -> list[list[Shape]]:
    """Each part with what is clipped to it."""
    groups: list[list[Shape]] = []
    for shape in shapes:
        if shape.clip and groups:
            groups[-1].append(shape)
        else:
            groups.append([shape])
    return groups


def _bones(figure: Figure, pose: Pose, yaw: float, sheet: Sheet) -> list[str]:
    """A hidden layer with a line from each joint to its parent."""
    _, where, _ = figure.solved(pose)
    c, s = np.cos(np.radians(yaw)), np.sin(np.radians(yaw))
    seen = where @ np.array([[c, 0.0, -s], [-TILT * s, 1.0, -TILT * c]]).T
    at = seen * (sheet.scale, -sheet.scale) + (sheet.x, sheet.y)
    lines = [
        '<g id="bones" inkscape:groupmode="layer" inkscape:label="bones" display="none" stroke="#c8483f" stroke-width="3">'
    ]
    for place, (joint, parent) in enumerate(zip(figure.skeleton.joints, figure.skeleton.parents)):
        from_, to = at[parent] if parent >= 0 else at[place], at[place]
        lines.append(
            f'<line id="bone-{_escape_text(joint.name)}" x1="{from_[0]:.1f}" y1="{from_[1]:.1f}" x2="{to[0]:.1f}" y2="{to[1]:.1f}"/>'
        )
    return [*lines, "</g>"]


def _group(group: Sequence[Shape], number: int, sheet: Sheet) -> list[str]:
    outline = _path(group[0], sheet)
    if not outline:
        return []
    bones = " ".join(f"bone-{_escape_text(bone)}" for bone in group[0].bones)
    label = _escape_text(group[0].name)
    lines = [f'<g id="part{number}" inkscape:groupmode="layer" inkscape:label="{label}" data-bones="{bones}">']
    if len(group) > 1:
        lines.append(f'<clipPath id="clip{number}"><path d="{outline}"/></clipPath>')
    lines.append(_path_element(group[0], outline))
    if len(group) > 1:
        lines.append(f'<g clip-path="url(#clip{number})">')
        lines += [_path_element(shape, path) for shape in group[1:] if (path := _path(shape, sheet))]
        lines.append("</g>")
    return [*lines, "</g>"]


def _path_element(shape: Shape, path: str) -> str:
    red, green, blue = (int(np.clip(v, 0, 1) * 255 + 0.5) for v in shape.colour)
    faint = f' fill-opacity="{shape.opacity:.2f}"' if shape.opacity < 1 else ""
    return f'<path fill="#{red:02x}{green:02x}{blue:02x}"{faint} fill-rule="evenodd" d="{path}"/>'


def _path(shape: Shape, sheet: Sheet) -> str:
    return " ".join("M" + " ".join(f"{x:.2f},{y:.2f}" for x, y in ring) + "Z" for ring in _rings(shape, sheet))


def _rings(
    shape: Shape, sheet: Sheet, under: Shape | None = None, coarse: float = 0.9 / 4, fine: float = 4.0
) -> list[np.ndarray]:
    """The outlines of a shape in pixels, those of holes too; with `under` only what lies inside that one.

    A union of convex pieces, and what is clipped, are traced at `fine` times their size.
    """
    import cv2

    if not shape.convex and under is None:
        return [p * (sheet.scale, -sheet.scale) + (sheet.x, sheet.y) for p in shape.polygons if len(p) > 2]
    big = Sheet(sheet.scale * fine, sheet.x * fine, sheet.y * fine, int(sheet.width * fine), int(sheet.height * fine))
    drawn = mask_of(_flat(shape), big)
    below = mask_of(_flat(under), big) if under is not None and drawn is not None else None
    if drawn is None or (under is not None and below is None):
        return []
    mask, left, top = drawn
    if below is not None:
        mask = inside(mask, left, top, below)
    contours, _ = cv2.findContours((mask > 127).astype(np.uint8), cv2.RETR_CCOMP, cv2.CHAIN_APPROX_NONE)
    kept = [cv2.approxPolyDP(c, coarse * fine, True)[:, 0] for c in contours if len(c) > 8]
    return [(ring + (left, top) + 0.5) / fine for ring in kept if len(ring) > 2]


def _flat(shape: Shape) -> Shape:
    return Shape(shape.name, shape.polygons, shape.colour, 0.0, convex=shape.convex)


def _escape_text(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")


def lottie(character: Character, action: str = "walk", view: str | float = "side", height_px: int = LOTTIE_PX) -> bytes:
    """One round of a gait, in its place, as a Lottie animation (Lottie Animation Community, specification 1.0): flat shapes without shading.

    A shape layer for each drawing, shown for a twelfth of a second; in it a group for each part, named by the part and its bones. Raises Refusal for an action
    that does not repeat.
    """
    if action not in CYCLES:
        raise Refusal(f"Only what repeats can be a Lottie animation: {', '.join(CYCLES)}.")
    figure, seconds = character.figure, _cycle(character, action)
    count = max(6, round(seconds * LOTTIE_RATE_HZ))
    drawn = []
    for number in range(count):
        pose = act(figure, action, seconds * number / count, seed=character.seed)
        drawn.append(figure.sculpted(pose, yaw_of(view)).shapes)
    sheet = _sheet([shape for shapes in drawn for shape in shapes], height_px / figure.height)
    layers = [_layer(shapes, number, count, sheet, action) for number, shapes in enumerate(drawn)]
    about = {
        "v": "5.7.0",
        "fr": round(count / seconds, 4),
        "ip": 0,
        "op": count,
        "w": sheet.width,
        "h": sheet.height,
        "ddd": 0,
        "assets": [],
        "nm": f"{character.name or character.kind.replace('_', ' ')}: {action}",
        "meta": {"g": "Afternoon Studio", "d": "painted by code"},
        "layers": layers,
    }
    return json.dumps(about, separators=(",", ":")).encode()


def _cycle(character: Character, action: str) -> float:
    """Seconds of one round: the gait's own where it has one."""
    from pipelines.figures.gaits import period

    return period(character.figure, action) or CYCLES[action]


def _layer(shapes: Sequence[Shape], number: int, count: int, sheet: Sheet, action: str) -> dict[str, Any]:
    parts = []
    for group in _groups(shapes):
        parts.append(_part(group[0], _rings(group[0], sheet, coarse=COARSE, fine=2.0)))
        parts += [_part(one, _rings(one, sheet, group[0], coarse=COARSE, fine=2.0)) for one in group[1:]]
    return {
        "ty": 4,
        "nm": f"{action} {number + 1}",
        "ind": number + 1,
        "ip": 0,
        "op": count,
        "st": 0,
        "sr": 1,
        "bm": 0,
        "ddd": 0,
        "ks": _still(a=[0, 0, 0], p=[0, 0, 0], s=[100, 100, 100], r=0) | {"o": _seen_at(number, count)},
        "shapes": [part for part in reversed(parts) if part],  # the first lies in front
    }


def _seen_at(number: int, count: int) -> dict[str, Any]:
    """Opaque at one frame and clear at all others, by held keys: players differ in whether a layer's last frame belongs to it."""
    if count == 1:
        return {"a": 0, "k": 100}
    keys = {0: 0} | {number: 100} | ({number + 1: 0} if number + 1 < count else {})
    return {"a": 1, "k": [{"t": at, "s": [value], "h": 1} for at, value in sorted(keys.items())]}


def _part(shape: Shape, rings: Sequence[np.ndarray]) -> dict[str, Any] | None:
    if not rings:
        return None
    colour = [round(float(np.clip(v, 0, 1)), 4) for v in shape.colour[:3]]
    curves = [{"ty": "sh", "ks": {"a": 0, "k": _curve(ring)}} for ring in rings]
    fill = {"ty": "fl", "c": {"a": 0, "k": [*colour, 1]}, "o": {"a": 0, "k": round(100 * shape.opacity, 1)}, "r": 2}
    transform = {"ty": "tr"} | _still(a=[0, 0], p=[0, 0], s=[100, 100], r=0, o=100)
    edge = [_edge(colour)] if shape.contact and not shape.clip else []
    return {"ty": "gr", "nm": f"{shape.name} ({', '.join(shape.bones)})", "it": [*curves, *edge, fill, transform]}


def _edge(colour: list[float]) -> dict[str, Any]:
    """A darker line around a part, in place of the shading that flat shapes do not have."""
    dark = [round(0.72 * value, 4) for value in colour]
    return {
        "ty": "st",
        "c": {"a": 0, "k": [*dark, 1]},
        "o": {"a": 0, "k": 100},
        "w": {"a": 0, "k": EDGE_PX},
        "lc": 2,
        "lj": 2,
    }


def _curve(ring: np.ndarray) -> dict[str, Any]:
    points = [[round(float(x), 1), round(float(y), 1)] for x, y in ring]
    straight = [[0, 0]] * len(points)
    return {"c": True, "v": points, "i": straight, "o": straight}


def _still(**values: Any) -> dict[str, Any]:
    """Properties that do not change."""
    return {name: {"a": 0, "k": value} for name, value in values.items()}
