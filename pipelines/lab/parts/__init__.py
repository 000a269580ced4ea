"""Helpers of the Lab."""
