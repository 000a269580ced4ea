"""Counting, position and colour in the way of GenEval (Ghosh et al. 2023), judged from a picture's layers instead of by a detector.

    python -m measure.eval.eval_counting [--each 40] [--list]

Prompts are drawn by lot (a fixed seed) over all nouns that have a picture: things with a painter, and animals. Counting: two to four of a noun. Position: a noun
left of, right of, above or below another. Colour: a noun in one of GenEval's ten colours. Each prompt is painted as a storybook picture. A layer counts where
at least a third of it is seen; a position is right when the middles lie apart by a tenth of both sizes, as in GenEval; a colour when it is the commonest of
the ten in the layer's drawing. Everything else that the prompt does not name must be absent.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass

import numpy as np
from PIL import Image

from measure.eval.eval_scenes import wilson
from pipelines.core.settings import Refusal
from pipelines.language.plurals import plural
from pipelines.scenes.scene import Figure, Scene

SEED = 0
COLOURS = ("red", "orange", "yellow", "green", "blue", "purple", "pink", "brown", "black", "white")
NUMBERS = {2: "two", 3: "three", 4: "four"}
POSITIONS = {"left of": "to the left of", "right of": "to the right of", "above": "above", "below": "below"}
SEEN_SHARE, APART = 1 / 3, 0.1
LEAST_SIDE_PX = 64  # a drawing is looked at in this size


@dataclass(frozen=True)
class Asked:
    """A prompt, and what its picture has to show: nouns, the number of the first, a position of the first to the second, a colour."""

    task: str
    prompt: str
    nouns: tuple[str, ...]
    number: int = 1
    position: str = ""
    colour: str = ""


def nouns_with_picture() -> list[str]:
    """Every thing that has a painter, and every animal."""
    from pipelines.props import NOUNS
    from pipelines.scenes.performers import is_person, kinds

    animals = [kind.replace("_", " ") for kind in kinds().values() if not is_person(kind.replace("_", " "))]
    return sorted({*NOUNS, *animals})


def prompts(each: int) -> list[Asked]:
    """So many prompts of each task, the same each time."""
    rng, nouns = np.random.default_rng(SEED), nouns_with_picture()
    single, made = [noun for noun in nouns if not noun.endswith("s")], list[Asked]()
    for number in range(each):
        noun, count = str(rng.choice(single)), int(rng.integers(2, 5))
        made.append(Asked("counting", f"{NUMBERS[count]} {plural(noun)}", (noun,), count))
        first, second = (str(word) for word in rng.choice(single, 2, replace=False))
        position = list(POSITIONS)[number % len(POSITIONS)]
        made.append(
            Asked(
                "position",
                f"{article(first)} {POSITIONS[position]} {article(second)}",
                (first, second),
                position=position,
            )
        )
        noun, colour = str(rng.choice(single)), COLOURS[number % len(COLOURS)]
        made.append(Asked("colour", f"{article(colour)} {noun}", (noun,), colour=colour))
    return made


def article(words: str) -> str:
    """Put "a" or "an" before words."""
    return f"{'an' if words[0] in 'aeiou' else 'a'} {words}"


def wrong_with(asked: Asked) -> str:
    """Paint a prompt and say what its layers show wrong; "" where all is right."""
    from pipelines.generate.storybook import storybook
    from pipelines.scenes.scene import taken_apart

    try:
        scene = taken_apart(storybook(prompt=asked.prompt, seed=SEED).main.archive)
    except Refusal as refused:
        return str(refused)
    found = {noun: [one for one in seen(scene) if one.noun == noun] for noun in asked.nouns}
    counted = Counter(one.noun for one in seen(scene))
    if counted != Counter(dict.fromkeys(asked.nouns, asked.number)):
        return f"shows {dict(counted) or 'nothing'}"
    if asked.position and not stands(asked.position, *(found[noun][0] for noun in asked.nouns)):
        return f"is not {asked.position}"
    if asked.colour and (colour := commonest(scene.drawing_of(found[asked.nouns[0]][0]))) != asked.colour:
        return f"is {colour}"
    return ""


def seen(scene: Scene) -> list[Figure]:
    """The figures of which enough is in the picture and not behind another."""
    scale = 8
    order = sorted((one for one in scene.figures if one.visible), key=lambda one: one.z)
    masks = [_mask(scene, one, scale) for one in order]
    shown = []
    for number, one in enumerate(order):
        mask, whole = masks[number]
        free = mask & ~np.any([other for other, _ in masks[number + 1 :]], axis=0) if number + 1 < len(order) else mask
        if free.sum() >= SEEN_SHARE * whole:
            shown.append(one)
    return shown


def _mask(scene: Scene, one: Figure, scale: int) -> tuple[np.ndarray, float]:
    """Where a figure is, on a canvas of one pixel for `scale`, and how many pixels it has in all."""
    left, top, right, bottom = (round(side / scale) for side in one.box)
    size = max(1, right - left), max(1, bottom - top)
    alpha = scene.drawing_of(one).getchannel("A").resize(size)
    if one.mirrored:
        alpha = alpha.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    canvas = Image.new("L", (scene.width // scale, scene.height // scale))
    canvas.paste(alpha, (left, top))
    return np.asarray(canvas) > 127, float((np.asarray(alpha) > 127).sum())


def stands(position: str, one: Figure, other: Figure) -> bool:
    """Whether the middle of one lies there of the other's, by GenEval's margin."""
    (x0, y0, x1, y1), (ox0, oy0, ox1, oy1) = one.box, other.box
    across, down = (x0 + x1 - ox0 - ox1) / 2, (y0 + y1 - oy0 - oy1) / 2
    wide, tall = APART * (x1 - x0 + ox1 - ox0), APART * (y1 - y0 + oy1 - oy0)
    return {"left of": across < -wide, "right of": across > wide, "above": down < -tall, "below": down > tall}[position]


def commonest(drawing: Image.Image) -> str:
    """The one of the ten colours that most of a drawing's solid pixels are nearest to."""
    from pipelines.painting.brush import rgb
    from pipelines.props.tones import COLOURS as TONES
    from pipelines.vision.oklab import to_oklab

    pixels = np.asarray(drawing.convert("RGBA").resize((LEAST_SIDE_PX, LEAST_SIDE_PX))).reshape(-1, 4)
    lab = to_oklab(pixels[pixels[:, 3] > 200, :3] / 255.0)
    targets = to_oklab(np.array([rgb(TONES[colour]) for colour in COLOURS]))
    weight = np.array([0.6, 1.0, 1.0])  # shade and light change lightness most
    nearest = np.linalg.norm((lab[:, None] - targets) * weight, axis=-1).argmin(1)
    return COLOURS[int(np.bincount(nearest, minlength=len(COLOURS)).argmax())]


def table(asked: Sequence[Asked], wrong: Sequence[str]) -> str:
    """How often each task is right, in Markdown."""
    lines = ["| Task | Right | Of | Share | 95 % |", "|---|--:|--:|--:|---|"]
    for task in ("counting", "position", "colour"):
        right = [not fault for one, fault in zip(asked, wrong, strict=True) if one.task == task]
        low, high = wilson(sum(right), len(right))
        lines.append(f"| {task} | {sum(right)} | {len(right)} | {np.mean(right):.2f} | {low:.2f} to {high:.2f} |")
    return "\n".join(lines)


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(
        prog="python -m measure.eval.eval_counting",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--each", type=int, default=40, help="prompts of each task")
    parser.add_argument("--list", action="store_true", help="what is wrong with each prompt")
    parser.add_argument("--processes", type=int, default=2)
    given = parser.parse_args()
    asked = prompts(given.each)
    with ProcessPoolExecutor(given.processes) as pool:
        wrong = list(pool.map(wrong_with, asked))
    if given.list:
        print(*(f"{one.prompt}: {fault}" for one, fault in zip(asked, wrong, strict=True) if fault), sep="\n")
    print(table(asked, wrong))


if __name__ == "__main__":
    main()
