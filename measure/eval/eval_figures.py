"""How good are the figures? `make eval-figures`: feet that slide, joint limits, closed gaits, time, and what a classifier of photographs sees.

Tables go to docs/figures.md.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from functools import lru_cache

import numpy as np
from PIL import Image

from measure.eval import figure_judges
from measure.pages import table
from pipelines.figures import ACTIONS, Character, act, draw, everything, figure_of_kind
from pipelines.figures.gaits import gait_of
from pipelines.scenes.backdrop import paint
from training.objects import data as objects_data

HEIGHT_PX = 432
GAITS = ("walk", "run", "sneak")
# What a class of ImageNet must be called for a kind to be recognised: any of these words within its name.
CLASSES: Mapping[str, tuple[str, ...]] = {
    "fox": ("fox",),
    "wolf": ("wolf", "coyote"),
    "dog": (
        "dog",
        "hound",
        "terrier",
        "retriever",
        "spaniel",
        "collie",
        "corgi",
        "beagle",
        "puppy",
        "husky",
        "basset",
        "shepherd",
        "dingo",
    ),
    "cat": ("cat",),
    "lion": ("lion",),
    "tiger": ("tiger",),
    "leopard": ("leopard", "jaguar", "cheetah"),
    "bear": ("bear",),
    "polar_bear": ("polar bear", "ice bear"),
    "panda": ("panda",),
    "rabbit": ("rabbit", "hare", "angora"),
    "hare": ("hare", "rabbit"),
    "squirrel": ("squirrel",),
    "badger": ("badger",),
    "beaver": ("beaver",),
    "horse": ("horse", "sorrel"),
    "zebra": ("zebra",),
    "cow": ("ox",),
    "bull": ("ox", "bison", "buffalo"),
    "pig": ("pig", "hog", "boar"),
    "sheep": ("ram", "sheep", "bighorn"),
    "ram": ("ram", "bighorn"),
    "goat": ("ibex", "goat"),
    "deer": ("gazelle", "impala", "hartebeest", "deer"),
    "elephant": ("elephant", "tusker"),
    "camel": ("camel", "llama"),
    "hippo": ("hippopotamus",),
    "monkey": ("monkey", "macaque", "guenon", "baboon", "langur", "capuchin", "titi", "marmoset", "colobus"),
    "koala": ("koala",),
    "kangaroo": ("wallaby", "kangaroo"),
    "turtle": ("turtle", "terrapin", "tortoise"),
    "frog": ("frog",),
    "crocodile": ("crocodile", "alligator"),
    "lizard": ("lizard", "chameleon", "gecko", "agama", "iguana", "anole", "monitor", "whiptail"),
    "robin": ("robin",),
    "owl": ("owl",),
    "eagle": ("eagle", "kite"),
    "parrot": ("macaw", "parrot", "lorikeet", "cockatoo"),
    "hen": ("hen", "cock"),
    "rooster": ("cock", "hen"),
    "duck": ("drake", "duck", "merganser", "goose"),
    "mallard": ("drake", "mallard", "duck"),
    "goose": ("goose",),
    "swan": ("swan", "goose"),
    "penguin": ("penguin",),
    "stork": ("stork",),
    "heron": ("heron", "egret"),
    "flamingo": ("flamingo",),
    "ostrich": ("ostrich",),
    "peacock": ("peacock",),
    "toucan": ("toucan",),
    "pelican": ("pelican",),
    "vulture": ("vulture",),
    "hummingbird": ("hummingbird",),
    "goldfish": ("goldfish",),
    "clownfish": ("anemone fish", "clownfish"),
    "shark": ("shark",),
    "whale": ("whale",),
    "orca": ("whale", "killer whale"),
    "jellyfish": ("jellyfish",),
    "snake": ("snake", "mamba", "boa", "python", "viper", "cobra"),
    "cobra": ("cobra", "snake"),
    "snail": ("snail",),
    "slug": ("slug",),
    "bee": ("bee",),
    "fly": ("fly",),
    "butterfly": ("monarch", "admiral", "ringlet", "butterfly", "lycaenid"),
    "dragonfly": ("dragonfly", "damselfly"),
    "ladybird": ("ladybug", "ladybird"),
    "beetle": ("beetle", "weevil"),
    "ant": ("ant",),
    "spider": ("spider", "tarantula", "black widow"),
    "grasshopper": ("grasshopper", "cricket"),
    "crab": ("crab",),
}


def sliding() -> list[list[str]]:
    """How far a standing foot moves in a stance, the worst of all kinds and feet, in pixels of a figure of 432."""
    rows = []
    for gait in GAITS:
        worst, whose, counted = 0.0, "", 0
        for kind in everything():
            figure = figure_of_kind(kind)
            if figure.family == "wave" or figure.plan in ("ghost", "snowman"):
                continue
            about, counted = gait_of(figure, gait), counted + 1
            for foot, offset in about.phases.items():
                end = figure.skeleton.index[figure.limbs[foot].end]
                places = []
                for share in np.linspace(0.001, about.duty - 0.001, 12):
                    pose = act(figure, gait, ((1 - offset) % 1.0 + share) * about.seconds)
                    places.append(figure.solved(pose)[1][end] / figure.height + (pose.travel, 0, 0))
                slide = float(np.ptp(np.array(places), axis=0).max()) * HEIGHT_PX
                if slide > worst:
                    worst, whose = slide, f"{kind}, {foot}"
        rows.append([gait, str(counted), f"{worst:.2f} px ({whose})"])
    return rows


def beyond_limits() -> tuple[int, int]:
    """How many joint angles of all kinds and actions are outside their limits, of how many."""
    outside = seen = 0
    for kind in everything():
        figure = figure_of_kind(kind)
        for action in ACTIONS:
            for t in (0.2, 0.9, 1.6):
                angles = figure.solved(act(figure, action, t))[0]
                outside += int(((angles < figure.skeleton.low - 1e-9) | (angles > figure.skeleton.high + 1e-9)).sum())
                seen += angles.size
    return outside, seen


def closing() -> float:
    """The largest difference between a gait and the same gait whole cycles later, in heights."""
    worst = 0.0
    for kind in ("grandmother", "fox", "hen", "robot", "elephant", "mouse"):
        figure = figure_of_kind(kind)
        for gait in GAITS:
            seconds = gait_of(figure, gait).seconds
            a, b = (figure.solved(act(figure, gait, 0.2 + cycles * seconds))[1] for cycles in (0, 7))
            worst = max(worst, float(np.abs(a - b).max()) / figure.height)
    return worst


def times() -> list[list[str]]:
    """Processor milliseconds for a frame after the first, one thread."""
    import cv2

    cv2.setNumThreads(1)
    rows = []
    for kind in ("grandmother", "king", "girl", "fox", "robot", "penguin", "fish", "bee"):
        who, took = Character(kind), []
        draw(who, act(who.figure, "walk", 0.0), HEIGHT_PX)
        for number in range(15):
            start = time.process_time()
            draw(who, act(who.figure, "walk", number / 24), HEIGHT_PX)
            took.append(time.process_time() - start)
        rows.append([kind, f"{np.median(took) * 1000:.1f} ms"])
    return rows


def seen() -> tuple[int, int, list[str]]:
    """Kinds of which a classifier of photographs names a fitting class among its first five, of how many; and which it does not.

    Five pictures each (side, three quarters twice, front; on a meadow and on plain paper), their probabilities averaged.
    """
    missed = classified({kind: figure_pictures(kind) for kind in CLASSES})
    return (
        len(CLASSES) - len(missed),
        len(CLASSES),
        [f"{kind.replace('_', ' ')} ({name})" for kind, name in missed.items()],
    )


def figure_pictures(kind: str) -> list[np.ndarray]:
    """A kind as the classifier is shown it: side, three quarters twice, front; on the meadow and on paper."""
    who = Character(kind)
    views = (("side", False), ("three_quarters", False), ("three_quarters", True), ("front", False), ("side", True))
    return [on_ground(draw(who, act(who.figure, "stand", 1.0), 300, view).rgba, paper) for view, paper in views]


@lru_cache(maxsize=1)
def meadow() -> Image.Image:
    """The painted ground that pictures stand on."""
    canvas = Image.new("RGBA", (480, 360))
    for plane in paint("meadow", "day", "clear", 480, 360, 3).planes.values():
        canvas.alpha_composite(plane.convert("RGBA"))
    return canvas


def on_ground(rgba: np.ndarray, paper: bool) -> np.ndarray:
    """A straight RGBA picture on the meadow or on paper, as the classifier takes it: uint8 [SIDE,SIDE,3]."""
    from measure.eval.efficientnet_lite import SIDE

    figure = Image.fromarray(rgba)
    side = round(1.16 * max(figure.size))
    ground = (
        Image.new("RGBA", (side, side), "#f4efe2") if paper else meadow().crop((60, 0, 420, 360)).resize((side, side))
    )
    ground.alpha_composite(figure, ((side - figure.width) // 2, (side - figure.height) // 2))
    return np.asarray(ground.convert("RGB").resize((SIDE, SIDE), Image.Resampling.BICUBIC))


def classified(pictures: Mapping[str, Sequence[np.ndarray]]) -> dict[str, str]:
    """The kinds of which no fitting class is among the first five of EfficientNet-lite0's mean probabilities, and what it says first."""
    from measure.eval.efficientnet_lite import LITE0, labels, logits
    from pipelines.core.fetching import fetch
    from pipelines.core.models import load

    fetch([LITE0])
    names, missed = [name.lower() for name in labels()], {}
    with load(LITE0) as weights:
        for kind, shown in pictures.items():
            scores = logits(weights, np.stack(shown))
            scores = np.exp(scores - scores.max(1, keepdims=True))
            mean = (scores / scores.sum(1, keepdims=True)).mean(0)
            first = [names[i] for i in np.argsort(-mean)[:5]]
            if not any(fits(name, CLASSES[kind]) for name in first):
                missed[kind] = first[0]
    return missed


def fits(name: str, words: Sequence[str]) -> bool:
    """Whether one of the words stands in a class's name."""
    return any(word in name.replace("-", " ").split() or (" " in word and word in name) for word in words)


# people and animals who differ by what they wear, their hair and their colours, for `identity`
CAST = (
    "an old grandmother with round glasses and a red scarf",
    "an old grandmother with square glasses and a blue dress",
    "a girl with pigtails and a yellow dress",
    "a girl with curly red hair and a green sweater",
    "a boy with a red cap",
    "a boy with black hair and a blue striped shirt",
    "a king with a white beard",
    "a queen with a purple dress",
    "a sailor with a long beard",
    "a pirate with a black hat",
    "a doctor with glasses",
    "a farmer with a straw hat",
    "a baker",
    "a wizard with a blue robe",
    "a witch with a green hat",
    "an astronaut",
    "a fat man with a moustache and a brown coat",
    "a thin woman with long blond hair",
    "a red fox",
    "a grey fox with a blue scarf",
    "a black cat",
    "a white cat with a red scarf",
    "a brown dog",
    "a white rabbit",
    "a grey rabbit with glasses",
    "a brown bear",
    "a panda",
    "an owl",
    "a penguin with a red scarf",
    "a blue robot",
    "a red robot",
    "a green dragon",
    "a purple dragon",
    "a mouse",
    "a lion",
    "a pig",
    "a cow",
    "a white horse",
    "a brown horse",
    "a ghost",
)


def identity() -> tuple[int, int, list[str]]:
    """Of how many characters the nearest picture of another scene is their own, by the logits of EfficientNet-lite0 (cosine) and who is taken for whom.

    One scene shows everybody standing by day from three quarters, the other walking at sunset from the side; 40 characters, so chance is 2.5 %.
    """
    from measure.eval.efficientnet_lite import LITE0, SIDE, logits
    from pipelines.core.fetching import fetch
    from pipelines.core.models import load
    from pipelines.figures import from_words
    from pipelines.painting.palette import light_of

    fetch([LITE0])
    scenes: list[list[np.ndarray]] = [[], []]
    for words in CAST:
        who = from_words(words).character
        for number, (action, t, view, hour) in enumerate(
            (("stand", 1.0, "three_quarters", "day"), ("walk", 0.25, "side", "sunset"))
        ):
            figure = Image.fromarray(draw(who, act(who.figure, action, t), 200, view, light_of(hour)).rgba)
            side = round(1.1 * max(figure.size))
            page = Image.new("RGBA", (side, side), "#f4efe2")
            page.alpha_composite(figure, ((side - figure.width) // 2, (side - figure.height) // 2))
            scenes[number].append(np.asarray(page.convert("RGB").resize((SIDE, SIDE), Image.Resampling.BICUBIC)))
    with load(LITE0) as weights:
        seen_in = [
            np.concatenate([logits(weights, np.stack(part[i : i + 8])) for i in range(0, len(part), 8)])
            for part in scenes
        ]
    first, second = (one - one.mean(0) for one in seen_in)  # what all figures have in common says nothing of who it is
    first, second = (one / np.linalg.norm(one, axis=1, keepdims=True) for one in (first, second))
    nearest = (first @ second.T).argmax(1)
    wrong = [f"{CAST[n]} for {CAST[found]}" for n, found in enumerate(nearest) if n != found]
    return len(CAST) - len(wrong), len(CAST), wrong


def lip_sync(rate_hz: int = 24) -> tuple[float, float]:
    """How many frames the painted mouth is off the sounds that are spoken, and how well it follows them (correlation); the worst of a girl and a fox.

    The sounds are 16 open and shut mouth shapes as a words.json has them. How much of the painted face differs from a shut mouth, at 24 frames a second, is
    compared with how open the sound of each sixteenth of a frame is; the shift that fits best is the offset (mouths lead by 30 ms on purpose).
    """
    from pipelines.animate.parts.mouths import SHAPES, spoken

    rng, visemes, at = np.random.default_rng(4), [], 0.4
    for shape in ("PP", "aa", "PP", "E", "nn", "oh", "PP", "ou", "SS", "aa", "PP", "ih", "kk", "aa", "FF", "oh"):
        long = float(rng.uniform(0.09, 0.24))
        visemes.append((at, at + long, shape))
        at += long
    seconds = at + 0.4
    track = spoken(visemes, seconds, rate_hz)
    fine = np.arange(round(seconds * 16 * rate_hz)) / (16 * rate_hz)
    given = np.zeros(len(fine))
    for start, end, shape in visemes:
        given[(fine >= start) & (fine < end)] = SHAPES[shape][0]
    worst, least = 0.0, 1.0
    for kind in ("girl", "fox"):
        who = Character(kind)
        shut = draw(who, act(who.figure, "stand", 1.0, mouth=track.at(0.0)), 300, "front")
        changed = []
        for n in range(round(seconds * rate_hz)):
            pose = act(who.figure, "stand", 1.0, mouth=track.at(n / rate_hz))
            now = draw(who, pose, 300, "front")
            changed.append(float(np.abs(now.rgba.astype(int) - shut.rgba).sum()))
        fits = {}
        for shift in range(-3 * 16, 3 * 16 + 1):
            at = np.arange(len(changed)) * 16 + shift
            kept = (at >= 0) & (at < len(given))
            fits[shift] = float(np.corrcoef(np.array(changed)[kept], given[at[kept]])[0, 1])
        best = max(fits, key=lambda shift: fits[shift])
        worst, least = max(worst, abs(best) / 16), min(least, fits[best])
    return worst, least


def main() -> None:
    slides = table(("Gait", "Kinds", "A standing foot slides at most"), sliding())
    outside, angles = beyond_limits()
    found, of, missed = seen()
    print(slides)
    print(f"angles outside their limits: {outside} of {angles}; a gait closes within {closing():.1e} heights")
    print(table(("Figure", "Processor time a frame"), times()))
    same, cast, wrong = identity()
    print(f"identity across scenes: {same} of {cast} found again; not: {'; '.join(wrong) or 'none'}")
    offset, fit = lip_sync()
    print(f"lip sync: the painted mouth is {offset:.2f} frames off at most (correlation {fit:.2f} at least)")
    print(f"top five of EfficientNet-lite0: {found} of {of} ({found / of:.0%}); not: {', '.join(missed)}")
    print("\n".join(figure_judges.report(objects_data.default_cache()).values()))


if __name__ == "__main__":
    main()
