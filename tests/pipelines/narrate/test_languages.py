"""Other languages than English: how words are said by their spelling, what numbers become, which voice reads what."""

from __future__ import annotations

import pytest

from pipelines.audio import voices
from pipelines.core.models import where
from pipelines.core.settings import Refusal
from pipelines.narrate.parts import checks, kokoro, phrasing, script
from pipelines.narrate.parts.japanese import SUDACHI
from pipelines.narrate.parts.numerals import chinese, in_words
from pipelines.narrate.parts.spelling import Spelling, apart, describe_language
from pipelines.narrate.parts.tongues import tongue

TEXTS = {
    "es": "¿Dónde está el señor García? ¡Pagó 12,50 € el 5/3/2024, a las 9:30!",
    "fr": "L'hiver dernier, « les enfants » ont payé 12,50 € à 9h30 ; c'est-à-dire beaucoup.",
    "it": "C'è un po' d'acqua: costa 1.200 euro, il 3º giorno, alle 9:30.",
    "pt": "O irmão não tem R$ 3,20; são 5 km até à praia.",
    "zh": "2024年3月5日，“今天”很好！他花了12.5元。",
}


def say_phonemes(language, text):
    with tongue(language) as speech:
        [sentence] = script.parse(text).sentences
        return " ".join(phrase.phonemes for phrase in phrasing.phrases(sentence, speech))


@pytest.mark.parametrize(
    "language, text, phonemes",
    [
        ("es", "La guitarra vieja", "la ɡitˈara bjˈexa."),
        ("es", "Ciudad, pingüino, había", "θjuðˈað, piŋɡwˈino, aβˈia."),
        ("fr", "Les enfants mangent des feuilles", "lez ɑ̃fˈɑ̃ mˈɑ̃ʒ de fˈœj."),
        ("fr", "Les héros travaillaient", "le eʁˈo tʁavajˈɛ."),
        ("it", "Gli gnocchi, perché, città", "ʎi ɲˈokːi, perkˈe, ʧitːˈa."),
        ("pt", "O coração da menina", "ʊ koɾasˈɐ̃ʊ̃ dɐ menˈinɐ."),
        ("zh", "银行的行长", "i↗nxa↗ŋ tɤ xa↗ŋꭧa↓ŋ."),
    ],
)
def test_words_are_said_as_they_are_spelled(language, text, phonemes):
    assert say_phonemes(language, text) == phonemes


@pytest.mark.parametrize("language, text", TEXTS.items())
def test_what_is_shown_is_the_text_and_every_sound_is_known_to_the_network(language, text):
    with tongue(language) as speech:
        made = list(speech.tokens(text))
    assert "".join(token.shown for token in made) == text
    table = describe_language(language)
    sounds = [sound for _, sound in table.get("rules", ())] + list(table.get("words", {}).values())
    sounds += [*table.get("initials", {}).values(), *table.get("finals", {}).values()]
    speech = Spelling.__new__(Spelling) if language == "zh" else Spelling(language)
    known = set(kokoro.SYMBOLS) | {"=", "0"}

    assert not {sign for sound in sounds for sign in apart(sound)} - known, speech


def test_numbers_dates_money_and_times_become_words():
    def words(language, text):
        with tongue(language) as speech:
            return " ".join(word for token in speech.tokens(text) for word in token.says)

    assert words("es", "12,50 € y 1 km") == "doce euros con cincuenta y un kilómetro"
    assert words("es", "el 5/3/2024") == "el cinco de marzo de dos mil veinticuatro"
    assert words("fr", "à 9h30, 98 %") == "à neuf heures trente quatre vingt dix huit pour cent"
    assert words("it", "Sig. Rossi, 1.200 m") == "signor Rossi milleduecento metri"
    assert words("pt", "R$ 1,05") == "um real e cinco"
    assert words("zh", "2024年") == "二 零 二 四 年"


def test_chinese_numbers():
    written = (0, 10, 12, 20, 105, 110, 1005, 1050, 10_000, 20_304, 100_000_001)
    said = "零 十 十二 二十 一百零五 一百一十 一千零五 一千零五十 一万 二万零三百零四 一亿零一"
    assert " ".join(map(chinese, written)) == said
    assert in_words("3.14", describe_language("zh")) == "三 点 一 四"


@pytest.mark.skipif(where(SUDACHI) is None, reason="the Japanese dictionary is not on this machine")
def test_japanese_is_read_with_its_particles():
    assert say_phonemes("ja", "今日は学校へ行きました。") == "kʲoː βa ɡaʔkoː e ikʲimaɕita."
    with tongue("ja") as speech:
        made = list(speech.tokens("12月3日に、本を読んだ。"))
    assert "".join(token.shown for token in made) == "12月3日に、本を読んだ。"
    assert "".join(made[0].says) == "ジューニ"


@pytest.mark.parametrize(
    "voice, text, about",
    [
        ("af_heart", "El zorro mira el mar y la barca espera en el puerto.", "look like English"),
        ("af_heart", "Guten Morgen, liebe Welt, wie geht es dir heute?", "looks like German"),
        ("ef_dora", "The fox was there and it ran to the river", "looks like English"),
        ("ef_dora", "Привет, как у тебя дела", "Cyrillic"),
        ("zf_xiaoxiao", "Nobody is here", "Latin letters"),
        ("zf_xiaoxiao", "我喜欢iPhone。", "iPhone"),
    ],
)
def test_a_voice_refuses_what_its_language_has_not(voice, text, about):
    read = script.parse(text)
    assigned = voices.assign_voices(read.speakers, voices.Blend(((voice, 1.0),)), {})
    language = assigned[""].language
    with pytest.raises(Refusal, match=about), tongue(language) as speech:
        checks.languages(read, assigned, {language: speech})
        phrasing.phrases(read.sentences[0], speech)


def test_speakers_without_a_voice_get_one_of_the_same_language():
    chosen = voices.assign_voices(["Ana", "Luis", "Eva", "Rosa"], voices.Blend((("ef_dora", 1.0),)), {})
    assert {blend.language for blend in chosen.values()} == {"es"}
    english = voices.assign_voices([str(n) for n in range(20)], voices.Blend((("af_heart", 1.0),)), {})
    assert {blend.language for blend in english.values()} == {"en-us", "en-gb"}
    given = [checks.voice_of(language, "af_heart") for language in ("", "en", "es", "zh")]
    assert given == ["af_heart", "af_heart", "ef_dora", "zf_xiaoxiao"]
