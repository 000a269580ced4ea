"""A sound that goes on: a small transformer writes the codec's next codes, with or without keeping keys and values."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Annotated, Any

import numpy as np
from PIL.Image import Image

from pipelines.audio.codec import CODEC, RATE_HZ, WRITER
from pipelines.core.models import load
from pipelines.core.progress import Progress, Report, silent
from pipelines.core.registry import pipeline
from pipelines.core.settings import Choice, Input, Range, Refusal, Seed, Toggle
from pipelines.lab.codec import OWN, flac, own_sound, picture, png, spectrogram, stretch
from pipelines.media import Accompanied, Sound

if TYPE_CHECKING:
    import torch

GIVEN_S, LONGEST_S, SHORTEST_GIVEN_S = 2.0, 3.0, 1.0


@pipeline(models=(CODEC, WRITER))
def continued(
    sound: Annotated[Sound | None, Input(label="Sound", help="Without one, the studio's own is taken.")] = None,
    *,
    source: Annotated[str, Choice(OWN, label="Sound of the studio")] = "music",
    start: Annotated[float, Range(0, 600, 0.5, label="From second")] = 0.0,
    seconds: Annotated[float, Range(0.5, LONGEST_S, 0.5, label="Seconds of continuation")] = 2.0,
    temperature: Annotated[
        float, Range(0, 1.5, 0.1, label="Temperature", help="0: the likeliest code each time; more is wilder.")
    ] = 0.8,
    cache: Annotated[
        bool, Toggle(label="Keep keys and values", help="Without them every step reads all steps before it again.")
    ] = True,
    seed: Seed = 0,
    report: Report = silent,
) -> Accompanied[Image]:
    """Hear two seconds of a sound and how a small transformer over the codec's codes goes on with them.

    MusicGen's delay pattern (Copet et al. 2023) with a key-value cache, over the first four codebooks. codes.json holds the codes, how many frames were given, and steps a second;
    given.flac, continued.flac and whole.flac are what the codec makes of them, really.flac is what followed in truth where the sound is long
    enough. Raises Refusal, MissingModel.
    """
    import torch

    from pipelines.core.threads import one_torch_thread

    whole = stretch(sound if sound is not None else own_sound(source), start, GIVEN_S + LONGEST_S)
    begun = round(GIVEN_S * RATE_HZ)
    if len(whole) < SHORTEST_GIVEN_S * RATE_HZ:
        raise Refusal("From that second on less than one second is left of this sound; please choose an earlier one.")
    with load(CODEC) as codec, load(WRITER) as writer, one_torch_thread(), torch.inference_mode():
        given = codec.encode(torch.from_numpy(whole[:begun])[None])[0, : writer.shape.books]
        more = round(seconds * RATE_HZ / codec.shape.frame)
        codes, steps, took = _written(writer, given, more, temperature, cache, seed, report)
        heard = codec.decode(codes[None])[0].numpy()
        size, frames_a_second = codec.shape.codes, RATE_HZ / codec.shape.frame
    cut = given.shape[1] * round(RATE_HZ / frames_a_second)
    said: dict[str, Any] = {
        "given_frames": given.shape[1],
        "frames": codes.shape[1],
        "frames_a_second": frames_a_second,
        "steps": steps,
        "seconds": round(took, 3),
        "steps_a_second": round(steps / max(took, 1e-6), 1),
        "cache": cache,
        "repeated": round(float((codes[:, given.shape[1] :] == codes[:, given.shape[1] - 1 : -1]).float().mean()), 3),
        "codes": codes.tolist(),
    }
    files = {
        "codes.json": json.dumps(said).encode(),
        "given.flac": flac(heard[:cut]),
        "continued.flac": flac(heard[cut:]),
        "whole.flac": flac(heard),
        "spectrum.png": png(spectrogram(np.clip(heard, -1, 1))),
    }
    if len(whole) > begun + RATE_HZ // 2:
        files["really.flac"] = flac(whole[begun : begun + round(seconds * RATE_HZ)])
    return Accompanied(picture(codes, size), files)


def _written(
    writer: Any, given: torch.Tensor, more: int, temperature: float, cache: bool, seed: int, report: Report
) -> tuple[torch.Tensor, int, float]:
    """The codes with so many frames more, the steps that this took, and seconds."""
    import torch

    from pipelines.nets.sound_writer import continued as goes_on

    counted, began = 0, time.perf_counter()

    def step(done: int, of: int) -> None:
        nonlocal counted
        counted = done
        if done % 8 == 0:
            report(Progress(done, of, "Writing codes"))

    chance = torch.Generator().manual_seed(seed)
    codes = goes_on(writer, given, more, temperature=temperature, chance=chance, cached=cache, step=step)
    return codes, counted, time.perf_counter() - began
