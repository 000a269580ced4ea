"""Sounds to learn a codec from, all made here: pieces of the composer, notes of the instruments, sentences of the voices; mono at 24 kHz."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from pipelines.nets.sound_codec import RATE_HZ

PIECE_S, NOTES_S = 8.0, 6.0
HELD_OUT_VOICES = ("bm_fable", "af_aoede")
SENTENCES = (
    "The old lighthouse keeper climbed the stairs and lit the lamp before the storm arrived.",
    "Why did nobody tell me that the shop closes at six on Thursdays?",
    "Five quick foxes jumped over a bridge, and then they vanished in the fog.",
    "Measure the flour, add a pinch of salt, and stir until the dough is smooth.",
)
HELD_OUT_SENTENCES = (
    "A small boat drifted past the harbour while gulls cried above the masts.",
    "Please bring the blue box; the green one is much too heavy for us.",
)


def pieces() -> Iterator[tuple[str, np.ndarray, bool]]:
    """A short piece of every mood and ensemble; every seventh is kept aside."""
    from pipelines.compose.parts import perform
    from pipelines.compose.parts import pieces as composing
    from pipelines.compose.parts.ensembles import ARRANGEMENTS
    from pipelines.compose.parts.moods import MOOD

    for number, (mood, ensemble) in enumerate(itertools.product(MOOD, ARRANGEMENTS)):
        wish = composing.settle(composing.PieceRequest(mood, ensemble, seconds=PIECE_S, seed=number, candidates=2))
        music = composing.write(wish)
        count = round(PIECE_S * perform.RATE_HZ)
        made = perform.render(music, count, seed=number, loop=False, fade_s=0.35).mix
        yield f"piece {mood} {ensemble}", halve_rate(made), number % 7 == 3


def notes() -> Iterator[tuple[str, np.ndarray, bool]]:
    """Every instrument by itself: single notes and chords at chance; every ninth instrument is kept aside."""
    from pipelines.compose.parts import perform
    from pipelines.compose.parts.soundfont import DRUMS
    from pipelines.core.models import load

    with load(perform.SOUNDS) as first, load(perform.RHYTHM) as second:
        fonts = {program: font for font in (first, second) for program in font.presets}
        for number, (program, font) in enumerate(sorted(fonts.items())):
            rng = np.random.default_rng([7, program])
            out = np.zeros((round(NOTES_S * perform.RATE_HZ), 2), np.float32)
            for begin in np.arange(0, NOTES_S - 0.6, 0.75):
                low, high = (35, 58) if program >= DRUMS else (45, 84)
                for key in rng.integers(low, high, int(rng.integers(1, 4))):
                    tone = font.note(program, int(key), int(rng.integers(50, 110)), 0.6)
                    at = round(begin * perform.RATE_HZ)
                    room = min(len(tone), len(out) - at)
                    out[at : at + room] += tone[:room]
            yield f"notes {program}", halve_rate(out), number % 9 == 4


def voices() -> Iterator[tuple[str, np.ndarray, bool]]:
    """Every English voice says sentences; voices and sentences that are kept aside are not learned from."""
    from pipelines.audio.voices import describe_voices
    from pipelines.narrate.speak import speak

    for number, voice in enumerate(name for name in describe_voices() if name[0] in "ab"):
        aside = voice in HELD_OUT_VOICES
        said = HELD_OUT_SENTENCES if aside else [SENTENCES[(number + i) % 4] for i in (0, 1)]
        for sentence in said:
            made = speak(text=sentence, voice=voice, seed=number).main
            yield f"voice {voice}", np.asarray(made.samples, np.float32).mean(1), aside


def halve_rate(sound: np.ndarray) -> np.ndarray:
    """Stereo at 48 kHz as mono at 24 kHz."""
    from scipy.signal import resample_poly

    return np.asarray(resample_poly(sound.mean(1), 1, 2), np.float32)


def everything() -> Iterator[tuple[str, np.ndarray, bool]]:
    """All sounds: their names, their samples, and whether they are kept aside."""
    return itertools.chain(notes(), pieces(), voices())


def prepare(folder: Path) -> dict[str, list[np.ndarray]]:
    """The sounds to learn from and those kept aside, made once and kept in the folder."""
    kept, index = folder / "sounds.npz", folder / "sounds.json"
    if not kept.exists():
        folder.mkdir(parents=True, exist_ok=True)
        made = [(name, level(sound), aside) for name, sound, aside in everything()]
        index.write_text(json.dumps([[name, len(sound) / RATE_HZ, aside] for name, sound, aside in made]))
        np.savez(kept, **{str(i): (sound * 32767).astype(np.int16) for i, (_, sound, _) in enumerate(made)})
    said = json.loads(index.read_text())
    with np.load(kept, allow_pickle=False) as held:
        whole = [held[str(i)].astype(np.float32) / 32767 for i in range(len(said))]
    return {
        sort: [sound for sound, (_, _, kept_aside) in zip(whole, said, strict=True) if kept_aside == aside]
        for sort, aside in (("learned", False), ("aside", True))
    }


def level(sound: np.ndarray) -> np.ndarray:
    """The sound with a highest sample of 0.8."""
    return sound * np.float32(0.8 / max(1e-6, float(np.abs(sound).max(initial=0))))


class Batches:
    """Short stretches of the sounds at chance: other levels, and two at once now and then. The same place always gives the same batch."""

    def __init__(self, sounds: list[np.ndarray], samples: int, seed: int) -> None:
        self.sounds, self.samples, self.seed = [s for s in sounds if len(s) > samples], samples, seed
        lengths = np.array([len(s) for s in self.sounds], np.float64)
        self.shares = lengths / lengths.sum()

    def batch(self, place: int, count: int) -> np.ndarray:
        """Stretches [count, samples]."""
        rng = np.random.default_rng([self.seed, place])
        return np.stack([self._one(rng) for _ in range(count)])

    def _one(self, rng: np.random.Generator) -> np.ndarray:
        out = np.zeros(self.samples, np.float32)
        for _ in range(1 + (rng.random() < 0.25)):
            sound = self.sounds[int(rng.choice(len(self.sounds), p=self.shares))]
            begin = int(rng.integers(0, len(sound) - self.samples))
            out += sound[begin : begin + self.samples] * np.float32(
                10 ** (rng.uniform(-14, 2) / 20) * rng.choice((-1, 1))
            )
        return out / max(1.0, float(np.abs(out).max()))
