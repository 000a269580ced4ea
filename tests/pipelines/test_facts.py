"""What a run says it was made with is noted by the code that runs, whatever this process did before."""

from __future__ import annotations

import inspect
import re
import sys

import pytest

from pipelines.core import models
from pipelines.core.facts import Facts, packages_of, recording, uses
from pipelines.core.models import ModelCard, load, sha256_of
from pipelines.core.registry import declaration, find, names


@pytest.fixture
def card(tmp_path):
    import torch

    path = tmp_path / "weights.bin"
    path.write_bytes(b"12345678")
    return ModelCard("A layer", f"file:{path}", sha256_of(path), "MIT", 8, lambda path: torch.nn.Linear(2, 2))


def test_a_library_in_memory_is_no_fact(card):
    assert "torch" in sys.modules
    with recording() as facts:
        pass
    assert facts == Facts() and facts.device == "cpu"


def test_a_model_brings_its_library_each_time_that_it_is_used(card):
    for _ in range(2):  # built, then from memory
        with recording() as facts, load(card):
            pass
        assert facts.packages == {"torch"} and facts.cards == (card,) and facts.device == "cpu"


def test_the_device_is_that_of_the_run(monkeypatch):
    monkeypatch.setenv("STUDIO_DEVICE", "mps")
    models.found_device.cache_clear()
    try:
        with recording() as facts:
            assert models.device() == "mps"
            uses("av")
        assert facts.device == "mps" and facts.packages == {"torch", "av"}
    finally:
        models.found_device.cache_clear()
    uses("torch")  # nobody records: nothing happens


def test_a_model_is_known_by_its_class_and_its_parts():
    import torch

    class Pair:
        def __init__(self):
            self.net = torch.nn.ReLU()

    assert packages_of(torch.nn.ReLU()) == packages_of({"a": torch.zeros(1)}) == packages_of(Pair()) == {"torch"}
    assert packages_of([1, "x"]) == set()


def test_a_pipeline_of_torch_without_models_says_so():
    for name in names():
        function = find(name)
        source = inspect.getsource(sys.modules[function.__module__])
        said = declaration(function)
        if (
            not said.models
            and not said.optional
            and re.search(r"^    import torch$|parts import denoising$", source, re.MULTILINE)
        ):
            assert 'uses("torch")' in source, name
