"""Train the residual network: `python -m pipelines.training.detect_residual --folder F --steps 2500`; checkpoints and goes on.

Crops of the canonical forms that `detect_variants` kept, of the fitting part of the training split only; classes in equal numbers,
generators in equal numbers within theirs. A picture's two variants carry one label, so saving and size are noise to it.
"""

import argparse
import time
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import load_file, save_file

from pipelines.detect.canonical import decoded
from pipelines.nets.residual import ResidualNet
from pipelines.training.detect_items import Item, listed

CROP_PX, BATCH, RATE, SMOOTH = 128, 16, 3e-3, 0.03


def pixels_of(item: Item) -> np.ndarray:
    """The canonical form, uint8 [h,w,3]."""
    return np.asarray(decoded(np.load(item.path)["canonical"].tobytes()))


class Crops:
    """Batches for any step; the same step always gives the same crops."""

    def __init__(self, items: list[Item]) -> None:
        self.groups: dict[int, dict[str, list[np.ndarray]]] = {0: {}, 1: {}}
        for item in items:
            pixels = pixels_of(item)
            if min(pixels.shape[:2]) >= CROP_PX:
                self.groups[item.label].setdefault(item.generator, []).append(pixels)

    def batch(self, step: int) -> tuple[torch.Tensor, torch.Tensor]:
        """Pixels [n,3,128,128] and labels [n]."""
        rng = np.random.default_rng([5, step])
        crops, labels = [], []
        for place in range(BATCH):
            label = place % 2
            kinds = list(self.groups[label])
            pictures = self.groups[label][kinds[rng.integers(len(kinds))]]
            pixels = pictures[rng.integers(len(pictures))]
            top, left = (int(rng.integers(n - CROP_PX + 1)) for n in pixels.shape[:2])
            crop = pixels[top : top + CROP_PX, left : left + CROP_PX]
            crop = np.rot90(crop, rng.integers(4))
            crops.append(crop[:, ::-1] if rng.random() < 0.5 else crop)
            labels.append(label)
        x = torch.from_numpy(np.stack(crops)).permute(0, 3, 1, 2).float()
        return x, torch.tensor(labels, dtype=torch.float32)


def train(folder: Path, steps: int) -> None:
    """Until `steps`; folder/residual.safetensors holds the network, residual.pt-free: the optimiser begins anew at a restart."""
    torch.manual_seed(0)
    crops = Crops([item for item in listed(folder) if item.part == "fit"])
    print({label: {k: len(v) for k, v in kinds.items()} for label, kinds in crops.groups.items()}, flush=True)
    net = ResidualNet().to(memory_format=torch.channels_last)
    kept, begin = folder / "residual.safetensors", 0
    if kept.exists():
        held = load_file(kept)
        begin = int(held.pop("step").item())
        net.load_state_dict(held)
    optimiser = torch.optim.AdamW(net.parameters(), RATE, weight_decay=0.02)
    since = time.monotonic()
    for step in range(begin, steps):
        for group in optimiser.param_groups:
            group["lr"] = RATE * min(1.0, (step - begin + 1) / 40) * (0.5 + 0.5 * np.cos(np.pi * step / steps)) + 1e-5
        x, y = crops.batch(step)
        net.train()
        score = net(x.to(memory_format=torch.channels_last)).mean((1, 2, 3))
        loss = torch.nn.functional.binary_cross_entropy_with_logits(score, y * (1 - 2 * SMOOTH) + SMOOTH)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        if step % 50 == 0 or step + 1 == steps:
            right = ((score > 0) == (y > 0.5)).float().mean().item()
            print(step, f"loss {loss.item():.3f} right {right:.2f} {time.monotonic() - since:.0f} s", flush=True)
        if step % 100 == 99 or step + 1 == steps:
            state = {k: v.contiguous() for k, v in net.state_dict().items()} | {"step": torch.tensor(step + 1)}
            save_file(state, kept.with_suffix(".partial"))
            kept.with_suffix(".partial").replace(kept)


def scores_of_landed(folder: Path) -> None:
    """The same by the network as it is shipped."""
    from pipelines.models import ASSETS

    scores(folder, ASSETS / "weights" / "detect_residual.safetensors", folder / "residual_landed.npz")


def scores(folder: Path, weights: Path, out: Path) -> None:
    """The mean ratio of every variant by a network, kept in `out`."""
    net = ResidualNet()
    held = load_file(weights)
    held.pop("step", None)
    net.load_state_dict(held)
    net.eval()
    found = {}
    with torch.inference_mode():
        for item in listed(folder):
            x = torch.from_numpy(pixels_of(item).copy()).permute(2, 0, 1)[None].float()
            found[item.path.stem] = np.float32(net(x).mean().item())
    np.savez(out, **found)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--steps", type=int, default=2500)
    chosen = parser.parse_args()
    train(chosen.folder, chosen.steps)
    scores(chosen.folder, chosen.folder / "residual.safetensors", chosen.folder / "residual_scores.npz")


if __name__ == "__main__":
    main()
