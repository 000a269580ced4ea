"""Who calls REST or MCP, and how a call waits for what it ordered; one waiter for all of them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from pipelines.core.settings import Refusal
from studio.access.address import address_of
from studio.studio import Studio

Found = TypeVar("Found")


@dataclass(frozen=True)
class Caller:
    """From where a call comes, on which connection its client waits, and whether Gradio wrote its files from the message (MCP)."""

    address: str
    stream: str
    inline: bool


def caller_of(request: Any) -> Caller:
    """What is known of the caller of a Gradio endpoint."""
    scope = getattr(getattr(request, "request", request), "scope", None) or {}
    path = str(scope.get("root_path", "")) + str(scope.get("path", ""))
    return Caller(
        address_of(scope) if scope.get("client") else "",
        str(getattr(request, "session_hash", None) or ""),
        "/gradio_api/mcp" in path,
    )


async def wait_for(
    studio: Studio,
    session: str,
    caller: Caller,
    look: Callable[[], Found | None],
    *,
    give_up: Callable[[], None],
    late: str,
) -> Found:
    """What `look` gives when it first gives anything. After an hour `give_up` is called and `late` is said. Raises Refusal."""
    try:
        found: Found = await studio.waiting.until(look, session=session, address=caller.address, stream=caller.stream)
    except asyncio.TimeoutError:
        give_up()
        raise Refusal(late) from None
    return found
