"""Three small autoencoders of photographs, made only so that the detector sees reconstructions: `--folder F --name a`; minutes each.

"a" folds by 8 with plain convolutions and doubles by repeating; "b" folds by 4 twice and grows by transposed convolutions, whose
chequered traces are another family's; "c" folds by 8 and grows by shuffling channels into pixels. None is part of the studio.
"""

import argparse
import os
from functools import lru_cache
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from safetensors.torch import load_file, save_file
from torch import nn

CUT_PX, BATCH, RATE, STEPS = 96, 6, 2e-3, 700
FOLDER = Path(os.environ.get("DETECT_FOLDER", "/tmp/detect"))


def build(name: str) -> nn.Module:
    """[n,3,h,w] in 0..1 -> the same, h and w multiples of 16."""
    if name == "a":
        steps = [(3, 32), (32, 64), (64, 96)]
        down = [layer for i, o in steps for layer in (nn.Conv2d(i, o, 4, 2, 1), nn.SiLU())]
        up: list[nn.Module] = [nn.Conv2d(96, 12, 1), nn.Conv2d(12, 96, 3, 1, 1), nn.SiLU()]
        for o, i in reversed(steps):
            last = o == 3
            up += [nn.Upsample(scale_factor=2), nn.Conv2d(i, 16 if last else o, 3, 1, 1), nn.SiLU()]
        return nn.Sequential(*down, *up, nn.Conv2d(16, 3, 3, 1, 1))
    if name == "c":
        return nn.Sequential(
            nn.Conv2d(3, 32, 4, 2, 1),
            nn.SiLU(),
            nn.Conv2d(32, 64, 4, 2, 1),
            nn.SiLU(),
            nn.Conv2d(64, 96, 4, 2, 1),
            nn.SiLU(),
            nn.Conv2d(96, 16, 1),
            nn.Conv2d(16, 96, 3, 1, 1),
            nn.SiLU(),
            nn.Conv2d(96, 256, 3, 1, 1),
            nn.PixelShuffle(2),
            nn.SiLU(),
            nn.Conv2d(64, 128, 3, 1, 1),
            nn.PixelShuffle(2),
            nn.SiLU(),
            nn.Conv2d(32, 12, 3, 1, 1),
            nn.PixelShuffle(2),
        )
    return nn.Sequential(
        nn.Conv2d(3, 48, 8, 4, 2),
        nn.SiLU(),
        nn.Conv2d(48, 96, 4, 2, 1),
        nn.SiLU(),
        nn.Conv2d(96, 16, 1),
        nn.Conv2d(16, 96, 3, 1, 1),
        nn.SiLU(),
        nn.ConvTranspose2d(96, 64, 3, 2, 1, 1),
        nn.SiLU(),
        nn.ConvTranspose2d(64, 32, 3, 2, 1, 1),
        nn.SiLU(),
        nn.ConvTranspose2d(32, 3, 4, 2, 1),
    )


def train(folder: Path, name: str, steps: int = STEPS) -> None:
    """L1 on cuts of the training sources; kept as folder/autoencoder_NAME.safetensors."""
    torch.manual_seed(0)
    net = build(name).to(memory_format=torch.channels_last)
    paths = sorted((folder / "real").glob("*__train__photo__*.png"))
    pictures = [np.asarray(Image.open(p).convert("RGB").resize((448, 320))) for p in paths[::2]]
    optimiser = torch.optim.AdamW(net.parameters(), RATE)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, RATE, steps)
    rng = np.random.default_rng(0)
    for step in range(steps):
        cuts = []
        for _ in range(BATCH):
            picture = pictures[rng.integers(len(pictures))]
            top, left = rng.integers(320 - CUT_PX), rng.integers(448 - CUT_PX)
            cuts.append(picture[top : top + CUT_PX, left : left + CUT_PX])
        x = torch.from_numpy(np.stack(cuts)).permute(0, 3, 1, 2).float() / 255
        loss = (net(x) - x).abs().mean()
        optimiser.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(net.parameters(), 1.0)
        optimiser.step()
        schedule.step()
        if step % 100 == 0:
            print(name, step, f"{loss.item():.4f}", flush=True)
    save_file({k: v.contiguous() for k, v in net.state_dict().items()}, folder / f"autoencoder_{name}.safetensors")


@lru_cache(maxsize=3)
def _loaded(name: str) -> nn.Module:
    net = build(name)
    net.load_state_dict(load_file(FOLDER / f"autoencoder_{name}.safetensors"))
    return net.eval()


def reconstructed(name: str, picture: Image.Image) -> Image.Image:
    """The picture, its sides cut to multiples of 16, through an autoencoder."""
    wide, high = (n // 16 * 16 for n in picture.size)
    x = torch.from_numpy(np.asarray(picture.crop((0, 0, wide, high)))).permute(2, 0, 1)[None].float() / 255
    with torch.inference_mode():
        y = _loaded(name)(x)[0].clamp(0, 1)
    return Image.fromarray((y.permute(1, 2, 0) * 255).round().byte().numpy())


def main() -> None:
    """Read the command line and train one autoencoder."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--name", choices=["a", "b", "c"], required=True)
    parser.add_argument("--steps", type=int, default=STEPS)
    chosen = parser.parse_args()
    train(chosen.folder, chosen.name, chosen.steps)


if __name__ == "__main__":
    main()
