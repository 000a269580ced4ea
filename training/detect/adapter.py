"""Teach CLIP's picture encoder to see through saving and size: `python -m training.detect.adapter --folder F --minutes 300 --anneal 300`.

Low-rank changes (Hu et al. 2021) of its linear layers, learned on random copies of the pictures that `training.detect.wild collect` laid out, two of each:
what linear heads say of the two may not part, and their mean may not move from what the published encoder made of it. No label is used in the loss, so
nothing new can be learned of generators, only to overlook how a file was saved. The heads are one of everything and ten more, each fitted without a share
of the sources and generators. It may be stopped and goes on; `--land` writes the changes, whose SHA-256 then stands in `clip.ADAPTER`.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from torch import Tensor
from torch.nn import functional as F

from pipelines.detect.parts import canonical, clip
from training.detect.wild import Item, hash_of, read_collection
from training.detect.wild_head import ridge, weights_of
from training.loop import Recipe, Run, averaged, card_of, command, land, train

RANK, RECIPE = 8, Recipe(batch=4, adam_rate=1.5e-4, decay=0.0, warm_steps=20, longest_gradient=1.0)
CONSISTENCY = 4.0  # of the squared difference of two copies' log odds, beside the squared move of their mean
HEADS, LEFT_OUT = 10, 0.4  # heads on parts of the sources and generators, and the share that each was fitted without
SLOPE = 4.0  # log odds a unit of a ridge on +-1
LINEAR = ("self_attn.q_proj", "self_attn.k_proj", "self_attn.v_proj", "self_attn.out_proj", "mlp.fc1", "mlp.fc2")
LEAST_PX = 256
Heads = Callable[[Tensor], Tensor]


class Adapted(torch.nn.Module):
    """A linear layer that stays as it is, in bfloat16, plus the product of two thin matrices, `down` [in,r] and `up` [r,out], that learn."""

    def __init__(self, linear: torch.nn.Linear) -> None:
        super().__init__()
        self.weight, self.bias = linear.weight.detach().bfloat16(), linear.bias.detach().bfloat16()
        wide = linear.in_features
        self.down = torch.nn.Parameter(torch.randn(wide, RANK) / wide**0.5)
        self.up = torch.nn.Parameter(torch.zeros(RANK, linear.out_features))
        self.off = False

    def forward(self, x: Tensor) -> Tensor:
        x = x.bfloat16()
        whole = F.linear(x, self.weight, self.bias)
        return (whole if self.off else whole + (x @ self.down.bfloat16()) @ self.up.bfloat16()).float()


@contextmanager
def plain(net: torch.nn.Module) -> Iterator[None]:
    """The encoder as it was published, for the block."""
    adapted = [module for module in net.modules() if isinstance(module, Adapted)]
    for module in adapted:
        module.off = True
    try:
        yield
    finally:
        for module in adapted:
            module.off = False


def encoder(weights: Path) -> torch.nn.Module:
    """The published encoder from the kept graph: what its integers stand for, with an adapter on every layer of LINEAR."""
    import onnx
    from onnx import numpy_helper
    from transformers import CLIPVisionConfig, CLIPVisionModelWithProjection

    torch.manual_seed(RECIPE.seed)
    config = CLIPVisionConfig(projection_dim=512, patch_size=16, attn_implementation="sdpa")
    net = CLIPVisionModelWithProjection(config)
    graph = onnx.load(weights).graph
    constants = {each.name: numpy_helper.to_array(each) for each in graph.initializer}
    ends = (".weight", ".bias", "_embedding")
    state = {name: torch.tensor(value) for name, value in constants.items() if name.endswith(ends)}
    for node in graph.node:
        if node.op_type == "DequantizeLinear":
            stored, scale, zero = (constants[name] for name in node.input)
            layer = node.output[0].removesuffix("/MatMul_quant_weights").strip("/").replace("/", ".")
            state[f"{layer}.weight"] = torch.tensor((stored.astype(np.float32) - zero) * scale).T.contiguous()
    missing, unexpected = net.load_state_dict(state, strict=False)
    if unexpected or any("position_ids" not in name for name in missing):
        raise ValueError(f"the graph does not fit the encoder: {missing}, {unexpected}")
    net.requires_grad_(False)
    for layer in net.vision_model.encoder.layers:
        for name in LINEAR:
            parent, _, child = name.partition(".")
            setattr(layer.get_submodule(parent), child, Adapted(layer.get_submodule(name)))
    return net


def pool_features(net: torch.nn.Module, seen: Tensor) -> Tensor:
    """What the head reads of views [n,3,224,224] -> [n,9728], as clip.features and clip.pooled do."""
    out = net(pixel_values=seen, output_hidden_states=True)
    whole = F.normalize(out.image_embeds, dim=1) * 512**0.5
    tokens = torch.stack([out.hidden_states[block + 1] for block in clip.BLOCKS], 1)
    tokens = (tokens - tokens.mean(3, keepdim=True)) / (tokens.std(3, keepdim=True, unbiased=False) + 1e-6)
    return torch.cat([whole, tokens[:, :, 0].flatten(1), tokens[:, :, 1:].mean(2).flatten(1)], 1)


def copies(content: bytes, rng: np.random.Generator, count: int) -> np.ndarray:
    """Random copies of one picture (format, quality, size), all seen in the same view: float32 [count,3,224,224]."""
    picture = Image.open(io.BytesIO(content)).convert("RGB")
    least, quality, mirrored = min(1.0, LEAST_PX / min(picture.size)), int(rng.integers(40, 81)), bool(rng.integers(2))
    views = []
    for _ in range(count):
        scale, form = float(rng.uniform(max(0.5, least), 1.0)), ("PNG", "JPEG", "WEBP")[rng.integers(3)]
        saved = io.BytesIO()
        size = [max(8, round(side * scale)) for side in picture.size]
        picture.resize(size, Image.Resampling.LANCZOS).save(saved, form, quality=int(rng.integers(50, 96)))
        again = canonical.re_encoded(Image.open(saved).convert("RGB"))
        views.append(clip.prepare_picture(again, quality, mirrored)[0])
    return np.stack(views)


def heads_of(net: torch.nn.Module, items: list[Item], path: Path) -> Heads:
    """Linear heads on what the published encoder reads; they give log odds [n,1 + HEADS], the head of everything first. Fitted once, kept in a file."""
    if not path.exists():
        with torch.inference_mode(), plain(net):
            seen = (copies(item.content, np.random.default_rng(hash_of(item.name)), 1) for item in items)
            values = np.concatenate([pool_features(net, torch.from_numpy(view)).numpy() for view in seen])
        label, group = np.array([int(item.made) for item in items]), np.array([item.group for item in items])
        rng, fitted = np.random.default_rng(3), []
        for number in range(1 + HEADS):
            names = np.unique(group)
            left = rng.choice(names, round(LEFT_OUT * len(names)), replace=False) if number else []
            rows = np.flatnonzero(~np.isin(group, left))
            head = ridge(values[rows], label[rows], weights_of(label[rows], group[rows]), 0.3)
            fitted.append(np.concatenate([head.mean, head.scale, head.weight, [head.bias]]))
        np.save(path, np.stack(fitted).astype(np.float32))
    kept = torch.from_numpy(np.load(path))
    mean, scale, weight = kept[:, :-1].chunk(3, 1)

    def judge(seen: Tensor) -> Tensor:
        z = ((seen[:, None] - mean) / scale).clamp(-4, 4)
        return SLOPE * ((z * weight).sum(2) + kept[:, -1])

    return judge


def losses(odds: Tensor, before: Tensor) -> tuple[Tensor, Tensor]:
    """Of log odds [2n,heads], copies side by side: squared move of the copies' mean from what it was `before`, squared difference of the two."""
    moved = ((odds[0::2] + odds[1::2] - before[0::2] - before[1::2]) ** 2).mean() / 4
    return moved, ((odds[0::2] - odds[1::2]) ** 2).mean()


def begin(net: torch.nn.Module, items: list[Item], heads: Heads) -> Run:
    """A run that has learned nothing yet; people's pictures and made ones, and their groups, come in equal numbers."""
    groups: dict[tuple[bool, str], list[Item]] = {}
    for item in items:
        groups.setdefault((item.made, item.group), []).append(item)

    def loss(run: Run) -> Tensor:
        rng, views = np.random.default_rng([11, run.step]), []
        for place in range(run.recipe.batch):
            names = [key for key in groups if key[0] is bool(place % 2)]
            pictures = groups[names[rng.integers(len(names))]]
            views.append(copies(pictures[rng.integers(len(pictures))].content, rng, 2))
        seen = torch.from_numpy(np.concatenate(views))
        with torch.no_grad(), plain(net):
            before = heads(pool_features(net, seen))
        moved, apart = losses(heads(pool_features(net, seen)), before)
        return moved + CONSISTENCY * apart

    return Run(None, RECIPE, loss, learned={k: p for k, p in net.named_parameters() if p.requires_grad})


def main() -> None:
    """Command line."""
    from pipelines.core.fetching import fetch

    options = command("training.detect.adapter", __doc__, 300).parse_args()
    if options.land:
        weights, facts = averaged(options.folder / "adapter.safetensors")
        what = "low-rank changes of CLIP ViT-B/16's picture encoder that overlook how a picture was saved"
        licence = "Apache-2.0; sources in detect_wild.json"
        ran = "training.detect.adapter --folder FOLDER --minutes MINUTES --anneal MINUTES"
        land(options.assets, "detect_adapter", weights, card_of(facts, "detect_adapter", what, licence, ran))
        return
    net, items = encoder(fetch([clip.CLIP])[0]), read_collection(options.folder)
    train(begin(net, items, heads_of(net, items, options.folder / "adapter_heads.npy")), options, "adapter")


if __name__ == "__main__":
    main()
