"""Train the two decoders of a face swap on two drawn people: `python -m training.faces.swap --folder FOLDER --minutes 12 --anneal 6`.

Each is drawn some hundred times with chance pose, expression and light; the encoder sees warped faces (as the first method did) and each decoder
gives its own person back unwarped. It may be stopped and goes on. `--land` writes the weights and their card.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from pipelines.figures.portraits import picture, portrait_of
from pipelines.lab.swap import PEOPLE
from pipelines.nets.two_decoders import Shape, TwoDecoders
from pipelines.redteam.parts.swap_training import pixels, pyramid_distance, warp_faces
from training.loop import Recipe, Run, averaged, card_of, command, land, train

EACH = 576  # portraits of each person
RECIPE = Recipe(batch=8, rate=5e-3)


def draw_portraits(folder: Path) -> np.ndarray:
    """Portraits of both people, uint8 [2,n,64,64,3]; drawn once. The grounds are chance, so that neither is known by it."""
    path = folder / "people.npy"
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        made = [[picture(replace(portrait_of(who, 70_000 + i), tilt=0.0)) for i in range(EACH)] for who in PEOPLE]
        np.save(path, np.array(made))
    return np.load(path)


def begin(people: np.ndarray) -> Run:
    """A run that has learned nothing yet."""
    torch.manual_seed(RECIPE.seed)
    net = TwoDecoders()

    def loss(run: Run) -> Tensor:
        dice, total = np.random.default_rng([run.recipe.seed, run.step]), torch.zeros(())
        for who in range(2):
            chosen = people[who][dice.integers(0, people.shape[1], run.recipe.batch // 2)]
            chosen = np.where(dice.random(len(chosen))[:, None, None, None] < 0.5, chosen[:, :, ::-1], chosen)
            with run.autocast:
                made = net(pixels(warp_faces(chosen, dice)), who)
            total = total + pyramid_distance(made.float(), pixels(chosen))
        return 50 * total

    return Run(net, RECIPE, loss, {"shape": Shape().as_dict()})


def main() -> None:
    """Command line."""
    options = command("training.faces.swap", __doc__, 12).parse_args()
    if not options.land:
        train(begin(draw_portraits(options.folder)), options)
        return
    weights, facts = averaged(options.folder / "checkpoint.safetensors")
    card = card_of(
        facts,
        "swap",
        "one encoder and two decoders that swap the faces of two drawn people, 64x64",
        "Apache-2.0 (trained here on pictures that this repository's code draws)",
        "training.faces.swap --folder FOLDER --minutes MINUTES",
        data=f"{EACH} portraits of each of two people of pipelines/figures/portraits.py",
    )
    land(options.assets, "swap", weights, card, shape=facts["shape"])


if __name__ == "__main__":
    main()
