"""Exhibit 3: neural ODEs and continuous normalizing flows."""

from studio.web.exhibits.exhibit import Exhibit, Question, Use
from studio.web.sendto import Method

EXHIBIT = Exhibit(
    name="flow",
    title="A river from noise to data",
    group="plane",
    begin="A stream carries a shapeless cloud of dots to the place where it forms a picture, and back again.",
    drag="Drag “Time” from 0 to 1.",
    words=("ODE", "Euler", "Runge-Kutta 4", "Jacobian", "likelihood", "RealNVP"),
    about=(
        "A network says at every place and time which way to go. Solving that equation carries noise to data, and backwards data to noise.",
        "The flow carries density along: where the river narrows, density grows, and the trace of the Jacobian says by how much. So each point has an exact likelihood.",
        "The paths never cross, which is why every point has one way back.",
    ),
    equations=(
        r"\frac{dx}{dt} = v_\theta(x,t)",
        r"\frac{d \log p(x)}{dt} = - \tr \frac{\partial v}{\partial x} \approx - \epsilon^\top \frac{\partial v}{\partial x} \epsilon",
    ),
    symbols=(
        ("x", "a point on its way"),
        ("t", "the time: 0 is noise, 1 is data"),
        (r"v_\theta", "the velocity that the network gives"),
        ("p", "the density that is carried along"),
        (r"\epsilon", "random signs, for Hutchinson's estimate of the trace"),
    ),
    papers=(
        ("Neural ODE, Chen et al. 2018", "https://arxiv.org/abs/1806.07366"),
        ("FFJORD, Grathwohl et al. 2019", "https://arxiv.org/abs/1810.01367"),
        ("Flow matching, Lipman et al. 2023", "https://arxiv.org/abs/2210.02747"),
        ("RealNVP, Dinh et al. 2017", "https://arxiv.org/abs/1605.08803"),
    ),
    tries=(
        "Drag the time from 0 to 1 and watch the net of lines bend without crossing itself.",
        "Set Euler with six steps and press “Run backwards”: red marbles show how far from home they arrive. Then take Runge-Kutta 4.",
        "Train the network, then press “Measure this flow”: tolerance against evaluations, memory, and RealNVP with as many weights.",
        "Draw two islands far apart and look at the thread that the flow cannot tear.",
    ),
    use=Use("Generate draws along such a way from noise", "#/generate/object"),
    question=Question(
        "Why does the adjoint method need less memory than backpropagation?",
        (
            "It solves the equation backwards instead of keeping every step.",
            "It uses numbers with fewer bits.",
            "It leaves out half of the weights.",
        ),
        0,
        "Backpropagation keeps what every step computed, so memory grows with depth. The adjoint computes it again on the way back, and pays with time.",
    ),
    script="flow",
    methods=(
        Method(
            "lab.flow",
            "Continuous flow",
            "Learns a velocity that carries noise to points of the plane and back.",
            "Train the network",
        ),
        Method(
            "lab.measure_flow",
            "Measure a flow",
            "Measures tolerance, the way back, likelihood and memory of a flow, and RealNVP beside it.",
            "Measure it",
        ),
    ),
    start={"shape": "moons", "steps": 24, "solver": "midpoint", "learning": "matching"},
)
