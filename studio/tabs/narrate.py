"""Narrate: words become a voice, with the time of every word."""

from studio.handoff import Example, Method, Start, Tab

TAB = Tab(
    "Narrate",
    "Give it a voice",
    (
        Method(
            "narrate.speak",
            "Speak",
            "A line, a page or a dialogue, spoken; every word lights up as it is heard.",
            "Speak it",
        ),
    ),
    Example(
        picture="examples/narrate.webp",
        alt="The waveform of a spoken sentence in warm orange on paper.",
        caption="“Late in the afternoon, the light turned gold.”",
        invitation="Write what is to be said at the left, or begin with one of these.",
        sound="examples/narrate.mp3",
        starts=(
            Start(
                "A story",
                "narrate.speak",
                settings={
                    "text": "Late in the afternoon, the light turned gold. A small fox came out of the wood and looked at the sea, "
                    "as if she had all the time in the world.",
                },
            ),
            Start(
                "A dialogue",
                "narrate.speak",
                settings={
                    "text": "Anna: Did you hear that?\nBen: It was only the wind.\nAnna: The wind does *not* knock twice. [pause 0.6s] Go and look."
                },
            ),
            Start(
                "Numbers and names",
                "narrate.speak",
                settings={
                    "text": "On 3 May 2026, at 7:45 p.m., 1,250 people paid £12.50 each to hear Dr. Read read at the NASA museum on St. James St."
                },
            ),
        ),
    ),
)
