"""The network that knows stretches: what it answers where, what it shares, and that it learns lengths and goes on where it stopped."""

from __future__ import annotations

import json

import numpy as np
import pytest
import torch
from safetensors.torch import load_file

from pipelines.core.models import sha256_of, where
from pipelines.infill.parts.free_length import FREE_LENGTH
from pipelines.infill.parts.networks import OWN
from pipelines.infill.parts.records import record_of
from pipelines.nets.free_length import BESIDE, DELETE, EXPAND, FreeLength, beside, fresh
from pipelines.nets.masked_text import END, MASK, START, MaskedText, Shape, save
from training.infill import free_length, stretches
from training.infill.sources import Source

SMALL = Shape(width=24, layers=1, heads=2, hidden=48, places=64)


@pytest.fixture
def base() -> MaskedText:
    torch.manual_seed(0)
    return MaskedText(SMALL).eval()


@pytest.fixture
def packed(tmp_path, monkeypatch):
    """Sentences in which the words around a span say how long it is."""
    said = ["the red cat sat. A red old grey dog sat. The red cat ran. A red old grey dog ran."] * 60
    source = Source("made", "none", "own", "train", "other", 1.0, lambda folder: iter(said))
    monkeypatch.setattr(stretches, "for_both_ways", lambda: [(source, 1.0)])
    from pipelines.infill.parts.networks import own_vocabulary

    monkeypatch.setattr(stretches, "tokenizer", lambda folder: own_vocabulary().tokenizer)
    stretches.pack(tmp_path)
    return tmp_path


def test_its_tables_are_the_base_networks_and_its_layers_are_not(base):
    made = FreeLength(base, fresh(base))
    assert made.network.words.weight is base.words.weight and made.network.places.weight is base.places.weight
    assert made.network.layers[0].mix.weight is not base.layers[0].mix.weight
    tokens = torch.tensor([[START, 2000, MASK, END]])
    assert torch.equal(made.network(tokens), base(tokens))


def test_a_stretch_has_two_answers_that_depend_on_what_stands_around_it(base):
    learned = fresh(base)
    learned["answers"] = torch.randn(2, SMALL.width)
    made = FreeLength(base, learned)
    tokens = torch.tensor([[START, MASK, EXPAND, 2001, END], [START, 2000, EXPAND, MASK, END]])
    found = made(tokens, None, tokens == EXPAND)
    assert found.isfinite().nonzero().tolist() == [[0, EXPAND], [0, DELETE], [1, EXPAND], [1, DELETE]]
    assert not torch.equal(found[0, [EXPAND, DELETE]], found[1, [EXPAND, DELETE]])


def test_masks_beside_a_stretch_are_counted_on_both_sides_and_no_further():
    rows = [
        [START, MASK, MASK, EXPAND, MASK, 9, MASK],
        [START, 9, EXPAND, 9, EXPAND, MASK, END],
        [EXPAND, *[MASK] * 30][:7],
    ]
    assert beside(torch.tensor(rows)).tolist() == [3, 0, 1, 6]
    assert beside(torch.tensor([[MASK] * 20 + [EXPAND] + [MASK] * 20])).tolist() == [BESIDE - 1]


def test_a_state_has_a_stretch_that_goes_on_exactly_while_pieces_are_left():
    rng, seen = np.random.default_rng(0), set()
    for _ in range(400):
        stands, becomes = stretches.state(4, rng)
        if EXPAND not in stands:
            assert stands == [MASK] * 4 and becomes == [-1] * 4
            continue
        place = stands.index(EXPAND)
        assert stands == [MASK] * place + [EXPAND] + [MASK] * (len(stands) - place - 1)
        assert becomes[place] == (DELETE if len(stands) == 5 else EXPAND)
        assert all(found == -1 for k, found in enumerate(becomes) if k != place)
        seen.add((len(stands), place))
    assert {size for size, _ in seen} == {1, 2, 3, 4, 5} and len(seen) == 15


def test_spans_are_whole_words_and_training_never_sees_what_is_kept_back(packed):
    text, rng = stretches.Sentences(packed), np.random.default_rng(0)
    for _ in range(200):
        window = text.window(rng, 32)
        span = text.span(window, rng)
        if span:
            assert text.begins[window[span.begin]] and not text.goes_on[window[span.end]]
    held = {tuple(text.window(np.random.default_rng(k), 32, held=True)[:3]) for k in range(50)}
    assert held and all(row[0] == START for row in held)


@pytest.mark.slow
def test_it_learns_goes_on_where_it_stopped_and_is_landed(packed, tmp_path, base):
    landed = tmp_path / "infill.safetensors"
    save(base, landed)
    trainer = free_length.begin(packed, landed, free_length.Recipe(rows=8, rate=0.02, warm_up_steps=2, rank=4))
    text = stretches.Sentences(packed)
    trainer.begin_with_odds(text, 4)
    losses = []
    for k in range(60):
        rng = np.random.default_rng(k)
        losses.append(trainer.step(*stretches.batch(text, 8, (32,), rng)))
    assert np.mean(losses[-10:]) < np.mean(losses[:10]) - 0.05
    trainer.save(packed / "free_length.safetensors")
    again = free_length.begin(packed, landed)
    assert again.state == trainer.state and again.recipe == trainer.recipe
    batch = stretches.batch(text, 8, (32,), np.random.default_rng(99))
    assert trainer.step(*batch) == again.step(*batch)
    (tmp_path / "assets" / "weights").mkdir(parents=True)
    again.save(packed / "free_length.safetensors")
    card = free_length.land(packed, landed, tmp_path / "assets")
    path = tmp_path / "assets" / "weights" / "infill-free-length.safetensors"
    assert card["bytes"] == path.stat().st_size
    assert json.loads(path.with_suffix(".json").read_text())["sha256"] == card["sha256"] == sha256_of(path)
    FreeLength(base, load_file(path))


@pytest.mark.weights
@pytest.mark.skipif(where(FREE_LENGTH) is None, reason="the changes have not been landed")
def test_the_card_is_of_the_landed_changes_and_of_the_landed_network():
    path, card = where(FREE_LENGTH), record_of("infill-free-length")
    assert path is not None and path.stat().st_size == FREE_LENGTH.size_bytes < 10e6
    assert sha256_of(path) == FREE_LENGTH.sha256 and card["base_sha256"] == OWN.sha256
    assert all(row["licence"] and row["package"] for row in card["sources"])
