"""Whether a text is English: other languages, mixed texts, accents and names."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pipelines.infill.parts.blanks import read_template
from pipelines.infill.parts.english import ENGLISH_ONLY, foreign_near, foreign_notes
from pipelines.infill.parts.networks import own_vocabulary

FOREIGN = (
    "Ich trinke jeden Morgen eine Tasse ____ mit Milch.",
    "Guten ____ Frau Meier",
    "Das Haus ist ____.",
    "Le chat dort sur la ____ de la maison.",
    "Ma soeur est en ____ a Paris",
    "El perro corre por la ____ todos los días.",
    "La ____ es roja",
    "Il gatto dorme sul ____.",
    "O gato dorme na ____.",
    "De kat slaapt op de ____.",
    "Katten sover på ____.",
    "Kot śpi na ____.",
    "Кошка спит на ____.",
    "猫は____で寝ています。",
    "Kedi ____ üzerinde uyuyor.",
)
ENGLISH = (
    "She put the ____ on and made a cup of tea.",
    "Click the icon in the ____ and select Wi-Fi.",
    "Hello ____",
    "The ____ sat.",
    "The café's naïve ____ served crème brûlée.",
    "José and María went to the ____ in São Paulo.",
    "Mr Müller lives in Zürich and drinks ____ every day.",
    'He told me "Je ne sais pas" and ____ the door.',
    "Twas brillig and the slithy toves did ____ and gimble in the wabe",
)
MIXED = (
    ("She put the kettle on. Die Katze schläft auf dem ____ im Garten.", True),
    ("Die Katze schläft auf dem Sofa im Garten. She put the ____ on and made tea.", False),
    ("She put the ____ on and made tea. Die Katze schläft auf dem Sofa im Garten.", False),
    ("She made a cup of tea. Puis elle est allée à la ____ avec son frère.", True),
    ("She put the ____ on. Die Katze schläft auf dem [2 words] im Garten.", True),
)


@pytest.fixture(scope="module")
def known_words():
    return own_vocabulary().known


@pytest.mark.parametrize("text", FOREIGN)
def test_another_language_is_told(text, known_words):
    assert foreign_near(read_template(text).parts, known_words)


@pytest.mark.parametrize("text", ENGLISH)
def test_names_and_accents_are_english(text, known_words):
    assert not foreign_near(read_template(text).parts, known_words)


@pytest.mark.parametrize(("text", "foreign"), MIXED)
def test_in_a_mixed_text_the_sentence_of_the_blank_counts(text, foreign, known_words):
    assert foreign_near(read_template(text).parts, known_words) is foreign


def test_a_network_of_a_hub_may_know_other_languages():
    own = own_vocabulary()
    parts = read_template("Die Katze ____ in der Sonne.").parts
    assert foreign_notes(parts, own) == [ENGLISH_ONLY]
    assert foreign_notes(parts, replace(own, known=None)) == []
