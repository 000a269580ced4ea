"""Red team: attacks on the studio's own models, defences, and what holds."""

from studio.web.sendto import Example, Method, Start, Tab

TAB = Tab(
    "Red-team",
    "What does it take to break it?",
    (
        Method(
            "redteam.noise",
            "Starting noise",
            "Changes the noise that a drawing begins from, so that the same words draw something else.",
            "Attack the noise",
        ),
        Method(
            "redteam.prompt",
            "Words",
            "Adds ordinary words to a prompt, so that the model draws something else.",
            "Attack the words",
        ),
        Method(
            "redteam.erasure",
            "Erased noun",
            "Brings back a thing that was erased from a drawing network, by words that are added to the prompt.",
            "Bring it back",
        ),
        Method(
            "redteam.mark",
            "Invisible mark",
            "Draws and marks a picture, attacks the mark in nine ways, and says which attacks it survives. Our own autoencoder removed it from all of 100 pictures.",
            "Attack the mark",
        ),
        Method(
            "redteam.credential",
            "Content credential",
            "Strips, transplants and forges the credential of a picture that the studio made for you, and shows what Detect says.",
            "Attack the credential",
        ),
        Method(
            "redteam.detector",
            "Detector",
            "Changes a picture a little so that Detect says something else, with gradients or without them.",
            "Attack the detector",
        ),
        Method(
            "redteam.protect",
            "Protective noise",
            "Adds noise that should keep AI from editing a picture, and shows what a purification leaves of it.",
            "Protect and purify",
        ),
        Method(
            "redteam.swap",
            "Face swap",
            "Trains one encoder and two decoders that swap the faces of two drawn people, or of two people who have agreed.",
            "Swap the faces",
        ),
        Method(
            "redteam.text",
            "Text",
            "Adds common words before a text, so that the model writes a chosen word into the blank.",
            "Attack the text",
        ),
    ),
    Example(
        picture="examples/redteam.webp",
        alt="A drawing of a red apple with the studio's invisible mark, seven attacks on it, and whether the mark was found again after each.",
        caption="Which attacks does the invisible mark survive?",
        invitation="Choose what to attack and how hard; another model judges what came of it. Everything that is made here is labelled, marked and signed.",
        starts=(
            Start("Attack the invisible mark", "redteam.mark", settings={"prompt": "a red apple"}),
            Start(
                "An apple that becomes a fish",
                "redteam.noise",
                settings={"source": "a red apple", "target": "a blue fish"},
            ),
            Start("Swap the faces of two drawn people", "redteam.swap"),
            Start(
                "A word slipped into a text",
                "redteam.text",
                settings={"text": "He went into the house and saw a ____ there.", "word": "knife"},
            ),
        ),
    ),
)
