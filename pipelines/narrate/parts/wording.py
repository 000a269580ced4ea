"""What is written into what is said: numbers, dates, money, units, abbreviations, acronyms (English).

Every stretch of the text becomes a Token that remembers how it was written, so that subtitles show “$3.50” while the voice says
“three dollars and fifty cents”. Number words come from num2words.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from pipelines.narrate.parts.numerals import ENGLISH, in_words, one_by_one
from pipelines.narrate.parts.written_forms import (
    ABBREVIATIONS,
    COUNTED,
    CURRENCIES,
    MAGNITUDES,
    MARKS,
    MONTHS,
    PUNCTUATION,
    ROMAN,
    SHORT_MONTHS,
    SYMBOLS,
    UNITS,
)


@dataclass(frozen=True)
class Token:
    """A stretch of the text as written, what is said for it (words), and the punctuation that follows. No words: only a mark."""

    shown: str
    says: tuple[str, ...]
    mark: str = ""
    phonemes: str = ""  # given by the writer instead of looked up
    emphasis: bool = False
    style: str = ""


def english(digits: str, british: bool, to: str = "cardinal") -> str:
    """“1,234.50” -> words; what follows the point is read digit by digit."""
    said = in_words(digits.replace(",", ""), ENGLISH, to).replace(",", "").replace("-", " ")
    return said if british and to != "year" else said.replace(" and ", " ")


def roman(letters: str) -> int:
    """The value of a Roman numeral below 90, or 0 where the letters are none."""
    if not re.fullmatch(r"(XL|L?X{0,3})(IX|IV|V?I{0,3})", letters):
        return 0
    values = [ROMAN[letter] for letter in letters]
    return sum(-value if value < after else value for value, after in zip(values, values[1:] + [0]))


def spell_letters(letters: str) -> str:
    """Letters and digits one by one; a plural s stays with its letter (“URLs”)."""
    plural = len(letters) > 2 and letters.endswith("s") and letters[:-1].isupper()
    core = letters[:-1] if plural else letters
    named = [one_by_one(sign, ENGLISH) if sign.isdigit() else sign.upper() for sign in core if sign.isalnum()]
    return " ".join(named) + ("'s" if plural else "")


def _date(match: re.Match[str], british: bool) -> str:
    found = match.groupdict()
    if found.get("iso_y"):
        y, m, d = int(found["iso_y"]), int(found["iso_m"]), int(found["iso_d"])
    else:
        first, second, y = int(found["one"]), int(found["two"]), int(found["y"])
        d, m = (first, second) if (british and second <= 12) or first > 12 else (second, first)
        y += 0 if y > 99 else (2000 if y < 70 else 1900)
    if not 1 <= m <= 12 or not 1 <= d <= 31:
        return " slash ".join(english(part, british) for part in re.split(r"[/-]", match[0]))
    return _day(MONTHS[m - 1], d, y, british)


def _day(month: str, day: int, of_year: int | None, british: bool) -> str:
    date = (
        f"the {english(str(day), british, 'ordinal')} of {month}"
        if british
        else f"{month} {english(str(day), british, 'ordinal')}"
    )
    return date + (f" {english(str(of_year), False, 'year')}" if of_year else "")


def _named_date(match: re.Match[str], british: bool) -> str:
    short = match["month"].rstrip(".")
    of_year = int(match["of"]) if match["of"] else None
    return _day(SHORT_MONTHS.get(short, short), int(match["day"]), of_year, british)


def _time(match: re.Match[str], british: bool) -> str:
    hour, minute = int(match["h"]), match["min"]
    half = " ".join((match["half"] or "").replace(".", "").upper())
    if minute is None or (minute == "00" and half):
        time = english(str(hour), british)
    elif minute == "00":
        time = english(str(hour), british) + (" o'clock" if 0 < hour <= 12 else " hundred hours")
    else:
        time = english(str(hour), british) + (" oh " if minute[0] == "0" else " ") + english(str(int(minute)), british)
    return f"{time} {half}".strip()


def _money(match: re.Match[str], british: bool) -> str:
    unit, many, small, smalls = CURRENCIES[match["sign"]]
    amount, size = match["amount"].replace(",", ""), match["size"]
    if size:
        return f"{english(amount, british)} {MAGNITUDES.get(size.lower(), size)} {many}"
    whole, _, rest = amount.partition(".")
    if rest and len(rest) != 2:
        return f"{english(amount, british)} {many}"
    said = f"{english(whole, british)} {unit if int(whole) == 1 else many}"
    if not rest or int(rest) == 0:
        return said
    change = f"{english(str(int(rest)), british)} {small if int(rest) == 1 else smalls}"
    return change if int(whole) == 0 else f"{said} and {change}"


def _unit(match: re.Match[str], british: bool) -> str:
    number, name = match["number"], UNITS[match["unit"]]
    words = english(number.lstrip("-−"), british)
    if number[0] in "-−":
        words = f"minus {words}"
    if number.lstrip("-−") == "1" or name in ("hertz", "gigahertz", "megahertz", "kilohertz"):
        return f"{words} {name}"
    first, _, rest = name.partition(" ")
    return f"{words} {'feet' if first == 'foot' else first + 's'} {rest}".strip()


def _plain(digits: str, british: bool) -> str:
    negative = digits[0] in "-−"
    digits = digits.lstrip("-−")
    if not negative and re.fullmatch(r"1[1-9]\d\d|20\d\d", digits):
        return english(str(int(digits)), False, "year")
    return ("minus " if negative else "") + english(digits, british)


def _address(match: re.Match[str], british: bool) -> str:
    written = re.sub(r"^(https?://)?(www\.)?", "", match[0]).rstrip("/.")
    names = {".": " dot ", "/": " slash ", "@": " at ", "-": " dash ", "_": " underscore ", ":": " colon "}
    return re.sub(r"\s+", " ", "".join(names.get(sign, sign if sign.isalnum() else " ") for sign in written)).strip()


_MONTH = "|".join([*MONTHS, *(f"{short}\\.?" for short in SHORT_MONTHS)])
_NUMBER = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?"
_SHORT_NUMBER = (
    r"\d{1,3}(?:,\d{3}){1,12}(?:\.\d{1,30})?|\d{1,30}(?:\.\d{1,30})?"  # where many places in a row of digits are tried
)
_UNIT = "|".join(sorted((re.escape(unit) for unit in UNITS), key=len, reverse=True))
_RULES: tuple[tuple[str, Callable[[re.Match[str], bool], str]], ...] = (
    (
        r"(?:https?://|www\.)[^\s<>()]{1,1000}[\w/]|(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}\.[\w.]{0,190}\w|\b\w[\w-]{0,62}\.(?:com|org|net|io|dev|edu|gov)\b",
        _address,
    ),
    (r"\b(?P<iso_y>\d{4})-(?P<iso_m>\d\d)-(?P<iso_d>\d\d)\b", _date),
    (r"\b(?P<one>\d{1,2})/(?P<two>\d{1,2})/(?P<y>\d{4}|\d\d)\b", _date),
    (rf"\b(?P<month>{_MONTH}) (?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?:,? (?P<of>\d{{4}}))?\b(?!:)", _named_date),
    (
        rf"\b(?P<day>\d{{1,2}})(?:st|nd|rd|th)? (?:of )?(?P<month>{'|'.join(MONTHS + list(SHORT_MONTHS))})(?: (?P<of>\d{{4}}))?\b",
        lambda match, british: _named_date(match, True),
    ),
    (r"\b(?P<h>[01]?\d|2[0-3]):(?P<min>[0-5]\d)(?:\s?(?P<half>[ap]\.?m\b\.?))?(?![\d:])", _time),
    (
        r"\b(?P<h>1[0-2]|[1-9])(?P<min>)?\s?(?P<half>[ap]\.?m\b\.?)",
        lambda match, british: f"{english(match['h'], british)} {' '.join(match['half'].replace('.', '').upper())}",
    ),
    (
        rf"(?P<sign>[$£€¥₹])\s?(?P<amount>{_NUMBER})(?:\s?(?P<size>thousand|million|billion|trillion|[kKmMbB]n?|tn)\b)?",
        _money,
    ),
    (rf"(?P<number>(?<!\w)[-−]?(?:{_NUMBER}))\s?(?P<unit>{_UNIT})(?![\w/])", _unit),
    (rf"(?P<share>{_SHORT_NUMBER})\s?%", lambda match, british: f"{english(match['share'], british)} percent"),
    (
        r"\b(?P<rank>\d{1,3}(?:,\d{3})+|\d{1,9})(?:st|nd|rd|th)\b",
        lambda match, british: english(str(int(match["rank"].replace(",", ""))), british, "ordinal"),
    ),
    (
        r"\b(?P<decade>(?:1\d|20)\d0)['’]?s\b",
        lambda match, british: re.sub("y$", "ie", english(str(int(match["decade"])), False, "year")) + "s",
    ),
    (r"['’](?P<decade>[2-9]0)s\b", lambda match, british: english(match["decade"], british)[:-1] + "ies"),
    (
        r"\b\d{3}[-. ]\d{3}[-. ]\d{4}\b|\b\d{3}-\d{4}\b",
        lambda match, british: ", ".join(one_by_one(group, ENGLISH) for group in re.split(r"\D", match[0])),
    ),
    (
        rf"(?P<low>{_SHORT_NUMBER})\s?[–-]\s?(?P<high>{_SHORT_NUMBER})(?![\w-])",
        lambda match, british: " to ".join(_plain(part, british) for part in (match["low"], match["high"])),
    ),
    (
        r"\b(?P<upper>[1-9])/(?P<lower>[2-9]|10)\b(?!/)",
        lambda match, british: _fraction(int(match["upper"]), int(match["lower"]), british),
    ),
    (rf"(?P<plain>(?<![\w.])[-−]?(?:{_NUMBER}))(?![\w])", lambda match, british: _plain(match["plain"], british)),
)


def _fraction(upper: int, lower: int, british: bool) -> str:
    name = {2: "half", 4: "quarter"}.get(lower) or english(str(lower), british, "ordinal")
    plural = "halves" if name == "half" else f"{name}s"
    return f"{english(str(upper), british)} {name if upper == 1 else plural}"


_COMPILED = [(re.compile(pattern), rule) for pattern, rule in _RULES]
_WORD = re.compile(r"(?:[A-Za-z]\.){2,}|[^\W_]+(?:['’][^\W_]+)*['’]?|\.\.\.|--|\S", re.UNICODE)


def tokens(
    text: str, *, british: bool = False, pronounceable: Callable[[str], bool] = lambda word: True
) -> Iterator[Token]:
    """The tokens of a sentence. `pronounceable(word)` says whether a word in capitals is read as a word (NASA) or spelled (FBI)."""
    text = unicodedata.normalize("NFC", text)
    letters = [word for word in re.findall(r"[^\W\d_]+", text) if len(word) > 1]
    shouted = len(letters) > 2 and all(word.isupper() for word in letters)
    return tokens_by(text, _Reader(text, british, pronounceable, shouted).read)


def tokens_by(text: str, read: Callable[[int], tuple[str, str, str]]) -> Iterator[Token]:
    """The tokens of a text, each mark joined to the word before it; `read` gives what stands at a place, what is said for it, and the mark it is.

    What they show, put together, is the text again, spaces and all.
    """
    before, place = None, len(text) - len(text.lstrip())
    while place < len(text):
        shown, said, mark = read(place)
        end = place + len(shown)
        while end < len(text) and text[end].isspace():
            end += 1
        token = Token(text[place:end], tuple(said.replace("-", " ").split()), mark)
        place = end
        if before is not None and not token.says:
            before = Token(before.shown + token.shown, before.says, token.mark or before.mark)
            continue
        if before is not None:
            yield before
        before = token
    if before is not None:
        yield before


class _Reader:
    """Reads a sentence from left to right; the first rule that fits takes its stretch."""

    def __init__(self, text: str, british: bool, pronounceable: Callable[[str], bool], shouted: bool) -> None:
        self.text, self.british, self.pronounceable, self.shouted = text, british, pronounceable, shouted
        self.before = ""

    def read(self, place: int) -> tuple[str, str, str]:
        """What stands at a place, what is said for it, and the mark it is."""
        shown, said, mark = self._next(place)
        self.before = shown if said else self.before
        return shown, said, mark

    def _next(self, place: int) -> tuple[str, str, str]:
        if self.text[place].isdigit() or self.text[place] in "$£€¥₹-−'’hw" or self.text[place].isalpha():
            for pattern, rule in _COMPILED:
                if (match := pattern.match(self.text, place)) and match[0]:
                    return match[0], rule(match, self.british), ""
        match = _WORD.match(self.text, place)
        assert match is not None  # \S takes anything that is not a space
        shown = match[0]
        if not any(sign.isalnum() for sign in shown) or unicodedata.category(shown[0]) == "No":
            return self._sign(shown, place)
        return self._word(shown, place + len(shown))

    def _sign(self, shown: str, place: int) -> tuple[str, str, str]:
        if shown in SYMBOLS:
            return shown, SYMBOLS[shown], ""
        if shown in "-/" and self.text[place - 1 : place].isalnum() and self.text[place + 1 : place + 2].isalnum():
            return shown, "", ""
        mark = MARKS.get(shown, shown)
        return shown, "", mark if mark and mark in PUNCTUATION else ""

    def _word(self, shown: str, end: int) -> tuple[str, str, str]:
        dotted = self.text[end : end + 1] == "."
        plain = shown.replace("’", "'")
        if re.fullmatch(r"(?:[A-Za-z]\.){2,}", shown):
            key = shown.rstrip(".")
            return shown, ABBREVIATIONS.get(key) or ABBREVIATIONS.get(key.lower()) or spell_letters(key), ""
        if dotted and plain == "St":
            return shown + ".", "Saint" if re.match(r"\.\s+[A-Z]", self.text[end:]) else "Street", ""
        if dotted and plain in ABBREVIATIONS and (plain != "No" or re.match(r"\.\s?\d", self.text[end:])):
            last = not self.text[end + 1 :].strip(" \"'”’)")
            return shown + ("" if last else "."), ABBREVIATIONS[plain], ""
        if dotted and plain in SHORT_MONTHS and plain != "May":
            return shown + ".", SHORT_MONTHS[plain], ""
        if plain in ("Mr", "Mrs", "Ms", "Dr", "vs", "etc") and not dotted:
            return shown, ABBREVIATIONS[plain], ""
        return shown, self._capitals(plain), ""

    def _capitals(self, word: str) -> str:
        number = roman(word) if word.isupper() else 0
        if number and self.before.lower() in COUNTED:
            return english(str(number), self.british)
        if (
            number > 1
            and len(word) > 1
            and self.before[:1].isupper()
            and len(self.before) > 2
            and not self.before.isupper()
        ):
            return f"the {english(str(number), self.british, 'ordinal')}"
        if any(sign.isdigit() for sign in word):
            return " ".join(
                english(part, self.british)
                if part.isdigit() and len(part) < 3
                else spell_letters(part)
                if part.isupper() or part.isdigit()
                else part
                for part in re.findall(r"\d+|[^\W\d_]+", word)
            )
        core = word.removesuffix("'s")
        short = core[:-1] if core.endswith("s") and core[:-1].isupper() and len(core) > 2 else core
        if len(short) > 1 and short.isupper() and not self.shouted and not self.pronounceable(short):
            return spell_letters(core) + ("'s" if core != word else "")
        return word.lower() if self.shouted else word
