"""The matrices of the causal network: laid out for the processor, with the same numbers."""

from __future__ import annotations

import pytest
import torch
from torch.nn import functional as F

from pipelines.core.models import has_fast_bfloat16
from pipelines.nets.causal_text import matrix, share_matrix


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
@pytest.mark.parametrize("rows", [1, 7, 40])
def test_joined_matrices_give_the_numbers_of_the_single_ones(dtype, rows):
    generator = torch.Generator().manual_seed(rows)
    parts = [torch.randn(out, 96, generator=generator).to(dtype) for out in (64, 32, 48)]
    x = torch.randn(rows, 96, generator=generator)
    with torch.inference_mode():
        made = matrix(parts)(x)
        plain = torch.cat([F.linear(x.to(dtype), part) for part in parts], 1).float()
        assert made.dtype == torch.float32 and made.shape == (rows, 144)
        assert torch.allclose(made, plain, atol=0.02 if dtype == torch.bfloat16 else 1e-5, rtol=0.01)
        assert torch.allclose(
            share_matrix(parts[0])(x), plain[:, :64], atol=0.02 if dtype == torch.bfloat16 else 1e-5, rtol=0.01
        )


@pytest.mark.skipif(not has_fast_bfloat16(), reason="this processor has no bfloat16 of its own")
def test_what_is_laid_out_once_gives_the_same_bits():
    generator = torch.Generator().manual_seed(0)
    whole = torch.randn(960, 576, generator=generator).to(torch.bfloat16)
    x = torch.randn(23, 576, generator=generator)
    with torch.inference_mode():
        assert torch.equal(matrix([whole])(x), F.linear(x.to(torch.bfloat16), whole).float())
