"""Tiny pipelines made once for all tests here; one thread, for numbers this small only wait for one another on more."""

from __future__ import annotations

import pytest
import torch

from tests import tiny_diffusion


@pytest.fixture(autouse=True)
def one_thread():
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture(scope="session")
def tiny(tmp_path_factory):
    """tiny("flux") is the folder of that pipeline."""
    folder, folders = tmp_path_factory.mktemp("tiny"), {}

    def of(kind: str, **more):
        key = kind + "".join(sorted(more))
        if key not in folders:
            folders[key] = tiny_diffusion.build(kind, folder / key, **more)
        return str(folders[key])

    return of


@pytest.fixture(autouse=True)
def own_folders(monkeypatch, tmp_path_factory):
    """The tiny models are folders of this machine, which an administrator lists."""
    monkeypatch.setenv("STUDIO_LOCAL_MODELS", str(tmp_path_factory.getbasetemp()))
