"""Figures as pictures for the codes: what they show, what is said of them, what is kept back, and how they are learned."""

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from pipelines.figures import everything, from_words  # noqa: E402
from pipelines.nets.code_autoencoder import CodeAutoencoder  # noqa: E402
from pipelines.nets.code_autoencoder import Shape as CodeShape  # noqa: E402
from pipelines.nets.code_writer import CodeWriter, Shape  # noqa: E402
from training.codes import data as codes_data  # noqa: E402
from training.codes import export as codes_export  # noqa: E402
from training.codes import figures  # noqa: E402
from training.codes import loop as codes_run  # noqa: E402
from training.codes import train as codes  # noqa: E402

LEVELS = (4, 3, 2, 2, 2)
CODE_SHAPE = CodeShape(levels=LEVELS, encoder=(8, 8, 32), decoder=(32, 8, 8), coarse_blocks=1)


class Words:
    """Stands for MiniLM: a few numbers that follow from a caption."""

    def tokens(self, captions):
        dice = [torch.Generator().manual_seed(sum(map(ord, c))) for c in captions]
        return [torch.randn(len(c.split()), 8, generator=d) for c, d in zip(captions, dice, strict=True)]


@pytest.fixture
def pool(tmp_path):
    torch.manual_seed(0)
    net = CodeAutoencoder(CODE_SHAPE).eval().requires_grad_(False)
    return figures.FigurePool(net, Words(), tmp_path, 48)


def test_what_is_kept_back_is_never_shown_and_what_is_asked_of_it_is_kept_back():
    back = figures.held_back()
    for place in range(1500):
        assert not back & set(figures.recipe(place).pairs)
    for place in range(200):
        pairs = figures.recipe(place, held=True).pairs
        assert pairs and back >= set(pairs)
    every = len(everything()) * (len(codes_data.COLOURS) + len(figures.ACTIONS) - 1)
    assert abs(len(back) / every - figures.HELD_SHARE) < 0.02


def test_the_words_mean_who_is_painted():
    shown = [figures.recipe(place) for place in range(1500)]
    assert {one.kind for one in shown} == set(everything())
    for one in shown[:400]:
        understood = from_words(one.described)
        assert understood.character.kind == one.kind and not understood.notes, one.described
        kind = one.kind.replace("_", " ")
        assert any(word in one.name for word in (kind, *figures.other_words().get(one.kind, ())))
        assert one.action == "stand" or one.name.endswith(figures.doing(one.action))


def test_a_colour_of_the_fur_is_told_as_a_row_and_never_as_a_word():
    shown = [one for one in map(figures.recipe, range(600)) if one.colour]
    assert len(shown) > 30
    for one in shown:
        colour, style, pose = one.rows
        assert codes_data.COLOUR_ROWS[colour] == one.colour and codes_data.STYLE_ROWS[style] == codes_data.FIGURES
        assert codes_data.POSE_ROWS[pose] == ("as drawn" if one.facing < 0 else "mirrored")
        assert not one.name.startswith(one.colour)


@pytest.mark.parametrize(
    ("action", "said"),
    [("walk", "walking"), ("run", "running"), ("dance", "dancing"), ("lie", "lying"), ("open", "opening"), ("shake_head", "shaking the head"), ("cry", "crying"), ("dig", "digging"), ("bow", "playing the violin")],
)  # fmt: skip
def test_what_somebody_does_is_said_in_english(action, said):
    assert figures.doing(action) == said


def test_a_figure_stands_in_the_middle_of_its_square():
    rgba = np.zeros((90, 40, 4), np.uint8)
    rgba[20:80, 10:30] = (200, 100, 50, 255)
    made = figures.squared(rgba)
    rows, columns = np.nonzero(made[..., 3] > 127)
    assert made.shape == (64, 64, 4) and abs((rows.min() + rows.max()) / 2 - 31.5) <= 1
    assert abs((columns.min() + columns.max()) / 2 - 31.5) <= 1 and 2 <= rows.min() <= 4
    assert (made[..., :3] <= made[..., 3:]).all()  # premultiplied


def test_a_pool_paints_once_and_gives_the_same_again(pool, tmp_path, monkeypatch):
    found = pool.codes([5, 2])
    pixels = codes_data.network_pixels(pool.pictures[2].astype(np.float32) / 255)
    assert found.shape == (2, 64) and pool.kept[3, 0] == 0
    assert torch.equal(pool.autoencoder.encode(torch.from_numpy(pixels)[None]).flatten(), found[1])
    monkeypatch.setattr(figures, "painted", lambda shown: pytest.fail("what is kept is not painted again"))
    again = figures.FigurePool(pool.autoencoder, pool.encoder, tmp_path, 48)
    assert torch.equal(again.codes([2, 5]), found[[1, 0]])


@pytest.mark.slow
def test_the_writer_learns_figures_beside_drawings(pool):
    class Drawings:
        size = 10

        def codes(self, places):
            return torch.zeros(len(places), 64, dtype=torch.int64)

        def told(self, places):
            return [np.ones((2, 8), np.float32)] * len(places), np.ones((len(places), 3), int)

    torch.manual_seed(0)
    net = CodeWriter(Shape(levels=LEVELS, width=32, layers=1, heads=2, text=8, styles=len(codes_data.STYLE_ROWS)))
    loss = codes.Loss(Drawings(), pool, figured=4)
    run = codes_run.Run(net, codes_run.Recipe(batch=8, warm_pictures=8), loss, {})
    losses = [run.advance() for _ in range(10)]
    assert np.mean(losses[-3:]) < 0.95 * np.mean(losses[:3])
    assert (pool.kept[:40, 0] > 0).all()  # four of each of the ten batches


def test_a_table_grows_by_rows_that_begin_in_the_middle():
    weights = {"enter_style.weight": torch.tensor([[9.0, 9.0], [1.0, 3.0], [3.0, 5.0]])}
    grown = codes_export.with_rows(weights, "enter_style.weight", 4)
    assert grown.tolist() == [[9.0, 9.0], [1.0, 3.0], [3.0, 5.0], [2.0, 4.0]] and weights["enter_style.weight"] is grown
    assert codes_export.with_rows(weights, "enter_style.weight", 4).shape == (4, 2)
