"""What is a pipeline, and which models it may load: a function says so itself with `@pipeline(...)`.

The function's name is its module's name (or that and an underscore, where the name is a keyword of Python), and its registry name is
`<family>.<method>`. Nothing else in a module is published. Packages add pipelines to the families (`plugins.py`).
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable
from functools import lru_cache
from typing import Any

from pipelines.core import plugins
from pipelines.core.aliases import GONE, pipeline_of
from pipelines.core.declared import Declaration, declaration, pipeline
from pipelines.core.models import ModelCard
from pipelines.core.settings import Refusal

__all__ = ["FAMILIES", "Declaration", "cards", "declaration", "find", "names", "pipeline"]
FAMILIES = ("generate", "stylize", "animate", "infill", "narrate", "compose", "detect", "film", "lab", "redteam")
OTHERS = ("pipelines.reading.cards",)  # cards of what is no pipeline: a story is read before anything is made
LONGEST_NAME = 80


def _published_function(module: Any, attribute: str) -> Callable[..., Any] | None:
    function = getattr(module, attribute, None)
    return function if callable(function) and isinstance(getattr(function, "declaration", None), Declaration) else None


@lru_cache(maxsize=256)
def find(name: str) -> Callable[..., Any]:
    """The pipeline called e.g. `stylize.gatys`, or called so in an earlier version. Raises Refusal when there is none of that name."""
    family, _, method = pipeline_of(name).partition(".")
    if len(name) <= LONGEST_NAME and family in FAMILIES and method.isidentifier() and not method.startswith("_"):
        for attribute in (method, method + "_"):  # `continue_`, where the name is a keyword
            try:
                module = importlib.import_module(f"pipelines.{family}.{attribute}")
            except ModuleNotFoundError as missing:
                if not (missing.name or "").startswith("pipelines."):
                    raise
                continue
            if function := _published_function(module, attribute):
                return function
        if brought := plugins.pipelines().get(f"{family}.{method}"):
            return brought
    raise Refusal(GONE.get(name) or f"There is no pipeline called {name[:LONGEST_NAME]!r}.")


def names() -> list[str]:
    """The names of all pipelines, family by family in the order of FAMILIES."""
    listed = []
    for family in FAMILIES:
        package = importlib.import_module(f"pipelines.{family}")
        for module in pkgutil.iter_modules(package.__path__):
            if not module.ispkg and _published_function(
                importlib.import_module(f"pipelines.{family}.{module.name}"), module.name
            ):
                listed.append(f"{family}.{module.name.rstrip('_')}")
        listed += [name for name in plugins.pipelines() if name.startswith(f"{family}.")]
    return listed


def cards() -> list[ModelCard]:
    """Every card that a pipeline declares or that reading a story needs, each once."""
    model_cards: dict[str, ModelCard] = {}
    for module in OTHERS:
        model_cards.update({card.name: card for card in importlib.import_module(module).CARDS})
    brought = plugins.pipelines()
    for name in sorted(names(), key=lambda name: name in brought):  # a plug-in's card stands for no other of its name
        said = declaration(find(name))
        model_cards = {model.name: model for model in (*said.models, *said.optional)} | model_cards
    return list(model_cards.values())
