"""A verdict as it is written down: what was found, what it amounts to, what would change it; plain JSON, with its evidence pictures."""

from __future__ import annotations

import io
import math
from typing import Any

from PIL import Image as PillowImage
from PIL.Image import Image

from pipelines.detect.parts.chain import chain
from pipelines.detect.parts.signals import Evidence, Examined, Provenanced, Signal
from pipelines.detect.parts.signals import Judgement as Judgement
from pipelines.detect.provenance import OpenedMedia, OriginEvidence, weigh

FORMAT = "afternoon-studio/verdict-2"
EVIDENCE_PX = 960
SENTENCES = {
    "AI-made (signed)": "The file says that it was made by AI, signed by a signer whom this studio knows.",
    "AI-edited (signed)": "The file says that it was edited with AI, signed by a signer whom this studio knows.",
    "signed capture": "The file says that a device recorded it, signed by a signer whom this studio knows.",
    "made by code (signed)": "The file says that code made it, without a trained model, signed by a signer whom this studio knows.",
    "says AI (signed, unconfirmed)": "The file says that AI had a part in it; who signed that cannot be confirmed.",
    "says AI (unsigned)": "The file says that it was made by AI; nobody signed that.",
    "marked as AI": "An invisible mark in it says that it was made by AI.",
    "changed after signing": "It was changed after it was signed. Nothing that the credential says can be relied on.",
    "credential damaged": "Its credential is damaged. Nothing that the credential says can be relied on.",
}
UNDECIDED = {
    "image": "Cannot tell: no signature, mark or metadata, and the pixels do not decide.",
    "video": "Cannot tell: no signature, mark or metadata, and neither frames nor sound decide.",
    "sound": "Cannot tell: no signature, mark or metadata, and the sound itself does not decide.",
}
UNDECIDED_BY_ORIGIN = {
    "image": "Cannot tell: neither what the file says nor its pixels decide.",
    "video": "Cannot tell: neither what the file says nor its frames and sound decide.",
    "sound": "Cannot tell: neither what the file says nor its sound decides.",
    "origin alone": "Cannot tell: what the file says does not decide, and nothing else was judged.",
}
ALONE = "Nothing signed and no mark says where it comes from; nothing else was judged."


def sentence(judgement: Judgement, kind: str, provenanced: Provenanced, looked: bool) -> str:
    """What a verdict amounts to, in one sentence."""
    if judgement.verdict != "cannot tell":
        return judgement.sentence or provenanced.sentence or SENTENCES[judgement.verdict]
    if provenanced.reasons:
        return UNDECIDED_BY_ORIGIN[kind if looked else "origin alone"]
    if not looked:
        return "Cannot tell: no signature, mark or metadata, and nothing else was judged."
    return UNDECIDED[kind]


def verdict_as_json(traces: OriginEvidence, examined: Examined | None) -> dict[str, Any]:
    """The whole verdict as JSON. `examined` None: only the provenance was asked for."""
    from pipelines.detect.parts.fusion import NOTHING, fuse, limits

    provenanced = weigh(traces)
    looked = examined is not None
    verdict = fuse(traces.kind, examined, provenanced) if examined is not None else _by_provenance(provenanced)
    alone = fuse(traces.kind, examined) if examined is not None else None
    whole: dict[str, Any] = {
        "format": FORMAT,
        "method": "detect.examine" if looked else "detect.provenance",
        "media": traces.facts,
        **verdict.record(),
        "sentence": sentence(verdict, traces.kind, provenanced, looked),
        "by_signals_alone": {**alone.record(), "sentence": sentence(alone, traces.kind, NOTHING, True)}
        if alone
        else None,
        "provenance": traces.record(),
        "signals": [_weigh_signal(traces.kind, signal, alone.ratio) for signal in examined.signals]
        if examined and alone
        else [],
        "gates": [gate.record() for gate in examined.gates] if examined else [],
        "calibration": dict(limits()[traces.kind]) if looked and traces.kind in limits() else None,
    }

    return whole | {"chain": chain(whole)}


def _weigh_signal(kind: str, signal: Signal, ratio: float | None) -> dict[str, Any]:
    """A signal's record, with what it adds to the log odds by the ratio of its band, and whether it counts at all."""
    from pipelines.detect.parts.fusion import is_decisive

    used = is_decisive(kind, signal)
    return {**signal.record(), "counts": used, "adds": round(math.log(ratio), 4) if used and ratio else 0.0}


def _by_provenance(provenanced: Provenanced) -> Judgement:
    """Give the verdict from the signature, marks and metadata alone, when the picture itself was not measured."""
    from pipelines.detect.parts.fusion import by_origin

    changes = (
        "A look at the picture or sound itself: the method “Examine”.",
        "The original file with its signed record.",
    )
    alone = () if provenanced.reasons else (ALONE,)
    return by_origin(provenanced) or Judgement("cannot tell", None, (*provenanced.reasons, *alone), changes)


def poster_of(held: OpenedMedia) -> Image | None:
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
        picture.convert("RGB").save(held, "PNG", compress_level=3)  # a tenth of the time of `optimize`, 6 % more bytes
        files[name] = held.getvalue()
        return name

    for signal, record in zip(examined.signals, verdict["signals"], strict=True):
        for number, evidence in enumerate(signal.evidence, 1):
            record["evidence"][number - 1]["file"] = keep(f"evidence-{signal.name}-{number}.png", evidence)
    return files
