"""Who reads a story: rules or a language model that the administrator names; a visitor is told where the story goes."""

from __future__ import annotations

import json
from typing import Any

import pytest

from pipelines.core.settings import Refusal
from tests.asgi import client  # noqa: F401 (a fixture)
from tests.pipelines.film.test_directing import choice, server

ACTOR = {"id": "girl-1", "noun": "girl", "said": "Mädchen", "act": "walk"}
POST = {"x-studio": "1"}


@pytest.fixture
def name_director(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Names the director at an address."""

    def name(url: str) -> None:
        monkeypatch.setenv("STUDIO_DIRECTOR", url)
        monkeypatch.setenv("STUDIO_DIRECTOR_MODEL", "qwen3:4b")

    return name


def test_a_story_goes_to_the_model_only_where_one_is_named_and_asked_for(client: Any, name_director: Any):  # noqa: F811
    asked = {"text": "Ein Mädchen geht.", "director": "model"}
    refused = client.post("/studio/films/story", json=asked, headers=POST)
    assert refused.status_code == 400 and "No language model" in refused.text
    assert client.post("/studio/films/story", json=asked | {"director": "x"}, headers=POST).status_code == 400
    with server(choice(json.dumps({"scenes": [{"actors": [ACTOR]}]}))) as (url, questions):
        name_director(url)
        assert client.get("/studio/films/choices").json()["director"] == {"name": "qwen3:4b", "host": "127.0.0.1"}
        scenes = client.post("/studio/films/story", json=asked, headers=POST).json()["scenes"]
        assert client.post("/studio/films/story", json=asked | {"director": "rules"}, headers=POST).status_code == 400
    assert len(questions) == 1 and scenes[0]["line"] == "Ein Mädchen geht."
    assert scenes[0]["record"]["scene"]["actors"][0]["said"] == "Mädchen"


def test_a_part_of_a_story_is_one_short_request(client: Any, name_director: Any):  # noqa: F811
    asked = {
        "text": "A girl walks in the wide green forest.\nShe runs along the river to the mill.\nShe sleeps there until the next morning.",
        "director": "model",
        "part": 1,
        "met": ["Anna (girl)"],
    }
    with server(choice(json.dumps({"scenes": [{"actors": [ACTOR]}]}))) as (url, questions):
        name_director(url)
        answer = client.post("/studio/films/story", json=asked, headers=POST).json()
        for wrong in ({"part": -1}, {"part": "x"}, {"met": [5]}, {"met": ["a"] * 99}):
            assert client.post("/studio/films/story", json=asked | wrong, headers=POST).status_code == 400
    assert (answer["parts"], answer["met"], len(answer["scenes"])) == (2, ["Mädchen (girl)"], 1)
    assert answer["scenes"][0]["line"] == "She sleeps there until the next morning." and len(questions) == 1
    assert "Anna (girl)" in questions[0][2]["messages"][-1]["content"]


def test_the_director_writes_when_asked_and_the_film_says_so(client: Any, name_director: Any):  # noqa: F811
    asked = {"text": "a fox", "ask": "young"}
    refused = client.post("/studio/films/write", json=asked, headers=POST)
    assert refused.status_code == 400 and "No language model is named" in refused.text
    with server(choice(json.dumps({"story": "A fox sleeps."}))) as (url, questions):
        name_director(url)
        assert client.post("/studio/films/write", json=asked, headers=POST).json() == {
            "text": "A fox sleeps.",
            "by": "qwen3:4b",
        }
        for wrong in ({"ask": "poison"}, {"ask": 5}, {"text": ["x"]}, {"text": ""}):
            assert client.post("/studio/films/write", json=asked | wrong, headers=POST).status_code == 400
    assert len(questions) == 1
    board = {"scenes": [{"line": "A fox sleeps.", "picture": {"prompt": "a fox"}}], "text_by": "qwen3:4b"}
    assert (
        client.post("/studio/films", json={"storyboard": board}, headers=POST).json()["storyboard"]["text_by"]
        == "qwen3:4b"
    )


@pytest.mark.parametrize(
    ("answer", "status", "said"),
    [
        (b"<html>", 200, "protocol"),
        (b"x" * 10_000_000, 200, "too long"),
        (b"", 302, "302"),
        (choice("{"), 200, "no JSON"),
        (b"k", 500, "500"),
    ],
)
def test_a_hostile_director_ends_in_one_sentence(
    client: Any,  # noqa: F811
    name_director: Any,
    answer: bytes,
    status: int,
    said: str,
):
    with server(answer, status, location="http://127.0.0.1:1/") as (url, _):
        name_director(url)
        for path, asked in (
            ("write", {"text": "a fox", "ask": "story"}),
            ("story", {"text": "A fox.", "director": "model", "part": 0}),
        ):
            refused = client.post(f"/studio/films/{path}", json=asked, headers=POST)
            problem = refused.json()["problem"]
            assert refused.status_code == 400 and said in problem and "\n" not in problem


def test_a_silent_director_ends_in_one_sentence(client: Any, name_director: Any, monkeypatch: pytest.MonkeyPatch):  # noqa: F811
    import socket

    from pipelines.hub import chat_endpoint

    monkeypatch.setattr(chat_endpoint, "TIMEOUT_SECONDS", 0.3)
    with socket.create_server(("127.0.0.1", 0)) as deaf:
        name_director(f"http://127.0.0.1:{deaf.getsockname()[1]}/v1")
        refused = client.post("/studio/films/write", json={"text": "a fox", "ask": "story"}, headers=POST)
    assert refused.status_code == 400 and "did not answer within" in refused.text


SENTENCE = "It was late. [[The {old} shop sold 3 lamps.]] Then it closed."


def reword_sentence(answer: Any, named: Any, **settings: Any) -> tuple[Any, list[Any]]:
    """A rewriting by a scripted director, and what that was asked."""
    from pipelines.infill.rewrite import rewrite

    with server(choice(json.dumps(answer))) as (url, questions):
        named(url)
        return rewrite(text=SENTENCE, by="director", **settings), questions


def test_a_director_rewords_a_sentence_and_no_wording_of_other_numbers_or_names_is_offered(
    name_director: Any, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("pipelines.reading.language.is_english", lambda text: True)
    ways = [
        "3 lamps were sold by the old shop.",
        "The old shop sold 4 lamps.",
        "The old shop of Anna sold 3 lamps.",
        "The old shop never sold 3 lamps.",
        "The shop sold 3 lamps.",
    ]
    made, questions = reword_sentence({"ways": ways}, name_director, tone="warmer")
    assert [way["text"] for way in made.detail["ways"]] == ways[:1] and "left out" in made.detail["notes"][1]
    assert made.text == f"It was late. {ways[0]} Then it closed." and made.detail["network"] == "qwen3:4b"
    assert "kind and friendly" in questions[0][2]["messages"][0]["content"]
    sent = json.loads(questions[0][2]["messages"][1]["content"])
    assert (sent["sentence"], sent["locked"]) == ("The old shop sold 3 lamps.", ["old"])
    with pytest.raises(Refusal, match="no other wording"):
        reword_sentence({"ways": ways[1:]}, name_director)


def test_the_page_says_where_a_sentence_goes_and_offers_a_director_only_where_one_is_named(
    name_director: Any, monkeypatch: pytest.MonkeyPatch
):
    from pipelines.infill.rewrite import rewrite
    from studio.web.controls import forms_as_json
    from studio.web.tabs import board

    def settings() -> dict[str, Any]:
        rewriting = next(
            method for method in json.loads(forms_as_json(board()))["Write"] if method["pipeline"] == "infill.rewrite"
        )
        return {setting["name"]: setting for setting in rewriting["settings"]}

    assert not {"by", "tone", "language"} & settings().keys()
    with pytest.raises(Refusal, match="No language model"):
        rewrite(text=SENTENCE, by="director")
    name_director("http://127.0.0.1:9/v1")
    assert settings()["by"]["options"][1]["words"] == "qwen3:4b → 127.0.0.1"
    assert {"tone", "language"} <= settings().keys()
    with pytest.raises(Refusal, match="Only a language model"):
        rewrite(text=SENTENCE, language="de")
    with pytest.raises(Refusal, match="needs a language model"):
        rewrite(text=SENTENCE, tone="warmer")
