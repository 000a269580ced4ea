"""Storybook scenes: the prompt is read, objects are laid out, a backdrop is painted, layers are lit and kept as OpenRaster."""
