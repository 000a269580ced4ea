"""A file that a visitor brings: hashed here, examined in a child process, put on the shelf as it is.

This process never parses the file: what it is, what its credential says and where it comes from are told by the intake's child and checked.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from contextlib import nullcontext
from pathlib import Path
from typing import Any

from pipelines.core.models import sha256_of
from pipelines.core.settings import Refusal
from pipelines.media import CHARACTER_FILE, MEDIA_TYPES, MOST_CHARACTER_BYTES
from studio.access.concurrency import BOOKS
from studio.intake import answers
from studio.intake.books import MOST_BYTES as MOST_BOOK_BYTES
from studio.intake.examiner import Intake, check_answer
from studio.intake.limits import DEFAULT_LIMITS, Trust
from studio.intake.scores import MOST_BYTES as MOST_SCORE_BYTES
from studio.intake.scores import whole_midi
from studio.intake.texts import MOST_BYTES as MOST_TEXT_BYTES
from studio.provenance.certificate import Certificate
from studio.provenance.credential import known_anchors
from studio.provenance.summaries import summary
from studio.provenance.trust import trusted_folders
from studio.storage.artifacts import Artifact
from studio.storage.store import Store, plain_words
from studio.storage.titles import MOST_TITLE, clean_text, clean_title

__all__ = ["clean_title", "receive", "summary", "trust_of", "whole_midi", "words_of"]

BOOK_ENDINGS = (".epub", ".docx", ".pdf")
MOST_LAYERS_BYTES = 120_000_000
CHARACTER = b"afternoon-studio/character/"  # stands in the file of every character


def receive(
    store: Store,
    intake: Intake,
    certificate: Certificate,
    session: str,
    path: Path,
    name: str,
    *,
    kinds: Collection[str] | None = None,
    address: str = "",
) -> Artifact:
    """Put an uploaded file on a shelf; `path` is taken (moved or removed). Raises Refusal with one sentence."""
    ending = Path(name[-400:].replace("\\", "/")).suffix.lower()
    try:
        with plain_words(), BOOKS.of(session, address) if ending in BOOK_ENDINGS else nullcontext():
            store.check_room(session)
            if ending in ENDINGS:
                return _other(store, intake, session, path, name, ending, kinds)
            return _media(store, intake, trust_of(store, certificate), session, path, name, kinds)
    finally:
        with plain_words():
            path.unlink(missing_ok=True)


def trust_of(store: Store, certificate: Certificate) -> Trust:
    """Whose signatures count in this studio."""
    return Trust(certificate.anchor, known_anchors(trusted_folders(store.home)))


def words_of(intake: Intake, artifact: Artifact) -> str:
    """The whole text of words on a shelf, read by the intake's child where a visitor brought them. Raises Refusal."""
    if artifact.call is not None:
        from pipelines.media import load_words

        return load_words(artifact.path).text
    answer = intake.ask(artifact.path, "text", "text", format=artifact.path.suffix)
    return check_answer(lambda: _text(answer), "text")


def _text(answer: Mapping[str, Any]) -> str:
    text = answer["text"]
    if not isinstance(text, str):
        raise ValueError("no text")
    return text.encode("utf-8", "replace").decode()  # a lone half of a surrogate pair cannot be kept anywhere


def _media(
    store: Store,
    intake: Intake,
    trust: Trust,
    session: str,
    path: Path,
    name: str,
    kinds: Collection[str] | None,
) -> Artifact:
    any_media = kinds is None or "media" in kinds
    facts_of_media = intake.examine(
        path, kinds=None if any_media else set(kinds or ()) & {"image", "video", "sound"}, trust=trust
    )
    facts: dict[str, Any] = {
        "width": facts_of_media.width,
        "height": facts_of_media.height,
        "credential": facts_of_media.credential,
    }
    if facts_of_media.credential and facts_of_media.credential["state"] == "none":
        facts["traces"] = facts_of_media.traces
    if facts_of_media.frames > 1 or facts_of_media.kind != "image":
        facts |= {
            "frames": facts_of_media.frames,
            "seconds_long": round(facts_of_media.seconds, 3),
            "rate_hz": facts_of_media.rate_hz,
            "has_sound": facts_of_media.has_sound,
        }
    artifact = Artifact(
        "", session, facts_of_media.kind, facts_of_media.media_type, path, clean_title(name), None, facts
    )
    return _keep_upload(store, artifact, facts_of_media.extension, facts_of_media.thumbnail)


# files that are no picture, video or sound: what they are called, and their largest size
FILE_KINDS = {
    "network": ("a network", DEFAULT_LIMITS.video_bytes),
    "score": ("a score (MIDI)", MOST_SCORE_BYTES),
    "words": ("a text", MOST_TEXT_BYTES),
    "book": ("a book", MOST_BOOK_BYTES),
    "character": ("a character", MOST_CHARACTER_BYTES),
    "layers": ("a picture with layers", MOST_LAYERS_BYTES),
    "image": ("a picture", DEFAULT_LIMITS.image_bytes),
}
KEPT = {
    "network": ".safetensors",
    "score": ".mid",
    "words": ".txt",
    "book": ".json",
}  # of all others the child's picture
BESIDE = {"character": CHARACTER_FILE, "layers": "layers.ora"}  # the names under which the file itself stays, too
ENDINGS = {
    ".safetensors": "network",
    ".mid": "score",
    ".midi": "score",
    ".txt": "words",
    ".md": "words",
    ".json": "words",
    **dict.fromkeys(BOOK_ENDINGS, "book"),
    ".ora": "layers",
    ".svg": "image",
}


def _other(
    store: Store, intake: Intake, session: str, path: Path, name: str, ending: str, slots: Collection[str] | None
) -> Artifact:
    """A file of FILE_KINDS on the shelf. That JSON is a character is seen from the words in it; the child checks whether it is true."""
    size, kind = path.stat().st_size, ENDINGS[ending]
    if ending == ".json" and size <= MOST_CHARACTER_BYTES and CHARACTER in path.read_bytes():
        kind = "character"
    called, most_bytes = FILE_KINDS[kind]
    if slots and not set(slots) & ({kind, "image", "media"} if kind in BESIDE else {kind}):
        raise Refusal(f"This is {called}; choose another place for it.")
    if size > most_bytes:
        raise Refusal(f"This file is larger than {most_bytes / 1e6:.0f} MB; make it smaller.")
    handed_over, hands_over = path.with_suffix(".made"), kind == "book" or kind not in KEPT
    try:
        with handed_over.open("xb") if hands_over else nullcontext() as file:
            answer = intake.ask(path, "drawing" if kind == "image" else kind, called, keep=file, format=ending)
        title, facts, thumbnail = check_answer(lambda: _read_answer(kind, answer), called)
        files = {BESIDE[kind]: path} if kind in BESIDE else {}
        if files:
            facts["files"] = [{"name": BESIDE[kind], "bytes": size}]
        ending = ".json" if (kind, ending) == ("words", ".json") else KEPT.get(kind, ".png")
        title, whole = title or clean_title(name), handed_over if hands_over else path
        return _keep_upload(
            store, Artifact("", session, kind, MEDIA_TYPES[ending], whole, title, None, facts), ending, thumbnail, files
        )
    finally:
        handed_over.unlink(missing_ok=True)


def _read_answer(kind: str, answer: dict[str, Any]) -> tuple[str, dict[str, Any], bytes]:
    """Title, facts and thumbnail from what the child answered. Raises ValueError or KeyError for what does not fit."""
    from studio.engine.finalize import blank_thumbnail

    facts: dict[str, Any] = {"signed": False}
    if kind == "network":  # its tensors are loaded by the pipeline that uses them
        about = answers.notes(answer["about"])
        return clean_text(about.get("style"), MOST_TITLE), {"about": about}, blank_thumbnail(kind)
    if kind == "score":
        facts["seconds_long"] = round(answers.number(answer, "seconds"), 3)
        return "", facts, blank_thumbnail(kind)
    if kind in ("words", "book"):
        title = clean_text(answer.get("title"), MOST_TITLE)
        beginning = clean_text(answer["beginning"], 200)
        return title, facts, blank_thumbnail("text" if kind == "words" else kind, beginning)
    facts |= {side: answers.whole(answer, side) for side in ("width", "height")}
    return "", facts, answers.thumbnail(answer)


def _keep_upload(
    store: Store, artifact: Artifact, ending: str, thumbnail: bytes, files: Mapping[str, Path] | None = None
) -> Artifact:
    """On the shelf under its hash; nothing stays under work/new, whatever happens."""
    digest = sha256_of(artifact.path)
    facts = {"payload_sha256": digest, "uploaded": True, **artifact.facts}
    if len(json.dumps(facts)) > answers.MOST_FACTS:
        raise Refusal("This file holds too much metadata; save it again without.")
    proper = artifact.path.with_suffix(ending)
    try:
        artifact.path.replace(proper)
        return store.keep(
            Artifact(
                digest[:32], artifact.session, artifact.kind, artifact.media_type, proper, artifact.title, None, facts
            ),
            thumbnail,
            files=files,
        )
    finally:
        proper.unlink(missing_ok=True)
