"""What an exhibit of the Lab declares: words, equation, paper, what to try, its start, its pipelines, its place in the school."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from pipelines.core.models import ASSETS
from studio.web.exhibits.mathml import inline, mathml
from studio.web.sendto import Method

GROUPS = {
    "plane": "The playground in the plane",
    "networks": "On the studio's own networks",
    "whole": "The whole chain",
}


@dataclass(frozen=True)
class Question:
    """A question after an exhibit: the answers, which one is right (from 0), and why."""

    text: str
    answers: tuple[str, ...]
    right: int
    why: str


@dataclass(frozen=True)
class Use:
    """Where the same idea works on real material: a label and an address of the page."""

    label: str
    address: str


@dataclass(frozen=True)
class Exhibit:
    """One exhibit. Its code in the page is static/lab/<script>.js; `start` is the state that it opens with.

    `methods` are the pipelines that it runs; they appear in REST, MCP and Help. `reading` is the code of the notebook after
    `result = …`, whose last line may be a picture. `colours` are those of its card.
    """

    name: str
    title: str
    group: str
    about: tuple[str, ...]
    equations: tuple[str, ...]  # in the TeX that mathml.py reads
    symbols: tuple[tuple[str, str], ...]
    papers: tuple[tuple[str, str], ...]  # what it is called, its address
    tries: tuple[str, ...]
    use: Use
    question: Question
    script: str
    methods: tuple[Method, ...] = ()
    start: Mapping[str, Any] = field(default_factory=dict)
    extra: Mapping[str, Any] = field(default_factory=dict)  # what else its code in the page needs
    reading: str = "result"
    minutes: int = 4

    def described(self) -> dict[str, Any]:
        """As the page reads it."""
        said = asdict(self)
        del said["methods"], said["reading"]
        said["start"], said["extra"] = dict(self.start), dict(self.extra)
        said["equations"] = [mathml(one) for one in self.equations]
        said["symbols"] = [{"symbol": inline(symbol), "means": means} for symbol, means in self.symbols]
        said["papers"] = [{"name": name, "address": address} for name, address in self.papers]
        said["picture"] = (ASSETS / "lab" / f"{self.script}.webp").is_file()
        said["pipelines"] = [method.pipeline for method in self.methods]
        return said
