"""Exhibit 10: attacks and purification."""

from studio.web.exhibits.exhibit import Exhibit, Question, Use
from studio.web.sendto import Method

EXHIBIT = Exhibit(
    name="nudge",
    title="A nudge, and how noise takes it away",
    group="networks",
    begin="A change that is too small to see can make the computer see something else.",
    drag="Drag “Levels of 255” up from 0, then look for the nudge.",
    words=("gradient", "purification"),
    about=(
        "A change that nobody sees can change what a network says. It is found by following the network's own gradient.",
        "The nudge may go to the noise that a drawing begins with, to the numbers of its words, or to a picture that Detect reads.",
        "Noise that is added and removed again takes much of the nudge away, and some of the picture with it. The curve shows both.",
    ),
    equations=(
        r"\delta \to P(\delta - \alpha \frac{\nabla_\delta L}{\lVert \nabla_\delta L \rVert})",
        r"\lVert \delta \rVert \le \epsilon",
    ),
    symbols=(
        (r"\delta", "the nudge"),
        ("L", "how far the result is from what it shall become"),
        (r"\alpha", "the size of a step"),
        ("P", "cuts the nudge back to the budget"),
        (r"\epsilon", "the budget: how long the nudge may be"),
    ),
    papers=(
        ("Madry et al. 2018", "https://arxiv.org/abs/1706.06083"),
        ("Nie et al. 2022 (DiffPure)", "https://arxiv.org/abs/2205.07460"),
        ("Meng et al. 2022 (SDEdit)", "https://arxiv.org/abs/2108.01073"),
    ),
    tries=(
        "Give the noise a budget of 0: nothing changes. Then raise it step by step.",
        "Compare the same budget on the noise and on the words.",
        "Nudge a picture by two levels of 255, and look at the difference times ten.",
        "Nudge a picture: the nudge aims at the signal that decides Detect's verdict, and the whole verdict is shown before and after.",
        "Find the least noise that takes the nudge away.",
    ),
    use=Use("Examine a picture in Detect", "#/detect/examine"),
    question=Question(
        "Why does adding and removing noise take a nudge away?",
        (
            "The nudge is small and exact. Noise of the same size covers it, and the denoiser then paints what is likely.",
            "Noise makes the network slower.",
            "The nudge was only in the colours.",
        ),
        0,
        "A nudge works by an exact pattern. A likely picture without that pattern is what the denoiser gives back.",
    ),
    script="nudge",
    methods=(
        Method(
            "lab.nudge",
            "Nudge and purification",
            "Finds a small change with a large effect, and takes it away with noise.",
            "Look for the nudge",
        ),
    ),
    start={
        "what": "picture",
        "prompt": "a fox",
        "towards": "a house",
        "budget": 0.2,
        "levels": 2,
        "steps": 4,
        "seed": 1,
    },
)
