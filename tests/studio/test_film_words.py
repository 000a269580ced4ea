"""What became of words without a picture: the reader gives the nearest, a worker paints them small, what was decided stays with the scene."""

from __future__ import annotations

import base64
import json

import pytest

from pipelines.core.settings import Refusal
from studio.film.stories import pictured
from studio.film.storyboard import storyboard_of


def test_words_are_shown_small_and_unknown_ones_left_out():
    found = pictured(None, words=["fox", "delivery truck", "bicycle", "zorgle"])
    assert set(found) >= {"fox", "bicycle"} and "zorgle" not in found
    head, _, data = found["fox"].partition(",")
    assert head == "data:image/webp;base64" and base64.b64decode(data)[8:12] == b"WEBP"


def test_what_was_decided_stays_while_the_line_does():
    reading = {
        "line": "A truck came.",
        "unpictured": [],
        "substitutions": [{"word": "truck", "drawn": "cart"}],
        "decided": ["truck"],
    }
    scene = {"line": "A truck came.", "told": reading, "picture": {"prompt": "a cart"}}
    assert storyboard_of({"scenes": [scene]}).scenes[0].reading.whole["decided"] == ["truck"]
    assert storyboard_of({"scenes": [scene | {"line": "A bus came."}]}).scenes[0].reading is None


@pytest.mark.parametrize("words", [[], ["a"] * 9, [1], "fox", ["x" * 41]])
def test_what_cannot_be_shown_is_refused(words):
    from types import SimpleNamespace

    from studio.web.film_routes import FilmRoutes

    asked = SimpleNamespace(state=SimpleNamespace(asked={"words": words}))
    with pytest.raises(Refusal, match="one to eight words"):
        FilmRoutes(SimpleNamespace()).pictured("ada", asked)


@pytest.mark.parametrize("name", ["fox", "ghost", "penguin", "lighthouse"])
def test_an_example_opens_with_its_finished_film_until_it_is_changed(name: str):
    from pipelines.core.models import ASSETS
    from studio.film import describe

    told = json.loads((ASSETS / "films" / f"{name}.json").read_text("utf-8"))
    assert describe.finished_film(storyboard_of(told)) == f"films/{name}.mp4"
    assert describe.finished_film(storyboard_of(told | {"title": "Another"})) is None
