"""Films: storyboards that are kept, changed with undo, planned, rendered step by step, and handed over."""

from __future__ import annotations

import json
import secrets
import time
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, Protocol

from pipelines.core.settings import SEED_LIMIT, Refusal
from studio.film.plan import SIDES, Plan, plan
from studio.film.problems import problems
from studio.film.steps import REROLLED, Step, base_of, seeds_of
from studio.film.storyboard import Approved, Storyboard, as_json, storyboard_of
from studio.film.tables import ADDED, SCHEMA
from studio.storage.artifacts import Artifact, Call
from studio.storage.retention import VERSIONS_OF_FILM
from studio.storage.store import plain_words
from studio.storage.usage import film_bytes

if TYPE_CHECKING:
    from studio.access.tally import Tally
    from studio.engine.local_queue import LocalQueue
    from studio.film.scheduler import Renders
    from studio.provenance.certificate import Certificate
    from studio.storage.store import Store

WORDS_BYTES = 30_000_000  # storyboards with their versions may take this much even where the shelf is full
MOST_FILMS = 200
NOT_YOURS = "This is not one of your films."


class NotYours(Refusal):
    """A film that is not this visitor's, or is gone."""

    status = 403


class Stale(Refusal):
    """A change to a version of a film that is not the newest any more."""

    status = 409

    def __init__(self, version: int) -> None:
        super().__init__("This film was changed elsewhere; reload it.")
        self.version = version
        self.more = {"version": version}


@dataclass(frozen=True)
class Film:
    """One film as it is now; `undo` and `redo` say what would be undone or done again."""

    id: str
    session: str
    title: str
    version: int
    board: Storyboard
    updated: float
    undo: str | None
    redo: str | None


@dataclass(frozen=True)
class Take:
    """One take of a step. `current`: it is the one in the film. `fits`: only its seed differs from what the step asks for now."""

    artifact: Artifact
    current: bool
    fits: bool


class Parts(Protocol):
    """What films need of a studio."""

    @property
    def store(self) -> Store:
        """Shelves and sessions."""

    @property
    def jobs(self) -> LocalQueue:
        """The queue."""

    @property
    def certificate(self) -> Certificate:
        """What films are signed with."""

    @property
    def tally(self) -> Tally:
        """Counts since this process began."""


class Films:
    """All films of one studio. Everything is by session: another's film does not exist."""

    def __init__(self, studio: Parts) -> None:
        self.studio, self.store = studio, studio.store
        self.store.urgently(self._lay_out)

    def _lay_out(self) -> None:
        """The tables of films; a studio that was never opened before can be opened on a full disk too."""
        with self.store.transaction():
            for statement in SCHEMA.split(";"):
                if statement.strip():
                    self.store.rows(statement)
        with plain_words():
            self.store.widen(ADDED)
        for table in ("film_versions", "film_renders"):
            if self.store.rows(f"SELECT 1 FROM {table} WHERE bytes = 0 LIMIT 1"):
                self.store.rows(f"UPDATE {table} SET bytes = LENGTH(storyboard) WHERE bytes = 0")

    @cached_property
    def renders(self) -> Renders:
        """What drives the renders, begun when it is first asked for."""
        from studio.film.scheduler import Renders

        return Renders(self)

    # keeping

    def create(self, session: str, board: Any = None) -> Film:
        """A new film of a storyboard or its JSON. Raises Refusal for one that cannot be read."""
        storyboard = storyboard_of(board if board is not None else {})
        count = self.store.rows("SELECT COUNT(*) FROM films WHERE session = ? AND deleted IS NULL", session)[0][0]
        if count >= MOST_FILMS:
            raise Refusal(f"You have {count} films; delete one first.")
        id, now = secrets.token_hex(8), time.time()
        words = self._room_for(session, storyboard)
        with self.store.transaction():
            self.store.check_remembered(session)
            self.store.rows("INSERT INTO films VALUES (?,?,?,?,?,?,NULL)", session, id, storyboard.title, 1, now, now)
            self.store.rows("INSERT INTO film_places VALUES (?,?,0)", session, id)
            self._add_version(session, id, 0, words)
        return self.film(session, id)

    def _room_for(self, session: str, board: Storyboard) -> str:
        """The storyboard as it is kept. Raises Refusal when the session's films and shelf are full."""
        words = json.dumps(as_json(board))
        if (
            self.store.used_bytes(session) + len(words) > self.store.quota_bytes
            and film_bytes(self.store, session) + len(words) > WORDS_BYTES
        ):
            raise Refusal(f"Your shelf is full ({self.store.quota_bytes / 1e9:.1f} GB); delete something.")
        return words

    def film(self, session: str, id: str) -> Film:
        """Raises NotYours, and Refusal when what is stored cannot be read."""
        sql = "SELECT * FROM films WHERE session = ? AND id = ? AND deleted IS NULL"
        if (row := next(iter(self.store.rows(sql, session, id)), None)) is None:
            raise NotYours(NOT_YOURS)
        place = self._place(session, id)
        here, after = self._version(session, id, place), self._version(session, id, place + 1)
        if here is None:
            raise Refusal("This film is damaged and cannot be opened.")
        try:
            board = storyboard_of(json.loads(here["storyboard"]))
        except (ValueError, TypeError, KeyError, AttributeError) as problem:
            text = str(problem) if isinstance(problem, Refusal) else "its storyboard is damaged."
            raise Refusal(f"This film cannot be opened: {text}") from None
        sql = "SELECT MIN(place) FROM film_versions WHERE session = ? AND film = ?"
        undo = here["what"] or "The last change" if place > int(self.store.rows(sql, session, id)[0][0]) else None
        redo = after["what"] or "The last change" if after else None
        return Film(id, session, board.title, row["version"], board, row["updated"], undo, redo)

    def _place(self, session: str, id: str) -> int:
        return int(self.store.rows("SELECT place FROM film_places WHERE session = ? AND film = ?", session, id)[0][0])

    def _version(self, session: str, id: str, place: int) -> Any:
        sql = "SELECT * FROM film_versions WHERE session = ? AND film = ? AND place = ?"
        return next(iter(self.store.rows(sql, session, id, place)), None)

    def listed(self, session: str) -> list[dict[str, Any]]:
        """A session's films, newest first; one that cannot be read says why and is listed all the same."""
        sql = (
            "SELECT id, title, version, updated FROM films WHERE session = ? AND deleted IS NULL ORDER BY updated DESC"
        )
        return [self._entry(session, row) for row in self.store.rows(sql, session)]

    def _entry(self, session: str, row: Any) -> dict[str, Any]:
        entry = {
            "id": row["id"],
            "title": row["title"] or "Untitled",
            "version": row["version"],
            "updated": row["updated"],
            "scenes": 0,
            "cut": None,
            "thumbnail": None,
            "problem": None,
        }
        try:
            film = self.film(session, row["id"])
            entry["scenes"] = len(film.board.scenes)
            last = self.last(film)
            entry["cut"] = last["full"] or last["draft"]
            shown = entry["cut"] or self._picture(film)
            entry["thumbnail"] = f"studio/thumbnail/{shown}" if shown else None
            wrong = problems(film.board, lambda id: file.kind if (file := self.store.artifact(session, id)) else None)
            entry["problem"] = wrong[0] if wrong and film.board.scenes else None
        except Refusal as problem:
            entry["problem"] = str(problem)
        return entry

    def _picture(self, film: Film) -> str | None:
        for scene in film.board.scenes[:4]:
            rows = self.store.rows(
                "SELECT artifact FROM film_takes t WHERE session = ? AND film = ? AND step = ? AND EXISTS (SELECT 1 FROM artifacts a"
                " WHERE a.session = t.session AND a.id = t.artifact AND a.deleted IS NULL) ORDER BY created DESC LIMIT 1",
                film.session,
                film.id,
                f"{scene.id}.picture",
            )
            if rows:
                return str(rows[0][0])
        return None

    def last(self, film: Film) -> dict[str, str | None]:
        """The newest finished film of each size, of any version."""
        sql = "SELECT artifact FROM film_renders WHERE session = ? AND film = ? AND size = ? AND state = 'done' ORDER BY id DESC LIMIT 5"
        rows = {size: self.store.rows(sql, film.session, film.id, size) for size in SIDES}
        return {
            size: next((row[0] for row in done if self.store.artifact(film.session, row[0])), None)
            for size, done in rows.items()
        }

    # changing

    def edit(self, session: str, id: str, board: Any, *, version: int | None = None, what: str = "") -> Film:
        """A new version of a film from a storyboard or its JSON, one step of undo. Raises Stale, NotYours, Refusal."""
        film = self.film(session, id)
        if version is not None and version != film.version:
            raise Stale(film.version)
        made = storyboard_of(board)
        if made == film.board:
            return film
        return self._put_version(film, made, what)

    def _put_version(self, film: Film, board: Storyboard, what: str) -> Film:
        place, words = self._place(film.session, film.id) + 1, self._room_for(film.session, board)
        with self.store.transaction():
            self.store.rows(
                "DELETE FROM film_versions WHERE session = ? AND film = ? AND (place >= ? OR place < ?)",
                film.session,
                film.id,
                place,
                place - VERSIONS_OF_FILM,
            )
            self._add_version(film.session, film.id, place, words, what[:120])
            self._go(film, place, board.title)
        return self.film(film.session, film.id)

    def _add_version(self, session: str, film: str, place: int, words: str, what: str = "") -> None:
        sql = "INSERT INTO film_versions (session, film, place, storyboard, what, bytes) VALUES (?,?,?,?,?,?)"
        self.store.rows(sql, session, film, place, words, what, len(words))

    def _go(self, film: Film, place: int, title: str) -> None:
        self.store.rows("UPDATE film_places SET place = ? WHERE session = ? AND film = ?", place, film.session, film.id)
        self.store.rows(
            "UPDATE films SET title = ?, version = version + 1, updated = ? WHERE session = ? AND id = ?",
            title,
            time.time(),
            film.session,
            film.id,
        )

    def undo(self, session: str, id: str, steps: int = 1) -> Film:
        """Back by a step, or with -1 forward. Raises Refusal when there is none."""
        film = self.film(session, id)
        place = self._place(session, id) - steps
        there = self._version(session, id, place)
        if there is None:
            raise Refusal("There is nothing to undo." if steps > 0 else "There is nothing to do again.")
        with self.store.transaction():
            self._go(film, place, str(json.loads(there["storyboard"]).get("title", "")))
        return self.film(session, id)

    def duplicate(self, session: str, id: str) -> Film:
        """Copy a film under a title of its own."""
        film = self.film(session, id)
        title = f"{film.title or 'Untitled'} (copy)"[:120].rstrip()
        return self.create(session, replace(film.board, title=title))

    def delete(self, session: str, id: str, *, back: bool = False) -> None:
        """Out of the list (or `back` into it); what it was made of stays on the shelf. Raises NotYours."""
        if not self.store.rows("SELECT 1 FROM films WHERE session = ? AND id = ?", session, id):
            raise NotYours(NOT_YOURS)
        if not back:
            self.renders.cancel(session, id)
        self.store.change(
            "UPDATE films SET deleted = ? WHERE session = ? AND id = ?", None if back else time.time(), session, id
        )

    # planning and takes

    def plan(self, film: Film, size: str, board: Storyboard | None = None) -> Plan:
        """Return the steps that a film of this size needs. Raises Refusal for an unknown size."""
        if size not in SIDES:
            raise Refusal(f"A film is rendered as {' or '.join(SIDES)}.")
        return plan(self.store, film.session, board or film.board, size, self.studio.jobs.runner.device())

    def take(self, session: str, film: str, step: str, artifact: str) -> None:
        """Remember that an artifact is a take of a step."""
        self.store.rows(
            "INSERT OR IGNORE INTO film_takes VALUES (?,?,?,?,?)", session, film, step, artifact, time.time()
        )

    def takes(self, film: Film, key: str, size: str) -> list[Take]:
        """Takes of a step, newest first. Raises Refusal."""
        step = self._step(film, key, size)
        if step.made:
            self.take(film.session, film.id, key, step.artifact)
        sql = "SELECT artifact FROM film_takes WHERE session = ? AND film = ? AND step = ? ORDER BY created DESC"
        rows = self.store.rows(sql, film.session, film.id, key)
        found = [file for row in rows if (file := self.store.artifact(film.session, row[0]))]
        return [
            Take(one, one.id == step.artifact, one.call is not None and base_of(one.call) == step.base) for one in found
        ]

    def _step(self, film: Film, key: str, size: str) -> Step:
        step = self.plan(film, size).steps.get(key)
        if step is None:
            raise Refusal("This film has no such step.")
        return step

    def reroll(self, film: Film, key: str, size: str, *, private: bool = False, address: str = "") -> int:
        """Make another take of a step with a new seed, as a job; gives back its number. Raises Refusal."""
        step = self._step(film, key, size)
        if step.kind not in REROLLED or step.call is None or step.given:
            raise Refusal("Only pictures, narrations, motions and music can be made anew.")
        seeds, missing = (
            seeds_of(step.call),
            [name for name in step.needs if not self.plan(film, size).steps[name].made],
        )
        if not step.settled or missing or not seeds:
            raise Refusal(
                "This step waits for others; render the film first."
                if seeds
                else "Another take of this step would be the same."
            )
        call = Call(
            step.call.pipeline,
            step.call.inputs,
            step.call.settings | {name: secrets.randbelow(SEED_LIMIT) for name in seeds},
        )
        if step.made:
            self.take(film.session, film.id, key, step.artifact)
        self.take(film.session, film.id, key, call.id)
        return self.studio.jobs.submit(film.session, "Film", call, private=private, lane="film", address=address).id

    def approve(self, film: Film, key: str, artifact: str, size: str) -> Film:
        """Put a take into the film, until what the step is made from changes. Raises Refusal."""
        step = self._step(film, key, size)
        if step.kind not in (*REROLLED, "look") or step.call is None or not step.settled:
            raise Refusal("This step keeps no takes to choose from.")
        file = self.store.artifact(film.session, artifact)
        sql = "SELECT 1 FROM film_takes WHERE session = ? AND film = ? AND step = ? AND artifact = ?"
        if file is None or not self.store.rows(sql, film.session, film.id, key, artifact):
            raise Refusal("That take is gone.")
        chosen = {**film.board.chosen, key: Approved(artifact, step.base)}
        if artifact == step.call.id:
            chosen.pop(key)
        board = replace(film.board, chosen=chosen)
        return self.edit(film.session, film.id, board, what=f"Chose another take of {step.label.lower()}")
