"""Train the writer of codes: `python -m training.codes.train --folder FOLDER --minutes 120`; stop and go on at any time.

The autoencoder of the same folder (`codes_autoencoder`) gives the codes and stays as it is; a folder without one goes on from the
landed weights of both. Captions are dropped now and then, so that
guidance works (Ho & Salimans 2022); some codes are hidden; some drawings are written with kept places first, so that
half-erased ones can be completed. `--land` writes both networks and their card to assets/weights.
"""

import argparse
import math
import os
from pathlib import Path

import numpy as np
import torch
from torch import Tensor
from torch.nn.attention import SDPBackend, sdpa_kernel

from pipelines.nets.code_autoencoder import CodeAutoencoder
from pipelines.nets.code_autoencoder import Shape as CodeShape
from pipelines.nets.code_writer import CodeWriter, Conditioning, Shape
from training.codes.autoencoder import NAME as AUTOENCODER
from training.codes.data import (
    COLOUR_ROWS,
    POSE_ROWS,
    STYLE_ROWS,
    Data,
    Pictures,
    padded,
    picture_of,
    prepare_codes,
)
from training.codes.loop import Recipe, Run, averaged_tensors, train

NAME = "codes-writer"
POOL = 60_000  # different pictures; each is encoded once
HIDDEN = 0.05
COMPLETED = 0.15
SHEET = (
    ("fox", "", "soft 3d"),
    ("fox", "red", "flat"),
    ("cat", "blue", "cartoon"),
    ("penguin", "", "sticker"),
    ("rose", "", "cartoon"),
    ("house", "", "soft 3d"),
    ("tree", "", "flat"),
    ("car", "green", "soft 3d"),
    ("elephant", "pink", "soft 3d"),
    ("cactus", "", "flat"),
    ("lion", "", "cartoon"),
    ("owl", "", "cartoon"),
    ("dragon", "", "soft 3d"),
    ("snowman", "", "sticker"),
    ("rabbit", "", "flat"),
    ("castle", "purple", "cartoon"),
    ("teapot", "yellow", "flat"),
    ("umbrella", "red", "soft 3d"),
    ("guitar", "", "sticker"),
    ("ghost", "teal", "cartoon"),
    ("whale", "orange", "flat"),
    ("strawberry", "blue", "soft 3d"),
    ("rocket", "", "cartoon"),
    ("robot", "", "soft 3d"),
)


class Pool:
    """Codes of the first `size` pictures, encoded when first asked for and kept in a file: int16 [size,places], -1 where still missing."""

    def __init__(self, pictures: Pictures, autoencoder: CodeAutoencoder, path: Path, size: int = POOL):
        self.pictures, self.autoencoder, self.size = pictures, autoencoder, size
        if not path.exists():
            np.save(path, np.full((size, autoencoder.shape.places), -1, np.int16))
        self.kept = np.load(path, mmap_mode="r+")

    def codes(self, places: list[int]) -> Tensor:
        """int64 [n,places]"""
        missing = [p for p in places if self.kept[p, 0] < 0]
        if missing:
            x = torch.from_numpy(np.stack([picture_of(self.pictures.data, *self.pictures.view(p)) for p in missing]))
            with torch.no_grad():
                found = self.autoencoder.encode(x.contiguous(memory_format=torch.channels_last))
            self.kept[missing] = found.flatten(1).numpy().astype(np.int16)
        return torch.from_numpy(self.kept[places].astype(np.int64))

    def told(self, places: list[int]) -> tuple[list[np.ndarray], np.ndarray]:
        """Token features of the names [t,384], and rows of colour, style and pose [n,3]."""
        views = [self.pictures.view(p)[0] for p in places]
        rows = np.array([[v.told_colour, v.told_style, v.told_pose] for v in views])
        return [self.pictures.data.features[v.name] for v in views], rows


def orders(count: int, grid: int, generator: np.random.Generator) -> np.ndarray:
    """The places as they are written [n,grid*grid]: row by row; for some, a part of the drawing first, then the rest, each row by row."""
    every = np.arange(grid * grid)
    rows, columns = every // grid, every % grid
    found = np.tile(every, (count, 1))
    for i in np.flatnonzero(generator.random(count) < COMPLETED):
        kind, cut = generator.integers(3), generator.uniform(0.2, 0.8) * grid
        if kind == 0:  # one side of it
            line = rows if generator.random() < 0.5 else columns
            kept = (line < cut) if generator.random() < 0.5 else (line >= cut)
        elif kind == 1:  # all but a rectangle
            top, left = generator.integers(0, grid - 2, 2)
            height, width = generator.integers(2, grid - 1, 2)
            kept = ~((rows >= top) & (rows < top + height) & (columns >= left) & (columns < left + width))
        else:
            kept = generator.random(grid * grid) < generator.uniform(0.1, 0.9)
        found[i] = np.concatenate([every[kept], every[~kept]])
    return found


class Loss:
    """Nats a code at a run's place."""

    def __init__(self, pool: Pool):
        self.pool = pool

    def conditioning(self, names: list[np.ndarray], rows: np.ndarray, generator: np.random.Generator):
        """What is said of these pictures (token features of their names, and rows), with some of it left out."""
        text, mask = padded(names)
        rows[generator.random(rows.shape) < (0.12, 0.12, 0.2)] = 0
        nameless, silent = generator.random((2, len(rows))) < ((0.05,), (0.08,))
        mask[nameless | silent] = False
        rows[silent] = 0
        colour, style, pose = torch.from_numpy(rows).unbind(1)
        return Conditioning(torch.from_numpy(text), torch.from_numpy(mask), colour, style, pose)

    def __call__(self, run: Run) -> Tensor:
        count = run.recipe.batch
        generator = np.random.default_rng([run.recipe.seed, 3, run.pictures])
        first = (run.pictures - run.begun) // count * count
        places = [(first + i) % self.pool.size for i in range(count)]
        (names, rows), codes = self.pool.told(places), self.pool.codes(places)
        grid = math.isqrt(codes.shape[1])
        order = torch.from_numpy(orders(count, grid, generator))
        hidden = torch.from_numpy(generator.random((count, grid * grid - 1)) < HIDDEN)
        with run.autocast, sdpa_kernel(SDPBackend.MATH):  # the fused kernel's way back takes as long as all else
            return run.net(self.conditioning(names, rows, generator), codes, order, hidden).mean()


def read_autoencoder(path: Path) -> CodeAutoencoder:
    """The averaged autoencoder of a checkpoint, at rest."""
    weights, facts = averaged_tensors(path)
    net = CodeAutoencoder(CodeShape.from_dict(facts["shape"]))
    net.load_state_dict(weights)
    return net.eval().requires_grad_(False).to(memory_format=torch.channels_last)  # type: ignore[call-overload]


def look_at(folder: Path, data: Data, autoencoder_path: Path, shape: Shape):
    """Writes a sheet of fixed wishes, drawn with the averaged weights."""

    def look(run: Run) -> None:
        from pipelines.drawing.code_sampling import How, write
        from pipelines.nets.object_unet import from_pixels
        from training.objects.train import contact_sheet

        net, autoencoder = run.averaged(CodeWriter(shape)), read_autoencoder(autoencoder_path)
        found = []
        for i, (noun, colour, style) in enumerate(SHEET):
            text = torch.from_numpy(data.features[noun])[None]
            rows = COLOUR_ROWS.index(colour or "as drawn"), STYLE_ROWS.index(style), POSE_ROWS.index("as drawn")
            told = Conditioning(text, torch.ones(text.shape[:2], dtype=torch.bool), *(torch.tensor([r]) for r in rows))
            found.append(write(net, told, None, How(), torch.Generator().manual_seed(i)))
        grid = autoencoder.shape.grid
        with torch.no_grad():
            made = autoencoder.decode(torch.stack(found).view(-1, grid, grid))
        contact_sheet(from_pixels(made), folder / f"codes-writer_{run.pictures:07d}.png")

    return look


def main() -> None:
    """Command line."""
    from training.codes import export as codes_export
    from training.objects import data as objects_data

    parser = argparse.ArgumentParser(prog="python -m training.codes.train", description=__doc__)
    parser.add_argument(
        "--folder", type=Path, required=True, help="where the run lives: checkpoints, log, contact sheets"
    )
    parser.add_argument("--cache", type=Path, default=objects_data.default_cache(), help="packages and renders")
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument(
        "--anneal", type=float, default=0, help="in the last so many minutes the learning rate falls to 0"
    )
    parser.add_argument("--everything", action="store_true", help="all nouns, not only the core")
    parser.add_argument(
        "--rate", type=float, default=5e-3, help="of Muon; a short run from landed weights wants half of it"
    )
    parser.add_argument("--land", action="store_true", help="write the averaged weights and their card, do not train")
    parser.add_argument("--assets", type=Path, default=Path("assets/weights"))
    arguments = parser.parse_args()
    if arguments.land:
        codes_export.export(arguments.folder, arguments.assets)
        return
    torch.set_num_threads(int(os.environ.get("OMP_NUM_THREADS", "1")))
    data = prepare_codes(arguments.cache, arguments.folder, arguments.everything)
    path = arguments.folder / f"{AUTOENCODER}.safetensors"
    if not path.exists() and (arguments.assets / "codes.safetensors").exists():
        codes_export.begin_from(arguments.assets, arguments.folder)
    pool = Pool(Pictures(data), read_autoencoder(path), arguments.folder / "codes-pool.npy")
    torch.manual_seed(0)
    shape = Shape(
        levels=pool.autoencoder.shape.levels,
        places=pool.autoencoder.shape.places,
        colours=len(COLOUR_ROWS),
        styles=len(STYLE_ROWS),
        poses=len(POSE_ROWS),
    )
    net = CodeWriter(shape)
    net.whiten(torch.from_numpy(np.concatenate(list(data.features.values()))))
    run = Run(
        net,
        Recipe(batch=24, rate=arguments.rate, adam_rate=0.4 * arguments.rate),
        Loss(pool),
        {"shape": shape.as_dict(), "everything": arguments.everything},
    )
    train(
        run,
        arguments.folder / f"{NAME}.safetensors",
        arguments.minutes,
        anneal_minutes=arguments.anneal,
        look=look_at(arguments.folder, data, path, shape),
    )


if __name__ == "__main__":
    main()
