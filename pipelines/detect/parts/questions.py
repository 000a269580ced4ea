"""Questions of their own about a picture: a page around it, an enlargement, a photographed screen, places that differ, copied parts. None says who or what made it.

Thresholds and error rates stand in assets/weights/detect_questions.json, written by `python -m measure.eval.eval_questions --folder F --land` (docs/detect.md).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from pipelines.core.models import ASSETS
from pipelines.detect.parts import canonical, copies, local_edits, recapture
from pipelines.detect.parts.signals import Evidence, Signal, silent_signal

if TYPE_CHECKING:
    import numpy as np

TITLES = {
    "page": "A page around it",
    "enlarged": "Enlarged",
    "screen": "Photographed from a screen",
    "edited": "Places that differ",
    "copies": "Copied parts",
}
CAVEATS = {
    "page": "Pictures with a border, scans and product photos have margins too. It says nothing about who made the picture inside.",
    "enlarged": "Soft lenses, blur and noise reduction leave the finest detail as empty as enlarging does. Enlarging is no sign of AI.",
    "screen": "Fabric, fences and printed grids make such patterns too. Photographs of screens lose the traces that the other signals need.",
    "edited": "Skies, blur, text and another depth of focus differ from the rest as well. The map shows where to look; by itself nobody can tell.",
    "copies": "Windows, tiles and prints repeat by themselves.",
}
YES = {
    "page": "A page of one colour surrounds it: the picture inside was shown and captured, so the file's own history began then.",
    "enlarged": "Its finest detail is missing, as after enlarging: look for a smaller original.",
    "screen": "It has the regular pattern of a screen's pixels, as when a screen is photographed: look for the file that was shown.",
}
NO = {
    "page": "No page of one colour surrounds it.",
    "enlarged": "Its finest detail is there or is lost in noise; enlarging is not seen.",
    "screen": "No regular pattern of a screen is seen.",
    "edited": "No place differs more than places do in untouched photographs. That clears nothing: many edits leave no such place.",
}
SHOWN_PX = 512


@lru_cache(maxsize=1)
def facts() -> Mapping[str, Any]:
    """Per question its threshold, how many untouched photographs it was answered yes for, and how many made ones."""
    return json.loads((ASSETS / "weights" / "detect_questions.json").read_text("utf-8"))


def signals(pixels: np.ndarray) -> tuple[Signal, ...]:
    """All questions of uint8 RGB [h,w,3] at its own size."""
    return (*(_recaptured(name, pixels) for name in recapture.SCORES), _edited(pixels), _copied(pixels))


def rates(name: str) -> str:
    """How often the question is answered wrongly and rightly, in one sentence."""
    held = facts()[name]
    wrong = f"Of {held['of']} photographs to which it does not apply, {held['wrong']} were answered yes (at most {held['bound']:.0%})"
    found = [share for key, share in held.items() if key.startswith("found_")]
    most = f"{min(found):.0%} to {max(found):.0%}" if len(found) > 1 else f"{found[0]:.0%}"
    return f"{wrong}; of those to which it does, made by code, {most} were found."


def _recaptured(name: str, pixels: np.ndarray) -> Signal:
    if min(pixels.shape[:2]) < recapture.LEAST_SIDE_PX:
        return silent_signal(
            name, TITLES[name], f"Its short side has under {recapture.LEAST_SIDE_PX} pixels.", CAVEATS[name]
        )
    value = recapture.SCORES[name](pixels)
    yes = value >= facts()[name]["from"]
    finding = YES[name] if yes else NO[name]
    measured = {"score": value, "yes_from": float(facts()[name]["from"]), "answer": float(yes)}
    inside = recapture.frame(pixels) if name == "page" and yes else None
    if inside is not None:
        measured |= dict(zip(("left", "top", "right", "bottom"), map(float, inside), strict=True))
    return Signal(name, TITLES[name], True, 0.0, 1.0, finding, f"{CAVEATS[name]} {rates(name)}", measured=measured)


def _edited(pixels: np.ndarray) -> Signal:
    name = "edited"
    odd, enough = local_edits.measure(pixels)
    if not enough:
        return silent_signal(name, TITLES[name], "It is too small for a map of its places.", CAVEATS[name])
    value = local_edits.score(odd)
    yes = value >= facts()[name]["from"]
    shown = _map(odd, pixels, yes)
    finding = _place_differs() if yes else NO[name]
    found = [share for key, share in facts()[name].items() if key.startswith("iou_")]
    overlap = f" Where places were edited for the test, the drawn place and the true one overlapped by {min(found):.2f} to {max(found):.2f} (intersection over union)."
    measured = {"score": value, "yes_from": float(facts()[name]["from"]), "answer": float(yes)}
    return Signal(name, TITLES[name], True, 0.0, 1.0, finding, f"{CAVEATS[name]} {rates(name)}{overlap}", (shown,), measured=measured)  # fmt: skip


def _place_differs() -> str:
    """That a place differs, with how often untouched photographs have one: cameras' originals do as well."""
    held = facts()["edited"]
    return (
        f"One place differs from the rest in its finest detail. Untouched photographs have such places too: {held['wrong']} of {held['of']} in the last "
        f"test, so up to {held['bound']:.0%} of them may. Nothing follows from it."
    )


def _copied(pixels: np.ndarray) -> Signal:
    name = "copies"
    found = copies.measure(pixels)
    if found is None:
        return silent_signal(
            name, TITLES[name], "The picture has too little texture to find repeated parts.", CAVEATS[name]
        )
    same, least = len(found.pairs), float(facts()[name]["from"])
    yes = same >= least
    finding = f"{same} of {found.points} points repeat by one common shift." if yes else "No part repeats another."
    caption = "Lines join places that are the same."
    shown = (Evidence("Repeated parts", copies.drawing(found), caption),) if yes else ()
    measured = {"score": float(same), "yes_from": least, "answer": float(yes), "points": float(found.points)}
    return Signal(name, TITLES[name], True, 0.0, 1.0, finding, f"{CAVEATS[name]} {rates(name)}", shown, measured=measured)  # fmt: skip


def _map(odd: np.ndarray, pixels: np.ndarray, outlined: bool) -> Evidence:
    """The picture with the map over it, and the place that stands out in an outline."""
    import cv2
    import numpy as np
    from PIL import Image

    scale = min(1.0, SHOWN_PX / min(pixels.shape[:2]))
    size = round(pixels.shape[1] * scale), round(pixels.shape[0] * scale)
    small = np.asarray(Image.fromarray(pixels).resize(size))
    drawn = canonical.heat(odd, small, low=0.0, high=4.0)
    if outlined:
        inside = local_edits.places(odd, pixels.shape[:2]).astype(np.uint8)
        shown = cv2.resize(inside, size, interpolation=cv2.INTER_NEAREST)
        edges = cv2.findContours(shown, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)[0]
        drawn = Image.fromarray(cv2.drawContours(np.asarray(drawn).copy(), edges, -1, (255, 255, 255), 2))
    return Evidence(
        "Map of differences",
        drawn,
        "The warmer, the more a place differs from the rest in its finest detail; the outline is the place that stands out.",
    )
