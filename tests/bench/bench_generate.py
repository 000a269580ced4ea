"""Objects a minute against the same network in a plain diffusers loop: `python -m tests.bench.bench_generate [count]`; writes bench/generate.json.

The plain loop is what a diffusers pipeline does: DPMSolverMultistepScheduler on Karras levels, caption and no caption in one batch at
every step, one drawing at a time. Both run on the same threads; times are processor seconds of this process, so what else runs on the
machine hardly counts. Both end with the enlarger.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

import torch

from pipelines.generate.drawing import network, words
from pipelines.models import load
from pipelines.nets.object_unet import denoise, from_pixels, upright

STEPS = 18


def plain(
    painter: network.Painter, features: torch.Tensor, seed: int, steps: int, guidance: float = 2.0
) -> torch.Tensor:
    """One drawing [1,4,64,64] by diffusers' own scheduler."""
    from diffusers import DPMSolverMultistepScheduler

    scheduler = DPMSolverMultistepScheduler(
        use_karras_sigmas=True, prediction_type="sample", algorithm_type="dpmsolver++", final_sigmas_type="zero"
    )
    scheduler.set_timesteps(steps)
    text = torch.zeros(2, len(features), 384)
    text[0] = features.float()
    mask = torch.zeros(2, len(features), dtype=torch.bool)
    mask[0] = True
    x = torch.randn(1, 4, 64, 64, generator=torch.Generator().manual_seed(seed))
    for t, sigma in zip(scheduler.timesteps, scheduler.sigmas):
        wide = x * (1 + sigma**2).sqrt()
        told, untold = denoise(painter.net, wide.expand(2, -1, -1, -1), sigma.expand(2), text, mask, upright(2)).chunk(
            2
        )
        x = scheduler.step(untold + guidance * (told - untold), t, x).prev_sample
    return from_pixels(x)


def timed(make, count: int) -> float:
    """Processor seconds of one call, the mean of `count` after one that does not count."""
    make(0)
    begun = time.process_time()
    for i in range(count):
        make(i + 1)
    return (time.process_time() - begun) / count


def main() -> None:
    """Measure, print, write."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 4
    caption = words.Wish(words.vocabulary().nouns[0], words.vocabulary().styles[0]).caption
    features = network.encoded([caption])[0]
    with load(network.OBJECTS) as painter, torch.inference_mode():
        ours = timed(
            lambda i: network.finished(network.draw([caption], seed=i, how=network.Sampling(steps=STEPS)), 512), count
        )
        small = timed(lambda i: network.draw([caption], seed=i, how=network.Sampling(steps=STEPS)), count)
        equal = timed(lambda i: network.finished(plain(painter, features, i, STEPS), 512), count)
        usual = timed(lambda i: network.finished(plain(painter, features, i, 25), 512), count)
        evaluation = timed(
            lambda i: painter.one([network.Condition(features, 1.0)])(torch.randn(1, 4, 64, 64), 1.0), count
        )
    result = {
        "objects a minute": 60 / ours,
        "seconds an object": ours,
        "of these without the enlarger": small,
        "seconds an evaluation": evaluation,
        f"plain diffusers, {STEPS} steps": equal,
        "plain diffusers, 25 steps": usual,
        f"times as fast, {STEPS} steps": equal / ours,
        "times as fast, 25 steps": usual / ours,
        "threads": torch.get_num_threads(),
    }
    for name, value in result.items():
        print(f"  {name:<40} {value:8.2f}")
    Path("bench").mkdir(exist_ok=True)
    Path("bench/generate.json").write_text(json.dumps(result, indent=1) + "\n")


if __name__ == "__main__":
    main()
