"""Numbers, dates, times, money, units, abbreviations and capitals as words, for languages whose tables lie in assets/voices/languages/.

Number words come from num2words (LGPL-2.1, used as an unmodified package), or from a table of the language where num2words has none.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from typing import Any

from pipelines.narrate.parts.numerals import in_words, one_by_one
from pipelines.narrate.parts.wording import Token, tokens_by
from pipelines.narrate.parts.written_forms import MARKS, PUNCTUATION

_WORD = re.compile(r"[\u3040-\u30ff\u3400-\u9fff々]+|[^\W\d_](?:[\w]|[’'](?=[^\W\d_]))*|\.\.\.|--|\S")
_MONEY = ("R$", "€", "$", "£")
Rule = Callable[[re.Match[str]], str]


_made: dict[str, list[tuple[re.Pattern[str], Rule]]] = {}  # of each language


def tokens(text: str, data: dict[str, Any]) -> Iterator[Token]:
    """The tokens of a sentence; what they show, put together, is the text again."""
    text = unicodedata.normalize("NFC", text)
    return tokens_by(text, lambda place: _next(text, place, data))


def _next(text: str, place: int, data: dict[str, Any]) -> tuple[str, str, str]:
    """What stands next, what is said for it, and the mark it is."""
    for pattern, rule in _rules(data):
        if (match := pattern.match(text, place)) and match[0]:
            return match[0], rule(match), ""
    match = _WORD.match(text, place)
    assert match is not None  # \S takes anything that is not a space
    shown = match[0]
    if shown in data["signs"] and not shown.isalnum():
        return shown, data["signs"][shown], ""
    if not any(sign.isalnum() for sign in shown):
        inside = shown in "-/’'" and text[place - 1 : place].isalnum() and text[place + 1 : place + 2].isalnum()
        mark = "" if inside else data.get("marks", {}).get(shown, MARKS.get(shown, shown))
        return shown, "", mark if mark and mark in PUNCTUATION else ""
    names = [data["letters"].get(sign.lower(), "") for sign in shown]
    short = 1 < len(shown) < 4 or (len(shown) < 6 and not re.search("[AEIOUÁÉÍÓÚ]", shown))
    if shown.isupper() and len(shown) > 1 and short and not text.isupper() and all(names):
        return shown, " ".join(names), ""
    return shown, shown, ""


def _rules(data: dict[str, Any]) -> list[tuple[re.Pattern[str], Rule]]:
    """The patterns of a language and what is said for each, made once."""
    if (known := _made.get(data["name"])) is not None:
        return known
    thousands, decimal = re.escape(data["thousands"]), re.escape(data["decimal"])
    number = rf"\d{{1,3}}(?:{thousands}\d{{3}}){{1,5}}(?!\d)(?:{decimal}\d{{1,9}})?|\d{{1,18}}(?:{decimal}\d{{1,9}})?"
    units = "|".join(re.escape(sign) for sign in sorted(data["signs"], key=len, reverse=True) if sign not in "&=+@")
    money = "|".join(re.escape(sign) for sign in _MONEY if sign in data["signs"])
    short = "|".join(re.escape(name) for name in sorted(data["abbreviations"], key=len, reverse=True))

    def plain(digits: str) -> str:
        return in_words(digits.replace(data["thousands"], ""), data)

    def spell_measure(match: re.Match[str]) -> str:
        unit = data["signs"][match["unit"]]
        single = match["number"].lstrip("-−") == "1"
        whole, point, cents = match["number"].partition(data["decimal"])
        if match["unit"] in _MONEY and point and len(cents) == 2:
            name = data["single"].get(unit, unit) if whole == "1" else unit
            return f"{plain(whole)} {name} " + (f"{data['cents']} {plain(str(int(cents)))}" if int(cents) else "")
        ending, shorter = data.get("before_noun", ("$", ""))
        amount = re.sub(ending, shorter, spell_signed_number(match))
        return f"{amount} {data['single'].get(unit, unit) if single else unit}"

    def spell_signed_number(match: re.Match[str]) -> str:
        digits = match["number"]
        return (f"{data['minus']} " if digits[0] in "-−" else "") + plain(digits.lstrip("-−"))

    def date(match: re.Match[str]) -> str:
        day, month = int(match["day"]), int(match["month"])
        if not (1 <= month <= 12 and 1 <= day <= 31):
            return " ".join(plain(part) for part in re.split(r"\D", match[0]))
        rank = in_words(str(day), data, to="ordinal") if "{rank}" in data["date"] else ""
        return data["date"].format(
            day=plain(str(day)), rank=rank, month=data["months"][month - 1], year=plain(match["year"])
        )

    def clock(match: re.Match[str]) -> str:
        hour, minute = plain(str(int(match["hour"]))), int(match["minute"])
        return (
            data["clock"].format(hour=hour, minute=plain(str(minute)) if minute else "").strip()
            if minute
            else f"{hour} {data['signs'].get('h', '')}".strip()
        )

    rules: list[tuple[str, Rule]] = [
        (r"(?P<day>\d{1,2})[/.](?P<month>\d{1,2})[/.](?P<year>\d{4})(?!\d)", date),
        (r"(?P<hour>[01]?\d|2[0-3])[:h](?P<minute>[0-5]\d)(?!\d)", clock),
    ]
    if after := data.get("digit_by_digit"):
        rules.append((rf"(?P<year>\d{{4}})(?=\s?{after})", lambda m: one_by_one(m["year"], data)))
    if money:
        rules.append((rf"(?P<unit>{money})\s?(?P<number>{number})", spell_measure))
    rules += [
        (rf"(?P<number>[-−]?(?:{number}))\s?(?P<unit>{units})(?![\w/])", spell_measure),
        (
            r"(?P<low>\d{1,4})[–-](?P<high>\d{1,4})(?![\w-])",
            lambda m: f"{plain(m['low'])} {data['to']} {plain(m['high'])}",
        ),
    ]
    if data["ordinal"]:
        rules.append((rf"(?P<rank>\d{{1,4}})\.?{data['ordinal']}", lambda m: in_words(m["rank"], data, to="ordinal")))
    rules.append((rf"(?P<number>(?:(?<!\w)[-−])?(?:{number}))", spell_signed_number))
    if short:
        rules.append((rf"(?<!\w)(?:{short})\.(?!\w)", lambda m: data["abbreviations"][m[0][:-1]]))
    _made[data["name"]] = [(re.compile(pattern), rule) for pattern, rule in rules]
    return _made[data["name"]]
