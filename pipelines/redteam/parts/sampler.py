"""The object network as something that can be differentiated: noise and caption in, picture out, with gradients to both."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import torch
from torch.utils.checkpoint import checkpoint

if TYPE_CHECKING:
    from torch import Tensor

    from pipelines.diffusion.denoisers import Denoiser

PAPER = (0.929, 0.902, 0.855)
KEPT_STEPS = (
    16  # of the object network, about 5 MB each; longer samplers compute their steps again in the backward pass
)


def differentiable(painter: Any, conditioning: Tensor, guidance: float, negative: Tensor | None = None) -> Denoiser:
    """The painter's denoiser D(x; sigma) for features [t,384], with classifier-free guidance (Ho & Salimans 2022, equation 6).

    Gradients reach x and the features. `Painter.one` has no gradient to its features: they are copied there.
    """
    from pipelines.drawing.network import halves
    from pipelines.nets.object_unet import denoise, upright

    none = (
        torch.zeros_like(conditioning)
        if negative is None
        else torch.nn.functional.pad(negative, (0, 0, 0, len(conditioning) - len(negative)))
    )
    device = torch.device(painter.device)
    batch = conditioning[None].float() if guidance == 1.0 else torch.stack([conditioning.float(), none.float()])
    mask = torch.zeros(len(batch), len(conditioning), dtype=torch.bool)
    mask[0] = True
    if negative is not None and guidance != 1.0:
        mask[1, : len(negative)] = True
    batch, mask, pose = batch.to(device), mask.to(device), upright(len(batch)).to(device)

    def denoise_batch(x: Tensor, sigma: Tensor | float) -> Tensor:
        level = float(torch.as_tensor(sigma).flatten()[0])
        sigmas = torch.full((len(batch),), level, device=device)
        with torch.autocast(device.type, torch.bfloat16, enabled=halves(device.type)):
            both = denoise(painter.net, x.float().to(device).expand(len(batch), -1, -1, -1), sigmas, batch, mask, pose)
        both = both.float().to(x.device)
        out = both[:1] if guidance == 1.0 else torch.lerp(both[1:], both[:1], guidance)
        return out.to(x.dtype)

    return denoise_batch


def draw_by_euler(denoiser: Denoiser, noise: Tensor, sigmas: Tensor) -> Tensor:
    """Euler's steps of the probability-flow equation (Karras et al. 2022, algorithm 1) from unit noise [1,4,s,s] times sigmas[0].

    Of more than KEPT_STEPS, every step is computed a second time in the backward pass instead of being kept (Chen et al. 2016, gradient
    checkpointing), so that the memory does not grow with their number. The gradient is that of the whole sampler.
    """
    x = noise * float(sigmas[0])
    for now, then in pairwise(sigmas.tolist()):
        x = checkpoint_step(_euler, len(sigmas) - 1, denoiser, x, now, then)
    return x


def checkpoint_step(step: Callable[..., Tensor], steps: int, *given: Any) -> Tensor:
    """One of so many steps of a sampler, kept for the backward pass or computed again in it."""
    return step(*given) if steps <= KEPT_STEPS else checkpoint(step, *given, use_reentrant=False)


def _euler(denoiser: Denoiser, x: Tensor, now: float, then: float) -> Tensor:
    x0 = denoiser(x, now)
    return x0 + (then / now) * (x - x0)


def on_paper(x0: Tensor) -> Tensor:
    """The network's premultiplied pixels [n,4,s,s] -> RGB over paper [n,3,s,s] in 0..1; differentiable, and linear but for the ends."""
    alpha = (x0[:, 3:] + 1) / 2
    colour = (x0[:, :3] + alpha) / 2  # a*(2c-1) = premultiplied, so a*c = (premultiplied + a) / 2
    paper = torch.tensor(PAPER, dtype=x0.dtype)[None, :, None, None]
    return (colour + (1 - alpha) * paper).clamp(0, 1)


def features_of(captions: Sequence[str]) -> list[Tensor]:
    """MiniLM's token features of captions, float32 [t,384]."""
    from pipelines.drawing.network import encode_captions

    return [one.float() for one in encode_captions(captions)]
