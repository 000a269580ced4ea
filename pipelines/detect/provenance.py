"""Where a file says it comes from: its signed credential, this studio's registry and invisible mark, foreign marks, metadata.

C2PA Technical Specification 2.2 for the credential, which is read by whoever lends a Witness (it holds the keys). Unsigned marks and metadata
may raise suspicion and never clear.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Annotated, Any

from pipelines.core.progress import Progress, Report, part, silent
from pipelines.core.registry import pipeline
from pipelines.core.settings import Input
from pipelines.detect.parts.foreign_marks import ForeignMark, read_foreign
from pipelines.detect.parts.inscriptions import CLEAR, Inscription, said_in
from pipelines.detect.parts.own_marks import OwnMark, in_picture, in_sound, in_video
from pipelines.detect.parts.signals import Provenanced
from pipelines.media import (
    PICTURE_FORMATS,
    Accompanied,
    Media,
    Sound,
    Verdict,
    Video,
    load_image,
    load_sound,
    load_video,
)

# log-likelihood ratios, set by hand; a mark with its checksum is practically certain, a signature that cannot be confirmed outweighs what is unsigned
OWN_MARK, FOREIGN_MARK, SIGNED_CLAIM = 8.0, 8.0, 7.0
BY_CODE = "algorithmicMedia"
TRAINED = ("trainedAlgorithmicMedia", "compositeWithTrainedAlgorithmicMedia")
CAPTURED = (
    "digitalCapture",
    "computationalCapture",
    "compositeCapture",
    "screenCapture",
    "negativeFilm",
    "positiveFilm",
    "print",
)
SIGNED_HERE = ("this studio", "known signer")
UNCONFIRMED = (
    "unrecognised signer",
    "expired",
    "malformed",
    "unclear",
)  # the content is what was signed; by whom is only a claim


@dataclass
class OriginEvidence:
    """All that was found about where a file comes from, before it is weighed."""

    kind: str
    facts: dict[str, Any]  # kind, format, width, height, seconds, sha256, name
    credential: dict[str, Any] | None  # None: nobody could check it
    registry: dict[str, Any] | None  # this very file, as the studio wrote it
    marks: list[dict[str, Any]] = field(default_factory=list)
    foreign: list[ForeignMark] = field(default_factory=list)
    inscriptions: list[Inscription] = field(default_factory=list)

    def record(self) -> dict[str, Any]:
        """Plain JSON values."""
        weighed = weigh(self)
        return {
            "state": weighed.state,
            "reasons": list(weighed.reasons),
            "suspicion": weighed.suspicion,
            "credential": self.credential,
            "registry": self.registry,
            "marks": self.marks,
            "foreign_marks": [one.record() for one in self.foreign],
            "inscriptions": [one.record() for one in self.inscriptions],
        }


@dataclass
class OpenedMedia:
    """A file as the pipelines see it; only the one of its own kind is there (and a film's sound)."""

    picture: Any = None
    video: Video | None = None
    sound: Sound | None = None


def open_media(file: Media) -> OpenedMedia:
    """The picture, video or sound in the file. Raises Refusal."""
    if file.kind == "image":
        return OpenedMedia(picture=load_image(file.path))
    if file.kind == "sound":
        return OpenedMedia(sound=load_sound(file.path))
    video = load_video(file.path)
    return OpenedMedia(video=video, sound=load_sound(file.path) if video.sound else None)


def gather(file: Media, opened_media: OpenedMedia, report: Report = silent) -> OriginEvidence:
    """Everything that the file and this studio know of its origin. Nothing is fetched from anywhere."""
    from pipelines.core.models import sha256_of

    report(Progress(0, 6, "Reading the credential"))
    digest, witness = sha256_of(file.path), file.witness
    traces = OriginEvidence(
        file.kind,
        _facts(file, opened_media, digest),
        witness.credential(file.path) if witness else None,
        witness.written(digest) if witness else None,
    )
    report(Progress(1, 6, "Reading its metadata"))
    traces.inscriptions = said_in(file.path, file.kind)
    report(Progress(2, 6, "Looking for the invisible mark"))
    for one in _own(opened_media, part(report, 2 / 6, 5 / 6)):
        known = witness.marked(one.payload) if witness else None
        traces.marks.append({**one.record(), "registry": known})
    if file.kind == "image":
        report(Progress(5, 6, "Looking for other programs' marks"))
        traces.foreign = read_foreign(_as_stored(file))
    return traces


def _own(opened_media: OpenedMedia, report: Report) -> Iterator[OwnMark]:
    import numpy as np

    if opened_media.picture is not None:
        yield from in_picture(np.asarray(opened_media.picture))
    if opened_media.video is not None:
        yield from in_video(opened_media.video, report)
    if opened_media.sound is not None:
        yield from in_sound(opened_media.sound, report)


def _as_stored(file: Media) -> Any:
    """The picture's own pixels, neither turned nor recoloured: marks in the lowest bits need them."""
    from PIL import Image

    with Image.open(file.path, formats=PICTURE_FORMATS) as picture:
        picture.load()
        return picture.convert("RGBA" if picture.has_transparency_data else "RGB")


def _facts(file: Media, opened_media: OpenedMedia, digest: str) -> dict[str, Any]:
    facts: dict[str, Any] = {
        "kind": file.kind,
        "name": file.name,
        "sha256": digest,
        "format": file.path.suffix[1:].lower(),
    }
    if opened_media.picture is not None:
        facts |= {"width": opened_media.picture.width, "height": opened_media.picture.height}
    if opened_media.video is not None:
        facts |= {
            "width": opened_media.video.width,
            "height": opened_media.video.height,
            "rate_hz": round(float(opened_media.video.rate_hz), 3),
        }
        facts |= {"seconds": round(opened_media.video.seconds, 3), "has_sound": opened_media.sound is not None}
    elif opened_media.sound is not None:
        facts |= {"seconds": round(opened_media.sound.seconds, 3), "rate_hz": opened_media.sound.rate_hz}
    return facts


# weighing


def weigh(traces: OriginEvidence) -> Provenanced:
    """What the traces amount to. Only a signature that holds, by a signer who is known, is a fact; the rest raises suspicion."""
    credential = traces.credential or {"state": "unchecked"}
    state, reasons = _read_signature(credential)
    if state == "coded" and any((one.get("registry") or {}).get("trained") for one in traces.marks):
        state = "none"  # the registry knows that a trained model made what carries this mark
    tampered = [one for one in _nodes(credential) if one is not credential and one["state"] == "broken"]
    if tampered and state not in ("changed", "damaged"):
        names = ", ".join(f"“{one.get('title') or 'untitled'}”" for one in tampered[:3])
        reasons.append(f"Something that it was made from had been changed after it was signed: {names}.")
    suspicion, says = 0.0, ""
    for kind, ratio, sentence in _suspicions(traces, state):
        if ratio > suspicion:
            suspicion, says = ratio, kind
        reasons.append(sentence)
    if traces.registry and state not in ("made", "edited"):
        reasons.append(f"This very file was written by this studio, by {traces.registry['pipeline']}.")
    return Provenanced(state, tuple(reasons), suspicion, says, _sentence(traces, credential, state, says))


def _sentence(traces: OriginEvidence, credential: dict[str, Any], state: str, says: str) -> str:
    """What the file says of itself in one sentence; "" where it says nothing that decides."""
    signer = credential.get("signer") or "a signer without a name"
    whose = "this studio" if credential["state"] == "this studio" else signer
    if state == "made":
        return f"The file says that it was made by AI, signed by {whose}."
    if state == "edited":
        return f"The file says that AI had a part in it, signed by {whose}."
    if state == "captured":
        return f"The file says that a device recorded it, signed by {whose}."
    if state == "coded":
        return f"The file says that code made it, without a trained model, signed by {whose}."
    if state in ("changed", "damaged") or not says:
        return ""
    if says == "signed":
        why = {
            "expired": "the signer's certificate has expired or no longer counts",
            "malformed": "one of its statements is written wrongly",
            "unclear": "one of its statements cannot be checked here",
        }.get(credential["state"], f"this studio does not know the signer, {signer}")
        return f"Signed; {why}; the signer says AI."
    if says == "mark":
        return _mark_says(traces, signer if state == "unconfirmed" and _by_code(credential, UNCONFIRMED) else "")
    if _says_edited(traces):
        return "The file says that AI had a part in it; unsigned, so anyone could have written that."
    return "The file says that it was made by AI; unsigned, so anyone could have written that."


def _says_edited(traces: OriginEvidence) -> bool:
    """Whether all that the metadata says is that a trained model edited it, as phones write beside a photograph."""
    strong = [inscription for inscription in traces.inscriptions if inscription.ratio >= CLEAR]
    return bool(strong) and all("edited with" in inscription.says.lower() for inscription in strong)


def _mark_says(traces: OriginEvidence, signer: str) -> str:
    """What an invisible mark amounts to. `signer`: who says that code made the file, and whom nobody here knows; "" where nobody does.

    A studio marks what its code paints like everything else, so the mark of another studio does not tell the two apart.
    """
    if traces.foreign or any(one.get("registry") for one in traces.marks):
        return "An invisible mark in it says that it was made by AI."
    if signer:
        return f"Its invisible mark is of an Afternoon Studio; {signer}, whom this studio does not know, says that code made it."
    return "Its invisible mark says that it came out of an Afternoon Studio, where most things are made by AI."


def _by_code(credential: dict[str, Any], states: tuple[str, ...]) -> bool:
    """Whether it and everything that it was made from was made by a program without a trained model, under signatures in these states."""
    return all(one["state"] in states and one.get("source_type") == BY_CODE for one in _nodes(credential))


def _read_signature(credential: dict[str, Any]) -> tuple[str, list[str]]:
    """The state for the fusion, and what the signature says in words."""
    state, signer = credential["state"], credential.get("signer") or "someone"
    whose = "this studio" if state == "this studio" else signer
    terms = [str(one.get("source_type") or "") for one in _nodes(credential) if one["state"] in SIGNED_HERE]
    if state == "broken":
        sentences = list(credential.get("problems") or ["The credential does not fit the file."])
        damaged = "damaged" in credential.get("faults", ()) and "tampered" not in credential.get("faults", ())
        claimed = [str(one.get("source_type") or "") for one in _nodes(credential)]
        if any(term in TRAINED for term in claimed):
            sentences.append("Before that, its credential said that AI made or edited it.")
        return ("damaged" if damaged else "changed"), sentences
    if "unchecked" in credential.get("faults", ()):
        return "none", ["Its credential could not be checked here and does not count."]
    if state in UNCONFIRMED:
        sentences = [f"The content is as {signer} signed it; the name is a claim."]
        return "unconfirmed", [*sentences, *credential.get("problems", ())[:3]]
    if state not in SIGNED_HERE:
        return "none", []
    own = str(credential.get("source_type") or "")
    if own == "trainedAlgorithmicMedia":
        return "made", [f"Signed by {whose}, unchanged since: made by a trained model."]
    if own in TRAINED or any(term in TRAINED for term in terms):
        return "edited", [f"Signed by {whose}, unchanged since: a trained model had a part in it."]
    if own in CAPTURED:
        return "captured", [f"Signed by {whose}, unchanged since: recorded by a device ({own})."]
    if _by_code(credential, SIGNED_HERE):
        return "coded", [f"Signed by {whose}, unchanged since: made by a program without a trained model."]
    how = {BY_CODE: "made by a program", "algorithmicallyEnhanced": "changed by a program"}.get(own)
    if how:
        return "none", [
            f"Signed by {whose}, unchanged since: {how} without a trained model, so the signals were measured too."
        ]
    return "none", [f"Signed by {whose}, unchanged since; the credential does not say how it came about."]


def _suspicions(traces: OriginEvidence, state: str) -> Iterator[tuple[str, float, str]]:
    """Everything that speaks for AI and is not a known signer's word: who says so ("signed", "mark", "unsigned"), the ratio, a sentence."""
    credential = traces.credential or {}
    if state == "unconfirmed":
        terms = [str(one.get("source_type") or "") for one in _nodes(credential) if one["state"] != "broken"]
        if any(term in TRAINED for term in terms):
            yield "signed", SIGNED_CLAIM, "The signer says that a trained model made or edited it."
    if state not in ("made", "edited"):
        for one in _different(traces.marks):
            yield "mark", *_mark_sentence(one, state)
    for mark in traces.foreign:
        yield "mark", FOREIGN_MARK, f"It carries the invisible mark of {mark.whose} ({mark.method}, {mark.fits})."
    for said in traces.inscriptions:
        ours = said.generator == "IPTC digital source type" and (state in ("made", "edited") or traces.marks)
        if said.ratio > 0 and not ours:
            told = f"Its metadata ({said.where}) has the form of {said.generator}; unsigned, so anyone can write it."
            yield "unsigned", said.ratio, told


def _different(marks: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return list({one["mark"]: one for one in marks}.values())


def _mark_sentence(mark: dict[str, Any], state: str) -> tuple[float, str]:
    known = mark.get("registry")
    where = {"picture": "its pixels", "frames": "its frames", "sound": "its sound"}[mark["where"]]
    if state == "coded":
        return (
            0.0,
            f"The invisible mark in {where} is that of an Afternoon Studio; the signature explains it.",
        )
    if known is None:
        return (
            OWN_MARK,
            f"The invisible mark of an Afternoon Studio ({mark['mark']}) is in {where}; this studio's registry does not know it.",
        )
    if known.get("trained") is False:
        return (
            0.0,
            f"The invisible mark in {where} says that this studio made it with {known['pipeline']}, without a trained model.",
        )
    return (
        OWN_MARK,
        f"The invisible mark in {where} says that it came out of this studio, made with {known['pipeline']}.",
    )


def _nodes(credential: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The credential and every ingredient below it."""
    waiting = [credential]
    while waiting:
        one = waiting.pop()
        yield one
        waiting += one.get("ingredients", ())


@pipeline()
def provenance(
    media: Annotated[Media, Input(label="File", help="A picture, a video or a sound.", samples=False)],
    *,
    report: Report = silent,
) -> Accompanied[Verdict]:
    """Read what a file says of its origin: signature, ingredients, registry, invisible marks, metadata (C2PA 2.2, IPTC 2023.2). Raises Refusal."""
    from pipelines.detect.parts.record import poster_of, verdict_as_json

    held = open_media(media)
    traces = gather(media, held, report)
    return Accompanied(Verdict(verdict_as_json(traces, None)), {}, poster_of(held))
