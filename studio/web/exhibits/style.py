"""Exhibit 5: what a network sees of style."""

from studio.web.exhibits.exhibit import Exhibit, Question, Use
from studio.web.sendto import Method

EXHIBIT = Exhibit(
    name="style",
    title="What style is to a network",
    group="networks",
    begin="To this network a style is which strokes and colours come together, wherever they stand in the picture.",
    drag="Drag across the painting to paint on it.",
    words=("layer", "Gram matrix"),
    about=(
        "A Gram matrix says which features of a layer appear together, and forgets where. To the network that is style.",
        "A picture can be made again from noise out of one layer's content or out of one layer's Gram matrix. Deep layers keep shapes and lose pixels.",
        "So a cubist painting lends its strokes and colours. It does not move an eye, because content asks for every shape at its place.",
    ),
    equations=(
        r"G_{ij} = \frac{1}{h w} \sum_{k} F_{ik} F_{jk}",
        r"L = \alpha \lVert F - P \rVert^2 + \beta \sum_{\ell} \lVert G_\ell - A_\ell \rVert^2",
    ),
    symbols=(
        ("F", "the features of the picture that is made: channels by places"),
        ("P", "the features of the photo"),
        ("G, A", "Gram matrices of the picture and of the painting"),
        (r"\alpha, \beta", "how much content and style count"),
        (r"h, w", "the size of the map of features"),
    ),
    papers=(
        ("Gatys et al. 2016", "https://arxiv.org/abs/1508.06576"),
        ("VGG, Simonyan & Zisserman 2015", "https://arxiv.org/abs/1409.1556"),
    ),
    tries=(
        "Paint on the painting and watch its Gram matrix change with every stroke.",
        "Move a part of the painting elsewhere: the matrix hardly changes, because it does not know places.",
        "Rebuild the photo from the first layer and from the fifth. Which one would you still recognise?",
        "Rebuild the painting from one layer's Gram matrix: its texture without its picture.",
    ),
    use=Use("Paint a photo this way in Stylize", "#/stylize/gatys"),
    question=Question(
        "Why does a cubist painting not rearrange a face?",
        (
            "The painting is too small.",
            "The Gram matrix says nothing of places, and content keeps every shape of the photo at its place.",
            "Faces are protected by the software.",
        ),
        1,
        "Style is what appears together, averaged over the picture. Where things stand comes from the content term alone.",
    ),
    script="style",
    methods=(
        Method(
            "lab.gram",
            "First layer",
            "Gives the first layer of VGG, with which the page computes Gram matrices.",
            "Open it",
        ),
        Method(
            "lab.layers", "From one layer", "Makes a picture again from what one layer of VGG sees of it.", "Rebuild it"
        ),
        Method(
            "lab.balance",
            "Content against style",
            "Paints a photo eight times, from much content to much style.",
            "Paint all eight",
        ),
    ),
    start={
        "photo": "samples/moose.jpg",
        "painting": "styles/hokusai-great-wave.jpg",
        "keep": "content",
        "layer": "conv4_1",
    },
)
