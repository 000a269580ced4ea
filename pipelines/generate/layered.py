"""A picture taken apart into layers by a model of a hub, for the layer editor and for `animate.layers`."""

from __future__ import annotations

from typing import Annotated, Any

import numpy as np
from PIL import Image as PillowImage
from PIL.Image import Image

from pipelines.core.progress import Progress, Report, silent
from pipelines.core.registry import pipeline
from pipelines.core.settings import Input, Range, Refusal, Seed, Text
from pipelines.hub import door
from pipelines.hub.presets import LAYERED
from pipelines.media import Accompanied, Layers
from pipelines.media.openraster import Document, Layer, crop_layer, write

CARDS = tuple(preset.card for preset in LAYERED)
EMPTY_ALPHA = 8  # of 255: a layer that is nowhere more than this is left out
SIDE_PX = 640  # of the layers


@pipeline(optional=(*CARDS, door.OPEN_NSFW), hub=True, gpu=lambda settings: LAYERED[0].memory_gb)
def layered(
    picture: Annotated[Image, Input(help="A photo or a painting.")],
    *,
    prompt: Annotated[
        str,
        Text(
            label="What is in it",
            help="Empty: the model describes the picture.",
            placeholder="a red fox on a stone wall, hills behind",
            max_characters=1000,
            lines=2,
        ),
    ] = "",
    count: Annotated[int, Range(2, 8, 1, label="Layers")] = 4,
    seed: Seed = 0,
    report: Report = silent,
) -> Accompanied[Layers]:
    """Take a picture apart into layers with a diffusion model of a hub.

    Qwen-Image-Layered (Qwen team 2025) paints each layer with its transparency, what is hidden behind others too. Weights are safetensors, a
    model's own code is never run. Raises Refusal with a sentence, MissingModel where the model is not on this machine.
    """
    from pipelines.core.models import load
    from pipelines.hub import asking

    preset = LAYERED[0]
    door.check_words(prompt)
    report(Progress(0, 1, f"Opening {preset.card.name}"))
    with load(preset.card) as opened, opened.lock:
        pipe = opened.model
        if "layers" not in _takes(pipe):
            raise Refusal(f"This model ({type(pipe).__name__}) does not take pictures apart.")
        wishes = _wishes(picture, prompt, count, preset.steps, seed)
        given = asking.ask(opened, pipe, wishes, size=picture.size, report=report, label="Taking apart")
    made = [one.convert("RGBA") for one in given.images[0]]
    if door.held_back([one.convert("RGB") for one in made]):
        raise Refusal(door.HELD_BACK)
    return document_of(made, picture.size)


def _takes(pipe: Any) -> Any:
    import inspect

    return inspect.signature(pipe.__call__).parameters


def _wishes(picture: Image, prompt: str, count: int, steps: int, seed: int) -> dict[str, Any]:
    from pipelines.diffusion import sampling

    return {
        "image": picture.convert("RGBA"),
        "prompt": prompt.strip() or None,
        "negative_prompt": " ",
        "true_cfg_scale": 4.0,
        "layers": count,
        "resolution": SIDE_PX,
        "use_en_prompt": True,
        "cfg_normalize": True,
        "num_inference_steps": steps,
        "generator": sampling.generators(seed, 1)[0],
        "output_type": "pil",
    }


def document_of(made: list[Image], size: tuple[int, int]) -> Accompanied[Layers]:
    """Layers, bottom first, at the picture's own size as an OpenRaster document; empty ones are left out. Raises Refusal where none is left."""
    layers: list[Layer] = []
    for number, one in enumerate(made):
        full = one.resize(size, PillowImage.Resampling.LANCZOS)
        if np.asarray(full.getchannel("A")).max() > EMPTY_ALPHA:
            layers.append(crop_layer("Background" if number == 0 else f"Layer {number}", full))
    if not layers:
        raise Refusal("The model found no layers; try another seed.")
    merged, archive = write(Document(*size, tuple(layers)))
    return Accompanied(Layers(merged, archive), {"layers.ora": archive})
