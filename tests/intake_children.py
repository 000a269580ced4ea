"""Children of the intake for the tests: all are forked from one process of this run. A test of how they are started asks for `real_children`."""

from __future__ import annotations

from functools import cache

import pytest

from studio.intake import examiner
from studio.intake.nursery import Nursery

begin = examiner._nursery


@cache
def shared() -> Nursery:
    """The one of this process; it ends with it."""
    nursery = begin()
    nursery.close = lambda: None  # type: ignore[method-assign] - others use it too
    return nursery


@pytest.fixture
def real_children() -> None:
    """For tests in which every child is started as the studio starts it."""


@pytest.fixture(autouse=True)
def forked_children(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if examiner.FORKS and "real_children" not in request.fixturenames:
        monkeypatch.setattr(examiner, "_nursery", shared)
        monkeypatch.setattr(examiner, "_start", lambda: shared().child())
