"""Spectra of several window lengths: how far two sounds are apart, as codecs measure it (Yamamoto et al. 2020, Engel et al. 2020)."""

from __future__ import annotations

from functools import lru_cache

import torch
from torch import Tensor

WINDOWS = (2048, 1024, 512, 256, 128)
QUIET = 1e-4


@lru_cache(maxsize=16)
@torch.inference_mode(False)
def mel_filters(window: int, rate_hz: int) -> Tensor:
    """Triangles at equal steps of mel (HTK's formula), each with the area 1: [bins, window/2+1]."""
    bins = min(80, window // 8)
    highest = 2595 * torch.log10(torch.tensor(1 + rate_hz / 2 / 700))
    edges = 700 * (10 ** (torch.linspace(0, float(highest), bins + 2) / 2595) - 1)
    places = torch.linspace(0, rate_hz / 2, window // 2 + 1)
    rising = (places - edges[:-2, None]) / (edges[1:-1] - edges[:-2])[:, None]
    falling = (edges[2:, None] - places) / (edges[2:] - edges[1:-1])[:, None]
    return torch.nn.functional.normalize(torch.minimum(rising, falling).clamp_min(0), p=1.0, dim=1, eps=1e-6)


def mels(sound: Tensor, window: int, rate_hz: int) -> Tensor:
    """Magnitudes by mel band: sound [n,samples] -> [n,bins,frames], a sine of amplitude 1 being about 1 in its band's middle."""
    shape = torch.hann_window(window)
    spectrum = torch.stft(sound, window, window // 4, window=shape, return_complex=True)
    power = spectrum.real.square() + spectrum.imag.square()
    return mel_filters(window, rate_hz) @ ((power + 1e-12).sqrt() * (2 / shape.sum()))


def between(one: Tensor, other: Tensor, rate_hz: int) -> Tensor:
    """The mean over window lengths of the differences of logarithms (nats) and of magnitudes; 0 for equal sounds [n,samples]."""
    total = one.new_zeros(())
    for window in WINDOWS:
        a, b = mels(one, window, rate_hz), mels(other, window, rate_hz)
        plain = (a - b).abs().mean() / (b.mean() + QUIET)
        total = total + plain + ((a + QUIET).log() - (b + QUIET).log()).abs().mean()
    return total / len(WINDOWS)
