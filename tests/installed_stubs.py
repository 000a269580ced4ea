"""Imported by worker processes of tests, so that they find the stub pipelines too."""

from __future__ import annotations

from tests import stubs

stubs.install()
