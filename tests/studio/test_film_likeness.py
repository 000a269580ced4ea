"""How alike the cast looks from scene to scene."""

from __future__ import annotations

import numpy as np
import pytest

from studio.film import likeness


def unit(*values: float) -> np.ndarray:
    x = np.array(values)
    return x / np.linalg.norm(x)


def test_the_picture_that_stands_out_is_named():
    same, other = unit(1, 0, 0), unit(0.5, 1, 0)
    told = likeness._scores([("a", same), ("b", unit(1, 0.05, 0)), ("c", other), ("d", same)])
    assert told["drifting"] == ["c"] and told["scenes"]["c"] < told["scenes"]["a"] <= 1
    assert likeness._scores([("a", same), ("b", other)])["drifting"] == []  # of two, neither stands out


@pytest.mark.weights
def test_a_red_fox_is_more_like_itself_than_like_a_boat(tmp_path):
    from PIL import Image

    from pipelines.figures import act, draw, from_words

    paths = {}
    for name, words in (("a", "a red fox"), ("b", "a red fox"), ("c", "an old wizard in a blue robe")):
        who = from_words(words).character
        rgba = Image.fromarray(
            draw(who, act(who.figure, "stand", 1.0 + len(paths), seed=1), 300, "three_quarters").rgba
        )
        paper = Image.new("RGBA", (480, 360), "white")
        paper.alpha_composite(rgba, (40 * len(paths), 30))
        paths[name] = str(tmp_path / f"{name}.png")
        paper.convert("RGB").save(paths[name])
    told = likeness.compared(None, pictures={"fox": paths})["fox"]
    assert told["drifting"] == ["c"] and told["scenes"]["a"] > told["scenes"]["c"]
