"""Masks or random letters? Both forward processes of D3PM at the same size: `python -m pipelines.training.infill_noise --folder … --steps 400`.

As in the paper's own experiment on text8 (Austin et al. 2021, section 5): 26 letters and the space. The same small network learns either
to fill masks or to undo uniform noise, for the same number of steps on the same windows; then the bound is measured on a held-out novel.
This is for comparison only: no pipeline uses these networks, and nothing is landed. Training and bound use 1,000 steps of the chain for
uniform noise (as the paper) and continuous time for masks (as MDLM).
"""

from __future__ import annotations

import argparse
import json
import math
import re
import time
from pathlib import Path

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from pipelines.infill.uniform_noise import divergence, noised
from pipelines.nets.masked_text import MaskedText, Shape
from pipelines.training.infill import stratified
from pipelines.training.infill_sources import SOURCES

LETTERS, MASK, TIMES = 27, 27, 32
SHAPE = Shape(vocabulary=LETTERS + 1 + TIMES, width=128, layers=3, heads=4, hidden=512, places=80)
CHAIN = 1000
ROWS, LENGTH = 32, 64
CROSS_ENTROPY = 0.01  # lambda of the paper's hybrid loss, equation 5


def letters(folder: Path, split: str) -> np.ndarray:
    """The narrative text of a split as numbers: 0 the space, 1 to 26 a to z; all else is a space."""
    parts = []
    for source in SOURCES:
        if source.split == split and source.kind == "narrative" and "Bible" not in source.name:
            parts += [re.sub(r"[^a-z]+", " ", text.lower()) for text in source.read(folder / "downloads")]
    return np.array([0 if c == " " else ord(c) - 96 for c in " ".join(parts)], np.int64)


def windows(text: np.ndarray, step: int, rows: int = ROWS) -> Tensor:
    """The windows [rows,LENGTH] of a step."""
    starts = np.random.default_rng(step).integers(0, len(text) - LENGTH, rows)
    return torch.from_numpy(np.stack([text[at : at + LENGTH] for at in starts]))


def scores(network: MaskedText, z: Tensor, t: Tensor) -> Tensor:
    """log p(x | z_t) [b,n,27]; the time stands before the letters as one of 32 signs."""
    sign = LETTERS + 1 + (t * (TIMES - 1)).long()
    logits = network(torch.cat([sign[:, None], z], 1))[:, 1:, :LETTERS]
    return logits.float().log_softmax(-1)


def masked_bound(network: MaskedText, x: Tensor, generator: torch.Generator) -> Tensor:
    """Nats a letter, [b]: the masked bound at stratified times (MDLM, equation 10)."""
    t = stratified(len(x), generator)
    at = torch.rand(x.shape, generator=generator) < t[:, None]
    nats = -scores(network, x.masked_fill(at, MASK), torch.zeros_like(t)).gather(2, x[..., None])[..., 0]
    return (nats * at).sum(1) / t / x.shape[1]


def uniform_bound(network: MaskedText, x: Tensor, generator: torch.Generator, hybrid: float = 0.0) -> Tensor:
    """Nats a letter, [b]: the chain's bound at stratified steps (D3PM, equation 1; its prior's term is zero at t = 1)."""
    i = (stratified(len(x), generator) * CHAIN).ceil().clamp(1, CHAIN)
    t, s = i / CHAIN, (i - 1) / CHAIN
    z = noised(x, torch.ones_like(x, dtype=torch.bool), t, torch.arange(LETTERS), generator)
    log_p = scores(network, z, t).reshape(-1, LETTERS)
    wide = t[:, None].expand(x.shape).reshape(-1), s[:, None].expand(x.shape).reshape(-1)
    nats = CHAIN * divergence(log_p, z.reshape(-1), x.reshape(-1), *wide, LETTERS)
    if hybrid:
        nats = nats + hybrid * CHAIN * F.nll_loss(log_p, x.reshape(-1), reduction="none")
    return nats.reshape(x.shape).mean(1)


BOUNDS = {"masks": masked_bound, "uniform noise": uniform_bound}


def train(kind: str, text: np.ndarray, steps: int, rate: float = 1.5e-3) -> MaskedText:
    """A network for one of the two processes."""
    torch.manual_seed(0)
    network = MaskedText(SHAPE)
    optimiser = torch.optim.AdamW(network.parameters(), lr=rate, weight_decay=0.01, betas=(0.9, 0.98))
    for step in range(steps):
        for group in optimiser.param_groups:
            group["lr"] = rate * min(1, (step + 1) / 50) * (1 - step / steps)
        generator = torch.Generator().manual_seed(step)
        more = {"hybrid": CROSS_ENTROPY} if kind == "uniform noise" else {}
        loss = BOUNDS[kind](network, windows(text, step), generator, **more).mean()
        optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
        optimiser.step()
    return network.eval()


@torch.inference_mode()
def measure(kind: str, network: MaskedText, text: np.ndarray, rows: int = 512) -> dict[str, float]:
    """Bits a letter on held-out text, and the standard error."""
    nats = BOUNDS[kind](network, windows(text, 10**6, rows), torch.Generator().manual_seed(1))
    return {"bits": float(nats.mean()) / math.log(2), "error": float(nats.std()) / math.sqrt(rows) / math.log(2)}


def compare(folder: Path, steps: int) -> dict[str, dict[str, float]]:
    """Both processes, trained and measured."""
    train_text, test_text = letters(folder, "train"), letters(folder, "test")
    out = {}
    for kind in BOUNDS:
        started = time.process_time()
        network = train(kind, train_text, steps)
        seconds = time.process_time() - started
        out[kind] = {
            **measure(kind, network, test_text),
            "letters": steps * ROWS * LENGTH,
            "processor_seconds": seconds,
        }
    return out


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path, required=True, help="the folder of infill_data")
    parser.add_argument("--steps", type=int, default=400)
    asked = parser.parse_args()
    print(json.dumps(compare(asked.folder, asked.steps), indent=1))


if __name__ == "__main__":
    main()
