"""Score matching: a small network learns where data lie from noisy copies of them."""

from __future__ import annotations

from typing import Annotated

from pipelines.core.facts import uses
from pipelines.core.progress import Report, silent
from pipelines.core.registry import pipeline
from pipelines.core.settings import Range, Seed
from pipelines.lab.parts import plane
from pipelines.lab.parts.plane import Points, Shape
from pipelines.media import Network

Steps = Annotated[int, Range(100, 6000, 100, scales_time=True, help="How many steps the network learns.")]


@pipeline(models=())
def score(
    *,
    points: Points = "",
    shape: Shape = "islands",
    steps: Steps = 1500,
    seed: Seed = 0,
    report: Report = silent,
) -> Network:
    """Learns the score field of points in the plane, from which marbles roll to the data.

    Denoising score matching (Vincent 2011, section 4.2; Song & Ermon 2019, section 4.2) with the preconditioning of Karras et al. 2022. The
    network takes a point and a noise level and gives the clean point; (clean - point) / sigma^2 is the score. Raises Refusal.
    """
    from pipelines.lab.parts import denoising

    uses("torch")
    data = plane.data_of(points, shape)
    return denoising.trained(data, steps=steps, seed=seed, report=report, about={"exhibit": "score"})[1]
