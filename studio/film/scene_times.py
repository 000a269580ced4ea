"""When each word of a scene's line is said in its clip: by the narration's own times, else by an estimate."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from pipelines.film.parts.shapes import RATE_HZ
from studio.film.plan import Plan
from studio.film.steps import sentences_beside
from studio.film.storyboard import CHARACTERS_A_SECOND, Scene


def times_of(plan: Plan, scene: Scene, line: str, path_of: Callable[[str], Path | None]) -> dict[str, Any]:
    """How long a scene's clip is, its words (text, start, end, in seconds of the clip), and whether they are `estimated`; `line` may be newer than the scene's."""
    where = next(one for one in plan.timeline if one.id == scene.id)
    step, begin = plan.steps.get(f"{scene.id}.line"), where.speech_at / RATE_HZ
    made = step is not None and step.made and line == scene.line
    path = path_of(step.artifact) if step is not None and made else None
    spoken = sentences_beside(path) if path is not None else None
    if spoken is None:
        words = [
            (match[0], match.start() / CHARACTERS_A_SECOND, match.end() / CHARACTERS_A_SECOND)
            for match in re.finditer(r"\S+", line)
        ]
    else:
        words = [(word.text, word.start, word.end) for sentence in spoken for word in sentence.words]
    last = max([where.frames / RATE_HZ, *(begin + end for _, _, end in words)])
    return {
        "seconds": round(last, 2),
        "estimated": spoken is None,
        "words": [(text, round(begin + start, 2), round(begin + end, 2)) for text, start, end in words],
    }
