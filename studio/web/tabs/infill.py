"""Write: blanks in a text are filled in any order while the rest stays, and sentences are reworded."""

from studio.web.sendto import Example, Method, Start, Tab

TAB = Tab(
    "Write",
    "Fill in or reword a text",
    (
        Method(
            "infill.diffuse",
            "Fill",
            "Fills the blanks in a text. The words before and after them stay as they are.",
            "Fill the blanks",
            how="Masked diffusion: a network that learned to find hidden words fills the surest blank first.",
        ),
        Method(
            "infill.rewrite",
            "Rewrite",
            "Makes one sentence shorter. A language model, where one is named, says it in other ways too. The text around it stays as it is.",
            "Rewrite the sentence",
        ),
        Method("infill.score", "Weigh", "Shows how likely a text is and which words are unexpected.", "Weigh it"),
    ),
    Example(
        picture="examples/infill.webp",
        alt="A sentence with two blanks, and the words that were found for them in the order they were decided.",
        caption="The beginning and the end stay; the model fills the middle.",
        invitation="Write a text with ____ for a word, [3 words] for three, or […] for as many as it needs, or start with one of these.",
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
                "Say it shorter",
                "infill.rewrite",
                settings={
                    "text": "The children used numerous cardboard boxes in order to construct a magnificent castle.",
                },
            ),
            Start(
                "Vary a scene",
                "infill.diffuse",
                settings={"text": "A red boat lies on the quiet sea at sunset.", "preset": "vary"},
            ),
        ),
    ),
    former="Infill",
)
