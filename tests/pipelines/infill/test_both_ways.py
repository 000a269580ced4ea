"""SmolLM2's way to a network that reads both ways, on a tiny Llama: the same numbers, learning, resuming, and what is landed."""

from __future__ import annotations

import json

import numpy as np
import pytest
import torch
from safetensors.torch import load_file
from tokenizers import Tokenizer, models, pre_tokenizers

from pipelines.nets.both_ways import MASK, Deltas
from pipelines.nets.causal_text import CausalText, Memory
from training.infill.both_ways import (
    BothWays,
    Recipe,
    Trainer,
    begin,
    deltas,
    hidden,
    land,
    opened,
    train,
)
from training.infill.sources import Source
from training.infill.windows import Windows, pack

pytestmark = pytest.mark.slow

SMALL = {"rank": 4, "rows": 8, "length": 12, "warm_up_steps": 2, "open_steps": 4, "decoded": 24, "rate": 0.02}


@pytest.fixture
def causal():
    """A tiny Llama."""
    from transformers import LlamaConfig, LlamaForCausalLM

    torch.manual_seed(0)
    config = LlamaConfig(
        vocab_size=40,
        hidden_size=32,
        intermediate_size=48,
        num_hidden_layers=2,
        num_attention_heads=4,
        num_key_value_heads=2,
        tie_word_embeddings=True,
        bos_token_id=1,
    )
    network = LlamaForCausalLM(config).eval()
    network.model.embed_tokens.weight.data *= 20  # so that what is read off them can be sure of a word
    return network


@pytest.fixture
def packed(tmp_path):
    """A few sentences in which what follows a word decides what it is."""
    words = "<pad> <s> x <mask> y z u v a cat dog purrs barks . the old new one".split()  # noqa: SIM905
    tokenizer = Tokenizer(models.WordLevel({word: i for i, word in enumerate(words)}, unk_token="u"))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    said = ["the cat purrs. The old dog barks. The new cat purrs. The one dog barks. The cat purrs."] * 40
    source = Source("made", "none", "own", "train", "other", 1.0, lambda folder: iter(text.lower() for text in said))
    pack(tmp_path, tokenizer, [(source, 1.0)])
    return tmp_path


def test_with_a_causal_mask_nothing_learned_is_the_causal_model(causal):
    network = BothWays(causal, 4, 2.0)
    tokens = torch.randint(4, 40, (2, 9))
    at = torch.zeros_like(tokens, dtype=torch.bool)
    at[:, 3:6] = True
    mine = network(tokens, torch.ones(2, 9, 9, dtype=torch.bool).tril(), at)
    with torch.inference_mode():
        theirs = causal(input_ids=tokens).logits[:, 2:5].reshape(-1, 40)
    assert torch.allclose(mine, theirs, atol=1e-3)


def test_the_mask_opens_from_causal_to_full_and_times_have_the_bounds_weights():
    generator = torch.Generator().manual_seed(0)
    assert torch.equal(opened(1, 6, 0.0, generator)[0], torch.ones(6, 6, dtype=torch.bool).tril())
    assert opened(1, 6, 1.0, generator).all()
    half = opened(64, 20, 0.5, generator)
    assert half.tril().sum() == 64 * 210 and 0.45 < float(half.triu(1).sum()) / (64 * 190) < 0.55
    at, weight = hidden(torch.zeros(4000, 30, dtype=torch.long), generator)
    assert not at[:, 0].any() and at.any(1).all()
    mean = float((weight[:, None] * at[:, 1:]).float().mean())  # E[2 / √t · t] over √t uniform in (0.2, 1) is 1.2
    assert mean == pytest.approx(1.2, rel=0.03)


def test_it_learns_what_follows_and_a_stopped_run_goes_on_as_if_it_had_not_been(causal, packed):
    def one(steps: int, folder) -> Trainer:
        trainer = Trainer(BothWays(causal, 4, 2.0, 1), Recipe(**SMALL))
        if (folder / "checkpoint.safetensors").exists():
            trainer.load(folder / "checkpoint.safetensors")
        text = Windows(packed, 1)
        for _ in range(steps):
            trainer.step(*text.batch(trainer.recipe, trainer.state["step"]))
        trainer.save(folder / "checkpoint.safetensors")
        return trainer

    (packed / "a").mkdir()
    (packed / "b").mkdir()
    whole = one(6, packed / "a")
    one(3, packed / "b")
    parts = one(3, packed / "b")
    assert all(torch.equal(whole.weights[n], parts.weights[n]) for n in whole.weights)
    more = one(100, packed / "a")
    text = Windows(packed, 1)
    tokens, _ = text.batch(Recipe(**SMALL), 10_000)
    losses = [
        float(_loss(network, tokens).detach()) for network in (BothWays(causal, 4, 2.0, 1), more.network)
    ]  # the same masked places, before and after
    assert losses[1] < 0.7 * losses[0]


def _loss(network: BothWays, tokens: torch.Tensor) -> torch.Tensor:
    at = torch.zeros_like(tokens, dtype=torch.bool)
    at[:, 2:-1:4] = True
    logits = network(tokens.masked_fill(at, MASK), torch.ones(*tokens.shape, tokens.shape[1], dtype=torch.bool), at)
    return torch.nn.functional.cross_entropy(logits.float(), tokens[at])


def test_what_is_landed_reads_as_what_was_trained(causal, packed):
    train(packed, causal, 1, Recipe(**SMALL), minutes=0.02)
    assert json.loads((packed / "log.jsonl").read_text().splitlines()[-1])["step"] > 0
    trainer = Trainer(BothWays(causal, 4, 2.0, 1), Recipe(**SMALL))
    trainer.load(packed / "checkpoint.safetensors")
    with torch.no_grad():
        for name, value in trainer.average.items():
            trainer.weights[name].copy_(value)
    tokens = torch.tensor([[1, 14, MASK, 11, 13, 14, 15, MASK, 12, 13]])
    at = tokens == MASK
    with torch.no_grad():
        mine = trainer.network(tokens, torch.ones(1, 10, 10, dtype=torch.bool), at).log_softmax(-1)
    network, changed = CausalText(causal), Deltas(deltas(trainer))
    features = network.read(tokens[0], torch.arange(10), torch.ones(10, 10, dtype=torch.bool), Memory(), changed)
    assert torch.allclose(network.log_p(features[[1, 6]]), mine, atol=0.02)
    assert np.isfinite(mine.numpy()).all()


def test_a_run_goes_on_from_landed_changes_with_a_new_optimiser(causal, packed, tmp_path):
    train(packed, causal, 1, Recipe(**SMALL), minutes=0.02)
    land(packed, causal, tmp_path / "assets")
    landed = tmp_path / "assets" / "weights" / "infill-both-ways.safetensors"
    card = json.loads(landed.with_suffix(".json").read_text())
    empty = tmp_path / "second"
    empty.mkdir()
    trainer = begin(empty, causal, Recipe(**SMALL), {"rows": 4}, landed)
    again = deltas(trainer)
    for name, value in load_file(landed).items():
        assert torch.allclose(again[name].float(), value.float(), atol=2e-3), name
    assert trainer.recipe.rows == 4 and trainer.state["step"] == card["steps"] == trainer.state["begun_at"]
    assert trainer.rate() == 0.5, "the warm-up of two steps starts anew"
    assert all(not square.any() for square in trainer.square.values())
    tokens, generator = Windows(packed, 1).batch(trainer.recipe, trainer.state["step"])
    before = {name: weight.detach().clone() for name, weight in trainer.weights.items()}
    trainer.step(tokens, generator)
    moved = max(float((trainer.weights[name].detach() - value).abs().max()) for name, value in before.items())
    assert 0.3 * 0.02 < moved <= 0.51 * 0.02, "Adam's first step is the rate of that step, with the bias corrected"
    trainer.save(empty / "checkpoint.safetensors")
    resumed = begin(empty, causal, landed=landed)
    assert resumed.state["step"] == card["steps"] + 1 and len(resumed.phases) == len(card["phases"]) + 1
