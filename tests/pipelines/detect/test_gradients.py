"""The signal that decides, with a gradient: the same value as Detect's own, and the gradient of finite differences where it is exact."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from PIL import Image

from pipelines.core.models import where
from pipelines.detect import gradients, scores
from pipelines.detect.parts.clip import CLIP
from pipelines.nets.onnx_torch import OPERATIONS
from pipelines.redteam.parts import report


def picture(seed: int = 0) -> torch.Tensor:
    draw = np.random.default_rng(seed)
    coarse = Image.fromarray(draw.integers(0, 256, (16, 16, 3), dtype=np.uint8)).resize(
        (256, 256), Image.Resampling.BICUBIC
    )
    noisy = np.asarray(coarse, np.float64) + draw.normal(0, 6, (256, 256, 3))
    return report.as_tensor(Image.fromarray(noisy.clip(0, 255).round().astype(np.uint8)))


@pytest.mark.weights
@pytest.mark.skipif(where(CLIP) is None, reason="CLIP is not on this machine")
def test_it_says_what_detect_says_and_a_step_along_its_gradient_raises_that():
    x = picture()
    at = x.clone().requires_grad_(True)
    value = gradients.ratio_of(at)
    assert float(value.detach()) == pytest.approx(scores.deciding(report.as_picture(x))[0], abs=0.05)
    (slope,) = torch.autograd.grad(value, at)
    raised = (x + 3 / 255 * slope.sign()).clamp(0, 1)
    assert scores.deciding(report.as_picture(raised))[0] > float(value.detach()) + 0.05
    with pytest.raises(ValueError, match="not one of 256"):
        gradients.ratio_of(x[..., :128])


def test_operations_are_those_of_onnx():
    x = torch.arange(24.0).reshape(2, 3, 4)
    assert torch.equal(OPERATIONS["Gather"]([x, torch.tensor(-1)], {"axis": 1}), x[:, 2])
    assert OPERATIONS["Reshape"]([x, torch.tensor([0, -1])], {}).shape == (2, 12)
    taken = OPERATIONS["Slice"]([x, torch.tensor([1]), torch.tensor([9]), torch.tensor([2])], {})
    assert torch.equal(taken, x[:, :, 1:])
    quantised = torch.tensor([[3, 5], [1, 9]], dtype=torch.uint8)
    real = OPERATIONS["DequantizeLinear"](
        [quantised, torch.tensor([0.5, 2.0]), torch.tensor([1, 5], dtype=torch.uint8)], {"axis": 1}
    )
    assert torch.equal(real, torch.tensor([[1.0, 0.0], [0.0, 8.0]]))
    assert OPERATIONS["Unsqueeze"]([x, torch.tensor([0, 4])], {}).shape == (1, 2, 3, 4, 1)
