"""The signals that Detect shows, one file each, published by `@signal` (pipelines/detect/parts/signals.py)."""
