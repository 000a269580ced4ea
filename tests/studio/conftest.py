"""What these tests share: routes in this process, and uploads that forked children examine."""

from tests.asgi import client  # noqa: F401
from tests.intake_children import forked_children, real_children  # noqa: F401
