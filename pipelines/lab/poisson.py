"""Poisson flow: the data as charges, whose field lines lead from far away to them."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Annotated

from pipelines.core.facts import uses
from pipelines.core.progress import Report, silent
from pipelines.core.registry import pipeline
from pipelines.core.settings import Choice, Seed
from pipelines.lab.parts import plane
from pipelines.lab.parts.plane import Points, Shape
from pipelines.lab.score import Steps
from pipelines.media import Network

DIMENSIONS: Mapping[str, str] = {
    "1": "1: Poisson flow",
    "4": "4",
    "16": "16",
    "64": "64",
    "256": "256",
    "inf": "without end: diffusion",
}
Dimensions = Annotated[
    str,
    Choice(DIMENSIONS, label="Extra dimensions D", help="One is Poisson flow; more and more of them become diffusion."),
]


@pipeline(models=())
def poisson(
    *,
    points: Points = "",
    shape: Shape = "islands",
    dimensions: Dimensions = "1",
    steps: Steps = 1500,
    seed: Seed = 0,
    report: Report = silent,
) -> Network:
    """Learns the field of charges at the data, whose lines carry points from a far hemisphere to the data.

    PFGM (Xu et al. 2022, section 3) is D = 1 of PFGM++ (Xu et al. 2023, section 3 and algorithm 1), which becomes diffusion as D grows. The network
    gives the mean clean point for the kernel of D, with r = sigma sqrt(D); the field's direction is (x - clean) / r. Raises Refusal.
    """
    from pipelines.lab.parts import denoising

    uses("torch")
    data, about = plane.data_of(points, shape), {"exhibit": "poisson"}
    return denoising.trained(data, steps=steps, seed=seed, report=report, about=about, dimensions=number(dimensions))[1]


def number(dimensions: str) -> float:
    """The choice as a number."""
    return math.inf if dimensions == "inf" else float(dimensions)
