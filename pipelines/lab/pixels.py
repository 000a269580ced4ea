"""Pixel by pixel: what a PixelCNN believes of each next pixel while it writes, and what it can see."""

from __future__ import annotations

import base64
import io
import json
import time
import zlib
from typing import TYPE_CHECKING, Annotated, Any

from PIL.Image import Image

from pipelines.core.progress import Progress, Report, silent
from pipelines.core.registry import pipeline
from pipelines.core.settings import Choice, Range, Seed
from pipelines.drawing.pixel_network import BLIND, PIXELS, STYLES
from pipelines.generate.pixelcnn import ANY_STYLE, MINILM, Doodle, Manner, Said, meaning, watcher
from pipelines.media import Accompanied

if TYPE_CHECKING:
    import numpy as np

__all__ = ["BLIND", "MINILM", "PIXELS", "pixels"]
NETWORKS = {"gated": "gated, two stacks", "blind": "one stack, with the blind spot"}
BINS = 64  # of the 256 levels, so that all distributions fit into a small file
ROWS = 16  # of a doodle that stay
TEMPERATURE = 0.95
NAIVE = 6  # pixels that are also calculated the slow way, to compare


@pipeline(models=(PIXELS, BLIND, MINILM))
def pixels(
    doodle: Doodle = None,
    *,
    prompt: Said = "",
    style: Manner = ANY_STYLE,
    network: Annotated[str, Choice(NETWORKS, help="Which of the two networks writes.")] = "gated",
    place: Annotated[
        int, Range(0, 1023, 1, label="Pixel", help="The pixel whose receptive field is shown: 32 a row.", more=True)
    ] = 528,
    seed: Seed = 0,
    report: Report = silent,
) -> Accompanied[Image]:
    """Watch a drawing being written pixel by pixel.

    steps.json holds, for every written pixel in order, its levels, the bits it took, and the distribution of each colour in 64 bins; which
    pixels the asked one depends on, by the gradient, for both networks (van den Oord et al. 2016, figure 1); how many times a layer was
    calculated and how long it took with kept activations and without; the bits of the whole against PNG and gzip. Raises Refusal, MissingModel.
    """
    from pipelines.core.models import load
    from pipelines.drawing import pixel_network

    text, style_row = meaning(prompt), STYLES.index(style) if style in STYLES else pixel_network.UNTOLD
    begin = pixel_network.blank() if doodle is None else pixel_network.prepare_doodle(doodle)
    unknown = pixel_network.places(0 if doodle is None else ROWS)
    chance, watched = pixel_network.chances(seed, pixel_network.SIZE_PX), _Watched(report)
    with load(BLIND if network == "blind" else PIXELS) as writer:
        conditioning = writer.conditioning(text, style_row)
        began = time.perf_counter()
        drawing = pixel_network.write(
            writer, conditioning, begin=begin, unknown=unknown, chance=chance, temperature=TEMPERATURE, watch=watched
        )
        seconds = time.perf_counter() - began
        report(Progress(0.92, 1.0, "Calculating some pixels again"))
        layers = len(writer.net.layers)
        race = {"kept": {"seconds": round(seconds, 3), "layers": layers * writer.size_px**2}}
        race["naive"] = _naive(writer, conditioning, drawing, unknown, chance)
        bits = writer.bits(drawing, conditioning)
        fields = {network: _scale_field(pixel_network.receptive_field(writer, *divmod(place, pixel_network.SIZE_PX)))}
    other = "gated" if network == "blind" else "blind"
    with load(PIXELS if network == "blind" else BLIND) as writer:
        fields[other] = _scale_field(pixel_network.receptive_field(writer, *divmod(place, pixel_network.SIZE_PX)))
    details = {
        "begin": _bytes(begin),
        "levels": _bytes(drawing),
        "first": unknown[0][0] * pixel_network.SIZE_PX,
        "bins": BINS,
        "distributions": base64.b64encode(zlib.compress(b"".join(watched.rows), 6)).decode(),
        "bits": [round(float(b), 2) for b in bits.reshape(-1)],
        "bits_per_dimension": round(float(bits.mean()) / 3, 4),
        "others": compressors(drawing),
        "race": race,
        "fields": fields,
        "place": list(divmod(place, pixel_network.SIZE_PX)),
    }
    picture = pixel_network.picture_of_levels(drawing, 512)
    return Accompanied(picture, {"steps.json": json.dumps(details).encode()})


class _Watched:
    """Keeps the distribution of every written pixel, and passes its progress on."""

    def __init__(self, report: Report) -> None:
        self.rows: list[bytes] = []
        self.tell = watcher(report, 0, 1)

    def __call__(self, moment: Any) -> None:
        import torch

        from pipelines.nets import logistic_mixture

        mixture = logistic_mixture.read_mixture(torch.from_numpy(moment.numbers)[None])
        written = torch.from_numpy(moment.levels[moment.row, moment.column])[None] / 127.5 - 1
        means = logistic_mixture.means_given(mixture, written)[0]
        for colour in range(3):
            levels = logistic_mixture.levels(means[colour], mixture.scales[0, colour], mixture.weights[0])
            share = levels.reshape(BINS, -1).sum(1)
            self.rows.append((share / share.max() * 255).round().byte().numpy().tobytes())
        self.tell(moment)


def _naive(writer: Any, conditioning: Any, drawing: np.ndarray, unknown: Any, chance: np.ndarray) -> Any:
    """The last pixels written again with the whole network for each: seconds a pixel, and whether every level is the same."""
    import numpy as np

    from pipelines.drawing import pixel_network

    few = unknown[-NAIVE:]
    begin = drawing.copy()
    for place in few:
        begin[place] = 255.0
    began = time.perf_counter()
    again = pixel_network.write_naively(
        writer, conditioning, begin=begin, unknown=few, chance=chance, temperature=TEMPERATURE
    )
    each = (time.perf_counter() - began) / len(few)
    layers = len(writer.net.layers) * writer.size_px**2 * len(unknown)
    return {
        "measured_pixels": len(few),
        "seconds_each": round(each, 4),
        "seconds": round(each * len(unknown), 1),
        "layers": layers,
        "same": bool(np.array_equal(again, drawing)),
    }


def compressors(levels: np.ndarray) -> dict[str, float]:
    """Bits a dimension that PNG and gzip take for a drawing [s,s,3], and 8 for the plain file."""
    import gzip

    from pipelines.drawing.pixel_network import picture_of_levels

    plain = levels.astype("uint8").tobytes()
    buffer = io.BytesIO()
    picture_of_levels(levels, len(levels)).save(buffer, "PNG", optimize=True)
    found = {"PNG": len(buffer.getvalue()), "gzip": len(gzip.compress(plain, 9, mtime=0)), "plain": len(plain)}
    return {name: round(8 * size / len(plain), 4) for name, size in found.items()}


def _bytes(levels: np.ndarray) -> str:
    return base64.b64encode(levels.round().astype("uint8").tobytes()).decode()


def _scale_field(field: np.ndarray) -> list[float]:
    """A receptive field with its largest value at 1; what is not seen is exactly 0."""
    top = float(field.max()) or 1.0
    return [float(f"{value / top:.3g}") for value in field.reshape(-1)]
