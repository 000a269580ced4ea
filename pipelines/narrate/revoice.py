"""A recording spoken again by one of the studio's voices, each sentence in its time."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from pipelines.audio import voices as the_voices
from pipelines.audio.voices import VOICES, Blend
from pipelines.core.models import load
from pipelines.core.progress import Progress, Report, part, silent
from pipelines.core.registry import pipeline
from pipelines.core.settings import Choice, Input, Refusal, Text, Toggle
from pipelines.media import Accompanied, Sound
from pipelines.narrate.parts import (
    captions,
    checks,
    mastering,
    narration,
    phrasing,
    recognition,
    script,
    synthesis,
    tongues,
)
from pipelines.narrate.parts.japanese import SUDACHI
from pipelines.narrate.parts.kokoro import KOKORO, RATE_HZ, Delivery
from pipelines.narrate.parts.timing import TimedSentence
from pipelines.narrate.transcribe import LONGEST_SECONDS, MAX_CHARACTERS, SHORTEST_SECONDS, listen_to

if TYPE_CHECKING:
    import numpy as np

CONSENT = "I recorded this, or whoever speaks in it has agreed"
SLOWEST, QUICKEST = 0.6, 1.6
_TRIES = 2  # of a sentence: at the voice's own pace, then at the one that fits


@pipeline(models=(*recognition.CARDS, *narration.CARDS), optional=(SUDACHI,))
def revoice(
    recording: Annotated[Sound, Input(label="Recording", help="One person speaking, at most half an hour.")],
    *,
    consent: Annotated[
        bool,
        Toggle(
            label=CONSENT,
            help="Never invent what somebody said.",
            page="law",
        ),
    ] = False,
    voice: Annotated[str, Choice(the_voices.options, help="It must read the recording's language.")] = "af_heart",
    correction: Annotated[
        str,
        Text(
            label="Corrected text",
            help="Correct what was misheard. Empty: as it was heard.",
            lines=6,
            max_characters=MAX_CHARACTERS,
            receives=True,
            more=True,
        ),
    ] = "",
    report: Report = silent,
) -> Accompanied[Sound]:
    """Speak a recording again with one of the studio's voices, each sentence where it was.

    Whisper (Radford et al. 2022) writes it down, Kokoro speaks it. Mono float32 at 24 kHz, as long as the recording or, where a sentence cannot be said in its time at
    1.6 times the usual pace, a little longer. Raises Refusal without consent, for no words, and for a language that the voice does not read; MissingModel.
    """
    if not consent:
        raise Refusal(f"Tick “{CONSENT}” first.")
    if not SHORTEST_SECONDS <= recording.seconds <= LONGEST_SECONDS:
        raise Refusal(f"The recording must last {SHORTEST_SECONDS:g} seconds to {LONGEST_SECONDS / 60:.0f} minutes.")
    chosen = the_voices.Blend(((voice, 1.0),))
    lines = list(listen_to(recording, chosen.language[:2], part(report, 0, 0.3)).sentences)
    if correction.strip():
        lines, _ = captions.correct_lines(lines, correction)
    with ExitStack() as stack:
        tongue = stack.enter_context(tongues.tongue(chosen.language))
        read = script.Script([script.Sentence((script.TextSpan(line.text),)) for line in lines])
        checks.languages(read, {"": chosen}, {chosen.language: tongue})
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="revoice-")))
        session, tables = stack.enter_context(load(KOKORO)), stack.enter_context(load(VOICES))
        reader = synthesis.of_kokoro(session, tables, folder, lambda: None)
        phrases = [tuple(phrasing.phrases(sentence, tongue)) for sentence in read.sentences]
        takes, spoken = _in_time(reader, chosen, lines, phrases, recording.seconds, folder, part(report, 0.3, 1))
        levels = mastering.Levels(RATE_HZ)
        for take in takes:
            levels.add(take.speaker, _samples(take))
        samples = mastering.master_takes(takes, {voice: levels.gain_db(voice)}, RATE_HZ, _samples, lambda: None, folder)
    return narration.spoken(samples, RATE_HZ, spoken, estimated=False)


def _in_time(
    reader: synthesis.Synthesizer,
    voice: Blend,
    lines: Sequence[TimedSentence],
    phrases: Sequence[tuple[phrasing.Phrase, ...]],
    seconds: float,
    folder: Path,
    report: Report,
) -> tuple[list[mastering.Take], list[TimedSentence]]:
    """The sentences spoken, with the silence after each that puts the next in its place; the first has the silence before it."""
    import numpy as np

    takes: list[mastering.Take] = []
    lines_spoken: list[TimedSentence] = []
    now = 0.0
    spoken = [(line, given) for line, given in zip(lines, phrases) if given]
    for number, (line, given) in enumerate(spoken):
        report(Progress(number, len(spoken), f"Speaking sentence {number + 1} of {len(spoken)}"))
        sentence = _fit_sentence(reader, given, voice, line.end - line.start)
        lead = max(0.0, line.start - now)
        if takes:
            takes[-1] = replace(takes[-1], pause_seconds=lead)
            before = np.zeros(0, np.float32)
        else:
            before = np.zeros(round(lead * RATE_HZ), np.float32)
        samples = np.concatenate([before, sentence.samples])
        np.save(path := folder / f"take-{number:05d}.npy", samples)
        length = len(sentence.samples) / RATE_HZ
        takes.append(mastering.Take(path, len(samples) / RATE_HZ, voice.parts[0][0], 0.0, 0.0))
        lines_spoken.append(TimedSentence(line.text, "", voice.name, 0.0, length, sentence.words).moved(now + lead))
        now += lead + length
    if not takes:
        raise Refusal("There are no words in this recording; choose another.")
    takes[-1] = replace(takes[-1], pause_seconds=max(0.0, seconds - now))
    return takes, lines_spoken


def _fit_sentence(
    reader: synthesis.Synthesizer, given: tuple[phrasing.Phrase, ...], voice: Blend, seconds: float
) -> synthesis.SpokenSentence:
    """A sentence at the pace at which it lasts as long as the recorded one, as far as a voice can go."""
    pace = 1.0
    sentence = reader.read(given, voice, Delivery())
    for _ in range(_TRIES - 1):
        length = len(sentence.samples) / RATE_HZ
        pace = min(QUICKEST, max(SLOWEST, pace * length / max(seconds, 0.1)))
        sentence = reader.read(given, voice, Delivery(pace=round(pace, 3)))
    return sentence


def _samples(take: mastering.Take) -> np.ndarray:
    import numpy as np

    return np.load(take.path, allow_pickle=False)
