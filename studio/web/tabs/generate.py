"""Generate: a sentence becomes a picture in layers; single drawings, and what our model is made of."""

from studio.web.sendto import Example, Method, Start, Tab

TAB = Tab(
    "Generate",
    "Make a picture",
    (
        Method(
            "generate.storybook",
            "Storybook",
            "A sentence becomes a scene in layers, which you can drag, draw again and animate.",
            "Paint the scene",
        ),
        Method(
            "generate.character",
            "Characters",
            "Somebody with a body who acts and stays the same, from words. Painted by code.",
            "Make the character",
        ),
        Method("generate.object", "Drawings", "Single things on nothing, up to nine at once.", "Draw them"),
        Method("generate.codes", "Codes", "Single things, written code by code: 64 codes a drawing.", "Write them"),
        Method(
            "generate.complete",
            "Complete",
            "A half-erased drawing: what is left stays, the rest is written.",
            "Complete it",
        ),
        Method("generate.sketch", "From a doodle", "Your doodle, redrawn as the thing that you name.", "Redraw it"),
        Method("generate.variations", "Variations", "Neighbours of one drawing.", "Vary it"),
        Method("generate.walk", "Walk", "From one thing to another, step by step.", "Walk"),
        Method("generate.grid", "Grid", "Two settings, all their values, side by side.", "Draw the grid"),
        Method(
            "generate.faces",
            "Faces",
            "People who do not exist, and sums of them. Learned from synthetic people; not for commercial use.",
            "Draw the faces",
        ),
        Method(
            "generate.facewalk",
            "Face walk",
            "From face to face of people who do not exist. Not for commercial use.",
            "Walk",
        ),
        Method(
            "generate.diffusion",
            "Hub models",
            "Stable Diffusion and its successors, fetched from a hub: from words, a picture, a mask or lines. Best on a GPU.",
            "Paint it",
        ),
        Method(
            "generate.enlarge", "Enlarge", "A drawing or a photograph two, four or eight times as large.", "Enlarge it"
        ),
        Method("generate.cutout", "Cut out", "What stands out, on nothing.", "Cut it out"),
        Method("generate.edges", "Lines", "The lines of a picture.", "Find the lines"),
        Method("generate.likelihood", "Weigh", "How many bits our model needs for a drawing.", "Weigh it"),
        Method("generate.codebook", "Codebook", "All codes as pictures, or those of a drawing.", "Show the codes"),
        Method("generate.rearrange", "Rearrange", "Changes of a scene's layers, as the editor makes them.", "Apply"),
    ),
    Example(
        picture="examples/generate.webp",
        alt="A storybook scene painted from a sentence.",
        caption="“A red fox beside a house by the sea at sunset.”",
        invitation="Say what the picture shows, or begin with one of these.",
        starts=(
            Start(
                "A fox by the sea",
                "generate.storybook",
                settings={"prompt": "a red fox beside a house by the sea at sunset"},
            ),
            Start(
                "Winter night",
                "generate.storybook",
                settings={"prompt": "a small dog in front of a castle in the snow at night, the moon above the castle"},
            ),
            Start(
                "Three balloons",
                "generate.storybook",
                settings={"prompt": "three red balloons above a bicycle in a meadow in the afternoon"},
            ),
        ),
    ),
)
