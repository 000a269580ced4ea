"""Every view of the page, with results, in one visit: no violations of WCAG A and AA, one heading of the first level, nothing wider than the page."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import DESK, Server, open_page, visiting
from tests.browser.test_flows import STILL
from tests.fixtures import picture

pytestmark = pytest.mark.browser
SIZES = (
    (390, 844, "dark"),
    (1440, 900, "light"),
    pytest.param(1440, 900, "dark", marks=pytest.mark.long),
    pytest.param(1024, 768, "light", marks=pytest.mark.long),
    pytest.param(720, 450, "light", marks=pytest.mark.long),  # 200 % on 1440 x 900
)
RULES = {
    "runOnly": {
        "type": "tag",
        "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"],
    },  # targets of 24 px are of 2.2
    "resultTypes": ["violations"],
}
EMPTY = ("animate", "red-team", "lab", "models", "help", "film")


def asked(page: Page, server: Server, path: str, body: dict[str, Any]) -> dict[str, Any]:
    answer = page.request.post(f"{server.url}studio/{path}", headers={"x-studio": "1"}, data=body)
    assert answer.ok, answer.text()
    found = answer.json()
    assert isinstance(found, dict)
    return found


def made(page: Page, server: Server, tab: str, pipeline: str, inputs: dict[str, str], settings: dict[str, Any]) -> str:
    """The address of a result, once it is there."""
    job = asked(page, server, "make", {"tab": tab, "pipeline": pipeline, "inputs": inputs, "settings": settings})["job"]
    while True:
        known = next(one for one in page.request.get(f"{server.url}studio/state").json()["jobs"] if one["id"] == job)
        if known["state"] not in ("queued", "running"):
            assert known["state"] == "done", known
            return f"{tab.lower()}/{pipeline.rpartition('.')[2]}/result/{known['artifact']}"
        page.wait_for_timeout(200)


@pytest.fixture(scope="module")
def visited(
    chromium: Browser, server: Server, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Page, list[str]]]:
    """A page of somebody who has made something of each kind, and the addresses of the views."""
    path = tmp_path_factory.mktemp("views") / "garden.png"
    picture(320, 240, seed=4).save(path)
    with visiting(chromium, **DESK) as context:
        page = open_page(context, server)
        sent = page.request.post(
            f"{server.url}studio/upload", params={"name": path.name}, headers={"x-studio": "1"}, data=path.read_bytes()
        ).json()["id"]
        film = asked(page, server, "films?size=draft", {"example": "fox"})["id"]
        yield (
            page,
            [
                made(page, server, "Stylize", "stylize.wash", {"content": sent}, {}),
                made(page, server, "Detect", "detect.provenance", {"media": sent}, {}),
                made(page, server, "Write", "infill.score", {}, {"text": "The fox looked at the sea."}),
                made(page, server, "Compose", "compose.song", {}, {"seconds": 8.0}),
                f"film/{film}",
                *EMPTY,
            ],
        )


@pytest.mark.parametrize(("wide", "high", "scheme"), SIZES)
def test_every_view_is_accessible(visited: tuple[Page, list[str]], server: Server, wide: int, high: int, scheme: Any):
    page, views = visited
    problems = []
    page.set_viewport_size({"width": wide, "height": high})
    page.emulate_media(color_scheme=scheme)
    page.goto("about:blank")  # so that the page is loaded in this scheme, and no colour is on its way to another
    for view in views:
        page.goto(f"{server.url}#/{view}")
        expect(page.locator("h1:visible")).to_have_count(1)
        if "/result/" in view:
            seen = page.locator(".result :is(img, canvas, .verdict-kind, .surprise)").locator("visible=true")
            seen.first.wait_for()
        page.wait_for_function(STILL)
        where = f"{view.split('/result')[0]} at {wide}, {scheme}"
        for one in Axe().run(page, options=RULES).response["violations"]:
            problems += [
                f"{where}: {one['id']} {node['html'][:200]}"
                for node in one["nodes"]
                if "obscured" not in node["failureSummary"]  # scrolled behind the bar that stays
            ]
        if (drawn := page.evaluate("document.documentElement.scrollWidth")) > wide:
            problems.append(f"{where}: {drawn} px wide")
    assert not problems, "\n".join(problems)
