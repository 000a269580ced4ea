"""Train the PixelCNN of small drawings: `python -m training.pixelcnn.train --folder FOLDER --minutes 60 --anneal 24`; it may be stopped and goes on.

`--blind` trains the single stack with the blind spot; `--land` writes the averaged weights to assets/weights with their card.
"""

from __future__ import annotations

import torch
from torch import Tensor

from pipelines.nets.logistic_mixture import bits_per_dimension
from pipelines.nets.pixelcnn import PixelCNN, Shape
from training.loop import Recipe, Run, averaged, card_of, command, land, train
from training.objects.data import attribute_sources, core, hold_out, prepare
from training.objects.train import with_cache
from training.objects.words import CORE_STYLES, STYLES
from training.pixelcnn import data

RATE, BLIND_RATE = 4e-3, 2e-3  # of the matrices; the single stack needs half of it


def begin(shape: Shape, drawings: data.Drawings) -> Run:
    """A run that has learned nothing yet."""
    recipe = Recipe(batch=8, rate=BLIND_RATE if shape.blind else RATE, adam_rate=1.5e-3, warm_steps=125)
    torch.manual_seed(recipe.seed)
    net = PixelCNN(shape).to(memory_format=torch.channels_last)

    def loss(run: Run) -> Tensor:
        x, text, styles = (torch.from_numpy(part) for part in data.batch(drawings, run.seen, recipe.batch, recipe.seed))
        with run.autocast:
            numbers = net(x.contiguous(memory_format=torch.channels_last), net.conditioning(text, styles))
        return bits_per_dimension(numbers.float(), x).mean()

    return Run(net, recipe, loss, {"shape": shape.as_dict()})


def main() -> None:
    """Command line."""
    parser = with_cache(command("training.pixelcnn.train", __doc__, 60))
    parser.add_argument("--blind", action="store_true", help="one stack, with the blind spot")
    options = parser.parse_args()
    if not options.land:
        train(begin(Shape(blind=options.blind), data.load(options.cache)), options)
        return
    weights, facts = averaged(options.folder / "checkpoint.safetensors")
    blind = facts["shape"]["blind"]
    sources = attribute_sources([*(key for key, words in STYLES.items() if words[0] in CORE_STYLES), "emojibase"])
    card = card_of(
        facts,
        "pixelcnn-blind" if blind else "pixelcnn",
        "a PixelCNN of drawings of 32x32 pixels on white, conditioned on MiniLM's sentence vectors and a style, "
        + ("one stack with the blind spot" if blind else "gated, two stacks"),
        sources.pop("licence"),
        "training.pixelcnn.train --folder FOLDER --minutes MINUTES" + (" --blind" if blind else ""),
        **sources,
        held_out=sorted(map(list, hold_out(core(prepare(options.cache)[0])))),
    )
    land(options.assets, card["name"], weights, card, shape=facts["shape"])


if __name__ == "__main__":
    main()
