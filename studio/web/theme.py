"""Late-afternoon light: paper, ink, one accent; Fraunces for display, Inter for text, both shipped in assets/fonts."""

from __future__ import annotations

import gradio as gr

PAPER, INK, SUN, SUN_DEEP = "#FBF8F3", "#1E1B18", "#D9622B", "#B4491A"
DUSK, CREAM, GLOW = "#16130F", "#F2EDE6", "#FF8A4C"


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
        "#FDF1EA", "#FBE0D1", "#F6C1A5", "#F0A079", "#E67F4F", SUN, SUN_DEEP, "#8F3A15", "#6B2C11", "#4A1F0D", "#2E140A"
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
    return base.set(
        body_background_fill=PAPER,
        body_background_fill_dark=DUSK,
        body_text_color=INK,
        body_text_color_dark=CREAM,
        body_text_color_subdued="#655E55",
        body_text_color_subdued_dark="#B5ADA2",
        background_fill_primary=PAPER,
        background_fill_primary_dark=DUSK,
        background_fill_secondary="#F4EFE7",
        background_fill_secondary_dark="#1F1B16",
        block_background_fill="transparent",
        block_background_fill_dark="transparent",
        block_border_width="0px",
        block_shadow="none",
        block_padding="0px",
        block_radius="12px",
        block_label_text_color=INK,
        block_label_text_color_dark=CREAM,
        block_label_background_fill="transparent",
        block_label_background_fill_dark="transparent",
        block_title_text_color=INK,
        block_title_text_color_dark=CREAM,
        block_title_text_weight="500",
        block_info_text_color="#655E55",
        block_info_text_color_dark="#B5ADA2",
        input_background_fill="#FFFFFF",
        input_background_fill_dark="#211D18",
        input_border_color="#8E857A",
        input_border_color_dark="#7A7166",
        input_border_width="1px",
        input_radius="8px",
        border_color_primary="#E2DACE",
        border_color_primary_dark="#39322A",
        panel_background_fill="transparent",
        panel_background_fill_dark="transparent",
        button_primary_background_fill=SUN_DEEP,
        button_primary_background_fill_dark=GLOW,
        button_primary_background_fill_hover="#963C15",
        button_primary_background_fill_hover_dark="#FFA06E",
        button_primary_text_color="#FFFFFF",
        button_primary_text_color_dark=DUSK,
        button_secondary_background_fill="transparent",
        button_secondary_background_fill_dark="transparent",
        button_secondary_border_color="#8E857A",
        button_secondary_border_color_dark="#7A7166",
        button_border_width="1px",
        button_large_radius="10px",
        button_transform_active="none",
        slider_color=SUN_DEEP,
        slider_color_dark=GLOW,
        checkbox_background_color_selected=SUN_DEEP,
        checkbox_background_color_selected_dark=GLOW,
        checkbox_border_color="#8E857A",
        checkbox_border_color_dark="#7A7166",
        checkbox_label_background_fill="transparent",
        checkbox_label_background_fill_dark="transparent",
        checkbox_label_background_fill_selected="#FBE9DE",
        checkbox_label_background_fill_selected_dark="#3A2417",
        checkbox_label_text_color_selected=INK,
        checkbox_label_text_color_selected_dark=CREAM,
        checkbox_label_border_color="#CFC5B7",
        checkbox_label_border_color_dark="#4A4238",
        accordion_text_color=INK,
        accordion_text_color_dark=CREAM,
        link_text_color=SUN_DEEP,
        link_text_color_dark=GLOW,
        color_accent_soft="#FBE9DE",
        color_accent_soft_dark="#3A2417",
    )
