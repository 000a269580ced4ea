"""The page in other languages: chosen by the browser, the address and the switch; from right to left nothing is cut off or scrolls sideways."""

from __future__ import annotations

import re
from contextlib import suppress

import pytest
from playwright.sync_api import Browser, Page, TimeoutError, expect

from tests.browser.conftest import Server, press

pytestmark = pytest.mark.browser
TABS = ("Film", "Generate", "Detect", "Help")
CUT = """() => {
  const wide = document.documentElement.clientWidth, found = [];
  const away = ".sr, .skip, .brand, [role=tablist], .tab-wrapper, .timeline, .strip, .specimens, .shelf-column, .scenes, legend, canvas, svg";
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


def opened(chromium: Browser, server: Server, language: str = "", *, width: int = 1440, **more) -> Page:
    context = chromium.new_context(viewport={"width": width, "height": 844}, **more)
    page = context.new_page()
    page.goto(server.url + (f"?lang={language}" if language else ""))
    page.wait_for_selector("studio-film h1")
    return page


def test_german_by_the_browser_then_english_by_the_switch(chromium: Browser, server: Server):
    page = opened(chromium, server, locale="de-DE")
    expect(page.locator("html")).to_have_attribute("lang", "de")
    page.get_by_role("tab", name="Stilisieren", exact=True).click()
    expect(page).to_have_url(re.compile("#/stylize"))
    press(page, "Malen")  # nothing is chosen yet: the refusal of the studio comes in German
    expect(page.locator("studio-slot .fault:visible")).to_contain_text("Bitte fügen Sie zuerst")
    expect(page.get_by_label("Sprache")).to_have_value("de")
    page.get_by_label("Sprache").select_option("en")
    expect(page.get_by_role("tab", name="Stylize", exact=True)).to_be_visible()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    page.context.close()


@pytest.mark.parametrize(
    ("language", "width"),
    [
        pytest.param("ar-XB", 1440, marks=pytest.mark.long),
        pytest.param("ar-XB", 390, marks=pytest.mark.long),
        pytest.param("de", 1440, marks=pytest.mark.long),
        ("de", 390),
    ],
)
def test_nothing_is_cut_off_in_long_words_or_from_right_to_left(
    chromium: Browser, server: Server, language: str, width: int
):
    page = opened(chromium, server, language, width=width)
    expect(page.locator("html")).to_have_attribute("dir", "rtl" if language == "ar-XB" else "ltr")
    for name in TABS:
        page.evaluate("name => { location.hash = `#/${name.toLowerCase()}`; }", name)
        page.wait_for_selector(f"#tab-{name.lower()} h1:visible")
        with suppress(TimeoutError):  # what is still cut then is said below
            page.wait_for_function(f"!({CUT})().length", timeout=30_000)
        assert not (found := page.evaluate(CUT)), (name, found)
    page.context.close()
