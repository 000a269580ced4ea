"""The tables of docs/notes/generate-figures.md, from what eval_generate measured."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from measure.pages import table

SAMPLERS = {"dpm": "DPM-Solver++(2M)", "euler": "Euler", "ddim": "DDIM", "heun": "Heun", "ddpm": "Ancestral DDPM"} | {
    "langevin": "Annealed Langevin",
    "adaptive": "Adaptive ODE",
    "pfgm": "PFGM++",
    "few": "**Six steps, distilled**",
}


def engines(found: Mapping[str, Any]) -> str:
    """Both engines and the artists, one row a group; then their distances."""
    rows = []
    for who, groups in found.items():
        for group, part in groups.items():
            if isinstance(part, dict):
                cells = [
                    f"{part[k]:.0%}" if k in part else "" for k in ("top1", "top5", "style", "colour", "near copies")
                ]
                rows.append([who, f"{part['count']} {group}", *cells])
    return table(("Drawn by", "Prompts", "First", "In five", "Style", "Colour", "Near copies"), rows)


def distances(found: Mapping[str, Any]) -> str:
    """KID of each engine, and of the artists' drawings to each other."""
    drawn = {who: groups for who, groups in found.items() if "kid" in groups}
    rows = [[who, f"{groups['kid']:.3f}"] for who, groups in drawn.items()]
    for groups in list(drawn.values())[:1]:
        rows.append(["artists, one half of their drawings and the other", f"{groups[KID_OF_ARTISTS]:.3f}"])
    return table(("Drawings of", "KID"), rows)


KID_OF_ARTISTS = "kid of artists' halves"


def samplers(found: Mapping[str, Any]) -> str:
    """Quality against evaluations, the fewest first."""
    rows = []
    for key, part in sorted(
        ((k, p) for k, p in found.items() if isinstance(p, dict)), key=lambda pair: pair[1]["evaluations"]
    ):
        name, steps, *more = key.split()
        cells = (
            f"{part['evaluations']:.0f}",
            f"{part['network passes']:.0f}",
            f"{part['alike']:.3f}",
            f"{part['top5']:.0%}",
        )
        rows.append([" ".join([SAMPLERS[name], *more]), steps, *cells])
    return table(("Sampler", "Steps", "Evaluations", "Network passes", "Alike", "In five"), rows)


def enlarger(found: Mapping[str, Any]) -> str:
    """Ours and bicubic against the vector original."""
    keys = ("clip_distance", "psnr", "edge_strength")
    rows = [
        [who, *(f"{found[who][k]:.{d}f}" for k, d in zip(keys, (4, 1, 2), strict=True))] for who in ("ours", "bicubic")
    ]
    return table(("64 to 512 by", "CLIP distance", "PSNR, dB", "Steepest edges, of the original's"), rows)


def likelihood(found: Mapping[str, Any]) -> str:
    """Bits that drawings take, without a word and with it."""
    rows = []
    for group, part in found.items():
        for engine, unit, digits in (("diffusion", "bits per dimension", 3), ("codes", "bits a drawing", 0)):
            cells = [f"{part[f'{engine}: {unit}, {how}']:.{digits}f}" for how in ("untold", "told")]
            rows.append([group, engine, str(part[f"{engine}: count"]), unit, *cells])
    return table(("Drawings", "Engine", "Count", "Unit", "Without a word", "With it"), rows)


def writing(found: Mapping[str, Any]) -> str:
    """Ways of drawing codes by lot."""
    rows = []
    for key, part in found.items():
        _, k, _, t, _, g = key.split()
        rows.append([k, t, g, *(f"{part[name]:.0%}" for name in ("top1", "top5", "style", "near copies"))])
    return table(("Top k", "Temperature", "Guidance", "First", "In five", "Style", "Near copies"), rows)


def scenes(found: Mapping[str, Any]) -> str:
    """What of the prompts is so in the pictures."""
    said = {
        "read": "things read",
        "places": "place",
        "hours": "time of day",
        "counts": "counts",
        "relations": "relations",
    }
    return table(("What", "Right", "Of"), ([said[k], str(found[k]["right"]), str(found[k]["of"])] for k in said))


def every(result: Mapping[str, Any]) -> dict[str, str]:
    """All tables that a result has figures for, by their mark."""
    makers = {
        "engines": engines,
        "samplers": samplers,
        "enlarger": enlarger,
        "likelihood": likelihood,
        "writing": writing,
        "scenes": scenes,
    }
    made = {name: make(result[name]) for name, make in makers.items() if name in result}
    if any("kid" in groups for groups in result.get("engines", {}).values()):
        made["kid"] = distances(result["engines"])
    return made
