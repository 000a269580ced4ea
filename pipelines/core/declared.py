"""What a pipeline says of itself with `@pipeline(...)`, its models and a plug-in's family, and what a signal of Detect says with `@signal(...)`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from pipelines.core.models import ModelCard

Function = TypeVar("Function", bound=Callable[..., Any])


@dataclass(frozen=True)
class Declaration:
    """The models of a pipeline: `models` are looked for before a job begins, `optional` ones only when a setting or an input asks for them.

    `hub` says that a visitor may name models of a hub that stand in no list. `gpu(settings)` says how many GB of a GPU's memory a call wants;
    a pipeline without it never asks for a GPU that is lent by the second (a Space with ZeroGPU). `family` is said by pipelines of plug-ins only;
    the others lie in their family's folder.
    """

    models: tuple[ModelCard, ...] = ()
    optional: tuple[ModelCard, ...] = ()
    hub: bool = False
    gpu: Callable[[Mapping[str, Any]], float] | None = None
    family: str = ""

    def gpu_gb(self, settings: Mapping[str, Any]) -> float:
        """GB of a GPU's memory that a call with these settings wants; 0 when it needs no GPU."""
        return self.gpu(settings) if self.gpu else 0.0

    def covers(self, card: ModelCard) -> bool:
        """Whether the pipeline may load this model."""
        return card in self.models or card in self.optional or (self.hub and card.source.startswith(("hub:", "file:")))


@dataclass(frozen=True)
class Published:
    """A signal of Detect: its title, what it can mislead by, of what it is ("picture", "video" or "sound"), its place among the others."""

    title: str
    caveat: str
    of: str
    rank: int


def pipeline(
    *,
    models: Iterable[ModelCard] = (),
    optional: Iterable[ModelCard] = (),
    hub: bool = False,
    gpu: Callable[[Mapping[str, Any]], float] | None = None,
    family: str = "",
) -> Callable[[Function], Function]:
    """Publish a function as a pipeline, with the cards of the models that it may load."""

    def publish(function: Function) -> Function:
        function.declaration = Declaration(tuple(models), tuple(optional), hub, gpu, family)  # type: ignore[attr-defined]
        return function

    return publish


def declaration(function: Callable[..., Any]) -> Declaration:
    """What a pipeline declared. Raises TypeError for a function that is no pipeline."""
    found = getattr(function, "declaration", None)
    if not isinstance(found, Declaration):
        raise TypeError(f"{function!r} is no pipeline: it lacks @pipeline(...)")
    return found
