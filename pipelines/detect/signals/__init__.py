"""The signals that Detect shows, published by `@signal` (pipelines/detect/parts/signals.py)."""
