"""The pictures of Detect's quiz: `python -m assets.quiz.make` from the project's folder.

Each question has one picture without AI and one with it, of like content, size and saving: a photograph that is known says nothing. All are saved once as JPEG without
metadata, credential or mark, as files are that one meets in the wild; what is true of each stands in quiz.json, which the studio never serves.
"""

from __future__ import annotations

import json
from collections.abc import Callable

import numpy as np
from PIL import Image

from pipelines.core.models import ASSETS
from pipelines.media import load_image

HERE = ASSETS / "quiz"
LONGEST_PX = 720
QUALITY = 86
REAL = "A photograph, made smaller and saved again; no AI was used."


def photo(name: str, longest: int = LONGEST_PX) -> Image.Image:
    picture = load_image(ASSETS / name).convert("RGB")
    picture.thumbnail((longest, longest), Image.Resampling.LANCZOS)
    return picture


def enlarged(name: str, engine: str) -> Image.Image:
    """Brought back from a quarter of its size by Real-ESRGAN."""
    from pipelines.generate.enlarge import enlarge

    picture = photo(name)
    small = picture.resize([side // 4 for side in picture.size], Image.Resampling.LANCZOS)
    return enlarge(small, engine=engine, factor="4").convert("RGB").resize(picture.size, Image.Resampling.LANCZOS)


def inpainted(name: str, x: float, y: float, wide: float, high: float) -> Image.Image:
    """An ellipse at (x, y), as shares of the picture, filled in from what is around it."""
    from pipelines.vision.inpainting import completed

    pixels = np.asarray(photo(name), np.float32) / 255
    height, width = pixels.shape[:2]
    across, down = np.meshgrid(np.arange(width) / width, np.arange(height) / height)
    hole = ((across - x) / wide) ** 2 + ((down - y) / high) ** 2 < 1
    return Image.fromarray((255 * np.asarray(completed(pixels, hole)).clip(0, 1)).round().astype(np.uint8))


def repainted(name: str) -> Image.Image:
    """The painter given the photograph's own style: a reconstruction by a network."""
    from pipelines.stylize.painting import painting

    picture = photo(name)
    return painting(picture, picture, detail=0.0).convert("RGB").resize(picture.size, Image.Resampling.LANCZOS)


def styled(name: str, style: str) -> Image.Image:
    from pipelines.stylize.gallery import gallery

    return gallery(photo(name), style=style).convert("RGB")


def face(seed: int) -> Image.Image:
    from pipelines.generate.parts import latent_faces

    return latent_faces.enlarged(latent_faces.faces(latent_faces.latents(seed, 1, 1.0))[0], 480).convert("RGB")


def passport(name: str) -> Image.Image:
    """A cut of a photographed face, as small and soft as the generated ones are."""
    picture = load_image(ASSETS / name).convert("RGB")
    side = min(picture.size) // 2
    left = (picture.width - side) // 2
    cut = picture.crop((left, 0, left + side, side)).resize((112, 112), Image.Resampling.LANCZOS)
    return cut.resize((480, 480), Image.Resampling.BICUBIC)


PAIRS: tuple[tuple[tuple[str, str, Callable[[], Image.Image]], tuple[str, str, Callable[[], Image.Image]]], ...] = (
    (
        ("real", REAL, lambda: photo("samples/moose.jpg")),
        (
            "edited",
            "A photograph brought back from a quarter of its size by a network (Real-ESRGAN), which invented the fur and the twigs.",
            lambda: enlarged("samples/moose.jpg", "photo"),
        ),
    ),
    (
        ("real", REAL, lambda: photo("samples/bridge-at-night.jpg")),
        (
            "edited",
            "A photograph brought back from a quarter of its size by a network (Real-ESRGAN), which invented the stones and the lights.",
            lambda: enlarged("samples/bridge-at-night.jpg", "photo"),
        ),
    ),
    (
        ("real", REAL, lambda: photo("samples/raccoon.jpg")),
        (
            "edited",
            "A photograph painted anew by a network that was given the photograph's own style.",
            lambda: repainted("samples/raccoon.jpg"),
        ),
    ),
    (
        ("real", REAL, lambda: photo("samples/citrus.jpg")),
        (
            "edited",
            "A photograph brought back from a quarter of its size by a small network (Real-ESRGAN).",
            lambda: enlarged("samples/citrus.jpg", "quick"),
        ),
    ),
    (
        ("real", REAL, lambda: photo("samples/coffee.jpg")),
        (
            "edited",
            "A photograph in which a piece of the table was filled in by a network.",
            lambda: inpainted("samples/coffee.jpg", 0.16, 0.72, 0.1, 0.16),
        ),
    ),
    (
        ("real", REAL, lambda: photo("samples/black-canyon.jpg")),
        (
            "edited",
            "A photograph in which a part of the slope was filled in by a network.",
            lambda: inpainted("samples/black-canyon.jpg", 0.35, 0.62, 0.16, 0.18),
        ),
    ),
    (
        ("real", REAL, lambda: photo("samples/honey-bee.jpg")),
        (
            "edited",
            "A photograph in which a petal and what is behind it were filled in by a network.",
            lambda: inpainted("samples/honey-bee.jpg", 0.82, 0.22, 0.14, 0.18),
        ),
    ),
    (
        (
            "real",
            "A painting by Vincent van Gogh, photographed; no AI was used.",
            lambda: photo("styles/van-gogh-harvest.jpg"),
        ),
        (
            "edited",
            "A photograph of boats at Nagasaki, painted by a network in a ready style.",
            lambda: styled("samples/nagasaki-boats.jpg", "autumn-oils"),
        ),
    ),
    (
        (
            "real",
            "A cut of a photograph of an astronaut, made small and enlarged without AI.",
            lambda: passport("samples/astronaut.jpg"),
        ),
        ("made", "The face of nobody, made by a network (DCGAN).", lambda: face(11)),
    ),
    (
        (
            "real",
            "A photograph of about 1865, made smaller and saved again; no AI was used.",
            lambda: photo("samples/nagasaki-boats.jpg"),
        ),
        (
            "edited",
            "An old photograph brought back from a quarter of its size by a network (Real-ESRGAN).",
            lambda: enlarged("samples/nagasaki-boats.jpg", "photo"),
        ),
    ),
)


def main() -> None:
    HERE.mkdir(exist_ok=True)
    listed = []
    for number, pair in enumerate(PAIRS):
        entries = []
        for letter, (truth, about, make) in zip("ab", pair, strict=True):
            name = f"{number:02d}{letter}.jpg"
            picture = make()
            picture.thumbnail((LONGEST_PX, LONGEST_PX), Image.Resampling.LANCZOS)
            picture.save(HERE / name, "JPEG", quality=QUALITY)
            entries.append({"file": name, "truth": truth, "about": about})
            print(name, truth, picture.size, (HERE / name).stat().st_size, flush=True)
        listed.append(entries)
    (HERE / "quiz.json").write_text(json.dumps(listed, ensure_ascii=False, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
