"""For washing, cleaning and the kitchen: towel, toothbrush, comb, mop, iron, bins, mug, cans, trays; a stick, a branch, a hole in the ground."""

from __future__ import annotations

from pipelines.props.parts import leaves, smoke
from pipelines.props.prop import Prop, prop
from pipelines.props.sketch import Sketch


def towel(s: Sketch, kind: str = "towel") -> None:
    """A towel on a rail; a napkin in its ring; a sheet that hangs on a line; a curtain."""
    if kind == "napkin":
        s.poly("50,40 10,84 30,92 50,86 70,92 90,84", "main", round=9)
        s.poly("50,44 14,2 36,-4 50,2 64,-4 86,2", "main-", round=9)
        s.ring(50, 42, 17, 6, "yellow", ry=13)
        return
    if kind == "curtain":
        for left in (0, 66):
            at = f"{left},104 {left + 44},104 {left + (36 if left else 44)},40 {left + (44 if left else 26)},0 {left},0"
            s.poly(at, "main", round=8)
            s.lines(
                [[(left + 9 + 9 * k, 104), (left + 9 + 8 * k, 0)] for k in range(4)],
                2,
                "main--",
                clip=True,
                opacity=0.5,
            )
            s.line([(left, 40), (left + 44, 40)], 7, "yellow", clip=True)
        s.line("-12,108 122,108", 6, "wood-")
        for x in (-14, 124):
            s.disc(x, 108, 7, "wood")
        s.discs([(4 + 11.5 * k, 106, 4) for k in range(10)], "wood+", round=2)
        return
    low = -6 if kind == "towel" else 10
    s.line("-8,96 108,96", 5, "#aab2bc" if kind == "towel" else "#cfa869")
    s.poly([(14, 100), (86, 100), (88, low), (12, low)], "main", round=9)
    s.lines([[(26 + 12 * k, 96), (25 + 12.5 * k, low)] for k in range(5)], 1.6, "main--", clip=True, opacity=0.3)
    if kind == "towel":
        for y in (6, 18):
            s.box(0, y, 100, y + 7, "cream", clip=True)
        s.lines([[(14 + 5 * k, low), (14 + 5 * k, low - 7)] for k in range(15)], 2, "main-")
        s.poly([(14, 101), (86, 101), (84, 46), (16, 46)], "main+", round=8)
        s.box(0, 50, 100, 57, "cream", clip=True)
        return
    for x in (24, 76):
        s.box(x - 3, 88, x + 3, 106, "wood", 2)


def brush(s: Sketch, kind: str = "toothbrush") -> None:
    """A toothbrush; a comb; a hairbrush; a mop; a razor."""
    if kind == "toothbrush":
        s.box(-8, 56, 24, 74, "white", 3, round=4)
        s.lines([[(-4 + 6 * k, 58), (-4 + 6 * k, 74)] for k in range(5)], 1.2, "#8fc9dd", clip=True)
        s.line("-10,54 26,54 44,48 118,50", 9, "main", smooth=True)
        s.turn(24)
        return
    if kind == "comb":
        s.poly("0,52 6,66 104,66 110,52", "main", smooth=False, round=6)
        s.lines([[(4 + 6 * k, 56), (4 + 6 * k, 16)] for k in range(18)], 3.2, "main")
        s.box(0, 50, 6, 60, "main", 2)
        s.turn(-14)
        return
    if kind == "hairbrush":
        s.lines([[(34 + 9 * k, 70), (30 + 10 * k, 100)] for k in range(7)], 2.6, "#f0e2c8")
        s.line("30,64 -14,40", 13, "main-", round=5)
        s.poly("24,58 40,74 84,82 104,72 96,56 60,50", "main", smooth=True, round=9)
        return
    for k, x in enumerate((-26, -13, 0, 13, 26)):
        s.line([(50 + x * 0.4, 22), (50 + x, -8 - 3 * (k % 2))], (9, 12), "cream" + ("-" if k % 2 else ""), round=4)
    s.line("50,20 50,124", 6, "main")
    s.box(36, 16, 64, 28, "blue", 4)


def vacuum(s: Sketch) -> None:
    """A vacuum cleaner on wheels with its hose."""
    s.poly("-46,-2 -8,-2 -16,10 -30,14", "#4a4652", round=4)
    s.line("-24,10 -2,66", 5, "#aab2bc")
    s.line("-2,64 8,98 46,104 66,84 62,44", 8, "#5b5a66", smooth=True)
    s.poly("12,8 14,34 34,50 72,50 100,36 108,8", "main", smooth=True, round=12)
    s.poly("40,40 72,44 84,34 44,32", "main++", clip=True, opacity=0.7)
    s.disc(32, 8, 14, "#3d3a44")
    s.disc(32, 8, 6, "#d5d2cc")
    s.disc(90, 4, 9, "#3d3a44")


def iron(s: Sketch) -> None:
    """A flat iron with steam."""
    smoke(s, -16, 30, 34, "#eef1f2")
    s.line("34,48 40,74 96,74 104,46", 9, "#4a4652", smooth=True)
    s.poly("-10,10 24,44 54,52 104,52 112,10", "main", smooth=False, round=9)
    s.poly("-16,0 114,0 112,11 -10,11", "#c8ccd4", round=3)
    s.disc(72, 30, 8, "cream")


def bin_(s: Sketch) -> None:
    """A dustbin with its lid."""
    s.poly("10,84 90,84 82,0 18,0", "main", round=11)
    s.lines([[(22 + 14 * k, 84), (26 + 12 * k, 0)] for k in range(5)], 2.6, "main--", clip=True, opacity=0.5)
    s.box(2, 80, 98, 92, "main+", 5)
    s.poly("8,92 92,92 76,104 24,104", "main", round=6)
    s.box(38, 102, 62, 110, "main-", 4)


def mug(s: Sketch, kind: str = "mug") -> None:
    """A mug with a handle and steam; a mug of cocoa with cream."""
    s.line("34,92 28,104 38,112 32,124", 3.4, "#eef1f2", smooth=True, opacity=0.8)
    s.line("54,94 48,106 58,114 52,128", 3.4, "#eef1f2", smooth=True, opacity=0.8)
    s.ring(82, 46, 26, 10, "main-", ry=28)
    s.box(4, 0, 82, 84, "main", 9, round=14)
    s.disc(43, 84, 39, "main+", ry=8)
    s.disc(43, 83, 34, "#7a4a34", ry=5.6, flat=True)
    if kind == "cocoa":
        s.discs([(24, 88, 12), (43, 92, 15), (62, 88, 12), (44, 102, 9)], "#fbf6ea", round=8)
        s.line("58,96 78,122", 7, "#a8582e", round=3)
    s.poly("43,20 24,40 26,54 36,58 43,50 43,50 50,58 60,54 62,40", "cream", smooth=True, round=4)


def can(s: Sketch, kind: str = "can") -> None:
    """A tin can with a label; a can of drink; a tray with cups; a carton."""
    if kind == "tray":
        s.poly("0,20 120,20 108,0 12,0", "main", round=5)
        s.disc(60, 21, 61, "main+", ry=14)
        s.disc(60, 22, 52, "main-", ry=10, contact=0)
        s.box(26, 22, 52, 48, "cream", 6)
        s.ring(54, 36, 10, 4, "cream")
        s.disc(84, 24, 22, "cream", ry=6)
        s.discs([(76, 32, 9), (90, 32, 9), (83, 40, 8)], "#c98a48", round=5)
        return
    s.disc(36, 2, 36, "#8c919c", ry=8)
    s.box(0, 2, 72, 96, "#c8ccd4", 2, round=13)
    s.box(0, 16, 72, 82, "main", clip=True)
    s.disc(36, 48, 21, "cream", clip=True)
    s.disc(36, 46, 13, "red", clip=True)
    s.poly("30,58 36,66 44,60 36,56", "leaf", clip=True)
    s.disc(36, 96, 36, "#dfe2e8", ry=8)
    s.disc(36, 96, 30, "#aab2bc", ry=6, flat=True)
    s.line("36,97 50,100", 5, "#eef0ee")


def bed(s: Sketch, kind: str = "mattress") -> None:
    """A mattress; a bunk bed with its ladder; a cot with bars."""
    if kind == "mattress":
        s.poly("20,44 120,44 104,20 0,20", "main+", round=4)
        s.poly("0,20 104,20 104,0 0,0", "main", round=6)
        s.poly("104,20 120,44 120,24 104,0", "main-", round=4)
        s.discs([(28 + 22 * k + 6 * (row), 26 + 9 * row, 2) for k in range(4) for row in (0, 1)], "main--", flat=True)
        s.lines([[(0, 10), (104, 10)]], 2, "blue+")
        return
    if kind == "bunk":
        for x in (0, 124):
            s.box(x, -6, x + 8, 124, "wood-", 2)
        for y in (12, 70):
            s.box(4, y, 128, y + 14, "wood", 2)
            s.box(8, y + 13, 124, y + 24, "white", 4)
            s.poly([(40, y + 13), (124, y + 13), (124, y + 27), (44, y + 27)], "main", round=5)
            s.box(10, y + 22, 36, y + 34, "cream", 6)
        s.lines([[(4, 110), (128, 110)]], 5, "wood-", round=2)
        for x in (88, 110):
            s.line([(x, -4), (x, 112)], 5, "wood+")
        s.lines([[(88, y), (110, y)] for y in range(8, 108, 18)], 5, "wood+", round=2)
        return
    s.box(8, 24, 112, 36, "white", 4)
    s.poly("40,30 112,30 112,44 46,44", "main", round=5)
    s.disc(26, 44, 15, "cream", ry=9)
    s.lines([[(10 + 10 * k, 16), (10 + 10 * k, 84)] for k in range(11)], 4, "wood+", round=1.5)
    for y in (14, 84):
        s.box(2, y, 118, y + 8, "wood", 3)
    for x in (0, 112):
        s.box(x, -10, x + 9, 98, "wood-", 3)
        s.disc(x + 4.5, 100, 7, "wood")


def stick(s: Sketch, kind: str = "stick") -> None:
    """A stick with a twig; a branch with leaves; a root; a hole in the ground."""
    if kind == "hole":
        s.poly("-6,14 8,30 30,26 54,36 84,26 106,30 122,12 104,-4 60,-10 10,-4", "main+", smooth=True, round=7)
        s.poly("6,14 26,22 60,26 96,20 110,12 96,2 60,-2 22,2", "#4a342c", smooth=True, flat=True)
        s.poly("12,12 34,16 60,18 92,14 104,8 92,2 60,-2 22,2", "#33231f", smooth=True, clip=True)
        s.discs([(2, 24, 5), (96, 32, 4), (112, 24, 6), (26, 32, 4)], "main", round=2)
        for x in (-2, 42, 118):
            s.poly([(x, 26), (x - 6, 42), (x + 2, 32), (x + 4, 46), (x + 7, 32), (x + 14, 40), (x + 8, 26)], "leaf")
        return
    if kind == "root":
        s.line("50,100 52,60 44,30 48,-6", (16, 3), "main", smooth=True)
        for at in ("50,66 26,46 4,40", "51,56 78,40 102,42", "46,34 24,16 16,-4", "46,30 66,12 86,4"):
            s.line(at, (9, 2.4), "main-", smooth=True)
        for x, lean in ((50, -24), (50, 0), (50, 26)):
            s.line([(x, 98), (x + lean * 0.5, 112), (x + lean, 122)], (5, 2), "leaf", smooth=True)
        return
    s.line("-4,6 36,34 70,52 112,92", (9, 5), "main", smooth=True)
    s.line("44,40 46,62 56,80", (6, 2.6), "main", smooth=True)
    s.line("74,56 96,56 110,50", (5, 2.4), "main-", smooth=True)
    s.lines([[(10, 16), (22, 25)], [(54, 44), (64, 50)], [(88, 70), (94, 76)]], 1.4, "main--", opacity=0.7)
    if kind == "branch":
        leaves(s, [(56, 84, 16), (112, 94, 18), (112, 52, 15), (88, 82, 12), (36, 60, 11)], "leaf", 14)


PROPS: dict[str, Prop] = {
    "towel": prop(towel, 0.9, "teal", "bath towel, beach towel, dishcloth", grip=(0.5, 0.1)),
    "napkin": prop(towel, 0.4, "#e8e2f0", "serviette, handkerchief, tissue", kind="napkin", grip=(0.5, 0.5)),
    "sheet": prop(towel, 1.0, "#eef0f4", "bed sheet, bedsheet, cloth, piece of cloth, laundry", kind="sheet", grip=(0.5, 0.1)),
    "curtain": prop(towel, 1.6, "red", "curtains, drapes", kind="curtain"),
    "toothbrush": prop(brush, 0.4, "blue", "", grip=(0.7, 0.4)),
    "comb": prop(brush, 0.4, "purple", "hair comb", kind="comb", grip=(0.5, 0.2)),
    "hairbrush": prop(brush, 0.45, "pink", "hair brush, brush", kind="hairbrush", grip=(0.1, 0.8)),
    "mop": prop(brush, 1.2, "wood", "", kind="mop", grip=(0.5, 0.3)),
    "vacuum cleaner": prop(vacuum, 0.9, "red", "vacuum, hoover", grip=(0.4, 0.1)),
    "iron": prop(iron, 0.5, "blue", "flat iron, flatiron", grip=(0.6, 0.2)),
    "trash can": prop(bin_, 0.9, "#7d8f86", "bin, dustbin, garbage can, rubbish bin, trash bin, litter bin, trash, rubbish, garbage", holds=True),
    "mug": prop(mug, 0.45, "teal", "coffee mug", holds=True, grip=(0.9, 0.65)),
    "hot chocolate": prop(mug, 0.5, "red", "cocoa, mug of cocoa", kind="cocoa", grip=(0.9, 0.65)),
    "can": prop(can, 0.45, "green", "tin, tin can, can of soup, can of beans", grip=(0.5, 0.5), holds=True),
    "tray": prop(can, 0.45, "#b98a5d", "", kind="tray", grip=(0.05, 0.7), holds=True),
    "mattress": prop(bed, 0.5, "#dfe6f0", "", seat=0.3),
    "bunk bed": prop(bed, 1.8, "blue", "bunk, bunk beds", kind="bunk", seat=0.66, holds=True),
    "crib": prop(bed, 0.95, "pink", "baby bed, baby cot", kind="crib", holds=True),
    "stick": prop(stick, 0.7, "bark", "wooden stick, twig, pole", grip=(0.25, 0.75)),
    "branch": prop(stick, 0.8, "bark", "bough, tree branch", kind="branch", grip=(0.15, 0.8)),
    "root": prop(stick, 0.7, "#b08a62", "tree root", kind="root", grip=(0.5, 0.3)),
    "hole": prop(stick, 0.4, "earth", "pit, hole in the ground, burrow, ditch", kind="hole", holds=True),
}  # fmt: skip
