"""HTML pages on their way out of an ASGI application: each is held until it is whole, changed, and sent on."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

MOST_PAGE_BYTES = 8_000_000
Headers = list[tuple[bytes, bytes]]


def change_pages(
    send: Callable[[Any], Awaitable[None]], change: Callable[[bytes, Headers], tuple[bytes, Headers]]
) -> Callable[[Any], Awaitable[None]]:
    """What to send answers to instead: pages of the studio are changed, everything else passes, so also a visitor's file with a policy of its own."""
    start: dict[str, Any] | None = None
    body = bytearray()

    async def answer(message: Any) -> None:
        nonlocal start
        if message["type"] == "http.response.start":
            headers = {name.lower(): value for name, value in message["headers"]}
            if headers.get(b"content-type", b"").startswith(b"text/html") and b"content-security-policy" not in headers:
                start = message
                return
        elif message["type"] == "http.response.body" and start is not None:
            body.extend(message.get("body", b""))
            if len(body) > MOST_PAGE_BYTES:
                raise RuntimeError("the page is longer than any page of this studio")
            if message.get("more_body"):
                return
            page, changed = change(bytes(body), list(start["headers"]))
            await send({**start, "headers": changed})
            start, message = None, {"type": "http.response.body", "body": page}
        await send(message)

    return answer
