"""What is a pipeline, and which models it may load: a function says so itself with `@pipeline(...)`.

The function's name is its module's name (or that and an underscore, where the name is a keyword of Python), and its registry name is
`<family>.<method>`. Nothing else in a module is published.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, TypeVar

from pipelines.core.aliases import pipeline_of
from pipelines.core.models import ModelCard
from pipelines.core.settings import Refusal

FAMILIES = ("generate", "stylize", "animate", "infill", "narrate", "compose", "detect", "film", "lab", "redteam")
OTHERS = ("pipelines.reading.cards",)  # cards of what is no pipeline: a story is read before anything is made
LONGEST_NAME = 80
Function = TypeVar("Function", bound=Callable[..., Any])


@dataclass(frozen=True)
class Declaration:
    """The models of a pipeline: `models` are looked for before a job begins, `optional` ones only when a setting or an input asks for them.

    `hub` says that a visitor may name models of a hub that stand in no list. `gpu(settings)` says how many GB of a GPU's memory a call wants;
    a pipeline without it never asks for a GPU that is lent by the second (a Space with ZeroGPU).
    """

    models: tuple[ModelCard, ...] = ()
    optional: tuple[ModelCard, ...] = ()
    hub: bool = False
    gpu: Callable[[Mapping[str, Any]], float] | None = None

    def gpu_gb(self, settings: Mapping[str, Any]) -> float:
        """GB of a GPU's memory that a call with these settings wants; 0 when it needs no GPU."""
        return self.gpu(settings) if self.gpu else 0.0

    def covers(self, card: ModelCard) -> bool:
        """Whether the pipeline may load this model."""
        return card in self.models or card in self.optional or (self.hub and card.source.startswith(("hub:", "file:")))


def pipeline(
    *,
    models: Iterable[ModelCard] = (),
    optional: Iterable[ModelCard] = (),
    hub: bool = False,
    gpu: Callable[[Mapping[str, Any]], float] | None = None,
) -> Callable[[Function], Function]:
    """Publish a function as a pipeline, with the cards of the models that it may load."""

    def publish(function: Function) -> Function:
        function.declaration = Declaration(tuple(models), tuple(optional), hub, gpu)  # type: ignore[attr-defined]
        return function

    return publish


def declaration(function: Callable[..., Any]) -> Declaration:
    """What a pipeline declared. Raises TypeError for a function that is no pipeline."""
    found = getattr(function, "declaration", None)
    if not isinstance(found, Declaration):
        raise TypeError(f"{function!r} is no pipeline: it lacks @pipeline(...)")
    return found


def _published(module: Any, attribute: str) -> Callable[..., Any] | None:
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
            if function := _published(module, attribute):
                return function
    raise Refusal(f"There is no pipeline called {name[:LONGEST_NAME]!r}.")


def names() -> list[str]:
    """The names of all pipelines, family by family in the order of FAMILIES."""
    found = []
    for family in FAMILIES:
        package = importlib.import_module(f"pipelines.{family}")
        for module in pkgutil.iter_modules(package.__path__):
            if not module.ispkg and _published(
                importlib.import_module(f"pipelines.{family}.{module.name}"), module.name
            ):
                found.append(f"{family}.{module.name.rstrip('_')}")
    return found


def cards() -> list[ModelCard]:
    """Every card that a pipeline declares or that reading a story needs, each once."""
    found: dict[str, ModelCard] = {}
    for module in OTHERS:
        found.update({one.name: one for one in importlib.import_module(module).CARDS})
    for name in names():
        said = declaration(find(name))
        found.update({one.name: one for one in (*said.models, *said.optional)})
    return list(found.values())
