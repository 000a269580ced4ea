"""Objects a minute against the same network in a plain diffusers loop: `python -m measure.bench.bench_generate [rounds]`; writes bench/generate.json.

The plain loop is what a diffusers pipeline does: DPMSolverMultistepScheduler on Karras levels, caption and no caption in one batch at
every step, one drawing at a time, in float32 as diffusers opens a model on a processor; a second one is turned to bfloat16 as a whole.
All take turns on the same threads, drawing by drawing, and all end with the enlarger; times are medians of processor seconds of this
process, so what else runs on the machine hardly counts. Then a scene of three things at 1280x720, prompt to signed file, and the first preview.
"""

from __future__ import annotations

import contextlib
import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import torch

from measure import results
from measure.timing import by_turns
from pipelines.core.models import has_fast_bfloat16, where
from pipelines.core.progress import Cancelled, Progress
from pipelines.drawing import network, words
from pipelines.nets.object_unet import ObjectUNet, denoise, from_pixels, upright

STEPS = 18


def plain(net: ObjectUNet, caption: str, seed: int, steps: int, guidance: float = 3.0) -> torch.Tensor:
    """One drawing [1,4,64,64] of a caption by diffusers' own scheduler, in the network's own number format."""
    from diffusers import DPMSolverMultistepScheduler

    features = network.encoded([caption])[0]
    scheduler = DPMSolverMultistepScheduler(
        use_karras_sigmas=True, prediction_type="sample", algorithm_type="dpmsolver++", final_sigmas_type="zero"
    )
    scheduler.set_timesteps(steps)
    dtype = net.enter.weight.dtype
    text = torch.zeros(2, len(features), 384)
    text[0] = features.float()
    mask = torch.zeros(2, len(features), dtype=torch.bool)
    mask[0] = True
    x = torch.randn(1, 4, 64, 64, generator=torch.Generator().manual_seed(seed))
    for t, sigma in zip(scheduler.timesteps, scheduler.sigmas):
        wide = x * (1 + sigma**2).sqrt()
        with torch.autocast("cpu", dtype, enabled=dtype != torch.float32):
            both = denoise(net, wide.expand(2, -1, -1, -1), sigma.expand(2), text, mask, upright(2))
        told, untold = both.float().chunk(2)
        x = scheduler.step(untold + guidance * (told - untold), t, x).prev_sample
    return from_pixels(x)


def objects(count: int) -> dict[str, float]:
    """Processor seconds of an object by each way."""
    caption = words.DrawingRequest(words.vocabulary().nouns[0], words.vocabulary().styles[0]).caption
    path = where(network.OBJECTS)
    assert path is not None
    full = network.shipped(path)
    half = network.shipped(path)
    for layer in half.modules():
        if isinstance(layer, torch.nn.Linear | torch.nn.Conv2d):
            layer.to(torch.bfloat16)

    def drawn(how: network.Sampling) -> Callable[[int], object]:
        return lambda i: network.finished(network.draw([caption], seed=i, how=how), 512)

    ways = {
        f"ours, {STEPS} steps": drawn(network.Sampling(steps=STEPS)),
        "ours, in six steps": drawn(network.Sampling("few")),
        f"plain diffusers, {STEPS} steps": lambda i: network.finished(plain(full, caption, i, STEPS), 512),
        "plain diffusers, 25 steps": lambda i: network.finished(plain(full, caption, i, 25), 512),
    }
    if where(network.DISTILLED) is None:
        del ways["ours, in six steps"]
    if has_fast_bfloat16():
        ways[f"plain diffusers, {STEPS} steps, bfloat16"] = lambda i: network.finished(
            plain(half, caption, i, STEPS), 512
        )
    with torch.inference_mode():
        return {name: statistics.median(seconds) for name, seconds in by_turns(ways, count).items()}


def first_preview(prompt: str = "an owl") -> dict[str, float]:
    """From the call to the first preview that can be shown, weights in memory; processor seconds, medians of five."""
    from pipelines.generate.object import object
    from pipelines.generate.storybook import storybook

    def until(pipeline: Callable[..., object], **settings: object) -> float:
        begun, seen = time.process_time(), []

        def listen(progress: Progress) -> None:
            if progress.preview is not None:
                progress.preview()
                seen.append(time.process_time() - begun)
                raise Cancelled

        with contextlib.suppress(Cancelled):
            pipeline(prompt=prompt, report=listen, **settings)
        return seen[0]

    ways = {"an object": object, "a scene": storybook}
    return {
        f"first preview of {name}": statistics.median([until(way, seed=i) for i in range(6)][1:])
        for name, way in ways.items()
    }


def scene(engine: str, rounds: int = 3) -> dict[str, float]:
    """A scene of three things at 1280x720, from the prompt to the signed file on the shelf, weights in memory: median processor seconds."""
    from studio.engine.runners import InProcess
    from studio.storage.artifacts import checked_call
    from studio.studio import open_studio

    session, spent = "a" * 32, []
    with tempfile.TemporaryDirectory() as folder:
        studio = open_studio(Path(folder), InProcess(), spares=0)
        for seed in range(rounds + 1):
            begun = time.process_time()
            settings = {
                "prompt": "a red fox beside a house and a tree by the sea at sunset",
                "engine": engine,
                "seed": seed,
            }
            studio.jobs.run_now(session, checked_call("generate.storybook", {}, settings, lambda id: "image"))
            spent.append(time.process_time() - begun)
        studio.close()
    return {f"scene of three things, {engine}": statistics.median(spent[1:])}


def main() -> None:
    """Measure, print, write."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    result = objects(count)
    ours = result[f"ours, {STEPS} steps"]
    result["objects a minute"] = 60 / ours
    for name in [name for name in result if name.startswith("plain")]:
        result[f"times as fast as {name}"] = result[name] / ours
    result |= first_preview() | scene("codes") | scene("objects")
    result |= {
        "memory at most, MB": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        "threads": torch.get_num_threads(),
    }
    for name, value in result.items():
        print(f"  {name:<60} {value:8.2f}")
    results.keep("generate", result)


if __name__ == "__main__":
    main()
