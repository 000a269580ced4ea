"""How long jobs took, counted so that the counts never fall: what leaves the table of jobs is added up first, without words or owners."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from studio.storage.store import Store

BUCKETS = (1, 2, 5, 10, 30, 60, 120, 300, 600, 1800, 3600)  # seconds
LONGER = 0  # the bucket of what took longer than all of these
_BUCKET = " ".join(f"WHEN {{0}}seconds <= {limit} THEN {limit}" for limit in BUCKETS)
_FAMILY = "substr({0}pipeline, 1, instr({0}pipeline || '.', '.') - 1)"


def _of(row: str) -> tuple[str, str]:
    """SQL for the family and the bucket of a row of `jobs`; `row` stands before each column's name."""
    return _FAMILY.format(row), f"CASE {_BUCKET.format(row)} ELSE {LONGER} END"


def bucket_of(row: str) -> str:
    """SQL for the bucket of a row of `jobs`."""
    return _of(row)[1]


SCHEMA = f"""
CREATE TABLE IF NOT EXISTS job_totals (
    family TEXT NOT NULL, bucket INTEGER NOT NULL, n INTEGER NOT NULL, seconds REAL NOT NULL, PRIMARY KEY (family, bucket)) WITHOUT ROWID;
CREATE TRIGGER IF NOT EXISTS jobs_add_up AFTER DELETE ON jobs WHEN OLD.seconds IS NOT NULL BEGIN
    INSERT INTO job_totals VALUES ({_of("OLD.")[0]}, {_of("OLD.")[1]}, 1, OLD.seconds)
        ON CONFLICT (family, bucket) DO UPDATE SET n = n + 1, seconds = seconds + excluded.seconds;
END;"""


def totals(store: Store) -> dict[str, dict[int, tuple[int, float]]]:
    """For each family of pipelines, how many jobs ended in each bucket since the studio was first opened, and their seconds together."""
    family, bucket = _of("")
    rows = store.rows(
        f"SELECT family, bucket, SUM(n) AS n, SUM(seconds) AS seconds FROM (SELECT family, bucket, n, seconds FROM job_totals UNION ALL"
        f" SELECT {family}, {bucket}, 1, seconds FROM jobs WHERE seconds IS NOT NULL) AS counted GROUP BY family, bucket"
    )
    found: dict[str, dict[int, tuple[int, float]]] = {}
    for row in rows:
        found.setdefault(row["family"], {})[row["bucket"]] = (row["n"], row["seconds"])
    return found
