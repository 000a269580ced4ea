"""A continuous normalizing flow: a network says at every moment which way each point goes."""

from __future__ import annotations

import math
import time
from typing import TYPE_CHECKING, Annotated, Any

from pipelines.core.facts import uses
from pipelines.core.progress import Progress, Report, silent
from pipelines.core.registry import pipeline
from pipelines.core.settings import Choice
from pipelines.lab.parts import plane
from pipelines.lab.parts.plane import Data
from pipelines.lab.score import Steps
from pipelines.media import Network

if TYPE_CHECKING:
    import torch

    from pipelines.lab.parts.networks import PlaneNet

RATE, BATCH = 4e-3, 512
SOLVED_STEPS, SOLVED_BATCH = 6, 192  # of the solver inside training by likelihood
SHOW_EVERY = 50
Learning = Annotated[
    str,
    Choice(
        {"matching": "Flow matching", "likelihood": "Maximum likelihood"},
        label="Learns by",
        help="Maximum likelihood is slower and uses a tenth of the steps.",
    ),
]


@pipeline(models=())
def flow(
    *, data: Data = "moons", learning: Learning = "matching", steps: Steps = 1500, report: Report = silent
) -> Network:
    """Learns a velocity that carries noise to the data and back along the same paths.

    Neural ODE (Chen et al. 2018), trained by flow matching (Lipman et al. 2023, equation 23) or by maximum likelihood with the exact
    trace (Chen et al. 2018, section 4; the midpoint method with six steps, backpropagated). The file says how likely the data are to the network,
    and how near Dormand-Prince comes to them on the way to the noise and back. Raises Refusal.
    """
    import torch

    uses("torch")
    from pipelines.lab.parts.networks import PlaneNet, Streamed, pack_networks

    points = plane.data_of(data)
    torch.manual_seed(0)
    generator = torch.Generator().manual_seed(0)
    network, stream, began = PlaneNet(), Streamed(), time.monotonic()
    optimiser = torch.optim.Adam(network.parameters(), lr=RATE)
    total = steps if learning == "matching" else max(20, steps // 10)
    seen, every = 0.0, SHOW_EVERY if learning == "matching" else 5
    y = torch.from_numpy(points)

    def file(**measured: Any) -> Network:
        about = {"learning": learning, "loss": round(seen, 5), "steps": total}
        seconds = round(time.monotonic() - began, 2)
        return pack_networks({"velocity": network}, {**about, "seconds": seconds, **measured})

    for step in range(total):
        for group in optimiser.param_groups:
            group["lr"] = RATE * (0.02 + 0.98 * 0.5 * (1 + math.cos(math.pi * step / total)))
        loss = (_matching if learning == "matching" else _likelihood)(network, y, generator)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        value = float(loss.detach())
        seen = value if step == 0 else 0.98 * seen + 0.02 * value
        if step % every == 0 or step == total - 1:
            stream(file())
            report(
                Progress(
                    step + 1,
                    total,
                    f"Step {step + 1} of {total}",
                    lambda: _draw_points(network, points),
                    {"loss": seen},
                )
            )
    return file(**_measure_flow(network, y))


def _matching(network: PlaneNet, data: torch.Tensor, generator: torch.Generator) -> torch.Tensor:
    """Mean squared error of the velocity along straight lines from noise to data."""
    import torch

    x1 = data[torch.randint(len(data), (BATCH,), generator=generator)]
    x0, t = torch.randn(x1.shape, generator=generator), torch.rand(BATCH, generator=generator)
    x = torch.lerp(x0, x1, t[:, None])
    return (network(x, t) - (x1 - x0)).square().mean()


def _likelihood(network: PlaneNet, data: torch.Tensor, generator: torch.Generator) -> torch.Tensor:
    """Mean negative log-likelihood in nats of a batch, with gradients through the solver. The data get a little noise, so that it is bounded."""
    import torch
    from torchdiffeq import odeint

    from pipelines.lab.parts.flows import divergence

    x1 = data[torch.randint(len(data), (SOLVED_BATCH,), generator=generator)]
    x1 = (x1 + 0.02 * torch.randn(x1.shape, generator=generator)).requires_grad_(True)

    def slope(t: torch.Tensor, state: tuple[torch.Tensor, torch.Tensor]) -> tuple[torch.Tensor, torch.Tensor]:
        return divergence(network, state[0], t.expand(len(state[0])))

    times, options = torch.tensor([1.0, 0.0]), {"step_size": 1 / SOLVED_STEPS}
    ends, gained = odeint(slope, (x1, torch.zeros(len(x1))), times, method="midpoint", options=options)
    return (0.5 * ends[-1].square().sum(1) + math.log(2 * math.pi) - gained[-1]).mean()


def _measure_flow(network: PlaneNet, data: torch.Tensor) -> dict[str, Any]:
    """The data's mean log-likelihood in nats, and the evaluations and largest error of the way from them to the noise and back."""
    from pipelines.lab.parts.flows import log_likelihood, move_points

    exact, x = network.double(), data.double()
    noise, evaluations = move_points(exact, x, 1.0, 0.0)
    back, _ = move_points(exact, noise, 0.0, 1.0)
    measured = {
        "log_likelihood": f"{float(log_likelihood(exact, x).mean()):.3f}",
        "back": f"{float((back - x).norm(dim=1).max()):.1e}",
        "evaluations": evaluations,
    }
    network.float()
    return measured


def _draw_points(network: PlaneNet, data: Any) -> Any:
    import torch

    from pipelines.lab.parts.flows import move_points

    start = torch.randn(300, 2, generator=torch.Generator().manual_seed(0))
    return plane.picture(move_points(network, start, 0.0, 1.0, 1e-2)[0].numpy(), data)
