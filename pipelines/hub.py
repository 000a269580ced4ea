"""The one way models of a hub are opened: from a folder that is here, safetensors only, no code of theirs, on the studio's device."""

from __future__ import annotations

from pathlib import Path
from typing import Any


def transformer(path: Path, *, model: str, reader: str) -> tuple[Any, Any]:
    """A network of transformers and what prepares its inputs (tokenizer or processor), by the names of their classes."""
    import transformers

    from pipelines.models import device

    network = getattr(transformers, model).from_pretrained(path, use_safetensors=True, local_files_only=True)
    return network.eval().to(device()), getattr(transformers, reader).from_pretrained(path, local_files_only=True)


def diffusion(path: Path, *, pipeline: str) -> Any:
    """A pipeline of diffusers by the name of its class, silent on the terminal."""
    import diffusers

    from pipelines.models import device

    made = getattr(diffusers, pipeline).from_pretrained(path, use_safetensors=True, local_files_only=True).to(device())
    made.set_progress_bar_config(disable=True)
    return made
