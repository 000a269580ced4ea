"""The browser application around the pipelines; no tensor is touched here."""

__version__ = "0.1.0"
