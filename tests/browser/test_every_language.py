"""Every tab in every language: no text of another language but names, prompts and stories, and nothing cut."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser

from studio.words.catalogue import languages
from tests.browser.conftest import DESK, Server, settled, visiting
from tests.browser.test_languages import CUT

pytestmark = pytest.mark.browser
VIEWS = (
    "film",
    "generate",
    "stylize",
    "animate",
    "write",
    "narrate",
    "compose",
    "detect",
    "lab",
    "lab/score",
    "red-team",
    "models",
    "help",
)
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


def test_no_word_of_another_language_and_nothing_cut(chromium: Browser, server: Server):
    problems = []
    with visiting(chromium, **DESK) as context:
        page = context.new_page()
        for language in [code for code in languages() if code != "en"]:
            page.goto(f"{server.url}?lang={language}#/film")  # else the tab that was open last
            page.wait_for_selector("studio-film h1")
            for view in VIEWS:
                page.evaluate("view => { location.hash = `#/${view}`; }", view)
                page.wait_for_selector(f"#tab-{view.partition('/')[0]} h1:visible")
                settled(page)
                problems += [f"{language}, {view}: {said}" for said in page.evaluate(FOREIGN) + page.evaluate(CUT)]
    assert not problems, "\n".join(problems)


def test_the_check_finds_an_untranslated_label(chromium: Browser, server: Server):
    with visiting(chromium, **DESK) as context:
        page = context.new_page()
        page.goto(f"{server.url}?lang=de")
        page.wait_for_selector("studio-film h1")
        page.evaluate("document.querySelector('[data-do=shelf]').textContent = 'Shelf'")
        page.evaluate("document.querySelector('[data-do=queue]').textContent = 'signed, then geändert'")
        assert {"not translated: Shelf", "in English: signed, then geändert"} <= set(page.evaluate(FOREIGN))


def test_what_only_the_page_compares_is_not_translated(chromium: Browser, server: Server):
    reader = """async () => (await import(new URL("studio/static/form.js", document.baseURI))).methodOf("Generate").settings.find(one => one.name === "prompt").pictured"""
    with visiting(chromium, **DESK) as context:
        page = context.new_page()
        page.goto(f"{server.url}?lang=de")
        page.wait_for_selector("studio-film h1")
        assert page.evaluate(reader) == "scene"  # in German it was "Szene", and no word was ever asked about
