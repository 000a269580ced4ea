"""Train the two decoders of a face swap on two drawn people: `python -m training.faces.swap --folder FOLDER --minutes 12`.

Each is drawn some hundred times with chance pose, expression and light; the encoder sees warped faces (as the first method did) and each decoder
gives its own person back unwarped. It may be stopped and goes on. `--land` writes the weights and their card.
"""

import argparse
import json
import os
import platform
import time
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import save_file

from pipelines.figures.portraits import picture, portrait_of
from pipelines.lab.swap import PEOPLE
from pipelines.nets.two_decoders import Shape, TwoDecoders
from pipelines.optim.muon import Muon
from pipelines.redteam.parts.swap_training import pixels, pyramid_distance, warped
from training.faces.train import Fast
from training.run import clock, read, until, weights_of, write

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


def train(folder: Path, minutes: float) -> None:
    """Until the time is up; a line of the log every 50 steps, a checkpoint every two minutes."""
    people, recipe = drawn(folder), Recipe()
    torch.manual_seed(recipe.seed)
    net = TwoDecoders()
    muon, fast = Muon(net.named_parameters(), recipe.rate, adam_rate=recipe.adam_rate), Fast(net)
    checkpoint, facts = folder / "checkpoint.safetensors", {"step": 0, "seconds": 0.0}
    if checkpoint.exists():
        saved = read(checkpoint)
        saved.into(weights_of(net), "net")
        saved.into(muon.state, "muon")
        facts = {k: saved.facts[k] for k in facts}

    def step(left: float) -> dict[str, float]:
        begun = time.monotonic()
        generator = np.random.default_rng([recipe.seed, facts["step"]])
        total = torch.zeros(())
        fast.follow()
        for who in range(2):
            chosen = people[who][generator.integers(0, EACH - BACK, recipe.batch // 2)]
            chosen = np.where(generator.random(len(chosen))[:, None, None, None] < 0.5, chosen[:, :, ::-1], chosen)
            made = fast.net(pixels(warped(chosen, generator)).to(fast.dtype), who)
            total = total + pyramid_distance(made.float(), pixels(chosen))
        (50 * total).backward()
        fast.give()
        facts["step"] += 1
        muon.step(facts["step"], min(1.0, facts["step"] / 50) * min(1.0, left / 0.5))
        facts["seconds"] += time.monotonic() - begun
        return {"distance": float(total.detach()) / 2}

    def saves() -> None:
        write(checkpoint, {"net": weights_of(net), "muon": muon.state}, facts | {"recipe": vars(recipe)})

    until(clock(minutes), step, folder / "log.jsonl", lambda: dict(facts), saves, save_minutes=2)


def land(folder: Path, assets: Path) -> None:
    """Weights as float16 with their card; measured on portraits that were kept back."""
    saved = read(folder / "checkpoint.safetensors")
    facts, weights = saved.facts, {k: v.half() for k, v in saved.group("net").items()}
    save_file(weights, assets / "swap.safetensors", metadata={"shape": json.dumps(Shape().as_dict())})
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
        "compute": {"hours": round(facts["seconds"] / 3600, 2), "threads": 1, "machine": platform.machine()},
        "result": {"mean difference of own faces kept back, in levels of 255": [round(v, 2) for v in own]},
    }
    (assets / "swap.json").write_text(json.dumps(card, indent=1) + "\n")


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(prog="python -m training.faces.swap", description=__doc__)
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--minutes", type=float, default=12)
    parser.add_argument("--land", action="store_true", help="write the weights and their card, do not train")
    parser.add_argument("--assets", type=Path, default=Path("assets/weights"))
    arguments = parser.parse_args()
    torch.set_num_threads(int(os.environ.get("OMP_NUM_THREADS", "1")))
    if arguments.land:
        land(arguments.folder, arguments.assets)
    else:
        train(arguments.folder, arguments.minutes)


if __name__ == "__main__":
    main()
