"""Stylize: neural style transfer, from seconds to minutes."""

from studio.web.sendto import Example, Method, Start, Tab

TAB = Tab(
    "Stylize",
    "Repaint a picture",
    (
        Method(
            "stylize.painting",
            "Any painting",
            "Paints your photo in the style of any painting, in seconds.",
            "Paint it",
        ),
        Method(
            "stylize.gallery",
            "Ready styles",
            "Paints with a style that the studio has learned. This is the fastest way.",
            "Paint it",
        ),
        Method(
            "stylize.contact_sheet",
            "All styles",
            "Shows your photo in every ready style, side by side.",
            "Paint them all",
        ),
        Method(
            "stylize.gatys",
            "Slow and fine",
            "Paints your picture step by step with the original method. This takes minutes.",
            "Paint it slowly",
            how="Gram matrices of a network's layers say what the style is. The picture is changed until its own agree with them (Gatys 2016).",
        ),
        Method("stylize.video", "Video", "Paints a video without flicker and keeps its sound.", "Paint the video"),
        Method(
            "stylize.train",
            "Train a style",
            "Trains a model on one painting. You can then use it as a style.",
            "Train it",
        ),
    ),
    Example(
        picture="examples/stylize.webp",
        alt="A suspension bridge at night, painted in warm evening colours; in the corner the photograph and the Hokusai print it was made from.",
        caption="A photograph and a painting, one second later.",
        invitation="Add a photo and choose a painting, or start with these two.",
        starts=(
            Start(
                "Begin with these",
                "stylize.painting",
                {"content": "samples/bridge-at-night.jpg", "style": "styles/hokusai-kazusa.jpg"},
            ),
        ),
    ),
)
