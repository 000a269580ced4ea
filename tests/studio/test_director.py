"""Who reads a story: rules or a language model that the administrator names; a visitor is told where the story goes."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.asgi import client  # noqa: F401 (a fixture)
from tests.pipelines.film.test_directing import choice, server

ACTOR = {"id": "girl-1", "noun": "girl", "said": "Mädchen", "act": "walk"}
POST = {"x-studio": "1"}


def test_a_story_goes_to_the_model_only_where_one_is_named_and_asked_for(client: Any, monkeypatch: pytest.MonkeyPatch):  # noqa: F811
    asked = {"text": "Ein Mädchen geht.", "director": "model"}
    refused = client.post("/studio/films/story", json=asked, headers=POST)
    assert refused.status_code == 400 and "No language model" in refused.text
    assert client.post("/studio/films/story", json=asked | {"director": "x"}, headers=POST).status_code == 400
    with server(choice(json.dumps({"scenes": [{"actors": [ACTOR]}]}))) as (url, questions):
        monkeypatch.setenv("STUDIO_DIRECTOR", url)
        monkeypatch.setenv("STUDIO_DIRECTOR_MODEL", "qwen3:4b")
        assert client.get("/studio/films/choices").json()["director"] == {"name": "qwen3:4b", "host": "127.0.0.1"}
        scenes = client.post("/studio/films/story", json=asked, headers=POST).json()["scenes"]
        assert client.post("/studio/films/story", json=asked | {"director": "rules"}, headers=POST).status_code == 400
    assert len(questions) == 1 and scenes[0]["line"] == "Ein Mädchen geht."
    assert scenes[0]["record"]["scene"]["actors"][0]["said"] == "Mädchen"
