"""A film in Spanish: the director reads the story and translates it, the narrator speaks it, subtitles are there in two languages."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import av
import pytest

from pipelines.core.models import where
from pipelines.core.registry import find
from pipelines.core.settings import Refusal
from pipelines.media import beside, load_sound
from pipelines.narrate.parts import recognition
from pipelines.narrate.parts.kokoro import KOKORO
from pipelines.narrate.parts.spelling import language_of
from studio.engine.runners import InProcess
from studio.engine.suggesting import is_foreign
from studio.film.executors import render_here
from studio.film.storyboard import as_json, storyboard_of
from studio.storage.artifacts import Call
from studio.studio import open_studio
from studio.web.describe import other_voice
from tests.asgi import client  # noqa: F401 (a fixture)
from tests.pipelines.film.test_directing import Scripted, choice, server
from tests.studio import film_stubs as stubs

POST = {"x-studio": "1"}
LINES = ("Un zorro pequeño camina por la playa al caer la tarde.", "La barca espera junto al viejo puente de madera.")
ALSO = ("A small fox walks along the beach in the late afternoon.", "The boat waits beside the old wooden bridge.")
SCENES = [
    {"id": f"s{n}", "picture": {"prompt": "a fox"}, "line": line, "also": also}
    for n, (line, also) in enumerate(zip(LINES, ALSO), 1)
]
STORY = {
    "title": "El zorro",
    "voice": "ef_dora",
    "scenes": SCENES,
    "music": {"from": "none"},
    "subtitles": {"mode": "track", "second": "en"},
}


@pytest.fixture(autouse=True)
def real_pipelines_afterwards(monkeypatch):
    """No stub is found by a later test."""
    yield
    monkeypatch.undo()
    find.cache_clear()


def test_the_language_of_a_text():
    assert [
        language_of(text) for text in (" ".join(LINES), " ".join(ALSO), "静かな夜に猫が歩いた。", "今天天气很好。")
    ] == ["es", "en", "ja", "zh"]
    offers = {
        ("af_heart", " ".join(LINES)): ("ef_dora", "kokoro"),
        ("ef_dora", " ".join(LINES)): None,  # Dora reads Spanish
        ("af_heart", "Guten Morgen, wie geht es dir?"): ("af_heart", "mms-german"),
        ("jf_alpha", "Bonjour, Marie"): None,
        ("jf_alpha", "Il ne dort pas"): ("ff_siwis", "kokoro"),
        ("jf_alpha", "Who is there?"): ("af_heart", "kokoro"),
    }
    for (voice, text), wanted in offers.items():
        other = other_voice(Call("narrate.speak", {}, {"text": text, "voice": voice}))
        assert (other and (other.settings["voice"], other.settings["engine"])) == wanted
    assert [is_foreign(text) for text in ("un zorro en la nieve", "Ein Fuchs im Schnee", "Otto bakes in Rome")] == [
        True,
        True,
        False,
    ]


def test_second_subtitles_are_kept_and_checked():
    board = storyboard_of(STORY)
    assert storyboard_of(as_json(board)) == board and board.scenes[1].also == ALSO[1]
    assert "second" not in as_json(storyboard_of({}))["subtitles"]
    with pytest.raises(Refusal, match="no second subtitles"):
        storyboard_of(STORY | {"subtitles": {"second": "xx"}})


def test_the_director_translates_line_for_line():
    from pipelines.film.parts.directing.author import translate

    assert translate([LINES[0], "", LINES[1]], "en", Scripted({"lines": list(ALSO)})) == [ALSO[0], "", ALSO[1]]
    for wrong in ({"lines": [ALSO[0]]}, {"lines": "x"}, {"lines": [5, 5]}):
        with pytest.raises(Refusal):
            translate(list(LINES), "en", Scripted(wrong))
    with pytest.raises(Refusal, match="translated into"):
        translate(list(LINES), "xx", Scripted())


def test_a_spanish_story_gets_a_spanish_voice_and_its_lines_are_translated(
    client: Any,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
):
    asked = {"lines": list(LINES), "language": "en"}
    assert client.post("/studio/films/translate", json=asked, headers=POST).status_code == 400  # nobody is named
    monkeypatch.setenv("STUDIO_DIRECTOR_MODEL", "qwen3:4b")
    actor = {"id": "fox-1", "noun": "fox", "said": "zorro", "act": "walk"}
    with server(choice(json.dumps({"scenes": [{"actors": [actor]}] * 2}))) as (url, _):
        monkeypatch.setenv("STUDIO_DIRECTOR", url)
        told = client.post("/studio/films/story", json={"text": " ".join(LINES), "director": "model"}, headers=POST)
        assert told.json()["voice"] == "ef_dora" and [one["line"] for one in told.json()["scenes"]] == list(LINES)
    with server(choice(json.dumps({"lines": list(ALSO)}))) as (url, _):
        monkeypatch.setenv("STUDIO_DIRECTOR", url)
        answer = client.post("/studio/films/translate", json=asked, headers=POST)
        assert answer.json() == {"lines": list(ALSO)}
        for wrong in ({"lines": "x"}, {"lines": [5]}, {"language": 5}, {"language": "xx"}, {"lines": ["x"] * 999}):
            assert client.post("/studio/films/translate", json=asked | wrong, headers=POST).status_code == 400


def render_draft(home: Path) -> Any:
    """The film as a draft: where it lies."""
    studio = open_studio(home, InProcess(), spares=0)
    try:
        return render_here(studio.films, studio.films.create("ada", storyboard_of(STORY)), "draft").path
    finally:
        studio.close()


def tracks(path: Path) -> dict[str, str]:
    """What each track of subtitles says, by its language."""
    texts: dict[str, str] = {}
    with av.open(str(path)) as opened:
        for stream in opened.streams.subtitles:
            packets = [bytes(packet) for packet in opened.demux(stream) if packet.size > 2]
            opened.seek(0)
            texts[stream.language or ""] = " ".join(data[2:].decode().replace("\n", " ") for data in packets)
    return texts


@pytest.mark.slow
def test_a_film_has_subtitles_in_two_languages(tmp_path, monkeypatch):
    stubs.install(monkeypatch)
    path = render_draft(tmp_path)
    told = tracks(path)
    assert list(told) == ["spa", "eng"] and told["spa"] == " ".join(LINES) and told["eng"] == " ".join(ALSO)
    second = (beside(path) / "subtitles.en.srt").read_text()
    assert " ".join(ALSO[0].split()) in " ".join(second.split()) and second.count("-->") == 2
    first = (beside(path) / "subtitles.srt").read_text()
    assert re.search(r"--> (\S+)", second)[1][:5] == re.search(r"--> (\S+)", first)[1][:5]  # type: ignore[index]


@pytest.mark.long
@pytest.mark.weights
@pytest.mark.skipif(
    any(where(card) is None for card in (*recognition.CARDS, KOKORO)), reason="Whisper or Kokoro is not here"
)
def test_a_recogniser_hears_the_spanish_of_a_spanish_film(tmp_path, monkeypatch):
    from measure.eval.short import count_errors, split_words, transcribe
    from pipelines.core.models import load

    real = dict(stubs.STUBS)
    del real["pipelines.narrate.speak"]  # the voice is the studio's own
    monkeypatch.setattr(stubs, "STUBS", real)
    stubs.install(monkeypatch)
    path = render_draft(tmp_path)
    sound = load_sound(path)
    with load(recognition.WHISPER) as model:
        text = transcribe(model, sound.samples.mean(axis=1), sound.rate_hz, "es")
    said = split_words(" ".join(LINES), "es")
    wrong = count_errors(said, split_words(text, "es"))
    print(f"{wrong} of {len(said)} words misheard: {text}")
    assert wrong <= 0.15 * len(said) and set(tracks(path)) == {"spa", "eng"}
