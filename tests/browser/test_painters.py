"""A real picture model from one button in a real Chromium, with a scripted hub on loopback that is full, lies, breaks off, and is slow."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from pipelines.hub.preset import PINS
from tests import scripted_hub, tiny_diffusion
from tests.browser.conftest import DESK, Server, check_axe, until, visiting
from tests.browser.fixtures import PATIENCE

pytestmark = pytest.mark.browser
PAINTING = json.loads((Path(__file__).parents[1] / "cases" / "painting.json").read_text("utf-8"))
SDXS = "IDKiro/sdxs-512-dreamshaper"


@pytest.fixture(scope="module")
def hub():
    with scripted_hub.serve_hub() as hub:
        yield hub


@pytest.fixture(scope="module")
def studio(hub, tmp_path_factory):
    """A studio beside that hub, on a machine of which a block took half a second (tests.browser.conftest)."""
    home = tmp_path_factory.mktemp("painters")
    hub.add(SDXS, PINS[SDXS], tiny_diffusion.build("one_step", home / "sdxs"))
    running = Server(home / "home", HF_HOME=str(home / "hf"), HF_ENDPOINT=hub.url, STUDIO_WORKER_MEMORY_MB="4000")
    yield running
    running.stop()


def test_a_model_is_fetched_from_a_hub_that_fails_in_every_way(chromium: Browser, studio: Server, hub):
    with visiting(chromium, **DESK) as context:
        page = context.new_page()
        page.goto(f"{studio.url}#/generate/diffusion")
        card = page.locator("#tab-generate .painters")
        row = card.locator("[data-painter=sdxs]")
        expect(row).to_contain_text("About 5 seconds a picture on this machine.", timeout=PATIENCE)
        expect(row).to_contain_text("1.8 GB. ")
        expect(row).to_contain_text("CreativeML Open RAIL++-M")
        card.get_by_text(re.compile("Other models")).click()
        expect(card.locator("[data-painter=flux-schnell]")).to_contain_text("a job may use 4.0 GB")
        expect(card.locator("[data-painter=flux-schnell]").get_by_role("button")).to_have_count(0)
        card.scroll_into_view_if_needed()
        check_axe(page, "the card of picture models")
        fetch = row.get_by_role("button", name="Fetch SDXS-512 Dreamshaper")
        alert = card.get_by_role("alert")
        for wrong, value, sentence in (
            ("full", True, "too busy"),
            ("lies", True, "not what was promised"),
            ("breaks", 10_000, "not fetched to the end; fetch it again"),
        ):
            setattr(hub, wrong, value)
            fetch.click()
            expect(alert).to_contain_text(sentence, timeout=PATIENCE)
            setattr(hub, wrong, type(value)())
        hub.slow_seconds = 1.0
        fetch.click()
        expect(row).to_contain_text(re.compile(r"\d of \d+ MB"), timeout=PATIENCE)
        row.get_by_role("button", name="Stop").click()
        expect(fetch).to_be_visible(timeout=PATIENCE)
        expect(alert).to_be_hidden()
        hub.slow_seconds = 0.0
        fetch.click()
        row.get_by_role("button", name="Paint with it: SDXS-512 Dreamshaper").click(timeout=PATIENCE)
        expect(page.get_by_label("Model", exact=True).filter(visible=True)).to_have_value("sdxs", timeout=PATIENCE)
        row.get_by_role("button", name="Remove SDXS-512 Dreamshaper from this machine").click()
        expect(fetch).to_be_visible(timeout=PATIENCE)


def painting(id: str, free: float) -> dict:
    """A painting of our drawing, as the studio describes it."""
    call = {"pipeline": "generate.painted", "inputs": {"layers": "drawing"}, "settings": {"free": free, "seed": 1}}
    files = [
        {"name": name, "bytes": 9, "url": f"studio/media/{id}/files/{name}"} for name in ("drawn.png", "painted.json")
    ]
    places = {"url": f"studio/media/{id}", "thumbnail": f"studio/thumbnail/{id}", "files": files}
    return PAINTING | places | {"id": id, "title": f"A fox, {free}", "recipe": {"steps": {id: call}}}


def test_a_painting_stands_beside_our_drawing_and_freer_ones_with_what_the_check_says(
    chromium: Browser, studio: Server, photo: Path
):
    paintings = {"b" * 32: painting("b" * 32, 0.5), "c" * 32: painting("c" * 32, 0.9)}
    asked: list[dict] = []

    def artifact(route):
        name = route.request.url.rpartition("/")[2]
        return route.fulfill(json=paintings[name]) if name in paintings else route.continue_()

    def make(route):
        asked.append(route.request.post_data_json)
        return route.fulfill(json={"job": 7})

    note = "house-1 was to be red and looks blue; try another seed."
    with visiting(chromium, **DESK) as context:
        page = context.new_page()
        page.route("**/studio/artifacts/*", artifact)
        page.route(
            "**/studio/shelf?*",
            lambda route: route.fulfill(json={"cards": list(paintings.values()), "bytes": 0, "quota": 1}),
        )
        page.route(
            "**/studio/media/**",
            lambda route: (
                route.fulfill(json={"checks": {"notes": [note]}})
                if route.request.url.endswith(".json")
                else route.fulfill(path=photo)
            ),
        )
        page.route("**/studio/thumbnail/**", lambda route: route.fulfill(path=photo))
        page.route("**/studio/make", make)
        page.goto(f"{studio.url}#/generate/painted/result/{'b' * 32}")
        beside = page.get_by_role("region", name="Side by side")
        expect(beside.locator("figcaption")).to_have_text(
            ["Our drawing", "Painted, 50 % free", "Painted, 90 % free"], timeout=PATIENCE
        )
        expect(beside).to_contain_text(note)
        beside.scroll_into_view_if_needed()
        beside.get_by_role("button", name="Paint it freer").click()
        beside.get_by_role("button", name="Paint it with another seed").click()
        until(page, lambda: len(asked) == 2)
        assert asked[0]["settings"] == {"free": 0.75, "seed": 1} and asked[0]["inputs"] == {"layers": "drawing"}
        assert asked[1]["settings"]["free"] == 0.5 and asked[1]["settings"]["seed"] != 1
