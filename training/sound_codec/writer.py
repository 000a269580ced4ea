"""Train the network that continues sounds: `python -m training.sound_codec.writer --folder FOLDER --minutes 45 --anneal 15`; stop and go on at any time.

It learns from the codes of the landed codec. Every sound is heard at five speeds, which shifts its pitch too, and at other levels.
"""

from __future__ import annotations

import itertools
import json
from fractions import Fraction
from pathlib import Path

import numpy as np
import torch
from scipy.signal import resample_poly
from torch import Tensor

from pipelines.audio.codec import CODEC
from pipelines.core.models import load
from pipelines.nets.sound_codec import RATE_HZ, SoundCodec
from pipelines.nets.sound_writer import Shape, SoundWriter
from training.codes.loop import Recipe, Run, averaged_tensors, train
from training.landing import compute, halves, write_card, write_tensors
from training.run import command, use_threads
from training.sound_codec.data import TAKES, prepare, takes

NAME = "sound-writer"
FRAMES = 384  # of a training example: 5.1 s
SPEEDS = (Fraction(1), Fraction(17, 16), Fraction(16, 17), Fraction(9, 8), Fraction(8, 9))


@torch.no_grad()
def encoded(codec: SoundCodec, sound: np.ndarray, speed: Fraction = Fraction(1), level: float = 1.0) -> np.ndarray:
    """The codes [books,frames] of a sound, played faster or slower."""
    played = sound if speed == 1 else resample_poly(sound, speed.denominator, speed.numerator)
    return codec.encode(torch.from_numpy(np.float32(level) * played.astype(np.float32))[None])[0].numpy()


def codes_of(folder: Path) -> dict[str, list[np.ndarray]]:
    """The codes to learn from and, by sort, those of the sounds kept aside; made once and kept in the folder."""
    kept = folder / "codes.npz"
    if not kept.exists():
        sounds, told = prepare(folder, takes), json.loads((folder / "sounds.json").read_text())
        rng, made = np.random.default_rng(0), {}
        with load(CODEC) as codec:
            for aside, sort in ((False, "learned"), (True, "aside")):
                names = [name for name, _, held in told if held == aside]
                rows = itertools.groupby(zip(names, sounds[sort], strict=True), key=lambda pair: pair[0])
                for number, (name, group) in enumerate(
                    rows
                ):  # sentences that one voice says one after another are one sound
                    sound = np.concatenate([sound for _, sound in group])
                    for speed in SPEEDS[:1] if aside else SPEEDS:
                        loud = 1.0 if speed == 1 else float(10 ** (rng.uniform(-10, 0) / 20))
                        part = name.split()[0] if aside else sort
                        made[f"{part}/{number}/{speed}"] = encoded(codec, sound, speed, loud).astype(np.int16)
        np.savez(kept, **made)
    found: dict[str, list[np.ndarray]] = {}
    with np.load(kept, allow_pickle=False) as held:
        for name in held.files:
            if held[name].shape[1] > FRAMES:
                found.setdefault(name.split("/")[0], []).append(held[name][: Shape.books].astype(np.int64))
    return found


class Loss:
    """The nats of a batch of stretches at a run's place, all codebooks alike."""

    def __init__(self, codes: list[np.ndarray]) -> None:
        self.codes = codes
        lengths = np.array([c.shape[1] - FRAMES for c in codes], np.float64)
        self.shares = lengths / lengths.sum()

    def __call__(self, run: Run) -> Tensor:
        rng = np.random.default_rng([run.recipe.seed, run.pictures])
        batch = []
        for number in rng.choice(len(self.codes), run.recipe.batch, p=self.shares):
            begin = int(rng.integers(0, self.codes[number].shape[1] - FRAMES + 1))
            batch.append(self.codes[number][:, begin : begin + FRAMES])
        with run.autocast:
            return run.net.loss(torch.from_numpy(np.stack(batch))).mean()


class Baselines:
    """How often each code comes, and how often a code is that of the frame before, where the network learned."""

    def __init__(self, learned: list[np.ndarray], shape: Shape) -> None:
        counts = np.stack([sum(np.bincount(c[k], minlength=shape.codes) for c in learned) for k in range(shape.books)])
        self.share = (counts + 1) / (counts + 1).sum(1, keepdims=True)
        again = np.concatenate([c[:, 1:] == c[:, :-1] for c in learned], 1)
        self.again = again.mean(1)

    def unigram(self, codes: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Nats and hits [books,frames] of the codes from the second frame on."""
        nats = -np.log(np.stack([row[c] for row, c in zip(self.share, codes[:, 1:], strict=True)]))
        return nats, codes[:, 1:] == self.share.argmax(1)[:, None]

    def repeat(self, codes: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """The same where the last frame is repeated; in nats it is mixed with the unigram as often as it holds."""
        same = codes[:, 1:] == codes[:, :-1]
        share = np.exp(-self.unigram(codes)[0])
        return -np.log(self.again[:, None] * same + (1 - self.again[:, None]) * share), same


@torch.no_grad()
def held_out(net: SoundWriter, codes: list[np.ndarray], baselines: Baselines) -> dict[str, dict[str, list[float]]]:
    """Nats and share of right codes of the next frame, each true code told afterwards: first of all codebooks, then codebook by codebook."""
    found: dict[str, list[tuple[np.ndarray, np.ndarray]]] = {"network": [], "unigram": [], "repeat": []}
    for whole in codes:
        part = whole[:, :FRAMES]
        logits = net.logits(torch.from_numpy(part)[None])[0, :, 1:]
        right, asked = torch.from_numpy(part[:, 1:]), logits.log_softmax(-1)
        nats = -asked.gather(-1, right[..., None])[..., 0]
        found["network"].append((nats.numpy(), (asked.argmax(-1) == right).numpy()))
        found["unigram"].append(baselines.unigram(part))
        found["repeat"].append(baselines.repeat(part))
    made = {}
    for name, pairs in found.items():
        nats, right = (np.concatenate([pair[i] for pair in pairs], 1).mean(1) for i in (0, 1))
        made[name] = {
            "nats": [round(float(v), 3) for v in (nats.mean(), *nats)],
            "right": [round(float(v), 4) for v in (right.mean(), *right)],
        }
    return made


def landed(folder: Path) -> tuple[SoundWriter, dict[str, Tensor], dict]:
    """The averaged network in float16, its tensors, and the run's facts."""
    tensors, facts = averaged_tensors(folder / f"{NAME}.safetensors")
    weights = halves(tensors)
    net = SoundWriter(Shape(**facts["shape"]))
    net.load_state_dict({name: value.float() for name, value in weights.items()})
    return net.eval().requires_grad_(False), weights, facts


def land(folder: Path, assets: Path) -> None:
    """Write weights and card."""
    net, weights, facts = landed(folder)
    codes, told = codes_of(folder), json.loads((folder / "sounds.json").read_text())
    baselines = Baselines(codes["learned"], net.shape)
    card = {
        "name": NAME,
        "what": "small transformer that continues a sound: the first four codebooks of sound-codec in MusicGen's delay pattern, one column after another",
        "licence": "Apache-2.0, as the repository; every sound was made here by the composer, FluidR3 GM (MIT) and the voices of Kokoro (Apache-2.0)",
        "shape": facts["shape"],
        "parameters": sum(w.numel() for w in weights.values()),
        "sounds": {
            "learned_from_s": round(sum(s for _, s, aside in told if not aside)),
            "kept_aside_s": round(sum(s for _, s, aside in told if aside)),
            "takes": TAKES,
            "speeds": [str(speed) for speed in SPEEDS],
        },
        "recipe": facts["history"],
        "command": "python -m training.sound_codec.writer --folder FOLDER --minutes MINUTES --anneal MINUTES",
        "seed": facts["history"][0]["recipe"]["seed"],
        "steps": facts["step"],
        "stretches_seen": facts["pictures"],
        "stretch_s": round(FRAMES * 320 / RATE_HZ, 2),
        "compute": compute(facts["seconds"]),
        "measured": "nats of the next code and share of codes that are the likeliest one, from the second frame on; all codebooks, then each",
        "result": {sort: held_out(net, codes[sort], baselines) for sort in ("notes", "piece", "voice")},
    }
    brief = {k: card[k] for k in ("name", "what", "licence", "shape")}
    write_tensors(assets / f"{NAME}.safetensors", weights, card=brief)
    write_card(assets / f"{NAME}.safetensors", card)


def main() -> None:
    """Command line."""
    parser = command("training.sound_codec.writer", __doc__, 45, "the averaged weights")
    parser.add_argument("--anneal", type=float, default=0.0, help="minutes at the end over which the rate falls to 0")
    arguments = parser.parse_args()
    use_threads()
    if arguments.land:
        land(arguments.folder, arguments.assets)
        return
    codes, recipe, shape = (
        codes_of(arguments.folder),
        Recipe(batch=2, rate=4e-3, adam_rate=2e-3, warm_pictures=100),
        Shape(),
    )
    torch.manual_seed(recipe.seed)
    net, baselines = SoundWriter(shape), Baselines(codes["learned"], shape)
    with load(CODEC) as codec:
        net.begin_from(codec.quantiser.books[: shape.books])
    run = Run(net, recipe, Loss(codes["learned"]), {"shape": shape.as_dict()})
    log = arguments.folder / "held_out.jsonl"

    def look(run: Run) -> None:
        now = SoundWriter(shape)
        run.averaged(now)
        with log.open("a") as file:
            found = {sort: held_out(now, codes[sort], baselines) for sort in ("notes", "piece", "voice")}
            file.write(json.dumps({"step": run.step, **found}) + "\n")

    checkpoint = arguments.folder / f"{NAME}.safetensors"
    train(run, checkpoint, arguments.minutes, anneal_minutes=arguments.anneal, look_minutes=8, look=look)


if __name__ == "__main__":
    main()
