"""The page's words in other languages: what is extracted, what is translated, and which language a visitor gets."""

from __future__ import annotations

import json
import re

import pytest

from studio.commands import words as command
from studio.commands.catalogues import catalog_of, strays_in, terms_of
from studio.web.locale import language_of, page_in, words_script
from studio.words.catalogue import FOLDER, Catalogue, catalogue, chosen
from studio.words.markup import texts_in, translate_page

TRANSLATED = ("de", "es", "fr", "ja")
LEAST_SHARE = 0.5


@pytest.fixture(scope="module")
def page_texts() -> command.Said:
    return command.said_by_the_page()


@pytest.mark.slow
def test_the_texts_of_scripts_signatures_pages_and_refusals_are_found(page_texts: command.Said):
    assert "The film “{name}” was deleted." in page_texts.texts  # film.js
    assert "Paints your photo in the style of any painting, in seconds." in page_texts.texts  # a blurb
    assert "Nothing is lost" in page_texts.texts  # Help
    assert "That is no longer on your shelf." in page_texts.texts  # a refusal
    assert ("{n} scene", "{n} scenes") in page_texts.pairs
    assert not [text for text in page_texts.texts if text.startswith("SELECT")]


@pytest.mark.slow
@pytest.mark.parametrize("language", TRANSLATED)
def test_a_catalogue_is_translated_and_its_holes_and_tags_are_those_of_the_english(
    language: str, page_texts: command.Said
):
    catalog = command.catalog_of(language)
    done, all_ = command.share(catalog, page_texts)
    wrong = command.problems_of(catalog, page_texts)
    assert not [one for one in wrong if one.startswith("The ")], wrong
    unknown = [one for one in wrong if one.startswith("Nothing says")]
    assert len(unknown) <= 0.05 * all_, "run: python -m studio words extract"
    assert done >= LEAST_SHARE * all_


GERMAN = Catalogue(
    "de",
    "ltr",
    {
        "Shelf": "Regal",
        "Colour": "Farbe",
        "{label} must be between {low} and {high}.": "{label} muss zwischen {low} und {high} liegen.",
        "Try again.": "Versuchen Sie es noch einmal.",
        'See <a href="x">this</a>.': 'Siehe <a href="x">dies</a>.',
    },
)


def test_a_sentence_with_values_is_recognised_and_unknown_words_stay():
    assert GERMAN.say("Colour must be between 2 and 64.") == "Farbe muss zwischen 2 und 64 liegen."
    assert GERMAN.say("Colour must be between 2 and 64. Try again.").endswith("liegen. Versuchen Sie es noch einmal.")
    assert GERMAN.say("A film of mine") == "A film of mine" and GERMAN.say("") == ""


def test_html_keeps_its_tags_and_escapes_what_is_said():
    page = '<h2 title="Colour">Shelf</h2><p>See <a href="x">this</a>.</p><script>Shelf</script><p>a &amp; b</p>'
    assert {"Colour", "Shelf", "a & b"} <= set(texts_in(page))
    found = translate_page(page, GERMAN.say)
    assert (
        found == '<h2 title="Farbe">Regal</h2><p>Siehe <a href="x">dies</a>.</p><script>Shelf</script><p>a &amp; b</p>'
    )
    evil = Catalogue("de", "ltr", {"Shelf": '<img src=x onerror="1">', "Colour": '"><script>'})
    assert "<img" not in translate_page("<p>Shelf</p>", evil.say)
    assert "<script>" not in translate_page('<p title="Colour">x</p>', evil.say)


@pytest.mark.parametrize(
    ("asked", "kept", "accepted", "language"),
    [
        ("", "", "", "en"),
        ("", "", "de-AT,de;q=0.9,en;q=0.5", "de"),
        ("", "", "en-US,en;q=0.9,de;q=0.8", "en"),
        ("ja", "de", "fr", "ja"),
        ("", "es", "fr", "es"),
        ("xx", "../de", "*;q=0.1", "en"),
        ("ar-XB", "", "", "ar-XB"),
        ("", "", "ar-XB", "en"),
        ("", "", "fr;q=x,es;q=0.2", "es"),
    ],
)
def test_the_address_goes_before_the_cookie_and_the_cookie_before_the_browser(asked, kept, accepted, language):
    assert chosen(asked, kept, accepted) == language


def test_a_request_is_read_and_a_hostile_one_is_english():
    scope = {"query_string": b"lang=fr", "headers": [(b"accept-language", b"de")]}
    assert language_of(scope) == "fr"
    assert language_of({"query_string": b"", "headers": [(b"cookie", b"studio-language=es")]}) == "es"
    hostile = [(b"cookie", b"\xff;;=\x00"), (b"accept-language", b"," * 5000)]
    assert language_of({"query_string": b"lang=" + b"x" * 5000, "headers": hostile}) == "en"


def test_a_catalogues_script_is_found_by_its_whole_name_only():
    words = catalogue("en-XA")
    page = page_in(words, '<html lang="en"><head></head><body><p>Nothing is lost</p></body></html>')
    assert 'lang="en-XA" dir="ltr"' in page and "Nothing is lost" not in page
    script = '<html lang="en"><script>window.gradio_config = {"components": []};</script></html>'
    name = re.search(r"studio/words/([\w.-]+)", page_in(words, script))[1]
    page_texts = words_script(name).decode().removeprefix("window.studioWords = ").rstrip(";\n")
    assert json.loads(page_texts)["language"] == "en-XA"
    for other in ("de-0.js", "../de.po", "en-XA-000000000000.js", "", name + "x"):
        assert words_script(other) is None


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_catalogue_keeps_to_the_terms_of_its_language_and_says_who_has_read_it(language: str):
    assert terms_of(language) and not strays_in(catalog_of(language), language)
    first = (FOLDER / f"{language}.po").read_text("utf-8").split("msgid", 1)[0]
    assert "No native speaker has read this catalogue" in first and "pull request" in first
