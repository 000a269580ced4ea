"""LoRA files as they are written in a form: a line each, a file and its weight ("owner/name:file.safetensors 0.8")."""

from __future__ import annotations

import re
from pathlib import Path

from pipelines.core import hub_ids as hub_id
from pipelines.core.hub_ids import HubId
from pipelines.core.settings import Refusal

MOST = 6
MOST_LINE_CHARACTERS = 1200
ENDING = ".safetensors"
WEIGHT = re.compile(r"-?\d{1,3}(?:\.\d{1,6})?")


def read(text: str) -> list[tuple[HubId | Path, float]]:
    """Each file, of the hub or allowed on this machine (pipelines.core.hub_ids), with its weight. Raises Refusal."""
    found: list[tuple[HubId | Path, float]] = []
    for line in (one.strip() for one in text.splitlines() if one.strip()):
        stem, ending, weight = line.rpartition(ENDING)
        said = weight.strip()
        apart = not weight or (weight[0].isspace() and WEIGHT.fullmatch(said))
        if len(line) > MOST_LINE_CHARACTERS or not stem or stem[-1].isspace() or not ending or not apart:
            raise Refusal(
                f"“{line[:80]}” is not a LoRA; please write a .safetensors file and its weight, such as owner/name:ink.safetensors 0.8."
            )
        asked = hub_id.weights_file(stem + ending)
        counts = float(said or 1)
        if not -2 <= counts <= 2:
            raise Refusal("A LoRA's weight lies between -2 and 2.")
        found.append((asked, counts))
    if len(found) > MOST:
        raise Refusal(f"At most {MOST} LoRA files can be used at once.")
    return found


def checked(text: str) -> None:
    """The check of a form's field for LoRA files. Raises Refusal."""
    read(text)
