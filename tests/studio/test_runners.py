"""Runners: ZeroGPU through a stand-in for `spaces`, whose generator runs in another process on a real Space."""

from __future__ import annotations

import pickle  # noqa: TID251 - what `spaces` does with every value that crosses
import sys
import types
from fractions import Fraction

import numpy as np
import pytest
from PIL import Image

from pipelines.core.facts import Facts
from pipelines.core.run import Done
from pipelines.media import Video
from studio.engine.runners import InProcess
from studio.engine.zerogpu import Loan, ZeroGPU
from tests import stubs

PHOTO = Image.new("RGB", (16, 16), "navy")


@pytest.fixture
def spaces(monkeypatch, board):
    """A `spaces` whose generators hand over only what can be pickled."""
    lent = []

    def gpu(duration, size=None):
        def decorate(function):
            def run(*words):
                lent.append((duration(*words), size))
                for item in function(*words):
                    yield pickle.loads(pickle.dumps(item))

            return run

        return decorate

    monkeypatch.setitem(sys.modules, "spaces", types.SimpleNamespace(GPU=gpu))
    return lent


def loan(seconds=60):
    return Loan(ZeroGPU(InProcess())._half, "pass", seconds)


def keep(result, report, facts):
    return result


def test_zerogpu_brings_a_video_back_as_a_file(spaces, monkeypatch):
    frames = [np.full((16, 16, 3), value, np.uint8) for value in (10, 200)]
    monkeypatch.setattr(
        "studio.engine.zerogpu.stream",
        lambda *a, finish, **k: iter(
            [Done(finish(Video(16, 16, Fraction(5), 2, lambda: iter(frames)), stubs.silent, Facts()))]
        ),
    )
    counted = lambda video, report, facts: [int(frame.mean()) for frame in video.frames()]  # noqa: E731
    *_, done = loan().run("stylize.slow", {}, cancelled=lambda: False, workspace=None, finish=counted)
    assert done.result == pytest.approx([10, 200], abs=4)
