"""Animate: pictures in motion."""

from studio.web.sendto import Example, Method, Start, Tab

TAB = Tab(
    "Animate",
    "Set it in motion",
    (
        Method(
            "animate.camera",
            "Camera",
            "A camera moves through one picture, with depth where something stands out.",
            "Film it",
        ),
        Method(
            "animate.layers",
            "Layers",
            "A Storybook picture comes alive: say what moves, and how. Generate paints one and sends it here; a photograph has no layers.",
            "Animate it",
        ),
        Method(
            "animate.loop",
            "Endless loop",
            "Water, clouds or flames drift for ever inside a painted mask.",
            "Make it flow",
        ),
        Method("animate.morph", "Morph", "One picture turns into another.", "Morph them"),
        Method("animate.talk", "Talk", "A face that agrees, or a drawing, speaks a sound.", "Let it speak"),
        Method(
            "animate.diffusion",
            "Hub models",
            "Films by large models of a hub, from words or from a picture. Best on a GPU.",
            "Film it",
        ),
        Method("animate.interpolate", "In between", "More frames between the frames of a video.", "Fill in frames"),
        Method("animate.pace", "Pace", "Slower, faster, backwards, there and back.", "Change the pace"),
        Method("animate.stabilise", "Steady", "A shaky video calmed.", "Steady it"),
    ),
    Example(
        picture="examples/animate.webp",
        alt="Two frames of one film: a moose, seen a little from the left and a little from the right.",
        caption="One photograph, a camera that moves round.",
        invitation="Drop a picture at the left and choose a movement, or begin with this one.",
        starts=(Start("Begin with this", "animate.camera", {"picture": "samples/moose.jpg"}, {"move": "orbit"}),),
    ),
)
