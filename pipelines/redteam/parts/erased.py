"""The six-step object network with one noun erased (training/objects/erase.py): the subject of attacks that bring it back."""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path
from typing import Any

from pipelines.core.models import ASSETS, MissingModel, ModelCard, device, sha256_of, where
from pipelines.drawing.network import DISTILLED, OBJECTS, ObjectModel, load_shipped, ready


@lru_cache(maxsize=1)
def noun() -> str:
    """What was erased, as the card of the weights says."""
    return str(json.loads((ASSETS / "weights" / "erased.json").read_text("utf-8"))["recipe"]["noun"])


def _build(path: Path) -> Any:
    """The shipped network with the adapters of six steps and those of the erasure. Raises MissingModel, ValueError for other editions."""
    from pipelines.nets.low_rank import Adapters

    base, few = where(OBJECTS), where(DISTILLED)
    if base is None or few is None:
        raise MissingModel(OBJECTS if base is None else DISTILLED)
    adapters, about = Adapters.read(path)
    if about["base"]["sha256"] != sha256_of(few):
        raise ValueError(f"{path.name} belongs to another edition of {few.name}")
    net = load_shipped(base)
    Adapters.read(few)[0].merge(net)
    adapters.merge(net)
    return ObjectModel(ready(net, device()), device())


ERASED = ModelCard(
    name="Objects in six steps, one noun erased",
    source="builtin:weights/erased.safetensors",
    sha256="",
    licence=OBJECTS.licence,
    size_bytes=404_708,
    build=_build,
    about="Makes the drawing model forget one thing, for the Red team.",
)
