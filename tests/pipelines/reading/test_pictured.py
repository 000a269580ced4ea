"""Which picture stands for a word that has none, and which words are offered in its place."""

from __future__ import annotations

from pipelines.figures.kinds import animals
from pipelines.reading import wordnet
from pipelines.reading.pictured import pictures
from pipelines.reading.told import Entity
from pipelines.scenes import drawings, painted_things, performers


def test_an_animal_without_a_record_falls_on_the_nearest_one_and_that_is_said():
    drawn_for = pictures(drawings.vocabulary().nouns).drawn_for
    for word, near in (("okapi", "giraffe"), ("wolverine", "badger"), ("kestrel", "falcon"), ("sturgeon", "pike")):
        noun, about = drawn_for(Entity("asked", "animal", word, word))
        assert (noun, about and about.word) == (near, word), word
    assert drawn_for(Entity("asked", "animal", "wombat", "wombat")) == ("wombat", None)


def test_every_animal_of_the_table_is_one_of_wordnet_and_stands_for_a_record():
    kinds = performers.kinds()
    for word, (noun, size, colour) in performers.BEASTS.items():
        assert kinds[noun] in animals() and 0.3 <= size <= 3.0 and (not colour or colour[0] == "#"), word
        assert word not in kinds, word
    assert sum(bool(wordnet.senses(word)) for word in performers.BEASTS) == len(performers.BEASTS) > 3000


def test_who_stands_for_another_has_its_size_and_colour():
    plain = performers.character_of("giraffe")
    okapi = performers.stand_for(plain, "okapi")
    assert okapi.metres < 0.6 * plain.metres and okapi.params["fur"] != plain.params["fur"]
    assert performers.stand_for(plain, "giraffe") == plain == performers.stand_for(plain, "kestrel")


def test_the_nearest_words_are_near_or_there_are_none():
    drawn = pictures(drawings.vocabulary().nouns, painted_things.words())
    assert {"hat", "cap"} <= set(drawn.nearest("helmet", 6)) and "clock" in drawn.nearest("watch")
    assert not {"bridge", "doll", "beetle", "cook"} & {
        near for word in ("moat", "soldier", "gutter") for near in drawn.nearest(word)
    }
