"""What a run is made with, noted by the code that runs: models, libraries, and the device of the networks.

A worker process keeps models and libraries of earlier runs in memory, so none of this can be read off the process afterwards.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pipelines.core.models import ModelCard

# Libraries that can change what a result looks like: the package that is imported, and the name under which it is distributed.
LIBRARIES = {
    "torch": "torch",
    "onnxruntime": "onnxruntime",
    "ctranslate2": "ctranslate2",
    "numpy": "numpy",
    "PIL": "pillow",
    "cv2": "opencv-python",
    "av": "av",
    "diffusers": "diffusers",
    "transformers": "transformers",
}


@dataclass
class Facts:
    """Models by name, imported packages, and where networks ran: "cpu" until something says otherwise."""

    models: dict[str, ModelCard] = field(default_factory=dict)
    packages: set[str] = field(default_factory=set)
    device: str = "cpu"

    @property
    def cards(self) -> tuple[ModelCard, ...]:
        """The cards of all models that were used."""
        return tuple(self.models.values())

    def add(self, other: Facts) -> None:
        """What was noted elsewhere for the same run, such as in another process or while a model was built."""
        self.models |= other.models
        self.packages |= other.packages
        self.device = other.device if other.device != "cpu" else self.device


_facts: ContextVar[Facts | None] = ContextVar("facts", default=None)


@contextmanager
def recording() -> Iterator[Facts]:
    """Collect what is noted in this block by this thread; a block inside of it collects for itself."""
    facts = Facts()
    token = _facts.set(facts)
    try:
        yield facts
    finally:
        _facts.reset(token)


def note(facts: Facts) -> None:
    """Add to what is being recorded, if anything is."""
    if (current := _facts.get()) is not None:
        current.add(facts)


def uses(package: str, *, device: str = "cpu") -> None:
    """Note that a package of LIBRARIES, such as "torch", has a part in the run."""
    note(Facts(packages={package}, device=device))


def packages_of(model: Any) -> set[str]:
    """The packages of LIBRARIES that a loaded model is made with, by its class and the classes of its parts."""
    kinds = {type(part) for part in (model, *_parts(model))}  # a model may hold tables of a hundred thousand words
    return {root for kind in kinds for root in _roots(kind) if root in LIBRARIES}


def _parts(model: Any) -> Iterable[Any]:
    if isinstance(model, dict):
        return model.values()
    if isinstance(model, list | tuple):
        return model
    return vars(model).values() if hasattr(model, "__dict__") and not isinstance(model, type) else ()


def _roots(kind: type) -> Iterable[str]:
    return (base.__module__.partition(".")[0] for base in kind.__mro__)
