"""Turns between visitors for any number of workers: each waiting job has the number of its turn in its row, given when it is asked for.

Self-clocked fair queueing (Golestani, "A self-clocked fair queueing scheme for broadband applications", INFOCOM 1994) with jobs of one length: a
new job gets the turn after its visitor's last job, or after the job that was begun last, whichever is later, and the lowest turn is begun first.
So a claim reads the front of an index, however many wait. Visitors are addresses where addresses count, else sessions; the sessions of an address
share its turns, each in its own order (`turns_of`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from studio.storage.store import Store

FRONT = 64  # waiting jobs that a claim looks at: at least as many as workers that claim in the same moment
LONGEST = 4  # leases of a job that lost workers are up to so many times as long: the machine may be slow
PATIENT_SECONDS = 20  # that a job may be passed over by others of the same turn that fit this worker better
DUE = "state = 'queued' AND lane = ? AND not_before <= now_seconds()"
LINE = f"SELECT id FROM jobs WHERE {DUE} ORDER BY turn, created, id"
# The turn that is served now: of the job that runs, else just before that of the first that waits. Values: the lane twice.
NOW = f"""SELECT GREATEST(COALESCE((SELECT MAX(turn) FROM jobs WHERE state = 'running' AND lane = ?), 0),
    COALESCE((SELECT turn FROM jobs WHERE {DUE} ORDER BY turn, created, id LIMIT 1) - 1, 0)) AS turn"""
# Values: the lane, the pipelines that are loaded here (__WARM__), the sessions whose files are here (__NEAR__), who claims, for how many seconds.
CLAIM = f"""
WITH front AS (
    SELECT id, turn, created, pipeline, session FROM jobs j
    WHERE {DUE} AND NOT EXISTS (
        SELECT 1 FROM jobs r WHERE r.session = j.session AND r.artifact = j.artifact AND r.state = 'running' AND r.lane <> 'inline')
    ORDER BY turn, created, id LIMIT {FRONT}),
one AS (
    SELECT j.id FROM front f JOIN jobs j ON j.id = f.id WHERE j.state = 'queued'
    ORDER BY f.turn, (now_seconds() - f.created > {PATIENT_SECONDS}) DESC, (f.pipeline IN (__WARM__)) DESC NULLS LAST,
        (f.session IN (__NEAR__)) DESC NULLS LAST, f.created, f.id LIMIT 1 FOR UPDATE OF j SKIP LOCKED)
UPDATE jobs SET state = 'running', holder = ?, lease = now_seconds() + ? * LEAST(1 + lost, {LONGEST}), fence = fence + 1,
    started = now_seconds(), attempts = attempts + 1, cancel = 0, fraction = 0, problem = NULL
WHERE id = (SELECT id FROM one) RETURNING *"""


def turns_of(waiting: Sequence[Any], running: Counter[str], free: Sequence[int]) -> dict[int, int]:
    """The turns of one address's (or session's) waiting jobs, by their numbers.

    Its sessions take turns: the one with the fewest running and begun jobs is next, and each keeps the order of `place`. `free`: the turns that are
    shared out, at least as many as jobs.
    """
    begun: Counter[str] = Counter(running)
    numbered = []
    for row in sorted(waiting, key=lambda row: (row["place"], row["id"])):
        begun[row["session"]] += 1
        numbered.append((begun[row["session"]], row["place"], row["id"]))
    return {id: turn for (_, _, id), turn in zip(sorted(numbered), sorted(free))}


def line_up(store: Store, session: str, address: str, lane: str, *, new: int = 0, gone: int = 0) -> None:
    """Share the turns out among what one visitor has waiting in a lane, inside a transaction.

    `new`: a job that has no turn yet. `gone`: the turn of a job that waits no more, which the others move up to.
    """
    whose, value = ("address = ?", address) if address else ("address = '' AND session = ?", session)
    waiting = store.rows(
        f"SELECT id, session, place, turn FROM jobs WHERE {whose} AND state = 'queued' AND lane = ?", value, lane
    )
    running = store.rows(
        f"SELECT session, turn FROM jobs WHERE {whose} AND state = 'running' AND lane = ?", value, lane
    )
    free = [row["turn"] for row in waiting if row["id"] != new]
    if new:
        now = int(store.rows(NOW, lane, lane)[0]["turn"])
        free.append(1 + max([now, *free, *(row["turn"] for row in running)]))
    if gone:
        free.append(gone)
    given = turns_of(waiting, Counter(row["session"] for row in running), free)
    changed = [(row["id"], given[row["id"]]) for row in waiting if given[row["id"]] != row["turn"]]
    if changed:
        cases = " ".join("WHEN ? THEN ?" for _ in changed)
        marks = ",".join("?" * len(changed))
        store.rows(
            f"UPDATE jobs SET turn = CASE id {cases} ELSE turn END WHERE state = 'queued' AND id IN ({marks})",
            *([value for pair in changed for value in pair] + [id for id, _ in changed]),
        )
