"""The text front end: what is written into what is said, and how that is pronounced."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from pipelines.audio import voices
from pipelines.core.models import MissingModel
from pipelines.core.settings import Refusal
from pipelines.narrate.parts import checks, phrasing, pronounce, script
from pipelines.narrate.parts.wording import tokens


@pytest.fixture(scope="module")
def american():
    try:
        with pronounce.tongue(False) as side:
            yield side
    except MissingModel:
        pytest.skip("the dictionaries are not on this machine")


@pytest.fixture(scope="module")
def british():
    try:
        with pronounce.tongue(True) as side:
            yield side
    except MissingModel:
        pytest.skip("the dictionaries are not on this machine")


def say_words(text: str, british: bool = False) -> str:
    acronyms = {"NASA", "NATO"}
    return " ".join(
        word for token in tokens(text, british=british, pronounceable=acronyms.__contains__) for word in token.says
    )


@pytest.mark.parametrize(
    "written, spoken",
    [
        ("$3.50", "three dollars and fifty cents"),
        ("£1.2bn", "one point two billion pounds"),
        ("$1", "one dollar"),
        ("$0.99", "ninety nine cents"),
        ("10:05 a.m.", "ten oh five A M"),
        ("9:00", "nine o'clock"),
        ("7pm", "seven P M"),
        ("2026-11-24", "November twenty fourth twenty twenty six"),
        ("Nov. 3rd", "November third"),
        ("in 1999", "in nineteen ninety nine"),
        ("in 2009", "in two thousand nine"),
        ("the 1990s", "the nineteen nineties"),
        ("1,234", "one thousand two hundred thirty four"),
        ("−5 °C", "minus five degrees Celsius"),
        ("3.2 GHz", "three point two gigahertz"),
        ("45.5%", "forty five point five percent"),
        ("1st of 1,000,000th", "first of one millionth"),
        ("1/2 and 3/4", "one half and three quarters"),
        ("10–20", "ten to twenty"),
        ("555-1234", "five five five, one two three four"),
        ("Dr. Smith vs. Prof. Jones etc.", "Doctor Smith versus Professor Jones et cetera"),
        ("12 High St. near St. Paul", "twelve High Street near Saint Paul"),
        ("FBI, NASA and URLs", "F B I NASA and U R L's"),
        ("MP3 and H2O", "M P three and H two O"),
        ("Henry VIII and World War II", "Henry the eighth and World War two"),
        ("www.site.org or a@b.com", "site dot org or a at b dot com"),
        ("R&D at 100%", "R and D at one hundred percent"),
        ("THIS IS LOUD", "this is loud"),
    ],
)
def test_what_is_written_is_said(written, spoken):
    assert say_words(written) == spoken


def test_british_dates_and_numbers():
    assert say_words("3/4/2020", british=True) == "the third of April twenty twenty"
    assert say_words("3/4/2020") == "March fourth twenty twenty"
    assert say_words("101", british=True) == "one hundred and one" and say_words("101") == "one hundred one"


def test_tokens_put_together_are_the_text():
    text = "It cost $3.50 (or £2), he said — “no more” — at 10:05 a.m. on Nov. 3rd!"
    assert "".join(token.shown for token in tokens(text)) == text


@pytest.mark.weights
@pytest.mark.parametrize(
    "sentence, word, sounds",
    [
        ("I will read it", "read", "ɹˈid"),
        ("he read it yesterday", "read", "ɹˈɛd"),
        ("they live here", "live", "lˈɪv"),
        ("a live show", "live", "lˈIv"),
        ("the wind blew", "wind", "wˈɪnd"),
        ("to wind the clock", "wind", "wˈInd"),
        ("close the door", "close", "klˈOz"),
        ("she is close", "close", "klˈOs"),
        ("the record broke", "record", "ɹˈɛkəɹd"),
        ("to record it", "record", "ɹəkˈɔɹd"),
        ("a lead pipe", "lead", "lˈɛd"),
        ("the lead singer", "lead", "lˈid"),
        ("in the desert", "desert", "dˈɛzəɹt"),
        ("do not desert us", "desert", "dəzˈɜɹt"),
        ("I used to sing", "used", "jˈust"),
        ("it was used up", "used", "jˈuzd"),
    ],
)
def test_heteronyms(american, sentence, word, sounds):
    words = sentence.split()
    found = american.say(words, [""] * (len(words) - 1) + ["."])
    assert found[words.index(word)].phonemes == sounds


@pytest.mark.weights
def test_neighbours_decide_small_words(american):
    found = american.say(["the", "apple", "and", "the", "dog", "went", "to", "eat", "to", "live"], [""] * 10)
    assert [word.phonemes for word in found if word.text in ("the", "to")] == ["ði", "ðə", "tʊ", "tə"]


@pytest.mark.weights
def test_unknown_words_are_guessed_and_say_so(american, british):
    word = american.say(["glorptastic"], [""])[0]
    assert not word.certain and word.phonemes.count("ˈ") == 1
    assert "ɹ" not in british.say(["blorp"], [""])[0].phonemes  # southern British drops it
    assert american.say(["walked"], [""])[0].phonemes == "wˈɔkt" and american.knows("walked")


@pytest.mark.weights
def test_what_the_writer_says_wins(american):
    sentence = script.parse("Ask {Hugo|ˈhjuːɡoʊ} for *the* news.").sentences[0]
    phrase = phrasing.phrases(sentence, american)[0]
    by_word = {span.shown.strip(" ."): span for span in phrase.spans}
    assert phrase.phonemes[by_word["Hugo"].start : by_word["Hugo"].end] == "ˈhjuːɡO"
    assert phrase.phonemes[by_word["the"].start : by_word["the"].end] == "ðˈə"
    emphasised = phrase.deliveries[by_word["the"].start]
    assert emphasised == phrasing.EMPHASIS and phrase.deliveries[by_word["news"].start] == phrasing.PLAIN


@pytest.mark.weights
def test_long_sentences_come_in_phrases_without_losing_words(american):
    sentence = script.parse(", ".join(["seven quiet elephants wandered through the marketplace"] * 30)).sentences[0]
    made = phrasing.phrases(sentence, american)
    assert len(made) > 1 and max(len(phrase.phonemes) for phrase in made) <= 320
    assert "".join(span.shown for phrase in made for span in phrase.spans) == sentence.text
    assert all(len(phrase.deliveries) == len(phrase.phonemes) for phrase in made)


def test_sentences_end_where_they_end():
    read = script.parse("Dr. Smith left at 5 p.m. He said “Stop!” and ran. J. R. R. Tolkien wrote it... Really?")
    assert [sentence.text for sentence in read.sentences] == [
        "Dr. Smith left at 5 p.m.",
        "He said “Stop!” and ran.",
        "J. R. R. Tolkien wrote it...",
        "Really?",
    ]


def test_dialogue_styles_and_pauses():
    read = script.parse("Anna (softly): Who is *there*? [pause 0.7s] Speak!\n\nBen: Only me.\nAnd the cat.")
    assert [(s.speaker, s.style, s.pause_seconds) for s in read.sentences] == [
        *(("Anna", "softly", 0.7), ("Anna", "softly", None), ("Ben", "", None), ("Ben", "", None))
    ]
    assert script.parse("Note: one colon is no dialogue.").speakers == [""]
    assert script.parse("Narrator (softly): One line.").sentences[0].style == "softly"
    with pytest.raises(Refusal, match="softly"):
        script.parse("Anna (greenly): What?\nBen: Hm.")
    with pytest.raises(Refusal, match="10 seconds"):
        script.parse("Wait. [pause 90s] Go.")


def test_the_page_offers_the_styles_there_are():
    page = (Path(__file__).parents[3] / "studio" / "web" / "static" / "writing.js").read_text("utf-8")
    assert re.findall(r'"(\w+)"', page.partition("STYLES = ")[2].partition(";")[0]) == list(script.styles())


def test_cast():
    first = voices.Blend((("af_heart", 1.0),))
    cast = voices.cast_from("Ben = 0.7*Michael + 0.3*George")
    chosen = voices.assign_voices(["Anna", "Ben", "Cleo"], first, cast)
    assert chosen["Anna"] == first and chosen["Ben"].parts == (("am_michael", 0.7), ("bm_george", 0.3))
    assert chosen["Cleo"].parts[0][0] not in ("af_heart", "am_michael")
    with pytest.raises(Refusal, match="There is no voice"):
        voices.cast_from("Ben = Zeus")


@pytest.mark.parametrize(
    "text, about",
    [
        ("", "no words"),
        ("  \n ", "no words"),
        ("🙂🎉🙂", "no words"),
        ("?!…", "no words"),
    ],
)
def test_refusals_before_any_work(text, about):
    from pipelines.narrate.speak import speak

    with pytest.raises(Refusal, match=about):
        speak(text=text)


@pytest.mark.weights
@pytest.mark.parametrize(
    "text, about",
    [
        ("Привет, как у тебя дела сегодня?", "Cyrillic"),
        ("今日はとても良い天気ですね。", "in Japanese"),
        ("el perro come mientras nosotros miramos hacia aquella montaña lejana", "look like English"),
        ("wir gehen heute nachmittag gemeinsam durch unseren schönen wald spazieren", "look like English"),
    ],
)
def test_other_languages_are_refused(american, text, about):
    def read_in_english(said):
        read = script.parse(said)
        checks.languages(
            read, voices.assign_voices(read.speakers, voices.Blend((("af_heart", 1.0),)), {}), {"en-us": american}
        )

    with pytest.raises(Refusal, match=about):
        read_in_english(text)
    read_in_english("Seven quiet elephants wandered through the marketplace near Znojmo.")
