"""Helpers of the red team."""
