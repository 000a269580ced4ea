"""One contract for every continuous-diffusion network: `denoiser(x, sigma) -> x0`.

x is the clean picture plus sigma times unit noise ("variance exploding"), [n,c,h,w] in any float dtype; sigma is a float or [n];
x0 has x's shape and dtype. The score is (x0 - x) / sigma^2 (Karras et al. 2022, equation 3). What a network itself wants to be given and
gives back is nobody's business but this file's: samplers (`pipelines.diffusion.sampling`) know nothing else.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch import Tensor

Denoiser = Callable[[Tensor, "Tensor | float"], Tensor]


def score(denoiser: Denoiser, x: Tensor, sigma: Tensor | float) -> Tensor:
    """Gradient of the log density of noisy pictures at x: Karras et al. 2022, equation 3."""
    spread = per_item(sigma, x)
    return (denoiser(x, sigma) - x) / spread**2


def per_item(sigma: Tensor | float, x: Tensor) -> Tensor:
    """sigma (float or [n]) shaped to multiply x [n,...], in x's dtype."""
    return torch.as_tensor(sigma, dtype=x.dtype, device=x.device).expand(len(x)).reshape(-1, *[1] * (x.ndim - 1))


def guided(conditioned: Denoiser, unconditioned: Denoiser, guidance: float) -> Denoiser:
    """Classifier-free guidance: Ho & Salimans 2022, equation 6, said of x0. 1 is the conditioned network alone."""
    if guidance == 1.0:
        return conditioned

    def denoise(x: Tensor, sigma: Tensor | float) -> Tensor:
        return torch.lerp(unconditioned(x, sigma), conditioned(x, sigma), guidance)

    return denoise


def one_by_one(denoisers: Sequence[Denoiser]) -> Denoiser:
    """A denoiser of each item's own, called with that item alone: matrix products round differently in batches of another size,
    so this is what makes item i the same bytes in every batch.
    """

    def denoise(x: Tensor, sigma: Tensor | float) -> Tensor:
        sigmas = torch.as_tensor(sigma, dtype=x.dtype, device=x.device).expand(len(x))
        return torch.cat([d(x[i : i + 1], sigmas[i : i + 1]) for i, d in enumerate(denoisers)])

    return denoise


class Timesteps:
    """Where a network trained on numbered steps stands at a noise level: log sigma against step, straight between steps.

    alphas_cumprod [T]: the share of signal power left after each step (Ho et al. 2020, equation 4).
    """

    def __init__(self, alphas_cumprod: Tensor) -> None:
        share = alphas_cumprod.double()
        self.sigmas = ((1 - share) / share).sqrt()
        self.logs = self.sigmas.log()

    def at(self, sigma: Tensor) -> Tensor:
        """sigma [n] -> step [n], between 0 and T-1."""
        wanted = sigma.double().clamp(min=1e-12).log()
        logs = self.logs.to(sigma.device)
        above = torch.searchsorted(logs, wanted).clamp(1, len(logs) - 1)
        low, high = logs[above - 1], logs[above]
        return (above - 1 + (wanted - low) / (high - low)).clamp(0, len(logs) - 1)


def from_noise_prediction(network: Callable[[Tensor, Tensor], Tensor], steps: Timesteps) -> Denoiser:
    """A network that predicts the noise of x_t = sqrt(a) x0 + sqrt(1-a) noise (Ho et al. 2020): x0 = x - sigma noise.

    network(x_t [n,c,h,w] float32, t [n]) -> noise.
    """

    def denoise(x: Tensor, sigma: Tensor | float) -> Tensor:
        s = per_item(sigma, x)
        noise = network((x / (1 + s**2).sqrt()).float(), steps.at(s.flatten()))
        return x - s * noise.to(x.dtype)

    return denoise


def from_velocity_prediction(network: Callable[[Tensor, Tensor], Tensor], steps: Timesteps) -> Denoiser:
    """A network that predicts v = sqrt(a) noise - sqrt(1-a) x0 (Salimans & Ho 2022, appendix D): x0 = sqrt(a) x_t - sqrt(1-a) v."""

    def denoise(x: Tensor, sigma: Tensor | float) -> Tensor:
        s = per_item(sigma, x)
        signal = 1 / (1 + s**2).sqrt()
        v = network((x * signal).float(), steps.at(s.flatten()))
        return signal * (x * signal) - s * signal * v.to(x.dtype)

    return denoise


def of_diffusers(model: Any, scheduler: Any, **conditioning: Any) -> Denoiser:
    """A diffusers network by what its scheduler's configuration says it predicts: noise or v.

    model(x, t, **conditioning, return_dict=False)[0]. Raises ValueError for another kind of prediction.
    """

    def network(x: Tensor, t: Tensor) -> Tensor:
        return model(x.to(model.dtype), t.float(), **conditioning, return_dict=False)[0].float()

    kind = scheduler.config.get("prediction_type")
    steps = Timesteps(scheduler.alphas_cumprod)
    if kind == "epsilon":
        return from_noise_prediction(network, steps)
    if kind == "v_prediction":
        return from_velocity_prediction(network, steps)
    raise ValueError(f"{kind!r} is neither noise nor v")
