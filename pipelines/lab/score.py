"""Score matching and Poisson flow: a small network learns where data lie from noisy copies of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

from pipelines.core.facts import uses
from pipelines.core.progress import Report, silent
from pipelines.core.registry import pipeline
from pipelines.core.settings import Choice, Range
from pipelines.lab.parts import plane
from pipelines.lab.parts.plane import Data
from pipelines.media import Network

DIMENSIONS: Mapping[str, str] = {
    "inf": "without end: diffusion",
    "256": "256",
    "64": "64",
    "16": "16",
    "4": "4",
    "1": "1: Poisson flow",
}
Dimensions = Annotated[
    str,
    Choice(DIMENSIONS, label="Extra dimensions D", help="One is Poisson flow; more and more of them become diffusion."),
]
Steps = Annotated[int, Range(100, 6000, 100, scales_time=True, help="How many steps the network learns.")]


@pipeline(models=())
def score(
    *, data: Data = "islands", dimensions: Dimensions = "inf", steps: Steps = 1500, report: Report = silent
) -> Network:
    """Learns the score field of points in the plane, from which marbles roll to the data, or the field of charges at the points.

    Denoising score matching (Vincent 2011, section 4.2; Song & Ermon 2019, section 4.2) with the preconditioning of Karras et al. 2022. The
    network takes a point and a noise level and gives the clean point; (clean - point) / sigma^2 is the score. With D dimensions it is PFGM++ (Xu
    et al. 2023, section 3 and algorithm 1), of which D = 1 is Poisson flow (Xu et al. 2022, section 3): r = sigma sqrt(D), and the
    field's direction is (x - clean) / r. Raises Refusal.
    """
    from pipelines.lab.parts import denoising

    uses("torch")
    points = plane.data_of(data)
    return denoising.train_denoiser(points, steps=steps, report=report, dimensions=float(dimensions))[1]
