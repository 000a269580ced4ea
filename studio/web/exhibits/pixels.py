"""Exhibit 6: pixel by pixel."""

from studio.web.exhibits.exhibit import Exhibit, Question, Use
from studio.web.sendto import Method

EXHIBIT = Exhibit(
    name="pixels",
    title="One pixel after the other",
    group="networks",
    begin="The computer writes a drawing one dot at a time, as you write letters, and guesses each dot from those before it.",
    drag="Drag across the paper to draw an upper half, or drag the slider through the drawing.",
    words=("convolution", "PixelCNN", "bit"),
    about=(
        "PixelCNN writes a drawing as one writes a text: from left to right and from top to bottom. For each pixel it gives a chance to every colour, then one is drawn.",
        "It must never look at pixels that are not written yet. Masks in its convolutions see to that; with a single stack of them a wedge at the upper right is lost too.",
        "Since every chance is known, so is the number of bits that a drawing takes. A good model is a good compressor.",
    ),
    equations=(
        r"p(x) = \prod_i p(x_i \mid x_1, \ldots, x_{i-1})",
        r"h = \text{tanh}(W_f * x) \odot \sigma(W_g * x)",
        r"\text{bits} = -\sum_i \frac{\log p(x_i)}{\log 2}",
    ),
    symbols=(
        ("x_i", "the three colours of pixel i, in the order of writing"),
        (r"W_f * x", "a convolution whose mask sees only pixels that are written"),
        (r"\sigma(W_g * x)", "the gate: how much of it passes"),
        ("p", "a mixture of logistic curves over 256 levels"),
    ),
    papers=(
        ("van den Oord et al. 2016", "https://arxiv.org/abs/1606.05328"),
        ("Salimans et al. 2017", "https://arxiv.org/abs/1701.05517"),
        ("Ramachandran et al. 2017", "https://arxiv.org/abs/1704.06001"),
    ),
    tries=(
        "Draw the upper half of something and let the network finish the lower half, several times.",
        "Move the slider through the drawing and watch how the chances narrow inside an area and widen at an edge.",
        "Choose the network with the blind spot: the dark wedge at the upper right is what it cannot see.",
        "Compare the time with and without kept activations.",
    ),
    use=Use("Write small drawings in Generate", "#/generate/pixelcnn"),
    question=Question(
        "Why must the first layer not see the pixel that it predicts?",
        (
            "It would be too slow.",
            "It could copy the answer, and would have nothing to say of a pixel that is not there yet.",
            "The colours would mix.",
        ),
        1,
        "A network that may look at the answer learns to copy it. While it writes there is no answer to copy.",
    ),
    script="pixels",
    methods=(
        Method(
            "lab.pixels",
            "Pixel by pixel",
            "Writes a small drawing pixel by pixel and keeps what the network expected of each.",
            "Write the drawing",
        ),
    ),
    start={
        "prompt": "cat",
        "style": "any",
        "network": "gated",
        "temperature": 0.95,
        "seed": 1,
        "row": 16,
        "column": 16,
    },
)
