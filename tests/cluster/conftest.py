"""Uploads of these tests are examined by forked children."""

from tests.intake_children import forked_children, real_children  # noqa: F401
