"""A project file brought back. It is hostile until its seal says otherwise, and even then every file is held against its hash."""

from __future__ import annotations

import hashlib
import hmac
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipelines.core.settings import Refusal
from studio.engine.uploads import receive, trust_of
from studio.film.project import FORMAT, MEDIA_TYPE, MOST_FILES, KeptRender, KeptTake, seal_of
from studio.film.storyboard import as_json, files_of, storyboard_of, with_files
from studio.intake.examiner import Refused, check_answer
from studio.storage.artifacts import Artifact, Call
from studio.storage.store import plain_words
from studio.storage.titles import clean_title

if TYPE_CHECKING:
    from studio.film.library import Film, Films
    from studio.intake.examiner import Intake

MOST_WORDS_BYTES = 4_000_000  # of project.json
BLOCK_BYTES = 1 << 20
ID, SUFFIX = re.compile(r"[0-9a-f]{32}"), re.compile(r"\.[a-z0-9]{1,12}")
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,79}")
NOT_ONE = "This is not a project of a studio."
CHANGED = "This project was changed after it was signed."
Places = dict[str, tuple[int, int]]


@dataclass(frozen=True)
class Brought:
    """A film that was brought back; `exact`: with all its takes and renders, as this studio gave it away."""

    film: Film
    exact: bool
    files: int
    problems: list[str]


def bring_project(films: Films, intake: Intake, session: str, path: Path) -> Brought:
    """Put a project on a visitor's shelf as a new film; `path` stays. Raises Refusal."""
    try:
        said = intake.credential(path, MEDIA_TYPE, trust_of(films.store, films.studio.certificate))
        if said["state"] == "none":
            raise Refusal(NOT_ONE)
        if said["state"] in ("broken", "malformed", "unclear"):
            raise Refusal(CHANGED)
        answer = intake.ask(path, "project", "project")
    except Refused as problem:
        raise Refusal(str(problem)) from None
    places = check_answer(lambda: _places(answer, path.stat().st_size), "project")
    words, seal = _bytes(path, places, "project.json", MOST_WORDS_BYTES), _bytes(path, places, "seal.txt", 200)
    told = _read_description(words)
    ours = hmac.compare_digest(seal_of(films.store.home, words).encode(), seal.strip())
    return (_exact if ours else _foreign)(films, intake, session, path, places, told)


def _places(answer: Mapping[str, Any], size: int) -> Places:
    """Where each entry lies, checked: the child that said it may have been taken over."""
    places: Places = {}
    for name, start, length in answer["entries"]:
        if not isinstance(name, str) or type(start) is not int or type(length) is not int or name in places:
            raise ValueError("no entry")
        if start < 0 or length < 0 or start + length > size:
            raise ValueError("an entry outside of the file")
        places[name] = (start, length)
    if sum(length for _, length in places.values()) > size:
        raise ValueError("entries that share bytes")
    return places


def _bytes(path: Path, places: Places, name: str, most: int) -> bytes:
    if name not in places or places[name][1] > most:
        raise Refusal(NOT_ONE)
    with path.open("rb") as file:
        file.seek(places[name][0])
        return file.read(places[name][1])


def _read_description(words: bytes) -> dict[str, Any]:
    from studio.access.messages import read_json

    project = read_json(words)
    if not isinstance(project, dict) or project.get("format") != FORMAT or not isinstance(project.get("files"), list):
        raise Refusal(NOT_ONE)
    if len(project["files"]) > MOST_FILES:
        raise Refusal("This project has too many files.")
    return project


def _copy_entry(films: Films, path: Path, places: Places, name: str, suffix: str, sha256: str | None) -> Path:
    """An entry as a new file under work/new, held against its hash where one is given."""
    if name not in places:
        raise Refusal("A file is missing in this project.")
    start, left = places[name]
    file, digest = films.store.new_file(suffix), hashlib.sha256()
    try:
        with plain_words(), path.open("rb") as source, file.open("wb") as target:
            source.seek(start)
            while left and (block := source.read(min(left, BLOCK_BYTES))):
                digest.update(block)
                target.write(block)
                left -= len(block)
        if sha256 is not None and digest.hexdigest() != sha256:
            raise Refusal(CHANGED)
    except BaseException:
        file.unlink(missing_ok=True)
        raise
    return file


# what this studio gave away itself


def _exact(films: Films, intake: Intake, session: str, path: Path, places: Places, project: dict[str, Any]) -> Brought:
    """Rows and files as they were; what is on the shelf already stays as it is."""
    count = 0
    for file in project["files"]:
        id = file["id"]
        if not ID.fullmatch(id) or not SUFFIX.fullmatch(file["suffix"]):
            raise Refusal(NOT_ONE)
        if films.store.artifact(session, id) is None:
            films.store.check_room(session)
            _keep_file(films, session, path, places, file)
        count += 1
    film = films.create(session, project["storyboard"])
    for take in (KeptTake(*values) for values in project["takes"]):
        films.store.rows("INSERT OR IGNORE INTO film_takes VALUES (?,?,?,?,?)", session, film.id, *take)
    words = json.dumps(as_json(film.board))
    for render in (KeptRender(*values) for values in project["renders"]):
        films.store.rows(
            "INSERT INTO film_renders (session, film, size, storyboard, state, artifact, started, ended) VALUES (?,?,?,?,'done',?,?,?)",
            session,
            film.id,
            render.size,
            words,
            render.artifact,
            render.started,
            render.ended,
        )
    return Brought(film, True, count, [])


def _keep_file(films: Films, session: str, path: Path, places: Places, file: dict[str, Any]) -> None:
    copy = partial(_copy_entry, films, path, places)
    paths: list[Path] = []
    try:
        paths.append(copy(f"files/{file['id']}{file['suffix']}", file["suffix"], file["sha256"]))
        small = b""
        if file["thumbnail"]:
            paths.append(copy(f"thumbnails/{file['id']}.webp", ".webp", file["thumbnail"]))
            small = paths[-1].read_bytes()
        company: dict[str, bytes | Path] = {}
        for name, sha256 in file["beside"].items():
            if not NAME.fullmatch(name):
                raise Refusal(NOT_ONE)
            paths.append(copy(f"beside/{file['id']}/{name}", ".part", sha256))
            company[name] = paths[-1]
        call = Call.from_dict(file["call"]) if file["call"] else None
        artifact = Artifact(
            file["id"],
            session,
            file["kind"],
            file["media_type"],
            paths[0],
            file["title"],
            call,
            file["facts"],
            file["created"],
        )
        films.store.keep(artifact, small, files=company or None)
    finally:
        for left in paths:
            left.unlink(missing_ok=True)


# what comes from elsewhere


def _foreign(films: Films, intake: Intake, session: str, path: Path, places: Places, told: dict[str, Any]) -> Brought:
    """Only what the storyboard itself uses of files, each examined as an upload; the film is rendered again."""
    board = storyboard_of(told.get("storyboard"))
    wanted = files_of(board)
    renamed: dict[str, str] = {}
    problems: list[str] = []
    for file in told["files"]:
        id, suffix = (str(file.get(name, "")) for name in ("id", "suffix")) if isinstance(file, dict) else ("", "")
        if id not in wanted or id in renamed or not ID.fullmatch(id) or not SUFFIX.fullmatch(suffix):
            continue
        copy = _copy_entry(films, path, places, f"files/{id}{suffix}", suffix, None)
        title = clean_title(str(file.get("title", ""))) + suffix
        try:
            renamed[id] = receive(films.store, intake, films.studio.certificate, session, copy, title).id
        except Refusal as problem:
            problems.append(f"{clean_title(title)}: {problem}")
        finally:
            copy.unlink(missing_ok=True)
    return Brought(films.create(session, with_files(board, renamed)), False, len(renamed), problems[:20])
