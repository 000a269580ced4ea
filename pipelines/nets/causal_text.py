"""A Llama-shaped causal network that reads many continuations of one text in a single row."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional as F

from pipelines.core.models import has_fast_bfloat16
from pipelines.nets.both_ways import MASK, PARTS, Deltas

ROWS = 32  # places whose logits are held at once: all of them would be tens of megabytes, new at every call


@dataclass(frozen=True)
class Block:
    """The matrices of one layer, as functions of x [n,width], and the weights of its two norms."""

    attend: Callable[[Tensor], Tensor]
    mix: Callable[[Tensor], Tensor]
    widen: Callable[[Tensor], Tensor]
    narrow: Callable[[Tensor], Tensor]
    attend_norm: Tensor
    feed_norm: Tensor


@dataclass
class Memory:
    """Keys and values [kv heads,n,d] of what was read, for each layer."""

    keys: list[Tensor] = field(default_factory=list)
    values: list[Tensor] = field(default_factory=list)

    def __len__(self) -> int:
        return self.keys[0].shape[1] if self.keys else 0

    def keep(self, count: int) -> None:
        """Forget all but the first `count` pieces."""
        self.keys = [part[:, :count] for part in self.keys] if count else []
        self.values = [part[:, :count] for part in self.values] if count else []


class CausalText:
    """Llama (Touvron et al. 2023, section 2.2) with grouped queries: norms and rotary places in float32, matrices as given."""

    def __init__(self, network: Any) -> None:
        """`network` is a transformers LlamaForCausalLM on the CPU; embeddings are shared with it, matrices of a layer are joined.

        Dynamic 8-bit matrices were tried: twice as quick, but a sentence's log-probability was off by half a nat and more,
        because the activations have outliers. So the weights' own precision is used.
        """
        said = network.config
        self.heads, self.pairs = said.num_attention_heads, said.num_key_value_heads
        self.size = getattr(said, "head_dim", None) or said.hidden_size // self.heads
        self.eps = said.rms_norm_eps
        self.words = network.model.embed_tokens.weight
        self.norm = network.model.norm.weight.float()
        self.rotation = network.model.rotary_emb.inv_freq.float().cpu()
        self.decode = share_matrix(network.lm_head.weight)
        self.blocks = []
        for layer in network.model.layers:
            attend, mix, widen, narrow = (
                matrix([layer.get_submodule(name).weight for name in names]) for names in PARTS.values()
            )
            attend_norm, feed_norm = layer.input_layernorm.weight.float(), layer.post_attention_layernorm.weight.float()
            self.blocks.append(Block(attend, mix, widen, narrow, attend_norm, feed_norm))

    @torch.inference_mode()
    def read(
        self, ids: Tensor, places: Tensor, seen: Tensor, memory: Memory, changed: Deltas | None = None, since: int = 0
    ) -> Tensor:
        """Features [n,width] of pieces ids [n] at places [n]; seen [n, held + n] says which pieces each one sees. Memory grows.

        Pieces from `since` on are read with the low-rank changes of `nets/both_ways.py`, where given, in the same products.
        """
        angle = places[:, None].float() * self.rotation  # [n,d/2]
        cos, sin = angle.cos().repeat(1, 2), angle.sin().repeat(1, 2)
        bias = torch.zeros(seen.shape).masked_fill(~seen, -torch.inf)
        x = self.words[ids].float()
        if changed is not None:
            x = torch.where((ids == MASK)[:, None], changed.mask, x)

        def by(number: int, part: str, y: Tensor) -> Tensor:
            out: Tensor = getattr(self.blocks[number], part)(y)
            if changed is not None:
                out[since:] += changed.more(number, part, y[since:])
            return out

        fresh = not memory.keys
        for number, block in enumerate(self.blocks):
            n = len(x)
            made = by(number, "attend", self._norm_features(x, block.attend_norm)).view(
                n, self.heads + 2 * self.pairs, self.size
            )
            query, key, value = made.transpose(0, 1).split([self.heads, self.pairs, self.pairs])
            query, key = rotate_places(query, cos, sin), rotate_places(key, cos, sin)
            if fresh:
                memory.keys.append(key)
                memory.values.append(value)
            else:
                memory.keys[number] = torch.cat([memory.keys[number], key], 1)
                memory.values[number] = torch.cat([memory.values[number], value], 1)
            x = x + by(number, "mix", self._attend_keys(query, memory.keys[number], memory.values[number], bias))
            gate, up = by(number, "widen", self._norm_features(x, block.feed_norm)).chunk(2, -1)
            x = x + by(number, "narrow", F.silu(gate) * up)
        return self._norm_features(x, self.norm)

    def _attend_keys(self, query: Tensor, key: Tensor, value: Tensor, bias: Tensor) -> Tensor:
        """query [heads,n,d], key and value [kv heads,m,d], bias [n,m] -> [n,heads*d]; each key serves a group of queries."""
        heads, n, d = query.shape
        grouped = query.reshape(self.pairs, -1, d)  # [kv heads, group*n, d]
        scores = (grouped @ key.transpose(1, 2)).view(self.pairs, -1, n, key.shape[1]) * d**-0.5 + bias
        out = scores.softmax(-1).view(self.pairs, -1, key.shape[1]) @ value
        return out.view(heads, n, d).transpose(0, 1).reshape(n, heads * d)

    def _norm_features(self, x: Tensor, weight: Tensor) -> Tensor:
        return x * torch.rsqrt(x.square().mean(-1, keepdim=True) + self.eps) * weight

    @torch.inference_mode()
    def log_p(self, features: Tensor, special: int = 0) -> Tensor:
        """log p [n,vocabulary] of the next piece; the first `special` pieces are signs and have none."""
        logits = self.decode(features)
        logits[:, :special] = -torch.inf
        return logits.log_softmax(-1)

    @torch.inference_mode()
    def log_p_of(self, features: Tensor, nexts: Tensor, special: int = 0) -> Tensor:
        """log p [n] of one next piece at each place."""
        parts = []
        for start in range(0, len(features), ROWS):
            logits = self.decode(features[start : start + ROWS])
            logits[:, :special] = -torch.inf
            true = logits.gather(1, nexts[start : start + ROWS, None])[:, 0]
            parts.append(true - logits.logsumexp(-1))
        return torch.cat(parts)


def rotate_places(x: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
    """Rotary places (Su et al. 2021, section 3.2): x [heads,n,d] turned by cos, sin [n,d]."""
    half = x.shape[-1] // 2
    return x * cos + torch.cat([-x[..., half:], x[..., :half]], -1) * sin


def matrix(weights: list[Tensor]) -> Callable[[Tensor], Tensor]:
    """x [n,in] -> [n,out] by matrices of the same input, one below the other, in their own precision.

    bfloat16 is laid out once as oneDNN multiplies it, which torch otherwise does at every call: the same numbers, two thirds of the time.
    """
    whole = torch.cat([weight.detach() for weight in weights]) if len(weights) > 1 else weights[0].detach()
    if whole.dtype == torch.bfloat16 and torch.backends.mkldnn.is_available() and has_fast_bfloat16():
        packed = torch.ops.mkldnn._reorder_linear_weight(whole.contiguous(), None)
        multiplied = torch.ops.mkldnn._linear_pointwise
        return lambda x: multiplied(x.to(torch.bfloat16), packed, None, "none", [], "").float()
    return lambda x: F.linear(x.to(whole.dtype), whole).float()


def share_matrix(weight: Tensor) -> Callable[[Tensor], Tensor]:
    """x [n,in] -> [n,out] by a matrix that is used elsewhere too, without a copy of it."""
    whole = weight.detach()
    return lambda x: F.linear(x.to(whole.dtype), whole).float()
