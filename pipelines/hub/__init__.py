"""Models of a hub that paint and film, through diffusers: `presets` (what there is), `opening` (from a folder to a pipeline on the
device), `asking` (one run with progress, previews, LoRA files), `tasks` (from words, a picture, a mask, a map), `previews`.
"""
