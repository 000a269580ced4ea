"""Small drawings written pixel by pixel: our own PixelCNN, with its activations kept, and without for comparison."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from PIL import Image as PillowImage
from PIL.Image import Image

from pipelines.core.models import ModelCard
from pipelines.core.settings import Refusal

if TYPE_CHECKING:
    import numpy as np
    from torch import Tensor

SIZE_PX = 32
STYLES = ("soft 3d", "flat", "cartoon")
UNTOLD = len(STYLES)


def _build(path: Path) -> PixelWriter:
    return PixelWriter.read(path)


PIXELS = ModelCard(
    name="Pixel by pixel (PixelCNN)",
    source="builtin:weights/pixelcnn.safetensors",
    sha256="",
    licence="Apache-2.0 AND MIT (drawings of Noto Emoji, Google; Fluent Emoji, Microsoft; attribution in assets/weights/pixelcnn.json)",
    size_bytes=1_092_808,
    build=_build,
    about="Writes small drawings pixel by pixel.",
)
BLIND = ModelCard(
    name="Pixel by pixel, with the blind spot",
    source="builtin:weights/pixelcnn-blind.safetensors",
    sha256="",
    licence=PIXELS.licence,
    size_bytes=1_083_896,
    build=_build,
    about="The same with a blind spot, for the Lab.",
)


class PixelStep(NamedTuple):
    """What is known when a pixel has been written: levels [s,s,3], row, column, the network's numbers for it [10k]."""

    levels: np.ndarray
    row: int
    column: int
    numbers: np.ndarray


Watch = Callable[[PixelStep], None]


class PixelWriter:
    """A trained PixelCNN at rest, and the same weights as float64 arrays, so that the order of sums moves no level."""

    def __init__(self, net: Any) -> None:
        import copy

        self.net = net
        self.double = copy.deepcopy(net).double()
        self.size_px: int = net.shape.size_px

    @classmethod
    def read(cls, path: Path) -> PixelWriter:
        """Load shipped weights: float16 safetensors whose metadata hold the shape."""
        from safetensors import safe_open

        from pipelines.nets.pixelcnn import PixelCNN, Shape

        with safe_open(path, "pt") as file:
            net = PixelCNN(Shape.from_dict(json.loads(file.metadata()["shape"])))
            net.load_state_dict({name: file.get_tensor(name).float() for name in file.keys()})  # noqa: SIM118
        return cls(net.eval().requires_grad_(False))

    def conditioning(self, text: np.ndarray | None, style: int = UNTOLD) -> Tensor:
        """The conditioning as float64 [1,condition], from a unit MiniLM vector [384] (or None) and the row of a style."""
        import torch

        vector = torch.zeros(1, self.net.shape.text_width) if text is None else torch.from_numpy(text).float()[None]
        return self.double.conditioning(vector.double(), torch.tensor([style]))

    def numbers(self, levels: np.ndarray, conditioning: Tensor) -> np.ndarray:
        """The network's numbers for every pixel of a drawing [s,s,3], in one pass: float64 [10k,s,s]."""
        import torch

        with torch.inference_mode():
            return self.double(pixels(levels)[None], conditioning)[0].numpy()

    def bits(self, levels: np.ndarray, conditioning: Tensor) -> np.ndarray:
        """Bits that each pixel takes (three colours together) [s,s]; their sum over 3 s^2 is bits per dimension."""
        import math

        import torch

        from pipelines.nets.logistic_mixture import log_probability

        with torch.inference_mode():
            x = pixels(levels)[None]
            return (-log_probability(self.double(x, conditioning), x)[0] / math.log(2)).numpy()


def pixels(levels: np.ndarray) -> Tensor:
    """Levels 0..255 [s,s,3] -> float64 [3,s,s] in -1..1."""
    import torch

    return torch.from_numpy(levels.transpose(2, 0, 1).astype("float64")) / 127.5 - 1


def chances(seed: int, size_px: int, number: int = 0) -> np.ndarray:
    """The uniform numbers that pixels are drawn with: [s,s,4], the same whatever way the network is calculated."""
    import numpy as np

    return np.random.default_rng([seed, number]).random((size_px, size_px, 4))


def draw(numbers: np.ndarray, chance: np.ndarray, temperature: float) -> np.ndarray:
    """One pixel from its distribution: numbers [10k], uniform [4] -> levels [3]."""
    import torch

    from pipelines.nets.logistic_mixture import draw_pixel

    with torch.inference_mode():
        made = draw_pixel(torch.from_numpy(numbers)[None], torch.from_numpy(chance)[None], temperature)
    return made[0].numpy()


def write(
    writer: PixelWriter,
    conditioning: Tensor,
    *,
    begin: np.ndarray,
    unknown: Sequence[tuple[int, int]],
    chance: np.ndarray,
    temperature: float = 1.0,
    watch: Watch | None = None,
) -> np.ndarray:
    """Write the unknown pixels (row, column) of a drawing [s,s,3], in order, with kept activations: every pixel is calculated once."""
    from pipelines.drawing.pixel_cache import Cache

    cache = Cache(writer.double, conditioning)
    levels = begin.copy()
    wanted = set(unknown)
    for row in range(writer.size_px):
        cache.begin_row(levels, row)
        for column in range(writer.size_px):
            numbers = cache.pixel(levels, row, column)
            if (row, column) in wanted:
                levels[row, column] = draw(numbers, chance[row, column], temperature)
                if watch is not None:
                    watch(PixelStep(levels, row, column, numbers))
    return levels


def write_naively(
    writer: PixelWriter,
    conditioning: Tensor,
    *,
    begin: np.ndarray,
    unknown: Sequence[tuple[int, int]],
    chance: np.ndarray,
    temperature: float = 1.0,
) -> np.ndarray:
    """The same, the whole network calculated anew over the whole drawing for every pixel."""
    levels = begin.copy()
    for row, column in unknown:
        numbers = writer.numbers(levels, conditioning)[:, row, column]
        levels[row, column] = draw(numbers, chance[row, column], temperature)
    return levels


def receptive_field(writer: PixelWriter, row: int, column: int, seed: int = 0) -> np.ndarray:
    """How much the distribution of one pixel depends on each other pixel: the gradient's absolute values, summed over colours, [s,s].

    Taken over four pictures of noise and added up, in float64; exactly 0 is what the network cannot see.
    """
    import torch

    s = writer.size_px
    dice = torch.Generator().manual_seed(seed)
    x = (torch.rand(4, 3, s, s, generator=dice, dtype=torch.float64) * 2 - 1).requires_grad_()
    conditioning = writer.conditioning(None).expand(4, -1)
    with torch.enable_grad():
        (slope,) = torch.autograd.grad(writer.double(x, conditioning)[:, :, row, column].square().sum(), x)
    return slope.abs().sum((0, 1)).numpy()


def prepare_doodle(picture: Image, size_px: int = SIZE_PX) -> np.ndarray:
    """A visitor's doodle as levels [s,s,3]: squared on white paper and shrunk by areas. Raises Refusal for an empty one."""
    import numpy as np

    rgba = picture.convert("RGBA")
    side = max(rgba.size)
    page = PillowImage.new("RGBA", (side, side), "white")
    page.alpha_composite(rgba, ((side - rgba.width) // 2, (side - rgba.height) // 2))
    levels = np.asarray(page.convert("RGB").resize((size_px, size_px), PillowImage.Resampling.BOX)).astype(np.float64)
    if float(levels.min()) > 250:
        raise Refusal("Nothing is drawn in the upper half of this picture.")
    return levels


def picture_of_levels(levels: np.ndarray, side_px: int) -> Image:
    """Levels as a picture whose pixels stay square."""
    small = PillowImage.fromarray(levels.clip(0, 255).astype("uint8"))
    return small.resize((side_px, side_px), PillowImage.Resampling.NEAREST)


def blank(size_px: int = SIZE_PX) -> np.ndarray:
    """White paper as levels [s,s,3]."""
    import numpy as np

    return np.full((size_px, size_px, 3), 255.0)


def places(first_row: int, size_px: int = SIZE_PX) -> list[tuple[int, int]]:
    """Every pixel from a row on, in the order of writing."""
    return [(row, column) for row in range(first_row, size_px) for column in range(size_px)]
