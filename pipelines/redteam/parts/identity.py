"""Is it the same person? A vector of an aligned face by CLIP, compared with that of the person whose consent was given.

CLIP was not made for this: a network for recognising faces would part people better, but none with a free licence is at hand. The limit was chosen on
faces of 16 people who do not exist (docs/redteam.md).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pipelines.core.settings import Refusal

if TYPE_CHECKING:
    import numpy as np

SAME_FROM = 0.86  # cosine; below it a face is taken for somebody else's
LOOKS = 24  # frames of a video that are looked at


def vector(frame: np.ndarray, points: np.ndarray) -> np.ndarray:
    """A unit vector [512] of a face: level, at one size, without what is around it."""
    import numpy as np
    from PIL import Image as PillowImage

    from pipelines.redteam.parts import face_places, judge

    place = face_places.place_of_mesh(points)
    face = face_places.cut_face(frame, place, judge.SEEN_PX).astype(np.float32)
    import cv2

    mask = cv2.resize(face_places.mask_of(place), (judge.SEEN_PX,) * 2)[..., None]
    shown = mask * face + (1 - mask) * 127.5
    return judge.vector(PillowImage.fromarray(shown.round().astype(np.uint8)))


@dataclass
class Person:
    """Somebody whose consent was given: the vectors of their face in the video to which the box belongs."""

    called: str
    vectors: list[np.ndarray] = field(default_factory=list)

    def alike(self, other: np.ndarray) -> float:
        """The cosine to the nearest vector that is known of this person."""
        return max(float(one @ other) for one in self.vectors)

    def check(self, frame: np.ndarray, points: np.ndarray, seconds: float) -> None:
        """Raises Refusal where the face is somebody else's."""
        found = self.alike(vector(frame, points))
        if found < SAME_FROM:
            raise Refusal(
                f"The face at {seconds:.1f} s is not that of the person who agreed to {self.called} (likeness {found:.2f})."
            )


def person_of(frames: list[tuple[float, np.ndarray]], called: str) -> Person:
    """The one person of a video, from some of its frames. Raises Refusal where no face is seen, or the face of a second person.

    It begins with the largest face that is most like the others (the medoid of their vectors) and takes in, one after another, what is like a face
    that it has (single linkage), so that a head may turn step by step. A face that is left over is somebody else's.
    """
    import numpy as np

    from pipelines.redteam.parts.face_places import faces_of

    faces: list[tuple[float, np.ndarray]] = []
    largest: list[int] = []
    for seconds, frame in frames:
        for number, (_, points) in enumerate(faces_of(frame)):
            largest += [] if number else [len(faces)]
            faces.append((seconds, vector(frame, points)))
    if not faces:
        raise Refusal(f"No face was found in {called}; choose a video with one face from the front.")
    likeness = np.stack([one for _, one in faces]) @ np.stack([one for _, one in faces]).T
    first = largest[int(likeness[np.ix_(largest, largest)].mean(1).argmax())]
    theirs, rest = [first], [i for i in range(len(faces)) if i != first]
    while rest:
        nearest = max(rest, key=lambda i: float(likeness[i, theirs].max()))
        alike = float(likeness[nearest, theirs].max())
        if alike < SAME_FROM:
            raise Refusal(f"Another face is seen in {called} at {faces[nearest][0]:.1f} s (likeness {alike:.2f}).")
        theirs.append(nearest)
        rest.remove(nearest)
    return Person(called, [faces[i][1] for i in theirs])
