"""Infill: blanks in a text are filled in any order while the rest stays."""

from studio.web.sendto import Example, Method, Start, Tab

TAB = Tab(
    "Infill",
    "Fill the blanks",
    (
        Method(
            "infill.diffuse",
            "Fill",
            "Put blanks anywhere; what stands before and after them stays as it is.",
            "Fill the blanks",
        ),
        Method(
            "infill.compare",
            "Compare",
            "The same blanks by a model that writes from left to right, beside ours.",
            "Compare them",
        ),
        Method(
            "infill.noise",
            "Masks or noise",
            "Two small networks on one caption: one fills what is missing, one finds out what is wrong.",
            "Fill both ways",
        ),
        Method("infill.score", "Weigh", "How likely is this text, and which words surprise?", "Weigh it"),
    ),
    Example(
        picture="examples/infill.webp",
        alt="A sentence with two blanks, and the words that were found for them in the order they were decided.",
        caption="Both ends stay; the middle is found.",
        invitation="Write a text with ____ for a word, [3 words] for three, or […] for as many as it needs, or begin with one of these.",
        starts=(
            Start(
                "A line with a blank",
                "infill.diffuse",
                settings={"text": "The fox came out of the ____ and looked at the ____."},
            ),
            Start(
                "Both ends fixed",
                "infill.diffuse",
                settings={"text": "The fox came out of the wood […] and was never seen again."},
            ),
            Start(
                "Vary a scene",
                "infill.diffuse",
                settings={"text": "A red boat lies on the quiet sea at sunset.", "preset": "vary"},
            ),
        ),
    ),
)
