"""The studio on many machines: workers without a page, and Ray actors that run the same loop."""
