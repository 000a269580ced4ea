"""Stable Diffusion with a tiny decoder in place of its own, which on a processor takes longer than all steps of a quick model."""

from __future__ import annotations

from pathlib import Path

from pipelines.core.models import load
from pipelines.hub import opening
from pipelines.hub.preset import SINGLE, card

TAESD = card(
    "TAESD, a tiny decoder",
    "madebyollin/taesd",
    0.01,
    "MIT",
    "Turns latents of Stable Diffusion into pixels.",
    files=SINGLE,
)


def open_tiny_decoder(folder: Path) -> opening.Opened:
    """A pipeline whose autoencoder is TAESD; its own is not read. Raises Refusal, MissingModel."""
    with load(TAESD) as tiny:
        return opening.open_pipeline(folder, vae=tiny.model)
