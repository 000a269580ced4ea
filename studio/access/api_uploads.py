"""Files on their way to and from REST and MCP clients: each session has a folder of its own, which no other session can read or name.

UPLOADS/visitors/<tag>/<random>/<name>, where UPLOADS is Gradio's folder and the tag comes from the session. What lies there
longer than two hours is removed.
"""

from __future__ import annotations

import os
import re
import secrets
import shutil
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import FileResponse, JSONResponse, PlainTextResponse, Response
from gradio.utils import get_upload_folder
from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header

from pipelines.core.settings import Refusal
from studio.access.visitors import visitor_of
from studio.intake.limits import MOST_BYTES
from studio.storage.artifacts import Artifact
from studio.storage.store import parcels_tag, plain_words

MOST_FILES = 20  # in one message
MOST_PARTS = 60
MOST_HEADER_BYTES = 8192
KEPT_SECONDS = 7200.0
NOT_UPLOADED = "Upload the file first, then name the path that came back."
NOT_YOURS = "This file is not yours, or is gone."
GRADIO_CACHE = re.compile(r"[0-9a-f]{64}")  # where Gradio puts a file that came inside a message of MCP


def folder_of(session: str) -> Path:
    """The folder of one session; its name gives neither the session nor its cookie away."""
    return Path(get_upload_folder()).resolve() / "visitors" / parcels_tag(session)


def lying_bytes(session: str) -> int:
    """What a session has uploaded for calls and not yet used up, in bytes; results that lie there belong to the shelf."""
    return sum(_size(file) for file in folder_of(session).glob("up-*/*"))


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0


def find_upload(session: str, given: Any, *, inline: bool = False) -> Path:
    """The file that a call names: one that this session uploaded. Raises Refusal for anything else.

    `inline`: the call came through MCP, and Gradio has written the file that stood in the message.
    """
    raw = given.get("path") if isinstance(given, dict) else getattr(given, "path", None)
    if not isinstance(raw, str) or not raw or "\0" in raw:
        raise Refusal(NOT_UPLOADED)
    try:
        path = Path(raw).resolve()
        uploads = Path(get_upload_folder()).resolve()
        own = path.is_relative_to(folder_of(session))
        own |= inline and path.parent.parent == uploads and bool(GRADIO_CACHE.fullmatch(path.parent.name))
        if own and path.is_file():
            return path
    except (OSError, ValueError):
        pass
    raise Refusal(NOT_UPLOADED)


def hand_over(session: str, artifact: Artifact) -> dict[str, Any]:
    """A result as Gradio hands it over: a link to the file (a copy where there are no links) in the session's own folder."""
    folder = folder_of(session) / f"made-{artifact.id}"
    copy = folder / artifact.path.name
    with plain_words():
        folder.mkdir(parents=True, exist_ok=True)
        copy.unlink(missing_ok=True)
        try:
            os.link(artifact.path, copy)
        except OSError:
            shutil.copyfile(artifact.path, copy)
        os.utime(folder)
    return {"path": str(copy), "orig_name": copy.name, "mime_type": artifact.media_type, "size": artifact.bytes}


def sweep(older_than_seconds: float = KEPT_SECONDS) -> None:
    """Remove what has lain longer than this, and Gradio's own copies of files that came inside messages."""
    uploads, now = Path(get_upload_folder()), time.time()
    boxes = [*uploads.glob("visitors/*/*")]
    boxes += [one for one in uploads.glob("*") if GRADIO_CACHE.fullmatch(one.name)]
    for box in boxes:
        with suppress(OSError):
            if now - box.stat().st_mtime > older_than_seconds:
                shutil.rmtree(box, ignore_errors=True)
    for folder in uploads.glob("visitors/*"):
        with suppress(OSError):
            folder.rmdir()  # an empty one


def router() -> APIRouter:
    """Gradio's routes for uploads and files, as the studio answers them; they stand before Gradio's own."""
    routes = APIRouter(prefix="/gradio_api")
    routes.add_api_route("/upload", _upload, methods=["POST"])
    routes.add_api_route("/file={path:path}", _file, methods=["GET", "HEAD"])
    return routes


async def _file(request: Request) -> Response:
    try:
        session = visitor_of(request)
        path = Path(request.path_params["path"])
        if "\0" in str(path) or not path.resolve().is_relative_to(folder_of(session)) or not path.resolve().is_file():
            raise Refusal(NOT_YOURS)
    except (Refusal, OSError, ValueError) as problem:
        said = str(problem) if isinstance(problem, Refusal) else NOT_YOURS
        return JSONResponse({"problem": said}, status_code=403)
    return FileResponse(
        path.resolve(),
        media_type="application/octet-stream",
        filename=path.name,
        headers={"cache-control": "private, no-store", "content-security-policy": "default-src 'none'; sandbox"},
    )


async def _upload(request: Request) -> Response:
    try:
        session = visitor_of(request)
    except Refusal as problem:
        return JSONResponse({"problem": str(problem)}, status_code=403)
    folder = folder_of(session) / f"up-{secrets.token_hex(8)}"
    parts = _Parts(folder)
    try:
        with plain_words():
            await parts.read(request)
    except Refusal as problem:
        parts.give_up()
        return PlainTextResponse(str(problem), status_code=400)
    except BaseException:
        parts.give_up()
        raise
    return JSONResponse([str(path) for path in parts.paths])


class _Parts:
    """The files of a multipart message, written as they come."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.paths = folder, list[Path]()
        self.file: Any = None
        self.size, self.header_bytes, self.count = 0, 0, 0
        self.name, self.value, self.headers = b"", b"", dict[bytes, bytes]()

    async def read(self, request: Request) -> None:
        """Raises Refusal when the message is no form, has too many files or one that is too large."""
        kind, options = parse_options_header(request.headers.get("content-type", ""))
        boundary = options.get(b"boundary")
        if kind != b"multipart/form-data" or not boundary or len(boundary) > 200:
            raise Refusal("Send the files as a form with the field “files”.")
        callbacks: Any = {
            "on_part_begin": self._begin,
            "on_part_data": self._data,
            "on_part_end": self._end,
            "on_header_field": self._field,
            "on_header_value": self._header_value,
            "on_header_end": self._header_end,
            "on_headers_finished": self._open,
        }
        parser = MultipartParser(boundary, callbacks)
        try:
            async for block in request.stream():
                parser.write(block)
            parser.finalize()
        except FormParserError as problem:
            raise Refusal("This form cannot be read; send it again.") from problem
        if self.file is not None or not self.paths:
            raise Refusal("This form has no file in its field “files”.")

    def give_up(self) -> None:
        if self.file is not None:
            self.file.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _begin(self) -> None:
        self.headers, self.header_bytes = {}, 0
        self.count += 1
        if self.count > MOST_PARTS:
            raise Refusal(f"Send at most {MOST_FILES} files in one message.")

    def _field(self, data: bytes, start: int, end: int) -> None:
        self.name += self._check_bounds(data[start:end])

    def _header_value(self, data: bytes, start: int, end: int) -> None:
        self.value += self._check_bounds(data[start:end])

    def _check_bounds(self, piece: bytes) -> bytes:
        self.header_bytes += len(piece)
        if self.header_bytes > MOST_HEADER_BYTES:
            raise Refusal("This form cannot be read; send it again.")
        return piece

    def _header_end(self) -> None:
        self.headers[self.name.lower()] = self.value
        self.name = self.value = b""

    def _open(self) -> None:
        _, options = parse_options_header(self.headers.get(b"content-disposition", b""))
        if options.get(b"name") != b"files" or b"filename" not in options:
            return  # another field: Gradio's clients send none that matters
        if len(self.paths) >= MOST_FILES:
            raise Refusal(f"Send at most {MOST_FILES} files in one message.")
        box = self.folder.with_name(f"{self.folder.name}-{len(self.paths)}") if self.paths else self.folder
        box.mkdir(parents=True)
        path = box / plain_name(options[b"filename"].decode("utf-8", "replace"))
        self.paths.append(path)
        self.file, self.size = path.open("xb"), 0

    def _data(self, data: bytes, start: int, end: int) -> None:
        if self.file is None:
            return
        self.size += end - start
        if self.size > MOST_BYTES:
            raise Refusal(f"This file is larger than {MOST_BYTES / 1e6:.0f} MB; make it smaller.")
        self.file.write(data[start:end])

    def _end(self) -> None:
        if self.file is not None:
            self.file.close()
            self.file = None


def plain_name(given: str) -> str:
    """A file name without folders, control characters and signs that some system gives a meaning to, at most 100 characters and 200 bytes."""
    last = re.split(r"[/\\]", given)[-1]
    kept = "".join(sign for sign in last if sign.isalnum() or sign in " ._-()")[-100:]
    short = kept.encode()[-200:].decode("utf-8", "ignore").strip(" .")
    return short or "file"
