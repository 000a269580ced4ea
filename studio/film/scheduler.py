"""Renders: what a film still needs is submitted step by step as ordinary jobs; the rows outlive the page and the process.

A render is a row with its own copy of the storyboard. The driver looks at what is made, submits what can be made now, and is done when the
cut is there; after a restart it looks again and goes on from there. The command line
renders without the queue (`executors.py`).
"""

from __future__ import annotations

import json
import logging
import sqlite3
import threading
import time
from collections import Counter
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any, NamedTuple

from pipelines.core.settings import Refusal
from studio.engine.fairness import Full
from studio.engine.worker_handle import CRASHED, KILLED
from studio.film.plan import SIDES, Plan
from studio.film.steps import Step
from studio.film.storyboard import as_json, storyboard_of
from studio.storage.faults import Unreachable

if TYPE_CHECKING:
    from studio.film.library import Film, Films

log = logging.getLogger(__name__)
MOST_RENDERS, ADDRESS_RENDERS, ALL_RENDERS = 6, 12, 40  # at a time: of one session, of one address, of all
AHEAD = 2  # jobs that wait in the lane, so that no worker is idle while the driver looks; none until the first scene can be played
REMEMBERED = ("picture", "look", "line", "motion", "music", "score")
UNREADABLE = "This render cannot be read; start it again."
WENT_WRONG = "Something went wrong inside the studio."
CANNOT_GO_ON = "This film cannot go on: a step is missing."


class Work(NamedTuple):
    """What became of a step that was submitted: "queued", "running", "failed" or "cancelled"; "" for one that was not."""

    state: str = ""
    problem: str | None = None


def result_of(plan: Plan) -> str | None:
    """The id of the film once it is made, else None. Raises Refusal when the film cannot go on."""
    if plan.problems:
        raise Refusal(plan.problems[0])
    if plan.cut is not None and plan.cut.made:
        return plan.cut.artifact
    if broken := next((step for step in plan.stale if step.problem), None):
        raise Refusal(f"{broken.label}: {broken.problem}")
    return None


@dataclass(frozen=True)
class Render:
    """A row of film_renders; `storyboard` is its JSON, as it was when the render began."""

    id: int
    session: str
    film: str
    size: str
    storyboard: str
    state: str
    problem: str | None
    artifact: str | None
    started: float
    ended: float | None
    address: str = ""
    bytes: int = 0


class Queued:
    """The jobs of the studio's queue that make the steps of a render."""

    def __init__(self, films: Films, render: Render) -> None:
        self.films, self.render = films, render
        rows = films.store.rows(
            "SELECT artifact, state, problem FROM jobs WHERE session = ? AND lane IN ('film', 'heavy', 'quick') AND"
            " (state IN ('queued', 'running') OR created >= ?) ORDER BY id",
            render.session,
            render.started,
        )
        self.jobs = {row["artifact"]: Work(row["state"], row["problem"]) for row in rows}  # the newest of each
        ended = Counter(row["artifact"] for row in rows if row["state"] == "failed")
        for id, work in self.jobs.items():
            if work.problem in (KILLED, CRASHED) and ended[id] == 1:  # the step is made again, once
                self.jobs[id] = Work()

    def work(self, step: Step) -> Work:
        """Return what became of a step."""
        return self.jobs.get(step.artifact, Work())

    def busy(self) -> int:
        """Return how many steps wait or run."""
        return sum(job.state in ("queued", "running") for job in self.jobs.values())

    def submit(self, step: Step) -> None:
        """Begin with a step, which is settled and has a call."""
        assert step.call is not None
        films, render = self.films, self.render
        forget_lost(films, render.session, step.call.id)
        private = bool(films.store.preferences(render.session).get("private"))
        films.studio.jobs.submit(
            render.session, "Film", step.call, private=private, lane="film", address_key=render.address
        )
        remember(films, render.session, render.film, step)


def remember(films: Films, session: str, film: str, step: Step) -> None:
    """Note what is being made as a take of its step, where the step keeps takes."""
    if step.kind in REMEMBERED and step.call is not None:
        films.take(session, film, step.key, step.call.id)


def forget_lost(films: Films, session: str, id: str) -> None:
    """A result whose file is gone from the disk counts as not made: its row goes, so that it can be made again."""
    file = films.store.artifact(session, id)
    if file is not None and not films.store.has_file(file):
        films.store.rows("DELETE FROM artifacts WHERE session = ? AND id = ?", session, id)


class Renders:
    """The renders of one studio and the thread that drives them."""

    def __init__(self, films: Films) -> None:
        self.films, self.studio, self.store = films, films.studio, films.store
        self._wake = threading.Condition()
        self._stopping = False
        self._driver: threading.Thread | None = None
        self._owed: dict[int, str] = {}  # rows that could not be marked as failed yet, and why they failed

    # asking

    def begin(self, film: Film, size: str, *, address: str = "") -> int:
        """Start a render of the film as it is now; an earlier one of it stops. Raises Refusal when the film is not fit to be rendered."""
        plan = self.films.plan(film, size)
        if plan.problems:
            raise Refusal(plan.problems[0])
        self.store.check_room(film.session)
        self.cancel(film.session, film.id)
        board, key = (
            json.dumps({**as_json(film.board), "steps": len(plan.stale)}),
            self.studio.jobs.addresses.key(address),
        )
        with self.store.transaction():
            self.store.check_remembered(film.session)
            self._check_running(film.session, key)
            row = self.store.rows(
                "INSERT INTO film_renders (session, film, size, storyboard, state, started, address, bytes) VALUES (?,?,?,?,'running',?,?,?)"
                " RETURNING id",
                film.session,
                film.id,
                size,
                board,
                time.time(),
                key,
                len(board),
            )
        self.nudge()
        return int(row[0][0])

    def _check_running(self, session: str, address: str) -> None:
        """Raises Refusal when too many films are being rendered already: each is looked at again and again."""
        running = self.store.rows("SELECT session, address FROM film_renders WHERE state = 'running'")
        if sum(row["session"] == session for row in running) >= MOST_RENDERS:
            raise Refusal(f"{MOST_RENDERS} of your films are being rendered; wait until one is done.")
        if len(running) >= ALL_RENDERS or (
            address and sum(row["address"] == address for row in running) >= ADDRESS_RENDERS
        ):
            raise Refusal("The studio is very busy; try again in a minute.")

    def cancel(self, session: str, film: str) -> None:
        """Stop a film's render; its finished steps stay."""
        for render in self._renders("session = ? AND film = ? AND state = 'running'", session, film):
            self._end(render.id, "cancelled")
            self._cancel_jobs(render)

    def drop(self, session: str) -> None:
        """Stop all renders of a session; nobody asks what of their steps others need."""
        self.store.change(
            "UPDATE film_renders SET state = 'cancelled', ended = ? WHERE session = ? AND state = 'running'",
            time.time(),
            session,
        )

    def _renders(self, which: str, *values: Any) -> list[Render]:
        names, sql = [field.name for field in fields(Render)], f"SELECT * FROM film_renders WHERE {which}"
        return [Render(**{name: row[name] for name in names}) for row in self.store.rows(sql, *values)]

    def _cancel_jobs(self, render: Render) -> None:
        """Those of its steps that wait or run, unless another render of this session needs them too."""
        try:
            wanted = {step.artifact for step in self._plan(render).steps.values()}
        except Refusal:
            return
        others: set[str] = set()
        for other in self._renders("session = ? AND state = 'running'", render.session):
            try:
                others |= {step.artifact for step in self._plan(other).steps.values()}
            except Exception:
                log.exception("render %d cannot be read", other.id)
        for job in self.store.rows(
            "SELECT id, artifact FROM jobs WHERE session = ? AND lane = 'film' AND state IN ('queued', 'running')",
            render.session,
        ):
            if job["artifact"] in wanted - others:
                self.studio.jobs.cancel(render.session, job["id"])

    def newest(self, session: str, film: str) -> Render | None:
        """The newest render of a film, or None."""
        return next(iter(self._renders("session = ? AND film = ? ORDER BY id DESC LIMIT 1", session, film)), None)

    # driving

    def start(self) -> None:
        """Begin to drive renders in a thread of their own."""
        self._stopping = False
        self.studio.jobs.listeners.append(self.nudge)
        self._driver = threading.Thread(target=self._drive, name="film-driver", daemon=True)
        self._driver.start()

    def stop(self) -> None:
        """End the thread that drives renders."""
        self._stopping = True
        self.nudge()
        if self._driver is not None:
            self._driver.join(5.0)
        self.store.database.resign("films")

    def nudge(self) -> None:
        """Look at all renders at once."""
        with self._wake:
            self._wake.notify_all()

    def _drive(self) -> None:
        """Nothing that one render meets may stop the others, or this thread."""
        while not self._stopping:
            running: list[Render] = []
            try:
                if not self.store.database.leads("films"):  # another server drives them
                    self._pause(1.0)
                    continue
                running = self._renders("state = 'running' ORDER BY id")
                for render in running:
                    if render.id not in self._owed:
                        self._look_at(render)
                self._settle()
            except Exception:
                log.exception("the film driver met a surprise")
            self._pause(0.25 if running else 1.0)

    def _pause(self, seconds: float) -> None:
        with self._wake:
            self._wake.wait(seconds)

    def _look_at(self, render: Render) -> None:
        try:
            self.advance(render)
        except (Full, Unreachable):
            return  # the queue takes no more now, or the database or the common files do not answer; the film goes on when they do
        except Exception as problem:
            if not isinstance(problem, Refusal):
                log.exception("render %d cannot go on", render.id)
            try:
                self._end(render.id, "failed", str(problem) if isinstance(problem, Refusal) else WENT_WRONG)
            except Exception:
                log.exception("render %d cannot be marked as failed yet", render.id)
                self._owed[render.id] = str(problem) if isinstance(problem, Refusal) else WENT_WRONG

    def _settle(self) -> None:
        """Mark as failed what could not be marked before."""
        for id, problem in list(self._owed.items()):
            try:
                self._end(id, "failed", problem)
            except (Refusal, sqlite3.Error):
                return  # the disk is as it was
            self._owed.pop(id)

    def _plan(self, render: Render) -> Plan:
        """Raises Refusal when the render's storyboard cannot be read."""
        from studio.film.library import Film

        try:
            board = storyboard_of(json.loads(render.storyboard))
        except (ValueError, TypeError, AttributeError) as problem:
            raise Refusal(str(problem) if isinstance(problem, Refusal) else UNREADABLE) from None
        if render.size not in SIDES:
            raise Refusal(UNREADABLE)
        film = Film(render.film, render.session, board.title, 0, board, 0.0, None, None)
        return self.films.plan(film, render.size)

    def advance(self, render: Render) -> None:
        """One look at one render: submit what can be made now, or end it. Raises Refusal with what it failed for."""
        # the jobs are read before the plan: what ends in between is then seen as made, and not asked for again
        queued, plan = Queued(self.films, render), self._plan(render)
        if (artifact := result_of(plan)) is not None:
            self._end(render.id, "done", artifact=artifact)
            return
        ready, busy = plan.ready(), queued.busy()
        room = self.studio.jobs.runner.parallel_jobs() + (AHEAD if plan.opened else 0)
        if not ready and not busy:
            raise Refusal(CANNOT_GO_ON)
        for step in ready:
            state, problem = queued.work(step)
            if state == "failed":
                raise Refusal(f"{step.label}: {problem}")
            if state == "cancelled":
                self._end(render.id, "cancelled")
                return
            if state not in ("queued", "running") and busy < room:
                queued.submit(step)
                busy += 1

    def _end(self, id: int, state: str, problem: str | None = None, artifact: str | None = None) -> None:
        self.store.change(
            "UPDATE film_renders SET state = ?, problem = ?, artifact = ?, ended = ? WHERE id = ? AND state = 'running'",
            state,
            problem,
            artifact,
            time.time(),
            id,
        )
