"""A file that a visitor brings: examined in a child process, hashed, its credential read, put on the shelf as it is."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import asdict
from pathlib import Path
from typing import Any

from pipelines.media import MEDIA_TYPES, load_image, load_network, load_words
from pipelines.models import sha256_of
from pipelines.settings import Refusal
from studio.artifacts import Artifact
from studio.certificate import Certificate
from studio.credential import Credential, read
from studio.intake import Found, Intake, Refused
from studio.store import Store, plain_words
from studio.trust import trusted_folders

GLANCE_PIXELS = 4_000_000
MOST_SCORE_BYTES, MOST_TEXT_BYTES, MOST_LAYERS_BYTES = 2_000_000, 2_000_000, 120_000_000


def receive(
    store: Store,
    intake: Intake,
    certificate: Certificate,
    session: str,
    path: Path,
    name: str,
    *,
    kinds: Collection[str] | None = None,
) -> Artifact:
    """Put an uploaded file on a shelf; `path` is taken (moved or removed). Raises Refusal with one sentence."""
    try:
        with plain_words():
            store.check_room(session)
            special = SPECIAL.get(Path(name.replace("\\", "/")).suffix.lower())
            if special is not None:
                return special(store, intake, session, path, name, kinds)
            return _media(store, intake, certificate, session, path, name, kinds)
    except Refused as problem:
        raise Refusal(str(problem)) from None
    finally:
        path.unlink(missing_ok=True)


def _media(
    store: Store,
    intake: Intake,
    certificate: Certificate,
    session: str,
    path: Path,
    name: str,
    kinds: Collection[str] | None,
) -> Artifact:
    any_media = kinds is None or "media" in kinds
    found = intake.examine(path, kinds=None if any_media else set(kinds or ()) & {"image", "video", "sound"})
    digest = sha256_of(path)
    proper = path.with_suffix(found.extension)
    path.replace(proper)
    credential = read(proper, certificate, found.media_type, trusted_folders(store.home))
    facts: dict[str, Any] = {
        "payload_sha256": digest, "width": found.width, "height": found.height, "uploaded": True,
        "credential": summary(credential),
    }  # fmt: skip
    if credential.state == "none":
        facts["traces"] = traces(proper, found)
    if found.frames > 1 or found.kind != "image":
        facts |= {"frames": found.frames, "seconds_long": round(found.seconds, 3), "rate_hz": found.rate_hz}
        facts |= {"has_sound": found.has_sound}
    made = Artifact(digest[:32], session, found.kind, found.media_type, proper, clean_title(name), None, facts)
    try:
        return store.keep(made, found.thumbnail)
    finally:
        proper.unlink(missing_ok=True)


def traces(path: Path, found: Found) -> dict[str, str]:
    """What can be seen at a glance of where an unsigned file comes from: a studio's mark, a generator's metadata.

    Crops are not searched, and a large picture's thumbnail is enough; Detect looks at the whole file.
    """
    import io

    import numpy as np
    from PIL import Image

    from pipelines import mark
    from pipelines.detect.inscriptions import CLEAR, said_in

    seen = {}
    if found.kind == "image":
        if found.width * found.height <= GLANCE_PIXELS:
            pixels = np.asarray(load_image(path))
        else:
            with Image.open(io.BytesIO(found.thumbnail), formats=("WEBP",)) as small:
                pixels = np.asarray(small.convert("RGB"))
        reading = mark.read(pixels, crops=False)
        if reading is not None:
            seen["mark"] = f"{reading.payload:08x}"
    said = next((one for one in said_in(path, found.kind) if one.ratio >= CLEAR), None)
    if said is not None:
        seen["says"] = said.generator
    return seen


def _network(
    store: Store, intake: Intake, session: str, path: Path, name: str, kinds: Collection[str] | None
) -> Artifact:
    from studio.finalize import blank_thumbnail

    if kinds and "network" not in kinds:
        raise Refusal("This is a network file; it belongs in a slot for a trained style.")
    network = load_network(path)  # safetensors: a length-checked header and plain numbers, nothing that could run
    lora = any(".lora_" in name or name.startswith("lora_") for name in network.tensors)
    if not network.about.get("architecture") and not lora:
        raise Refusal("This file is neither a network of the studio's Train tool nor a LoRA; no other networks can be used here.")
    digest = sha256_of(path)
    proper = path.with_suffix(".safetensors")
    path.replace(proper)
    about = network.about if network.about.get("architecture") else {"architecture": "LoRA"}  # of others' notes none is kept
    facts = {"payload_sha256": digest, "about": about, "uploaded": True}
    title = about.get("style") or clean_title(name)
    made = Artifact(digest[:32], session, "network", "application/octet-stream", proper, title, None, facts)
    try:
        return store.keep(made, blank_thumbnail("network"))
    finally:
        proper.unlink(missing_ok=True)


def _score(
    store: Store, intake: Intake, session: str, path: Path, name: str, kinds: Collection[str] | None
) -> Artifact:
    """A MIDI file: its outline is checked here, its notes by the pipeline that reads them."""
    from studio.finalize import blank_thumbnail

    _wanted(kinds, "score", "This is a MIDI score; it belongs in a slot for scores.")
    if path.stat().st_size > MOST_SCORE_BYTES:
        raise Refusal(f"This MIDI file is larger than {MOST_SCORE_BYTES / 1e6:.0f} MB.")
    if not whole_midi(path.read_bytes()):
        raise Refusal("This MIDI file is damaged; please save it again.")
    return _kept(store, session, path, ".mid", "score", clean_title(name), blank_thumbnail("score"))


def whole_midi(data: bytes) -> bool:
    """Whether these bytes are a standard MIDI file of type 0 or 1 whose chunks are all there (MIDI 1.0, standard MIDI files)."""
    if len(data) < 22 or data[:4] != b"MThd" or int.from_bytes(data[4:8], "big") != 6:
        return False
    if int.from_bytes(data[8:10], "big") > 1 or not int.from_bytes(data[12:14], "big"):
        return False
    place, tracks = 14, 0
    while place + 8 <= len(data):
        length = int.from_bytes(data[place + 4 : place + 8], "big")
        if place + 8 + length > len(data):
            return False
        tracks += data[place : place + 4] == b"MTrk"
        place += 8 + length
    return tracks >= int.from_bytes(data[10:12], "big") > 0


def _words(
    store: Store, intake: Intake, session: str, path: Path, name: str, kinds: Collection[str] | None
) -> Artifact:
    """A text file, or the JSON that the studio wrote for a text."""
    from studio.finalize import blank_thumbnail

    _wanted(kinds, "words", "This is a text; it belongs in a slot for texts.")
    if path.stat().st_size > MOST_TEXT_BYTES:
        raise Refusal(f"This text is larger than {MOST_TEXT_BYTES / 1e6:.0f} MB.")
    ending = Path(name).suffix.lower()
    proper = path.with_suffix(ending)
    path.replace(proper)
    try:
        read_words = load_words(proper)
        if not read_words.text.strip():
            raise Refusal("There is no text in this file.")
        small = blank_thumbnail("text", read_words.text[:200])
        return _kept(store, session, proper, ending, "words", clean_title(name), small)
    finally:
        proper.unlink(missing_ok=True)


def _layers(
    store: Store, intake: Intake, session: str, path: Path, name: str, kinds: Collection[str] | None
) -> Artifact:
    """An OpenRaster file: its flattened picture goes through the intake like any other, the archive stays beside it."""
    import zipfile

    if kinds and not {"layers", "image", "media"} & set(kinds):
        raise Refusal("This is a picture with layers; it belongs in a slot for pictures.")
    if path.stat().st_size > MOST_LAYERS_BYTES:
        raise Refusal(f"This file is larger than {MOST_LAYERS_BYTES / 1e6:.0f} MB.")
    flat = path.with_suffix(".flat")
    try:
        with zipfile.ZipFile(path) as archive:
            whole = archive.infolist()
            if len(whole) > 200 or sum(one.file_size for one in whole) > 4 * MOST_LAYERS_BYTES:
                raise Refusal("This OpenRaster file unpacks to more than the studio takes.")
            flat.write_bytes(archive.read("mergedimage.png"))
        found = intake.examine(flat, kinds={"image"})
        facts = {
            "width": found.width,
            "height": found.height,
            "files": [{"name": "layers.ora", "bytes": path.stat().st_size}],
        }
        files = {"layers.ora": path.read_bytes()}
        return _kept(store, session, flat, ".png", "layers", clean_title(name), found.thumbnail, facts, files)
    except (zipfile.BadZipFile, KeyError, ValueError, NotImplementedError, RuntimeError) as problem:
        if isinstance(problem, Refusal):
            raise
        raise Refusal("This OpenRaster file cannot be read; please save it again.") from None
    finally:
        flat.unlink(missing_ok=True)


def _wanted(kinds: Collection[str] | None, kind: str, otherwise: str) -> None:
    if kinds and kind not in kinds:
        raise Refusal(otherwise)


def _kept(
    store: Store,
    session: str,
    path: Path,
    ending: str,
    kind: str,
    title: str,
    thumbnail: bytes,
    facts: dict[str, Any] | None = None,
    files: dict[str, bytes] | None = None,
) -> Artifact:
    digest = sha256_of(path)
    proper = path.with_suffix(ending)
    if proper != path:
        path.replace(proper)
    about = {"payload_sha256": digest, "uploaded": True, "signed": False, **(facts or {})}
    made = Artifact(digest[:32], session, kind, MEDIA_TYPES[ending], proper, title, None, about)
    try:
        return store.keep(made, thumbnail, files=files)
    finally:
        proper.unlink(missing_ok=True)


SPECIAL = {
    ".safetensors": _network, ".mid": _score, ".midi": _score, ".txt": _words, ".json": _words, ".ora": _layers,
}  # fmt: skip


def summary(credential: Credential) -> dict[str, Any]:
    """What a shelf card and the details show of a credential; the record is there only when it is this studio's and whole."""
    return {
        "state": credential.state,
        "signer": credential.signer,
        "title": credential.title,
        "source_type": credential.source_type,
        "actions": [asdict(action) for action in credential.actions],
        "problems": list(credential.problems),
        "record": credential.record,
        "ingredients": [{**summary(one), "relationship": one.relationship} for one in credential.ingredients],
    }


def clean_title(name: str) -> str:
    """A file name as a title: no folders, no ending, no control characters."""
    stem = Path(name.replace("\\", "/")).name.rsplit(".", 1)[0]
    return " ".join(re.sub(r"[\x00-\x1f\x7f]", " ", stem).split())[:80] or "Untitled"
