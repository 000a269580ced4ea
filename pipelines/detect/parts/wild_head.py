"""The head that learned today's generators (`training.detect.wild`): what a picture at its own size says, and near the edge of a band whether a second saving says the same."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipelines.core.models import ModelCard, load
from pipelines.detect.parts import canonical, fusion, native
from pipelines.detect.parts.signals import Signal, silent_signal
from pipelines.vision.faces import find_faces

if TYPE_CHECKING:
    from PIL.Image import Image

PARTS = ("whole", "cuts")
NAME, TITLE = "native", "At its own size"
CAVEAT = "Unknown generators, drawings, and pictures that were made smaller or saved hard may deceive it."
WEIGHTS = "detect_wild.safetensors"
SAVED_AGAIN = 75  # JPEG quality of the copy that must say the same
MOST = 12.0  # of a ratio


def _build_head(path: Path) -> Any:
    from safetensors.numpy import load_file

    return load_file(path)


HEAD = ModelCard(
    name="Head of the detector for today's generators",
    source=f"builtin:weights/{WEIGHTS}",
    sha256="",
    licence="Apache-2.0 (trained here; sources in assets/weights/detect_wild.json)",
    size_bytes=156_164,
    build=_build_head,
    about="Reads a picture at its own size.",
)


def ratio(found: native.Measurement) -> float:
    """The log-likelihood ratio of a measurement: a linear score of both parts."""
    import numpy as np

    with load(HEAD) as head:
        total = float(head["bias"][0])
        for part in PARTS:
            mean, scale, weight = (head[f"{part}.{name}"].astype(np.float32) for name in ("mean", "scale", "weight"))
            total += float(((getattr(found, part) - mean) / scale).clip(-4, 4) @ weight)
    return float(np.clip(total, -MOST, MOST))


def judge_picture(picture: Image) -> Signal:
    """The signal of an RGB picture. Near the edge of a band a second saving is scored too, and the weaker score counts. Raises MissingModel."""
    import numpy as np

    if min(picture.size) < native.LEAST_SIDE_PX:
        reason = f"Its short side has {min(picture.size)} pixels, and {native.LEAST_SIDE_PX} are needed."
        return silent_signal(NAME, TITLE, reason, CAVEAT)
    part = native.middle(picture)
    score = ratio(native.measure(part))
    measured = {"score": score}
    near = float(fusion.limits()["image"]["evidence"]["near"])
    if score >= max(fusion.edges()) or any(abs(score - edge) < near for edge in fusion.edges()):
        again = canonical.decode_jpeg(canonical.encode_jpeg(part, SAVED_AGAIN, subsampled=True))
        measured["score_saved_again"] = ratio(native.measure(again))
        score = float(np.median([score, measured["score_saved_again"], 0.0]))
    if any(fusion.find_band(score, face=face)["support"] for face in (False, True)):
        measured["face"] = float(bool(find_faces(np.asarray(part))))
    band = fusion.find_band(score, face=bool(measured.get("face")))
    finding = (
        fusion.weight_sentence(band) or "Its look and its finest detail are found in made and in recorded pictures."
    )
    return Signal(NAME, TITLE, True, score, 1.0, finding, CAVEAT, measured=measured)
