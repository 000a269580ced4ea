"""The part of the intake's child that reads an SVG: strict lists of elements and attributes, then it is painted by the studio's own brush.

Nothing of the file is handed on but pixels.
"""

from __future__ import annotations

import re
from types import SimpleNamespace
from typing import IO, Any
from xml.etree.ElementTree import Element, ParseError, XMLPullParser

from studio.intake.pictures import Unfit, shown_on_paper

MOST_BYTES = 500_000
MOST_ELEMENTS, MOST_DEPTH = 2_000, 40
SIDE_PX = 1024
SVG, XLINK = "{http://www.w3.org/2000/svg}", "{http://www.w3.org/1999/xlink}"
SHAPES = ("path", "rect", "circle", "ellipse", "line", "polyline", "polygon")
ELEMENTS = frozenset(("svg", "g", "title", "desc", "metadata", "defs", "style", *SHAPES))
NAMES = (
    "id class style transform d points x y width height rx ry cx cy r x1 y1 x2 y2 viewBox version baseProfile"
    " preserveAspectRatio role lang fill fill-opacity fill-rule clip-rule stroke stroke-width stroke-opacity"
    " stroke-linecap stroke-linejoin stroke-miterlimit stroke-dasharray stroke-dashoffset opacity color"
    " display visibility overflow enable-background shape-rendering vector-effect paint-order"
)
ATTRIBUTES = frozenset(NAMES.split())
EDITORS = re.compile(  # what drawing programs write for themselves; not read
    r"\{http://(www\.inkscape\.org/|sodipodi\.sourceforge\.net/|creativecommons\.org/ns|purl\.org/dc/|ns\.adobe\.com/|www\.bohemiancoding\.com/|www\.w3\.org/1999/02/22-rdf-syntax-ns)[^}]*\}"
)
SPACES = "{http://www.w3.org/XML/1998/namespace}"
REACHES = re.compile(r"url\s*\(|@import|expression\s*\(|javascript:|\\", re.IGNORECASE)


def warm_up() -> None:
    """Paint something once: once confined, no module can be read."""
    _paint_drawing(
        _check_text('<svg xmlns="http://www.w3.org/2000/svg"><path d="M0 0h9v9z" stroke="hsl(9,9%,9%)"/></svg>'), 96, 64
    )


def read_drawing(file: IO[bytes], limits: SimpleNamespace) -> tuple[dict[str, Any], bytes]:
    """The facts of the drawing's picture, and the PNG itself."""
    data = file.read(MOST_BYTES + 1)
    if len(data) > MOST_BYTES:
        raise Unfit("drawing_bytes", most=MOST_BYTES / 1e3)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Unfit("drawing_unreadable") from None
    return _paint_drawing(_check_text(text), SIDE_PX, limits.thumbnail_px)


def _check_text(text: str) -> Element:
    """The root of a drawing all of whose elements and attributes are on the lists; each is looked at as soon as it is read."""
    if "<!DOCTYPE" in text or "<!ENTITY" in text:
        raise Unfit("drawing_entity")
    parser: XMLPullParser[Any] = XMLPullParser(("start", "end"))
    depth, count, root = 0, 0, None
    try:
        for start in range(0, len(text), 1 << 14):
            parser.feed(text[start : start + (1 << 14)])
            for event, node in parser.read_events():  # type: ignore[misc]
                assert isinstance(node, Element)
                root = node if root is None else root
                depth += 1 if event == "start" else -1
                count += event == "start"
                if depth > MOST_DEPTH or count > MOST_ELEMENTS:
                    raise Unfit("drawing_much")
                if event == "start":
                    _check(node)
                elif node.tag == f"{SVG}style" and REACHES.search(node.text or ""):
                    raise Unfit("drawing_link")
        parser.close()
    except (ParseError, ValueError):
        raise Unfit("drawing_unreadable") from None
    if root is None or root.tag != f"{SVG}svg":
        raise Unfit("drawing_unreadable")
    return root


def _check(node: Element) -> None:
    name = str(node.tag).removeprefix(SVG)
    if name not in ELEMENTS and not EDITORS.match(name):
        raise Unfit("drawing_holds", what=name.rpartition("}")[2])
    if EDITORS.match(name):
        return
    for key, value in node.attrib.items():
        if key.startswith(XLINK) or key == "href" or REACHES.search(value):
            raise Unfit("drawing_link")
        if key not in ATTRIBUTES and not key.startswith(("data-", "aria-", SPACES)) and not EDITORS.match(key):
            raise Unfit("drawing_says", what=key.rpartition("}")[2])


def _paint_drawing(root: Element, side_px: int, small_px: int) -> tuple[dict[str, Any], bytes]:
    from pipelines.props.foreign import parts_of_foreign
    from pipelines.props.foreign_path import Unread
    from pipelines.props.picture import draw_parts
    from pipelines.props.tones import DARK

    try:
        pixels = draw_parts(parts_of_foreign(root), side_px, DARK)
    except Unread as problem:
        raise Unfit(problem.reason) from None
    except (IndexError, OverflowError, ArithmeticError):  # nothing of it is seen
        raise Unfit("drawing_empty") from None
    return shown_on_paper(pixels, small_px)
