"""Whether everything that was promised to a visitor is still there and whole: what is on the shelf opens, and no half file lies about."""

from __future__ import annotations

import hashlib
import io
import sqlite3
from pathlib import Path

import httpx
from PIL import Image

from measure.soak.harness import Refused, Server, Visitor


class Promises:
    """What the studio said that it has: uploads by the hash of their bytes, results of jobs by their id."""

    def __init__(self) -> None:
        self.uploads: dict[str, str] = {}
        self.results: set[str] = set()

    def broken(self, visitor: Visitor) -> list[str]:
        """Promised things that are gone or changed."""
        wrong = []
        for id, digest in self.uploads.items():
            try:
                if hashlib.sha256(visitor.media(id)).hexdigest() != digest:
                    wrong.append(f"upload {id[:8]} has changed")
            except Refused as problem:
                wrong.append(f"upload {id[:8]}: {problem}")
        for id in self.results:
            try:
                visitor.media(id)
            except Refused as problem:
                wrong.append(f"result {id[:8]}: {problem}")
        return wrong

    def upload(self, visitor: Visitor, data: bytes, name: str) -> str:
        """Upload and remember. Raises Refused, httpx.HTTPError."""
        id = str(visitor.upload(data, name, "image")["id"])
        self.uploads[id] = hashlib.sha256(data).hexdigest()
        return id


def half_files(server: Server, visitor: Visitor) -> list[str]:
    """Cards whose file is missing, shorter than the row says, or no picture; and rows without a file."""
    wrong = []
    for card in visitor.get("shelf")["cards"]:
        try:
            data = visitor.media(card["id"])
        except (Refused, httpx.HTTPError) as problem:
            wrong.append(f"{card['title']}: {problem}")
            continue
        beside = sum(file["bytes"] for file in card["files"])
        if len(data) + beside != card["bytes"]:
            wrong.append(f"{card['title']}: {len(data)} + {beside} of {card['bytes']} bytes")
        elif card["kind"] in ("image", "layers"):
            try:
                with Image.open(io.BytesIO(data)) as picture:
                    picture.load()
            except (OSError, SyntaxError, ValueError) as problem:
                wrong.append(f"{card['title']}: {problem}")
    return wrong + rows_without_file(server.home)


def rows_without_file(home: Path) -> list[str]:
    with sqlite3.connect(f"file:{home / 'studio.sqlite'}?mode=ro", uri=True, timeout=15) as rows:
        found = rows.execute("SELECT session, file FROM artifacts WHERE deleted IS NULL").fetchall()
    return [
        f"a row without its file {file}" for session, file in found if not (home / "media" / session / file).is_file()
    ]


def running_rows(home: Path) -> int:
    """How many jobs' rows say that they run."""
    with sqlite3.connect(f"file:{home / 'studio.sqlite'}?mode=ro", uri=True, timeout=15) as rows:
        return int(rows.execute("SELECT COUNT(*) FROM jobs WHERE state = 'running'").fetchone()[0])
