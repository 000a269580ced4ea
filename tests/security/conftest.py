"""What these tests share: routes in this process, uploads that forked children examine, and the seed of the day where one fails."""

from tests.asgi import client  # noqa: F401
from tests.day import pytest_runtest_makereport  # noqa: F401
from tests.intake_children import forked_children, real_children  # noqa: F401
from tests.security.with_accounts import closed, opened  # noqa: F401
