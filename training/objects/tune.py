"""Teach six steps to the landed object network: `python -m training.objects.tune few --folder FOLDER --teacher-minutes 15 --minutes 16 --anneal 6`.

W of the landed network is frozen; what is learned is B A beside it (Hu et al. 2021, `pipelines.nets.low_rank`): six guided evaluations
that draw what the teacher draws with 26, from the same noise. The teacher's trajectories are computed once and kept: x_i at the student's
levels s_i, and the drawing x_T at the end. The loss at level i is

    | D(x_i, s_i) - (x_(i+1) - r x_i) / (1 - r) |^2,    r = s_(i+1) / s_i,    D = 3 D(.|caption) - 2 D(.|nothing), adapters in both,

the x0 with which one DDIM step lands where the teacher's several steps land: progressive distillation in x0 space (Salimans & Ho 2022,
algorithm 2 and appendix G) with all halvings taken at once. x_(i+1) is the teacher's, x_i the student's own, reached by its own steps
without gradient: so it learns to mend what its earlier steps did. At the last level r = 0: the drawing.
"""

from __future__ import annotations

import json
import math
import time
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file
from torch import Tensor

from pipelines.core.models import has_fast_bfloat16, sha256_of
from pipelines.diffusion import sampling
from pipelines.drawing import network
from pipelines.nets.low_rank import Adapters
from pipelines.nets.object_unet import ObjectUNet, denoise, upright
from training.loop import Recipe, Run, averaged, card_of, command, land, train
from training.objects import data as objects_data
from training.objects.batches import Batches
from training.objects.train import with_cache

RANK, RECIPE = 16, Recipe(batch=24, adam_rate=1e-3, warm_steps=20)  # under 32 ranks nothing is a matrix to Muon


def prediction(net: ObjectUNet, x: Tensor, level: float, text: Tensor, mask: Tensor) -> Tensor:
    """D(x, level) of a batch, in x's dtype."""
    x_last = x.float().contiguous(memory_format=torch.channels_last)
    with torch.autocast("cpu", torch.bfloat16, enabled=has_fast_bfloat16()):
        found = denoise(net, x_last, torch.full((len(x),), level), text, mask, upright(len(x)))
    return found.float().to(x.dtype)


def guide_prediction(net: ObjectUNet, x: Tensor, level: float, text: Tensor, mask: Tensor) -> Tensor:
    """What the product asks at that level: guidance away from no caption above `GUIDED`, the caption alone below."""
    if not network.GUIDED[0] < level <= network.GUIDED[1]:
        return prediction(net, x, level, text, mask)
    masks = torch.cat([mask, torch.zeros_like(mask)])
    told, untold = prediction(net, torch.cat([x, x]), level, torch.cat([text, text]), masks).chunk(2)
    return torch.lerp(untold, told, network.FEW_GUIDANCE)


def taught(net: ObjectUNet, text: Tensor, mask: Tensor, noise: Tensor) -> tuple[Tensor, Tensor]:
    """The teacher's way: its states at the student's levels [6,n,4,s,s] and its drawings [n,4,s,s]; text [n,t,384], mask [n,t], unit noise."""
    kept: list[Tensor] = []

    def watch_denoiser(x: Tensor, sigma: Tensor | float) -> Tensor:
        if any(math.isclose(float(sigma), level, rel_tol=1e-9) for level in network.FEW_LEVELS):
            kept.append(x.float())
        return guide_prediction(net, x, float(sigma), text, mask)

    sigmas = sampling.karras_sigmas(network.TEACHER_STEPS, network.LOW, network.HIGH)
    with torch.no_grad():
        drawing = sampling.dpm_solver(watch_denoiser, noise.double() * network.HIGH, sigmas)
    return torch.stack(kept), drawing.float()


def write_teacher(net: ObjectUNet, batches: Batches, folder: Path, minutes: float) -> None:
    """Trajectories until the time is up, a batch a file: FOLDER/teacher/NUMBER.safetensors; goes on after those that are there."""
    place, size = folder / "teacher", RECIPE.batch
    place.mkdir(parents=True, exist_ok=True)
    plain = [i for i, line in enumerate(batches.lines) if not line.pose]  # as artists draw
    end, number = time.monotonic() + 60 * minutes, len(list(place.glob("*.safetensors")))
    while time.monotonic() < end:
        of = sampling.generators(90_001, size, first=number * size)
        chosen = [plain[int(torch.randint(len(plain), (1,), generator=dice))] for dice in of]
        text, mask = (torch.from_numpy(part) for part in batches.text_of(chosen))
        states, drawing = taught(net, text, mask, sampling.noise((4, 64, 64), of).half().float())
        kept = {"states": states.half(), "drawing": drawing.half(), "text": text.half(), "mask": mask}
        half = place / f"{number:05d}.half"
        save_file(kept, half)
        half.replace(half.with_suffix(".safetensors"))
        number += 1


def target(state: Tensor, then: Tensor | None, drawing: Tensor, index: int) -> Tensor:
    """What the student should say at level `index` from its own `state`, so that its step ends at the teacher's `then`."""
    if then is None:
        return drawing
    r = network.FEW_LEVELS[index + 1] / network.FEW_LEVELS[index]
    return (then - r * state) / (1 - r)


class Student:
    """The loss of one level a step: the student walks down its levels beside a teacher's way, and then takes another way."""

    def __init__(self, net: ObjectUNet, adapters: Adapters, ways: list[Path]) -> None:
        self.net, self.adapters, self.ways = net, adapters, ways
        self.way: dict[str, Tensor] = {}
        self.x = torch.zeros(0)

    def __call__(self, run: Run) -> Tensor:
        walk, level = divmod(run.step, len(network.FEW_LEVELS))
        if level == 0 or not self.way:  # a resumed run begins its walk where the teacher stood
            turn, place = divmod(walk, len(self.ways))
            order = torch.randperm(len(self.ways), generator=torch.Generator().manual_seed(turn))
            self.way = {k: v if k == "mask" else v.float() for k, v in load_file(self.ways[int(order[place])]).items()}
            self.x = self.way["states"][level]
        states, sigma = self.way["states"], network.FEW_LEVELS[level]
        then = states[level + 1] if level + 1 < len(states) else None
        with self.adapters.beside(self.net):
            x0 = guide_prediction(self.net, self.x, sigma, self.way["text"], self.way["mask"])
        loss = (x0 - target(self.x, then, self.way["drawing"], level)).square().mean()
        if then is not None:
            self.x = (x0 + network.FEW_LEVELS[level + 1] / sigma * (self.x - x0)).detach()
        return loss


def begin(net: ObjectUNet, ways: list[Path], base: str, rank: int = RANK, recipe: Recipe = RECIPE) -> Run:
    """A run that has learned nothing yet; `base` is the SHA-256 of the network's file."""
    adapters = Adapters.fresh(net.requires_grad_(False), rank, recipe.seed)
    learned = {name: tensor.requires_grad_(True) for name, tensor in adapters.tensors().items()}
    return Run(None, recipe, Student(net, adapters, ways), {"base": base, "rank": rank}, learned)


def main() -> None:
    """Command line."""
    parser = with_cache(command("training.objects.tune", __doc__, 20))
    parser.add_argument("kind", choices=("few",))
    parser.add_argument("--teacher-minutes", type=float, default=0, help="trajectories are added for so long first")
    options = parser.parse_args()
    base, folder = options.assets / "objects.safetensors", options.folder
    if options.land:
        weights, facts = averaged(folder / "checkpoint.safetensors")
        of_base = json.loads(base.with_suffix(".json").read_text())
        card = card_of(
            facts,
            "few",
            f"low-rank adapters: six guided evaluations for the {network.TEACHER_STEPS} steps of the object model",
            of_base["licence"],
            "training.objects.tune few --folder FOLDER --teacher-minutes MINUTES --minutes MINUTES",
            base={"file": base.name, "sha256": facts["base"]},
            data=of_base["data"],
            levels=list(network.FEW_LEVELS),
            guidance=network.FEW_GUIDANCE,
        )
        brief = {k: card[k] for k in ("name", "what", "licence", "base", "levels", "guidance")}
        land(options.assets, "few", weights, card, card=brief)
        return
    net = network.load_shipped(base).to(memory_format=torch.channels_last)
    if options.teacher_minutes:
        write_teacher(net, objects_data.prepare_training(options.cache, folder), folder, options.teacher_minutes)
    train(begin(net, sorted((folder / "teacher").glob("*.safetensors")), sha256_of(base)), options)


if __name__ == "__main__":
    main()
