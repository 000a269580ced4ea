"""A short run of the chaos: workers, a page, PostgreSQL and S3 are killed or cut off while visitors wait."""

from __future__ import annotations

import pytest

from pipelines.core.run import find
from tests import stubs
from tests.cluster.chaos import ACCIDENTS, Chaos, Plan
from tests.studio import film_stubs

pytestmark = pytest.mark.long


def test_nothing_is_lost_twice_or_crossed(tmp_path, cluster, monkeypatch):
    for name, value in cluster.environment.items():
        monkeypatch.setenv(name, value)
    film_stubs.install(monkeypatch)
    stubs.install()
    plan = Plan(
        visitors=4, jobs=5, films=0, workers=2, pages=1, every_results=2, accidents=len(ACCIDENTS), limit_seconds=240
    )
    report = Chaos(tmp_path, cluster, plan).run()
    monkeypatch.undo()
    find.cache_clear()
    assert report.problems == [] and report.states == {"done": 20}, report
    assert set(report.accidents) == set(ACCIDENTS), report
