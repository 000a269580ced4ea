"""What a detector says: one Signal each, the Gates that may forbid a verdict, and the Verdict.

Ratios are natural logarithms of P(seen | made by a machine) / P(seen | recorded or drawn by a person).
"""

from __future__ import annotations

import importlib
import math
import pkgutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache, wraps
from typing import TYPE_CHECKING, Any

from pipelines.core import plugins
from pipelines.core.declared import Published

if TYPE_CHECKING:
    from PIL.Image import Image

# What can be said of a file. No verdict clears one: nothing that was measured in the wild carries that.
VERDICTS = (
    "AI-made (signed)",  # a known signer says so, and nothing was changed since
    "AI-edited (signed)",
    "signed capture",
    "made by code (signed)",  # a known signer says that a program made it and everything in it without a trained model
    "says AI (signed, unconfirmed)",  # the signature fits, but the signer is unknown, his certificate has expired, or a statement is malformed
    "says AI (unsigned)",  # metadata that anyone can write
    "marked as AI",  # an invisible mark in the picture or the sound
    "changed after signing",
    "credential damaged",
    "likely AI",  # by pixels alone, and only where a wild test supports it
    "moderate support for AI",  # the weight of a picture's looks, measured on files that the detector had not learned
    "weak support for AI",
    "weak support for a camera",
    "cannot tell",
)


@dataclass(frozen=True)
class Evidence:
    """A picture that shows what a signal saw: a heat map, a spectrum, a curve."""

    title: str
    picture: Image
    caption: str = ""


@dataclass(frozen=True)
class Signal:
    """What one detector saw. `log_likelihood_ratio` is 0 where it does not apply; `quality` 0..1 says how far it may be used.

    `source` is the package of a plug-in that brings it.
    """

    name: str
    title: str
    applicable: bool
    log_likelihood_ratio: float
    quality: float
    finding: str
    caveat: str
    evidence: tuple[Evidence, ...] = ()
    measured: Mapping[str, float] = field(default_factory=dict)
    fitted: bool = True
    source: str = ""

    def __post_init__(self) -> None:
        if not math.isfinite(self.log_likelihood_ratio) or not 0 <= self.quality <= 1:
            raise ValueError(f"signal {self.name}: ratio {self.log_likelihood_ratio}, quality {self.quality}")
        if not self.applicable and self.log_likelihood_ratio:
            raise ValueError(f"signal {self.name} does not apply, so its ratio must be 0")

    def record(self) -> dict[str, Any]:
        """Plain JSON values; of the evidence only titles and captions, in order."""
        return {
            "name": self.name,
            **({"source": self.source} if self.source else {}),
            "title": self.title,
            "applicable": self.applicable,
            "log_likelihood_ratio": round(self.log_likelihood_ratio, 4),
            "quality": round(self.quality, 4),
            "finding": self.finding,
            "caveat": self.caveat,
            "fitted": self.fitted,
            "measured": {name: _plain(value) for name, value in self.measured.items()},
            "evidence": [{"title": item.title, "caption": item.caption} for item in self.evidence],
        }


def _plain(value: float) -> float | None:
    return round(float(value), 5) if math.isfinite(value) else None


def silent_signal(name: str, title: str, reason: str, caveat: str = "") -> Signal:
    """A signal that does not apply, and why."""
    return Signal(name, title, False, 0.0, 0.0, reason, caveat)


@dataclass(frozen=True)
class Observation:
    """What the function of a signal found; `more` is added to its caveat, such as the error rates of the last test."""

    finding: str
    measured: Mapping[str, float] = field(default_factory=dict)
    evidence: tuple[Evidence, ...] = ()
    more: str = ""


Detector = Callable[..., "Observation | str"]  # a text says why the signal does not apply


def signal(title: str, caveat: str, *, of: str, rank: int = 100) -> Callable[[Detector], Callable[..., Signal]]:
    """Publish a function as a signal that is shown: of a module in `pipelines/detect/signals/`, or of a plug-in. What decides stands in detect.json.

    It is called with uint8 pixels [h,w,3] ("picture"), a Video ("video") or a Sound ("sound").
    """

    def publish(detector: Detector) -> Callable[..., Signal]:
        name = detector.__name__

        @wraps(detector)
        def run(content: Any) -> Signal:
            observation = detector(content)
            if isinstance(observation, str):
                return silent_signal(name, title, observation, caveat)
            words = f"{caveat} {observation.more}".rstrip()
            return Signal(
                name, title, True, 0.0, 1.0, observation.finding, words, observation.evidence, observation.measured
            )

        run.published = Published(title, caveat, of, rank)  # type: ignore[attr-defined]
        return run

    return publish


@lru_cache(maxsize=8)
def signals_of(kind: str) -> tuple[Callable[..., Signal], ...]:
    """Every signal of one kind in the order of their ranks, plug-ins' last."""
    package = importlib.import_module("pipelines.detect.signals")
    modules = [
        importlib.import_module(f"{package.__name__}.{it.name}") for it in pkgutil.iter_modules(package.__path__)
    ]
    own = [run for module in modules for run in vars(module).values() if hasattr(run, "published")]
    own = [run for run in own if run.published.of == kind]
    plugged = (_guard(run, package) for package, run in plugins.signals() if run.published.of == kind)
    return (*sorted(own, key=lambda run: run.published.rank), *plugged)


def _guard(detector: Callable[..., Signal], package: str) -> Callable[..., Signal]:
    """A plug-in's signal: it says where it comes from, its name is one that nothing weighs, and a mistake ends it alone."""
    about: Published = detector.published  # type: ignore[attr-defined]

    @wraps(detector)
    def run(content: Any) -> Signal:
        try:
            seen = detector(content)
            seen.record()
            assert all(item.picture.getbands() for item in seen.evidence)
        except Exception as problem:  # noqa: BLE001 - somebody else's code: whatever it raises is said in its place
            mistake = type(problem).__name__
            seen = silent_signal("", about.title, f"It ended with a mistake ({mistake}).", about.caveat)
        return replace(seen, name=f"{package}.{detector.__name__}", source=package)

    return run


@dataclass(frozen=True)
class Gate:
    """A condition without which no verdict is given; `change` says what would open it."""

    name: str
    passed: bool
    finding: str
    change: str = ""

    def record(self) -> dict[str, Any]:
        """Plain JSON values."""
        return {"name": self.name, "passed": self.passed, "finding": self.finding, "change": self.change}


@dataclass(frozen=True)
class Examined:
    """All signals and gates of one picture, film or sound."""

    signals: tuple[Signal, ...]
    gates: tuple[Gate, ...] = ()


@dataclass(frozen=True)
class Provenanced:
    """What the file says of itself.

    `state` is none, made, edited, captured, coded, unconfirmed, changed or damaged; `suspicion` a ratio set by hand, never below 0; `says` who raises it
    most ("signed", "mark", "unsigned" or ""); `sentence` what it amounts to, in plain words, or "".
    """

    state: str = "none"
    reasons: tuple[str, ...] = ()
    suspicion: float = 0.0
    says: str = ""
    sentence: str = ""


@dataclass(frozen=True)
class Judgement:
    """One of VERDICTS. `score` is the log odds of AI in the fit's own domain, or None: never shown, since it does not hold in the wild.

    `sentence` and `ratio` are the weight of the evidence, where looks have one.
    """

    verdict: str
    score: float | None
    reasons: tuple[str, ...]
    what_would_change_this: tuple[str, ...]
    sentence: str = ""
    ratio: float | None = None

    def __post_init__(self) -> None:
        if self.verdict not in VERDICTS:
            raise ValueError(self.verdict)

    def record(self) -> dict[str, Any]:
        """Plain JSON values, without the score."""
        return {
            "verdict": self.verdict,
            "reasons": list(self.reasons),
            "what_would_change_this": list(self.what_would_change_this),
            "ratio": self.ratio,
        }
