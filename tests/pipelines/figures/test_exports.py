"""A character for other programs: the SVG has parts with bones, and a Lottie player shows what we paint."""

from __future__ import annotations

import json
from xml.etree import ElementTree

import numpy as np
import pytest
import rlottie_python as rlottie

from pipelines.core.settings import Refusal
from pipelines.figures import Character, act
from pipelines.figures.drawing import yaw_of
from pipelines.figures.exports import _sheet, lottie, svg
from pipelines.figures.paint import paint_shapes

pytestmark = pytest.mark.slow

SVG = "{http://www.w3.org/2000/svg}"


@pytest.mark.parametrize("kind", ["grandmother", "fox", "owl", "penguin"])
def test_every_part_of_the_svg_has_bones_that_are_there(kind):
    root = ElementTree.fromstring(svg(Character(kind)))
    there = {line.get("id") for line in root.iter(f"{SVG}line")}
    parts = [group for group in root.findall(f"{SVG}g") if group.get("id", "").startswith("part")]
    assert len(parts) > 8
    bound = [group.get("data-bones", "").split() for group in parts]
    assert all(bones and set(bones) <= there for bones in bound)
    assert len({tuple(bones) for bones in bound}) > 4  # not all on one


@pytest.mark.parametrize("kind", ["grandmother", "fox"])
def test_a_lottie_player_shows_the_walk_that_we_paint(kind):
    who = Character(kind)
    data = lottie(who, "walk", height_px=256)
    animation = rlottie.LottieAnimation.from_data(data.decode())
    count = json.loads(data)["op"]
    assert count >= 6 and animation.lottie_animation_get_totalframe() in (count, count + 1)  # rlottie counts the end
    width, height = animation.lottie_animation_get_size()
    seen = []
    for number in range(count):
        raw = np.frombuffer(animation.lottie_animation_render(number), np.uint8).reshape(height, width, 4)
        seen.append(raw[..., 3] > 127)
    from pipelines.figures.gaits import period

    seconds, shapes = period(who.figure, "walk"), []
    for number in range(count):
        pose = act(who.figure, "walk", seconds * number / count, seed=who.seed)
        shapes.append(who.figure.sculpted(pose, yaw_of("side")).shapes)
    sheet = _sheet([one for each in shapes for one in each], 256 / who.figure.height)
    for number in (0, count // 2):
        ours = paint_shapes(shapes[number], sheet)[..., 3] > 127
        both, either = (ours & seen[number]).sum(), (ours | seen[number]).sum()
        assert both / either > 0.97
    assert (seen[0] ^ seen[count // 4]).sum() > 0.02 * seen[0].sum()  # it moves
    assert (seen[0] ^ seen[-1]).mean() < (seen[0] ^ seen[count // 2]).mean() or kind == "fox"  # and closes


def test_what_does_not_repeat_is_refused():
    with pytest.raises(Refusal, match="repeats"):
        lottie(Character("fox"), "give")
