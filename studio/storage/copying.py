"""All rows of one database into another: from SQLite to PostgreSQL when a studio grows, and back; with the files where they are stored elsewhere."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from pipelines.core.settings import Refusal
from pipelines.media import beside
from studio.storage.database import Database

if TYPE_CHECKING:
    from studio.storage.store import Store

LEFT_OUT = ("schema_changes", "job_live", "kept_keys", "paces", "job_orders", "artifact_files")
BLOCK = 500
NOT_EMPTY = "There are artifacts in the database that should take the copy; give an empty one."


def copy_rows(source: Database, target: Database, said: Callable[[str, int], None] = lambda table, n: None) -> int:
    """Copy every table that both have, inside one transaction of the target; how many rows. Raises Refusal when the target is not empty.

    Numbers of jobs and renders stay as they are, so links of recipes and checkpoints still fit.
    """
    if target.rows("SELECT 1 FROM artifacts LIMIT 1", ()) or target.rows("SELECT 1 FROM jobs LIMIT 1", ()):
        raise Refusal(NOT_EMPTY)
    there, total = set(target.tables()), 0
    with target.transaction():
        for table in source.tables():
            if table not in there or table in LEFT_OUT:
                continue
            count = _copy_table(source, target, table)
            total += count
            said(table, count)
        if target.shared:
            for table in ("jobs", "film_renders"):
                if table in there:
                    target.rows(
                        f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), (SELECT COALESCE(MAX(id), 0) + 1 FROM {table}), false)",
                        (),
                    )
    return total


def _copy_table(source: Database, target: Database, table: str) -> int:
    columns = sorted(source.columns(table) & target.columns(table))
    names, marks = ", ".join(columns), ",".join("?" * len(columns))
    order = ", ".join(columns[: min(3, len(columns))])
    target.rows(f"DELETE FROM {table}", ())
    place = 0
    while rows := source.rows(f"SELECT {names} FROM {table} ORDER BY {order} LIMIT {BLOCK} OFFSET {place}", ()):
        for row in rows:
            target.rows(f"INSERT INTO {table} ({names}) VALUES ({marks})", tuple(_plain(one) for one in row))
        place += len(rows)
    return place


def _plain(value: Any) -> Any:
    return value.replace("\0", "") if isinstance(value, str) else value  # PostgreSQL keeps no such sign


def copy_files(source: Store, target: Store, said: Callable[[str], None] = lambda id: None) -> int:
    """The files of all artifacts, after their rows; how many artifacts. Those whose file is gone are left out and named by `said`."""
    from dataclasses import replace

    count = 0
    for row in source.rows("SELECT * FROM artifacts"):
        artifact = source.as_artifact(row)
        if not artifact.path.is_file():
            said(artifact.id)
            continue
        folder = target.home / "media" / artifact.session
        folder.mkdir(parents=True, exist_ok=True)
        draft = target.new_file(artifact.path.suffix)
        draft.write_bytes(artifact.path.read_bytes())
        company = beside(artifact.path)
        files = {file.name: file.read_bytes() for file in company.glob("*")} if company.is_dir() else {}
        deleted = row["deleted"]
        target.keep(replace(artifact, path=draft), source.thumbnail_path(artifact).read_bytes(), files=files)
        if deleted is not None:
            target.change(
                "UPDATE artifacts SET deleted = ? WHERE session = ? AND id = ?", deleted, artifact.session, artifact.id
            )
        count += 1
    return count
