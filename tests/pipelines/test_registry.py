"""A function is published because it says so, with the models that it may load."""

from __future__ import annotations

import subprocess
import sys
import types

import pytest

from pipelines.core.models import ModelCard
from pipelines.core.registry import FAMILIES, cards, declaration, find, names, pipeline
from pipelines.core.settings import Refusal


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
    def load_nothing() -> None: ...

    @pipeline(models=(here,), hub=True)
    def load_from_hub() -> None: ...

    assert declaration(load_nothing).covers(here)
    assert not declaration(load_nothing).covers(other) and not declaration(load_nothing).covers(hub)
    assert declaration(load_from_hub).covers(hub) and not declaration(load_from_hub).covers(other)


def test_every_family_has_pipelines_and_every_card_once():
    assert {name.split(".")[0] for name in names()} == set(FAMILIES)
    found = [card.name for card in cards()]
    assert len(found) == len(set(found)) > 20


def test_the_command_line_and_the_forms_of_all_pipelines_are_known_without_torch_and_the_page():
    asked = "import sys, studio.__main__, studio.commands.film; from pipelines.core.registry import names; print(len(names()) > 40, *{'torch', 'gradio', 'fastapi'} & {*sys.modules})"
    done = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "True"
