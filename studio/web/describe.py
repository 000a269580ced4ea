"""Jobs and artifacts as the page sees them: plain JSON, nothing of another visitor's, no path of this machine."""

from __future__ import annotations

import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from typing import Any

from pipelines.audio.voices import options as voice_options
from pipelines.core.aliases import left_out
from pipelines.core.kinds import fits
from pipelines.core.run import find
from pipelines.core.settings import Choice, Refusal, SeedField, Text, Toggle, settings_of
from pipelines.detect.parts.chain import STATES
from pipelines.narrate.parts.checks import reader_for
from pipelines.narrate.parts.hub_voices import SPEAKS
from pipelines.narrate.parts.narration import ENGINES
from studio.engine.exports import formats_of
from studio.engine.job import Job
from studio.storage.artifacts import Artifact, Call, own_words, recipe_of
from studio.studio import Studio
from studio.web.sendto import TabRegistry

WORDS = 90  # characters of a visitor's words in a row of the queue


def job(studio: Studio, board: TabRegistry, row: Job) -> dict[str, Any]:
    """One row of the queue, with time left and the newest preview's number."""
    live = studio.jobs.live_of(row) if row.state in ("queued", "running") else None
    shown: dict[str, Any] = {
        "id": row.id,
        "tab": row.tab,
        "pipeline": row.call.pipeline,
        "title": board.title_of(row.call.pipeline),
        "state": row.state,
        "fraction": round(row.fraction, 4),
        "label": row.label,
        "problem": row.problem,
        "artifact": row.artifact_id,
        "created": row.created,
        "later": row.not_before > time.time(),
        "preview": live.previews if live else 0,
        "half_made": row.state == "cancelled" and row.id in studio.jobs.half_made,
        "heard": studio.jobs.heard(row) if live else 0,
    }
    shown |= what(row.call)
    if row.state == "failed" and (other := other_voice(row.call)):
        reader = other.settings["engine"]
        shown["voice"] = ENGINES[reader] if reader in SPEAKS else voice_options()[other.settings["voice"]]
    if row.state == "queued":
        shown |= {"ahead": studio.jobs.ahead_of(row), "wait": studio.jobs.wait_of(row)}
    if row.state in ("queued", "running"):
        shown["seconds_left"] = studio.jobs.left(row)
    if live and live.curves.points:
        shown["curves"] = {name: list(points) for name, points in list(live.curves.points.items())}
    return shown


def other_voice(call: Call) -> Call | None:
    """The same words read by a voice or a model of their language; None where the call's has it, and where the language is not sure."""
    if call.pipeline != "narrate.speak":
        return None
    used = {"voice": "af_heart", "engine": "kokoro", **call.settings}
    voice, engine = reader_for(str(used.get("text")), used["voice"], used["engine"])
    other = {**call.settings, "voice": voice, "engine": engine}
    return None if other == used else replace(call, settings=other)


def what(call: Call) -> dict[str, Any]:
    """What a job is about, for its row in the queue: the beginning of the visitor's own words, and the first file's small picture."""
    first, words = next(iter(call.inputs.values()), None), ""
    with suppress(Refusal):  # a pipeline of a former version
        words = own_words(call)[:WORDS]
    return {"words": words, "thumbnail": f"studio/thumbnail/{first}" if first else None}


def card(board: TabRegistry, artifact: Artifact) -> dict[str, Any]:
    """An artifact as a card on the shelf."""
    pipeline = artifact.call.pipeline if artifact.call else None
    parent = None
    if artifact.call:
        form = settings_of(find(artifact.call.pipeline))
        parent = next(
            (
                artifact.call.inputs[s.name]
                for s in form.slots
                if fits(artifact.kind, s.kind) and s.name in artifact.call.inputs
            ),
            None,
        )
    badge = badge_of(artifact)
    return {
        "id": artifact.id,
        "kind": artifact.kind,
        "media_type": artifact.media_type,
        "title": artifact.title,
        "created": artifact.created,
        "favourite": artifact.favourite,
        "made_with": board.title_of(pipeline) if pipeline else None,
        "pipeline": pipeline,
        "width": artifact.facts.get("width"),
        "height": artifact.facts.get("height"),
        "seconds": artifact.facts.get("seconds_long"),
        "bytes": artifact.bytes,
        "parent": parent,
        "url": f"studio/media/{artifact.id}",
        "thumbnail": f"studio/thumbnail/{artifact.id}",
        "file_name": f"{_file_stem(artifact.title)}-{artifact.id[:6]}{artifact.path.suffix}",
        "badge": badge if artifact.facts.get("signed", True) else None,
        "about": artifact.call.inputs.get("media") if artifact.kind == "verdict" and artifact.call else None,
        "targets": board.targets(artifact.kind),
        "exports": list(formats_of(artifact)),
        "files": [
            {**file, "url": f"studio/media/{artifact.id}/files/{file['name']}"}
            for file in artifact.facts.get("files", ())
        ],
    }


def badge_of(one: Artifact) -> str | None:
    """What a card says of its origin: the credential's state; for an unsigned upload a mark or what its metadata claims."""
    if one.call is not None:
        return "this studio"
    state = (one.facts.get("credential") or {}).get("state")
    seen = one.facts.get("traces") or {}
    if state == "none" and seen:
        return "marked" if "mark" in seen else "says AI"
    return state


def details(studio: Studio, board: TabRegistry, artifact: Artifact) -> dict[str, Any]:
    """All that is known of an artifact, in words: settings, seed, models, device, seconds, parents, replay, credential."""
    shown = card(board, artifact)
    facts = artifact.facts
    shown["facts"] = [
        {"name": name, "value": value}
        for name, value in (
            ("Size", f"{facts['width']} × {facts['height']}" if facts.get("width") else ""),
            ("Length", f"{facts['seconds_long']:.1f} s" if facts.get("seconds_long") else ""),
            ("Made in", f"{facts['seconds']:.1f} s on {facts.get('device')}" if facts.get("seconds") else ""),
            ("File", f"{artifact.bytes / 1e6:.2f} MB, {artifact.media_type}"),
            ("Id", artifact.id),
            ("Invisible mark", facts.get("mark") or ""),
            ("With", ", ".join(f"{k} {v}" for k, v in (facts.get("versions") or {}).items())),
        )
        if value
    ]
    shown["settings"] = settings_in_words(artifact.call) if artifact.call else []
    shown["models"] = facts.get("models", [])
    shown["parents"] = [
        {
            "slot": slot,
            "id": id,
            "present": (p := studio.store.artifact(artifact.session, id)) is not None,
            "title": p.title if p else "gone",
        }
        for slot, id in (artifact.call.inputs.items() if artifact.call else ())
    ]
    shown["replay"] = facts.get("replay")
    shown["curves"] = facts.get("curves")
    shown["recipe"] = (
        recipe_of(artifact, lambda id: studio.store.artifact(artifact.session, id)) if artifact.call else None
    )
    credential = facts.get("credential")
    shown["credential"] = {**credential, "words": STATES[credential["state"]]} if credential else None
    shown["restorable"] = bool(artifact.call or (credential and credential.get("record")))
    return shown


def settings_in_words(call: Call) -> list[dict[str, Any]]:
    """Describe the settings of a call as rows with a label and a value; what was taken out has a sentence in its place."""
    form = settings_of(find(call.pipeline))
    rows = []
    for setting in form.settings:
        if setting.name not in call.settings:
            continue
        value = call.settings[setting.name]
        if isinstance(setting.field, Toggle):
            value = "yes" if value else "no"
        options: Mapping[str, str] = setting.field.named() if isinstance(setting.field, Choice) else {}
        rows.append(
            {
                "label": setting.label,
                "value": options.get(value, value),
                "seed": isinstance(setting.field, SeedField),
                "private": isinstance(setting.field, Text),
            }
        )
    for name, why in left_out(form.pipeline, call.settings).items():
        rows.append({"label": name.replace("_", " ").capitalize(), "value": why, "seed": False, "private": False})
    return rows


def record_of(one: Artifact) -> tuple[Call, dict[str, Any]]:
    """The call that made an artifact, or that made the studio file which it is a copy of. Raises Refusal."""
    if one.call is not None:
        return one.call, {}
    record = (one.facts.get("credential") or {}).get("record")
    if not record:
        raise Refusal("This file carries no recipe of this studio.")
    return Call.from_dict(record), record.get("recipe", {})


def _file_stem(title: str) -> str:
    kept = "".join(c if c.isalnum() else "-" for c in title.lower())
    return "-".join(part for part in kept.split("-") if part)[:48] or "studio"
