"""The templates of films: each can be rendered as it is, and shows what its words say."""

from __future__ import annotations

import pytest

from pipelines.core.settings import Refusal
from pipelines.scenes import drawings
from pipelines.scenes.prompt import read
from studio.film.problems import problems
from studio.film.storyboard import as_json, storyboard_of
from studio.film.templates import list_templates, template


def test_each_is_a_film_without_problems_whose_words_can_be_drawn():
    names = [entry["name"] for entry in list_templates()]
    assert names == ["lesson", "product", "birthday", "fable", "news"]
    known = drawings.vocabulary()
    for name in names:
        board = storyboard_of(template(name))
        assert problems(board, lambda id: None) == []
        assert not any(read(seen, known).unknown for seen in board.prompts), name


def test_the_gain_of_the_music_is_kept_in_order_and_hostile_points_are_refused():
    board = storyboard_of({"music": {"from": "composed", "gain": [[9, -3], [2.5, -12], [9, 0]]}})
    assert as_json(board)["music"] == {"from": "composed", "gain": [[2.5, -12], [9, 0]]}
    assert as_json(storyboard_of({"music": {"from": "none", "gain": [[1, 1]]}}))["music"] == {"from": "none"}
    for bad in ([["1", 2]], [[1, 99]], [[1]], [[-1, 0]], [[True, 0]], ["x"]):
        with pytest.raises(Refusal):
            storyboard_of({"music": {"from": "composed", "gain": bad}})
