"""A story of plain English read from its first sentence to its last: `read(story)` gives who does what to whom, where, and who is there."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Any

from pipelines.language.compounds import find_compounds
from pipelines.reading import actions as A
from pipelines.reading import nouns as N
from pipelines.reading.ages import grown_or_young
from pipelines.reading.cast import Cast
from pipelines.reading.clauses import Clauses
from pipelines.reading.english import parse
from pipelines.reading.mentions import Mentions
from pipelines.reading.naming import NARRATOR
from pipelines.reading.parse import lemma_of, verb_above
from pipelines.reading.pets import PARTS, pets
from pipelines.reading.quotes import STAND_IN, Piece, pieces_of
from pipelines.reading.told import Entity, Event, Sentence, Speech, Story, Where
from pipelines.scenes import words as SCENE

SEASONS = {"spring": "spring", "summer": "summer", "autumn": "autumn", "fall": "autumn", "winter": "winter"}


@dataclass
class _Stage:
    """What holds from sentence to sentence."""

    present: list[str] = field(default_factory=list)
    place: str = ""
    hour: str = ""
    weather: str = ""
    season: str = ""
    speakers: list[tuple[str, ...]] = field(default_factory=list)
    actor: tuple[str, ...] = ()
    reported: tuple[str, ...] = ()  # who was said to speak in the sentence before
    fresh: bool = True  # whether the sentence begins a line of the story


def read(story: str, lines: Collection[int] = ()) -> Story:
    """Read a story; `lines` are the offsets at which its lines begin. Raises MissingModel without the parser."""
    from pipelines.reading.titles import title_of

    cast, stage = Cast(), _Stage()
    pieces = pieces_of(story)
    sentences = [
        _sentence(cast, stage, number, piece, doc, piece.at in lines)
        for number, (piece, doc) in enumerate(zip(pieces, parse([piece.masked for piece in pieces])))
    ]
    pets(cast, pieces, sentences)
    grown_or_young(cast, pieces, sentences)
    entities = tuple(cast.entities.values())
    return Story(title_of(entities, sentences), entities, tuple(sentences))


def _sentence(cast: Cast, stage: _Stage, number: int, piece: Piece, doc: Any, fresh: bool = False) -> Sentence:
    stage.fresh = fresh
    cast.here = tuple(stage.present)
    mentions = Mentions(cast, number, doc).read()
    cast.tailed |= {id for at in mentions.parts if lemma_of(doc[at]) in PARTS for id in mentions.ids[at]}
    clauses = Clauses(mentions, piece)
    pairs = clauses.events()
    _personify(cast, [event for _, event in pairs])
    speeches = _speeches(stage, piece, pairs, clauses)
    events = [event for _, event in pairs]
    _mark_imagined(cast, clauses, events, speeches)
    part = _takes_part(cast, mentions, clauses, events, speeches)
    # "the queen was gone"
    not_there = {id for event in events if event.verb == "be" for id in event.leaves}
    part = [id for id in part if id not in not_there]
    _when(stage, doc, {verb.i for verb, event in pairs if not event.real or event.negated})
    things = _things(cast, mentions, clauses, events)
    stage.place = next(
        (
            w.entity
            for e in reversed(events)
            if e.real and not e.negated
            for w in e.where
            if cast.entities[w.entity].kind == "place"
        ),
        stage.place,
    )
    present = [id for id in dict.fromkeys([*stage.present, *part]) if id in part or id not in cast.imagined | not_there]
    alone = {token.lower_ for token in doc} & {"alone"} or "by himself" in piece.text or "by herself" in piece.text
    if alone and (gone_alone := [e.who for e in events if e.real and not e.negated and e.action in A.MOTION and e.who]):
        present = [id for id in present if id in gone_alone[-1]]  # who goes alone leaves the others behind
        part = [id for id in part if id in present or piece.quotes]
    gone = {id for event in events for id in event.leaves}
    present = list(cast.members(tuple(present)))
    stage.present = [id for id in present if id not in gone]
    cast.away = (cast.away - set(part)) | gone
    actors = [e.who for e in events if e.who and cast.entities[e.who[0]].figure]
    stage.actor = actors[-1] if actors else stage.actor
    laughing = {id for e in events if e.action == "laugh" and not e.negated for id in e.who}
    faces = {
        id: "happy" if id in laughing and e.verb == "cry" else e.expression  # "laughed until she cried"
        for e in events
        if e.expression and not e.negated
        for id in e.who
        if cast.entities[id].figure
    }
    faces |= {id: face for id in part if id not in faces and (face := A.expression_of(cast.entities[id].adjectives))}
    return Sentence(
        piece.text,
        piece.at,
        tuple(e for e in events if e.verb),
        tuple(speeches),
        tuple(part),
        tuple(present),
        tuple(things),
        tuple(sorted(cast.imagined)),
        stage.place,
        stage.hour,
        stage.weather,
        stage.season,
        faces,
    )


def _personify(cast: Cast, events: Sequence[Event]) -> None:
    """A thing that sees, says, laughs or feels is somebody: the wind, the sun, a mirror. Who barks or purrs is a dog or a cat, by whatever name."""
    for event in events:
        beast = A.ANIMAL_OF.get(event.verb, "")
        for entity in (cast.entities[id] for id in event.who if beast and not event.negated):
            if entity.kind == "person" and entity.name and entity.noun == entity.name.lower():
                cast.change(entity.id, noun=beast, kind="animal")
        feels = event.verb == "be" and bool(event.expression)  # "a little cloud was afraid"
        if (event.verb in A.ANIMATE or feels) and not event.negated:
            for id in event.who:
                entity = cast.entities[id]
                if entity.kind == "thing":
                    cast.change(id, kind="person", being=entity.noun)


def _speeches(stage: _Stage, piece: Piece, pairs: Sequence[tuple[Any, Event]], clauses: Clauses) -> list[Speech]:
    """Who says the words in quotation marks: the subject of the verb of saying nearest to them; without one, who has just acted, or in turn."""
    speeches = []
    saying = [(verb, event) for verb, event in pairs if event.verb in A.SAYING and event.who]
    others = [(verb, event) for verb, event in pairs if event.who]
    for at, place, text in piece.quotes:
        near = min(saying, key=lambda one: abs(one[0].idx - at), default=None) or next(iter(others[-1:]), None)
        if near is not None:
            who, to = (
                near[1].who,
                tuple(id for id in (*near[1].whom, *near[1].what) if clauses.cast.entities[id].figure),
            )
        elif stage.reported and not stage.fresh and not others:
            who, to = stage.reported, ()  # "I am Bolt," said the robot. "I keep the light."
        elif stage.speakers:
            last = stage.speakers[-1]
            turn = [speaker for speaker in reversed(stage.speakers) if speaker != last]
            who, to = (turn[0] if turn else last), (last if turn else ())
        else:
            who, to = stage.actor, ()
        who = who if near is None or near[1].verb in A.SAYING else who[:1]
        listeners = [id for id in stage.present if id not in who]
        to = to or (tuple(listeners) if len(listeners) == 1 else ())
        stage.speakers.append(who)
        speeches.append(Speech(text, place, who, to))
    if piece.quotes:
        stage.reported = speeches[-1].who if saying else stage.reported if not stage.fresh else ()
    elif others:
        stage.reported = ()
    return speeches


def _mark_imagined(cast: Cast, clauses: Clauses, events: Sequence[Event], speeches: Sequence[Speech]) -> None:
    """Who and what is only wanted, sought, dreamt of or missing is imagined until something real happens with it."""
    number = clauses.mentions.number
    there = {id for speech in speeches for id in speech.who}
    gone = [(event, id) for event in events for id in event.leaves if not cast.entities[id].figure]
    not_there = set(cast.flown) | {id for event, id in gone if event.verb == "be"}  # "the bus was gone"
    cast.flown = {id for event, id in gone if event.verb != "be"}
    for event in events:
        ids = {*event.what, *event.whom, *(() if event.real or event.negated else event.who)}
        new = {
            id
            for id in ids
            if cast.entities[id].first == number and not cast.entities[id].owner and not cast.entities[id].name
        }
        there |= set(event.who) - set(event.leaves) if event.real and not event.negated else set()
        if event.verb in A.GONE and not event.negated:
            not_there |= {*event.what}
        elif not event.real or event.negated or event.verb in A.MISSING:
            not_there |= new | {
                w.entity for w in event.where if cast.entities[w.entity].first == number and not event.real
            }
        else:
            there |= {*event.what, *event.whom, *event.tools, *(where.entity for where in event.where)}
    # "the princess did not want to marry": she is there, though the marriage is not
    not_there -= {id for event in events if event.real and event.verb in A.UNREAL for id in event.who}
    not_there |= {id for id in clauses.about if cast.entities[id].first == number} | clauses.sought
    cast.imagined = (cast.imagined - there) | (not_there - (there - clauses.sought))


def _takes_part(
    cast: Cast, mentions: Mentions, clauses: Clauses, events: Sequence[Event], speeches: Sequence[Speech]
) -> list[str]:
    """The figures that a sentence shows: those of its events, unless they are only wanted, spoken about, or say whose something is."""
    texts: list[str] = []
    hoped: set[str] = set()  # who is first named in what is only wanted: "wants to see the penguins"
    for event in events:
        new = {id for id in (*event.who, *event.what, *event.whom) if cast.entities[id].first == mentions.number}
        if not event.real and not event.negated:
            hoped |= {id for id in new if not cast.entities[id].owner and not cast.entities[id].name}
        owns = event.verb in A.OWNING  # "the other team has a striker" brings the striker
        texts += [id for id in event.who if id not in hoped and not (owns and cast.entities[id].noun in N.GATHERED)]
        if event.real or event.negated:
            texts += [*event.what, *event.whom, *(w.entity for w in event.where)]
    owning = {
        id for event in events if event.verb in A.OWNING for id in event.who if cast.entities[id].noun in N.GATHERED
    }
    loose = [id for at, ids in sorted(mentions.ids.items()) if at not in mentions.only_owner for id in ids]
    parts = [id for at in sorted(mentions.parts) for id in mentions.ids[at]]
    owners = {id for at in mentions.only_owner for id in mentions.ids.get(at, ())}
    spoken = [id for speech in speeches for id in speech.who]
    ids = dict.fromkeys([*texts, *loose, *parts, *spoken])
    said = set(texts) | set(spoken) | set(parts)
    shown = [id for id in ids if cast.entities[id].figure and id not in cast.imagined]
    own_day = _whose_day(mentions)
    owners -= own_day
    there = [id for id in shown if id in said or id in own_day or id not in clauses.about | owners | hoped | owning]
    if not there and any(event.real and not event.negated for event in events):
        return [id for id in own_day if id == f"{NARRATOR}-1"]  # "it was my birthday"
    return there


def _whose_day(mentions: Mentions) -> set[str]:
    """ "It was Emma's birthday": she is there."""
    said = [token for token in mentions.doc if token.dep_ == "attr" and lemma_of(token) in ("birthday", "wedding")]
    own = [c for token in said for c in token.children if c.dep_ == "poss" or c.tag_ == "PRP$"]
    return {id for c in own for id in mentions.ids.get(c.i, ())}


def _things(cast: Cast, mentions: Mentions, clauses: Clauses, events: Sequence[Event]) -> list[str]:
    """Things that a sentence names and a picture should show."""
    unreal: set[str] = set()
    for event in events:
        if (not event.real or event.negated or event.verb in ("want", "need", "wish", "dream")) and event.what:
            unreal |= {
                id for id in event.what if cast.entities[id].first == mentions.number and not cast.entities[id].owner
            }
    ids = dict.fromkeys(id for _, ids in sorted(mentions.ids.items()) for id in ids)
    return [
        id
        for id in ids
        if cast.entities[id].kind in ("thing", "place") and id not in clauses.about and id not in unreal
    ]


def _when(stage: _Stage, doc: Any, unreal: Collection[int] = ()) -> None:
    """Hour, weather and season that the words name; a new hour ends the old weather, unless the sentence names one.

    What is said of what is not so counts for nothing: "if it rained".
    """
    words = [token for token in doc if token.text != STAND_IN and not {token.i, verb_above(token).i} & set(unreal)]
    compounds = {match.start: match.compound for match in find_compounds([token.text for token in doc])}
    for token in words:
        named = token.pos_ in ("NOUN", "PROPN", "ADV", "ADJ") and token.lower_ not in ("bright", "day")
        if hour := (compounds[token.i].hour if token.i in compounds else "") or (
            SCENE.HOUR_OF.get(token.lower_) if named else ""
        ):
            stage.hour, stage.weather = hour, stage.weather if hour == stage.hour else ""
        if token.lower_ in SEASONS and token.pos_ in ("NOUN", "PROPN"):
            stage.season = SEASONS[token.lower_]
    for token in words:
        weather = (
            (compounds[token.i].weather if token.i in compounds else "")
            or SCENE.WEATHER_OF.get(token.lower_)
            or SCENE.WEATHER_OF.get(lemma_of(token))
        )
        over = lemma_of(token.head) in SCENE.WEATHER_ENDS.get(lemma_of(token), ())
        if over or (weather and token.lower_ not in ("clear", "wet")):
            stage.weather = "" if over else weather or ""


__all__ = ["Entity", "Event", "Sentence", "Speech", "Story", "Where", "read"]
