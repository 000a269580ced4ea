"""A stranger's SVG becomes parts that our brush paints: plain shapes with plain colours, 100 units large.

`studio.intake.drawings` has looked at its elements and attributes before; here numbers are checked and counted.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element

import numpy as np
from PIL import ImageColor

from pipelines.props import outlines
from pipelines.props.drawings import SVG, UP, attributes
from pipelines.props.foreign_path import FARTHEST, TOKEN, Unread, finite, lines_of
from pipelines.props.part import Part, part

UNITS = 100.0
MOST_PARTS, MOST_POINTS = 400, 40_000
SILENT = ("title", "desc", "metadata", "defs", "style")
CALL = re.compile(r"(matrix|translate|scale|rotate|skewX|skewY)\(([^()]*)\)[\s,]*")
UNIT = re.compile(r"(px|pt|mm|cm|in|em|rem)$")
INHERITED = ("fill", "stroke", "stroke-width", "fill-opacity", "stroke-opacity", "color", "visibility", "display")

Said = Mapping[str, str]


@dataclass(frozen=True)
class _Way:
    """How what stands in an element is moved, and what it inherits."""

    matrix: np.ndarray = field(default_factory=lambda: np.eye(3))
    said: Said = field(default_factory=dict)
    opacity: float = 1.0


def parts_of_foreign(root: Element) -> list[Part]:
    """The parts of a drawing, far to near, y up. Raises Unread where nothing of it can be painted, or too much."""
    classes = _classes(root)
    found: list[Part] = []
    points = 0
    for made in _parts(root, _Way(), classes):
        found.append(made)
        points += sum(map(len, made.polygons))
        if len(found) > MOST_PARTS or points > MOST_POINTS:
            raise Unread("drawing_much")
    if not found:
        raise Unread("drawing_empty")
    return _size_parts(found)


def _size_parts(parts: list[Part]) -> list[Part]:
    """The same parts in our units, so that shading and shadows are as deep as those of our own drawings."""
    around = np.concatenate([polygon for one in parts for polygon in one.polygons])
    large = float(np.ptp(around, axis=0).max())
    if large < 1e-6:
        raise Unread("drawing_empty")
    scale, corner = UNITS / large, around.min(0)
    return [
        part(
            one.tone,
            [(polygon - corner) * scale for polygon in one.polygons],
            convex=bool(one.paint.get("convex")),
            opacity=float(one.paint["opacity"]),
        )
        for one in parts
    ]


def _parts(node: Element, way: _Way, classes: Mapping[str, Said]) -> Iterator[Part]:
    for child in node:
        name = child.tag.removeprefix(SVG) if isinstance(child.tag, str) else "title"
        if name in SILENT or name.startswith("{"):
            continue
        own = {**_of_class(child, classes), **attributes(child)}
        said = {**way.said, **{key: own[key] for key in INHERITED if own.get(key, "inherit") != "inherit"}}
        inner = _Way(way.matrix @ _matrix(own.get("transform", "")), said, way.opacity * _share(own, "opacity"))
        if said.get("display") == "none" or said.get("visibility") == "hidden":
            continue
        if name in ("g", "svg"):
            yield from _parts(child, inner, classes)
        else:
            yield from _paint_shape(_lines(name, own), inner, name)


def _paint_shape(lines: list[np.ndarray], way: _Way, name: str) -> Iterator[Part]:
    """The filled inside of a shape and the line around it."""
    moved = [(line @ way.matrix[:2, :2].T + way.matrix[:2, 2]) * UP for line in lines]
    if sum(map(len, moved)) > MOST_POINTS:
        raise Unread("drawing_much")
    if any(not (np.abs(line) <= FARTHEST).all() for line in moved):
        raise Unread("drawing_number")
    filled = [line for line in moved if len(line) > 2]
    if filled and name != "line" and (tone := _tone(way.said, "fill", "black")):
        yield part(tone, filled, opacity=way.opacity * _share(way.said, "fill-opacity"))
    width = _length(way.said.get("stroke-width", "1")) * abs(float(np.linalg.det(way.matrix[:2, :2]))) ** 0.5
    if moved and width > 0 and (tone := _tone(way.said, "stroke", "none")):
        pieces = [piece for line in moved if len(line) > 1 for piece in outlines.line(line, width, width)]
        yield part(tone, pieces, convex=True, opacity=way.opacity * _share(way.said, "stroke-opacity"))


def _lines(name: str, own: Said) -> list[np.ndarray]:
    """The outlines of a shape, y down. Raises Unread."""
    if name == "path":
        return lines_of(own.get("d", ""))
    if name in ("polygon", "polyline"):
        values = _numbers(own.get("points", ""))
        points = np.reshape(values[: len(values) // 2 * 2], (-1, 2))
        return [np.concatenate([points, points[:1]]) if name == "polygon" else points] if len(points) > 1 else []
    if name == "line":
        x1, y1, x2, y2 = (_length(own.get(key, "0")) for key in ("x1", "y1", "x2", "y2"))
        return [np.array([(x1, y1), (x2, y2)])]
    if name == "rect":
        x, y, wide, tall = (_length(own.get(key, "0")) for key in ("x", "y", "width", "height"))
        corner = min(_length(own.get("rx", own.get("ry", "0"))), wide / 2, tall / 2)
        box = outlines.box(x, y, x + wide, y + tall, corner)
        return [np.concatenate([box, box[:1]])] if wide > 0 and tall > 0 else []
    x, y, r = (_length(own.get(key, "0")) for key in ("cx", "cy", "r"))
    rx, ry = _length(own.get("rx", str(r))), _length(own.get("ry", str(r)))
    round_ = outlines.ellipse(x, y, rx, ry)
    return [np.concatenate([round_, round_[:1]])] if rx > 0 and ry > 0 else []


def _numbers(text: str) -> list[float]:
    """All numbers of an attribute. Raises Unread where something else stands between them."""
    at, found, text = 0, list[float](), text.strip()
    while at < len(text):
        token = TOKEN.match(text, at)
        if token is None:
            raise Unread("drawing_number")
        found.append(finite(token[1]))
        at = token.end()
    return found


def _length(text: str) -> float:
    return finite(UNIT.sub("", text.strip()))


def _share(said: Said, name: str) -> float:
    text = said.get(name, "1").strip()
    value = finite(text.removesuffix("%")) / (100 if text.endswith("%") else 1)
    return min(1.0, max(0.0, value))


def _tone(said: Said, name: str, usual: str) -> str:
    """A colour as #rrggbb, "" for none. Raises Unread for gradients, patterns and words that are no colours."""
    text = said.get(name, usual).strip()
    if text.lower() == "currentcolor":
        text = said.get("color", "black").strip()
    if text in ("none", "transparent"):
        return ""
    try:
        red, green, blue, *clear = ImageColor.getrgb(text)
    except ValueError:
        raise Unread("drawing_colour") from None
    return "" if clear == [0] else f"#{red:02x}{green:02x}{blue:02x}"


def _matrix(text: str) -> np.ndarray:
    """A transform as a matrix. Raises Unread."""
    text, made, at = text.lstrip(), np.eye(3), 0
    while at < len(text):
        call = CALL.match(text, at)
        if call is None:
            raise Unread("drawing_path")
        made = made @ _one(call[1], _numbers(call[2]))
        at = call.end()
    return made


def _one(name: str, values: list[float]) -> np.ndarray:
    if name == "matrix" and len(values) == 6:
        a, b, c, d, e, f = values
        return np.array([[a, c, e], [b, d, f], [0, 0, 1]])
    x, y = (*values, 0.0, 0.0)[:2]
    if name == "translate":
        return np.array([[1, 0, x], [0, 1, y], [0, 0, 1]])
    if name == "scale":
        return np.diag([x, y if len(values) > 1 else x, 1.0])
    slope = np.tan(np.radians(x))
    if name in ("skewX", "skewY"):
        return np.array([[1, slope if name == "skewX" else 0, 0], [0 if name == "skewX" else slope, 1, 0], [0, 0, 1]])
    if name != "rotate" or len(values) not in (1, 3):
        raise Unread("drawing_path")
    cos, sin = np.cos(np.radians(x)), np.sin(np.radians(x))
    turn = np.array([[cos, -sin, 0], [sin, cos, 0], [0, 0, 1]])
    about = np.array([*values[1:], 0.0, 0.0][:2])
    turn[:2, 2] = about - turn[:2, :2] @ about
    return turn


def _classes(root: Element) -> dict[str, Said]:
    """What the styles of a drawing say of classes, in their order. Raises Unread for anything but plain rules of classes."""
    found: dict[str, dict[str, str]] = {}
    for node in root.iter(f"{SVG}style"):
        first, *comments = (node.text or "").split("/*")
        *blocks, rest = (first + "".join(comment.partition("*/")[2] for comment in comments)).split("}")
        if rest.strip():
            raise Unread("drawing_style")
        for block in blocks:
            selectors, brace, body = block.partition("{")
            if not brace or "{" in body:
                raise Unread("drawing_style")
            rules = dict(pair.split(":", 1) for pair in body.split(";") if ":" in pair)
            for selector in selectors.split(","):
                if not re.fullmatch(r"\s*\.[\w-]+\s*", selector):
                    raise Unread("drawing_style")
                own = found.setdefault(selector.strip()[1:], {})
                own.update({key.strip(): value.strip() for key, value in rules.items()})
    return dict(found)


def _of_class(node: Element, classes: Mapping[str, Said]) -> Said:
    made: dict[str, str] = {}
    for name in node.get("class", "").split():
        made.update(classes.get(name, {}))
    return made
