"""The sentences of a text spoken one after another: kept on disk, found again after an interruption, heard while the rest is made."""

from __future__ import annotations

import math
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipelines.audio.voices import VOICES, Blend
from pipelines.core.models import load
from pipelines.core.progress import Progress, Report, silent, workspace
from pipelines.media import Accompanied, Sound, at_rate
from pipelines.narrate.parts import draft, mastering, phrasing, pronounce, room, script, timing, waveform
from pipelines.narrate.parts import hub_voices as hub
from pipelines.narrate.parts import synthesis as reading
from pipelines.narrate.parts.draft import HIBARI
from pipelines.narrate.parts.kokoro import KOKORO, Delivery
from pipelines.narrate.parts.letters import LETTERS
from pipelines.narrate.parts.pronounce import Speech

if TYPE_CHECKING:
    import numpy as np

CARDS = (KOKORO, LETTERS, *pronounce.DICTIONARIES, VOICES)  # what our own voices need
ENGINES = {
    "kokoro": "Kokoro, the studio's own voices",
    "draft": "Draft: quick, one English voice for all",
    "mms": "MMS English (not for commercial use)",
    "mms-german": "MMS German (not for commercial use)",
}
DRAFT_VOICE = Blend((("af_heart", 1.0),))  # the one that the quick network learnt
PARAGRAPH = 1.8  # times the pause between sentences


@dataclass(frozen=True)
class SentenceJob:
    """One sentence to be spoken: its phrases, by which voice, in which way, the pause after it in seconds."""

    sentence: script.Sentence
    phrases: tuple[phrasing.Phrase, ...]
    voice: Blend
    delivery: Delivery
    gain_db: float
    pause_seconds: float

    @property
    def size(self) -> int:
        """How many phonemes are to be spoken: a measure of the work."""
        return sum(len(phrase.phonemes) for phrase in self.phrases)


@dataclass(frozen=True)
class Pacing:
    """How a whole text is read: speed, pause between sentences in seconds, how much both vary, its feeling."""

    speed: float
    pause: float
    variation: float
    feeling: str
    seed: int


def jobs_of(
    read: script.Script, assigned: dict[str, Blend], spoken: dict[str, Speech], pacing: Pacing
) -> Iterator[SentenceJob]:
    """The sentences of a script as they will be spoken, each by its speaker's voice."""
    import numpy as np

    rng = np.random.default_rng(pacing.seed)
    for sentence in read.sentences:
        voice, style = assigned[sentence.speaker], script.styles().get(sentence.style or pacing.feeling, script.Style())
        lively, waiting = rng.uniform(-1, 1, 2) * pacing.variation
        phrases = tuple(phrasing.phrases(sentence, spoken[voice.language]))
        if not phrases:
            continue
        pause = pacing.pause * style.pause * (PARAGRAPH if sentence.ends_paragraph else 1.0) * (1 + 0.35 * waiting)
        if sentence.pause_seconds is not None:
            pause = sentence.pause_seconds
        pace = float(np.clip(pacing.speed * style.delivery.pace * (1 + 0.05 * lively), 0.5, 2.0))
        yield SentenceJob(sentence, phrases, voice, replace(style.delivery, pace=pace), style.gain_db, pause)


class Narration:
    """The sentences of a run, spoken one after another; what a listener hears meanwhile, and what is needed to put all together."""

    def __init__(self, rate_hz: int) -> None:
        self.rate_hz = rate_hz
        self.takes: list[mastering.Take] = []
        self.levels = mastering.Levels(rate_hz)
        self.now_seconds = 0.0
        self.heard = True  # whether a listener hears sentences while the rest is made
        self.newest: np.ndarray | None = None
        self.begin((), silent)

    def begin(self, jobs: Sequence[SentenceJob], report: Report) -> None:
        """Takes the next sentences; a long text comes in several goes."""
        self.jobs, self.report, self.before = jobs, report, len(self.takes)
        self.done, self.total = 0, sum(job.size for job in jobs)
        louder = sum(job.size * 10 ** (job.gain_db / 10) for job in jobs) / max(1, self.total)
        self.lift_db = -10 * math.log10(
            louder or 1.0
        )  # what soft lines will cost the whole, and the whole must get back

    def waiting(self) -> None:
        """Tells how far the work is, with a look at the newest sentence."""
        newest = self.newest
        preview = (lambda: waveform.draw_waveform(newest)) if newest is not None else None
        number = min(len(self.takes) - self.before + 1, len(self.jobs))
        label = f"Speaking sentence {number} of {len(self.jobs)}"
        self.report(Progress(self.done, self.total * 1.02, label, preview))

    def speak_all(
        self, reader: Callable[[SentenceJob], reading.SpokenSentence], folder: Path
    ) -> Iterator[timing.TimedSentence]:
        """Speaks the sentences and gives each in the time of the whole."""
        for number, job in enumerate(self.jobs, 1):
            self.waiting()
            spoken = reader(job)
            samples = at_rate(spoken.samples, spoken.rate_hz, self.rate_hz)
            path = spoken.kept
            if path is None or spoken.rate_hz != self.rate_hz:
                path = folder / f"take-{len(self.takes) + 1:05d}.npy"
                _save(samples, path)
            last = number == len(self.jobs) and job.sentence.pause_seconds is None
            pause = 0.0 if last else job.pause_seconds
            speaker = f"{job.sentence.speaker}|{job.voice.name}"
            self.takes.append(mastering.Take(path, len(samples) / self.rate_hz, speaker, job.gain_db, pause))
            self.levels.add(speaker, samples)
            line = timing.TimedSentence(
                job.sentence.text, job.sentence.speaker, job.voice.name, 0.0, len(samples) / self.rate_hz, spoken.words
            )
            if self.heard:
                self._let_hear(samples, self.takes[-1], line)
            yield line.moved(self.now_seconds)
            self.now_seconds += (len(samples) + round(pause * self.rate_hz)) / self.rate_hz
            self.done, self.newest = self.done + job.size, samples

    def mastered(self, folder: Path, air: int | None = None) -> np.ndarray:
        """All that was spoken as one sound; with the seed `air` with breaths and the tone of a room."""
        gains = {speaker: self.levels.gain_db(speaker) for speaker in self.levels.blocks}
        tell = partial(self.report, Progress(self.total, self.total * 1.02, "Setting the loudness"))
        whole = mastering.master_takes(self.takes, gains, self.rate_hz, samples_of, tell, folder)
        if air is not None:
            room.add(whole, self.takes, self.rate_hz, air)
        return whole

    def _let_hear(self, samples: np.ndarray, take: mastering.Take, line: timing.TimedSentence) -> None:
        """A finished sentence with its pause, as loud as it will be as far as that can be known now."""
        import numpy as np

        from pipelines.audio import loudness

        place = workspace()
        if place is None:
            return
        heard = place / "heard"
        heard.mkdir(parents=True, exist_ok=True)
        gain_db = self.levels.gain_db(take.speaker) + take.gain_db + self.lift_db
        number = len(self.takes)
        loud = loudness.limit_peaks(mastering.louder(samples, gain_db), self.rate_hz)
        silence = np.zeros(round(take.pause_seconds * self.rate_hz), np.float32)
        about = heard / f"{number:04d}.json"
        half = about.with_suffix(".half")
        half.write_bytes(timing.words_json([line], take.seconds + take.pause_seconds, self.rate_hz))
        half.replace(about)
        mastering.write_whole(heard / f"{number:04d}.wav", np.concatenate([loud, silence]), self.rate_hz)


def samples_of(take: mastering.Take) -> np.ndarray:
    """The samples of a take, from disk."""
    import numpy as np

    kept = np.load(take.path, allow_pickle=False)
    return kept if take.path.suffix == ".npy" else kept["samples"]


def _save(samples: np.ndarray, path: Path) -> None:
    import numpy as np

    half = path.with_suffix(".half")
    with half.open("wb") as file:
        np.save(file, samples)
    half.replace(path)


@contextmanager
def sentences_folder() -> Iterator[Path]:
    """Where sentences are kept: the job's workspace, so that they are found again, or a folder that goes afterwards."""
    if (place := workspace()) is not None:
        kept = place / "sentences"
        kept.mkdir(parents=True, exist_ok=True)
        yield kept
    else:
        with tempfile.TemporaryDirectory(prefix="narrate-") as temporary:
            yield Path(temporary)


@contextmanager
def reader_of(
    engine: str, folder: Path, waiting: Callable[[], None], spoken: dict[str, Speech], seed: int
) -> Iterator[Callable[[SentenceJob], reading.SpokenSentence]]:
    """What speaks a sentence with the chosen model."""
    if engine == "kokoro":
        with load(KOKORO) as session, load(VOICES) as tables:
            own = reading.of_kokoro(session, tables, folder, waiting)
            yield lambda job: own.read(job.phrases, job.voice, job.delivery)
    elif engine == "draft":
        with load(HIBARI) as session:
            quick = reading.Synthesizer(
                HIBARI, lambda said, voice, ways: draft.utter(session, said, ways, waiting), folder
            )
            yield lambda job: quick.read(job.phrases, DRAFT_VOICE, job.delivery)
    else:
        with load(hub.CARDS[engine]) as (model, tokenizer):
            other = hub.HubReader(hub.CARDS[engine], model, tokenizer, folder, waiting)
            yield lambda job: other.read(job.sentence, spoken[job.voice.language], job.delivery.pace, seed)


def spoken(samples: np.ndarray, rate_hz: int, lines: list[timing.TimedSentence], estimated: bool) -> Accompanied[Sound]:
    """Samples [n] with the times of their words; `estimated` where no network told them."""
    seconds = len(samples) / rate_hz
    speakers = list(dict.fromkeys(line.speaker for line in lines))
    turns = [(line.start / max(seconds, 1e-6), speakers.index(line.speaker)) for line in lines]
    files: dict[str, Any] = {
        "words.json": timing.words_json(lines, seconds, rate_hz, estimated),
        "subtitles.srt": timing.srt(lines),
        "subtitles.vtt": timing.vtt(lines),
    }
    return Accompanied(Sound(samples.reshape(-1, 1), rate_hz), files, waveform.draw_waveform(samples, turns))
