"""What a drawing still lacks before it is a thing of the studio: sentences for whoever drew it."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from xml.etree.ElementTree import Element

import numpy as np

from pipelines.core.settings import Refusal
from pipelines.props.catalogue import Prop, facts
from pipelines.props.drawings import READ, SVG, UP, attributes, is_line, parse_svg, parts_of, tone_of
from pipelines.props.outlines import smooth_handles
from pipelines.props.part import Part
from pipelines.props.picture import grown, outline
from pipelines.props.svg_path import pieces
from pipelines.props.tones import ink

LEAST, MOST = 55, 240  # units: a thing is about 100 large, which the depth of its shading counts on
MOST_PARTS = 400
PLACES = ("right", "left", "hands", "chin", "mouth")
NEAR = 0.02  # how far a handle may lie from where a smooth curve has it, in units
EXAMPLE = (
    '{"group": "food", "metres": 0.5, "colour": "main colour of the thing", "also": ["other name"], "grip": [0.5, 0.9]}'
)


def problems(text: str, noun: str, others: Mapping[str, Prop]) -> list[str]:
    """What is wrong with a drawing as a file of this noun beside other things, a sentence each."""
    texts: list[str] = []
    try:
        texts += _of_facts(facts(text), noun, others)
    except Refusal as problem:
        texts.append(f"{problem} It could be <metadata>{EXAMPLE}</metadata>.")
    try:
        root = parse_svg(text)
        texts += [*_of_elements(root), *_of_parts(list(parts_of(root)))]
        if root.findtext(f"{SVG}title") != noun:
            texts.append(f"Its <title> should be {noun}, as the name of its file says.")
    except Refusal as problem:
        texts.append(str(problem))
    return list(dict.fromkeys(texts))


def _of_facts(one: Prop, noun: str, others: Mapping[str, Prop]) -> Iterator[str]:
    taken = {name for other, prop in others.items() if other != noun for name in (other, *prop.also)}
    for name in (noun, *one.also):
        if not re.fullmatch(r"[a-z][a-z -]*", name):
            yield f"The name {name!r} should be in small letters."
        if name in taken:
            yield f"Another thing is called {name!r} already."
    if one.group not in {prop.group for prop in others.values()}:
        yield f"There is no group {one.group!r}; there are {', '.join(sorted({prop.group for prop in others.values()}))}."
    for fact in ("suits", "room", "inside", "vehicle", "where", "shines", "posture", "read_as"):
        if (said := getattr(one, fact)) not in (known := {getattr(prop, fact) for prop in others.values()} | {""}):
            yield f"Its fact {fact}, {said!r}, is none of {', '.join(sorted(known - {''}))}."
    if one.opened and one.opened not in others:
        yield f"Nothing is called {one.opened!r}, which should show it open."
    if not _is_tone(one.colour) or one.colour.startswith("main"):
        yield f"Its colour {one.colour!r} is no tone."
    if not 0.3 <= one.metres <= 4.5:
        yield "It should be between 0.3 and 4.5 storybook metres tall."
    if one.seat is not None and not 0 <= one.seat < 1:
        yield "The seat is a share of its height from the top, from 0 to below 1."
    if one.grip is not None and not (len(one.grip) == 2 and all(0 <= share <= 1 for share in one.grip)):
        yield "The grip is two shares of the picture, from the left and from the top."
    yield from _of_use(one)


def _of_use(prop: Prop) -> Iterator[str]:
    if not (prop.sense is None or isinstance(prop.sense, (int, str))):
        yield "The sense is its number in WordNet or a word of it."
    if len(prop.cabin) not in (0, 3, 4) or not all(0 <= share <= 1 for share in prop.cabin):
        yield "The cabin is three or four shares: left, right, its edge from the top, and how much of a figure it hides."
    if len(prop.deck) not in (0, 2) or not all(0 <= share <= 1 for share in prop.deck):
        yield "The deck is two shares of the picture, its left and its right end."
    if not 0 <= prop.saddle <= 1 or prop.least < 0:
        yield "The saddle is a share of the picture from the left; how tall it is at least is no less than 0."
    if prop.use is not None and (prop.use.place not in PLACES or len(prop.use.at) != 2 or not prop.use.pose):
        yield f"How it is used is a pose, a place ({', '.join(PLACES)}) and two shares of the picture that are at this place."


def _is_tone(tone: str) -> bool:
    try:
        ink(tone)
    except (KeyError, ValueError):
        return False
    return True


def _of_parts(parts: Collection[Part]) -> Iterator[str]:
    made = grown(list(parts)) if parts else []
    solid = [part for part in made if not part.paint.get("clip")]
    if not solid or made[0].paint.get("clip"):
        yield "Nothing is drawn for the first part to lie inside."
        return
    large = float(np.ptp(outline(made), axis=0).max())
    if not LEAST <= large <= MOST:
        yield f"It is {large:.0f} units large; things are about 100 large, from {LEAST} to {MOST}. Please scale it."
    if len(made) > MOST_PARTS:
        yield f"It has {len(made)} parts; {MOST_PARTS} is the most."
    if not any(part.tone.startswith("main") or "*" in part.tone for part in made):
        yield "No part is of the class main, so a colour word would not change it."


def _of_elements(root: Element) -> Iterator[str]:
    """Tones that are not known or not shown, curves that are not as smooth as they say, and clip paths of nothing."""
    ids = {one.get("id") for one in root.iter()}
    main = _main_of(root)
    for node in root.iter():
        name, said = str(node.tag).removeprefix(SVG), attributes(node)
        for target in re.findall(r"#([\w-]+)", said.get("clip-path", "") + said.get("mask", "") + said.get("href", "")):
            if target not in ids:
                yield f"It refers to #{target}, which is not there."
        if "class" not in said or name not in READ:
            continue
        tone, shown = tone_of(said), said.get("stroke" if is_line(said) else "fill", "")
        if not _is_tone(tone):
            yield f"The class {tone[:20]!r} is no tone."
        elif shown != hex_of(ink(tone, main)):
            yield f"A part of the class {tone} is shown as {shown or 'nothing'}; {hex_of(ink(tone, main))} would be right, or no class."
        if "data-smooth" in said:
            yield from _of_curve(said["d"], closed=not is_line(said))


def _main_of(root: Element) -> np.ndarray:
    """The main colour that the facts of a drawing say; a dark one where they say none that is known."""
    match = re.search(r'"colour": *"([^"]*)"', root.findtext(f"{SVG}metadata") or "")
    return ink(match[1]) if match and _is_tone(match[1]) else ink("main")


def hex_of(colour: np.ndarray) -> str:
    """A colour as #rrggbb."""
    return "#" + "".join(f"{round(float(value) * 255):02x}" for value in colour)


def _of_curve(d: str, closed: bool) -> Iterator[str]:
    """Whether the handles of a smooth curve are those that its nodes give it, so that an editor shows what is painted."""
    for piece in pieces(d):
        nodes = piece.nodes * UP
        wanted = smooth_handles(nodes[:-1] if closed else nodes, closed)
        handles = np.concatenate([one for _, one in piece.runs if one is not None]) * UP
        if handles.shape != wanted.shape or np.abs(handles - wanted).max() > NEAR:
            yield "A curve that is data-smooth has other handles than its nodes give it; please take data-smooth away."
