"""Late-afternoon light: paper, ink, one accent; Fraunces for display, Inter for text, both shipped in assets/fonts."""

from __future__ import annotations

import json
from pathlib import Path

import gradio as gr


def theme() -> gr.themes.Base:
    """Gradio's own controls in the studio's colours; everything else is in studio/static/studio.css."""
    sizes = gr.themes.Size(  # of the browser's own font size, which a visitor may have set larger
        xxs=".5625rem",
        xs=".625rem",
        sm=".75rem",
        md=".875rem",
        lg="1rem",
        xl="1.375rem",
        xxl="1.625rem",
        name="text_rem",
    )
    text = [gr.themes.Font("Inter"), gr.themes.Font("system-ui"), gr.themes.Font("sans-serif")]
    sun = gr.themes.Color(
        "#FDF1EA",
        "#FBE0D1",
        "#F6C1A5",
        "#F0A079",
        "#E67F4F",
        "#D9622B",
        "#B4491A",
        "#8F3A15",
        "#6B2C11",
        "#4A1F0D",
        "#2E140A",
    )
    base = gr.themes.Base(
        primary_hue=sun,
        neutral_hue="stone",
        radius_size="lg",
        spacing_size="md",
        text_size=sizes,
        font=text,
        font_mono=["ui-monospace", "monospace"],
    )
    return base.set(**json.loads(Path(__file__).with_name("theme.json").read_text("utf-8")))
