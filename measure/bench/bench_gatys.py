"""Gatys against a plain float32 loop at equal final loss: `python -m measure.bench.bench_gatys [threads]`; writes bench/gatys.json.

The plain loop is the one of PyTorch's style transfer tutorial: float32, one scale (512 px), from the photo, torch's own L-BFGS with
its default memory, same trunk, layers and losses. Both finals are measured by the same float32 losses, and both times are processor
seconds of this process, so what else runs on the machine hardly counts.
"""

from __future__ import annotations

import sys
import time
from typing import Any

from PIL import Image

from measure import results
from pipelines.core.models import ASSETS, load
from pipelines.stylize import gatys as module
from pipelines.vision import perceptual

SIZE_PX, BALANCE = 512, 0.5


def objective(vgg: Any, photo: Image.Image, painting: Image.Image) -> module.Objective:
    """The float32 losses that both are judged by and the plain loop descends."""
    stage = module.ScaleStage(SIZE_PX, 1)
    return module.Objective.at(stage, vgg, photo, painting, 10 ** (3 * BALANCE - 0.5), 10 * module.SMOOTHNESS)


def plain_loss(goal: module.Objective, x: Any) -> Any:
    """The same losses written the plain way."""
    features = goal.vgg(x, [*goal.a, goal.content_layer], average=True)
    p = goal.p
    loss = (features[goal.content_layer] - p).square().mean() / p.square().mean()
    for layer, a in goal.a.items():
        f = features[layer].flatten(2)[0]  # [C,hw]
        loss = loss + goal.ratio / len(goal.a) * (f @ f.T / f.shape[1] - a[0]).square().sum() / a.square().sum()
    return loss + goal.rough * perceptual.roughness(x)


def plain_loop(goal: module.Objective, until: float, most_steps: int) -> tuple[float, int, float]:
    """Processor seconds, evaluations and loss when the plain loop reaches the loss `until` (or gives up)."""
    import torch

    x = goal.photo.clone().contiguous().requires_grad_()
    optimiser = torch.optim.LBFGS([x], max_iter=20)
    losses: list[float] = []
    began = time.process_time()

    class Reached(Exception):
        pass

    def closure() -> torch.Tensor:
        with torch.no_grad():
            x.clamp_(0, 1)
        optimiser.zero_grad()
        loss = plain_loss(goal, x)
        losses.append(loss.item())
        if losses[-1] <= until or len(losses) >= most_steps:
            raise Reached
        loss.backward()
        return loss

    try:
        while True:
            optimiser.step(closure)
    except Reached:
        return time.process_time() - began, len(losses), losses[-1]


def main() -> None:
    """Run ours, then the plain loop until it is as good, and say how they compare."""
    import torch

    from pipelines.core.models import where
    from pipelines.nets import vgg as nets_vgg

    torch.set_num_threads(int(sys.argv[1]) if len(sys.argv) > 1 else 1)
    photo = Image.open(ASSETS / "samples" / "astronaut.jpg").convert("RGB")
    painting = Image.open(ASSETS / "styles" / "van-gogh-auvers-street.jpg").convert("RGB")
    path = where(perceptual.VGG16)
    if path is None:
        raise SystemExit("VGG-16 is not on this machine: python -m studio models fetch")
    exact = nets_vgg.build(path, "vgg16").float().to(memory_format=torch.contiguous_format)
    goal = objective(exact, photo, painting)
    with load(perceptual.VGG16):
        began = time.process_time()
        ours = module.gatys(photo, painting, size=SIZE_PX, balance=BALANCE)
        seconds = time.process_time() - began
    with torch.no_grad():
        reached = goal.loss(perceptual.to_tensor(ours, "cpu"))[1]["loss"]
    plain_seconds, evaluations, plain_reached = plain_loop(goal, reached, most_steps=600)
    result = {
        "ours_cpu_seconds": round(seconds, 1),
        "ours_loss": round(reached, 4),
        "plain_cpu_seconds": round(plain_seconds, 1),
        "plain_evaluations": evaluations,
        "plain_loss": round(plain_reached, 4),
        "times_as_fast": round(plain_seconds / seconds, 2),
        "wanted": 2.5,
    }
    results.tell("gatys", result)


if __name__ == "__main__":
    main()
