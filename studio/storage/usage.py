"""How much a session keeps besides the files on its shelf: checkpoints, films with their versions, and its jobs."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from studio.storage.store_base import StoreBase

TEXTS = (  # table, the columns whose texts count
    ("jobs", "LENGTH(call)"),
    ("film_versions", "bytes"),
    ("film_renders", "bytes"),
)


def other_bytes(store: StoreBase, session: str) -> int:
    """What is kept of one session besides its artifacts."""
    return _texts(store, session) + _files(store.home / "work" / "checkpoints" / session)


def total_bytes(store: StoreBase) -> int:
    """Everything that is kept of all sessions."""
    from studio.storage.store_base import ROW_BYTES

    kept = store.rows("SELECT COALESCE(SUM(bytes), 0) + COUNT(*) * ? FROM artifacts", ROW_BYTES)[0][0]
    return int(kept) + _texts(store, None) + _files(store.home / "work" / "checkpoints")


def film_bytes(store: StoreBase, session: str) -> int:
    """What a session's storyboards take, with all their versions."""
    return sum(_text(store, table, what, session) for table, what in TEXTS if table.startswith("film"))


def _texts(store: StoreBase, session: str | None) -> int:
    return sum(_text(store, table, what, session) for table, what in TEXTS)


def _text(store: StoreBase, table: str, what: str, session: str | None) -> int:
    if not store.database.columns(table):
        return 0
    where = "" if session is None else " WHERE session = ?"
    return int(
        store.rows(f"SELECT COALESCE(SUM({what}), 0) FROM {table}{where}", *([] if session is None else [session]))[0][
            0
        ]
    )


def _files(folder: Path) -> int:
    """The sizes of all files below a folder, in bytes; what goes meanwhile does not count."""
    size = 0
    for place, _, names in os.walk(folder):
        for name in names:
            try:
                size += (Path(place) / name).lstat().st_size
            except OSError:
                continue
    return size
