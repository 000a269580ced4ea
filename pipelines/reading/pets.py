"""Whether somebody of whom only a given name is known is an animal: they have an owner, a tail or paws. Which one, the words of the whole story say."""

from __future__ import annotations

import re
from collections.abc import Sequence

from pipelines.reading import wordnet as W
from pipelines.reading.cast import Cast
from pipelines.reading.quotes import Piece
from pipelines.reading.told import Sentence

KEEPERS = frozenset(["owner", "master", "mistress"])
PARTS = frozenset(
    ["tail", "paw", "fur", "whisker", "snout", "muzzle", "mane", "hoof", "wing", "beak", "claw", "feather"]
)
BEASTLY = frozenset(["lick", "sniff", "growl", "nuzzle"])  # what only animals do to somebody
SIGNS = {
    "dog": "bark wag bone leash kennel fetch growl puppy dog stick sniff postman",
    "cat": "purr meow mew cat kitten whisker mouse scratch",
    "horse": "mane hoof saddle gallop neigh stable hay rode rider",
    "bird": "wing beak feather cage chirp nest tweet fly flew",
    "rabbit": "hutch burrow hop carrot",
}


def pets(cast: Cast, pieces: Sequence[Piece], sentences: Sequence[Sentence]) -> None:
    """Make animals of bare names with an owner, with a part of an animal, or who are walked: the one that most words of the story speak for, else a dog."""
    owned = {entity.owner for entity in cast.entities.values() if entity.noun in KEEPERS}
    walked = {
        id
        for sentence in sentences
        for event in sentence.events
        if event.verb == "walk" and event.real and not event.negated and not event.whom and not event.where
        for id in event.what
    }
    licking = {
        id
        for sentence in sentences
        for event in sentence.events
        if event.verb in BEASTLY
        and event.real
        and not event.negated
        and any(cast.entities[w].figure for w in (*event.what, *event.whom))
        for id in event.who
    }
    ids = {id for sentence in sentences for speech in sentence.speeches for id in speech.who}
    words = [word for piece in pieces for word in re.findall(r"[a-z]+", piece.masked.lower())]
    forms = [{word, W.base(word, "v"), W.base(word, "n")} for word in words]
    for entity in list(cast.entities.values()):
        bare = entity.kind == "person" and bool(entity.name) and not entity.being and entity.noun == entity.name.lower()
        if not bare or entity.id in ids or entity.id not in owned | walked | licking | cast.tailed:
            continue
        for_it = {kind: sum(bool(form & set(signs.split())) for form in forms) for kind, signs in SIGNS.items()}
        kind = max(for_it, key=lambda kind: for_it[kind])
        cast.change(entity.id, noun=kind, kind="animal")
