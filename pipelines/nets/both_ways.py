"""A causal network turned into one that reads both ways: low-rank changes of its matrices, and a vector for the mask."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from torch import Tensor

MASK = 3  # one of SmolLM2's signs that no text contains; its embedding is replaced
PARTS = {  # the matrices that are joined, as in `causal_text.Block`
    "attend": ("self_attn.q_proj", "self_attn.k_proj", "self_attn.v_proj"),
    "mix": ("self_attn.o_proj",),
    "widen": ("mlp.gate_proj", "mlp.up_proj"),
    "narrow": ("mlp.down_proj",),
}


@dataclass(frozen=True)
class Shape:
    """Heads of queries, heads of keys and values, their size, and the norms' epsilon."""

    heads: int
    pairs: int
    size: int
    eps: float


def shape_of(said: Any) -> Shape:
    """The shape that a transformers LlamaConfig describes."""
    size = getattr(said, "head_dim", None) or said.hidden_size // said.num_attention_heads
    return Shape(said.num_attention_heads, said.num_key_value_heads, size, said.rms_norm_eps)


class Deltas:
    """What is added to the products of the joined matrices of each layer, and what the mask's embedding is.

    The causal network's matrices stay as they are, so both ways of reading share them in memory.
    """

    def __init__(self, tensors: Mapping[str, Tensor], dtype: Any = None) -> None:
        """`tensors`: `down.<layer>_<part>` [rank,in], `up.<layer>_<part>` [out,rank], `mask` [width]; `dtype` is of the products."""
        import torch

        self.mask = tensors["mask"].float()
        self.factors = {name: value.to(dtype or torch.float32) for name, value in tensors.items() if name != "mask"}

    def more(self, layer: int, part: str, x: Tensor) -> Tensor:
        """What the low-rank change adds to a matrix's product with x [n,in]: up (down x) (Hu et al. 2021, section 4.1)."""
        from torch.nn.functional import linear

        down, up = self.factors[f"down.{layer}_{part}"], self.factors[f"up.{layer}_{part}"]
        return linear(linear(x.to(down.dtype), down), up).float()
