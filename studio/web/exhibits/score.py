"""Exhibit 1: score matching and Langevin dynamics."""

from studio.web.exhibits.exhibit import Exhibit, Question, Use
from studio.web.sendto import Method

EXHIBIT = Exhibit(
    name="score",
    title="Marbles that find the data",
    group="plane",
    begin="Marbles roll to where the orange points are, like marbles that roll down into hollows.",
    drag="Drag across the left picture to draw points of your own.",
    words=("density", "score", "Langevin", "ODE", "SDE", "Euler", "Heun", "DPM-Solver++"),
    about=(
        "A score field points at every place towards where data are denser. Marbles that follow it with a little noise end up where the data are.",
        "A network can learn the field without knowing the density: it learns to remove noise.",
        "With one small noise level the marbles stay on the first island that they meet. A noise level that falls slowly spreads them fairly.",
    ),
    equations=(
        r"\nabla_x \log p_\sigma(x) = \frac{D(x,\sigma) - x}{\sigma^2}",
        r"x \to x + \frac{\alpha}{2} \nabla_x \log p_\sigma(x) + \sqrt{\alpha} \, z",
    ),
    symbols=(
        ("x", "where a marble is"),
        (r"p_\sigma", "the density of the data after noise of level σ was added"),
        (r"D(x,\sigma)", "the network's guess of the clean point"),
        (r"\sigma", "the noise level"),
        (r"\alpha", "the size of a step"),
        ("z", "fresh Gaussian noise"),
    ),
    papers=(
        ("Hyvärinen 2005", "https://jmlr.org/papers/v6/hyvarinen05a.html"),
        ("Vincent 2011", "https://doi.org/10.1162/NECO_a_00142"),
        ("Song & Ermon 2019", "https://arxiv.org/abs/1907.05600"),
        ("Karras et al. 2022", "https://arxiv.org/abs/2206.00364"),
    ),
    tries=(
        "Compare one noise level, which begins in a corner, with falling noise levels: in the first the marbles stay on the island that is nearest.",
        "Set both sides to the same ODE and SDE with the same start: the clouds agree and the paths differ.",
        "Draw your own points, press “Train the network” and watch how the arrows turn.",
        "Give the ODE only six steps with Euler, then with Heun or DPM-Solver++.",
    ),
    use=Use("Generate draws by such a score", "#/generate/object"),
    question=Question(
        "Why do marbles with one small noise level fill the islands unfairly?",
        (
            "The network is too small.",
            "Between the islands the density is almost nothing, so no arrow leads from one to the other.",
            "The marbles are too fast.",
        ),
        1,
        "Where there are no data the score of little noise knows nothing of far islands. More noise joins the islands, and less noise parts them again.",
    ),
    script="score",
    methods=(
        Method(
            "lab.score",
            "Score field",
            "Learns the score field of points in the plane by removing noise from them.",
            "Train the network",
        ),
    ),
    start={"shape": "islands", "left": "single", "right": "annealed", "field": "exact", "sigma": 0.15, "steps": 120},
)
