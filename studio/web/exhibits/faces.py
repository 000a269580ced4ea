"""Exhibit 9: faces that nobody has, and the two decoders of a face swap."""

from studio.web.exhibits.exhibit import Exhibit, Question, Use
from studio.web.sendto import Method

EXHIBIT = Exhibit(
    name="faces",
    title="Faces that nobody has",
    group="networks",
    begin="These people do not exist: the computer makes each face from random numbers.",
    drag="Drag “Truncation” from 0 to 1.5.",
    words=("StyleGAN2", "layer", "truncation"),
    about=(
        "StyleGAN2 first turns noise into a style. The style then scales the channels of each layer: the coarse layers set pose and shape, the fine ones colours.",
        "Styles can be mixed layer by layer, walked between, added, and drawn nearer to the mean face. A portrait can be looked for among them.",
        "A face swap needs less: one encoder that both people share, and a decoder for each. The faces here are drawn by code, and none of these people exist.",
    ),
    equations=(
        r"w = f(z)",
        r"w' = \bar{w} + \psi (w - \bar{w})",
        r"W'_{i j k} = \frac{s_i W_{i j k}}{\sqrt{\sum_{i k} (s_i W_{i j k})^2}}",
    ),
    symbols=(
        ("z", "noise, 128 numbers"),
        ("w", "the style; each layer takes its own scales s from it"),
        (r"\psi", "truncation: 0 is the mean face, 1 leaves the style as it is"),
        ("W", "the weights of a convolution, scaled and brought back to one size"),
    ),
    papers=(
        ("Karras et al. 2019", "https://arxiv.org/abs/1812.04948"),
        ("Karras et al. 2020", "https://arxiv.org/abs/1912.04958"),
        ("Abdal et al. 2019", "https://arxiv.org/abs/1904.03189"),
        ("Rössler et al. 2019", "https://arxiv.org/abs/1901.08971"),
        ("POS, Wang et al. 2017", "https://doi.org/10.1109/TBME.2016.2609282"),
    ),
    tries=(
        "Mix two faces by layer: find the layer from which only colours change.",
        "Set truncation to 0, then to 1.5.",
        "Doodle a face on the pad and let the search look for it.",
        "Swap the faces of the two drawn people, then turn the head: the expression stays, the person changes.",
        "Film a face with a pulse and blinks: the swapped film has lost both. Then lower the pulse until Detect misses it in the real one.",
        "Look at the spectrum: made faces have less power at high frequencies than drawn ones. Detectors read such traces.",
    ),
    use=Use("Draw faces in Generate", "#/generate/faces"),
    question=Question(
        "What do the styles of the first, coarse layers decide?",
        (
            "The colour of the skin and the background.",
            "The turn and the shape of the head.",
            "The grain of the picture.",
        ),
        1,
        "Coarse layers work on maps of 4 × 4 and 8 × 8, where only the large shape fits. Fine layers paint it.",
    ),
    script="faces",
    methods=(
        Method(
            "lab.faces",
            "Faces by style",
            "Mixes, walks between and looks for faces of a small StyleGAN2.",
            "Draw the faces",
        ),
        Method("lab.swap", "Two decoders", "Gives the face of one drawn person to another.", "Swap the faces"),
        Method(
            "lab.signs",
            "Pulse and blinks",
            "Films a drawn face, swaps it, and reads pulse and blinks from both films.",
            "Film and swap",
        ),
    ),
    start={
        "show": "grid",
        "first": 3,
        "second": 12,
        "from": 3,
        "truncation": 0.8,
        "direction": "smile",
        "seed": 0,
        "expression": "happy",
        "yaw": 100,
        "who": "first",
        "pulse": 72,
        "strength": 1.5,
        "blinks": 20,
        "noise": 1.0,
    },
    minutes=5,
)
