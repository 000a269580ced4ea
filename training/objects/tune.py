"""Tune the landed object network by low-rank adapters: `python -m training.objects.tune few|pfgm --folder FOLDER --minutes 20`.

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

**pfgm**: the denoising loss of `training.objects.train` with the noise of PFGM++ (Xu et al. 2023, section 3 and appendix C): x = x0 + R v,
v uniform on the sphere, R from p(R) ~ R^(N-1) / (R^2 + r^2)^((N+D)/2), r = sigma sqrt(D), with D = 128 and N = 16,384.
"""

from __future__ import annotations

import json
import math
import platform
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch
from safetensors import safe_open
from safetensors.torch import load_file, save_file
from torch import Tensor

from pipelines.core.models import has_fast_bfloat16, sha256_of
from pipelines.diffusion import sampling
from pipelines.drawing import network
from pipelines.nets.low_rank import Adapters
from pipelines.nets.object_unet import ObjectUNet, denoise, upright
from pipelines.optim.muon import Muon
from training.landing import write_card
from training.run import Kept, Tensors, clock, command, resumed, until, use_threads

TEACHER_STEPS, GUIDANCE = network.TEACHER_STEPS, network.FEW_GUIDANCE
ASIDE = 2  # the first so many files of trajectories are kept for measuring
ANNEALED = 0.4  # share of the minutes in which the rate falls to 0


@dataclass(frozen=True)
class Recipe:
    """What fixes a run; stored beside it."""

    kind: str
    rank: int = 16
    batch: int = 24
    rate: float = 1e-3  # Adam's, on A and B
    warm_steps: int = 20
    log_sigma_mean: float = 1.2  # of pfgm's noise levels, as the landed network was trained
    log_sigma_std: float = 1.6
    sigma_floor: float = 0.3
    dimensions: float = network.TUNED_DIMENSIONS
    seed: int = 0


def lowered() -> torch.autocast:
    """bfloat16 products where the processor has them."""
    return torch.autocast("cpu", torch.bfloat16, enabled=has_fast_bfloat16())


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
    with lowered():
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


def pfgm_loss(net: ObjectUNet, batch: Any, recipe: Recipe, number: int) -> Tensor:
    """Denoising error under PFGM++ noise, levels stratified and weighted as `objects.Run.loss` does."""
    x0, text, mask, pose = (torch.from_numpy(a) for a in batch)
    generator, n = torch.Generator().manual_seed(recipe.seed * 1_000_003 + 7 * number + 1), len(x0)
    ranks = (torch.randperm(n, generator=generator) + torch.rand(n, generator=generator)) / n
    sigma = torch.exp(recipe.log_sigma_mean + recipe.log_sigma_std * torch.special.ndtri(ranks.clamp(1e-4, 1 - 1e-4)))
    sigma = sigma.clamp(max=2 * network.HIGH)
    unit = sampling.pfgm_prior(
        x0.shape[1:], 1.0, recipe.dimensions, sampling.generators(recipe.seed + 77, n, first=number * n)
    )
    x = x0 + sigma[:, None, None, None] * unit.float()  # R scales with r, so the law at r is that at 1 times r
    weight = 1 / (sigma**2 + recipe.sigma_floor**2) + 1 / net.shape.sigma_data**2
    with lowered():
        found = denoise(net, x.contiguous(memory_format=torch.channels_last), sigma, text, mask, pose)
    return (weight[:, None, None, None] * (found.float() - x0).square()).mean()


def train(run: Tuning, batches: Any, folder: Path, minutes: float) -> None:
    """Steps until the time is up; the rate falls to 0 over the last part; a line of the log and a checkpoint now and then."""
    checkpoint = resumed(run, folder)
    files = sorted((folder / "teacher").glob("*.safetensors"))[ASIDE:] if run.recipe.kind == "few" else []

    def step(left: float) -> dict[str, float]:
        scale, begun = min(1.0, left / ANNEALED), time.process_time()
        if run.recipe.kind == "few":
            turn, place = divmod(run.step // len(network.FEW_LEVELS), len(files))
            order = torch.randperm(len(files), generator=torch.Generator().manual_seed(turn))
            losses = few_losses(run, load_file(files[int(order[place])]), scale)
        else:
            with run.adapters.beside(run.net):
                loss = pfgm_loss(run.net, batches.batch(run.pictures, run.recipe.batch), run.recipe, run.step)
            losses = [run.descend(loss, run.recipe.batch, scale)]
        run.seconds += time.process_time() - begun
        return {f"loss_{i}": loss for i, loss in enumerate(losses)} | {"scale": scale}

    def facts() -> dict[str, Any]:
        return {"step": run.step, "pictures": run.pictures, "hours": round(run.seconds / 3600, 3)}

    until(clock(minutes), step, folder / "log.jsonl", facts, lambda: run.save(checkpoint), every=20, save_minutes=2)


# ---- measuring and landing -------------------------------------------------------------------------------------------


@torch.no_grad()
def measured_few(run: Tuning, folder: Path) -> dict:
    """Root mean square distance to the teacher's drawings, of noise and captions kept aside: the student, and six steps without it."""
    found: dict[str, list[Tensor]] = {
        "the student, 6 steps": [],
        "untuned, the same 6 steps": [],
        "untuned DPM-Solver++, 6 steps": [],
    }
    for path in sorted((folder / "teacher").glob("*.safetensors"))[:ASIDE]:
        kept = load_file(path)
        text, mask, drawing = kept["text"].float(), kept["mask"], kept["drawing"].float()

        def asked(x, sigma, text=text, mask=mask):
            return guided(run.net, x, float(sigma), text, mask)

        begin, six = kept["states"][0].double(), sampling.karras_sigmas(6, network.LOW, network.HIGH)
        with run.adapters.beside(run.net):
            student = sampling.euler(asked, begin, network.few_sigmas())
        made = (student, sampling.euler(asked, begin, network.few_sigmas()), sampling.dpm_solver(asked, begin, six))
        for distances, picture in zip(found.values(), made, strict=True):
            distances.append((picture.float() - drawing).square().flatten(1).mean(1).sqrt())
    rows = {name: round(float(torch.cat(d).mean()), 4) for name, d in found.items()}
    mine, best = (torch.cat(found[name]) for name in list(found)[:2])
    return {
        "distance to the teacher's drawing": rows,
        "student nearer than untuned, the same steps": f"{int((mine < best).sum())} of {len(mine)}",
        "drawings": len(mine),
    }


@torch.no_grad()
def measured_pfgm(run: Tuning, groups: dict[str, Any], count: int = 12) -> dict:
    """Weighted denoising error under PFGM++ noise that was not trained with, adapters and none; the same pictures and noise for both."""
    found: dict[str, Any] = {"pictures of each": count * run.recipe.batch}
    for name, batches in groups.items():
        rows: dict[str, list[float]] = {"tuned": [], "untuned": []}
        for i in range(count):
            batch = batches.batch(10_000_000 + i * run.recipe.batch, run.recipe.batch)
            rows["untuned"].append(float(pfgm_loss(run.net, batch, run.recipe, 1_000_000 + i)))
            with run.adapters.beside(run.net):
                rows["tuned"].append(float(pfgm_loss(run.net, batch, run.recipe, 1_000_000 + i)))
        nearer = sum(t < u for t, u in zip(rows["tuned"], rows["untuned"], strict=True))
        found[f"denoising error, {name}"] = {k: round(sum(v) / count, 4) for k, v in rows.items()} | {
            "batches where tuned is better": f"{nearer} of {count}"
        }
    return found


def card(run: Tuning, base: dict, folder: Path) -> dict:
    """The card: what it stands on, data and licences, recipe, seed, compute, result where it was measured."""
    kind, teacher = run.recipe.kind, sorted((folder / "teacher").glob("*.safetensors"))
    what = {
        "few": f"low-rank adapters: six guided evaluations for the {TEACHER_STEPS} steps of the object model",
        "pfgm": f"low-rank adapters: the object model tuned with the noise of PFGM++, D = {run.recipe.dimensions:g}",
    }
    own: dict[str, Any] = {"dimensions": run.recipe.dimensions}
    if kind == "few":
        seconds = 0.0
        for path in teacher:
            with safe_open(path, "pt") as file:
                seconds += float(file.metadata()["seconds"])
        own = {"levels": list(network.FEW_LEVELS), "guidance": GUIDANCE}
        own["teacher"] = {
            "steps": TEACHER_STEPS,
            "trajectories": len(teacher) * run.recipe.batch,
            "processor_seconds": round(seconds),
        }
    result = folder / "result.json"
    return {
        "name": kind,
        "what": what[kind],
        "base": {"file": "objects.safetensors", "sha256": run.base},
        "licence": base["licence"],
        "data": base["data"],
        "recipe": asdict(run.recipe),
        **own,
        "command": f"python -m training.objects.tune {kind} --folder FOLDER --minutes MINUTES",
        "pictures_seen": run.pictures,
        "steps": run.step,
        "compute": {
            "processor_seconds": round(run.seconds),
            "threads": 1,
            "machine": platform.machine(),
            "device": "cpu",
        },
        **({"result": json.loads(result.read_text())} if result.exists() else {}),
    }


def export(run: Tuning, base: dict, folder: Path, assets: Path) -> None:
    """Adapters in float16 and their card. Raises ValueError if a number does not fit float16."""
    made = card(run, base, folder)
    brief = {k: made[k] for k in ("name", "what", "licence", "base", "levels", "guidance", "dimensions") if k in made}
    run.adapters.save(assets / f"{run.recipe.kind}.safetensors", brief)
    (assets / f"{run.recipe.kind}.safetensors").chmod(0o644)
    write_card(assets / f"{run.recipe.kind}.json", made)


def main() -> None:
    """Command line."""
    from training.objects import data as objects_data

    parser = command("training.objects.tune", __doc__, 20)
    parser.add_argument("kind", choices=("few", "pfgm"))
    parser.add_argument("--teacher-minutes", type=float, default=0, help="trajectories are added for so long first")
    parser.add_argument("--cache", type=Path, default=objects_data.default_cache(), help="packages, renders")
    parser.add_argument("--base", type=Path, default=Path("assets/weights/objects.safetensors"))
    parser.add_argument("--measure", action="store_true", help="write FOLDER/result.json, do not train")
    parser.add_argument("--land", type=Path, help="write adapters and card into this folder, do not train")
    options = parser.parse_args()
    use_threads()
    recipe, card_of_base = Recipe(options.kind), json.loads(options.base.with_suffix(".json").read_text())
    run = Tuning(network.shipped(options.base).to(memory_format=torch.channels_last), recipe, sha256_of(options.base))
    if options.measure or options.land:
        run.load(options.folder / "checkpoint.safetensors")
    if options.measure:
        if recipe.kind == "few":
            found = measured_few(run, options.folder)
        else:
            trained, _ = objects_data.prepare_training(options.cache, options.folder)
            kept_back = objects_data.held_back(options.cache, options.folder)
            found = measured_pfgm(run, {"drawings trained on": trained, "drawings kept back": kept_back})
        (options.folder / "result.json").write_text(json.dumps(found, indent=1))
        print(json.dumps(found, indent=1))
    if options.land:
        export(run, card_of_base, options.folder, options.land)
    if options.measure or options.land:
        return
    batches, _ = objects_data.prepare_training(options.cache, options.folder)
    if recipe.kind == "few" and options.teacher_minutes:
        write_teacher(run.net, batches, options.folder, options.teacher_minutes, recipe.batch)
    train(run, batches, options.folder, options.minutes)


if __name__ == "__main__":
    main()
