"""Exhibit 2: Poisson flow, from charges to diffusion."""

from studio.web.exhibits.exhibit import Exhibit, Question, Use
from studio.web.sendto import Method

EXHIBIT = Exhibit(
    name="poisson",
    title="Charges that draw the data",
    group="plane",
    begin="Every point is charged like a balloon that was rubbed on wool, and the lines of its force lead marbles to it.",
    drag="Drag the picture on the left to turn it.",
    words=("ODE", "dimension", "diffusion", "Euler"),
    about=(
        "Put an electric charge on every data point. Seen from far away the charges look like one, so the field lines leave a hemisphere evenly.",
        "Points that follow the lines backwards, from the hemisphere to the plane, are distributed like the data.",
        "With more extra dimensions D the lines change step by step into those of diffusion.",
    ),
    equations=(
        r"E(x,z) \propto \sum_{i} \frac{(x - y_i, z)}{(\lVert x - y_i \rVert^2 + z^2)^{(N+D)/2}}",
        r"\frac{dx}{dr} = \frac{x - D(x,r)}{r} \, , \; r = \sigma \sqrt{D}",
    ),
    symbols=(
        ("E", "the field of all charges"),
        ("x, z", "a place: on the plane and in the extra dimensions"),
        ("y_i", "a data point, which is a charge"),
        ("N", "the dimensions of the data: two here"),
        ("D", "the extra dimensions; in D(x,r) the mean clean point"),
        ("r", "the distance from the plane"),
    ),
    papers=(
        ("PFGM, Xu et al. 2022", "https://arxiv.org/abs/2209.11178"),
        ("PFGM++, Xu et al. 2023", "https://arxiv.org/abs/2302.04265"),
    ),
    tries=(
        "Turn the picture on the left until you look along the plane, then from above.",
        "Change D from 1 to without end and watch the lines become those of diffusion.",
        "Give the marbles only five steps with D = 1 and with D = 256.",
        "Press “Count the steps against diffusion”: both networks learn the same data with the same seed.",
    ),
    use=Use("Generate draws by diffusion, which is its limit", "#/generate/object"),
    question=Question(
        "What becomes of Poisson flow when the number of extra dimensions grows without end?",
        ("It stops working.", "It becomes diffusion with Gaussian noise.", "It becomes an adversarial network."),
        1,
        "The kernel of D extra dimensions tends to a Gaussian when r grows as the noise level times the root of D. Small D has heavier tails.",
    ),
    script="poisson",
    methods=(
        Method(
            "lab.poisson",
            "Poisson field",
            "Learns the field of charges at points of the plane, for any number of extra dimensions.",
            "Train the network",
        ),
        Method(
            "lab.race",
            "Poisson flow against diffusion",
            "Trains both on the same data and counts the evaluations that each needs.",
            "Count the steps",
        ),
    ),
    start={"shape": "ring", "dimensions": "1", "steps": 18},
)
