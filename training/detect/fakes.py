"""What machines make, for the detector's training: `python -m training.detect.fakes --folder F`; resumable.

Every generator of the studio that is quick enough, and reconstructions of the very photographs that stand for "real" (autoencoders,
enlargers, painters given the picture's own style), so that content, size and history say nothing. Generators are split like sources:
those of TEST are never trained on.
"""

import argparse
import zlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
from PIL import Image

from pipelines.core.models import ASSETS
from training.detect import autoencoders as detect_autoencoders
from training.detect import sources as detect_sources

PLACES = (
    "by the sea",
    "in a forest",
    "in a meadow",
    "in the desert",
    "in a city street",
    "in the snow",
    "on a hill",
    "by a lake",
)
THINGS = (
    "fox",
    "cat",
    "dog",
    "house",
    "tree",
    "car",
    "ship",
    "penguin",
    "elephant",
    "rabbit",
    "lion",
    "rose",
    "balloon",
    "castle",
    "owl",
)
COLOURS = ("red", "blue", "green", "yellow", "orange", "purple", "")
HOURS = ("at sunset", "at night", "at noon", "at dawn", "in the rain", "")
HELD_STYLES = (
    "hokusai-great-wave",
    "kandinsky-composition-viii",
    "van-gogh-auvers-street",
)  # the studio's own trained networks


def _words(rng) -> str:
    things = rng.choice(THINGS, 2, replace=False)
    colour = rng.choice(COLOURS)
    return f"a {colour} {things[0]} beside a {things[1]} {rng.choice(PLACES)} {rng.choice(HOURS)}".replace("  ", " ")


def storybook(rng, _):
    """The studio's scenes: things drawn by diffusion on painted backdrops."""
    from pipelines.generate.storybook import storybook as draw

    made = draw(prompt=_words(rng), format=str(rng.choice(["landscape", "square"])), seed=int(rng.integers(1 << 30)))
    return made.main.picture.convert("RGB")


def single_object(rng, _):
    """One drawing of the object model, enlarged, on an even ground."""
    from pipelines.generate.object import object as draw

    made = draw(
        prompt=f"a {rng.choice(COLOURS)} {rng.choice(THINGS)}", steps=14, size=512, seed=int(rng.integers(1 << 30))
    )
    picture = made.main if hasattr(made, "main") else made
    return on_even_ground(picture, rng)


def written(rng, _):
    """One drawing that the studio's transformer wrote code by code, on an even ground."""
    from pipelines.generate.codes import codes

    made = codes(prompt=f"a {rng.choice(COLOURS)} {rng.choice(THINGS)}", size=512, seed=int(rng.integers(1 << 30)))
    return on_even_ground(made.main, rng)


def on_even_ground(picture: Image.Image, rng) -> Image.Image:
    """A cut-out over one pale colour, or white."""
    colour = (255, 255, 255) if rng.random() < 0.3 else tuple(int(c) for c in rng.integers(150, 256, 3))
    return Image.alpha_composite(Image.new("RGBA", picture.size, (*colour, 255)), picture.convert("RGBA")).convert(
        "RGB"
    )


def gallery(rng, real):
    """A photograph in one of 26 styles."""
    from pipelines.stylize.gallery import gallery as paint
    from pipelines.stylize.parts.stylers import named_styles

    styles = [slug for slug in named_styles() if slug not in HELD_STYLES]
    return paint(
        real, style=str(rng.choice(styles)), strength=float(rng.uniform(0.6, 1)), detail=float(rng.choice([0.0, 0.6]))
    )


def trained_styles(rng, real):
    """A photograph through a style network that the studio trained itself."""
    from pipelines.stylize.gallery import gallery as paint

    return paint(real, style=str(rng.choice(HELD_STYLES)), detail=0.0)


def painting(rng, real):
    """A photograph in the style of any painting."""
    from pipelines.stylize.painting import painting as paint

    paths = sorted((ASSETS / "styles").glob("*.jpg"))
    style = Image.open(paths[rng.integers(len(paths))]).convert("RGB")
    return paint(real, style, strength=float(rng.uniform(0.5, 1.2)), detail=float(rng.choice([0.0, 0.6])))


def own_style(rng, real):
    """The painter given the photograph's own style: a reconstruction."""
    from pipelines.stylize.painting import painting as paint

    return paint(real, real, detail=0.0)


def enlarged(rng, real):
    """A photograph made small and brought back by the studio's enlarger."""
    from pipelines.generate.enlarge import enlarge

    short = min(real.size)
    factor = int(rng.choice([4, 8]))
    small = real.resize(
        [max(16, round(n * min(1.0, 560 / short) / factor)) for n in real.size], Image.Resampling.LANCZOS
    )
    return enlarge(small, factor=str(factor))


def superresolved(engine: str) -> Callable:
    """Return a generator that shrinks a real picture and enlarges it with an engine."""

    def bring_back(rng, real):
        from pipelines.generate.enlarge import enlarge

        short = min(real.size)
        small = real.resize(
            [max(16, round(n * min(1.0, 560 / short) / 4)) for n in real.size], Image.Resampling.LANCZOS
        )
        return enlarge(small, engine=engine, factor="4")

    bring_back.__doc__ = f"A picture at a quarter of its size brought back by Real-ESRGAN ({engine})."
    return bring_back


def inpainted(rng, real):
    """A quarter to a half of a photograph filled in."""
    from pipelines.vision.inpainting import completed

    pixels = np.asarray(real, np.float32) / 255
    high, wide = pixels.shape[:2]
    hole = np.zeros((high, wide), bool)
    side_y, side_x = (rng.uniform(0.4, 0.65, 2) * (high, wide)).astype(int)
    top, left = rng.integers(high - side_y), rng.integers(wide - side_x)
    y, x = np.ogrid[:high, :wide]
    hole |= ((y - top - side_y / 2) / side_y) ** 2 + ((x - left - side_x / 2) / side_x) ** 2 < 0.25
    return Image.fromarray((completed(pixels, hole).clip(0, 1) * 255).round().astype(np.uint8))


def face(rng, _):
    """A DCGAN face of nobody, enlarged from 64 pixels."""
    from pipelines.generate.parts import latent_faces

    latents = latent_faces.latents(int(rng.integers(1 << 30)), 1, float(rng.uniform(0.8, 1.4)))
    return latent_faces.enlarged(latent_faces.faces(latents)[0], int(rng.integers(320, 640)))


def autoencoder(name: str) -> Callable:
    """Return a generator that passes a real picture through an autoencoder."""

    def reconstruct(rng, real):
        return detect_autoencoders.reconstructed(name, real)

    reconstruct.__doc__ = f"A photograph through the autoencoder '{name}'."
    return reconstruct


SPLITS = ("train", "calibrate", "test")
DRAWN = ("storybook", "object", "codes", "faces")  # from words or dice alone, not from a picture
# name: (how, pictures from each split's sources, may it be trained on)
GENERATORS: dict[str, tuple[Callable, tuple[int, int, int], bool]] = {
    "autoencoder-a": (autoencoder("a"), (70, 30, 16), True),
    "autoencoder-c": (autoencoder("c"), (70, 30, 12), True),
    "own-style": (own_style, (60, 24, 12), True),
    "gallery": (gallery, (80, 30, 20), True),
    "painting": (painting, (70, 26, 16), True),
    "enlarged": (enlarged, (60, 24, 12), True),
    "esrgan-quick": (superresolved("quick"), (60, 24, 12), True),
    "esrgan-anime": (superresolved("anime"), (50, 20, 0), True),
    "object": (single_object, (40, 14, 10), True),
    "codes": (written, (40, 14, 10), True),
    "storybook": (storybook, (30, 10, 10), True),
    "inpainted": (inpainted, (50, 16, 10), True),
    "trained-styles": (trained_styles, (0, 0, 24), False),
    "autoencoder-b": (autoencoder("b"), (0, 0, 30), False),
    "faces": (face, (0, 0, 30), False),
    "esrgan-photo": (superresolved("photo"), (0, 0, 24), False),
}
TEST = tuple(name for name, entry in GENERATORS.items() if not entry[2])


def make(folder: Path, only: list[str], most_px: int = 640) -> None:
    """All pictures as `GENERATOR__SPLIT__REAL__NUMBER.png` in folder/fake; those that are there stay."""
    out = folder / "fake"
    out.mkdir(parents=True, exist_ok=True)
    masters = [path for path in detect_sources.masters(folder) if not detect_sources.stands_alone(path)]
    real = {split: [path for path in masters if f"__{split}__" in path.name] for split in SPLITS}
    for name in only or GENERATORS:
        how, counts, _ = GENERATORS[name]
        for place, (split, count) in enumerate(zip(SPLITS, counts)):
            for number in range(count):
                if any(out.glob(f"{name}__{split}__*__{number:03d}.png")):
                    continue
                rng = np.random.default_rng([zlib.crc32(name.encode()), place, number])
                source = real[split][rng.integers(len(real[split]))]
                picture = Image.open(source).convert("RGB")
                scale = min(1.0, most_px / max(picture.size))
                picture = picture.resize([round(n * scale) for n in picture.size], Image.Resampling.LANCZOS)
                origin = "none" if name in DRAWN else source.stem.replace("__", "-")
                how(rng, picture).convert("RGB").save(
                    out / f"{name}__{split}__{origin}__{number:03d}.png", compress_level=1
                )
        print(name, len(list(out.glob(f"{name}__*"))), flush=True)


def main() -> None:
    """Read the command line and make pictures with the generators."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--only", nargs="*", default=[], choices=list(GENERATORS))
    chosen = parser.parse_args()
    make(chosen.folder, chosen.only)


if __name__ == "__main__":
    main()
