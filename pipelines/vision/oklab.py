"""OKLab, a colour space in which equal steps look equal (Ottosson 2020): conversion, a drawing's main colour, recolouring."""

from __future__ import annotations

import numpy as np

# OKLCh targets of the colour words: lightness, chroma, hue in degrees
COLOURS = {
    "red": (0.60, 0.20, 27),
    "orange": (0.73, 0.17, 58),
    "yellow": (0.87, 0.17, 98),
    "green": (0.64, 0.17, 145),
    "teal": (0.70, 0.11, 192),
    "blue": (0.60, 0.16, 255),
    "purple": (0.56, 0.18, 305),
    "pink": (0.77, 0.14, 355),
    "brown": (0.48, 0.08, 55),
    "black": (0.28, 0.01, 0),
    "white": (0.95, 0.01, 0),
    "grey": (0.65, 0.01, 0),
}

TO_LMS = np.array(
    [
        [0.4122214708, 0.5363325363, 0.0514459929],
        [0.2119034982, 0.6806995451, 0.1073969566],
        [0.0883024619, 0.2817188376, 0.6299787005],
    ]
)
TO_LAB = np.array(
    [
        [0.2104542553, 0.7936177850, -0.0040720468],
        [1.9779984951, -2.4285922050, 0.4505937099],
        [0.0259040371, 0.7827717662, -0.8086757660],
    ]
)


def to_oklab(rgb: np.ndarray) -> np.ndarray:
    """sRGB 0..1 [...,3] -> OKLab."""
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    return np.cbrt(linear @ TO_LMS.T) @ TO_LAB.T


def from_oklab(lab: np.ndarray) -> np.ndarray:
    """OKLab -> sRGB clipped to 0..1."""
    linear = np.clip((lab @ np.linalg.inv(TO_LAB).T) ** 3 @ np.linalg.inv(TO_LMS).T, 0, 1)
    return np.where(linear <= 0.0031308, linear * 12.92, 1.055 * linear ** (1 / 2.4) - 0.055)


def nearness(lab: np.ndarray, hue: float | None) -> np.ndarray:
    """How much each pixel belongs to the drawing's main colour, 0..1: by hue, or for a grey drawing by lack of chroma."""
    chroma = np.hypot(lab[..., 1], lab[..., 2])
    if hue is None:
        return np.clip((0.07 - chroma) / 0.03, 0, 1) * np.clip((lab[..., 0] - 0.25) / 0.15, 0, 1)
    away = np.abs((np.degrees(np.arctan2(lab[..., 2], lab[..., 1])) - hue + 180) % 360 - 180)
    return np.clip((50 - away) / 20, 0, 1) * np.clip((chroma - 0.02) / 0.03, 0, 1)


def main_colour(rgba: np.ndarray) -> tuple[float | None, np.ndarray, float]:
    """Hue in degrees (None: grey), mean OKLab and share of the drawing's main colour. rgba uint8 [h,w,4]."""
    pixels = rgba.reshape(-1, 4)
    lab = to_oklab(pixels[pixels[:, 3] > 200, :3] / 255.0)
    if len(lab) == 0:
        return None, np.zeros(3), 0.0
    chroma = np.hypot(lab[:, 1], lab[:, 2])
    hue = None
    if (chroma > 0.05).mean() > 0.35:
        histogram, _ = np.histogram(np.degrees(np.arctan2(lab[:, 2], lab[:, 1])) % 360, 36, (0, 360), weights=chroma)
        weights = ((-2, 1), (-1, 2), (0, 3), (1, 2), (2, 1))
        smooth = np.sum([np.roll(histogram, shift) * weight for shift, weight in weights], axis=0)
        hue = float(np.argmax(smooth) * 10 + 5)
    weight = nearness(lab, hue)
    mean = (lab * weight[:, None]).sum(0) / max(weight.sum(), 1e-6)
    return hue, mean, float(weight.mean())


def recolour(rgb: np.ndarray, hue: float | None, mean: np.ndarray, word: str) -> np.ndarray:
    """The main colour turned to a colour word's; shading and all other colours stay. rgb 0..1 [h,w,3]."""
    lightness, chroma, target_hue = COLOURS[word]
    lab = to_oklab(rgb)
    weight = nearness(lab, hue)[..., None]
    ab = chroma * np.array([np.cos(np.radians(target_hue)), np.sin(np.radians(target_hue))])
    # Pixels keep their chroma in proportion to the main colour's; lightness moves by its own difference, squeezed at the ends.
    own = np.hypot(lab[..., 1], lab[..., 2])[..., None]
    relative = own / max(float(np.hypot(*mean[1:])), 0.02) if hue is not None else np.ones_like(own)
    new_l = np.clip(lab[..., :1] + (lightness - mean[0]) * 0.85, 0.03, 0.99)
    painted = np.concatenate([new_l, np.broadcast_to(ab * np.clip(relative, 0.3, 1.3), lab[..., 1:].shape)], -1)
    return from_oklab(lab + weight * (painted - lab))


def colour_word(mean: np.ndarray) -> str:
    """The colour word nearest to an OKLab colour; "" where two words fit about as well."""
    targets = {
        w: np.array([l, c * np.cos(np.radians(h)), c * np.sin(np.radians(h))]) for w, (l, c, h) in COLOURS.items()
    }
    distance = sorted((float(np.linalg.norm((mean - t) * (0.6, 1, 1))), w) for w, t in targets.items())
    return distance[0][1] if distance[0][0] < 0.75 * distance[1][0] else ""
