"""Stub pipelines for every kind of result; installed as if they stood in pipelines/stylize/."""

from __future__ import annotations

import io
import sys
import types
import zipfile
from typing import Annotated

import numpy as np
from PIL import Image as PillowImage

from pipelines.core.progress import Progress, Report, silent, workspace
from pipelines.core.registry import pipeline
from pipelines.core.settings import Input, Range, Seed, Text
from pipelines.media import Accompanied, Layers, Score, Sound, Words, save_sound
from studio.web.sendto import Method, Tab, TabRegistry

MIDI = b"MThd\x00\x00\x00\x06\x00\x00\x00\x01\x00\x60MTrk\x00\x00\x00\x0d\x00\x90\x3c\x40\x60\x80\x3c\x40\x00\xff\x2f\x00\x00"


def hum(
    *,
    text: Annotated[str, Text(receives=True, lines=3, editor="dialogue")] = "",
    seconds: Annotated[float, Range(0.2, 20)] = 1.0,
    seed: Seed = 0,
    report: Report = silent,
) -> Accompanied[Sound]:
    """A tone in a hiss (a stub)."""
    rate = 24000
    time = np.arange(round(seconds * rate)) / rate
    hiss = np.random.default_rng(seed).normal(0, 0.1, len(time))
    samples = (0.2 * np.sin(2 * np.pi * 330 * time) + hiss).astype(np.float32)[:, None]
    folder = workspace()
    if folder is not None:
        (folder / "heard").mkdir(exist_ok=True)
        save_sound(Sound(samples, rate), folder / "heard" / "0001.wav")
    report(Progress(1, 2, "Humming"))
    words = b'{"seconds":1.0,"sentences":[{"text":"Hum","speaker":"","start":0.0,"end":0.9,"words":[{"text":"Hum","after":"","start":0.1,"end":0.9}]}]}'
    return Accompanied(Sound(samples, rate), {"words.json": words, "song.mid": MIDI})


def jot(*, text: Annotated[str, Text(receives=True, lines=2, editor="blanks")] = "", report: Report = silent) -> Words:
    """The same words again (a stub)."""
    return Words(text, {"kind": "none", "said": 1})


def tune(*, seed: Seed = 0, report: Report = silent) -> Score:
    """One note (a stub)."""
    return Score(MIDI)


def stack(*, seed: Seed = 0, report: Report = silent) -> Layers:
    """A picture in two layers (a stub)."""
    picture = PillowImage.new("RGB", (96, 64), (200, 120, 40))
    return Layers(picture, archive(picture))


def flatten(layers: Annotated[Layers, Input(label="Layers")], *, seed: Seed = 0, report: Report = silent) -> Words:
    """How many bytes the layers have (a stub)."""
    return Words(str(len(layers.archive)))


def archive(picture: PillowImage.Image) -> bytes:
    """A small OpenRaster archive of one layer."""
    file, png = io.BytesIO(), io.BytesIO()
    picture.save(png, "PNG")
    with zipfile.ZipFile(file, "w") as zip_file:
        zip_file.writestr("mimetype", "image/openraster")
        size = f'w="{picture.width}" h="{picture.height}"'
        zip_file.writestr("stack.xml", f'<image {size}><stack><layer src="data/0.png"/></stack></image>')
        for name in ("data/0.png", "mergedimage.png"):
            zip_file.writestr(name, png.getvalue())
    return file.getvalue()


STUBS = (hum, jot, tune, stack, flatten)


def install() -> TabRegistry:
    """Make the stubs findable, and a board with one tab of them."""
    for function in STUBS:
        module = types.ModuleType(f"pipelines.stylize.{function.__name__}")
        function.__module__ = module.__name__
        module.__dict__.update({k: v for k, v in globals().items() if not k.startswith("__") and v not in STUBS})
        setattr(module, function.__name__, pipeline()(function))
        sys.modules[module.__name__] = module
    return TabRegistry(
        (Tab("Kinds", "All kinds", tuple(Method(f"stylize.{one.__name__}", one.__name__, "") for one in STUBS)),)
    )
