"""Scenes without the object model: processor seconds of each backdrop, of layout and of putting together; relations kept.

python -m measure.bench.bench_scenes
"""

from __future__ import annotations

import json
import time
from pathlib import Path

import numpy as np
from PIL import Image

from measure.timing import spent
from pipelines.scenes import drawings, things
from pipelines.scenes.backdrop import PAINTERS, paint
from pipelines.scenes.layout import lay_out
from pipelines.scenes.prompt import read
from tests.pipelines.generate import scene_stubs as stubs

SCENES = json.loads((Path(__file__).parents[1] / "eval" / "scenes.json").read_text())
SIZE = (1280, 720)
FORMATS = (SIZE, (1024, 1024), (720, 1280))


def seconds_of(work) -> float:
    """Processor seconds of one run."""
    with spent() as took:
        work()
    return took.processor


def backdrops() -> dict[str, float]:
    """Each place at 1280x720, the dearest of day, sunset and night."""
    paint("plain", "day", "clear", 64, 64, 0)  # imports
    return {
        place: max(
            seconds_of(lambda p=place, h=hour: paint(p, h, "clear", *SIZE, 3)) for hour in ("day", "sunset", "night")
        )
        for place in PAINTERS
    }


def relations(seeds: int = 1) -> tuple[int, int, float]:
    """Relations asked for and kept over all prompts, formats and seeds; processor seconds of one layout."""
    asked = broken = layouts = 0
    start = time.process_time()
    for scene in SCENES:
        reading = read(scene["prompt"], stubs.vocabulary(), stubs.match)
        place = reading.place or things.suited_place([thing.noun for thing in reading.things])
        for seed in range(seeds):
            rng = np.random.default_rng(seed)
            aspects = [[float(rng.uniform(0.6, 1.5)) for _ in range(thing.count)] for thing in reading.things]
            for size in FORMATS:
                broken += len(lay_out(reading, place, *size, seed, aspects)[1])
                asked += len(reading.relations)
                layouts += 1
    return asked, asked - broken, (time.process_time() - start) / layouts


def whole_scene() -> tuple[float, int]:
    """Everything of a three-object scene but the object model; seconds and bytes of the archive."""
    drawings.ready, drawings.vocabulary = (lambda engine="": None), stubs.vocabulary
    drawings.nearest = lambda engine="": stubs.match
    drawings.styles = lambda engine="": ("soft 3d",)
    shape = Image.new("RGBA", (512, 470), (200, 90, 60, 255))
    drawings.draw = lambda requests, size_px, how, report, engine="": [shape for _ in requests]
    from pipelines.generate.storybook import storybook

    made = []
    spent = seconds_of(lambda: made.append(storybook(prompt="a fox, a dog and a house in a meadow at sunset", seed=3)))
    return spent, len(made[0].main.archive)


def main() -> None:
    print("backdrop, 1280x720, processor seconds (bar 1.5):")
    found = backdrops()
    for place, seconds in found.items():
        print(f"  {place:<11}{seconds:.2f}")
    asked, kept, each = relations()
    print(f"relations kept: {kept} of {asked} over {len(SCENES)} prompts, three formats; one layout {each:.2f} s")
    spent, size = whole_scene()
    print(f"a three-object scene without the object model: {spent:.1f} s, archive {size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
