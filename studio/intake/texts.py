"""The part of the intake's child that reads texts and the JSON that the studio writes for a text."""

from __future__ import annotations

import json
from typing import IO, Any

from studio.intake.pictures import Unfit
from studio.storage.titles import clean_lines

MOST_BYTES = 2_000_000
MOST_DEPTH, MOST_VALUES = 40, 200_000  # of JSON
BEGINNING = 200  # characters that the thumbnail shows
MOST_GIVEN = 250_000  # characters that are handed on: more than any field takes
_BRACKETS = bytes(one for one in range(256) if one not in b"[]{}")


def read_words(file: IO[bytes], ending: str) -> dict[str, Any]:
    """The beginning of the text and how many words it has."""
    text = _text(file, ending)
    if not text.strip():
        raise Unfit("no_text")
    return {"beginning": clean_lines(text[: 4 * BEGINNING])[:BEGINNING], "words": len(text.split())}


def read_text(file: IO[bytes], ending: str) -> dict[str, Any]:
    """The whole text, without control characters and without what turns the reading direction."""
    return {"text": clean_lines(_text(file, ending)[:MOST_GIVEN])}


def _text(file: IO[bytes], ending: str) -> str:
    data = file.read(MOST_BYTES + 1)
    if len(data) > MOST_BYTES:
        raise Unfit("text_bytes", most=MOST_BYTES / 1e6)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Unfit("text_unreadable") from None
    if ending == ".json":
        text = _text_of_json(data, text)
    if "\0" in text:
        raise Unfit("text_unreadable")
    return text


def _text_of_json(data: bytes, written: str) -> str:
    """The text in the studio's JSON: {"text": …} with whatever else is known of it."""
    if not flat_enough(data):
        raise Unfit("text_foreign")
    try:
        record = json.loads(written)
        if not isinstance(record, dict) or not isinstance(record.get("text"), str):
            raise Unfit("text_foreign")
        json.dumps(record, ensure_ascii=False).encode("utf-8")  # halves of surrogate pairs cannot be written
    except (ValueError, RecursionError):
        raise Unfit("text_foreign") from None
    return str(record["text"])


def flat_enough(data: bytes) -> bool:
    """Whether JSON has few values and is not deep, counted between its strings before a parser sees it."""
    between = b"".join(data.replace(b"\\\\", b"").replace(b'\\"', b"").split(b'"')[::2])
    if sum(between.count(one) for one in (b",", b":", b"[", b"{")) > MOST_VALUES:
        return False
    depth = 0
    for one in between.translate(None, _BRACKETS):
        depth += 1 if one in b"[{" else -1
        if depth > MOST_DEPTH:
            return False
    return True
