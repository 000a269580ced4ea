"""The one way models of a hub are opened: from a folder that is here, safetensors only, no code of theirs, on the studio's device."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pipelines.hub.folder import OPENING, look_through


def transformer(path: Path, *, model: str, reader: str) -> tuple[Any, Any]:
    """A network of transformers and what prepares its inputs (tokenizer or processor), by the names of their classes."""
    from pipelines.core.models import device

    look_through(path)
    with OPENING:
        import transformers

        maker, reading = getattr(transformers, model), getattr(transformers, reader)
        network = maker.from_pretrained(path, use_safetensors=True, trust_remote_code=False, local_files_only=True)
        tokenizer = reading.from_pretrained(path, trust_remote_code=False, local_files_only=True)
    return network.eval().to(device()), tokenizer


def diffusion(path: Path, *, pipeline: str) -> Any:
    """A pipeline of diffusers in float32 on the device, silent on the terminal. Raises Refusal when it is not of that class."""
    import torch

    from pipelines.core.models import device
    from pipelines.core.settings import Refusal
    from pipelines.hub.opening import open_pipeline

    made = open_pipeline(path, torch.float32).model
    if type(made).__name__ != pipeline:
        raise Refusal(f"This model is a {type(made).__name__}, not a {pipeline}.")
    return made.to(device())
