"""Where figures stand in a frame, what is in their hands, and what they go into or open."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from pipelines.animate import layers as module
from pipelines.animate.layers import frames_in_clip, layers
from pipelines.animate.parts.acting import Actor
from pipelines.animate.parts.cast import ActingFigure, CanvasLayer, Cast
from pipelines.animate.parts.deeds import held_at, holds_of, schedule_deeds
from pipelines.animate.parts.framing import frame_figures, level_of
from pipelines.animate.parts.hands import in_hands
from pipelines.animate.parts.holding import TOOLS, with_tool
from pipelines.animate.parts.opening import add_approaches, enterable, openings_of
from pipelines.animate.parts.playing import left_by, plays_of
from pipelines.animate.parts.rendering import FrameRenderer
from pipelines.animate.parts.rigged import Performer, Shown
from pipelines.core.settings import Refusal
from pipelines.figures import ACTIONS, act, draw, from_words
from pipelines.figures.kinds import family
from pipelines.figures.reading import OPEN_HATS
from pipelines.generate import storybook as pictures
from pipelines.language.doings import Doing, deeds_of
from pipelines.language.verbs import Act
from pipelines.media.openraster import read_document
from pipelines.props import NOUNS
from pipelines.scenes.light import light_at
from pipelines.scenes.performers import character_of, place_character
from pipelines.vision.plate import Plate
from tests.pipelines.generate.conftest import stubbed  # noqa: F401

FREE = 0.24


def somebody(noun: str, x: float, feet: float = 300.0, tall: float = 120.0) -> ActingFigure:
    who = character_of(noun)
    still = place_character(who)
    wide = tall * still.picture.width / still.picture.height
    return ActingFigure((noun,), (x, feet), wide, tall, "ground", "walk", False, x, character=who.to_json())


def thing(noun: str, x: float, feet: float = 300.0, tall: float = 60.0) -> ActingFigure:
    return ActingFigure((noun,), (x, feet), tall, tall, "ground", "still", False, x)


def cast_with(*figures: ActingFigure) -> Cast:
    stage = {"horizon": 0.5, "ground": [0.6, 0.9], "water": None}
    about = {"place": "meadow", "hour": "day", "weather": "clear", "free_below": FREE}
    return Cast(640, 400, (), figures, stage, about)


@pytest.mark.parametrize(
    ("camera", "shot"), [("right", "wide"), ("in", "wide"), ("out", "medium"), ("in", "over the shoulder")]
)
def test_feet_and_heads_stay_in_their_part_of_the_frame(monkeypatch, stubbed, camera, shot):  # noqa: F811
    monkeypatch.setitem(pictures.PIXELS, "landscape", (480, 270))
    scene = pictures.storybook(prompt="a girl, a wolf and two women in a meadow", seed=3, free_below=FREE).main
    boxes, stages = list[tuple[int, int]](), list[FrameRenderer]()
    show = FrameRenderer._show

    def watch_show(self, canvas, shown: Shown, *rest, **kept) -> None:
        rows = np.flatnonzero((shown.pixels[..., 3] > 127).any(1))
        stages.append(self)
        boxes.append((int(shown.top) + int(rows[0]), int(shown.top) + int(rows[-1])))
        show(self, canvas, shown, *rest, **kept)

    monkeypatch.setattr(FrameRenderer, "_show", watch_show)
    heights: list[int] = []

    def three_frames(frame, rate, count, at, report):
        heights.extend(at(index).shape[0] for index in (0, count // 2, count - 1))
        raise Refusal("enough")

    monkeypatch.setattr(module, "make_video", three_frames)
    with pytest.raises(Refusal, match="enough"):
        layers(scene, motions="The girl waves to the wolf.", camera=camera, shot=shot, seconds=1.0, longest_side=320)
    assert boxes and max(bottom for _, bottom in boxes) <= (1 - FREE) * heights[0] + 2
    assert min(top for top, _ in boxes) >= 0
    clip = {"motions": "The girl waves to the wolf.", "camera": camera, "shot": shot, "seconds": 1.0}
    frames = np.array(frames_in_clip(read_document(scene.archive).facts, clip))
    for time, box in zip((0.0, 1.0), frames):
        for figure in stages[0].cast.figures:  # as the stage draws the frame
            shown = (stages[0].near @ stages[0]._plain(figure.parallax, time) @ (*figure.feet, 1))[:2]
            drawn = (np.array(figure.feet) / (480, 270) - box[:2]) / (box[2:] - box[:2])
            assert drawn == pytest.approx(shown / stages[0].frame, abs=0.015)


@pytest.mark.parametrize("shape", [(640, 400), (400, 640), (400, 400)])
def test_the_row_of_feet_is_kept_while_the_camera_moves(shape):
    cast = cast_with(somebody("girl", 200, 304), somebody("boy", 400, 290))
    assert level_of(cast) == pytest.approx(0.76)
    for camera in ("right", "in", "out"):
        stage = FrameRenderer(cast, [], shape, camera, 1.0, 4.0, False, "", 0)
        for time in (0.0, 0.5, 1.0):
            assert (stage._plain(0.7, time) @ (200, 304, 1.0))[1] == pytest.approx(0.76 * shape[1], abs=0.5)
            top, bottom = (stage._plain(0.7, time) @ (0, y, 1.0) for y in (0, 400))
            assert top[1] <= 0 and bottom[1] >= shape[1]  # the frame stays full


def test_nobody_walks_down_into_the_subtitles():
    cast = cast_with(somebody("girl", 200, 290))
    for act_ in (Act("walk", "down"), Act("run", "down")):
        assert Actor(cast, 0, act_, 4.0, False, 1.0, None).track.places[-1][1] <= (1 - FREE) * cast.height


def test_a_near_shot_keeps_whole_heads():
    cast = cast_with(somebody("baker", 220, 304, 200), somebody("wolf", 420, 304, 90))
    stage = FrameRenderer(cast, [], (640, 400), "in", 1.0, 4.0, False, "", 0)
    near = frame_figures(cast, [0, 1], "over the shoulder", (640, 400), stage._plain, 1)
    tops = [(near @ stage._plain(1.0, time) @ (220, 104, 1.0))[1] for time in (0.0, 0.5, 1.0)]
    assert min(tops) >= 0.07 * 400 and near[0, 0] >= 1


@pytest.mark.parametrize("aside", [90, 130, 170, 210, 250])
@pytest.mark.parametrize("shape", [(640, 400), (400, 640), (400, 400)])
def test_a_near_shot_cuts_nobody_in_two(shape, aside):
    """A square film cut a boy in half at its edge."""
    cast = replace(cast_with(somebody("farmer", 320, 304), somebody("boy", 320 + aside, 304)), width=shape[0])
    cast = replace(cast, figures=tuple(replace(one, feet=(one.feet[0] * shape[0] / 640, 304)) for one in cast.figures))
    near = frame_figures(cast, [0], "medium", shape, lambda parallax, time: np.eye(3))
    boy = cast.figures[1]
    left, right = ((near @ (boy.feet[0] + side * boy.wide / 2, boy.feet[1], 1.0))[0] for side in (-1, 1))
    painted = boy.feet[0] + boy.wide / 2 <= shape[0]
    share = max(0.0, min(right, shape[0]) - max(left, 0)) / (right - left)
    assert near[0, 0] > 1.05 and (share <= 0.06 or share >= 0.94 or not painted)


NAMES = [("girl",), ("violin",), ("spade",), ("house",), ("door",), ("teddy bear",)]


@pytest.mark.parametrize(
    ("text", "action", "also", "thing_"),
    [
        ("The girl plays the violin.", "play_violin", "", 1),
        ("The girl plays.", "play_violin", "", 1),
        ("The girl plays with the teddy bear.", "play", "", 5),
        ("The girl digs a hole.", "dig", "", 2),
        ("The girl digs with the spade.", "dig", "", 2),
        ("The girl carries the violin to the house.", "walk", "play_violin", 1),
        ("The girl knocks at the door.", "knock", "", None),
    ],
)
def test_what_a_deed_is_done_with_is_in_the_hands(text, action, also, thing_):
    figures = (somebody("girl", 100), *(thing(noun, 200 + 80 * n) for n, (noun,) in enumerate(NAMES[1:])))
    (found,) = (with_tool(doing, 0, figures) for doing in deeds_of(text, NAMES)[0])
    assert (found.action, found.also, found.object) == (action, also, thing_)


def test_grips_and_tools_name_poses_and_things_that_there_are():
    used = {noun: prop.use.pose for noun, prop in NOUNS.items() if prop.use}
    assert set(used.values()) <= set(ACTIONS)
    assert {noun for tools in TOOLS.values() for noun in tools} & set(used)
    opened = {prop.opened for prop in NOUNS.values() if prop.opened}
    assert opened and opened <= set(NOUNS)


@pytest.mark.parametrize("side", [1, -1])
def test_a_violin_is_at_the_chin_and_its_neck_points_to_where_the_figure_looks(side):
    cast = cast_with(somebody("girl", 200), thing("violin", 400))
    girl = Performer(cast, 0, schedule_deeds([Doing("play_violin", object=1)], False), 4.0, False, 1.0, None)
    places = {"mouth": (200.0, 200.0), "hand_l": (200.0 + 30 * side, 210.0), "hand_r": (200.0 + 20 * side, 220.0)}
    holder = Shown(np.zeros((4, 4, 4), np.uint8), 0.0, 0.0, places, side)
    matrix = in_hands(cast.figures[1], girl, holder, "play_violin", np.eye(3))
    neck, body = (matrix @ (388.0, y, 1.0) for y in (240.0, 285.0))
    assert (neck[0] - body[0]) * side > 10
    assert np.hypot(*(body[:2] - (210 if side > 0 else 190, 205))) < 40


def test_what_is_thrown_to_somebody_is_caught():
    cast = cast_with(somebody("woman", 120), somebody("wolf", 480, tall=70), thing("bread", 300, tall=30))
    told = deeds_of(
        "The woman throws the wolf the bread. The wolf eats the bread.", [("woman",), ("wolf",), ("bread",)]
    )
    deeds = [schedule_deeds(one, False, [0, 1]) for one in told]
    [play] = plays_of(cast, deeds)
    assert (play.act, play.parties, play.end) == ("throw", {"actor": 0, "other": 1, "thing": 2}, 0.5)
    holds = holds_of(deeds, cast.figures, 8.0, left_by([play]))
    assert [held_at(holds, time).get(2) for time in (0.02, 0.6, 0.9)] == [0, 1, 1]


def test_who_goes_into_a_house_is_gone_behind_its_door_and_comes_out_again():
    names = [("girl",), ("house",)]
    cast = cast_with(somebody("girl", 120), thing("house", 480, 290, 200))
    for text, seen in (("The girl goes into the house.", (1.0, 0.0)), ("The girl comes out of the house.", (0.0, 1.0))):
        (doing,) = deeds_of(text, names)[0]
        girl = Performer(cast, 0, schedule_deeds([doing], False), 4.0, False, 1.0, None)
        assert (girl.seen(0.0), girl.seen(1.0)) == pytest.approx(seen)
    inside = Performer(
        cast, 0, schedule_deeds(deeds_of("The girl enters the house.", names)[0], False), 4.0, False, 1.0, None
    )
    assert abs((inside.stand(1.0).matrix @ (*cast.figures[0].feet, 1))[0] - 480) < 100


def test_nobody_goes_into_somebody_or_into_a_cup():
    cast = cast_with(somebody("girl", 120), thing("cup", 480, tall=20), somebody("boy", 300))
    for number in (1, 2):
        way = enterable(Doing("walk", way=Act("walk", f"into:{number}")), cast.figures).way
        assert way.to == f"thing:{number}"


def test_who_opens_something_goes_there_and_it_opens():
    figures = (somebody("girl", 80), thing("chest", 480))
    steps = add_approaches([Doing("open", object=1)], 0, figures)
    assert [one.action for one in steps] == ["walk", "open"] and steps[0].way.to == "beside:1"
    assert len(add_approaches([Doing("open", object=1)], 0, (replace(figures[0], feet=(430, 300)), figures[1]))) == 1
    first, second = schedule_deeds(steps, False, [0])
    assert first.end == second.start == 0.5
    part = CanvasLayer("chest", Plate(np.ones((60, 60, 4), np.float32)), 450, 240, 0.5, "figure", 1)
    cast = replace(cast_with(*figures), parts=(part,))
    deeds = [schedule_deeds([Doing("open", object=1)], False), ()]
    found = openings_of(cast, deeds, 4.0, light_at("meadow", "day", "clear"))[1]
    assert found.opened(0.0, 4.0) == 0 and found.opened(1.0, 4.0) == 1
    assert found.other.plate.pixels.max() > 0 and abs(found.other.x + 32 - 480) < 6


def test_women_of_every_role_have_hair_below_their_hats():
    for role in family("people").kinds:
        who = from_words(f"a female {role.replace('_', ' ')}").character
        if who.params.get("hat", "none") not in OPEN_HATS:
            assert who.params["hair"] in ("long", "bob", "braids"), role
        assert who.params["lash"] > 0 and who.params["beard"] == "none", role


def test_the_far_leg_of_a_rider_is_drawn_by_itself():
    king = from_words("a king").character
    pose = act(king.figure, "ride", 0.4)
    whole, near, far = (draw(king, pose, 160, 26.0, None, 1, leg).rgba[..., 3] > 128 for leg in ("", "near", "far"))
    assert 0 < far.sum() < 0.3 * whole.sum()
    assert (near | far).sum() >= 0.98 * whole.sum() and near.sum() < whole.sum() + 1


def test_who_swims_is_under_water_from_the_belly_down():
    stage = {"horizon": 0.5, "ground": [0.8, 0.9], "water": [0.6, 0.7]}
    about = {"place": "lake", "hour": "day", "weather": "clear"}
    on_land, afloat = somebody("duck", 200), replace(somebody("duck", 200), habitat="water")
    light = light_at("lake", "day", "clear")
    matrix = np.array([[1, 0, 0], [0, 1, 0]], float)
    shown = []
    for one in (on_land, afloat):
        cast = Cast(400, 400, (), (one,), stage, about)
        found = Performer(cast, 0, (), 4.0, False, 1.0, None).shown(matrix, 1.0, lambda time: None, light)
        shown.append(found.top + np.flatnonzero(found.pixels[..., 3].max(1) > 127)[-1])
    assert shown[0] > 295 and 260 < shown[1] < 280  # its feet are at 300, and it is 120 tall
