"""Training of the composing model: next token of written music; stop and go on at any time.

python -m training.music.train --folder FOLDER --minutes 60 --anneal 39
python -m training.music.train --folder FOLDER --land
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from pipelines.nets import music_tokens as mt
from pipelines.nets.music import MusicTransformer, Shape
from training.loop import Recipe, Run, averaged, card_of, command, land, train
from training.music import data as music_data

RECIPE = Recipe(batch=6144, rate=6e-3, decay=0.05, warm_steps=60)  # a batch counts tokens
HIDDEN = 0.03  # of the tokens, so that the features must be read
FORGET_MOOD = 0.15
OVERSAMPLED = 2  # chorales and the minor modes


class Batches:
    """Pieces as padded arrays. The same step always sees the same pieces."""

    def __init__(self, data: dict[str, Any], recipe: Recipe = RECIPE) -> None:
        self.tokens, self.features, self.starts = data["tokens"], data["features"], data["starts"]
        self.recipe = recipe
        held = np.array([music_data.is_held_out(name) for name in data["names"]])
        rare = [plan["style"] == "chorale" or plan["mode"] in ("minor", "dorian") for plan in data["plans"]]
        self.train = np.repeat(np.flatnonzero(~held), np.where(rare, OVERSAMPLED, 1)[~held])
        lengths = np.diff(self.starts)
        self.epoch_tokens = int(np.minimum(lengths[self.train], music_data.MAX_TOKENS).sum())
        self._epoch, self._groups = -1, []

    def group(self, step: int) -> np.ndarray:
        """The pieces of a step: neighbours in length, so that little is padded, in an order shuffled each epoch."""
        per = max(1, self.epoch_tokens // self.recipe.batch)
        epoch, index = divmod(step, per)
        if epoch != self._epoch:
            rng = np.random.default_rng([self.recipe.seed, epoch])
            lengths = np.minimum(np.diff(self.starts)[self.train], music_data.MAX_TOKENS)
            order = self.train[np.argsort(lengths + rng.uniform(0, 60, len(lengths)))]
            shares = np.cumsum(np.minimum(np.diff(self.starts)[order], music_data.MAX_TOKENS))
            cuts = np.searchsorted(shares, np.arange(1, per) * shares[-1] / per)
            groups = np.split(order, cuts)
            self._groups, self._epoch = [groups[i] for i in rng.permutation(per)], epoch
        return self._groups[index]

    def arrays(self, chosen: np.ndarray, rng: np.random.Generator) -> tuple[Tensor, Tensor, Tensor]:
        """Tokens before [n,t], features [n,t,f], targets [n,t] (-1 where there is none)."""
        spans = []
        for i in chosen:
            begin, high = int(self.starts[i]), int(self.starts[i + 1])
            low = begin + int(rng.integers(0, max(1, high - begin - music_data.MAX_TOKENS)))
            spans.append((low, min(high, low + music_data.MAX_TOKENS), begin))
        longest = max(high - low for low, high, _ in spans)
        before = np.zeros((len(spans), longest), np.int64)
        targets = np.full((len(spans), longest), -1, np.int64)
        features = np.zeros((len(spans), longest, len(mt.FEATURES)), np.int64)
        for row, (low, high, begin) in enumerate(spans):
            n = high - low
            targets[row, :n] = self.tokens[low:high]
            before[row, 1:n] = self.tokens[low : high - 1]
            before[row, 0] = self.tokens[low - 1] if low > begin else mt.START
            features[row, :n] = self.features[low:high]
            if rng.random() < FORGET_MOOD:
                features[row, :, list(mt.FEATURES).index("mood")] = 0
        return torch.from_numpy(before), torch.from_numpy(features), torch.from_numpy(targets)


def nll(net: MusicTransformer, before: Tensor, features: Tensor, targets: Tensor) -> Tensor:
    """Mean negative log-likelihood of the targets [n,t] in nats."""
    logits = net(before, features)
    return torch.nn.functional.cross_entropy(logits.flatten(0, 1), targets.flatten(), ignore_index=-1)


def begin(shape: Shape, batches: Batches) -> Run:
    """A run that has learned nothing yet."""
    torch.manual_seed(batches.recipe.seed)
    net = MusicTransformer(shape)

    def loss(run: Run) -> Tensor:
        rng = np.random.default_rng([run.recipe.seed, run.step, 1])
        before, features, targets = batches.arrays(batches.group(run.step), rng)
        return nll(
            net, before.masked_fill(torch.from_numpy(rng.random(before.shape) < HIDDEN), mt.START), features, targets
        )

    return Run(net, batches.recipe, loss, {"shape": shape.as_dict()})


def phrase_hashes(data: dict[str, Any], chosen: np.ndarray) -> np.ndarray:
    """Hashes of every run of four bars of the chosen pieces' melodies, sorted: what a composition may not repeat."""
    from pipelines.compose.parts.rules import phrases

    found: set[int] = set()
    for i in chosen:
        low, high = int(data["starts"][i]), int(data["starts"][i + 1])
        found.update(phrases(melody_bars(data["tokens"][low:high], data["features"][low:high])))
    return np.array(sorted(found), np.uint32)


def melody_bars(tokens: np.ndarray, features: np.ndarray) -> list[list[tuple[int, int]]]:
    """The soprano of encoded music, bar by bar."""
    bars: list[list[tuple[int, int]]] = []
    pitch = 0
    for token, row in zip(tokens.tolist(), features.tolist(), strict=True):
        if row[0] == 0 and row[1] == 0:
            bars.append([])
        elif row[0] == 1:
            pitch = token
        elif row[0] == 5:
            bars[-1].append((pitch, token - mt.DURATION))
    return bars


def export(data: dict[str, Any], folder: Path, assets: Path) -> None:
    """Averaged weights, phrase hashes for the check of novelty, and the card."""
    from safetensors.torch import save_file

    weights, facts = averaged(folder / "checkpoint.safetensors")
    chosen = np.unique(Batches(data).train)
    collections = {name.split("/")[0] for name in data["names"]}
    card = card_of(
        facts,
        "music",
        "decoder-only transformer over chords and voices, conditioned on metre, mode, style, tempo, density, mood and form",
        "works in the public domain; transcriptions shipped with music21 (BSD-3-Clause) with the encoders' permission, none restricted; code as the repository",
        "training.music.train --folder FOLDER --minutes MINUTES --anneal MINUTES",
        data=[
            {"package": "music21", "version": "10.5.1", "collection": c, "attribution": a}
            for c, a in {"bach": music_data.BACH, **music_data.FOLK}.items()
            if c in collections
        ],
        pieces={"trained_on": len(chosen), "left_out": data["left_out"]},
    )
    land(assets, "music", weights, card, card={k: card[k] for k in ("name", "what", "licence", "shape")})
    hashes = torch.from_numpy(phrase_hashes(data, chosen).view(np.int32).copy())
    save_file({"phrases": hashes}, assets / "music-phrases.safetensors")
    (assets / "music-phrases.safetensors").chmod(0o644)


def main() -> None:
    """Command line."""
    parser = command("training.music.train", __doc__, 60)
    cache = Path.home() / ".cache" / "afternoon-studio" / "training"
    parser.add_argument("--cache", type=Path, default=cache, help="the fetched wheel")
    options = parser.parse_args()
    data = music_data.prepare(options.cache, options.folder)
    if options.land:
        export(data, options.folder, options.assets)
    else:
        train(begin(Shape(), Batches(data)), options, begin=options.assets / "music.safetensors")


if __name__ == "__main__":
    main()
