"""The picture so far, for whoever watches: the backdrop at half size, and drawings in the places where they will about be."""

from __future__ import annotations

from PIL import Image as PillowImage
from PIL.Image import Image

from pipelines.scenes.backdrop import Backdrop, flat_picture
from pipelines.scenes.relations import Item

SHARE = 0.5


class Preview:
    """Grows by `add`; `picture` is made only when someone asks."""

    def __init__(self, backdrop: Backdrop) -> None:
        self.backdrop = backdrop
        self.placed: list[tuple[Image, Item]] = []
        self._ground: Image | None = None

    def add(self, drawing: Image, item: Item) -> None:
        """Put a finished drawing into its place."""
        self.placed = [*self.placed, (drawing, item)]

    def picture(self) -> Image:
        """RGB at half size."""
        if self._ground is None:
            self._ground = flat_picture(self.backdrop).reduce(2).convert("RGB")
        canvas = self._ground.copy()
        for drawing, item in sorted(self.placed, key=lambda entry: entry[1].z):
            scale = (max(item.wide, item.tall) * SHARE) / max(drawing.size)
            small = drawing.resize(
                (max(1, round(drawing.width * scale)), max(1, round(drawing.height * scale))),
                PillowImage.Resampling.BILINEAR,
            )
            canvas.paste(
                small, (round(item.x * SHARE - small.width / 2), round(item.feet * SHARE - small.height)), small
            )
        return canvas
