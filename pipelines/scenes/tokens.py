"""A prompt cut into phrases that mean something: things of the vocabulary, numbers, colours, relations, places, strange words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Set
from copy import copy
from dataclasses import dataclass
from itertools import pairwise

from pipelines.figures import ACTIONS
from pipelines.language.colours import COLOUR_WORDS
from pipelines.language.compounds import Found, find_compounds
from pipelines.language.lexicon import Words
from pipelines.language.plurals import singular
from pipelines.props import record
from pipelines.scenes import words as W
from pipelines.scenes.painted_things import is_large
from pipelines.scenes.performers import is_figure
from pipelines.scenes.places import names
from pipelines.scenes.settings import INSIDE

UNCUT = ("colours", "hours")  # kinds of compounds whose words are read as they are
DOING = "doing-"  # before the name of an act, in a prompt whose verbs were read by a parser
NAMED = "called_"  # before a figure, "__" and its name, likewise
BEFORE_PLACES = Words("small", "before places")
ARTICLES = ("a", "an", "the", "my", "your", "his", "her", "our", "their")
WITHIN, UPON = ("in", "inside", "into"), ("on",)  # relations of who is in a house, and of who is on something
ENTERING, ABOARD, ALOFT = (*WITHIN, "at", *UPON), WITHIN[1:2], ("sky",)
PLACES = {name.lower(): place for name, place in names().items()}
PREPOSITIONS = frozenset(
    ["in", "on", "at", "by", "near", "under", "over", "above", "through", "across", "along", "inside"]
)


@dataclass(frozen=True)
class Token:
    """A phrase and what it is: thing, unknown, count, colour, size, act, relation, spot, place, hour, weather, season, manner (a style that nothing here has), kind (a thing that says the kind of another), stop, unmeant (a compound of which nothing is drawn), word."""

    kind: str
    value: str
    said: str
    plural: bool = False
    name: str = ""


class Vocabulary:
    """Nouns that can be drawn, found by name, synonym or plural."""

    def __init__(self, nouns: Iterable[str], synonyms: Mapping[str, Iterable[str]] | None = None) -> None:
        self.nouns = tuple(dict.fromkeys(nouns))
        known = set(self.nouns)
        self.names: dict[str, str] = {}
        for key, noun in W.SYNONYMS.items():
            if noun in known:
                self.names[key] = noun
        for noun, others in (synonyms or {}).items():
            if noun in known:
                self.names.update({o.lower(): noun for o in others if o.lower() not in known and o not in W.OF_BODIES})
        self.names.update({noun.lower(): noun for noun in self.nouns})
        self.longest = max((len(name.split()) for name in self.names), default=1)

    def with_noun(self, noun: str) -> Vocabulary:
        """The same vocabulary with one noun more."""
        made = copy(self)
        made.nouns, made.names = (*self.nouns, noun), {**self.names, noun: noun}
        return made

    def find(self, phrase: str, after_number: bool = False) -> tuple[str, bool] | None:
        """The noun that a phrase names, and whether it was a plural. After a number the singular comes first ("two books")."""
        single = singular(phrase)
        if after_number and single != phrase and single in self.names:
            return self.names[single], True
        if phrase in self.names:
            noun = self.names[phrase]
            return noun, single != phrase and self.names.get(single) == noun and singular(noun) == noun
        if single != phrase and single in self.names:
            return self.names[single], True
        return None


def tokens_of(prompt: str, vocabulary: Vocabulary) -> list[Token]:
    """The prompt cut into known phrases and strange words."""
    matches = re.findall(r"[^\W_][\w\-']*|[,;.:!?()]", prompt.lower().replace("’", "'"))
    pieces = [piece.removesuffix("'s") for piece in matches]
    compounds = {match.start: match for match in find_compounds(matches) if match.compound.kind not in UNCUT}
    cuts = {n for start, match in compounds.items() for n in range(start + 1, match.end)}  # no phrase ends there
    raw, place = _head_place(matches, vocabulary, cuts)
    while place < len(pieces):
        if compound := compounds.get(place):
            raw += _of_compound(compound, " ".join(pieces[place : compound.end]), vocabulary)
            place = compound.end
            continue
        token, length = _longest(pieces, place, vocabulary, raw, cuts)
        if raw and token.kind == raw[-1].kind == "thing" and not raw[-1].plural:
            owner = matches[place - 1] != pieces[place - 1]  # "the girl's cat"; "a chef's hat" is a kind of hat
            if not owner or (not is_figure(token.value) and [one.said for one in raw[-2:-1]] in (["a"], ["an"])):
                word = raw[-1].said
                raw[-1] = Token("size", W.SIZES[word], word) if word in W.SIZES else Token("kind", token.said, word)
        raw.append(token)
        place += length
    return _strange_words(raw)


def _head_place(matches: list[str], vocabulary: Vocabulary, cuts: Set[int]) -> tuple[list[Token], int]:
    """The place that a prompt begins with, and of how many words that is ("a busy café with two men"); what is drawn by that very name stays a thing."""
    ends = (n for n, word in enumerate(matches) if word == "with" or not word[0].isalnum())
    end = next((n for n, pair in enumerate(pairwise(matches)) if " ".join(pair) in W.HOUR_OF), next(ends, len(matches)))
    counts = {*W.COUNTS} - {*W.COLLECTIVE}  # "a family has a picnic" has people
    for start in sorted({*range(end)} - cuts):
        name = " ".join(matches[start:end])
        noun, _ = vocabulary.find(name) or ("", False)
        others = [vocabulary.find(word) for word in matches[:start] if word not in counts | {*W.SIZES, *COLOUR_WORDS}]
        if noun and (noun == name or record(noun).vehicle or not is_large(noun) or matches[end : end + 1] != ["with"]):
            break  # "a landing stage with a boat" is a thing, and no stage
        if name in PLACES and not any(others) and not PREPOSITIONS & {*matches[:start]}:
            return [Token("place", PLACES[name], name)], end
    return [], 0


def _of_compound(match: Found, said: str, vocabulary: Vocabulary) -> list[Token]:
    compound, anywhere = match.compound, {**W.PLACE_OF, **W.PLACE_PHRASES}
    known = vocabulary.find(next(iter(compound.draw), ""))
    named = (table[name] for table in (anywhere, PLACES) for name in (compound.words, compound.place) if name in table)
    place = next(named, "") if compound.place or (compound.seen_as == "place" and not known) else ""
    thing = known[0] if known and (not place or compound.noun in compound.draw) else ""
    kind = "thing" if thing else "place" if place else "unknown" if compound.seen_as else "unmeant"
    told = (("place", place if thing else ""), ("hour", compound.hour), ("weather", compound.weather))
    first = Token(kind, thing or place or compound.noun, said if thing or place else compound.noun, match.several)
    return [first, *(Token(kind, value, said) for kind, value in told if value)]


def _longest(
    pieces: list[str], at: int, vocabulary: Vocabulary, before: list[Token], cuts: Set[int]
) -> tuple[Token, int]:
    if pieces[at] in ",;.:!?()":
        return Token("stop", pieces[at], pieces[at]), 1
    numbered = any(token.kind == "count" and token.value not in ("1", "the") for token in before[-3:])
    for length in range(min(6, len(pieces) - at), 0, -1):
        phrase, following = " ".join(pieces[at : at + length]), pieces[at + length : at + length + 1]
        if phrase in W.GATHERED and "of" in following:  # "a couple of dogs"
            return Token("count", str(W.GATHERED[phrase]), phrase), length
        _, ends = vocabulary.find("".join(following)) or ("", True)  # "on a park bench" is on a bench
        token = None if at + length in cuts else _phrase(phrase, length, vocabulary, numbered, before)
        if token and (ends or not place_said(phrase)):
            return token, length
    return Token("word", pieces[at], pieces[at]), 1


def place_said(phrase: str) -> str:
    """The place that a phrase names, or that one is in who is in a house of the phrase; "" for none."""
    relation, article, noun = (*phrase.split(" ", 2), "", "")[:3]
    within = place_within(noun, relation) if relation in ENTERING and article in ARTICLES else ""
    return within or W.PLACE_PHRASES.get(phrase, "")


def place_within(noun: str, relation: str) -> str:
    """The place where one is in, at or on what a noun names; "" for none. Who is in a vehicle is seen from outside, unless it says inside. A school garden is a garden."""
    whose, _, head = noun.partition(" ")
    if noun not in PLACES and (whose in PLACES or record(whose).group or is_figure(whose.removesuffix("'s"))):
        noun = noun if record(noun).group else head
    thing, place = record(noun), PLACES.get(noun, "")
    upon = relation in UPON
    stood = (not upon and relation not in WITHIN) if thing.where in ALOFT else upon  # one looks at the moon
    drawn = thing.group and (relation not in ABOARD if thing.vehicle else stood)
    within = thing.inside if relation in WITHIN else ""
    return place if place and not drawn and not (upon and place in INSIDE) else within


def _phrase(phrase: str, length: int, vocabulary: Vocabulary, numbered: bool, before: list[Token]) -> Token | None:
    if backdrop := _plain(phrase):
        return backdrop
    if phrase not in W.SPOTS and (place := place_said(phrase)):
        return Token("place", place, phrase)
    if length == 1 and _is_place_here(phrase, before):
        return Token("place", W.PLACE_OF[phrase], phrase)
    vessel = "" if "of" in [token.said for token in before[-1:]] else W.HELD_IN.get(phrase, "")
    found = vocabulary.find(phrase, numbered) or vocabulary.find(vessel)
    if found and not (phrase in COLOUR_WORDS or (phrase in W.COLLECTIVE and numbered)):
        return Token("thing", found[0], phrase, found[1])
    for kind, table in (
        ("spot", W.SPOTS),
        ("relation", W.RELATIONS),
        ("hour", W.HOUR_OF),
        ("place", W.PLACE_OF),
        ("weather", W.WEATHER_OF),
        ("season", W.SEASON_OF),
        ("colour", COLOUR_WORDS),
        ("size", W.SIZES),
        ("act", W.ACT_OF),
    ):
        if phrase in table:
            related = [token.said for token in before[-3:] if token.kind == "relation"]  # in or on it, or not
            outside = table is W.PLACE_OF and table[phrase] in INSIDE and not {*related[-1:]} <= {*ENTERING}
            return None if outside else Token(kind, table[phrase], phrase)
    if phrase.startswith(DOING) and phrase.removeprefix(DOING) in ACTIONS:  # a visitor may write such words too
        return Token("act", phrase.removeprefix(DOING), phrase)
    noun, _, name = phrase.removeprefix(NAMED).partition("__")
    if phrase.startswith(NAMED) and " " not in phrase and (figure := vocabulary.find(noun.replace("_", " "))):
        return Token("thing", figure[0], name, name=name.title())
    if phrase in W.STYLES:
        return Token("manner", phrase, phrase)
    if phrase in ("it", "them", "him"):
        return Token("pronoun", phrase, phrase)
    if phrase.isdigit():
        return Token("count", phrase, phrase)
    if phrase in W.COUNTS:
        return Token("count", "the" if phrase in W.DEFINITE else str(W.COUNTS[phrase]), phrase)
    return None


def _plain(phrase: str) -> Token | None:
    match = re.fullmatch(
        r"(?:a |the |plain |simple |bright |pale |soft |light |dark )*(\w+) (?:background|backdrop|wall|paper)", phrase
    )
    if match and match[1] in COLOUR_WORDS:
        return Token("place", "plain " + COLOUR_WORDS[match[1]], phrase)
    if re.fullmatch(r"(?:a |the )*(?:plain|simple|empty|neutral) (?:background|backdrop)", phrase):
        return Token("place", "plain cream", phrase)
    return None


def _is_place_here(word: str, before: list[Token]) -> bool:
    """A word that can also be drawn ("moon", "island") is a place after "in the", "on the", "by the", "at the" and the like."""
    last = [token for token in before if token.kind not in ("colour", "size", "hour", "weather", "word")][-2:]
    if word not in W.PLACE_OF or len(last) < 2 or last[0].kind != "relation":
        return False
    article, relation, shore = last[1].value, last[0].said, W.PLACE_OF[word] in ("lake", "river")
    if shore and article in ("the", "1") and relation not in ("with", "and", "of"):
        return True  # also "by a river"
    places = BEFORE_PLACES - {"at" if record(word).where in ALOFT else ""}  # one looks at the moon
    return article == "the" and (word.endswith("s") or relation in places)


def _strange_words(raw: list[Token]) -> list[Token]:
    """Words that stand where a thing must stand become `unknown`; the others are left out."""
    result: list[Token] = []
    place = 0
    while place < len(raw):
        token = raw[place]
        if token.kind != "word":
            result.append(token)
            place += 1
            continue
        run = []
        while place < len(raw) and raw[place].kind == "word":
            run.append(raw[place].said)
            place += 1
        kept = _noun_of(run, result[-1] if result else None, (raw[place] if place < len(raw) else None))
        if kept:
            name = f"{result.pop().said} {kept[1]}" if kept[0] == "compound" and result else kept[1]
            result.append(Token("unknown", name, name, singular(kept[1]) != kept[1]))
    return result


def _noun_of(run: list[str], before: Token | None, following: Token | None) -> tuple[str, str] | None:
    """What of a run of strange words is the name of a thing, if any: ("thing" or "compound", words)."""
    naming = [word for word in run if word not in W.SILENT and not word.endswith("ly")]
    if not naming or run[-1].endswith("ly"):
        return None  # "laughs loudly"
    named = before is not None and before.kind == "count" and following is not None and following.kind == "place"
    apart = named and following is not None and following.said.split()[0] in PREPOSITIONS  # "her son in the bedroom"
    if not apart and following is not None and following.kind in ("thing", "unknown", "place", "colour", "size"):
        return None  # an adjective of what follows
    if following is not None and following.said == "of" and naming[-1] in W.MEASURES:
        return None  # "a slice of pizza"
    if before is not None and before.kind == "thing":
        if len(naming) == 1 and naming[0].endswith(("s", "ed", "ing", "ful", "y")):
            return None  # a verb: "a fox jumps"
        if before.said != run[0] and len(naming) == 1 and run == naming:
            return "compound", naming[0]
        return None
    if before is not None and before.kind in ("act", "unknown", "place", "hour", "weather"):
        return None
    if run[-1].endswith("ing") and len(naming) == 1 and before is not None and before.kind != "count":
        return None
    return "thing", " ".join(naming[-2:]) if len(naming) > 1 and not naming[-2].endswith(("ing", "ed")) else naming[-1]
