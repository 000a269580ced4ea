"""One model of a hub as the studio lists it: its card, what it wants, and how it likes to be asked."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipelines.core.models import ASSETS, ModelCard, where
from pipelines.hub.opening import ROOM, open_pipeline

ROWS = json.loads((ASSETS / "hub" / "models.json").read_text("utf-8"))
PINS: dict[str, str] = ROWS["pins"]  # repository -> the commit that it is fetched at
BESIDE = ("model_index.json", "README.md", "*/*.json", "*/*.jinja", "*/*.txt", "*/*.model", "!*non_ema*")
PLAIN = (*BESIDE, "*/*.safetensors", "!*.fp16.*")
HALF = (*BESIDE, "*/*.fp16.safetensors")
SINGLE = ("config.json", "README.md", "diffusion_pytorch_model.safetensors", "diffusion_pytorch_model.fp16.safetensors")
KINDS = {
    "picture": "Pictures",
    "layers": "Layers of a picture",
    "control": "Control networks",
    "decoder": "Decoders",
    "film": "Films",
    "music": "Music",
    "voice": "Voices",
    "text": "Text",
}


@dataclass(frozen=True)
class Preset:
    """One model of the table: its card, the memory that it wants, how quick it is on a GPU, and how it likes to be asked.

    `begins`: what a run can begin from ("words", "picture", "mask", "last": a first and a last picture, "references": pictures of who
    is shown, "movement": a clip that it follows). `made_by`: the class of diffusers or transformers that opens it. `needs`: models besides its own. `bytes_each`: of a number in its files.
    """

    key: str
    card: ModelCard
    memory_gb: float = 0.0  # of the device, with nothing offloaded
    steps: int = 25
    guidance: float = 7.0
    size: tuple[int, int] = (512, 512)
    frames: int = 1
    rate_hz: int = 8
    begins: tuple[str, ...] = ("words", "picture")
    kind: str = "picture"
    made_by: str = ""
    sounds: bool = False  # a film that brings its own sound
    needs: tuple[ModelCard, ...] = ()
    bytes_each: int = 2

    @property
    def words(self) -> str:
        """One line for a form."""
        return self.card.name

    @property
    def repository(self) -> str:
        """owner/name of its hub."""
        return self.card.source.removeprefix("hub:")

    @property
    def present(self) -> bool:
        """Whether it is on this machine, with what it needs."""
        return all(where(one) is not None for one in (self.card, *self.needs))

    @property
    def processor_bytes(self) -> float:
        """Memory for a run on a processor, where every number has four bytes."""
        return self.card.size_bytes * 4 / self.bytes_each * ROOM


def card(
    name: str,
    repository: str,
    gigabytes: float,
    licence: str,
    about: str,
    *,
    files: tuple[str, ...] = HALF,
    build: Callable[[Path], Any] = open_pipeline,
    **more: Any,
) -> ModelCard:
    """A card of the hub's `repository`; its size is in GB of 10^9 bytes."""
    return ModelCard(
        name=name,
        source=f"hub:{repository}",
        sha256="",
        licence=licence,
        size_bytes=round(gigabytes * 1e9),
        build=build,
        about=about,
        files=files,
        revision=PINS.get(repository, ""),
        **more,
    )
