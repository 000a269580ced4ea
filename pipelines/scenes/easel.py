"""What a painter of a place works with: size, seed, light, texture, where the horizon is; and the planes it hands back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from pipelines.core.progress import Progress, Report, silent
from pipelines.painting.brush import Mask, Plane, Texture, gradient, mix, noise
from pipelines.painting.palette import MATERIALS, NIGHT_BLUE, Light

if TYPE_CHECKING:
    from PIL.Image import Image

# share of the autumn's orange in what grows
AUTUMN = {"leaf": 0.85, "fresh": 0.8, "moss": 0.4, "hill": 0.45, "meadow": 0.3, "grass": 0.22}
# they paint a part of a place: a ridge, waves; a record names them one after the other, each with its settings
GENERATORS: dict[str, Callable[..., None]] = {}
PLANES = ("sky", "far", "middle", "ground", "near", "weather")


@dataclass
class Easel:
    """One painting in the making. `horizon_y` in pixels; `unit` is a hundredth of the shorter side."""

    width: int
    height: int
    rng: np.random.Generator
    light: Light
    horizon_y: float
    report: Report = silent
    season: str = ""  # "autumn" turns the leaves
    without: frozenset[str] = frozenset()  # what the scene itself shows, and so the place does not
    plain_colour: str = "cream"  # of a place that is a sheet of colour
    texture: Texture = field(init=False)
    planes: dict[str, Plane] = field(default_factory=dict)
    air: np.ndarray = field(init=False)  # between the trees of a wood
    outside: str = ""  # the place that is seen from a cave or a room

    def __post_init__(self) -> None:
        self.texture, self.air = Texture.of(self.width, self.height, self.rng), self.light.haze

    @property
    def unit(self) -> float:
        """A hundredth of the shorter side, in pixels."""
        return min(self.width, self.height) / 100

    @property
    def toward(self) -> int:
        """-1 when the light comes from the left, else 1."""
        return -1 if self.light.from_left else 1

    def plane(self, name: str) -> Plane:
        """The plane of that name, begun when it is first asked for."""
        if name not in self.planes:
            self.report(Progress(PLANES.index(name), len(PLANES), preview=self.so_far if self.planes else None))
            self.planes[name] = Plane(self.width, self.height, self.texture)
        return self.planes[name]

    def so_far(self) -> Image:
        """What is painted by now, at half size."""
        from PIL import Image as PillowImage

        canvas = np.ones((-(-self.height // 2), -(-self.width // 2), 3), np.float32)
        for plane in [self.planes[name] for name in PLANES if name in self.planes]:
            canvas = plane.colour[::2, ::2] + canvas * (1 - plane.alpha[::2, ::2])
        return PillowImage.fromarray((np.clip(canvas, 0, 1) * 255).astype(np.uint8))

    def mask(self) -> Mask:
        """Return an empty mask of the picture's size."""
        return Mask(self.width, self.height)

    def noise(self, cell: float, octaves: int = 3, stretch: float = 1.0) -> np.ndarray:
        """Noise with a cell given in units, [height,width]."""
        return noise(self.rng, self.width, self.height, cell * self.unit, octaves, stretch)

    def tone(self, material: str | np.ndarray, depth: float = 0.0, key: float = 1.0, snow: float = 0.0) -> np.ndarray:
        """A material's colour in this light, [3]; `snow` is how much of the fallen snow stays on it."""
        colour = MATERIALS[material] if isinstance(material, str) else material
        if isinstance(material, str) and self.season == "autumn" and material in AUTUMN:
            colour = mix(colour, MATERIALS["autumn"], AUTUMN[material])
        return self.light.lit(self.light.covered(colour, snow) if snow else colour, depth, key)

    def fade(self, top: np.ndarray, bottom: np.ndarray, top_y: float, bottom_y: float) -> np.ndarray:
        """Colours that go from `top` at one height to `bottom` at another: [height,1,3]."""
        span = max(self.height, 1)
        low, high = np.clip(top_y / span, 0, 0.998), np.clip(bottom_y / span, 0.001, 0.999)
        return gradient(
            self.height, ((0.0, top), (float(low), top), (float(max(high, low + 1e-3)), bottom), (1.0, bottom))
        )

    def columns(self) -> np.ndarray:
        """Return the x of every column."""
        return np.arange(self.width, dtype=np.float32)

    def rows(self) -> np.ndarray:
        """Return the y of every row."""
        return np.arange(self.height, dtype=np.float32)

    def nearness(self, y: float | np.ndarray) -> float | np.ndarray:
        """0 at the horizon .. 1 at the lower edge."""
        return np.clip((y - self.horizon_y) / max(1.0, self.height - self.horizon_y), 0, 1)

    def ground_points(
        self, count: int, nearest: float = 1.0, farthest: float = 0.03
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """x, y, size factor of `count` places on the ground, denser far away as perspective has it, far ones first."""
        t = np.sort(farthest + (nearest - farthest) * self.rng.random(count) ** 1.35)
        x = self.rng.uniform(-0.02, 1.02, count) * self.width
        return x, self.horizon_y + t * (self.height - self.horizon_y), 0.12 + 0.88 * t

    def finished(self, names: tuple[str, ...] = PLANES) -> dict[str, Image]:
        """The planes that were painted, far to near, as RGBA."""
        return {name: self.planes[name].finished(self.rng) for name in names if name in self.planes}


def shaded_ground(
    easel: Easel, far: np.ndarray, near: np.ndarray, key: np.ndarray, far_depth: float = 0.45
) -> np.ndarray:
    """Colours of a ground from the horizon down: two materials, aerial perspective, and light by a key field [height,width].

    Returns float32 [height,width,3].
    """
    light = easel.light
    t = np.asarray(easel.nearness(easel.rows()), np.float32)[:, None]
    material, bright = far + (near - far) * np.sqrt(t)[..., None], np.clip(key, 0, 1.15)
    veil = np.minimum(0.94, far_depth * light.haze_strength * (1 - t) ** 2.2)
    seen = [light.shade[c] + (light.key[c] - light.shade[c]) * bright for c in range(3)]
    seen = [np.clip(material[..., c] * seen[c], 0, 1.1) for c in range(3)]
    if light.hour == "night":
        dim = 0.25 + 0.85 * (sum(seen) / 3)
        seen = [seen[c] + (NIGHT_BLUE[c] * dim - seen[c]) * np.float32(0.25) for c in range(3)]
    return np.stack([seen[c] + (light.haze[c] - seen[c]) * veil for c in range(3)], axis=-1)


def sun_pool(easel: Easel, x: float, y: float, reach: float) -> np.ndarray:
    """A soft round of light, 1 at (x, y) and 0 past `reach` pixels: [height,width]."""
    dx = (easel.columns()[None] - x) / reach
    dy = (easel.rows()[:, None] - y) / reach
    return np.exp(-(dx * dx + dy * dy)).astype(np.float32)


def generator(name: str) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Records call this function by that name; a plane comes to it as itself."""

    def keep(paint: Callable[..., None]) -> Callable[..., None]:
        GENERATORS[name] = paint
        return paint

    return keep


def paint_steps(easel: Easel, steps: Sequence[Any]) -> None:
    """Let generators paint, as a record says; a step may be `only` of wide or of narrow pictures. Raises KeyError, TypeError for what is none."""
    shape = "wide" if easel.width > 1.3 * easel.height else "narrow"
    for name, settings in steps:
        how = {key: easel.plane(value) if key == "plane" else value for key, value in settings.items()}
        if how.pop("only", shape) == shape:
            GENERATORS[name](easel, **how)
