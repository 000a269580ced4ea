"""For the ill: stethoscope, syringe, bandage, crutch, wheelchair, medicine, pills, thermometer, stretcher."""

from __future__ import annotations

from pipelines.props.parts import wheel
from pipelines.props.prop import Prop, prop
from pipelines.props.sketch import Sketch


def stethoscope(s: Sketch) -> None:
    """A stethoscope."""
    for x in (22, 58):
        s.line([(x, 112), (x - (x - 40) * 0.3, 92), (40, 62)], 4.6, "#b7bcc6", smooth=True)
        s.disc(x + (x - 40) * 0.1, 114, 6, "#3d3a44")
    s.line("40,64 38,34 52,8 80,4 98,20 96,44", 7, "main", smooth=True, round=3)
    s.disc(96, 56, 16, "#b7bcc6")
    s.disc(96, 56, 10, "#e8ecf0", contact=0.1)


def syringe(s: Sketch, kind: str = "syringe") -> None:
    """A syringe; a thermometer."""
    if kind == "thermometer":
        s.box(38, 6, 62, 120, "#f6f8f8", 12, round=5)
        s.disc(50, 10, 19, "#f6f8f8", round=6)
        s.disc(50, 10, 13, "main", round=5)
        s.line("50,12 50,84", 7, "main", round=2)
        s.lines([[(56, y), (61, y)] for y in range(34, 112, 9)], 2, "#4a4652")
        s.turn(-20)
        return
    s.line("50,-8 50,18", 3, "#aab2bc")
    s.box(46, 96, 54, 122, "#aab2bc", 1)
    s.box(34, 118, 66, 126, "#c8ccd4", 3)
    s.box(30, 92, 70, 99, "#c8ccd4", 3)
    s.poly("36,92 64,92 64,30 56,18 44,18 36,30", "#eef6f8", round=5)
    s.poly("30,64 70,64 70,10 30,10", "main", clip=True)
    s.lines([[(55, y), (64, y)] for y in range(36, 90, 9)], 2, "#4a4652", clip=True)
    s.turn(-40)


def bandage(s: Sketch) -> None:
    """A roll of bandage with a plaster."""
    s.poly("30,4 112,-4 116,10 34,20", "main-", round=3)
    s.disc(38, 44, 40, "main", round=10)
    for r in (29, 19, 10):
        s.ring(38, 44, r, 2.4, "main--", flat=True)
    s.poly("66,46 76,34 122,62 112,76", "#e8b88a", smooth=False, round=5)
    s.poly("84,50 92,42 106,60 98,68", "#f6dfc2", flat=True)


def crutch(s: Sketch) -> None:
    """A crutch."""
    for side in (-1, 1):
        s.line([(50 + side * 2, 8), (50 + side * 4, 44), (50 + side * 15, 116)], 5, "main", smooth=True)
    s.line("41,74 59,74", 6, "#4a4652", round=2)
    s.line("32,118 68,118", 11, "#8a5a3c", round=4)
    s.line("50,2 50,34", 6, "main-")
    s.box(44, -4, 56, 6, "#4a4652", 3)


def wheelchair(s: Sketch) -> None:
    """A wheelchair, to the right."""
    s.line("6,104 24,98 28,44", 6, "#aab2bc", smooth=False)
    s.box(22, 44, 34, 96, "main", 4, round=4)
    s.box(22, 40, 80, 51, "main", 4, round=4)
    s.line("30,68 68,68 76,60 78,44", 5, "#aab2bc", smooth=False)
    s.line("34,70 62,70", 7, "#4a4652", round=3)
    s.line("78,46 92,12 108,12", 5, "#aab2bc")
    s.box(90, 6, 114, 12, "#4a4652", 2)
    wheel(s, 38, 30, 34, "#4a4652", 10, 0.12)
    s.ring(38, 30, 27, 2.4, "#d5d8de", flat=True)
    s.line("70,40 82,14", 4, "#aab2bc")
    s.disc(84, 8, 11, "#4a4652")
    s.disc(84, 8, 4, "#d5d8de", flat=True)


def medicine(s: Sketch, kind: str = "medicine") -> None:
    """A bottle of medicine with a cross and a spoon; pills; a first-aid box."""
    if kind == "pills":
        for x, y, lean, tone in ((34, 60, 30, "main"), (84, 40, -40, "yellow")):
            first = Sketch(s.main)
            first.box(x - 30, y - 13, x + 30, y + 13, tone, 13, round=7)
            first.box(x - 34, y - 20, x, y + 20, "white", clip=True)
            first.turn(lean, x, y)
            s.shapes += first.shapes
        for x, y in ((18, 14), (52, 8)):
            s.disc(x, y, 16, "#f2f0ea", ry=13)
            s.line([(x - 9, y), (x + 9, y)], 2, "grey", flat=True)
        return
    if kind == "first aid":
        s.line("40,66 42,80 66,80 68,66", 6, "main-", smooth=False)
        s.box(0, 0, 108, 70, "main", 9, round=9)
        s.box(0, 44, 108, 48, "main--", clip=True)
        s.disc(54, 32, 25, "white", contact=0.2)
        s.lines([[(54, 18), (54, 46)], [(40, 32), (68, 32)]], 10, "#4f9a6a")
        return
    s.box(24, 84, 60, 106, "cream", 4)
    s.poly("28,84 56,84 56,76 76,62 76,2 70,-4 14,-4 8,2 8,62 28,76", "main", round=11)
    s.box(8, 12, 76, 54, "cream", clip=True)
    s.lines([[(42, 22), (42, 44)], [(31, 33), (53, 33)]], 8, "#d8503f", clip=True)
    s.line("86,0 98,64", 5, "#b7bcc6")
    s.disc(101, 76, 10, "#b7bcc6", ry=15)


def stretcher(s: Sketch) -> None:
    """A stretcher on low legs."""
    for x in (16, 104):
        s.line([(x - 6, 0), (x + 6, 22)], 4, "#8c919c")
        s.line([(x + 6, 0), (x - 6, 22)], 4, "#8c919c")
    s.line("-14,24 134,24", 5, "#8c919c")
    s.box(4, 22, 116, 34, "main", 5, round=5)
    s.box(8, 32, 34, 44, "white", 6, round=4)
    s.box(52, 22, 58, 35, "#8a5a3c", 1)
    s.box(84, 22, 90, 35, "#8a5a3c", 1)


PROPS: dict[str, Prop] = {
    "stethoscope": prop(stethoscope, 0.55, "#4a5a78", "", grip=(0.4, 0.6)),
    "syringe": prop(syringe, 0.45, "#6fb8d8", "injection, needle and syringe", grip=(0.4, 0.4)),
    "thermometer": prop(syringe, 0.45, "red", "fever thermometer", kind="thermometer", grip=(0.5, 0.4)),
    "bandage": prop(bandage, 0.38, "#f3ead8", "plaster, band aid, sticking plaster", grip=(0.4, 0.5)),
    "crutch": prop(crutch, 1.1, "wood", "walking stick, cane", grip=(0.5, 0.35)),
    "wheelchair": prop(wheelchair, 1.05, "blue", "wheel chair", seat=0.5),
    "medicine": prop(medicine, 0.5, "#a8673f", "cough syrup, syrup, bottle of medicine, potion", grip=(0.4, 0.6)),
    "pill": prop(medicine, 0.38, "red", "capsule", kind="pills", grip=(0.5, 0.6)),
    "first aid kit": prop(medicine, 0.5, "#e9eef0", "first aid box, medicine chest, first aid", kind="first aid", grip=(0.5, 0.05)),
    "stretcher": prop(stretcher, 0.5, "orange", "", seat=0.3),
}  # fmt: skip
