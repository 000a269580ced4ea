"""A hub backbone behind the head contract of `wild_head`, and the reconstruction error of an autoencoder: what an installation may add by its own settings.

Linear heads on features of DINOv3, MetaCLIP 2 or Perception Encoder lead the field (arXiv 2509.12995). STUDIO_DETECT_BACKBONE names such a model (a folder, or owner/name of the hub)
and STUDIO_DETECT_HEAD a safetensors file with `mean`, `scale`, `weight` [d] and `bias` [1], fitted on its features. STUDIO_DETECT_AUTOENCODER names an AutoencoderKL: pictures of
generators that decode with it come back nearly unchanged (AEROBLADE, Ricker et al. 2024, arXiv 2401.17879). Both are shown only: no head and no threshold of these was measured here.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipelines.core.models import ModelCard, device, load
from pipelines.core.settings import Refusal
from pipelines.detect.parts import canonical, native
from pipelines.detect.parts.signals import Evidence, Signal

if TYPE_CHECKING:
    import numpy as np
    from PIL.Image import Image

BACKBONE, HEAD, AUTOENCODER = "STUDIO_DETECT_BACKBONE", "STUDIO_DETECT_HEAD", "STUDIO_DETECT_AUTOENCODER"
VISION = {
    "dinov3_vit": "DINOv3ViTModel",
    "metaclip_2": "MetaClip2VisionModel",
    "metaclip_2_vision_model": "MetaClip2VisionModel",
    "clip_vision_model": "CLIPVisionModel",
    "dinov2": "Dinov2Model",
}
TIMM = "Perception Encoder needs the package timm, which the studio does not install; name a DINOv3 or MetaCLIP 2 model instead."
MOST = 12.0  # of a ratio
SEEN_PX = 512  # of a square that goes through an autoencoder
CAVEATS = {
    "backbone": "This installation added it; the studio has no measured error rate for it, so it adds nothing to the verdict.",
    "reconstruction": "Flat and soft pictures come back well from any autoencoder, whoever made them; only pictures whose generator decodes with this very one stand out. It adds nothing to the verdict.",
}


def card(named: str, build: Any) -> ModelCard:
    """The card of a folder, or of a model of the hub. Raises Refusal for what is neither."""
    from pipelines.core.hub_ids import parse

    folder = Path(named)
    if folder.is_dir():
        source, name = f"file:{folder.resolve()}", folder.name
    else:
        found = parse(named)
        source, name = found.source, str(found)
    return ModelCard(name=name, source=source, sha256="", licence="as its owner says", size_bytes=0, build=build)


def _vision(folder: Path) -> Any:
    """A vision transformer of VISION in evaluation mode. Raises Refusal."""
    import json

    import transformers

    said = json.loads((folder / "config.json").read_text("utf-8"))
    if "timm" in str(said.get("model_type", "")) or "architecture" in said:
        raise Refusal(TIMM)
    maker = VISION.get(str(said.get("model_type", "")))
    if maker is None:
        raise Refusal(
            f"This backbone is of the kind {said.get('model_type')!r}; the studio reads {', '.join(sorted(VISION))}."
        )
    network = getattr(transformers, maker).from_pretrained(
        folder, use_safetensors=True, trust_remote_code=False, local_files_only=True
    )
    return network.eval().to(device())


def features(network: Any, picture: Image) -> np.ndarray:
    """float32 [d]: the pooled output for the whole picture (short side scaled, middle square), and beside it the mean over two cuts at their own size."""
    import numpy as np
    import torch

    side = int(getattr(network.config, "image_size", None) or 224)
    mean, spread = (0.48145466, 0.4578275, 0.40821073), (0.26862954, 0.26130258, 0.27577711)
    if "dino" in str(network.config.model_type):
        mean, spread = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)
    pixels = np.asarray(picture.convert("RGB"))
    whole = np.asarray(canonical.middle(canonical.shrunk(picture, side)).resize((side, side)).convert("RGB"))
    squares = [whole, *(pixels[top : top + side, left : left + side] for left, top in native.places(pixels))]
    seen = []
    for square in squares:
        cut = np.zeros((side, side, 3), np.uint8)
        cut[: square.shape[0], : square.shape[1]] = square[:side, :side]
        seen.append((cut.astype(np.float32) / 255 - np.array(mean, np.float32)) / np.array(spread, np.float32))
    batch = torch.from_numpy(np.stack(seen).transpose(0, 3, 1, 2).copy()).to(device())
    with torch.inference_mode():
        pooled = network(pixel_values=batch).pooler_output.float().cpu().numpy()
    return np.concatenate([pooled[0], pooled[1:].mean(0)]).astype(np.float32)


def ratio(found: np.ndarray, head: Path) -> float:
    """The log-likelihood ratio of features by a head of the contract. Raises Refusal where it does not fit."""
    import numpy as np
    from safetensors.numpy import load_file

    held = load_file(head)
    if not {"mean", "scale", "weight", "bias"} <= set(held) or held["weight"].shape != found.shape:
        raise Refusal(
            f"The head in {HEAD} does not fit the backbone: it must hold mean, scale and weight of {len(found)} numbers, and bias."
        )
    z = ((found - held["mean"]) / held["scale"]).clip(-4, 4)
    return float(np.clip(z @ held["weight"] + held["bias"][0], -MOST, MOST))


def _autoencoder(folder: Path) -> Any:
    """An AutoencoderKL in evaluation mode; of a whole pipeline its folder vae."""
    from diffusers import AutoencoderKL

    place = folder / "vae" if (folder / "vae").is_dir() else folder
    loaded = AutoencoderKL.from_pretrained(place, use_safetensors=True, trust_remote_code=False, local_files_only=True)
    return loaded.eval().to(device())


def reconstructed(autoencoder: Any, pixels: np.ndarray) -> np.ndarray:
    """uint8 [h,w,3] through encoder and decoder, by the means of the latents (no drawing by chance), uint8 of the same size."""
    import numpy as np
    import torch

    x = torch.from_numpy(pixels.astype(np.float32) / 127.5 - 1).permute(2, 0, 1)[None].to(device())
    with torch.inference_mode():
        back = autoencoder.decode(autoencoder.encode(x).latent_dist.mode()).sample
    return ((back[0].permute(1, 2, 0).float().cpu().numpy() + 1) * 127.5).clip(0, 255).round().astype(np.uint8)


def errors(pixels: np.ndarray, back: np.ndarray) -> np.ndarray:
    """Reconstruction error of each block of 16 pixels beside the detail that is in it, natural logarithm, [rows,columns]: low where the autoencoder had made it."""
    import numpy as np

    def blocks(values: np.ndarray) -> np.ndarray:
        rows, columns = (side // 16 for side in values.shape)
        return values[: rows * 16, : columns * 16].reshape(rows, 16, columns, 16).mean((1, 3))

    luma, again = canonical.grey(pixels), canonical.grey(back)
    detail = np.zeros_like(luma)
    detail[:, 1:] += np.diff(luma, axis=1) ** 2
    detail[1:] += np.diff(luma, axis=0) ** 2
    return np.log(blocks((luma - again) ** 2) + 1.0) - np.log(blocks(detail) + 1.0)


def added(picture: Image) -> tuple[Signal, ...]:
    """The signals that this installation's settings add; none without them, or where the picture is too small. Raises Refusal, MissingModel."""
    found: list[Signal] = []
    if min(picture.size) < native.LEAST_SIDE_PX:
        return ()
    if (named := os.environ.get(BACKBONE)) and (head := os.environ.get(HEAD)):
        with load(card(named, _vision)) as network:
            value = ratio(features(network, picture), Path(head))
        says = f"The head on {Path(named).name or named} gives a ratio of {value:+.1f}."
        found.append(Signal("backbone", "Backbone of this installation", True, value, 1.0, says, CAVEATS["backbone"]))
    if named := os.environ.get(AUTOENCODER):
        found.append(_reconstruction(picture, named))
    return tuple(found)


def _reconstruction(picture: Image, named: str) -> Signal:
    import numpy as np

    whole = np.asarray(picture.convert("RGB"))
    side = min(SEEN_PX, *(n // 16 * 16 for n in whole.shape[:2]))
    top, left = ((n - side) // 2 for n in whole.shape[:2])
    pixels = np.ascontiguousarray(whole[top : top + side, left : left + side])
    with load(card(named, _autoencoder)) as autoencoder:
        odd = errors(pixels, reconstructed(autoencoder, pixels))
    middle = float(np.median(odd))
    says = f"The autoencoder reconstructs its blocks with an error of {middle:+.2f} relative to their detail (natural logarithm). The lower this is, the more it is like what that autoencoder makes."
    shown = Evidence(
        "Reconstruction",
        canonical.heat(-odd, pixels, low=-middle, high=-middle + 3.0),
        "The warmer, the better a place came back.",
    )
    return Signal(
        "reconstruction",
        "Through an autoencoder",
        True,
        0.0,
        1.0,
        says,
        CAVEATS["reconstruction"],
        (shown,),
        measured={"median_error": middle},
    )
