"""Signals to a verdict: first what the file says of itself, then the one signal of its kind that decides (`decided_by`), which may accuse and never clears.

What decides, and from where on, stands in assets/weights/detect.json. Whether looks alone may accuse (`accuses`) is decided by a test on material that
nobody of the project made (docs/detect.md): pictures may be accused, films and sounds may not. Of a picture the band (`evidence`) in which its score
lies says how much more frequent such looks are among AI pictures than among photographs, and the band alone says whether that is an accusation.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from pipelines.core.models import ASSETS
from pipelines.detect.parts.signals import Examined, Gate, Judgement, Provenanced, Signal

NOTHING = Provenanced()
SIGNED = {
    "made": ("AI-made (signed)", "The signed record says that it was made by a generator."),
    "edited": ("AI-edited (signed)", "The signed record says that a generator changed it."),
    "captured": ("signed capture", "The signed record says that it was recorded by a device."),
    "coded": ("made by code (signed)", "The signed record says that a program made it without a trained model."),
    "changed": ("changed after signing", "The file carries a signed record that does not fit its contents."),
    "damaged": ("credential damaged", "The file carries what is left of a signed record, which cannot be read."),
}
CLAIMS = {"signed": "says AI (signed, unconfirmed)", "mark": "marked as AI", "unsigned": "says AI (unsigned)"}
DECISIVE = (
    4.0  # of what is not signed by a known signer, a ratio: from here on it is the verdict, whatever the signals say
)
UNDECIDED = {
    "image": "The pixels do not decide, and that does not clear it.",
    "video": "The frames and the sound do not decide, and that does not clear it.",
    "sound": "The sound itself does not decide, and that does not clear it.",
}


LIKELY = "Nothing else says so, and this proves nothing; some drawings by code get such scores too."
ONLY_FACES = "Only pictures with a face were counted."
NOT_PROBABILITY = "This is not the probability that AI made it."


@lru_cache(maxsize=1)
def limits() -> Mapping[str, Any]:
    """The calibration: what it was fitted on, what it does not cover, thresholds, measured error rates."""
    return json.loads((ASSETS / "weights" / "detect.json").read_text())


def is_decisive(kind: str, signal: Signal) -> bool:
    """Whether a signal has a part in the verdict, or is only shown."""
    rules = limits()[kind]
    return bool(rules["accuses"]) and signal.name == rules.get("decided_by")


def log_odds(kind: str, signals: tuple[Signal, ...]) -> float | None:
    """Log odds of AI at even prior odds by the signal that decides, or None where it does not apply."""
    decisive = limits()[kind].get("decided_by")
    return next((s.log_likelihood_ratio for s in signals if s.applicable and s.name == decisive), None)


def evidence_of(face: bool) -> Mapping[str, Any]:
    """The bands for pictures with a face, counted on such pictures alone, or for all others, counted on all, and on how many they rest."""
    return limits()["image"]["evidence"]["face" if face else "all"]


def find_band(score: float, *, face: bool) -> Mapping[str, Any]:
    """The band of the calibration in which a picture's score lies."""
    return [band for band in evidence_of(face)["bands"] if band["from"] is None or score >= band["from"]][-1]


def edges() -> tuple[float, ...]:
    """The scores at which what is said of a picture changes."""
    bands = (band for face in (False, True) for band in evidence_of(face)["bands"])
    return tuple({band["from"] for band in bands if band["from"] is not None})


def weight_sentence(band: Mapping[str, Any]) -> str:
    """How much more frequent the looks of a band are on one side, and how strong a support that is; "" for nothing either way."""
    ratio = float(band["ratio"])
    times = f"{max(ratio, 1 / ratio):.0f}"
    moderate = f"AI pictures get a score like this about {times} times as often as photographs: moderate support that AI made it."
    return {
        "likely AI": moderate,
        "moderate support for AI": moderate,
        "weak support for AI": f"AI pictures get a score like this about {times} times as often as photographs: weak support that AI made it.",
        "weak support for a camera": f"Photographs get a score like this about {times} times as often as AI pictures: weak support that a camera made it. That clears nothing.",
    }.get(band["support"], "")


def _basis(band: Mapping[str, Any], face: bool) -> str:
    """On how many pictures the sentence rests, and between what the ratio lies."""
    of = evidence_of(face)["of"]
    low, high = sorted(max(1, round(band[end] ** (1 if band["ratio"] >= 1 else -1), 1)) for end in ("low", "high"))
    return (
        f"Among pictures that it had not learned, {band['made']} of {of['made']} AI pictures and {band['people']} of {of['people']} photographs "
        f"got such a score; it may be {low:g} to {high:g} times as often."
    )


def fuse(kind: str, examined: Examined, provenance: Provenanced = NOTHING) -> Judgement:
    """The verdict on an "image", a "video" or a "sound" from what the file says of itself, its signals and its gates."""
    odds = log_odds(kind, examined.signals)
    return by_origin(provenance, odds) or _by_looks(kind, examined, provenance, odds)


def by_origin(provenance: Provenanced, score: float | None = None) -> Judgement | None:
    """The verdict where signature, marks or metadata decide it; None where they do not."""
    if provenance.state in SIGNED:
        verdict, reason = SIGNED[provenance.state]
        return Judgement(verdict, score, provenance.reasons or (reason,), signed_change(provenance.state))
    if provenance.suspicion >= DECISIVE:
        return Judgement(
            CLAIMS[provenance.says or "unsigned"], score, provenance.reasons, suspect_change(provenance.says)
        )
    return None


def _by_looks(kind: str, examined: Examined, provenance: Provenanced, odds: float | None) -> Judgement:
    """By pixels or sound alone: "likely AI" or a weight where the kind's rules allow it, else "cannot tell". Nothing is cleared."""
    rules, closed = limits()[kind], [gate for gate in examined.gates if not gate.passed]
    silent = examined.signals and not any(signal.applicable for signal in examined.signals)
    if odds is None and (rules["accuses"] or silent):
        reason = "Too little can be measured on it."
        return Judgement("cannot tell", None, provenance.reasons + (reason,) + _closed_gates(closed), _opening(closed))
    if closed:
        return Judgement("cannot tell", odds, provenance.reasons + _closed_gates(closed), _opening(closed))
    if not rules["accuses"] or odds is None:
        return Judgement("cannot tell", odds, (*provenance.reasons, rules["why_not"]), _opening([]))
    face = any(signal.measured.get("face") for signal in examined.signals if is_decisive(kind, signal))
    band = find_band(odds, face=face)
    if not band["support"] or (band["ratio"] < 1 and provenance.suspicion):
        return Judgement("cannot tell", odds, (*provenance.reasons, UNDECIDED[kind]), _opening([]))
    accuses = band["support"] == "likely AI"
    weight = (_basis(band, face), *[ONLY_FACES][: int(face)], NOT_PROBABILITY, *[LIKELY][: int(accuses)])
    changes = ACCUSED_CHANGE if accuses else _opening([])
    return Judgement(band["support"], odds, provenance.reasons + weight, changes, weight_sentence(band), band["ratio"])


def _closed_gates(gates: list[Gate]) -> tuple[str, ...]:
    return tuple(gate.finding for gate in gates)


def _opening(gates: list[Gate]) -> tuple[str, ...]:
    changes = [gate.change for gate in gates if gate.change]
    return (*dict.fromkeys(changes), "The original file with its signed record.")


def signed_change(state: str) -> tuple[str, ...]:
    """What would change a verdict that rests on a signature."""
    if state in ("changed", "damaged"):
        return ("The original file with its signed record.",)
    return ("Proof that the signer's key was stolen, or that the signer records untruths.",)


def suspect_change(says: str) -> tuple[str, ...]:
    """What would change a verdict that rests on a mark, on metadata or on a signature that cannot be confirmed."""
    if says == "signed":
        return (
            "The file as it was first published, signed by a known signer with a valid certificate.",
            "Proof that somebody else signed it in that name.",
        )
    return (
        "A signed record of another origin.",
        "Proof that the mark or the metadata was copied from another work.",
    )


ACCUSED_CHANGE = (
    "A signed record of a capture, or the camera's original with its history.",
    "An earlier copy from a time before such generators.",
)
