"""Words weighed by a causal model: the same figures as the causal model by itself."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch

from pipelines.core.models import where
from pipelines.infill.diffuse import diffuse
from pipelines.infill.parts import suggest
from pipelines.infill.parts.autoregressive import SMOLLM2, SPECIAL
from pipelines.infill.parts.free_length import MOST
from pipelines.infill.parts.lexicon import Lexicon
from pipelines.infill.parts.networks import OWN, own_vocabulary
from pipelines.infill.parts.reader import Branch, reader_of
from pipelines.infill.parts.rules import Taste
from pipelines.nets.both_ways import MASK as BLANK
from pipelines.nets.causal_text import Memory

pytestmark = pytest.mark.slow

LANDED = pytest.mark.skipif(where(SMOLLM2) is None or where(OWN) is None, reason="SmolLM2 is not on this machine")


def nats(tiny, text: str) -> float:
    """-log p(text) by transformers' own code, where signs cannot follow."""
    ids = torch.tensor([[1, *tiny.tokenizer.encode(text, add_special_tokens=False).ids]])
    with torch.inference_mode():
        logits = tiny.network(ids).logits[0].float()
        logits[:, :SPECIAL] = -torch.inf
    return -float(logits[:-1].log_softmax(-1).gather(1, ids[0, 1:, None]).sum())


def test_branches_cost_what_whole_texts_cost(tiny):
    reader = reader_of(tiny)
    for before in ("The old ", "The old man ", "The "):  # grown, grown again, cut
        reader.open(before)
        ends = ["cat sat.", "dog", "dog ran off"]
        branches = [Branch(reader.encode(end)) for end in ends]
        reader.weigh(branches, [3, 1, 5])
        reader.weigh(branches[::-1], [99] * 3)
        for branch, end in zip(branches, ends):
            assert branch.log_p == pytest.approx(nats(tiny, before) - nats(tiny, before + end), abs=1e-2)
        reader.open(before)
        follows = reader.follow([Branch([]), Branch(reader.encode("cat"))])
        for row, text in zip(follows, (before, before + "cat")):
            own = nats(tiny, text) - nats(tiny, text + "s")
            assert float(row[reader.encode("s")[0]]) == pytest.approx(own, abs=1e-2)


def lexicon_of(words: dict[str, int], tiny) -> Lexicon:
    return Lexicon(replace(own_vocabulary(), known=words), tiny.tokenizer)


def test_a_small_lexicon_is_weighed_exactly(tiny):
    words = {"cat": 5, "dog": 3, "tree": 2, "umbrella": 1, "river": 9}
    lexicon, reader = lexicon_of(words, tiny), reader_of(tiny)
    flat = torch.zeros(len(words))
    picks, log_p = suggest.one_word(reader, lexicon, "I saw a ", " there.", flat, flat)
    found = dict(zip([lexicon.words[i] for i in picks], suggest.shares(log_p)))
    exact = torch.tensor([-nats(tiny, f"I saw a {word} there.") for word in words]).softmax(0)
    np.testing.assert_allclose([found[word] for word in words], exact, atol=1e-3)


def test_a_second_opinion_on_what_follows_is_pooled_by_its_weight(tiny):
    words = {"cat": 5, "dog": 3, "tree": 2, "umbrella": 1, "river": 9}
    lexicon, reader = lexicon_of(words, tiny), reader_of(tiny)
    flat = torch.zeros(len(words))
    picks, log_p = suggest.one_word(reader, lexicon, "I saw a ", " there.", flat, flat, pooled=0.5)
    shares = dict(zip([lexicon.words[i] for i in picks], suggest.shares(log_p)))
    ahead = reader.other()
    reader.open("I saw a")
    ahead.open(suggest.turn_text("I saw a", " there."))
    first, _ = lexicon.begun(True, False)
    more = 0.5 * (ahead.after[first] - reader.after[first])
    exact = (torch.tensor([-nats(tiny, f"I saw a {word} there.") for word in words]) + more).softmax(0)
    np.testing.assert_allclose([shares[word] for word in words], exact, atol=1e-3)


def test_one_reading_from_both_sides_is_that_of_the_changed_network_and_leaves_the_causal_one_as_it_is(tiny, changes):
    reader = reader_of(tiny, changes=changes)
    for before in ("I saw a", "I saw a", "I saw"):  # new, known, cut
        log_p = reader.open(before, (before, " there."))
        left = [reader.start, *reader.encode(before)]
        ids = torch.tensor([*left, BLANK, *reader.encode(" there.")])
        n = len(ids)
        read = reader.network.read(ids, torch.arange(n), torch.ones(n, n, dtype=torch.bool), Memory(), changes)
        exact = reader.network.log_p(read[[len(left) - 1]], reader.special)[0]
        assert torch.allclose(log_p, exact, atol=1e-3)
        branch = Branch(reader.encode(" cat"))
        reader.weigh([branch], [99])
        assert branch.log_p == pytest.approx(nats(tiny, before) - nats(tiny, before + " cat"), abs=1e-2)


@pytest.mark.parametrize(
    ("before", "after", "never"),
    [
        ("They ", " late.", {"was", "is", "am"}),
        ("It was an ", ".", {"cat"}),
        ("I saw a ", ".", {"apple"}),
        ("", " was here.", {"they", "we"}),
        ("", " apple fell.", {"a"}),
        ("the ", ".", {"the"}),
        ("I ", " here.", {"is", "are"}),
        ("He saw ", ".", {"a", "an", "the"}),
        ("He saw ", " and left.", {"a", "an", "the"}),
        ("", " is the cat.", {"when"}),
        ("", " the cat sat.", {"i", "he", "they", "a"}),
        ("It fell. ", " are we.", {"when"}),
    ],
)
def test_grammar_that_is_known_is_kept(tiny, before, after, never):
    words = dict.fromkeys(
        ["they", "we", "he", "was", "is", "am", "are", "were", "cat", "apple", "a", "an", "the", "i", "when"], 1
    )
    lexicon = lexicon_of(words, tiny)
    ruled = lexicon.ruled(before, after, set(), Taste())
    gone = {word for word, cost in zip(lexicon.words, ruled.tolist()) if cost < -10}
    assert never <= gone
    assert len(gone) < len(words)
    assert before != "They " or "were" not in gone
    assert {
        w for w, c in zip(lexicon.words, lexicon.ruled("If he ", " rich.", set(), Taste()).tolist()) if c < -10
    } == {"he", "an"}


def test_a_question_word_opens_a_question_or_a_clause_and_no_statement(tiny):
    lexicon = lexicon_of({"when": 1, "what": 1, "spring": 1}, tiny)

    def score_words(before, after):
        return dict(zip(lexicon.words, lexicon.ruled(before, after, set(), Taste()).tolist()))

    assert score_words("", " is the best season.") == {"when": -torch.inf, "what": -4, "spring": 0}
    for before, after in [("", " is the best season?"), ("", " the sun rose, we left."), ("He knew ", " is best.")]:
        assert set(score_words(before, after).values()) == {0}


def test_an_empty_choice_is_refused_in_words(tiny):
    lexicon = lexicon_of({"cat": 1}, tiny)
    none = torch.full((1,), -torch.inf)
    with pytest.raises(suggest.Refusal, match="leave no word"):
        suggest.one_word(reader_of(tiny), lexicon, "A ", ".", none, none)


@pytest.mark.weights
@LANDED
@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("He was so tired that he fell ____ at once.", {"asleep"}),
        ("The capital of France is ____, a city on the Seine.", {"Paris"}),
        ("They ____ never late.", {"are", "were"}),
    ],
)
def test_everyday_words_come_first(text, words):
    made = diffuse(text=text, names=True, seed=1)
    assert made.detail["blanks"][0]["alternatives"][0]["words"] in words, made.text


@pytest.mark.weights
@LANDED
def test_a_blank_of_any_length_leads_on():
    made = diffuse(text="The fox came out of the wood […] and was never seen again.", seed=1)
    assert made.text.startswith("The fox came out of the wood ") and made.text.endswith(" and was never seen again.")
    assert 1 <= len(made.detail["blanks"][0]["words"].split()) <= MOST
    assert made.detail["lengths"] == "found"
