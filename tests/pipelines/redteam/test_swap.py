"""Face swapping: no consent, no swap; a face that is not covered is refused; places are steady; the training goes on where it stopped."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
import torch

from pipelines.core.progress import working_in
from pipelines.core.settings import Refusal
from pipelines.media import Video
from pipelines.optim.checkpoints import Checkpoints
from pipelines.redteam import swap
from pipelines.redteam.parts import face_places, identity, swap_drawn, swap_training
from pipelines.redteam.parts.face_places import SIDE_PX


def video(frames: int = 20, side: int = 128, rate: int = 10) -> Video:
    ramp = np.linspace(0, 255, side, dtype=np.uint8)
    picture = np.stack(
        [
            np.broadcast_to(ramp, (side, side)),
            np.broadcast_to(ramp[:, None], (side, side)),
            np.full((side, side), 90, np.uint8),
        ],
        2,
    )
    return Video(side, side, Fraction(rate), frames, lambda: iter([picture.copy() for _ in range(frames)]))


@pytest.mark.parametrize(
    ("people", "videos", "consents", "said"),
    [
        ("videos", 2, (False, False), "both people must agree"),
        ("videos", 2, (True, False), swap.CONSENT_OUT),
        ("videos", 2, (False, True), swap.CONSENT_IN),
        ("videos", 1, (True, True), "Give two videos"),
        ("drawn", 1, (True, True), "need no videos"),
    ],
)
def test_no_face_is_swapped_without_both_videos_and_the_consent_of_both(people, videos, consents, said):
    given = [video() for _ in range(videos)] + [None, None]
    with pytest.raises(Refusal, match=said):
        swap.swap(given[0], given[1], people=people, consent_in=consents[0], consent_out=consents[1])


@pytest.fixture
def faces_by_brightness(monkeypatch):
    """Every frame's faces are what its corner says: one a bright pixel there; a face's vector is its brightness."""

    def faces_of(frame):
        return [(None, float(v)) for v in frame[0, :4, 0] if v]

    def vector(frame, points):
        angle = points / 255 * np.pi / 2
        return np.array([np.cos(angle), np.sin(angle)])

    monkeypatch.setattr(face_places, "faces_of", faces_of)
    monkeypatch.setattr(identity, "vector", vector)


def frame_of(*faces: int) -> np.ndarray:
    frame = np.zeros((4, 4, 3), np.uint8)
    frame[0, : len(faces), 0] = faces
    return frame


def test_a_head_may_turn_step_by_step_but_a_second_person_is_refused(faces_by_brightness):
    person = identity.person_of([(i / 4, frame_of(40 + 10 * i)) for i in range(12)], "the video")
    assert len(person.vectors) == 12
    person.check(frame_of(), 60.0, 1.0)
    with pytest.raises(Refusal, match=r"at 2\.0 s is not that of the person"):
        person.check(frame_of(), 250.0, 2.0)
    with pytest.raises(Refusal, match=r"Another face is seen in the video at 0\.5 s"):
        identity.person_of([(0.0, frame_of(40)), (0.5, frame_of(45, 230)), (1.0, frame_of(50))], "the video")
    with pytest.raises(Refusal, match="No face was found in the video"):
        identity.person_of([(0.0, frame_of())], "the video")


def test_a_face_that_is_found_anew_is_asked_about(monkeypatch):
    asked, seen = [], iter([True, True, False, True])
    points = np.zeros((468, 3), np.float32)
    points[list(face_places.TEMPLATE), :2] = 100 * np.array(list(face_places.TEMPLATE.values()))
    monkeypatch.setattr(face_places, "find_faces", lambda frame: [object()])
    monkeypatch.setattr(face_places, "mesh", lambda frame, face: points)
    monkeypatch.setattr(face_places, "follow_points", lambda frame, before: points if next(seen) else None)
    places = face_places.track_face([frame_of()] * 5, 10.0, lambda f, p, s: asked.append(s), lambda i: None)
    assert asked == [0.0, 0.3] and all(place is not None for place in places)


def test_a_place_brings_the_face_into_the_square_and_back():
    angle, scale, shift = 0.3, 2.5, np.array([40.0, 70.0])
    turn = scale * np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    points = np.zeros((468, 3), np.float32)
    wanted = SIDE_PX * np.array(list(face_places.TEMPLATE.values()))
    points[list(face_places.TEMPLATE), :2] = wanted @ turn.T + shift
    place = face_places.place_of_mesh(points)
    assert np.allclose(
        points[list(face_places.TEMPLATE), :2] @ place.turn[:, :2].T + place.turn[:, 2], wanted, atol=1e-3
    )
    assert np.allclose(face_places.back(place)[:, :2], turn, atol=1e-4)


def test_pasting_back_the_same_face_changes_nothing_and_outside_the_mask_nothing_changes():
    frame = next(iter(video(1, 256).frames()))
    place = swap_drawn.place(256)
    mask = face_places.mask_of(place)
    assert 0.9 < mask[SIDE_PX // 2, SIDE_PX // 2] <= 1 and mask[0].max() < 0.2
    same = face_places.paste_face(frame, face_places.cut_face(frame, place).astype(np.float32), mask, place)
    assert np.abs(same.astype(int) - frame).mean() < 1
    black = face_places.paste_face(frame, np.zeros((SIDE_PX, SIDE_PX, 3)), mask, place)
    assert np.array_equal(black[:60], frame[:60]) and black[165, 128].max() < 30


def test_colours_become_those_of_the_face_that_was_there():
    rng = np.random.default_rng(0)
    face, like = rng.uniform(90, 140, (SIDE_PX, SIDE_PX, 3)), rng.uniform(150, 200, (SIDE_PX, SIDE_PX, 3))
    made = face_places.match_colours(face, like, np.ones((SIDE_PX, SIDE_PX), np.float32))
    assert np.allclose(made.mean((0, 1)), like.mean((0, 1)), atol=2)


def people() -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(3)
    return tuple(np.clip(rng.normal(mean, 20, (4, SIDE_PX, SIDE_PX, 3)), 0, 255).astype(np.uint8) for mean in (80, 170))


@pytest.mark.slow
def test_training_goes_on_from_its_checkpoint_as_if_it_had_not_stopped(tmp_path):
    whole = swap_training.Training(people(), 6, 1, None)
    for _ in range(4):
        whole.descend()
    with working_in(tmp_path):
        first = swap_training.Training(people(), 6, 1, None)
        for _ in range(2):
            first.descend()
        Checkpoints({"faces": "a"}).write(first.step, first.tensors())
        again = swap_training.Training(people(), 6, 1, None)
        again.restore(*Checkpoints({"faces": "b"}).newest())
        assert again.step == 0  # of another training
        again.restore(*Checkpoints({"faces": "a"}).newest())
        assert again.step == 2
        for _ in range(2):
            again.descend()
    for one, other in zip(whole.net.parameters(), again.net.parameters(), strict=True):
        assert torch.allclose(one, other, atol=1e-5)
    assert whole.preview().size == (1152, 256)


def test_a_swap_keeps_the_frames_and_writes_its_label_into_every_one(monkeypatch):
    clip = video(3, 256)
    place = swap_drawn.place(256)
    material = swap.Material(people(), clip, [place, None, place])
    frames = list(swap.replace_face(material, swap_training.Training(people(), 1, 0, None).net.eval()).frames())
    given = list(clip.frames())
    stamp = swap.Stamp(256, 256).plate
    assert len(frames) == 3
    for frame in frames:
        assert np.array_equal(frame[: len(stamp), : stamp.shape[1]], stamp)
    assert np.array_equal(frames[1][40:], given[1][40:]) and not np.array_equal(frames[0][100:200], given[0][100:200])
