"""Animate: pictures in motion."""

from studio.web.sendto import Example, Method, Start, Tab

TAB = Tab(
    "Animate",
    "Set it in motion",
    (
        Method(
            "animate.camera",
            "Camera",
            "Moves a camera through one picture. Things in front move more than the background.",
            "Film it",
        ),
        Method(
            "animate.layers",
            "Layers",
            "Brings a Storybook picture to life: describe what moves, and how. Make the picture in Generate and send it here; photographs have no layers.",
            "Animate it",
        ),
        Method(
            "animate.loop",
            "Endless loop",
            "Makes water, clouds or flames move without end inside a mask that you paint.",
            "Make it flow",
        ),
        Method(
            "animate.drag",
            "Drag",
            "Moves parts of a picture along arrows that you draw. A large model from a model hub can make the motion natural.",
            "Drag it",
        ),
        Method("animate.morph", "Morph", "Turns one picture into another.", "Morph them"),
        Method("animate.talk", "Talk", "Makes a face or a drawing speak a recording.", "Let it speak"),
        Method(
            "animate.erase",
            "Take something out",
            "Takes something out of a short video: you paint over it in one picture, and what lies behind it comes from other pictures.",
            "Take it out",
        ),
        Method(
            "animate.diffusion",
            "Hub models",
            "Makes films with large models from a model hub, from words or a picture. Works best with a GPU.",
            "Film it",
        ),
        Method("animate.interpolate", "In between", "Adds frames between the frames of a video.", "Fill in frames"),
        Method(
            "animate.pace", "Pace", "Plays a video slower, faster, backwards, or forwards and back.", "Change the pace"
        ),
        Method("animate.stabilise", "Steady", "Steadies a shaky video.", "Steady it"),
    ),
    Example(
        picture="examples/animate.webp",
        alt="Two frames of one film: a moose, seen a little from the left and a little from the right.",
        caption="One photograph, a camera that moves round.",
        invitation="Add a picture and choose a movement, or start with this one.",
        starts=(Start("Begin with this", "animate.camera", {"picture": "samples/moose.jpg"}, {"move": "orbit"}),),
    ),
)
