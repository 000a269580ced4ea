"""The head that learned today's generators (`training.detect.wild`): what a picture at its own size says, and whether a second saving says the same."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipelines.core.models import ASSETS, ModelCard, load
from pipelines.detect.parts import canonical, native
from pipelines.detect.parts.signals import Gate, Signal, silent_signal

if TYPE_CHECKING:
    from PIL.Image import Image

PARTS = ("whole", "cuts")
NAME, TITLE = "native", "At its own size"
CAVEAT = (
    "It learned eight families of generators and some fifty sources of photographs and paintings. Others, drawings, and pictures that were made smaller "
    "or saved hard may deceive it."
)
WEIGHTS, FACTS = "detect_wild.safetensors", "detect_wild.json"
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
    size_bytes=156_468,
    build=_build_head,
    about="Reads a picture at its own size.",
)


@lru_cache(maxsize=1)
def facts() -> Mapping[str, Any]:
    """What the head was fitted on, how it was judged, and from which ratio on it accuses."""
    return json.loads((ASSETS / "weights" / FACTS).read_text("utf-8"))


def ratio(found: native.Measurement) -> float:
    """The log-likelihood ratio of a measurement: a linear score of each part, joined."""
    import numpy as np

    with load(HEAD) as head:
        total = float(head["joint.bias"][0])
        for part in PARTS:
            mean, scale = (head[f"{part}.{name}"].astype(np.float32) for name in ("mean", "scale"))
            z = ((getattr(found, part) - mean) / scale).clip(-4, 4)
            total += float(head[f"joint.{part}"][0]) * (
                float(z @ head[f"{part}.weight"]) + float(head[f"{part}.bias"][0])
            )
    return float(np.clip(total, -MOST, MOST))


def judge_picture(picture: Image) -> tuple[Signal, tuple[Gate, ...]]:
    """The signal of an RGB picture and the gate that a second saving must pass. Raises MissingModel."""
    if min(picture.size) < native.LEAST_SIDE_PX:
        reason = f"Its short side has {min(picture.size)} pixels, and {native.LEAST_SIDE_PX} are needed."
        return silent_signal(NAME, TITLE, reason, CAVEAT), ()
    part = native.middle(picture)
    again = canonical.decode_jpeg(canonical.encode_jpeg(part, SAVED_AGAIN, subsampled=True))
    ratios = [ratio(native.measure(part)), ratio(native.measure(again))]
    limit = float(facts()["accuses_from"])
    same = (ratios[0] >= limit) == (ratios[1] >= limit)
    finding = (
        "Its look and its finest detail are of a kind that was found in made pictures and hardly ever in recorded ones."
        if min(ratios) >= limit
        else "Its look and its finest detail are found in made and in recorded pictures."
    )
    gate = Gate(
        "saved again",
        same,
        f"Saved again at JPEG {SAVED_AGAIN}, it gives the signal that counts the same answer."
        if same
        else f"Saved again at JPEG {SAVED_AGAIN}, it gives the signal that counts another answer.",
        "A copy that was saved and resized less often.",
    )
    signal = Signal(
        NAME,
        TITLE,
        True,
        min(ratios),
        1.0,
        finding,
        CAVEAT,
        measured={"ratio": ratios[0], "ratio_saved_again": ratios[1]},
    )
    return signal, (gate,)
