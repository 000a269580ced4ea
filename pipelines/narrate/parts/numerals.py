"""Whole numbers and decimals as words of a language."""

from __future__ import annotations

from typing import Any

_PLACES = ("", "十", "百", "千")
_GROUPS = ("", "万", "亿", "兆")


def in_words(digits: str, data: dict[str, Any], ordinal: bool = False) -> str:
    """“1234,5” in words, the decimals one by one after the word for the point. At most eighteen digits before it."""
    whole, _, decimals = digits.partition(data["decimal"])
    if len(whole) > 1 and whole.startswith("0"):
        said = " ".join(_whole(int(digit), data, False) for digit in whole)
    else:
        said = _whole(int(whole), data, ordinal)
    if not decimals:
        return said
    return f"{said} {data['point']} " + " ".join(_whole(int(digit), data, False) for digit in decimals)


def _whole(number: int, data: dict[str, Any], ordinal: bool) -> str:
    kind = data["numbers"]
    if kind == "chinese":
        return ("第" if ordinal else "") + chinese(number)
    from num2words import num2words

    return str(num2words(number, lang=kind, to="ordinal" if ordinal else "cardinal"))


def chinese(number: int) -> str:
    """A number in Chinese characters: groups of four digits, one zero for a gap."""
    if number == 0:
        return "零"
    groups, rest = [], number
    while rest:
        groups.append(rest % 10_000)
        rest //= 10_000
    said, gap = "", False
    for place in reversed(range(len(groups))):
        group = groups[place]
        if group == 0:
            gap = bool(said)
            continue
        if said and (gap or group < 1000):
            said += "零"
        said += _chinese_group(group, leading=not said) + _GROUPS[place]
        gap = False
    return said


def _chinese_group(group: int, leading: bool) -> str:
    said, gap = "", False
    for place in (3, 2, 1, 0):
        digit = group // 10**place % 10
        if digit == 0:
            gap = bool(said)
            continue
        if gap:
            said += "零"
            gap = False
        bare = leading and place == 1 and digit == 1 and not said  # 十二, not 一十二
        said += ("" if bare else "零一二三四五六七八九"[digit]) + _PLACES[place]
    return said
