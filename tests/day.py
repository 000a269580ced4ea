"""Which fifth of a full matrix `make test` tries today; `make test-long` tries all of it."""

from __future__ import annotations

import os
import random
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any, TypeVar

import pytest

T = TypeVar("T")


def seed() -> int:
    """Today's; STUDIO_TESTS_SEED repeats another day's."""
    return int(os.environ.get("STUDIO_TESTS_SEED") or f"{date.today():%Y%m%d}")


def some(cases: Iterable[T]) -> list[T]:
    """Today's fifth of the cases, at least one, in their order."""
    whole = list(cases)
    places = random.Random(seed()).sample(range(len(whole)), -(-len(whole) // 5))
    return [whole[place] for place in sorted(places)]


def fifth(cases: Iterable[Any]) -> list[Any]:
    """All cases as parameters of a test, of which those that are not today's are long."""
    whole = list(cases)
    today = some(range(len(whole)))
    marks = [() if place in today else pytest.mark.long for place in range(len(whole))]
    parts = [case if isinstance(case, tuple) else (case,) for case in whole]
    return [pytest.param(*part, marks=mark) for part, mark in zip(parts, marks, strict=True)]


# for a test that takes its cases in a loop: `for case in choose(cases)`
a_fifth_or_all = pytest.mark.parametrize(
    "choose", [pytest.param(some, id="a fifth"), pytest.param(list, id="all", marks=pytest.mark.long)]
)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    """A failure says whose fifth it was."""
    report = yield
    if report.failed:
        report.sections.append(("seed of the day", f"STUDIO_TESTS_SEED={seed()}"))
    return report
