"""What a clip can show in place of its picture, for film models that follow it: skeletons of people, or one face."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from pipelines.core.settings import Refusal
from pipelines.figures.keypoints import draw_points

if TYPE_CHECKING:
    from pipelines.animate.parts.rendering import FrameRenderer

SHOWS = {"": "the picture", "skeletons": "skeletons of people", "face": "one face"}
FACE_PX = 512
AROUND = 2.2  # of the way from the crown to the mouth, that a face's square is wide
NOBODY = "Nobody in this picture has a body like a person's, so no skeleton can be drawn of it."


def somebody(stage: FrameRenderer, speaker: int | None) -> int:
    """Whose face is shown: who speaks, else the nearest person. Raises Refusal where there is none."""
    people = stage.people_at(0.0)
    if not people:
        raise Refusal(NOBODY)
    return speaker if speaker in people else list(people)[-1]


def skeletons_at(stage: FrameRenderer, time: float) -> np.ndarray:
    """The skeletons of all people at `time` 0..1 where the frame shows them, far ones first: uint8 [h,w,3]."""
    canvas = np.zeros((stage.frame[1], stage.frame[0], 3), np.uint8)
    for person in stage.people_at(time).values():
        draw_points(canvas, person.joints)
    return canvas


def face_at(stage: FrameRenderer, time: float, number: int) -> np.ndarray:
    """The square around a person's face at `time` 0..1: uint8 [FACE_PX,FACE_PX,3]; the edge of the frame goes on beyond it."""
    import cv2

    person = stage.people_at(time).get(number)
    if person is None:
        return np.zeros((FACE_PX, FACE_PX, 3), np.uint8)
    crown, mouth = np.array(person.places["head"]), np.array(person.places["mouth"])
    side = max(8.0, AROUND * float(np.hypot(*(crown - mouth))))
    left, top = (crown + mouth) / 2 - side / 2
    scale = FACE_PX / side
    onto = np.array([[scale, 0, -left * scale], [0, scale, -top * scale]])
    return cv2.warpAffine(
        stage.at(time), onto, (FACE_PX, FACE_PX), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
    )
