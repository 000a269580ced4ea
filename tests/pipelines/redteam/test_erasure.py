"""The erased noun: what the attack follows, which words it may add, and that the erased network is another one."""

from __future__ import annotations

import pytest
import torch

from pipelines.core.models import ASSETS, sha256_of, where
from pipelines.core.registry import find
from pipelines.redteam import erasure
from pipelines.redteam.parts import erased, sampler


class Encoder:
    """MiniLM with words of four numbers and no layers."""

    words = torch.nn.Embedding(30522, 4)
    places = torch.nn.Embedding(64, 4)
    layers = ()

    @staticmethod
    def embed_norm(x: torch.Tensor) -> torch.Tensor:
        return x


def test_the_goal_is_the_noise_that_is_left_in_a_drawing_of_the_erased_thing(monkeypatch):
    drawing, start = torch.rand(1, 4, 8, 8), torch.randn(1, 4, 8, 8)
    seen = []

    def differentiable(painter, features, guidance):
        assert guidance == 1.0

        def denoise(x, level):
            seen.append(torch.allclose(x, drawing + level * start))
            return drawing + features.mean()

        return denoise

    monkeypatch.setattr(sampler, "differentiable", differentiable)
    search = erasure.Unlearned(Encoder(), None, "apple", drawing, start)
    assert float(search.distance(torch.zeros(3, 4))) == 0 and all(seen) and len(seen) == len(erasure.LEVELS)
    assert float(search.distance(torch.full((3, 4), 0.5))) == pytest.approx(0.25)
    ids, curve = search.words("a red apple", 0, 5)
    assert ids == search.ids("a red apple") and len(curve) == 1  # a budget of 0 changes nothing
    _, curve = search.words("a red apple", 2, 3)
    assert curve == sorted(curve, reverse=True)


def test_the_weights_are_small_belong_to_the_six_step_network_and_are_declared():
    from safetensors import safe_open

    from pipelines.drawing.network import DISTILLED

    path = ASSETS / "weights" / "erased.safetensors"
    assert path.stat().st_size < 2_000_000 and erased.ERASED in find("redteam.erasure").declaration.models
    with safe_open(path, "pt") as file:
        assert sha256_of(where(DISTILLED)) in file.metadata()["card"]
