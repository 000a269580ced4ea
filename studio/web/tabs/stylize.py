"""Stylize: neural style transfer, from seconds to minutes."""

from studio.web.sendto import Example, Method, Start, Tab

TAB = Tab(
    "Stylize",
    "Repaint a picture",
    (
        Method("stylize.painting", "Any painting", "Your photo in the manner of any painting, in seconds.", "Paint it"),
        Method(
            "stylize.gallery",
            "Ready styles",
            "Styles that are learned already: the fastest and the calmest.",
            "Paint it",
        ),
        Method(
            "stylize.contact_sheet",
            "All styles",
            "Every ready style on your own photo, side by side.",
            "Paint them all",
        ),
        Method(
            "stylize.gatys",
            "Slow and fine",
            "The original method: it paints your picture step by step, in minutes.",
            "Paint it slowly",
        ),
        Method("stylize.video", "Video", "A video painted without flicker; its sound is kept.", "Paint the video"),
        Method(
            "stylize.train",
            "Train a style",
            "A network that learns one painting, to paint with ever after.",
            "Train it",
        ),
    ),
    Example(
        picture="examples/stylize.webp",
        alt="A suspension bridge at night, painted in warm evening colours; in the corner the photograph and the Hokusai print it was made from.",
        caption="A photograph and a painting, one second later.",
        invitation="Drop a photo at the left and choose a painting, or begin with these two.",
        starts=(
            Start(
                "Begin with these",
                "stylize.painting",
                {"content": "samples/bridge-at-night.jpg", "style": "styles/hokusai-kazusa.jpg"},
            ),
        ),
    ),
)
