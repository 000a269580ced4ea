"""Everything that is kept of a visitor as one ZIP, written while it is sent: never more than a block of a file is held in memory."""

from __future__ import annotations

import json
import re
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipelines.media import beside
from studio.storage.artifacts import Artifact, recipe_of

if TYPE_CHECKING:
    from studio.studio import Studio

BLOCK_BYTES = 1 << 20
README = """Everything that the studio keeps of you, as of {when}.

shelf/          every file on your shelf, and beside each a .json: title, how it was made (settings and seeds), its recipe, its facts
films/          every film: its storyboard, all versions that can be brought back by undo, and when it was rendered
jobs.json       what you asked for, with settings and texts
preferences.json
{missing}"""


class _Pipe:
    """What a ZIP is written to; what was written is taken out again at once."""

    def __init__(self) -> None:
        self._held, self._place = bytearray(), 0

    def write(self, data: Any) -> int:
        self._held += data
        self._place += len(data)
        return len(data)

    def tell(self) -> int:
        return self._place

    def flush(self) -> None:
        pass

    def taken(self) -> bytes:
        data = bytes(self._held)
        self._held.clear()
        return data


def streamed(studio: Studio, session: str) -> Iterator[bytes]:
    """The ZIP of a session in blocks. What goes meanwhile is named in the README, which comes last."""
    pipe, missing = _Pipe(), list[str]()
    held: Any = pipe  # without seek, so that the ZIP is written from front to back
    with zipfile.ZipFile(held, "w", zipfile.ZIP_STORED, allowZip64=True) as archive:
        for number, id in enumerate(_ids(studio, session), 1):
            one = studio.store.artifact(session, id)
            if one is None:
                continue
            name = f"shelf/{number:04d}-{stem(one.title)}-{id[:6]}"
            files = [(name + one.path.suffix, one.path)]
            files += [(f"{name}.{stem(path.stem)}{path.suffix}", path) for path in sorted(beside(one.path).glob("*"))]
            for entry, path in files:
                yield from _file(archive, pipe, entry, path, missing)
            _text(archive, name + ".json", described(studio, one))
            yield pipe.taken()
        for id, film in _films(studio, session):
            _text(archive, f"films/{stem(film['title'] or 'untitled')}-{id[:6]}.json", film)
            yield pipe.taken()
        _text(archive, "jobs.json", _jobs(studio, session))
        _text(archive, "preferences.json", studio.store.preferences(session))
        gone = "".join(f"\nDeleted while this was packed: {name}" for name in missing)
        when = time.strftime("%Y-%m-%d %H:%M:%S UTC", time.gmtime())
        archive.writestr(_entry("README.txt"), README.format(when=when, missing=gone))
    yield pipe.taken()


def packed(files: list[tuple[str, Path]], texts: dict[str, bytes]) -> Iterator[bytes]:
    """Files under new names, and texts, as a ZIP in blocks; what goes meanwhile is named in missing.txt."""
    pipe, missing = _Pipe(), list[str]()
    held: Any = pipe
    with zipfile.ZipFile(held, "w", zipfile.ZIP_STORED, allowZip64=True) as archive:
        for name, data in texts.items():
            archive.writestr(_entry(name), data, zipfile.ZIP_DEFLATED)
        for name, path in files:
            yield from _file(archive, pipe, name, path, missing)
        if missing:
            archive.writestr(_entry("missing.txt"), "\n".join(missing))
    yield pipe.taken()


def described(studio: Studio, one: Artifact) -> dict[str, Any]:
    """The sidecar of an artifact: all that its row says, and its recipe."""
    return {
        "id": one.id, "kind": one.kind, "media_type": one.media_type, "title": one.title, "created": one.created, "favourite": one.favourite,
        "call": one.call.as_dict() if one.call else None,
        "recipe": recipe_of(one, lambda id: studio.store.artifact(one.session, id)) if one.call else None,
        "facts": one.facts,
    }  # fmt: skip


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
        boards = {one["place"]: json.loads(one["storyboard"]) for one in versions}
        yield row["id"], {
            "title": row["title"], "created": row["created"], "updated": row["updated"],
            "storyboard": boards.get(here[0]["place"]) if here else None,
            "versions": [{"changed": one["what"], "storyboard": boards[one["place"]]} for one in versions],
            "renders": [dict(one) for one in renders],
        }  # fmt: skip


def _jobs(studio: Studio, session: str) -> list[dict[str, Any]]:
    rows = studio.store.rows(
        "SELECT tab, call, state, problem, created, started, ended FROM jobs WHERE session = ? ORDER BY id", session
    )
    return [{**dict(row), "call": json.loads(row["call"])} for row in rows]


def _entry(name: str) -> zipfile.ZipInfo:
    made = zipfile.ZipInfo(name, time.gmtime()[:6])
    made.external_attr = 0o644 << 16
    return made


def _text(archive: zipfile.ZipFile, name: str, value: Any) -> None:
    archive.writestr(_entry(name), json.dumps(value, indent=1), zipfile.ZIP_DEFLATED)


def _file(archive: zipfile.ZipFile, pipe: _Pipe, name: str, path: Path, missing: list[str]) -> Iterator[bytes]:
    try:
        file = path.open("rb")
    except OSError:
        missing.append(name)
        return
    with file, archive.open(_entry(name), "w", force_zip64=True) as out:
        while block := file.read(BLOCK_BYTES):
            out.write(block)
            yield pipe.taken()
    yield pipe.taken()
