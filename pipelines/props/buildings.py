"""Houses of all kinds: a gable in front and a long side, seen a little from the right."""

from __future__ import annotations

from pipelines.props.parts import bricks, doorway, pennant, planks, smoke, tiles, window
from pipelines.props.prop import Prop, prop
from pipelines.props.sketch import Sketch


def house(
    s: Sketch,
    wall: str = "plaster",
    cover: str = "tiles",
    front: float = 42,
    side: float = 50,
    eave: float = 38,
    ridge: float = 68,
    made: str = "plaster",
    chimney: bool = True,
    door: str = "#8a5a3c",
    rows: int = 1,
    extra: str = "",
) -> None:
    """A house with a gable; the roof has the main colour. `made`: plaster, planks, logs or bricks; `cover`: tiles, straw or boards."""
    right, top = front + side, ridge
    if chimney:
        s.box(right - 22, top - 14, right - 12, top + 10, "brick")
        bricks(s, right - 22, top - 14, right - 12, top + 10, 5)
        s.box(right - 23.5, top + 8, right - 10.5, top + 11, "brick-")
        smoke(s, right - 16, top + 15, 20)
    s.box(front, 0, right, eave + 4, wall + "-", 0.5, contact=0)
    _texture(s, made, front, 0, right, eave, 7)
    gable = [(0.0, 0.0), (front, 0.0), (front, eave), (front / 2, ridge - 2), (0.0, eave)]
    s.poly(gable, wall, contact=0)
    _texture(s, made, 0, 0, front, ridge, 11)
    s.poly(
        [(front / 2, ridge + 2), (right - front / 2 + 6, ridge + 2), (right + 5, eave - 3), (front + 3, eave - 3)],
        "main",
        contact=0.4,
    )
    if cover == "tiles":
        tiles(s, 0, eave - 3, right + 6, ridge + 2, 6)
    elif cover == "boards":
        planks(s, 0, eave - 3, right, ridge + 2, 5, upright=False)
    else:
        s.lines(
            [[(x, ridge + 2), (x + 8 + s.near(3), eave - 4)] for x in range(12, int(right), 4)],
            0.9,
            "#8a6430",
            clip=True,
            opacity=0.4,
        )
    s.line([(-4, eave - 4), (front / 2, ridge + 1.5), (front + 4, eave - 4)], 5, "main-")
    _openings(s, front, side, eave, ridge, door, rows)
    _extra(s, extra, front, side, eave, ridge)


def _texture(s: Sketch, made: str, x0: float, y0: float, x1: float, y1: float, count: int) -> None:
    if made == "planks":
        planks(s, x0, y0, x1, y1, count)
    elif made == "logs":
        planks(s, x0, y0, x1, y1, count, upright=False)
    elif made == "bricks":
        bricks(s, x0, y0, x1, y1, count)


def _openings(s: Sketch, front: float, side: float, eave: float, ridge: float, door: str, rows: int) -> None:
    """The door in the front, a window above it and windows in the side."""
    tall = min(26.0, eave * 0.72)
    doorway(s, front / 2, 0, front * 0.30, tall, door)
    if ridge > 50:
        window(s, front / 2, (tall + ridge) / 2 - 1, front * 0.18, 9)
    for row in range(rows):
        y = eave * (row + 0.55) / rows
        count = 2 if side < 64 else 3
        for i in range(count):
            window(s, front + side * (i + 0.5) / count, y, min(11, side * 0.17), min(13.0, eave / rows * 0.42))


def _extra(s: Sketch, extra: str, front: float, side: float, eave: float, ridge: float) -> None:
    middle = front / 2
    if extra == "bell":  # a school
        s.box(middle - 5, ridge - 1, middle + 5, ridge + 13, "cream")
        s.disc(middle, ridge + 6, 3.2, "yellow")
        s.poly([(middle - 8, ridge + 12), (middle + 8, ridge + 12), (middle, ridge + 23)], "main-")
        pennant(s, front + side - 6, ridge, 22, "blue")
    elif extra == "cross":  # a hospital
        s.disc(front + side / 2, ridge - 14, 11, "white", contact=0.3)
        x, y = front + side / 2, ridge - 14
        s.lines([[(x - 6, y), (x + 6, y)], [(x, y - 6), (x, y + 6)]], 4.4, "red")
    elif extra == "flowers":
        for i in range(2):
            x = front + side * (i + 0.5) / 2
            s.box(x - 8, eave * 0.20, x + 8, eave * 0.29, "wood-")
            s.discs([(x - 6 + 3 * k, eave * 0.31, 2) for k in range(5)], "leaf", flat=True)
            s.discs([(x - 5 + 5 * k, eave * 0.36, 1.6) for k in range(3)], "pink", flat=True)
    elif extra == "sign":
        s.box(front + 6, eave - 13, front + side - 6, eave - 4, "wood-", contact=0.4)
        s.line([(front + 12, eave - 8.5), (front + side - 12, eave - 8.5)], 1.6, "cream", flat=True)


def barn(s: Sketch) -> None:
    """A red barn with a broken roof and a wide crossed door."""
    s.box(46, 0, 98, 42, "main-", 0.5)
    planks(s, 46, 0, 98, 42, 9)
    s.poly([(0, 0), (50, 0), (50, 40), (41, 60), (25, 72), (9, 60), (0, 40)], "main", contact=0)
    planks(s, 0, 0, 50, 72, 9)
    s.poly([(25, 75), (78, 75), (92, 62), (42, 62)], "slate+", contact=0.2)
    s.poly([(42, 62), (92, 62), (102, 38), (52, 38)], "slate", contact=0.35)
    s.line([(-3, 38), (8, 61), (25, 74), (42, 61), (53, 38)], 4, "cream")
    s.box(11, 0, 39, 30, "main-", 0.6)
    s.lines(
        [[(12, 1), (12, 29), (38, 29), (38, 1), (12, 1), (38, 29)], [(12, 29), (38, 1)], [(25, 0), (25, 30)]],
        2.4,
        "cream",
    )
    s.box(19, 44, 31, 56, "#5a3c34", 1)
    s.lines(
        [[(19, 44), (31, 56)], [(19, 56), (31, 44)], [(19, 44), (31, 44), (31, 56), (19, 56), (19, 44)]], 1.8, "cream"
    )
    for x in (62, 82):
        window(s, x, 20, 9, 11)


def church(s: Sketch) -> None:
    """A nave with arched windows and a tower with a pointed roof and a cross."""
    s.box(34, 0, 98, 36, "main-", 0.5)
    bricks(s, 34, 0, 98, 36, 7)
    s.poly([(34, 58), (92, 58), (102, 33), (34, 33)], "slate", contact=0.4)
    tiles(s, 34, 33, 102, 58, 5)
    for x in (52, 68, 84):
        window(s, x, 17, 8, 18, True)
    s.box(6, 0, 40, 74, "main", 0.5)
    bricks(s, 6, 0, 40, 74, 14)
    s.box(3, 71, 43, 76, "main-")
    s.poly([(3, 76), (43, 76), (23, 122)], "slate-", contact=0.2)
    tiles(s, 3, 76, 43, 122, 8)
    s.lines([[(23, 121), (23, 136)], [(18, 131), (28, 131)]], 2, "yellow", round=0.7)
    doorway(s, 23, 0, 15, 26, arched=True)
    s.disc(23, 48, 7, "cream")
    s.disc(23, 48, 5.4, "white", flat=True)
    s.lines([[(23, 52), (23, 48), (26, 46)]], 1, "black")
    s.box(17, 57, 29, 69, "#5a4650", 6, flat=True)
    s.disc(23, 62, 3, "yellow")


def apartments(s: Sketch, floors: int = 4, sign: str = "", awning: bool = False) -> None:
    """A town house with a flat front; `sign` is "cross" for a hospital, "goods" for a shop."""
    tall = 20 + floors * 18
    s.box(0, 0, 76, tall, "main", 0.8)
    s.poly([(60, 0), (76, 0), (76, tall), (60, tall)], "main--", clip=True, opacity=0.35)
    s.box(-4, tall - 1, 80, tall + 5, "main--")
    for row in range(floors):
        for x in (14, 38, 62):
            if not (sign and row == floors - 1 and x == 38):
                window(s, x, 30 + row * 18, 9, 10)
    doorway(s, 38, 0, 15, 17, "blue")
    if sign == "cross":
        y = 30 + (floors - 1) * 18
        s.disc(38, y, 9.5, "white", contact=0.3)
        s.lines([[(32.5, y), (43.5, y)], [(38, y - 5.5), (38, y + 5.5)]], 4.2, "red")
    if awning:
        for i in range(10):
            s.poly(
                [(i * 8 - 2, 14), (i * 8 + 6, 14), (i * 7.6 + 6, 22), (i * 7.6, 22)],
                "red" if i % 2 else "cream",
                contact=0.1,
            )


PROPS: dict[str, Prop] = {
    "house": prop(house, 2.9, "roof", "home, farmhouse, villa", holds=True, seat=0.34, extra="flowers"),
    "cottage": prop(house, 2.5, "#d0a85c", "country house", holds=True, cover="straw", eave=27, ridge=62, wall="cream", door="green", extra="flowers"),
    "cabin": prop(house, 2.4, "#7a5a48", "log cabin, mountain hut, lodge, chalet, log house", holds=True, wall="#b07f52", made="logs", cover="boards", eave=32, ridge=62),
    "hut": prop(house, 2.0, "#cda154", "shack, hovel", holds=True, wall="#b98a5d", made="planks", cover="straw", eave=22, ridge=62, side=36, chimney=False),
    "shed": prop(house, 1.8, "slate", "tool shed, woodshed", holds=True, wall="wood", made="planks", cover="boards", chimney=False, side=30, eave=34, ridge=52),
    "stable": prop(house, 2.4, "#8a5a3c", "cowshed", holds=True, wall="wood+", made="planks", cover="boards", chimney=False, side=74, eave=32, ridge=56, front=40),
    "school": prop(house, 2.9, "#8f5a52", "schoolhouse", holds=True, wall="brick", made="bricks", side=78, eave=46, ridge=74, rows=2, chimney=False, extra="bell", door="blue"),
    "inn": prop(house, 2.9, "#7c5646", "tavern, pub, guesthouse", holds=True, wall="cream", side=62, eave=52, ridge=84, rows=2, extra="sign"),
    "hospital": prop(apartments, 2.9, "#e9eef0", "clinic", holds=True, floors=3, sign="cross"),
    "shop": prop(apartments, 2.9, "#d9b36a", "store, bakery, grocery", holds=True, floors=2, awning=True),
    "town house": prop(apartments, 3.3, "#d98f74", "apartment house, apartment", holds=True, floors=4),
    "barn": prop(barn, 2.9, "#b5483c", "farm barn", holds=True),
    "church": prop(church, 3.5, "#d8cdb8", "chapel, cathedral, abbey", holds=True),
}  # fmt: skip
