"""Characters as pictures: `draw` for a frame, and where props go."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from pipelines.core.settings import Refusal
from pipelines.figures.character import Character
from pipelines.figures.figure import VIEWS
from pipelines.figures.keypoints import mirror_points
from pipelines.figures.paint import paint_shapes, sheet_of
from pipelines.figures.pose import Pose
from pipelines.figures.sculpt import Shape
from pipelines.painting.palette import Light

MOST_PX = 4096
FAR_LEG = frozenset(["thigh_l", "shin_l", "foot_l"])  # seen from the side the left leg is behind the body


@dataclass(frozen=True)
class Drawn:
    """A figure as RGBA uint8 [h,w,4], straight unless it was asked for otherwise; `anchor` is the pixel (x, y) of its ground point, `anchors` where hands, mouth, seat and so on are.

    Places are pixels of this picture. Put it so that `anchor` lies on the figure's place in the scene, plus `pose.travel * height_px` along.
    """

    rgba: np.ndarray
    anchor: tuple[float, float]
    anchors: Mapping[str, tuple[float, float]]
    joints: Mapping[str, tuple[float, float]] = field(default_factory=dict)  # of a body like a person's (`keypoints`)


def yaw_of(view: str | float) -> float:
    """Degrees of a view: 0 from the side, 90 from the front. Raises Refusal for a name that is not in VIEWS."""
    if isinstance(view, (int, float)):
        return float(view)
    if view not in VIEWS:
        raise Refusal(f"There is no view called {str(view)[:40]!r}; there are {', '.join(VIEWS)}.")
    return VIEWS[view]


def draw(
    character: Character,
    pose: Pose,
    height_px: float,
    view: str | float = "three_quarters",
    light: Light | None = None,
    facing: int = 1,
    leg: str = "",
    straight: bool = True,
    joints: bool = False,
) -> Drawn:
    """A character in a pose. `height_px` is how tall it stands, hat not counted; `facing` is 1 to the right, -1 to the left.

    Colours are multiplied by their cover unless `straight`. `leg` "far" paints only the leg on the far side, "near" all but it: a rider's goes behind what is ridden. `joints`: also say where a person's joints are. `light` is the light of an hour (palette.light_of); None gives a plain day, which the scene's own light can tint. Raises Refusal
    for a size that cannot be painted.
    """
    import cv2

    if not 4 <= height_px <= MOST_PX:
        raise Refusal(f"A figure can be from 4 to {MOST_PX} pixels tall.")
    figure = character.figure
    scale = height_px / figure.height
    sculptor = figure.sculpted(pose, yaw_of(view))
    sheet = sheet_of(sculptor.shapes, scale)
    if sheet.width * sheet.height > 4 * MOST_PX**2:
        raise Refusal("This figure is too large to be painted.")
    shapes = _part_by_leg(sculptor.shapes, leg == "far") if leg else sculptor.shapes
    from_left = True if light is None else light.from_left
    rgba = paint_shapes(shapes, sheet, light, from_left if facing >= 0 else not from_left, straight)

    def pixels(places: Mapping[str, np.ndarray]) -> dict[str, tuple[float, float]]:
        seen = {name: sculptor.seen(place) for name, place in places.items()}
        return {name: (float(sheet.x + x * scale), float(sheet.y - y * scale)) for name, (x, y) in seen.items()}

    anchors = pixels(figure.places(sculptor))
    points = pixels(figure.joints(sculptor)) if joints else {}
    anchor = (float(sheet.x), float(sheet.y))
    if facing < 0:
        rgba = cv2.flip(rgba, 1)
        anchor = (sheet.width - 1 - anchor[0], anchor[1])
        anchors = {name: (sheet.width - 1 - x, y) for name, (x, y) in anchors.items()}
        points = mirror_points(points, sheet.width - 1)
    return Drawn(rgba, anchor, anchors, points)


def _part_by_leg(shapes: Sequence[Shape], far: bool) -> list[Shape]:
    """The shapes of the leg on the far side, or all the others; what is clipped stays with what it is clipped to."""
    kept, own = [], False
    for shape in shapes:
        if not shape.clip:
            own = bool(shape.bones) and set(shape.bones) <= FAR_LEG
        if own == far:
            kept.append(shape)
    return kept
