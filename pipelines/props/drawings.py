"""A thing's drawing: an SVG file becomes the parts that the brush paints, far to near, with y up.

What is read of a file: polygon, path, rect, circle, ellipse and polyline; and `g`, for what is turned together (`transform`) or lies inside the
part before it (`clip-path` or `mask`). What is filled is a solid part; a stroke is a line, of a circle or an ellipse a band. Attributes:

    class          the tone: main, a material, a colour word or #rrggbb, with + and - (`tones.ink`); without it `fill` or `stroke` is the colour
    opacity        as in SVG; what stands in `style` counts as if it were an attribute
    data-round     how deep the soft shading reaches in; data-contact: how dark its shadow is; data-flat: neither; data-glow: shines by itself
    data-smooth    of a path: a smooth curve through its nodes, whatever its handles say
    data-end       how wide a line is where it ends; data-pane: of glass
    data-joined    of a `g` of circles: all of them are one part
    data-chance    by how much the seed moves each circle (x y r) or stroke (x y x y)
    data-grown     of a `g`: its circles become `leaves`, or its rect becomes `stones`
    data-state     of an element of the root: it is drawn in these states only, of which the first drawing is `usual`
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import lru_cache, partial
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import numpy as np

from pipelines.core.models import ASSETS
from pipelines.core.settings import Refusal
from pipelines.props import growth, outlines
from pipelines.props.part import Part, part
from pipelines.props.svg_path import NUMBER, Piece, numbers, pieces, points

FOLDER = ASSETS / "things"
SVG = "{http://www.w3.org/2000/svg}"
SILENT = ("title", "desc", "metadata", "clipPath", "mask", "defs", "style")
USUAL = "usual"  # the state of a drawing in which no other is asked for
READ = ("polygon", "polyline", "path", "rect", "circle", "ellipse", "g")
TURN = re.compile(r"rotate\(([^)]*)\)")
PAINT = {"data-round": "round", "data-contact": "contact", "data-glow": "glow", "opacity": "opacity"}
LINE_ROUND, BAND_ROUND = 0.38, 0.4  # of the width: how deep the shading of a line and of a band reaches in
UP = np.array([1.0, -1.0])

Node = ElementTree.Element
Said = Mapping[str, str]  # the attributes of an element
Turns = tuple[tuple[float, float, float], ...]  # degrees to the left, about x, y; the first one first


def file_of(noun: str) -> Path:
    """Where the drawing of a noun lies; of a noun in a state ("bed:front") it is that of the noun."""
    return FOLDER / f"{noun.partition(':')[0].replace(' ', '-')}.svg"


def noun_of(path: Path) -> str:
    """The noun whose drawing a file is."""
    return path.stem.replace("-", " ")


@lru_cache(maxsize=128)
def drawing(noun: str) -> tuple[Part, ...]:
    """The parts of a thing, far to near. Raises Refusal for a file that cannot be read."""
    root, state = parse_svg(file_of(noun).read_text("utf-8")), noun.partition(":")[2] or USUAL
    return tuple(parts_of(root, state=state))


def parse_svg(text: str) -> Node:
    """The root of an SVG. Raises Refusal for what is none, and for what declares entities or a document type."""
    if "<!DOCTYPE" in text or "<!ENTITY" in text:
        raise Refusal("This drawing declares a document type; save it as plain SVG.")
    try:
        root = ElementTree.fromstring(text)
    except ElementTree.ParseError as problem:
        raise Refusal(f"This drawing cannot be read as SVG: {problem}.") from None
    if root.tag != f"{SVG}svg":
        raise Refusal("This file is XML, but no SVG drawing.")
    return root


def parts_of(node: Node, turns: Turns = (), inside: bool = False, state: str = USUAL) -> Iterator[Part]:
    """The parts of all elements in a node that are drawn in a state; "" for all. Raises Refusal for what is not read."""
    for child in node:
        if state and state not in child.get("data-state", USUAL).split():
            continue
        name = child.tag.removeprefix(SVG) if isinstance(child.tag, str) else "title"  # a comment has no name
        if name in SILENT or name.startswith("{"):  # what an editor writes for itself
            continue
        said = attributes(child)
        turned = (*_turns(said), *turns)
        clipped = inside or "clip-path" in said or "mask" in said
        if name == "g" and not said.keys() & {"data-grown", "data-joined"}:
            yield from parts_of(child, turned, clipped, "")
        else:
            yield _turn_part(_part(name, said, child, clipped), turned)


def attributes(node: Node) -> dict[str, str]:
    """What an element says, in its attributes and in its style."""
    styles = [one.partition(":") for one in node.get("style", "").split(";")]
    return {**node.attrib, **{name.strip(): value.strip() for name, _, value in styles if name.strip()}}


def number(said: Said, name: str, default: float = 0.0) -> float:
    """A number that an element says. Raises Refusal."""
    if name not in said:
        return default
    match = NUMBER.fullmatch(said[name].removesuffix("px"))
    if match is None:
        raise Refusal(f"A drawing says {name}={said[name][:20]!r}, which is no number.")
    return float(match[0])


def _turns(said: Said) -> Turns:
    """The turns of an element. Raises Refusal for other transforms."""
    if "transform" not in said:
        return ()
    text = said["transform"]
    if TURN.sub("", text).strip(" ,"):
        raise Refusal(f"A drawing has the transform {text[:40]!r}; apply it.")
    found = [(*numbers(one), 0.0, 0.0, 0.0)[:3] for one in TURN.findall(text)]
    return tuple((-degrees, x, -y) for degrees, x, y in reversed(found))


def _turn_part(one: Part, turns: Turns) -> Part:
    """A part, turned. Raises Refusal for what chance decides: it stands as it grows."""
    if not turns:
        return one
    if one.grown:
        raise Refusal("A drawing turns what is moved by chance, which is not read.")
    polygons = one.polygons
    for turn in turns:
        polygons = [outlines.turn_polygon(polygon, *turn) for polygon in polygons]
    return replace(one, polygons=polygons)


def tone_of(said: Said) -> str:
    """The tone of an element. Raises Refusal where it has none."""
    tone = said.get("class") or said.get("stroke" if is_line(said) else "fill", "none")
    if tone == "none":
        raise Refusal("A part of a drawing has no tone.")
    return tone


def is_line(said: Said) -> bool:
    """Whether an element is a stroke, and not filled."""
    return said.get("fill") == "none"


def _paint(said: Said, inside: bool) -> dict[str, Any]:
    """How an element is painted."""
    paint: dict[str, Any] = {word: number(said, name) for name, word in PAINT.items() if name in said}
    switches = {"clip": inside, "flat": "data-flat" in said, "pane": "data-pane" in said}
    return paint | {word: True for word, on in switches.items() if on}


def _part(name: str, said: Said, node: Node, inside: bool) -> Part:
    """One element as a part. Raises Refusal."""
    if name not in READ:
        raise Refusal(f"A drawing has a {name[:20]}; make it a path.")
    paint, tone = _paint(said, inside), tone_of(said)
    if name == "g":
        return _growing(said, node) if "data-grown" in said else _join_circles(said, node, paint)
    if name == "polyline" and is_line(said):
        return _line(said, points(said.get("points", "")) * UP, paint)
    if name in ("polygon", "polyline"):
        return part(tone, [points(said.get("points", "")) * UP], **paint)
    if name == "rect":
        return part(tone, [_box(said)], **paint)
    return _path(said, paint) if name == "path" else _round_part(said, paint)


def _box(said: Said) -> np.ndarray:
    x, y, wide, tall, corner = (number(said, name) for name in ("x", "y", "width", "height", "rx"))
    return outlines.box(x, -y - tall, x + wide, -y, corner)


def _round_part(said: Said, paint: dict[str, Any]) -> Part:
    """A circle or an ellipse, or with a stroke the band along it."""
    x, y, r = (number(said, name) for name in ("cx", "cy", "r"))
    rx, ry = number(said, "rx", r), number(said, "ry", r)
    if not is_line(said):
        return part(tone_of(said), [outlines.ellipse(x, -y, rx, ry)], **paint)
    width = number(said, "stroke-width", 1)
    ring = outlines.band(x, -y, rx + width / 2, ry + width / 2, width)
    return part(tone_of(said), ring, **{"round": BAND_ROUND * width, **paint})


def _line(said: Said, at: np.ndarray, paint: dict[str, Any]) -> Part:
    """A line with round ends."""
    width = number(said, "stroke-width", 1)
    end = number(said, "data-end", width)
    paint = {"round": LINE_ROUND * max(width, end), **paint}
    return part(tone_of(said), outlines.line(at, width, end), convex=True, **paint)


def _path(said: Said, paint: dict[str, Any]) -> Part:
    """A filled outline, a curve as a line, or thin straight strokes. Raises Refusal."""
    found, tone, smooth = pieces(said.get("d", "")), tone_of(said), "data-smooth" in said
    if not found:
        raise Refusal("A path of a drawing is empty.")
    if not is_line(said):
        return part(tone, [_close_piece(piece, smooth) for piece in found], **paint)
    if smooth or any(piece.curved for piece in found):
        return _line(said, outlines.smooth_line(found[0].nodes * UP) if smooth else found[0].points * UP, paint)
    width, lines = number(said, "stroke-width", 1), [piece.nodes * UP for piece in found]
    paint = {"round": 0.0, **paint}
    if "data-chance" in said:
        return _by_chance(said, partial(growth.moved_strokes, lines=lines, width=width), paint)
    return part(tone, outlines.strokes(lines, width), convex=True, **paint)


def _close_piece(piece: Piece, smooth: bool) -> np.ndarray:
    at = (piece.nodes if smooth else piece.points) * UP
    at = at[:-1] if len(at) > 1 and np.array_equal(at[0], at[-1]) else at
    return outlines.smooth(at) if smooth else at


def _circles(node: Node) -> list[growth.Circle]:
    found = [attributes(one) for one in node]
    return [(number(said, "cx"), -number(said, "cy"), number(said, "r")) for said in found]


def _join_circles(said: Said, node: Node, paint: dict[str, Any]) -> Part:
    """Many circles as one part."""
    circles = _circles(node)
    if "data-chance" in said:
        return _by_chance(said, partial(growth.moved_circles, circles=circles), paint)
    return part(tone_of(said), [outlines.ellipse(x, y, r, r) for x, y, r in circles], convex=True, **paint)


def _by_chance(said: Said, moved: Callable[..., list[np.ndarray]], paint: dict[str, Any]) -> Part:
    """A part whose outlines are a little elsewhere for each seed."""
    tone, amounts = tone_of(said), numbers(said["data-chance"])

    def grown(rng: np.random.Generator) -> list[Part]:
        return [part(tone, moved(rng, amounts=amounts), convex=True, **paint)]

    return Part(tone, [], {}, grown=grown)


def _growing(said: Said, node: Node) -> Part:
    """Leaves or stones. Raises Refusal for other words."""
    kind, tone = said["data-grown"], tone_of(said)
    grow: Callable[[np.random.Generator], list[Part]]
    if kind == "leaves":
        grow = partial(growth.leaves, tone=tone, clumps=_circles(node), dabs=int(number(said, "data-dabs", 26)))
    elif kind == "stones" and len(node):
        wall = attributes(node[0])
        wide, tall, rows = number(wall, "width"), number(wall, "height"), int(number(said, "data-rows", 4))
        grow = partial(growth.stones, tone=tone, wide=wide, tall=tall, rows=rows)
    else:
        raise Refusal(f"A drawing lets {kind[:20]!r} grow; only leaves and stones are known.")
    return Part(tone, [], {}, grown=grow)
