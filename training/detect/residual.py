"""Train the residual network: `python -m training.detect.residual --folder F --steps 1400`; checkpoints and goes on.

Crops of the canonical forms that `training.detect.variants` kept, of the fitting part only; classes in equal numbers, generators and kinds in equal numbers
within theirs. Every crop comes in two of the picture's saved copies, and how far their scores part is penalised: saving and size are noise.
"""

import argparse
import time
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import load_file, save_file

from pipelines.detect.parts.canonical import decoded
from pipelines.nets.residual import ResidualNet
from training.detect.items import Item, listed

CROP_PX, BATCH, RATE, SMOOTH = 128, 12, 3e-3, 0.03
CONSISTENCY = 0.1


def pixels_of(item: Item) -> list[np.ndarray]:
    """The canonical forms that were kept of a copy, each uint8 [h,w,3]."""
    held = np.load(item.path)
    return [np.asarray(decoded(held[name].tobytes())) for name in sorted(held.files) if name.startswith("canonical")]


class Crops:
    """Batches for any step; the same step always gives the same crops."""

    def __init__(self, items: list[Item]) -> None:
        pictures: dict[tuple[int, str, str], list[np.ndarray]] = {}
        for item in items:
            kind = item.generator if item.label else item.kind
            copies = [pixels for pixels in pixels_of(item) if min(pixels.shape[:2]) >= CROP_PX]
            pictures.setdefault((item.label, kind, item.name), []).extend(copies)
        self.groups: dict[int, dict[str, list[list[np.ndarray]]]] = {0: {}, 1: {}}
        for (label, kind, _), copies in pictures.items():
            if copies:
                self.groups[label].setdefault(kind, []).append(copies)

    def batch(self, step: int) -> tuple[torch.Tensor, torch.Tensor]:
        """Pixels [2n,3,128,128], the second n other copies of the first, and labels [n]."""
        rng = np.random.default_rng([5, step])
        first, second, labels = [], [], []
        for place in range(BATCH):
            label = place % 2
            kinds = list(self.groups[label])
            pictures = self.groups[label][kinds[rng.integers(len(kinds))]]
            copies = pictures[rng.integers(len(pictures))]
            where, turns, mirrored = rng.random(2), int(rng.integers(4)), rng.random() < 0.5
            for crops in (first, second):
                crop = np.rot90(_crop(copies[rng.integers(len(copies))], where), turns)
                crops.append(crop[:, ::-1] if mirrored else crop)
            labels.append(label)
        x = torch.from_numpy(np.stack(first + second)).permute(0, 3, 1, 2).float()
        return x, torch.tensor(labels, dtype=torch.float32)


def _crop(pixels: np.ndarray, where: np.ndarray) -> np.ndarray:
    top, left = (int(share * (n - CROP_PX)) for share, n in zip(where, pixels.shape[:2]))
    return pixels[top : top + CROP_PX, left : left + CROP_PX]


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
        y = torch.cat([y, y])
        loss = torch.nn.functional.binary_cross_entropy_with_logits(score, y * (1 - 2 * SMOOTH) + SMOOTH)
        loss = loss + CONSISTENCY * ((score[:BATCH] - score[BATCH:]) ** 2).mean()
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
    from pipelines.core.models import ASSETS

    scores(folder, ASSETS / "weights" / "detect_residual.safetensors", folder / "residual_landed.npz")


def scores(folder: Path, weights: Path, out: Path) -> None:
    """The mean ratio of every re-encoding of every copy by a network, [forms] each, kept in `out`."""
    net = ResidualNet()
    held = load_file(weights)
    held.pop("step", None)
    net.load_state_dict(held)
    net.eval()
    found = {}
    with torch.inference_mode():
        for item in listed(folder):
            forms = [torch.from_numpy(pixels.copy()).permute(2, 0, 1)[None].float() for pixels in pixels_of(item)]
            found[item.path.stem] = np.array([net(x).mean().item() for x in forms], np.float32)
    np.savez(out, **found)


def main() -> None:
    """Read the command line and train the network of fine traces."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--steps", type=int, default=1400)
    chosen = parser.parse_args()
    train(chosen.folder, chosen.steps)
    scores(chosen.folder, chosen.folder / "residual.safetensors", chosen.folder / "residual_scores.npz")


if __name__ == "__main__":
    main()
