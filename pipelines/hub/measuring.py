"""What each way of running a hub model gains on this machine: the same picture or film plainly and with each way alone, timed by step."""

from __future__ import annotations

import itertools
import statistics
import time
from collections.abc import Callable
from typing import Any

import numpy as np
from PIL import Image

from pipelines.core.models import load
from pipelines.core.progress import Progress
from pipelines.core.settings import Refusal
from pipelines.hub import asking, speed, tasks
from pipelines.hub.preset import Preset

SEED = 1
PROMPT = "a lighthouse by the sea at dusk"
FRAMES = 9  # of a film: enough for every autoencoder's step in time
KINDS = ("picture", "film")


def measure(preset: Preset, size: tuple[int, int], steps: int, say: Callable[[str], object]) -> speed.Measured:
    """Run the model once in each way that it can be run, `size` in pixels, and keep what was measured. Raises Refusal, MissingModel."""
    if preset.kind not in KINDS or preset.made_by == "MotionAdapter":
        raise Refusal(f"{preset.card.name} cannot be measured; only models of pictures and films can.")
    if steps < 3:
        raise Refusal("Please take at least 3 steps: the first one is not counted.")
    seconds: dict[str, float] = {}
    levels: dict[str, float] = {}
    with load(preset.card) as opened, opened.lock:
        pipe, wishes = _asked(opened.model, preset, size, steps)
        plain = None
        for way in ("plain", *speed.WAYS):
            if way != "plain" and not (speed.can(pipe, way) and (way != speed.COMPILED or speed.may_compile())):
                continue
            try:
                made, seconds[way], first = _timed(opened, pipe, wishes, size, () if way == "plain" else (way,))
            except Refusal as problem:
                seconds.pop(way, None)
                say(f"{way}: {problem}")
                continue
            plain = made if plain is None else plain
            levels[way] = float(np.abs(made - plain).max())
            say(
                f"{way}: {seconds[way]:.3f} s a step, the first after {first:.1f} s; differs by at most {levels[way]:.0f} of 255"
            )
    measured = speed.Measured(_device(), _versions(), size, seconds, levels)
    speed.write(preset.card, measured)
    return measured


def _asked(opened: Any, preset: Preset, size: tuple[int, int], steps: int) -> tuple[Any, dict[str, Any]]:
    from pipelines.diffusion import sampling

    picture = None if "words" in preset.begins else Image.linear_gradient("L").resize(size).convert("RGB")
    made = tasks.for_film if preset.kind == "film" else None
    pipe = (
        made(opened, picture=picture is not None)
        if made
        else tasks.for_picture(opened, picture=picture is not None, mask=False)
    )
    return pipe, {
        "prompt": PROMPT,
        "image": picture,
        "num_inference_steps": steps,
        "guidance_scale": preset.guidance,
        "width": size[0],
        "height": size[1],
        "num_frames": FRAMES,
        "max_area": size[0] * size[1],
        "generator": lambda: sampling.generators(SEED, 1)[0],
        "output_type": "pil",
    }


def _timed(
    opened: Any, pipe: Any, wishes: dict[str, Any], size: tuple[int, int], ways: tuple[str, ...]
) -> tuple[Any, float, float]:
    """The picture [..., 3] in levels of 255, median seconds of a step after the first, seconds until the first was done. Raises Refusal."""
    ends: list[float] = []

    def heard(progress: Progress) -> None:
        if ": step " in progress.label:
            ends.append(time.perf_counter())

    begun = time.perf_counter()
    asked = wishes | {"generator": wishes["generator"]()}
    given = asking.ask(opened, pipe, asked, size=size, report=heard, label="Measuring", frames=FRAMES, ways=ways)
    made = given.images if hasattr(given, "images") else given.frames[0]
    if len(ends) < 3:
        raise Refusal("This model took fewer than 3 steps, so nothing can be said of its speed.")
    steps = [later - one for one, later in itertools.pairwise(ends)]
    return (
        np.stack([np.asarray(one.convert("RGB"), np.float32) for one in made]),
        statistics.median(steps),
        ends[0] - begun,
    )


def _device() -> str:
    import torch

    from pipelines.core.models import device

    name = device()
    return torch.cuda.get_device_name() if name.startswith("cuda") else f"{name}, {torch.get_num_threads()} threads"


def _versions() -> str:
    import diffusers
    import torch

    return f"torch {torch.__version__}, diffusers {diffusers.__version__}"
