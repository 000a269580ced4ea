"""Training pictures for the object model: each is a drawing, recoloured, posed, and the caption that says so.

The pose is also given to the network as numbers (non-leaky augmentation: Karras et al. 2020, and 2022 section 5), so that a
sample asked for "as the artist drew it" is neither tilted nor shifted.
"""

import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from pipelines.language.minilm import SentenceEncoder
from pipelines.vision.oklab import colour_word, recolour
from training.objects.labels import DROPPED_WORDS
from training.objects.words import COLOURS, STYLES, caption

SIZE_PX = 64
POSES = ("small", "big", "mirrored", "tilted left", "tilted right")


@dataclass(frozen=True)
class Line:
    """One captioned picture to draw: a drawing's row, how it is recoloured ("" as drawn), its spoken pose, its caption."""

    row: int
    noun: str
    style: str
    colour: str
    pose: str
    caption: str


# ---- posing --------------------------------------------------------------------------------------------------------------


def draw_pose(spoken: str, generator: np.random.Generator) -> np.ndarray:
    """Pose numbers [6] as the network reads them (see `object_unet.POSE_NAMES`)."""
    if not spoken and generator.random() < 0.9:
        return np.array([0, 0, 0, 0, 0, 1], np.float32)  # as its artist drew it, which is what is asked for most
    tilt, scale, mirrored = generator.normal(0, 3), generator.uniform(-0.25, 0.0), 0.0
    if spoken == "small":
        scale = generator.uniform(-1.0, -0.75)
    elif spoken == "big":
        scale = generator.uniform(-0.02, 0.03)
    elif spoken == "mirrored":
        mirrored = 1.0
    elif spoken.startswith("tilted"):
        tilt = generator.uniform(12, 22) * (-1 if spoken.endswith("left") else 1)
    elif generator.random() < 0.15:
        mirrored = 1.0
    slack = 8 if scale < -0.5 else 1.5
    dx, dy = generator.uniform(-slack, slack, 2)
    return np.array([mirrored, tilt / 15, scale, dx / 8, dy / 8, 1.0], np.float32)


def pose_render(rgba: np.ndarray, pose: np.ndarray, size_px: int = SIZE_PX) -> np.ndarray:
    """A render turned, scaled and shifted: straight uint8 [s,s,4] -> premultiplied float 0..1 [size,size,4]."""
    import cv2

    picture = rgba.astype(np.float32) / 255
    picture[..., :3] *= picture[..., 3:]
    mirrored, tilt, scale, dx, dy, _ = (float(p) for p in pose)
    while size_px * 2**scale < 0.45 * len(
        picture
    ):  # bilinear sampling reads 2x2 pixels: halve first where that is too few
        picture = cv2.resize(picture, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
    zoom = size_px * 2**scale / len(picture)
    angle = np.radians(tilt * 15)
    cos, sin = zoom * np.cos(angle), zoom * np.sin(angle)
    flip = -1 if mirrored else 1
    centre, to = (len(picture) - 1) / 2, (size_px - 1) / 2
    matrix = np.array([[cos * flip, -sin, 0], [sin * flip, cos, 0]])
    matrix[:, 2] = np.array([to + dx * 8, to + dy * 8]) - matrix[:, :2] @ (centre, centre)
    return cv2.warpAffine(picture, matrix, (size_px, size_px), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT)


def picture_of(rgba: np.ndarray, line: Line, pose: np.ndarray, colour: tuple[float | None, np.ndarray]) -> np.ndarray:
    """One training picture as the network's pixels [4,64,64] (see `object_unet.to_pixels`), recoloured if the line says so."""
    picture = pose_render(rgba, pose)
    alpha = picture[..., 3:]
    if line.colour:
        straight = np.clip(picture[..., :3] / np.maximum(alpha, 1e-3), 0, 1)
        picture = np.concatenate([recolour(straight, *colour, line.colour) * alpha, alpha], -1)
    return np.concatenate([2 * picture[..., :3] - alpha, 2 * alpha - 1], -1).transpose(2, 0, 1).astype(np.float32)


# ---- lines: what is said of which drawing --------------------------------------------------------------------------------


def write_lines(drawings, words, colours, held_pairs, held_colours, each: int = 16, seed: int = 7) -> list[Line]:
    """`each` captioned pictures of every drawing that is not held out.

    words: noun -> synonyms; colours: row -> (hue, mean, share); held_*: pairs that must never be drawn.
    """
    generator = np.random.default_rng(seed)
    style_words = {s[0]: s for s in STYLES.values()}
    lines = []
    for d in drawings:
        if (d.noun, d.style) in held_pairs:
            continue
        _, mean, share = colours[d.row]
        natural = colour_word(mean) if share > 0.4 else ""
        noun_colours = set(d.noun.split()) & set(COLOURS)
        free = (
            []
            if noun_colours or share < 0.35
            else [c for c in COLOURS if c != natural and (c, d.noun) not in held_colours]
        )
        for _ in range(each):
            noun = d.noun if generator.random() < 0.7 or not words.get(d.noun) else str(generator.choice(words[d.noun]))
            spoken = "" if generator.random() < 0.9 else str(generator.choice(POSES))
            paint = str(generator.choice(free)) if free and generator.random() < 0.2 else ""
            named = paint or (natural if natural and not noun_colours and generator.random() < 0.15 else "")
            known = style_words.get(d.style, (d.style,))
            style = (
                ""
                if generator.random() < 0.12
                else (known[0] if generator.random() < 0.7 else str(generator.choice(known)))
            )
            lines.append(
                Line(
                    d.row,
                    d.noun,
                    d.style,
                    paint,
                    spoken,
                    caption(noun, style, named, spoken, int(generator.integers(15))),
                )
            )
    return lines


def names_a_thing(word: str) -> bool:
    """Not an act, a property or a place where the thing is found."""
    return word not in DROPPED_WORDS and not re.search(r"(ing|ed|sy)$", word)


def choose_words(nouns, encode) -> dict[str, list[str]]:
    """Noun -> the tags that mean it: MiniLM puts them near (cosine >= 0.55) and nearer to it than to any other noun.

    encode: list of captions -> unit sentence vectors [n,d].
    """
    names = [n.name for n in nouns]
    tags = sorted({w for n in nouns for w in n.words if names_a_thing(w)} - set(names))
    name_vectors, tag_vectors = encode(names), encode(tags)
    alike = tag_vectors @ name_vectors.T  # [tags,nouns]
    place = {t: i for i, t in enumerate(tags)}
    chosen: dict[str, list[str]] = {}
    for j, noun in enumerate(nouns):
        fitting = [
            w for w in noun.words if w in place and alike[place[w], j] >= max(0.55, alike[place[w]].max() - 1e-4)
        ]
        chosen[noun.name] = fitting[:4]
    return chosen


class Batches:
    """Pictures, token features, masks and poses for any place in a run; the same place always gives the same batch."""

    def __init__(self, renders, lines: list[Line], colours, features, starts, seed: int = 0, drop: float = 0.12):
        self.renders, self.lines, self.colours = renders, lines, colours
        self.features, self.starts = features, starts  # all tokens of all lines [t,384]; where each line's begin [n+1]
        self.seed, self.drop = seed, drop

    def choose(self, seen: int, size: int) -> list[int]:
        """Line numbers after `seen` pictures: a fresh shuffle for every pass over the drawings."""
        total = len(self.lines)
        turn, place = divmod(seen, total)
        order = np.random.default_rng([self.seed, 1, turn]).permutation(total)
        chosen = order[place : place + size]
        if len(chosen) < size:
            rest = np.random.default_rng([self.seed, 1, turn + 1]).permutation(total)
            chosen = np.concatenate([chosen, rest[: size - len(chosen)]])
        return [int(i) for i in chosen]

    def batch(self, seen: int, size: int):
        """x0 [n,4,64,64], text [n,t,384], mask [n,t], pose [n,6] as float32 and bool arrays."""
        generator = np.random.default_rng([self.seed, 2, seen])
        chosen = self.choose(seen, size)
        x0 = np.empty((size, 4, SIZE_PX, SIZE_PX), np.float32)
        pose = np.empty((size, 6), np.float32)
        for i, number in enumerate(chosen):
            line = self.lines[number]
            pose[i] = draw_pose(line.pose, generator)
            x0[i] = picture_of(self.renders[line.row], line, pose[i], self.colours[line.row][:2])
        text, mask = self.text_of(chosen)
        mask[generator.random(size) < self.drop] = False  # no caption: for guidance
        pose[generator.random(size) < 0.15] = 0  # no pose told: the words must say it
        return x0, text, mask, pose

    def sentences(self):
        """The mean token features of every line, a float32 tensor [n,384]."""
        import torch

        sums = np.add.reduceat(self.features, self.starts[:-1], axis=0, dtype=np.float32)
        return torch.from_numpy(sums / np.diff(self.starts)[:, None].astype(np.float32))

    def text_of(self, chosen: list[int]):
        """Token features of these lines, padded to the longest: [n,t,384] and mask [n,t]."""
        lengths = [int(self.starts[i + 1] - self.starts[i]) for i in chosen]
        text = np.zeros((len(chosen), max(lengths), self.features.shape[1]), np.float32)
        mask = np.zeros(text.shape[:2], bool)
        for row, (number, length) in enumerate(zip(chosen, lengths)):
            text[row, :length] = self.features[self.starts[number] : self.starts[number + 1]]
            mask[row, :length] = True
        return text, mask


def write_features(path: Path, captions: list[str], encoder: SentenceEncoder) -> None:
    """MiniLM's tokens of all captions end to end, float16 [total,384], and where each caption's begin, beside it."""
    different = sorted(set(captions))
    tokens = dict(zip(different, (t.numpy() for t in encoder.tokens(different))))
    lengths = [len(tokens[c]) for c in captions]
    np.save(path.with_suffix(".starts.npy"), np.concatenate([[0], np.cumsum(lengths)]))
    np.save(path, np.concatenate([tokens[c] for c in captions]))


def read_features(path: Path) -> tuple[np.ndarray, np.ndarray]:
    """Token features (a read-only file map) and starts."""
    return np.load(path, mmap_mode="r"), np.load(path.with_suffix(".starts.npy"))
