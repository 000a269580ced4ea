"""The page speaks plain English: no phrase of the list in docs/wording.md stands in anything that a visitor reads."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

from pipelines.core.registry import cards
from pipelines.core.run import find
from pipelines.core.settings import Choice, Refusal, settings_of
from studio.web import guide, tabs

ROOT = Path(__file__).resolve().parents[2]
STATIC = ROOT / "studio" / "web" / "static"
PHRASES = re.findall(r"```\n(.*?)```", (ROOT / "docs" / "wording.md").read_text("utf-8"), re.S)[-1].split("\n")
BANNED = [phrase.strip().lower() for phrase in PHRASES if phrase.strip()]


def texts_in(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for one in value.values():
            yield from texts_in(one)
    elif isinstance(value, (list, tuple)):
        for one in value:
            yield from texts_in(one)


def of_forms() -> Iterator[tuple[str, str]]:
    """Everything that is drawn from a signature: (where, text)."""
    for tab in tabs.board().tabs:
        if tab.example:
            yield from ((f"{tab.name}, example", text) for text in texts_in(asdict(tab.example)))
        yield tab.name, tab.heading
        for method in tab.methods:
            form = settings_of(find(method.pipeline))
            said = [method.title, method.blurb, method.verb, guide.without_raises(form.summary)]
            said += [text for slot in form.slots for text in (slot.label, slot.help)]
            for setting in form.settings:
                said += [setting.label, setting.field.help, getattr(setting.field, "placeholder", "")]
                if isinstance(setting.field, Choice):
                    said += list(setting.field.named().values())
            yield from ((method.pipeline, text) for text in said)


def of_scripts() -> Iterator[tuple[str, str]]:
    """Quoted texts of the page's own scripts; comments are not read by visitors."""
    for path in sorted(STATIC.rglob("*.js")):
        for line in path.read_text("utf-8").splitlines():
            code = re.sub(r"(^|\s)//.*$", "", line) if not line.lstrip().startswith("*") else ""
            for found in re.finditer(r'"([^"\\\n]*)"|`([^`\n]*)`', code):
                yield path.name, found[1] or found[2] or ""


def wrong(said: Iterator[tuple[str, str]]) -> list[str]:
    return [f"{where}: {text!r} has {phrase!r}" for where, text in said for phrase in BANNED if phrase in text.lower()]


def test_the_list_is_there():
    assert len(BANNED) > 15


def test_forms():
    assert not (found := wrong(of_forms())), "\n".join(found)


def test_scripts():
    assert not (found := wrong(of_scripts())), "\n".join(found)


def test_help_and_models():
    said = [("Help", guide.INTRODUCTION), ("Help", guide.TOKENS)]
    said += [(card.name, text) for card in cards() for text in (card.about, card.licence, card.caveat)]
    assert not (found := wrong(iter(said))), "\n".join(found)


@pytest.mark.parametrize("text", ["Press the coloured button", "Single things on nothing"])
def test_the_test_can_fail(text: str):
    assert wrong(iter([("here", text)]))


def test_descriptions_are_sentences():
    """A method is described in sentences that end as sentences do."""
    for tab in tabs.board().tabs:
        for method in tab.methods:
            assert method.blurb[0].isupper() and method.blurb.rstrip("”").endswith((".", "?")), method.blurb
            assert len(method.blurb.split()) >= 4, method.blurb


def test_refusals_name_no_class():
    with pytest.raises(Refusal) as caught:
        tabs.board().tab("Nowhere")
    assert "Refusal" not in str(caught.value)
