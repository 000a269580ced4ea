"""The content security policy, and the hashes of the scripts that stand inside the served page.

Gradio compiles the template of every gr.HTML with `Function(...)` (templates/frontend/assets/HTML-*.js) and every `js=` with
AsyncFunction (core-*.js), so the page itself needs 'unsafe-eval'; no other answer gets it. Inline scripts are allowed by hash, one by one.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterable
from typing import Any

from studio.access.pages import Headers, change_pages

SCRIPT = re.compile(rb"<script\b([^>]{0,2000})>", re.IGNORECASE)
END = re.compile(rb"</script", re.IGNORECASE)


def policy(frame_ancestors: Iterable[str], hashes: Iterable[str] | None = None) -> str:
    """What an answer may load and who may frame it: everything from here, nothing from anywhere else; `hashes` are those of a page's scripts."""
    scripts = ["script-src 'self'"]
    if hashes is not None:
        scripts += [*hashes, "'unsafe-eval'"]
    return "; ".join(
        (
            "default-src 'self'",
            " ".join(scripts),
            "script-src-attr 'none'",
            "style-src 'self' 'unsafe-inline'",  # Gradio's components carry style attributes
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


def inline_hashes(page: bytes) -> list[str]:
    """The CSP sources of all scripts inside an HTML page that have no src."""
    hashes, place = [], 0
    while (start := SCRIPT.search(page, place)) and (end := END.search(page, start.end())):
        if not re.search(rb"(?:^|\s)src\s*=", start[1], re.IGNORECASE):
            digest = hashlib.sha256(_as_parsed(page[start.end() : end.start()])).digest()
            hashes.append(f"'sha256-{base64.b64encode(digest).decode()}'")
        place = end.end()
    return list(dict.fromkeys(hashes))


def _as_parsed(script: bytes) -> bytes:
    return script.replace(b"\r\n", b"\n").replace(b"\r", b"\n")  # as an HTML parser reads it, and the browser hashes it


class PagePolicy:
    """ASGI middleware inside Gradio's compression: an HTML answer gets the policy with the hashes of its own scripts."""

    def __init__(self, app: Any, frame_ancestors: Iterable[str] = (), injected: Iterable[str] = ()) -> None:
        self.app, self.ancestors = app, tuple(frame_ancestors)
        self.injected = tuple(injected)  # hashes of scripts that Gradio puts into the page's head later

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        def change(page: bytes, headers: Headers) -> tuple[bytes, Headers]:
            said = policy(self.ancestors, (*inline_hashes(page), *self.injected)).encode()
            return page, [*headers, (b"content-security-policy", said)]

        await self.app(scope, receive, change_pages(send, change))
