"""Teach CLIP's picture encoder to see through saving and size: `python -m training.detect.adapter --folder F --steps 600 [--land]`.

Low-rank changes (Hu et al. 2021) of its linear layers, learned on random copies of the pictures of the fitting part, two of each: what linear heads
say of the two may not part, and their mean may not move from what the published encoder made of it. No label is used, so nothing new can be
learned of generators, only to overlook how a file was saved. The heads are one of everything and ten more, each fitted without a share of the sources and generators.
Runs in one process per core (--part, --parts), which share their gradients; checkpoints and goes on.
"""

import argparse
import os
import time
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from safetensors.torch import load_file, save_file
from torch.nn import functional as F

from pipelines.core.fetching import fetch
from pipelines.core.models import ASSETS
from pipelines.detect.parts import canonical, clip
from training.detect import fit as detect
from training.detect import measurements
from training.detect.items import Item, listed, read
from training.detect.variants import FITTED_PX, LEAST_SIDE, SIZES, VIEWS, fitted_views, re_encodings, saved

RANK, PICTURES, RATE, WARM, AVERAGE = 8, 4, 1.5e-4, 20, 0.99  # PICTURES of a step and process, two copies each
CONSISTENCY = 4.0  # of the squared difference of two copies' log odds, beside the squared move of their mean
HEADS, LEFT_OUT = (
    10,
    0.4,
)  # heads on parts of the sources and generators, and the share of them that each was fitted without
LINEAR = ("self_attn.q_proj", "self_attn.k_proj", "self_attn.v_proj", "self_attn.out_proj", "mlp.fc1", "mlp.fc2")
MEETING = "tcp://127.0.0.1:29517"  # where the processes of one training find each other
JUDGED, JUDGED_COPIES = 120, 3  # calibration pictures that a checkpoint is looked at with; nothing is chosen by them


class Adapted(torch.nn.Module):
    """A linear layer that stays as it is, in bfloat16, plus the product of two thin matrices, `down` [in,r] and `up` [r,out], that learn."""

    def __init__(self, linear: torch.nn.Linear) -> None:
        super().__init__()
        self.weight, self.bias = linear.weight.detach().bfloat16(), linear.bias.detach().bfloat16()
        wide = linear.in_features
        self.down = torch.nn.Parameter(torch.randn(wide, RANK) / wide**0.5)
        self.up = torch.nn.Parameter(torch.zeros(RANK, linear.out_features))
        self.off = False

    def forward(self, x: torch.Tensor) -> torch.Tensor:
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

    config = CLIPVisionConfig(projection_dim=512, patch_size=16, attn_implementation="sdpa")
    net = CLIPVisionModelWithProjection(config)
    graph = onnx.load(weights).graph
    held = {each.name: numpy_helper.to_array(each) for each in graph.initializer}
    state = {
        name: torch.tensor(value) for name, value in held.items() if name.endswith((".weight", ".bias", "_embedding"))
    }
    for node in graph.node:
        if node.op_type == "DequantizeLinear":
            stored, scale, zero = (held[name] for name in node.input)
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


def pooled(net: torch.nn.Module, seen: torch.Tensor) -> torch.Tensor:
    """What the head reads of views [n,3,224,224] -> [n,9728], as clip.features and clip.pooled do."""
    out = net(pixel_values=seen, output_hidden_states=True)
    whole = F.normalize(out.image_embeds, dim=1) * 512**0.5
    tokens = torch.stack([out.hidden_states[block + 1] for block in clip.BLOCKS], 1)
    tokens = (tokens - tokens.mean(3, keepdim=True)) / (tokens.std(3, keepdim=True, unbiased=False) + 1e-6)
    return torch.cat([whole, tokens[:, :, 0].flatten(1), tokens[:, :, 1:].mean(2).flatten(1)], 1)


class Heads:
    """Linear heads on what the published encoder reads; called with [n,9728] they give log odds [n,1 + HEADS], the head of everything first."""

    def __init__(self, folder: Path, net: torch.nn.Module) -> None:
        kept = folder / "adapter_heads.npz"
        if not kept.exists():
            partial = folder / f"partial-{os.getpid()}.npz"  # every process may come here, and all find the same
            with plain(net):
                np.savez(partial, **fitted(folder, net))
            partial.replace(kept)
        held = np.load(kept)
        self.mean, self.scale, self.weight, self.bias = (
            torch.tensor(held[name], dtype=torch.float32) for name in ("mean", "scale", "weight", "bias")
        )

    def __call__(self, seen: torch.Tensor) -> torch.Tensor:
        return ((seen - self.mean) / self.scale).clamp(-4, 4) @ self.weight + self.bias


def fitted(folder: Path, net: torch.nn.Module) -> dict[str, np.ndarray]:
    """The head of everything, and HEADS more without a share of the sources and generators; their slopes set right on what they were fitted without."""
    items = [item for item in listed(folder) if item.part == "fit"]
    with torch.inference_mode():
        values = np.concatenate([pooled(net, torch.from_numpy(seen_in_its_view(item))).numpy() for item in items])
    data = measurements.Labelled(items)
    mean, scale = measurements.standard(values)
    z = ((values - mean) / scale).clip(-4, 4) / np.sqrt(values.shape[1])
    basis = data.basis(np.arange(len(items)), z)
    rows, kind = z @ basis, np.array([item.generator if item.label else item.source for item in items])
    rng, weights, biases = np.random.default_rng(3), [], []
    kinds = [sorted(set(kind[data.label == label])) for label in (0, 1)]
    for number in range(1 + HEADS):
        without = (
            [rng.choice(names, round(LEFT_OUT * len(names)), replace=False) for names in kinds] if number else [[]]
        )
        left = np.isin(kind, np.concatenate(without))
        take, slope, shift = np.flatnonzero(~left), np.ones(1), 0.0
        w, b = detect.logistic(
            rows[take],
            data.label[take],
            data.balance(take),
            detect.RIDGE,
            data.apart(take, rows[take]),
            measurements.CONSISTENCY,
        )
        if left.any():
            slope, shift = detect.logistic(
                (rows[left] @ w + b)[:, None], data.label[left], data.balance(np.flatnonzero(left)), 0.0005
            )
        weights.append(basis @ w * slope[0] / np.sqrt(values.shape[1]))
        biases.append(b * slope[0] + shift)
    return {"mean": mean, "scale": scale, "weight": np.stack(weights, 1), "bias": np.array(biases)}


def seen_in_its_view(item: Item) -> np.ndarray:
    """A measured copy as CLIP sees it in the first of the views that all copies of its picture are fitted in: float32 [1,3,224,224]."""
    form, view = fitted_views(item.name)[0]
    pixels = canonical.decoded(np.load(item.path)[f"canonical{form}"].tobytes())
    return clip.seen(np.asarray(pixels), VIEWS[form][view])


def masters(folder: Path, part: str) -> dict[tuple[int, str], list[tuple[Path, Item]]]:
    """The pictures of a part, by label and by kind (of drawing, of photograph; or generator)."""
    groups: dict[tuple[int, str], list[tuple[Path, Item]]] = {}
    for path in sorted((folder / "real").glob("*.png")) + sorted((folder / "fake").glob("*.png")):
        item = read(path.with_name(f"{path.stem}__v0.npz"))
        if item.part == part:
            groups.setdefault((item.label, item.generator if item.label else item.kind), []).append((path, item))
    return groups


def copies(path: Path, rng: np.random.Generator, count: int) -> np.ndarray:
    """Random copies of one picture (format, quality, size), all seen in the same re-encoding and view: float32 [count,3,224,224]."""
    master = Image.open(path).convert("RGB")
    number, how = (
        int(rng.integers(len(VIEWS))),
        clip.AugmentedView(int(rng.integers(40, 81)), bool(rng.integers(2))),
    )
    least = min(1.0, max(min(SIZES), LEAST_SIDE / min(master.size)))
    found = []
    for _ in range(count):
        form, saved_at = ("PNG", "JPEG", "WEBP")[rng.integers(3)], int(rng.integers(50, 96))
        picture = saved(master, float(rng.uniform(least, 1.0)), form, saved_at)
        pixels = canonical.re_encoded(re_encodings(picture, FITTED_PX)[number])
        found.append(clip.seen(pixels, how)[0])
    return np.stack(found)


def batch(groups: dict, rng: np.random.Generator) -> torch.Tensor:
    """Views [2n,3,224,224], two copies of a picture side by side; people's and made ones, and their kinds, in equal numbers."""
    seen = []
    for place in range(PICTURES):
        kinds = [kind for label, kind in groups if label == place % 2]
        pictures = groups[place % 2, kinds[rng.integers(len(kinds))]]
        path, _ = pictures[rng.integers(len(pictures))]
        seen.append(copies(path, rng, 2))
    return torch.from_numpy(np.concatenate(seen))


def losses(odds: torch.Tensor, before: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Of log odds [2n,heads], copies side by side: squared move of the copies' mean from what it was `before`, squared difference of the two."""
    moved = ((odds[0::2] + odds[1::2] - before[0::2] - before[1::2]) ** 2).mean() / 4
    return moved, ((odds[0::2] - odds[1::2]) ** 2).mean()


def judged(net: torch.nn.Module, heads: Heads, folder: Path, part: int, parts: int) -> str:
    """On pictures that calibrate: AUC of the first head, and how far copies of one picture part (standard deviation of log odds)."""
    both = []
    for which in (0, 1):
        mine = [pair for (label, _), pairs in masters(folder, "calibrate").items() if label == which for pair in pairs]
        both += sorted(mine, key=lambda pair: zlib.crc32(pair[0].stem.encode()))[: JUDGED // 2]
    score, label = [], []
    with torch.inference_mode():
        for path, item in both[part::parts]:
            seen = copies(path, np.random.default_rng(zlib.crc32(path.stem.encode())), JUDGED_COPIES)
            score.append(heads(pooled(net, torch.from_numpy(seen)))[:, 0].numpy())
            label.append(item.label)
    gathered: list = [(score, label)]
    if parts > 1:
        gathered = [None] * parts
        torch.distributed.all_gather_object(gathered, (score, label))
    table = np.concatenate([np.array(each) for each, _ in gathered])
    of = np.concatenate([np.array(each) for _, each in gathered])
    spread = np.sqrt(table.var(1, ddof=1).mean())
    return f"auc {detect.auc(table.ravel(), of.repeat(JUDGED_COPIES)):.3f} copies part {spread:.3f} of a spread of {table.mean(1).std():.2f}"


def train(folder: Path, steps: int, part: int, parts: int) -> None:
    """Until `steps`; folder/adapter.safetensors holds the learning matrices, folder/adapter_mean.safetensors their running average."""
    torch.manual_seed(0)
    torch.set_num_threads(1)
    net, groups = encoder(fetch([clip.CLIP])[0]), masters(folder, "fit")
    heads = Heads(folder, net)
    learn = {name: value for name, value in net.named_parameters() if value.requires_grad}
    mean = {name: value.detach().clone() for name, value in learn.items()}
    begin, kept = 0, folder / "adapter.safetensors"
    if kept.exists():
        held = load_file(kept)
        begin = int(held.pop("step").item())
        net.load_state_dict(held, strict=False)
        mean = load_file(folder / "adapter_mean.safetensors")
    optimiser = torch.optim.AdamW(learn.values(), RATE, weight_decay=0.0, betas=(0.9, 0.98))
    since, told = time.monotonic(), []
    for step in range(begin, steps):
        for group in optimiser.param_groups:
            group["lr"] = RATE * min(1.0, (step - begin + 1) / WARM) * (0.5 + 0.5 * np.cos(np.pi * step / steps)) + 1e-6
        seen = batch(groups, np.random.default_rng([11, step, part]))
        with torch.no_grad(), plain(net):
            before = heads(pooled(net, seen))
        moved, apart = losses(heads(pooled(net, seen)), before)
        optimiser.zero_grad()
        (moved + CONSISTENCY * apart).backward()
        share_gradients(list(learn.values()), parts)
        torch.nn.utils.clip_grad_norm_(learn.values(), 1.0)
        optimiser.step()
        keep = min(AVERAGE, (step + 1) / (step + 10))
        for name, value in learn.items():
            mean[name].lerp_(value.detach(), 1 - keep)
        told.append((moved.item(), apart.item()))
        if step % 20 == 19:
            tell(
                part, f"{step + 1} moved, copies part {np.round(np.mean(told, 0), 3)} {time.monotonic() - since:.0f} s"
            )
            told = []
        if step % 50 == 49 or step + 1 == steps:
            now = {name: value.detach().clone() for name, value in learn.items()}
            if part == 0:
                kept_file(now | {"step": torch.tensor(step + 1)}, kept)
                kept_file(mean, folder / "adapter_mean.safetensors")
            if step % 100 == 99 or step + 1 == steps:
                net.load_state_dict(mean, strict=False)
                tell(part, f"{step + 1} average: {judged(net, heads, folder, part, parts)}")
                net.load_state_dict(now, strict=False)


def share_gradients(learn: list[torch.nn.Parameter], parts: int) -> None:
    """Every process gets the mean of all processes' gradients."""
    if parts == 1:
        return
    together = torch.cat([value.grad.flatten() for value in learn])
    torch.distributed.all_reduce(together)
    for value, grad in zip(learn, (together / parts).split([value.numel() for value in learn])):
        value.grad.copy_(grad.view_as(value))


def tell(part: int, line: str) -> None:
    """Print a line from the first process only."""
    if part == 0:
        print(line, flush=True)


def kept_file(tensors: dict[str, torch.Tensor], path: Path) -> None:
    """Written beside, then put in its place."""
    save_file({name: value.contiguous() for name, value in tensors.items()}, path.with_suffix(".partial"))
    path.with_suffix(".partial").replace(path)


def export(folder: Path) -> None:
    """The average in half precision into the studio's weights; what was measured with another adapter has to be measured anew."""
    held = load_file(folder / "adapter_mean.safetensors")
    kept_file({name: value.half() for name, value in held.items()}, ASSETS / "weights" / "detect_adapter.safetensors")


def main() -> None:
    """Read the command line and train the adapter."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--steps", type=int, default=600)
    parser.add_argument("--part", type=int, default=0)
    parser.add_argument("--parts", type=int, default=1)
    parser.add_argument("--land", action="store_true")
    chosen = parser.parse_args()
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    if chosen.parts > 1:
        torch.distributed.init_process_group("gloo", init_method=MEETING, rank=chosen.part, world_size=chosen.parts)
    train(chosen.folder, chosen.steps, chosen.part, chosen.parts)
    if chosen.land and chosen.part == 0:
        export(chosen.folder)


if __name__ == "__main__":
    main()
