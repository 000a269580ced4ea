"""The part of the intake's child that reads the header of a network (safetensors): names, types, places and notes; no tensor is loaded.

The format: eight bytes with the header's length, the header as JSON, then the tensors without gaps in the header's order of places.
"""

from __future__ import annotations

import io
import json
from itertools import pairwise
from typing import IO, Any

from studio.intake.pictures import Unfit
from studio.storage.titles import clean_text

MOST_HEADER_BYTES = 20_000_000
MOST_TENSORS, MOST_NAME, MOST_SIDES = 20_000, 300, 8
# of what a network of the studio says about itself, in characters
MOST_NOTES, MOST_NOTE_NAME, MOST_NOTE = 60, 60, 1_000
TYPES = {
    64: "F64 I64 U64 C64",
    32: "F32 I32 U32",
    16: "F16 BF16 I16 U16",
    8: "F8_E4M3 F8_E5M2 F8_E8M0 F8_E4M3FNUZ F8_E5M2FNUZ I8 U8 BOOL",
    6: "F6_E2M3 F6_E3M2",
    4: "F4",
}
BITS = {name: bits for bits, names in TYPES.items() for name in names.split()}


def read_network(file: IO[bytes]) -> dict[str, Any]:
    """What a network of the studio says about itself (`about`, strings), and whether it is a LoRA."""
    try:
        header, room = _header(file)
        notes = header.pop("__metadata__", {})
        _check_notes(notes)
        _check_tensors(header, room)
    except (ValueError, TypeError, RecursionError, KeyError):
        raise Unfit("network_unreadable") from None
    own = isinstance(notes.get("architecture"), str) and bool(notes["architecture"].strip())
    lora = any(".lora_" in name or name.startswith("lora_") for name in header)
    if not own and not lora:
        raise Unfit("network_foreign")
    about = {"architecture": "LoRA"}  # of others' notes none is kept
    if own:
        kept = list(notes.items())[:MOST_NOTES]
        about = {clean_text(name, MOST_NOTE_NAME): clean_text(said, MOST_NOTE) for name, said in kept}
    return {"about": about}


def _header(file: IO[bytes]) -> tuple[dict[str, Any], int]:
    """The header, and how many bytes follow it."""
    size = file.seek(0, io.SEEK_END)
    file.seek(0)
    length = int.from_bytes(file.read(8), "little")
    if size < 10 or not 2 <= length <= min(size - 8, MOST_HEADER_BYTES):
        raise ValueError("a header that is longer than the file")
    text = file.read(length)
    if text[:1] != b"{":
        raise ValueError("no header")
    found = json.loads(text.decode("utf-8"), object_pairs_hook=_without_twins)
    return found, size - 8 - length


def _without_twins(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) != len(pairs):
        raise ValueError("a name that stands twice")
    return made


def _check_notes(notes: Any) -> None:
    if not isinstance(notes, dict) or not all(isinstance(value, str) for value in notes.values()):
        raise ValueError("notes that are no texts")


def _check_tensors(header: dict[str, Any], room: int) -> None:
    """Types, sides and places: the tensors fill the rest of the file without gaps and without sharing a byte."""
    if not 1 <= len(header) <= MOST_TENSORS:
        raise ValueError("no tensor, or far too many")
    places = []
    for name, said in header.items():
        sides, (start, end) = said["shape"], said["data_offsets"]
        if not 0 < len(name) <= MOST_NAME or not name.isprintable() or len(said) != 3 or len(sides) > MOST_SIDES:
            raise ValueError("a tensor of an unknown form")
        bits = BITS[said["dtype"]]
        for number in (*sides, start, end):
            if type(number) is not int or not 0 <= number < 1 << 40:
                raise ValueError("a number that is none")
        for side in sides:
            bits *= side
            if bits > 8 * room:
                raise ValueError("a tensor larger than the file")
        if end - start != bits // 8 or bits % 8:
            raise ValueError("a tensor of another length than its sides say")
        places.append((start, end))
    places.sort()
    whole = places[0][0] == 0 and places[-1][1] == room
    if not whole or any(before[1] != after[0] for before, after in pairwise(places)):
        raise ValueError("gaps, or tensors that share bytes")
