"""A small decoder-only transformer over written music, as it is trained (`compose/parts/sampler.py` runs it): rotary positions (Su et al. 2021), pre-norm, squared ReLU (So et al. 2021)."""

from __future__ import annotations

from dataclasses import asdict, dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from pipelines.nets.music_tokens import FEATURE_ROWS, KIND_SPANS, OFFSETS, VOCABULARY


@dataclass(frozen=True)
class Shape:
    """The shape says how large a music transformer is."""

    width: int = 192
    layers: int = 6
    heads: int = 4
    inner: int = 768

    def as_dict(self) -> dict[str, int]:
        """Return the sizes as they are stored beside the weights."""
        return asdict(self)


def _rotate(x: Tensor) -> Tensor:
    """Rotary position embedding of x [n, heads, t, d]."""
    half = x.shape[-1] // 2
    rates = 1.0 / (2000 ** (torch.arange(half, device=x.device) / half))
    angle = torch.arange(x.shape[2], device=x.device)[:, None] * rates
    cos, sin = angle.cos(), angle.sin()
    a, b = x[..., :half], x[..., half:]
    return torch.cat([a * cos - b * sin, a * sin + b * cos], -1)


class Block(nn.Module):
    """A block is one layer of the transformer: attention and a feed-forward network."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.heads = shape.heads
        self.before = nn.RMSNorm(shape.width)
        self.between = nn.RMSNorm(shape.width)
        self.qkv = nn.Linear(shape.width, 3 * shape.width, bias=False)
        self.out = nn.Linear(shape.width, shape.width, bias=False)
        self.up = nn.Linear(shape.width, shape.inner, bias=False)
        self.down = nn.Linear(shape.inner, shape.width, bias=False)
        nn.init.zeros_(self.out.weight)
        nn.init.zeros_(self.down.weight)

    def forward(self, x: Tensor) -> Tensor:
        n, t, width = x.shape
        parts = self.qkv(self.before(x)).view(n, t, 3, self.heads, width // self.heads).permute(2, 0, 3, 1, 4)
        mixed = F.scaled_dot_product_attention(_rotate(parts[0]), _rotate(parts[1]), parts[2], is_causal=True)
        x = x + self.out(mixed.transpose(1, 2).reshape(n, t, width))
        return x + self.down(F.relu(self.up(self.between(x))).square())


class MusicTransformer(nn.Module):
    """Logits of the next token from the tokens before and the features of the places to fill."""

    offsets: Tensor
    kinds: Tensor

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.shape = shape
        self.enter = nn.Embedding(VOCABULARY, shape.width)
        self.enter_features = nn.EmbeddingBag(FEATURE_ROWS, shape.width, mode="sum")
        self.blocks = nn.ModuleList(Block(shape) for _ in range(shape.layers))
        self.last = nn.RMSNorm(shape.width)
        self.leave = nn.Linear(shape.width, VOCABULARY)
        for table in (self.enter.weight, self.enter_features.weight):
            nn.init.normal_(table, std=0.05)
        nn.init.zeros_(self.leave.weight)
        nn.init.zeros_(self.leave.bias)
        self.register_buffer("offsets", torch.from_numpy(OFFSETS.copy()).long(), persistent=False)
        kinds = torch.full((3, VOCABULARY), float("-inf"))
        for kind, (low, high) in enumerate(KIND_SPANS):
            kinds[kind, low:high] = 0
        slots = torch.tensor([0] + [1] * 4 + [2] * 4)
        self.register_buffer("kinds", kinds[slots], persistent=False)

    def forward(self, before: Tensor, features: Tensor) -> Tensor:
        """before [n,t]: the token in front of each place (START at first); features [n,t,f]. Gives logits [n,t,v]."""
        n, t, f = features.shape
        rows = (features + self.offsets).view(n * t, f)
        x = self.enter(before) + self.enter_features(rows).view(n, t, -1)
        for block in self.blocks:
            x = block(x)
        return self.leave(self.last(x)).float() + self.kinds[features[..., 0]]
