"""Stubs of the pipelines that a film is made with: quick, exact, and counted; installed under the real names."""

from __future__ import annotations

import json
import sys
import types
from collections.abc import Iterator
from contextlib import closing, contextmanager
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import numpy as np
import pytest
from PIL import Image as PillowImage

from pipelines.core.progress import Progress, Report, silent
from pipelines.core.registry import pipeline
from pipelines.core.run import find
from pipelines.core.settings import Range, Refusal, Seed, Text
from pipelines.media import Accompanied, Layers, Sound, Video
from pipelines.media.clip import LongestSide, Rate, Seconds, Shape, frame_size
from tests.kinds import archive

if TYPE_CHECKING:
    from studio.studio import Studio

DRAFT_SIDE = 90  # pixels of the shorter side of a draft: a sixteenth of the frames' pixels
RUNS: list[str] = []
ADA, EVE = ({"x-studio": "1", "cookie": f"studio_session={letter * 43}"} for letter in "ae")
HOOK: list = []  # called with the step's name before it is made


def client_of(module: types.ModuleType, *given: object) -> object:
    """A client of the routes that a module adds, without the perimeter around them."""
    from fastapi import APIRouter, FastAPI
    from starlette.testclient import TestClient

    app, routes = FastAPI(), APIRouter(prefix="/studio")
    module.add(routes, *given)
    app.include_router(routes)
    return TestClient(app)


def _begin(name: str) -> None:
    for hook in list(HOOK):
        hook(name)
    RUNS.append(name)


def storybook(
    thing: PillowImage.Image | None = None,
    *,
    thing_name: Annotated[str, Text()] = "",
    prompt: Annotated[str, Text()] = "",
    format: Annotated[str, Text()] = "",
    cast: Annotated[str, Text(max_characters=60_000)] = "",
    free_below: Annotated[float, Range(0, 1)] = 0.0,
    scene: Annotated[str, Text(max_characters=60_000)] = "",
    backdrop_seed: Annotated[int, Range(-1, 2**31)] = -1,
    seed: Seed = 0,
    report: Report = silent,
) -> Accompanied[Layers]:
    """A picture (a stub)."""
    _begin("picture")
    rng = np.random.default_rng([seed, len(prompt)])
    picture = PillowImage.fromarray(rng.integers(60, 200, (5, 8, 3)).astype(np.uint8)).resize(
        (160, 90), PillowImage.Resampling.BICUBIC
    )
    return Accompanied(Layers(picture, archive(picture)), {"layers.ora": archive(picture)})


def speak(
    *,
    text: Annotated[str, Text(required=True)] = "",
    voice: Annotated[str, Text()] = "",
    cast: Annotated[str, Text()] = "",
    pause: Annotated[float, Range(0, 3)] = 0.35,
    rate: Annotated[str, Text()] = "48000",
    seed: Seed = 0,
    report: Report = silent,
) -> Accompanied[Sound]:
    """A hum of a fifteenth of a second a letter (a stub)."""
    _begin("line")
    if "unspeakable" in text:
        raise Refusal("This cannot be said.")
    seconds = len(text) / 15
    time = np.arange(round(seconds * 48_000)) / 48_000
    samples = (0.1 * np.sin(2 * np.pi * 200 * time) * (np.sin(time * 9) > -0.5)).astype(np.float32)[:, None]
    each = seconds / max(1, len(text.split()))
    words = [
        {"text": word, "after": " ", "start": n * each, "end": (n + 0.9) * each} for n, word in enumerate(text.split())
    ]
    return Accompanied(
        Sound(samples, 48_000),
        {
            "words.json": json.dumps(
                {
                    "seconds": seconds,
                    "sentences": [{"text": text, "speaker": "", "start": 0, "end": seconds, "words": words}],
                }
            ).encode()
        },
    )


def layers(
    picture: Layers,
    voice: Sound | None = None,
    *,
    speakers: Annotated[str, Text()] = "",
    voice_at: Annotated[float, Range(0, 60)] = 0.0,
    shot: Annotated[str, Text()] = "wide",
    motions: Annotated[str, Text()] = "",
    seconds: Seconds = 5.0,
    camera: Annotated[str, Text()] = "right",
    show: Annotated[str, Text()] = "",
    energy: Annotated[float, Range(0, 2)] = 1.0,
    shape: Shape = "picture",
    longest_side: LongestSide = 1280,
    rate: Rate = 24,
    seed: Seed = 0,
    report: Report = silent,
) -> Video:
    """The picture slides (a stub)."""
    _begin("motion")
    size = frame_size(*picture.picture.size, shape, longest_side)
    pixels = np.asarray(picture.picture.convert("RGB").resize((size[0] + 120, size[1])))
    count = round(seconds * rate)

    def frames() -> Iterator[np.ndarray]:
        for index in range(count):
            report(Progress(index, count, "Sliding"))
            at = index * (1 if camera == "right" else 2) % 120
            yield pixels[:, at : at + size[0]].copy()

    return Video(*size, Fraction(rate), count, frames)


def fit(
    voice: Sound | None = None,
    *,
    mood: Annotated[str, Text()] = "calm",
    seconds: Annotated[float, Range(1, 300)] = 30.0,
    hits: Annotated[str, Text()] = "",
    seed: Seed = 0,
    report: Report = silent,
) -> Accompanied[Sound]:
    """A chord (a stub)."""
    _begin("music")
    time = np.arange(len(voice.samples) if voice else round(seconds * 48_000)) / 48_000
    chord = sum(np.sin(2 * np.pi * hz * time) for hz in (220, 277 + seed % 7, 330)) * 0.05
    return Accompanied(Sound(np.stack([chord, chord], 1).astype(np.float32), 48_000), {})


def styled(picture: Layers, *, style: Annotated[str, Text()] = "", report: Report = silent) -> Accompanied[Layers]:
    """The picture in other colours (a stub)."""
    _begin("look")
    turned = PillowImage.fromarray(255 - np.asarray(picture.picture.convert("RGB")))
    return Accompanied(Layers(turned, archive(turned)), {"layers.ora": archive(turned)})


STUBS = {
    "pipelines.generate.storybook": ("storybook", storybook),
    "pipelines.narrate.speak": ("speak", speak),
    "pipelines.animate.layers": ("layers", layers),
    "pipelines.compose.fit": ("fit", fit),
    "pipelines.stylize.layers": ("layers", styled),
}


def install(monkeypatch: pytest.MonkeyPatch | None = None) -> None:
    """Put the stubs in the place of the real pipelines, and make drafts small, for one test or for a whole process."""
    from studio.film.scene_steps import SIDES

    RUNS.clear()
    HOOK.clear()
    if monkeypatch is not None:
        monkeypatch.setitem(SIDES, "draft", DRAFT_SIDE)
    else:
        SIDES["draft"] = DRAFT_SIDE
    for module_name, (name, function) in STUBS.items():
        module = types.ModuleType(module_name)
        twin = types.FunctionType(
            function.__code__, function.__globals__, name, function.__defaults__, function.__closure__
        )
        twin.__kwdefaults__, twin.__doc__, twin.__annotations__ = (
            function.__kwdefaults__,
            function.__doc__,
            function.__annotations__,
        )
        twin.__module__ = module_name
        setattr(module, name, pipeline()(twin))
        if monkeypatch is not None:
            monkeypatch.setitem(sys.modules, module_name, module)
        else:
            sys.modules[module_name] = module
    find.cache_clear()


def story(**more) -> dict:
    """Three scenes of known lengths, one of them silent."""
    return {
        "title": "A Test",
        "scenes": [
            {"id": "a", "picture": {"prompt": "a fox"}, "line": "The fox runs to the sea."},
            {
                "id": "b",
                "picture": {"prompt": "a boat on the sea"},
                "line": "A boat waits there, and it is empty.",
                "transition": {"kind": "wipe", "seconds": 0.5},
            },
            {"id": "c", "picture": {"prompt": "a house"}, "transition": {"kind": "cut"}},
        ],
    } | more


@contextmanager
def open_studio_of_stubs(home: Path) -> Iterator[Studio]:
    """A studio whose films are made by the stubs, in this process; the real pipelines come back afterwards."""
    from studio.engine.runners import InProcess
    from studio.studio import open_studio

    with pytest.MonkeyPatch.context() as patch:
        install(patch)
        with closing(open_studio(home, InProcess(), spares=0)) as studio:
            yield studio
    find.cache_clear()
