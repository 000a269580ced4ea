"""Text or a dialogue as speech, with the time of every word and sound: Kokoro-82M (hexgrad 2025, after StyleTTS 2, Li et al. 2023)."""

from __future__ import annotations

import math
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from pipelines.audio import voices as the_voices
from pipelines.audio.voices import VOICES, Blend
from pipelines.core.models import load
from pipelines.core.progress import Progress, Report, silent, workspace
from pipelines.core.registry import pipeline
from pipelines.core.settings import Choice, Range, Seed, Text
from pipelines.media import Accompanied, Sound, at_rate
from pipelines.narrate.parts import checks, draft, mastering, phrasing, results, script, timing, tongues, waveform
from pipelines.narrate.parts import hub_voices as hub
from pipelines.narrate.parts import synthesis as reading
from pipelines.narrate.parts.draft import HIBARI
from pipelines.narrate.parts.japanese import SUDACHI
from pipelines.narrate.parts.kokoro import KOKORO, Delivery
from pipelines.narrate.parts.letters import LETTERS
from pipelines.narrate.parts.pronounce import GB_GOLD, GB_SILVER, US_GOLD, US_SILVER

if TYPE_CHECKING:
    import numpy as np

__all__ = ["GB_GOLD", "GB_SILVER", "KOKORO", "LETTERS", "MMS_ENGLISH", "US_GOLD", "US_SILVER", "VOICES", "speak"]
MMS_ENGLISH = hub.MMS_ENGLISH
DRAFT_VOICE = Blend((("af_heart", 1.0),))  # the one that the quick network learnt
ENGINES = {
    "kokoro": "Kokoro, the studio's own voices",
    "draft": "Draft: quick, one English voice for all",
    "mms": "MMS, from a model hub (not for commercial use)",
}
RATES = {"24000": "24 kHz, as it is made", "48000": "48 kHz, as films want it"}
PARAGRAPH = 1.8  # times the pause between sentences
MAX_CHARACTERS = 80_000


def feelings() -> dict[str, str]:
    """The ways of speaking as a form shows them."""
    return {"": "As the voice speaks", **{name: name.capitalize() for name in script.styles()}}


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


@pipeline(
    models=(KOKORO, LETTERS, GB_GOLD, GB_SILVER, US_GOLD, US_SILVER, VOICES),
    optional=(MMS_ENGLISH, HIBARI, SUDACHI),
    hub=True,
)
def speak(
    *,
    text: Annotated[
        str,
        Text(
            help="In the language of the voice. Lines like “Anna: …” make a dialogue; *word* is stressed, [pause 0.5s] waits, and “Say it as” writes how a word sounds.",
            placeholder="Write what is to be said …",
            lines=8,
            max_characters=MAX_CHARACTERS,
            required=True,
            scales_time=True,
            receives=True,
            editor="dialogue",
        ),
    ] = "",
    voice: Annotated[
        str,
        Choice(
            the_voices.options,
            help="The first speaker's in a dialogue. It decides which language is read. A recogniser misheard 1 to 3 % of the words of English voices, 3 to 14 % of the others. There is no German voice.",
        ),
    ] = "af_heart",
    second_voice: Annotated[
        str,
        Choice(
            the_voices.options_or_none, label="Mixed with", help="A second voice, blended with the first.", more=True
        ),
    ] = the_voices.NONE,
    blend: Annotated[float, Range(0, 1, 0.05, label="Share of the second voice", more=True)] = 0.5,
    cast: Annotated[
        str,
        Text(
            label="Voices of the speakers",
            help="Voices by name: Anna = Heart, Ben = 0.7*Michael + 0.3*George. Speakers without a name here get one of the other voices.",
            placeholder="Anna = Heart, Ben = Michael",
            more=True,
        ),
    ] = "",
    feeling: Annotated[
        str,
        Choice(
            feelings,
            help="For lines that do not say how they are spoken. “Anna (sadly): …” sets one line, {these words|excitedly} a few words.",
        ),
    ] = "",
    speed: Annotated[float, Range(0.6, 1.6, 0.05, help="1 is the usual speed of the voice.")] = 1.0,
    pause: Annotated[
        float,
        Range(0, 3, 0.05, label="Pause between sentences", help="In seconds. Pauses between paragraphs are longer."),
    ] = 0.35,
    variation: Annotated[
        float,
        Range(0, 1, 0.05, help="How much speed and pauses change from sentence to sentence.", more=True),
    ] = 0.3,
    rate: Annotated[str, Choice(RATES, label="Sampling rate", more=True)] = "24000",
    engine: Annotated[str, Choice(ENGINES, label="Model", more=True)] = "kokoro",
    seed: Seed = 0,
    report: Report = silent,
) -> Accompanied[Sound]:
    """Speak a text or a dialogue, and say when each word is heard.

    Mono float32 at `rate` Hz, -16 LUFS (EBU R128), true peaks under -1 dBTP. Beside it: words.json (words, phonemes, visemes in seconds),
    subtitles.srt and .vtt. While it runs, finished sentences appear in the workspace as heard/0001.wav with heard/0001.json.
    Raises Refusal for a text that cannot be read aloud, MissingModel without its networks (92 MB) and dictionaries (13 MB).
    """
    checks.length(text, MAX_CHARACTERS)
    read = script.parse(text, frozenset(given := the_voices.cast_from(cast)))
    assigned = the_voices.assigned(read.speakers, the_voices.blend(voice, second_voice, blend), given)
    report(Progress(0, 1, "Reading the text"))
    with ExitStack() as held:
        languages = {chosen.language for chosen in assigned.values()}
        spoken = {language: held.enter_context(tongues.tongue(language)) for language in languages}
        checks.languages(read, assigned, spoken)
        checks.engine(engine, languages)
        jobs = list(_jobs(read, assigned, spoken, _Pacing(speed, pause, variation, feeling, seed)))
        work = _Narration(jobs, int(rate), report)
        with _folder() as folder:
            reader = held.enter_context(_reader(engine, folder, work.waiting, spoken, seed))
            lines = list(work.speak_all(reader, folder))
            samples = mastering.mastered(work.takes, work.gains, work.rate_hz, work.samples, work.finishing, folder)
    return results.spoken(samples, work.rate_hz, lines, estimated=engine == "mms")


@dataclass(frozen=True)
class _Pacing:
    speed: float
    pause: float
    variation: float
    feeling: str
    seed: int


def _jobs(
    read: script.Script, assigned: dict[str, Blend], spoken: dict[str, tongues.Speech], pacing: _Pacing
) -> Iterator[SentenceJob]:
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


class _Narration:
    """The sentences of a run, spoken one after another; what a listener hears meanwhile, and what is needed to put all together."""

    def __init__(self, jobs: Sequence[SentenceJob], rate_hz: int, report: Report) -> None:
        self.jobs, self.rate_hz, self.report = jobs, rate_hz, report
        self.takes: list[mastering.Take] = []
        self.levels = mastering.Levels(rate_hz)
        self.done, self.total = 0, sum(job.size for job in jobs)
        self.newest: np.ndarray | None = None
        louder = sum(job.size * 10 ** (job.gain_db / 10) for job in jobs) / max(1, self.total)
        self.lift_db = -10 * math.log10(louder)  # what soft lines will cost the whole, and the whole must get back

    def waiting(self) -> None:
        newest = self.newest
        preview = (lambda: waveform.drawn(newest)) if newest is not None else None
        label = f"Speaking sentence {min(len(self.takes) + 1, len(self.jobs))} of {len(self.jobs)}"
        self.report(Progress(self.done, self.total * 1.02, label, preview))

    def finishing(self) -> None:
        self.report(Progress(self.total, self.total * 1.02, "Setting the loudness"))

    def speak_all(
        self, reader: Callable[[SentenceJob], reading.SpokenSentence], folder: Path
    ) -> Iterator[timing.TimedSentence]:
        now = 0.0
        for number, job in enumerate(self.jobs, 1):
            self.waiting()
            said = reader(job)
            samples = at_rate(said.samples, said.rate_hz, self.rate_hz)
            path = folder / f"take-{number:05d}.npy"
            _save(samples, path)
            last = number == len(self.jobs) and job.sentence.pause_seconds is None
            pause = 0.0 if last else job.pause_seconds
            speaker = f"{job.sentence.speaker}|{job.voice.name}"
            self.takes.append(mastering.Take(path, len(samples) / self.rate_hz, speaker, job.gain_db, pause))
            self.levels.add(speaker, samples)
            line = timing.TimedSentence(
                job.sentence.text, job.sentence.speaker, job.voice.name, 0.0, len(samples) / self.rate_hz, said.words
            )
            self._let_hear(number, samples, self.takes[-1], line)
            yield line.moved(now)
            now += (len(samples) + round(pause * self.rate_hz)) / self.rate_hz
            self.done, self.newest = self.done + job.size, samples

    def _let_hear(self, number: int, samples: np.ndarray, take: mastering.Take, line: timing.TimedSentence) -> None:
        """A finished sentence with its pause, as loud as it will be as far as that can be known now."""
        import numpy as np

        from pipelines.audio import loudness

        place = workspace()
        if place is None:
            return
        heard = place / "heard"
        heard.mkdir(parents=True, exist_ok=True)
        gain_db = self.levels.gain_db(take.speaker) + take.gain_db + self.lift_db
        loud = loudness.limited(mastering.louder(samples, gain_db), self.rate_hz)
        silence = np.zeros(round(take.pause_seconds * self.rate_hz), np.float32)
        about = heard / f"{number:04d}.json"
        half = about.with_suffix(".half")
        half.write_bytes(timing.words_json([line], take.seconds + take.pause_seconds, self.rate_hz))
        half.replace(about)
        mastering.write_whole(heard / f"{number:04d}.wav", np.concatenate([loud, silence]), self.rate_hz)

    def samples(self, take: mastering.Take) -> np.ndarray:
        import numpy as np

        return np.load(take.path, allow_pickle=False)

    @property
    def gains(self) -> dict[str, float]:
        return {speaker: self.levels.gain_db(speaker) for speaker in self.levels.blocks}


def _save(samples: np.ndarray, path: Path) -> None:
    import numpy as np

    half = path.with_suffix(".half")
    with half.open("wb") as file:
        np.save(file, samples)
    half.replace(path)


@contextmanager
def _folder() -> Iterator[Path]:
    """Where sentences are kept: the job's workspace, so that they are found again, or a folder that goes afterwards."""
    if (place := workspace()) is not None:
        kept = place / "sentences"
        kept.mkdir(parents=True, exist_ok=True)
        yield kept
    else:
        with tempfile.TemporaryDirectory(prefix="narrate-") as temporary:
            yield Path(temporary)


@contextmanager
def _reader(
    engine: str, folder: Path, waiting: Callable[[], None], spoken: dict[str, tongues.Speech], seed: int
) -> Iterator[Callable[[SentenceJob], reading.SpokenSentence]]:
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
        with load(MMS_ENGLISH) as (model, tokenizer):
            other = hub.HubReader(MMS_ENGLISH, model, tokenizer, folder, waiting)
            yield lambda job: other.read(job.sentence, spoken[job.voice.language], job.delivery.pace, seed)
