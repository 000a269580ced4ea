"""Models: what is on this machine, what is not, what each may be used for; fetched on request."""

from __future__ import annotations

import gradio as gr

from studio.studio import Studio


def build(studio: Studio) -> None:
    """The list is drawn by the page from /studio/models."""
    with gr.Tab("Models", id="Models", elem_id="tab-models"):
        gr.HTML(
            "<div class='reading' role='region' aria-label='Models' tabindex='0'><h1>Models on this machine</h1>"
            "<p>This list shows each model with its licence and source. A missing model is downloaded once; after that it works offline.</p><studio-models></studio-models></div>",
            apply_default_css=False,
        )
