"""Small drawings written pixel by pixel, or the lower half of the visitor's own."""

from __future__ import annotations

import json
from typing import Annotated, Any

from PIL.Image import Image

from pipelines.core.progress import Progress, Report, silent
from pipelines.core.registry import pipeline
from pipelines.core.settings import Choice, Input, Seed, Text
from pipelines.drawing.pixel_network import PIXELS, STYLES
from pipelines.generate.object import Count, as_png, together
from pipelines.language.minilm import MINILM
from pipelines.media import Accompanied

__all__ = ["MINILM", "PIXELS", "pixelcnn"]
ANY_STYLE = "any"
Doodle = Annotated[
    Image | None,
    Input(label="Begin with", help="A doodle whose upper half stays. Without one, everything is written.", alpha=True),
]
Said = Annotated[
    str,
    Text(
        label="What to draw",
        help="One thing, or nothing: then the network decides.",
        placeholder="a cat",
        max_characters=120,
    ),
]
Manner = Annotated[
    str, Choice({ANY_STYLE: "any style", **{s: s for s in STYLES}}, label="Style", help="How it is drawn.")
]
SIDE_PX = 512  # of the finished picture
ROWS = 16  # of a doodle that stay
TEMPERATURE = 0.95  # 1 follows what was learned; lower values are calmer


@pipeline(models=(PIXELS, MINILM))
def pixelcnn(
    doodle: Doodle = None,
    *,
    prompt: Said = "",
    style: Manner = ANY_STYLE,
    count: Count = 1,
    seed: Seed = 0,
    report: Report = silent,
) -> Accompanied[Image]:
    """Write a small drawing pixel by pixel, or finish the lower half of yours.

    A gated PixelCNN with two stacks (van den Oord et al. 2016, NeurIPS, section 2.2) and mixtures of discretised logistics (Salimans et al.
    2017), told a word by MiniLM and a style; 32x32 pixels of RGB on white, each activation calculated once (Ramachandran et al. 2017).
    bits.json says how many bits a dimension each drawing takes. Raises Refusal for an empty doodle, MissingModel.
    """
    from pipelines.core.models import load
    from pipelines.drawing import pixel_network

    text = meaning(prompt)
    begin = None if doodle is None else pixel_network.prepare_doodle(doodle)
    drawings, bits = [], []
    with load(PIXELS) as writer:
        conditioning = writer.conditioning(text, STYLES.index(style) if style in STYLES else pixel_network.UNTOLD)
        for number in range(count):
            watch = watcher(report, number, count)
            levels = pixel_network.write(
                writer,
                conditioning,
                begin=pixel_network.blank() if begin is None else begin,
                unknown=pixel_network.places(0 if begin is None else ROWS),
                chance=pixel_network.chances(seed, writer.size_px, number),
                temperature=TEMPERATURE,
                watch=watch,
            )
            drawings.append(levels)
            bits.append(round(float(writer.bits(levels, conditioning).mean()) / 3, 4))
    small = {f"pixels-{i + 1}.png": as_png(pixel_network.picture_of_levels(one, 32)) for i, one in enumerate(drawings)}
    told_bits = json.dumps({"bits_per_dimension": bits}).encode()
    return together(
        [pixel_network.picture_of_levels(one, SIDE_PX) for one in drawings], {**small, "bits.json": told_bits}
    )


def meaning(prompt: str) -> Any:
    """A unit MiniLM vector [384] of what is said, without its article; None where nothing is."""
    from pipelines.core.models import load

    words = prompt.strip().lower()
    for article in ("a ", "an ", "the "):
        words = words.removeprefix(article)
    if not words:
        return None
    with load(MINILM) as encoder:
        return encoder.sentences([words])[0]


def watcher(report: Report, number: int, count: int) -> Any:
    """Tells the progress after every eighth pixel, with the drawing so far."""
    from pipelines.drawing import pixel_network

    def watch(moment: Any) -> None:
        done = moment.row * pixel_network.SIZE_PX + moment.column
        if done % 8 == 0:
            levels = moment.levels.copy()
            share = (number + done / pixel_network.SIZE_PX**2) / count
            report(
                Progress(share, 1.0, "Writing pixel by pixel", lambda: pixel_network.picture_of_levels(levels, SIDE_PX))
            )

    return watch
