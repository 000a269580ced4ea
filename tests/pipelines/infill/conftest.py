"""A small network of random weights over the real vocabulary, in place of the landed one."""

from __future__ import annotations

from contextlib import contextmanager

import pytest
import torch
from tokenizers import Tokenizer, decoders, models, pre_tokenizers

from pipelines.infill import diffuse, score
from pipelines.infill.parts import networks
from pipelines.infill.parts.autoregressive import BOTH_WAYS, SMOLLM2, LeftToRight
from pipelines.nets.both_ways import PARTS, Deltas
from pipelines.nets.masked_text import MaskedText, Shape


@pytest.fixture(scope="session")
def small() -> networks.Masked:
    torch.manual_seed(0)
    network = MaskedText(Shape(width=16, layers=1, heads=2, hidden=32)).eval()
    network.bias.data.normal_(0, 2)
    seen: list[int] = []

    def logits(tokens, at):
        seen.append(tokens.shape[1])
        return 8 * network(tokens, (tokens != 0).long(), at=at)

    made = networks.Masked("small", networks.own_vocabulary(), logits)
    made.seen = seen  # type: ignore[attr-defined]
    return made


@pytest.fixture(scope="session")
def tiny() -> LeftToRight:
    """A Llama of random weights that reads bytes."""
    from transformers import LlamaConfig, LlamaForCausalLM

    torch.manual_seed(0)
    signs = [f"<{i}>" for i in range(17)]
    pieces = {piece: i for i, piece in enumerate([*signs, *sorted(pre_tokenizers.ByteLevel.alphabet())])}
    tokenizer = Tokenizer(models.BPE(pieces, []))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    shape = {"hidden_size": 16, "intermediate_size": 32, "num_hidden_layers": 2, "num_attention_heads": 2}
    network = LlamaForCausalLM(
        LlamaConfig(vocab_size=len(pieces), bos_token_id=1, max_position_embeddings=4096, **shape)
    )
    for part in network.parameters():
        part.data.mul_(4)  # so that what was read matters
    return LeftToRight(network.eval(), tokenizer)


@pytest.fixture(scope="session")
def changes(tiny) -> Deltas:
    """Random low-rank changes of the tiny Llama, large enough to matter."""
    generator = torch.Generator().manual_seed(1)
    tensors = {"mask": torch.randn(16, generator=generator)}
    for number, layer in enumerate(tiny.network.model.layers):
        for part, names in PARTS.items():
            whole = torch.cat([layer.get_submodule(name).weight.detach() for name in names])
            tensors[f"down.{number}_{part}"] = torch.randn(2, whole.shape[1], generator=generator) * 0.3
            tensors[f"up.{number}_{part}"] = torch.randn(whole.shape[0], 2, generator=generator) * 0.3
    return Deltas(tensors)


@pytest.fixture
def with_small(small, tiny, changes, monkeypatch):
    """All pipelines of the family load the small networks."""

    @contextmanager
    def load_tiny(card):
        yield tiny if card is SMOLLM2 else changes if card is BOTH_WAYS else small

    for module in (diffuse, score):
        monkeypatch.setattr(module, "load", load_tiny)
    monkeypatch.setattr(diffuse, "DRAFTS", 2)
    small.seen.clear()
    return small
