"""XMP and AIGC labels found in the bytes of any format, in time that grows only with the number of bytes.

Each search looks for a fixed word first and then reads a short window behind it with bounded patterns: a file can neither make a pattern go
back over what it has read nor make it start too often. IPTC Photo Metadata Standard 2023.2; China's GB 45438-2025 for the AIGC label.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

WINDOW_BYTES = 1024
MOST_PLACES = 400  # of one word that are looked at in a file
_SOURCE_TYPE = re.compile(
    rb"DigitalSourceType(?:>|\s{0,99}=\s{0,99}[\"']|\s{1,99}rdf:resource\s{0,99}=\s{0,99}[\"'])\s{0,99}([!-~]{1,200}?)\s{0,99}[<\"']"
)
_CREATOR_TOOL = re.compile(rb"(?:CreatorTool|Credit|tiff:Software)(?:>|\s{0,99}=\s{0,99}[\"'])([^<\"']{1,200})")
_LABEL = re.compile(
    rb"AIGC[\"']?[\s\0]{0,32}[:=>{][^<]{0,400}?Label[\"'\\&quot;]{0,16}\s{0,16}:\s{0,16}[\"'\\&quot;]{0,16}([123])"
)


def source_type(data: bytes) -> str | None:
    """The first IPTC term that an XMP packet names, without its vocabulary's address; None without one."""
    for window in _windows(data, b"DigitalSourceType"):
        if found := _SOURCE_TYPE.match(window):
            return found[1].decode("ascii").rsplit("/", 1)[-1]
    return None


def tools(data: bytes) -> Iterator[str]:
    """What XMP names as the tool, the credit or the software, at most 200 characters each."""
    for word in (b"CreatorTool", b"Credit", b"tiff:Software"):
        for window in _windows(data, word):
            if found := _CREATOR_TOOL.match(window):
                yield found[1].decode("utf-8", "replace")


def label(data: bytes) -> int | None:
    """The AIGC label: 1 generated, 2 possibly, 3 suspected; None without one."""
    for window in _windows(data, b"AIGC"):
        if found := _LABEL.match(window):
            return int(found[1])
    return None


def _windows(data: bytes, word: bytes) -> Iterator[bytes]:
    """The bytes that begin with `word`, a window each, for the first MOST_PLACES places."""
    at = data.find(word)
    for _ in range(MOST_PLACES):
        if at < 0:
            return
        yield data[at : at + WINDOW_BYTES]
        at = data.find(word, at + len(word))
