"""Both engines asked for the same drawings, and what the judges say of them."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch

from measure.eval import judge
from measure.eval.generate_pages import KID_OF_ARTISTS
from pipelines.drawing import code_network, network, words
from pipelines.drawing.code_sampling import How
from pipelines.vision.oklab import colour_word, main_colour

ENGINES = ("codes", "objects")
STYLES = ("soft 3d", "flat", "cartoon")  # those that both know
Pairs = list[tuple[str, str]]


@dataclass(frozen=True)
class Asked:
    """The prompts of the table: trained pairs, pairs kept back, colours kept back."""

    groups: dict[str, list[words.DrawingRequest]]

    @classmethod
    def of(cls, card: dict, known: judge.Judge, count: int, seed: int = 11) -> Asked:
        """`count` prompts in three parts of nouns that the judging set has; what a name's own colour contradicts is not asked."""
        generator = np.random.default_rng(seed)
        held = {(n, s) for n, s in card["held_out"]["noun_style"]}
        fair = {n for n in known.nouns if n in set(card["nouns"])}
        trained = sorted((d.noun, d.style) for d in known.originals if (d.noun, d.style) not in held and d.noun in fair)
        unseen = sorted(pair for pair in held if pair[0] in fair and pair in known.place)
        coloured = [n for n in fair if not set(n.split()) & set(words.COLOURS)]
        painted = sorted((n, c) for c, n in card["held_out"]["colour_noun"] if n in coloured)
        third = count // 3
        first = [trained[i] for i in generator.permutation(len(trained))[: count - 2 * third]]
        chosen = [painted[i] for i in generator.permutation(len(painted))[:third]]
        return cls(
            {
                "trained": [words.DrawingRequest(n, s) for n, s in first],
                "pairs never seen": [words.DrawingRequest(*unseen[i % len(unseen)]) for i in range(third)],
                "colours never drawn": [words.DrawingRequest(n, STYLES[i % 3], c) for i, (n, c) in enumerate(chosen)],
            }
        )


def eight_bits(drawings: torch.Tensor) -> list[np.ndarray]:
    """Straight RGBA 0..1 [n,4,h,w] -> uint8 [h,w,4] each."""
    return list((drawings.permute(0, 2, 3, 1).clamp(0, 1) * 255).round().byte().numpy())


def drawn(
    engine: str,
    asked: Sequence[words.DrawingRequest],
    cache: Path | None = None,
    seed: int = 101,
    how: How | None = None,
) -> tuple[list[np.ndarray], float]:
    """One drawing of each wish at the engine's defaults, uint8 RGBA [64,64,4], and processor seconds a drawing; kept in a cache folder.

    Drawings are the same alone and in a batch, so an evaluation that was stopped goes on where it was.
    """
    folder = None if cache is None else cache / "drawn"
    weights = hashlib.sha256((words.CARD.parent / f"{engine}.safetensors").read_bytes()).hexdigest()
    pictures, spent = [], []
    for i, wish in enumerate(asked):
        key = hashlib.sha256(repr((engine, weights, wish, seed, i, how)).encode()).hexdigest()[:20]
        path = None if folder is None else folder / f"{key}.npz"
        if path is None or not path.exists():
            begun = time.process_time()
            picture = _one(engine, wish, seed, i, how)
            seconds = time.process_time() - begun
            if path is None:
                pictures.append(picture)
                spent.append(seconds)
                continue
            path.parent.mkdir(parents=True, exist_ok=True)
            np.savez_compressed(path, picture=picture, seconds=seconds)
        with np.load(path) as kept:
            pictures.append(kept["picture"])
            spent.append(float(kept["seconds"]))
    return pictures, float(np.median(spent))


def _one(engine: str, wish: words.DrawingRequest, seed: int, number: int, how: How | None) -> np.ndarray:
    if engine == "codes":
        return eight_bits(code_network.write([wish], seed=seed, how=how or How(), first=number).pictures)[0]
    return eight_bits(network.draw([wish.caption], seed=seed, how=network.Sampling(), first=number))[0]


def said_colour(rgba: np.ndarray) -> str:
    """The colour word of a drawing's main colour."""
    return colour_word(main_colour(rgba)[1])


def pairs_of(asked: Sequence[words.DrawingRequest]) -> Pairs:
    """(noun, style) of wishes."""
    return [(w.noun, w.style) for w in asked]


def named(known: judge.Judge, pictures: Sequence[np.ndarray], pairs: Pairs) -> tuple[dict, np.ndarray]:
    """First and in the first five among all judged names, style right; and the features."""
    found = judge.features(pictures, known.cache)
    ranks = known.ranks(found, pairs)
    part = {"count": len(pairs), "top1": float((ranks < 1).mean()), "top5": float((ranks < 5).mean())}
    return {**part, "style": known.style_right(found, pairs)}, found


def artists(card: dict, known: judge.Judge, asked: Asked) -> dict:
    """What the same judges say of the artists' own drawings: the ceiling. Colours are painted onto them."""
    from pipelines.vision.oklab import recolour

    result = {}
    for group, wishes in asked.groups.items():
        pictures = []
        for wish in wishes:
            drawing = known.renders[known.originals[known.place[wish.noun, wish.style]].row]
            if wish.colour:
                hue, mean, _ = main_colour(drawing)
                rgb = recolour(drawing[..., :3] / 255.0, hue, mean, wish.colour)
                drawing = np.concatenate([(rgb * 255).round().astype(np.uint8), drawing[..., 3:]], -1)
            pictures.append(drawing[::2, ::2])
        result[group] = _coloured(named(known, pictures, pairs_of(wishes))[0], wishes, pictures)
    return result


def _coloured(part: dict, asked: Sequence[words.DrawingRequest], pictures: Sequence[np.ndarray]) -> dict:
    if asked[0].colour:
        part["colour"] = float(np.mean([said_colour(p) == w.colour for p, w in zip(pictures, asked, strict=True)]))
    return part


def judged(engine: str, card: dict, known: judge.Judge, asked: Asked) -> dict:
    """An engine's rows: named, styled and coloured right, near copies, KID, processor seconds a drawing."""
    held = {(n, s) for n, s in card["held_out"]["noun_style"]}
    trained, result, every = judge.Trained(known, held), {}, []
    for group, wishes in asked.groups.items():
        pictures, seconds = drawn(engine, wishes, known.cache)
        part, found = named(known, pictures, pairs_of(wishes))
        part = _coloured(part, wishes, pictures)
        distances = trained.distances(pictures)
        part |= {"near copies": float((distances < trained.COPY).mean()), "distance": float(np.median(distances))}
        result[group] = {**part, "seconds_each": seconds}
        if not wishes[0].colour:
            every.append(found)
    result["kid"] = judge.kernel_distance(np.concatenate(every), known.features)
    half = np.random.default_rng(0).permutation(len(known.features))
    result[KID_OF_ARTISTS] = judge.kernel_distance(known.features[half[::2]], known.features[half[1::2]])
    return result


def card_of(engine: str) -> dict:
    """An engine's card."""
    return json.loads(words.CARD.with_name(f"{engine}.json").read_text())
