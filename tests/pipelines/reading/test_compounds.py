"""Compounds and set phrases: each is found in the middle of a sentence and in the plural, and none of its nouns that are not meant is drawn."""

from __future__ import annotations

import json
import random

import pytest

from pipelines.core.models import where
from pipelines.language.compounds import DEED, FOLDER, READ_AS, Compound, compounds, find_compounds
from pipelines.language.plurals import plural
from pipelines.reading import nouns, reader
from pipelines.reading.cards import CARDS
from pipelines.reading.pictured import pictures
from pipelines.scenes import drawings, painted_things
from pipelines.scenes.words import HOUR_OF, WEATHER_OF

FIELDS = {"draw", "not", "place", "hour", "weather", "verb"}
BEND = ("ideas", "manners", "looks", "colours", "hours", DEED)  # kinds of which there are not several


def several(compound: Compound) -> str:
    head, of, rest = compound.words.partition(" of ")
    return compound.words if compound.kind in BEND else f"{plural(head)}{of}{rest}"


def test_records_have_known_fields_and_nouns_with_a_drawing():
    known = drawings.vocabulary()
    for file in FOLDER.glob("*.json"):
        assert file.stem in {*READ_AS, "hours"}
        assert all(set(row) <= FIELDS for row in json.loads(file.read_text("utf-8")).values()), file
    for compound in compounds():
        assert compound.hour in ("", *HOUR_OF.values()) and compound.weather in ("", *WEATHER_OF.values())
        for noun in compound.draw:
            assert known.find(noun) or nouns.kind_of(noun) in nouns.FIGURES, (compound.words, noun)
            assert noun not in compound.unmeant, compound.words


def test_each_is_found_in_the_middle_of_a_sentence_and_in_the_plural():
    for compound in compounds():
        for text in {
            compound.words,
            several(compound),
            " ".join("their" if word == "her" else word for word in compound.words.split()),
        }:
            (match,) = find_compounds(["Then", *text.split(), "again"])
            assert (match.start, match.end) == (1, len(text.split()) + 1), text
            assert not set(match.compound.unmeant) & {match.compound.noun, *match.compound.draw}, text


def test_verbs_bend_commas_part_and_a_name_is_no_compound():
    words = [
        "he",
        "kicked",
        "the",
        "bucket",
        ",",
        "dropped",
        "a",
        "hint",
        ",",
        "ran",
        "a",
        "bath",
        "and",
        "ate",
        "hot",
        ",",
        "dog",
        "and",
        "hot",
        "soup",
    ]
    words += [";", "their", "dog", "Biscuit", "met", "the", "cow", "Bluebell"]
    assert [match.compound.words for match in find_compounds(words)] == ["kick the bucket", "drop a hint", "run a bath"]


@pytest.mark.weights
@pytest.mark.skipif(any(where(card) is None for card in CARDS), reason="the parser is not on this machine")
def test_nothing_that_is_not_meant_is_drawn():
    drawn = pictures(drawings.vocabulary().nouns, painted_things.words())
    sample = [compound for compound in random.Random(0).sample(compounds(), 170) if compound.kind not in BEND]
    for compound in sample:
        text = f"Anna saw the {compound.words} near two {several(compound)} and smiled."
        shown = {drawn.drawn_for(entity)[0] for entity in reader.read(text).entities}
        assert not shown & set(compound.unmeant), (text, shown)
    # a word that stands in for a hidden verb ("goes to sleep") makes no compound
    story = reader.read("Our startup grew. The hot soup stood on the table. The bear yawns and drifts to sleep.")
    assert not story.sentences[0].takes_part and "soup-1" in story.sentences[1].things
