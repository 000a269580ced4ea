"""Faces in films for Detect, each labelled with how it was made: `python -m assets.specimens.faces` from the project's folder.

Two painted people (public domain) who died long ago: filmed and left alone, made to speak by `animate.talk`, and swapped by `redteam.swap`. They carry
no credential and no invisible mark, so that Detect has to look.
"""

from __future__ import annotations

import math
import tempfile
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from pipelines.animate.talk import talk
from pipelines.core.models import ASSETS
from pipelines.core.progress import Progress
from pipelines.media import Sound, Video, load_image, load_sound, load_video, save_video
from pipelines.redteam.swap import swap

HERE = ASSETS / "specimens"
SIDE_PX, RATE_HZ, SECONDS = 384, 24, 6.0
LICENCE = "Paintings in the public domain (assets/styles/LICENCE.md); the films are made by the studio and free to use as the studio itself"
LISTED: list[dict[str, Any]] = [
    {
        "asset": f"specimens/{asset}.mp4",
        "picture": f"specimens/{asset}.webp",
        "title": title,
        "label": label,
        "truth": truth,
        "about": about,
        "licence": LICENCE,
    }
    for asset, title, label, truth, about in (
        (
            "face-untouched",
            "A painting, filmed",
            "filmed without AI, unsigned",
            "real",
            "A painting of 1503 over which a camera moves; nothing in it was made by AI.",
        ),
        (
            "face-reenacted",
            "A face made to speak",
            "moved by AI, unsigned",
            "made",
            "The same painting, made to speak by Animate; not signed.",
        ),
        (
            "face-swapped",
            "A swapped face",
            "another face by AI, unsigned",
            "edited",
            "The speaking painting with the face of another, by the Red team; not signed, the label stays.",
        ),
    )
]


def face(name: str, left: float, top: float, side: float) -> Image.Image:
    """A square of a bundled painting around its face, by shares of its shorter side."""
    picture = load_image(ASSETS / "styles" / f"{name}.jpg")
    scale = min(picture.size)
    box = tuple(round(scale * value) for value in (left, top, left + side, top + side))
    return picture.crop(box).resize((SIDE_PX, SIDE_PX), Image.Resampling.LANCZOS)


def filmed(picture: Image.Image) -> Video:
    """A camera moves over a picture: every frame is a piece of it, resized."""
    pixels = np.asarray(picture)
    count = round(SECONDS * RATE_HZ)

    def frames() -> Iterator[np.ndarray]:
        for number in range(count):
            turn = 2 * math.pi * number / count
            x, y = 12 + 10 * math.cos(turn), 12 + 10 * math.sin(2 * turn)
            piece = Image.fromarray(pixels).transform(
                (SIDE_PX, SIDE_PX),
                Image.Transform.EXTENT,
                (x, y, x + SIDE_PX - 24, y + SIDE_PX - 24),
                Image.Resampling.BICUBIC,
            )
            yield np.array(piece)

    return Video(SIDE_PX, SIDE_PX, Fraction(RATE_HZ), count, frames)


def make(steps: int = 400) -> None:
    """All three films and their small pictures."""
    voice = load_sound(HERE / "spoken.mp3")
    voice = Sound(voice.samples[: round(SECONDS * voice.rate_hz)], voice.rate_hz)
    first, second = face("leonardo-mona-lisa", 0.08, 0.05, 0.62), face("van-gogh-pere-tanguy", 0.26, 0.08, 0.5)
    with tempfile.TemporaryDirectory() as folder:
        spoken = []
        for number, picture in enumerate((first, second)):
            path = Path(folder) / f"{number}.mp4"
            made = talk(
                picture, voice, consent=True, kind="photograph", liveliness=1.6, longest_side=SIDE_PX, seed=number
            )
            save_video(made.main, path)
            spoken.append(load_video(path))
        kept(filmed(first), "face-untouched")
        kept(spoken[0], "face-reenacted")

        def tell(progress: Progress) -> None:
            print(f"{progress.fraction:.2f} {progress.label}", flush=True)

        kept(
            swap(
                spoken[0], spoken[1], people="videos", consent_in=True, consent_out=True, steps=steps, report=tell
            ).main,
            "face-swapped",
        )


def kept(video: Video, name: str) -> None:
    """The film, and its first picture."""
    save_video(video, HERE / f"{name}.mp4", crf=27)
    shown = Image.fromarray(next(iter(video.frames())))
    shown.thumbnail((240, 240))
    shown.save(HERE / f"{name}.webp", quality=80)


if __name__ == "__main__":
    make()
