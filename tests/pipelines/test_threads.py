"""The number of torch's threads has one owner."""

from __future__ import annotations

import pytest
import torch

from pipelines.core.threads import one_torch_thread


def test_the_number_of_before_comes_back_with_the_last_block():
    before = torch.get_num_threads()
    torch.set_num_threads(2)
    try:
        first, second = one_torch_thread(), one_torch_thread()
        first.__enter__()
        second.__enter__()
        assert torch.get_num_threads() == 1
        first.__exit__(None, None, None)
        assert torch.get_num_threads() == 1  # the second one still works
        second.__exit__(None, None, None)
        assert torch.get_num_threads() == 2
        with pytest.raises(KeyError), one_torch_thread():
            raise KeyError
        assert torch.get_num_threads() == 2
    finally:
        torch.set_num_threads(before)
