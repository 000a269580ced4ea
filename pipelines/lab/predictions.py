"""The same word drawn in three ways: 64 codes one after another, 1,024 pixels one after another, six steps for all pixels at once."""

from __future__ import annotations

import json
import time
from typing import Any

from PIL import Image as PillowImage
from PIL.Image import Image

from pipelines.core.progress import Report, part, silent
from pipelines.core.registry import pipeline
from pipelines.core.settings import Seed
from pipelines.drawing.code_network import CODES
from pipelines.drawing.network import DISTILLED, OBJECTS
from pipelines.drawing.pixel_network import PIXELS, STYLES
from pipelines.generate.object import Prompt
from pipelines.generate.pixelcnn import meaning, watcher
from pipelines.language.minilm import MINILM
from pipelines.media import Accompanied

__all__ = ["CODES", "DISTILLED", "MINILM", "OBJECTS", "PIXELS", "predictions"]
SIDE = 256


@pipeline(models=(CODES, OBJECTS, DISTILLED, PIXELS, MINILM))
def predictions(*, prompt: Prompt, seed: Seed = 0, report: Report = silent) -> Accompanied[Image]:
    """Draw one thing three ways and count what each way takes.

    A transformer writes 64 codes (van den Oord et al. 2017; Mentzer et al. 2024), a PixelCNN 1,024 pixels of three colours (Salimans et al. 2017), the
    distilled diffusion model takes six steps (Salimans & Ho 2022). At 64x64 pixels PixelCNN would predict 12,288 numbers where the codes are
    64. predictions.json has predictions made in a row, seconds and the weights' size. Raises Refusal for an unknown word, MissingModel.
    """
    from pipelines.drawing import code_network, network, pixel_network, words
    from pipelines.drawing.code_sampling import How
    from pipelines.generate.object import as_png

    wish = words.vocabulary("codes").read(prompt).wish
    lanes: dict[str, tuple[Image, dict[str, Any]]] = {}

    began = time.perf_counter()
    written = code_network.write([wish], seed=seed, how=How(200, 0.9, 2.0), report=part(report, 0.0, 0.35))
    lanes["codes"] = network.on_paper(written.pictures[0], SIDE), _lane(began, 64, 64 * 64 * 3, CODES)

    began = time.perf_counter()
    caption = words.vocabulary().read(prompt).wish.caption
    drawn = network.draw([caption], seed=seed, how=network.Sampling("few"), report=part(report, 0.35, 0.65))
    lanes["steps"] = network.on_paper(drawn[0], SIDE), _lane(began, 6, 64 * 64 * 4, DISTILLED)

    began = time.perf_counter()
    with _loaded() as writer:
        conditioning = writer.conditioning(
            meaning(wish.noun), STYLES.index(wish.style) if wish.style in STYLES else len(STYLES)
        )
        levels = pixel_network.write(
            writer,
            conditioning,
            begin=pixel_network.blank(),
            unknown=pixel_network.places(0),
            chance=pixel_network.chances(seed, writer.size_px),
            temperature=0.95,
            watch=watcher(part(report, 0.65, 1.0), 0, 1),
        )
    lanes["pixels"] = pixel_network.shown(levels, SIDE), _lane(began, 1024, 1024 * 3, PIXELS)

    page = PillowImage.new("RGB", (3 * SIDE, SIDE), (251, 248, 243))
    for i, (picture, _) in enumerate(lanes.values()):
        page.paste(picture, (i * SIDE, 0))
    facts = {
        "wish": wish.caption,
        "lanes": {name: lane for name, (_, lane) in lanes.items()},
        "at_64": {"pixels": 12288, "codes": 64},
    }
    files = {f"{name}.png": as_png(picture) for name, (picture, _) in lanes.items()}
    return Accompanied(page, {**files, "predictions.json": json.dumps(facts).encode()})


def _lane(began: float, predictions: int, numbers: int, card: Any) -> dict[str, Any]:
    """What one way took: predictions in a row, numbers that were made, seconds, size of the weights."""
    return {
        "predictions": predictions,
        "numbers": numbers,
        "seconds": round(time.perf_counter() - began, 3),
        "weights": card.size_bytes,
    }


def _loaded() -> Any:
    from pipelines.core.models import load

    return load(PIXELS)
