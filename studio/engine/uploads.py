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
from studio.intake.examiner import Intake, checked
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
            special = SPECIAL.get(ending)
            if special is not None:
                return special(store, intake, session, path, name, kinds)
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
    return checked(lambda: _text(answer), "text")


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
    found = intake.examine(
        path, kinds=None if any_media else set(kinds or ()) & {"image", "video", "sound"}, trust=trust
    )
    facts: dict[str, Any] = {"width": found.width, "height": found.height, "credential": found.credential}
    if found.credential and found.credential["state"] == "none":
        facts["traces"] = found.traces
    if found.frames > 1 or found.kind != "image":
        facts |= {"frames": found.frames, "seconds_long": round(found.seconds, 3), "rate_hz": found.rate_hz}
        facts |= {"has_sound": found.has_sound}
    artifact = Artifact("", session, found.kind, found.media_type, path, clean_title(name), None, facts)
    return _kept(store, artifact, found.extension, found.thumbnail)


def _network(
    store: Store, intake: Intake, session: str, path: Path, name: str, kinds: Collection[str] | None
) -> Artifact:
    """A safetensors file: its header is checked here, its tensors are loaded by the pipeline that uses them."""
    from studio.engine.finalize import blank_thumbnail

    if kinds and "network" not in kinds:
        raise Refusal("This is a network file; it belongs in a slot for a trained style.")
    _check_size(path, DEFAULT_LIMITS.video_bytes, "network file")
    answer = intake.ask(path, "network", "network file")
    about = checked(lambda: answers.notes(answer["about"]), "network file")
    title = clean_text(about.get("style"), MOST_TITLE) or clean_title(name)
    artifact = Artifact("", session, "network", "application/octet-stream", path, title, None, {"about": about})
    return _kept(store, artifact, ".safetensors", blank_thumbnail("network"))


def _score(
    store: Store, intake: Intake, session: str, path: Path, name: str, kinds: Collection[str] | None
) -> Artifact:
    """A MIDI file: its events and its length are checked here, its notes read by the pipeline that uses them."""
    from studio.engine.finalize import blank_thumbnail

    _wanted(kinds, "score", "This is a MIDI score; it belongs in a slot for scores.")
    _check_size(path, MOST_SCORE_BYTES, "MIDI file")
    answer = intake.ask(path, "score", "MIDI file")
    seconds = checked(lambda: answers.number(answer, "seconds"), "MIDI file")
    facts = {"signed": False, "seconds_long": round(seconds, 3)}
    artifact = Artifact("", session, "score", MEDIA_TYPES[".mid"], path, clean_title(name), None, facts)
    return _kept(store, artifact, ".mid", blank_thumbnail("score"))


def _words(
    store: Store, intake: Intake, session: str, path: Path, name: str, kinds: Collection[str] | None
) -> Artifact:
    """A text file, or the JSON that the studio wrote for a text."""
    from studio.engine.finalize import blank_thumbnail

    _wanted(kinds, "words", "This is a text; it belongs in a slot for texts.")
    _check_size(path, MOST_TEXT_BYTES, "text")
    ending = ".json" if name.rstrip("/\\").lower().endswith(".json") else ".txt"
    answer = intake.ask(path, "words", "text", format=ending)
    beginning = checked(lambda: clean_text(answer["beginning"], 200), "text")
    artifact = Artifact("", session, "words", MEDIA_TYPES[ending], path, clean_title(name), None, {"signed": False})
    return _kept(store, artifact, ending, blank_thumbnail("text", beginning))


def _book(store: Store, intake: Intake, session: str, path: Path, name: str, kinds: Collection[str] | None) -> Artifact:
    """An EPUB, a Word document or a PDF: the child reads it, and only its chapters and cover are kept."""
    from studio.engine.finalize import blank_thumbnail

    _wanted(kinds, "book", "This is a book; it belongs in a slot for books.")
    _check_size(path, MOST_BOOK_BYTES, "book")
    ending = "." + name.rsplit(".", 1)[-1].lower()
    read = path.with_suffix(".read")
    try:
        with read.open("xb") as file:
            answer = intake.ask(path, "book", "book", keep=file, format=ending)
        title, beginning = checked(
            lambda: (clean_text(answer["title"], MOST_TITLE), clean_text(answer["beginning"], 200)), "book"
        )
        artifact = Artifact(
            "", session, "book", MEDIA_TYPES[".json"], read, title or clean_title(name), None, {"signed": False}
        )
        return _kept(store, artifact, ".json", blank_thumbnail("book", beginning))
    finally:
        read.unlink(missing_ok=True)


def _json(store: Store, intake: Intake, session: str, path: Path, name: str, kinds: Collection[str] | None) -> Artifact:
    """A character or a text. Which of them is seen from the words in it; the child checks whether that is true."""
    if path.stat().st_size <= MOST_CHARACTER_BYTES and CHARACTER in path.read_bytes():
        return _character(store, intake, session, path, name, kinds)
    return _words(store, intake, session, path, name, kinds)


def _character(
    store: Store, intake: Intake, session: str, path: Path, name: str, kinds: Collection[str] | None
) -> Artifact:
    """A character: the child checks its values and paints it; what was brought stays beside its picture."""
    if kinds and not {"character", "image", "media"} & set(kinds):
        raise Refusal("This is a character; it belongs in a slot for characters or pictures.")
    return _pictured(store, intake, session, path, name, "character", "character", CHARACTER_FILE)


def _layers(
    store: Store, intake: Intake, session: str, path: Path, name: str, kinds: Collection[str] | None
) -> Artifact:
    """An OpenRaster file: the child checks the archive and hands over its flattened picture; the archive stays beside it."""
    if kinds and not {"layers", "image", "media"} & set(kinds):
        raise Refusal("This is a picture with layers; it belongs in a slot for pictures.")
    _check_size(path, MOST_LAYERS_BYTES, "OpenRaster file")
    return _pictured(store, intake, session, path, name, "layers", "OpenRaster file", "layers.ora")


def _drawing(
    store: Store, intake: Intake, session: str, path: Path, name: str, kinds: Collection[str] | None
) -> Artifact:
    """An SVG: the child looks at all that is in it and paints it; only the picture is kept, since a stranger's SVG can hold anything."""
    if kinds and "image" not in kinds:
        raise Refusal("This is an SVG drawing; it belongs in a slot for pictures.")
    return _pictured(store, intake, session, path, name, "drawing", "SVG drawing")


def _pictured(
    store: Store, intake: Intake, session: str, path: Path, name: str, task: str, called: str, beside: str = ""
) -> Artifact:
    """What the child hands over a picture of; what was brought stays `beside` it where that is named."""
    flat = path.with_suffix(".flat")
    try:
        with flat.open("xb") as file:
            answer = intake.ask(path, task, called, keep=file)
        width, height, small = checked(
            lambda: (answers.whole(answer, "width"), answers.whole(answer, "height"), answers.thumbnail(answer)),
            called,
        )
        files = {beside: path} if beside else {}
        facts: dict[str, Any] = {"width": width, "height": height, "signed": False}
        if files:
            facts["files"] = [{"name": beside, "bytes": path.stat().st_size}]
        kind = "image" if task == "drawing" else task
        artifact = Artifact("", session, kind, MEDIA_TYPES[".png"], flat, clean_title(name), None, facts)
        return _kept(store, artifact, ".png", small, files)
    finally:
        flat.unlink(missing_ok=True)


def _wanted(kinds: Collection[str] | None, kind: str, otherwise: str) -> None:
    if kinds and kind not in kinds:
        raise Refusal(otherwise)


def _check_size(path: Path, most: int, called: str) -> None:
    if path.stat().st_size > most:
        raise Refusal(f"This {called} is larger than {most / 1e6:.0f} MB.")


def _kept(
    store: Store, artifact: Artifact, ending: str, thumbnail: bytes, files: Mapping[str, Path] | None = None
) -> Artifact:
    """On the shelf under its hash; nothing stays under work/new, whatever happens."""
    digest = sha256_of(artifact.path)
    facts = {"payload_sha256": digest, "uploaded": True, **artifact.facts}
    if len(json.dumps(facts)) > answers.MOST_FACTS:
        raise Refusal("This file says more about itself than the studio keeps; save it again without its metadata.")
    proper = artifact.path.with_suffix(ending)
    try:
        artifact.path.replace(proper)
        file = Artifact(
            digest[:32], artifact.session, artifact.kind, artifact.media_type, proper, artifact.title, None, facts
        )
        return store.keep(file, thumbnail, files=files)
    finally:
        proper.unlink(missing_ok=True)


SPECIAL = {
    ".safetensors": _network,
    ".mid": _score,
    ".midi": _score,
    ".txt": _words,
    ".md": _words,
    **dict.fromkeys(BOOK_ENDINGS, _book),
    ".json": _json,
    ".ora": _layers,
    ".svg": _drawing,
}
