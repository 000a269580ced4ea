"""Tunes in ABC notation (version 2.1, sections 3 and 4) as bars of notes; what it does not understand, it leaves out as a whole tune."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from fractions import Fraction

SCALE = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}
SHARPS = ["F", "C", "G", "D", "A", "E", "B"]
FIFTHS = {key: place - 7 for place, key in enumerate("Cb Gb Db Ab Eb Bb F C G D A E B F# C#".split())}  # noqa: SIM905
MODE_FIFTHS = {"": 0, "maj": 0, "ion": 0, "m": -3, "min": -3, "aeo": -3, "dor": -2, "mix": -1}
MODE_NAMES = {
    "": "major",
    "maj": "major",
    "ion": "major",
    "m": "minor",
    "min": "minor",
    "aeo": "minor",
    "dor": "dorian",
    "mix": "mixolydian",
}
TOKEN = re.compile(
    r"(?P<bar>:*\|[\|\]]?:*|::|\[\||:\|\]?)\s*(?P<ending>\[?[12](?![\d/]))?|(?P<open>\[[12])|\((?P<tuplet>[2-9])(?::(\d*))?(?::(\d*))?|"
    r"\[(?P<chord>[^\]|:]+)\](?P<clen>[\d/]*)|(?P<acc>\^{1,2}|_{1,2}|=)?(?P<note>[A-Ga-g])(?P<oct>[,']*)(?P<len>[\d/]*)|"
    r"(?P<rest>[zx])(?P<rlen>[\d/]*)|(?P<broken>[<>]+)|(?P<tie>-)|(?P<skip>[()\s~.`\\yuvTHLMOPRS*])"
)


@dataclass
class Note:
    """A note has a MIDI pitch and a length in quarters; without a pitch it is a rest."""

    pitch: int | None  # MIDI, None is a rest
    length: Fraction  # in quarters
    tied: bool = False  # to the next


@dataclass
class Measure:
    """A measure is a list of notes."""

    notes: list[Note] = field(default_factory=list)
    ends_section: bool = False

    @property
    def length(self) -> Fraction:
        return sum((n.length for n in self.notes), Fraction(0))


@dataclass
class Tune:
    """A tune has a title, a rhythm, a key and its measures."""

    title: str
    rhythm: str
    tonic: int
    mode: str
    metre: str
    measures: list[Measure]
    source: str = ""


def tunes(text: str) -> list[dict[str, str]]:
    """The tunes of a file: their fields, and `body`."""
    fields: list[dict[str, str]] = []
    default = {"M": "4/4"}
    for line in text.replace("\r", "\n").split("\n"):
        line = line.split("%")[0].strip()
        if re.match(r"^[A-Za-z]:", line) and not line.startswith("|:"):
            key, value = line[0], line[2:].strip()
            if key == "X":
                fields.append({"body": "", **default})
            elif fields and key in "TMLKRQV":
                if key in "MLKQ" and fields[-1]["body"]:
                    fields[-1]["changes"] = "yes"  # in the middle of the tune
                if key != "T" or "T" not in fields[-1]:
                    fields[-1][key] = value
            elif key in "R" and not fields:
                default[key] = value
        elif fields and "K" in fields[-1]:
            fields[-1]["body"] += line + "\n"
    return fields


def key_of(text: str) -> tuple[int, str, dict[str, int]]:
    """Tonic pitch class, mode and accidentals of a K: field. Raises ValueError."""
    match = re.match(r"^([A-G][#b]?)\s*([A-Za-z]*)", text)
    if not match:
        raise ValueError("no key")
    mode = match[2].lower()[:3]
    mode = "m" if mode in ("m", "min") else mode
    if mode not in MODE_FIFTHS or match[1] not in FIFTHS:
        raise ValueError("a mode that is not used here")
    fifths = FIFTHS[match[1]] + MODE_FIFTHS[mode]
    altered = (
        dict.fromkeys(SHARPS[:fifths], 1) if fifths > 0 else dict.fromkeys(SHARPS[::-1][:-fifths] if fifths else [], -1)
    )
    tonic = (SCALE[match[1][0]] + {"#": 1, "b": -1}.get(match[1][1:], 0)) % 12
    return tonic, MODE_NAMES[mode], altered


def length_of(text: str) -> Fraction:
    """`3`, `/`, `//`, `3/2` as a factor."""
    if not text:
        return Fraction(1)
    above, slash, below = text.partition("/")
    value = Fraction(int(above)) if above else Fraction(1)
    if slash:
        value /= 2 ** (1 + below.count("/")) if not below.strip("/") else int(below.strip("/"))
    return value


class _Reader:
    def __init__(self, altered: dict[str, int], unit: Fraction, compound: bool) -> None:
        self.altered, self.unit, self.compound = altered, unit, compound
        self.measures, self.bar_accidentals = [Measure()], dict[tuple[str, int], int]()
        self.tuplet, self.ratio, self.broken = 0, Fraction(1), None
        self.first_ending = None
        self.dropping = False

    def pitch(self, accidental: str | None, letter: str, octaves: str) -> int:
        octave = (5 if letter.islower() else 4) + octaves.count("'") - octaves.count(",")
        step = letter.upper()
        if accidental is not None:
            self.bar_accidentals[step, octave] = accidental.count("^") - accidental.count("_")
        change = self.bar_accidentals.get((step, octave), self.altered.get(step, 0))
        return 12 * (octave + 1) + SCALE[step] + change

    def add(self, pitch: int | None, factor: Fraction) -> None:
        length = factor * self.unit * 4
        if self.tuplet:
            length *= self.ratio
            self.tuplet -= 1
        notes = self.measures[-1].notes
        if self.broken:
            length *= self.broken
            self.broken = None
        if notes and notes[-1].tied and notes[-1].pitch == pitch:
            notes[-1].length += length
            notes[-1].tied = False
        else:
            notes.append(Note(pitch, length))

    def take(self, m: re.Match[str]) -> None:
        if m["bar"]:
            self.bar(m["bar"], m["ending"])
        elif m["open"]:
            self.ending(m["open"])
        elif m["tuplet"]:
            p = int(m["tuplet"])
            over = {2: 3, 3: 2, 4: 3, 6: 2, 8: 3}.get(p, 3 if self.compound else 2)
            self.tuplet, self.ratio = p, Fraction(over, p)
        elif m["note"]:
            self.add(self.pitch(m["acc"], m["note"], m["oct"]), length_of(m["len"]))
        elif m["chord"]:
            inside = re.findall(r"(\^{1,2}|_{1,2}|=)?([A-Ga-g])([,']*)([\d/]*)", m["chord"])
            if not inside:
                raise ValueError("a field inside the tune")
            pitches = [self.pitch(a or None, n, o) for a, n, o, _ in inside]
            self.add(max(pitches), length_of(inside[0][3]) * length_of(m["clen"]))
        elif m["rest"]:
            self.add(None, length_of(m["rlen"]))
        elif m["broken"]:
            short = Fraction(1, 2 ** len(m["broken"]))
            longer, shorter = 2 - short, short
            notes = self.measures[-1].notes
            if not notes:
                raise ValueError("a broken rhythm without a note")
            notes[-1].length *= longer if m["broken"][0] == ">" else shorter
            self.broken = shorter if m["broken"][0] == ">" else longer
        elif m["tie"] and self.measures[-1].notes:
            self.measures[-1].notes[-1].tied = True

    def bar(self, text: str, ending: str | None) -> None:
        double = text != "|"
        if self.measures[-1].notes:
            self.measures[-1].ends_section = double
            self.measures.append(Measure())
        elif len(self.measures) > 1 and double:
            self.measures[-2].ends_section = True
        self.bar_accidentals = {}
        if ending:
            self.ending(ending)

    def ending(self, text: str) -> None:
        if "1" in text:
            self.first_ending = len(self.measures) - 1
        elif self.first_ending is not None:  # the second ending replaces the first
            del self.measures[self.first_ending : -1]
            self.first_ending = None


def read_tune(fields: dict[str, str], source: str) -> Tune:
    """One tune. Raises ValueError when something in it is not understood."""
    if "changes" in fields or "V" in fields:
        raise ValueError("several voices, keys or metres")
    tonic, mode, altered = key_of(fields.get("K", ""))
    metre = {"C": "4/4", "C|": "2/2"}.get(fields["M"].strip(), fields["M"].strip())
    over, under = (int(x) for x in metre.split("/"))
    unit = Fraction(fields["L"].replace(" ", "")) if "L" in fields else Fraction(1, 16 if over / under < 0.75 else 8)
    reader = _Reader(altered, unit, over % 3 == 0)
    body = re.sub(r'"[^"]*"|!.*?!|\+[a-z]+\+|\{[^}]*\}', "", fields["body"])
    place = 0
    while place < len(body):
        m = TOKEN.match(body, place)
        if not m:
            raise ValueError(f"not understood: {body[place : place + 10]!r}")
        reader.take(m)
        place = m.end()
    measures = [m for m in reader.measures if m.notes]
    if not measures:
        raise ValueError("empty")
    measures[-1].ends_section = True
    return Tune(
        fields.get("T", ""), fields.get("R", "").lower().strip(), tonic, mode, f"{over}/{under}", measures, source
    )
