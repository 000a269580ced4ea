"""How long a hub model's picture will take on this machine before any was made: one block of Stable Diffusion's network with random weights is timed, and operations are compared."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from pipelines.core.models import ASSETS

PROBE_SECONDS, LEAST_RUNS = 3.0, 2


@lru_cache(maxsize=1)
def work() -> Mapping[str, Any]:
    """Return the operations of a picture by each model, and those of the block (assets/hub/work.json)."""
    return dict(json.loads((ASSETS / "hub" / "work.json").read_text("utf-8")))


def block() -> Any:
    """The block: the first with attention of Stable Diffusion 1.5, one layer of its two, for a picture of 512 pixels."""
    from diffusers.models.unets.unet_2d_blocks import CrossAttnDownBlock2D

    return CrossAttnDownBlock2D(
        320, 320, 1280, num_layers=1, num_attention_heads=8, cross_attention_dim=768, add_downsample=False
    )


def inputs(**where: Any) -> tuple[Any, Any, Any]:
    """What the block is given: a picture's numbers, the time, and the words."""
    import torch

    return torch.zeros(1, 320, 64, 64, **where), torch.zeros(1, 1280, **where), torch.zeros(1, 77, 768, **where)


def block_seconds() -> float:
    """The quickest of the runs of the block in about three seconds, on the device and in the numbers that models run in here."""
    import torch

    from pipelines.core.models import device
    from pipelines.hub.opening import dtype

    how: dict[str, Any] = {"device": device(), "dtype": dtype()}
    timed, given = block().to(**how).eval(), inputs(**how)
    taken: list[float] = []
    begun = time.perf_counter()
    with torch.inference_mode():
        while len(taken) < LEAST_RUNS or time.perf_counter() - begun < PROBE_SECONDS:
            before = time.perf_counter()
            float(timed(*given)[0].float().sum())  # read back, so that a GPU has done it
            taken.append(time.perf_counter() - before)
    return min(taken)


def picture_seconds(key: str, seconds_of_block: float) -> float | None:
    """Seconds of one picture by a model of the table, by what its operations are beside those of the block."""
    known = work()
    tera = known["pictures"].get(key)
    return None if tera is None else seconds_of_block * float(tera) / float(known["block"])
