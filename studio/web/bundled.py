"""Pictures that come with the studio, with who made them: the style gallery and the sample photographs."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache

from pipelines.core.models import ASSETS


@dataclass(frozen=True)
class Bundled:
    """One bundled file: `asset` is its name under assets/, `caption` what a visitor reads, `alt` what a screen reader says."""

    asset: str
    caption: str
    alt: str
    licence: str


@lru_cache(maxsize=8)
def read_bundled(group: str) -> tuple[Bundled, ...]:
    """`styles` (paintings) or `samples` (photographs), in the order of their list."""
    listed = json.loads((ASSETS / group / f"{group}.json").read_text(encoding="utf-8"))
    files = []
    for one in listed:
        caption = f"{one['artist']}, {one['title']}" if "artist" in one else one["title"]
        file = f"{group}/{one['slug']}.jpg"
        files.append(
            Bundled(file, caption, one.get("alt") or f"{caption}. {one.get('words', '')}".strip(), one["licence"])
        )
    return tuple(files)


def bundled_as_json() -> str:
    """Both lists as the page's scripts read them: JSON that can stand in a page."""
    lists = {
        group: [{"asset": one.asset, "caption": one.caption, "alt": one.alt} for one in read_bundled(group)]
        for group in ("styles", "samples")
    }
    return json.dumps(lists, ensure_ascii=False, separators=(",", ":")).replace("</", "<\\/")
