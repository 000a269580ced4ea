"""Poisson flow against diffusion: how many evaluations of the network each needs for the same distance to the data."""

from __future__ import annotations

import time
from typing import Any

import numpy as np

from pipelines.core.facts import uses
from pipelines.core.progress import Progress, Report, part, silent
from pipelines.core.registry import pipeline
from pipelines.core.settings import Seed
from pipelines.lab.parts import plane
from pipelines.lab.parts.plane import Points, Shape
from pipelines.lab.poisson import DIMENSIONS, Dimensions, number
from pipelines.lab.score import Steps
from pipelines.media import Words

HEUN_STEPS = (3, 4, 5, 6, 8, 10, 13, 17, 22, 30)
CLOUD = 1000
SEEDS = 3  # clouds that a distance is averaged over
NEAR = 1.15  # a distance counts as reached within this factor


@pipeline(models=())
def race(
    *,
    points: Points = "",
    shape: Shape = "islands",
    dimensions: Dimensions = "1",
    steps: Steps = 1500,
    seed: Seed = 0,
    report: Report = silent,
) -> Words:
    """Trains Poisson flow and diffusion on the same data and measures the distance to the data at each number of evaluations.

    Both networks have the same size, seed and steps; both are sampled with Heun's method on the levels of Karras et al. 2022 from their own
    priors. The distance is the sliced Wasserstein distance (Bonneel et al. 2015). The target is the larger of both best distances, reached
    within 15 %. Raises Refusal.
    """
    from pipelines.lab.parts import denoising

    uses("torch")
    data = plane.data_of(points, shape)
    names = [dimensions] if dimensions == "inf" else [dimensions, "inf"]
    rows: list[dict[str, Any]] = []
    for place, name in enumerate(names):
        began, share = time.monotonic(), 1 / len(names)
        listen = part(report, place * share, (place + 0.7) * share)
        network, file = denoising.trained(
            data, steps=steps, seed=seed, report=listen, about={"exhibit": "race"}, dimensions=number(name)
        )
        spread, curve = float(file.about["spread"]), []
        for at, count in enumerate(HEUN_STEPS):
            clouds = [
                denoising.sampled(network, spread, CLOUD, count, seed + k, dimensions=number(name))
                for k in range(SEEDS)
            ]
            distances = [plane.sliced_wasserstein(cloud, data) for cloud in clouds]
            curve.append({"evaluations": 2 * count - 1, "distance": round(float(np.mean(distances)), 5)})
            report(Progress((place + 0.7 + 0.3 * at / len(HEUN_STEPS)) * share, 1, f"{2 * count - 1} evaluations"))
        rows.append({"dimensions": name, "curve": curve, "seconds": round(time.monotonic() - began, 2)})
    target = NEAR * max(min(point["distance"] for point in row["curve"]) for row in rows)
    for row in rows:
        row["needed"] = next(point["evaluations"] for point in row["curve"] if point["distance"] <= target)
    said = "; ".join(f"D {DIMENSIONS[row['dimensions']]}: {row['needed']} evaluations" for row in rows)
    return Words(
        f"For a distance of {target:.3f}: {said}.", {"kind": "lab-race", "target": round(target, 5), "rows": rows}
    )
