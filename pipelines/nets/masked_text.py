"""The masked-text network: a small BERT body that scores every word piece at every place at once."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path

import torch
from torch import Tensor, nn
from torch.nn import functional as F

PAD, UNKNOWN, START, END, MASK = 0, 100, 101, 102, 103  # MiniLM's special word pieces


@dataclass(frozen=True)
class Shape:
    """Sizes of the network (Wang et al. 2020, MiniLM; six layers of width 384 unless told otherwise)."""

    vocabulary: int = 30522
    width: int = 384
    layers: int = 6
    heads: int = 12
    hidden: int = 1536
    places: int = 512


class Layer(nn.Module):
    """Attention both ways, then a feed-forward net, each normalised after its sum (Devlin et al. 2019, section 3)."""

    def __init__(self, shape: Shape):
        super().__init__()
        width = shape.width
        self.heads = shape.heads
        self.attend = nn.Linear(width, 3 * width)
        self.mix = nn.Linear(width, width)
        self.attend_norm = nn.LayerNorm(width, eps=1e-12)
        self.widen = nn.Linear(width, shape.hidden)
        self.narrow = nn.Linear(shape.hidden, width)
        self.feed_norm = nn.LayerNorm(width, eps=1e-12)

    def forward(self, x: Tensor, visible: Tensor | None) -> Tensor:
        """x [b,n,width], visible [b,1,1,n] bool or None for everything -> [b,n,width]."""
        b, n, width = x.shape
        query, key, value = (
            part.reshape(b, n, self.heads, -1).transpose(1, 2) for part in self.attend(x).chunk(3, -1)
        )  # [b,heads,n,d]
        # Written out: with heads this narrow, PyTorch's fused attention takes a fifth longer to train on a CPU.
        scores = query @ key.transpose(2, 3) * (width // self.heads) ** -0.5  # [b,heads,n,n]
        if visible is not None:
            scores = scores.masked_fill(~visible, -torch.inf)
        seen = scores.softmax(-1).to(value.dtype) @ value
        x = self.attend_norm(x + self.mix(seen.transpose(1, 2).reshape(b, n, width)))
        return self.feed_norm(x + self.narrow(F.gelu(self.widen(x))))


class MaskedText(nn.Module):
    """Logits over word pieces for masked places; the decoder shares the word embeddings (Press & Wolf 2017)."""

    def __init__(self, shape: Shape | None = None):
        super().__init__()
        self.shape = shape = shape or Shape()
        self.words = nn.Embedding(shape.vocabulary, shape.width)
        self.places = nn.Embedding(shape.places, shape.width)
        self.embed_norm = nn.LayerNorm(shape.width, eps=1e-12)
        self.layers = nn.ModuleList(Layer(shape) for _ in range(shape.layers))
        self.head = nn.Linear(shape.width, shape.width)
        self.head_norm = nn.LayerNorm(shape.width, eps=1e-12)
        self.bias = nn.Parameter(torch.zeros(shape.vocabulary))
        for table in (self.words, self.places):
            nn.init.normal_(table.weight, std=0.02)

    def features(self, tokens: Tensor, attention_mask: Tensor | None = None, embedded: Tensor | None = None) -> Tensor:
        """tokens [b,n] int64, attention_mask [b,n] (1 = text, 0 = padding) -> [b,n,width]; `embedded` replaces the table's rows."""
        n = tokens.shape[1]
        if n > self.shape.places:
            raise ValueError(f"{n} word pieces, but the network has {self.shape.places} places")
        visible = None if attention_mask is None else attention_mask.bool()[:, None, None, :]
        x = self.embed_norm((self.words(tokens) if embedded is None else embedded) + self.places.weight[:n])
        for layer in self.layers:
            x = layer(x, visible)
        return x

    def decode(self, features: Tensor) -> Tensor:
        """features [...,width] -> logits [...,vocabulary]."""
        return F.linear(self.head_norm(F.gelu(self.head(features))), self.words.weight, self.bias)

    def forward(self, tokens: Tensor, attention_mask: Tensor | None = None, at: Tensor | None = None) -> Tensor:
        """tokens [b,n] -> logits [b,n,vocabulary], or [k,vocabulary] at the k places where `at` [b,n] is True."""
        x = self.features(tokens, attention_mask)
        return self.decode(x if at is None else x[at])


def from_bert(weights: dict[str, Tensor], shape: Shape | None = None) -> MaskedText:
    """The body of a BERT encoder with a fresh head: the head starts as the identity, so the decoder sees the body's own features."""
    network = MaskedText(shape)
    own = {
        "words.weight": weights["embeddings.word_embeddings.weight"],
        # One segment only, so its embedding folds into the places.
        "places.weight": weights["embeddings.position_embeddings.weight"]
        + weights["embeddings.token_type_embeddings.weight"][0],
        "embed_norm.weight": weights["embeddings.LayerNorm.weight"],
        "embed_norm.bias": weights["embeddings.LayerNorm.bias"],
    }
    parts = {
        "mix": "attention.output.dense",
        "attend_norm": "attention.output.LayerNorm",
        "widen": "intermediate.dense",
        "narrow": "output.dense",
        "feed_norm": "output.LayerNorm",
    }
    for i in range(network.shape.layers):
        theirs = f"encoder.layer.{i}."
        for kind in ("weight", "bias"):
            own[f"layers.{i}.attend.{kind}"] = torch.cat(
                [weights[f"{theirs}attention.self.{name}.{kind}"] for name in ("query", "key", "value")]
            )
            for mine, other in parts.items():
                own[f"layers.{i}.{mine}.{kind}"] = weights[f"{theirs}{other}.{kind}"]
    missing, extra = network.load_state_dict(own, strict=False)
    if extra or any(not name.startswith(("head", "bias")) for name in missing):
        raise ValueError(f"not a BERT encoder of this shape: missing {missing}, extra {extra}")
    with torch.no_grad():
        network.head.weight.copy_(torch.eye(network.shape.width))
        network.head.bias.zero_()
        network.head_norm.weight.fill_(0.5)  # small scores at first, so the bias (word frequencies) leads
    return network


def save(network: MaskedText, path: Path, dtype: torch.dtype = torch.float16) -> None:
    """Write weights as safetensors with the sizes in the header; the default network is 45 MB in float16."""
    from safetensors.torch import save_file

    sizes = {name: str(value) for name, value in asdict(network.shape).items()}
    save_file(
        {name: value.detach().to(dtype).contiguous() for name, value in network.state_dict().items()},
        path,
        metadata=sizes,
    )


def load(path: Path, dtype: torch.dtype = torch.float32) -> MaskedText:
    """Read what `save` wrote."""
    from safetensors import safe_open

    with safe_open(path, framework="pt") as file:
        sizes = file.metadata() or {}
        shape = Shape(**{name: int(sizes[name]) for name in asdict(Shape()) if name in sizes})
        weights = {name: file.get_tensor(name).to(dtype) for name in file.keys()}  # noqa: SIM118 (not a dict)
    network = MaskedText(shape).to(dtype)
    network.load_state_dict(weights)
    return network.eval()
