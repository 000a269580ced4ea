"""Every kind by its name: its table of parameters, its body plan, and the figure made of both."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from pipelines.core.settings import Refusal
from pipelines.figures import clothes, coats, heads, horns, kinds, odd, tails, wings  # noqa: F401 painters of parts
from pipelines.figures.figure import Figure


def parameters(kind: str) -> dict[str, Any]:
    """The parameters of a kind. Raises Refusal for one that is not known."""
    found = kinds.everything().get(kind)
    if found is None:
        raise Refusal(f"There is no kind of figure called {kind[:40]!r}.")
    return dict(found)


@lru_cache(maxsize=64)
def _make_figure(text: str) -> Figure:
    return Figure(json.loads(text))


def figure_with(params: Mapping[str, Any]) -> Figure:
    """The figure with these parameters; the last ones are kept."""
    return _make_figure(json.dumps(params, sort_keys=True))
