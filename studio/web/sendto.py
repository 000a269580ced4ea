"""From an artifact to a slot of another tab: N tabs, N declarations, one message, one listener."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pipelines.core.kinds import fits
from pipelines.core.run import find
from pipelines.core.settings import Refusal, Slot, Text, settings_of

RECORDS: dict[str, Any] = json.loads(Path(__file__).with_name("tabs.json").read_text("utf-8"))
PARTS_OF_FILMS = {
    "film.dress": "Scene of a film",
    "film.card": "Title or credits of a film",
    "film.voice": "Voices of a film",
    "film.bed": "Music of a film",
    "film.ambience": "Ambience of a film",
    "animate.effects": "Effects of a scene",
    "film.cut": "Film",
}


@dataclass(frozen=True)
class Method:
    """One way of working in a tab: a pipeline, what it is called there, and one line on when to use it."""

    pipeline: str
    title: str
    blurb: str
    verb: str = "Make"
    how: str = ""  # how it works, in the words of research; behind one press
    group: str = "More"  # of a tab with many methods


@dataclass(frozen=True)
class Start:
    """Something to begin with: a method, bundled files for its slots, and settings."""

    title: str
    pipeline: str
    slots: dict[str, str] = field(default_factory=dict)  # slot -> bundled file under assets/
    settings: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Example:
    """What an empty tab shows: a finished piece (a picture; for a voice or music the sound of it), and what makes one like it."""

    picture: str  # under assets/
    alt: str
    caption: str
    invitation: str
    starts: tuple[Start, ...]
    sound: str = ""  # under assets/
    film: str = ""  # in place of the picture


@dataclass(frozen=True)
class Tab:
    """A tab that makes things: its methods share slots of the same name."""

    name: str
    heading: str
    methods: tuple[Method, ...]
    example: Example | None = None
    bench: bool = True  # whether it is drawn as slots and controls; the Lab has exhibits
    former: str = ""  # what it was called before, which addresses and browsers still hold

    @property
    def shown(self) -> str:
        """What stands on the page: a name is one word with a hyphen, because it is part of addresses."""
        return self.name.replace("-", " ")

    @property
    def slots(self) -> list[Slot]:
        """Every slot of the tab once: first what a method cannot do without, in the order of its signature."""
        seen: dict[str, tuple[tuple[bool, int], Slot]] = {}
        for method in self.methods:
            for place, slot in enumerate(settings_of(find(method.pipeline)).slots):
                rank = (slot.optional, place)
                if slot.name not in seen or rank < seen[slot.name][0]:
                    seen[slot.name] = (rank, slot)
        return [slot for _, slot in sorted(seen.values(), key=lambda one: one[0])]

    def method(self, pipeline: str) -> Method | None:
        """Return the method that runs a pipeline; None where the tab has none."""
        return next((m for m in self.methods if m.pipeline == pipeline), None)


@dataclass(frozen=True)
class Delivery:
    """What is put into a tab: a method (or the one that is chosen there), artifacts by slot, settings (or those that are there)."""

    tab: str
    pipeline: str | None = None
    slots: dict[str, str] = field(default_factory=dict)
    settings: dict[str, Any] | None = None  # a setting of the method, or those that replace all


@dataclass(frozen=True)
class TabRegistry:
    """All tabs that make things; says where an artifact can go and how pipelines are called."""

    tabs: tuple[Tab, ...]

    @property
    def benches(self) -> tuple[Tab, ...]:
        """The tabs with slots and controls."""
        return tuple(tab for tab in self.tabs if tab.bench)

    def tab(self, name: str) -> Tab:
        """Return a tab by its present or former name. Raises Refusal."""
        found = next((tab for tab in self.tabs if name in (tab.name, tab.former or tab.name)), None)
        if found is None:
            raise Refusal(f"There is no tab called {name!r}.")
        return found

    def title_of(self, pipeline: str) -> str:
        """Return how the page calls a pipeline."""
        for tab in self.tabs:
            if method := tab.method(pipeline):
                return method.title
        return PARTS_OF_FILMS.get(pipeline) or pipeline.rpartition(".")[2].replace("_", " ").capitalize()

    def home_of(self, pipeline: str) -> Tab | None:
        """Return the tab that has a pipeline; None for one that no tab shows."""
        return next((tab for tab in self.tabs if tab.method(pipeline)), None)

    def targets(self, kind: str) -> list[dict[str, Any]]:
        """Every slot that takes this kind, and for a text every setting that takes words, by tab; a `likely` one has a plain name."""
        targets, usual = [], dict(RECORDS["likely"].get(kind, {}))
        for tab in self.benches:
            for method in tab.methods:
                form = settings_of(find(method.pipeline))
                places = [("slot", slot.name, slot.label) for slot in form.slots if fits(kind, slot.kind)]
                if kind == "words":
                    places += [
                        ("words", setting.name, setting.label)
                        for setting in form.settings
                        if isinstance(setting.field, Text) and setting.field.receives
                    ]
                for sort, name, label in places:
                    short = f"{method.title}, {label.lower()}"
                    plain = usual.pop(method.pipeline, "")
                    targets.append(
                        {"tab": tab.name, "pipeline": method.pipeline, sort: name, "short": short}
                        | {"label": plain or f"{tab.shown}: {short}", "likely": bool(plain)}
                    )
        order = list(RECORDS["likely"].get(kind, {}))
        return sorted(targets, key=lambda target: order.index(target["pipeline"]) if target["likely"] else len(order))
