"""A picture of latents without the decoder: the affine map from latent channels to colour that fits the model's own encoder best."""

from __future__ import annotations

import inspect
import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from PIL import Image as PillowImage
from PIL.Image import Image

if TYPE_CHECKING:
    from torch import Tensor

log = logging.getLogger(__name__)
CHART_PX = 128


@dataclass(frozen=True)
class Colours:
    """colour = weights^T [channels,3] latent + bias, in 0..1, fitted by least squares to latents that the pipeline works with."""

    weights: Tensor
    bias: Tensor

    def picture(self, latents: Tensor, longest_px: int = 384) -> Image:
        """Latents [channels,h,w] as a picture, enlarged smoothly."""
        import numpy as np

        flat = latents.float().cpu().permute(1, 2, 0) @ self.weights + self.bias
        pixels = (flat.clamp(0, 1) * 255).round().byte().numpy()
        small = PillowImage.fromarray(np.ascontiguousarray(pixels))
        scale = longest_px / max(small.size)
        return small.resize([max(1, round(s * scale)) for s in small.size], PillowImage.Resampling.BICUBIC)


def chart() -> Tensor:
    """A smooth picture with many colours [1,3,128,128] in -1..1, the same each time."""
    import torch

    generator = torch.Generator().manual_seed(0)
    coarse = torch.rand(1, 3, 8, 8, generator=generator)
    return torch.nn.functional.interpolate(coarse, CHART_PX, mode="bicubic").clamp(0, 1) * 2 - 1


def fit_colours(vae: Any) -> Colours | None:
    """Fitted on one chart through the autoencoder's encoder; None for an autoencoder that cannot be asked so."""
    import torch

    try:
        weight = next(vae.parameters())
        x = chart().to(weight.device, weight.dtype)
        films = any(part.ndim == 5 for part in vae.parameters()) and "Temporal" not in type(vae).__name__
        with torch.inference_mode():
            z = vae.encode(x[:, :, None] if films else x)
            z = z.latent_dist.mode() if hasattr(z, "latent_dist") else z.latents if hasattr(z, "latents") else z.latent
        z = scale_latents(vae, z.float().cpu())
        z = z[0, :, 0] if z.ndim == 5 else z[0]
        small = torch.nn.functional.interpolate(chart(), z.shape[-2:], mode="area")[0]
        rows = torch.cat([z.flatten(1).T, torch.ones(z[0].numel(), 1)], 1)
        # a little ridge: where there are more channels than the chart has places, any solution would do
        found = torch.linalg.solve(
            rows.T @ rows + 1e-3 * torch.eye(rows.shape[1]), rows.T @ ((small.flatten(1).T + 1) / 2)
        )
        return Colours(found[:-1], found[-1])
    except (RuntimeError, ValueError, TypeError, AttributeError, NotImplementedError) as problem:
        log.info("no previews of %s: %s", type(vae).__name__, problem)
        return None


def scale_latents(vae: Any, z: Tensor) -> Tensor:
    """An encoder's latents as pipelines work with them: shifted and scaled as its configuration says."""
    import torch

    config = vae.config
    mean, spread = config.get("latents_mean"), config.get("latents_std")
    if mean is None and "latents_mean" in dict(vae.named_buffers()):
        mean, spread = vae.latents_mean.tolist(), vae.latents_std.tolist()
    if mean is not None and spread is not None:
        shape = (1, -1) + (1,) * (z.ndim - 2)
        return (
            (z - torch.tensor(mean).reshape(shape))
            / torch.tensor(spread).reshape(shape)
            * (config.get("scaling_factor") or 1.0)
        )
    return (z - (config.get("shift_factor") or 0.0)) * (config.get("scaling_factor") or 1.0)


def frame_of(pipe: Any, latents: Tensor, channels: int, size: tuple[int, int], frames: int) -> Tensor | None:
    """The middle picture [channels,h,w] of a pipeline's latents, unpacked where the pipeline packs them; None where that is not known here."""
    x = latents[:1].float()
    width, height = size
    if x.ndim == 3:
        unpack = getattr(pipe, "_unpack_latents", None)
        if unpack is None:
            return None
        takes = inspect.signature(unpack).parameters
        if "num_frames" in takes:
            count = (frames - 1) // pipe.vae_temporal_compression_ratio + 1
            space = pipe.vae_spatial_compression_ratio
            patch, patch_t = pipe.transformer_spatial_patch_size, pipe.transformer_temporal_patch_size
            tokens = (count // patch_t) * (height // space // patch) * (width // space // patch)
            if x.shape[1] < tokens:
                return None
            x = x[:, -tokens:]  # pictures that the film is held to stand before its own
            x = unpack(x, count, height // space, width // space, patch, patch_t)
        elif list(takes) == ["latents", "height", "width", "vae_scale_factor"]:
            x = unpack(x, height, width, pipe.vae_scale_factor)
        else:
            return None
    if x.ndim == 5:
        x = x[:, :, x.shape[2] // 2] if x.shape[1] == channels else x[:, x.shape[1] // 2]
    return x[0] if x.ndim == 4 and x.shape[1] == channels else None
