"""Measurements: quality (eval), speed and memory (bench), attacks and accidents for hours (soak). Each page of figures is written by its command."""
