"""Exhibit 4: energy, GAN and VAE on the same data."""

from studio.web.exhibits.exhibit import Exhibit, Question, Use
from studio.web.sendto import Method

EXHIBIT = Exhibit(
    name="contrast",
    title="Three other ways, and how they fail",
    group="plane",
    begin="Three programs learn to copy your points, and each makes mistakes of its own.",
    drag="Drag across the field to draw points of your own.",
    words=("GAN", "VAE", "energy", "gradient"),
    about=(
        "A GAN learns against a critic, a VAE through a narrow code, an energy by pushing its own samples up.",
        "On the same points each fails in its own way: the GAN draws threads and may forget an island, the VAE blurs, and marbles on the energy need many steps.",
    ),
    equations=(
        r"\min_G \max_C \; \log \sigma(C(x)) + \log (1 - \sigma(C(G(z))))",
        r"\log p(x) \ge \text{E} [ \log p(x \mid z) ] - \text{KL}( q(z \mid x) \lVert p(z) )",
        r"p(x) \propto \exp(-E(x))",
    ),
    symbols=(
        ("G, C", "the generator and its critic"),
        ("z", "Gaussian noise, or the code of the VAE"),
        (r"q(z \mid x)", "the encoder's guess of the code"),
        ("E(x)", "the energy: low where data are (the letter E with brackets of its own is a mean)"),
    ),
    papers=(
        ("GAN, Goodfellow et al. 2014", "https://arxiv.org/abs/1406.2661"),
        ("R1, Mescheder et al. 2018", "https://arxiv.org/abs/1801.04406"),
        ("VAE, Kingma & Welling 2014", "https://arxiv.org/abs/1312.6114"),
        ("Energies, Du & Mordatch 2019", "https://arxiv.org/abs/1903.08689"),
    ),
    tries=(
        "Watch the GAN while it learns: its marbles jump from island to island and may stay on one.",
        "Try other seeds, then set the gradient penalty to 0.5: the GAN jumps less.",
        "Lower the spread of the VAE's output, and threads appear between the islands.",
        "Draw a word and see which of the three can still read it.",
    ),
    use=Use("Generate makes faces with an adversarial network", "#/generate/faces"),
    question=Question(
        "What is mode collapse?",
        (
            "The generator makes only a part of the data, because that is enough to deceive the critic.",
            "The critic stops learning because the rate is too small.",
            "The network loses its weights.",
        ),
        0,
        "The loss asks for samples that look real, not for all of them. A penalty on the critic's slope makes it smoother and keeps the generator from jumping.",
    ),
    script="contrast",
    methods=(
        Method(
            "lab.contrast",
            "GAN, VAE and energy",
            "Trains three kinds of models on the same points of the plane, side by side.",
            "Train all three",
        ),
    ),
    start={"shape": "islands", "penalty": 0.0, "blur": 0.15, "seed": 0},
)
