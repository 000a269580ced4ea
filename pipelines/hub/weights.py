"""Smaller weights for the networks that are called at every step: floats or integers of 8 bits, or a GGUF file in their place."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from pipelines.core.hub_ids import HubId
from pipelines.core.models import ModelCard
from pipelines.core.settings import Refusal
from pipelines.hub.opening import Opened, dtype, file_of, open_pipeline, weight_bytes

log = logging.getLogger(__name__)
AS_THEY_ARE = "The weights of this model can only be used as they are."
WEIGHTS = {"": "As they are", "float8": "Rounded: half the memory"}


def card_for(card: ModelCard, weights: str, gguf: HubId | Path | None) -> ModelCard:
    """The card of a model that is opened with these weights. Raises Refusal, MissingModel."""
    if (weights or gguf) and card.build is not open_pipeline:  # with parts of its own in place of some
        raise Refusal(AS_THEY_ARE)
    if gguf and weights:
        raise Refusal("A GGUF file has its own weights; leave “Weights” as they are.")
    if gguf:
        absent = Refusal("There is no GGUF file of that name on this machine.")
        return replace(card, build=with_gguf(file_of(gguf, absent)))
    return replace(card, build=opened_float8) if weights else card


def opened_float8(folder: Path) -> Opened:
    """A whole pipeline whose networks of the steps keep their weights as floats of 8 bits (E4M3) and compute in `dtype()`. Raises Refusal."""
    import torch

    from pipelines.core.models import device

    if device() == "mps":
        raise Refusal("This Apple GPU has no floats of 8 bits; leave the weights.")
    made = open_pipeline(folder).model
    for network in denoisers_of(made):
        network.enable_layerwise_casting(storage_dtype=torch.float8_e4m3fn, compute_dtype=dtype())
    return Opened(made, weight_bytes(made))


@lru_cache(maxsize=32)
def with_gguf(file: Path) -> Callable[[Path], Opened]:
    """What opens a pipeline whose network of the steps is read from a GGUF file; one function for each file, so that it is opened once."""

    def opened_gguf(folder: Path) -> Opened:
        from diffusers import GGUFQuantizationConfig

        model = open_pipeline(folder).model
        for name in ("transformer", "unet"):
            network = getattr(model, name, None)
            if network is not None and hasattr(type(network), "from_single_file"):
                try:
                    read = type(network).from_single_file(
                        str(file),
                        config=str(folder / name),
                        quantization_config=GGUFQuantizationConfig(compute_dtype=dtype()),
                        torch_dtype=dtype(),
                        use_safetensors=True,
                        trust_remote_code=False,
                        local_files_only=True,
                    )
                except (OSError, ValueError, KeyError, TypeError, RuntimeError, ImportError, IndexError) as problem:
                    log.warning("reading %s: %s", file, problem)
                    raise Refusal("This GGUF file does not fit this model.") from problem
                model.register_modules(**{name: read})
                return Opened(model, weight_bytes(model))
        raise Refusal(f"This model ({type(model).__name__}) takes no GGUF file.")

    return opened_gguf


def denoisers(pipe: Any) -> list[Any]:
    """The networks that are called at every step."""
    found = (getattr(pipe, name, None) for name in ("transformer", "transformer_2", "unet"))
    return [network for network in found if network is not None]


def denoisers_of(pipe: Any) -> list[Any]:
    """The same. Raises Refusal where there are none."""
    found = denoisers(pipe) if hasattr(pipe, "components") else []
    if not found:
        raise Refusal(AS_THEY_ARE)
    return found
