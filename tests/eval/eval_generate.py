"""`python -m tests.eval.eval_generate [objects] [samplers] [enlarger] [likelihood]`: what the landed object model draws, judged.

Each part prints a table and adds to bench/eval_generate.json. --prompts, --cache and --card say how much, from where, and whether
the result goes onto the model's card.
"""

from __future__ import annotations

import argparse
import json
import time
from pathlib import Path

import numpy as np
import torch

from pipelines.generate.drawing import network, words
from pipelines.generate.drawing.enlarger import enlarged
from pipelines.training import objects_batches, objects_data
from tests.eval import judge

PARTS = ("objects", "samplers", "enlarger", "likelihood")
RESULT = Path("bench/eval_generate.json")
RUNS = (
    ("dpm", 4), ("dpm", 8), ("dpm", 12), ("dpm", 18), ("dpm", 36), ("euler", 8), ("euler", 18), ("ddim", 18), ("heun", 5), ("heun", 9),
    ("heun", 18), ("ddpm", 18), ("ddpm", 60), ("langevin", 12), ("adaptive", 18), ("pfgm", 9),
)  # fmt: skip


def eight_bits(drawings: torch.Tensor) -> list[np.ndarray]:
    """Straight RGBA 0..1 [n,4,h,w] -> uint8 [h,w,4] each."""
    return list((drawings.permute(0, 2, 3, 1).clamp(0, 1) * 255).round().byte().numpy())


def wishes(card: dict, known: judge.Judge, count: int, seed: int = 11) -> dict[str, list[words.Wish]]:
    """The prompts of the main table: trained pairs, held-out pairs, held-out colours."""
    generator = np.random.default_rng(seed)
    held = {(n, s) for n, s in card["held_out"]["noun_style"]}
    fair = set(known.nouns)
    trained = sorted((d.noun, d.style) for d in known.originals if (d.noun, d.style) not in held and d.noun in fair)
    unseen = sorted(pair for pair in held if pair[0] in fair and pair in known.place)
    painted = sorted((n, c) for c, n in card["held_out"]["colour_noun"] if n in fair)
    third = count // 3
    first = [trained[i] for i in generator.permutation(len(trained))[: count - 2 * third]]
    second = [unseen[i % len(unseen)] for i in range(third)]
    chosen = [painted[i] for i in generator.permutation(len(painted))[:third]]
    styles = tuple(card["styles"])
    return {
        "trained": [words.Wish(n, s) for n, s in first],
        "held-out noun and style": [words.Wish(n, s) for n, s in second],
        "held-out colour and noun": [words.Wish(n, styles[i % len(styles)], c) for i, (n, c) in enumerate(chosen)],
    }


def said_colour(rgba: np.ndarray) -> str:
    """The colour word of a drawing's main colour."""
    _, mean, _ = objects_batches.main_colour(rgba)
    return objects_batches.colour_word(mean)


def objects(card: dict, known: judge.Judge, count: int) -> dict:
    """Named right by noun, style and colour; KID; against the artists' own drawings under the same judge."""
    result: dict = {}
    pairs = [(d.noun, d.style) for d in known.originals if d.noun in set(known.nouns)]
    own = known.features[[known.place[p] for p in pairs]]
    ranks = known.ranks(own, pairs)
    result["artists"] = {"count": len(pairs), "top1": float((ranks < 1).mean()), "top5": float((ranks < 5).mean())}
    every = []
    for group, asked in wishes(card, known, count).items():
        begun = time.perf_counter()
        drawn = network.draw([w.caption for w in asked], seed=101, how=network.Sampling())
        seconds = time.perf_counter() - begun
        pictures, pairs = eight_bits(drawn), [(w.noun, w.style) for w in asked]
        found = judge.features(pictures)
        ranks = known.ranks(found, pairs)
        part = {"count": len(asked), "top1": float((ranks < 1).mean()), "top5": float((ranks < 5).mean())}
        near = known.ranks_among_artists(found, pairs)
        part |= {
            "top1 among artists' drawings": float((near < 1).mean()),
            "top5 among artists' drawings": float((near < 5).mean()),
        }
        part["style"] = known.style_right(found, pairs)
        if asked[0].colour:
            part["colour"] = float(np.mean([said_colour(p) == w.colour for p, w in zip(pictures, asked)]))
        else:
            part["alike"] = known.alike(found, pairs)
        part["seconds_each"] = seconds / len(asked)
        result[group] = part
        every.append(found if not asked[0].colour else found[:0])
    result["kid"] = judge.kernel_distance(np.concatenate(every), known.features)
    half = np.random.default_rng(0).permutation(len(known.features))
    result["kid of artists' halves"] = judge.kernel_distance(known.features[half[::2]], known.features[half[1::2]])
    return result


def samplers(card: dict, known: judge.Judge, count: int) -> dict:
    """Likeness to the artist's drawing and top-5 against network evaluations, the same prompts and noise for all."""
    asked = wishes(card, known, 3 * count)["trained"][:count]
    pairs, result = [(w.noun, w.style) for w in asked], {}
    for sampler, steps in RUNS:
        calls = [0]
        with network.load(network.OBJECTS) as painter:
            plain = painter._said

            def counted(*arguments, plain=plain, calls=calls):
                calls[0] += 1
                return plain(*arguments)

            painter._said = counted
            try:
                drawn = network.draw([w.caption for w in asked], seed=7, how=network.Sampling(sampler, steps))
            finally:
                del painter._said
        found = judge.features(eight_bits(drawn))
        ranks = known.ranks(found, pairs)
        key = f"{sampler} {steps}"
        result[key] = {
            "evaluations": calls[0] / len(asked),
            "alike": known.alike(found, pairs),
            "top5": float((ranks < 5).mean()),
        }
        print(
            f"  {key:<14} {result[key]['evaluations']:6.1f} evaluations  alike {result[key]['alike']:.3f}  top-5 {result[key]['top5']:.2f}",
            flush=True,
        )
    return result


def enlarger(card: dict, known: judge.Judge, count: int) -> dict:
    """64 -> 512 against the vector original: error, edge strength and CLIP distance; ours and bicubic; drawings never trained on."""
    from PIL import Image

    held = {(n, s) for n, s in card["held_out"]["noun_style"]}
    chosen = [d for d in known.originals if (d.noun, d.style) in held][:count]
    cache = known.cache
    icons = {key: objects_data.icons_of(cache, key) for key in {d.set for d in chosen}}
    truth = [objects_data.render(icons[d.set][d.icon], 512) for d in chosen]
    small = [
        np.asarray(Image.fromarray(t).convert("RGBa").resize((64, 64), Image.Resampling.BOX).convert("RGBA"))
        for t in truth
    ]
    ours = [np.asarray(enlarged(torch.from_numpy(s.astype(np.float32) / 255).permute(2, 0, 1), 512)) for s in small]
    cubic = [
        np.asarray(Image.fromarray(s).convert("RGBa").resize((512, 512), Image.Resampling.BICUBIC).convert("RGBA"))
        for s in small
    ]
    target, result = judge.features(truth), {}
    for name, made in (("ours", ours), ("bicubic", cubic)):
        errors = [np.mean((_over(m) - _over(t)) ** 2) for m, t in zip(made, truth)]
        steep = [np.quantile(_slope(m), 0.995) / np.quantile(_slope(t), 0.995) for m, t in zip(made, truth)]
        distance = 1 - (judge.features(made) * target).sum(1)
        result[name] = {
            "psnr": float(np.mean([-10 * np.log10(max(e, 1e-9)) for e in errors])),
            "edge_strength": float(np.mean(steep)),
            "clip_distance": float(distance.mean()),
        }
    result["count"] = len(chosen)
    return result


def _over(rgba: np.ndarray) -> np.ndarray:
    pixels = rgba.astype(np.float32) / 255
    return pixels[..., :3] * pixels[..., 3:] + 1 - pixels[..., 3:]


def _slope(rgba: np.ndarray) -> np.ndarray:
    light = _over(rgba).mean(-1)
    return np.hypot(np.diff(light, axis=0)[:, :-1], np.diff(light, axis=1)[:-1])


def likelihood(card: dict, known: judge.Judge, count: int) -> dict:
    """Bits per dimension of drawings trained on, held out, and of the judging set; with their own words and without."""
    from pipelines.generate.likelihood import likelihood as measure

    held = {(n, s) for n, s in card["held_out"]["noun_style"]}
    groups = {
        "trained": [d for d in known.originals if (d.noun, d.style) not in held],
        "held out": [d for d in known.originals if (d.noun, d.style) in held],
    }
    result: dict = {}
    for name, drawings in groups.items():
        rows = []
        for d in [drawings[i] for i in np.random.default_rng(3).permutation(len(drawings))[:count]]:
            from PIL import Image

            said = measure(Image.fromarray(known.renders[d.row]), prompt=f"{words.article(d.noun)}, {d.style}")
            rows.append(list(said.detail["bits_per_dimension"].values()))
        plain, told = np.mean(rows, axis=0)
        result[name] = {"count": len(rows), "without words": float(plain), "with words": float(told)}
    return result


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.eval.eval_generate", description=__doc__)
    parser.add_argument("parts", nargs="*", default=list(PARTS), help=f"any of {', '.join(PARTS)}")
    parser.add_argument("--prompts", type=int, default=306)
    parser.add_argument("--few", type=int, default=24, help="drawings of the slower parts")
    parser.add_argument("--cache", type=Path, default=objects_data.default_cache())
    parser.add_argument("--card", action="store_true", help="write the result onto the model's card")
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    card = json.loads(words.CARD.read_text())
    known = judge.Judge(card, arguments.cache)
    result = json.loads(RESULT.read_text()) if RESULT.exists() else {}
    for part in arguments.parts:
        count = arguments.prompts if part == "objects" else arguments.few
        found = globals()[part](card, known, count if part != "likelihood" else max(2, count // 6))
        result[part] = found
        flat = [
            (f"{group}: {key}", f"{value:.3f}")
            for group, d in found.items()
            if isinstance(d, dict)
            for key, value in d.items()
        ]
        judge.table(part, flat + [(k, f"{v:.4f}") for k, v in found.items() if not isinstance(v, dict)])
        judge.write(RESULT, result)
    if arguments.card:
        words.CARD.write_text(json.dumps(card | {"result": result}, indent=1, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
