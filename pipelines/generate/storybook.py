"""A sentence becomes a picture in layers: figures, things and the backdrop are painted by code, and what has no picture is said."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated, Any

from pipelines.core.progress import Progress, Report, part, silent
from pipelines.core.registry import pipeline
from pipelines.core.settings import SEED_LIMIT, Choice, Range, Refusal, Seed, Text
from pipelines.figures import ACTIONS, Character
from pipelines.generate.cutout import U2NETP
from pipelines.generate.parts.brought import STAND_IN, Brought, OwnName, OwnThing, brought
from pipelines.generate.parts.scene_drawings import (
    absent,
    cast_in,
    drawings_of,
    laid_out,
    requests_of,
    scene_of,
    together,
    with_players,
)
from pipelines.language.likely_act import LIKELY_ACTS
from pipelines.language.likely_place import LIKELY_PLACES, likely_place
from pipelines.language.minilm import MINILM
from pipelines.media import Accompanied, Layers
from pipelines.reading.cards import ENGLISH, NAMES, WORDNET
from pipelines.scenes import drawings
from pipelines.scenes.casting import CastText, FirstCharacter, SecondCharacter, ThirdCharacter
from pipelines.scenes.fitting import fit_to_place, odd_in
from pipelines.scenes.places import everything
from pipelines.scenes.prompt import PLAIN, Reading, read, sentence_of_unknown
from pipelines.scenes.record import SceneRecord, from_json, to_json
from pipelines.scenes.recorded import drawable, reading_of, record_of
from pipelines.scenes.settings import ROOMS, SEEDS

if TYPE_CHECKING:
    from PIL.Image import Image

    from pipelines import media
    from pipelines.scenes.acted import Staged
    from pipelines.scenes.backdrop import Backdrop
    from pipelines.scenes.relations import Item
    from pipelines.scenes.scene import Scene

FORMATS = {"landscape": "1280 × 720", "square": "1024 × 1024", "portrait": "720 × 1280"}
NIGHTLY = frozenset(["moon", "full moon", "crescent moon", "star", "shooting star", "fireworks"])
PIXELS = {"landscape": (1280, 720), "square": (1024, 1024), "portrait": (720, 1280)}


def known() -> Sequence[str]:
    """Suggestions of the form: every name that a scene can show."""
    return drawings.known()


def places() -> Mapping[str, str]:
    """Choices of a form."""
    return {"": "as described", **{place: place for place in SEEDS}}


HOURS = {"": "as described", "day": "day", "sunset": "sunset", "dawn": "dawn", "night": "night"}
WEATHERS = {"": "as described", "clear": "clear", "rain": "rain", "snow": "snow", "fog": "fog"}
ScenePrompt = Annotated[
    str,
    Text(
        label="What the picture shows",
        help="Say who and what is where, and what they do.",
        placeholder="a red fox beside a house by the sea at sunset",
        lines=3,
        max_characters=600,
        required=True,
        unless="scene",
        receives=True,
        pictured="scene",
        suggests=known,
    ),
]
Place = Annotated[str, Choice(places, help="This overrides the description.", more=True)]
Hour = Annotated[str, Choice(HOURS, label="Time of day", help="This overrides the description.", more=True)]
Weather = Annotated[str, Choice(WEATHERS, help="This overrides the description.", more=True)]
FreeBelow = Annotated[
    float,
    Range(0, 0.35, 0.01, label="Room for subtitles", more=True),
]
BackdropSeed = Annotated[
    int,
    Range(
        -1,
        SEED_LIMIT - 1,
        label="Seed of the background",
        help="The same number gives the same place.",
        more=True,
    ),
]


SceneText = Annotated[
    str,
    Text(
        label="Scene as data",
        help="Painted instead of the words.",
        placeholder='{"place": "meadow", "actors": [{"id": "fox-1", "noun": "fox"}]}',
        lines=2,
        max_characters=60_000,
        more=True,
        editor="json",
        check=from_json,
    ),
]


@pipeline(models=(ENGLISH, WORDNET), optional=(U2NETP, NAMES, MINILM, LIKELY_ACTS, LIKELY_PLACES))
def storybook(
    character: FirstCharacter = None,
    second: SecondCharacter = None,
    third: ThirdCharacter = None,
    thing: OwnThing = None,
    *,
    prompt: ScenePrompt = "",
    thing_name: OwnName = "",
    format: Annotated[str, Choice(FORMATS, label="Format")] = "landscape",
    place: Place = "",
    hour: Hour = "",
    weather: Weather = "",
    free_below: FreeBelow = 0.0,
    cast: CastText = "",
    scene: SceneText = "",
    backdrop_seed: BackdropSeed = -1,
    seed: Seed = 0,
    report: Report = silent,
) -> Accompanied[Layers]:
    """Paint a scene from a sentence, in layers that can be moved, drawn again, recoloured and animated.

    The prompt is read once, by rules, into a scene as data (scene.json); a scene that is given is painted instead. Each thing is a layer of its own, and
    all is painted by code, not by a trained model; what has no picture is left out and said. Relations hold by construction. RGB of the chosen format
    with layers.ora (OpenRaster), reading.json and scene.json beside it. A visitor's own thing is drawn wherever the prompt names it. Raises Refusal for an
    empty prompt or when no word of it can be drawn, for a thing without a name or a picture, for a cast or scene that cannot be read, MissingModel without
    the dictionary and the parser.
    """
    from pipelines.scenes import scene as scenes

    composition = compose_scene(
        (character, second, third),
        thing,
        prompt=prompt,
        thing_name=thing_name,
        format=format,
        place=place,
        hour=hour,
        weather=weather,
        free_below=free_below,
        cast=cast,
        scene=scene,
        backdrop_seed=backdrop_seed,
        seed=seed,
        report=report,
    )[0]
    report(Progress(0.95, 1.0, "Putting the layers together"))
    about = {name: said for name, said in composition.about.items() if name != "scene"}
    facts = json.dumps(about, ensure_ascii=False, indent=1, sort_keys=True).encode()
    layers = scenes.put_together(composition)
    written = json.dumps(composition.about["scene"], ensure_ascii=False).encode()
    return Accompanied(layers, {"layers.ora": layers.archive, "reading.json": facts, "scene.json": written})


def compose_scene(
    characters: Sequence[media.Character | None],
    thing: Image | None,
    *,
    prompt: str,
    thing_name: str,
    format: str,
    place: str,
    hour: str,
    weather: str,
    free_below: float,
    cast: str,
    scene: str,
    backdrop_seed: int,
    seed: int,
    report: Report = silent,
) -> tuple[Scene, SceneRecord, list[Item]]:
    """A scene with everything in its place, before its layers are put together; its record; and where all stands. Raises as `storybook` does."""
    from pipelines.scenes.accounted import notes_of, word_coverage

    own = brought(thing, thing_name)
    playing = together(cast, characters)
    record, playing = (
        _read_scene(scene, playing, report, own) if scene.strip() else _read_prompt(prompt, playing, hour, report, own)
    )
    record = fit_to_place(record, place)
    about = settle_scene(reading_of(record), {"place": place, "hour": hour, "weather": weather}, seed) | {
        "prompt": prompt or record.sentence,
        "figures": "people and animals are rigged figures, painted by code; things with a painter of their own are painted by code",
    }
    reading = reading_of(record, about["place"])
    size = PIXELS[format]
    where = seed if backdrop_seed < 0 else backdrop_seed
    backdrop = _paint_backdrop(about, size, where, part(report, 0.02, 0.16, f"Painting the {about['place']}"), reading)
    asked = requests_of(reading, seed, playing, where)
    about["notes"] += absent(reading, playing) + own.notes(reading)
    about |= {"brought": [own.name]} if own.name else {}
    about |= {"free_below": free_below} if free_below > 0 else {}
    report = part(report, 0.16, 0.94)
    acting = _arrange_things(reading, asked, about, backdrop, size, seed, free_below, report, own, record)
    about = {**about, "scene": json.loads(to_json(record))}
    composition = scene_of(backdrop, acting, asked, reading, about, size)
    about["notes"][:] = notes_of(word_coverage(record, picture=composition), about["notes"])
    # what acts bring has a number behind those of the things
    return composition, record, [item for item in acting.items if item.thing < len(reading.things)]


def _read_prompt(
    prompt: str, playing: dict[str, Character], hour: str, report: Report, own: Brought
) -> tuple[SceneRecord, dict[str, Character]]:
    """The prompt read into a scene, and those who play in it by the words of their kinds. Raises Refusal."""
    from pipelines.generate.parts.prompt_verbs import bearers
    from pipelines.painting.palette import light_of
    from pipelines.scenes import performers
    from pipelines.scenes.sense import made_sense

    reasons: dict[str, str] = {}
    named, playing = performers.with_names(own.stood_for(prompt), playing)
    worn = performers.describe_figures(named, bearers(named))
    known = drawings.vocabulary()
    known = known.with_noun(STAND_IN) if own.name else known
    reading = own.named(with_players(understood(worn.prompt, known, report, reasons), playing, worn))
    reading = made_sense(reading, light_of(hour or reading.hour or "day").from_left)
    return _set_where_likely(record_of(replace(reading, prompt=prompt), reasons)), playing


def _set_where_likely(record: SceneRecord) -> SceneRecord:
    """The scene in the place that its words are likely to be about, where they name none and neither a thing nor an act has one of its own."""
    suited = settle_scene(reading_of(record), dict.fromkeys(("place", "hour", "weather"), ""), 0)["place"]
    likely = likely_place([record.sentence]) if record.actors and suited == "meadow" and not record.place else ""
    if not likely or everything()[likely].like == PLAIN.strip() or (likely in ROOMS and odd_in(record, likely)):
        return record  # nobody is inside a leaf, unless that is said
    notes = *record.notes, f"Nothing says where this is, so it is set where that is likely: {likely}."
    there = record.model_copy(update={"place": likely, "notes": notes[:48]})
    fitted = fit_to_place(there)
    return there if (fitted.place, fitted.parts) == (likely, record.parts) else record


def _read_scene(
    text: str, playing: dict[str, Character], report: Report, own: Brought
) -> tuple[SceneRecord, dict[str, Character]]:
    """A scene that was brought, with nouns that can be drawn, and those who play in it. Raises Refusal."""
    from pipelines.generate.parts.prompt_verbs import Dictionary

    report(Progress(0.0, 1.0, "Reading the scene"))
    known = drawings.vocabulary()
    known = known.with_noun(own.name) if own.name else known
    record = from_json(text)
    if not record.parts and not record.place:
        raise Refusal("The scene is empty; name a thing, an actor or a place.")
    return cast_in(drawable(record, known, Dictionary(known.nouns)), playing), playing


def _arrange_things(
    reading: Reading,
    asked: Any,
    about: dict[str, Any],
    backdrop: Backdrop,
    size: tuple[int, int],
    seed: int,
    free_below: float,
    report: Report,
    own: Brought,
    record: SceneRecord,
) -> Staged:
    """The things laid out, drawn where they are seen, seated, and acting with one another; also their pictures."""
    from pipelines.scenes import acted, seating
    from pipelines.scenes.relations import STAGES

    seating.posed_together(reading, asked, about["place"])
    seating.pose_holders(reading, asked)
    sketch = laid_out(reading, about, *size, seed, free_below=free_below)[0]
    pictures = drawings_of(asked, sketch, backdrop, report, own)
    items = laid_out(reading, about, *size, seed, pictures, free_below, seating.shares(asked))[0]
    items = seating.seated_deep(items, asked, reading)
    items = seating.aboard(items, asked, reading)
    items = seating.peep_out(seating.in_bed(items, asked, reading), pictures, reading)
    items = seating.above_line(items, size[1] * (1 - free_below))
    items = seating.looking(seating.turned_inward(items, asked, reading), reading)
    items = seating.in_hands(items, asked, reading)
    shore = STAGES[about["place"]].water
    water = size[1] * (0.3 * shore[0] + 0.7 * shore[1]) if shore else None
    return acted.stage_acts(items, asked, pictures, record, size[0], water)


def understood(prompt: str, known: Any, report: Report = silent, reasons: dict[str, str] | None = None) -> Reading:
    """The prompt read: verbs by the parser, strange words by WordNet; `reasons` gets a sentence for each of WordNet's. Raises Refusal when it is in another language or nothing of it can be drawn."""
    from pipelines.generate.parts.prompt_verbs import Dictionary, replace_synonyms, set_place, with_acts
    from pipelines.narrate import language_of
    from pipelines.reading import language, wordnet

    report(Progress(0.0, 1.0, "Reading the prompt"))
    small = sum(word in language.SMALL or word in language.ALSO for word in prompt.lower().split())
    if language_of(prompt, small) != "en":
        language.check(prompt)
    match = Dictionary(known.nouns, prompt)
    told, left = with_acts(prompt, known)
    reading = set_place(read(told, known, match))
    if reading.things:
        reading = replace(reading, unknown=tuple(word for word in reading.unknown if not wordnet.names_nothing(word)))
    left = (*left, *reading.left) if reading.things else ()
    notes = tuple(f"“{words}” is not drawn: {because}" for words, because in left)
    reading = replace(reading, prompt=prompt, notes=(*reading.notes, *notes), left=left)
    if reasons is not None:
        reading, others = replace_synonyms(reading)
        reasons.update(match.reasons | others)
    if not reading.things and not reading.place:
        raise Refusal(
            sentence_of_unknown(reading.unknown, known)
            if reading.unknown
            else "Nothing here can be drawn; name a thing or a place, for example “a fox in a meadow”."
        )
    return reading


def settle_scene(reading: Reading, chosen: Mapping[str, str], seed: int) -> dict[str, Any]:
    """Everything about the scene that is not geometry: what was chosen goes before what was said, and that before what suits."""
    from pipelines.figures.acts import record
    from pipelines.scenes import things as T

    nouns = [thing.noun for thing in reading.things]
    suits = [record(thing.act).suits for thing in reading.things if thing.act in ACTIONS]
    place = chosen["place"] or reading.place or next(filter(None, suits), "") or T.suited_place(nouns)
    return {
        "prompt": reading.prompt,
        "seed": seed,
        "place": place,
        "hour": chosen["hour"] or reading.hour or ("night" if NIGHTLY & {*nouns} else "day"),
        "weather": chosen["weather"] or reading.weather or "clear",
        "plain_colour": reading.plain_colour if place == "plain" else "",
        "notes": list(reading.notes),
        "backdrop": "painted by code, not by a trained model",
        **({"season": reading.season} if reading.season else {}),
    }


def _paint_backdrop(
    about: Mapping[str, Any], size: tuple[int, int], seed: int, report: Report, reading: Reading
) -> Backdrop:
    from pipelines.props import record
    from pipelines.scenes.backdrop import paint

    return paint(
        about["place"],
        about["hour"],
        about["weather"],
        *size,
        seed,
        about["plain_colour"] or "cream",
        report,
        reading.season,
        frozenset("bed" if record(thing.noun).posture == "lie" else thing.noun for thing in reading.things),
    )
