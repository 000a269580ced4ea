"""Files and models that a form names beside the model itself, a line each: LoRA files with their weights, a GGUF file, a control network, an IP-Adapter, a painter.

owner/name:ink.safetensors 0.8     a LoRA and how much it counts
sent 0.6                           how much the LoRA in the slot counts
owner/name:weights.gguf            smaller weights in place of the model's own
control owner/name                 a control network; shown …: an IP-Adapter; painter …: the painter of AnimateDiff
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

from pipelines.core import hub_ids as hub_id
from pipelines.core.hub_ids import HubId
from pipelines.core.settings import Refusal

MOST = 6
MOST_LINE_CHARACTERS = 1200
LORA, GGUF = ".safetensors", ".gguf"
WEIGHT = re.compile(r"-?\d{1,3}(?:\.\d{1,6})?")
MODELS = ("control", "shown", "painter")


@dataclass
class Files:
    """LoRA files with their weights, the weight of the one in the slot, a GGUF file, and models by the words of MODELS."""

    loras: list[tuple[HubId | Path, float]] = field(default_factory=list)
    sent: float = 1.0
    gguf: HubId | Path | None = None
    models: dict[str, str] = field(default_factory=dict)


def read_files(text: str) -> Files:
    """What is written, of the hub or allowed on this machine (pipelines.core.hub_ids). Raises Refusal."""
    files = Files()
    for line in (line.strip() for line in text.splitlines() if line.strip()):
        first, _, rest = line.partition(" ")
        if len(line) > MOST_LINE_CHARACTERS:
            raise Refusal(_wrong(line))
        if first in MODELS:
            hub_id.check_id(rest.strip())
            files.models[first] = rest.strip()
        elif first == "sent":
            files.sent = _weight(line, rest.strip())
        elif line.lower().endswith(GGUF):
            files.gguf = hub_id.weights_file(line)
        else:
            stem, ending, weight = line.rpartition(LORA)
            if not stem or stem[-1].isspace() or not ending or (weight and not weight[0].isspace()):
                raise Refusal(_wrong(line))
            asked = hub_id.weights_file(stem + ending)
            files.loras.append((asked, _weight(line, weight.strip() or "1")))
    if len(files.loras) > MOST:
        raise Refusal(f"At most {MOST} LoRA files can be used at once.")
    return files


def check_files(text: str) -> None:
    """The check of a form's field for files. Raises Refusal."""
    read_files(text)


def _weight(line: str, written: str) -> float:
    if not WEIGHT.fullmatch(written):
        raise Refusal(_wrong(line))
    if not -2 <= float(written) <= 2:
        raise Refusal("A LoRA's weight lies between -2 and 2.")
    return float(written)


def _wrong(line: str) -> str:
    return f"“{line[:80]}” is no file; please write a LoRA and its weight, such as owner/name:ink.safetensors 0.8, or a GGUF file."
