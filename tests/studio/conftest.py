"""What these tests share: routes in this process, uploads that forked children examine, and the seed of the day where one fails."""

from __future__ import annotations

import pytest

from tests.asgi import client  # noqa: F401
from tests.day import pytest_runtest_makereport  # noqa: F401
from tests.intake_children import forked_children, real_children  # noqa: F401


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What runs on PostgreSQL and S3 is slow, and all but a core of it is long."""
    for item in items:
        if isinstance(item, pytest.Function) and hasattr(item, "callspec"):
            if item.callspec.params.get("backend", "sqlite") == "sqlite":
                continue
            item.add_marker("slow")
            if not hasattr(item.function, "core"):
                item.add_marker("long")
