"""How layers come over one another: rows that hide what is behind them, and blending."""

from __future__ import annotations

import math

import numpy as np

from pipelines.vision.plate import Plate, kept_of, put_over

FILTER_PX = 9  # how far the filters of a plate reach at most, in pixels of the frame


def solid_rows(plate: Plate, scale: float) -> tuple[int, int] | None:
    """The longest run of rows that let nothing through at any place, first and end, less what filtering at a scale reaches over; None for none."""
    opaque = np.concatenate([[False], (plate.pixels[..., 3] == 255).all(axis=1), [False]])
    starts, ends = (np.flatnonzero(np.diff(opaque.astype(np.int8)) == step) for step in (1, -1))
    if not len(starts):
        return None
    longest = int(np.argmax(ends - starts))
    margin = math.ceil(FILTER_PX / min(1.0, scale))
    first, end = int(starts[longest]) + margin, int(ends[longest])
    end -= margin if end < plate.size[1] else 0  # beyond the border the last row goes on
    return (first, end) if first < end else None


def put_blended(front: np.ndarray, back: np.ndarray, blend: str) -> None:
    """Premultiplied uint8 [h,w,4] put over an opaque ground, in place (Compositing and Blending Level 1, sections 9 and 10)."""
    import cv2

    if blend == "svg:multiply":
        kept = cv2.add(front, kept_of(front))  # colour + (1 - cover), by which the ground is multiplied
        cv2.multiply(back, kept, dst=back, scale=1 / 255)
    elif blend == "svg:screen":
        cv2.bitwise_not(back, dst=back)
        cv2.multiply(back, cv2.bitwise_not(front), dst=back, scale=1 / 255)
        cv2.bitwise_not(back, dst=back)
    elif blend == "svg:plus":
        cv2.add(back, front, dst=back)
    else:
        put_over(front, back)
    if blend in ("svg:multiply", "svg:screen"):
        back[..., 3] = 255
