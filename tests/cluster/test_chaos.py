"""A short run of the chaos: workers, a page, PostgreSQL and S3 are killed or cut off while visitors wait."""

from __future__ import annotations

import pytest

from tests.cluster.chaos import ACCIDENTS, Chaos, Plan
from tests.cluster.process import install

pytestmark = pytest.mark.long


def test_nothing_is_lost_twice_or_crossed(tmp_path, cluster, monkeypatch):
    from pipelines.core.run import find

    for name, value in cluster.environment.items():
        monkeypatch.setenv(name, value)
    install()
    plan = Plan(
        visitors=4, jobs=5, films=0, workers=2, pages=1, every_results=2, accidents=len(ACCIDENTS), limit_seconds=240
    )
    report = Chaos(tmp_path, cluster, plan).run()
    find.cache_clear()
    assert report.problems == [] and report.states == {"done": 20}, report.text()
    assert set(report.accidents) == set(ACCIDENTS), report.text()


@pytest.fixture(autouse=True)
def back():
    """The real pipelines of films come back after the stubs."""
    import sys

    from pipelines.core.run import find
    from tests.studio.film_stubs import STUBS

    before = {name: sys.modules.get(name) for name in STUBS}
    yield
    for name, module in before.items():
        sys.modules.pop(name, None)
        if module is not None:
            sys.modules[name] = module
    find.cache_clear()
