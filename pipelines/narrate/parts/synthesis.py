"""A sentence read aloud: phrases spoken, silence around them cut, words and sounds placed in time."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipelines.audio.voices import Blend
from pipelines.core.models import ModelCard
from pipelines.core.settings import canonical
from pipelines.narrate.parts import kokoro, timing
from pipelines.narrate.parts.phrasing import Phrase

if TYPE_CHECKING:
    import numpy as np

Utter = Callable[[str, Blend, Sequence[kokoro.Delivery]], kokoro.Spoken]
MARKS = ';:,.!?—…"()“” '
_QUIET = 10 ** (-50 / 20)  # of the loudest 5 ms: what is below is silence or breath dying away
_BEFORE_SECONDS, _AFTER_SECONDS = 0.04, 0.09
_FADE_IN_SECONDS, _FADE_OUT_SECONDS = 0.008, 0.03
_BETWEEN_PHRASES_SECONDS = 0.12


@dataclass(frozen=True)
class SpokenSentence:
    """A sentence as samples [n] float32 at `rate_hz`, and its words in time from the sentence's own beginning; `kept`: the NPZ that has the samples."""

    samples: np.ndarray
    rate_hz: int
    words: tuple[timing.TimedWord, ...]
    kept: Path | None = None


class Synthesizer:
    """Reads sentences with one network, whose `utter` speaks phonemes; what was read before is found again in `folder` by what it was made from."""

    def __init__(self, card: ModelCard, utter: Utter, folder: Path) -> None:
        self.card, self.utter, self.folder = card, utter, folder

    def read(self, phrases: Sequence[Phrase], voice: Blend, delivery: kokoro.Delivery) -> SpokenSentence:
        """Speak the phrases of a sentence with one voice, all in one way."""
        import numpy as np

        made_from = [self.card.sha256, self.card.edition, voice.parts, asdict(delivery)]
        key = hashlib.sha256(canonical([*made_from, [asdict(phrase) for phrase in phrases]]).encode()).hexdigest()
        path = self.folder / f"{key[:24]}.npz"
        if not path.exists():
            samples, bounds = self._spoken(phrases, voice, delivery)
            half = path.with_suffix(".half")
            with half.open("wb") as file:
                np.savez(file, samples=samples, bounds=bounds)
            half.replace(path)
        with np.load(path, allow_pickle=False) as kept:
            samples, bounds = kept["samples"], kept["bounds"]
        return SpokenSentence(samples, kokoro.RATE_HZ, tuple(_words(phrases, bounds)), path)

    def _spoken(
        self, phrases: Sequence[Phrase], voice: Blend, delivery: kokoro.Delivery
    ) -> tuple[np.ndarray, np.ndarray]:
        """Samples of all phrases with a short silence between, and [start, end] of every phoneme in samples."""
        import numpy as np

        gap = np.zeros(round(_BETWEEN_PHRASES_SECONDS * kokoro.RATE_HZ), np.float32)
        parts: list[np.ndarray] = []
        bounds = []
        for phrase in phrases:
            ways = [own.within(delivery) for own in phrase.deliveries]
            spoken = self.utter(phrase.phonemes, voice, ways)
            offset = sum(len(part) for part in parts)
            samples, first = cut_silence(spoken, phrase.phonemes)
            edges = np.cumsum(spoken.frames) * kokoro.FRAME - first
            inside = np.clip(edges, 0, len(samples)) + offset
            bounds.append(np.stack([inside[:-2], inside[1:-1]], axis=1))
            parts += [_louder(samples, bounds[-1] - offset, [one.gain_db for one in phrase.deliveries]), gap]
        return np.concatenate(parts[:-1]), np.concatenate(bounds)


def of_kokoro(session: Any, tables: Any, folder: Path, waiting: Callable[[], None]) -> Synthesizer:
    """A synthesizer that speaks with Kokoro and its voices."""

    def utter(phonemes: str, voice: Blend, ways: Sequence[kokoro.Delivery]) -> kokoro.Spoken:
        return kokoro.utter(session, phonemes, voice.style(tables, len(phonemes)), ways, waiting)

    return Synthesizer(kokoro.KOKORO, utter, folder)


def _louder(samples: np.ndarray, bounds: np.ndarray, gains_db: Sequence[float]) -> np.ndarray:
    """The samples with a gain for each phoneme [start, end], gliding over a twentieth of a second."""
    import numpy as np
    from scipy.ndimage import uniform_filter1d

    if not any(gains_db):
        return samples
    gain = np.zeros(len(samples))
    for (start, end), gain_db in zip(bounds.astype(int), gains_db):
        gain[start:end] = gain_db
    return (samples * 10 ** (uniform_filter1d(gain, kokoro.RATE_HZ // 20) / 20)).astype(np.float32)


def cut_silence(spoken: kokoro.Spoken, phonemes: str) -> tuple[np.ndarray, int]:
    """The speech without the silence around it, faded in and out, and at which sample it began. No phoneme is cut into."""
    import numpy as np

    samples, edges = spoken.samples, np.cumsum(spoken.frames) * kokoro.FRAME
    window = kokoro.RATE_HZ // 200
    power = np.convolve(np.square(samples), np.full(window, 1 / window), "same")
    heard = np.flatnonzero(power > power.max(initial=0.0) * _QUIET**2)
    sounds = [at for at, sign in enumerate(phonemes) if sign not in MARKS]
    if not len(heard) or not sounds:
        return samples, 0
    start = min(int(heard[0]), int(edges[sounds[0]])) - round(_BEFORE_SECONDS * kokoro.RATE_HZ)
    end = int(heard[-1]) + round(_AFTER_SECONDS * kokoro.RATE_HZ)
    start, end = max(0, start), min(len(samples), end)
    kept = samples[start:end].copy()
    for seconds, part in ((_FADE_IN_SECONDS, kept), (_FADE_OUT_SECONDS, kept[::-1])):
        ramp = min(len(kept), round(seconds * kokoro.RATE_HZ))
        part[:ramp] *= np.sin(np.linspace(0, np.pi / 2, ramp, dtype=np.float32)) ** 2
    return kept, start


def _words(phrases: Sequence[Phrase], bounds: np.ndarray) -> list[timing.TimedWord]:
    words, offset = [], 0
    for phrase in phrases:
        for span in phrase.spans:
            sounds = _sounds(phrase.phonemes, range(span.start, span.end), bounds[offset:] / kokoro.RATE_HZ)
            text = span.shown.rstrip()
            after = span.shown[len(text) :].replace("\n", " ")
            start, end = (sounds[0].start, sounds[-1].end) if sounds else (0.0, 0.0)
            words.append(timing.TimedWord(text, after, span.said, start, end, tuple(sounds), not span.certain))
        offset += len(phrase.phonemes)
    return words


def _sounds(phonemes: str, places: range, times: np.ndarray) -> list[timing.TimedPhoneme]:
    """Phonemes in time; a stress mark joins the next one, a length mark the one before."""
    sounds: list[timing.TimedPhoneme] = []
    stress, began = "", 0.0
    for at in places:
        sign, (start, end) = phonemes[at], times[at]
        if sign in MARKS:
            continue
        if sign in "ˈˌ":
            stress, began = sign, float(start)
        elif sign in "ːʲʰ̃" and sounds:
            sounds[-1] = timing.TimedPhoneme(sounds[-1].phoneme + sign, sounds[-1].start, float(end))
        else:
            sounds.append(timing.TimedPhoneme(stress + sign, began if stress else float(start), float(end)))
            stress = ""
    return sounds


def estimate_words(text: str, seconds: float) -> tuple[timing.TimedWord, ...]:
    """Words in time where a network tells no durations: by their share of the letters."""
    written = text.split()
    weights = [len(word) + 2 for word in written]
    total, now, edges = sum(weights), 0.0, [0.0]
    for weight in weights:
        now += seconds * weight / total
        edges.append(now)
    return tuple(timing.TimedWord(word, " ", "", start, end) for word, (start, end) in zip(written, pairwise(edges)))
