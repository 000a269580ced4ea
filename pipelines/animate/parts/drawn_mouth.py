"""Mouth shapes set on a drawing: a contour, teeth and a tongue in the drawing's own dark, anti-aliased, over a smoothed place."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from pipelines.animate.parts.mouths import Mouth

FINE = 4  # times, at which shapes are drawn before they are averaged down
BITS = 4  # after the point of a coordinate, as OpenCV draws it
INSIDE, TONGUE, TEETH = (0.36, 0.09, 0.11), (0.90, 0.45, 0.45), (0.98, 0.97, 0.94)
HIDDEN = (1.15, 0.62)  # half axes of what is smoothed over, in halves of the mouth's width


@dataclass(frozen=True)
class DrawnMouth:
    """A drawing uint8 [h,w,3] whose old mouth is smoothed over, and where the new one is: its middle and half its width in pixels."""

    picture: np.ndarray
    middle: tuple[float, float]
    half: float
    ink: tuple[float, float, float]

    @classmethod
    def on(cls, picture: np.ndarray, middle: tuple[float, float], half: float) -> DrawnMouth:
        """Prepare a mouth at a place of a picture, whose own mouth is taken away."""
        return cls(_hidden(picture, middle, half), middle, half, _ink(picture, middle, half))

    def at(self, mouth: Mouth) -> np.ndarray:
        """The drawing with its mouth, uint8 [h,w,3]."""
        import cv2

        frame = self.picture.copy()
        height, width = frame.shape[:2]
        reach = 1.6 * self.half
        left, top = (int(max(0, np.floor(v - reach))) for v in self.middle)
        right, bottom = (int(min(s, np.ceil(v + reach))) for v, s in zip(self.middle, (width, height)))
        if right - left < 2 or bottom - top < 2:
            return frame
        part = frame[top:bottom, left:right]
        fine = cv2.resize(part, None, fx=FINE, fy=FINE, interpolation=cv2.INTER_NEAREST)
        self._paint(fine, mouth, (left, top))
        covered = np.any(fine != cv2.resize(part, None, fx=FINE, fy=FINE, interpolation=cv2.INTER_NEAREST), axis=-1)
        if covered.any():
            frame[top:bottom, left:right] = cv2.resize(fine, (right - left, bottom - top), interpolation=cv2.INTER_AREA)
        return frame

    def _paint(self, canvas: np.ndarray, mouth: Mouth, corner: tuple[int, int]) -> None:
        import cv2

        x = np.linspace(-1, 1, 41)
        wide = 1 + (0.12 * mouth.wide if mouth.wide > 0 else 0.55 * mouth.wide)
        smile = 0.16 * (1 - x * x) - 0.08  # corners a little up, as drawings have them at rest
        lens = (1 - x * x) ** (0.75 if mouth.wide >= 0 else 0.5)
        roof = smile - 0.22 * mouth.open * lens
        floor = smile + 0.78 * mouth.open * lens

        def place_points(along: np.ndarray, down: np.ndarray) -> np.ndarray:
            places = (
                np.stack([along * wide, down], axis=-1) * self.half + np.array(self.middle) + 0.5 - np.array(corner)
            )
            return np.round((places * FINE - 0.5) * 2**BITS).astype(np.int32)

        ring = np.concatenate([place_points(x, roof), place_points(x[::-1], floor[::-1])])
        stroke = max(2, round(0.09 * self.half * FINE))
        inside = np.zeros(canvas.shape[:2], np.uint8)
        cv2.fillPoly(inside, [ring], 255, cv2.LINE_8, BITS)
        if inside.any():
            layer = np.empty_like(canvas)
            layer[:] = _bytes(INSIDE)
            lift = 0.30 * mouth.tongue
            tongue = place_points(
                0.62 * np.cos(np.linspace(0, 2 * np.pi, 40)),
                floor.max() + 0.10 - lift + 0.34 * np.sin(np.linspace(0, 2 * np.pi, 40)),
            )
            cv2.fillPoly(layer, [tongue], _bytes(TONGUE), cv2.LINE_8, BITS)
            if mouth.teeth > 0.25:
                deep = min(0.20, 0.45 * mouth.open) * min(1.0, 1.4 * mouth.teeth)
                band = np.concatenate([place_points(x, roof), place_points(x[::-1], (roof + deep * lens**0.5)[::-1])])
                cv2.fillPoly(layer, [band], _bytes(TEETH), cv2.LINE_8, BITS)
            canvas[inside > 0] = layer[inside > 0]
        cv2.polylines(canvas, [ring], True, _bytes(self.ink), stroke, cv2.LINE_8, BITS)


def _bytes(colour: tuple[float, float, float]) -> tuple[int, int, int]:
    return tuple(round(255 * part) for part in colour)  # type: ignore[return-value]


def _around(picture: np.ndarray, middle: tuple[float, float], reach: float) -> np.ndarray:
    left, top = (int(max(0, v - reach)) for v in middle)
    right, bottom = (int(v + reach) + 1 for v in middle)
    return picture[top:bottom, left:right]


def _ink(picture: np.ndarray, middle: tuple[float, float], half: float) -> tuple[float, float, float]:
    """The dark that lines near the mouth have: the mean of the darkest twentieth, not lighter than a deep brown."""
    near = _around(picture, middle, 2.5 * half).reshape(-1, 3).astype(np.float32) / 255
    if not len(near):
        return 0.2, 0.1, 0.08
    light = near @ (0.299, 0.587, 0.114)
    dark = near[light <= np.percentile(light, 5)].mean(0)
    dark = dark * min(1.0, 0.22 / max(float(dark.mean()), 1e-3))
    return float(dark[0]), float(dark[1]), float(dark[2])


def _hidden(picture: np.ndarray, middle: tuple[float, float], half: float) -> np.ndarray:
    """What is drawn at the mouth, filled smoothly from around it."""
    import cv2

    from pipelines.vision.inpainting import push_pull

    reach = 3.0 * half
    left, top = (int(max(0, v - reach)) for v in middle)
    piece = _around(picture, middle, reach).astype(np.float32) / 255
    hole = np.zeros(piece.shape[:2], np.uint8)
    centre = round(middle[0] - left), round(middle[1] - top + 0.05 * half)
    cv2.ellipse(hole, centre, (round(HIDDEN[0] * half), round(HIDDEN[1] * half)), 0, 0, 360, 255, -1)
    soft = cv2.GaussianBlur(hole, (0, 0), max(0.8, 0.08 * half)).astype(np.float32)[..., None] / 255
    filled = push_pull(piece, (hole == 0).astype(np.float32))
    array = picture.copy()
    array[top : top + piece.shape[0], left : left + piece.shape[1]] = (
        (piece + soft * (filled - piece)) * 255 + 0.5
    ).astype(np.uint8)
    return array
