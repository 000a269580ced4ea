"""What another painter is told of a scene, in words from its record: one prompt for the picture, and one for each figure's own region."""

from __future__ import annotations

import json
from collections.abc import Mapping

from pydantic import ValidationError

from pipelines.core.settings import Refusal
from pipelines.language.plurals import plural
from pipelines.scenes.controls import table
from pipelines.scenes.record import Actor, Relation, SceneRecord, Thing
from pipelines.scenes.scene import Figure, Scene
from pipelines.scenes.settings import PHRASES

WHOLE = "picture"
MOST = 1000  # characters of one prompt
SOUNDS = "aeiou"
NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")


def prompts(scene: Scene) -> dict[str, str]:
    """The prompt of the whole picture under "picture", and that of each visible figure's region under its id."""
    record = record_of(scene)
    shown = [figure for figure in scene.figures if figure.visible]
    return {WHOLE: _whole(scene, record, shown), **{one.id: said_of(scene, one, record) for one in shown}}


def record_of(scene: Scene) -> SceneRecord | None:
    """The record with which a scene was painted; None for pictures from before there were records."""
    try:
        return SceneRecord.model_validate_json(json.dumps(scene.about.get("scene")))
    except ValidationError:
        return None


def said_of(scene: Scene, figure: Figure, record: SceneRecord | None) -> str:
    """What is said of one figure: who it is, what it does, how it stands to others, and in which light."""
    part = _part(figure, record)
    words = [f"{_with_article(_looks(figure, part))}{_doing(figure, part)}"]
    if record is not None and part is not None:
        words += [_stands(relation, record) for relation in record.relations if relation.subject == part.id]
    return ", ".join([*words, _light(scene)])[:MOST]


def _whole(scene: Scene, record: SceneRecord | None, shown: list[Figure]) -> str:
    groups: dict[str, list[Figure]] = {}
    for one in shown:
        groups.setdefault(one.part or one.id, []).append(one)
    phrases = []
    for members in groups.values():
        part, looks = _part(members[0], record), _looks(members[0], _part(members[0], record))
        count = len(members)
        who = _with_article(looks) if count == 1 else f"{NUMBERS[min(count, 12)]} {_many(looks)}"
        stands = [_stands(r, record) for r in record.relations if part and r.subject == part.id] if record else []
        phrases.append(" ".join([f"{who}{_doing(members[0], part)}", *stands]))
    place = scene.about["place"]
    where = table()["places"].get(place, PHRASES.get(place, ""))
    shot = table()["shots"].get(record.shot, "") if record is not None else ""
    phrases += [where, str(scene.about.get("season", "")), _light(scene), shot]
    return ", ".join(filter(None, phrases))[:MOST]


def _part(figure: Figure, record: SceneRecord | None) -> Actor | Thing | None:
    return next((part for part in record.parts if part.id == figure.part), None) if record is not None else None


def _looks(figure: Figure, part: Actor | Thing | None) -> str:
    noun = (figure.noun if part is not None and part.count > 1 else figure.said) or figure.noun  # “trees” are several
    look = part.look if isinstance(part, Actor) and part.look else noun
    colour = figure.paint or figure.colour
    size = part.size if part is not None else ""
    return " ".join([*(word for word in (size, colour) if word and word not in look.split()), look])


def _doing(figure: Figure, part: Actor | Thing | None) -> str:
    act = figure.play or figure.act
    mood = figure.face or (part.mood if isinstance(part, Actor) else "")
    doing = f" {_gerund(act)}" if act and act != "stand" else ""
    return doing + (f", {mood.replace('_', ' ')}" if mood and mood != "neutral" else "")


def _gerund(act: str) -> str:
    first, _, rest = act.replace("_", " ").partition(" ")
    known = table()["acts"].get(first)
    text = known or (f"{first[:-1]}ing" if first.endswith("e") and not first.endswith("ee") else f"{first}ing")
    return f"{text} {rest}".strip()


def _stands(relation: Relation, record: SceneRecord) -> str:
    how = table()["relations"].get(relation.kind, relation.kind)
    named = [f"the {_noun(record.part(id))}" for id in (relation.object, relation.other) if id]
    return f"{how} {' and '.join(named)}"


def _noun(part: Actor | Thing) -> str:
    return part.said or part.noun


def _light(scene: Scene) -> str:
    known, about = table(), scene.about
    return ", ".join(
        word for word in (known["light"].get(about["hour"], ""), known["weather"].get(about["weather"], "")) if word
    )


def _with_article(words: str) -> str:
    if words.split(" ")[0].lower() in ("a", "an", "the", "my"):
        return words
    return f"{'an' if words[:1].lower() in SOUNDS else 'a'} {words}"


def _many(words: str) -> str:
    noun, joint, rest = words.partition(" with ")
    *before, last = noun.split(" ")
    return " ".join([*before, plural(last)]) + joint + rest


# shown and edited


def as_text(told: Mapping[str, str]) -> str:
    """The prompts as lines that can be edited."""
    return "\n".join(f"{name}: {words}" for name, words in told.items())


def edit_prompts(told: Mapping[str, str], text: str) -> dict[str, str]:
    """The prompts with those lines that a visitor wrote in their place. Raises Refusal for a line that names nothing of the picture."""
    result = dict(told)
    for line in text.splitlines():
        if not line.strip():
            continue
        name, colon, words = line.partition(":")
        if not colon or name.strip() not in told:
            raise Refusal(
                f"The line “{line.strip()[:60]}” names nothing of this picture; begin with one of: {', '.join(told)}."
            )
        if len(words.strip()) > MOST:
            raise Refusal(f"The words for {name.strip()} are longer than {MOST} characters; shorten them.")
        result[name.strip()] = words.strip()
    return result
