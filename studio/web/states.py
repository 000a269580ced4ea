"""What Gradio keeps of a caller: only what its functions changed, not a copy of the whole page.

Gradio's own state describes every component of the page anew for each session hash, and REST calls without one count as a session each.
"""

from __future__ import annotations

from collections import ChainMap
from datetime import datetime
from typing import Any

import gradio as gr
from gradio.blocks import BlocksConfig
from gradio.components import State
from gradio.state_holder import SessionState, StateHolder

from studio.web.lighter import with_light_pages

MOST_STATES = 1000  # a page whose state was pushed out begins with the components as they were built
CLOSED_SECONDS = 3600
TOO_FEW = "This function takes {} values, and {} came."


class LeanState(SessionState):
    """The components that this session's calls changed, over those of the page; no descriptions, which only deep links read."""

    def __init__(self, blocks: gr.Blocks) -> None:
        page = blocks.default_config
        self.blocks_config = BlocksConfig(page.root_block)
        self.blocks_config.blocks = ChainMap({}, page.blocks)  # type: ignore[assignment]
        self.blocks_config.fns, self.blocks_config.fn_id = page.fns, page.fn_id
        self.blocks_config.renderables = page.renderables
        self.config_values: dict[int, Any] = {}
        self.state_data: dict[int, Any] = {}
        self._state_ttl: dict[int, Any] = {}
        self.is_closed = False
        self.STATE_TTL_WHEN_CLOSED = CLOSED_SECONDS

    def __setitem__(self, key: int, value: Any) -> None:
        block = self.blocks_config.blocks.get(key)
        if isinstance(block, State):
            self._state_ttl[key] = (block.time_to_live, datetime.now())
            self.state_data[key] = value
        else:
            self.blocks_config.blocks[key] = value

    def _update_config(self, key: int) -> None:
        """Descriptions are not kept."""

    def _update_value_in_config(self, key: int, value: Any) -> None:
        """Descriptions are not kept."""


class LeanStates(StateHolder):
    """Every session's LeanState. Those used last stay; with another's goes what it never came to read."""

    def __getitem__(self, session_id: str) -> SessionState:
        if session_id not in self.session_data:
            self.session_data[session_id] = LeanState(self.blocks)
        return super().__getitem__(session_id)

    def update(self, session_id: str) -> None:
        """Note that a session was used, and let those go that were not for the longest."""
        with self.lock:
            if session_id in self.session_data:
                self.session_data.move_to_end(session_id)
            while len(self.session_data) > self.capacity:
                oldest, _ = self.session_data.popitem(last=False)
                self.time_last_used.pop(oldest, None)
                self._forget_messages(oldest)

    def _forget_messages(self, session_id: str) -> None:
        """Drop the finished calls of a session whose answers nobody fetched."""
        queue = self.blocks._queue
        if not queue.pending_event_ids_session.get(session_id, set()) & queue.event_ids_to_events.keys():
            queue.pending_event_ids_session.pop(session_id, None)
            queue.pending_messages_per_session.pop(session_id, None)


class Page(gr.Blocks):
    """Gradio's page, whose calls without a session (MCP's) get a LeanState too, and which is described only once it is whole."""

    def get_config_file(self) -> Any:
        """What Gradio tells of the page; nothing at the steps of its building, at which Gradio asks for it too."""
        if not getattr(self, "exited", False):
            return {}
        return with_light_pages(super().get_config_file())

    async def process_api(
        self, block_fn: Any, inputs: list[Any], state: SessionState | None = None, *more: Any, **named: Any
    ) -> dict[str, Any]:
        """Run one function, as Gradio does; for too few values say so rather than write a traceback into the log."""
        if len(inputs) < len(block_fn.inputs):
            raise gr.Error(TOO_FEW.format(len(block_fn.inputs), len(inputs)), print_exception=False)
        return await super().process_api(block_fn, inputs, state or LeanState(self), *more, **named)
