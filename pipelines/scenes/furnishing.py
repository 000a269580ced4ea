"""What stands in a place: each thing where its record says, or where it finds room by itself, always at the same spot for one seed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from PIL import Image

from pipelines.painting.brush import Plane, rgb
from pipelines.props import NOUNS, draw, record
from pipelines.props.drawings import drawing
from pipelines.props.picture import draw_parts, grown, outline, shape_of
from pipelines.props.tones import ink
from pipelines.scenes.easel import Easel, sun_pool
from pipelines.scenes.interiors import WARM, Room, wide_picture
from pipelines.scenes.painted_things import lit_windows
from pipelines.scenes.places import Place, Spot, surfaces

GLOW = 16  # units: how far what shines is seen to light the wall
SHINE = 1.15  # the light of what shines by itself
METRE, SMALL, SMALLEST = 23.0, 0.73, 6.0  # units of a storybook metre; metres of what stands on something; units
TALLEST = 46.0  # units, in the open
OFTEN = 6  # of what is often in a place, so much is there
CROWDED, LEAST_GAP = 0.22, 8.0  # where so little of a wall is free, things stand before what is built there; units


class Built(NamedTuple):
    """What is built into a room: from where to where, at which level something can stand on it, units; whether nothing hangs on the wall there."""

    low: float
    high: float
    top: float | None
    blocks: bool


def furnish(room: Room, place: Place) -> None:
    """Put all things of a room into it."""
    easel = room.easel
    spots = place.furniture.get("wide" if wide_picture(easel) else "narrow")
    nouns = chosen_nouns(easel, place)
    built = build_into(room, nouns)
    fields = {wall: room.field(on_wall=wall) for wall in (True, False)}
    for spot in spots if spots is not None else arrange_things(room, nouns, built):
        if spot.thing not in easel.without:
            _put_thing(room, spot, fields[spot.wall])


def chosen_nouns(easel: Easel, place: Place) -> list[str]:
    """What is in a place with this seed: all that is always there, and some of what is often, as far as it is drawn."""
    often = [place.often[number] for number in easel.rng.permutation(len(place.often))]
    known = {*NOUNS, *surfaces()["built"]}
    some = [noun for noun in often if noun in known and noun not in place.always][:OFTEN]
    return [noun for noun in place.always if noun in known] + some


def build_into(room: Room, nouns: Sequence[str]) -> list[Built]:
    """What is built into a room by generators, the longest first; of two that would stand in one place the second stands on the other side."""
    easel, table, built = room.easel, surfaces()["built"], list[Built]()
    plans = [(noun, {"from": 0.45, "to": 0.95, **table[noun]}) for noun in nouns if noun in table]
    for _, how in sorted(plans, key=lambda plan: plan[1]["from"] - plan[1]["to"]):
        start, end, free, blocks = (how.pop(key, False) for key in ("from", "to", "free", "blocks"))
        if (
            not free
            and start > 0.3
            and any(start * easel.width < other.high * easel.unit and other.low > LEAST_GAP for other in built)
        ):
            start, end = 1 - end, min(1 - start, 0.42)
        if free or len(built) < 2:
            low, high = start * easel.width / easel.unit, end * easel.width / easel.unit
            top = build_row(room, low, max(high, low + 12), **how)
            built += [Built(low, max(high, low + 12), top, blocks)] if not free else []
    return built


def build_row(
    room: Room,
    low: float,
    high: float,
    things: Sequence[str],
    tall: float,
    each: float = 0.0,
    foot: float = 4.0,
    rows: int = 1,
    gap: float = 0.0,
    colours: Sequence[str] = ("",),
    stands: bool = False,
    at_window: bool = False,
) -> float | None:
    """Drawings side by side, each about so wide, units, in rows one before the other; or at the first window. Returns the level where one `stands`."""
    easel, unit = room.easel, room.easel.unit
    bottom, light, plane = easel.horizon_y + foot * unit, room.field(on_wall=at_window), easel.plane("ground")
    if at_window:
        (left, top, right, bottom), plane = room.window, easel.plane("far")
        if room.shape or not room.windows:
            return None
        low, high, tall = left / unit - foot, right / unit + foot, (bottom - top) / unit + tall
        bottom += 0.6 * foot * unit
    count, colour = max(1, round((high - low) / (each or high - low))), str(easel.rng.choice(colours))
    step = (high - low) / count
    for row in range(rows):
        if not at_window:
            room.front.shadow((low + high) * unit / 2, bottom, (high - low) * 0.53 * unit, 1.4 * unit, 0.4)
        size = round((step - gap) * unit) + 2, round((tall - 3.5 * row) * unit)
        images = [_stretch(thing, size, colour) for thing in things]
        for number in range(count):
            left_px = round((low + number * step + gap / 2) * unit) - 1  # no wall is seen between them
            plane.paste(images[number % len(images)], left_px, round(bottom) - size[1], light)
        bottom += 3.2 * unit
    return foot - tall if stands else None


def _stretch(thing: str, size: tuple[int, int], colour: str) -> Image.Image:
    """A drawing in a tone, stretched to a size."""
    parts, main = grown(drawing(thing), f"{thing} 0"), ink(colour or record(thing).colour)
    return Image.fromarray(draw_parts(parts, max(8, *size), main, said=True)).resize(size)


def arrange_things(room: Room, nouns: Sequence[str], built: Sequence[Built]) -> list[Spot]:
    """Spots for things without one: pictures hang, large things stand along the wall, the low ones under the window, small ones on tables."""
    easel, sorts = room.easel, surfaces()["sorts"]
    across, sky = easel.width / easel.unit, easel.horizon_y / easel.unit
    hanging, standing, small = (list[tuple[float, str, float]]() for _ in range(3))
    once = [noun for noun in nouns if noun in NOUNS and noun not in surfaces()["built"]]
    again = [noun for noun in once for _ in range(once.count(noun), sorts["repeated"].get(noun, 1))]
    for noun in once + again:
        metres = NOUNS[noun].metres
        tall = min(0.85 * sky, max(SMALLEST, METRE * metres * (1.0 if metres >= SMALL else 0.75)))
        kind = hanging if noun in sorts["hanging"] else standing
        (small if metres < SMALL and noun not in (*sorts["hanging"], *sorts["on the floor"]) else kind).append(
            (tall, noun, tall * shape_of(noun))
        )
    panes = [(left / easel.unit - 2, right / easel.unit + 2) for left, _, right, _ in room.windows]
    taken, high_up = ([(part.low, part.high) for part in built if part.blocks or all_of] for all_of in (True, False))
    spots = list[Spot]()
    tops = [[part.low + 2, part.high - 2, part.top] for part in built if part.top is not None]
    for (tall, noun, _), x in zip(hanging, spread_out([item[2] for item in hanging], free_of(across, panes + high_up))):
        top = 2 - sky if noun in sorts["under the ceiling"] else -36 - tall / 2
        spots += [] if x is None else [_spot(noun, x - across / 2, tall, None, top)]
    free = free_of(across, taken)
    crowded = sum(high - low for low, high in free) < CROWDED * across
    left, kept = across if crowded else sum(high - low for low, high in free), []
    for item in standing:  # as many as find room: what is always there comes first
        if item[2] <= left:
            kept.append(item)
            left -= item[2]
    standing = sorted(kept)  # the low ones first: under the window
    for (tall, noun, wide), x in zip(
        standing, spread_out([item[2] for item in standing], [(1, across - 1)] if crowded else free)
    ):
        if x is not None:
            spots.append(_spot(noun, x - across / 2, tall, 6.0 if crowded else 3.5))
            if noun in sorts["tables"]:
                tops.append([x - wide * 0.42, x + wide * 0.42, 3.5 - tall * sorts["tables"][noun]])
    for tall, noun, wide in small:
        table = next((table for table in tops if table[1] - table[0] >= wide), None)
        if table is not None:
            spots.append(_spot(noun, table[0] + wide / 2 - across / 2, tall, table[2] + 0.4))
            table[0] += wide + 1.5
    return spots


def _spot(noun: str, x: float, tall: float, foot: float | None, top: float | None = None) -> Spot:
    return Spot(thing=noun, x=("middle", x), tall=min(70.0, tall), foot=foot, top=top, wall=foot is None)


def free_of(across: float, taken: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    """What is left of a wall, from the left, in units."""
    free, start = [], 1.0
    for low, high in sorted([*taken, (across - 1, across)]):
        if low - start > LEAST_GAP:
            free.append((start, low))
        start = max(start, high)
    return free


def spread_out(widths: Sequence[float], free: Sequence[tuple[float, float]]) -> list[float | None]:
    """The middle of each thing where it finds room, in order, with equal gaps; None where it finds none."""
    room, groups = [high - low for low, high in free], [list[int]() for _ in free]
    for number, wide in enumerate(widths):
        place = next((place for place, left in enumerate(room) if left >= wide * 0.92), None)
        if place is not None:
            groups[place].append(number)
            room[place] -= wide
    middles: list[float | None] = [None] * len(widths)
    for group, (low, high) in zip(groups, free):
        gap = (high - low - sum(widths[number] for number in group)) / (len(group) + 1)
        for number in group:
            low += gap
            middles[number] = low + widths[number] / 2
            low += widths[number]
    return middles


def _put_thing(room: Room, spot: Spot, field: np.ndarray) -> None:
    easel, unit = room.easel, room.easel.unit
    picture = _picture(easel, spot)
    x = _place_of(room, *spot.x)
    bottom = easel.horizon_y + unit * (spot.foot if spot.foot is not None else spot.top or 0.0)
    bottom += 0 if spot.foot is not None else picture.height
    if spot.wall:
        left, right = x - 0.42 * picture.width, x + 0.46 * picture.width
        room.far.box(left, bottom - 0.8 * picture.height, right, bottom + 0.6 * unit, "#2a2018", 0.16, soft=0.8)
    elif (spot.foot or 0) > 0:
        room.front.shadow(x, bottom - 0.3 * unit, 0.54 * picture.width, 1.3 * unit, 0.42)
    plane = easel.plane("far" if spot.wall else "ground")
    lamp = record(spot.thing).shines == "night"
    if lamp and room.dark > 0.2:
        plane.glow(sun_pool(easel, x, bottom - picture.height / 2, GLOW * unit) * np.float32(0.34 * room.dark), WARM)
    light = field + (SHINE - field) * np.float32(room.dark) if lamp else field
    plane.paste(picture, round(x - picture.width / 2), round(bottom - picture.height), light)


def _picture(easel: Easel, spot: Spot) -> Image.Image:
    """The thing as large as it stands there, from the side from which the light of the room comes."""
    wide, tall = np.ptp(outline(grown(drawing(spot.thing), f"{spot.thing} 0")), axis=0)
    size = easel.unit * spot.tall / (wide if spot.turn in (90, 270) else tall) * max(wide, tall)
    pixels = Image.fromarray(draw(spot.thing, max(8, round(float(size))), str(easel.rng.choice(spot.colours))))
    if spot.turn:
        pixels = pixels.rotate(spot.turn, expand=True)
    return pixels.transpose(Image.Transpose.FLIP_LEFT_RIGHT) if spot.mirrored else pixels


def _place_of(room: Room, anchor: str, units: float) -> float:
    across = float(room.easel.width)
    edges = {"left": 0.0, "right": across, "middle": across / 2, "window": room.window[2]}
    lamps = {"lamp" if number == 0 else f"lamp{number + 1}": x for number, (x, _) in enumerate(room.lamps)}
    return {**edges, **lamps}[anchor] + room.easel.unit * units


def stand_outdoors(easel: Easel, place: Place, far: float) -> None:
    """What stands in the open: what is far off before the row of the horizon, the rest at both sides of the ground."""
    unit, across, sorts = easel.unit, easel.width / easel.unit, surfaces()["sorts"]
    near, sides = chosen_nouns(easel, place), [(1, 0.38 * across), (0.62 * across, across - 1)]
    order = sides if easel.rng.random() < 0.5 else sides[::-1]
    rows = (place.middle, far + 2.0 * unit, 11.0, 0.30), (near, easel.horizon_y + 6.5 * unit, 16.0, 0.06)
    for nouns, level, metre, depth in rows:
        shown = [noun for noun in nouns if noun in NOUNS and noun not in sorts["not outdoors"]]
        shown = [noun for noun in shown if record(noun).where not in sorts["aloft"]]
        sizes = [min(TALLEST, max(SMALLEST - 1, metre * NOUNS[noun].metres)) for noun in shown]
        widths = [tall * shape_of(noun) for noun, tall in zip(shown, sizes)]
        for noun, tall, x in zip(shown, sizes, spread_out(widths, order if depth < 0.2 else [(1, across - 1)])):
            if x is not None and noun not in easel.without:
                stand_thing(easel, noun, x * unit, level + float(easel.rng.uniform(0, 3)) * unit, tall, depth)


def pale(picture: Image.Image) -> Image.Image:
    """The picture in white: what is far away is seen through so much haze."""
    white = Image.new("RGBA", picture.size, "white")
    white.putalpha(picture.getchannel("A"))
    return white


def stand_thing(
    easel: Easel,
    noun: str,
    x: float,
    bottom: float,
    tall: float,
    depth: float,
    plane: Plane | None = None,
    colours: Sequence[str] = ("",),
    key: float = 0.85,
) -> None:
    """Paint a thing that stands in the open with its foot at a pixel, so many units tall, with its shadow and its light."""
    plane, unit = plane or easel.plane("ground"), easel.unit
    picture = _picture(easel, Spot(thing=noun, x=("left", 0), tall=tall, foot=0, colours=tuple(colours)))
    shadow = easel.mask().ellipse(x, bottom - 0.3 * unit, 0.52 * picture.width, 1.1 * unit)
    sorts = surfaces()["sorts"]
    if noun not in sorts["under the ceiling"] and record(noun).where not in sorts["aloft"]:
        plane.lay(shadow, rgb("#20241a"), 0.8 * easel.light.shadow, soft_px=0.8 * unit)
    picture = Image.blend(picture, pale(picture), depth * depth)
    light = np.broadcast_to(easel.tone(np.ones(3, np.float32), depth, key), (easel.height, easel.width, 3))
    if record(noun).shines and easel.light.lamps > 0.2:
        reach = sun_pool(easel, x, bottom - 0.8 * picture.height, 0.6 * picture.height + 4 * unit)
        plane.glow(reach * np.float32(0.5 * easel.light.lamps), WARM)
        light = light + (SHINE - light) * np.float32(0.8 * easel.light.lamps)
    plane.paste(picture, round(x - picture.width / 2), round(bottom - picture.height), light)
    if windows := lit_windows(noun, max(picture.size)) if easel.light.lamps > 0.5 else None:
        plane.paste(windows, round(x - picture.width / 2), round(bottom - picture.height), np.ones_like(light))
