"""Adam over a few tensors with a running average of them: what the trainings of low-rank changes share."""

from __future__ import annotations

import torch
from torch import Tensor


class AveragedAdam:
    """What is learned, its running average and Adam's two moments, each by name."""

    def __init__(self, weights: dict[str, Tensor]) -> None:
        self.weights = weights
        self.average = {name: weight.detach().clone() for name, weight in weights.items()}
        self.momentum = {name: torch.zeros_like(weight) for name, weight in weights.items()}
        self.square = {name: torch.zeros_like(weight) for name, weight in weights.items()}

    @torch.no_grad()
    def adam(
        self, rate: float, count: int, most: float, betas: tuple[float, float] = (0.9, 0.98), epsilon: float = 1e-8
    ) -> None:
        """Step `count` (from 1) of Adam (Kingma & Ba 2015, algorithm 1), then the average, which keeps the share `most` of itself at most."""
        keep = min(most, count / (10 + count))
        for name, weight in self.weights.items():
            assert weight.grad is not None
            momentum, square = self.momentum[name], self.square[name]
            momentum.lerp_(weight.grad, 1 - betas[0])
            square.mul_(betas[1]).addcmul_(weight.grad, weight.grad, value=1 - betas[1])
            scale = (square / (1 - betas[1] ** count)).sqrt_().add_(epsilon)
            weight.addcdiv_(momentum, scale, value=-rate / (1 - betas[0] ** count))
            self.average[name].lerp_(weight, 1 - keep)
            weight.grad = None

    def tensors(self) -> dict[str, Tensor]:
        """All of it, as a checkpoint names it."""
        groups = {"weights": self.weights, "average": self.average, "momentum": self.momentum, "square": self.square}
        return {f"{group}/{name}": value.detach() for group, values in groups.items() for name, value in values.items()}
