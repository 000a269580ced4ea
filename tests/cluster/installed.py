"""Imported by Ray actors of tests, so that they find the stub pipelines and those of films too."""

from __future__ import annotations

from tests.cluster.process import install

install()
