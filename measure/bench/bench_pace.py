"""How near the probe of one block comes to a whole picture: `python -m measure.bench.bench_pace`, in processor seconds of one thread, by turns.

The picture is a network of SDXS's published shape with random weights, one step, and the tiny decoder: time does not depend on weights.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from pipelines.hub import pace

TURNS = 3


def network() -> Any:
    """A network without a middle block, of the sizes that SDXS was published with (316 million numbers)."""
    from diffusers import UNet2DConditionModel

    return UNet2DConditionModel(
        sample_size=64,
        block_out_channels=(320, 640, 1280),
        layers_per_block=1,
        mid_block_type=None,
        cross_attention_dim=768,
        attention_head_dim=8,
        down_block_types=("DownBlock2D", "CrossAttnDownBlock2D", "CrossAttnDownBlock2D"),
        up_block_types=("CrossAttnUpBlock2D", "CrossAttnUpBlock2D", "UpBlock2D"),
    ).eval()


def processor_seconds(run: Callable[[], object]) -> float:
    """Processor seconds of one run."""
    begun = time.process_time()
    run()
    return time.process_time() - begun


def main() -> None:
    """Print what was foretold and what was taken, turn by turn."""
    import torch
    from diffusers import AutoencoderTiny

    torch.set_num_threads(1)
    block, given, painter, decoder = pace.block().eval(), pace.inputs(), network(), AutoencoderTiny().eval()
    latents, words = torch.randn(1, 4, 64, 64), torch.randn(1, 77, 768)
    with torch.inference_mode():
        block(*given)
        for _ in range(TURNS):
            probe = min(processor_seconds(lambda: block(*given)) for _ in range(2))
            taken = processor_seconds(lambda: decoder.decode(painter(latents, 1, words).sample))
            foretold = pace.picture_seconds("sdxs", probe) or 0.0
            print(
                f"block {probe:.2f} s; a picture foretold {foretold:.2f} s, taken {taken:.2f} s: {foretold / taken:.2f} times",
                flush=True,
            )


if __name__ == "__main__":
    main()
