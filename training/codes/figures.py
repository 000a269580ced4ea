"""Figures painted by code as pictures for the codes: kind, pose, view, clothes and colour at random, with the words that a visitor would type.

`python -m training.codes.figures --folder FOLDER --part 0 --parts 2` paints and encodes its part of the pool beforehand; a training paints what is
missing when it asks for it. A fifth of the pairs of kind and colour, and of kind and action, is never shown to a training.
"""

from __future__ import annotations

import argparse
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np

from pipelines.figures import ACTIONS, Character, act, draw, everything, from_words, parameters
from pipelines.figures.vocabulary import SAME
from pipelines.scenes.performers import SYNONYMS
from training.codes.data import COLOUR_ROWS, FIGURES, POSE_ROWS, STYLE_ROWS, network_pixels
from training.objects.batches import SIZE_PX
from training.objects.data import HELD_OUT_SEED
from training.objects.words import COLOURS

POOL = 60_000  # different pictures of figures; each is painted once
HELD_SHARE = 0.2
TALL_PX = 96.0
MARGIN = 0.04
SAID = {"teal": "turquoise"}  # a colour of the codes as the figures' reader knows it
STANDS = 0.45  # of the figures stand, which nobody says
FACES_LEFT = 0.75  # as the artists' drawings mostly do; the others are told as mirrored
VIEWS = (("three_quarters", 0.4), ("side", 0.35), ("front", 0.25))
AGES, BUILDS = ("old", "young"), ("fat", "thin", "strong")
WORN = (  # what is worn, and the parameter that a kind must have for it
    ("scarf", "scarf"), ("hat", "hat"), ("cap", "hat"), ("top hat", "hat"), ("straw hat", "hat"), ("woolly hat", "hat"), ("dress", "top"),
    ("sweater", "top"), ("coat", "top"), ("shirt", "top"), ("trousers", "bottom"), ("skirt", "bottom"), ("cape", "cape"), ("apron", "apron"),
    ("backpack", "backpack"),
)  # fmt: skip
GROWN = (
    ("round glasses", "glasses"), ("square glasses", "glasses"), ("a beard", "beard"), ("a moustache", "beard"), ("long hair", "hair"),
    ("curly hair", "hair"), ("a crown", "hat"),
)  # fmt: skip


@dataclass(frozen=True)
class Recipe:
    """One picture of a figure: who (as `from_words` reads it), what it does, from where; and what is told of it."""

    kind: str
    described: str
    action: str
    second: float
    view: str
    facing: int
    seed: int
    name: str  # what MiniLM reads
    colour: str  # of fur or metal, told as a row; "" leaves the kind's own
    pairs: tuple[tuple[str, str], ...]  # (kind, colour) and (kind, action) that it shows

    @property
    def rows(self) -> tuple[int, int, int]:
        """Rows of colour, style and pose that are told."""
        pose = "as drawn" if self.facing < 0 else "mirrored"
        return COLOUR_ROWS.index(self.colour or "as drawn"), STYLE_ROWS.index(FIGURES), POSE_ROWS.index(pose)


# ---- words ---------------------------------------------------------------------------------------------------------------


@lru_cache(maxsize=1)
def held_back() -> frozenset[tuple[str, str]]:
    """The pairs (kind, colour) and (kind, action) that no training is shown."""
    generator = np.random.default_rng(HELD_OUT_SEED + 5)
    pairs = [(kind, second) for kind in everything() for second in (*COLOURS, *(a for a in ACTIONS if a != "stand"))]
    return frozenset(
        pair for pair, drawn in zip(pairs, generator.random(len(pairs)), strict=True) if drawn < HELD_SHARE
    )


@lru_cache(maxsize=1)
def other_words() -> dict[str, list[str]]:
    """Kind -> words that mean the same."""
    found: dict[str, list[str]] = {}
    for word in sorted(SYNONYMS):
        kind = SAME.get(word, word.replace(" ", "_"))
        if word != kind.replace("_", " "):
            found.setdefault(kind, []).append(word)
    return found


def doing(action: str) -> str:
    """What somebody is doing: "walk" -> "walking", "shake the head" -> "shaking the head"."""
    first, _, rest = ACTIONS[action].partition(" ")
    if first == "lie":
        first = "ly"
    elif re.fullmatch(r"[^aeiou]*[aeiou][^aeiouwxy]", first):
        first += first[-1]
    elif first.endswith("e") and not first.endswith("ee"):
        first = first[:-1]
    return f"{first}ing {rest}".strip()


class _Words:
    """Draws the words of one figure; `held` asks for one that shows a pair which is kept back, otherwise none may."""

    def __init__(self, generator: np.random.Generator, held: bool) -> None:
        self.generator, self.held = generator, held
        self.kind = str(generator.choice(list(everything())))
        self.table = parameters(self.kind)
        self.pairs: list[tuple[str, str]] = []

    def one(self, choices: Sequence[str]) -> str:
        """One of the choices whose pair with the kind may be shown; "" where there is none."""
        free = [c for c in choices if ((self.kind, c) in held_back()) == self.held]
        if not free:
            return ""
        chosen = str(self.generator.choice(free))
        self.pairs.append((self.kind, chosen))
        return chosen

    def worn(self) -> list[str]:
        """Things with their colours that this kind can wear, none for many."""
        chance = self.generator.random()
        keys = {word: key for word, key in (*WORN, *GROWN) if key in self.table}
        chosen = [
            str(w) for w in self.generator.permutation(list(keys))[: 0 if chance < 0.45 else 1 if chance < 0.8 else 2]
        ]
        found: list[str] = []
        for item in chosen if len({keys[w] for w in chosen}) == len(chosen) else chosen[:1]:
            if item in dict(GROWN):
                found.append(item)
            elif colour := self.one(list(COLOURS)):
                plural = item == "trousers"
                found.append(f"{'' if plural else 'an ' if colour[0] in 'aeiou' else 'a '}{colour} {item}")
        return found


@lru_cache(maxsize=4096)
def _kind_of(words: str) -> str:
    return from_words(words).character.kind


def recipe(place: int, held: bool = False, seed: int = 0) -> Recipe:
    """What the picture at a place of the pool shows; the same place always shows the same. `held`: one of those that are kept back."""
    generator = np.random.default_rng([seed, 8 if held else 7, place])
    while True:
        said = _Words(generator, held)
        person = said.table.get("face") == "person" and said.table["plan"] == "biped"
        adjectives = [str(generator.choice(AGES))] if person and generator.random() < 0.2 else []
        if "build" in said.table and person and generator.random() < 0.12:
            adjectives.append(str(generator.choice(BUILDS)))
        whole = {"fur", "metal"} & set(said.table)
        colour = said.one(list(COLOURS)) if whole and generator.random() < 0.35 else ""
        worn = said.worn()
        action = "stand" if generator.random() < STANDS else said.one([a for a in ACTIONS if a != "stand"]) or "stand"
        if not held or said.pairs:
            break
    noun = said.kind.replace("_", " ")
    if _kind_of(" ".join((*adjectives, noun))) != said.kind:  # "old man" is a kind of its own
        adjectives = []
    with_what = f" with {' and '.join(worn)}" if worn else ""
    described = " ".join((*adjectives, *([SAID.get(colour, colour)] if colour else []), noun)) + with_what
    described = re.sub(r"\bteal\b", SAID["teal"], described)
    others = other_words().get(said.kind)
    told = str(generator.choice(others)) if others and generator.random() < 0.25 else noun
    name = " ".join((*adjectives, told)) + with_what
    if action != "stand":
        name += f"{',' if worn else ''} {doing(action)}"
    view = str(generator.choice([v for v, _ in VIEWS], p=[p for _, p in VIEWS]))
    second, number = float(generator.uniform(0.1, 2.0)), int(generator.integers(10_000))
    facing = -1 if generator.random() < FACES_LEFT else 1
    return Recipe(said.kind, described, action, second, view, facing, number, name, colour, tuple(said.pairs))


# ---- pictures ------------------------------------------------------------------------------------------------------------


def character(shown: Recipe) -> Character:
    """Who a recipe shows. Raises ValueError where the figures' reader takes the words for somebody else."""
    found = from_words(shown.described, seed=shown.seed).character
    if found.kind != shown.kind:
        raise ValueError(f"{shown.described!r} is read as {found.kind}, not {shown.kind}")
    return found


def painted(shown: Recipe) -> np.ndarray:
    """A figure in a square with a little margin: premultiplied RGBA uint8 [64,64,4]."""
    who = character(shown)
    pose = act(who.figure, shown.action, shown.second, seed=shown.seed)
    return squared(draw(who, pose, TALL_PX, shown.view, facing=shown.facing).rgba)


def squared(rgba: np.ndarray, size_px: int = SIZE_PX) -> np.ndarray:
    """What is painted of a straight RGBA picture, in the middle of a square: premultiplied uint8 [size,size,4]."""
    import cv2

    picture = rgba.astype(np.float32)
    picture[..., :3] *= picture[..., 3:] / 255
    rows, columns = np.nonzero(picture[..., 3] > 4)
    picture = picture[rows.min() : rows.max() + 1, columns.min() : columns.max() + 1]
    height, width = picture.shape[:2]
    side = round(max(height, width) * (1 + 2 * MARGIN))
    page = np.zeros((side, side, 4), np.float32)
    top, left = (side - height) // 2, (side - width) // 2
    page[top : top + height, left : left + width] = picture
    way = cv2.INTER_AREA if side > size_px else cv2.INTER_LINEAR
    return cv2.resize(page, (size_px, size_px), interpolation=way).round().clip(0, 255).astype(np.uint8)


class FigurePool:
    """Pictures and codes of the first `size` recipes, painted and encoded when first asked for, kept in two files."""

    def __init__(self, autoencoder, encoder, folder: Path, size: int = POOL) -> None:
        self.autoencoder, self.encoder, self.size = autoencoder, encoder, size
        places = autoencoder.shape.places
        self.kept = self._file(folder / "codes-figures.npy", (size, places), np.int16)
        self.pictures = self._file(folder / "codes-figures-pictures.npy", (size, SIZE_PX, SIZE_PX, 4), np.uint8)

    @staticmethod
    def _file(path: Path, shape: tuple[int, ...], kind: type) -> np.ndarray:
        """A file map of zeros; what was not written yet takes no room on the disk."""
        if not path.exists():
            np.lib.format.open_memmap(path, "w+", kind, (POOL, *shape[1:])).flush()
        return np.load(path, mmap_mode="r+")[: shape[0]]

    def fill(self, places: Sequence[int]) -> None:
        """Paint and encode those that are missing. A code is kept plus one, so that 0 says "missing"."""
        import torch

        missing = [p for p in places if self.kept[p, 0] == 0]
        if not missing:
            return
        made = np.stack([painted(recipe(p)) for p in missing])
        x = torch.from_numpy(np.stack([network_pixels(m.astype(np.float32) / 255) for m in made]))
        with torch.no_grad():
            found = self.autoencoder.encode(x.contiguous(memory_format=torch.channels_last))
        self.pictures[missing] = made
        self.kept[missing] = (found.flatten(1).numpy() + 1).astype(np.int16)

    def codes(self, places: Sequence[int]):
        """int64 [n,places of the grid]"""
        import torch

        self.fill(places)
        return torch.from_numpy(self.kept[list(places)].astype(np.int64) - 1)

    def told(self, places: Sequence[int]) -> tuple[list[np.ndarray], np.ndarray]:
        """Token features of the names, float32 [t,384] each, and rows of colour, style and pose [n,3]."""
        from training.objects.words import article

        shown = [recipe(p) for p in places]
        tokens = self.encoder.tokens([article(one.name) for one in shown])
        return [t.float().numpy() for t in tokens], np.array([one.rows for one in shown])


def main() -> None:
    """Command line."""
    import cv2
    import torch

    from training.codes.train import read_autoencoder

    parser = argparse.ArgumentParser(prog="python -m training.codes.figures", description=__doc__)
    parser.add_argument("--folder", type=Path, required=True, help="the folder of the run, with its autoencoder")
    parser.add_argument("--part", type=int, default=0)
    parser.add_argument("--parts", type=int, default=1)
    parser.add_argument("--count", type=int, default=POOL)
    parser.add_argument("--from", dest="first", type=int, default=0)
    arguments = parser.parse_args()
    cv2.setNumThreads(1)
    torch.set_num_threads(1)
    pool = FigurePool(read_autoencoder(arguments.folder / "codes-autoencoder.safetensors"), None, arguments.folder)
    for first in range(arguments.first + 16 * arguments.part, arguments.count, 16 * arguments.parts):
        pool.fill(range(first, min(first + 16, arguments.count)))
        if first // (16 * arguments.parts) % 50 == 0:
            print(first, flush=True)


if __name__ == "__main__":
    main()
