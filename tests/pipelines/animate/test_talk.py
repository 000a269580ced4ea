"""Mouths that speak: closed where lips meet, open where they are heard, nothing torn, eyes untouched, consent asked for."""

from __future__ import annotations

import json
from itertools import pairwise

import numpy as np
import pytest
from PIL import Image, ImageDraw

from pipelines.animate import talk as module
from pipelines.animate.parts.eyelids import LEFT, RIGHT
from pipelines.animate.parts.mouths import SHAPES, Liveliness, Mouth, spoken, track_of_loudness, visemes_of
from pipelines.animate.parts.portrait import LOWER, UPPER, FacePose, Lips, Portrait
from pipelines.animate.talk import point_of, talk
from pipelines.core.models import ASSETS
from pipelines.core.settings import Refusal
from pipelines.media import Sound, load_sound, save_sound
from pipelines.vision.faces import Face
from tests.pipelines.test_video import make_texture

SIZE = 256
SAID = [[0.0, 0.3, "sil"], [0.3, 0.55, "aa"], [0.55, 0.6, "PP"], [0.6, 0.85, "oh"], [0.85, 1.2, "sil"]]


def ring(
    centre: tuple[float, float], wide: float, tall: float, numbers: tuple[int, ...], upper: bool
) -> dict[int, tuple[float, float]]:
    """Points along half an ellipse, from the left to the right."""
    x = np.linspace(-1, 1, len(numbers))
    y = np.sqrt(1 - x * x) * tall * (-1 if upper else 1)
    return {n: (centre[0] + wide * a, centre[1] + b) for n, a, b in zip(numbers, x, y)}


def face_points(lips_apart: float = 0.0) -> np.ndarray:
    """468 points of a face from the front in a picture of SIZE: an oval, with eyes, brows and lips where they belong."""
    rng = np.random.default_rng(4)
    angle, radius = rng.uniform(0, 2 * np.pi, 468), np.sqrt(rng.uniform(0, 1, 468))
    points = np.stack([128 + 62 * radius * np.cos(angle), 128 + 84 * radius * np.sin(angle), 0 * angle], axis=-1)
    placed: dict[int, tuple[float, float]] = {152: (128, 212), 172: (80, 180), 397: (176, 180)}
    placed |= ring((128, 172), 24, lips_apart, UPPER, True) | ring((128, 172), 24, lips_apart, LOWER, False)
    for (upper, lower, brow), x in ((RIGHT, 102), (LEFT, 154)):
        across = (lambda ns: ns) if x < 128 else (lambda ns: tuple(reversed(ns)))
        placed |= ring((x, 110), 13, 6, across(upper), True) | ring((x, 110), 13, 6, across(lower), False)
        placed |= {n: (x - 12 + 6 * i, 92.0) for i, n in enumerate(brow)}
    for number, place in placed.items():
        points[number, :2] = place
    return points.astype(np.float32)


@pytest.fixture
def photo() -> np.ndarray:
    return np.array(Image.fromarray(make_texture(SIZE, SIZE)).resize((SIZE, SIZE)))


def voice(words: dict | None = None, seconds: float = 1.2) -> Sound:
    time = np.arange(round(24000 * seconds)) / 24000
    loud = (np.sin(2 * np.pi * 2.0 * time) > 0) * 0.3
    return Sound((loud * np.sin(2 * np.pi * 220 * time)).astype(np.float32)[:, None], 24000, words=words)


def drawing() -> Image.Image:
    page = Image.new("RGB", (200, 160), (240, 170, 90))
    ImageDraw.Draw(page).ellipse((60, 30, 140, 130), fill=(230, 120, 50))
    return page


def test_a_mouth_closes_for_p_and_silence_and_opens_for_a():
    for rate in (12, 24, 60):
        track = spoken(visemes_of({"visemes": SAID}), 1.2, rate)
        frames = [(i + 0.5) / rate for i in range(round(1.2 * rate))]
        opened = np.array([track.at(t).open for t in frames])
        lips = [o for o, t in zip(opened, frames) if abs(t - (0.575 - 0.03)) <= 0.5 / rate]
        assert min(lips) < 0.03  # at least one frame shows the closing
        assert opened[:2].max() < 0.03 and opened[-2:].max() < 0.05
        assert max(o for o, t in zip(opened, frames) if 0.3 < t < 0.5) > 0.7
    assert track.known and not track_of_loudness(np.zeros((24000, 1), np.float32), 24000).known


def test_mouths_move_without_jumps():
    track = spoken(visemes_of({"visemes": SAID}), 1.2, 24)
    assert max(abs(a - b).max() for a, b in pairwise(track.values)) < 0.15


def test_loudness_opens_a_mouth_whose_words_are_not_known():
    sound = voice()
    track = track_of_loudness(sound.samples, sound.rate_hz)
    assert track.at(0.12).open > 0.6 and track.at(0.38).open < 0.1
    assert track_of_loudness(np.zeros((2400, 2), np.float32), 24000).values.max() == 0


def test_a_face_at_rest_is_the_picture_itself(photo):
    rest = Portrait(photo, face_points()).at(FacePose(Mouth())).astype(int)
    assert np.abs(rest - photo).mean() < 0.6
    assert np.abs(rest - photo)[:60].max() <= 3  # far from the lips only sampled again


def test_lips_part_by_what_is_asked_and_nothing_tears(photo):
    portrait = Portrait(photo, face_points())
    lips, fields = portrait.lips, portrait.fields
    assert isinstance(lips, Lips) and abs(lips.half - 24) < 0.5
    for shape in SHAPES.values():
        mouth = Mouth(*shape)
        moved = [fields.lower(mouth), fields.upper(mouth)]
        for field in moved:  # smooth, and never folded over: neighbours stay in order
            steps = [np.diff(field[..., axis], axis=1 - axis).min() / 2 for axis in (0, 1)]
            assert min(steps) > -0.9
            edge = np.concatenate([field[0], field[:, 0], field[:, -1]])  # below, the picture ends first
            assert np.abs(edge).max() < 0.05
        beyond = np.abs(fields.x) > 1.02
        line = np.abs(fields.y) < 1.5 / lips.half
        assert np.abs(moved[0] - moved[1])[beyond & line].max() < 0.35  # both layers meet at the corners
    hole = portrait.at(FacePose(Mouth(1.0))).astype(int)[172:180, 120:136].mean()
    assert hole < 110 and photo[172:180, 120:136].mean() > hole + 15  # the dark of the mouth


def test_eyes_are_not_deformed_by_speech_and_move_as_one_piece(photo):
    portrait = Portrait(photo, face_points())
    for shape in ("aa", "ou", "FF"):
        frame = portrait.at(FacePose(Mouth(*SHAPES[shape]))).astype(int)
        assert np.abs(frame - photo)[84:126, 84:172].max() <= 3
    moved = portrait._nod_head(FacePose(Mouth(), 0, 0.02, -0.01, 0.03))
    x, y = portrait.head.grid()
    eyes = (np.abs(y - 110) < 12) & (np.abs(x - 128) < 44)
    source, target = (np.stack([x, y], axis=-1) + moved)[eyes], np.stack([x, y], axis=-1)[eyes]
    between = np.hypot(*(source[::7] - source[3]).T), np.hypot(*(target[::7] - target[3]).T)
    assert np.abs(between[0] - between[1]).max() < 0.02  # distances are kept: turned and shifted, nothing else


def test_a_blink_covers_the_eye_and_leaves_what_is_below(photo):
    points = face_points()
    photo[104:117, 90:114] = (255, 255, 255)
    photo[88:104, 86:118] = (200, 150, 120)
    portrait = Portrait(photo, points)
    assert len(portrait.lids) == 2
    shut = portrait.at(FacePose(Mouth(), 1.0)).astype(int)
    assert shut[108:112, 98:106, 2].mean() < 170  # skin over the white of the eye
    assert np.abs(shut - photo)[122:150].max() <= 3
    half = portrait.at(FacePose(Mouth(), 0.4)).astype(int)
    assert half[112:115, 98:106, 2].mean() > 230


def test_blinks_come_now_and_then_and_the_head_sways_little():
    track = spoken(visemes_of({"visemes": SAID}), 30.0, 24)
    alive = Liveliness.of(track, 30.0, 3)
    assert 4 <= len(alive.blinks) <= 16
    lids = np.array([alive.lids(t) for t in np.arange(0, 30, 1 / 60)])
    assert lids.max() > 0.95 and 0.01 < (lids > 0.5).mean() < 0.15
    sway = np.array([alive.sway(t) for t in np.arange(0, 30, 1 / 24)])
    assert np.abs(sway).max() < 0.05 and np.abs(np.diff(sway, axis=0)).max() < 0.006
    assert np.array_equal(alive.blinks, Liveliness.of(track, 30.0, 3).blinks)


def test_a_drawing_speaks_at_its_point_and_keeps_the_rest():
    made = talk(
        drawing(), voice({"visemes": SAID}), point="0.5 0.6", mouth_size=0.2, rate=12, label=False, longest_side=200
    )
    video, told = made.main, json.loads(made.files["mouth.json"])
    frames = [frame.astype(int) for frame in video.frames()]
    assert (video.width, video.height, len(frames)) == (200, 160, 14)
    assert "own" in told["times"] and len(told["open"]) == 14
    rows, columns = np.nonzero(np.abs(frames[int(np.argmax(told["open"]))] - frames[0]).max(-1) > 30)
    assert len(rows) > 60 and np.abs(columns - 100).max() < 25 and np.abs(rows - 96).max() < 25
    assert load_sound(video.sound).seconds == pytest.approx(1.2, abs=0.01)


def test_the_label_is_seen_unless_it_is_put_off():
    given = {"point": "0.5 0.6", "rate": 12, "longest_side": 200}
    with_label, without = (next(talk(drawing(), voice(), label=on, **given).main.frames()) for on in (True, False))
    changed = np.argwhere(np.abs(with_label.astype(int) - without).max(-1) > 20)
    assert len(changed) > 100 and changed[:, 0].min() > 130 and changed[:, 1].max() < 140


def test_timings_lie_beside_a_sound(tmp_path):
    path = tmp_path / "line.wav"
    save_sound(voice(), path)
    assert load_sound(path).words is None
    (tmp_path / "line.beside").mkdir()
    (tmp_path / "line.beside" / "words.json").write_text(json.dumps({"visemes": SAID}))
    assert visemes_of(load_sound(path).words)[1] == (0.3, 0.55, "aa")


def test_a_photographed_face_speaks_only_with_consent(photo, monkeypatch):
    import pipelines.vision.faces as face

    found = Face(
        (60, 40, 136, 180), 0.95, np.array([[102, 110], [154, 110], [128, 140], [104, 172], [152, 172]], float)
    )
    monkeypatch.setattr(face, "find_faces", lambda pixels, **_: [found])
    monkeypatch.setattr(face, "mesh", lambda pixels, one: face_points())
    picture = Image.fromarray(photo)
    with pytest.raises(Refusal, match="Tick"):
        talk(picture, voice(), rate=12)
    video = talk(picture, voice({"visemes": SAID}), consent=True, rate=12, longest_side=SIZE).main
    frames = [frame.astype(int) for frame in video.frames()]
    assert np.abs(frames[5] - frames[0]).mean() > 0.1
    monkeypatch.setattr(face, "find_faces", lambda pixels, **_: [])
    with pytest.raises(Refusal, match="point where the mouth is"):
        talk(picture, voice(), rate=12)
    with pytest.raises(Refusal, match="No face"):
        talk(picture, voice(), kind="photograph", rate=12)
    assert module.CONSENT


def test_what_cannot_be_used_is_said_in_one_sentence():
    for wrong in ("a b", "0.5", "0.5 1.5", "-1 0"):
        with pytest.raises(Refusal, match="point"):
            point_of(wrong)
    assert point_of(" ") is None and point_of("0.25 0.5") == (0.25, 0.5)
    for words in (
        {"visemes": [[0, 1]]},
        {"visemes": [[0, 1, "xx"]]},
        {"visemes": [[0, 1, "aa"], [0.5, 2, "E"]]},
        {"visemes": 3},
    ):
        with pytest.raises(Refusal, match="timings"):
            visemes_of(words)
    with pytest.raises(Refusal, match="to 5 minutes"):
        talk(drawing(), voice(seconds=0.05), point="0.5 0.5")
    with pytest.raises(Refusal, match="even"):
        talk(drawing(), voice(), point="0.5 0.5", exact="641 x 480")


@pytest.mark.weights
def test_a_face_is_found_and_speaks():
    photo = Image.open(ASSETS / "samples" / "astronaut.jpg").convert("RGB")
    face = photo.crop((150, 40, 300, 190)).resize((320, 320))
    video = talk(face, voice({"visemes": SAID}), consent=True, rate=12, liveliness=0.0, label=False).main
    frames = [frame.astype(int) for frame in video.frames()]
    differences = [np.abs(frame - frames[0]).mean() for frame in frames]
    assert max(differences) > 0.5 and differences[-1] < 0.3 * max(differences)
    changed = np.argwhere(np.abs(frames[int(np.argmax(differences))] - frames[0]).max(-1) > 40)
    assert changed[:, 0].min() > 0.5 * 320  # only the lower half of the face moves
