"""Pictures for the codes: every drawing as its artist drew it and in many colours, mirrored, turned, a little warped, a little shifted in hue.

The same drawings, the same held-out pairs and colours as the object model (`objects_data`), and a fourth style. What a picture shows is told
as a name (MiniLM reads it) and three numbers, colour, style and pose, so that a colour means the same whatever it is said of.
"""

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from pipelines.vision.oklab import from_oklab, recolour, to_oklab
from training.objects import data as objects_data
from training.objects.batches import choose_words, colour_word, pose_render
from training.objects.data import HELD_OUT_SEED, HELD_OUT_SHARE, Drawing
from training.objects.labels import CORE
from training.objects.words import COLOURS, STYLES, article

STYLE_ROWS = ("", *(words[0] for words in STYLES.values()))  # row 0: not told
COLOUR_ROWS = ("", "as drawn", *COLOURS)
POSE_ROWS = ("", "as drawn", "mirrored", "small", "big", "tilted left", "tilted right")
PAINTABLE = 0.15  # the least share of a drawing that its main colour must have to be painted over
PAINTED = 0.3  # of the pictures of what can be painted
EXACT = 0.5  # of the pictures are as drawn to the pixel, the others moved, bent and shifted in hue a little
POSED = 0.05  # are mirrored, tilted, small or big
SKIN_HUE, SKIN_REACH = 80.0, 34.0  # the yellow of emoji people, in OKLCh degrees


@dataclass(frozen=True)
class View:
    """What one picture shows and what is told of it: rows of the tables above; `colour` "" leaves the drawing's own."""

    drawing: int
    name: str
    colour: str
    pose: str
    told_colour: int
    told_style: int
    told_pose: int


@dataclass(frozen=True)
class Data:
    """Drawings [n] with their main colours, other words for their nouns, the colours that may be painted, and what is kept back."""

    drawings: list[Drawing]
    renders: np.ndarray  # [.,128,128,4] by Drawing.row
    colours: dict[int, tuple[float | None, np.ndarray, float]]  # by row
    words: dict[str, list[str]]
    held_pairs: set[tuple[str, str]]
    held_colours: set[tuple[str, str]]
    features: dict[str, np.ndarray]  # a name's token features [t,384]

    def trained(self) -> list[int]:
        """The drawings that are not held out."""
        return [i for i, d in enumerate(self.drawings) if (d.noun, d.style) not in self.held_pairs]

    def paints(self, number: int) -> list[str]:
        """The colours that a drawing may be painted in."""
        d = self.drawings[number]
        _, mean, share = self.colours[d.row]
        if share < PAINTABLE or set(d.noun.split()) & set(COLOURS):
            return []
        natural = colour_word(mean) if share > 0.4 else ""
        return [c for c in COLOURS if c != natural and (c, d.noun) not in self.held_colours]


# ---- what is kept back ---------------------------------------------------------------------------------------------------


def held_back(drawings: list[Drawing]) -> tuple[set[tuple[str, str]], set[tuple[str, str]]]:
    """Pairs (noun, style) and (colour, noun): the object model's own for its drawings, and as large a share of the others."""
    core = objects_data.core(drawings)
    pairs = objects_data.hold_out(core)
    taken = {noun for noun, _ in pairs}
    known = {d.row for d in core}
    other = [d for d in drawings if d.row not in known and d.noun not in taken]
    generator = np.random.default_rng(HELD_OUT_SEED + 2)
    for i in generator.permutation(len(other))[: round(HELD_OUT_SHARE * (len(drawings) - len(core)))]:
        if other[i].noun not in taken and sum(d.noun == other[i].noun for d in drawings) >= 3:
            pairs.add((other[i].noun, other[i].style))
            taken.add(other[i].noun)
    nouns = {d.noun for d in core}
    painted = objects_data.hold_out_colours(sorted(nouns), list(COLOURS))
    painted |= objects_data.hold_out_colours(
        sorted({d.noun for d in drawings} - nouns), list(COLOURS), seed=HELD_OUT_SEED + 3
    )
    return pairs, painted


# ---- colour --------------------------------------------------------------------------------------------------------------


def clothes_colour(rgba: np.ndarray) -> tuple[float | None, np.ndarray, float]:
    """The main colour of what a person wears: skin's yellow is not looked at, and what is too near to it cannot be painted."""
    from pipelines.vision.oklab import main_colour

    pixels = rgba.reshape(-1, 4)
    lab = to_oklab(pixels[:, :3] / 255.0)
    hue = np.degrees(np.arctan2(lab[:, 2], lab[:, 1])) % 360
    skin = (np.abs(hue - SKIN_HUE) < SKIN_REACH) & (np.hypot(lab[:, 1], lab[:, 2]) > 0.03)
    left = pixels.copy()
    left[skin, 3] = 0
    found, mean, share = main_colour(left[None])
    share *= float((left[:, 3] > 200).sum() / max(1, (pixels[:, 3] > 200).sum()))
    near_skin = found is not None and abs((found - SKIN_HUE + 180) % 360 - 180) < SKIN_REACH + 50
    return found, mean, 0.0 if near_skin else share


def shift_colours(straight: np.ndarray, generator: np.random.Generator) -> np.ndarray:
    """All colours a little turned, lighter or darker, as another hand might have mixed them. straight 0..1 [h,w,3]."""
    lab = to_oklab(straight)
    turn, more = np.radians(generator.normal(0, 5)), generator.normal(1, 0.06)
    cos, sin = np.cos(turn) * more, np.sin(turn) * more
    a, b = lab[..., 1].copy(), lab[..., 2].copy()
    lab[..., 1], lab[..., 2] = cos * a - sin * b, sin * a + cos * b
    lab[..., 0] = np.clip(lab[..., 0] + generator.normal(0, 0.02), 0.02, 1)
    return from_oklab(lab)


# ---- pictures ------------------------------------------------------------------------------------------------------------


def pose_numbers(spoken: str, exact: bool, generator: np.random.Generator) -> np.ndarray:
    """Mirrored, tilt/15, log2 scale, dx/8, dy/8 and 1, as `objects_batches.posed` reads them."""
    tilt, scale, mirrored, slack = 0.0, 0.0, float(spoken == "mirrored"), 1.5
    if not exact:
        tilt, scale = generator.normal(0, 2.5), generator.uniform(-0.14, 0.0)
    if spoken == "small":
        scale, slack = generator.uniform(-1.0, -0.75), 6.0
    elif spoken == "big":
        scale = generator.uniform(0.03, 0.08)
    elif spoken.startswith("tilted"):
        tilt = generator.uniform(12, 22) * (-1 if spoken.endswith("left") else 1)
    dx, dy = (0.0, 0.0) if exact and spoken != "small" else generator.uniform(-slack, slack, 2)
    return np.array([mirrored, tilt / 15, scale, dx / 8, dy / 8, 1], np.float32)


def warp_picture(picture: np.ndarray, generator: np.random.Generator, reach_px: float = 1.3) -> np.ndarray:
    """Bent a little, smoothly: a 4x4 grid of shifts (Simard et al. 2003). Premultiplied [h,w,4]."""
    import cv2

    size = len(picture)
    shifts = cv2.resize(
        generator.normal(0, reach_px, (4, 4, 2)).astype(np.float32), (size, size), interpolation=cv2.INTER_CUBIC
    )
    y, x = np.mgrid[:size, :size].astype(np.float32)
    return cv2.remap(picture, x + shifts[..., 0], y + shifts[..., 1], cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT)


def picture_of(data: Data, view: View, generator: np.random.Generator) -> np.ndarray:
    """One picture as the network's pixels [4,64,64]; most exactly as drawn, the others moved a little."""
    d = data.drawings[view.drawing]
    exact = bool(generator.random() < EXACT)
    picture = pose_render(data.renders[d.row], pose_numbers(view.pose, exact, generator))
    if not exact:
        picture = warp_picture(picture, generator)
    if view.colour or not exact:
        alpha = picture[..., 3:]
        straight = np.clip(picture[..., :3] / np.maximum(alpha, 1e-3), 0, 1)
        if view.colour:
            straight = recolour(straight, *data.colours[d.row][:2], view.colour)
        picture = np.concatenate([(straight if exact else shift_colours(straight, generator)) * alpha, alpha], -1)
    return network_pixels(picture)


def network_pixels(picture: np.ndarray) -> np.ndarray:
    """Premultiplied RGBA 0..1 [h,w,4] as the network's pixels [4,h,w]."""
    alpha = picture[..., 3:]
    return np.concatenate([2 * picture[..., :3] - alpha, 2 * alpha - 1], -1).transpose(2, 0, 1).astype(np.float32)


def view_of(data: Data, number: int, generator: np.random.Generator) -> View:
    """One way of many to show a drawing and to say what it is."""
    d = data.drawings[number]
    others, free = data.words.get(d.noun) or [d.noun], data.paints(number)
    name = d.noun if generator.random() < 0.75 else str(generator.choice(others))
    pose = str(generator.choice(POSE_ROWS[2:])) if generator.random() < POSED else "as drawn"
    colour = str(generator.choice(free)) if free and generator.random() < PAINTED else ""
    named_colour = colour
    if not colour:
        _, mean, share = data.colours[d.row]
        natural = colour_word(mean) if share > 0.4 and not set(d.noun.split()) & set(COLOURS) else ""
        natural = natural if (natural, d.noun) not in data.held_colours else ""
        named_colour = natural if natural and generator.random() < 0.3 else "as drawn"
    return View(
        number, name, colour, pose, COLOUR_ROWS.index(named_colour), STYLE_ROWS.index(d.style), POSE_ROWS.index(pose)
    )


class Pictures:
    """Pictures for any place in a run, every drawing once in each pass; the same place always gives the same picture."""

    def __init__(self, data: Data, seed: int = 0):
        self.data, self.seed, self.numbers = data, seed, data.trained()
        self.turn, self.order = -1, np.zeros(0, int)  # the pass that was last asked for

    def view(self, seen: int) -> tuple[View, np.random.Generator]:
        """What picture `seen` shows, and the generator that draws it."""
        turn, place = divmod(seen, len(self.numbers))
        if self.turn != turn:
            self.turn, self.order = turn, np.random.default_rng([self.seed, 1, turn]).permutation(len(self.numbers))
        generator = np.random.default_rng([self.seed, 2, seen])
        return view_of(self.data, self.numbers[self.order[place]], generator), generator

    def batch(self, seen: int, size: int) -> np.ndarray:
        """Pixels [n,4,64,64]."""
        return np.stack([picture_of(self.data, *self.view(seen + i)) for i in range(size)])


# ---- all of it, once -----------------------------------------------------------------------------------------------------


def prepare_codes(cache: Path, folder: Path) -> Data:
    """Everything both trainings need; words, names and what is held back are recorded in `folder`. Renders are fetched and drawn once."""
    from pipelines.core.fetching import fetch
    from pipelines.core.models import load
    from pipelines.language.minilm import MINILM

    folder.mkdir(parents=True, exist_ok=True)
    drawings, renders = objects_data.prepare(cache)
    drawings = [d for d in drawings if d.noun in set(CORE)]
    drawn = {d.noun for d in drawings}
    nouns = [n for n in objects_data.vocabulary(cache) if n.name in drawn]
    people = {n.name for n in nouns if n.subgroup.startswith(("person", "hand", "body"))}
    colours = _colours(cache, folder, drawings, renders, people)
    pairs, painted = held_back(drawings)
    fetch([MINILM])
    with load(MINILM) as encoder:
        words_path = folder / "words.json"
        if not words_path.exists():
            words_path.write_text(json.dumps(choose_words(nouns, encoder.sentences), indent=0))
        words = json.loads(words_path.read_text())
        names = sorted(drawn | {w for n in drawn for w in words.get(n, ())})
        features = _features(folder / "codes-names.npz", names, encoder)
    (folder / "held_out.json").write_text(json.dumps(objects_data.held_out_record(pairs, painted), indent=1))
    (folder / "drawings.json").write_text(json.dumps([vars(d) for d in drawings]))
    return Data(drawings, renders, colours, words, pairs, painted, features)


def _colours(cache: Path, folder: Path, drawings: list[Drawing], renders: np.ndarray, people: set[str]) -> dict:
    """Main colours by row, people's clothes for theirs; kept in the folder."""
    path = folder / "codes-colours.json"
    if not path.exists():
        main = objects_data.main_colours(cache, renders)
        found = {d.row: clothes_colour(renders[d.row][::2, ::2]) if d.noun in people else main[d.row] for d in drawings}
        path.write_text(json.dumps({row: (hue, mean.tolist(), share) for row, (hue, mean, share) in found.items()}))
    return {int(row): (hue, np.array(mean), share) for row, (hue, mean, share) in json.loads(path.read_text()).items()}


def _features(path: Path, names: list[str], encoder) -> dict[str, np.ndarray]:
    """Token features of names with their articles, float32 [t,384] each; kept in a file."""
    if path.exists():
        with np.load(path) as kept:
            if set(names) <= set(kept.files):
                return {name: kept[name].astype(np.float32) for name in names}
    found = {name: t.numpy() for name, t in zip(names, encoder.tokens([article(name) for name in names]))}
    np.savez(path, **found)
    return {name: t.astype(np.float32) for name, t in found.items()}


def pad_features(names: list[np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
    """Token features [t,384] padded to the longest: float32 [n,t,384] and mask [n,t]."""
    text = np.zeros((len(names), max(map(len, names)), names[0].shape[1]), np.float32)
    mask = np.zeros(text.shape[:2], bool)
    for row, tokens in enumerate(names):
        text[row, : len(tokens)], mask[row, : len(tokens)] = tokens, True
    return text, mask
