"""A cancel in the middle of a step: attacks on generators ask a network many times between two reports."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from pipelines.core.progress import Progress, Report

if TYPE_CHECKING:
    from torch import Tensor

    from pipelines.diffusion.denoisers import Denoiser


class Beat:
    """A report that remembers its last moment and can repeat it, so that a cancel is heard at each evaluation of a network."""

    def __init__(self, report: Report) -> None:
        self.report, self.last = report, Progress(0, 1)

    def __call__(self, progress: Progress) -> None:
        """Reports, and remembers without the numbers, which belong into the curve once only."""
        self.last = replace(progress, numbers={}, preview=None)
        self.report(progress)

    def heard(self, denoiser: Denoiser) -> Denoiser:
        """The same denoiser, which repeats the last moment before each evaluation and before its part of a backward pass; raises Cancelled there."""

        def again(slope: Tensor) -> None:
            self.report(self.last)

        def denoise_reporting(x: Tensor, sigma: Tensor | float) -> Tensor:
            self.report(self.last)
            made = denoiser(x, sigma)
            if made.requires_grad:
                made.register_hook(again)
            return made

        return denoise_reporting
