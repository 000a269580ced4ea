"""The part of the intake's child that reads MIDI: every chunk and every event, and how long the music lasts (MIDI 1.0, standard MIDI files)."""

from __future__ import annotations

import itertools
from typing import IO, Any

from studio.intake.pictures import Unfit

MOST_BYTES = 2_000_000
MOST_EVENTS = 300_000
MOST_TRACKS = 1_000
MOST_SECONDS = 3_600.0
BODY_BYTES = {0x8: 2, 0x9: 2, 0xA: 2, 0xB: 2, 0xC: 1, 0xD: 1, 0xE: 2}  # of a channel's message, by its kind


def read_score(file: IO[bytes]) -> dict[str, Any]:
    """How long the music lasts and how many events it has."""
    data = file.read(MOST_BYTES + 1)
    if not whole_midi(data):
        raise Unfit("score_damaged")
    tempi: list[tuple[int, int]] = []
    events, last = 0, 0
    try:
        for start, end in _tracks(data):
            found, ticks = _walk(data, start, end, tempi, MOST_EVENTS - events)
            events, last = events + found, max(last, ticks)
    except (IndexError, ValueError):
        raise Unfit("score_damaged") from None
    if events > MOST_EVENTS:
        raise Unfit("score_events", most=MOST_EVENTS)
    seconds = _seconds(int.from_bytes(data[12:14], "big"), last, tempi)
    if seconds > MOST_SECONDS:
        raise Unfit("score_long", most=MOST_SECONDS / 60)
    return {"seconds": round(seconds, 3), "events": events}


def whole_midi(data: bytes) -> bool:
    """Whether these bytes are a standard MIDI file of type 0 or 1 whose chunks are all there."""
    if len(data) < 22 or data[:4] != b"MThd" or int.from_bytes(data[4:8], "big") != 6:
        return False
    if int.from_bytes(data[8:10], "big") > 1 or not int.from_bytes(data[12:14], "big"):
        return False
    place, tracks = 14, 0
    while place + 8 <= len(data):
        length = int.from_bytes(data[place + 4 : place + 8], "big")
        if place + 8 + length > len(data):
            return False
        tracks += data[place : place + 4] == b"MTrk"
        place += 8 + length
    return MOST_TRACKS >= tracks >= int.from_bytes(data[10:12], "big") > 0


def _tracks(data: bytes) -> list[tuple[int, int]]:
    """Where the events of each track begin and end."""
    place, tracks = 14, []
    while place + 8 <= len(data):
        length = int.from_bytes(data[place + 4 : place + 8], "big")
        if data[place : place + 4] == b"MTrk":
            tracks.append((place + 8, place + 8 + length))
        place += 8 + length
    return tracks


def _walk(data: bytes, at: int, end: int, tempi: list[tuple[int, int]], most: int) -> tuple[int, int]:
    """One track: how many events, and its length in ticks; changes of tempo (tick, microseconds a quarter) are added to `tempi`."""
    events = ticks = running = 0
    while at < end and events <= most:
        wait, at = _number(data, at)
        ticks, events = ticks + wait, events + 1
        status = data[at] if data[at] & 0x80 else running
        at += data[at] >> 7
        if status == 0xFF:
            kind = data[at]
            length, at = _number(data, at + 1)
            if kind == 0x2F:
                break
            if kind == 0x51 and length == 3:
                tempi.append((ticks, int.from_bytes(data[at : at + 3], "big")))
            at += length
        elif status in (0xF0, 0xF7):
            length, at = _number(data, at)
            at += length
        elif 0x80 <= status < 0xF0:
            running = status
            at += BODY_BYTES[status >> 4]
        else:
            raise ValueError("an event without a kind, or of one that no file holds")
        if at > end:
            raise ValueError("an event that runs out of its track")
    return events, ticks


def _number(data: bytes, at: int) -> tuple[int, int]:
    """A number of seven bits a byte, and where it ends."""
    value = 0
    for length in range(4):
        value = value << 7 | data[at + length] & 0x7F
        if not data[at + length] & 0x80:
            return value, at + length + 1
    raise ValueError("a number of more than four bytes")


def _seconds(division: int, last: int, tempi: list[tuple[int, int]]) -> float:
    """Ticks as seconds, by the file's frames a second or by its changes of tempo."""
    if division & 0x8000:
        frames = 256 - (division >> 8)
        return last / max(1, frames * (division & 0xFF))
    seconds, changes = 0.0, [(0, 500_000), *sorted(tempi, key=lambda change: change[0]), (last, 0)]
    for (start, tempo), (end, _) in itertools.pairwise(changes):
        seconds += max(0, min(end, last) - start) * tempo / 1e6 / division
    return seconds
