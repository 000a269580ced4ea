"""Who is asking: an unguessable session per visitor, and the headers that keep one visitor's page to itself.

The session is a random cookie, or the signed-in user's name when the studio runs with accounts. Inside, only its hash is known.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterable
from http.cookies import CookieError, SimpleCookie
from typing import Any

from studio.accounts import accounts, visitor_of

__all__ = ("Visitors", "accounts", "cookie_header", "policy", "token_in", "visitor_of")
COOKIE = "studio_session"
TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")
YEAR_SECONDS = 365 * 86400
MOST_BODY_BYTES = 4_000_000  # of what is no file: settings, texts, messages
FILES_COME_TO = ("/studio/upload", "/gradio_api/upload")  # these two count the bytes themselves


def policy(frame_ancestors: Iterable[str]) -> str:
    """The content security policy under which Gradio runs: everything from here, nothing from anywhere else."""
    return "; ".join(
        (
            "default-src 'self'",
            "script-src 'self' 'unsafe-inline' 'unsafe-eval'",  # Gradio compiles its components' code in the page
            "style-src 'self' 'unsafe-inline'",
            "img-src 'self' data: blob:",
            "media-src 'self' data: blob:",
            "font-src 'self' data:",
            "connect-src 'self' data: blob:",
            "worker-src 'self' blob:",
            "object-src 'none'",
            "base-uri 'self'",
            "form-action 'self'",
            "frame-ancestors " + " ".join(("'self'", *frame_ancestors)),
        )
    )


class TooLong(Exception):
    """More came than the studio reads."""


class Visitors:
    """ASGI middleware: gives each new browser a session cookie, and every answer the security headers; no message is longer than 4 MB.

    Behind https (a Space, whose page sits in another site's frame) the cookie is `SameSite=None; Secure; Partitioned`,
    so it works inside a frame and cannot be read across sites; on plain http it is `SameSite=Lax`.
    """

    def __init__(self, app: Any, frame_ancestors: Iterable[str] = (), framed: bool = False) -> None:
        self.app, self.policy, self.framed = app, policy(frame_ancestors).encode(), framed

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        headers = dict(scope["headers"])
        token, fresh = token_in(headers.get(b"cookie", b"").decode("latin-1")), False
        if token is None:
            token, fresh = secrets.token_urlsafe(32), True
            sent = headers.get(b"cookie")
            cookie = f"{COOKIE}={token}".encode()
            kept = [(k, v) for k, v in scope["headers"] if k != b"cookie"]
            scope = {**scope, "headers": [*kept, (b"cookie", sent + b"; " + cookie if sent else cookie)]}
        started = False
        receive = receive if scope.get("path", "").endswith(FILES_COME_TO) else counted(receive)
        secure = scope.get("scheme") == "https" or headers.get(b"x-forwarded-proto", b"").startswith(b"https")

        async def answer(message: Any) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                added = [
                    (b"x-content-type-options", b"nosniff"),
                    (b"referrer-policy", b"same-origin"),
                    (b"cross-origin-resource-policy", b"same-origin"),
                    (b"permissions-policy", b"camera=(), microphone=(), geolocation=()"),
                ]
                present = {name.lower() for name, _ in message["headers"]}
                if b"content-security-policy" not in present:
                    added.append((b"content-security-policy", self.policy))
                if fresh:
                    added.append((b"set-cookie", cookie_header(token, secure or self.framed).encode()))
                message = {**message, "headers": [*message["headers"], *added]}
            await send(message)

        try:
            if too_long(headers) and not scope.get("path", "").endswith(FILES_COME_TO):
                raise TooLong
            await self.app(scope, receive, answer)
        except TooLong:
            if not started:
                await answer(
                    {"type": "http.response.start", "status": 413, "headers": [(b"content-type", b"application/json")]}
                )
                said = b'{"problem": "This message is longer than the studio reads; please make it shorter."}'
                await answer({"type": "http.response.body", "body": said})


def too_long(headers: dict[bytes, bytes]) -> bool:
    """Whether a message announces more than the studio reads."""
    length = headers.get(b"content-length", b"0")
    return not length.isdigit() or int(length) > MOST_BODY_BYTES


def counted(receive: Any) -> Any:
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


def cookie_header(token: str, framed: bool) -> str:
    manner = "SameSite=None; Secure; Partitioned" if framed else "SameSite=Lax"
    return f"{COOKIE}={token}; Path=/; Max-Age={YEAR_SECONDS}; HttpOnly; {manner}"


def token_in(cookie_text: str) -> str | None:
    """The session token in a Cookie header, if it is one that this studio could have made."""
    try:
        found = SimpleCookie(cookie_text).get(COOKIE)
    except CookieError:
        return None
    return found.value if found and TOKEN.fullmatch(found.value) else None
