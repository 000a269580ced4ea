"""Generate: a sentence becomes a picture in layers; single drawings, and what our model is made of."""

from studio.web.sendto import Example, Method, Start, Tab

TAB = Tab(
    "Generate",
    "Make a picture",
    (
        Method(
            "generate.storybook",
            "Storybook",
            "Turns a sentence into a scene in layers. You can move, redraw and animate the layers.",
            "Paint the scene",
        ),
        Method(
            "generate.character",
            "Characters",
            "Somebody with a body who acts and stays the same, from words. Painted by code.",
            "Make the character",
        ),
        Method(
            "generate.object",
            "Drawings",
            "Draws one thing on a transparent background, up to nine times. You can begin with a doodle or a drawing.",
            "Draw them",
            how="A diffusion model begins with noise and takes it away step by step. A second network makes the drawing larger.",
        ),
        Method(
            "generate.codes",
            "From pieces",
            "Draws one thing out of 64 small pieces, up to nine times.",
            "Draw them",
            how="A transformer writes 64 codes, one for each piece, and a decoder turns them into a drawing.",
        ),
        Method(
            "generate.complete",
            "Complete",
            "Completes a drawing: the part that is there stays, and the rest is drawn.",
            "Complete it",
        ),
        Method(
            "generate.pixelcnn",
            "Pixel by pixel",
            "Writes a small drawing pixel by pixel, or finishes the lower half of your doodle.",
            "Write it",
            how="PixelCNN gives each colour a chance from the pixels that are there, and one is drawn.",
        ),
        Method(
            "generate.faces",
            "Faces",
            "Draws portraits of people who do not exist, and mixes them. The model learned from faces that the studio's own code draws.",
            "Draw the faces",
            how="A GAN (StyleGAN2): one network draws faces, and another learned to tell them from those that it was given.",
        ),
        Method(
            "generate.layered",
            "Take apart",
            "Takes a photo apart into layers that you can move and animate, with a large model of a model hub.",
            "Take it apart",
        ),
        Method(
            "generate.diffusion",
            "Hub models",
            "Paints with Stable Diffusion and later models, downloaded from a model hub. You can start from words, a picture, a mask or lines. Works best with a GPU.",
            "Paint it",
        ),
        Method(
            "generate.painted",
            "Paint a scene",
            "Has a large model of a model hub paint a Storybook picture: it keeps to our drawing as freely as you say, figure by figure if you like. Works best with a GPU.",
            "Paint it",
            how="The model is told what the studio knows: the drawing, how near everything is, poses, masks, and words for each figure from the scene.",
        ),
        Method(
            "generate.enlarge",
            "Enlarge",
            "Makes a drawing or a photograph two, four or eight times as large.",
            "Enlarge it",
        ),
        Method(
            "generate.retouch",
            "Retouch",
            "Removes what you paint over and fills the gap from the rest of the picture. Needs no GPU; Hub models paint something new in its place.",
            "Take it out",
        ),
        Method("generate.cutout", "Cut out", "Removes the background of a picture.", "Cut it out"),
        Method("generate.edges", "Lines", "Finds the lines of a picture.", "Find the lines"),
    ),
    Example(
        picture="examples/generate.webp",
        alt="A storybook scene painted from a sentence.",
        caption="“A red fox beside a house by the sea at sunset.”",
        invitation="Describe a picture, or start with one of these.",
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
