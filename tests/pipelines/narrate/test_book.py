"""Books: read from every format, refused with one sentence where hostile, spoken chapter by chapter, resumed, written as M4B."""

from __future__ import annotations

import io
import json
from contextlib import contextmanager

import av
import numpy as np
import pytest

from pipelines import media
from pipelines.core.progress import Cancelled, working_in
from pipelines.core.settings import Refusal
from pipelines.media.book import as_json, read_book
from pipelines.narrate.book import book as narrated
from pipelines.narrate.parts import kokoro, narration
from pipelines.narrate.parts import synthesis as reading
from tests import books

FILES = {
    ".epub": books.epub,
    ".docx": books.docx,
    ".pdf": books.pdf,
    ".md": lambda: books.MARKDOWN,
    ".txt": lambda: books.PLAIN,
}


def read_data(data, ending):
    return read_book(io.BytesIO(data), ending)


@pytest.mark.parametrize("ending", FILES)
def test_chapters_of_every_format(ending):
    book = read_data(FILES[ending](), ending)
    extra = " Un enlace." if ending == ".md" else ""
    numbered = ending == ".txt"
    wanted = [
        (f"Capítulo {n}" if numbered else title, text + extra) for n, (title, text) in enumerate(books.CHAPTERS, 1)
    ]
    assert [(title, " ".join(text.split())) for title, text in book.chapters] == wanted
    if ending in (".epub", ".docx"):
        assert (book.title, book.author) == ("El zorro y el mar", "Ana Ríos")
    assert bool(book.cover) == (ending == ".epub")
    assert read_data(as_json(book), ".json") == book or book.cover  # a cover is painted anew each time


@pytest.mark.parametrize("name", books.HOSTILE)
def test_a_hostile_book_gets_one_sentence(name):
    data, says = books.HOSTILE[name]
    with pytest.raises(Refusal, match=says):
        read_data(data(), name[name.rindex(".") :])


@pytest.fixture
def speak_in_tones(monkeypatch):
    """Speech is a tone of 50 ms a phoneme; gives the phonemes that were spoken."""
    spoken: list[str] = []

    def utter(phonemes, voice, ways):
        spoken.append(phonemes)
        frames = np.full(len(phonemes) + 2, 2, np.int64)
        time = np.arange(int(frames.sum()) * kokoro.FRAME) / kokoro.RATE_HZ
        return kokoro.Spoken((0.2 * np.sin(2 * np.pi * 220 * time)).astype(np.float32), frames)

    @contextmanager
    def reader_of(engine, folder, waiting, tongues, seed):
        own = reading.Synthesizer(kokoro.KOKORO, utter, folder)
        yield lambda job: own.read(job.phrases, job.voice, job.delivery)

    monkeypatch.setattr(narration, "reader_of", reader_of)
    return spoken


def test_a_book_is_spoken_with_its_chapters_and_goes_on_after_a_stop(speak_in_tones, tmp_path):
    book = read_data(books.epub(), ".epub")

    def stop(progress):
        if len(speak_in_tones) == 4:
            raise Cancelled

    with working_in(tmp_path):
        with pytest.raises(Cancelled):
            narrated(book, voice="ef_dora", report=stop)
        spoken = narrated(book, voice="ef_dora")
    assert len(speak_in_tones) == len(set(speak_in_tones)) == 6  # two titles and four sentences, none twice
    words = json.loads(spoken.files["words.json"])
    assert [one["title"] for one in words["chapters"]] == ["La luz", "El mar"] and words["author"] == "Ana Ríos"
    second = words["chapters"][1]["start"]
    assert words["sentences"][3]["text"] == "El mar" and words["sentences"][3]["start"] == pytest.approx(
        second, abs=0.001
    )
    assert second - words["sentences"][2]["end"] == pytest.approx(2.0, abs=0.01)
    assert spoken.files["subtitles.srt"].count(b"-->") == 6 and b"\n6\n" in spoken.files["subtitles.srt"]
    with pytest.raises(Refusal, match="does not look like English"):
        narrated(media.Book("", "", "", (("", "Ayer por la tarde caminamos despacio hacia el puente viejo."),)))


def test_an_audiobook_has_its_marks_title_and_cover(speak_in_tones, tmp_path):
    spoken = narrated(read_data(books.epub(), ".epub"), voice="ef_dora")
    wav = tmp_path / "book.wav"
    media.save_sound(spoken.main, wav)
    media.beside(wav).mkdir()
    for name, data in spoken.files.items():
        (media.beside(wav) / name).write_bytes(data)
    media.save_sound(media.load_sound(wav), path := tmp_path / "book.m4b")
    with av.open(str(path)) as opened:
        chapters, told = opened.chapters(), dict(opened.metadata)
        pictures = [
            stream for stream in opened.streams.video if stream.disposition & av.stream.Disposition.attached_pic
        ]
        assert opened.streams.audio[0].codec_context.name == "aac" and len(pictures) == 1
        assert abs(opened.duration / 1e6 - spoken.main.seconds) < 0.2
    assert path.read_bytes()[8:12] == b"M4B " and (told["title"], told["artist"]) == ("El zorro y el mar", "Ana Ríos")
    starts = [stream["start"] for stream in json.loads(spoken.files["words.json"])["chapters"]]
    assert [stream["metadata"]["title"] for stream in chapters] == ["La luz", "El mar"]
    assert [float(stream["start"] * stream["time_base"]) for stream in chapters] == pytest.approx(starts, abs=0.002)
