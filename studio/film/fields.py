"""Fields of a storyboard: each checks its value once and says in one sentence what is wrong."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any, ClassVar

from pydantic import (
    ConfigDict,
    PlainValidator,
    SerializerFunctionWrapHandler,
    TypeAdapter,
    model_serializer,
    model_validator,
)
from pydantic.dataclasses import dataclass
from pydantic_core import ArgsKwargs

from pipelines.core.settings import Refusal

CONFIG = ConfigDict(extra="ignore", validate_by_name=True, arbitrary_types_allowed=True)
Amount = int | float  # a whole number stays whole in JSON
FILE = re.compile(r"[0-9a-f]{8,64}")


@dataclass(frozen=True, config=CONFIG)
class Part:
    """A part of a storyboard, from JSON and back. What is empty counts as not given, but for fields that may be `BLANK`; `SPARSE` ones are written only where they are set."""

    BLANK: ClassVar[tuple[str, ...]] = ()
    SPARSE: ClassVar[tuple[str, ...]] = ()

    @model_validator(mode="before")
    @classmethod
    def _drop_empty(cls, given: Any) -> Any:
        if isinstance(given, (cls, ArgsKwargs)):
            return given
        fields = given if isinstance(given, Mapping) else {}
        return {
            name: value for name, value in fields.items() if value is not None and (value != "" or name in cls.BLANK)
        }

    @model_serializer(mode="wrap")
    def _write(self, write: SerializerFunctionWrapHandler) -> dict[str, Any]:
        left_out = self.left_out()
        return {name: value for name, value in write(self).items() if name not in left_out}

    def left_out(self) -> set[str]:
        """Return the names in JSON of what is not written."""
        fields = type(self).__pydantic_fields__  # type: ignore[attr-defined]
        unset = [
            name for name in self.SPARSE if getattr(self, name) == fields[name].get_default(call_default_factory=True)
        ]
        return {fields[name].serialization_alias or name for name in unset}


@lru_cache(maxsize=64)
def adapter(kind: Any) -> TypeAdapter[Any]:
    """Return what reads and writes a part of this kind."""
    return TypeAdapter(kind)


def as_json(part: Any) -> dict[str, Any]:
    """Return a part of a storyboard as it is kept on disk and sent to the page."""
    kind: Any = type(part)
    written: dict[str, Any] = adapter(kind).dump_python(part, mode="json", by_alias=True, warnings=False)
    return written


def check_words(value: Any, called: str, most: int) -> str:
    """Return a text of at most so many characters. Raises Refusal."""
    if not isinstance(value, str):
        raise Refusal(f"{called} must be a text.")
    text = value.replace("\x00", "").encode("utf-8", "ignore").decode().strip()  # half a sign is none
    if len(text) > most:
        raise Refusal(f"{called} is {len(text):,} characters long; {most:,} is the most.")
    return text


def check_number(value: Any, called: str, low: float, high: float) -> float:
    """Return a number from `low` to `high`, whole where it was. Raises Refusal."""
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not low <= value <= high:
        raise Refusal(f"{called} must be between {low:g} and {high:g}.")
    return value


def _check_choice(value: Any, called: str, options: Mapping[str, str]) -> str:
    if not isinstance(value, str) or value not in options:
        raise Refusal(f"{str(value)[:40]!r} is no {called}; there is {', '.join(options)}.")
    return value


def _check_file(value: Any, called: str) -> str:
    if not isinstance(value, str) or not FILE.fullmatch(value):
        raise Refusal(f"{called} names no file of the shelf.")
    return value


def _field(check: Callable[..., Any]) -> Callable[..., PlainValidator]:
    return lambda *limits: PlainValidator(lambda value: None if value is None else check(value, *limits))


words, number = _field(check_words), _field(check_number)
choice, shelf_file = _field(_check_choice), _field(_check_file)
