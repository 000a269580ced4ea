"""Exhibit 8: text without an order."""

from studio.web.exhibits.exhibit import Exhibit, Question, Use
from studio.web.sendto import Method

EXHIBIT = Exhibit(
    name="text",
    title="Text without an order",
    group="networks",
    begin="The computer fills gaps in a sentence in any order, and the easiest gap comes first.",
    drag="Choose an order and see which word came when.",
    words=("masked diffusion",),
    about=(
        "A model of masked diffusion reads both sides of a blank and may decide any place first. Masks fall one by one.",
        "A model that writes from left to right must commit before it has seen what follows.",
    ),
    equations=(
        r"q(x_t \mid x_0) = \alpha_t \, x_0 + (1 - \alpha_t) \, m",
        r"- \log p(x) \le \int \frac{1}{t} \sum_{i} - \log p_\theta(x_i \mid x_t) \, d t",
    ),
    symbols=(
        ("x_0", "the text"),
        ("x_t", "the text with a part t of its words masked"),
        ("m", "the mask"),
        (r"\alpha_t", "the share of words that are still there"),
        (r"p_\theta", "the network's guess of each masked word"),
    ),
    papers=(
        ("D3PM, Austin et al. 2021", "https://arxiv.org/abs/2107.03006"),
        ("MDLM, Sahoo et al. 2024", "https://arxiv.org/abs/2406.07524"),
    ),
    tries=(
        "Write a sentence of your own with ____ for a word and [3 words] for three.",
        "Look at the heat map: which places does the model decide first, and which are left to the end?",
        "Change the order from the surest place to chance, and compare the drafts.",
    ),
    use=Use("Fill the blanks of your own text in Write", "#/write/diffuse"),
    question=Question(
        "Why can masked diffusion fill the middle of a sentence better than a model from left to right?",
        ("It is larger.", "It reads what stands before and behind the blank.", "It knows more words."),
        1,
        "Each guess is conditioned on all words that are there, on both sides. A model from left to right sees only what came before.",
    ),
    script="text",
    methods=(
        Method(
            "lab.order",
            "Order of a text",
            "Fills a text several times and shows when each place was decided.",
            "Fill it six times",
        ),
    ),
    start={
        "text": "The old man walked [3 words] and sat down by the ____ of the sea.",
        "sampler": "confidence",
    },
)
