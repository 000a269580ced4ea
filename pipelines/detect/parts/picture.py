"""All signals of a picture, scored on canonical re-encodings of it, and the gates that may forbid a verdict."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipelines.core.progress import Progress, Report, silent
from pipelines.detect.parts import (
    backbone,
    canonical,
    clip,
    heads,
    picture_signals,
    questions,
    residual,
    spectrum,
    wild_head,
)
from pipelines.detect.parts.fusion import limits, log_odds
from pipelines.detect.parts.signals import Examined, Gate, Signal

if TYPE_CHECKING:
    import numpy as np
    from PIL.Image import Image

LEAST_SIDE_PX = 256
SHOWN_PX = 512  # short side of the pictures that heat maps are drawn on
STILL_PX = 1536  # most of the short side for noise, ghosts and copied parts
ASKED_PX = 2048  # of a larger picture the middle is asked whether it was captured again or edited in places
LEAST_SEEN_PX = 48  # below this nothing is measured at all
LOOKS = ("clip", "residual", "spectrum")  # what is scored on every re-encoding
SPECTRAL = (0, 1)  # re-encodings whose spectrum is read: the cropped one is too small for it


def examine_image(picture: Image, content: bytes | None = None, *, report: Report = silent) -> Examined:
    """Every signal of a picture of any size; `content` is its file, for the history of a JPEG. Raises MissingModel."""
    import numpy as np

    picture = picture.convert("RGB")
    size = _size_gate(picture)
    if min(picture.size) < LEAST_SEEN_PX:
        reason = f"The picture is {picture.width} by {picture.height} pixels; nothing can be measured on it."
        return Examined(tuple(picture_signals.silent(name, reason) for name in picture_signals.TITLES), (size,))
    forms, scored = canonical.variants(picture), []
    for number, form in enumerate(forms):
        report(Progress(number, 5, "Looking at the whole and at the fine traces"))
        pixels = canonical.re_encoded(form)
        scored.append(looked(pixels, clip.views(pixels, number), spectral=number in SPECTRAL))
    first = scored[0] | {"shown": np.asarray(canonical.shrunk(canonical.middle(picture), SHOWN_PX))}
    ratios = {name: [each[name] for each in scored if name in each] for name in LOOKS}
    report(Progress(3, 5, "Reading the history of the file"))
    still = picture_signals.still(np.asarray(canonical.shrunk(picture, STILL_PX)), content)
    report(Progress(4, 5, "Drawing the evidence"))
    asked = questions.signals(np.asarray(_middle(picture)))
    signals = picture_signals.looks(first, ratios) + asked + backbone.added(picture) + still
    if limits()["image"].get("decided_by") == wild_head.NAME:
        decisive, gates = wild_head.judged(picture)
        return Examined((decisive, *signals), (size, _strange_gate(first), *gates))
    return Examined(signals, (size, _strange_gate(first), _stable_gate(scored, signals)))


def _middle(picture: Image) -> Image:
    left, top = (max(0, (side - ASKED_PX) // 2) for side in picture.size)
    return picture.crop((left, top, left + min(ASKED_PX, picture.width), top + min(ASKED_PX, picture.height)))


def looked(pixels: np.ndarray, views: list[np.ndarray], *, spectral: bool = True) -> dict:
    """Ratios of clip, residual and spectrum on one canonical picture and its views, with what they were read from."""
    import numpy as np

    seen = [clip.features(view) for view in views]
    places = residual.measure(pixels)
    found = {
        "canonical": pixels,
        "whole": seen[0][0] * np.sqrt(512),
        "tokens": seen[0][1],
        "places": places,
        "clip": float(np.mean([heads.ratio("clip", clip.pooled(*each)) for each in seen])),
        "residual": heads.ratio("residual", np.array([residual.score(places)])),
    }
    if spectral and min(pixels.shape[:2]) >= spectrum.SQUARE_PX:
        found["spectrum"] = heads.ratio("spectrum", spectrum.measure(pixels))
    return found


def looks_only(pixels: np.ndarray) -> dict[str, float]:
    """The ratios of `looked` alone: what a film's frame is scored with."""
    found = looked(pixels, [clip.seen(pixels)])
    return {name: found[name] for name in LOOKS if name in found}


def _size_gate(picture: Image) -> Gate:
    least = min(picture.size)
    finding = f"Its short side has {least} pixels; the signals were fitted on {LEAST_SIDE_PX} and more."
    return Gate("size", least >= LEAST_SIDE_PX, finding, "A larger copy of the same picture, not an enlarged one.")


def _strange_gate(first: dict) -> Gate:
    distance, limit = heads.strangeness(first["whole"])
    near = distance <= limit
    finding = (
        f"It is like the pictures that the signals were fitted on (distance {distance:.1f}, limit {limit:.1f})."
        if near
        else f"It is unlike the pictures that the signals were fitted on (distance {distance:.1f}, limit {limit:.1f})."
    )
    return Gate("known kind", near, finding, "Signals that were fitted on pictures of this kind.")


def band(score: float) -> str:
    """Whether a score would accuse."""
    return "likely" if score >= limits()["image"]["likely_from"] else "open"


def _stable_gate(scored: list[dict], signals: tuple[Signal, ...]) -> Gate:
    """What accuses must do so in every copy: as it is, saved again at JPEG 75, and a little cropped; all three at a short side of 256 pixels."""
    from dataclasses import replace

    from pipelines.detect.parts.fusion import chance

    scores = []
    for each in scored:
        swapped = tuple(
            replace(s, log_likelihood_ratio=each.get(s.name, s.log_likelihood_ratio))
            if s.name in LOOKS and s.applicable
            else s
            for s in signals
        )
        odds = log_odds("image", swapped)
        if odds is not None:
            scores.append(chance(odds))
    bands = {band(score) for score in scores} if scores else set()
    stable = "likely" not in bands or len(bands) == 1
    finding = (
        "Saved again at JPEG 75 and a little cropped, it gives the signals the same answer."
        if stable
        else "Saved again at JPEG 75 and a little cropped, it gives the signals another answer."
    )
    return Gate("stability", stable, finding, "A copy that was saved and resized less often.")
