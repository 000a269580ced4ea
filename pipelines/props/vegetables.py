"""Vegetables and more fruit: tomato, potato, onion, garlic, cucumber, lettuce, cabbage, peas, beans, pepper, mango, melon."""

from __future__ import annotations

import numpy as np

from pipelines.props.prop import Prop, prop
from pipelines.props.sketch import Sketch


def tomato(s: Sketch, kind: str = "tomato") -> None:
    """A tomato; a sweet pepper; a mango; a melon."""
    if kind == "melon":
        s.disc(54, 46, 54, "main", ry=46)
        for k in (-0.75, -0.4, 0, 0.4, 0.75):
            s.line([(54 + 54 * k * 0.3, 94), (54 + 54 * k, 46), (54 + 54 * k * 0.3, -2)], 2.6, "main--", smooth=True, clip=True, opacity=0.5)  # fmt: skip
        s.lines([[(2 + 18 * k, 20 + 9 * (k % 3)), (16 + 18 * k, 34 + 9 * (k % 3))] for k in range(6)], 1.4, "main++", clip=True, opacity=0.8)  # fmt: skip
        s.line("54,90 56,102 64,106", 6, "leaf-", smooth=True)
        return
    if kind == "mango":
        s.poly("4,34 14,68 44,86 80,80 100,52 92,22 60,4 24,8", "main", smooth=True, round=22)
        s.poly("60,0 96,4 108,50 84,86 60,84 84,50", "red", smooth=True, clip=True, opacity=0.4)
        s.poly("18,54 28,72 42,78 34,58", "main+++", smooth=True, clip=True, opacity=0.6)
        s.line("44,84 46,96", 5, "bark-")
        s.poly("47,92 60,106 84,108 72,94", "leaf", smooth=True)
        return
    if kind == "pepper":
        for x, tone in ((20, "main-"), (76, "main-"), (48, "main")):
            s.poly(
                [(x - 20, 70), (x, 84), (x + 20, 70), (x + 17, 20), (x, -4), (x - 17, 20)], tone, smooth=True, round=14
            )
        s.poly("40,60 44,72 52,70 48,50", "white", smooth=True, clip=True, opacity=0.6)
        s.poly("22,78 48,88 74,78 58,72 48,76 38,72", "leaf-", smooth=True)
        s.line("48,80 50,96 60,104", 9, "leaf-", smooth=True)
        return
    s.poly("50,82 20,84 0,56 6,22 30,2 50,0 70,2 94,22 100,56 80,84", "main", smooth=True, round=22)
    s.poly("16,58 22,72 34,72 24,52", "white", smooth=True, clip=True, opacity=0.55)
    for a in np.arange(5) * 1.256 + 0.3:
        x, y = 50 + 30 * np.cos(a), 80 + 13 * np.sin(a)
        s.poly([(46, 82), (50, 78), (54, 82), (x, y)], "leaf", round=2)
    s.line("50,80 52,92 58,98", 5, "leaf-", smooth=True)


def tuber(s: Sketch, kind: str = "potato") -> None:
    """Potatoes; an onion; a bulb of garlic."""
    if kind == "potato":
        for x, y, r, ry, tone in ((74, 40, 34, 28, "main-"), (40, 28, 42, 30, "main")):
            s.poly([(x - r, y), (x - r * 0.6, y + ry * 0.9), (x + r * 0.1, y + ry * 0.9), (x + r * 0.8, y + ry * 0.8), (x + r, y), (x + r * 0.6, y - ry), (x - r * 0.4, y - ry * 0.9)], tone, smooth=True, round=14)  # fmt: skip
            s.discs([(x - r * 0.5, y + ry * 0.3, 2.4), (x + r * 0.1, y - ry * 0.3, 3), (x + r * 0.5, y + ry * 0.2, 2.4), (x - r * 0.3, y - ry * 0.5, 2)], "main--", clip=True, opacity=0.6)  # fmt: skip
        return
    if kind == "garlic":
        s.line("48,60 50,96", (16, 8), "main-")
        for x, tone in ((18, "main-"), (80, "main-"), (49, "main")):
            s.poly(
                [(49, 82), (x - 20, 44), (x - 14, 6), (x, -2), (x + 14, 6), (x + 20, 44)], tone, smooth=True, round=14
            )
            s.line([(49, 76), (x - 2, 40), (x, 2)], 1.8, "#b98ab0", smooth=True, clip=True, opacity=0.6)
        s.lines([[(38 + 6 * k, 0), (36 + 7 * k, -8)] for k in range(5)], 1.6, "bark")
        return
    for lean in (-12, 4, 18):
        s.line([(50, 80), (50 + lean * 0.5, 100), (50 + lean, 114)], (8, 3), "leaf", smooth=True)
    s.poly("50,96 36,80 6,64 0,36 20,8 50,-2 80,8 100,36 94,64 64,80", "main", smooth=True, round=20)
    for x in (16, 34, 66, 84):
        s.line([(50, 86), (x, 40), (48 + (x - 50) * 0.2, 0)], 2, "main-", smooth=True, clip=True, opacity=0.7)
    s.poly("24,54 32,68 40,70 34,48", "white", smooth=True, clip=True, opacity=0.5)
    s.lines([[(40 + 5 * k, 0), (37 + 6.5 * k, -9)] for k in range(5)], 1.6, "bark")


def cucumber(s: Sketch) -> None:
    """A cucumber with two slices."""
    s.line("4,20 50,36 110,74", 27, "main", smooth=True, round=12)
    s.lines([[(10 + 20 * k, 27 + 9 * k + 0.8 * k * k), (20 + 20 * k, 31 + 10 * k + 0.8 * k * k)] for k in range(5)], 2, "main++", clip=True, opacity=0.8)  # fmt: skip
    for x, y in ((66, 12), (98, 18)):
        s.disc(x, y, 17, "main-")
        s.disc(x, y, 14, "#dcebb4", contact=0)
        s.discs([(x + 7 * np.cos(a), y + 7 * np.sin(a), 1.7) for a in np.arange(7) * 0.9], "#b4cf84", flat=True)


def cabbage(s: Sketch, kind: str = "cabbage") -> None:
    """A cabbage; a lettuce with curled leaves; a bunch of spinach."""
    if kind == "spinach":
        for x, y, tall in ((20, 60, 40), (80, 62, 40), (38, 80, 46), (64, 82, 46), (50, 64, 44)):
            s.line([(50, -4), (x, y - 20)], 5, "leaf+")
            s.poly([(x, y - 24), (x - 16, y - 6), (x - 12, y + tall * 0.4), (x, y + tall * 0.7), (x + 12, y + tall * 0.4), (x + 16, y - 6)], "main", smooth=True, round=8)  # fmt: skip
            s.lines([[(x, y - 22), (x, y + tall * 0.5)]], 2, "main++", clip=True, opacity=0.7)
        s.box(38, 6, 62, 14, "red", 3)
        return
    a = np.linspace(0, 2 * np.pi, 141)[:-1]
    curl = 0.13 if kind == "lettuce" else 0.03
    for r, y, tone in ((54, 42, "main-"), (44, 44, "main"), (33, 46, "main+"), (21, 48, "main++")):
        reach = r * (1 - curl + curl * np.abs(np.sin(6.5 * a + r)))
        s.poly(np.stack([54 + reach * np.cos(a), y + reach * 0.86 * np.sin(a)], -1), tone, round=9, contact=0.3)
        if r > 40:
            for k in (-0.9, -0.45, 0.45, 0.9):
                s.line([(54, y - r * 0.8), (54 + r * k * 0.5, y - r * 0.3), (54 + r * k, y + r * 0.4)], 2.4, "main++", smooth=True, clip=True, opacity=0.6)  # fmt: skip
    s.box(44, -10, 64, 2, "cream", 5)


def pods(s: Sketch, kind: str = "peas") -> None:
    """Peas in their open pod; beans."""
    if kind == "beans":
        for x, y, lean in ((26, 52, 30), (70, 64, -24), (52, 24, 8), (92, 26, 40), (12, 18, -30)):
            first = len(s.shapes)
            s.poly([(x - 20, y + 6), (x - 12, y + 15), (x, y + 12), (x + 12, y + 15), (x + 20, y + 6), (x + 14, y - 10), (x - 14, y - 10)], "main" if first % 4 else "main-", smooth=True, round=8)  # fmt: skip
            s.poly([(x - 10, y + 8), (x - 4, y + 11), (x - 4, y + 5)], "white", smooth=True, clip=True, opacity=0.6)
            s.turn(lean * 0.2, x, y)
        return
    s.poly("0,50 14,74 50,84 96,74 122,52 122,52 96,26 50,18 14,28", "main-", smooth=True, round=8)
    s.poly("4,50 18,66 52,74 94,66 116,52 94,36 50,28 16,36", "main++", smooth=True, round=5)
    for k in range(5):
        s.disc(22 + 19 * k, 49 + 2 * (k % 2), 12 - abs(k - 2), "main")
        s.disc(18 + 19 * k, 54, 3, "main+++", clip=True)
    s.poly("4,48 18,36 50,30 94,38 122,52 122,52 96,26 50,16 12,28", "main", smooth=True, round=5)
    s.line("0,50 -10,54 -16,64", 4, "leaf-", smooth=True)


PROPS: dict[str, Prop] = {
    "tomato": prop(tomato, 0.48, "red", "cherry tomato", grip=(0.5, 0.6)),
    "pepper": prop(tomato, 0.5, "#e0a63a", "sweet pepper, bell pepper, green pepper, red pepper", kind="pepper", grip=(0.5, 0.7)),
    "mango": prop(tomato, 0.48, "#eeb04a", "papaya", kind="mango", grip=(0.5, 0.6)),
    "melon": prop(tomato, 0.6, "#d9cf6a", "honeydew, cantaloupe", kind="melon", grip=(0.5, 0.8)),
    "potato": prop(tuber, 0.45, "#c39a62", "sweet potato, spud", grip=(0.5, 0.6)),
    "onion": prop(tuber, 0.5, "#c98a4a", "shallot", kind="onion", grip=(0.5, 0.7)),
    "garlic": prop(tuber, 0.45, "#f1e8e0", "bulb of garlic", kind="garlic", grip=(0.5, 0.7)),
    "cucumber": prop(cucumber, 0.45, "green", "zucchini, courgette, gherkin, pickle", grip=(0.3, 0.6)),
    "cabbage": prop(cabbage, 0.6, "#8fbf6a", "head of cabbage, cauliflower", grip=(0.5, 0.8)),
    "lettuce": prop(cabbage, 0.55, "#7fb54a", "head of lettuce, kale", kind="lettuce", grip=(0.5, 0.8)),
    "spinach": prop(cabbage, 0.55, "#4f8f4a", "bunch of spinach, herb, parsley, basil, mint", kind="spinach", grip=(0.5, 0.9)),
    "pea": prop(pods, 0.42, "green", "pea pod, green pea", grip=(0.5, 0.6)),
    "bean": prop(pods, 0.42, "#9a5a44", "kidney bean, magic bean, seed, grain", kind="beans", grip=(0.5, 0.6)),
}  # fmt: skip
