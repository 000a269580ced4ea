"""Things put on a shelf without the child process that examines uploads: the tests here are about rows, room and turns."""

from __future__ import annotations

import io
import sqlite3
from collections.abc import Callable

from studio.access.visitors import Perimeter
from studio.storage.artifacts import Artifact
from studio.studio import Studio
from tests.fixtures import picture

GUARD = Perimeter()  # the middleware's knowledge of cookies, for applications of these tests
TOKEN = GUARD.tokens.make()


def place_picture(
    studio: Studio, session: str, seed: int = 0, more: bytes = b"", size: tuple[int, int] = (16, 12)
) -> Artifact:
    """A small picture with `more` bytes after its end, and one file beside it."""
    path = studio.store.new_file(".png")
    held = io.BytesIO()
    picture(*size, seed).save(held, "PNG")
    path.write_bytes(held.getvalue() + more)
    id = f"{seed:08x}" + session[:24].ljust(24, "0")
    facts = {"width": size[0], "height": size[1], "files": [{"name": "notes.json", "bytes": 2}]}
    made = Artifact(id, session, "image", "image/png", path, f"photo {seed}.png", None, facts)
    return studio.store.keep(made, b"thumbnail", files={"notes.json": b"{}"})


class Broken:
    """A database that refuses statements which begin so, for as long as `when` says."""

    def __init__(
        self,
        database: sqlite3.Connection,
        *starts: str,
        problem: str = "database or disk is full",
        when: Callable[[], bool] = lambda: True,
    ) -> None:
        self.database, self.starts, self.problem, self.when, self.refused = database, starts, problem, when, 0

    def execute(self, sql: str, *values: object) -> sqlite3.Cursor:
        if sql.startswith(self.starts) and self.when():
            self.refused += 1
            raise sqlite3.OperationalError(self.problem)
        return self.database.execute(sql, *values)

    def __getattr__(self, name: str) -> object:
        return getattr(self.database, name)
