"""Writing the portrait networks to assets/weights, with directions of w, measured results and the card that says what they are made of."""

from pathlib import Path

import numpy as np
import torch

from pipelines.nets.stylegan2 import Encoder, Generator, Shape
from training.faces import data
from training.landing import compute, halves, write_card, write_tensors
from training.run import read

NAMED = {
    "turn": lambda f: f["yaw"] > 105,
    "smile": lambda f: f["expression"] == "happy" and f["strength"] > 0.6,
    "glasses": lambda f: f["glasses"] != "none",
    "beard": lambda f: f["beard"] in ("full", "long", "short"),
    "grey hair": lambda f: f["kind"].startswith("grand"),
    "dark skin": lambda f: f["skin"] in ("#7a4a30", "#5f3a28"),
    "hat": lambda f: f["hat"] != "none",
}
OPPOSITE = {
    "turn": lambda f: f["yaw"] < 75,
    "smile": lambda f: f["expression"] in ("sad", "angry") and f["strength"] > 0.5,
    "dark skin": lambda f: f["skin"] in ("#f8dcc4", "#f2c9a6"),
}


def directions(encoder: Encoder, pages: np.ndarray, facts: list[dict], most: int = 2400) -> tuple[dict, dict]:
    """Differences of mean w between portraits of which something is true and is not [latent], and how well each tells the two apart."""
    found, told = {}, {}
    w = styles(encoder, pages[:most])
    fit, check = slice(0, len(w) * 3 // 4), slice(len(w) * 3 // 4, None)
    spread = w[fit].T.cov() + 1e-2 * torch.eye(w.shape[1])
    for name, true in NAMED.items():
        false = OPPOSITE.get(name, lambda f, true=true: not true(f))
        yes = torch.tensor([true(f) for f in facts[: len(w)]])
        no = torch.tensor([false(f) for f in facts[: len(w)]])
        way = w[fit][yes[fit]].mean(0) - w[fit][no[fit]].mean(0)
        found[name] = way
        scores = w[check] @ torch.linalg.solve(spread, way)
        a, b = scores[yes[check]], scores[no[check]]
        told[name] = round(float((a[:, None] > b[None]).float().mean()), 3)
    return found, told


@torch.no_grad()
def styles(encoder: Encoder, pages: np.ndarray) -> torch.Tensor:
    """w of portraits uint8 [n,64,64,3] by the encoder: [n,latent]."""
    parts = []
    for first in range(0, len(pages), 64):
        x = torch.from_numpy(np.array(pages[first : first + 64]).transpose(0, 3, 1, 2).astype(np.float32) / 127.5 - 1)
        parts.append(encoder(x)[0])
    return torch.cat(parts)


def land(folder: Path, assets: Path) -> None:
    """portraits.safetensors (float16) and portraits.json."""
    saved = read(folder / "checkpoint.safetensors")
    facts = saved.facts
    shape = Shape.from_dict(facts["shape"])
    generator, encoder = Generator(shape).eval(), Encoder(shape).eval()
    generator.load_state_dict(saved.group("average"))
    encoder.load_state_dict(saved.group("encoder"))
    with torch.no_grad():
        z = torch.randn(4096, shape.latent, generator=torch.Generator().manual_seed(5))
        generator.mean.copy_(generator.mapping(z).mean(0))
    pages, back = data.load(folder)
    ways, apart = directions(encoder, pages, data.facts(folder))
    weights = {f"generator.{k}": v for k, v in generator.state_dict().items()}
    weights |= {f"encoder.{k}": v for k, v in encoder.state_dict().items()} | {
        f"directions.{k}": v for k, v in ways.items()
    }
    write_tensors(assets / "portraits.safetensors", halves(weights), shape=shape.as_dict())
    from training.faces.measure import measured

    card = {
        "name": "portraits",
        "what": "a small StyleGAN2 of 64x64 portraits of drawn people, and an encoder into its w",
        "licence": "Apache-2.0 (trained here on pictures that this repository's code draws)",
        "data": f"{len(pages)} portraits of pipelines/figures/portraits.py, seeds from 0 on; the last {data.HELD_BACK} drawn were kept back",
        "shape": shape.as_dict(),
        "recipe": facts["recipe"],
        "command": "python -m training.faces.train --folder FOLDER --warm MINUTES --minutes MINUTES --after MINUTES",
        "autoencoder": {"steps": facts["warm_steps"], "pictures": facts["warm_pictures"]},
        "contest": {"steps": facts["steps"], "pictures": facts["pictures"]},
        "compute": compute(facts["seconds"]),
        "result": measured(generator, encoder, pages, back) | {"directions, area under the curve": apart},
    }
    write_card(assets / "portraits.json", card)
