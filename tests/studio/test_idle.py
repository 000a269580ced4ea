"""A server that does nothing takes little of the processor."""

from __future__ import annotations

import gradio as gr

from studio.perimeter.serve import IDLE_SECONDS, look_less_often


def test_gradios_queue_looks_less_often_for_work():
    page = gr.Blocks().queue()
    assert page._queue.sleep_when_free < IDLE_SECONDS  # else Gradio has changed, and this is needed no more
    look_less_often(page)
    assert page._queue.sleep_when_free == IDLE_SECONDS
