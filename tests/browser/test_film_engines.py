"""Choosing who makes a film in a real Chromium: costs and licence before a render, a model that is missing, and another method only when asked."""

# ruff: noqa: F401, F811  (fixtures are imported by name)
from __future__ import annotations

import json
import os
import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import call, check_axe
from tests.browser.test_film import page, saved, scenes, server, small

pytestmark = [pytest.mark.browser, pytest.mark.weights]


def test_a_hub_model_is_chosen_costs_are_seen_and_nothing_falls_back_by_itself(page: Page, photo: Path):
    small(page, photo)
    asked: list[dict] = []

    def models(route):
        if route.request.method == "POST":
            asked.append(json.loads(route.request.post_data or "{}"))
        elif not asked:
            return route.continue_()
        state = {
            "fetching": True,
            "fraction": 0.2,
            "label": "Fetching models",
            "problem": "",
            "sources": [asked[-1]["source"]],
        }
        return route.fulfill(json=state | {"may_fetch": True, "cards": []})

    page.route("**/studio/models", models)
    before = page.get_by_role("region", name="Before you render")
    expect(before).to_be_hidden()
    page.get_by_role("button", name="Models that make the film").click()
    page.get_by_label("Motion made by").first.select_option("picture:svd")
    saved(page)
    expect(before).to_contain_text("To be downloaded: 4.5 GB")
    expect(before).to_contain_text("Memory of a GPU: about 14 GB")
    expect(before).to_contain_text("Stability AI Community License")
    expect(before).to_contain_text("Not for commercial use")
    expect(before.locator(".film-model")).to_have_attribute("data-present", "false")
    page.get_by_role("button", name=re.compile("Make a draft|Render the film")).click()
    expect(page.locator(".film-bar .problem")).to_contain_text("Stable Video Diffusion XT (4.5 GB)")
    assert (
        call(page, "GET", f"films/{page.evaluate('localStorage.getItem(`studio-film-open`)')}?size=draft")["render"]
        is None
    )
    before.get_by_role("button", name="Fetch Stable Video Diffusion XT").click()
    expect(before).to_contain_text("being fetched")
    assert asked == [{"source": "hub:stabilityai/stable-video-diffusion-img2vid-xt"}]
    page.unroute("**/studio/models")
    check_axe(page, "a film with a model that is missing")
    before.get_by_role("button", name=re.compile("Use the studio’s own method instead")).click()
    saved(page)
    expect(before).to_be_hidden()
    expect(page.get_by_label("Motion made by").first).to_have_value("")


def test_a_scene_has_models_of_its_own(page: Page, photo: Path):
    small(page, photo)
    second = scenes(page).nth(1)
    second.get_by_label("Motion made by").select_option("picture:wan22")
    second.get_by_label("Goes on from the scene before").check()
    expect(second.get_by_label("Our drawing")).to_be_hidden()  # Storybook is the drawing
    second.get_by_label("Picture made by").select_option("sd-turbo")
    second.get_by_label("Our drawing").select_option("0.6")
    saved(page)
    board = call(page, "GET", f"films/{page.evaluate('localStorage.getItem(`studio-film-open`)')}?size=draft")[
        "storyboard"
    ]
    assert (
        board["scenes"][1]["engines"]
        == {"motion": "picture:wan22", "goes_on": True, "picture": "sd-turbo", "free": 0.6}
        and "engines" not in board["scenes"][0]
    )
    expect(page.get_by_role("region", name="Before you render")).to_contain_text("Wan 2.2, 5B")
    page.set_viewport_size({"width": 390, "height": 844})
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
