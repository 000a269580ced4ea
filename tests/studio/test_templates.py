"""The templates of films: each can be rendered as it is, and shows what its words say."""

from __future__ import annotations

from pipelines.scenes import drawings
from pipelines.scenes.prompt import read
from studio.film.problems import problems
from studio.film.storyboard import storyboard_of
from studio.film.templates import list_templates, template


def test_each_is_a_film_without_problems_whose_words_can_be_drawn():
    names = [entry["name"] for entry in list_templates()]
    assert names == ["lesson", "product", "birthday", "fable", "news"]
    known = drawings.vocabulary()
    for name in names:
        board = storyboard_of(template(name))
        assert problems(board, lambda id: None) == []
        assert not any(read(seen, known).unknown for seen in board.prompts), name
