"""Films that follow an acted clip, on tiny pipelines: moving what is in the clip changes that region of the film more than the rest."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from pipelines.animate.diffusion import diffusion
from pipelines.animate.layers import layers
from pipelines.animate.parts import followed
from pipelines.core.models import MissingModel
from pipelines.core.settings import Refusal
from pipelines.hub import presets, steering
from pipelines.media import Layers, Video
from pipelines.scenes.scene import put_together, taken_apart
from tests import tiny_diffusion
from tests.pipelines.diffusion.test_painted import LEFT, scene

pytestmark = pytest.mark.slow
SIDE = 64
SMALL = {"model": "other", "prompt": "a boat", "steps": 2, "size": f"{SIDE}x{SIDE}", "seconds": 1, "seed": 2}
PICTURE = Image.linear_gradient("L").resize((SIDE, SIDE)).convert("RGB")


def make_clip(across: int, rate: int = 24) -> Video:
    """Two seconds in which a bright square goes down at one side of a dark ground."""
    frames = np.full((2 * rate, SIDE, SIDE, 3), 40, np.uint8)
    for number, frame in enumerate(frames):
        down = round(8 + 32 * number / len(frames))
        frame[down : down + 16, across : across + 16] = 230
    return Video(SIDE, SIDE, Fraction(rate), len(frames), lambda: iter(frames))


def without_people() -> Layers:
    story = taken_apart(scene().archive)
    return put_together(replace(story, figures=tuple(one for one in story.figures if not one.character)))


def film_frames(**how) -> np.ndarray:
    return np.stack(list(diffusion(**SMALL | how).main.frames())).astype(float)


def differs(one: np.ndarray, other: np.ndarray) -> tuple[float, float]:
    """How much films differ in their left halves and in their right ones."""
    apart = np.abs(one - other).mean((0, 1, 3))
    return apart[: SIDE // 2].mean(), apart[SIDE // 2 :].mean()


@pytest.mark.parametrize("held", ["shades", "lines"])
def test_vace_follows_the_clip_where_it_moves(tiny, held):
    how = {"other": tiny("vace"), "held": held}
    film = film_frames(**how, movement=make_clip(4))
    assert film.shape == (9, SIDE, SIDE, 3) and np.array_equal(film, film_frames(**how, movement=make_clip(4)))
    left, right = differs(film, film_frames(**how, movement=make_clip(12)))
    assert left > 1.2 * right and left > 0
    assert max(differs(film, film_frames(other=how["other"]))) > 0


def test_vace_keeps_the_first_and_the_last_picture_that_are_given(tiny, monkeypatch):
    asked: list[dict] = []
    ask = followed.wishes
    monkeypatch.setattr(followed, "wishes", lambda *given: asked.append(ask(*given)) or asked[-1])
    film = film_frames(other=tiny("vace"), movement=make_clip(4), picture=PICTURE, last=PICTURE.rotate(180))
    video, masks = asked[0]["video"], [np.asarray(mask).max() for mask in asked[0]["mask"]]
    assert (
        masks == [0, *[255] * 7, 0]
        and video[0].tobytes() == PICTURE.tobytes()
        and video[3].tobytes() != video[5].tobytes()
    )
    assert np.abs(film - film_frames(other=tiny("vace"), movement=make_clip(4))).max() > 1
    still = film_frames(other=tiny("vace"), picture=PICTURE)  # from a picture alone the rest is left open
    assert still.shape == film.shape and np.asarray(asked[-1]["video"][5]).mean() == 128


def test_a_clip_moves_at_its_own_pace_whatever_the_models_rate():
    frames = np.arange(48, dtype=np.uint8)[:, None, None, None] * np.ones((1, 2, 2, 3), np.uint8)
    clip = Video(2, 2, Fraction(24), 48, lambda: iter(frames))
    taken = [np.asarray(one)[0, 0, 0] for one in followed.pictures(clip, 17, 16.0)]
    assert taken[:5] == [0, 1, 3, 4, 6] and taken[-1] == 24  # a second of either
    assert [np.asarray(one)[0, 0, 0] for one in followed.pictures(clip, 3, 48.0)] == [0, 0, 1]


def test_ltx2_follows_the_lines_of_a_clip_with_its_control_lora(tiny, monkeypatch, tmp_path):
    folder = Path(tiny("ltx2"))
    with pytest.raises(MissingModel, match="LTX-2 control by lines"):
        diffusion(**SMALL, other=str(folder), movement=make_clip(4))
    weights = next((folder / "transformer").glob("*.safetensors"))
    lora = presets.other(str(tiny("ltx2")))
    path = tiny_diffusion.lora_flux(tmp_path, weights)
    monkeypatch.setattr(
        steering,
        "control_for",
        lambda kind: type(lora)(**{**vars(lora), "source": f"file:{path}", "build": type(path)}),
    )
    made = diffusion(**SMALL, other=str(folder), movement=make_clip(4)).main
    film = np.stack(list(made.frames())).astype(float)
    assert made.sound is not None and film.shape[0] == 9
    moved = film_frames(other=str(folder), movement=make_clip(20))
    assert max(differs(film, moved)) > 0
    assert np.abs(film_frames(other=str(folder), movement=make_clip(4), picture=PICTURE) - film).max() > 0


@pytest.fixture(scope="module")
def people() -> dict[float, tuple[Video, Video]]:
    """The skeletons and the face of a girl who waves at one side, and a little farther."""

    def clips(x: float) -> tuple[Video, Video]:
        how = {"motions": "The girl waves.", "camera": "still", "seconds": 2, "rate": 8, "longest_side": 192}
        return layers(scene(girl_x=x), **how, show="skeletons"), layers(scene(girl_x=x), **how, show="face")

    return {x: clips(x) for x in (LEFT, LEFT + 20)}


def test_skeletons_and_a_face_are_drawn_from_the_rigs(people):
    poses, face = ([*clip.frames()] for clip in people[LEFT])
    lit = np.stack(poses).max((0, 3))
    assert lit[:, 80:].max() == 0 and lit[:, :80].max() == 255 and len(poses) == len(face) == 16
    assert any(not np.array_equal(poses[0], pose) for pose in poses) and face[0].shape == (512, 512, 3)
    assert face[0].std() > 10 and not np.array_equal(face[0], face[8])
    moved = np.stack([*people[LEFT + 20][0].frames()]).max((0, 3))
    columns = [np.flatnonzero(one.max(0)).mean() for one in (lit, moved)]
    assert 16 < columns[1] - columns[0] < 24
    with pytest.raises(Refusal, match="body like a person's"):
        layers(without_people(), seconds=1, show="skeletons")


def test_wan_animate_follows_a_skeleton_where_it_moves(tiny, people):
    how = {"other": tiny("wan_animate"), "picture": PICTURE}
    films = [film_frames(**how, movement=poses, face=people[LEFT][1]) for poses, _ in people.values()]
    left, right = differs(*films)
    assert films[0].shape == (9, SIDE, SIDE, 3) and left > 1.2 * right and left > 0
    other = film_frames(**how, movement=people[LEFT][0], face=make_clip(4))
    assert np.abs(other - films[0]).max() > 0  # the face counts too


def test_what_follows_nothing_says_so(tiny):
    for arguments, sentence in [
        ({"other": tiny("cogvideox"), "movement": make_clip(4)}, "follows no movement"),
        ({"model": "wan", "movement": make_clip(4)}, "follows no movement"),
        ({"other": tiny("vace"), "movement": make_clip(4), "face": make_clip(4)}, "follows no face"),
        (
            {"model": "wan-animate", "movement": make_clip(4), "picture": PICTURE},
            "needs a picture, a movement and a face",
        ),
    ]:
        with pytest.raises(Refusal, match=sentence):
            diffusion(**SMALL | arguments)
