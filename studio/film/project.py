"""A film as one thing: its storyboard, its takes and every file of it in one signed ZIP, from which it can be brought back.

project.json      the storyboard, the takes of each step, the renders, and each file with its call, its facts and its hash
seal.txt          HMAC-SHA256 of project.json under this installation's own key (RFC 2104)
files/, beside/, thumbnails/

Only a file whose seal this studio made is brought back with its calls and facts as they were. Of any other file nothing is believed: its media
are examined one by one as uploads are, and the film is rendered again from its storyboard.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from pipelines.core.models import sha256_of
from pipelines.media import beside, zips
from studio import __version__
from studio.film.plan import SIDES
from studio.film.storyboard import as_json, files_of
from studio.storage.artifacts import Artifact
from studio.storage.store import plain_words, two_files

if TYPE_CHECKING:
    from studio.film.library import Film, Films
    from studio.storage.store import Store

FORMAT = "afternoon-studio/project-1"
MOST_FILES = 1500
MEDIA_TYPE = "application/zip"


def seal_of(home: Path, words: bytes) -> str:
    """The seal of a project's description, which only this installation can make."""
    from studio.access.sessions import key_in

    return hmac.new(key_in(home / "identity"), b"project:" + words, hashlib.sha256).hexdigest()


def project_file(store: Store, *, session: str, film: str) -> str:
    """The signed ZIP of a film as the path of a new file under work/new, made in a worker. Raises Refusal."""
    from studio.film.package import films_of

    films = films_of(store)
    return str(pack_project(films, films.film(session, film)))


def pack_project(films: Films, film: Film) -> Path:
    """The signed ZIP; whoever asked moves or removes it."""
    from studio.provenance.signing import Statement, sign

    statement = Statement(f"{film.title or 'Untitled'}, a project", MEDIA_TYPE, True, {}, (), __version__)
    with two_files(films.store.new_file, ".zip") as (plain, signed), plain_words():
        zips.write_archive(plain, _contents(films, film))
        sign(plain, signed, statement, films.studio.certificate)
    return signed


def _contents(films: Films, film: Film) -> Iterable[tuple[str, bytes | Path]]:
    artifacts = files_held_by(films, film)
    words = json.dumps(describe_project(films, film, artifacts), ensure_ascii=False, sort_keys=True, indent=1).encode()
    yield "project.json", words
    yield "seal.txt", seal_of(films.store.home, words).encode()
    for artifact in artifacts:
        yield f"files/{artifact.id}{artifact.path.suffix}", artifact.path
        if films.store.thumbnail_path(artifact).is_file():
            yield f"thumbnails/{artifact.id}.webp", films.store.thumbnail_path(artifact)
        for path in sorted(beside(artifact.path).glob("*")):
            yield f"beside/{artifact.id}/{path.name}", path


def files_held_by(films: Films, film: Film) -> list[Artifact]:
    """Every file of a film that is on its visitor's shelf: what it uses, its takes, its renders; each once, by id."""
    ids = {step.artifact for size in SIDES for step in films.plan(film, size).steps.values() if step.made}
    ids |= {take.artifact for take in takes_of(films, film)} | {render.artifact for render in renders_of(films, film)}
    ids |= {*files_of(film.board), *(member.artifact for member in film.board.cast.values() if member.artifact)}
    found = [file for id in sorted(ids) if (file := films.store.artifact(film.session, id)) and file.path.is_file()]
    return found[:MOST_FILES]


class KeptTake(NamedTuple):
    """A take as project.json lists it."""

    step: str
    artifact: str
    created: float


class KeptRender(NamedTuple):
    """A finished render as project.json lists it."""

    size: str
    artifact: str
    started: float
    ended: float


def takes_of(films: Films, film: Film) -> list[KeptTake]:
    """Every take of every step."""
    sql = (
        "SELECT step, artifact, created FROM film_takes WHERE session = ? AND film = ? ORDER BY step, created, artifact"
    )
    return [KeptTake(*row) for row in films.store.rows(sql, film.session, film.id)]


def renders_of(films: Films, film: Film) -> list[KeptRender]:
    """The newest finished render of each size."""
    sql = (
        "SELECT size, artifact, started, ended FROM film_renders WHERE session = ? AND film = ? AND size = ? AND state = 'done'"
        " ORDER BY id DESC LIMIT 1"
    )
    return [KeptRender(*row) for size in SIDES for row in films.store.rows(sql, film.session, film.id, size)]


def describe_project(films: Films, film: Film, artifacts: list[Artifact]) -> dict[str, Any]:
    """What project.json says."""
    known = {artifact.id for artifact in artifacts}
    return {
        "format": FORMAT,
        "title": film.title,
        "storyboard": as_json(film.board),
        "takes": [list(take) for take in takes_of(films, film) if take.artifact in known],
        "renders": [list(render) for render in renders_of(films, film) if render.artifact in known],
        "files": [_file(films, artifact) for artifact in artifacts],
    }


def _file(films: Films, artifact: Artifact) -> dict[str, Any]:
    thumbnail = films.store.thumbnail_path(artifact)
    return {
        "id": artifact.id,
        "kind": artifact.kind,
        "media_type": artifact.media_type,
        "title": artifact.title,
        "created": artifact.created,
        "facts": artifact.facts,
        "call": artifact.call.as_dict() if artifact.call else None,
        "suffix": artifact.path.suffix,
        "sha256": sha256_of(artifact.path),
        "thumbnail": sha256_of(thumbnail) if thumbnail.is_file() else None,
        "beside": {path.name: sha256_of(path) for path in sorted(beside(artifact.path).glob("*"))},
    }
