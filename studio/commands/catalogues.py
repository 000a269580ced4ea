"""The files of the catalogues, and their texts that call something by another word than the list of terms (studio/words/terms.toml)."""

from __future__ import annotations

import io
import re
from functools import cache
from pathlib import Path

import tomlkit
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po

from studio.words.catalogue import FOLDER, HOLE

TERMS = Path(__file__).resolve().parents[1] / "words" / "terms.toml"
NOT_WORDS = re.compile(rf"{HOLE.pattern}|\"[^\"]*\"")  # holes, and names in the quotes of JSON

WIDTH = 120
HEADER = """# No native speaker has read this catalogue.
# To correct a text, change what stands after msgstr, run `python -m studio words check`, and send the changed file as a pull request,
# or open an issue with the English text and your own. The words of terms.toml are checked; docs/wording.md says how the studio speaks."""


def catalog_of(language: str) -> Catalog:
    """The file of a language; empty where there is none yet."""
    path = FOLDER / f"{language}.po"
    if not path.is_file():
        return Catalog(locale=language, project="Afternoon Studio", charset="utf-8")
    with path.open("rb") as file:
        return read_po(file, locale=language)


def write(catalog: Catalog, language: str) -> None:
    """The file of a language, in the order of its keys, with the place of each text but no line numbers, so that two people's changes merge."""
    held = io.BytesIO()
    catalog.header_comment = HEADER
    write_po(held, catalog, width=WIDTH, sort_output=True, include_lineno=False, no_location=True, omit_header=False)
    (FOLDER / f"{language}.po").write_bytes(re.sub(rb'"(POT-Creation|PO-Revision)-Date:[^\n]*\n', b"", held.getvalue()))


@cache
def terms_of(language: str) -> dict[str, tuple[str, ...]]:
    """The English terms and what a language calls them; empty for a language without a list."""
    listed = tomlkit.parse(TERMS.read_text("utf-8")).unwrap().get(language, {})
    return {term: tuple(words) for term, words in listed.items()}


def strays_in(catalog: Catalog, language: str) -> list[str]:
    """What is wrong: texts in which a term stands in English, and none of its words in the translation."""
    strays = []
    for message in catalog:
        keys = message.id if isinstance(message.id, tuple | list) else (message.id,)
        strings = message.string if isinstance(message.string, tuple | list) else (message.string,)
        english, translation = (
            " ".join(NOT_WORDS.sub(" ", str(text or "")) for text in texts) for texts in (keys, strings)
        )
        if (
            not english.strip() or not translation.strip() or tuple(keys) == tuple(strings)
        ):  # not translated, or kept on purpose
            continue
        for term, words in terms_of(language).items():
            named = re.search(rf"\b{re.escape(term)}s?\b", english, re.IGNORECASE)
            if named and not any(word.casefold() in translation.casefold() for word in words):
                strays.append(f"{term!r} of {keys[0]!r} is none of {', '.join(words)} in {translation!r}.")
    return strays
