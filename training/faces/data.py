"""Portraits of the cast for the face networks: drawn once into a file that is mapped into memory, with what is true of each.

`python -m training.faces.data --folder FOLDER --count 16000` draws them (20 ms each) and may be stopped and goes on.
"""

import argparse
import json
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from pipelines.figures.portraits import SIZE_PX, picture, portrait_of, somebody

HELD_BACK = 512  # the last ones are never trained on


def draw(folder: Path, count: int) -> None:
    """Portraits of seeds 0 .. count - 1: portraits.npy uint8 [count,64,64,3] and facts.jsonl."""
    folder.mkdir(parents=True, exist_ok=True)
    path, facts = folder / "portraits.npy", folder / "facts.jsonl"
    done = len(facts.read_text().splitlines()) if path.exists() and facts.exists() else 0
    shape = (count, SIZE_PX, SIZE_PX, 3)
    pages = np.lib.format.open_memmap(path, "r+" if done else "w+", np.uint8, None if done else shape)
    with facts.open("a" if done else "w") as lines:
        for seed in range(done, count):
            seen = portrait_of(somebody(seed), seed)
            pages[seed] = picture(seen)
            lines.write(json.dumps(seen.facts()) + "\n")
            lines.flush()
    pages.flush()


def load(folder: Path) -> np.ndarray:
    """Portraits to learn from (a read-only file map): those drawn so far but the last ones."""
    return np.load(folder / "portraits.npy", mmap_mode="r")[: len(facts(folder)) - HELD_BACK]


def facts(folder: Path) -> list[dict]:
    """What is true of each portrait."""
    return [json.loads(line) for line in (folder / "facts.jsonl").read_text().splitlines()]


def pixels(pages: np.ndarray) -> Tensor:
    """Portraits uint8 [n,64,64,3] as the networks read them: float32 [n,3,64,64] in -1..1."""
    return torch.from_numpy(np.array(pages).transpose(0, 3, 1, 2).astype(np.float32) / 127.5 - 1)


def batch(pages: np.ndarray, seen: int, size: int, seed: int = 0) -> Tensor:
    """Portraits after `seen` pictures; every second one mirrored; the same place gives the same batch."""
    generator = np.random.default_rng([seed, seen])
    chosen = pages[np.sort(generator.integers(0, len(pages), size))]
    mirrored = generator.random(size) < 0.5
    return pixels(np.where(mirrored[:, None, None, None], chosen[:, :, ::-1], chosen))


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(prog="python -m training.faces.data", description=__doc__)
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--count", type=int, default=16_000)
    arguments = parser.parse_args()
    draw(arguments.folder, arguments.count)


if __name__ == "__main__":
    main()
