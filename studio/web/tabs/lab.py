"""Lab: a page of exhibits; an element of our own that is drawn by studio/static/lab/lab.js."""

from __future__ import annotations

import gradio as gr


def build() -> None:
    """The tab's frame."""
    with gr.Tab("Lab", id="Lab", elem_id="tab-lab"):
        gr.HTML("<studio-lab></studio-lab>", apply_default_css=False)
