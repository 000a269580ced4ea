"""A verdict as it is written down: what was found, what it amounts to, what would change it; plain JSON, with its evidence pictures."""

from __future__ import annotations

import io
from typing import Any

from PIL import Image as PillowImage
from PIL.Image import Image

from pipelines.detect.parts.signals import Evidence, Examined, Signal
from pipelines.detect.parts.signals import Verdict as Judgement
from pipelines.detect.provenance import Opened, Traces, weigh

FORMAT = "afternoon-studio/verdict-1"
EVIDENCE_PX = 960
SENTENCES = {
    "AI-made (signed)": "It was made by AI: whoever signed it says so.",
    "AI-edited (signed)": "It was edited with AI: whoever signed it says so.",
    "signed capture": "It was recorded by a device, and is unchanged since: whoever signed it says so.",
    "credential broken": "It was changed after it was signed, so nothing that its credential says can be relied on.",
    "likely AI": "It was probably made or edited by AI.",
    "no AI evidence found": "No evidence of AI was found, which does not prove that there was none.",
    "cannot tell": "This cannot be told from the file alone.",
}
ALONE = "Nothing signed and no mark in it says where it comes from; the picture or sound itself was not judged here."
ONLY_SIGNED = (
    "Only what is signed, marked or written into the file was read; what it looks or sounds like was not judged."
)


def judged(traces: Traces, examined: Examined | None) -> dict[str, Any]:
    """The whole verdict as JSON. `examined` None: only the provenance was asked for."""
    from pipelines.detect.parts.fusion import fuse, limits

    provenanced = weigh(traces)
    looked = examined is not None
    verdict = fuse(traces.kind, examined, provenanced) if examined is not None else _by_provenance(provenanced)
    alone = fuse(traces.kind, examined) if examined is not None else None
    return {
        "format": FORMAT,
        "method": "detect.examine" if looked else "detect.provenance",
        "media": traces.facts,
        **verdict.record(),
        "sentence": SENTENCES[verdict.verdict],
        "by_signals_alone": {**alone.record(), "sentence": SENTENCES[alone.verdict]} if alone else None,
        "provenance": traces.record(),
        "signals": [_weighed(traces.kind, signal) for signal in examined.signals] if examined else [],
        "gates": [gate.record() for gate in examined.gates] if examined else [],
        "calibration": dict(limits()[traces.kind]) if looked and traces.kind in limits() else None,
    }


def _weighed(kind: str, signal: Signal) -> dict[str, Any]:
    """A signal's record, with what it adds to the log odds and whether it counts at all."""
    from pipelines.detect.parts.fusion import contribution, counts

    return {**signal.record(), "counts": counts(kind, signal), "adds": round(contribution(kind, signal) + 0.0, 4)}


def _by_provenance(provenanced: Any) -> Judgement:
    """The verdict when nobody looked at the picture itself: by what is signed, marked and written."""
    from pipelines.detect.parts.fusion import DECISIVE, SIGNED, chance, signed_change, suspect_change

    if provenanced.state in SIGNED:
        verdict, reason = SIGNED[provenanced.state]
        return Judgement(verdict, None, None, provenanced.reasons or (reason,), signed_change(provenanced.state))
    if provenanced.suspicion >= DECISIVE:
        likely = chance(provenanced.suspicion)
        return Judgement("likely AI", likely, None, provenanced.reasons, suspect_change())
    changes = (
        "A look at the picture or sound itself: the method “Examine”.",
        "The original file with its signed record.",
    )
    return Judgement("cannot tell", None, None, (*provenanced.reasons, ALONE), changes)


def poster_of(held: Opened) -> Image | None:
    """What the verdict's card shows: the picture, a frame of the film, nothing for a sound."""
    if held.picture is not None:
        return held.picture
    if held.video is not None:
        middle = held.video.frame_count // 3
        for index, frame in enumerate(held.video.frames()):
            if index >= middle:
                return PillowImage.fromarray(frame)
    return None


def with_pictures(verdict: dict[str, Any], examined: Examined) -> dict[str, bytes]:
    """The evidence pictures as files, by name; each signal's record in `verdict` gets the names of its own."""
    files: dict[str, bytes] = {}

    def keep(name: str, evidence: Evidence) -> str:
        picture = evidence.picture
        if max(picture.size) > EVIDENCE_PX:
            picture = picture.copy()
            picture.thumbnail((EVIDENCE_PX, EVIDENCE_PX))
        held = io.BytesIO()
        picture.convert("RGB").save(held, "PNG", optimize=True)
        files[name] = held.getvalue()
        return name

    for signal, record in zip(examined.signals, verdict["signals"], strict=True):
        for number, evidence in enumerate(signal.evidence, 1):
            record["evidence"][number - 1]["file"] = keep(f"evidence-{signal.name}-{number}.png", evidence)
        for number, (moment, written) in enumerate(zip(signal.moments, record["moments"], strict=True), 1):
            if moment.evidence is not None:
                written["evidence"] = {
                    "title": moment.evidence.title,
                    "caption": moment.evidence.caption,
                    "file": keep(f"moment-{signal.name}-{number}.png", moment.evidence),
                }
    return files
