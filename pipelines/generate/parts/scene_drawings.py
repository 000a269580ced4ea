"""What is drawn of a scene that was read: the request of each thing, its drawings one after the other, its layers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
from PIL.Image import Image

from pipelines.core.progress import Progress, Report, part
from pipelines.core.settings import SEED_LIMIT
from pipelines.generate.parts.brought import Brought

if TYPE_CHECKING:
    from pipelines.drawing.network import Sampling
    from pipelines.figures import Character
    from pipelines.scenes.backdrop import Backdrop
    from pipelines.scenes.performers import Described
    from pipelines.scenes.prompt import Reading, Thing
    from pipelines.scenes.relations import Item

MOST_FIGURES = 12


def with_players(reading: Reading, playing: Mapping[str, Character]) -> Reading:
    """A thing that somebody of another kind plays is of that kind: a fox that is a robot stands as tall as a robot."""
    from pipelines.scenes import performers

    things = []
    for thing in reading.things:
        who = _player(thing, playing)
        things.append(replace(thing, noun=performers.called(who)) if who else thing)
    return replace(reading, things=tuple(things))


def _player(thing: Thing, playing: Mapping[str, Character]) -> Character | None:
    found = next((one for word, one in playing.items() if word == thing.said or word in thing.said.split()), None)
    return found or playing.get(thing.noun)


def requests_of(
    reading: Reading,
    style: str,
    seed: int,
    worn: Described | None = None,
    playing: Mapping[str, Character] | None = None,
) -> list[dict[str, Any]]:
    """What is to be drawn of every thing, with a seed for each member: the number of drawings before it does not change it.

    With `worn` (what the prompt says of each figure) people and animals become characters.
    """
    asked, left = [], MOST_FIGURES
    for index, thing in enumerate(reading.things):
        count = max(0, min(thing.count, left))
        left -= count
        seeds = [
            int(np.random.SeedSequence([seed, index, member]).generate_state(1)[0]) % SEED_LIMIT
            for member in range(count)
        ]
        asked.append(
            {
                "noun": thing.noun,
                "said": thing.said,
                "style": style,
                "colour": thing.colour,
                "size": thing.size,
                "pose": "",
                "act": thing.act,
                "seeds": seeds,
                "character": _who(
                    thing, worn, playing or {}, sum(one.noun == thing.noun for one in reading.things[:index])
                ),
            }
        )
    return asked


def _who(thing: Thing, worn: Described | None, playing: Mapping[str, Character], number: int) -> str:
    """The character of a thing: who plays its word, else who the words describe. A later one of a word that is described is not played."""
    own = worn is not None and number > 0 and any(word in worn.more for word in (thing.said, thing.noun))
    who = None if own else _player(thing, playing)
    return who.to_json() if who is not None else _character(thing, worn, number)


def _character(thing: Thing, worn: Described | None, number: int = 0) -> str:
    """Who a thing is, the first or a later one of its word, as JSON of a character; "" for what is no figure."""
    from pipelines.scenes import performers

    if worn is None or not performers.is_figure(thing.noun):
        return ""
    said = worn.said_of((thing.said, thing.noun), number)
    return performers.character_of(thing.noun, said, thing.colour).to_json()


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
    how: Sampling,
    report: Report,
    engine: str = "",
    own: Brought | None = None,
) -> list[list[Image]]:
    """All drawings, one after the other; every one is shown in its place as soon as it is there. A visitor's own thing is not drawn, only coloured."""
    from pipelines.scenes import drawings
    from pipelines.scenes.preview import Preview

    preview = Preview(backdrop)
    total = max(1, sum(len(thing["seeds"]) for thing in asked))
    done, groups = 0, []
    for index, thing in enumerate(asked):
        group: list[Image] = []
        for member, member_seed in enumerate(thing["seeds"]):
            request = drawings.Request(
                thing["noun"],
                thing["style"],
                thing["colour"],
                thing["pose"],
                member_seed,
                thing["character"],
                thing["act"],
            )
            stage = _shown(part(report, done / total, (done + 1) / total), preview)
            if own is not None and own.name == request.noun:
                group.append(own.coloured(request.colour))
            else:
                group += drawings.draw([request], drawings.SIZE_PX, how, stage, engine)
            place = next((item for item in sketch if (item.thing, item.member) == (index, member)), None)
            if place is not None:
                preview.add(group[-1], place)
            done += 1
        groups.append(group)
    return groups


def _shown(report: Report, preview: Any) -> Report:
    """The picture so far instead of the noise of one drawing."""

    def stage(progress: Progress) -> None:
        report(Progress(progress.done, progress.total, progress.label, preview.picture, progress.numbers))

    return stage


def scene_of(
    backdrop: Backdrop,
    items: list[Item],
    asked: list[dict[str, Any]],
    pictures: list[list[Image]],
    reading: Reading,
    about: Mapping[str, Any],
    size: tuple[int, int],
) -> Any:
    """Put planes, figures and drawings together to one scene."""
    from pipelines.media.openraster import cropped
    from pipelines.scenes import scene

    seated = {
        r.object if r.kind in ("wearing", "holding") else r.subject for r in reading.relations if r.kind in scene.SEATED
    }
    holders = {r.object: r.subject for r in reading.relations if r.kind == "holding"}
    figures = scene.figures_of(items, asked, seated, holders)
    sources = {}
    for one, item in zip(figures, sorted(items, key=lambda item: (item.thing, item.member))):
        sources[scene.source_name(one.id, 0)] = pictures[item.thing][item.member]
    planes = {name: cropped(name, picture) for name, picture in backdrop.planes.items()}
    return scene.Scene(size[0], size[1], planes, tuple(figures), sources, about)


def unkept(relation: Any, reading: Reading) -> str:
    """Say in a sentence which relation could not be kept."""
    subject, other = reading.things[relation.subject].said, reading.things[relation.object].said
    return f"“{subject} {relation.kind} {other}” could not be kept together with the rest."
