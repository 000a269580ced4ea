"""Mixtures of discretised logistics over 256 levels of three coupled colours (PixelCNN++, Salimans et al. 2017, section 2.1 and 2.2)."""

from __future__ import annotations

import math
from typing import NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor

LOG_SCALE_LEAST = -7.0
HALF = 1 / 255  # half the distance of two levels in -1..1


class Mixture(NamedTuple):
    """Log weights [n,k,...], means, log scales and couplings [n,3,k,...] of each pixel."""

    weights: Tensor
    means: Tensor
    scales: Tensor
    couplings: Tensor


def read_mixture(numbers: Tensor) -> Mixture:
    """The network's numbers [n,10k,...] as a mixture."""
    k = numbers.shape[1] // 10
    rest = numbers[:, k:].unflatten(1, (9, k))
    return Mixture(
        F.log_softmax(numbers[:, :k], 1), rest[:, :3], rest[:, 3:6].clamp(min=LOG_SCALE_LEAST), torch.tanh(rest[:, 6:])
    )


def means_given(mixture: Mixture, x: Tensor) -> Tensor:
    """Means of red, green and blue [n,3,k,...]; green's moves with the red of x, blue's with both (section 2.2). x [n,3,...]."""
    red, green = x[:, 0, None], x[:, 1, None]
    m, c = mixture.means, mixture.couplings
    return torch.stack([m[:, 0], m[:, 1] + c[:, 0] * red, m[:, 2] + c[:, 1] * red + c[:, 2] * green], 1)


def log_probability(numbers: Tensor, x: Tensor) -> Tensor:
    """Natural logarithm of the probability of each pixel's three levels: x [n,3,...] in -1..1 on 256 levels -> [n,...]."""
    mixture = read_mixture(numbers)
    apart = x[:, :, None] - means_given(mixture, x)
    narrow = torch.exp(-mixture.scales)
    plus, minus = narrow * (apart + HALF), narrow * (apart - HALF)
    middle = narrow * apart
    inside = torch.sigmoid(plus) - torch.sigmoid(minus)
    # where the level lies far outside, the density at its middle times the level's width
    far = middle - mixture.scales - 2 * F.softplus(middle) + math.log(2 * HALF)
    within = torch.where(inside > 1e-5, torch.log(inside.clamp(min=1e-12)), far)
    low, high = plus - F.softplus(plus), -F.softplus(minus)  # the ends take all that lies beyond
    each = torch.where(x[:, :, None] < -0.999, low, torch.where(x[:, :, None] > 0.999, high, within))
    return torch.logsumexp(each.sum(1) + mixture.weights, 1)


def bits_per_dimension(numbers: Tensor, x: Tensor) -> Tensor:
    """Bits for each colour value, mean over a picture: [n]."""
    return -log_probability(numbers, x).flatten(1).mean(1) / (3 * math.log(2))


def levels(channel_means: Tensor, channel_scales: Tensor, weights: Tensor) -> Tensor:
    """Probabilities of the 256 levels of one colour of one pixel: means, log scales, log weights [k] -> [256]."""
    edges = (torch.arange(255, dtype=channel_means.dtype) + 0.5) / 127.5 - 1
    below = torch.sigmoid((edges[:, None] - channel_means) * torch.exp(-channel_scales))  # [255,k]
    grown = F.pad(below, (0, 0, 1, 0))
    grown = torch.cat([grown, torch.ones_like(grown[:1])])
    return (grown.diff(dim=0) * torch.exp(weights)).sum(1)


def draw_pixel(numbers: Tensor, uniform: Tensor, temperature: float = 1.0) -> Tensor:
    """A pixel drawn from its distribution: numbers [n,10k], uniform numbers [n,4] -> levels 0..255 [n,3].

    The first uniform number chooses the mixture, the others the colours by the inverse of the logistic's distribution. A
    temperature below 1 makes the likely likelier: weights are raised to its inverse, scales shrink by it.
    """
    mixture = read_mixture(numbers)
    chances = torch.softmax(mixture.weights / temperature, 1).cumsum(1)
    chosen = (chances < uniform[:, :1] * chances[:, -1:]).sum(1, keepdim=True).clamp(max=chances.shape[1] - 1)
    picked = [torch.gather(a, 2, chosen[:, None].expand(-1, 3, 1))[..., 0] for a in mixture[1:]]
    means, scales, couplings = picked
    u = uniform[:, 1:].clamp(1e-5, 1 - 1e-5)
    noise = torch.exp(scales) * temperature * (torch.log(u) - torch.log1p(-u))
    red = (means[:, 0] + noise[:, 0]).clamp(-1, 1)
    green = (means[:, 1] + noise[:, 1] + couplings[:, 0] * red).clamp(-1, 1)
    blue = (means[:, 2] + noise[:, 2] + couplings[:, 1] * red + couplings[:, 2] * green).clamp(-1, 1)
    return torch.round((torch.stack([red, green, blue], 1) + 1) * 127.5)
