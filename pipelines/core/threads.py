"""How many threads torch uses: a number of the whole process, so it is changed here only, and put back when the last user is done."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from pipelines.core.facts import uses

_lock = threading.Lock()
_users = 0
_before = 0


@contextmanager
def one_torch_thread() -> Iterator[None]:
    """Torch on a single thread while the block lasts: two wait for each other over small matrices, which costs many times more.

    Blocks of several threads may overlap: the number of before comes back with the last one.
    """
    import torch

    uses("torch")
    global _users, _before
    with _lock:
        if _users == 0:
            _before = torch.get_num_threads()
            torch.set_num_threads(1)
        _users += 1
    try:
        yield
    finally:
        with _lock:
            _users -= 1
            if _users == 0:
                torch.set_num_threads(_before)
