"""Every view of the page, crawled once for each language, width and theme: accessible, nothing cut off, no word of another language, everything named."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from typing import Any, NamedTuple

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, TimeoutError, expect

from studio.words.catalogue import languages
from tests.browser.conftest import (
    DESK,
    STILL,
    Server,
    call,
    open_page,
    press,
    until,
    upload,
    visiting,
    wait_until_still,
)
from tests.day import fifth
from tests.fixtures import picture

pytestmark = pytest.mark.browser

TABS = [
    "film",
    "generate",
    "stylize",
    "animate",
    "write",
    "narrate",
    "compose",
    "detect",
    "lab",
    "red-team",
    "models",
    "help",
]
RULES = {
    "runOnly": {
        "type": "tag",
        "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"],
    },  # targets of 24 px are of 2.2
    "resultTypes": ["violations"],
}
CUT = """() => {
  const wide = document.documentElement.clientWidth, found = [];
  const away = ".sr, .skip, .brand, [role=tablist], .tab-wrapper, .timeline, .strip, .methods, .specimens, .shelf-column, .scenes, legend, canvas, svg";
  for (const one of document.querySelectorAll("button, label, h1, h2, h3, p, summary, figcaption, strong, select, .help")) {
    if (!one.offsetParent || one.closest(away)) continue;
    const box = one.getBoundingClientRect();
    if (box.width > 1 && (box.right > wide + 1 || box.left < -1)) found.push(`${one.tagName} leaves the page: ${one.textContent.trim().slice(0, 40)}`);
    const style = getComputedStyle(one);
    if (one.tagName !== "SELECT" && style.overflowX !== "visible" && style.textOverflow !== "ellipsis" && one.scrollWidth > one.clientWidth + 1) found.push(`${one.tagName} is cut: ${one.textContent.trim().slice(0, 40)}`);
  }
  if (document.documentElement.scrollWidth > wide) found.push("the page scrolls sideways");
  return found;
}"""
FOREIGN = r"""() => {
  const { words } = window.studioWords, kept = new Set(Object.keys(words).filter(key => words[key] === key)), found = [];
  const english = /\b(the|and|with|which|your|this|that|are|then)\b/i, names = "script, style, code, pre, kbd, math, svg, textarea, .known, .models strong, .models .help, [lang]:not(html)";
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const text = walk.currentNode.textContent.trim(), at = walk.currentNode.parentElement;
    if (!text || !at?.offsetParent || at.closest(names) || kept.has(text) || text.includes("(a stub)")) continue;
    if (words[text]) found.push(`not translated: ${text}`);
    else if (english.test(text.replace(/[“„«「"].*?[”“»」"]/g, ""))) found.push(`in English: ${text}`);
  }
  return [...new Set(found)];
}"""
NAMED = (
    "button textbox searchbox combobox slider spinbutton checkbox radio link img tab switch option dialog progressbar"
)
NAMELESS = re.compile(rf"\s*- (?:{NAMED.replace(' ', '|')})(?:\s*\[.*\])?:?$")


class Visit(NamedTuple):
    """One crawl: how the page is looked at, and what is asked of every view."""

    language: str
    wide: int
    high: int
    scheme: Any = "light"
    results: bool = False  # the views with results too, and the rules of WCAG


VISITS = [
    Visit("en", 1440, 900, "light", results=True),
    Visit("en", 390, 844, "dark", results=True),
    Visit("en", 320, 640),  # 1280 at 400 % (WCAG 1.4.10)
]
OTHERS = [code for code in languages() if code != "en"]
LANGUAGES = fifth((Visit(code, 390, 844),) for code in OTHERS)  # today's in `make test`
MORE = [
    Visit("en", 1440, 900, "dark", results=True),
    Visit("en", 1024, 768, "light", results=True),
    Visit("en", 720, 450, "light", results=True),  # 1440 x 900 at 200 %
    *(Visit(code, 1440, 900) for code in OTHERS),
    Visit("ar-XB", 1440, 900),
    Visit("ar-XB", 390, 844),
]


def make_result(page: Page, tab: str, pipeline: str, inputs: dict[str, str], settings: dict[str, Any]) -> str:
    """The address of a result, once it is there."""
    asked = {"tab": tab, "pipeline": pipeline, "inputs": inputs, "settings": settings}
    job = call(page, "POST", "make", asked)["job"]

    def state() -> dict[str, Any]:
        return next(row for row in call(page, "GET", "state")["jobs"] if row["id"] == job)

    until(page, lambda: state()["state"] not in ("queued", "running"))
    assert state()["state"] == "done", state()
    return f"{tab.lower()}/{pipeline.rpartition('.')[2]}/result/{state()['artifact']}"


@pytest.fixture(scope="module")
def visited(
    chromium: Browser, server: Server, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Page, list[str]]]:
    """A page of somebody who has made something of each kind, and the addresses of the results."""
    path = tmp_path_factory.mktemp("views") / "garden.png"
    picture(320, 240, seed=4).save(path)
    with visiting(chromium, **DESK) as context:
        page = open_page(context, server)
        photo = upload(page, path)
        film = call(page, "POST", "films?size=draft", {"example": "fox"})["id"]
        yield (
            page,
            [
                make_result(page, "Stylize", "stylize.wash", {"content": photo}, {}),
                make_result(page, "Detect", "detect.provenance", {"media": photo}, {}),
                make_result(page, "Write", "infill.score", {}, {"text": "The fox looked at the sea."}),
                make_result(page, "Compose", "compose.song", {}, {"seconds": 8.0}),
                f"film/{film}",
            ],
        )


def violations(page: Page) -> list[str]:
    """What axe finds; what is scrolled behind the bar that stays is no fault."""
    page.wait_for_function(STILL)
    return [
        f"{rule['id']} {node['html'][:200]}"
        for rule in Axe().run(page, options=RULES).response["violations"]
        for node in rule["nodes"]
        if "obscured" not in node["failureSummary"]
    ]


def faults(page: Page, visit: Visit, view: str) -> list[str]:
    """What is wrong with the view that is open."""
    expect(page.locator("h1:visible")).to_have_count(1)
    if "/result/" in view:
        seen = page.locator(".result :is(img, canvas, .verdict-kind, .surprise)").locator("visible=true")
        seen.first.wait_for()
    wait_until_still(page)
    with suppress(TimeoutError):  # what is still cut then is said below
        page.wait_for_function(f"!({CUT})().length", timeout=10_000)
    problems = page.evaluate(CUT)
    if visit.results:
        problems += violations(page)
    elif visit.language == "en" and view in TABS[:-2]:
        expect(page.locator(".tabbar [aria-selected=true]")).to_be_in_viewport()
    if visit.language in languages() and visit.language != "en":
        problems += page.evaluate(FOREIGN)
    panel = page.locator(f"#tab-{view.partition('/')[0]}")
    expect(panel.get_by_role("heading", level=1)).to_have_count(1)
    until(page, lambda: len(panel.aria_snapshot().splitlines()) > 6)  # what is asked for first, as the list of models
    nameless = [line.strip() for line in panel.aria_snapshot().splitlines() if NAMELESS.match(line)]
    return problems + [f"without a name: {line}" for line in nameless]


@pytest.fixture(scope="module")
def fresh(chromium: Browser) -> Iterator[Page]:
    """A page of somebody who has made nothing: what visitors write is in their own language."""
    with visiting(chromium, **DESK) as context:
        yield context.new_page()


@pytest.mark.parametrize(
    "visit", [*VISITS, *LANGUAGES, *(pytest.param(visit, marks=pytest.mark.long) for visit in MORE)]
)
def test_every_view(request: pytest.FixtureRequest, server: Server, visit: Visit):
    page, results = request.getfixturevalue("visited") if visit.results else (request.getfixturevalue("fresh"), [])
    page.set_viewport_size({"width": visit.wide, "height": visit.high})
    page.emulate_media(color_scheme=visit.scheme)
    page.goto("about:blank")  # so that the page is loaded in this scheme, and no colour is on its way to another
    page.goto(f"{server.url}?lang={visit.language}#/film")
    page.wait_for_selector("studio-film h1")
    expect(page.locator("html")).to_have_attribute("dir", "rtl" if visit.language == "ar-XB" else "ltr")
    problems = []
    for view in [*results, *TABS, "lab/score"]:
        page.evaluate("view => { location.hash = `#/${view}`; }", view)
        page.wait_for_selector(f"#tab-{view.partition('/')[0]} h1:visible")
        where = f"{view.split('/result')[0]}, {visit.language}, {visit.wide}, {visit.scheme}"
        problems += [f"{where}: {fault}" for fault in faults(page, visit, view)]
    assert not problems, "\n".join(problems)


def test_the_check_finds_an_untranslated_label_and_what_only_the_page_compares_is_not_translated(
    chromium: Browser, server: Server
):
    reader = """async () => (await import(new URL("studio/static/form.js", document.baseURI))).methodOf("Generate").settings.find(one => one.name === "prompt").pictured"""
    with visiting(chromium, **DESK) as context:
        page = context.new_page()
        page.goto(f"{server.url}?lang=de")
        page.wait_for_selector("studio-film h1")
        assert page.evaluate(reader) == "scene"  # in German it was "Szene", and no word was ever asked about
        page.evaluate("document.querySelector('[data-do=shelf]').textContent = 'Shelf'")
        page.evaluate("document.querySelector('studio-film h1').textContent = 'signed, then geändert'")
        assert {"not translated: Shelf", "in English: signed, then geändert"} <= set(page.evaluate(FOREIGN))


def test_german_by_the_browser_then_english_by_the_switch(chromium: Browser, server: Server):
    with visiting(chromium, **DESK, locale="de-DE") as context:
        page = context.new_page()
        page.goto(server.url)
        expect(page.locator("html")).to_have_attribute("lang", "de")
        page.get_by_role("tab", name="Stilisieren", exact=True).click()
        expect(page).to_have_url(re.compile("#/stylize"))
        press(page, "Malen")  # nothing is chosen yet: the refusal of the studio comes in German
        expect(page.locator("studio-slot .fault:visible")).to_contain_text("Fügen Sie zuerst")
        expect(page.get_by_label("Sprache")).to_have_value("de")
        page.get_by_label("Sprache").select_option("en")
        expect(page.get_by_role("tab", name="Stylize", exact=True)).to_be_visible()
        expect(page.locator("html")).to_have_attribute("lang", "en")
