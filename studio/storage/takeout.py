"""Everything that is kept of a visitor as one ZIP, written while it is sent."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from pipelines.media import beside, zips
from studio.storage.artifacts import Artifact, recipe_of

if TYPE_CHECKING:
    from studio.studio import Studio

README = """Everything that the studio keeps of you, as of {when}.

shelf/          every file on your shelf, and beside each a .json: title, how it was made (settings and seeds), its recipe, its facts
films/          every film: its storyboard, all versions that can be brought back by undo, and when it was rendered
jobs.json       what you asked for, with settings and texts
preferences.json
{missing}"""


def stream_session(studio: Studio, session: str) -> Iterator[bytes]:
    """The ZIP of a session in blocks. What goes meanwhile is named in the README, which comes last."""
    missing: list[str] = []
    yield from zips.stream_archive(_contents(studio, session, missing), missing)


def _contents(studio: Studio, session: str, missing: list[str]) -> Iterator[zips.Entry]:
    for number, id in enumerate(_ids(studio, session), 1):
        file = studio.store.artifact(session, id)
        if file is None:
            continue
        name = f"shelf/{number:04d}-{stem(file.title)}-{id[:6]}"
        yield name + file.path.suffix, file.path
        for path in sorted(beside(file.path).glob("*")):
            yield f"{name}.{stem(path.stem)}{path.suffix}", path
        yield name + ".json", _json(describe_artifact(studio, file))
    for id, film in _films(studio, session):
        yield f"films/{stem(film['title'] or 'untitled')}-{id[:6]}.json", _json(film)
    yield "jobs.json", _json(_jobs(studio, session))
    yield "preferences.json", _json(studio.store.preferences(session))
    gone = "".join(f"\nDeleted while this was packed: {name}" for name in missing)
    when = time.strftime("%Y-%m-%d %H:%M:%S UTC", time.gmtime())
    yield "README.txt", README.format(when=when, missing=gone).encode()


def describe_artifact(studio: Studio, file: Artifact) -> dict[str, Any]:
    """The sidecar of an artifact: all that its row says, and its recipe."""
    return {
        "id": file.id,
        "kind": file.kind,
        "media_type": file.media_type,
        "title": file.title,
        "created": file.created,
        "favourite": file.favourite,
        "call": file.call.as_dict() if file.call else None,
        "recipe": recipe_of(file, lambda id: studio.store.artifact(file.session, id)) if file.call else None,
        "facts": file.facts,
    }


def stem(title: str) -> str:
    """A title as a file name: letters, digits and hyphens of any script."""
    kept = re.sub(r"[^\w]+", "-", title.lower()).strip("-_")
    return kept[:60].strip("-_") or "untitled"


def _ids(studio: Studio, session: str) -> list[str]:
    rows = studio.store.rows(
        "SELECT id FROM artifacts WHERE session = ? AND deleted IS NULL ORDER BY created, id", session
    )
    return [row["id"] for row in rows]


def _films(studio: Studio, session: str) -> Iterator[tuple[str, dict[str, Any]]]:
    store = studio.films.store
    for row in store.rows("SELECT * FROM films WHERE session = ? AND deleted IS NULL ORDER BY created", session):
        versions = store.rows(
            "SELECT place, what, storyboard FROM film_versions WHERE session = ? AND film = ? ORDER BY place",
            session,
            row["id"],
        )
        here = store.rows("SELECT place FROM film_places WHERE session = ? AND film = ?", session, row["id"])
        renders = store.rows(
            "SELECT size, state, artifact, started, ended FROM film_renders WHERE session = ? AND film = ? ORDER BY id",
            session,
            row["id"],
        )
        boards = {version["place"]: json.loads(version["storyboard"]) for version in versions}
        yield (
            row["id"],
            {
                "title": row["title"],
                "created": row["created"],
                "updated": row["updated"],
                "storyboard": boards.get(here[0]["place"]) if here else None,
                "versions": [
                    {"changed": version["what"], "storyboard": boards[version["place"]]} for version in versions
                ],
                "renders": [dict(render) for render in renders],
            },
        )


def _jobs(studio: Studio, session: str) -> list[dict[str, Any]]:
    rows = studio.store.rows(
        "SELECT tab, call, state, problem, created, started, ended FROM jobs WHERE session = ? ORDER BY id", session
    )
    return [{**dict(row), "call": json.loads(row["call"])} for row in rows]


def _json(value: Any) -> bytes:
    return json.dumps(value, indent=1).encode()
