"""Blanks, rules and presets, on a small network of random weights: what may vary does, what may not does not."""

from __future__ import annotations

import itertools
import json
import re

import pytest

from pipelines.core.settings import Refusal, check_settings, settings_of
from pipelines.infill.diffuse import diffuse
from pipelines.infill.parts.blanks import read_template
from pipelines.infill.parts.networks import own_vocabulary
from pipelines.infill.parts.vocabulary import laid_out
from pipelines.infill.score import score

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("with_small")]
LINE = "Snow covered the ____ of the houses."


def middle(text: str, before: str, after: str) -> list[str]:
    """The words between two fixed ends, which must be there untouched."""
    assert text.startswith(before) and text.endswith(after)
    return re.findall(r"[A-Za-z]+", text[len(before) : len(text) - len(after)])


def test_signs_of_blanks_are_read():
    made = read_template("A ____ and [3 words] or […] or [...], {the end}.")
    assert [blank.words for blank in made.blanks] == [1, 3, None, None]
    assert made.parts[0] == "A " and made.parts[-1] == ", the end."
    assert [made.parts[n][a:b] for n, a, b in made.locked] == ["the end"]
    with pytest.raises(Refusal, match="1 to 20"):
        read_template("[40 words]")
    with pytest.raises(Refusal, match="at most"):
        read_template("____ " * 100)


def test_only_blanks_change_and_word_counts_are_kept():
    filled = diffuse(text="The old man [3 words] the ____ fire, Sir.", seed=3)
    first, second = filled.detail["blanks"]
    assert filled.text[: first["start"]] == "The old man " and filled.text[second["end"] :] == " fire, Sir."
    assert filled.text[first["end"] : second["start"]] == " the "
    assert len(first["words"].split()) == 3 and len(second["words"].split()) == 1
    assert filled.text[first["start"] : first["end"]] == first["words"]
    known = own_vocabulary().known
    assert all(word.lower() in known for word in (first["words"] + " " + second["words"]).split())


def test_the_page_can_draw_everything_from_the_detail():
    filled = diffuse(text="They [2 words] and […] home.", seed=5)
    detail = json.loads(json.dumps(filled.detail))
    state: dict[tuple[int, int], str] = {}
    for step in detail["steps"]:
        state[step["blank"], step["place"]] = step["piece"]
        assert 0 < step["confidence"] <= 1 and step["runner_up"] != step["piece"]
    for step in detail["steps"]:
        assert filled.text[step["start"] : step["end"]].lower() == state[step["blank"], step["place"]]
    assert [step["step"] for step in detail["steps"]] == sorted(step["step"] for step in detail["steps"])
    for blank in detail["blanks"]:
        assert sum(other["share"] for other in blank["alternatives"]) == pytest.approx(1, abs=0.01)
        assert blank["words"] in [other["words"] for other in blank["alternatives"]]
    assert detail["drafts"][0]["text"] == filled.text
    assert detail["cost"]["network_calls"] > 0


def test_the_same_seed_gives_the_same_words():
    once, again, other = (diffuse(text="[4 words] went.", seed=seed) for seed in (1, 1, 2))
    assert once.text == again.text and once.detail["blanks"] == again.detail["blanks"]
    assert once.text != other.text


def test_words_can_be_forbidden():
    word = diffuse(text=LINE).detail["blanks"][0]["words"]
    other = diffuse(text=LINE, forbidden=word)
    assert word.lower() not in [a["words"].lower() for a in other.detail["blanks"][0]["alternatives"]]


def test_an_article_fits_and_no_word_is_doubled():
    for seed in range(2):
        made = diffuse(text="It was an ____ and a ____ of it.", seed=seed)
        after = re.match(r"It was an (\w)\w* and a (\w)", made.text)
        assert after and after[1] in "aeiouh" and after[2] not in "aei"
        words = diffuse(text="[6 words] the [2 words].", seed=seed).text.lower().rstrip(".").split()
        assert all(a != b for a, b in itertools.pairwise(words))


def test_a_long_text_is_read_in_windows(with_small):
    long = "The wind moved over the hills and the sea was grey. " * 480
    text = long[:12000] + "the ____ came. " + long[12000:] + " And [2 words] again."
    made = diffuse(text=text)
    assert len(text.split()) > 5000 and max(with_small.seen) <= 128
    assert made.text.startswith(long[:12000] + "the ") and made.text.endswith(" again.")
    assert len(made.detail["blanks"]) == 2


def test_odd_texts_are_filled_or_refused_in_words():
    with pytest.raises(Refusal, match="no blank"):
        diffuse(text="Nothing to fill.")
    with pytest.raises(Refusal, match="empty"):
        check_settings(settings_of(diffuse), {"text": "  "})
    only = diffuse(text="____ ____ […]")
    assert only.text[0].isupper() and len(only.detail["blanks"]) == 3
    german = diffuse(text="Der alte Mann ging langsam zum ____ und schwieg lange.")
    assert "English" in german.detail["notes"][0] and german.text.endswith(" und schwieg lange.")
    assert diffuse(text="雪が____降る。🙂").text.endswith("降る。🙂")
    assert not diffuse(text=LINE).detail["notes"]
    two = diffuse(text="One ____.\n\n____ day.")
    assert re.fullmatch(r"One \w+\.\n\n[A-Z]\w* day\.", two.text)


def test_presets_set_their_own_blanks():
    finished = diffuse(text="The lighthouse stood on the rock and", preset="finish")
    assert len(middle(finished.text, "The lighthouse stood on the rock and ", ".")) == 6
    varied = diffuse(text="A {small} boat on a quiet lake.", preset="vary", amount=1)
    assert re.fullmatch(r"An? small \w+ on a \w+ \w+\.", varied.text)
    titled = diffuse(text="A fisherman finds a lantern.", preset="title", seed=2)
    assert len(titled.text.split("\n")) == 2 and "fisherman finds" not in titled.text
    tidied = diffuse(text="The weather that evening was carpet and cold.", preset="tidy", amount=0.3)
    assert tidied.text.startswith("The ") and tidied.text.endswith("cold.")
    with pytest.raises(Refusal, match="blanks already"):
        diffuse(text=LINE, preset="vary")
    with pytest.raises(Refusal, match="could be changed"):
        diffuse(text="{A boat}.", preset="vary")


def test_pieces_become_words_with_capitals_and_spaces():
    v = own_vocabulary()
    ids = [piece.id for piece in v.encode("he left, lantern-light; it was monday")]
    shown, spans = laid_out(ids, v, "Dark. ")
    assert shown == "He left, lantern-light; it was Monday"
    assert all(shown[a:b].lower() == v.texts[i] for i, (a, b) in zip(ids, spans))
    assert laid_out(ids[:1], v, "Then ")[0] == "he"
    assert laid_out(v_ids(v, "i"), v, "and ")[0] == "I"


def v_ids(v, text):
    return [piece.id for piece in v.encode(text)]


def test_score_marks_every_word_of_the_text():
    text = "Snow covered the roofs.\n\nNobody came."
    scored = score(text=text)
    pieces = scored.detail["pieces"]
    assert "".join(text[p["start"] : p["end"]] for p in pieces) == re.sub(r"\s", "", text)
    assert all(p["bits"] >= 0 and len(p["expected"]) == 3 for p in pieces)
    assert scored.detail["bits_a_character"] > 0 and scored.detail["standard_error"] > 0
    assert scored.text == text
    with pytest.raises(Refusal, match="no word"):
        score(text="\u200b\n")


def test_a_run_can_be_stopped_at_every_network_call():
    seen = []

    def report(progress):
        seen.append(progress)
        if len(seen) == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        diffuse(text="[6 words] there.", report=report)
    assert len(seen) == 3


def test_finishing_a_line_by_another_number_of_words_is_understood_in_an_older_recipe():
    older = {"text": "The lighthouse stood on the rock and", "preset": "finish", "words": 4, "seed": 1}
    now = {"text": "The lighthouse stood on the rock and [4 words].", "seed": 1}
    form = settings_of(diffuse)
    assert check_settings(form, older) == check_settings(form, now)
    assert check_settings(form, older | {"words": 6})["preset"] == "finish"
