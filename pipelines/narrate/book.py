"""A book read aloud: chapter after chapter, with chapter marks and a cover for an audiobook (M4B)."""

from __future__ import annotations

import io
import json
from collections.abc import Iterable
from contextlib import ExitStack
from dataclasses import replace
from typing import Annotated

from PIL.Image import Image

from pipelines.audio import voices as the_voices
from pipelines.audio.voices import Blend
from pipelines.core.progress import Progress, Report, part, silent
from pipelines.core.registry import pipeline
from pipelines.core.settings import Choice, Input, Range, Refusal, Seed
from pipelines.media import Accompanied, Book, Sound
from pipelines.narrate.parts import checks, narration, script, timing, tongues, waveform
from pipelines.narrate.parts.draft import HIBARI
from pipelines.narrate.parts.japanese import SUDACHI
from pipelines.narrate.parts.pronounce import Speech

RATE_HZ = 24_000
SAMPLE = 20_000  # characters of a book by which its language is judged
TITLE_PAUSE_SECONDS, CHAPTER_PAUSE_SECONDS = 1.0, 2.0
COVER_PX = 1200


@pipeline(
    models=narration.CARDS,
    optional=(HIBARI, SUDACHI),
)
def book(
    book: Annotated[
        Book,
        Input(
            label="Book",
            help="EPUB, Word, PDF, Markdown or text.",
            samples=False,
        ),
    ],
    cover: Annotated[Image | None, Input(label="Cover", help="Empty: the cover of the EPUB.")] = None,
    *,
    voice: Annotated[str, Choice(the_voices.options, help="A voice of the book's language.")] = "af_heart",
    speed: Annotated[float, Range(0.6, 1.6, 0.05, help="1 is the usual speed of the voice.")] = 1.0,
    pause: Annotated[
        float,
        Range(0, 3, 0.05, label="Pause between sentences", help="In seconds. Pauses between paragraphs are longer."),
    ] = 0.4,
    engine: Annotated[
        str, Choice({key: narration.ENGINES[key] for key in ("kokoro", "draft")}, label="Model", more=True)
    ] = "kokoro",
    seed: Seed = 0,
    report: Report = silent,
) -> Accompanied[Sound]:
    """Read a book aloud, chapter by chapter. “More files” gives it as an audiobook (M4B) with chapter marks and cover.

    Mono at 24 kHz, -16 LUFS. Beside it: words.json with the chapters, subtitles, cover.jpg. An interrupted run speaks only what is missing; samples lie on
    disk, about 0.5 GB for an hour. Raises Refusal for a book that the voice does not read; MissingModel.
    """
    chosen = Blend(((voice, 1.0),))
    texts = _Told(book)
    with ExitStack() as stack:
        spoken = {chosen.language: stack.enter_context(tongues.tongue(chosen.language))}
        _check(book, chosen, spoken, engine)
        work = narration.Narration(RATE_HZ)
        pacing = narration.Pacing(speed, pause, 0.3, "", seed)
        folder = stack.enter_context(narration.sentences_folder())
        reader = stack.enter_context(narration.reader_of(engine, folder, work.waiting, spoken, seed))
        total, done = sum(len(text) for _, text in book.chapters), 0
        for number, (title, text) in enumerate(book.chapters, 1):
            stage = part(report, 0.98 * done / total, 0.98 * (done + len(text)) / total)
            jobs = _jobs(title, text, chosen, spoken, pacing)
            work.begin(jobs, _name_chapter(stage, number, len(book.chapters)))
            work.heard = number == 1
            texts.add(title or f"{number}", work.now_seconds, work.speak_all(reader, folder))
            done += len(text)
        if not work.takes:
            raise Refusal("This voice can read nothing of this book; choose another voice.")
        report(Progress(0.98, 1.0, "Setting the loudness"))
        samples = work.mastered(folder, seed)
    sound = Sound(samples.reshape(-1, 1), RATE_HZ)
    return Accompanied(sound, texts.files(sound.seconds, _cover(book, cover)), waveform.draw_waveform(samples))


def _check(book: Book, voice: Blend, spoken: dict[str, Speech], engine: str) -> None:
    """Raises Refusal for a book in a language that the voice does not read, judged by its beginning and its middle."""
    text, middle = "\n\n".join(text for _, text in book.chapters[:20]), book.chapters[len(book.chapters) // 2][1]
    read = script.parse(f"{text[:SAMPLE]}\n\n{middle[:SAMPLE]}", plain=True)
    checks.languages(read, {"": voice}, spoken)
    checks.engine(engine, spoken)


def _jobs(
    title: str, text: str, voice: Blend, spoken: dict[str, Speech], pacing: narration.Pacing
) -> list[narration.SentenceJob]:
    """The sentences of a chapter, after its title, with a longer pause after both."""
    jobs: list[narration.SentenceJob] = []
    for words, pause in ((title, TITLE_PAUSE_SECONDS), (text, CHAPTER_PAUSE_SECONDS)):
        if any(sign.isalnum() for sign in words):
            read = script.parse(words, plain=True)
            made = list(narration.jobs_of(read, {"": voice}, spoken, pacing))
            if made:
                last = replace(made[-1].sentence, pause_seconds=pause)
                jobs += [*made[:-1], replace(made[-1], sentence=last, pause_seconds=pause)]
    return jobs


def _name_chapter(report: Report, number: int, count: int) -> Report:
    return lambda progress: report(replace(progress, label=f"Chapter {number} of {count}"))


def _cover(book: Book, given: Image | None) -> bytes:
    if given is None:
        return book.cover
    out, small = io.BytesIO(), given.copy()
    small.thumbnail((COVER_PX, COVER_PX))
    small.save(out, "JPEG", quality=88)
    return out.getvalue()


class _Told:
    """The words and subtitles of a book, kept as text, so that a long one takes a megabyte for an hour."""

    def __init__(self, book: Book) -> None:
        self.title, self.author = book.title, book.author
        self.chapters: list[dict[str, object]] = []
        self.sentences: list[str] = []
        self.srt: list[bytes] = []
        self.vtt: list[bytes] = []
        self.cues = 0

    def add(self, title: str, start: float, lines: Iterable[timing.TimedSentence]) -> None:
        """Takes a chapter that begins at `start` seconds, while it is spoken."""
        self.chapters.append({"title": title, "start": round(start, 3)})
        for line in lines:
            bare = replace(line, words=tuple(replace(word, sounds=()) for word in line.words))
            told = timing.sentences_told([bare])[0]
            self.sentences.append(json.dumps(told, ensure_ascii=False, separators=(",", ":")))
            self.srt.append(timing.srt([bare], self.cues + 1))
            self.vtt.append(timing.vtt([bare]).removeprefix(timing.VTT_HEAD))
            self.cues += len(list(timing.cues([bare])))

    def files(self, seconds: float, cover: bytes) -> dict[str, bytes]:
        """The files beside the sound."""
        about = {
            "title": self.title,
            "author": self.author,
            "chapters": self.chapters,
            "seconds": round(seconds, 4),
            "rate_hz": RATE_HZ,
            "estimated": False,
        }
        head = json.dumps(about, ensure_ascii=False)[:-1]
        words = f'{head},"sentences":[{",".join(self.sentences)}],"visemes":[]}}'
        made = {"words.json": words.encode(), "subtitles.srt": b"\n".join(self.srt)}
        made["subtitles.vtt"] = timing.VTT_HEAD + b"".join(self.vtt)
        return made | ({"cover.jpg": cover} if cover else {})
