"""Measurements: quality (eval), speed and memory (bench), accidents for hours (soak)."""
