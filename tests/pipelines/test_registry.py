"""A function is published because it says so, with the models that it may load."""

from __future__ import annotations

import subprocess
import sys
import types

import pytest

from pipelines.core.models import ModelCard
from pipelines.core.registry import FAMILIES, cards, declaration, find, names, pipeline
from pipelines.core.settings import Refusal, settings_of

KINDS = {"image", "layers", "video", "sound", "score", "words", "network", "character", "media", "book"}


def test_every_slot_takes_a_kind_of_media():
    for name in names():
        for slot in settings_of(find(name)).slots:
            assert slot.kind in KINDS, (name, slot)


def test_helpers_are_not_published():
    assert "compose.roll" not in names()
    with pytest.raises(Refusal):
        find("compose.roll")


def test_a_plain_function_is_no_pipeline(monkeypatch):
    module = types.ModuleType("pipelines.stylize.plain")
    module.plain = lambda: None  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, module.__name__, module)
    find.cache_clear()
    with pytest.raises(Refusal):
        find("stylize.plain")
    with pytest.raises(TypeError):
        declaration(module.plain)


def test_a_declaration_covers_what_it_names_and_hub_models_only_where_it_says_so():
    here, other = (ModelCard(name, f"package:a==1:{name}", "", "MIT", 1, str) for name in ("here", "other"))
    hub = ModelCard("hub", "hub:owner/name", "", "MIT", 1, str)

    @pipeline(models=(here,))
    def closed() -> None: ...

    @pipeline(models=(here,), hub=True)
    def opened() -> None: ...

    assert declaration(closed).covers(here)
    assert not declaration(closed).covers(other) and not declaration(closed).covers(hub)
    assert declaration(opened).covers(hub) and not declaration(opened).covers(other)


def test_the_flagship_names_its_models():
    said = declaration(find("generate.storybook"))
    assert (
        len(said.models) == 4 and len(said.optional) == 3
    )  # the enlarger, MiniLM, and the parser and WordNet for verbs; what else draws, and the matte of a visitor's thing
    assert all(card.licence and card.size_bytes for card in (*said.models, *said.optional))


def test_every_family_has_pipelines_and_every_card_once():
    assert {name.split(".")[0] for name in names()} == set(FAMILIES)
    found = [card.name for card in cards()]
    assert len(found) == len(set(found)) > 20


def test_the_forms_of_all_pipelines_are_known_without_torch():
    asked = "import sys; from pipelines.core import registry; assert len(registry.names()) > 40; print('torch' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
