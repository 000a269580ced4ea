"""A recording written down, with the time of every word: captions, and a text that can be corrected."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import Annotated

from pipelines.core.models import load
from pipelines.core.progress import Progress, Report, part, silent
from pipelines.core.registry import pipeline
from pipelines.core.settings import Choice, Input, Refusal, Text, Toggle
from pipelines.media import Accompanied, Sound, Words, save_sound
from pipelines.narrate.parts import captions, cleaning, recognition, timing
from pipelines.narrate.parts import speakers as speakers_of
from pipelines.narrate.parts.cleaning import DENOISER
from pipelines.narrate.parts.speakers import ENCODER

LONGEST_SECONDS = 1800.0
SHORTEST_SECONDS = 0.2
MAX_CHARACTERS = 80_000


@pipeline(models=recognition.CARDS, optional=(DENOISER, ENCODER))
def transcribe(
    recording: Annotated[
        Sound,
        Input(
            label="Recording",
            help="Speech, at most half an hour.",
        ),
    ],
    *,
    language: Annotated[str, Choice(recognition.LANGUAGES, help="What is spoken in the recording.")] = "auto",
    correction: Annotated[
        str,
        Text(
            label="Corrected text",
            help="Empty at first. Then correct it and run again.",
            lines=6,
            max_characters=MAX_CHARACTERS,
            receives=True,
            more=True,
        ),
    ] = "",
    cut: Annotated[
        bool,
        Toggle(
            label="Cut out deleted words",
            help="Gives recording.wav without the words that you deleted.",
            more=True,
        ),
    ] = False,
    speakers: Annotated[
        str,
        Choice(
            speakers_of.CHOICES,
            label="Speakers",
            help="Who speaks, by the voice.",
            more=True,
        ),
    ] = "off",
    clean: Annotated[
        bool,
        Toggle(
            label="Take noise out",
            help="Adds a recording with less noise.",
            more=True,
        ),
    ] = False,
    report: Report = silent,
) -> Accompanied[Words]:
    """Write down what is said in a recording, with the time of every word and the pauses.

    Whisper base (Radford et al. 2022) in 8 bits. The text; beside it words.json (words in seconds, pauses), subtitles.srt and .vtt, and with `cut` or
    `clean` recording.wav. Raises Refusal for a recording without words, too short or over half an hour; MissingModel without Whisper (148 MB).
    """
    if not SHORTEST_SECONDS <= recording.seconds <= LONGEST_SECONDS:
        raise Refusal(f"The recording must last {SHORTEST_SECONDS:g} seconds to {LONGEST_SECONDS / 60:.0f} minutes.")
    heard = listen_to(recording, language, part(report, 0, 0.8) if clean else report)
    sound = recognition.at_16_khz(recording) if speakers != "off" else None
    if clean:
        with load(DENOISER) as networks:
            cleaning_up = part(report, 0.8, 1)
            recording = cleaning.clean_sound(
                networks, recording, lambda done: cleaning_up(Progress(done, recording.seconds, "Taking noise out"))
            )
    lines, struck = list(heard.sentences), list[tuple[float, float]]()
    if correction.strip():
        lines, struck = captions.correct_lines(lines, speakers_of.without_names(correction))
    if speakers != "off":
        with load(ENCODER) as net:
            lines = speakers_of.told_apart(net, sound, lines, speakers)
    files = {}
    seconds = recording.seconds
    if cut and struck:
        shorter = captions.without(recording, struck)
        lines, seconds = captions.moved_for(lines, struck), shorter.seconds
        if not lines:
            raise Refusal("The corrected text leaves out every word; keep at least one.")
        files["recording.wav"] = _wav(shorter)
    elif clean:
        files["recording.wav"] = _wav(recording)
    files |= files_of(lines, seconds, recording.rate_hz)
    pauses = [[round(start, 3), round(end, 3)] for start, end in recognition.pauses(lines, seconds)]
    detail = {
        "language": heard.language,
        "certainty": round(heard.certainty, 3),
        "seconds": round(seconds, 3),
        "cut": [[round(start, 3), round(end, 3)] for start, end in struck],
        "pauses": pauses,
    }
    written = (f"{line.speaker}: {line.text}" if line.speaker else line.text for line in lines)
    return Accompanied(Words("\n".join(written), detail), files)


def listen_to(recording: Sound, language: str, report: Report) -> recognition.Heard:
    """What is said in a recording. Raises Refusal where no word is heard."""
    report(Progress(0, 1, "Listening"))
    samples = recognition.at_16_khz(recording)
    with load(recognition.WHISPER) as model:
        heard = recognition.recognise_speech(
            model,
            samples,
            language,
            lambda seconds: report(Progress(seconds, recording.seconds, "Writing down what is said")),
        )
    if not heard.sentences:
        raise Refusal("No words are heard; choose a recording in which somebody speaks.")
    return heard


def files_of(lines: list[timing.TimedSentence], seconds: float, rate_hz: int) -> dict[str, bytes]:
    """Words and subtitles in the formats of every voice of the studio."""
    told = json.loads(timing.words_json(lines, seconds, rate_hz, estimated=True))
    told.pop("visemes")  # no sounds were recognised, so a mouth follows the loudness
    words = json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode()
    return {"words.json": words, "subtitles.srt": timing.srt(lines), "subtitles.vtt": timing.vtt(lines)}


def _wav(sound: Sound) -> bytes:
    with tempfile.TemporaryDirectory(prefix="transcribe-") as folder:
        save_sound(sound, path := Path(folder) / "recording.wav")
        return path.read_bytes()
