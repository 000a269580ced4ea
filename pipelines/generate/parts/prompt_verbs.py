"""A prompt with verbs, written in the words that a scene's reader knows: what somebody does in the -ing form, who rides or crosses what.

A parser says which words are verbs, so "flies a kite" is no fly and "drinks" no glass. What a body cannot show is left out; the nouns stay.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from pipelines.generate.parts.unmeant import reasons, unmeant
from pipelines.language.compounds import compound_of
from pipelines.language.doings import PARTICLES, doing_of, phrase_of
from pipelines.language.lexicon import Table, Words
from pipelines.language.likely_act import doer_of, likely_act, words_of_deed
from pipelines.reading import nouns as N
from pipelines.reading import wordnet as W
from pipelines.reading.actions import action_of
from pipelines.reading.naming import CALLING, TO_PLACE
from pipelines.reading.parse import OBJECT, lemma_of
from pipelines.scenes import words as SCENE
from pipelines.scenes.fitting import in_open_air
from pipelines.scenes.performers import is_figure
from pipelines.scenes.places import everything
from pipelines.scenes.prompt import Reading, without
from pipelines.scenes.settings import INSIDE, shows
from pipelines.scenes.tokens import DOING, NAMED, Vocabulary, singular

SAID = Table(
    "verbs", "asked"
)  # an action of a figure, or what a prompt's reader calls it -> the word for it in a prompt
VERBS = Table("verbs", "verbs", of="asked")  # verbs of a picture whose word differs from their action's
NEAREST = Table("verbs", "verbs", of="like")  # a verb -> the verb whose movement is nearest
PLAIN = Words("verbs", "prompt plain")  # say no deed
DOES = "does"  # stands for a verb that is left out and says nothing, so that what is before and after it stays apart
APART = frozenset(["prep", "advmod"])  # what stands between somebody and their verb, as spaCy calls it
TRAVELLING = ("", "drive", "fly", "laugh", "look", "point", "ride", "row", "sail", "sit", "stand", "talk", "wave")


def with_acts(prompt: str, known: Vocabulary | None = None) -> tuple[str, tuple[tuple[str, str], ...]]:
    """The prompt in the words of the scene's reader, and what is left out with the reason. Raises MissingModel.

    A word that names a thing of `known` is no given name.
    """
    from pipelines.reading.english import parse

    [doc] = parse([prompt])
    gone = unmeant(doc)
    words = ["" if token.i in gone else _word_for(token, known) for token in doc]
    poses = [
        (token.lower_, "No pose shows it.")
        for token, word in zip(doc, words)
        if word == "" and token.i not in gone and token.pos_ == "VERB" and lemma_of(token) not in PLAIN
    ] + [
        (token.lower_, f"The nearest movement that there is, “{act}”, is shown in its place.")
        for token, word in zip(doc, words)
        if (act := _nearest(token, word))
    ]
    for doer, verb in ((doer_of(token), token) for token, word in zip(doc, words) if word):
        free = words[verb.i] not in SCENE.RELATIONS or not any(child.dep_ in OBJECT for child in verb.children)
        if (
            doer in [*verb.lefts]
            and free
            and N.kind_of(lemma_of(doer)) in N.FIGURES
            and APART & {c.dep_ for c in doer.rights}
        ):
            words[doer.i], words[verb.i] = f"{words[doer.i] or doer} {words[verb.i]}", ""  # "a king on a horse waves"
    kept = [DOES if word == "" and t.pos_ == "VERB" and t.i not in gone else word for t, word in zip(doc, words)]
    pieces = [token.text_with_ws if kept[token.i] is None else f" {kept[token.i]} " for token in _active(doc, words)]
    told = re.sub(r"\s+", " ", "".join(pieces)).strip()
    return told, tuple(dict.fromkeys([*poses, *reasons(doc, gone)]))


def _active(doc: Any, words: Sequence[str | None]) -> list[Any]:
    """The words of a prompt in another order: who does what is shown stands before its verb, and who it is done to behind it, without "by"."""
    order = list(doc)
    for by in doc:
        target = next((child for child in by.head.children if child.dep_ == "nsubjpass"), None)
        if by.dep_ == "agent" and words[by.head.i] and (target is not None or by.head.dep_ == "acl"):
            done_to = [t for t in (target or by.head.head).subtree if target or t not in [*by.head.subtree]]
            moved = [*(token for token in by.subtree if token != by), by.head, *done_to]
            order.remove(by)
            order.sort(key=lambda t: (done_to[0].i, moved.index(t)) if t in moved else (t.i, 0))
    return order


def _word_for(token: Any, known: Vocabulary | None) -> str | None:
    """What stands for a word in the prompt; None where it stays as it is, "" where it is left out."""
    figures = (named(token, known) for named in (_by_name, _person_named)) if known else ()
    if (figure := next((figure for figure in figures if figure is not None), None)) is not None:
        return figure
    compound = compound_of(token.text)
    if compound is not None and (token.pos_ != "VERB" or compound.noun == compound.words):
        return None
    if token.pos_ == "AUX" or (token.pos_ == "VERB" and token.dep_ in ("aux", "auxpass")):
        return ""
    if token.lower_ in PARTICLES and token.dep_ == "prt" and _phrase(token.head):
        return ""  # "puts on a coat": nobody is on it
    if token.pos_ == "VERB" and token.dep_ not in ("amod", "compound"):
        thing = bool(known and known.find(token.lower_)) and not any(c.dep_ in OBJECT for c in token.children)
        said = "" if thing and not token.i else _act(token)  # "Rose in a vase"
        return None if thing and not said else said
    return None


def _act(token: Any) -> str:
    """The word for what a verb says, "" for what cannot be shown."""
    lemma = lemma_of(token)
    if phrase := _phrase(token):
        return SAID.get(phrase, "") or DOING + phrase
    if lemma in ("fly", "drive") and any(child.dep_ in OBJECT for child in token.children):
        return {"fly": "holding", "drive": "in"}[lemma]  # a kite, a car
    if lemma == "cross":
        return "on" if any(c.lower_ in ("bridge", "footbridge") for c in token.children) else "walking through"
    own = _pose_word_of(lemma)
    special = "" if own.removeprefix(DOING) in SAID else own  # "feeds" is no "gives"
    known = VERBS.get(lemma) or special or ("" if own else _likely(token)) or SAID.get(action_of(lemma), "") or own
    return known or _pose_word_of(NEAREST.get(lemma, ""))


def _by_name(token: Any, known: Vocabulary) -> str | None:
    """A figure with its name, where a noun says who is called so ("Biscuit the hamster", "the cat Minka", "a girl called Lotte", "Rex, a dog,"); "" for such a name, None for other words."""
    role, called = (token.doc.user_data.get(of, {}).get(token.i, "") for of in ("role", "called"))
    calling = [verb for verb in token.children if lemma_of(verb) in CALLING and verb.tag_ == "VBN"]
    given = [word for word in token.subtree if word.i == token.i + 1 or word.head in calling]
    apposed = token.dep_ == "appos" and token.left_edge.i and token.doc[token.left_edge.i - 1].text == ","
    beside = [token.head] if apposed or (token.dep_ == "compound" and token.text.islower()) else []
    names = [token.text] if role else [called, *(name.text for name in (*given, *beside))]
    name, noun = next(filter(str.istitle, names), ""), known.find(role[-1] if role else token.lower_)
    if name and noun and is_figure(noun[0]):
        return " ".join((*role[:-1], f"{NAMED}{noun[0]}__{name}".replace(" ", "_")))
    if token.tag_ == "VBN" and lemma_of(token) in CALLING and any(child.text.istitle() for child in token.children):
        return "called"
    named = token.head if token.text == "," else token  # "Rex, a dog, jumps"
    apart = named.text.istitle() and any(word.dep_ == "appos" and _by_name(word, known) for word in named.children)
    return " ".join(role) or ("" if apart else None)


def _person_named(token: Any, known: Vocabulary) -> str | None:
    """A man or a woman for a given name ("Mia", "Tom and his dog", "Anna Smith"), "" for what belongs to the name or its title; None for places, and for names of both."""
    if token.pos_ != "PROPN":
        return None
    called = any(word.tag_ == "VBN" and lemma_of(word) in CALLING for word in (token.head, token.head.head))
    if any(
        called or is_figure(word.lower_) or N.kind_of(word.lower_) == "person" or _person_named(word, known) is not None
        for word in token.doc[max(0, token.i - 1) : token.i]
    ):
        return ""
    where = {
        "pobj": token.head.lower_ in TO_PLACE and W.place_named(token.text),
        "compound": token.head.pos_ == "NOUN",
    }  # "Sydney opera house"
    named = token.text.istitle() and not where.get(token.dep_) and not any(c.dep_ == "det" for c in token.children)
    gender = N.gender_of_name(token.text) if named and not known.find(token.lower_) else None
    return f"{NAMED}{'woman' if gender == 'f' else 'man'}__{token.text}" if gender else None


def bearers(prompt: str) -> dict[str, str]:
    """A man or a woman for each given name of a prompt, in small letters. Raises MissingModel."""
    genders = {word.lower(): N.gender_of_name(word) for word in re.findall(r"\b[^\W\d_]+", prompt) if word.istitle()}
    return {name: "woman" if gender == "f" else "man" for name, gender in genders.items() if gender}


def _likely(token: Any) -> str:
    """A word for the act that is likely to show a verb without a movement of its own; "" where that is not sure or no figure does it."""
    doer = doer_of(token)
    if doer is None or N.kind_of(lemma_of(doer)) not in N.FIGURES:
        return ""
    act = likely_act(lemma_of(doer), words_of_deed(token, lemma_of(token)), token.doc.text)
    return "holding" if act == "hold" else DOING + act if act else ""


def _pose_word_of(verb: str) -> str:
    """A word for the act whose pose shows a verb; "" where none does."""
    act = doing_of(verb)[0] if verb else "stand"
    return DOING + act if act != "stand" else ""


def _nearest(token: Any, word: str | None) -> str:
    """The act that stands for a verb that has none of its own; "" where the verb is shown itself."""
    own = not word or not word.startswith(DOING) or _phrase(token) or _pose_word_of(lemma_of(token))
    return "" if own or word is None else word.removeprefix(DOING).replace("_", " ")


def _phrase(token: Any) -> str:
    """The act that a verb of a prompt says together with a particle or with a word that depends on it."""
    from pipelines.figures.acts import arguments, record

    words = [one.lower_ for one in token.subtree if one.i > token.i]
    own = [one.lower_ for one in token.children if one.dep_ in ("prt", "advmod", "dative") or one.text in ("to", "out")]
    if any(one.dep_ == "nsubj" and len(list(one.conjuncts)) == 1 for one in token.children):
        own.append("together")  # "a bride and a groom dance"
    clause = [*(word for word in own if word in PARTICLES), *(w for w in words if w not in PARTICLES), ""]
    phrase = phrase_of(lemma_of(token), clause)
    held = VERBS.get(lemma_of(token)) == "holding" and phrase and "person" not in arguments(record(phrase))
    return "" if held else phrase  # what is held is told by the scene


class Dictionary:
    """A `Match` of prompts: what is drawn for strange words by what they are a kind of.

    `reasons` has a sentence for each word that the dictionary explained.
    """

    def __init__(self, nouns: tuple[str, ...], sentence: str = "") -> None:
        from pipelines.reading.pictured import pictures

        self.pictures, self.sentence = pictures(nouns), sentence
        self.reasons: dict[str, str] = {}

    def __call__(self, phrases: Sequence[str]) -> Mapping[str, tuple[str, float] | None]:
        nouns = {phrase: self._find_noun(phrase) for phrase in phrases}
        return {phrase: (noun, 1.0) if noun else None for phrase, noun in nouns.items()}

    def _find_noun(self, phrase: str) -> str:
        """The noun that is drawn for a phrase, "" for none."""
        from pipelines.reading.in_context import gloss_of, meant_instead, picture_of
        from pipelines.reading.pictured import Substitution
        from pipelines.reading.told import Entity

        single = singular(phrase)
        known = single if W.senses(single) else single.split()[-1]
        if not W.senses(known):
            return ""
        kind = N.kind_of(known)
        one = Entity("asked", kind, known, single, gender=N.gender_of(known), adjectives=_before(phrase, self.sentence))
        drawn, about = self.pictures.drawn_for(one)
        meant = meant_instead(known, drawn, self.sentence) if drawn and kind == "thing" and self.sentence else None
        if meant is not None:
            drawn = picture_of(meant, self.pictures)
            self.reasons[phrase] = Substitution(phrase, drawn, f"here it means “{gloss_of(meant)}”").sentence
            return drawn
        if drawn:
            self.reasons[phrase] = about.sentence if about else f"“{phrase}” is drawn as “{drawn}”."
        return drawn


def _before(phrase: str, sentence: str) -> tuple[str, ...]:
    """The words of a sentence between an article or a number and a phrase: "an old clockmaker"."""
    before, found, _ = sentence.lower().partition(phrase)
    words = re.findall(r"[\w'-]+", before)[-3:] if found else []
    article = max((at for at, word in enumerate(words) if word in SCENE.COUNTS), default=len(words))
    return tuple(words[article + 1 :])


def replace_synonyms(reading: Reading) -> tuple[Reading, dict[str, str]]:
    """The reading with what the vocabulary's own synonyms stand for among what was matched, and a sentence for each."""
    from pipelines.reading.senses import stands_for

    known = {word for word, _, _ in reading.matched}
    others = {
        thing.said: thing.noun
        for thing in reading.things
        if thing.said not in known and not thing.cast and stands_for(singular(thing.said), thing.noun)
    }
    matched = (*reading.matched, *((word, noun, 1.0) for word, noun in others.items()))
    return replace(reading, matched=matched), {word: f"“{word}” is drawn as “{noun}”." for word, noun in others.items()}


def set_place(reading: Reading) -> Reading:
    """The reading with the backdrop of a strange word that names a place ("savanna"), of a building that somebody is in or whose people are with it, or of a vehicle in which somebody does more than travel, where no other place is said."""
    from pipelines.reading.backdrops import backdrop_of, housing, vehicle_kind

    for word in reading.unknown:
        place = backdrop_of(word, "in") if N.kind_of(word) == "place" or housing(word) else ""
        if place and not reading.place:
            reading = _with_place(reading, place, word)
    for relation in reading.relations:
        building = {"in": relation.object, "with": relation.subject}.get(relation.kind)
        word, others = singular(reading.things[building or 0].said), [*reading.things]
        thing = others.pop(building or 0)
        busy = any(is_figure(other.noun) and other.act not in TRAVELLING for other in others)
        noun = thing.noun if vehicle_kind(thing.noun) else word if housing(word) else ""
        place = backdrop_of(noun, "inside" if busy else "in") if in_open_air(thing) else ""
        some = any(is_figure(other.noun) for other in others) and not any(map(in_open_air, others))
        home = relation.kind == "in" or (place and {other.noun for other in others} & {*everything()[place].people})
        if building is not None and home and place in INSIDE and not reading.place and some and thing.count == 1:
            return _with_place(without(reading, {building}), place, word)
    return reading


def _with_place(reading: Reading, place: str, word: str) -> Reading:
    """The reading with a backdrop, and a sentence where it is not what the word says."""
    note = () if shows(place, word) else (f"“{word}” is shown as “{place}”, the nearest of the backdrops.",)
    matched = tuple(one for one in reading.matched if singular(one[0]) != word)
    return replace(
        reading,
        place=place,
        notes=(*reading.notes, *note),
        setting=(*reading.setting, word),
        matched=matched,
        unknown=tuple(other for other in reading.unknown if other != word),
    )
