"""How likely the network finds a drawing: bits per dimension, exactly, along the probability-flow ODE."""

from __future__ import annotations

import math
from typing import Annotated

from PIL.Image import Image

from pipelines.core.progress import Report, part, silent
from pipelines.core.registry import pipeline
from pipelines.core.settings import Input, Seed, Text
from pipelines.drawing import words
from pipelines.drawing.network import OBJECTS
from pipelines.language.minilm import MINILM
from pipelines.media import Words

__all__ = ["MINILM", "OBJECTS", "likelihood"]
TOLERANCE = 0.02  # of the solver
LOW = 0.05  # noise under which drawings are not told apart
NOISE_BITS = round(math.log2(LOW * math.sqrt(2 * math.pi * math.e) * 128), 2)  # what that noise alone takes


@pipeline(models=(OBJECTS, MINILM))
def likelihood(
    drawing: Annotated[Image, Input(help="A drawing on a transparent or plain background.", alpha=True)],
    *,
    prompt: Annotated[
        str, Text(label="What it shows", help="You can leave this empty.", placeholder="a fox", max_characters=200)
    ] = "",
    seed: Seed = 0,
    report: Report = silent,
) -> Words:
    """Measure how many bits the network needs for a drawing, without a word and with one.

    Song et al. 2021, equation 39, with Hutchinson's estimate of the trace (one random sign a number): log p of the 4x64x64 premultiplied
    pixels under noise of level 0.05, in bits per dimension of 256 levels; the noise itself is 4.73 of them, and fewer means more
    expected. With `prompt`, also what the word saves. Raises Refusal for an empty picture or an unknown word, MissingModel without weights.
    """
    from pipelines.core.models import load
    from pipelines.diffusion import sampling
    from pipelines.drawing import network, pictures

    x = pictures.small(drawing, 64)[None]
    told = words.vocabulary().read(prompt).wish.caption if prompt.strip() else ""
    asked = {"without a word": None} | ({f"as “{told}”": network.encoded([told])[0]} if told else {})
    found: dict[str, float] = {}
    evaluations = 0
    with load(OBJECTS) as painter:
        for i, (name, features) in enumerate(asked.items()):
            one = painter.one([network.Condition(features, 1.0)])
            noisy = x.double() + LOW * sampling.noise(x.shape[1:], sampling.generators(seed, 1, first=i))
            of, stage = sampling.generators(seed, 1, first=7), part(report, i / len(asked), (i + 1) / len(asked))
            result = sampling.likelihood(
                one,
                noisy.to(painter.device),
                of=of,
                low=LOW,
                high=network.HIGH,
                spread=painter.net.shape.sigma_data,
                tolerance=TOLERANCE,
                report=stage,
            )
            found[name] = round(float(result.bits_per_dimension), 4)
            evaluations += result.evaluations
    text = "; ".join(f"{bits:.3f} bits per dimension {name}" for name, bits in found.items())
    return Words(
        text, {"bits_per_dimension": found, "of_the_noise": NOISE_BITS, "evaluations": evaluations, "noise_level": LOW}
    )
