"""One face through a film: its points, the colours of its skin and how far eyes and mouth are open, frame by frame."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pipelines.vision import faces as face

if TYPE_CHECKING:
    import numpy as np

FOREHEAD = (109, 10, 338, 337, 151, 108)
LEFT_CHEEK = (50, 101, 36, 206, 207, 187)
RIGHT_CHEEK = (280, 330, 266, 426, 427, 411)
REGIONS = {"forehead": FOREHEAD, "left cheek": LEFT_CHEEK, "right cheek": RIGHT_CHEEK}
LOOK_EVERY = 12  # frames between searches while no face is followed
LARGEST_STEP = 0.35  # of the face's width from one frame to the next: beyond it, the film was cut


@dataclass
class FaceTrack:
    """What is known of the face in each frame where it is seen: `frames` are their numbers, the rest goes with them."""

    rate_hz: float
    frames: list[int] = field(default_factory=list)
    points: list[np.ndarray] = field(default_factory=list)
    colours: list[np.ndarray] = field(default_factory=list)  # [3 regions, 3]
    eyes: list[float] = field(default_factory=list)
    mouth: list[float] = field(default_factory=list)
    frame_count: int = 0
    face_px: float = 0.0

    def longest(self) -> slice:
        """The longest unbroken run, as a slice of the lists."""
        best, begin = slice(0, 0), 0
        for i in range(1, len(self.frames) + 1):
            if i == len(self.frames) or self.frames[i] != self.frames[i - 1] + 1:
                if i - begin > best.stop - best.start:
                    best = slice(begin, i)
                begin = i
        return best


def openness(points: np.ndarray, six: tuple[int, ...]) -> float:
    """Eye aspect ratio (Soukupová & Čech 2016): mean height over width of six points."""
    import numpy as np

    p = points[list(six), :2]
    width = float(np.linalg.norm(p[0] - p[3]))
    return float((np.linalg.norm(p[1] - p[5]) + np.linalg.norm(p[2] - p[4])) / (2 * max(width, 1e-6)))


def mouth_opening(points: np.ndarray) -> float:
    """Height between the inner lips over the face's height."""
    import numpy as np

    top, bottom = points[[81, 13, 311], :2].mean(0), points[[178, 14, 402], :2].mean(0)
    return float(np.linalg.norm(top - bottom) / max(float(np.linalg.norm(points[10, :2] - points[152, :2])), 1e-6))


def skin(frame: np.ndarray, points: np.ndarray) -> np.ndarray:
    """Mean colour of forehead and cheeks, float64 [3,3]."""
    import cv2
    import numpy as np

    height, width = frame.shape[:2]
    found = []
    for corners in REGIONS.values():
        shape = points[list(corners), :2]
        low = np.floor(shape.min(0)).astype(int).clip(0, [width - 1, height - 1])
        high = np.ceil(shape.max(0)).astype(int).clip(0, [width - 1, height - 1]) + 1
        mask = np.zeros((high[1] - low[1], high[0] - low[0]), np.uint8)
        cv2.fillConvexPoly(mask, np.round((shape - low) * 16).astype(np.int32), 1, shift=4)
        part = frame[low[1] : high[1], low[0] : high[0]]
        found.append(part[mask > 0].mean(0) if mask.any() else part.reshape(-1, 3).mean(0))
    return np.asarray(found, np.float64)


def follow(frames: Iterable[np.ndarray], rate_hz: float, tick: Callable[[int], None] = lambda done: None) -> FaceTrack:
    """The largest face of a film uint8 [h,w,3] a frame, followed. Raises MissingModel."""
    import numpy as np

    track, points, wait = FaceTrack(rate_hz), None, 0
    for number, frame in enumerate(frames):
        tick(number)
        track.frame_count = number + 1
        before = points
        points = face.followed(frame, points) if points is not None else None
        if points is not None and before is not None:
            side = np.ptp(points[:, 0])
            if np.linalg.norm(points[:, :2].mean(0) - before[:, :2].mean(0)) > LARGEST_STEP * side:
                points = None
        if points is None:
            if wait > 0:
                wait -= 1
                continue
            found = face.find_faces(frame)
            points = face.mesh(frame, found[0]) if found else None
            wait = 0 if points is not None else LOOK_EVERY
        if points is None:
            continue
        track.frames.append(number)
        track.points.append(points)
        track.colours.append(skin(frame, points))
        track.eyes.append((openness(points, face.RIGHT_EYE) + openness(points, face.LEFT_EYE)) / 2)
        track.mouth.append(mouth_opening(points))
    if track.points:
        track.face_px = float(np.median([np.ptp(p[:, 0]) for p in track.points]))
    return track
