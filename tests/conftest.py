"""Which files a run imports, in which order, and where its fixtures stand.

Four marks choose tests. `make quick` leaves out browser, weights, slow and long; `make test` leaves out long; `make test-long` runs these.
"""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

pytest_plugins = ("tests.times", "tests.fixtures", "tests.cluster.fixtures", "tests.browser.fixtures")

ROOT = Path(__file__).resolve().parents[1]
MARKS_OF_A_FILE = re.compile(r"^pytestmark = (?:\[\n.*?^\]|[^\n]*)", re.MULTILINE | re.DOTALL)


def marks_of(text: str) -> set[str]:
    """The marks that `pytestmark = …` gives to every test of a file."""
    return {mark for marks in MARKS_OF_A_FILE.findall(text) for mark in re.findall(r"\bmark\.(\w+)", marks)}


def is_left_out(text: str, expression: str) -> bool:
    """Whether a file with this text holds no test that `-m expression` chooses, so that it need not be imported."""
    if expression == "long":
        return "mark.long" not in text
    refused = set(re.findall(r"\bnot (\w+)", expression)) if " or " not in expression else set()
    return bool(refused & marks_of(text))


def pytest_configure() -> None:
    """On a busy machine an example may take minutes, which says nothing of the code; all processes try the same day's fifth."""
    from hypothesis import HealthCheck, settings

    from tests.day import seed

    os.environ.setdefault("STUDIO_TESTS_SEED", str(seed()))

    settings.register_profile("studio", deadline=None, suppress_health_check=[HealthCheck.too_slow])
    settings.load_profile("studio")


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Leave out files of which every test would be deselected: importing all of them costs each process some seconds."""
    if not (config.option.markexpr and collection_path.match("test_*.py")):
        return None
    return is_left_out(collection_path.read_text("utf-8"), config.option.markexpr) or None


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let the tests in a Chromium begin: they wait half of their time, so others must run beside them."""
    items.sort(key=lambda item: item.get_closest_marker("browser") is None)


@pytest.fixture(autouse=True)
def nothing_undeclared(monkeypatch: pytest.MonkeyPatch) -> None:
    """A pipeline that loads a model that it does not declare fails its test."""

    def complain(name: str, cards: list) -> None:
        raise AssertionError(f"{name} loaded models that it does not declare: {[card.name for card in cards]}")

    monkeypatch.setattr("pipelines.core.run.notice_undeclared", complain)
