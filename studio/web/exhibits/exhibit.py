"""What an exhibit of the Lab declares: words, equation, paper, what to try, its start, its pipelines, its place in the school."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from pipelines.core.models import ASSETS
from studio.web.exhibits.mathml import inline, mathml
from studio.web.sendto import Method

GROUPS = {
    "plane": "The playground in the plane",
    "networks": "On the studio's own networks",
    "whole": "The whole chain",
}

TERMS = {
    "density": "How crowded a place is with points.",
    "score": "An arrow at every place that points to where it is more crowded.",
    "Langevin": "Steps along the arrows, each with a little chance in it.",
    "ODE": "An ordinary differential equation: a rule that says at every place which way to go. The same start always gives the same path.",
    "SDE": "A stochastic differential equation: the same with a little chance in every step, so no two paths are alike.",
    "Euler": "The simplest way to follow an ODE: look once, then step straight on.",
    "Heun": "Look, try a step, look again there, and go by the mean of both. Two looks a step, and far more exact.",
    "DPM-Solver++": "A way to follow the ODE that remembers its last look, so that few steps are enough.",
    "Runge-Kutta 4": "Four looks a step, weighed together; very exact.",
    "diffusion": "Noise is added to data step by step, and a network learns to take it away again.",
    "dimension": "A direction in which one can move: a sheet of paper has two, a room has three.",
    "Jacobian": "A table that says how much a place is stretched in each direction.",
    "likelihood": "How likely a model finds something.",
    "RealNVP": "A model of few fixed steps, each of which can be undone.",
    "GAN": "Two networks play against each other: one makes copies, the other tries to tell them from the real.",
    "VAE": "A network that squeezes something into few numbers and unfolds it again.",
    "energy": "A landscape that is low where data are; marbles roll down into it.",
    "gradient": "Which way, and how strongly, a change here changes the result.",
    "layer": "One step of a network. Early layers see edges, late ones whole shapes.",
    "Gram matrix": "A table that says which features appear together, without saying where.",
    "convolution": "The same small pattern is looked for at every place of a picture.",
    "PixelCNN": "A network that guesses every pixel from those before it.",
    "bit": "The answer to one question of yes or no.",
    "autoencoder": "A network that writes a picture as few numbers, and another that reads it back.",
    "codec": "A pair of programs: one writes a sound or picture in few bits, the other reads it back.",
    "codebook": "A numbered list of vectors; instead of a vector only its number is written.",
    "transformer": "A network in which every part of a text or picture looks at all the others.",
    "VQGAN": "An autoencoder that learned with a critic that wants to see sharp pictures.",
    "masked diffusion": "Words are hidden, and a network learns to find them again.",
    "noise": "Chance that is added: other words, or other pixels.",
    "StyleGAN2": "A GAN that turns random numbers into a style first, and the style into a picture.",
    "truncation": "How far faces may be from the average face: at 0 all are the same.",
    "purification": "Noise is added to a picture and taken away again, so that a hidden change goes with it.",
    "hash": "A fingerprint of data: the smallest change gives another one.",
    "licence": "What others allow you to do with their work.",
}


@dataclass(frozen=True)
class Question:
    """A question after an exhibit: the answers, which one is right (from 0), and why."""

    text: str
    answers: tuple[str, ...]
    right: int
    why: str


@dataclass(frozen=True)
class Use:
    """Where the same idea works on real material: a label and an address of the page."""

    label: str
    address: str


@dataclass(frozen=True)
class Exhibit:
    """One exhibit. Its code in the page is static/lab/<script>.js; `start` is the state that it opens with.

    `methods` are the pipelines that it runs; they appear in REST, MCP and Help.
    """

    name: str
    title: str
    group: str
    begin: str  # one sentence that a visitor of fifteen understands
    drag: str  # the one thing to begin with
    words: tuple[str, ...]  # of TERMS, explained under the exhibit
    about: tuple[str, ...]
    equations: tuple[str, ...]  # in the TeX that mathml.py reads
    symbols: tuple[tuple[str, str], ...]
    papers: tuple[tuple[str, str], ...]  # what it is called, its address
    tries: tuple[str, ...]
    use: Use
    question: Question
    script: str
    methods: tuple[Method, ...] = ()
    start: Mapping[str, Any] = field(default_factory=dict)
    extra: Mapping[str, Any] = field(default_factory=dict)  # what else its code in the page needs
    minutes: int = 4

    def described(self) -> dict[str, Any]:
        """As the page reads it."""
        said = asdict(self)
        del said["methods"]
        said["start"], said["extra"] = dict(self.start), dict(self.extra)
        said["words"] = [{"term": term, "means": TERMS[term]} for term in self.words]
        said["equations"] = [mathml(one) for one in self.equations]
        said["symbols"] = [{"symbol": inline(symbol), "means": means} for symbol, means in self.symbols]
        said["papers"] = [{"name": name, "address": address} for name, address in self.papers]
        said["picture"] = (ASSETS / "lab" / f"{self.script}.webp").is_file()
        said["pipelines"] = [method.pipeline for method in self.methods]
        return said
