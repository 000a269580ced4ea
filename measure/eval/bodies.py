"""Beings drawn by the codes and painted by code: bits of figures trained on and kept back, near copies, and the right noun by CLIP.

`python -m measure.eval.eval_generate bodies --folder FOLDER --weights NAME=FILE …`: FOLDER holds a training's pool of figures (`training.codes.figures`).
"""

from __future__ import annotations

import argparse
import hashlib
import json
from collections.abc import Sequence
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from measure.eval import engines, judge
from measure.eval.figure_judges import kind_of
from pipelines.drawing import code_sampling, pictures
from pipelines.drawing.code_network import Scribe, named
from pipelines.drawing.code_sampling import How
from pipelines.drawing.words import ASSETS, DrawingRequest
from pipelines.figures import Character, act, draw, everything
from training.codes import figures
from training.codes.data import FIGURES, network_pixels
from training.objects.train import contact_sheet

SHEETS = Path("bench/bodies")
WEIGHTS = ASSETS / "weights" / "codes.safetensors"
SHEET = 32
SHOWN = 400  # every training sees the first places of its pool


def beings(known: judge.Judge) -> dict[str, str]:
    """Noun of the judge -> kind of figure, for all nouns that are people, animals and wonders with a body."""
    kinds = everything()
    return {noun: kind_of(noun) for noun in sorted(known.nouns) if kind_of(noun) in kinds}


def upright(premultiplied: np.ndarray) -> np.ndarray:
    """Premultiplied RGBA uint8 as straight RGBA uint8."""
    picture = premultiplied.astype(np.float32)
    picture[..., :3] *= 255 / np.maximum(picture[..., 3:], 1)
    return picture.round().clip(0, 255).astype(np.uint8)


def painted(kind: str) -> np.ndarray:
    """A kind as the figures' own code paints it: straight RGBA [64,64,4]."""
    who = Character(kind)
    return upright(figures.squared(draw(who, act(who.figure, "stand", 1.0), figures.TALL_PX, facing=-1).rgba))


# ---- bits ----------------------------------------------------------------------------------------------------------------


def bits(scribe: Scribe, told: Sequence[Any], codes: Tensor) -> float:
    """Mean bits of drawings [n,places], each with its conditioning."""
    found = [float(code_sampling.nats(scribe.writer, t, c[None]).sum()) for t, c in zip(told, codes, strict=True)]
    return float(np.mean(found) / np.log(2))


def bits_of_figures(scribe: Scribe, shown: Sequence[figures.Recipe]) -> float:
    """Bits a figure, told its name, colour and pose, and its style where the weights have one for figures."""
    rows = [one.rows for one in shown]
    known = FIGURES in scribe.rows.styles
    told = [
        scribe.conditioning(text, colour, style if known else 0, pose)
        for text, (colour, style, pose) in zip(named([one.name for one in shown]), rows, strict=True)
    ]
    made = [torch.from_numpy(network_pixels(figures.painted(one).astype(np.float32) / 255)) for one in shown]
    return bits(scribe, told, torch.stack([scribe.codes(x) for x in made]))


def bits_of_artists(scribe: Scribe, known: judge.Judge, chosen: Sequence[Any]) -> float:
    """Bits an artist's drawing, told its noun and style."""
    told = [scribe.wish(DrawingRequest(d.noun, d.style), named([d.noun])[0]) for d in chosen]
    made = [pictures.small(Image.fromarray(known.renders[d.row]), 64, centred=False) for d in chosen]
    return bits(scribe, told, torch.stack([scribe.codes(x) for x in made]))


def gaps(scribe: Scribe, known: judge.Judge, held: set[tuple[str, str]], count: int) -> dict[str, dict[str, float]]:
    """Bits of what was trained on and of what was kept back, and how many times as many."""
    generator = np.random.default_rng(3)
    trained = [d for d in known.originals if (d.noun, d.style) not in held]
    back = [d for d in known.originals if (d.noun, d.style) in held]
    some = [[group[i] for i in generator.permutation(len(group))[:count]] for group in (trained, back)]
    every = (figures.recipe(place) for place in range(SHOWN))
    shown = [
        list(islice((one for one in every if one.pairs), count)),  # what is kept back has at least one pair, too
        [figures.recipe(i, held=True) for i in range(count)],
    ]
    found = {
        "figures": [bits_of_figures(scribe, part) for part in shown],
        "artists' drawings": [bits_of_artists(scribe, known, part) for part in some],
    }
    return {k: {"trained": a, "kept back": b, "ratio": b / a} for k, (a, b) in found.items()}


# ---- drawings ------------------------------------------------------------------------------------------------------------


def drawn(
    scribe: Scribe, nouns: Sequence[str], styles: Sequence[str], folder: Path, seed: int = 101
) -> list[np.ndarray]:
    """One drawing of each noun at the product's defaults, the styles in turn: straight RGBA uint8 [64,64,4]; kept in a folder."""
    found = []
    for i, (noun, text) in enumerate(zip(nouns, named(nouns), strict=True)):
        wish = DrawingRequest(noun, styles[i % len(styles)])
        path = folder / f"{hashlib.sha256(repr((wish, seed, i)).encode()).hexdigest()[:20]}.npy"
        if path.exists():
            found.append(np.load(path))
            continue
        dice = torch.Generator().manual_seed(1000 * seed + i)
        codes = code_sampling.write(scribe.writer, scribe.wish(wish, text), None, How(), dice)
        found += engines.eight_bits(scribe.pixels(codes[None]))
        folder.mkdir(parents=True, exist_ok=True)
        np.save(path, found[-1])
    return found


def through(scribe: Scribe, made: Sequence[np.ndarray]) -> list[np.ndarray]:
    """Straight RGBA uint8 [64,64,4] as the autoencoder gives them back: the best that a writer of its codes can do."""
    premultiplied = [np.concatenate([p[..., :3] * (p[..., 3:] / 255), p[..., 3:]], -1) / 255 for p in made]
    codes = [scribe.codes(torch.from_numpy(network_pixels(p.astype(np.float32)))) for p in premultiplied]
    return engines.eight_bits(scribe.pixels(torch.stack(codes)))


def row(
    known: judge.Judge, made: Sequence[np.ndarray], nouns: Sequence[str], mean: np.ndarray, near: np.ndarray
) -> dict:
    """The right noun first and in five, and near copies. `mean` [512] is what all pictures of this style have in common."""
    found = judge.features(made, known.cache)
    alike = ((found - mean) / known.deviation) @ known.prototypes.T
    right = alike[np.arange(len(nouns)), [known.nouns.index(n) for n in nouns]]
    ranks = (alike > right[:, None]).sum(1)
    part = {"count": len(nouns), "top1": float((ranks < 1).mean()), "top5": float((ranks < 5).mean())}
    return {**part, "near copies": float((near < judge.Trained.COPY).mean())}


def nearest(made: Sequence[np.ndarray], learned: np.ndarray) -> np.ndarray:
    """Root mean square to the nearest learned picture [n,32*32*4], for straight RGBA pictures."""
    return np.array([np.sqrt(((learned - judge.coarse(p).reshape(1, -1)) ** 2).mean(1).min()) for p in made])


def learned_figures(folder: Path, count: int) -> np.ndarray:
    """The first pictures of the pool, small and premultiplied: float32 [n,32*32*4]."""
    pool = np.load(folder / "codes-figures-pictures.npy", mmap_mode="r")[:count].astype(np.float32) / 255
    return pool.reshape(len(pool), 32, 2, 32, 2, 4).mean((2, 4)).reshape(len(pool), -1)


def named_right(path: Path, known: judge.Judge, held: set[tuple[str, str]], pool: np.ndarray, sheet: Path) -> dict:
    """Rows of beings drawn in the artists' styles and as painted figures, where the weights know that style."""
    scribe = Scribe.read(path)
    folder = known.cache / "drawn" / hashlib.sha256(path.read_bytes()).hexdigest()[:16]
    wanted = beings(known)
    nouns, own = list(wanted), [painted(kind) for kind in wanted.values()]
    trained, result, never = judge.Trained(known, held), {}, np.full(len(own), np.inf)
    made = drawn(scribe, nouns, engines.STYLES, folder)
    means = np.stack([known.style_means[engines.STYLES[i % 3]] for i in range(len(nouns))])
    result["codes, artists' styles"] = row(known, made, nouns, means, trained.distances(made))
    save(made, sheet.with_name(f"{sheet.name}-artists.png"))
    back = through(scribe, own)
    decoded = judge.features(back, known.cache).mean(0)
    if FIGURES in scribe.rows.styles:
        made = drawn(scribe, nouns, (FIGURES,), folder)
        result[f"codes, {FIGURES}"] = row(known, made, nouns, decoded, nearest(made, pool))
        save(made, sheet.with_name(f"{sheet.name}-figures.png"))
    result["figures painted by code, to codes and back"] = row(known, back, nouns, decoded, never)
    save(back, sheet.with_name(f"{sheet.name}-back.png"))
    result["figures painted by code"] = row(known, own, nouns, judge.features(own, known.cache).mean(0), never)
    save(own, sheet.with_name("painted.png"))
    return result


def save(made: Sequence[np.ndarray], path: Path) -> None:
    """A sheet of the first pictures."""
    x = torch.from_numpy(np.stack(made[:SHEET]).astype(np.float32) / 255).permute(0, 3, 1, 2)
    path.parent.mkdir(parents=True, exist_ok=True)
    contact_sheet(x, path)


def measured(card: dict, known: judge.Judge, options: argparse.Namespace) -> dict:
    """All figures of the weights that `options.weights` names (NAME=FILE), beside `options.folder`'s pool of figures."""
    held = {(n, s) for n, s in card["held_out"]["noun_style"]}
    pool = learned_figures(options.folder, options.shown)
    result = {}
    for said in options.weights or [f"landed={WEIGHTS}"]:
        name, _, path = said.partition("=")
        result[name] = {
            "bits": gaps(Scribe.read(Path(path)), known, held, options.few),
            "named": named_right(Path(path), known, held, pool, SHEETS / name),
        }
        print(f"  {name}: {json.dumps(result[name])}", flush=True)
    return result
