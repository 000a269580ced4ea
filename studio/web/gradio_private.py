"""All that the studio uses of Gradio beyond its documented hooks, as it was tried with the version TRIED; tests/studio/test_gradio_private.py fails when it changes."""

from __future__ import annotations

import base64
import inspect
import re
import sys
from collections.abc import Callable
from types import ModuleType, SimpleNamespace
from typing import Any
from unittest import mock

from pipelines.core.settings import Refusal
from studio.access import connections

# only Gradio's cache of results would use it, which the studio does not: a tenth of the import, and 32 MB
sys.modules.setdefault("pandas", ModuleType("pandas"))
with mock.patch.object(
    inspect, "getfile", side_effect=OSError
):  # else stub files are written at every import: half its time
    import gradio as gr
    from gradio import http_server
    from gradio.processing_utils import save_base64_to_cache
    from gradio.state_holder import SessionState, StateHolder
    from gradio.utils import get_upload_folder
    from gradio_client import handle_file
if not hasattr(sys.modules["pandas"], "DataFrame"):
    del sys.modules["pandas"]

TRIED = "6.31"
MOST_STATES = 300  # a page whose state was pushed out begins with the components as they were built
IDLE_SECONDS = 0.02  # between two looks of Gradio's queue for work: its thousand a second take 4 per cent of a core
CONFIG = re.compile(r"(<script>window\.gradio_config = )(\{.*?\})(;</script>)", re.DOTALL)  # in the HTML of the page
TOO_FEW = "This function takes {} values, and {} came."
NO_ADDRESS = "Files come as data: or as the path of an upload to this server."
DAMAGED = "This data: address cannot be read; send base64."


class LeanState(SessionState):
    """A session's components without descriptions of all of them, which cost 86 ms and 0.9 MB and are read by deep links only."""

    def __init__(self, blocks: gr.Blocks) -> None:
        undescribed: Any = SimpleNamespace(default_config=blocks.default_config, blocks={})
        super().__init__(undescribed)


class LeanStates(StateHolder):
    """Every session's LeanState. Those used last stay; with another's goes what it never came to read."""

    def __getitem__(self, session_id: str) -> SessionState:
        if session_id not in self.session_data:
            self.session_data[session_id] = LeanState(self.blocks)
        return super().__getitem__(session_id)

    def update(self, session_id: str) -> None:
        """Note that a session was used, and let those go that were not for the longest."""
        queue = self.blocks._queue
        with self.lock:
            if session_id in self.session_data:
                self.session_data.move_to_end(session_id)
            while len(self.session_data) > self.capacity:
                oldest, _ = self.session_data.popitem(last=False)
                self.time_last_used.pop(oldest, None)
                if not queue.pending_event_ids_session.get(oldest, set()) & queue.event_ids_to_events.keys():
                    queue.pending_event_ids_session.pop(oldest, None)
                    queue.pending_messages_per_session.pop(oldest, None)


class Page(gr.Blocks):
    """Gradio's page, which says in a sentence that too few values came, rather than write a traceback into the log."""

    async def process_api(self, block_fn: Any, inputs: list[Any], *more: Any, **named: Any) -> dict[str, Any]:
        """Run one function, as Gradio does."""
        if len(inputs) < len(block_fn.inputs):
            raise gr.Error(TOO_FEW.format(len(block_fn.inputs), len(inputs)), print_exception=False)
        return await super().process_api(block_fn, inputs, *more, **named)


def launch(page: gr.Blocks, around: Callable[[Any], Any], **options: Any) -> None:
    """Open the server of a page. `around` puts the application into what stands outside of all of Gradio's own layers.

    The server knows its limits before its first connection; a machine too busy to answer itself within three seconds starts too.
    """
    begin = http_server.Server.run_in_thread

    def run_in_thread(server: Any) -> None:
        app = server.config.app
        app.state_holder = LeanStates()
        app.state_holder.set_blocks(page)
        server.config.app = around(app)
        connections.guard(server)
        begin(server)

    page._queue.sleep_when_free = IDLE_SECONDS
    with mock.patch.object(http_server.Server, "run_in_thread", run_in_thread):
        page.launch(_frontend=False, state_session_capacity=MOST_STATES, prevent_thread_lock=True, **options)
    if page.mcp_server_obj is not None:
        page.mcp_server_obj.convert_strings_to_filedata = with_files  # type: ignore[method-assign,assignment]


def with_files(value: Any, places: list[list[str | int]]) -> Any:
    """The arguments of a tool of MCP with its files; Gradio's own reading would fetch addresses and advise to send some. Raises Refusal."""

    def walk(node: Any, path: list[str | int]) -> Any:
        if isinstance(node, dict):
            return {key: walk(inner, [*path, key]) for key, inner in node.items()}
        if isinstance(node, list):
            return [walk(inner, [*path, number]) for number, inner in enumerate(node)]
        return _file(node) if isinstance(node, str) and path in places else node

    return walk(value, [])


def _file(given: str) -> Any:
    if given.startswith("data:"):
        head, _, data = given.partition(",")
        try:
            readable = head.endswith(";base64") and bool(base64.b64decode(data, validate=True))
        except ValueError:
            readable = False
        if not readable or not re.fullmatch(r"data:[\w.+-]+/[\w.+-]+(?:;[\w.+=-]+)*", head):
            raise Refusal(DAMAGED)
        return handle_file(save_base64_to_cache(given, get_upload_folder()))
    if given.startswith(("/", "\\")) or re.match(r"[A-Za-z]:[\\/]", given):
        return {"path": given}  # whether the caller may use what lies there is asked by the endpoint
    raise Refusal(NO_ADDRESS)
