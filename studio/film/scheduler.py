"""Renders: what a film still needs is submitted step by step as ordinary jobs; the rows outlive the page and the process.

A render is a row with its own copy of the storyboard. The driver looks at what is made, submits what can be made now, and is done when the
cut is there; after a restart it looks again and goes on from there.
"""

from __future__ import annotations

import json
import logging
import sqlite3
import threading
import time
from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from typing import TYPE_CHECKING, Any

from pipelines.core.progress import Cancelled
from pipelines.core.settings import Refusal
from studio.engine.fairness import Full
from studio.film import storyboard
from studio.film.plan import SIDES, Plan
from studio.film.steps import Step
from studio.storage.artifacts import Artifact

if TYPE_CHECKING:
    from studio.film.library import Film, Films

log = logging.getLogger(__name__)
MOST_RENDERS, ADDRESS_RENDERS, ALL_RENDERS = 6, 12, 40  # at a time: of one session, of one address, of all
AHEAD = 2  # jobs that wait in the lane, so that no worker is idle while the driver looks
REMEMBERED = ("picture", "look", "line", "motion", "music")
UNREADABLE = "This render cannot be read any more; please start it again."
WENT_WRONG = "Something went wrong inside the studio; the log has the details."


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
        board, key = json.dumps({**film.board, "steps": len(plan.stale)}), self.studio.jobs.addresses.key(address)
        with self.store.transaction():
            self.store.check_remembered(film.session)
            self._check_running(film.session, key)
            row = self.store.rows(
                "INSERT INTO film_renders (session, film, size, storyboard, state, started, address, bytes) VALUES (?,?,?,?,'running',?,?,?)"
                " RETURNING id", film.session, film.id, size, board, time.time(), key, len(board),
            )  # fmt: skip
        self.nudge()
        return int(row[0][0])

    def _check_running(self, session: str, address: str) -> None:
        """Raises Refusal when too many films are being rendered already: each is looked at again and again."""
        running = self.store.rows("SELECT session, address FROM film_renders WHERE state = 'running'")
        if sum(row["session"] == session for row in running) >= MOST_RENDERS:
            raise Refusal(f"{MOST_RENDERS} of your films are being rendered already; please wait until one is done.")
        if len(running) >= ALL_RENDERS or (
            address and sum(row["address"] == address for row in running) >= ADDRESS_RENDERS
        ):
            raise Refusal("Too many films are being rendered at the moment; please try again in a few minutes.")

    def cancel(self, session: str, film: str) -> None:
        """Stop a film's render; its finished steps stay."""
        running = self.store.rows(
            "SELECT * FROM film_renders WHERE session = ? AND film = ? AND state = 'running'", session, film
        )
        for row in running:
            self._end(row["id"], "cancelled")
            self._cancel_jobs(row)

    def drop(self, session: str) -> None:
        """Stop all renders of a session; nobody asks what of their steps others need."""
        self.store.change(
            "UPDATE film_renders SET state = 'cancelled', ended = ? WHERE session = ? AND state = 'running'",
            time.time(),
            session,
        )

    def _cancel_jobs(self, row: Any) -> None:
        """Those of its steps that wait or run, unless another render of this session needs them too."""
        try:
            wanted = {step.artifact for step in self._plan(row).steps.values()}
        except Refusal:
            return
        others: set[str] = set()
        for other in self.store.rows(
            "SELECT * FROM film_renders WHERE session = ? AND state = 'running'", row["session"]
        ):
            try:
                others |= {step.artifact for step in self._plan(other).steps.values()}
            except Exception:
                log.exception("render %d cannot be read", other["id"])
        for job in self.store.rows(
            "SELECT id, artifact FROM jobs WHERE session = ? AND lane = 'film' AND state IN ('queued', 'running')",
            row["session"],
        ):
            if job["artifact"] in wanted - others:
                self.studio.jobs.cancel(row["session"], job["id"])

    def newest(self, session: str, film: str) -> Any:
        """The newest render's row of a film, or None."""
        rows = self.store.rows(
            "SELECT * FROM film_renders WHERE session = ? AND film = ? ORDER BY id DESC LIMIT 1", session, film
        )
        return rows[0] if rows else None

    # driving

    def start(self) -> None:
        self._stopping = False
        self._driver = threading.Thread(target=self._drive, name="film-driver", daemon=True)
        self._driver.start()

    def stop(self) -> None:
        self._stopping = True
        self.nudge()
        if self._driver is not None:
            self._driver.join(5.0)

    def nudge(self) -> None:
        with self._wake:
            self._wake.notify_all()

    def _drive(self) -> None:
        """Nothing that one render meets may stop the others, or this thread."""
        while not self._stopping:
            running: list[Any] = []
            try:
                running = self.store.rows("SELECT * FROM film_renders WHERE state = 'running' ORDER BY id")
                for row in running:
                    if row["id"] not in self._owed:
                        self._look_at(row)
                self._settle()
            except Exception:
                log.exception("the film driver met a surprise")
            with self._wake:
                self._wake.wait(0.25 if running else 1.0)

    def _look_at(self, row: Any) -> None:
        try:
            self.advance(row)
        except Full:
            return  # the queue takes no more now; the film goes on when it does
        except Exception as problem:
            if not isinstance(problem, Refusal):
                log.exception("render %d cannot go on", row["id"])
            try:
                self._end(row["id"], "failed", str(problem) if isinstance(problem, Refusal) else WENT_WRONG)
            except Exception:
                log.exception("render %d cannot be marked as failed yet", row["id"])
                self._owed[row["id"]] = str(problem) if isinstance(problem, Refusal) else WENT_WRONG

    def _settle(self) -> None:
        """Mark as failed what could not be marked before."""
        for id, problem in list(self._owed.items()):
            try:
                self._end(id, "failed", problem)
            except (Refusal, sqlite3.Error):
                return  # the disk is as it was
            self._owed.pop(id)

    def _plan(self, row: Any) -> Plan:
        """Raises Refusal when the render's storyboard cannot be read."""
        from studio.film.library import Film

        try:
            board = storyboard.normal(json.loads(row["storyboard"]))
        except (ValueError, TypeError, AttributeError) as problem:
            raise Refusal(str(problem) if isinstance(problem, Refusal) else UNREADABLE) from None
        if row["size"] not in SIDES:
            raise Refusal(UNREADABLE)
        film = Film(row["film"], row["session"], board["title"], 0, board, 0.0, None, None)
        return self.films.plan(film, row["size"])

    def advance(self, row: Any) -> None:
        """One look at one render: submit what can be made now, or end it. Raises Refusal with what it failed for."""
        plan = self._plan(row)
        if plan.problems:
            raise Refusal(plan.problems[0])
        cut = plan.cut
        if cut is not None and cut.made:
            self._end(row["id"], "done", artifact=cut.artifact)
            return
        if broken := next((s for s in plan.stale if s.problem), None):
            raise Refusal(f"{broken.label}: {broken.problem}")
        jobs = self.jobs_of(row["session"], row["started"])
        flying = sum(state in ("queued", "running") for state, _ in jobs.values())
        most = self.studio.jobs.runner.abreast() + AHEAD
        ready = plan.ready()
        for step in ready:
            state, problem = jobs.get(step.artifact, ("", None))
            if state == "failed":
                raise Refusal(f"{step.label}: {problem}")
            if state == "cancelled":
                self._end(row["id"], "cancelled")
                return
            if state not in ("queued", "running") and flying < most:
                self._submit(row, step)
                flying += 1
        if not ready and not flying:
            raise Refusal("This film cannot go on: a step that it needs is not there.")

    def jobs_of(self, session: str, since: float) -> dict[str, tuple[str, str | None]]:
        """By artifact: state and problem of the newest job that waits, runs, or ended since then."""
        rows = self.store.rows(
            "SELECT artifact, state, problem FROM jobs WHERE session = ? AND lane IN ('film', 'heavy', 'quick') AND"
            " (state IN ('queued', 'running') OR created >= ?) ORDER BY id", session, since,
        )  # fmt: skip
        return {row["artifact"]: (row["state"], row["problem"]) for row in rows}

    def _submit(self, row: Any, step: Step) -> None:
        assert step.call is not None
        forget_lost(self.films, row["session"], step.call.id)
        private = bool(self.store.preferences(row["session"]).get("private"))
        self.studio.jobs.submit(
            row["session"], "Film", step.call, private=private, lane="film", address_key=row["address"]
        )
        if step.kind in REMEMBERED:
            self.films.take(row["session"], row["film"], step.key, step.call.id)

    def _end(self, id: int, state: str, problem: str | None = None, artifact: str | None = None) -> None:
        self.store.change(
            "UPDATE film_renders SET state = ?, problem = ?, artifact = ?, ended = ? WHERE id = ? AND state = 'running'",
            state, problem, artifact, time.time(), id,
        )  # fmt: skip


def forget_lost(films: Films, session: str, id: str) -> None:
    """A result whose file is gone from the disk counts as not made: its row goes, so that it can be made again."""
    one = films.store.artifact(session, id)
    if one is not None and not one.path.is_file():
        films.store.rows("DELETE FROM artifacts WHERE session = ? AND id = ?", session, id)


def render_here(
    films: Films, film: Film, size: str, *, told: Callable[[Step, float | None], None] = lambda step, seconds: None
) -> Artifact:
    """Render in this process, without the queue's workers (the command line). `told` hears each step and its seconds; None: made before.

    Raises Refusal. What is finished stays: another call goes on from there."""
    jobs, first = films.studio.jobs, films.plan(film, size)
    if first.problems:
        raise Refusal(first.problems[0])
    for step in first.steps.values():
        if step.made and not step.given:
            told(step, None)
    flying: dict[Future[float], Step] = {}

    def make(step: Step) -> float:
        assert step.call is not None
        started = time.monotonic()
        forget_lost(films, film.session, step.call.id)
        jobs.run_now(film.session, step.call)
        return time.monotonic() - started

    with ThreadPoolExecutor(jobs.runner.abreast(), thread_name_prefix="film") as pool:
        try:
            while True:
                plan = films.plan(film, size)
                cut = plan.cut
                if cut is not None and cut.made:
                    made = films.store.artifact(film.session, cut.artifact)
                    assert made is not None
                    return made
                busy = {step.artifact for step in flying.values()}
                for step in plan.ready():
                    if step.artifact not in busy and len(flying) < jobs.runner.abreast():
                        busy.add(step.artifact)
                        if step.kind in REMEMBERED:
                            films.take(film.session, film.id, step.key, step.artifact)
                        flying[pool.submit(make, step)] = step
                if not flying:
                    broken = next((s for s in plan.stale if s.problem), None)
                    raise Refusal(
                        f"{broken.label}: {broken.problem}"
                        if broken
                        else "This film cannot go on: a step that it needs is not there."
                    )
                done, _ = wait(flying, return_when=FIRST_COMPLETED)
                for future in done:
                    step = flying.pop(future)
                    try:
                        told(step, future.result())
                    except Refusal as problem:
                        raise Refusal(f"{step.label}: {problem}") from problem
        except (Cancelled, KeyboardInterrupt, Refusal):
            for live in list(jobs.live.values()):
                live.cancel.set()
            raise
