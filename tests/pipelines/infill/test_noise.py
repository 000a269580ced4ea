"""The comparison of the two forward processes: the bounds are what they say, both networks learn, and the page gets what it draws."""

from __future__ import annotations

import math
import random
from contextlib import contextmanager

import numpy as np
import pytest
import torch

from pipelines.core.settings import Refusal
from pipelines.infill import noise
from pipelines.nets import noised_words
from pipelines.nets.masked_text import MaskedText
from pipelines.nets.noised_words import KINDS, NoisedWords
from training.infill import noise as infill_noise


class Knowing:
    """In place of a network: what Bayes says where all words are equally likely and each place stands alone."""

    def __init__(self, kind: str, count: int) -> None:
        self.kind, self.words = kind, [f"w{number}" for number in range(count)]
        self.mask = 2 * count

    def log_p(self, tokens, open, t, seen=None):
        count = len(self.words)
        p = torch.full((*tokens.shape, count), 1 / count)
        if self.kind == "uniform":
            own = torch.nn.functional.one_hot(tokens.clamp(max=count - 1), count)
            p = p * t[:, None, None] + (1 - t)[:, None, None] * own
        return p.log()


@pytest.mark.parametrize("kind", KINDS)
def test_a_network_that_knows_nothing_has_the_bound_of_a_guess(kind):
    draw = random.Random(0)
    texts = [[f"w{draw.randrange(8)}" for _ in range(draw.randint(4, 12))] for _ in range(2000)]
    found = infill_noise.measure(Knowing(kind, 8), texts, repeats=2)
    assert found["bits"] == pytest.approx(3.0, abs=5 * found["error"]) and found["error"] < 0.1


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
def test_it_learns_and_goes_on_where_it_was(kind, monkeypatch):
    monkeypatch.setattr(infill_noise, "ROWS", 8)
    monkeypatch.setattr(infill_noise, "WARM_UP", 4)
    monkeypatch.setattr(infill_noise, "shape_for", lambda count: noised_words.shape_for(count, 32, 1))
    words = infill_noise.vocabulary()
    run = infill_noise.Run(kind, words)
    held = infill_noise.captions(infill_noise.HELD_OUT, 64)
    before = infill_noise.measure(run.averaged(), held, repeats=1)["bits"]
    for _ in range(20):
        run.advance(3e-3)
    assert infill_noise.measure(run.averaged(), held, repeats=1)["bits"] < before - 0.5
    other = infill_noise.Run(kind, words)
    other.restore(run.state())
    assert other.step == 20 and other.advance(1e-3) == pytest.approx(run.advance(1e-3), rel=1e-5)


def test_counting_pairs_is_better_than_counting_words():
    bits = infill_noise.counted(infill_noise.captions(1, 200), infill_noise.captions(2, 4000))
    assert math.log2(278) > bits["words alone"] > bits["after the word before"] > 1


def test_what_is_known_is_told_apart_from_what_may_be_noise():
    torch.manual_seed(0)
    made = NoisedWords("uniform", MaskedText(noised_words.shape_for(5, 16, 1)), list("abcde"))
    tokens, open = torch.tensor([[0, 1, 2]]), torch.tensor([[True, False, True]])
    some = made.log_p(tokens, open, torch.tensor([0.5]))
    assert not torch.allclose(some, made.log_p(tokens, ~open, torch.tensor([0.5])))
    assert not torch.allclose(some, made.log_p(tokens, open, torch.tensor([0.9])))
    masked = NoisedWords("masks", made.network, made.words)
    same = [masked.log_p(tokens, which, torch.tensor([t])) for which, t in ((open, 0.5), (~open, 0.9))]
    assert torch.allclose(*same)


@pytest.fixture
def small(monkeypatch, tmp_path):
    """Both networks untrained, through a file and back."""
    kept = {}
    for kind in KINDS:
        torch.manual_seed(1)
        words = infill_noise.vocabulary()
        noised_words.save(
            NoisedWords(kind, MaskedText(noised_words.shape_for(len(words), 16, 1)), words), tmp_path / kind
        )
        kept[kind] = noised_words.load(tmp_path / kind)

    @contextmanager
    def loaded(card):
        yield kept["masks" if card is noise.MASKS else "uniform"]

    monkeypatch.setattr(noise, "load", loaded)
    return kept


def test_both_fill_the_blanks_and_nothing_else(small):
    made = noise.noise(text="A small ____ waits beside [3 words] in the rain.", steps=12, seed=4)
    masks, uniform = made.detail["columns"]
    for column in (masks, uniform):
        (a, b), (c, d) = [(blank["start"], blank["end"]) for blank in column["blanks"]]
        text = column["text"]
        assert text[:a] == "A small " and text[b:c] == " waits beside " and text[d:] == " in the rain."
        assert len(text[c:d].split()) == 3 and column["lengths"] == [1, 3]
        assert all(word in small["masks"].words for word in (text[a:b] + " " + text[c:d]).split())
        assert column["frames"][-1] == (text[a:b] + " " + text[c:d]).split()
    assert masks["frames"][0] == [None] * 4 and None not in uniform["frames"][0]
    decided = np.array([[word is not None for word in frame] for frame in masks["frames"]])
    assert (np.diff(decided.astype(int), axis=0) >= 0).all()  # what is decided stays
    assert masks["cost"]["network_calls"] <= 4 < uniform["cost"]["network_calls"] == 12
    assert (
        noise.noise(text="A small ____.", seed=9).detail["columns"][1]["text"]
        == noise.noise(text="A small ____.", seed=9).detail["columns"][1]["text"]
    )


def test_a_blank_at_the_beginning_has_a_capital(small):
    assert noise.noise(text="____ fox sleeps.", steps=2).text[0].isupper()


@pytest.mark.parametrize(
    ("text", "about"),
    [
        ("A fox sleeps.", "no blank"),
        ("The parliament ____ a budget.", "not “the”, “parliament”|not “parliament”, “budget”"),
        ("Ein Fuchs ____.", "“ein”"),
        ("[20 words] [20 words] ____", "at most 40"),
    ],
)
def test_what_they_do_not_know_is_said(small, text, about):
    with pytest.raises(Refusal, match=about):
        noise.noise(text=text)
