"""Whose the calls of Gradio's queue are: only the session that sent a call may read its events, cancel it or go on with its state."""

from __future__ import annotations

import json
import re
from collections import OrderedDict
from typing import Any

NOT_YOURS = "There is no such call of yours."
EVENT = re.compile(rb'"event_id":\s*"(\w{8,64})"')
HEARTBEAT = re.compile(r"/gradio_api/heartbeat/(?P<name>[^/]+)")
MOST_NAMES = 50_000
MOST_CHARACTERS = 100  # of a name, which is kept


class Owners:
    """The session behind each event id and each session hash of Gradio's; those used last are remembered."""

    def __init__(self, most: int = MOST_NAMES) -> None:
        self.most = most
        self._sessions: OrderedDict[str, str] = OrderedDict()

    def note(self, name: str, session: str) -> None:
        """Remember whose a name is; the first one stays its owner."""
        self._sessions.setdefault(name, session)
        self._sessions.move_to_end(name)
        while len(self._sessions) > self.most:
            self._sessions.popitem(last=False)

    def is_others(self, name: str, session: str) -> bool:
        """Whether a name belongs to another session."""
        return self._sessions.get(name, session) != session

    def may_send(self, body: bytes, session: str) -> bool:
        """Whether a call names only what is its session's own; its session hash is the session's from now on."""
        if not any(
            mark in body for mark in (b"session_hash", b"event_id", b"\\u")
        ):  # a letter may be written as its number
            return True
        asked = json.loads(body)
        names = [asked.get(key) for key in ("session_hash", "event_id")] if isinstance(asked, dict) else []
        if any(
            isinstance(name, str) and (len(name) > MOST_CHARACTERS or self.is_others(name, session)) for name in names
        ):
            return False
        if names and isinstance(names[0], str):
            self.note(names[0], session)
        return True

    def learning(self, send: Any, session: str) -> Any:
        """The same way for an answer, on which the id of the call that was begun is read."""

        async def pass_on(message: dict[str, Any]) -> None:
            if found := EVENT.search(message.get("body", b"")[:1000]):
                self.note(found[1].decode(), session)
            await send(message)

        return pass_on
