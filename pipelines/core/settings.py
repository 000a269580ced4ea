"""A pipeline's signature is its form: the controls, checks, REST/MCP schema and documentation all come from it.

    def gatys(content: Image, style: Image, *,
              strength: Annotated[float, Range(0, 1, help="…")] = 0.6, seed: Seed = 0, report: Report = silent) -> Image:

Positional parameters are media (slots), keyword-only parameters are settings, `report` is the listener.
"""

from __future__ import annotations

import inspect
import json
import math
import types
import typing
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Annotated, Any

from pipelines.core.aliases import values_of
from pipelines.core.kinds import called, fits, kind_of

SEED_LIMIT = 2**32
# Settings that pipelines no longer have: the values that changed nothing, and what is said where another one stands in a recipe.
RETIRED: Mapping[str, Mapping[str, tuple[tuple[Any, ...], str]]] = {
    "infill.diffuse": {
        "run_its_code": (
            (False, None, "", "false", "False", "no", "off", "0"),
            "This asks to run a model's own code, which this studio no longer does; please choose a model that needs none.",
        )
    },
    "redteam.detector": {
        "victim": (
            ("deciding",),
            "Detect no longer has the network of fine traces that this asks to attack; please attack the signal that decides.",
        )
    },
    # what was nudged against the network of fine traces is nudged against the signal that decides
    "lab.nudge": {"against": (("traces", "deciding"), "A nudge is aimed at the signal that decides.")},
}


class Refusal(ValueError):
    """Something a visitor gave cannot be used; the text is one sentence that says what to do."""


@dataclass(frozen=True)
class Range:
    """A number from `low` to `high`; with `scales_time`, a run takes proportionally longer the larger it is."""

    low: float
    high: float
    step: float | None = None
    label: str = ""
    help: str = ""
    more: bool = False
    scales_time: bool = False


@dataclass(frozen=True)
class Choice:
    """One of a few named options: a mapping of value to words, or a function that gives it (called when a form is drawn)."""

    options: Mapping[str, str] | Callable[[], Mapping[str, str]]
    label: str = ""
    help: str = ""
    more: bool = False
    pictures: str = ""  # e.g. "styles/{value}.webp" under assets/: the options are then chosen by their looks
    given: str = ""  # another choice on which it depends what the page offers here
    offered: Mapping[str, tuple[str, ...]] | None = (
        None  # by that choice's value; all are offered for a value that is not among them
    )

    def named(self) -> Mapping[str, str]:
        """Return the options as value and words, calling the function that gives them."""
        return self.options() if callable(self.options) else self.options

    def names(self) -> list[str]:
        """The options as programs name them: by their values, and by its words the one whose value is empty."""
        return [value or words for value, words in self.named().items()]


@dataclass(frozen=True)
class Text:
    """Words by the visitor: private, so they can be left out of what is embedded in files."""

    label: str = ""
    help: str = ""
    placeholder: str = ""
    lines: int = 1
    max_characters: int = 2000
    required: bool = False
    unless: str = ""  # it may be left empty where this other setting says something
    more: bool = False
    scales_time: bool = False  # twice as many words take twice as long
    receives: bool = False  # a text made in another tab can be sent here
    editor: str = ""  # the page's own editor: "dialogue", "blanks", "sentence", or drawn on a picture: "arrows", "path", "points", "point"
    over: str = ""  # the slot whose picture is drawn on
    pictured: str = ""  # who reads these words ("scene", "objects", "codes", "music"): the page says beforehand which cannot be drawn or played
    suggests: Callable[[], Sequence[str]] | None = None  # words that the model knows, offered beside the field
    check: Callable[[str], None] | None = (
        None  # raises Refusal for words that cannot be meant, before a job is made of them
    )


@dataclass(frozen=True)
class Toggle:
    """Yes or no. `page`: the name of a page of the studio that explains what is confirmed, e.g. "law"."""

    label: str = ""
    help: str = ""
    more: bool = False
    page: str = ""


@dataclass(frozen=True)
class SeedField:
    """The seed of every random choice: the same call with the same seed gives the same result."""

    label: str = "Seed"
    help: str = "The same number gives the same result."
    more: bool = True


Seed = Annotated[int, SeedField()]
Field = Range | Choice | Text | Toggle | SeedField


@dataclass(frozen=True)
class Setting:
    """A setting is a keyword-only parameter of a pipeline, with its field and default."""

    name: str
    field: Field
    type: type
    default: Any

    @property
    def label(self) -> str:
        """The label of the field, or the parameter's name in words."""
        return self.field.label or self.name.replace("_", " ").capitalize()


@dataclass(frozen=True)
class Input:
    """What a slot is called and says: `Annotated[Image, Input(label="Painting")]`."""

    label: str = ""
    help: str = ""
    samples: bool = True  # whether the studio's sample pictures make sense here; they do not for a mask
    alpha: bool = False  # a picture keeps its transparency (RGBA); elsewhere it comes over white (RGB)
    editor: str = ""  # what can be painted in the page: "mask" (white where something is chosen) or "doodle"
    over: str = ""  # the slot whose picture a mask is painted on
    at: str = ""  # the setting that says at which second of a video it is painted


@dataclass(frozen=True)
class Slot:
    """A place for one artifact of a kind (`image`, `video`, `sound`, `network`, …), or with `many` for a list of them.

    A call names the artifacts of a list by place: `scenes.1`, `scenes.2`, …
    """

    name: str
    kind: str
    optional: bool
    label: str
    help: str
    samples: bool = True
    alpha: bool = False
    many: bool = False
    editor: str = ""
    over: str = ""
    at: str = ""

    def places(self, given: Iterable[str]) -> list[str]:
        """Those of the given places that belong to this slot, in order."""
        if not self.many:
            return [self.name] if self.name in given else []
        numbers = [int(place[len(self.name) + 1 :]) for place in given if slot_of(place) == self.name != place]
        return [f"{self.name}.{number}" for number in sorted(numbers)]


@dataclass(frozen=True)
class Form:
    """All that a signature says: slots, settings, what comes back, and the first line of the docstring."""

    pipeline: str
    slots: tuple[Slot, ...]
    settings: tuple[Setting, ...]
    returns: str
    summary: str
    details: str

    def slot(self, name: str) -> Slot:
        """Return the slot of that name."""
        return next(slot for slot in self.slots if slot.name == name)

    def setting(self, name: str) -> Setting:
        """Return the setting of that name."""
        return next(setting for setting in self.settings if setting.name == name)

    @property
    def defaults(self) -> dict[str, Any]:
        """Every setting's default by name."""
        return {setting.name: setting.default for setting in self.settings}


def slot_of(place: str) -> str:
    """The slot that a place belongs to: `scenes.2` to `scenes`, `voice` to `voice`."""
    name, dot, number = place.partition(".")
    return name if dot and number.isdecimal() and number == str(int(number)) else place


def gather_slots(form: Form, given: Mapping[str, Any]) -> dict[str, Any]:
    """What a function takes for its slots, from what lies at each place: lists in order, None for what is not there."""
    found = {slot.name: [given[place] for place in slot.places(given)] for slot in form.slots}
    return {slot.name: found[slot.name] if slot.many else next(iter(found[slot.name]), None) for slot in form.slots}


def _without_none(annotation: Any) -> tuple[Any, bool]:
    if typing.get_origin(annotation) in (typing.Union, types.UnionType):
        kinds = [a for a in typing.get_args(annotation) if a is not type(None)]
        return kinds[0], len(kinds) < len(typing.get_args(annotation))
    return annotation, False


def _split(annotation: Any) -> tuple[Any, Any]:
    if typing.get_origin(annotation) is Annotated:
        base, *extra = typing.get_args(annotation)
        return base, extra[0]
    return annotation, None


@lru_cache(maxsize=256)
def settings_of(function: Callable[..., Any]) -> Form:
    """Read a pipeline's signature. Raises TypeError when a setting has no field, which is a mistake in the pipeline."""
    hints = typing.get_type_hints(function, include_extras=True)
    slots, settings = [], []
    for name, parameter in inspect.signature(function).parameters.items():
        if name == "report":
            continue
        annotation, field = _split(hints[name])
        if parameter.kind is inspect.Parameter.KEYWORD_ONLY:
            if not isinstance(field, Field):
                raise TypeError(f"{function.__module__}.{name} needs Annotated[…, Range/Choice/Text/Toggle] or Seed")
            default = parameter.default
            if default is inspect.Parameter.empty:
                if not isinstance(field, Text):
                    raise TypeError(f"{function.__module__}.{name} needs a default")
                default = ""  # words that must be given
            settings.append(Setting(name, field, annotation, default))
        else:
            media, optional = _without_none(annotation)
            many = typing.get_origin(media) is list
            said = field or Input()
            label = said.label or name.replace("_", " ").capitalize()
            kind = kind_of(typing.get_args(media)[0] if many else media)
            painted = (said.editor, said.over, said.at)
            slots.append(Slot(name, kind, optional, label, said.help, said.samples, said.alpha, many, *painted))
    summary, _, details = (inspect.getdoc(function) or "").partition("\n")
    declared = getattr(getattr(function, "declaration", None), "family", "")  # of a plug-in's
    family = declared or function.__module__.removeprefix("pipelines.").split(".")[0]
    returned, _ = _without_none(hints["return"])
    if typing.get_origin(returned) is not None:  # Accompanied[Sound]: the kind is Sound's
        returned = typing.get_args(returned)[0]
    return Form(
        f"{family}.{function.__name__.rstrip('_')}",
        tuple(slots),
        tuple(settings),
        kind_of(returned),
        summary.strip(),
        details.strip(),
    )


def _number(setting: Setting, value: Any) -> int | float:
    field = typing.cast(Range, setting.field)
    try:
        number = float(value)
    except (TypeError, ValueError, OverflowError):
        raise Refusal(f"{setting.label} must be a number between {field.low:g} and {field.high:g}.") from None
    if not math.isfinite(number) or not field.low <= number <= field.high:
        raise Refusal(f"{setting.label} must be between {field.low:g} and {field.high:g}.")
    if setting.type is int:
        if number != int(number):
            raise Refusal(f"{setting.label} must be a whole number.")
        return int(number)
    return number


def _choice(setting: Setting, value: Any) -> str:
    field = typing.cast(Choice, setting.field)
    by_words = {words.lower(): key for key, words in field.named().items()}
    if isinstance(value, str) and (value in field.named() or value.lower() in by_words):
        return value if value in field.named() else by_words[value.lower()]
    some = ", ".join(field.names()[:8]) + (", …" if len(field.named()) > 8 else "")
    raise Refusal(f"{setting.label} must be one of: {some}.")


def _text(setting: Setting, value: Any) -> str:
    field = typing.cast(Text, setting.field)
    if value is not None and not isinstance(value, (str, int, float)):
        raise Refusal(f"{setting.label} must be a text.")
    text = "" if value is None else str(value)
    if "\x00" in text or any("\ud800" <= sign <= "\udfff" for sign in text):
        raise Refusal(f"{setting.label} holds a broken character; type it again.")
    if len(text) > field.max_characters:
        raise Refusal(f"{setting.label} is {len(text):,} characters long; {field.max_characters:,} is the most.")
    if field.required and not text.strip():
        raise Refusal(f"“{setting.label}” is empty; write something first.")
    if field.check is not None and text.strip():
        try:
            field.check(text)
        except Refusal as problem:
            raise Refusal(f"{setting.label}: {problem}") from None
    return text


def _toggle(setting: Setting, value: Any) -> bool:
    if isinstance(value, str) and value.lower() in ("true", "yes", "on", "1", "false", "no", "off", "0"):
        return value.lower() in ("true", "yes", "on", "1")
    if isinstance(value, bool) or (isinstance(value, int) and value in (0, 1)):
        return bool(value)
    raise Refusal(f"{setting.label} must be yes or no.")


def _seed(setting: Setting, value: Any) -> int:
    try:
        seed = int(value)
    except (TypeError, ValueError, OverflowError):
        raise Refusal("The seed must be a whole number, zero or more.") from None
    if not 0 <= seed < SEED_LIMIT:
        raise Refusal(f"The seed must lie between 0 and {SEED_LIMIT - 1}.")
    return seed


_CHECKS: Mapping[type, Callable[[Setting, Any], Any]] = {
    Range: _number,
    Choice: _choice,
    Text: _text,
    Toggle: _toggle,
    SeedField: _seed,
}


def check_settings(form: Form, given: Mapping[str, Any]) -> dict[str, Any]:
    """Every setting of the form, checked and converted, defaults filled in. Raises Refusal."""
    known = {setting.name for setting in form.settings}
    given = without_retired(form.pipeline, values_of(form.pipeline, given))
    for name in given:
        if name not in known:
            raise Refusal(
                f"{form.pipeline} has no setting called {name!r}; it has {', '.join(sorted(known)) or 'none'}."
            )
    return {
        setting.name: check_setting(relax_setting(setting, given), given.get(setting.name, setting.default))
        for setting in form.settings
    }


def relax_setting(setting: Setting, given: Mapping[str, Any]) -> Setting:
    """The setting as a call needs it: words that another setting stands for may be left out."""
    field = setting.field
    if not isinstance(field, Text) or not field.unless or not str(given.get(field.unless) or "").strip():
        return setting
    return replace(setting, field=replace(field, required=False))


def without_retired(pipeline: str, given: Mapping[str, Any]) -> Mapping[str, Any]:
    """The settings without those that were taken out, which older recipes carry. Raises Refusal where one was in use."""
    for name, (unused, sentence) in RETIRED.get(pipeline, {}).items():
        if name in given:
            if given[name] not in unused:
                raise Refusal(sentence)
            given = {key: value for key, value in given.items() if key != name}
    return given


def check_setting(setting: Setting, value: Any) -> Any:
    """One setting's value, checked and converted. Raises Refusal."""
    return _CHECKS[type(setting.field)](setting, value)


def check_slots(form: Form, given: Mapping[str, str | None]) -> dict[str, str]:
    """The filled places: their kinds must fit the form, and every required slot must have one. Raises Refusal."""
    known = {slot.name: slot for slot in form.slots}
    filled = {}
    for place, kind in given.items():
        if kind is None:
            continue
        name = slot_of(place)
        if name not in known or known[name].many == (name == place):
            raise Refusal(f"{form.pipeline} takes no {place!r}; it takes {', '.join(known) or 'no files'}.")
        if not fits(kind, known[name].kind):
            raise Refusal(f"{known[name].label} must be {called(known[name].kind)}, and this is {called(kind)}.")
        filled[place] = kind
    for slot in form.slots:
        if not slot.optional and not slot.places(filled):
            raise Refusal(f"Add {called(slot.kind)} to “{slot.label}” first.")
    return filled


def canonical(value: Any) -> str:
    """The one JSON text of a value: sorted keys, no spaces; what hashes are taken over."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def time_factor(form: Form, settings: Mapping[str, Any]) -> float:
    """The product of the settings that make a run proportionally longer (steps, frames, seconds, the words of a text)."""
    factors = [1.0]
    for setting in form.settings:
        if isinstance(setting.field, Range) and setting.field.scales_time:
            factors.append(max(float(settings[setting.name]), 1e-6))
        elif isinstance(setting.field, Text) and setting.field.scales_time:
            factors.append(max(1.0, len(str(settings[setting.name] or "").split())))
    return math.prod(factors)
