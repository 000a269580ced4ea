"""Tune the landed object network by low-rank adapters: `python -m training.objects.tune few --folder FOLDER --minutes 20`.

Stop and go on at any time; `--land assets/weights` writes the adapters (a few MB) and their card. W of the landed network is frozen; what
is learned is B A beside it (Hu et al. 2021, `pipelines.nets.low_rank`).

**few**: six guided evaluations that draw what the teacher draws with 26, from the same noise. The teacher's trajectories are computed
once and kept: x_i at the student's levels s_i, and the drawing x_T at the end. The loss at level i is

    | D(x_i, s_i) - (x_(i+1) - r x_i) / (1 - r) |^2,    r = s_(i+1) / s_i,    D = 3 D(.|caption) - 2 D(.|nothing), adapters in both,

the x0 with which one DDIM step lands where the teacher's several steps land: progressive distillation in x0 space (Salimans & Ho 2022,
algorithm 2 and appendix G) with all halvings taken at once. Guidance is not folded into one pass (Meng et al. 2023): that was tried, and
after 64,000 pictures was further from the teacher than six plain steps are, while two passes in one call of bfloat16 cost an eighth more
than one (docs/training.md). x_(i+1) is the teacher's, x_i the student's own, reached by its own steps without gradient: so it
learns to mend what its earlier steps did, and what it meets in use is what it met in training. At the last level r = 0: the drawing.
"""

from __future__ import annotations

import json
import math
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file, save_file
from torch import Tensor

from pipelines.core.models import has_fast_bfloat16, sha256_of
from pipelines.diffusion import sampling
from pipelines.drawing import network
from pipelines.nets.low_rank import Adapters
from pipelines.nets.object_unet import ObjectUNet, denoise, upright
from pipelines.optim.muon import Muon
from training.landing import compute, write_card
from training.run import Kept, Tensors, clock, command, resumed, until, use_threads

TEACHER_STEPS, GUIDANCE = network.TEACHER_STEPS, network.FEW_GUIDANCE
ANNEALED = 0.4  # share of the minutes in which the rate falls to 0


@dataclass(frozen=True)
class Recipe:
    """What fixes a run; stored beside it."""

    kind: str = "few"
    rank: int = 16
    batch: int = 24
    rate: float = 1e-3  # Adam's, on A and B
    warm_steps: int = 20
    seed: int = 0


# ---- the teacher -----------------------------------------------------------------------------------------------------


def guided(net: ObjectUNet, x: Tensor, level: float, text: Tensor, mask: Tensor) -> Tensor:
    """What the product asks at that level: guidance away from no caption above `GUIDED`, the caption alone below."""
    pose = upright(len(text))
    if not network.GUIDED[0] < level <= network.GUIDED[1]:
        return prediction(net, x, level, text, mask, pose)
    nothing = torch.zeros_like(mask)
    both = prediction(
        net, torch.cat([x, x]), level, torch.cat([text, text]), torch.cat([mask, nothing]), torch.cat([pose, pose])
    )
    told, untold = both.chunk(2)
    return torch.lerp(untold, told, GUIDANCE)


def taught(net: ObjectUNet, text: Tensor, mask: Tensor, noise: Tensor) -> tuple[Tensor, Tensor]:
    """The teacher's way: its states at the student's levels [6,n,4,s,s] and its drawings [n,4,s,s]; text [n,t,384], mask [n,t], unit noise."""
    kept: list[Tensor] = []

    def watched(x: Tensor, sigma: Tensor | float) -> Tensor:
        if any(math.isclose(float(sigma), level, rel_tol=1e-9) for level in network.FEW_LEVELS):
            kept.append(x.float())
        return guided(net, x, float(sigma), text, mask)

    sigmas = sampling.karras_sigmas(TEACHER_STEPS, network.LOW, network.HIGH)
    with torch.no_grad():
        drawing = sampling.dpm_solver(watched, noise.double() * network.HIGH, sigmas)
    return torch.stack(kept), drawing.float()


def prediction(net: ObjectUNet, x: Tensor, level: float, text: Tensor, mask: Tensor, pose: Tensor) -> Tensor:
    """D(x, level) of a batch, in x's dtype."""
    with torch.autocast("cpu", torch.bfloat16, enabled=has_fast_bfloat16()):
        found = denoise(
            net, x.float().contiguous(memory_format=torch.channels_last), torch.full((len(x),), level), text, mask, pose
        )
    return found.float().to(x.dtype)


def write_teacher(net: ObjectUNet, batches: Any, folder: Path, minutes: float, batch: int) -> None:
    """Trajectories until the time is up, `batch` a file: FOLDER/teacher/NUMBER.safetensors; goes on after those that are there."""
    place = folder / "teacher"
    place.mkdir(parents=True, exist_ok=True)
    plain = [
        i for i, line in enumerate(batches.lines) if not line.pose
    ]  # as artists draw; poses keep what the network knows of them
    end, number = time.monotonic() + 60 * minutes, len(list(place.glob("*.safetensors")))
    while time.monotonic() < end:
        begun = time.process_time()
        of = sampling.generators(90_001, batch, first=number * batch)
        chosen = [plain[int(torch.randint(len(plain), (1,), generator=g))] for g in of]
        text, mask = (torch.from_numpy(a) for a in batches.text_of(chosen))
        states, drawing = taught(net, text, mask, sampling.noise((4, 64, 64), of).half().float())
        kept = {
            "states": states.half(),
            "drawing": drawing.half(),
            "text": text.half(),
            "mask": mask,
            "lines": torch.tensor(chosen),
        }
        path = place / f"{number:05d}.safetensors"
        save_file(kept, path.with_suffix(".half"), metadata={"seconds": str(time.process_time() - begun)})
        path.with_suffix(".half").replace(path)
        number += 1


def targets(state: Tensor, then: Tensor | None, drawing: Tensor, index: int) -> Tensor:
    """What the student should say at level `index` from its own `state`, so that its step ends at the teacher's `then`."""
    if then is None:
        return drawing
    r = network.FEW_LEVELS[index + 1] / network.FEW_LEVELS[index]
    return (then - r * state) / (1 - r)


# ---- the run ---------------------------------------------------------------------------------------------------------


class Tuning(Kept):
    """Frozen network, adapters, their optimiser and how far they are."""

    counted = ("step", "pictures", "seconds")

    def __init__(self, net: ObjectUNet, recipe: Recipe, base: str):
        self.net, self.recipe, self.base = net, recipe, base
        self.adapters = Adapters.fresh(net, recipe.rank, recipe.seed)
        for tensor in self.adapters.tensors().values():
            tensor.requires_grad_(True)
        self.adam = Muon(self.adapters.tensors(), adam_rate=recipe.rate)  # under 32 ranks nothing is a matrix to Muon
        self.step, self.pictures, self.seconds = 0, 0, 0.0

    def descend(self, loss: Tensor, pictures: int, scale: float) -> float:
        """One step of the optimiser down `loss`; the rate is warmed up and times `scale`."""
        loss.backward()
        self.step += 1
        self.pictures += pictures
        self.adam.step(self.step, scale * min(1.0, self.step / self.recipe.warm_steps))
        for tensor in self.adapters.tensors().values():
            tensor.grad = None
        return loss.item()

    def groups(self) -> Mapping[str, Tensors]:
        return {"adapter": self.adapters.tensors(), "adam": self.adam.state}

    def facts(self) -> dict[str, Any]:
        return {**super().facts(), "recipe": asdict(self.recipe), "base": self.base}

    def take(self, facts: dict[str, Any]) -> None:
        if (facts["base"], facts["recipe"]) != (self.base, asdict(self.recipe)):
            raise ValueError("the checkpoint belongs to another network or recipe")
        super().take(facts)


def few_losses(run: Tuning, kept: dict[str, Tensor], scale: float) -> list[float]:
    """One walk of the student over its levels beside the teacher's way, a step of the optimiser at each."""
    text, mask, drawing = kept["text"].float(), kept["mask"], kept["drawing"].float()
    states, losses = kept["states"].float(), []
    x = states[0]
    for i, level in enumerate(network.FEW_LEVELS):
        then = states[i + 1] if i + 1 < len(states) else None
        with run.adapters.beside(run.net):
            x0 = guided(run.net, x, level, text, mask)
        losses.append(run.descend((x0 - targets(x, then, drawing, i)).square().mean(), len(x), scale))
        if then is not None:
            x = (x0 + network.FEW_LEVELS[i + 1] / level * (x - x0)).detach()
    return losses


def train(run: Tuning, folder: Path, minutes: float) -> None:
    """Steps until the time is up; the rate falls to 0 over the last part; a line of the log and a checkpoint now and then."""
    checkpoint = resumed(run, folder)
    files = sorted((folder / "teacher").glob("*.safetensors"))

    def step(left: float) -> dict[str, float]:
        scale, begun = min(1.0, left / ANNEALED), time.process_time()
        turn, place = divmod(run.step // len(network.FEW_LEVELS), len(files))
        order = torch.randperm(len(files), generator=torch.Generator().manual_seed(turn))
        losses = few_losses(run, load_file(files[int(order[place])]), scale)
        run.seconds += time.process_time() - begun
        return {f"loss_{i}": loss for i, loss in enumerate(losses)} | {"scale": scale}

    def facts() -> dict[str, Any]:
        return {"step": run.step, "pictures": run.pictures, "hours": round(run.seconds / 3600, 3)}

    until(clock(minutes), step, folder / "log.jsonl", facts, lambda: run.save(checkpoint), every=20, save_minutes=2)


# ---- measuring and landing -------------------------------------------------------------------------------------------


def card(run: Tuning, base: dict, folder: Path) -> dict:
    """The card: what it stands on, data and licences, recipe, seed, compute."""
    teacher = sorted((folder / "teacher").glob("*.safetensors"))
    return {
        "name": "few",
        "what": f"low-rank adapters: six guided evaluations for the {TEACHER_STEPS} steps of the object model",
        "base": {"file": "objects.safetensors", "sha256": run.base},
        "licence": base["licence"],
        "data": base["data"],
        "recipe": asdict(run.recipe),
        "levels": list(network.FEW_LEVELS),
        "guidance": GUIDANCE,
        "teacher": {"steps": TEACHER_STEPS, "trajectories": len(teacher) * run.recipe.batch},
        "command": "python -m training.objects.tune few --folder FOLDER --minutes MINUTES",
        "pictures_seen": run.pictures,
        "steps": run.step,
        "compute": compute(run.seconds),
    }


def main() -> None:
    """Command line."""
    from training.objects import data as objects_data

    parser = command("training.objects.tune", __doc__, 20, "the adapters")
    parser.add_argument("kind", choices=("few",))
    parser.add_argument("--teacher-minutes", type=float, default=0, help="trajectories are added for so long first")
    parser.add_argument("--cache", type=Path, default=objects_data.default_cache(), help="packages, renders")
    options = parser.parse_args()
    use_threads()
    base = options.assets / "objects.safetensors"
    run = Tuning(network.shipped(base).to(memory_format=torch.channels_last), Recipe(), sha256_of(base))
    if options.land:
        run.load(options.folder / "checkpoint.safetensors")
        made = card(run, json.loads(base.with_suffix(".json").read_text()), options.folder)
        run.adapters.save(
            options.assets / "few.safetensors",
            {k: made[k] for k in ("name", "what", "licence", "base", "levels", "guidance")},
        )
        write_card(options.assets / "few.json", made)
        return
    batches, _ = objects_data.prepare_training(options.cache, options.folder)
    if options.teacher_minutes:
        write_teacher(run.net, batches, options.folder, options.teacher_minutes, run.recipe.batch)
    train(run, options.folder, options.minutes)


if __name__ == "__main__":
    main()
