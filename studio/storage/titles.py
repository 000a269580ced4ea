"""Words of strangers made fit to be shown in one line: file names as titles, names of signers, what a file says about itself."""

from __future__ import annotations

import unicodedata
from pathlib import Path
from typing import Any

MOST_TITLE = 80
_LONGEST_READ = 20_000  # of a text that is cleaned
# what turns the reading direction, invisible fillers that hide words, and the marks of a file's byte order
_HIDDEN = frozenset(
    [
        *range(0x202A, 0x202F),
        *range(0x2060, 0x2070),
        0x061C,
        0x180E,
        0x115F,
        0x1160,
        0x3164,
        0xFEFF,
        0xFFF9,
        0xFFFA,
        0xFFFB,
        0xFFFE,
        0xFFFF,
    ]
)
_BLANK = ("Cc", "Cs", "Zl", "Zp")  # control characters, halves of surrogate pairs, separators of lines and paragraphs
_WINDOWS = frozenset(["con", "prn", "aux", "nul", *(f"{port}{n}" for port in ("com", "lpt") for n in range(10))])


def clean_text(value: Any, most: int) -> str:
    """A text as one line of at most `most` characters: nothing that breaks a line, hides or turns letters, or cannot be written as UTF-8."""
    if not isinstance(value, str):
        return ""
    kept = "".join(
        " " if unicodedata.category(one) in _BLANK else one for one in value[:_LONGEST_READ] if ord(one) not in _HIDDEN
    )
    return " ".join(kept.split())[:most].rstrip()


def clean_title(name: str) -> str:
    """A file name as a title: no folders, no ending, nothing that `clean_text` takes out, at most 80 characters."""
    last = name[-_LONGEST_READ:].replace("\\", "/").rstrip("/").rsplit("/", 1)[-1]
    return clean_text(last.rsplit(".", 1)[0] if "." in last[1:] else last, MOST_TITLE).strip(". ") or "Untitled"


def clean_lines(text: str) -> str:
    """A text of several lines without control characters (tabs and ends of lines stay) and without what turns the reading direction."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(
        letter
        for letter in lines
        if letter in "\n\t" or (ord(letter) not in _HIDDEN and unicodedata.category(letter) not in ("Cc", "Cs"))
    )


def clean_file_name(name: str, otherwise: str) -> str:
    """A name under which a browser may save a file on any system, with its ending; `otherwise` where nothing of it is left."""
    last = clean_text(name.replace("\\", "/").rsplit("/", 1)[-1], 120)
    kept = "".join("-" if one in '<>:"|?*%' else one for one in last).strip(". ")
    if not kept or Path(kept).stem.split(".")[0].strip().lower() in _WINDOWS:
        return otherwise
    return kept
