"""Drawings by codes: wishes in, an 8x8 grid of codes written for each, pictures out."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PIL import Image as PillowImage
from PIL.Image import Image

from pipelines.core.models import ModelCard, load
from pipelines.core.progress import Report, part, silent
from pipelines.core.threads import one_torch_thread
from pipelines.drawing import words

if TYPE_CHECKING:
    from torch import Tensor

    from pipelines.drawing.code_sampling import How, Kept
    from pipelines.nets.code_writer import Conditioning


def _build(path: Path) -> Scribe:
    return Scribe.read(path)


CODES = ModelCard(
    name="Codes: single drawings",
    source="builtin:weights/codes.safetensors",
    sha256="",
    licence="Apache-2.0 AND MIT AND CC-BY-4.0 (drawings of Noto Emoji, Google; Fluent Emoji, Microsoft; Twemoji, Twitter and others; "
    "attribution in assets/weights/codes.json)",
    size_bytes=29_800_180,
    build=_build,
    about="Turns drawings into 64 codes and back.",
)


@dataclass(frozen=True)
class Written:
    """Codes [n,places], their pictures, straight RGBA 0..1 [n,4,64,64], and which of them were painted over."""

    codes: Tensor
    pictures: Tensor
    painted: tuple[bool, ...]


@dataclass(frozen=True)
class Rows:
    """Where the networks' tables have a colour, a style or a pose; row 0 of each stands for not told."""

    colours: tuple[str, ...]
    styles: tuple[str, ...]
    poses: tuple[str, ...]

    @staticmethod
    def row(table: tuple[str, ...], word: str) -> int:
        """The row of a word in its table; the row of "as drawn" if the prompt has none."""
        return table.index(word) if word in table and word else table.index("as drawn")


class Scribe:
    """The two networks and their tables; at rest between calls."""

    def __init__(self, autoencoder: Any, writer: Any, rows: Rows) -> None:
        self.autoencoder, self.writer, self.rows = autoencoder, writer, rows
        self.grid: int = autoencoder.shape.grid

    @classmethod
    def read(cls, path: Path) -> Scribe:
        """Load shipped weights: float16 safetensors whose metadata hold shapes and tables. They compute on the CPU, where 64 small steps are quickest."""
        from safetensors import safe_open

        from pipelines.nets import code_autoencoder, code_writer

        with safe_open(path, "pt") as file:
            made = json.loads(file.metadata()["card"])
            weights = {name: file.get_tensor(name).float() for name in file.keys()}  # noqa: SIM118
        autoencoder = code_autoencoder.CodeAutoencoder(code_autoencoder.Shape.from_dict(made["autoencoder"]))
        writer = code_writer.CodeWriter(code_writer.Shape.from_dict(made["writer"]))
        for name, net in (("autoencoder", autoencoder), ("writer", writer)):
            net.load_state_dict({k.partition(".")[2]: v for k, v in weights.items() if k.startswith(f"{name}.")})
            net.eval().requires_grad_(False)
        return cls(autoencoder, writer, Rows(*(tuple(made["rows"][table]) for table in ("colours", "styles", "poses"))))

    def conditioning(self, features: Tensor | None, colour: int, style: int, pose: int) -> Conditioning:
        """A name's token features [t,384] (None: no name) and rows of the tables."""
        import torch

        from pipelines.nets.code_writer import Conditioning

        names = torch.zeros(1, 1, self.writer.shape.text) if features is None else features.float()[None]
        mask = torch.full(names.shape[:2], features is not None)
        return Conditioning(names, mask, torch.tensor([colour]), torch.tensor([style]), torch.tensor([pose]))

    def wish(self, wish: words.DrawingRequest, features: Tensor) -> Conditioning:
        """The conditioning of one requested drawing; `features` [t,384] are those of its name."""
        pose = wish.turn or wish.size
        rows = self.rows
        style = rows.styles.index(wish.style) if wish.style in rows.styles else 0
        return self.conditioning(features, Rows.row(rows.colours, wish.colour), style, Rows.row(rows.poses, pose))

    def pixels(self, codes: Tensor) -> Tensor:
        """Codes [n,places] -> straight RGBA 0..1 [n,4,64,64], one by one, so that a drawing is the same in any company."""
        import torch

        from pipelines.nets.object_unet import from_pixels

        with torch.inference_mode():
            made = [self.autoencoder.decode(c.view(1, self.grid, self.grid)) for c in codes]
        return from_pixels(torch.cat(made))

    def codes(self, drawing: Tensor) -> Tensor:
        """A drawing in the networks' pixels [4,64,64] -> its codes [places]."""
        import torch

        with torch.inference_mode():
            return self.autoencoder.encode(drawing[None]).flatten()

    def so_far(self, codes: Tensor, written: Tensor, side_px: int = 384) -> Image:
        """The codes being written: what is there, and paper where nothing is yet."""
        import torch

        from pipelines.drawing.network import on_paper

        middle = int(self.autoencoder.quantiser.numbers(torch.zeros(len(self.writer.shape.levels))))
        rgba = self.pixels(torch.where(written, codes, middle)[None])[0]
        cell = rgba.shape[-1] // self.grid
        there = written.view(self.grid, self.grid).repeat_interleave(cell, 0).repeat_interleave(cell, 1)
        rgba = torch.cat([rgba[:3], rgba[3:] * there])
        return on_paper(rgba, side_px)


def patches(scribe: Scribe, numbers: Tensor) -> Tensor:
    """Each code alone [n] -> straight RGBA patches [n,4,cell,cell]: four codes share a grid, each in a quarter, its inner cell cut out."""
    import torch

    half = scribe.grid // 2
    fours = torch.cat([numbers, numbers[-1:].expand(-len(numbers) % 4)]).view(-1, 2, 2)
    large = scribe.pixels(fours.repeat_interleave(half, 1).repeat_interleave(half, 2).flatten(1))
    cell = large.shape[-1] // scribe.grid
    starts = [half // 2 * cell, (half + half // 2) * cell]
    quarters = [large[:, :, top : top + cell, left : left + cell] for top in starts for left in starts]
    return torch.stack(quarters, 1).flatten(0, 1)[: len(numbers)]


def read_names(names: Sequence[str]) -> list[Tensor]:
    """MiniLM's token features of names, each with its article, as the writer learned them."""
    from pipelines.drawing.network import encode_captions

    return encode_captions([words.article(name) for name in names])


def write(
    wishes: Sequence[words.DrawingRequest],
    *,
    seed: int,
    how: How,
    first: int = 0,
    kept: Kept | None = None,
    report: Report = silent,
) -> Written:
    """Drawings of wishes, code by code.

    Item i draws from (seed, first + i) and is written alone, so it is the same in every batch. `kept` are codes that stay, in all of
    them. What does not come in the colour that is asked for is painted over. Raises MissingModel.
    """
    import torch

    from pipelines.diffusion import sampling
    from pipelines.drawing import code_sampling

    features = read_names([w.noun for w in wishes])
    written: list[Tensor] = []
    with load(CODES) as scribe, one_torch_thread():
        for i, (wish, generator) in enumerate(zip(wishes, sampling.generators(seed, len(wishes), first), strict=True)):
            stage = part(report, i / len(wishes), (i + 1) / len(wishes))
            show = _preview_of(scribe, written)
            conditioning = scribe.wish(wish, features[i])
            written.append(code_sampling.write(scribe.writer, conditioning, how, generator, kept, stage, show))
        codes = torch.stack(written)
        pictures = [in_colour(p, wish.colour) for p, wish in zip(scribe.pixels(codes), wishes, strict=True)]
        return Written(codes, torch.stack([p for p, _ in pictures]), tuple(painted for _, painted in pictures))


def in_colour(drawing: Tensor, word: str) -> tuple[Tensor, bool]:
    """A straight RGBA drawing [4,h,w] whose main colour is the one that a word names, and whether it had to be painted over in OKLCh."""
    import numpy as np
    import torch

    from pipelines.vision.oklab import colour_word, main_colour, recolour

    if not word:
        return drawing, False
    pixels = drawing.permute(1, 2, 0).clamp(0, 1).numpy()
    hue, mean, _ = main_colour((pixels * 255).round().astype(np.uint8))
    if colour_word(mean) == word:
        return drawing, False
    painted = recolour(pixels[..., :3], hue, mean, word).astype(np.float32)
    return torch.cat([torch.from_numpy(painted).permute(2, 0, 1), drawing[3:]]), True


def _preview_of(scribe: Scribe, finished: Sequence[Tensor]) -> Callable[[Tensor, Tensor], Image]:
    """The drawing that is being written, beside the ones before it."""
    import torch

    before = list(finished)

    def show(codes: Tensor, there: Tensor) -> Image:
        cells = [(c, torch.ones_like(there)) for c in before] + [(codes, there)]
        if len(cells) == 1:
            return scribe.so_far(*cells[0])
        pictures = [scribe.so_far(c, w, 192) for c, w in cells]
        columns = min(3, len(pictures))
        page = PillowImage.new("RGB", (192 * columns, 192 * -(-len(pictures) // columns)), (237, 230, 218))
        for i, picture in enumerate(pictures):
            page.paste(picture, (i % columns * 192, i // columns * 192))
        return page

    return show
