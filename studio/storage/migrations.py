"""Numbered changes of the database after the release that knew SQLite only; each runs once, on SQLite and on PostgreSQL.

The tables of before are laid out by the parts that own them (`CREATE TABLE IF NOT EXISTS`). A change here only adds: a server of the release
before goes on working on the changed database, so servers and workers can be replaced one after the other (docs/operations.md).
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from studio.storage.database import Columns

if TYPE_CHECKING:
    from studio.storage.database import Database

TABLE = "CREATE TABLE IF NOT EXISTS schema_changes (number INTEGER PRIMARY KEY, what TEXT NOT NULL, at REAL NOT NULL)"


@dataclass(frozen=True)
class Change:
    """One step: new columns, a script for both, and one that only PostgreSQL runs (`$$` bodies are kept whole)."""

    number: int
    what: str
    columns: Columns = ()
    script: str = ""
    postgres: tuple[str, ...] = ()


FAMILY = "split_part(OLD.pipeline, '.', 1)"
CHANGES = (
    Change(
        1,
        "Leases: who runs a job until when, and the number that fences off whoever ran it before",
        columns=(
            ("jobs", "holder", "TEXT NOT NULL DEFAULT ''"),
            ("jobs", "lease", "REAL NOT NULL DEFAULT 0"),
            ("jobs", "fence", "INTEGER NOT NULL DEFAULT 0"),
            ("jobs", "cancel", "INTEGER NOT NULL DEFAULT 0"),
        ),
        script="CREATE INDEX IF NOT EXISTS jobs_served ON jobs (session, lane, started)",
        postgres=(
            "CREATE UNIQUE INDEX IF NOT EXISTS jobs_one_at_a_time ON jobs (session, artifact) WHERE state = 'running' AND lane <> 'inline'",
        ),
    ),
    Change(
        2,
        "What is seen of a job while it runs on another machine: its newest preview and its curves",
        script="CREATE TABLE IF NOT EXISTS job_live (job INTEGER PRIMARY KEY, session TEXT NOT NULL, fence INTEGER NOT NULL,"
        " previews INTEGER NOT NULL, preview BLOB, curves TEXT NOT NULL, at REAL NOT NULL)",
    ),
    Change(
        3,
        "The files of artifacts that lie in S3, and those that several servers need alike",
        script="CREATE TABLE IF NOT EXISTS artifact_files (session TEXT NOT NULL, artifact TEXT NOT NULL, name TEXT NOT NULL,"
        " sha256 TEXT NOT NULL, bytes INTEGER NOT NULL, PRIMARY KEY (session, artifact, name));"
        "CREATE TABLE IF NOT EXISTS kept_keys (name TEXT PRIMARY KEY, value TEXT NOT NULL);"
        "CREATE TABLE IF NOT EXISTS paces (name TEXT PRIMARY KEY, since REAL NOT NULL, count INTEGER NOT NULL)",
    ),
    Change(
        4,
        "Triggers of PostgreSQL: what SQLite's do for passes to a lent GPU and for the totals of jobs",
        postgres=(
            "CREATE OR REPLACE FUNCTION jobs_pass_gone() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
            " IF NEW.state NOT IN ('queued', 'running') THEN NEW.token := ''; END IF; RETURN NEW; END $$",
            "CREATE OR REPLACE TRIGGER jobs_pass_gone BEFORE UPDATE OF state ON jobs FOR EACH ROW EXECUTE FUNCTION jobs_pass_gone()",
            "CREATE OR REPLACE FUNCTION jobs_add_up() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
            " IF OLD.seconds IS NOT NULL THEN"
            f" INSERT INTO job_totals AS t VALUES ({FAMILY}, __BUCKET__, 1, OLD.seconds)"
            " ON CONFLICT (family, bucket) DO UPDATE SET n = t.n + 1, seconds = t.seconds + excluded.seconds;"
            " END IF; RETURN OLD; END $$",
            "CREATE OR REPLACE TRIGGER jobs_add_up AFTER DELETE ON jobs FOR EACH ROW EXECUTE FUNCTION jobs_add_up()",
        ),
    ),
    Change(
        5,
        "The turn of each waiting job, and how many workers died under a job since it last got further",
        columns=(
            ("jobs", "turn", "INTEGER NOT NULL DEFAULT 0"),
            ("jobs", "lost", "INTEGER NOT NULL DEFAULT 0"),
            ("jobs", "furthest", "REAL NOT NULL DEFAULT 0"),
        ),
        postgres=(
            "CREATE INDEX IF NOT EXISTS jobs_turns ON jobs (lane, turn, created, id) WHERE state = 'queued'",
            "CREATE INDEX IF NOT EXISTS jobs_of_address ON jobs (address, state)",
        ),
    ),
    Change(
        6, "Seconds into a run until a tenth of it was done", columns=(("jobs", "tenth", "REAL NOT NULL DEFAULT 0"),)
    ),
)


def migrate(database: Database) -> int:
    """Make the changes that this database has not seen; how many there were. Two processes that start at once make each of them once."""
    from studio.storage.job_totals import bucket_of

    if not database.columns("schema_changes"):
        database.lay_out(TABLE)
    done = {row["number"] for row in database.rows("SELECT number FROM schema_changes", ())}
    changes_made = 0
    for change in CHANGES:
        if change.number in done:
            continue
        database.widen(change.columns)
        database.lay_out(change.script)
        if database.shared:
            for statement in change.postgres:
                database.lay_out_whole(statement.replace("__BUCKET__", bucket_of("OLD.")))
        database.rows(
            "INSERT INTO schema_changes VALUES (?,?,?) ON CONFLICT (number) DO NOTHING",
            (change.number, change.what, time.time()),
        )
        changes_made += 1
    return changes_made


def version(database: Database) -> int:
    """The number of the newest change that was made."""
    records = database.rows("SELECT MAX(number) FROM schema_changes", ())
    return int(records[0][0] or 0)
