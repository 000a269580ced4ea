"""Gradio's MCP server inside the studio: whom its tools act for, and which files they take."""

from __future__ import annotations

import base64
import mimetypes
import re
import secrets
import threading
import time
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from gradio.utils import get_upload_folder

from pipelines.settings import Refusal
from studio.accounts import visitor_of
from studio.doorkeeper import INSIDE
from studio.store import plain_words
from studio.studio import Studio

KEPT_SECONDS = 3600.0

OWN_FILE = re.compile(r"(?:https?://[^/?#]+)?(?:/[^?#]*)?/gradio_api/file=(/[^?#]+|[A-Za-z]:[^?#]+)")
NO_ADDRESS = "Files come as data: or as the path that an upload to this server gave back, not as an address elsewhere."


def new_secret() -> str:
    """What the MCP server of this process proves itself with."""
    return secrets.token_urlsafe(32)


def let_mcp_in(server: Any, studio: Studio, inside: str) -> None:
    """Gradio's MCP server runs its tools over HTTP with one client for everybody: that client gets this process's secret and no cookies.

    The caller's own token or cookie goes along with each call, so a tool acts for its caller and for nobody else."""
    from gradio_client import Client

    lock = threading.Lock()

    def client() -> Any:
        with lock:
            if server._client_instance is None:
                made = Client(
                    server.local_url, download_files=False, verbose=False, analytics_enabled=False, ssl_verify=False,
                    _skip_components=False, headers={"x-gradio-user": "mcp", INSIDE.decode(): inside},
                )  # fmt: skip
                made.cookies = {}
                server._client_instance = made
            return server._client_instance

    def files(value: Any, places: list[list[str | int]]) -> Any:
        return with_files(studio, server.mcp_server.request_context.request, value, places)

    server._get_or_create_client = client
    server.convert_strings_to_filedata = files


def with_files(studio: Studio, request: Any, value: Any, places: list[list[str | int]]) -> Any:
    """A tool's arguments with their files: nothing is fetched from anywhere, and a stranger leaves nothing on the disk. Raises Refusal."""
    session = visitor_of(request)

    def path_of(given: str) -> str:
        if given.startswith("data:"):
            studio.store.check_room(session)
            return str(_kept(given))
        if found := OWN_FILE.fullmatch(given):
            return unquote(found[1])
        if given.startswith(("/", "\\")) or re.match(r"[A-Za-z]:[\\/]", given):
            return given  # whether the caller may use what lies there is asked by the endpoint
        raise Refusal(NO_ADDRESS)

    def walk(node: Any, path: list[str | int]) -> Any:
        if isinstance(node, dict):
            return {key: walk(one, [*path, key]) for key, one in node.items()}
        if isinstance(node, list):
            return [walk(one, [*path, number]) for number, one in enumerate(node)]
        return {"path": path_of(node)} if isinstance(node, str) and path in places else node

    return walk(value, [])


def _kept(given: str) -> Path:
    """The file inside a data: address, for as long as the tool needs it; what earlier calls left goes."""
    told, _, data = given.partition(",")
    try:
        content = base64.b64decode(data, validate=True)
    except ValueError:
        content = b""
    if not content or not told.endswith(";base64"):
        raise Refusal("This data: address cannot be read; send base64 with its media type before it.")
    ending = mimetypes.guess_extension(told[5:].partition(";")[0].strip().lower()) or ""
    folder = Path(get_upload_folder()) / "mcp"
    with plain_words():
        folder.mkdir(parents=True, exist_ok=True)
        for old in folder.iterdir():
            if old.stat().st_mtime < time.time() - KEPT_SECONDS:
                old.unlink(missing_ok=True)
        path = folder / f"{secrets.token_hex(16)}{ending}"
        path.write_bytes(content)
    return path
