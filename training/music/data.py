"""Tunes and chorales for the composing model: one wheel -> bars with chords -> tokens, moods by rule, a held-out share.

Used of the music21 10.5.1 corpus: Bach's chorales in four parts, Ryan's Mammoth Collection (1883), O'Neill's Music of Ireland (1850
tunes, 1903) and James Aird's Airs (1778 to 1801). The works are in the public domain; music21 (BSD-3-Clause) ships the transcriptions
with the encoders' permission, and none of these files carries a restriction. Left out: the Essen collection and others under
non-commercial terms, Trecento, Palestrina, and the Nottingham file, whose terms could not be found.
"""

from __future__ import annotations

import hashlib
import io
import json
import re
import zipfile
from collections import Counter
from fractions import Fraction
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import numpy as np

from pipelines.compose.parts.chords import chord_of_classes, harmonise, transitions
from pipelines.nets import music_tokens as mt
from pipelines.nets.music_tokens import Bar, Plan
from training.music import abc as music_abc
from training.music.moods import classes
from training.packages import fetched

PACKAGE = "pypi:music21==10.5.1"
FOLK = {
    "ryansMammoth": "Ryan's Mammoth Collection, 1883; transcribed for the ABC community by Ray Davies, John Walsh, Bob Puckette and others",
    "oneills1850": "O'Neill's Music of Ireland, 1903; transcribed by Norbert Paap, Henrik Norbeck, Bob Safranek, Trish O'Neil, John Chambers, Dan G. Petersen and others",
    "airdsAirs": "James Aird, A Selection of Scotch, English, Irish and Foreign Airs, 1778 to 1801; transcribed by Jack Campin",
}
BACH = "J. S. Bach, chorales in four parts; encoded by Margaret Greentree and others, edited for music21"
HELD_OUT = 20  # one title in so many
MAX_TOKENS = 704
Piece = tuple[Plan, list[Bar], str]  # and where it is from: collection/title


# tunes


def _full_bars(tune: music_abc.Tune) -> tuple[list[list[tuple[int | None, int]]], list[int], str]:
    """Bars of (pitch, ticks) that are all full, the sections' lengths, and the metre they are written in."""
    over, under = (int(x) for x in tune.metre.split("/"))
    scale, metre = {
        "4/4": (1, "4/4"),
        "2/2": (1, "4/4"),
        "2/4": (2, "4/4"),
        "3/4": (1, "3/4"),
        "3/8": (2, "3/4"),
        "6/8": (1, "6/8"),
        "9/8": (1, "9/8"),
    }.get(tune.metre, (0, ""))
    if not scale:
        raise ValueError("a metre that is not used")
    full = Fraction(4 * over, under)
    grid = mt.TICKS * scale
    bars: list[list[tuple[int | None, int]]] = []
    sections, count, open_bar = [], 0, None
    for measure in tune.measures:
        notes = [(n.pitch, n.length * grid) for n in measure.notes]
        if any(ticks.denominator > 1 for _, ticks in notes):
            raise ValueError("too fine a rhythm")
        length = measure.length
        whole = [(pitch, int(ticks)) for pitch, ticks in notes]
        if length > full:
            raise ValueError("an overfull bar")
        if length < full:
            if open_bar is not None and open_bar[1] + length == full:  # an upbeat completes the bar before
                bars[-1] += whole
                open_bar = None
                if measure.ends_section:
                    raise ValueError("a bar that ends twice")
                continue
            if not bars:
                continue  # the first upbeat is left out
            if open_bar is not None:
                raise ValueError("two short bars")
            if not measure.ends_section:
                if count:
                    raise ValueError("a short bar in the middle")
                continue  # an upbeat after a full bar
            bars.append(whole)
            open_bar = (len(bars) - 1, length)
        else:
            if open_bar is not None:
                _fill(bars[-1], int(full * grid))
                open_bar = None
            bars.append(whole)
        count += 1
        if measure.ends_section:
            sections.append(count)
            count = 0
    if bars:
        _fill(bars[-1], int(full * grid))
    return bars, sections, metre


def _fill(bar: list[tuple[int | None, int]], full: int) -> None:
    missing = full - sum(ticks for _, ticks in bar)
    if missing:
        bar[-1] = (bar[-1][0], bar[-1][1] + missing)


def _merge_sections(sections: list[int]) -> tuple[int, ...]:
    """No section under four bars: it joins its neighbour."""
    merged: list[int] = []
    for n in sections:
        if merged and (n < 4 or merged[-1] < 4):
            merged[-1] += n
        else:
            merged.append(n)
    return tuple(merged)


STYLE_OF = (
    ("slip", "slip jig"),
    ("jig", "jig"),
    ("slide", "jig"),
    ("reel", "reel"),
    ("hornpipe", "hornpipe"),
    ("clog", "hornpipe"),
    ("strathspey", "strathspey"),
    ("fling", "strathspey"),
    ("march", "march"),
    ("quick", "march"),
    ("waltz", "waltz"),
    ("air", "air"),
)


def style_of(tune: music_abc.Tune, metre: str) -> str:
    """Return the style of a tune from its rhythm, its title and its metre."""
    said = f"{tune.rhythm} {tune.title.lower()}"
    for word, style in STYLE_OF:
        if re.search(rf"\b{word}", said):
            return style
    return {"6/8": "jig", "9/8": "slip jig", "3/4": "air"}.get(metre, "other")


def tonic_shift(tonic: int, pitches: list[int]) -> int:
    """What brings the tonic to C and the middle of the tune nearest to A4."""
    shift = -tonic
    middle = float(np.mean(pitches)) + shift
    return shift + 12 * round((69 - middle) / 12)


def bars_of_tune(tune: music_abc.Tune) -> tuple[list[list[tuple[int | None, int]]], list[int], str, int]:
    """Bars of (pitch, ticks), the sections' lengths, the written metre, and what brings the tonic to C. Raises ValueError."""
    bars, sections, metre = _full_bars(tune)
    if not 8 <= len(bars) <= 48 or sum(sections) != len(bars):
        raise ValueError("too short, too long or unclear")
    pitches = [p for bar in bars for p, _ in bar if p is not None]
    shift = tonic_shift(tune.tonic, pitches)
    if min(pitches) + shift < mt.LOW or max(pitches) + shift > mt.HIGH:
        raise ValueError("out of range")
    if tune.mode == "major" and (bars[-1][-1][0] or 0) % 12 != tune.tonic and len({p % 12 for p in pitches}) < 5:
        raise ValueError("hardly a tune")
    return bars, sections, metre, shift


def piece_of_tune(tune: music_abc.Tune, table: Any) -> Piece:
    """A tune with chords, as it is trained on. Raises ValueError."""
    bars, sections, metre, shift = bars_of_tune(tune)
    written = [[(mt.REST if p is None else mt.pitch_token(p + shift), n) for p, n in bar] for bar in bars]
    chords = harmonise(written, metre, tune.mode, table)
    style = style_of(tune, metre)
    whole = [Bar(c, [v]) for c, v in zip(chords, written, strict=True)]
    return classes(_merge_sections(sections), metre, tune.mode, style, whole), whole, f"{tune.source}/{tune.title}"


# chorales


def _part(measures: list[ElementTree.Element]) -> list[list[list[Any]]]:
    """Each measure's notes as [pitch or None, quarters, tied from before]."""
    divisions, found = 1, []
    for measure in measures:
        notes: list[list[Any]] = []
        for item in measure:
            if item.tag == "attributes" and (d := item.findtext("divisions")):
                divisions = int(d)
            if item.tag in ("backup", "forward"):
                raise ValueError("several voices in a part")
            if item.tag != "note" or item.find("grace") is not None:
                continue
            if item.find("chord") is not None:
                raise ValueError("chords in a part")
            length = Fraction(int(item.findtext("duration") or 0), divisions)
            pitch = item.find("pitch")
            if pitch is None:
                notes.append([None, length, False])
                continue
            step = music_abc.SCALE[pitch.findtext("step") or "C"] + int(float(pitch.findtext("alter") or 0))
            tied = any(t.get("type") == "stop" for t in item.findall("tie"))
            notes.append([12 * (int(pitch.findtext("octave") or 4) + 1) + step, length, tied])
        found.append(notes)
    return found


def piece_of_chorale(data: bytes, name: str) -> Piece:
    """Four parts over full bars, without the upbeat. Raises ValueError."""
    root = ElementTree.fromstring(data)
    parts = root.findall("part")
    if len(parts) != 4:
        raise ValueError("not four parts")
    time = root.find(".//time")
    metre = f"{time.findtext('beats')}/{time.findtext('beat-type')}" if time is not None else ""
    if (
        metre not in ("4/4", "3/4")
        or len({(t.findtext("beats"), t.findtext("beat-type")) for t in root.findall(".//time")}) > 1
    ):
        raise ValueError("a metre that is not used")
    fifths = int(root.findtext(".//key/fifths") or 0)
    columns = list(zip(*(_part(p.findall("measure")) for p in parts), strict=True))
    full = Fraction(mt.METRES[metre][0], mt.TICKS)
    bars: list[list[list[list[Any]]]] = []
    short = None
    for column in columns:
        lengths = {sum((n[1] for n in part), Fraction(0)) for part in column}
        if len(lengths) != 1:
            raise ValueError("parts of unequal length")
        length = lengths.pop()
        if length == full and short is None:
            bars.append([list(p) for p in column])
        elif length < full and short is None and bars:
            bars.append([list(p) for p in column])
            short = length
        elif length < full and short is not None and short + length == full:
            for into, more in zip(bars[-1], column, strict=True):
                into.extend(more)
            short = None
        elif bars or length > full:
            raise ValueError("irregular bars")
    if short is not None:
        for part in bars[-1]:
            part[-1][1] += full - short
    final_bass = next(n[0] for n in reversed(bars[-1][3]) if n[0] is not None)
    tonic = final_bass % 12
    mode = {(fifths * 7) % 12: "major", (fifths * 7 + 9) % 12: "minor", (fifths * 7 + 2) % 12: "dorian"}.get(tonic)
    if mode is None:
        raise ValueError("ends away from its key")
    return _write_chorale(bars, tonic, mode, metre, name)


def _write_chorale(bars: list[Any], tonic: int, mode: str, metre: str, name: str) -> Piece:
    soprano = [n[0] for bar in bars for n in bar[0] if n[0] is not None]
    shift = tonic_shift(tonic, soprano)
    lowest = min(n[0] for bar in bars for n in bar[3] if n[0] is not None)
    shift += 12 * (lowest + shift < mt.LOW)
    written, beat = [], mt.METRES[metre][1]
    for bar in bars:
        voices = []
        for part in (0, 3, 1, 2):  # as in SOPRANO, BASS, ALTO, TENOR
            voice = []
            for i, (pitch, length, tied) in enumerate(bar[part]):
                ticks = length * mt.TICKS
                if ticks.denominator > 1:
                    raise ValueError("too fine a rhythm")
                if pitch is not None and not mt.LOW <= pitch + shift <= mt.HIGH:
                    raise ValueError("out of range")
                token = mt.REST if pitch is None else mt.TIE if tied and i == 0 else mt.pitch_token(pitch + shift)
                if tied and i and voice:
                    voice[-1] = (voice[-1][0], voice[-1][1] + int(ticks))
                else:
                    voice.append((token, int(ticks)))
            voices.append(voice)
        written.append(Bar([], voices))
    before, sounding = -1, [0, 0, 0, 0]
    for index, bar in enumerate(written):
        for start in range(0, mt.METRES[metre][0], beat):
            weights, low, sounding = _classes_at(bar, start, beat, sounding)
            token = chord_of_classes(weights, low)
            first = index == 0 and start == 0
            bar.chords.append(mt.SAME if token == before and not first else token)
            before = token
    return classes((len(written),), metre, mode, "chorale", written), written, f"bach/{name}"


def _classes_at(bar: Bar, start: int, beat: int, sounding: list[int]) -> tuple[np.ndarray, int, list[int]]:
    """Weights of the pitch classes in a beat, its lowest class, and what sounds when it ends."""
    weights, low, low_class = np.zeros(12), 999, 0
    for v, voice in enumerate(bar.voices):
        place, current = 0, sounding[v]
        for token, ticks in voice:
            if token != mt.TIE:
                current = token
            shared = min(place + ticks, start + beat) - max(place, start)
            if shared > 0 and current >= mt.PITCH:
                pitch = mt.pitch_of(current)
                onset = 1.6 if place <= start < place + ticks else 1.0
                weights[pitch % 12] += shared / beat * onset
                if place <= start and pitch < low:
                    low, low_class = pitch, pitch % 12
            place += ticks
    ends = []
    for v, voice in enumerate(bar.voices):
        current = sounding[v]
        for token, _ in voice:
            current = current if token == mt.TIE else token
        ends.append(current)
    last = start + beat >= sum(ticks for _, ticks in bar.voices[0])
    return weights, low_class, ends if last else sounding  # a tie looks back to the bar before


# everything


def pieces(cache: Path) -> tuple[list[Piece], Counter[str]]:
    """All pieces in a fixed order, and why others were left out."""
    left_out: Counter[str] = Counter()
    kept: list[Piece] = []
    with zipfile.ZipFile(fetched(PACKAGE, cache)) as archive:
        names = sorted(archive.namelist())
        for name in names:
            if name.startswith("music21/corpus/bach/") and name.endswith((".mxl", ".xml")):
                try:
                    kept.append(piece_of_chorale(_music_xml(archive.read(name)), Path(name).stem))
                except (ValueError, StopIteration, IndexError) as why:
                    left_out[f"chorale: {why}"] += 1
        table = transitions(kept)
        for name in names:
            collection = name.removeprefix("music21/corpus/").split("/")[0]
            if collection in FOLK and name.endswith(".abc"):
                for fields in music_abc.tunes(archive.read(name).decode("utf-8", "replace")):
                    try:
                        kept.append(piece_of_tune(music_abc.read_tune(fields, collection), table))
                    except (ValueError, ZeroDivisionError, IndexError) as why:
                        left_out[f"tune: {why}"[:60]] += 1
    return _without_doubles(kept, left_out), left_out


def _music_xml(data: bytes) -> bytes:
    if data[:2] != b"PK":
        return data
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        inside = next(n for n in packed.namelist() if n.endswith(".xml") and not n.startswith("META"))
        return packed.read(inside)


def _without_doubles(found: list[Piece], left_out: Counter[str]) -> list[Piece]:
    """Of pieces whose first four bars are the same, one."""
    seen, kept = set(), []
    for piece in found:
        opening = repr([b.voices[0] for b in piece[1][:4]])
        if opening in seen:
            left_out["the same opening as another"] += 1
            continue
        seen.add(opening)
        kept.append(piece)
    return kept


def is_held_out(name: str) -> bool:
    """By title, so that two settings of a tune stay on one side."""
    title = re.sub(r"[^a-z]", "", re.split(r"--|,", name.split("/", 1)[1].lower())[0].removeprefix("the "))
    title = title or name
    return hashlib.sha256(title.encode()).digest()[0] % HELD_OUT == 0


def prepare(cache: Path, folder: Path) -> dict[str, Any]:
    """Tokens and features of all pieces, kept in `folder`: arrays, and where each piece begins."""
    kept = folder / "pieces.npz"
    if not kept.exists():
        folder.mkdir(parents=True, exist_ok=True)
        found, left_out = pieces(cache)
        tokens, features, starts, names, plans = [], [], [0], [], []
        for plan, bars, name in found:
            t, f = mt.encode(plan, bars)
            tokens.append(t)
            features.append(f)
            starts.append(starts[-1] + len(t))
            names.append(name)
            plans.append(plan.__dict__ | {"sections": list(plan.sections)})
        (folder / "pieces.json").write_text(
            json.dumps({"names": names, "plans": plans, "left_out": dict(left_out)}, indent=0)
        )
        np.savez(kept, tokens=np.concatenate(tokens), features=np.concatenate(features), starts=np.array(starts))
    about = json.loads((folder / "pieces.json").read_text())
    arrays = np.load(kept)
    return about | {key: arrays[key] for key in ("tokens", "features", "starts")}
