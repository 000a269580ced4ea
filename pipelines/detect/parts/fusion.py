"""Signals to a verdict: a calibrated logistic over quality-gated ratios, with gates, caps and the right to say nothing.

The weights, caps and thresholds of each kind are fitted by `training.detect.fit` and stand in assets/weights/detect.json.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from pipelines.core.models import ASSETS
from pipelines.detect.parts.signals import Examined, Gate, Provenanced, Signal, Verdict

NOTHING = Provenanced()
SIGNED = {
    "made": ("AI-made (signed)", "The signed record says that it was made by a generator."),
    "edited": ("AI-edited (signed)", "The signed record says that a generator changed it."),
    "captured": ("signed capture", "The signed record says that it was recorded by a device."),
    "broken": ("credential broken", "The file carries a signed record that does not fit its contents."),
}
DECISIVE = 4.0  # of unsigned marks and metadata, a ratio: from here on they count without two signals and without gates
LEAST_SIGNALS = 2


@lru_cache(maxsize=1)
def limits() -> Mapping[str, Any]:
    """The calibration: what it was fitted on, what it does not cover, thresholds, measured error rates."""
    return json.loads((ASSETS / "weights" / "detect.json").read_text())


def calibrated() -> bool:
    """Whether the signals of any kind have been fitted: before that no verdict rests on them."""
    return any(limits()[kind]["signals"] for kind in ("image", "video", "sound"))


def contribution(kind: str, signal: Signal) -> float:
    """What a signal adds to the log odds: its ratio times quality and fitted weight, within its cap."""
    if not signal.applicable:
        return 0.0
    rule = limits()[kind]["signals"].get(signal.name, {"weight": 0.0, "cap": 0.0})
    return max(-rule["cap"], min(rule["cap"], rule["weight"] * signal.quality * signal.log_likelihood_ratio))


def counts(kind: str, signal: Signal) -> bool:
    """Whether a signal has a part in the verdict, or is only shown."""
    return bool(limits()[kind]["signals"].get(signal.name, {}).get("weight"))


def log_odds(kind: str, signals: tuple[Signal, ...]) -> float | None:
    """Fused log odds of AI at even prior odds, or None where fewer than two signals with weight apply."""
    used = [s for s in signals if s.applicable and counts(kind, s)]
    if len(used) < LEAST_SIGNALS:
        return None
    return limits()[kind]["intercept"] + sum(contribution(kind, signal) for signal in used)


def fuse(kind: str, examined: Examined, provenance: Provenanced = NOTHING) -> Verdict:
    """The verdict on an "image", a "video" or a "sound" from its signals, its gates and what the file says of itself."""
    odds = log_odds(kind, examined.signals)
    score = None if odds is None else chance(odds)
    if provenance.state in SIGNED:
        verdict, reason = SIGNED[provenance.state]
        return Verdict(verdict, None, score, provenance.reasons or (reason,), signed_change(provenance.state))
    if provenance.suspicion >= DECISIVE:
        total = provenance.suspicion + max(odds or 0.0, 0.0)
        reasons = provenance.reasons + _reasons(kind, examined.signals, spoken=1)
        return Verdict("likely AI", chance(total), chance(total), reasons, suspect_change())
    return _unsigned(kind, examined, provenance, odds)


def chance(odds: float) -> float:
    """Log odds to a probability."""
    return 1 / (1 + math.exp(-max(-40.0, min(40.0, odds))))


def _unsigned(kind: str, examined: Examined, provenance: Provenanced, odds: float | None) -> Verdict:
    rules, closed = limits()[kind], [gate for gate in examined.gates if not gate.passed]
    if odds is None:
        reason = f"Fewer than {LEAST_SIGNALS} signals can be used on it."
        return Verdict("cannot tell", None, None, provenance.reasons + (reason,) + _closed(closed), _opening(closed))
    score = chance(odds + provenance.suspicion)
    if closed:
        return Verdict("cannot tell", None, score, provenance.reasons + _closed(closed), _opening(closed))
    reasons = provenance.reasons + _reasons(kind, examined.signals)
    if score >= rules["likely_from"]:
        if rules["accuses"]:
            return Verdict("likely AI", score, score, reasons, _accused_change(kind))
        return Verdict("cannot tell", None, score, reasons + (rules["why_not"],), _opening([]))
    if score <= rules["clear_to"]:
        return Verdict("no AI evidence found", 1 - score, score, reasons, _clear_change())
    undecided = f"The signals do not agree enough: the chance of AI is put at {score:.0%}."
    return Verdict("cannot tell", None, score, (undecided,) + reasons, _opening([]))


def _reasons(kind: str, signals: tuple[Signal, ...], spoken: int = 3) -> tuple[str, ...]:
    """The findings that weigh most, the strongest first."""
    weighed = sorted(signals, key=lambda signal: -abs(contribution(kind, signal)))
    return tuple(f"{s.title}: {s.finding}" for s in weighed[:spoken] if abs(contribution(kind, s)) > 0.05)


def _closed(gates: list[Gate]) -> tuple[str, ...]:
    return tuple(gate.finding for gate in gates)


def _opening(gates: list[Gate]) -> tuple[str, ...]:
    changes = [gate.change for gate in gates if gate.change]
    return (*dict.fromkeys(changes), "The original file with its signed record, from where it was first published.")


def signed_change(state: str) -> tuple[str, ...]:
    if state == "broken":
        return ("The original file, before it was changed after signing.",)
    return ("Proof that the signer's key was stolen, or that the signer records untruths.",)


def suspect_change() -> tuple[str, ...]:
    return (
        "A signed record of another origin.",
        "Proof that the mark or the metadata was added to somebody else's work: both can be copied.",
    )


def _accused_change(kind: str) -> tuple[str, ...]:
    device = "recorder" if kind == "sound" else "camera"
    return (
        f"A signed record of a capture, or the {device}'s original with its history.",
        "An earlier copy from a time before such generators.",
    )


def _clear_change() -> tuple[str, ...]:
    return (
        "A signed record or an invisible mark that names a generator.",
        "A generator that this calibration has never seen: absence of evidence is not evidence of authenticity.",
    )
