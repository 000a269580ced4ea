"""Image prompts (IP-Adapter, Ye et al. 2023): who or what a Stable Diffusion model is shown, as pictures beside its words."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipelines.core.settings import Refusal
from pipelines.hub.folder import OPENING, look_through

NO_FIT = "This image prompt does not fit this model; it was made for another family."


@dataclass
class ImagePrompt:
    """The adapter's tensors, and the CLIP encoder that reads the pictures."""

    tensors: dict[str, dict[str, Any]]
    encoder: Any


def open_image_prompt(folder: Path) -> ImagePrompt:
    """From a folder with one `ip-adapter*.safetensors` and an `image_encoder/` somewhere below it. Raises Refusal."""
    from safetensors import SafetensorError
    from safetensors.torch import load_file
    from transformers import CLIPVisionModelWithProjection

    look_through(folder)
    weights = sorted(folder.rglob("ip-adapter*.safetensors"))[:1]
    encoders = sorted(path.parent for path in folder.rglob("image_encoder/config.json"))[:1]
    if not weights or not encoders:
        raise Refusal("This is no image prompt: it needs ip-adapter….safetensors and an image_encoder folder.")
    try:
        flat = load_file(weights[0])
        with OPENING:
            encoder = CLIPVisionModelWithProjection.from_pretrained(
                encoders[0], use_safetensors=True, trust_remote_code=False, local_files_only=True
            )
    except (OSError, ValueError, KeyError, RuntimeError, SafetensorError) as problem:
        raise Refusal("This image prompt is missing a part or damaged.") from problem
    tensors: dict[str, dict[str, Any]] = {"image_proj": {}, "ip_adapter": {}}
    for name, value in flat.items():
        part, _, rest = name.partition(".")
        if part in tensors:
            tensors[part][rest] = value
    return ImagePrompt(tensors, encoder.eval())


@contextmanager
def use_image_prompt(pipe: Any, prompt: ImagePrompt, strength: float) -> Iterator[None]:
    """The pipeline with the image prompt on it for a block. Raises Refusal for one that does not fit."""
    from transformers import CLIPImageProcessor

    weight = next(pipe.unet.parameters())
    before = pipe.components.get("feature_extractor")
    try:
        pipe.register_modules(image_encoder=prompt.encoder.to(weight.device, weight.dtype))
        if before is None:
            side = prompt.encoder.config.image_size
            pipe.register_modules(feature_extractor=CLIPImageProcessor(size=side, crop_size=side))
        try:
            pipe.load_ip_adapter(
                prompt.tensors,
                subfolder="",
                weight_name="",
                image_encoder_folder=None,
                local_files_only=True,
                use_safetensors=True,
                trust_remote_code=False,
            )
        except (ValueError, KeyError, RuntimeError, TypeError, AttributeError) as problem:
            raise Refusal(NO_FIT) from problem
        pipe.set_ip_adapter_scale(strength)
        yield
    finally:
        if getattr(pipe.unet, "encoder_hid_proj", None) is not None:
            pipe.unload_ip_adapter()
        pipe.register_modules(image_encoder=None, feature_extractor=before)
