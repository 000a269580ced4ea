"""The lines of a picture, as a person would draw them: holistically-nested edge detection."""

from __future__ import annotations

from typing import Annotated

from PIL.Image import Image

from pipelines.core.progress import Report, silent
from pipelines.core.registry import pipeline
from pipelines.core.settings import Choice, Input, Toggle
from pipelines.vision.edges import HED, line_drawing

__all__ = ["HED", "edges"]
DETAIL = {"all": "all together", "fine": "fine lines", "middle": "lines of things", "broad": "outlines only"}


@pipeline(models=(HED,))
def edges(
    picture: Annotated[Image, Input(help="A photograph or a drawing.")],
    *,
    detail: Annotated[str, Choice(DETAIL, help="How fine the lines are.")] = "all",
    white_lines: Annotated[bool, Toggle(label="White on black", help="For models that follow lines.")] = False,
    report: Report = silent,
) -> Image:
    """Draw the lines of a picture.

    HED, Xie & Tu 2015: side outputs of a VGG-16 and their fusion, probabilities of an edge. Grey lines on white (or white on black) in
    the picture's size. Raises MissingModel without its network (29 MB).
    """
    return line_drawing(picture, detail=detail, white_lines=white_lines, report=report)
