"""What stands in a place: each thing where its record says, or where it finds room by itself, always at the same spot for one seed."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PIL import Image

from pipelines.painting.brush import Plane, rgb
from pipelines.props import NOUNS, draw, record
from pipelines.props.drawings import drawing
from pipelines.props.picture import grown, outline
from pipelines.scenes.easel import Easel, sun_pool
from pipelines.scenes.interiors import BUILT, WARM, Room, wide_picture
from pipelines.scenes.places import Place, Spot, surfaces

GLOW = 16  # units: how far what shines is seen to light the wall
SHINE = 1.15  # the light of what shines by itself
METRE, SMALL, SMALLEST = 19.0, 0.72, 5.0  # units of a storybook metre; metres of what stands on something; units
OFTEN = 5  # of what is often in a place, so much is there
OVERLAP = 0.25  # of a thing's width that may be behind another one


def furnish(room: Room, place: Place, flipped: bool = False) -> None:
    """Put all things of a room into it; `flipped` is a room whose left and right are exchanged."""
    easel = room.easel
    spots = place.furniture.get("wide" if wide_picture(easel) else "narrow")
    nouns = chosen_nouns(easel, place)
    build_into(room, nouns)
    fields = {wall: room.field(on_wall=wall) for wall in (True, False)}
    for spot in spots if spots is not None else arrange_things(room, nouns):
        if not spot.bed or easel.with_bed:
            _put_thing(room, spot, fields[spot.wall], flipped)


def chosen_nouns(easel: Easel, place: Place) -> list[str]:
    """What is in a place with this seed: all that is always there, and some of what is often, as far as it is drawn."""
    often = [place.often[number] for number in easel.rng.permutation(len(place.often))]
    known = {*NOUNS, *surfaces()["built"]}
    some = [noun for noun in often if noun in known][:OFTEN]
    return [noun for noun in place.always if noun in known] + some


def build_into(room: Room, nouns: Sequence[str]) -> None:
    """What is built into a room by generators: where the record of the generator says."""
    easel, taken = room.easel, 0
    for noun in [noun for noun in nouns if noun in surfaces()["built"]]:
        how = {"from": 0.45, "to": 0.95, **surfaces()["built"][noun]}
        start, end, wide = how.pop("from"), how.pop("to"), how.pop("wide", 1)
        if taken and wide and start > 0.3:  # the second one stands on the other side
            start, end = 1 - end, min(1 - start, 0.42)
        taken += wide
        if taken <= 2:
            BUILT[how.pop("as")](
                room, start * easel.width, max(end * easel.width, start * easel.width + 12 * easel.unit), **how
            )


def arrange_things(room: Room, nouns: Sequence[str]) -> list[Spot]:
    """Spots for things without one: pictures hang, large things stand along the wall, small ones on tables or on a shelf."""
    easel, unit = room.easel, room.easel.unit
    across, sorts = easel.width / unit, surfaces()["sorts"]
    floor, wall, tops = _Row(across), _Row(across), []  # type: ignore[var-annotated]
    for box in room.windows:
        wall.take(box[0] / unit - 2, box[2] / unit + 2)
    spots, small = [], []
    for noun in dict.fromkeys(nouns):
        if noun not in NOUNS or noun in surfaces()["built"]:
            continue
        metres = NOUNS[noun].metres
        tall = max(SMALLEST, METRE * metres * (1.0 if metres >= SMALL else 0.75))
        wide = tall * aspect(noun)
        if noun in sorts["hanging"]:
            if (x := wall.place(wide)) is not None:
                top = 2 - easel.horizon_y / unit if noun in sorts["under the ceiling"] else -38 - tall / 2
                spots.append(_spot(noun, x - across / 2, tall, foot=None, top=top))
        elif metres < SMALL and noun not in sorts["on the floor"]:
            small.append((noun, tall, wide))
        elif (x := floor.place(wide, room_for_low=tall < 22)) is not None:
            spots.append(_spot(noun, x - across / 2, tall, foot=3.0))
            if noun in sorts["tables"]:
                tops.append([x - wide * 0.42, x + wide * 0.42, 3.0 - tall * sorts["tables"][noun]])
    return spots + _small_things(small, tops, wall, across)


def _small_things(
    small: list[tuple[str, float, float]], tops: list[list[float]], wall: _Row, across: float
) -> list[Spot]:
    """Small things on tables, as long as there is room; the others on the floor at the sides."""
    spots, left = [], 6.0
    for noun, tall, wide in small:
        top = next((top for top in tops if top[1] - top[0] >= wide), None)
        if top is not None:
            spots.append(_spot(noun, top[0] + wide / 2 - across / 2, tall, foot=top[2]))
            top[0] += wide + 1
        elif left + wide < 0.3 * across:
            spots.append(_spot(noun, left + wide / 2 - across / 2, tall, foot=5.5))
            left += wide + 2
    return spots


def _spot(noun: str, x: float, tall: float, foot: float | None, top: float | None = None) -> Spot:
    return Spot(thing=noun, x=("middle", x), tall=min(68.0, tall), foot=foot, top=top, wall=foot is None)


class _Row:
    """What is free of a wall, in units from the left."""

    def __init__(self, across: float) -> None:
        self.across, self.taken = across, []  # type: ignore[var-annotated]

    def take(self, low: float, high: float) -> None:
        """Nothing else comes there."""
        self.taken.append((low, high))

    def place(self, wide: float, room_for_low: bool = True) -> float | None:
        """The middle of the first free place of that width: from the right, then from the left; None for none."""
        half = wide / 2
        most = self.across - 3 - half
        for away in np.arange(0, max(1.0, most), 3.0):
            x = most - away
            gone = sum(max(0.0, min(high, x + half) - max(low, x - half)) for low, high in self.taken)
            if x - half > 1 and gone <= OVERLAP * wide * (0.2 if not room_for_low else 1.0):
                self.take(x - half, x + half)
                return float(x)
        return None


def aspect(noun: str) -> float:
    """How wide a thing is beside its height."""
    wide, tall = np.ptp(outline(grown(drawing(noun), f"{noun} 0")), axis=0)
    return float(wide / tall)


def _put_thing(room: Room, spot: Spot, field: np.ndarray, flipped: bool) -> None:
    easel, unit = room.easel, room.easel.unit
    picture = _picture(easel, spot, flipped)
    x = _place_of(room, *spot.x, flipped)
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


def _picture(easel: Easel, spot: Spot, flipped: bool) -> Image.Image:
    """The thing as large as it stands there, from the side from which the light of the room comes."""
    wide, tall = np.ptp(outline(grown(drawing(spot.thing), f"{spot.thing} 0")), axis=0)
    size = easel.unit * spot.tall / (wide if spot.turn in (90, 270) else tall) * max(wide, tall)
    pixels = Image.fromarray(draw(spot.thing, max(8, round(float(size))), str(easel.rng.choice(spot.colours))))
    if spot.turn:
        pixels = pixels.rotate(spot.turn, expand=True)
    return pixels.transpose(Image.Transpose.FLIP_LEFT_RIGHT) if spot.mirrored != flipped else pixels


def _place_of(room: Room, anchor: str, units: float, flipped: bool) -> float:
    """The x of a place in pixels."""
    easel = room.easel
    lamps = {"lamp" if number == 0 else f"lamp{number + 1}": x for number, (x, _) in enumerate(room.lamps)}
    if anchor in lamps:
        return lamps[anchor] + easel.unit * units
    edges = {"left": 0.0, "right": float(easel.width), "middle": easel.width / 2, "window": room.window[2]}
    x = edges[anchor] + easel.unit * units
    return easel.width - x if flipped else x


def stand_outdoors(easel: Easel, place: Place) -> None:
    """What stands in the open: what is far off before the horizon, the rest at the sides of the ground."""
    unit, y = easel.unit, easel.horizon_y
    far, near = _Row(easel.width / unit), _Row(easel.width / unit)
    near.take(0.36 * easel.width / unit, 0.62 * easel.width / unit)  # the middle stays free
    rows = [(noun, far, 2.0, 13.0, 0.30) for noun in place.middle]
    rows += [(noun, near, 6.5, 17.0, 0.06) for noun in chosen_nouns(easel, place)]
    for noun, row, level, metre, depth in rows:
        if (
            noun not in NOUNS
            or noun in surfaces()["sorts"]["not outdoors"]
            or record(noun).where in surfaces()["sorts"]["aloft"]
        ):
            continue
        tall = min(68.0, max(SMALLEST - 1, metre * NOUNS[noun].metres))
        if (x := row.place(tall * aspect(noun))) is not None:
            stand_thing(easel, noun, x * unit, y + (level + float(easel.rng.uniform(0, 3))) * unit, tall, depth)


def stand_thing(
    easel: Easel, noun: str, x: float, bottom: float, tall: float, depth: float, plane: Plane | None = None
) -> None:
    """Paint a thing that stands in the open with its foot at a pixel, so many units tall, with its shadow and its light."""
    plane, unit = plane or easel.plane("ground"), easel.unit
    picture = _picture(easel, Spot(thing=noun, x=("left", 0), tall=tall, foot=0), False)
    shadow = easel.mask().ellipse(x, bottom - 0.3 * unit, 0.52 * picture.width, 1.1 * unit)
    plane.lay(shadow, rgb("#20241a"), 0.8 * easel.light.shadow, soft_px=0.8 * unit)
    light = np.broadcast_to(easel.tone(np.ones(3, np.float32), depth, 0.85), (easel.height, easel.width, 3))
    if record(noun).shines and easel.light.lamps > 0.2:
        reach = sun_pool(easel, x, bottom - 0.8 * picture.height, 0.6 * picture.height + 4 * unit)
        plane.glow(reach * np.float32(0.5 * easel.light.lamps), WARM)
        light = light + (SHINE - light) * np.float32(0.8 * easel.light.lamps)
    plane.paste(picture, round(x - picture.width / 2), round(bottom - picture.height), light)
