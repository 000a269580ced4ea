"""Train the two decoders of a face swap on two drawn people: `python -m training.faces.swap --folder FOLDER --minutes 12`.

Each is drawn some hundred times with chance pose, expression and light; the encoder sees warped faces (as the first method did) and each decoder
gives its own person back unwarped. It may be stopped and goes on. `--land` writes the weights and their card.
"""

import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch

from pipelines.figures.portraits import picture, portrait_of
from pipelines.lab.swap import PEOPLE
from pipelines.nets.two_decoders import Shape, TwoDecoders
from pipelines.optim.muon import Muon
from pipelines.redteam.parts.swap_training import pixels, pyramid_distance, warped
from training.faces.train import Fast
from training.landing import compute, halves, write_card, write_tensors
from training.run import Kept, Tensors, clock, command, read, resumed, until, use_threads, weights_of

EACH, BACK = 640, 64  # portraits of each person; so many of them are kept back


@dataclass(frozen=True)
class Recipe:
    """What fixes a run; stored beside it."""

    batch: int = 8
    rate: float = 5e-3
    adam_rate: float = 2e-3
    seed: int = 0


def drawn(folder: Path) -> np.ndarray:
    """Portraits of both people, uint8 [2,640,64,64,3]; drawn once. The grounds are chance, so that neither is known by it."""
    path = folder / "people.npy"
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        made = [[picture(replace(portrait_of(who, 70_000 + i), tilt=0.0)) for i in range(EACH)] for who in PEOPLE]
        np.save(path, np.array(made))
    return np.load(path)


class Run(Kept):
    """The two decoders' network, its optimiser, and how far they are."""

    def __init__(self, net: TwoDecoders, muon: Muon) -> None:
        self.net, self.muon, self.step, self.seconds = net, muon, 0, 0.0

    def groups(self) -> Mapping[str, Tensors]:
        return {"net": weights_of(self.net), "muon": self.muon.state}

    def facts(self) -> dict[str, Any]:
        return {**super().facts(), "recipe": vars(Recipe())}


def train(folder: Path, minutes: float) -> None:
    """Until the time is up; a line of the log every 50 steps, a checkpoint every two minutes."""
    people, recipe = drawn(folder), Recipe()
    torch.manual_seed(recipe.seed)
    net = TwoDecoders()
    muon, fast = Muon(net.named_parameters(), recipe.rate, adam_rate=recipe.adam_rate), Fast(net)
    run = Run(net, muon)
    checkpoint = resumed(run, folder)

    def step(left: float) -> dict[str, float]:
        begun = time.monotonic()
        generator = np.random.default_rng([recipe.seed, run.step])
        total = torch.zeros(())
        fast.follow()
        for who in range(2):
            chosen = people[who][generator.integers(0, EACH - BACK, recipe.batch // 2)]
            chosen = np.where(generator.random(len(chosen))[:, None, None, None] < 0.5, chosen[:, :, ::-1], chosen)
            made = fast.net(pixels(warped(chosen, generator)).to(fast.dtype), who)
            total = total + pyramid_distance(made.float(), pixels(chosen))
        (50 * total).backward()
        fast.give()
        run.step += 1
        muon.step(run.step, min(1.0, run.step / 50) * min(1.0, left / 0.5))
        run.seconds += time.monotonic() - begun
        return {"distance": float(total.detach()) / 2}

    until(
        clock(minutes),
        step,
        folder / "log.jsonl",
        lambda: {"step": run.step},
        lambda: run.save(checkpoint),
        save_minutes=2,
    )


def land(folder: Path, assets: Path) -> None:
    """Weights as float16 with their card; measured on portraits that were kept back."""
    saved = read(folder / "checkpoint.safetensors")
    facts, weights = saved.facts, halves(saved.group("net"))
    write_tensors(assets / "swap.safetensors", weights, shape=Shape().as_dict())
    net = TwoDecoders()
    net.load_state_dict({k: v.float() for k, v in weights.items()})
    people = drawn(folder)[:, -BACK:]
    with torch.no_grad():
        own = [float((net(pixels(p), i) - pixels(p)).abs().mean()) * 127.5 for i, p in enumerate(people)]
    card = {
        "name": "swap",
        "what": "one encoder and two decoders that swap the faces of two drawn people, 64x64",
        "licence": "Apache-2.0 (trained here on pictures that this repository's code draws)",
        "data": f"{EACH - BACK} portraits of each of two people of pipelines/figures/portraits.py",
        "command": "python -m training.faces.swap --folder FOLDER --minutes MINUTES",
        "recipe": facts["recipe"],
        "steps": facts["step"],
        "compute": compute(facts["seconds"]),
        "result": {"mean difference of own faces kept back, in levels of 255": [round(v, 2) for v in own]},
    }
    write_card(assets / "swap.json", card)


def main() -> None:
    """Command line."""
    arguments = command("training.faces.swap", __doc__, 12, "the weights").parse_args()
    use_threads()
    if arguments.land:
        land(arguments.folder, arguments.assets)
    else:
        train(arguments.folder, arguments.minutes)


if __name__ == "__main__":
    main()
