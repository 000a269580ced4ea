"""Every kind by its name: its table of parameters, its body plan, and the figure made of both."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from pipelines.core.settings import Refusal
from pipelines.figures import kinds
from pipelines.figures.biped import Biped
from pipelines.figures.bird import Bird
from pipelines.figures.crawler import Crawler, Insect
from pipelines.figures.figure import Figure
from pipelines.figures.odd import Ghost, Robot, Snowman
from pipelines.figures.quadruped import Quadruped
from pipelines.figures.swimmer import Octopus, Swimmer

PLANS: Mapping[str, type[Figure]] = {
    "biped": Biped,
    "quadruped": Quadruped,
    "bird": Bird,
    "robot": Robot,
    "ghost": Ghost,
    "snowman": Snowman,
    "swimmer": Swimmer,
    "octopus": Octopus,
    "crawler": Crawler,
    "insect": Insect,
}


def table() -> Mapping[str, Mapping[str, Any]]:
    """All kinds with all their parameters."""
    return kinds.everything()


def parameters(kind: str) -> dict[str, Any]:
    """The parameters of a kind. Raises Refusal for one that is not known."""
    found = table().get(kind)
    if found is None:
        raise Refusal(f"There is no kind of figure called {kind[:40]!r}.")
    return dict(found)


@lru_cache(maxsize=64)
def _made(text: str) -> Figure:
    params = json.loads(text)
    return PLANS[params["plan"]](params)


def figure_with(params: Mapping[str, Any]) -> Figure:
    """The figure with these parameters; the last ones are kept."""
    return _made(json.dumps(params, sort_keys=True))


def figure_of_kind(kind: str) -> Figure:
    """Return a figure of a kind with its usual parameters."""
    return figure_with(parameters(kind))
