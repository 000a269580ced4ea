"""One contract for every continuous-diffusion network: `denoiser(x, sigma) -> x0`.

x is the clean picture plus sigma times unit noise ("variance exploding"), [n,c,h,w] in any float dtype; sigma is a float or [n];
x0 has x's shape and dtype. The score is (x0 - x) / sigma^2 (Karras et al. 2022, equation 3). What a network itself wants to be given and
gives back is nobody's business but this file's: samplers (`pipelines.diffusion.sampling`) know nothing else.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import torch
from torch import Tensor

Denoiser = Callable[[Tensor, "Tensor | float"], Tensor]


def per_item(sigma: Tensor | float, x: Tensor) -> Tensor:
    """sigma (float or [n]) shaped to multiply x [n,...], in x's dtype."""
    return torch.as_tensor(sigma, dtype=x.dtype, device=x.device).expand(len(x)).reshape(-1, *[1] * (x.ndim - 1))


def one_by_one(denoisers: Sequence[Denoiser]) -> Denoiser:
    """A denoiser of each item's own, called with that item alone: matrix products round differently in batches of another size,
    so this is what makes item i the same bytes in every batch.
    """

    def denoise(x: Tensor, sigma: Tensor | float) -> Tensor:
        sigmas = torch.as_tensor(sigma, dtype=x.dtype, device=x.device).expand(len(x))
        return torch.cat([d(x[i : i + 1], sigmas[i : i + 1]) for i, d in enumerate(denoisers)])

    return denoise
