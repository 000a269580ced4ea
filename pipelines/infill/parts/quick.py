"""Words for the blank that somebody is at, while they write."""

from __future__ import annotations

import math
from typing import Any

from pipelines.core.models import load
from pipelines.core.settings import Refusal
from pipelines.infill.parts import suggest
from pipelines.infill.parts.autoregressive import BOTH_WAYS, SMOLLM2
from pipelines.infill.parts.blanks import Blank, read_template
from pipelines.infill.parts.english import ENGLISH_ONLY, foreign_near
from pipelines.infill.parts.lexicon import lexicon_of
from pipelines.infill.parts.networks import own_vocabulary
from pipelines.infill.parts.reader import Reader, reader_of
from pipelines.infill.parts.rules import Taste

SECONDS = 0.25  # after this nothing more is weighed
_kept: dict[int, Reader] = {}  # of one model: what it has read stays while somebody writes


def words_for(text: str, at: int, count: int = 5) -> list[dict[str, Any]]:
    """The likeliest words for the one-word blank nearest to a place in the text, with their share. Raises Refusal, MissingModel.

    What `infill.diffuse` weighs for one blank, ended after SECONDS: then the order is by what was weighed so far.
    """
    before, after = around(text, at)
    with load(BOTH_WAYS) as changes, load(SMOLLM2) as causal:
        reader = _kept.get(id(causal))
        if reader is None:
            _kept.clear()
            reader = _kept[id(causal)] = reader_of(causal, changes=changes)
        lexicon = lexicon_of(own_vocabulary(), causal.tokenizer)
        ruled = lexicon.ruled(before, after, set(), Taste())
        picks, log_p = suggest.one_word(
            reader, lexicon, before, after, None, ruled, seconds=SECONDS, pooled=suggest.POOLED
        )
        shares = suggest.shares(log_p)
        capital = suggest.open_blank(before)[2]
        return [
            {"words": lexicon.surface(lexicon.words[i], capital), "share": round(share, 4)}
            for i, share in zip(picks[:count], shares)
            if math.isfinite(share)
        ]


def language_note(text: str, at: int) -> str:
    """One sentence where the text near a place is not English, else nothing. Raises Refusal where there is no blank."""
    before, after = around(text, at)
    return ENGLISH_ONLY if foreign_near([before, Blank(1, 0, 0), after], own_vocabulary().known or {}) else ""


def around(text: str, at: int) -> tuple[str, str]:
    """The text before the nearest one-word blank and after it, up to the next blank. Raises Refusal where there is none."""
    template = read_template(text)
    ones = [blank for blank in template.blanks if blank.words == 1]
    if not ones:
        raise Refusal("There is no blank for one word here.")
    nearest = min(ones, key=lambda blank: max(blank.start - at, at - blank.end, 0))
    number = template.parts.index(nearest)
    before = "".join(part for part in template.parts[:number] if isinstance(part, str))
    after = template.parts[number + 1] if number + 1 < len(template.parts) else ""
    return before, after if isinstance(after, str) else ""
