"""Writing things: pens, chalk boards, paper, cards, notebooks, rulers, glue, stamps, money."""

from __future__ import annotations

from pipelines.props.prop import Prop, prop
from pipelines.props.sketch import Sketch


def pen(s: Sketch, kind: str = "pen") -> None:
    """A pen with a cap; a wax crayon; a pencil; a felt pen; a piece of chalk."""
    if kind == "chalk":
        s.box(42, 14, 60, 96, "main", 7, round=6)
        s.turn(-50)
        return
    if kind == "crayon":
        s.poly("41,14 63,14 56,0 48,0", "main-", round=3)
        s.box(38, 12, 66, 104, "main", 3, round=8)
        s.box(38, 26, 66, 88, "main+", clip=True)
        for y in (28, 82):
            s.line([(38, y), (46, y + 3), (58, y - 3), (66, y)], 2.6, "main--", smooth=True, clip=True)
    elif kind == "pencil":
        s.poly("40,24 64,24 52,-6", "#e8c79a", round=3)
        s.poly("48,4 56,4 52,-6", "#4a4652", flat=True)
        s.box(40, 22, 64, 98, "main", 1, round=7)
        s.lines([[(48, 22), (48, 98)], [(56, 22), (56, 98)]], 1.4, "main--", clip=True, opacity=0.6)
        s.box(39, 94, 65, 102, "#c8ccd4", 1)
        s.box(40, 102, 64, 114, "pink", 6)
    else:
        s.poly("44,16 60,16 54,-6 50,-6", "#d9a93c", round=3)
        s.box(40, 14, 64, 64, "main", 5, round=8)
        s.box(38, 60, 66, 110, "main-", 8, round=8)
        s.box(37, 58, 67, 64, "#d9a93c", 1)
        s.box(64, 66, 70, 104, "#d9a93c", 3)
    s.turn(-38)


def leaf_of_paper(s: Sketch, kind: str = "paper") -> None:
    """A sheet with lines; a card with a heart; a postcard; a poster; a ticket; a photograph."""
    if kind == "ticket":
        s.box(0, 0, 112, 58, "main", 4, round=4)
        s.discs([(0, 8 + 14 * k, 4) for k in range(4)] + [(112, 8 + 14 * k, 4) for k in range(4)], "main--", clip=True)
        s.box(12, 10, 78, 48, "main+", 2, contact=0.1)
        s.lines([[(20, 36), (68, 36)], [(20, 22), (54, 22)]], 4, "main--")
        s.lines([[(88, y), (88, y + 4)] for y in range(4, 56, 10)], 2, "main--")
        s.turn(10)
        return
    if kind == "postcard":
        s.box(0, 0, 112, 76, "main", 2, round=4)
        s.box(6, 6, 106, 70, "#8fc9dd", 1, flat=True)
        s.disc(80, 54, 9, "#ffdf8e", clip=True)
        s.poly("6,6 6,30 30,42 56,28 80,36 106,24 106,6", "#4f9fb0", smooth=False, clip=True)
        s.poly("6,6 6,16 40,22 106,12 106,6", "sand", clip=True)
        s.line("34,14 36,30 32,44", 4, "bark", smooth=True, clip=True)
        for x, y in ((14, 40), (22, 54), (46, 54), (50, 38)):
            s.line([(32, 44), ((32 + x) / 2, y + 4), (x, y)], 4, "leaf-", smooth=True, clip=True)
        s.turn(-6)
        return
    if kind == "photo":
        s.box(0, 0, 84, 100, "main", 2, round=4)
        s.box(7, 24, 77, 93, "#a9c8d2", 1, flat=True)
        s.poly("7,24 7,42 40,50 77,40 77,24", "leaf", clip=True)
        s.poly("24,24 28,46 42,52 56,46 60,24", "red", smooth=True, clip=True)
        s.disc(42, 62, 14, "#f2c9a6", clip=True)
        s.poly("27,62 32,78 42,80 52,78 57,62 50,70 34,70", "#8a5a3c", smooth=True, clip=True)
        s.turn(7)
        return
    if kind == "card":
        s.poly("78,4 96,14 96,104 78,94", "main-", round=2)
        s.box(0, 0, 80, 94, "main", 2, round=4)
        s.poly("40,22 18,46 18,62 28,70 40,60 40,60 52,70 62,62 62,46", "red", smooth=True, round=6)
        s.lines([[(22, 82), (58, 82)]], 3, "main--")
        return
    s.poly("0,0 78,0 80,78 62,102 2,102", "main", round=4)
    if kind == "poster":
        s.poly("0,0 78,0 80,58 40,74 0,58", "blue", clip=True)
        s.disc(40, 52, 20, "yellow", clip=True)
        s.box(12, 84, 66, 94, "red", clip=True)
    else:
        s.lines([[(14, y), (66, y)] for y in range(16, 80, 12)], 2, "#7fa6c4", clip=True, opacity=0.8)
        s.lines([[(10, 0), (10, 102)]], 1.4, "red", clip=True, opacity=0.6)
    s.poly("62,102 62,78 80,78", "main--", round=2)


def booklet(s: Sketch, kind: str = "notebook") -> None:
    """A notebook with rings; a magazine; a calendar."""
    if kind == "calendar":
        s.box(0, 0, 92, 98, "cream", 4, round=4)
        s.box(0, 72, 92, 98, "main", clip=True)
        for k in range(15):
            x, y = 10 + 16 * (k % 5), 50 - 20 * (k // 5)
            s.box(x, y, x + 10, y + 12, "red" if k == 8 else "cream--", 2, flat=True)
        for x in (22, 46, 70):
            s.line([(x, 92), (x, 106)], 5, "#8c8a90")
        return
    s.box(6, 0, 84, 100, "cream-", 3)
    s.box(2, 3, 80, 104, "main", 4, round=6)
    if kind == "magazine":
        s.box(2, 82, 80, 104, "yellow", clip=True)
        s.lines([[(12, 93), (62, 93)]], 9, "red", clip=True)
        s.disc(44, 52, 18, "#f2c9a6", clip=True)
        s.poly("16,3 22,26 44,34 66,26 72,3", "cream", smooth=True, clip=True)
        s.poly("24,54 28,72 44,76 60,72 64,54 54,64 34,64", "#5a3c34", smooth=True, clip=True)
        s.lines([[(10, 70), (24, 70)], [(10, 62), (22, 62)]], 3, "cream", clip=True)
        return
    s.box(24, 58, 68, 84, "cream", 3, contact=0.2)
    s.lines([[(30, 75), (62, 75)], [(30, 67), (54, 67)]], 2.6, "wood--")
    for y in range(12, 100, 12):
        s.line([(-4, y), (10, y + 2)], 4, "#8c8a90")
    s.box(66, 3, 72, 104, "main--", 0, flat=True)


def board(s: Sketch, kind: str = "blackboard") -> None:
    """A blackboard on legs with chalk marks; a chess board."""
    if kind == "chess":
        s.poly("14,52 106,52 120,0 0,0", "#7a5238", round=3)
        s.poly("0,0 120,0 120,-7 0,-7", "#5a3c34", round=2)
        for row in range(6):
            a, b = row / 6, (row + 1) / 6
            for k in range(row % 2, 6, 2):
                at = [(8 + 14 * t + (104 - 28 * t + 24 * 0) * u, 4 + 44 * t) for t, u in ((a, k / 6), (a, (k + 1) / 6), (b, (k + 1) / 6), (b, k / 6))]  # fmt: skip
                s.poly(at, "cream", flat=True)
        for x, y, tall, tone in (
            (34, 14, 40, "main"),
            (78, 26, 34, "cream-"),
            (58, 34, 24, "main"),
            (96, 12, 26, "cream-"),
        ):
            s.poly([(x - 9, y), (x + 9, y), (x + 4, y + tall * 0.55), (x - 4, y + tall * 0.55)], tone, round=3)
            s.disc(x, y, 10, tone, ry=4)
            s.disc(x, y + tall * 0.7, tall * 0.2, tone)
        return
    for x in (18, 102):
        s.line([(x, 30), (x + (x - 60) * 0.14, -24)], 6, "wood-")
    s.box(0, 12, 120, 88, "wood", 3)
    s.box(7, 19, 113, 81, "main", 2, contact=0.3, round=4)
    s.lines([[(18, 66), (22, 74), (26, 66)], [(20, 69), (24, 69)]], 2, "white")
    s.lines([[(36, 66), (36, 74)], [(36, 70), (40, 70), (40, 66), (36, 66)]], 2, "white")
    s.line("18,48 34,52 50,46 66,51", 2.4, "white", smooth=True, round=0)
    s.lines([[(80, 40), (80, 58), (96, 66), (106, 58), (106, 40), (80, 40)]], 2, "yellow")
    s.lines([[(18, 36), (60, 36)], [(18, 28), (48, 28)]], 2, "white", opacity=0.6)
    s.box(-4, 8, 124, 15, "wood-", 2)
    s.box(30, 14, 44, 18, "white", 1)
    s.box(84, 14, 102, 22, "red", 2)


def ruler(s: Sketch, kind: str = "ruler") -> None:
    """A ruler; a rubber; a bottle of glue; a roll of tape."""
    if kind == "eraser":
        s.box(0, 0, 100, 44, "main", 8, round=9)
        s.box(36, -2, 102, 46, "blue", 4, round=8)
        s.box(58, 8, 90, 36, "cream", 3, contact=0.1)
        s.turn(14)
        return
    if kind == "glue":
        s.poly("32,84 48,84 43,112 37,112", "red", round=4)
        s.poly("8,4 8,66 24,80 24,86 56,86 56,80 72,66 72,4 66,0 14,0", "main", round=10)
        s.box(0, 18, 80, 52, "red", clip=True)
        s.discs([(30, 36, 8), (48, 34, 9)], "cream", clip=True)
        return
    if kind == "tape":
        s.poly("50,-2 118,-2 122,8 50,10", "main+", round=2)
        s.ring(50, 50, 52, 22, "main", round=7)
        s.ring(50, 50, 31, 5, "cream", flat=True)
        return
    s.box(-10, 36, 120, 66, "main", 2, round=5)
    s.lines(
        [[(-4 + 6 * k, 66), (-4 + 6 * k, 66 - (12 if k % 5 == 0 else 6))] for k in range(21)], 1.6, "#4a3440", clip=True
    )
    s.disc(112, 44, 4, "main--", flat=True)
    s.turn(24)


def money(s: Sketch, kind: str = "money") -> None:
    """Banknotes with coins; a wallet with notes; a stamp."""
    if kind == "stamp":
        edge = [(4 + 12 * k, y, 4) for k in range(8) for y in (0, 104)] + [
            (x, 4 + 12 * k, 4) for k in range(9) for x in (0, 88)
        ]
        s.box(0, 0, 88, 104, "cream", 1, round=3)
        s.discs(edge, "cream--", clip=True)
        s.box(12, 12, 76, 92, "main", 1, contact=0.1, round=3)
        s.poly("20,24 44,64 54,48 68,24", "cream", clip=True)
        s.disc(58, 72, 9, "yellow", clip=True)
        return
    if kind == "wallet":
        s.poly("14,60 92,60 90,86 18,86", "#8fb573", round=3)
        s.box(0, 0, 108, 70, "main", 10, round=9)
        s.lines([[(8, 6), (100, 6)], [(8, 64), (100, 64)]], 1.4, "main++", clip=True)
        s.box(76, 24, 114, 46, "main-", 8)
        s.disc(88, 35, 5, "yellow")
        return
    for y, lean in ((18, 6), (9, -4), (0, 0)):
        s.poly([(lean, y), (112 + lean, y), (112 + lean, y + 50), (lean, y + 50)], "main" + ("-" if y else ""), round=3)
    s.box(7, 6, 105, 44, "main+", 2, contact=0)
    s.disc(56, 25, 15, "main", ry=15, contact=0.1)
    s.poly("56,34 64,25 56,16 48,25", "main++", flat=True)
    for x, y in ((92, 6), (106, 12), (99, 20)):
        s.disc(x, y, 13, "yellow-")
        s.disc(x, y + 1, 10, "yellow", contact=0)


def small(s: Sketch, kind: str = "battery") -> None:
    """A battery; a plug with its cable; matches in their box."""
    if kind == "battery":
        s.box(26, 96, 44, 106, "#aab2bc", 2)
        s.box(10, 0, 60, 100, "#4a4652", 6, round=12)
        s.box(10, 62, 60, 100, "main", clip=True)
        s.poly("38,56 22,30 34,30 30,10 48,38 36,38", "yellow", flat=True)
        s.lines([[(28, 82), (42, 82)], [(35, 75), (35, 89)]], 4, "cream")
        return
    if kind == "plug":
        s.line("52,30 54,4 30,-8 6,4 -14,-8", 6, "main-", smooth=True)
        for x in (38, 60):
            s.box(x, 78, x + 7, 104, "#aab2bc", 2)
        s.poly("28,80 76,80 76,56 62,34 62,26 42,26 42,34 28,56", "main", round=10)
        return
    s.poly("20,20 104,20 112,34 30,34", "cream", round=2)
    s.box(10, 0, 96, 24, "main", 2, round=5)
    s.box(10, 0, 96, 7, "#6f4a3c", clip=True)
    s.disc(52, 15, 7, "yellow", ry=5, flat=True)
    for k, lean in enumerate((-18, 2, 24)):
        x = 34 + 18 * k
        s.line([(x, 30), (x + lean, 84)], 5, "#e3c38a")
        s.disc(x + lean, 88, 6, "red", ry=8)


PROPS: dict[str, Prop] = {
    "pen": prop(pen, 0.5, "blue", "ballpoint, fountain pen, marker, felt pen", grip=(0.3, 0.7)),
    "pencil": prop(pen, 0.5, "yellow", "", kind="pencil", grip=(0.4, 0.6)),
    "crayon": prop(pen, 0.45, "red", "wax crayon, coloured pencil, colored pencil", kind="crayon", grip=(0.4, 0.6)),
    "chalk": prop(pen, 0.35, "white", "piece of chalk", kind="chalk", grip=(0.5, 0.5)),
    "paper": prop(leaf_of_paper, 0.5, "white", "sheet of paper, piece of paper, page", grip=(0.5, 0.85)),
    "card": prop(leaf_of_paper, 0.45, "#f6e3c8", "greeting card, birthday card, valentine", kind="card", grip=(0.5, 0.9)),
    "postcard": prop(leaf_of_paper, 0.42, "white", "picture postcard", kind="postcard", grip=(0.5, 0.9)),
    "poster": prop(leaf_of_paper, 0.8, "#f3ead2", "placard", kind="poster", grip=(0.5, 0.9)),
    "ticket": prop(leaf_of_paper, 0.4, "#e9a45a", "admission ticket, train ticket", kind="ticket", grip=(0.2, 0.6)),
    "photograph": prop(leaf_of_paper, 0.45, "white", "photo, snapshot", kind="photo", grip=(0.5, 0.9)),
    "notebook": prop(booklet, 0.5, "green", "exercise book, notepad, sketchbook", grip=(0.5, 0.9)),
    "magazine": prop(booklet, 0.55, "purple", "comic, comic book", kind="magazine", grip=(0.5, 0.9)),
    "calendar": prop(booklet, 0.55, "red", "", kind="calendar", grip=(0.5, 0.9)),
    "blackboard": prop(board, 1.5, "#4f6b58", "chalkboard, whiteboard, board"),
    "chess": prop(board, 0.5, "#4a3440", "chess board, chessboard, board game, game of chess", kind="chess", grip=(0.5, 0.9)),
    "ruler": prop(ruler, 0.45, "#e8c46a", "measuring stick", grip=(0.2, 0.75)),
    "eraser": prop(ruler, 0.35, "pink", "rubber", kind="eraser", grip=(0.3, 0.6)),
    "glue": prop(ruler, 0.45, "cream", "bottle of glue, paste", kind="glue", grip=(0.5, 0.6)),
    "tape": prop(ruler, 0.4, "#e8c98a", "sticky tape, adhesive tape", kind="tape", grip=(0.2, 0.5)),
    "money": prop(money, 0.45, "#8fb573", "banknote, cash, dollar bill", grip=(0.3, 0.6)),
    "wallet": prop(money, 0.4, "#8a5a3c", "billfold", kind="wallet", grip=(0.3, 0.7), holds=True),
    "stamp": prop(money, 0.35, "blue", "postage stamp", kind="stamp", grip=(0.5, 0.8)),
    "battery": prop(small, 0.4, "#d08a48", "", kind="battery", grip=(0.5, 0.6)),
    "plug": prop(small, 0.45, "#56545f", "electric plug, cable, power cord", kind="plug", grip=(0.6, 0.4)),
    "match": prop(small, 0.4, "blue", "matchbox, matchstick, box of matches", kind="match", grip=(0.5, 0.8)),
}  # fmt: skip
