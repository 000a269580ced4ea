"""Who makes the parts of a film: the studio's own methods, or models of a hub, for the whole film and for single scenes.

An engine is written as one word: "" is the studio's own; a preset's key ("sd-turbo") or "other:owner/name" is a model of a hub. For motion
the way stands before it: "picture:wan22" sets the scene's picture in motion, "words:wan" films from the description, "ends:wan-flf" goes on to
the next scene's picture, "acted:vace" follows the clip that is acted here. Nothing is replaced by another engine unless the visitor says so: a model that is missing is a problem of the film.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass as stdlib
from dataclasses import field
from typing import Annotated, Any

from pydantic import BeforeValidator, PlainValidator
from pydantic.dataclasses import dataclass

from pipelines.core.aliases import values_of
from pipelines.core.models import ModelCard
from pipelines.core.settings import Refusal
from pipelines.hub import steering
from pipelines.hub.preset import Preset
from pipelines.hub.presets import MOTION_CONTROLS, MUSIC, OTHER, PICTURES, TABLE, VIDEOS, chosen
from studio.film.fields import CONFIG, FILE, Part

WAYS = {
    "picture": "The scene's picture in motion",
    "words": "Filmed from the words",
    "ends": "On to the next scene's picture",
    "acted": "Our acted scene, painted",
}
VOICES = tuple(preset for preset in TABLE if preset.kind == "voice")
TABLES: Mapping[str, tuple[Preset, ...]] = {"picture": PICTURES, "motion": VIDEOS, "voice": VOICES, "music": MUSIC}
NAMES = {"picture": "picture", "motion": "motion", "voice": "voice", "music": "music"}
OWN = {
    "picture": "Storybook: painted here, in layers",
    "motion": "Figures and camera: moved here",
    "voice": "Kokoro: the studio's own voices",
    "music": "Composed here for the film",
}
BY_ID = "another, by its id"
WORD = re.compile(r"[A-Za-z0-9@:/\\._ -]{0,1100}")
MOST_REFERENCES = 24
MOST_AGAIN = 2
STEP_PX = 64  # sides of hub pictures and films are multiples of it
LEAST_PX, DRAFT_SCALE, DRAFT_STEPS = 256, 0.5, 0.4  # a draft is half as wide and high, with two fifths of the steps


def _model(slot: str) -> PlainValidator:
    def check(value: Any) -> str | None:
        if value is not None and not (isinstance(value, str) and WORD.fullmatch(value)):
            raise Refusal(f"{{called}}: the {NAMES[slot]}'s model cannot be read.")
        return value

    return PlainValidator(check)


def _check_free(value: Any) -> float | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 < value <= 1:
        raise Refusal("{called}: how free a picture is lies above 0 and at most 1.")
    return round(float(value), 2) or None


def _check_again(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= MOST_AGAIN:
        raise Refusal(f"{{called}}: a picture is painted again by itself at most {MOST_AGAIN} times.")
    return value


def _check_references(given: Any) -> dict[str, str]:
    entries = list(given.items())[:MOST_REFERENCES] if isinstance(given, Mapping) else []
    return {
        word.lower(): str(id)
        for word, id in entries
        if isinstance(word, str) and len(word) <= 40 and FILE.fullmatch(str(id))
    }


@dataclass(frozen=True, config=CONFIG)
class Engines(Part):
    """The engines of a film, or of a scene where None means as the film. `goes_on`: the scene begins with the last picture of the one before."""

    SPARSE = ("picture", "motion", "voice", "music", "goes_on", "free", "again", "references")

    picture: Annotated[str | None, _model("picture")] = None
    motion: Annotated[str | None, _model("motion")] = None
    voice: Annotated[str | None, _model("voice")] = None
    music: Annotated[str | None, _model("music")] = None
    goes_on: Annotated[bool, BeforeValidator(lambda value: value is True)] = False
    # how free a hub model's picture is of our drawing, above 0 to 1; None paints from words alone
    free: Annotated[float | None, PlainValidator(_check_free)] = None
    # other seeds that are tried by themselves where the check after painting finds faults, of the film
    again: Annotated[int, PlainValidator(_check_again)] = 0
    # word of the cast -> a picture of the shelf
    references: Annotated[dict[str, str], PlainValidator(_check_references)] = field(default_factory=dict)


NONE = Engines()


@stdlib(frozen=True)
class Engine:
    """One choice: which slot, the way of motion, and the model."""

    slot: str
    way: str
    preset: Preset
    other: str = ""

    @property
    def card(self) -> ModelCard:
        """The card of its model."""
        return self.preset.card

    @property
    def settings(self) -> dict[str, Any]:
        """As the pipelines' forms name the model."""
        return {"model": self.preset.key} | ({"other": self.other} if self.other else {})


def engine(slot: str, written: str) -> Engine | None:
    """The choice that is written, None for the studio's own. Raises Refusal for a model that is not in this studio."""
    if not written or written == "own":
        return None
    way, rest = "", written
    if slot == "motion":
        way, _, rest = written.partition(":")
        if way not in WAYS:
            raise Refusal(f"the motion “{written[:80]}” is gone; choose another.")
    key, _, other = rest.partition(":")
    key = str(values_of("generate.diffusion", {"model": key})["model"])  # a model that has another name now
    table = TABLES[slot]
    known = {preset.key for preset in table} | ({OTHER} if slot in ("picture", "motion") else set())
    if key not in known:
        raise Refusal(f"the {NAMES[slot]}'s model “{key[:80]}” is gone; choose another.")
    return Engine(slot, way, chosen(table, key, other), other)


def chosen_for(film: Engines, scene: Engines | None, slot: str) -> Engine | None:
    """The scene's own choice, else the film's; "own" in a scene is the studio's, whatever the film says. Raises Refusal."""
    own = getattr(scene, slot) if scene is not None else None
    return engine(slot, (own if own is not None else getattr(film, slot)) or "")


# what a call asks for


def size_for(preset: Preset, shape: tuple[int, int], draft: bool) -> tuple[int, int]:
    """Width and height of the film's shape with about the model's usual number of pixels."""
    area, ratio = preset.size[0] * preset.size[1], shape[0] / shape[1]
    scale = DRAFT_SCALE if draft else 1.0
    sides = ((area * ratio) ** 0.5 * scale, (area / ratio) ** 0.5 * scale)
    least = min(1.0, min(sides) / LEAST_PX)
    width, height = (max(STEP_PX, round(side / least / STEP_PX) * STEP_PX) for side in sides)
    return width, height


def steps_for(preset: Preset, draft: bool) -> int:
    """0 is the usual number; a draft of a model with few steps has them all."""
    return max(2, round(preset.steps * DRAFT_STEPS)) if draft and preset.steps > 8 else 0


def seconds_for(preset: Preset, seconds: float) -> float:
    """As long as the scene, at most what the model films at once; longer scenes see the clip again (`film.dress`)."""
    return round(min(seconds, 10.0, max(1, preset.frames) / preset.rate_hz if preset.frames > 1 else seconds), 1)


# before a render


@stdlib(frozen=True)
class Use:
    """A model that a film uses: its preset, in which slots, whether it is here."""

    preset: Preset
    slots: tuple[str, ...]
    present: bool


def models_used(film: Engines, scenes: Mapping[str, tuple[Engines | None, bool]]) -> list[Use]:
    """Every hub model of a film, each once. `scenes`: by id its engines, and whether its picture is a file of the shelf."""
    models: dict[str, tuple[Preset, list[str]]] = {}
    for choice in _choices(film, scenes):
        _, slots = models.setdefault(choice.card.source + choice.card.revision, (choice.preset, []))
        if choice.slot not in slots:
            slots.append(choice.slot)
    return [Use(preset, tuple(slots), preset.present) for preset, slots in models.values()]


def _choices(film: Engines, scenes: Mapping[str, tuple[Engines | None, bool]]) -> Iterator[Engine]:
    for own, given in scenes.values():
        for slot in ("picture", "motion", "voice"):
            if slot == "picture" and given:
                continue
            try:
                choice = chosen_for(film, own, slot)
            except Refusal:
                continue  # said among the film's problems
            if choice is not None:
                yield choice
                if choice.way == "acted" and steering.followed_by(choice.preset.made_by) == "lines":
                    yield Engine(slot, choice.way, MOTION_CONTROLS[0])
    try:
        music = engine("music", film.music or "")
    except Refusal:
        return
    if music is not None:
        yield music


def missing(use: Use) -> str:
    """What to do about a model that is not here, in one sentence."""
    card, slots = use.preset.card, " and ".join(NAMES[slot] for slot in use.slots)
    command = (
        f"python -m studio models fetch {use.preset.repository}"
        if card.source.startswith("hub:")
        else "put its folder back"
    )
    size = f"{card.size_bytes / 1e9:.1f} GB" if card.size_bytes else "of unknown size"
    return f"The film: {card.name} ({size}) is not here; fetch it ({command}) or choose another for the {slots}."


def as_json(use: Use) -> dict[str, Any]:
    """For the page: what it costs and what it may be used for."""
    card = use.preset.card
    return {
        "name": card.name,
        "slots": list(use.slots),
        "present": use.present,
        "size_bytes": card.size_bytes,
        "licence": card.licence,
        "commercial": card.commercial,
        "caveat": card.caveat,
        "memory_gb": use.preset.memory_gb,
        "source": card.source,
        "fetchable": card.source.startswith("hub:"),
        "known": use.preset.key != OTHER,
    }


def options() -> dict[str, list[dict[str, Any]]]:
    """The page's menus: value, label, and of a hub model its size, memory, licence and what it begins from."""
    return {slot: [{"value": "", "label": OWN[slot]}, *_list_models(slot, table)] for slot, table in TABLES.items()}


def _list_models(slot: str, table: tuple[Preset, ...]) -> Iterator[dict[str, Any]]:
    yield from _list_presets(slot, table)
    if slot == "picture":
        yield {"value": f"{OTHER}:", "label": BY_ID, "drawing": True}
    elif slot == "motion":
        yield from (
            {"value": f"{way}:{OTHER}:", "label": BY_ID, "way": way, "way_label": label} for way, label in WAYS.items()
        )


def _list_presets(slot: str, table: tuple[Preset, ...]) -> Iterator[dict[str, Any]]:
    for preset in table:
        facts = {
            "size_bytes": preset.card.size_bytes,
            "memory_gb": preset.memory_gb,
            "licence": preset.card.licence,
            "source": preset.card.source,
            "commercial": preset.card.commercial,
            "references": "references" in preset.begins,
            "drawing": slot == "picture" and bool(steering.takes(preset).drawing),
        }
        if slot != "motion":
            if slot != "picture" or "words" in preset.begins or "references" in preset.begins:
                yield {"value": preset.key, "label": preset.card.name, **facts}
            continue
        alone = steering.followed_by(preset.made_by) != "skeletons"  # or it films nothing but what was acted
        for way, needs in (("picture", "picture"), ("words", "words"), ("ends", "last"), ("acted", "movement")):
            if needs in preset.begins and (alone or way == "acted"):
                yield {
                    "value": f"{way}:{preset.key}",
                    "label": preset.card.name,
                    "way": way,
                    "way_label": WAYS[way],
                    **facts,
                }
