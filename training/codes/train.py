"""Train the writer of codes: `python -m training.codes.train --folder FOLDER --minutes 120`; stop and go on at any time.

The autoencoder of the same folder (`training.codes.autoencoder`) gives the codes and stays as it is. Captions are dropped now and then, so that
guidance works (Ho & Salimans 2022); some codes are hidden; some drawings are written with kept places first, so that
half-erased ones can be completed. `--land` writes both networks and their card to assets/weights.
"""

from __future__ import annotations

import json
import math
from pathlib import Path

import numpy as np
import torch
from torch import Tensor
from torch.nn.attention import SDPBackend, sdpa_kernel

from pipelines.nets.code_autoencoder import CodeAutoencoder
from pipelines.nets.code_autoencoder import Shape as CodeShape
from pipelines.nets.code_writer import CodeWriter, Conditioning, Shape
from training.codes.autoencoder import NAME as AUTOENCODER
from training.codes.data import COLOUR_ROWS, POSE_ROWS, STYLE_ROWS, Pictures, pad_features, picture_of, prepare_codes
from training.loop import Recipe, Run, averaged, card_of, command, land, train
from training.objects import data as objects_data
from training.objects.train import with_cache
from training.objects.words import STYLES

NAME, RECIPE = "codes-writer", Recipe(batch=24, rate=5e-3, adam_rate=2e-3, warm_steps=40)
POOL = 60_000  # different pictures; each is encoded once
HIDDEN, COMPLETED = 0.05, 0.15


class Pool:
    """Codes of the first `size` pictures, encoded when first asked for and kept in a file: int16 [size,places], -1 where still missing."""

    def __init__(self, pictures: Pictures, autoencoder: CodeAutoencoder, path: Path, size: int = POOL) -> None:
        self.pictures, self.autoencoder, self.size = pictures, autoencoder, size
        if not path.exists():
            np.save(path, np.full((size, autoencoder.shape.places), -1, np.int16))
        self.kept = np.load(path, mmap_mode="r+")

    def codes(self, places: list[int]) -> Tensor:
        """int64 [n,places]"""
        missing = [p for p in places if self.kept[p, 0] < 0]
        if missing:
            x = torch.from_numpy(np.stack([picture_of(self.pictures.data, *self.pictures.view(p)) for p in missing]))
            with torch.no_grad():
                found = self.autoencoder.encode(x.contiguous(memory_format=torch.channels_last))
            self.kept[missing] = found.flatten(1).numpy().astype(np.int16)
        return torch.from_numpy(self.kept[places].astype(np.int64))

    def told(self, places: list[int]) -> tuple[list[np.ndarray], np.ndarray]:
        """Token features of the names [t,384], and rows of colour, style and pose [n,3]."""
        views = [self.pictures.view(p)[0] for p in places]
        rows = np.array([[v.told_colour, v.told_style, v.told_pose] for v in views])
        return [self.pictures.data.features[v.name] for v in views], rows


def orders(count: int, grid: int, generator: np.random.Generator) -> np.ndarray:
    """The places as they are written [n,grid*grid]: row by row; for some, a part of the drawing first, then the rest, each row by row."""
    every = np.arange(grid * grid)
    rows, columns = every // grid, every % grid
    orders = np.tile(every, (count, 1))
    for i in np.flatnonzero(generator.random(count) < COMPLETED):
        kind, cut = generator.integers(3), generator.uniform(0.2, 0.8) * grid
        if kind == 0:  # one side of it
            line = rows if generator.random() < 0.5 else columns
            kept = (line < cut) if generator.random() < 0.5 else (line >= cut)
        elif kind == 1:  # all but a rectangle
            top, left = generator.integers(0, grid - 2, 2)
            height, width = generator.integers(2, grid - 1, 2)
            kept = ~((rows >= top) & (rows < top + height) & (columns >= left) & (columns < left + width))
        else:
            kept = generator.random(grid * grid) < generator.uniform(0.1, 0.9)
        orders[i] = np.concatenate([every[kept], every[~kept]])
    return orders


def conditioning(names: list[np.ndarray], rows: np.ndarray, generator: np.random.Generator) -> Conditioning:
    """What is said of these pictures (token features of their names, and rows), with some of it left out."""
    text, mask = pad_features(names)
    rows[generator.random(rows.shape) < (0.12, 0.12, 0.2)] = 0
    nameless, silent = generator.random((2, len(rows))) < ((0.05,), (0.08,))
    mask[nameless | silent] = False
    rows[silent] = 0
    colour, style, pose = torch.from_numpy(rows).unbind(1)
    return Conditioning(torch.from_numpy(text), torch.from_numpy(mask), colour, style, pose)


class Loss:
    """Nats a code at a run's place."""

    def __init__(self, pool: Pool) -> None:
        self.pool = pool

    def __call__(self, run: Run) -> Tensor:
        count = run.recipe.batch
        generator = np.random.default_rng([run.recipe.seed, 3, run.seen])
        places = [(run.seen + i) % self.pool.size for i in range(count)]
        (names, rows), codes = self.pool.told(places), self.pool.codes(places)
        grid = math.isqrt(codes.shape[1])
        order = torch.from_numpy(orders(count, grid, generator))
        hidden = torch.from_numpy(generator.random((count, grid * grid - 1)) < HIDDEN)
        with run.autocast, sdpa_kernel(SDPBackend.MATH):  # the fused kernel's way back takes as long as all else
            return run.net(conditioning(names, rows, generator), codes, order, hidden).mean()


def read_autoencoder(path: Path) -> CodeAutoencoder:
    """The averaged autoencoder of a checkpoint, at rest."""
    weights, facts = averaged(path)
    net = CodeAutoencoder(CodeShape.from_dict(facts["shape"]))
    net.load_state_dict(weights)
    return net.eval().requires_grad_(False).to(memory_format=torch.channels_last)  # type: ignore[call-overload]


def begin(pool: Pool, recipe: Recipe = RECIPE) -> Run:
    """A run that has learned nothing yet."""
    torch.manual_seed(recipe.seed)
    of, tables = pool.autoencoder.shape, (COLOUR_ROWS, STYLE_ROWS, POSE_ROWS)
    shape = Shape(of.levels, of.places, **dict(zip(("colours", "styles", "poses"), map(len, tables))))
    net = CodeWriter(shape)
    net.whiten(torch.from_numpy(np.concatenate(list(pool.pictures.data.features.values()))))
    return Run(net, recipe, Loss(pool), {"shape": shape.as_dict()})


def export(folder: Path, assets: Path) -> None:
    """Both averaged networks, the vectors of the words, and the card."""
    held_out, drawings, words = (
        json.loads((folder / f"{n}.json").read_text()) for n in ("held_out", "drawings", "words")
    )
    pairs = {tuple(pair) for pair in held_out["noun_style"]}
    drawn = [d for d in drawings if (d["noun"], d["style"]) not in pairs]
    nouns = sorted({d["noun"] for d in drawn})
    styles = {known[0]: key for key, known in STYLES.items() if key in {d["set"] for d in drawn}}
    sources = objects_data.attribute_sources({*styles.values(), "emojibase"})
    weights, parts = {}, {}
    for part, name, module in (("autoencoder", AUTOENCODER, "autoencoder"), ("writer", NAME, "train")):
        tensors, facts = averaged(folder / f"{name}.safetensors")
        weights |= {f"{part}.{key}": value for key, value in tensors.items()}
        parts[part] = {**facts, "command": f"python -m training.codes.{module} --folder FOLDER"}
    card = card_of(
        {**parts["writer"], "seconds": sum(part["seconds"] for part in parts.values())},
        "codes",
        "autoencoder of 64x64 drawings with alpha with 8x8 codes (finite scalar quantisation), and a transformer that writes them, "
        "told a name by MiniLM token features, a colour, a style and a pose",
        sources.pop("licence"),
        "training.codes.train --folder FOLDER --minutes MINUTES",
        **sources,
        styles=styles,
        style_words={known[0]: list(known) for known in STYLES.values() if known[0] in styles},
        nouns=nouns,
        words={noun: others for noun, others in words.items() if noun in set(nouns) and others},
        drawings=len(drawn),
        held_out=held_out,
        rows={"colours": COLOUR_ROWS, "styles": STYLE_ROWS, "poses": POSE_ROWS},
        **parts,
    )
    brief = {k: card[k] for k in ("name", "what", "licence", "rows")}
    land(assets, "codes", weights, card, card={**brief, **{part: facts["shape"] for part, facts in parts.items()}})
    objects_data.land_words(assets, "codes", card)


def main() -> None:
    """Command line."""
    options = with_cache(command("training.codes.train", __doc__, 60)).parse_args()
    if options.land:
        export(options.folder, options.assets)
        return
    pictures = Pictures(prepare_codes(options.cache, options.folder))
    pool = Pool(
        pictures, read_autoencoder(options.folder / f"{AUTOENCODER}.safetensors"), options.folder / "codes-pool.npy"
    )
    train(begin(pool), options, NAME, options.assets / "codes.safetensors", "writer.")


if __name__ == "__main__":
    main()
