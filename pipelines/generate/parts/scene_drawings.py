"""What is drawn of a scene that was read: the request of each thing, its drawings one after the other, its layers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
from PIL.Image import Image

from pipelines.core.progress import Progress, Report, part
from pipelines.core.settings import SEED_LIMIT, Refusal
from pipelines.figures import EXPRESSIONS, Character
from pipelines.generate.parts.brought import Brought
from pipelines.language.plurals import singular
from pipelines.scenes import performers
from pipelines.scenes.prompt import Reading, Thing

if TYPE_CHECKING:
    from pipelines.media import Character as Kept
    from pipelines.scenes.acted import Staged
    from pipelines.scenes.backdrop import Backdrop
    from pipelines.scenes.performers import Described
    from pipelines.scenes.record import SceneRecord
    from pipelines.scenes.relations import Item

MOST_FIGURES = 12


def with_players(reading: Reading, playing: Mapping[str, Character], worn: Described | None = None) -> Reading:
    """Who plays each thing, or how the words describe it. A thing that somebody of another kind plays is of that kind: a fox that is a robot stands as tall as a robot."""
    things: list[Thing] = []
    for thing in reading.things:
        word = _player(thing, playing)
        noun = performers.word_of_kind(playing[word]) if word else thing.noun
        number = sum(other.noun == noun for other in things)
        own = worn is not None and number > 0 and any(name in worn.more for name in (thing.said, noun))
        other = thing.cast and worn and noun not in worn.phrases.get(thing.said, "").split()  # "Rex, a dog"
        look = worn.said_of((noun,) if other else (thing.said, noun), number) if worn is not None else ""
        things.append(replace(thing, noun=noun, cast="" if own else word or thing.cast, look=look))
    return replace(reading, things=tuple(things))


def _player(thing: Thing, playing: Mapping[str, Character]) -> str:
    """The word of the cast who plays a thing, "" for nobody."""
    said = next((word for word in playing if word == thing.said or word in thing.said.split()), "")
    return said or (thing.noun if thing.noun in playing else "")


def cast_in(scene: SceneRecord, playing: Mapping[str, Character]) -> SceneRecord:
    """A scene that was brought, with those of the cast in it: whom it names, else who has the word of an actor that is the first of its noun or looks like any."""
    met: set[str] = set()
    actors = []
    for actor in scene.actors:
        named = actor.cast.lower() if actor.cast.lower() in playing else ""
        word = named or (
            "" if actor.look and actor.noun in met else _player(Thing(actor.noun, actor.said or actor.noun), playing)
        )
        met.add(actor.noun)
        noun = performers.word_of_kind(playing[word]) if word else actor.noun
        actors.append(actor.model_copy(update={"cast": actor.cast if named else word or actor.cast, "noun": noun}))
    return scene.model_copy(update={"actors": tuple(actors)})


def requests_of(
    reading: Reading, seed: int, playing: Mapping[str, Character] | None = None, people: int | None = None
) -> list[dict[str, Any]]:
    """What is to be drawn of every thing, with a seed for each member: the number of drawings before it does not change it.

    People and animals become characters: who plays them, else as they are described; what is not said of them follows
    from the seed `people`, for each member anew.
    """
    asked, left = [], MOST_FIGURES
    for index, thing in enumerate(reading.things):
        count = min(thing.count, left)
        if count < 1:
            raise Refusal(f"A picture shows {MOST_FIGURES} at most; take something out.")
        left -= count
        seeds = [
            int(np.random.SeedSequence([seed, index, member]).generate_state(1)[0]) % SEED_LIMIT
            for member in range(count)
        ]
        same = sum(other.said == thing.said for other in reading.things[:index])
        each = [_character(thing, playing or {}, reading, people, same + member) for member in range(count)]
        asked.append(
            {
                "noun": thing.noun,
                "said": thing.said,
                "colour": thing.colour,
                "size": thing.size,
                "act": thing.act,
                "seeds": [*thing.seeds[:count], *seeds[len(thing.seeds) :]],
                "character": each[0],
                "each": each,
                "face": thing.mood if each[0] and thing.mood in EXPRESSIONS else "",
                "part": thing.id,
            }
        )
    return asked


def _character(
    thing: Thing, playing: Mapping[str, Character], reading: Reading, people: int | None, number: int
) -> str:
    """Who a thing is, as JSON of a character; "" for what is no figure. `number` counts those whom the same word means."""
    from pipelines.figures.wardrobe import suit_occasion

    if who := playing.get(thing.cast.lower()):
        return who.to_json()
    if not performers.is_figure(thing.noun):
        return ""
    who = performers.character_of(thing.noun, thing.look, thing.colour, people, f"{thing.said} {number or ''}".strip())
    dressed = suit_occasion(who, places=reading.place, acts=thing.act, weather=reading.weather)
    return performers.stand_for(dressed, singular(thing.said)).to_json()


def laid_out(
    reading: Reading,
    about: Mapping[str, Any],
    width: int,
    height: int,
    seed: int,
    pictures: list[list[Image]] | None = None,
    free_below: float = 0.0,
    shares: Sequence[float] = (),
) -> tuple[list[Item], list[Any]]:
    """Return the items of a scene with their places, and the relations that could not be kept."""
    from pipelines.scenes.layout import lay_out

    aspects = (
        [[picture.width / picture.height for picture in group] for group in pictures] if pictures is not None else None
    )
    return lay_out(reading, about["place"], width, height, seed, aspects, free_below, shares)


def drawings_of(
    asked: list[dict[str, Any]],
    sketch: list[Item],
    backdrop: Backdrop,
    report: Report,
    own: Brought | None = None,
) -> list[list[Image]]:
    """All drawings, one after the other; every one is shown in its place as soon as it is there. A visitor's own thing is not drawn, only coloured."""
    from pipelines.scenes import drawings
    from pipelines.scenes.preview import Preview

    def show(progress: Progress) -> None:  # the picture so far, not the noise of one drawing
        report(replace(progress, preview=preview.picture))

    preview, places = Preview(backdrop), {(item.thing, item.member): item for item in sketch}
    total = max(1, sum(len(thing["seeds"]) for thing in asked))
    done, groups = 0, []
    for index, thing in enumerate(asked):
        group: list[Image] = []
        for member, (member_seed, who) in enumerate(zip(thing["seeds"], thing["each"], strict=True)):
            request = drawings.Request(
                thing["noun"], thing["colour"], member_seed, who, thing["act"], face=thing["face"]
            )
            stage = part(show, done / total, (done + 1) / total)
            brought = own is not None and own.name == request.noun and own.coloured(request.colour)
            group += [brought] if brought else drawings.draw([request], drawings.SIZE_PX, stage)
            if place := places.get((index, member)):
                preview.add(group[-1], place)
            done += 1
        groups.append(group)
    return groups


def scene_of(
    backdrop: Backdrop,
    stage: Staged,
    asked: list[dict[str, Any]],
    reading: Reading,
    about: Mapping[str, Any],
    size: tuple[int, int],
) -> Any:
    """Put planes, figures and drawings together to one scene."""
    from pipelines.media.openraster import crop_layer
    from pipelines.scenes import scene

    seated = {r.object if r.kind == "wearing" else r.subject for r in reading.relations if r.kind in scene.SEATED}
    holders = {r.subject: r.object for r in reading.relations if r.kind == "held by"} | stage.held
    items, pictures = stage.items, stage.pictures
    figures = scene.figures_of(items, asked, seated | set(stage.held), holders)
    sources = {}
    for one, item in zip(figures, sorted(items, key=lambda item: (item.thing, item.member))):
        sources[scene.source_name(one.id, 0)] = pictures[item.thing][item.member]
    planes = {name: crop_layer(name, picture) for name, picture in backdrop.planes.items()}
    return scene.Scene(size[0], size[1], planes, tuple(figures), sources, about)


def absent(reading: Reading, playing: Mapping[str, Character]) -> list[str]:
    """A sentence for each character that the scene does not name."""
    named = {
        word for thing in reading.things for word in (thing.said, thing.noun, thing.cast.lower(), *thing.said.split())
    }
    return [
        f"“{word}” is not in the prompt, so this character is not in the picture."
        for word in playing
        if word not in named
    ]


def together(cast: str, brought: Sequence[Kept | None]) -> dict[str, Character]:
    """Who plays whom: the cast by its words, and characters of the shelf by their name or the word of their kind. Raises Refusal."""
    playing = performers.cast_of(cast)
    for one in brought:
        if one is not None:
            who = Character.from_json(one.text)
            playing[performers.word_of_kind(who)] = who
            if who.name:
                playing[who.name.lower()] = who
    return playing
