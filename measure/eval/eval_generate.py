"""`python -m measure.eval.eval_generate [engines] [writing] [samplers] [enlarger] [likelihood] [scenes]`: what both engines draw, judged.

Each part prints a table and adds to bench/eval_generate.json. --prompts, --few, --cache and --engine say how much, from where, and of what;
`--docs` puts all tables into docs/notes/generate-figures.md, `--card` the engines' rows onto their cards. CLIP's features of every picture are kept in the cache.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import numpy as np
import torch

from measure import pages, results
from measure.eval import engines as drawing
from measure.eval import generate_pages, judge
from pipelines.diffusion import sampling
from pipelines.drawing import network, words
from pipelines.drawing.code_sampling import How
from pipelines.drawing.enlarger import enlarged
from training.objects import data as objects_data

PARTS = (
    "engines",
    "writing",
    "samplers",
    "enlarger",
    "likelihood",
    "scenes",
)  # and bodies, which needs a training's --folder
RESULT = "eval_generate"  # in bench/
RUNS = (
    ("few", 6),
    ("dpm", 4),
    ("dpm", 6),
    ("dpm", 8),
    ("dpm", 12),
    ("dpm", 18),
    ("dpm", 36),
    ("euler", 8),
    ("ddim", 18),
    ("heun", 5),
    ("heun", 9),
    ("ddpm", 18),
    ("ddpm", 36),
    ("langevin", 12),
    ("adaptive", 18),
    ("pfgm", 9),
    ("pfgm", 9, 128.0, "untuned"),
    ("pfgm", 9, 2048.0),
)
WAYS = (
    How(),
    How(1, 0.0),
    How(200, 0.7),
    How(200, 1.0),
    How(6000, 1.0),
    How(200, 0.9, 1.0),
    How(200, 0.9, 3.0),
    How(200, 0.9, 4.0),
)


def engines(card: dict, known: judge.Judge, options: argparse.Namespace) -> dict:
    """Both engines and the artists on the same prompts."""
    asked = drawing.Asked.of(card, known, options.prompts)
    result = {"artists": drawing.artists(card, known, asked)}
    for engine in options.engine or drawing.ENGINES:
        result[engine] = drawing.judged(engine, card, known, asked)
        print(f"  {engine}: {json.dumps(result[engine])}", flush=True)
    return result


def writing(card: dict, known: judge.Judge, options: argparse.Namespace) -> dict:
    """Codes: top k, temperature and guidance against being named right, style, and nearness to what was learned."""
    asked = drawing.Asked.of(card, known, 3 * options.few).groups
    held = {(n, s) for n, s in card["held_out"]["noun_style"]}
    trained, result = judge.Trained(known, held), {}
    for how in WAYS:
        wishes = [*asked["trained"], *asked["pairs never seen"]]
        pictures, _ = drawing.drawn("codes", wishes, known.cache, seed=7, how=how)
        part, _ = drawing.named(known, pictures, drawing.pairs_of(wishes))
        part["near copies"] = float((trained.distances(pictures) < trained.COPY).mean())
        result[f"k {how.top_k} t {how.temperature} g {how.guidance}"] = part
    return result


def samplers(card: dict, known: judge.Judge, options: argparse.Namespace) -> dict:
    """Likeness to the artist's drawing and top-5 against evaluations (and passes of the network: guided ones take two), same prompts and noise."""
    asked = drawing.Asked.of(card, known, 3 * options.few).groups["trained"]
    pairs, result = drawing.pairs_of(asked), {"count": len(asked)}
    told = network.encoded([w.caption for w in asked])
    for sampler, steps, *more in RUNS:
        how = network.Sampling(sampler, steps, **({"dimensions": more[0]} if more else {}))
        with network.load(network.OBJECTS if "untuned" in more else how.card) as painter:
            drawn, evaluations, passes = _together(painter, told, how)
        found = judge.features(drawing.eight_bits(drawn), known.cache)
        key = (
            f"{sampler} {steps}"
            + (f" D={how.dimensions:g}" if sampler == "pfgm" else "")
            + (" untuned" if "untuned" in more else "")
        )
        result[key] = {
            "evaluations": evaluations,
            "network passes": passes,
            "alike": known.alike(found, pairs),
            "top5": float((known.ranks(found, pairs) < 5).mean()),
        }
        print(f"  {key:<24} {json.dumps(result[key])}", flush=True)
        results.keep(RESULT, results.kept(RESULT) | {"samplers": result})
    return result


def _together(
    painter: network.ObjectModel, told: list[torch.Tensor], how: network.Sampling
) -> tuple[torch.Tensor, float, float]:
    """Drawings of captions in one call of the network where the sampler allows (the product asks one by one, so that a drawing does not
    depend on its company; here only quality counts); evaluations and passes of the network for each.
    """
    from pipelines.nets.object_unet import from_pixels
    from training.objects.tune import guided

    text, mask, _ = painter._batch([network.Condition(features, 1.0) for features in told])
    passes, turn = [], [0]

    def ask(x: torch.Tensor, sigma: torch.Tensor | float) -> torch.Tensor:
        level, rows = float(torch.as_tensor(sigma).flatten()[0]), slice(turn[0], turn[0] + len(x))
        passes.append(len(x) * (2 if network.GUIDED[0] < level <= network.GUIDED[1] else 1))
        return guided(painter.net, x, level, text[rows], mask[rows])

    shape, of, sigmas = (4, painter.size_px, painter.size_px), sampling.generators(7, len(told)), how.sigmas()
    groups = [slice(i, i + 1) for i in range(len(told))] if how.solver == "adaptive" else [slice(0, len(told))]
    drawn = []
    with torch.inference_mode():
        for group in groups:  # an adaptive solver has steps of its own for each
            turn[0] = group.start
            drawn.append(sampling.sample(how.solver, ask, shape, sigmas, of[group], dimensions=how.dimensions))
    pictures = [network.calmed(one) for one in from_pixels(torch.cat(drawn).float())]
    return torch.stack(pictures), len(passes) / len(groups), sum(passes) / len(told)


def enlarger(card: dict, known: judge.Judge, options: argparse.Namespace) -> dict:
    """64 -> 512 against the vector original: error, edge strength and CLIP distance; ours and bicubic; drawings never trained on."""
    from PIL import Image

    held = {(n, s) for n, s in card["held_out"]["noun_style"]}
    chosen = [d for d in known.originals if (d.noun, d.style) in held][: options.few]
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
    target, result = judge.features(truth, known.cache), {}
    for name, made in (("ours", ours), ("bicubic", cubic)):
        errors = [np.mean((_over(m) - _over(t)) ** 2) for m, t in zip(made, truth)]
        steep = [np.quantile(_slope(m), 0.995) / np.quantile(_slope(t), 0.995) for m, t in zip(made, truth)]
        distance = 1 - (judge.features(made, known.cache) * target).sum(1)
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


def likelihood(card: dict, known: judge.Judge, options: argparse.Namespace) -> dict:
    """Diffusion: bits per dimension; codes: bits a drawing. Of drawings trained on, kept back, and of a set never seen."""
    held = {(n, s) for n, s in card["held_out"]["noun_style"]}
    judging, pictures = objects_data.prepare(known.cache, (objects_data.JUDGING_SET,), "judging")
    groups = {
        "trained": [(d.noun, d.style, known.renders[d.row]) for d in known.originals if (d.noun, d.style) not in held],
        "kept back": [(d.noun, d.style, known.renders[d.row]) for d in known.originals if (d.noun, d.style) in held],
        "a set never seen": [(d.noun, "flat", pictures[d.row]) for d in judging if d.noun in set(known.nouns)],
    }
    result: dict = {}
    for name, drawings in groups.items():
        chosen = [drawings[i] for i in np.random.default_rng(3).permutation(len(drawings))[: options.few]]
        result[name] = {"codes: " + k: v for k, v in _bits_of_codes(chosen).items()}
        result[name] |= {"diffusion: " + k: v for k, v in _bits_of_pixels(chosen[: max(2, options.few // 8)]).items()}
    return result


def _bits_of_codes(chosen: list[tuple[str, str, np.ndarray]]) -> dict[str, float]:
    from PIL import Image

    from pipelines.drawing import code_network, code_sampling, pictures

    with network.load(code_network.CODES) as scribe:
        rows = []
        for noun, style, rgba in chosen:
            codes = scribe.codes(pictures.small(Image.fromarray(rgba), 64, centred=False))[None]
            told = scribe.wish(words.DrawingRequest(noun, style), code_network.named([noun])[0])
            both = (told, code_sampling.nothing(told))
            rows.append([float(code_sampling.nats(scribe.writer, t, codes).sum()) / np.log(2) for t in both])
    told_bits, plain_bits = np.mean(rows, axis=0)
    return {"count": len(rows), "bits a drawing, told": float(told_bits), "bits a drawing, untold": float(plain_bits)}


def _bits_of_pixels(chosen: list[tuple[str, str, np.ndarray]]) -> dict[str, float]:
    from PIL import Image

    from pipelines.generate.likelihood import likelihood as measure

    rows = []
    for noun, style, rgba in chosen:
        said = measure(Image.fromarray(rgba), prompt=f"{words.article(noun)}, {style}")
        rows.append(list(said.detail["bits_per_dimension"].values()))
    plain, told = np.mean(rows, axis=0)
    return {"count": len(rows), "bits per dimension, told": float(told), "bits per dimension, untold": float(plain)}


def scenes(card: dict, known: judge.Judge, options: argparse.Namespace) -> dict:
    """Prompts of scenes.json laid out by the product's own rules in three formats: how much of what they say is so."""
    from pipelines.scenes import drawings, layout, relations, things
    from pipelines.scenes.prompt import read

    vocabulary, match = drawings.vocabulary(), drawings.nearest()
    right, total = (
        {"counts": 0, "relations": 0, "places": 0, "hours": 0, "read": 0},
        dict.fromkeys(("counts", "relations", "places", "hours", "read"), 0),
    )
    prompts = json.loads((Path(__file__).parent / "scenes.json").read_text())
    for scene in prompts:
        reading = read(scene["prompt"], vocabulary, match)
        place = reading.place or things.suited_place([thing.noun for thing in reading.things])
        _count(right, total, "read", [t.noun for t in reading.things] == [t["noun"] for t in scene["things"]])
        _count(right, total, "places", reading.place == scene.get("place", ""))
        _count(right, total, "hours", reading.hour == scene.get("hour", ""))
        for seed, size in enumerate(((1280, 720), (1024, 1024), (720, 1280))):
            items, broken = layout.lay_out(reading, place, *size, seed)
            for index, thing in enumerate(reading.things):
                _count(right, total, "counts", sum(item.thing == index for item in items) == thing.count)
            for relation in reading.relations:
                _count(right, total, "relations", relation not in broken and relations.holds(relation, items))
    return {"prompts": len(prompts), **{k: {"right": right[k], "of": total[k]} for k in right}}


def _count(right: dict[str, int], total: dict[str, int], key: str, value: bool) -> None:
    right[key] += value
    total[key] += 1


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(prog="python -m measure.eval.eval_generate", description=__doc__)
    parser.add_argument(
        "parts", nargs="*", help=f"any of {', '.join(PARTS)}; all, unless only --card or --docs is asked"
    )
    parser.add_argument("--prompts", type=int, default=306)
    parser.add_argument("--few", type=int, default=24, help="drawings of the slower parts")
    parser.add_argument("--engine", nargs="*", choices=drawing.ENGINES, help="only these")
    parser.add_argument("--cache", type=Path, default=objects_data.default_cache())
    parser.add_argument("--card", action="store_true", help="put the engines' rows onto their cards")
    parser.add_argument(
        "--docs",
        type=Path,
        nargs="?",
        const=Path("docs/notes/generate-figures.md"),
        help="put the tables into that page",
    )
    options = parser.parse_args()
    torch.set_num_threads(1)
    card = drawing.card_of("objects")
    parts = options.parts or ([] if options.card or options.docs else PARTS)
    known = judge.Judge(card["nouns"], drawing.STYLES, options.cache) if parts else None
    result = results.kept(RESULT)
    for part in parts:
        found = globals()[part](card, known, options)
        result[part] = {**result.get(part, {}), **found} if part == "engines" else found
        judge.table(part, _flat(result[part]))
        results.keep(RESULT, result)
    if options.docs:
        pages.into(options.docs, generate_pages.every(result))
    if "engines" in result and options.card:
        for engine in set(result["engines"]) & set(drawing.ENGINES):
            path = words.CARD.with_name(f"{engine}.json")
            made = json.loads(path.read_text()) | {"result": result["engines"][engine]}
            path.write_text(json.dumps(made, indent=1, ensure_ascii=False) + "\n")


def _flat(found: dict, before: str = "") -> list[tuple[str, str]]:
    rows: list[tuple[str, str]] = []
    for key, value in found.items():
        name = f"{before}{key}"
        rows += (
            _flat(value, f"{name}: ")
            if isinstance(value, dict)
            else [(name, f"{value:.3f}" if isinstance(value, float) else str(value))]
        )
    return rows


if __name__ == "__main__":
    main()
