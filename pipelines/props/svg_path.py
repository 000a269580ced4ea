"""The `d` of an SVG path as its pieces: straight lines and cubic curves, which is what drawing programs write."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

import numpy as np

from pipelines.core.settings import Refusal
from pipelines.props.outlines import bezier

NUMBER = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?")
COMMAND = re.compile(r"([MmLlHhVvCcZz])([^MmLlHhVvCcZz]*)")
TAKES = {"M": 2, "L": 2, "H": 1, "V": 1, "C": 6}


@dataclass
class Piece:
    """A line from node to node, run by run: the nodes of a run [n,2], and for a run of curves the two handles before each node [n,2,2]."""

    runs: list[tuple[np.ndarray, np.ndarray | None]] = field(default_factory=list)

    @property
    def nodes(self) -> np.ndarray:
        """The nodes [n,2]."""
        return np.concatenate([nodes for nodes, _ in self.runs])

    @property
    def curved(self) -> bool:
        """Whether a part of it is a curve."""
        return any(handles is not None for _, handles in self.runs)

    @property
    def points(self) -> np.ndarray:
        """All points of the line [n,2], curves drawn out."""
        arrays: list[np.ndarray] = []
        for nodes, handles in self.runs:
            if handles is not None:
                starts = np.concatenate([arrays[-1][-1:], nodes[:-1]])
                nodes = bezier(starts, handles[:, 0], handles[:, 1], nodes)
            arrays.append(nodes)
        return np.concatenate(arrays)


def numbers(text: str) -> list[float]:
    """All numbers of an attribute."""
    return [float(one) for one in NUMBER.findall(text)]


def points(text: str) -> np.ndarray:
    """The points of an attribute [n,2], y down as they stand there. Raises Refusal."""
    found = numbers(text)
    if len(found) < 2 or len(found) % 2:
        raise Refusal(f"The points {text[:40]!r} of a drawing are not pairs of numbers.")
    return np.array(found).reshape(-1, 2)


def pieces(d: str) -> list[Piece]:
    """The pieces of a path, y down; what is closed ends where it began. Raises Refusal for other commands than M L H V C Z."""
    found: list[Piece] = []
    at = np.zeros(2)
    for name, text in COMMAND.findall(d):
        command = name.upper()
        if command == "M":
            found.append(Piece())
        if not found:
            raise Refusal("A path of a drawing does not begin with M.")
        runs = found[-1].runs
        if command == "Z":
            start = runs[0][0][:1]
            if not np.array_equal(runs[-1][0][-1:], start):
                runs.append((start, None))
            at = start[0]
            continue
        values = np.array(numbers(text))
        if not len(values) or len(values) % TAKES[command] or NUMBER.sub("", text).strip(" ,\t\r\n"):
            raise Refusal(f"A path of a drawing has {name + text[:20]!r}; convert it to lines and curves.")
        runs.append(_run(command, values.reshape(len(values) // TAKES[command], -1), at, name.islower()))
        at = runs[-1][0][-1]
    return found


def _run(command: str, steps: np.ndarray, at: np.ndarray, relative: bool) -> tuple[np.ndarray, np.ndarray | None]:
    """The nodes of a command's steps from a point on, and their handles."""
    if command in "HV":
        column = "HV".index(command)
        moves = np.zeros((len(steps), 2)) if relative else np.tile(at, (len(steps), 1))
        moves[:, column] = steps[:, 0]
        steps = moves
    places = steps.reshape(len(steps), -1, 2)
    if relative:
        ends = at + np.cumsum(places[:, -1], axis=0)
        places = places + np.concatenate([at[None], ends[:-1]])[:, None]
    return places[:, -1], places[:, :2] if command == "C" else None
