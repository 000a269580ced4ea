"""Stub pipelines for tests of the studio: quick, exact, cancellable; installed as if they stood in pipelines/stylize/."""

from __future__ import annotations

import sys
import threading
import time
import types
from typing import Annotated

from PIL import Image as PillowImage
from PIL.Image import Image

from pipelines.core.progress import Progress, Report, silent
from pipelines.core.registry import pipeline
from pipelines.core.settings import Choice, Input, Range, Refusal, Seed, Text, Toggle
from studio.web.sendto import Method, Tab, TabRegistry

RUNS: list[str] = []
WOKEN = threading.Event()  # ends a stuck step at once
stuck_seconds = 5.0


def wash(
    content: Annotated[Image, Input(label="Photo")],
    style: Annotated[Image | None, Input(label="Painting")] = None,
    *,
    strength: Annotated[float, Range(0, 1, label="Strength")] = 0.5,
    words: Annotated[str, Text(label="Words", max_characters=200)] = "",
    flip: Annotated[bool, Toggle(label="Flip", more=True)] = False,
    seed: Seed = 0,
    report: Report = silent,
) -> Image:
    """A wash of colour over a photo (no paper; a stub)."""
    RUNS.append("wash")
    report(Progress(0, 1, "Washing"))
    colour = (seed % 256, 120, 60)
    return PillowImage.blend(content, PillowImage.new("RGB", content.size, colour), strength)


def slow(
    content: Annotated[Image, Input(label="Photo")],
    *,
    steps: Annotated[int, Range(1, 1000, label="Steps", scales_time=True)] = 50,
    mode: Annotated[
        str, Choice({"calm": "Calm", "fail": "Fail", "refuse": "Refuse", "stuck": "Stuck"}, label="Mode")
    ] = "calm",
    report: Report = silent,
) -> Image:
    """Steps of a twentieth of a second, with previews and a curve (a stub)."""
    RUNS.append("slow")
    if mode == "fail":
        raise RuntimeError("secret /etc/path")
    if mode == "refuse":
        raise Refusal("This photo is too shy.")
    for step in range(steps):
        report(Progress(step, steps, f"Step {step} of {steps}", lambda: content, {"loss": 1.0 / (step + 1)}))
        if mode == "stuck":
            WOKEN.wait(stuck_seconds)
            RUNS.append("woke")
        else:
            time.sleep(0.05)
    return content.rotate(180)


def lent(
    content: Annotated[Image, Input(label="Photo")],
    *,
    steps: Annotated[int, Range(1, 1000, label="Steps", scales_time=True)] = 50,
    mode: Annotated[
        str, Choice({"calm": "Calm", "fail": "Fail", "refuse": "Refuse", "stuck": "Stuck"}, label="Mode")
    ] = "calm",
    report: Report = silent,
) -> Image:
    """The same, by a network for a GPU (a stub)."""
    return slow(content, steps=steps, mode=mode, report=report)


def dials(
    content: Annotated[Image, Input(label="Photo")],
    *,
    contrast: Annotated[float, Range(0, 1, help="Between dark and light.", more=True)] = 0.5,
    grain: Annotated[float, Range(0, 1, help="As of film.", more=True)] = 0.0,
    halo: Annotated[float, Range(0, 1, help="A glow around what is light.", more=True)] = 0.0,
    mood: Annotated[str, Choice({"calm": "Calm", "wild": "Wild"}, more=True)] = "calm",
    border: Annotated[bool, Toggle(more=True)] = False,
    caption: Annotated[str, Text(more=True)] = "",
    seed: Seed = 0,
    report: Report = silent,
) -> Image:
    """More settings than one sees at a glance (a stub)."""
    RUNS.append("dials")
    return content


def glass(
    picture: Annotated[Image, Input(alpha=True)],
    over: Annotated[Image | None, Input()] = None,
    *,
    seed: Seed = 0,
    report: Report = silent,
) -> Image:
    """The picture as it came (a stub)."""
    RUNS.append(f"glass {picture.mode} {over.mode if over else '-'}")
    return picture


def hurt(
    content: Annotated[Image, Input(label="Photo")],
    *,
    how: Annotated[
        str, Choice({"crash": "Crash", "memory": "Memory", "slowly": "Memory, slowly", "leave": "Leave"}, label="How")
    ] = "crash",
    seed: Seed = 0,
    report: Report = silent,
) -> Image:
    """Harms the process that it runs in (a stub)."""
    import ctypes
    import os

    report(Progress(0, 2, "About to go wrong"))
    time.sleep(0.3)  # long enough for the report to be heard
    if how == "crash":
        ctypes.string_at(0)  # reads address 0: a segmentation fault in native code
    if how == "leave":
        os._exit(3)
    kept = []
    for megabytes in range(0, 64_000, 100):
        kept.append(b"\x01" * (100_000_000 if how == "slowly" else 8_000_000_000))
        report(Progress(megabytes, 64_000, "Filling"))
        time.sleep(0.05)
    return content


def install() -> TabRegistry:
    """Make the stubs findable, and a board with one tab of them."""
    for function in (wash, slow, lent, dials, glass, hurt):
        module = types.ModuleType(f"pipelines.stylize.{function.__name__}")
        function.__module__ = module.__name__
        setattr(module, function.__name__, function)
        module.__dict__.update(
            {
                k: v
                for k, v in globals().items()
                if not k.startswith("__") and k not in ("wash", "lent", "dials", "glass", "hurt")
            }
        )
        wants = (lambda settings: 1.0) if function is lent else None
        setattr(module, function.__name__, pipeline(gpu=wants)(function))
        sys.modules[module.__name__] = module
    methods = (
        Method("stylize.wash", "Wash", "A quick wash.", "Wash it"),
        Method("stylize.slow", "Slow", "A slow turn.", "Turn it"),
        Method("stylize.dials", "Dials", "Many settings.", "Set it"),
    )
    return TabRegistry((Tab("Stylize", "Repaint a picture", methods),))
