"""Draw rain and snow that fall in an endless loop, from a seed; drawn at twice the size and averaged down."""

from __future__ import annotations

import math

import numpy as np

WEATHERS = {"picture": "As in the picture", "none": "None", "rain": "Rain", "snow": "Snow"}
FINE = 4  # bits after the point of a coordinate, as OpenCV draws it


class Falling:
    """Drops or flakes over a frame; each goes round a whole number of times in the clip, so the last frame leads into the first."""

    def __init__(self, kind: str, size: tuple[int, int], seconds: float, seed: int) -> None:
        self.kind, self.size = kind, size
        rng = np.random.default_rng([seed, 11])
        width, height = size
        count = round((150 if kind == "rain" else 190) * (width * height / 921_600) ** 0.25)
        self.near = np.sort(rng.uniform(0, 1, count) ** 1.6)  # far ones first
        self.x, self.y, self.phase = rng.uniform(-0.1, 1.1, count), rng.uniform(0, 1, count), rng.uniform(0, 1, count)
        per_second = (0.9 + 1.3 * self.near) if kind == "rain" else (0.06 + 0.16 * self.near)
        self.rounds = np.maximum(1, np.round(per_second * seconds))
        self.swings = np.maximum(1, np.round(seconds * (0.2 + 0.3 * rng.uniform(0, 1, count))))

    def over(self, frame: np.ndarray, time: float) -> np.ndarray:
        """Drawn over a frame uint8 [h,w,3], at `time` 0..1 of the clip."""
        import cv2

        width, height = self.size
        cover = np.zeros((2 * height, 2 * width), np.uint8)
        self._draw(cover, time)
        share = cv2.resize(cover, (width, height), interpolation=cv2.INTER_AREA)
        if self.kind == "snow":
            share = cv2.GaussianBlur(share, (0, 0), max(0.3, height / 1800))
        kept = cv2.multiply(frame, cv2.merge([cv2.bitwise_not(share)] * 3), scale=1 / 255)
        colour = (0.80, 0.86, 0.93) if self.kind == "rain" else (0.98, 0.99, 1.0)
        return cv2.add(kept, cv2.merge([cv2.convertScaleAbs(share, alpha=part) for part in colour]))

    def _draw(self, cover: np.ndarray, time: float) -> None:
        import cv2

        height, width = cover.shape
        rain, fine = self.kind == "rain", 2**FINE
        for x, y, near, phase, rounds, swings in zip(self.x, self.y, self.near, self.phase, self.rounds, self.swings):
            long = (0.03 + 0.06 * near if rain else 0.0016 + 0.0050 * near) * height
            way = ((y + time * rounds) % 1.0) * (height + 2 * long) - long
            swing = math.sin(2 * math.pi * (swings * time + phase)) * 0.018 * (0.4 + near) * width
            left = x * width + (-0.10 * way if rain else swing)
            start = round(left * fine), round(way * fine)
            if rain:
                end = round((left + 0.10 * long) * fine), round((way - long) * fine)
                thick = max(1, round((0.7 + 1.3 * near) * height / 1440))
                cv2.line(cover, start, end, int(50 + 75 * near), thick, cv2.LINE_AA, FINE)
            else:
                cv2.circle(cover, start, round(long * fine), int(140 + 100 * near), -1, cv2.LINE_AA, FINE)
