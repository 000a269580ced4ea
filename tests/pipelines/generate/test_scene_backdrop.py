"""Backdrops: every place at every hour and in every weather, planes, determinism, no steps in gradients."""

from __future__ import annotations

from functools import reduce

import numpy as np
import pytest
from PIL import Image

from pipelines.painting.palette import HOURS, WEATHERS
from pipelines.scenes.backdrop import paint
from pipelines.scenes.places import everything
from pipelines.scenes.settings import SEEDS

pytestmark = pytest.mark.slow


def flat(backdrop):
    return np.asarray(reduce(Image.alpha_composite, backdrop.planes.values()))


def lightness(picture):
    return picture[..., :3].astype(float) @ (0.3, 0.59, 0.11)


@pytest.mark.parametrize("part", range(8))
def test_every_place_can_be_painted_by_day_by_night_and_in_a_weather(part):
    for number, record in [*enumerate(everything().values())][part::8]:
        size = (64, 48) if number % 2 else (40, 64)
        picture = flat(paint(record.place, HOURS[number % 4], WEATHERS[number % 4], *size, 1))
        assert picture.shape == (*size[::-1], 4) and picture[..., 3].min() == 255, record.place
        assert lightness(picture).std() > (1.0 if record.like == "plain" else 4.0), record.place
    for place in ("sea", "street", "room", "forest"):
        day, night = (lightness(flat(paint(place, hour, "clear", 64, 48, 1))).mean() for hour in ("day", "night"))
        assert night < 0.85 * day


@pytest.mark.parametrize("size", [(640, 360), (360, 640)])
def test_planes_have_the_size_asked_for_and_come_far_to_near(size):
    backdrop = paint("meadow", "day", "rain", *size, 3)
    assert list(backdrop.planes) == ["sky", "far", "middle", "ground", "near", "weather"]
    assert all(plane.size == size and plane.mode == "RGBA" for plane in backdrop.planes.values())
    sky, ground = np.asarray(backdrop.planes["sky"]), np.asarray(backdrop.planes["ground"])
    assert sky[..., 3].min() == 255 and ground[0, :, 3].max() == 0 and ground[-1, :, 3].min() == 255


def test_the_same_seed_paints_the_same_and_another_seed_another():
    first, again, other = (flat(paint("sea", "sunset", "clear", 160, 90, seed)) for seed in (5, 5, 6))
    assert np.array_equal(first, again) and not np.array_equal(first, other)


def test_gradients_show_no_steps():
    sky = np.asarray(paint("plain", "night", "clear", 320, 240, 2).planes["sky"]).astype(int)
    assert (
        np.diff(sky[:, :, 0], axis=1) == 0
    ).mean() < 0.5  # dithered: neighbours differ as often as not; a banded gradient is flat nearly everywhere


def test_snow_whitens_the_ground_and_rain_greys_the_sky():
    meadow, snowy, rainy = (
        flat(paint("meadow", "day", weather, 160, 90, 2)).astype(float) for weather in ("clear", "snow", "rain")
    )
    assert lightness(snowy)[70:].mean() > lightness(meadow)[70:].mean() + 25
    assert np.ptp(rainy[:30, :, :3], axis=2).mean() < 0.6 * np.ptp(meadow[:30, :, :3], axis=2).mean()
    blue = flat(paint("plain", "day", "clear", 96, 72, 1, "blue")).astype(float).mean((0, 1))
    assert blue[2] > blue[0] + 20


def test_every_place_has_a_seed_of_its_own_and_the_known_ones_keep_theirs():
    assert len(set(SEEDS.values())) == len(SEEDS) >= 337
    known = "meadow sea forest space city street room kitchen cave station jungle"
    assert [SEEDS[place] for place in known.split()] == [0, 4, 6, 8, 10, 11, 12, 15, 21, 29, 30]


@pytest.mark.parametrize("place", ("room", "kitchen", "bedroom", "classroom", "hospital", "shop", "hall"))
def test_a_room_has_a_window_a_free_floor_and_lamp_light_at_night(place):
    day, rainy, night = (
        flat(paint(place, hour, weather, 160, 90, 4)).astype(float)
        for hour, weather in (("day", "clear"), ("day", "rain"), ("night", "clear"))
    )
    assert np.abs(day - rainy)[:50].mean() > 1  # the weather is seen through the window
    assert (night[..., 0] - night[..., 2])[60:].mean() > 8  # a lamp shines


def test_leaves_turn_in_autumn_and_only_then():
    green, orange = (
        flat(paint("forest", "day", "clear", 160, 90, 3, season=season)).astype(float) for season in ("", "autumn")
    )
    assert (orange[..., 0] - orange[..., 1]).mean() > (green[..., 0] - green[..., 1]).mean() + 10
    assert np.array_equal(flat(paint("forest", "day", "clear", 160, 90, 3, season="summer")), green)
