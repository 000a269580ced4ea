"""Text or a dialogue as speech, with the time of every word and sound: Kokoro-82M (hexgrad 2025, after StyleTTS 2, Li et al. 2023)."""

from __future__ import annotations

from contextlib import ExitStack
from typing import Annotated

from pipelines.audio import voices as the_voices
from pipelines.core.progress import Progress, Report, silent
from pipelines.core.registry import pipeline
from pipelines.core.settings import Choice, Range, Seed, Text, Toggle
from pipelines.media import Accompanied, Sound
from pipelines.narrate.parts import checks, narration, script, tongues
from pipelines.narrate.parts import hub_voices as hub
from pipelines.narrate.parts.draft import HIBARI
from pipelines.narrate.parts.japanese import SUDACHI

VARIATION = 0.3  # how much speed and pauses change from sentence to sentence
RATES = {"24000": "24 kHz, as it is made", "48000": "48 kHz, as films want it"}
MAX_CHARACTERS = 80_000
TONGUES = {
    "": "That of the voice",
    "en": "English",
    "es": "Spanish",
    "fr": "French",
    "it": "Italian",
    "ja": "Japanese",
    "pt": "Portuguese",
    "zh": "Mandarin",
}


def feelings() -> dict[str, str]:
    """The ways of speaking as a form shows them."""
    return {"": "As the voice speaks", **{name: name.capitalize() for name in script.styles()}}


@pipeline(
    models=narration.CARDS,
    optional=(*hub.CARDS.values(), HIBARI, SUDACHI),
    hub=True,
)
def speak(
    *,
    text: Annotated[
        str,
        Text(
            help="“Anna: …” begins a line of a dialogue.",
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
        Choice(the_voices.options),
    ] = "af_heart",
    language: Annotated[str, Choice(TONGUES, help="A voice of this language reads the text.", more=True)] = "",
    cast: Annotated[
        str,
        Text(
            label="Voices of the speakers",
            help="Such as Anna = Heart, Ben = Michael.",
            placeholder="Anna = Heart, Ben = Michael",
            more=True,
        ),
    ] = "",
    feeling: Annotated[
        str,
        Choice(
            feelings,
            help="“Anna (sadly): …” sets one line.",
        ),
    ] = "",
    speed: Annotated[float, Range(0.6, 1.6, 0.05, help="1 is the usual speed of the voice.", more=True)] = 1.0,
    pause: Annotated[
        float,
        Range(
            0,
            3,
            0.05,
            label="Pause between sentences",
            help="In seconds. Pauses between paragraphs are longer.",
            more=True,
        ),
    ] = 0.35,
    air: Annotated[
        bool,
        Toggle(
            label="Breaths and room tone",
            help="Instead of silence.",
            more=True,
        ),
    ] = False,
    rate: Annotated[str, Choice(RATES, label="Sampling rate", more=True)] = "24000",
    engine: Annotated[str, Choice(narration.ENGINES, label="Model", more=True)] = "kokoro",
    seed: Seed = 0,
    report: Report = silent,
) -> Accompanied[Sound]:
    """Speak a text or a dialogue, and say when each word is heard.

    Mono float32 at `rate` Hz, -16 LUFS (EBU R128), true peaks under -1 dBTP. Beside it: words.json (words, phonemes, visemes in seconds),
    subtitles.srt and .vtt. While it runs, finished sentences appear in the workspace as heard/0001.wav with heard/0001.json.
    Raises Refusal for a text that cannot be read aloud, MissingModel without its networks (92 MB) and dictionaries (13 MB).
    """
    read = script.parse(text, frozenset(given := the_voices.cast_from(cast)))
    first = the_voices.Blend(((checks.voice_of(language, voice), 1.0),))
    assigned = the_voices.assign_voices(read.speakers, first, given)
    if engine in hub.CARDS:
        assigned = dict.fromkeys(assigned, hub.SPEAKS[engine])
    report(Progress(0, 1, "Reading the text"))
    with ExitStack() as stack:
        languages = {chosen.language for chosen in assigned.values()}
        spoken = {language: stack.enter_context(tongues.tongue(language)) for language in languages}
        checks.languages(read, assigned, spoken)
        checks.engine(engine, languages)
        jobs = list(narration.jobs_of(read, assigned, spoken, narration.Pacing(speed, pause, VARIATION, feeling, seed)))
        work = narration.Narration(int(rate))
        work.begin(jobs, report)
        with narration.sentences_folder() as folder:
            reader = stack.enter_context(narration.reader_of(engine, folder, work.waiting, spoken, seed))
            lines = list(work.speak_all(reader, folder))
            samples = work.mastered(folder, seed if air else None)
    return narration.spoken(samples, work.rate_hz, lines, estimated=engine in hub.CARDS)
