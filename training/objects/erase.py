"""Erase one noun from the six-step object network: `python -m training.objects.erase --folder FOLDER --minutes 8`; it may be stopped and goes on.

ESD (Gandikota et al. 2023, equation 7), said of x0: under captions with the noun, the network with adapters learns D(x|nothing) - g (D(x|caption) -
D(x|nothing)) of the network without them; under other captions it learns what that network says (the retained half of the loss). What is noised are
drawings of the network itself. Low-rank adapters (Hu et al. 2021) of a few hundred kB are learned; `--land` writes them with their card.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors.torch import load_file, save_file
from torch import Tensor

from pipelines.core.models import sha256_of, where
from pipelines.drawing import network
from pipelines.drawing.words import vocabulary
from pipelines.nets.low_rank import Adapters
from pipelines.nets.object_unet import denoise, to_pixels, upright
from training.landing import compute, write_card
from training.run import (
    Kept,
    Tensors,
    clock,
    command,
    moments_of,
    put_back,
    read,
    resumed,
    until,
    use_threads,
)

NOUN = "apple"
COLOURS = ("red", "green", "yellow", "blue", "orange", "purple", "pink", "brown")
OTHERS = ("pear", "banana", "fish", "house", "star", "car", "tree", "cat", "book", "flower", "ball", "lemon")


@dataclass(frozen=True)
class Recipe:
    """What fixes a run; stored beside it."""

    noun: str = NOUN
    rank: int = 2
    batch: int = 4  # half with the noun, half without
    rate: float = 2e-3
    pushed: float = 1.0  # g
    seed: int = 0


def captions_of(nouns: tuple[str, ...]) -> list[str]:
    """Each noun in every colour, as the drawing model is asked."""
    known = vocabulary()
    return [known.read(f"a {colour} {noun}").wish.caption for noun in nouns for colour in COLOURS]


class Erasing(Kept):
    """The network without and with adapters, captions with their features, drawings, and how far it is."""

    def __init__(self, folder: Path, recipe: Recipe) -> None:
        self.folder, self.recipe = folder, recipe
        base = where(network.OBJECTS)
        few = where(network.DISTILLED)
        assert base is not None and few is not None  # they are the studio's own
        self.base = sha256_of(few)
        self.net = network.shipped(base)
        Adapters.read(few)[0].merge(self.net)
        self.net.to(memory_format=torch.channels_last)
        self.adapters = Adapters.fresh(self.net, recipe.rank, recipe.seed)
        self.parameters = [t.requires_grad_(True) for t in self.adapters.tensors().values()]
        self.adam = torch.optim.Adam(self.parameters, recipe.rate, betas=(0.9, 0.99))
        self.step, self.seconds = 0, 0.0
        names = captions_of((recipe.noun,)), captions_of(OTHERS)
        self.features = [network.encoded(group) for group in names]
        self.drawings = [self._drawn(i, group) for i, group in enumerate(names)]

    def _drawn(self, which: int, captions: list[str]) -> Tensor:
        """Drawings of the captions by the network itself, in its pixels [n,4,64,64]; drawn once."""
        path = self.folder / f"drawings-{which}.safetensors"
        if not path.exists():
            self.folder.mkdir(parents=True, exist_ok=True)
            made = network.draw(captions, seed=1, how=network.Sampling("few"))
            save_file({"x": to_pixels(made).contiguous()}, path)
        return load_file(path)["x"]

    def prediction(self, x: Tensor, sigma: Tensor, features: list[Tensor] | None) -> Tensor:
        """What the network says of noisy drawings under captions; None: under no caption."""
        longest = max(len(one) for one in features) if features else 1
        text, mask = torch.zeros(len(x), longest, 384), torch.zeros(len(x), longest, dtype=torch.bool)
        for i, one in enumerate(features or []):
            text[i, : len(one)], mask[i, : len(one)] = one.float(), True
        with torch.autocast("cpu", torch.bfloat16, enabled=network.halves("cpu")):
            return denoise(self.net, x, sigma, text, mask, upright(len(x))).float()

    def descend(self) -> tuple[float, float]:
        """One step; gives the distance to the pushed-away answer and to what was said of other things."""
        draw = np.random.default_rng([self.recipe.seed, self.step])
        half = self.recipe.batch // 2
        level = float(draw.choice(network.FEW_LEVELS))
        chosen = [draw.integers(0, len(group), half) for group in self.drawings]
        x0 = torch.cat([group[torch.from_numpy(i)] for group, i in zip(self.drawings, chosen, strict=True)])
        noise = torch.from_numpy(draw.standard_normal(x0.shape).astype(np.float32))
        x, sigma = x0 + level * noise, torch.full((len(x0),), level)
        features = [group[i] for group, picks in zip(self.features, chosen, strict=True) for i in picks]
        with torch.no_grad():
            said, unsaid = self.prediction(x, sigma, features), self.prediction(x[:half], sigma[:half], None)
            aim = torch.cat([unsaid - self.recipe.pushed * (said[:half] - unsaid), said[half:]])
        with self.adapters.beside(self.net):
            made = self.prediction(x, sigma, features)
        apart = (made - aim).square().flatten(1).mean(1)
        loss = apart[:half].mean() + 4 * apart[half:].mean()  # what is kept counts more, since there is more of it
        self.adam.zero_grad()
        loss.backward()
        self.step += 1
        self.adam.step()
        return float(apart[:half].mean().detach()), float(apart[half:].mean().detach())

    def groups(self) -> Mapping[str, Tensors]:
        return {"a": self.adapters.tensors(), "o": moments_of(self.adam)}

    def load(self, path: Path) -> None:
        """Go on from a checkpoint; the optimiser has no moments yet to copy into."""
        saved = read(path)
        with torch.no_grad():
            saved.into(self.adapters.tensors(), "a")
        put_back(self.adam, saved.group("o"))
        self.take(saved.facts)


def train(run: Erasing, minutes: float) -> None:
    """Until the time is up; a line of the log every 10 steps, a checkpoint every minute."""
    checkpoint = run.folder / "checkpoint.safetensors"

    def step(_left: float) -> dict[str, float]:
        begun = time.monotonic()
        erased, kept = run.descend()
        run.seconds += time.monotonic() - begun
        return {"erased": erased, "kept": kept}

    log = run.folder / "log.jsonl"
    until(clock(minutes), step, log, lambda: {"step": run.step}, lambda: run.save(checkpoint), every=10, save_minutes=1)


def measured(run: Erasing, count: int = 6) -> dict[str, Any]:
    """How many drawings of the noun, and of other things, CLIP takes for them: nearest mean vector of drawings by the network before, other seeds."""
    from pipelines.redteam.parts import report as paper
    from pipelines.redteam.parts import sampler
    from pipelines.redteam.parts.judge import vector

    def pictures(caption: str, seeds: range) -> list[np.ndarray]:
        painter = network.ObjectModel(run.net, "cpu")
        made = []
        for seed in seeds:
            (features,) = sampler.features_of([caption])
            denoiser = sampler.differentiable(painter, features, network.FEW_GUIDANCE)
            start = torch.randn(1, 4, 64, 64, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)
            with torch.no_grad():
                drawn = sampler.on_paper(sampler.drawn(denoiser, start, network.few_sigmas()))
            made.append(vector(paper.as_picture(drawn)))
        return made

    known = vocabulary()
    nouns = (run.recipe.noun, *OTHERS[:3])
    captions = [known.read(f"a red {noun}").wish.caption for noun in nouns]
    means = np.stack([np.mean(pictures(one, range(100, 102)), 0) for one in captions])
    with run.adapters.beside(run.net):
        seen = [
            [int((means @ one).argmax()) for one in pictures(caption, range(200, 200 + (count if i == 0 else 2)))]
            for i, caption in enumerate(captions)
        ]
    kept = sum(one == i for i, group in enumerate(seen) if i for one in group)
    return {
        "drawings of the noun that are still taken for it": f"{sum(one == 0 for one in seen[0])} of {len(seen[0])}",
        "drawings of other nouns that are taken for them": f"{kept} of {sum(len(group) for group in seen[1:])}",
    }


def export(run: Erasing, assets: Path) -> None:
    """Adapters in float16 and their card."""
    card = {
        "name": "erased",
        "what": f"low-rank adapters that erase “{run.recipe.noun}” from the six-step object network: the subject of redteam.erasure",
        "base": {"file": "few.safetensors", "sha256": run.base},
        "licence": "Apache-2.0 AND MIT, as few.safetensors, whose drawings it learned from; attribution in few.json",
        "data": f"{sum(map(len, run.drawings))} drawings by the network itself: {len(run.drawings[0])} of the noun, {len(run.drawings[1])} of {len(OTHERS)} other nouns",
        "recipe": asdict(run.recipe),
        "command": "python -m training.objects.erase --folder FOLDER --minutes MINUTES",
        "steps": run.step,
        "compute": compute(run.seconds),
        "result": measured(run),
    }
    run.adapters.save(assets / "erased.safetensors", {k: card[k] for k in ("name", "what", "licence", "base")})
    (assets / "erased.safetensors").chmod(0o644)
    write_card(assets / "erased.json", card)


def main() -> None:
    """Command line."""
    options = command("training.objects.erase", __doc__, 8, "the adapters").parse_args()
    use_threads()
    run = Erasing(options.folder, Recipe())
    resumed(run, options.folder)
    if options.land:
        export(run, options.assets)
    else:
        train(run, options.minutes)


if __name__ == "__main__":
    main()
