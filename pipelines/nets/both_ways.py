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
    """What is added to the joined matrices of each layer, and what the mask's embedding is."""

    def __init__(self, tensors: Mapping[str, Tensor]) -> None:
        """`tensors`: `down.<layer>_<part>` [rank,in], `up.<layer>_<part>` [out,rank], `mask` [width]."""
        self.tensors = tensors
        self.mask = tensors["mask"].float()

    def added(self, layer: int, part: str, whole: Tensor) -> Tensor:
        """A joined matrix with its low-rank change, in its own precision."""
        down, up = (self.tensors[f"{side}.{layer}_{part}"].float() for side in ("down", "up"))
        return (whole.float() + up @ down).to(whole.dtype)


def adapted(tensors: Mapping[str, Tensor]) -> Deltas:
    """The changes of a landed file."""
    return Deltas(tensors)
