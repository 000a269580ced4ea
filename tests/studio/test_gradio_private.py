"""What the studio uses of Gradio beyond its documented hooks: each of these fails when Gradio changes it."""

from __future__ import annotations

import inspect
from unittest import mock

import gradio as gr
import pytest
from gradio import component_meta, http_server
from gradio.blocks import BlocksConfig
from gradio.mcp import GradioMCPServer

from studio.web.gradio_private import IDLE_SECONDS, TRIED, LeanStates, Page
from studio.web.shipped import modules
from tests.fixtures import run_async


def test_the_version_is_the_one_that_was_tried():
    assert gr.__version__.startswith(f"{TRIED}.")


def test_gradio_writes_no_stub_file_for_a_component_without_a_source_file():
    with (
        mock.patch.object(inspect, "getfile", side_effect=OSError),
        mock.patch.object(component_meta, "create_pyi", side_effect=AssertionError),
    ):
        component_meta.create_or_modify_pyi(gr.Textbox, "Textbox", [])


def test_gradios_queue_looks_for_work_more_often_than_it_need():
    assert gr.Blocks().queue()._queue.sleep_when_free < IDLE_SECONDS


def test_what_is_replaced_is_there():
    assert {"_frontend", "app_kwargs", "state_session_capacity"} <= set(inspect.signature(gr.Blocks.launch).parameters)
    assert callable(GradioMCPServer.convert_strings_to_filedata)
    assert "server.run_in_thread()" in inspect.getsource(http_server.start_server)


@pytest.fixture
def states():
    """Ours as Gradio uses them, over a page of two components."""
    with Page() as page:
        words = gr.Textbox("before")
        kept = gr.State(1)
        words.change(lambda text, number: (text, number), [words, kept], [words, kept])
    holder = LeanStates()
    page.state_session_capacity = 2
    holder.set_blocks(page)
    return holder, page, words, kept


def test_a_state_describes_only_what_changed_and_keeps_it_to_itself(states, monkeypatch):
    holder, page, words, kept = states
    with monkeypatch.context() as patch:
        patch.setattr(BlocksConfig, "config_for_block", lambda *_: pytest.fail("a component is described anew"))
        mine, another = holder["mine"], holder["another"]
    changed = gr.Textbox("changed", render=False)
    mine[words._id], mine[kept._id] = changed, 2
    assert (mine[words._id], mine[kept._id]) == (changed, 2) and (another[words._id], another[kept._id]) == (words, 1)
    assert words._id in mine and page.default_config.blocks[words._id] is words


def test_the_oldest_states_go_with_what_nobody_fetched(states):
    holder, page, _, _ = states
    queue = page._queue
    for name in ("finished", "running", "new"):
        queue.pending_event_ids_session[name], queue.pending_messages_per_session[name] = {name}, object()
    queue.event_ids_to_events["running"] = object()
    for name in ("finished", "running", "new", "newest"):
        holder[name]
    assert list(holder.session_data) == ["new", "newest"]
    assert set(queue.pending_messages_per_session) == set(queue.pending_event_ids_session) == {"running", "new"}


def test_too_few_values_are_a_sentence_and_no_traceback(states):
    _, page, _, _ = states
    with pytest.raises(gr.Error, match="takes 2 values, and 1 came") as caught:
        run_async(page.process_api(next(iter(page.fns.values())), ["text"]))
    assert not caught.value.print_exception


def test_the_page_for_browsers_has_no_component_of_rest_and_mcp(studio, board):
    from studio.web.shell import build

    config = build(studio, board).get_config_file()
    kinds = {component["id"]: component["type"] for component in config["components"]}
    drawn = {name: {kinds[id] for id in page["components"]} for name, page in config["page"].items()}
    assert drawn["calls"] == {"api"} and "api" not in drawn[""] and "html" in drawn[""]


def test_every_module_that_a_script_imports_is_announced_once():
    announced = modules(("film.js", "lab/lab.js"))
    assert len(announced) == len(set(announced))
    assert {"film.js", "film_timeline.js", "core.js", "say.js", "lab/lab.js"} <= set(announced)
