"""`generate.painted` on tiny pipelines: every control reaches the network, and changes its own region more than the rest."""

from __future__ import annotations

import json

import numpy as np
import pytest
from PIL import Image

from pipelines.core.progress import Cancelled
from pipelines.core.settings import Refusal
from pipelines.generate import diffusion
from pipelines.generate import painted as module
from pipelines.generate.painted import FOLLOWS, PASSES, painted
from pipelines.generate.parts import painted_checks
from pipelines.hub import presets, steering
from pipelines.hub.preset import Preset
from pipelines.media import Layers
from pipelines.media.openraster import Layer
from pipelines.scenes.performers import character_of, place_character
from pipelines.scenes.scene import Figure, Scene, put_together, source_name, taken_apart

pytestmark = pytest.mark.slow

WIDE, HIGH = 192, 128
SMALL = {"model": "other", "steps": 2, "free": 0.5}
LEFT, RIGHT = 40.0, 140.0


@pytest.fixture(autouse=True)
def small(monkeypatch):
    """Pictures of the scene's own size; the matte is another test's."""
    monkeypatch.setattr(painted_checks.matte, "salient", lambda picture: np.ones(picture.shape[:2], np.float32))
    monkeypatch.setattr(
        presets,
        "chosen",
        lambda table, key, other, usual=None: Preset("other", presets.other(other), size=(WIDE, HIGH)),
    )


@pytest.fixture
def networks(monkeypatch, tiny):
    """The table's control networks, as the tiny one."""
    card = presets.other(tiny("controlnet"))
    monkeypatch.setattr(module, "fitting", lambda opened, what, written, none: card)


def scene(girl_x: float = LEFT, depth: float = 0.4, act: str = "wave", house_x: float = RIGHT) -> Layers:
    who = character_of("girl", "girl with a red scarf")
    girl, box = place_character(who, act).picture, Image.new("RGBA", (60, 60), (200, 40, 40, 255))
    wide = 70 * girl.width / girl.height
    facts = {"style": "", "pose": "", "seed": 1, "habitat": "ground", "feet": 110.0}
    figures = (
        Figure(
            "girl-1",
            "girl",
            "girl",
            colour="",
            act=act,
            x=girl_x,
            wide=wide,
            tall=70.0,
            depth=depth,
            z=3.0,
            character=who.to_json(),
            **facts,
        ),
        Figure(
            "house-1",
            "house",
            "house",
            colour="red",
            act="",
            x=house_x,
            wide=50.0,
            tall=50.0,
            depth=0.2,
            z=2.5,
            **facts,
        ),
    )
    drawings = {source_name("girl-1", 0): girl, source_name("house-1", 0): box}
    planes = {
        "sky": Layer("sky", Image.new("RGBA", (WIDE, HIGH), (90, 150, 230, 255))),
        "ground": Layer("ground", Image.new("RGBA", (WIDE, 60), (120, 200, 90, 255)), 0, 68),
    }
    return put_together(
        Scene(WIDE, HIGH, planes, figures, drawings, {"place": "meadow", "hour": "day", "weather": "clear"})
    )


def pixels(made) -> np.ndarray:
    return np.asarray(made.main, np.float32)


def region(centre: float) -> np.ndarray:
    inside = np.zeros((HIGH, WIDE), bool)
    inside[30:120, round(centre) - 34 : round(centre) + 34] = True
    return inside


def difference_of(one, other) -> np.ndarray:
    return np.abs(pixels(one) - pixels(other)).mean(-1)


def test_the_drawing_is_kept_as_freely_as_is_said_and_0_is_the_drawing(tiny):
    folder, layers = tiny("stable_diffusion"), scene()
    kept = painted(layers, **SMALL | {"free": 0}, other="")
    assert kept.main.tobytes() == layers.picture.tobytes() and b"girl-1: " in kept.files["prompts.txt"]
    taken = []
    for free in (0.25, 1.0):
        heard: list[str] = []
        how = SMALL | {"free": free, "steps": 8}
        little = painted(
            layers, **how, other=folder, seed=3, report=lambda progress, heard=heard: heard.append(progress.label)
        )
        taken.append(sum("step" in label for label in heard))
    assert taken == [2, 8]  # the share of the steps that is taken, from the drawing on (SDEdit)
    facts = json.loads(little.files["painted.json"])
    assert facts["free"] == 1.0 and facts["painted"] == ["Painting"] and facts["checks"]["figures"] == 2


@pytest.mark.parametrize("follow", [name for name in FOLLOWS if name])
def test_every_map_reaches_the_network_and_moving_a_figure_changes_its_region_most(tiny, networks, monkeypatch, follow):
    """The drawing is held still, so that only the map moves."""
    from pipelines.scenes import controls

    still = controls.flatten_scene(taken_apart(scene().archive))
    monkeypatch.setattr(controls, "flatten_scene", lambda story: still)
    monkeypatch.setattr("pipelines.generate.painted.FOLLOW_STRENGTH", 2.0)
    how = SMALL | {"other": tiny("stable_diffusion"), "follow": follow, "seed": 5, "free": 1.0}
    plain, moved = painted(scene(), **how), painted(scene(girl_x=LEFT + 12), **how)
    difference = difference_of(plain, moved)
    assert difference[region(LEFT + 6)].mean() > 1.5 * difference[~region(LEFT + 6)].mean()
    assert difference.max() > 0 and {f"{kind}.png" for kind in follow.split("+")} <= set(plain.files)
    if follow == "depth+pose":
        assert pixels(plain).tobytes() == pixels(painted(scene(), **how)).tobytes()


@pytest.mark.parametrize("kind", ["stable_diffusion", "flux"])
def test_figures_are_painted_in_their_masks_and_nothing_outside_changes(tiny, kind, monkeypatch):
    monkeypatch.setitem(steering.BY_CLASS, "FluxPipeline", steering.Takes("noised", True))
    layers = scene()
    figures = painted(layers, **SMALL, other=tiny(kind), passes="figures", seed=2)
    difference = np.abs(pixels(figures) - np.asarray(layers.picture, np.float32)).mean(-1)
    outside = ~(region(LEFT) | region(RIGHT))
    assert (
        difference[outside].max() == 0 and difference[region(LEFT)].mean() > 1 and difference[region(RIGHT)].mean() > 1
    )
    girl_again = painted(
        layers, figures.main, **SMALL, other=tiny(kind), only="girl-1", seed=9
    )  # one figure again, in the picture that was made
    again = difference_of(girl_again, figures)
    assert again[region(LEFT)].mean() > 1 and again[~region(LEFT)].max() == 0
    words = painted(
        layers, figures.main, **SMALL, other=tiny(kind), only="girl-1", seed=9, prompts="girl-1: a grey wolf"
    )
    assert (
        difference_of(words, girl_again)[region(LEFT)].max() > 0
        and b"girl-1: a grey wolf" in words.files["prompts.txt"]
    )


def test_a_stop_is_heard_at_every_step_of_every_run(tiny):
    how, heard = SMALL | {"other": tiny("stable_diffusion"), "passes": "each", "steps": 4}, []
    whole = painted(scene(), **how, report=lambda progress: heard.append(progress.label))
    steps = [label for label in heard if "step" in label]
    assert len(steps) == 6 and {label.split(":")[0] for label in steps} == {
        "Painting",
        "Painting girl-1",
        "Painting house-1",
    }

    for wanted in (steps[0], steps[3], steps[-1]):

        def stop(progress, wanted=wanted):
            if progress.label == wanted:
                raise Cancelled

        with pytest.raises(Cancelled):
            painted(scene(), **how, report=stop)
    assert pixels(painted(scene(), **how)).tobytes() == pixels(whole).tobytes()


def test_portraits_are_shown_to_a_model_that_takes_them(tiny, monkeypatch):
    card = presets.other(tiny("image_prompt"))
    monkeypatch.setattr(diffusion, "fitting", lambda opened, what, written, none: card)
    how = SMALL | {"other": tiny("stable_diffusion"), "seed": 4}
    assert difference_of(painted(scene(), **how), painted(scene(), **how, portraits=True)).max() > 1


def test_what_does_not_fit_is_one_sentence(tiny):
    for arguments, sentence in [
        ({"only": "wolf-7"}, "no layer called"),
        ({"prompts": "wolf-7: a wolf"}, "names nothing of this picture"),
        ({"other": tiny("flux"), "follow": "depth"}, "does not follow depth; there is no control network"),
        ({"other": tiny("flux"), "portraits": True}, "cannot be shown who"),
        ({"other": "not an id"}, "owner/name"),
        ({"follow": "depth"}, "ControlNet 1.1 depth"),
    ]:
        with pytest.raises(Refusal, match=sentence) as caught:
            painted(scene(), **{**SMALL, "other": tiny("stable_diffusion"), **arguments})
        assert str(caught.value).count(". ") <= 1


def test_the_table_says_what_diffusers_and_the_networks_of_the_table_can_do():
    from diffusers.pipelines import auto_pipeline as auto

    begins, fills = (
        {one.__name__ for one in table.values()}
        for table in (auto.AUTO_IMAGE2IMAGE_PIPELINES_MAPPING, auto.AUTO_INPAINT_PIPELINES_MAPPING)
    )
    assert {preset.made_by for preset in presets.PICTURES} <= set(steering.BY_CLASS)
    for name, has in steering.BY_CLASS.items():
        stem = name.removesuffix("Pipeline")
        assert has.drawing != "noised" or f"{stem}Img2ImgPipeline" in begins, name
        assert has.drawing != "shown" or name in begins, name
        assert not has.masks or name in fills or f"{stem}InpaintPipeline" in fills, name
        family = "sdxl" if "XL" in name else "sd"
        assert {f"{family}/{steering.NETWORKS[kind]}" for kind in has.maps} <= {
            preset.key for preset in presets.CONTROLS
        }
    offered = module._choices_by_model(FOLLOWS)
    assert (
        offered["sd15"] == tuple(FOLLOWS)
        and offered["sd-turbo"] == ("",)
        and offered["sdxl"] == ("", "depth", "pose", "depth+pose")
    )
    assert module._choices_by_model(PASSES)["lcm"] == ("",) and "sd15-inpainting" not in offered


def test_what_was_painted_is_checked_and_said(monkeypatch):
    story = taken_apart(scene().archive)
    drawn = scene().picture
    same = painted_checks.check_painting(story, drawn, drawn)
    assert same["colours"] == {} and same["notes"] == [] and same["stand_out"] == same["stand_out_in_the_drawing"] == 2
    other = np.asarray(drawn).copy()
    other[region(RIGHT)] = (40, 80, 220)

    def salient(picture: np.ndarray) -> np.ndarray:
        """What is blue does not stand out."""
        return (picture[..., 2] < 0.8).astype(np.float32)

    monkeypatch.setattr(painted_checks.matte, "salient", salient)
    found = painted_checks.check_painting(story, drawn, Image.fromarray(other))
    assert found["colours"] == {"house-1": ["red", "blue"]} and found["stand_out"] < found["stand_out_in_the_drawing"]
    assert len(found["notes"]) == 2 and found["notes"][0].startswith("house-1 was to be red and looks blue")


def test_other_seeds_are_tried_only_as_often_as_the_visitor_allows_and_the_best_is_kept(tiny, monkeypatch):
    """The check finds two faults, one, and two; what is kept is the second picture."""
    found = iter([["a", "b"], ["a"], ["a", "b"]] * 2)
    monkeypatch.setattr(painted_checks, "check_painting", lambda *given: {"notes": next(found)})
    how = SMALL | {"other": tiny("stable_diffusion"), "seed": 5}
    best = painted(scene(), **how, again=2)
    facts = json.loads(best.files["painted.json"])
    assert facts["tried"] == 3 and facts["seed"] == 6 and facts["checks"] == {"notes": ["a"]}
    monkeypatch.setattr(painted_checks, "check_painting", lambda *given: {"notes": []})
    once = painted(scene(), **how | {"seed": 6}, again=2)
    assert json.loads(once.files["painted.json"])["tried"] == 1 and once.main.tobytes() == best.main.tobytes()
    monkeypatch.setattr(painted_checks, "check_painting", lambda *given: {"notes": ["a"]})
    assert json.loads(painted(scene(), **how).files["painted.json"])["tried"] == 1
