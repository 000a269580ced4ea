"""The kinds of media: one record for each says how it is called, read, written, exported, accepted and shown."""

from __future__ import annotations

import importlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Kind:
    """One kind. Readers and writers are given as `module:name` and imported when they are used, because some of them are heavy.

    `type` is the class of its values; `is_a` the kind as which it can stand in a slot too; `suffix` that of a result, "" for what no pipeline
    gives; `exports` the suffixes of its other formats; `accept` what a file chooser offers; `viewer` who shows it in the page
    (`static/panel.js`); `examined` whether a slot for any media takes it; `shared` whether a link can show it.
    """

    name: str
    called: str
    type: str
    reader: str
    writer: str = ""
    suffix: str = ""
    is_a: str = ""
    exports: tuple[str, ...] = ()
    accept: str = ""
    viewer: str = "picture"
    examined: bool = False
    shared: bool = False

    def read(self) -> Callable[..., Any]:
        """The function that reads a file of this kind."""
        return _import_function(self.reader)

    def write(self) -> Callable[..., Any]:
        """The function that writes a value of this kind to a path, without an invisible mark. Raises LookupError where there is none."""
        if not self.writer:
            raise LookupError(f"nothing writes {self.called}")
        return _import_function(self.writer)


def _import_function(where: str) -> Callable[..., Any]:
    module, name = where.split(":")
    found = getattr(importlib.import_module(module), name)
    assert callable(found)
    return found


ROWS = json.loads((Path(__file__).resolve().parents[2] / "assets" / "kinds.json").read_text("utf-8"))
KINDS: dict[str, Kind] = {row["name"]: Kind(**row | {"exports": tuple(row.get("exports", ()))}) for row in ROWS}
BY_TYPE = {kind.type: kind.name for kind in KINDS.values()}


def called(kind: str) -> str:
    """A kind as a sentence names it: "a picture"."""
    return KINDS[kind].called if kind in KINDS else kind


def kind_of(annotation: Any) -> str:
    """The kind of a media type, such as `image` of PIL's Image. Raises TypeError for a type that is none."""
    name = f"{annotation.__module__}:{annotation.__qualname__}"
    if name not in BY_TYPE:
        raise TypeError(f"{name} is no kind of media; {', '.join(sorted(BY_TYPE))} are")
    return BY_TYPE[name]


def fits(kind: str, wanted: str) -> bool:
    """Whether an artifact of this kind can stand in a slot of that one."""
    known = KINDS.get(kind)
    return kind == wanted or (known is not None and (known.is_a == wanted or (wanted == "media" and known.examined)))


def kinds_fitting(wanted: str) -> list[str]:
    """Every kind that can stand where this one is wanted by name, itself first."""
    return [wanted, *(kind.name for kind in KINDS.values() if kind.is_a == wanted)]


def for_the_page() -> dict[str, dict[str, Any]]:
    """What the page's scripts need of every kind."""
    return {
        kind.name: {
            "called": kind.called,
            "isA": kind.is_a,
            "accept": kind.accept,
            "viewer": kind.viewer,
            "examined": kind.examined,
            "shared": kind.shared,
        }
        for kind in KINDS.values()
    }
