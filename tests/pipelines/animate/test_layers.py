"""Layered pictures that come alive: what is said is done, shadows follow, depths part, loops close, any frame rate shows the same."""

from __future__ import annotations

import io
import json
import math
import re
import zipfile
from functools import cache
from itertools import pairwise

import numpy as np
import pytest
from PIL import Image

from pipelines.animate.layers import layers, paths_of, said_weather
from pipelines.animate.parts.acting import Actor
from pipelines.animate.parts.cast import cast_of
from pipelines.animate.parts.compositing import put_blended, solid_rows
from pipelines.animate.parts.gaits import GAITS, fallen, grown, pose
from pipelines.animate.parts.rendering import FrameRenderer
from pipelines.animate.parts.weather import Falling
from pipelines.core.progress import Cancelled
from pipelines.core.settings import Refusal
from pipelines.generate import storybook as module
from pipelines.language.verbs import Act, acts_of
from pipelines.media import Layers, openraster
from pipelines.vision.plate import Plate
from tests.pipelines.generate.conftest import stubbed  # noqa: F401
from tests.pipelines.test_video import make_texture

pytestmark = pytest.mark.slow

QUICK = {"seconds": 1.0, "rate": 12, "longest_side": 160}
NAMES = [("fox", "fox"), ("bird", "two birds"), ("sailboat", "boat"), ("polar bear", "bear")]


@cache
def story() -> Layers:
    return module.storybook(prompt="a fox beside a dog by the sea and two birds in the sky", seed=7).main


@pytest.fixture
def scene(monkeypatch, stubbed) -> Layers:  # noqa: F811
    """The same layers for all tests, drawn once by the stubs of the first of them."""
    monkeypatch.setitem(module.PIXELS, "landscape", (320, 180))
    return story()


@pytest.fixture
def plain() -> Layers:
    """An archive of another program: a ground, a red square, a blue one in front."""
    ground = Image.fromarray(make_texture(90, 160)).convert("RGBA")
    squares = [Image.new("RGBA", (30, 30), colour) for colour in ("red", "blue")]
    stack = (
        openraster.Layer("ground", ground),
        openraster.Layer("red", squares[0], 30, 40),
        openraster.Layer("blue", squares[1], 100, 50),
    )
    return Layers(*openraster.write(openraster.Document(160, 90, stack)))


@pytest.mark.parametrize(
    ("text", "index", "act"),
    [
        ("The fox runs to the sea.", 0, Act("run", "water")),
        ("The birds fly away", 1, Act("fly", "", "leave")),
        ("The fox hops, and the boat sails to the left", 2, Act("sail", "left")),
        ("A bear walks to the fox; it dances", 3, Act("dance")),
        ("A polar bear walks to the fox", 3, Act("walk", "thing:0")),
        ("The fox enters from the right", 0, Act("walk", "right", "enter")),
        ("The fox leaves", 0, Act("walk", "", "leave")),
        ("Everyone dances", 2, Act("dance")),
        ("The weather is fine", 0, None),
    ],
)
def test_sentences_say_who_does_what(text, index, act):
    assert acts_of(text, NAMES)[index] == act


def test_poses_are_smooth_loop_and_keep_the_area():
    for gait in sorted(GAITS):
        poses = [pose(gait, t / 240 * 4, 4.0, True, 0.3, 1.0) for t in range(241)]
        lifts, talls = np.array([one.lift for one in poses]), np.array([one.tall for one in poses])
        assert abs(lifts[0] - lifts[-1]) < 1e-6 and abs(talls[0] - talls[-1]) < 1e-6
        assert np.abs(np.diff(lifts)).max() < 0.06 and np.abs(np.diff(talls)).max() < 0.06
        assert lifts.min() > -0.2
        if gait in ("walk", "run", "hop", "dance", "breathe"):
            assert np.allclose([one.wide * one.tall for one in poses], 1)
    assert fallen(0, 3) == 1 and fallen(3, 3) == 0 and grown(0, 3) < 0.01 and math.isclose(grown(3, 3), 1)


def test_a_figure_goes_where_it_is_sent_and_its_shadow_with_it(scene):
    cast = cast_of(scene.archive)
    fox = next(i for i, one in enumerate(cast.figures) if one.names[0] == "fox")
    one = cast.figures[fox]
    actor = Actor(cast, fox, Act("run", "left"), 3.0, False, 1.0, None)
    first, last = actor.stand(0.0), actor.stand(1.0)
    feet = np.array([*one.feet, 1.0])
    assert abs((first.matrix @ feet)[0] - one.feet[0]) < 2
    assert (last.matrix @ feet)[0] < 0.3 * cast.width
    middle = actor.stand(0.5)
    assert abs((middle.shadow @ feet)[0] - (middle.matrix @ feet)[0]) < 0.1 * one.wide
    hop = Actor(cast, fox, Act("hop"), 3.0, False, 1.0, None)
    stands = [hop.stand(t) for t in np.linspace(0, 1, 60)]
    heights = [one.feet[1] - (stand.matrix @ feet)[1] for stand in stands]
    assert max(heights) > 0.2 * one.tall and stands[int(np.argmax(heights))].strength < 0.8
    away = Actor(cast, fox, Act("walk", "afar"), 3.0, False, 1.0, None)
    assert away.track.scales[-1] < 1  # smaller towards the horizon
    gone = Actor(cast, fox, Act("walk", "", "leave"), 3.0, False, 1.0, None).stand(1.0).matrix @ feet
    assert gone[0] < -one.wide / 2 or gone[0] > cast.width + one.wide / 2


@pytest.mark.parametrize("camera", ["right", "in", "still"])
def test_a_loop_closes(scene, camera):
    made = layers(
        scene, motions="The fox runs to the dog. The birds dance.", camera=camera, weather="snow", loop=True, **QUICK
    )
    frames = [frame.astype(float) for frame in made.frames()]
    steps = [np.abs(a - b).mean() for a, b in pairwise(frames)]
    assert min(steps) > 0.05
    assert np.abs(frames[0] - frames[-1]).mean() <= max(steps)


def test_any_frame_rate_shows_the_same_at_the_same_time(scene):
    slow, fast = (
        list(layers(scene, motions="The fox hops", loop=True, **{**QUICK, "rate": rate}).frames()) for rate in (12, 24)
    )
    assert all(np.array_equal(a, b) for a, b in zip(slow, fast[::2]))


def test_near_layers_slide_farther_than_far_ones(plain):
    frames = list(layers(plain, camera="right", energy=0.0, **QUICK).frames())
    columns = np.arange(frames[0].shape[1])

    def places(channel: int, other: int) -> list[float]:
        marks = [(f[..., channel].astype(int) - f[..., other] > 150).sum(0) for f in (frames[0], frames[-1])]
        return [float((columns * mark).sum() / mark.sum()) for mark in marks]

    red, blue = places(0, 2), places(2, 0)
    assert blue[0] - blue[1] > 1.4 * (red[0] - red[1]) > 1


def test_clouds_drift_while_the_camera_stands_and_come_back_in_a_loop(scene):
    still = {"camera": "still", "energy": 0, "seconds": 8.0, "rate": 3, "longest_side": 320}
    frames = [frame[:60].astype(float).mean(-1) for frame in layers(scene, **still).frames()]
    gone = [np.abs(frame - frames[0]).mean() for frame in frames]
    assert gone[-1] > gone[len(gone) // 2] > gone[len(gone) // 4] > 0.05  # farther and farther
    looped = [frame[:60].astype(float) for frame in layers(scene, loop=True, **still).frames()]
    assert np.abs(looped[-1] - looped[0]).mean() <= max([np.abs(a - b).mean() for a, b in pairwise(looped)])


def test_still_layers_are_the_picture_itself(plain):
    frames = list(layers(plain, camera="still", energy=0.0, **QUICK | {"rate": 24}).frames())
    picture = np.asarray(plain.picture.resize((160, 90)), float)
    assert (
        np.abs(frames[0][10:-10, 10:-10] - picture[10:-10, 10:-10]).mean() < 12
    )  # a hair larger, for the water's sake
    assert np.abs(frames[5].astype(float) - frames[0]).mean() < 0.01 and frames[4] is frames[5] is not frames[6]


@pytest.mark.parametrize("camera", ["right", "in"])
def test_what_is_hidden_is_left_out_and_nothing_changes(scene, monkeypatch, camera):
    drawn: list[int] = []
    draw = FrameRenderer._draw
    monkeypatch.setattr(
        FrameRenderer,
        "_draw",
        lambda self, canvas, *rest: (drawn.append(canvas.shape[0]), draw(self, canvas, *rest))[1],
    )
    given = {"motions": "The fox runs to the sea.", "camera": camera, "seconds": 1.0, "rate": 12, "longest_side": 320}
    quick = list(layers(scene, **given).frames())
    assert min(drawn) < 0.9 * quick[0].shape[0]  # of the sky, what lies under the ground is not drawn
    monkeypatch.setattr(FrameRenderer, "_seen_until", lambda self, shown, time: [self.frame[1]] * len(shown))
    for one, whole in zip(quick, layers(scene, **given).frames(), strict=True):
        assert np.abs(one.astype(int) - whole).max() <= 1


def test_the_rows_that_let_nothing_through():
    pixels = np.full((60, 20, 4), 255, np.uint8)
    assert solid_rows(Plate(pixels), 1.0) == (9, 60)  # beyond the lower border the last row goes on
    pixels[40, 7, 3] = 254
    assert solid_rows(Plate(pixels), 1.0) == (9, 31)
    assert solid_rows(Plate(pixels), 0.5) == (18, 22)
    pixels[..., 0, 3] = 0
    assert solid_rows(Plate(pixels), 1.0) is None


def test_no_rain_falls_inside_a_room():
    from types import SimpleNamespace

    for place, falls in (("meadow", "rain"), ("room", ""), ("underwater", "")):
        assert said_weather(SimpleNamespace(about={"place": place, "weather": "rain"}), "picture") == falls
    assert (
        said_weather(SimpleNamespace(about={"place": "room", "weather": "rain"}), "snow") == "snow"
    )  # who chooses it gets it


def test_weather_falls_down_and_without_end():
    black = np.zeros((90, 160, 3), np.uint8)
    for kind in ("rain", "snow"):
        sky = Falling(kind, (160, 90), 2.0, 5)
        assert np.allclose(sky.over(black, 0.0), sky.over(black, 1.0))
        assert 0.1 < sky.over(black, 0.3).mean() < 50
        assert not np.allclose(sky.over(black, 0.3), Falling(kind, (160, 90), 2.0, 6).over(black, 0.3))


def test_blend_modes_follow_the_standard():
    front = np.array([[[64, 26, 0, 128]]], np.uint8)  # premultiplied: colour 0.5, 0.2, 0 at half cover
    colour, cover, ground = front[..., :3] / 255, 128 / 255, np.array([0.4, 0.8, 0.2])
    expected = {
        "svg:multiply": colour * ground + ground * (1 - cover),
        "svg:screen": colour + ground - colour * ground,
        "svg:plus": colour + ground,
        "svg:src-over": colour + ground * (1 - cover),
    }
    for blend, wanted in expected.items():
        back = np.array([[[102, 204, 51, 255]]], np.uint8)
        put_blended(front, back, blend)
        assert np.abs(back[..., :3] - 255 * wanted).max() <= 1
        assert back[0, 0, 3] == 255


def test_what_cannot_be_used_is_said_in_one_sentence(scene, plain):
    with pytest.raises(Refusal, match="OpenRaster"):
        layers(Layers(scene.picture, b"not a zip"))
    with pytest.raises(Refusal, match="no layers"):
        layers(Layers(*openraster.write(openraster.Document(160, 90, ()))))
    cast = cast_of(plain.archive)
    assert paths_of("red: 0.1 0.2 > 0.5 0.6", cast)[0].shape == (2, 2)
    for wrong in ("fox: 0 0 > 1 1", "red 0 0 1 1", "red: 0 0 1"):
        with pytest.raises(Refusal):
            paths_of(wrong, cast)


def change_description(scene: Layers, change) -> Layers:
    """The same picture with another description inside."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(scene.archive)) as old, zipfile.ZipFile(made, "w") as new:
        for name in old.namelist():
            data = old.read(name)
            if name == "studio.json":
                facts = json.loads(data)
                change(facts)
                data = json.dumps(facts).encode()
            new.writestr(name, data)
    return Layers(scene.picture, made.getvalue())


@pytest.mark.parametrize(
    "change",
    [
        lambda facts: facts["figures"][0].update(tall=0),
        lambda facts: facts["figures"][0].update(x=math.nan),
        lambda facts: facts["figures"][0].update(noun=""),
        lambda facts: facts["figures"][0].update(scale=10**400),
        lambda facts: facts["figures"][0]["motion"].update(parallax=math.inf),
        lambda facts: facts["stage"].update(water=0.5),
        lambda facts: facts["stage"].update(ground=["a", "b"]),
        lambda facts: facts.update(stage=[1, 2]),
        lambda facts: facts.update(about="by the sea"),
    ],
)
def test_a_damaged_description_is_said_before_anything_is_drawn(scene, change):
    with pytest.raises(Refusal, match="is damaged"):
        layers(change_description(scene, change), **QUICK)


@pytest.mark.parametrize("said", [b'x="1e300"', b'y="nan"', b'x="9999999"', b'opacity="much"'])
def test_a_damaged_list_of_layers_is_said(plain, said):
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(plain.archive)) as old, zipfile.ZipFile(made, "w") as new:
        for name in old.namelist():
            data = old.read(name)
            if name == "stack.xml":
                data = re.sub(rb" %s=\"[^\"]*\"" % said.split(b"=")[0], b" " + said, data)
                assert said in data
            new.writestr(name, data)
    with pytest.raises(Refusal, match="cannot be read"):
        layers(Layers(plain.picture, made.getvalue()), **QUICK)


def test_cancel_stops_between_frames(scene):
    def report(progress):
        if progress.done >= 1:
            raise Cancelled

    with pytest.raises(Cancelled):
        list(layers(scene, report=report, **QUICK).frames())
