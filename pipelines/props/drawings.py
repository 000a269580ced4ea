"""A thing's drawing: an SVG file becomes the parts that the brush paints, far to near, with y up.

What is read of a file: polygon, path, rect, circle, ellipse and polyline; and `g`, for what is turned together (`transform`) or lies inside the
part before it (`clip-path` or `mask`). What is filled is a solid part; a stroke is a line, of a circle or an ellipse a band. Attributes:

    class          the tone: main, a material, a colour word or #rrggbb, with + and - (`tones.ink`); without it `fill` or `stroke` is the colour
    opacity        as in SVG
    data-round     how deep the soft shading reaches in; data-contact: how dark its shadow is; data-flat: neither; data-glow: shines by itself
    data-smooth    of a path: a smooth curve through its nodes, whatever its handles say
    data-end       how wide a line is where it ends; data-pane: of glass
    data-joined    of a `g` of circles: all of them are one part
    data-chance    by how much the seed moves each circle (x y r) or stroke (x y x y)
    data-grown     of a `g`: its circles become `leaves`, or its rect becomes `stones`
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache, partial
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import numpy as np

from pipelines.core.models import ASSETS
from pipelines.core.settings import Refusal
from pipelines.props import growth, outlines
from pipelines.props.part import Part, part
from pipelines.props.svg_path import Piece, numbers, pieces, points

FOLDER = ASSETS / "things"
SVG = "{http://www.w3.org/2000/svg}"
SILENT = ("title", "desc", "metadata", "clipPath", "mask", "defs", "style")
TURN = re.compile(r"rotate\(([^)]*)\)")
PAINT = {"data-round": "round", "data-contact": "contact", "data-glow": "glow", "opacity": "opacity"}
LINE_ROUND, BAND_ROUND = 0.38, 0.4  # of the width: how deep the shading of a line and of a band reaches in
UP = np.array([1.0, -1.0])

Node = ElementTree.Element


def file_of(noun: str) -> Path:
    """Where the drawing of a noun lies."""
    return FOLDER / f"{noun.replace(' ', '-')}.svg"


def noun_of(path: Path) -> str:
    """The noun whose drawing a file is."""
    return path.stem.replace("-", " ")


@lru_cache(maxsize=128)
def drawing(noun: str) -> tuple[Part, ...]:
    """The parts of a thing, far to near. Raises Refusal for a file that cannot be read."""
    return tuple(parts_of(parsed(file_of(noun).read_text("utf-8"))))


def parsed(text: str) -> Node:
    """The root of an SVG. Raises Refusal for what is none, and for what declares entities or a document type."""
    if "<!DOCTYPE" in text or "<!ENTITY" in text:
        raise Refusal(
            "This drawing declares a document type, which a drawing does not need; please save it as plain SVG."
        )
    try:
        root = ElementTree.fromstring(text)
    except ElementTree.ParseError as problem:
        raise Refusal(f"This drawing cannot be read as SVG: {problem}.") from None
    if root.tag != f"{SVG}svg":
        raise Refusal("This file is XML, but no SVG drawing.")
    return root


def parts_of(node: Node, turns: tuple[tuple[float, ...], ...] = (), inside: bool = False) -> Iterator[Part]:
    """The parts of all elements in a node. Raises Refusal for elements that are not read."""
    for child in node:
        name = child.tag.removeprefix(SVG) if isinstance(child.tag, str) else "title"  # a comment has no name
        if name in SILENT or name.startswith("{"):  # what an editor writes for itself
            continue
        turned = (*_turns(child), *turns)
        clipped = inside or "clip-path" in child.keys() or "mask" in child.keys()
        if name != "g":
            yield _turned(_part(name, child, clipped), turned)
        elif "data-grown" in child.keys():
            yield _turned(_growing(child), turned)
        elif "data-joined" in child.keys():
            yield _turned(_joined(child, clipped), turned)
        else:
            yield from parts_of(child, turned, clipped)


def _turns(node: Node) -> tuple[tuple[float, ...], ...]:
    """The turns of a node, the first one first: degrees to the left, x, y. Raises Refusal for other transforms."""
    said = node.get("transform", "")
    if TURN.sub("", said).strip(" ,"):
        raise Refusal(
            f"A drawing moves something by {said[:40]!r}, but only rotate(degrees x y) is read; please apply the transform."
        )
    found = [(*numbers(one), 0.0, 0.0)[:3] for one in TURN.findall(said)]
    return tuple((-degrees, x, -y) for degrees, x, y in reversed(found))


def _turned(one: Part, turns: tuple[tuple[float, ...], ...]) -> Part:
    polygons = one.polygons
    for turn in turns:
        polygons = [outlines.turned(polygon, *turn) for polygon in polygons]
    return Part(one.tone, polygons, one.paint, one.pane, one.grown)


def tone_of(node: Node) -> str:
    """The tone of an element. Raises Refusal where it has none."""
    shown = node.get("stroke") if _is_line(node) else node.get("fill")
    tone = node.get("class") or shown
    if not tone or tone == "none":
        raise Refusal(f"A {node.tag.removeprefix(SVG)} of a drawing has no tone: it needs a class, a fill or a stroke.")
    return tone


def _is_line(node: Node) -> bool:
    return node.get("fill") == "none"


def _paint(node: Node, inside: bool) -> dict[str, Any]:
    """What an element says of how it is painted."""
    said: dict[str, Any] = {word: float(node.attrib[name]) for name, word in PAINT.items() if name in node.keys()}
    if inside:
        said["clip"] = True
    if "data-flat" in node.keys():
        said["flat"] = True
    if "data-pane" in node.keys():
        said["pane"] = True
    return said


def _part(name: str, node: Node, inside: bool) -> Part:
    """One element as a part. Raises Refusal."""
    paint, tone = _paint(node, inside), tone_of(node)
    if name == "polygon":
        return part(tone, [points(node.attrib["points"]) * UP], **paint)
    if name == "rect":
        return part(tone, [_box(node)], **paint)
    if name in ("circle", "ellipse"):
        return _round_part(node, tone, paint)
    if name == "polyline" and _is_line(node):
        return _line(node, tone, points(node.attrib["points"]) * UP, paint)
    if name != "path":
        raise Refusal(f"A drawing has a {name[:20]}, which is not read; please make it a path.")
    return _path(node, tone, paint)


def _box(node: Node) -> np.ndarray:
    x, y, wide, tall, corner = (float(node.get(name, 0)) for name in ("x", "y", "width", "height", "rx"))
    return outlines.box(x, -y - tall, x + wide, -y, corner)


def _round_part(node: Node, tone: str, paint: dict[str, Any]) -> Part:
    """A circle or an ellipse, or with a stroke the band along it."""
    x, y, r = (float(node.get(name, 0)) for name in ("cx", "cy", "r"))
    rx, ry = float(node.get("rx", r)), float(node.get("ry", r))
    if not _is_line(node):
        return part(tone, [outlines.ellipse(x, -y, rx, ry)], **paint)
    width = float(node.get("stroke-width", 1))
    ring = outlines.band(x, -y, rx + width / 2, ry + width / 2, width)
    return part(tone, ring, **{"round": BAND_ROUND * width, **paint})


def _line(node: Node, tone: str, at: np.ndarray, paint: dict[str, Any]) -> Part:
    """A line with round ends."""
    width = float(node.get("stroke-width", 1))
    end = float(node.get("data-end", width))
    paint = {"round": LINE_ROUND * max(width, end), **paint}
    return part(tone, outlines.line(at, width, end), convex=True, **paint)


def _path(node: Node, tone: str, paint: dict[str, Any]) -> Part:
    """A filled outline, a curve as a line, or thin straight strokes. Raises Refusal."""
    found = pieces(node.attrib["d"])
    smooth = "data-smooth" in node.keys()
    if not _is_line(node):
        return part(tone, [_closed(piece, smooth) for piece in found], **paint)
    if smooth or any(piece.curved for piece in found):
        at = outlines.smooth_line(found[0].nodes * UP) if smooth else found[0].points * UP
        return _line(node, tone, at, paint)
    width = float(node.get("stroke-width", 1))
    lines, paint = [piece.nodes * UP for piece in found], {"round": 0.0, **paint}
    if "data-chance" not in node.keys():
        return part(tone, outlines.strokes(lines, width), convex=True, **paint)
    return _by_chance(tone, partial(growth.moved_strokes, lines=lines, width=width), node, paint)


def _closed(piece: Piece, smooth: bool) -> np.ndarray:
    at = (piece.nodes if smooth else piece.points) * UP
    at = at[:-1] if len(at) > 1 and np.array_equal(at[0], at[-1]) else at
    return outlines.smooth(at) if smooth else at


def _circles(node: Node) -> list[growth.Circle]:
    return [(float(one.get("cx", 0)), -float(one.get("cy", 0)), float(one.get("r", 0))) for one in node]


def _joined(node: Node, inside: bool) -> Part:
    """Many circles as one part."""
    circles, tone, paint = _circles(node), tone_of(node), _paint(node, inside)
    if "data-chance" in node.keys():
        return _by_chance(tone, partial(growth.moved_circles, circles=circles), node, paint)
    return part(tone, [outlines.ellipse(x, y, r, r) for x, y, r in circles], convex=True, **paint)


def _by_chance(tone: str, moved: Any, node: Node, paint: dict[str, Any]) -> Part:
    """A part whose outlines are a little elsewhere for each seed."""
    amounts = numbers(node.attrib["data-chance"])

    def grown(rng: np.random.Generator) -> list[Part]:
        return [part(tone, moved(rng, amounts=amounts), convex=True, **paint)]

    return Part(tone, [], {}, grown=grown)


def _growing(node: Node) -> Part:
    """Leaves or stones. Raises Refusal for other words."""
    kind, tone = node.attrib["data-grown"], tone_of(node)
    if kind == "leaves":
        grow = partial(growth.leaves, tone=tone, clumps=_circles(node), dabs=int(node.get("data-dabs", "26")))
    elif kind == "stones":
        wall = node[0]
        wide, tall = float(wall.get("width", 0)), float(wall.get("height", 0))
        grow = partial(growth.stones, tone=tone, wide=wide, tall=tall, rows=int(node.get("data-rows", "4")))
    else:
        raise Refusal(f"A drawing lets {kind[:20]!r} grow; leaves and stones are known.")
    return Part(tone, [], {}, grown=grow)
