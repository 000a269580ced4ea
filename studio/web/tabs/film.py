"""Film: the first screen, and the storyboard of one film; an element of our own that talks to /studio/films."""

from __future__ import annotations

import gradio as gr


def build() -> None:
    """The tab's frame; everything in it is drawn by studio/static/film.js."""
    with gr.Tab("Film", id="Film", elem_id="tab-film"):
        gr.HTML("<studio-film></studio-film>", apply_default_css=False)
