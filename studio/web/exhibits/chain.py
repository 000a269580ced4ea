"""Exhibit 11: the chain of a finished piece, and which model for which job."""

from studio.web.exhibits.exhibit import Exhibit, Question, Use

# job, where, when a person must look; docs/which-model.md has the same rows, and a test compares the two
GUIDE = (
    (
        "A picture of a scene from a sentence",
        "Generate: Storybook",
        "Always: look whether every figure of the sentence is there.",
    ),
    (
        "One thing on a transparent background",
        "Generate: one thing",
        "When the thing is unusual: the small model knows a few hundred.",
    ),
    (
        "A photo in the style of a painting, at once",
        "Stylize: any painting",
        "When there are faces: calm styles keep them, wild ones do not.",
    ),
    (
        "A photo in the style of a painting, carefully",
        "Stylize: step by step",
        "When it must look like that very painting.",
    ),
    (
        "A missing word or line",
        "Write: fill",
        "Always for facts and names: the model knows what is likely, not what is true.",
    ),
    ("A text read aloud", "Narrate", "For names, numbers and foreign words."),
    ("Music under a film", "Compose", "When the mood must fit a moment to the second."),
    (
        "Was AI used to make this?",
        "Detect",
        "Always: without a signature the answer is a hint and can be “cannot tell”.",
    ),
)

EXHIBIT = Exhibit(
    name="chain",
    title="The chain of a finished piece",
    group="whole",
    begin="Every film is built of parts, and this tree shows which part was made from which.",
    drag="Choose a film of your shelf and open its branches.",
    words=("hash", "licence"),
    about=(
        "A film or a picture of the studio is a tree: every part was made by a method from other parts.",
        "The tree names each model, how long it took and under which licence it stands. The same tree is signed into the file.",
    ),
    equations=(r"\text{id} = \text{hash}( \text{method}, \text{settings}, \text{id}_1, \ldots, \text{id}_n )",),
    symbols=(
        (r"\text{id}", "the name of a result"),
        (r"\text{id}_1, \ldots, \text{id}_n", "the names of what it was made from"),
    ),
    papers=(
        ("C2PA, content credentials", "https://spec.c2pa.org/"),
        ("Model cards, Mitchell et al. 2019", "https://arxiv.org/abs/1810.03993"),
    ),
    tries=(
        "Choose a film of your shelf and find the part that took longest.",
        "Look for a model whose licence forbids commercial use.",
        "Replace one part in its tab and look at the tree again: only what depends on it has a new name.",
    ),
    use=Use("Make a film whose chain you can read here", "#/film"),
    question=Question(
        "You change the voice of one scene. What must be made again?",
        (
            "The whole film with all pictures.",
            "Only what was made from that voice.",
            "Nothing, the film changes by itself.",
        ),
        1,
        "The name of every part is computed from its settings and its parts. What does not contain the voice keeps its name and is not made again.",
    ),
    script="chain",
    start={"result": ""},
    extra={"guide": [list(row) for row in GUIDE]},
)
