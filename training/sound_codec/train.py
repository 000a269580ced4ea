"""Train the codec of sounds: `python -m training.sound_codec.train --folder FOLDER --minutes 45 --anneal 12`; stop and go on at any time.

The loss is that of EnCodec without its critic: samples, spectra of several window lengths, and the commitment of the encoder to the codes. Half of the
sounds of a batch pass through fewer codebooks, so that every number of them is heard as well as it can be.
"""

from __future__ import annotations

import json

import numpy as np
import torch
from torch import Tensor

from pipelines.nets import spectra
from pipelines.nets.sound_codec import RATE_HZ, Shape, SoundCodec
from training.loop import Recipe, Run, averaged, card_of, command, land, train
from training.sound_codec.data import Batches, prepare

NAME, RECIPE = "sound-codec", Recipe(batch=12, rate=2e-3, adam_rate=1e-3, warm_steps=80)
STRETCH = 48 * 320  # samples of a training example: 0.64 s
OF_SAMPLES, OF_COMMITMENT = 8.0, 0.25


def begin(shape: Shape, sounds: list[np.ndarray], recipe: Recipe = RECIPE) -> Run:
    """A run that has learned nothing yet."""
    torch.manual_seed(recipe.seed)
    net, batches = SoundCodec(shape), Batches(sounds, STRETCH, recipe.seed)

    def loss(run: Run) -> Tensor:
        sound = torch.from_numpy(batches.batch(run.seen, run.recipe.batch))
        dice = np.random.default_rng([run.recipe.seed, run.seen, 1])
        fewer = dice.integers(1, shape.books + 1, len(sound))
        kept = torch.from_numpy(np.where(dice.random(len(sound)) < 0.5, shape.books, fewer))
        made, commitment = net(sound, kept)  # in float32: for rows as narrow as these bfloat16 was a fifth slower
        apart = OF_SAMPLES * (made - sound).abs().mean() + OF_COMMITMENT * commitment
        return spectra.between(made, sound, RATE_HZ) + apart

    return Run(net, recipe, loss, {"shape": shape.as_dict()})


def main() -> None:
    """Command line."""
    options = command("training.sound_codec.train", __doc__, 45).parse_args()
    if not options.land:
        train(begin(Shape(), prepare(options.folder)["learned"]), options, NAME)
        return
    tensors, facts = averaged(options.folder / f"{NAME}.safetensors")
    weights = {key: w for key, w in tensors.items() if key not in ("quantiser.counts", "quantiser.sums")}
    sounds = json.loads((options.folder / "sounds.json").read_text())
    card = card_of(
        facts,
        NAME,
        "codec of sounds, 24 kHz mono: convolutional encoder and decoder with residual vector quantisation, trained without a critic",
        "Apache-2.0, as the repository; every sound was made here by the composer, FluidR3 GM (MIT) and the voices of Kokoro (Apache-2.0)",
        "training.sound_codec.train --folder FOLDER --minutes MINUTES --anneal MINUTES",
        sounds={"learned_from_s": round(sum(s for _, s, aside in sounds if not aside))},
        bits_a_second_of_a_codebook=Shape.from_dict(facts["shape"]).bits_a_second,
    )
    brief = {k: card[k] for k in ("name", "what", "licence", "shape")}
    land(options.assets, NAME, weights, card, card=brief)


if __name__ == "__main__":
    main()
