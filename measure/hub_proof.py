"""Do the small models of the table work with their real weights? `python -m measure.hub_proof [--models sdxs sd15] [--scenes 12] [--out bench/hub-proof.jpg]`.

Fetches the models, compares what arrived with the table, paints fixed scenes from words alone, from our drawing, and held to a depth map where the model takes that, and
writes one sheet of pictures with seconds and what was checked. Ends with 1 and a sentence for each thing that is not as the table says.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any

from PIL.Image import Image

from measure.eval.sheets import put_together
from pipelines.core import fetching
from pipelines.core.models import ModelCard, where
from pipelines.core.settings import Refusal
from pipelines.hub import facts, presets, steering
from pipelines.hub.preset import Preset
from studio.commands.fetching import announced
from studio.engine import footprint

SCENES = Path(__file__).parent / "data" / "hub_proof.json"
OUT = Path("bench/hub-proof.jpg")
SHOWN_PX = 320
LEAST_SPREAD = 4.0  # of 255: less is one colour


@dataclass
class Painted:
    """One picture of a scene: how it was steered, the seconds that it took, and what the check after painting said."""

    scene: str
    how: str
    picture: Image
    seconds: float
    notes: list[str] = field(default_factory=list)


@dataclass
class Proof:
    """What one model did, and what of it is not as the table says."""

    preset: Preset
    pictures: list[Painted] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    peak_bytes: int = 0


def compared(preset: Preset, expected: Mapping[str, Any], folder: Path) -> list[str]:
    """Where the files of a fetched model differ from the table and from what is expected of its parts."""
    index = json.loads((folder / "model_index.json").read_text("utf-8"))
    found = []
    if index.get("_class_name") != preset.made_by:
        found.append(f"Its class is {index.get('_class_name')}; the table says {preset.made_by}.")
    for name, value in index.items():
        if isinstance(value, list) and len(value) == 2 and value[0] and not any((folder / name).glob("*")):
            found.append(f"Its part {name} ({value[1]}) has no file here.")
    for part, kind in expected.get("parts", {}).items():
        if (index.get(part) or [None, None])[1] != kind:
            found.append(f"Its part {part} is {(index.get(part) or [None, 'missing'])[1]}; {kind} was expected.")
    config = folder / "unet" / "config.json"
    said = json.loads(config.read_text("utf-8")) if config.is_file() else {}
    for name, value in expected.get("unet", {}).items():
        if said.get(name) != value:
            found.append(f"Its network says {name} = {said.get(name)}; {value} was expected.")
    return [*found, *facts.compared(preset.card, facts.read(folder), preset.memory_gb)]


def prove(preset: Preset, expected: Mapping[str, Any], scenes: Mapping[str, Any]) -> Proof:
    """Paint every scene with one model, that is here, in each way that it takes; what goes wrong is among the problems."""
    proof, folder = Proof(preset), where(preset.card)
    footprint.forget_peak()
    try:
        if folder is None:
            raise Refusal(f"{preset.card.name} is not on this machine.")
        proof.problems += compared(preset, expected, folder)
        for scene, layers in scenes.items():
            proof.pictures += ways(preset, expected, scene, layers)
    except (Refusal, OSError, ValueError, KeyError) as problem:
        proof.problems.append(f"{type(problem).__name__}: {problem}")
    import numpy as np

    flat = [
        one
        for one in proof.pictures
        if np.asarray(one.picture.convert("RGB"), float).std(axis=(0, 1)).max() < LEAST_SPREAD
    ]
    proof.problems += [f"“{one.scene}” ({one.how}) is of one colour." for one in flat]
    proof.peak_bytes = footprint.peak_bytes()
    return proof


def ways(preset: Preset, expected: Mapping[str, Any], scene: str, layers: Any) -> Iterator[Painted]:
    """A scene from words alone, from our drawing, and held to a map, as far as the model takes that."""
    from pipelines.generate.diffusion import diffusion
    from pipelines.generate.painted import painted
    from pipelines.scenes import regions
    from pipelines.scenes.scene import taken_apart

    how = {"model": preset.key, "steps": expected.get("steps", 0), "seed": 1}
    told = regions.prompts(taken_apart(layers.archive))[regions.WHOLE]
    yield timed(scene, "from words alone", lambda: diffusion(prompt=told[:1000], **how))
    if steering.takes(preset).drawing:
        free = expected.get("free", 0.6)
        yield timed(scene, f"from our drawing, {free:.0%} free", lambda: painted(layers, free=free, **how))
        if follow := expected.get("follow"):
            yield timed(scene, f"held to {follow}", lambda: painted(layers, free=free, follow=follow, **how))


def timed(scene: str, how: str, paint: Any) -> Painted:
    """One run with its seconds."""
    begun = time.perf_counter()
    made = paint()
    seconds = time.perf_counter() - begun
    said = json.loads(made.files.get("painted.json", b"{}"))
    return Painted(scene, how, made.main, seconds, said.get("checks", {}).get("notes", []))


def cards_of(chosen: list[Preset], expected: Mapping[str, Any]) -> list[ModelCard]:
    """All that is to be fetched for these models, their control networks too."""
    follows = {f"sd/{expected[one.key]['follow']}" for one in chosen if "follow" in expected[one.key]}
    controls = [preset.card for preset in presets.CONTROLS if preset.key in follows]
    return presets.with_needs([*(preset.card for preset in chosen), *controls])


def show_pictures(drawn: Mapping[str, Any], proofs: list[Proof]) -> Iterator[tuple[Image, str]]:
    """Each scene as our drawing and as every model painted it, with seconds and what was checked."""
    for scene, layers in drawn.items():
        yield shrink(layers.picture), f"{scene}: our drawing"
        for proof in proofs:
            for painted in proof.pictures:
                if painted.scene == scene:
                    caption = (
                        f"{proof.preset.card.name}, {painted.how}: {painted.seconds:.1f} s. {' '.join(painted.notes)}"
                    )
                    yield shrink(painted.picture), caption


def shrink(picture: Image) -> Image:
    """A copy for the sheet."""
    small = picture.convert("RGB")
    small.thumbnail((SHOWN_PX, SHOWN_PX))
    return small


def main(arguments: list[str] | None = None) -> int:
    """Command line."""
    from pipelines.generate.storybook import storybook

    known = json.loads(SCENES.read_text("utf-8"))
    parser = argparse.ArgumentParser(prog="python -m measure.hub_proof", description=__doc__)
    parser.add_argument("--models", nargs="+", choices=known["models"], default=list(known["models"]))
    parser.add_argument("--scenes", type=int, default=len(known["scenes"]), help="how many of the twelve")
    parser.add_argument("--out", type=Path, default=OUT)
    given = parser.parse_args(arguments)
    chosen = [presets.chosen(presets.PICTURES, key, "") for key in given.models]
    cards = cards_of(chosen, known["models"])
    try:
        fetching.fetch(cards, announced(cards))
    except Refusal as problem:
        print(problem, file=sys.stderr)
        return 1
    drawn = {
        prompt: storybook(prompt=prompt, seed=number).main
        for number, prompt in enumerate(known["scenes"][: given.scenes])
    }
    proofs = [prove(preset, known["models"][preset.key], drawn) for preset in chosen]
    given.out.parent.mkdir(exist_ok=True)
    put_together(list(show_pictures(drawn, proofs))).save(given.out, "JPEG", quality=85)
    for proof in proofs:
        seconds = [painted.seconds for painted in proof.pictures]
        middle = f"{median(seconds):.1f} s a picture" if seconds else "no picture"
        print(f"{proof.preset.card.name}: {len(seconds)} pictures, {middle}, {proof.peak_bytes / 1e9:.1f} GB at most")
    problems = [f"{one.preset.card.name}: {problem}" for one in proofs for problem in one.problems]
    for problem in problems:
        print(problem, file=sys.stderr)
    print(
        f"{given.out}: {sum(len(one.pictures) for one in proofs)} pictures by {len(proofs)} models, {len(problems)} problems."
    )
    return int(bool(problems))


if __name__ == "__main__":
    sys.exit(main())
