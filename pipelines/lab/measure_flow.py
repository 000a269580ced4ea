"""What a continuous flow costs and what it is exact about: evaluations, the way back, likelihood, memory, and RealNVP beside it."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Annotated, Any

from pipelines.core.facts import uses
from pipelines.core.progress import Progress, Report, silent
from pipelines.core.registry import pipeline
from pipelines.core.settings import Input, Refusal, Seed
from pipelines.lab.parts import plane
from pipelines.lab.parts.plane import Points, Shape
from pipelines.media import Network, Words

if TYPE_CHECKING:
    import torch

    from pipelines.lab.parts.networks import PlaneNet

TOLERANCES = (1e-1, 1e-2, 1e-3, 1e-4, 1e-5, 1e-6)
DEPTHS = (4, 8, 16, 32, 64)  # steps of the solver, each of them four evaluations
CLOUD = 512
COUPLING_STEPS = 600


@pipeline(models=())
def measure_flow(
    network: Annotated[Network, Input(help="A flow of the Lab.")],
    *,
    points: Points = "",
    shape: Shape = "moons",
    seed: Seed = 0,
    report: Report = silent,
) -> Words:
    """Measures a flow of the Lab: evaluations for each tolerance, the error of the way back, its likelihood, and its memory in training.

    Chen et al. 2018 (adjoint, section 2; likelihood, section 4), FFJORD (Grathwohl et al. 2019) for Hutchinson's trace, RealNVP (Dinh et al.
    2017) with as many weights, trained here by maximum likelihood on the same data. Solvers and adjoint are those of torchdiffeq. Memory is
    counted: the bytes that autograd keeps for the way back. Raises Refusal for another network.
    """
    import numpy as np
    import torch

    uses("torch")
    from pipelines.lab.parts import flows
    from pipelines.lab.parts.networks import unpacked

    data = plane.data_of(points, shape)
    try:
        velocity = unpacked(network, "velocity")
    except (KeyError, ValueError, RuntimeError):
        raise Refusal("This is not a flow of the Lab; train one there first.") from None
    report(Progress(0, 5, "Tolerances"))
    exact_net = velocity.double()
    start = torch.randn(CLOUD, 2, generator=torch.Generator().manual_seed(seed)).double()
    rows = []
    for tolerance in TOLERANCES:
        made, evaluations = flows.moved(exact_net, start, 0.0, 1.0, tolerance)
        back, _ = flows.moved(exact_net, made, 1.0, 0.0, tolerance)
        error = float((back - start).norm(dim=1).max())
        rows.append({"tolerance": tolerance, "evaluations": evaluations, "back": error})
    report(Progress(1, 5, "Likelihood"))
    x = torch.from_numpy(data).double()
    exact = flows.log_likelihood(exact_net, x)
    guessed = flows.log_likelihood(exact_net, x, probes=flows.signs(len(x), seed))
    apart = guessed - exact
    likelihood = {
        "exact": float(exact.mean()),
        "hutchinson": float(guessed.mean()),
        "apart": float(apart.std()),
        "bias": float(apart.mean()),
    }
    report(Progress(2, 5, "Memory"))
    memory = [_memory(velocity.float(), depth) for depth in DEPTHS]
    report(Progress(3, 5, "RealNVP"))
    coupling = _coupling(velocity, data, seed)
    flow_cloud = flows.moved(exact_net.double(), start, 0.0, 1.0)[0].numpy()
    coupling["flow_distance"] = plane.sliced_wasserstein(flow_cloud, data)
    coupling["flow_weights"] = flows.weights_in(velocity)
    assert np.isfinite(flow_cloud).all()
    middle = rows[3]
    said = (
        f"At a tolerance of 1e-4 the flow took {middle['evaluations']} evaluations and came back to within {middle['back']:.1e}. "
        f"Log-likelihood {likelihood['exact']:.3f} nats a point; RealNVP with {coupling['weights']} weights {coupling['log_likelihood']:.3f}."
    )
    detail = {"kind": "lab-flow", "tolerances": rows, "likelihood": likelihood, "memory": memory, "coupling": coupling}
    return Words(said, detail)


def _memory(velocity: PlaneNet, depth: int) -> dict[str, Any]:
    """Bytes that autograd keeps, and seconds, for one gradient through `depth` Runge-Kutta steps: backpropagation and adjoint."""
    import torch
    from torchdiffeq import odeint, odeint_adjoint

    from pipelines.lab.parts.flows import Counted

    found: dict[str, Any] = {"depth": depth}
    for name, solver in (("backpropagation", odeint), ("adjoint", odeint_adjoint)):
        held: dict[int, int] = {}

        def keep(tensor: torch.Tensor, held: dict[int, int] = held) -> torch.Tensor:
            held[tensor.untyped_storage().data_ptr()] = tensor.untyped_storage().nbytes()
            return tensor

        x = torch.randn(CLOUD, 2, generator=torch.Generator().manual_seed(0)).requires_grad_(True)
        began = time.monotonic()
        with torch.autograd.graph.saved_tensors_hooks(keep, lambda tensor: tensor):
            field = Counted(velocity)
            made = solver(field, x, torch.tensor([0.0, 1.0]), method="rk4", options={"step_size": 1 / depth})
            found[name] = sum(held.values())
            made[-1].square().sum().backward()
        found[name + "_seconds"] = round(time.monotonic() - began, 4)
    return found


def _coupling(velocity: PlaneNet, data: Any, seed: int) -> dict[str, Any]:
    """RealNVP with about as many weights, trained by maximum likelihood for as long as it takes here, and its samples."""
    import torch

    from pipelines.lab.parts import flows

    torch.manual_seed(seed)
    generator = torch.Generator().manual_seed(seed)
    made = flows.coupling_of(flows.weights_in(velocity))
    optimiser = torch.optim.Adam(made.parameters(), lr=3e-3)
    y, began = torch.from_numpy(data), time.monotonic()
    for _ in range(COUPLING_STEPS):
        x = y[torch.randint(len(y), (256,), generator=generator)]
        loss = -made.log_likelihood(x + 0.02 * torch.randn(x.shape, generator=generator)).mean()
        optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(made.parameters(), 1.0)
        optimiser.step()
    with torch.inference_mode():
        cloud = made.inverse(torch.randn(500, 2, generator=generator))
        density = float(made.log_likelihood(y).mean())
    points = [[round(float(v), 3) for v in point] for point in cloud.clamp(-3, 3)]
    return {
        "weights": flows.weights_in(made),
        "seconds": round(time.monotonic() - began, 2),
        "log_likelihood": density,
        "distance": plane.sliced_wasserstein(cloud.numpy(), data),
        "points": points,
    }
