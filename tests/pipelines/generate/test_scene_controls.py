"""What a painted scene tells other painters: moving a figure moves its mask, its depth and its skeleton, and nothing else."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from pipelines.core.settings import Refusal
from pipelines.figures.keypoints import LIMBS, NAMES, colours
from pipelines.media.openraster import Layer
from pipelines.scenes import controls, regions
from pipelines.scenes.performers import character_of, place_character
from pipelines.scenes.record import from_json
from pipelines.scenes.scene import Figure, Scene, source_name

WIDE, HIGH, STEP = 320, 180, 40
RECORD = from_json(
    """{"place": "sea", "hour": "sunset", "shot": "wide", "actors": [{"id": "girl-1", "noun": "girl", "look": "girl with a red scarf", "act": "wave",
    "mood": "happy"}], "things": [{"id": "house-1", "noun": "house", "said": "house", "colour": "red"},
    {"id": "balloon-1", "noun": "balloon", "said": "balloons", "count": 2}],
    "relations": [{"kind": "left of", "subject": "girl-1", "object": "house-1"}]}"""
)


def figure(id: str, noun: str, x: float, drawing: Image.Image, tall: float, **more) -> Figure:
    wide = tall * drawing.width / drawing.height
    facts = {"depth": 0.4, "z": 3.0, "habitat": "ground", "said": noun, "act": "", "part": id} | more
    return Figure(
        id,
        noun,
        facts.pop("said"),
        "",
        facts.pop("colour", ""),
        "",
        facts.pop("act"),
        1,
        facts.pop("habitat"),
        x,
        150.0,
        wide,
        tall,
        **facts,
    )


@pytest.fixture(scope="module")
def scene() -> Scene:
    who = character_of("girl", "girl with a red scarf")
    girl, box = place_character(who, "wave", face="happy").picture, Image.new("RGBA", (50, 60), (200, 40, 40, 255))
    sky, ground = (
        Image.new("RGBA", (WIDE, HIGH), (90, 150, 230, 255)),
        Image.new("RGBA", (WIDE, 80), (120, 200, 90, 255)),
    )
    figures = (
        figure("girl-1", "girl", 80.0, girl, 80.0, character=who.to_json(), act="wave", face="happy"),
        figure("house-1", "house", 240.0, box, 60.0, depth=0.1, z=2.5, colour="red"),
        figure("balloon-1", "balloon", 160.0, box, 30.0, z=2.6, said="balloons"),
        figure("balloon-2", "balloon", 200.0, box, 30.0, z=2.7, said="balloons", part="balloon-1"),
    )
    drawings = {source_name(one.id, 0): girl if one.character else box for one in figures}
    about = {
        "place": "sea",
        "hour": "sunset",
        "weather": "clear",
        "scene": RECORD.model_dump(mode="json", exclude_defaults=True),
    }
    planes = {"sky": Layer("sky", sky), "ground": Layer("ground", ground, 0, 100)}
    return Scene(WIDE, HIGH, planes, figures, drawings, about)


def move_figure(scene: Scene, name: str, step: int = STEP, **more) -> Scene:
    return replace(scene, figures=tuple(replace(f, x=f.x + step, **more) if f.id == name else f for f in scene.figures))


def covers_of(scene: Scene) -> dict[str, np.ndarray]:
    return {part.figure.id: part.cover for part in controls.parts(scene) if part.figure is not None}


def test_moving_a_figure_moves_its_mask_depth_and_skeleton_and_nothing_else(scene):
    after = move_figure(scene, "girl-1")
    before_masks, after_masks = covers_of(scene), covers_of(after)
    own, moved = before_masks.pop("girl-1"), after_masks.pop("girl-1")
    assert (np.roll(own, STEP, axis=1) == moved).all() and own.any()
    assert all(one.tobytes() == after_masks[id].tobytes() for id, one in before_masks.items())
    first, second = controls.joints(scene.figure("girl-1")), controls.joints(after.figure("girl-1"))
    assert {name: (round(x + STEP, 3), round(y, 3)) for name, (x, y) in first.items()} == {
        name: (round(x, 3), round(y, 3)) for name, (x, y) in second.items()
    }
    for kind in ("depth", "segments"):
        one, other = (np.asarray(controls.control(each, kind)).astype(int) for each in (scene, after))
        differs = (one != other).any(-1)
        assert differs.any() and not differs[(own == 0) & (moved == 0)].any()


def test_a_figure_is_as_near_as_the_ground_on_which_it_stands(scene):
    near = [
        np.asarray(controls.depth(move_figure(scene, "girl-1", 0, depth=depth)))[..., 0] for depth in (0.0, 0.5, 1.0)
    ]
    inside = np.asarray(controls.masks(scene)["girl-1"]) > 0
    levels = [int(one[inside].max()) for one in near]
    assert (
        all(one[inside].min() == one[inside].max() for one in near)
        and levels == sorted(levels)
        and levels[0] < levels[2]
    )
    row = round((0.78 + 0.5 * (0.94 - 0.78)) * HIGH)  # where the feet are in the middle of the sea's beach
    assert abs(levels[1] - int(near[1][row, 0])) <= 3 and near[1][0, 0] == 0
    assert controls.nearness(scene, replace(scene.figure("girl-1"), habitat="sky")) < controls.FAR


def test_what_stands_before_hides_in_masks_and_what_is_hidden_is_in_none(scene):
    behind = move_figure(scene, "house-1", -160)  # behind the girl
    mask = np.asarray(controls.masks(behind)["house-1"]) > 0
    assert not (mask & (np.asarray(controls.masks(behind)["girl-1"]) > 0)).any() and mask.any()
    assert (covers_of(behind)["house-1"] > 0).sum() > mask.sum()
    gone = move_figure(scene, "girl-1", visible=False)
    assert "girl-1" not in controls.masks(gone) and not np.asarray(controls.poses(gone)).any()
    assert "girl-1" not in regions.prompts(gone)


def test_skeletons_have_the_points_and_colours_of_openpose_and_turn_over_with_the_figure(scene):
    tones = colours()
    assert (
        len(NAMES) == 18 and len(LIMBS) == 17 and tones[:4] == [(255, 0, 0), (255, 85, 0), (255, 170, 0), (255, 255, 0)]
    )
    assert tones[17] == (255, 0, 85)
    girl = scene.figure("girl-1")
    points, turned = controls.joints(girl), controls.joints(replace(girl, mirrored=True))
    x0, _, x1, _ = girl.box
    assert points["wrist_r"][0] - x0 == pytest.approx(x1 - turned["wrist_l"][0]) and set(points) <= set(NAMES)
    inside = covers_of(scene)["girl-1"] > 0
    body = [points[name] for name in NAMES if name in points and not name.startswith(("eye", "ear"))]
    assert sum(inside[round(y), round(x)] for x, y in body) >= len(body) - 1
    picture = np.asarray(controls.poses(scene))
    assert {tuple(map(int, tone)) for tone in picture.reshape(-1, 3)} >= {tones[1], tones[4]}
    assert controls.joints(scene.figure("house-1")) == {}


def test_prompts_are_written_from_the_record_and_can_be_edited(scene):
    words = regions.prompts(scene)
    assert words["girl-1"] == "a girl with a red scarf waving, happy, to the left of the house, warm light of sunset"
    assert (
        words["house-1"] == "a red house, warm light of sunset"
        and words["balloon-2"] == "a balloon, warm light of sunset"
    )
    assert "two balloons" in words["picture"] and words["picture"].endswith(
        "by the sea, warm light of sunset, wide shot"
    )
    assert (
        regions.edit_prompts(words, "girl-1: a girl in a blue coat\n\n") == {**words, "girl-1": "a girl in a blue coat"}
        and regions.edit_prompts(words, regions.as_text(words)) == words
    )
    for wrong, sentence in (
        ("fox-1: a fox", "names nothing"),
        ("no colon", "names nothing"),
        (f"picture: {'x' * 1001}", "longer than"),
    ):
        with pytest.raises(Refusal, match=sentence):
            regions.edit_prompts(words, wrong)
    older = replace(scene, about={**scene.about, "scene": None})
    assert regions.prompts(older)["house-1"] == "a red house, warm light of sunset"


def test_every_kind_of_control_has_the_pictures_size_and_the_same_bytes_twice(scene):
    for kind in controls.KINDS:
        one = controls.control(scene, kind)
        assert (
            one.mode == "RGB" and one.size == (WIDE, HIGH) and one.tobytes() == controls.control(scene, kind).tobytes()
        )
        assert np.asarray(one).any()
    assert set(controls.portraits(scene)) == {"girl-1"}
    differs = (np.asarray(controls.place(scene)) != np.asarray(controls.flatten_scene(scene))).any(-1)
    assert differs[np.asarray(controls.masks(scene)["girl-1"]) > 0].mean() > 0.9
