"""What a request says, read as strict JSON: no NaN or Infinity, no number beyond 64 bits, no half characters or NUL, at most 40 levels deep."""

from __future__ import annotations

import json
import math
from typing import Any

from pipelines.core.settings import Refusal

MANY_VALUES = "This message has too many parts; make it shorter."
MOST_VALUES = 100_000  # in one message; the most that any part of the page sends is a storyboard of some thousands
MOST_LEVELS = 40
NO_NUMBER = 400  # digits: longer ones are not even read
DAMAGED = "This request is damaged."


def too_many_values(body: bytes) -> bool:
    """Whether a JSON message may hold so many values that reading them would hold up everybody; told without reading it."""
    return sum(body.count(mark) for mark in (b",", b"[", b"{")) > MOST_VALUES


def read_json(data: bytes | str) -> Any:
    """Strict JSON. Raises Refusal."""
    if too_many_values(data if isinstance(data, bytes) else data.encode("utf-8", "surrogatepass")):
        raise Refusal(MANY_VALUES)
    try:
        asked = json.loads(data, parse_constant=_no_constant, parse_float=_float, parse_int=_int)
    except Refusal:
        raise
    except (ValueError, RecursionError):
        raise Refusal(DAMAGED) from None
    check_plain(asked)
    return asked


def _no_constant(name: str) -> Any:
    raise Refusal("A number in this request is not finite.")


def _float(digits: str) -> float:
    number = float(digits) if len(digits) <= NO_NUMBER else math.inf
    return number if math.isfinite(number) else _no_constant(digits)


def _int(digits: str) -> int:
    number = int(digits) if len(digits) <= 20 else 2**64
    if not -(2**63) <= number < 2**63:
        raise Refusal("A number in this request is too large.")
    return number


def check_plain(value: Any) -> None:
    """Raises Refusal for what is nested too deep, and for texts that cannot be kept: half characters and NUL."""
    waiting = [(value, 0)]
    while waiting:
        part, level = waiting.pop()
        if level > MOST_LEVELS:
            raise Refusal("This request is nested too deep to be read.")
        if isinstance(part, str):
            check_text(part)
        elif isinstance(part, dict):
            for name, held in part.items():
                check_text(name)
                waiting.append((held, level + 1))
        elif isinstance(part, list):
            waiting.extend((held, level + 1) for held in part)


def check_text(text: str) -> None:
    """Raises Refusal when a text holds half a character or NUL, which can be sent but not kept."""
    try:
        text.encode()
    except UnicodeEncodeError:
        raise Refusal(DAMAGED) from None
    if "\x00" in text:
        raise Refusal("A text in this request holds NUL; type it again.")
