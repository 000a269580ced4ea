"""The light of an hour and a weather: sky, haze, key and shade, so that every colour of a painting belongs to the same air.

A material has one colour, that of noon under a white sky. What is painted is that colour under the hour's key light (lit) or its
sky light (shade), with the far away going over into the haze (aerial perspective).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from pipelines.painting.brush import mix, rgb
from pipelines.vision.oklab import from_oklab, to_oklab

HOURS = ("day", "sunset", "dawn", "night")
WEATHERS = ("clear", "rain", "snow", "fog")


@dataclass(frozen=True)
class Light:
    """Colours 0..1 and where the light comes from, as fractions of the picture."""

    hour: str
    weather: str
    sky: tuple[tuple[float, np.ndarray], ...]  # place from the top of the sky to the horizon, colour
    haze: np.ndarray
    key: np.ndarray  # multiplies what the sun or the moon reaches
    shade: np.ndarray  # multiplies what only the sky reaches
    orb: np.ndarray  # sun or moon
    orb_at: tuple[float, float]
    haze_strength: float = 1.0
    snow_cover: float = 0.0
    lamps: float = 0.0  # how much windows and lamps shine
    shadow: float = 0.45  # strength of cast shadows

    @property
    def from_left(self) -> bool:
        """Whether the sun or the moon stands on the left."""
        return self.orb_at[0] < 0.5

    def lit(self, material: np.ndarray, depth: float = 0.0, key: float = 1.0) -> np.ndarray:
        """A material in this light; `depth` 0 near .. 1 at the horizon, `key` 0 in shade .. 1 in full light."""
        seen = material * mix(self.shade, self.key, key)
        if self.hour == "night":  # the eye sees blue in the dark (Purkinje): warm colours go over into it
            seen = mix(seen, NIGHT_BLUE * (0.25 + 0.85 * float(seen.mean())), 0.25)
        return mix(np.clip(seen, 0, 1.1), self.haze, min(0.94, depth * self.haze_strength))

    def covered(self, material: np.ndarray, share: float = 1.0) -> np.ndarray:
        """With the snow that lies on it."""
        return mix(material, rgb("#f4f6fa"), self.snow_cover * share)


NIGHT_BLUE = np.array([0.64, 0.90, 1.48], np.float32)


def _stops(*colours: str) -> tuple[tuple[float, np.ndarray], ...]:
    places = np.linspace(0, 1, len(colours))
    return tuple((float(place), rgb(colour)) for place, colour in zip(places, colours))


def _three(*values: float) -> np.ndarray:
    return np.array(values, np.float32)


BY_HOUR = {
    "day": Light(
        "day",
        "clear",
        _stops("#5fa8cf", "#8cc4dc", "#bfe0e2", "#f3ecd2"),
        rgb("#d6e3dc"),
        _three(1.06, 1.01, 0.90),
        _three(0.60, 0.70, 0.80),
        rgb("#fff6da"),
        (0.20, 0.17),
        lamps=0.0,
        shadow=0.34,
    ),
    "sunset": Light(
        "sunset",
        "clear",
        _stops("#4a5a94", "#8f74a4", "#d9868a", "#f6a66f", "#ffd692"),
        rgb("#f0ae86"),
        _three(1.13, 0.87, 0.67),
        _three(0.52, 0.44, 0.62),
        rgb("#fff0c4"),
        (0.27, 0.80),
        lamps=0.55,
        shadow=0.42,
    ),
    "dawn": Light(
        "dawn",
        "clear",
        _stops("#7fa6d0", "#aebfe0", "#e3c3d8", "#fbd3c0", "#ffecc9"),
        rgb("#f2d9d0"),
        _three(1.10, 0.95, 0.86),
        _three(0.60, 0.60, 0.76),
        rgb("#fffaf0"),
        (0.74, 0.82),
        lamps=0.3,
        shadow=0.32,
    ),
    "night": Light(
        "night",
        "clear",
        _stops("#0c1737", "#152852", "#27447a", "#4a6a9a", "#7f96b4"),
        rgb("#3f5a88"),
        _three(0.46, 0.56, 0.78),
        _three(0.17, 0.22, 0.38),
        rgb("#fbf4dc"),
        (0.76, 0.17),
        lamps=1.0,
        shadow=0.30,
    ),
}


def light_of(hour: str, weather: str = "clear") -> Light:
    """The light of an hour under a weather. Raises KeyError for an hour that is not in HOURS."""
    light = BY_HOUR[hour]
    if weather == "clear":
        return light
    calm = {"rain": (0.42, 0.45, 0.86), "snow": (0.50, 0.40, 1.04), "fog": (0.34, 0.20, 1.04)}[weather]
    chroma, contrast, brightness = calm
    sky = _veil_sky(light.sky, chroma, contrast, brightness)
    haze = _grey(sky[-1][1] if weather != "rain" else mix(sky[-1][1], sky[-2][1], 0.5), 0.85)
    even = {"rain": 0.45, "snow": 0.35, "fog": 0.75}[weather]
    key = _grey(mix(light.key, light.shade * 1.25, even), 0.55)
    return replace(
        light,
        weather=weather,
        sky=sky,
        haze=haze,
        key=key,
        shade=_grey(light.shade * {"rain": 0.98, "snow": 1.1, "fog": 1.15}[weather], 0.6),
        haze_strength={"rain": 1.25, "snow": 1.2, "fog": 1.75}[weather],
        snow_cover=0.88 if weather == "snow" else 0.0,
        lamps=min(1.0, light.lamps + 0.45),
        shadow=light.shadow * {"rain": 0.45, "snow": 0.6, "fog": 0.35}[weather],
    )


def _veil_sky(
    sky: tuple[tuple[float, np.ndarray], ...], chroma: float, contrast: float, brightness: float
) -> tuple[tuple[float, np.ndarray], ...]:
    lab = to_oklab(np.stack([colour for _, colour in sky]).astype(np.float64))
    mean = lab[:, 0].mean()
    lab[:, 0] = (mean + (lab[:, 0] - mean) * contrast) * brightness
    lab[:, 1:] *= chroma
    colours = from_oklab(lab).astype(np.float32)
    return tuple((place, colour) for (place, _), colour in zip(sky, colours))


def _grey(colour: np.ndarray, chroma: float) -> np.ndarray:
    grey = colour @ _three(0.30, 0.59, 0.11)
    return (grey + (colour - grey) * chroma).astype(np.float32)


MATERIALS = {
    name: rgb(code)
    for name, code in {
        "grass": "#8fb54f",
        "meadow": "#a9c25c",
        "hill": "#8fb26a",
        "leaf": "#6f9c48",
        "fresh": "#9cc05a",
        "pine": "#3f7058",
        "moss": "#6c8a4a",
        "autumn": "#d88a3c",
        "bark": "#8a6a50",
        "birch": "#dcd3c2",
        "earth": "#9b7a58",
        "path": "#d9c39a",
        "sand": "#ecd3a0",
        "dune": "#e3b277",
        "mesa": "#cf8257",
        "rock": "#8e93a0",
        "snow": "#f4f6fa",
        "water": "#4f9fb0",
        "deep": "#2f6f92",
        "foam": "#fbfaf2",
        "cloud": "#fffdf6",
        "stone": "#b9b1a6",
        "paving": "#c3b8a9",
        "brick": "#c4775a",
        "roof": "#b55d48",
        "slate": "#67718a",
        "wood": "#b98a5d",
        "plaster": "#efe2c8",
        "wall": "#e9d9bd",
        "asphalt": "#8c8a90",
        "glass": "#8fb5c4",
        "lamp": "#ffdf8e",
        "iron": "#4a4a55",
        "cactus": "#5f9a63",
        "cloth": "#c9584a",
        "rug": "#b8564a",
    }.items()
}
FLOWERS = tuple(rgb(code) for code in ("#f6f1e4", "#f2c84b", "#e5737b", "#9a86d0", "#f09a5a", "#7fa6e0"))
