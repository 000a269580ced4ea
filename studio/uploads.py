"""A file that a visitor brings: examined in a child process, hashed, its credential read, put on the shelf as it is."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import asdict
from pathlib import Path
from typing import Any

from pipelines.media import load_network
from pipelines.models import sha256_of
from pipelines.settings import Refusal
from studio.artifacts import Artifact
from studio.certificate import Certificate
from studio.credential import Credential, read
from studio.intake import Intake, Refused
from studio.store import Store, plain_words


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
            if name.lower().endswith(".safetensors"):
                return _network(store, session, path, name, kinds)
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
    found = intake.examine(path, kinds=set(kinds) & {"image", "video", "sound"} if kinds else None)
    digest = sha256_of(path)
    proper = path.with_suffix(found.extension)
    path.replace(proper)
    credential = read(proper, certificate, found.media_type)
    facts: dict[str, Any] = {
        "payload_sha256": digest, "width": found.width, "height": found.height, "uploaded": True,
        "credential": summary(credential),
    }  # fmt: skip
    if found.frames > 1 or found.kind != "image":
        facts |= {"frames": found.frames, "seconds_long": round(found.seconds, 3), "rate_hz": found.rate_hz}
        facts |= {"has_sound": found.has_sound}
    made = Artifact(digest[:32], session, found.kind, found.media_type, proper, clean_title(name), None, facts)
    try:
        return store.keep(made, found.thumbnail)
    finally:
        proper.unlink(missing_ok=True)


def _network(store: Store, session: str, path: Path, name: str, kinds: Collection[str] | None) -> Artifact:
    from studio.finalize import blank_thumbnail

    if kinds and "network" not in kinds:
        raise Refusal("This is a network file; it belongs in a slot for a trained style.")
    network = load_network(path)  # safetensors: a length-checked header and plain numbers, nothing that could run
    if not network.about.get("architecture"):
        raise Refusal("This network was not made by the studio's Train tool; only its own networks can be used here.")
    digest = sha256_of(path)
    proper = path.with_suffix(".safetensors")
    path.replace(proper)
    facts = {"payload_sha256": digest, "about": network.about, "uploaded": True}
    title = network.about.get("name") or clean_title(name)
    made = Artifact(digest[:32], session, "network", "application/octet-stream", proper, title, None, facts)
    try:
        return store.keep(made, blank_thumbnail("network"))
    finally:
        proper.unlink(missing_ok=True)


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
