"""Whole numbers and decimals as words of a language, by num2words or, in Chinese, by their digits."""

from __future__ import annotations

import re
from typing import Any

ENGLISH = {"numbers": "en", "decimal": ".", "point": "point", "longest": 15}


def in_words(digits: str, data: dict[str, Any], to: str = "cardinal") -> str:
    """“1234,5” in words, the decimals one by one after the word for the point. `to`: "cardinal", "ordinal" or "year"."""
    whole, _, decimals = digits.partition(data["decimal"])
    if len(whole) > data.get("longest", 18) or (len(whole) > 1 and whole.startswith("0")):
        said = one_by_one(whole, data)
    else:
        said = _whole(int(whole), data, to)
    return f"{said} {data['point']} {one_by_one(decimals, data)}" if decimals else said


def one_by_one(digits: str, data: dict[str, Any]) -> str:
    """Digits as words, one after another."""
    return " ".join(_whole(int(digit), data, "cardinal") for digit in digits)


def _whole(number: int, data: dict[str, Any], to: str) -> str:
    if data["numbers"] == "chinese":
        return ("第" if to == "ordinal" else "") + chinese(number)
    from num2words import num2words

    return str(num2words(number, lang=data["numbers"], to=to))


def chinese(number: int) -> str:
    """A number in Chinese characters: groups of four digits, one zero for a gap."""
    words, groups = "", iter(("", "万", "亿", "兆", "京"))
    for sign in groups:
        number, group = divmod(number, 10_000)
        places = zip(f"{group:04d}", ("千", "百", "十", ""), strict=True)
        digits = "".join("零一二三四五六七八九"[int(digit)] + place * (digit != "0") for digit, place in places)
        words = digits + sign * (group > 0) + words
    return re.sub("^一十", "十", re.sub("零+", "零", words).strip("零")) or "零"
