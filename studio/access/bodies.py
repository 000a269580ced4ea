"""What comes after the headers of a request: how long it may be, how slowly it may come, and what Gradio must not be told to fetch."""

from __future__ import annotations

import asyncio
import json
import os
import time
from typing import Any

from pipelines.core.settings import Refusal
from studio.access.messages import MANY_VALUES, read_json

__all__ = ["MANY_VALUES"]
MOST_BODY_BYTES = 4_000_000  # of what is no file: settings, texts, messages
FILES_COME_TO = ("/studio/upload", "/studio/projects", "/gradio_api/upload")  # these count the bytes themselves
FOLLOWED = "The studio takes no addresses; upload the file, or choose it from your shelf."
UNREADABLE = "This request cannot be read."
SLOW = "This message came too slowly; send it again."


class TooLong(Exception):
    """More came than the studio reads."""


class TooSlow(Exception):
    """A message that was begun does not go on."""


class Gone(Exception):
    """The visitor went away before the message was complete."""


def pause_seconds() -> float:
    """How long a message may pause between two pieces (STUDIO_BODY_SECONDS)."""
    return float(os.environ.get("STUDIO_BODY_SECONDS", "30"))


def slowest_rate() -> float:
    """Bytes a second below which a message is given up once it has taken longer than one pause."""
    return float(os.environ.get("STUDIO_BODY_RATE", "1000"))


def announced_length(headers: dict[bytes, bytes]) -> int | None:
    """The length that a message announces, or None when that is no number."""
    length = headers.get(b"content-length", b"0").strip()
    return int(length) if length.isdigit() and len(length) < 20 else None


def too_long(headers: dict[bytes, bytes]) -> bool:
    """Whether a message announces more than the studio reads."""
    length = announced_length(headers)
    return length is None or length > MOST_BODY_BYTES


def limit_length(receive: Any) -> Any:
    """The same source of a message, which breaks off with TooLong when more comes than the studio reads."""
    size = 0

    async def take() -> Any:
        nonlocal size
        message = await receive()
        size += len(message.get("body", b""))
        if size > MOST_BODY_BYTES:
            raise TooLong
        return message

    return take


def timely(receive: Any) -> Any:
    """The same source of a message, which breaks off with TooSlow when the next piece is too long in coming or all come too slowly."""
    begun, size, whole = time.monotonic(), 0, False
    pause, rate = pause_seconds(), slowest_rate()

    async def take() -> Any:
        nonlocal size, whole
        if whole:
            return await receive()
        try:
            message = await asyncio.wait_for(receive(), pause)
        except asyncio.TimeoutError:
            raise TooSlow from None
        size += len(message.get("body", b""))
        whole = not message.get("more_body")
        taken = time.monotonic() - begun
        if not whole and taken > pause and size < (taken - pause) * rate:
            raise TooSlow
        return message

    return take


async def read_whole(receive: Any) -> bytes:
    """A whole message, at most as long as the studio reads. Raises Gone when the visitor went away first."""
    body = bytearray()
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise Gone
        body += message.get("body", b"")
        if not message.get("more_body"):
            return bytes(body)


def replay_message(body: bytes, gone: asyncio.Event) -> Any:
    """A source that gives the message once more, then waits until the visitor has gone."""
    given = False

    async def take() -> Any:
        nonlocal given
        if not given:
            given = True
            return {"type": "http.request", "body": body, "more_body": False}
        await gone.wait()
        return {"type": "http.disconnect"}

    return take


def checked_call(body: bytes, slots: frozenset[str], *, tools: bool) -> str | None:
    """Why Gradio does not get this message: it is no strict JSON object, or names an address. None when it may have it.

    `slots` are the names of file parameters, whose values MCP (`tools`) gives as text.
    """
    try:
        asked = read_json(body or b"{}")
    except Refusal as problem:
        return str(problem)
    if not isinstance(asked, dict) and not (tools and isinstance(asked, list)):
        return UNREADABLE
    waiting: list[Any] = [asked]
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict):
            for name, held in value.items():
                texts = [text for text in (held if isinstance(held, list) else [held]) if isinstance(text, str)]
                if _names_a_file(name, slots, tools) and any(map(is_address, texts)):
                    return FOLLOWED
            waiting.extend(value.values())
        elif isinstance(value, list):
            waiting.extend(value)
    return None


def with_state(body: bytes, session: str) -> bytes:
    """A call with the name under which Gradio keeps a caller's state: the session's own, so that there is one state a session."""
    asked = read_json(body or b"{}")
    return body if asked.get("session_hash") else json.dumps({**asked, "session_hash": f"of-{session[:40]}"}).encode()


def _names_a_file(name: str, slots: frozenset[str], tools: bool) -> bool:
    return name == "path" or (tools and name in slots)


def is_address(text: str) -> bool:
    """Whether a text names something to fetch from elsewhere (a file given inline, `data:`, is none)."""
    start = text.strip()[:40].lower()
    scheme, colon, _ = start.partition(":")
    known = scheme in ("http", "https", "ftp", "ftps", "file", "hf", "s3", "gs", "ws", "wss")
    return start.startswith("//") or (bool(colon) and known)
