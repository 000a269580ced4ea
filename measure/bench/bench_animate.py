"""How long animated frames take, and how even, closed and true the motion is.

    python -m measure.bench.bench_animate [speed] [pan] [loops] [between]     (all four by default)

Speed is processor time of this process for a frame, preparation apart (bar 0.03 s for camera moves and layers). A pan's shift is measured by least squares on the brightness of neighbouring
frames. A loop's seam is the difference of its last and first frame over the mean difference of neighbours (bar 1.0). Frames between
frames are judged on the sample pan: every second frame is left out and made again; the error is over that of a crossfade (bar 0.6).
"""

from __future__ import annotations

import itertools
import sys
import time
from dataclasses import replace
from typing import Any

import numpy as np
from PIL import Image

from measure import results
from pipelines.animate.camera import camera
from pipelines.animate.interpolate import interpolate
from pipelines.animate.layers import layers
from pipelines.animate.loop import loop
from pipelines.animate.morph import morph
from pipelines.animate.talk import talk
from pipelines.core.fetching import fetch
from pipelines.core.models import ASSETS
from pipelines.generate.parts.latent_faces import DCGAN
from pipelines.media import Layers, Sound, Video, load_video
from pipelines.vision.faces import FACE_MESH, YUNET
from pipelines.vision.matte import U2NETP

Row = dict[str, Any]


def photo(name: str) -> Image.Image:
    return Image.open(ASSETS / "samples" / f"{name}.jpg").convert("RGB")


def lower_half(picture: Image.Image) -> Image.Image:
    mask = Image.new("L", picture.size)
    mask.paste(255, (0, int(picture.height * 0.7), *picture.size))
    return mask


def story() -> Layers:
    """A picture in layers with things that act, from Storybook."""
    from pipelines.generate.storybook import storybook

    return storybook(prompt="a fox beside a dog by the sea and two birds in the sky", seed=7).main


def voice(seconds: float = 4.0) -> Sound:
    """A tone that comes and goes twice a second, with the mouth shapes to it."""
    time = np.arange(round(24_000 * seconds)) / 24_000
    tone = 0.3 * np.sin(2 * np.pi * 220 * time) * (np.sin(2 * np.pi * 2 * time) > 0)
    shapes = ["sil", "aa", "PP", "oh", "SS", "E", "ou", "nn"]
    visemes = [[i * 0.125, (i + 1) * 0.125, shapes[i % len(shapes)]] for i in range(round(seconds / 0.125))]
    return Sound(tone.astype(np.float32)[:, None], 24_000, words={"visemes": visemes})


def nobody() -> Image.Image:
    from pipelines.generate.parts import latent_faces

    return latent_faces.enlarged(latent_faces.faces(latent_faces.latents(3, 1, 1.0))[0], 720)


def speed(count: int = 48) -> list[Row]:
    """Processor seconds at 1280 x 720 for camera moves and layers, at 960 pixels or the picture's size for the others."""
    boats, moose, sentence = photo("nagasaki-boats"), photo("moose"), "The fox runs to the sea. The birds fly away."
    scene, face = story(), nobody()
    calls = {
        "camera, flat zoom": lambda: camera(moose, move="zoom in", parallax=False, shape="16:9"),
        "camera, orbit with depth": lambda: camera(moose, move="orbit", shape="16:9"),
        "camera, push in with depth": lambda: camera(moose, move="push in", shape="16:9"),
        "camera, rack focus": lambda: camera(moose, move="rack", shape="16:9"),
        "layers, camera slides": lambda: layers(scene, motions=sentence, shape="16:9"),
        "layers, camera pushes in, snow": lambda: layers(
            scene, motions=sentence, camera="in", weather="snow", shape="16:9"
        ),
        "talk, a face": lambda: talk(face, voice(), consent=True).main,
        "talk, a drawing": lambda: talk(moose, voice(), point="0.5 0.5").main,
        "loop": lambda: loop(boats, lower_half(boats)),
        "morph": lambda: morph(photo("astronaut"), photo("navy-officer")),
        "interpolate 2x": lambda: interpolate(load_video(ASSETS / "samples" / "pan.mp4"), factor=2),
    }
    rows = []
    for name, call in calls.items():
        start = time.process_time()
        made = call()
        prepared = time.process_time() - start
        frames = made.frames()
        next(frames)
        start = time.process_time()
        read = sum(1 for _ in itertools.islice(frames, count if name.startswith(("camera", "layers", "talk")) else 8))
        row = {
            "what": name,
            "prepared_seconds": round(prepared, 2),
            "frame_seconds": round((time.process_time() - start) / read, 3),
        }
        rows.append(shown(row | {"size": f"{made.width}x{made.height}"}))
    return rows


def pan() -> list[Row]:
    """Shift from frame to frame of an even pan, in pixels: its spread is what the eye sees as jitter (bar 0.05)."""
    made = camera(
        photo("moose"),
        move="pan right",
        parallax=False,
        easing="even",
        amount=0.1,
        seconds=1,
        rate=24,
        longest_side=480,
    )
    shifts = [shift(a.astype(float).mean(-1), b.astype(float).mean(-1)) for a, b in itertools.pairwise(made.frames())]
    return [
        shown(
            {
                "what": "even pan",
                "mean_px": round(float(np.mean(shifts)), 4),
                "spread_px": round(float(np.ptp(shifts)), 4),
                "bar": 0.05,
            }
        )
    ]


def shift(one: np.ndarray, two: np.ndarray) -> float:
    """Sideways shift by least squares, windowed so that borders do not count."""
    window = np.outer(np.hanning(one.shape[0]), np.hanning(one.shape[1]))
    slope = np.gradient((one + two) / 2, axis=1) * window
    return float(-(slope * (two - one) * window).sum() / (slope * slope).sum())


def loops() -> list[Row]:
    """Last against first frame over the mean of neighbours."""
    boats, rows = photo("nagasaki-boats"), []
    small = {"seconds": 2, "rate": 12, "longest_side": 320}
    for name, made in (
        ("loop", loop(boats, lower_half(boats), **small)),
        ("orbit", camera(photo("moose"), move="orbit", loop=True, **small)),
        ("drift", camera(photo("moose"), move="drift", loop=True, **small)),
        ("morph", morph(photo("astronaut"), photo("navy-officer"), loop=True, **small)),
    ):
        frames = [frame.astype(float) for frame in made.frames()]
        steps = np.mean([np.abs(a - b).mean() for a, b in itertools.pairwise(frames)])
        rows.append(
            shown(
                {
                    "what": f"seam of {name}",
                    "ratio": round(float(np.abs(frames[0] - frames[-1]).mean() / steps), 3),
                    "bar": 1.0,
                }
            )
        )
    return rows


def between(count: int = 13) -> list[Row]:
    """Every second frame of the sample pan made again from its neighbours."""
    sample = load_video(ASSETS / "samples" / "pan.mp4")
    frames = [
        np.asarray(Image.fromarray(frame).resize((480, 270)))
        for frame in itertools.islice(sample.frames(), 60, 60 + count)
    ]
    halved: Video = replace(
        sample, width=480, height=270, frame_count=len(frames[::2]), frames=lambda: iter(frames[::2])
    )
    made = list(interpolate(halved, factor=2).frames())
    errors = [
        [
            np.abs(guess.astype(float) - truth).mean()
            for guess in (made[i], (frames[i - 1].astype(float) + frames[i + 1]) / 2)
        ]
        for i, truth in enumerate(frames)
        if i % 2 and i + 1 < len(frames)
    ]
    ours, faded = np.mean(errors, axis=0)
    return [
        shown(
            {
                "what": "frames between frames",
                "ratio": round(ours / faded, 3),
                "bar": 0.6,
                "error": round(ours, 2),
                "crossfade": round(faded, 2),
            }
        )
    ]


def shown(row: Row) -> Row:
    print("  ".join(f"{key} {value}" for key, value in row.items()), flush=True)
    return row


def main() -> None:
    fetch([U2NETP, YUNET, FACE_MESH, DCGAN])
    parts = {"speed": speed, "pan": pan, "loops": loops, "between": between}
    results.in_parts("animate", parts, sys.argv[1:])


if __name__ == "__main__":
    main()
