"""Words written alike and said differently: which one the neighbours ask for.

There is no tagger here: a dozen rules on the words around, which is enough to tell a noun from a verb where English writes them alike.
"""

from __future__ import annotations

from collections.abc import Sequence


def _words(listed: str) -> frozenset[str]:
    return frozenset(listed.split())


_DETERMINERS = _words(
    "the a an this that these those my your his her its our their no some any every each another which what"
)
_BEFORE_NOUNS = _DETERMINERS | _words("of in with for from by at on into without new old first last good bad whole per")
_BEFORE_VERBS = _words(
    "to will would can could shall should may might must cannot not don't didn't doesn't won't can't couldn't wouldn't "
    "shouldn't let's please never always often usually i you we they who 'll i'll you'll we'll they'll he'll she'll it'll "
    "do did does i'd we'd you'd they'd help let make"
)
_SINGULAR = _words("he she it who that everyone nobody somebody")
_BE = _words("is are was were be been being am i'm you're we're they're he's she's it's very so too quite more most as")
_HAVE = _words("have has had having i've you've we've they've he'd she'd was were been be is are being get got")
_OBJECTS = _DETERMINERS | _words("it them him me us you up down out off away back himself herself itself themselves")
_PAST = _words("yesterday ago last already once earlier before when while then had after finally")
_FUNCTION = _OBJECTS | _BEFORE_NOUNS | _BE | _words("and or but if than then is was will would to who as so because")
_MUSIC = _words(
    "guitar guitars drums drum band player clef music treble song voice line singer double violin plays played jazz solo"
)
_BOWING = _words("ship boat stern audience applause stage sail deck")


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
    if before in ("to", "will", "would", "can", "could", "should", "must", "might", "may", "let's", "please", "cannot"):
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
    if before in (
        "to",
        "will",
        "would",
        "can",
        "could",
        "should",
        "must",
        "let's",
        "please",
        "did",
        "didn't",
        "don't",
        "do",
    ):
        return "DEFAULT"
    if before in _DETERMINERS:
        return "DEFAULT"
    if earlier & _HAVE or before in ("he", "she", "it") or everywhere & _PAST:
        return "VBD"
    if words[at].lower() == "wound" and (before in ("i", "we", "they", "you") or words[at + 1 : at + 2] == ["up"]):
        return "VBD"
    return "DEFAULT"


def settled(words: Sequence[str], at: int, british: bool) -> str | None:
    """Phonemes where the meaning, not the part of speech, decides (“lead pipe”, “bass guitar”); None where it is none of these."""
    word = words[at]
    before, after = _around(words, at)
    everywhere = {other.lower() for other in words}
    music = everywhere & _MUSIC
    ship = everywhere & _BOWING
    if word in ("lead", "Lead") and (
        after in ("pipe", "pipes", "paint", "poisoning", "mine", "bullet", "weight")
        or (before == "of" and "made" in everywhere)
    ):
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
