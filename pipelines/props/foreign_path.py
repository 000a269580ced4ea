"""The `d` of any SVG path as lines of points, y down: curves and arcs are drawn out."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator

import numpy as np

STEPS = 10  # points of a curve
COMMANDS = "MmZzLlHhVvCcSsQqTtAa"
TOKEN = re.compile(rf"\s{{0,40}}(?:,\s{{0,40}})?([{COMMANDS}]|[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?)")
FLAG = re.compile(r"\s{0,40}(?:,\s{0,40})?([01])")
TAKES = {"M": 2, "L": 2, "H": 1, "V": 1, "C": 6, "S": 4, "Q": 4, "T": 2, "A": 7, "Z": 0}
FARTHEST = 1e6
T = np.arange(1, STEPS + 1)[:, None] / STEPS


class Unread(ValueError):
    """What of a drawing cannot be read; `reason` is a word of `studio.intake.reasons`."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def finite(text: str) -> float:
    """A number of a drawing. Raises Unread for what is none, is not finite or lies too far away."""
    try:
        value = float(text)
    except ValueError:
        raise Unread("drawing_number") from None
    if not abs(value) <= FARTHEST:  # also false for a NaN
        raise Unread("drawing_number")
    return value


def lines_of(d: str) -> list[np.ndarray]:
    """The lines of a path, [n,2] each; a closed one ends where it began. Raises Unread."""
    pen = _Pen()
    for command, values in _commands(d):
        pen.draw(command, values)
    return [np.array(line) for line in pen.lines if len(line) > 1]


def _commands(d: str) -> Iterator[tuple[str, list[float]]]:
    """Each command with the numbers of one step; flags of arcs may stand without a space."""
    at, command = 0, ""
    d = d.strip()
    while at < len(d):
        token = TOKEN.match(d, at)
        if token is None:
            raise Unread("drawing_path")
        if token[1] in COMMANDS:
            command, at = token[1], token.end()
        elif command in ("", "Z", "z"):
            raise Unread("drawing_path")
        values: list[float] = []
        for number in range(TAKES[command.upper()]):
            token = (FLAG if command in "Aa" and number in (3, 4) else TOKEN).match(d, at)
            if token is None or token[1] in COMMANDS:
                raise Unread("drawing_path")
            values.append(finite(token[1]))
            at = token.end()
        yield command, values
        command = {"M": "L", "m": "l"}.get(command, command)


class _Pen:
    """Where the pen is, where its line began, and the last handle, which a smooth curve mirrors."""

    def __init__(self) -> None:
        self.lines: list[list[np.ndarray]] = []
        self.at = self.start = np.zeros(2)
        self.handle: tuple[str, np.ndarray] = ("", self.at)

    def draw(self, command: str, values: list[float]) -> None:
        """Do one step."""
        name, base = command.upper(), self.at if command.islower() else np.zeros(2)
        if not self.lines and name != "M":
            raise Unread("drawing_path")
        if name == "M":
            self.at = self.start = base + values
            self.lines.append([self.at])
        elif name == "Z":
            self._to([self.start])
            self.lines.append([self.start])
        elif name in "HV":
            moved = self.at.copy()
            axis = "HV".index(name)
            moved[axis] = base[axis] + values[0]
            self._to([moved])
        elif name == "L":
            self._to([base + values])
        elif name == "A":
            self._to(_arc(self.at, base + values[5:], values))
        else:
            self._curve(name, [base + pair for pair in np.reshape(values, (-1, 2))])
            return
        self.handle = ("", self.at)

    def _curve(self, name: str, points: list[np.ndarray]) -> None:
        kind, last = self.handle
        mirrored = 2 * self.at - last if kind and kind in ("CS" if name in "CS" else "QT") else self.at
        if name in "ST":
            points = [mirrored, *points]
        self.handle = (name, points[-2])
        start = self.at
        if name in "QT":
            middle, end = points
            points = [start + (middle - start) * 2 / 3, end + (middle - end) * 2 / 3, end]
        first, second, end = points
        self._to(list((1 - T) ** 3 * start + 3 * (1 - T) ** 2 * T * first + 3 * (1 - T) * T**2 * second + T**3 * end))

    def _to(self, points: list[np.ndarray]) -> None:
        self.lines[-1] += points
        self.at = points[-1]


def _arc(start: np.ndarray, end: np.ndarray, values: list[float]) -> list[np.ndarray]:
    """The points of an elliptic arc (SVG 2, appendix B.2.4)."""
    rx, ry, turn = abs(values[0]), abs(values[1]), math.radians(values[2])
    if rx == 0 or ry == 0 or np.array_equal(start, end):
        return [end]
    way = np.array([[math.cos(turn), math.sin(turn)], [-math.sin(turn), math.cos(turn)]])
    x, y = way @ ((start - end) / 2)
    grow = math.sqrt(max(1.0, (x / rx) ** 2 + (y / ry) ** 2))
    radii = np.array([rx, ry]) * grow
    near = (x / radii[0]) ** 2 + (y / radii[1]) ** 2
    share = math.sqrt(max(0.0, 1 / near - 1)) * (-1 if values[3] == values[4] else 1)
    middle = share * np.array([radii[0] * y / radii[1], -radii[1] * x / radii[0]])
    first, last = (np.array([x, y]) - middle) / radii, (np.array([-x, -y]) - middle) / radii
    begin = math.atan2(first[1], first[0])
    sweep = (math.atan2(last[1], last[0]) - begin) % (2 * math.pi)
    if not values[4]:
        sweep -= 2 * math.pi
    angles = begin + sweep * np.arange(1, 3 * STEPS + 1)[:, None] / (3 * STEPS)
    points = middle + radii * np.concatenate([np.cos(angles), np.sin(angles)], 1)
    return [*(points @ way + (start + end) / 2)[:-1], end]
