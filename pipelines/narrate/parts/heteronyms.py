"""Words written alike and said differently: which one the neighbours ask for.

There is no tagger here: a dozen rules on the words around, which is enough to tell a noun from a verb where English writes them alike.
"""

from __future__ import annotations

from collections.abc import Sequence

from pipelines.language.lexicon import Words

_DETERMINERS = Words("heteronyms", "determiners")
_BEFORE_NOUNS = Words("heteronyms", "before nouns")
_BEFORE_VERBS = Words("heteronyms", "before verbs")
_SINGULAR = Words("heteronyms", "singular")
_BE = Words("heteronyms", "being")
_HAVE = Words("heteronyms", "having")
_OBJECTS = Words("heteronyms", "objects")
_PAST = Words("heteronyms", "past")
_FUNCTION = Words("heteronyms", "function words")
_MUSIC = Words("heteronyms", "music")
_BOWING = Words("heteronyms", "bowing")
_MODAL = Words("heteronyms", "modal")
_PRESENT = Words("heteronyms", "present")
_OF_LEAD = Words("heteronyms", "of lead")


def _around(words: Sequence[str], at: int) -> tuple[str, str]:
    before = words[at - 1].lower() if at else ""
    after = words[at + 1].lower() if at + 1 < len(words) else ""
    return before, after


def part_of_speech(words: Sequence[str], at: int) -> str:
    """VERB, VBD (past), NOUN, ADJ or DEFAULT for the word at `at`, from its neighbours."""
    word = words[at].lower()
    before, after = _around(words, at)
    if word in ("read", "reread", "wound"):
        return _past_or_present(words, at)
    if before in _MODAL:
        return "VERB"
    if before in _DETERMINERS or (before in _BEFORE_NOUNS and before != "that"):
        adjective = after and after not in _FUNCTION and after.isalpha() and not after.endswith("ly")
        return "ADJ" if adjective else "NOUN"
    if before in _BE:
        return "ADJ"
    if before in _BEFORE_VERBS or (before in _SINGULAR and word.endswith("s")):
        return "VERB"
    if (after in _OBJECTS and before not in ("and", "or")) or (not before and after in _DETERMINERS):
        return "VERB"
    return "DEFAULT"


def _past_or_present(words: Sequence[str], at: int) -> str:
    before, _ = _around(words, at)
    earlier = {word.lower() for word in words[max(0, at - 3) : at]}
    everywhere = {word.lower() for word in words}
    if before in _PRESENT or before in _DETERMINERS:
        return "DEFAULT"
    if earlier & _HAVE or before in ("he", "she", "it") or everywhere & _PAST:
        return "VBD"
    if words[at].lower() == "wound" and (before in ("i", "we", "they", "you") or words[at + 1 : at + 2] == ["up"]):
        return "VBD"
    return "DEFAULT"


def settle_by_meaning(words: Sequence[str], at: int, british: bool) -> str | None:
    """Phonemes where the meaning, not the part of speech, decides (“lead pipe”, “bass guitar”); None where it is none of these."""
    word = words[at]
    before, after = _around(words, at)
    everywhere = {other.lower() for other in words}
    music = everywhere & _MUSIC
    ship = everywhere & _BOWING
    if word in ("lead", "Lead") and (after in _OF_LEAD or (before == "of" and "made" in everywhere)):
        return "lˈɛd"
    if word in ("bass", "Bass"):
        return "bˈAs" if music else ("bˈas" if british else "bˈæs")
    if word.lower() in ("bow", "bows") and (
        ship or (before == "a" and everywhere & {"took", "take", "takes", "taking"})
    ):
        return "bˈW" + ("z" if word.endswith("s") else "")
    if word.lower() == "resume" and before in ("my", "your", "his", "her", "their", "a", "the"):
        return "ɹˈɛzjʊmA" if british else "ɹˈɛzəmˌA"
    if word == "Polish":
        return "pˈQlɪʃ" if british else "pˈOlɪʃ"
    if word.lower() == "used" and after == "to" and before not in _BE:
        return "jˈuːst" if british else "jˈust"
    if word.lower() == "minute" and before in ("very", "so", "too"):
        return "mInjˈuːt" if british else "mInˈut"
    if word.lower() == "row" and everywhere & {"argument", "angry", "shouting"}:
        return "ɹˈW"
    return None
