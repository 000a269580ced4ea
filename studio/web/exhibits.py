"""The exhibits of the Lab in the order of the school: assets/lab/exhibits.json, in which each is a record."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from pipelines.core.models import ASSETS
from pipelines.core.settings import Refusal
from studio.web.sendto import Method, Tab

_DATA: dict[str, Any] = json.loads((ASSETS / "lab" / "exhibits.json").read_text(encoding="utf-8"))
GROUPS: dict[str, str] = _DATA["groups"]
HEADING: str = _DATA["heading"]
TERMS: dict[str, str] = _DATA["terms"]  # words that are explained under the exhibits


@dataclass(frozen=True)
class Exhibit:
    """One exhibit. Its code in the page is static/lab/<name>.js; `start` is the state that it opens with.

    `methods` are the pipelines that it runs, as arguments of Method; they appear in REST, MCP and Help.
    """

    name: str
    title: str
    group: str
    begin: str  # one sentence that a visitor of fifteen understands
    drag: str  # the one thing to begin with
    words: list[str]  # of TERMS, explained under the exhibit
    about: list[str]
    equations: list[str]  # as MathML
    symbols: list[list[str]]
    papers: list[list[str]]  # what it is called, its address
    tries: list[str]
    use: str  # where the idea works on real material: an address of the page
    question: Mapping[str, Any]  # its text, answers, which one is right (from 0), and why
    start: Mapping[str, Any]
    methods: list[list[str]]
    controls: Mapping[
        str, Mapping[str, Any]
    ]  # by their names in the state, in the form of `Control` in static/lab/exhibit.js
    minutes: int = 4
    guide: list[list[str]] = field(default_factory=list)  # job, where, when a person must look

    def described(self) -> dict[str, Any]:
        """As the page reads it."""
        return {
            **{name: value for name, value in vars(self).items() if name != "methods"},
            "words": [{"term": term, "means": TERMS[term]} for term in self.words],
            "symbols": [{"symbol": symbol, "means": means} for symbol, means in self.symbols],
            "papers": [{"name": name, "address": address} for name, address in self.papers],
            "pipelines": [pipeline for pipeline, *_ in self.methods],
        }


EXHIBITS: tuple[Exhibit, ...] = tuple(Exhibit(**record) for record in _DATA["exhibits"])


def exhibit(name: str) -> Exhibit:
    """The exhibit of that name. Raises Refusal."""
    for shown in EXHIBITS:
        if shown.name == name:
            return shown
    raise Refusal("The Lab has no such exhibit.")


@cache
def exhibits_as_json() -> str:
    """All exhibits as JSON for the page."""
    shown = {"groups": GROUPS, "heading": HEADING, "exhibits": [shown.described() for shown in EXHIBITS]}
    return json.dumps(shown, ensure_ascii=False, separators=(",", ":"))


def tab() -> Tab:
    """The Lab as a tab: its methods have no bench, the exhibits run them."""
    own = {words[0]: Method(*words) for shown in EXHIBITS for words in shown.methods if words[0].startswith("lab.")}
    return Tab("Lab", HEADING, tuple(own.values()), bench=False)
