"""Faces: found where they are, meshed in place, followed, and absent where there is none."""

import numpy as np
import pytest

from pipelines.core.models import ASSETS
from pipelines.media import load_image
from pipelines.vision import faces as face

pytestmark = pytest.mark.weights


@pytest.fixture(scope="module")
def astronaut():
    return np.asarray(load_image(ASSETS / "samples" / "astronaut.jpg"))


def test_a_face_is_found_and_its_points_lie_on_it(astronaut):
    (first_face,) = face.find_faces(astronaut)
    left, top, width, height = first_face.box
    points = face.mesh(astronaut, first_face)
    inside = (points[:, 0] > left - 0.2 * width) & (points[:, 0] < left + 1.2 * width)
    inside &= (points[:, 1] > top - 0.2 * height) & (points[:, 1] < top + 1.2 * height)
    assert inside.all()
    eyes = [points[ring, :2].mean(0) for ring in ([33, 160, 158, 133, 153, 144], [362, 385, 387, 263, 373, 380])]
    assert np.abs(np.stack(eyes) - first_face.five[:2]).max() < 0.08 * width


def test_points_turn_with_the_picture(astronaut):
    from PIL import Image

    (first_face,) = face.find_faces(astronaut)
    points = face.mesh(astronaut, first_face)
    turned = np.asarray(Image.fromarray(astronaut).rotate(-25, Image.Resampling.BICUBIC))
    (again,) = face.find_faces(turned)
    angle = np.deg2rad(25)
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    expected = (points[:, :2] - 256) @ turn.T + 256
    assert np.abs(face.mesh(turned, again)[:, :2] - expected).mean() < 0.03 * first_face.box[3]


def test_a_face_is_followed_and_nothing_is_found_where_nothing_is(astronaut):
    (found,) = face.find_faces(astronaut)
    points = face.mesh(astronaut, found)
    moved = np.roll(astronaut, (3, 5), (0, 1))
    assert np.abs(face.follow_points(moved, points)[:, :2] - points[:, :2] - [5, 3]).mean() < 1.5
    blank = np.full((300, 300, 3), 128, np.uint8)
    assert face.find_faces(blank) == []
    assert face.follow_points(blank, points) is None
    assert face.find_faces(np.zeros((4, 900, 3), np.uint8)) == []
