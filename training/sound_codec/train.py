"""Train the codec of sounds: `python -m training.sound_codec.train --folder FOLDER --minutes 45 --anneal 12`; stop and go on at any time.

The loss is that of EnCodec without its critic: samples, spectra of several window lengths, and the commitment of the encoder to the codes. Half of the
sounds of a batch pass through fewer codebooks, so that every number of them is heard as well as it can be.
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from pipelines.nets import spectra
from pipelines.nets.sound_codec import RATE_HZ, Shape, SoundCodec
from training.codes.loop import Recipe, Run, averaged_tensors, train
from training.landing import compute, halves, write_card, write_tensors
from training.run import command, use_threads
from training.sound_codec.data import Batches, prepare

NAME = "sound-codec"
STRETCH = 48 * 320  # samples of a training example: 0.64 s
OF_SAMPLES, OF_COMMITMENT = 8.0, 0.25


class Loss:
    """The codec's loss at a run's place."""

    def __init__(self, batches: Batches) -> None:
        self.batches = batches

    def __call__(self, run: Run) -> Tensor:
        sound = torch.from_numpy(self.batches.batch(run.pictures, run.recipe.batch))
        dice = np.random.default_rng([run.recipe.seed, run.pictures, 1])
        books = run.net.shape.books
        kept = torch.from_numpy(np.where(dice.random(len(sound)) < 0.5, books, dice.integers(1, books + 1, len(sound))))
        made, commitment = run.net(sound, kept)  # in float32: for rows as narrow as these bfloat16 was a fifth slower
        spectral = spectra.between(made, sound, RATE_HZ)
        return spectral + OF_SAMPLES * (made - sound).abs().mean() + OF_COMMITMENT * commitment


@torch.no_grad()
def held_out(net: SoundCodec, sounds: list[np.ndarray]) -> dict[str, float]:
    """The spectral distance of sounds kept aside by number of codebooks, and the share of each codebook's codes that they use."""
    net.eval()
    numbers = [net.encode(torch.from_numpy(s)[None]) for s in sounds]
    found = {}
    for books in (1, 2, 4, net.shape.books):
        apart = []
        for sound, codes in zip(sounds, numbers, strict=True):
            made = net.decode(codes[:, :books])[:, : len(sound)]
            apart.append(float(spectra.between(made, torch.from_numpy(sound)[None], RATE_HZ)))
        found[f"distance_{books}"] = round(float(np.mean(apart)), 4)
    every = torch.cat([n[0] for n in numbers], 1)
    found["used"] = round(float(np.mean([len(row.unique()) for row in every])) / net.shape.codes, 3)
    return found


def landed_weights(path: Path) -> tuple[dict[str, Tensor], dict]:
    """The averaged weights with the codebooks, without what only training needs, in float16; and the run's facts."""
    tensors, facts = averaged_tensors(path)
    kept = {name: value for name, value in tensors.items() if name not in ("quantiser.counts", "quantiser.sums")}
    return halves(kept), facts


def opened(weights: dict[str, Tensor], shape: Shape) -> SoundCodec:
    """A network with landed weights."""
    net = SoundCodec(shape)
    net.load_state_dict({name: value.float() for name, value in weights.items()}, strict=False)
    return net.eval().requires_grad_(False)


def land(folder: Path, assets: Path) -> None:
    """Write weights and card."""
    weights, facts = landed_weights(folder / f"{NAME}.safetensors")
    shape, sounds = Shape.from_dict(facts["shape"]), json.loads((folder / "sounds.json").read_text())
    card = {
        "name": NAME,
        "what": "codec of sounds, 24 kHz mono: convolutional encoder and decoder with residual vector quantisation, trained without a critic",
        "licence": "Apache-2.0, as the repository; every sound was made here by the composer, FluidR3 GM (MIT) and the voices of Kokoro (Apache-2.0)",
        "shape": facts["shape"],
        "parameters": sum(w.numel() for w in weights.values()),
        "bits_a_second_of_a_codebook": shape.bits_a_second,
        "sounds": {
            "learned_from_s": round(sum(s for _, s, aside in sounds if not aside)),
            "kept_aside_s": round(sum(s for _, s, aside in sounds if aside)),
        },
        "recipe": facts["history"],
        "command": "python -m training.sound_codec.train --folder FOLDER --minutes MINUTES --anneal MINUTES",
        "steps": facts["step"],
        "stretches_seen": facts["pictures"],
        "compute": compute(facts["seconds"]),
        "result": held_out(opened(weights, shape), prepare(folder)["aside"]),
    }
    brief = {k: card[k] for k in ("name", "what", "licence", "shape")}
    write_tensors(assets / f"{NAME}.safetensors", weights, card=brief)
    write_card(assets / f"{NAME}.safetensors", card)


def main() -> None:
    """Command line."""
    parser = command("training.sound_codec.train", __doc__, 45, "the averaged weights")
    parser.add_argument("--anneal", type=float, default=0.0, help="minutes at the end over which the rate falls to 0")
    arguments = parser.parse_args()
    use_threads()
    if arguments.land:
        land(arguments.folder, arguments.assets)
        return
    sounds = prepare(arguments.folder)
    recipe = Recipe(batch=12, rate=2e-3, adam_rate=1e-3)
    torch.manual_seed(recipe.seed)
    shape = Shape()
    run = Run(
        SoundCodec(shape), recipe, Loss(Batches(sounds["learned"], STRETCH, recipe.seed)), {"shape": shape.as_dict()}
    )
    log = arguments.folder / "held_out.jsonl"

    def look(run: Run) -> None:
        net = SoundCodec(shape)
        run.averaged(net)
        with log.open("a") as file:
            file.write(json.dumps({"step": run.step, **held_out(net, sounds["aside"][:6])}) + "\n")

    checkpoint = arguments.folder / f"{NAME}.safetensors"
    train(run, checkpoint, arguments.minutes, anneal_minutes=arguments.anneal, look_minutes=10, look=look)


if __name__ == "__main__":
    main()
