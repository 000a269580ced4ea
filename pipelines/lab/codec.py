"""A sound as codes: eight codebooks one after another, what each of them adds, and Opus at the same rate."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import numpy as np
from PIL import Image as PillowImage
from PIL.Image import Image

from pipelines.audio.codec import CODEC, RATE_HZ, mono, through_opus
from pipelines.core.models import ASSETS, load
from pipelines.core.progress import Progress, Report, silent
from pipelines.core.registry import pipeline
from pipelines.core.settings import Choice, Input, Range, Refusal
from pipelines.lab.parts.pictures import png
from pipelines.media import Accompanied, Sound, load_sound, save_sound

if TYPE_CHECKING:
    from torch import Tensor

__all__ = ["CODEC", "codec"]
OWN = {"music": "A piece of the composer", "voice": "A voice of the studio"}
FILES = {"music": "compose.mp3", "voice": "narrate.mp3"}
LONGEST_S, WINDOW = 4.0, 512
PAPER, INK, ACCENT = (251, 248, 243), (30, 27, 24), (217, 98, 43)


@pipeline(models=(CODEC,))
def codec(
    sound: Annotated[Sound | None, Input(label="Sound", help="Without one, the studio's own is taken.")] = None,
    *,
    source: Annotated[str, Choice(OWN, label="Sound of the studio")] = "music",
    start: Annotated[float, Range(0, 600, 0.5, label="From second")] = 0.0,
    report: Report = silent,
) -> Accompanied[Image]:
    """See and hear a sound as the codes of a residual-vector-quantised codec, codebook by codebook.

    EnCodec's recipe (Défossez et al. 2022; Zeghidour et al. 2021), trained here. Four seconds are taken. codes.json holds the codes, bits a second,
    spectral distances by number of codebooks and those of Opus; heard-N.flac is the sound of the first N codebooks, added-N.flac what the last of
    them added, spectrum-N.png how it looks; opus.flac is Opus at 6,000 bits a second. Raises Refusal, MissingModel.
    """
    import torch

    from pipelines.core.threads import one_torch_thread
    from pipelines.nets import spectra

    samples = stretch(sound if sound is not None else own_sound(source), start)
    files = {"source.flac": flac(samples), "spectrum-0.png": png(spectrogram(samples))}
    with load(CODEC) as net, one_torch_thread(), torch.inference_mode():
        given = torch.from_numpy(samples)[None]
        codes = net.encode(given)
        sounds, apart, before = [], [], np.zeros_like(samples)
        for books in range(1, net.shape.books + 1):
            report(Progress(books, net.shape.books + 1, f"Decoding {books} codebooks"))
            heard = net.decode(codes[:, :books])[:, : len(samples)]
            apart.append(round(float(spectra.between(heard, given, RATE_HZ)), 3))
            sounds.append(heard[0].numpy())
            files |= {
                f"heard-{books}.flac": flac(sounds[-1]),
                f"added-{books}.flac": flac(sounds[-1] - before),
                f"spectrum-{books}.png": png(spectrogram(sounds[-1])),
            }
            before = sounds[-1]
        bits = net.shape.bits_a_second
        opus, spent = through_opus(samples, round(bits * net.shape.books))
        other = round(float(spectra.between(torch.from_numpy(opus)[None], given, RATE_HZ)), 3)
        files |= {"opus.flac": flac(opus), "spectrum-opus.png": png(spectrogram(opus))}
        details: dict[str, Any] = {
            "seconds": round(len(samples) / RATE_HZ, 2),
            "frames_a_second": RATE_HZ / net.shape.frame,
            "bits_a_second": bits,
            "book": net.shape.codes,
            "distances": apart,
            "opus": {"bits_a_second": round(spent), "distance": other},
            "codes": codes[0].tolist(),
            "used": [len(set(row)) for row in codes[0].tolist()],
        }
    files["codes.json"] = json.dumps(details).encode()
    return Accompanied(picture(codes[0], net.shape.codes), files)


def own_sound(source: str) -> Sound:
    """One of the studio's own sounds."""
    return load_sound(ASSETS / "examples" / FILES[source])


def stretch(sound: Sound, start_s: float, longest_s: float = LONGEST_S) -> np.ndarray:
    """At most so many seconds from a place, mono at the codec's rate, its highest sample 0.8. Raises Refusal."""
    begin = round(start_s * sound.rate_hz)
    kept = np.asarray(sound.samples[begin : begin + round(longest_s * sound.rate_hz)], np.float32)
    if len(kept) < sound.rate_hz // 2:
        raise Refusal("Less than half a second is left of this sound; choose an earlier one.")
    loudest = float(np.abs(kept).max(initial=0))
    if loudest < 1e-4:
        raise Refusal("These seconds are silent; choose others.")
    made = mono(kept, sound.rate_hz)
    return made * np.float32(0.8 / max(1e-6, float(np.abs(made).max())))


def picture(codes: Tensor, size: int) -> Image:
    """Codes [books, frames] as rows of squares: each number has a shade of its own between paper, accent and ink, neighbours unlike ones."""
    share = (codes.numpy() * 619 % size / size)[..., None]
    paper, accent, ink = (np.array(colour, np.float64) for colour in (PAPER, ACCENT, INK))
    low = paper + (accent - paper) * np.clip(2 * share, 0, 1)
    shades = low + (ink - accent) * np.clip(2 * share - 1, 0, 1)
    small = PillowImage.fromarray(shades.round().clip(0, 255).astype(np.uint8))
    return small.resize((max(320, 2 * small.width), 24 * small.height), PillowImage.Resampling.NEAREST)


def spectrogram(samples: np.ndarray) -> Image:
    """How loud each band of mel is over time, 80 dB from paper to ink, low below."""
    import torch

    from pipelines.nets import spectra

    loud = (
        20
        * spectra.mels(torch.from_numpy(np.ascontiguousarray(samples))[None], WINDOW, RATE_HZ)[0]
        .clamp_min(1e-6)
        .log10()
    )
    share = ((loud + 90) / 80).clamp(0, 1).numpy()[::-1, :, None]
    shades = np.array(PAPER) + (np.array(INK) - np.array(PAPER)) * share
    return PillowImage.fromarray(shades.round().astype(np.uint8)).resize((640, 192), PillowImage.Resampling.BILINEAR)


def flac(samples: np.ndarray) -> bytes:
    """Samples [n] at the codec's rate as the bytes of a FLAC."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "sound.flac"
        save_sound(Sound(np.clip(samples, -1, 1)[:, None].astype(np.float32), RATE_HZ), path)
        return path.read_bytes()
