"""Parts of a picture dragged along arrows: cut out, moved over the filled background, and painted over by a hub model where it is asked for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any

import numpy as np
from PIL.Image import Image

from pipelines.animate.parts.arrows import arrows_of, arrows_setting
from pipelines.animate.parts.repaint import Wish, repaint_frames
from pipelines.core.progress import Progress, Report, silent
from pipelines.core.registry import pipeline
from pipelines.core.settings import Choice, Input, Refusal, Seed, Text
from pipelines.hub import door, presets
from pipelines.hub.presets import INPAINT, gpu_gb, options
from pipelines.media import Video
from pipelines.media.clip import (
    LongestSide,
    Rate,
    Seconds,
    frame_size,
    frames_in,
    make_video,
    mask_of,
    pixels_of,
    to_bytes,
)
from pipelines.vision.inpainting import fill_hole
from pipelines.vision.matte import U2NETP, salient
from pipelines.vision.plate import resize_pixels

CARDS = tuple(preset.card for preset in INPAINT)
OWN = ""
RIM_PX = 7  # around a moved part and what it uncovers, which a hub model may paint anew


def models() -> dict[str, str]:
    """List the networks that can fill what a moved part leaves, by name and label."""
    return {OWN: "The studio's own: the parts as they are", **options(INPAINT, other=False)}


def _gpu(settings: Any) -> float:
    return 0.0 if settings.get("model", OWN) == OWN else gpu_gb(INPAINT)(settings)


@pipeline(models=(U2NETP,), optional=(*CARDS, door.OPEN_NSFW), hub=True, gpu=_gpu)
def drag(
    picture: Image,
    moving: Annotated[
        Image | None,
        Input(
            label="What moves",
            help="Paint white over what moves, or leave it empty.",
            samples=False,
            editor="mask",
            over="picture",
        ),
    ] = None,
    *,
    arrows: Annotated[
        str,
        arrows_setting(
            "Begin in the part that moves.",
            placeholder="0.4 0.6 > 0.6 0.5",
        ),
    ] = "",
    seconds: Seconds = 3.0,
    model: Annotated[str, Choice(models, label="Made natural by")] = OWN,
    prompt: Annotated[
        str, Text(label="What is shown", help="Only large models read these words.", max_characters=1000, lines=2)
    ] = "",
    longest_side: LongestSide = 960,
    rate: Rate = 24,
    seed: Seed = 0,
    report: Report = silent,
) -> Video:
    """Drag parts of a picture along arrows.

    Each part follows its arrows as a similarity (least squares; Umeyama 1991), eased in and out, over a background that is filled once
    (Wexler et al. 2007). A hub model such as Wan VACE (Jiang et al. 2025) is shown the moved parts and paints their rims and what they uncover
    anew. uint8 [h,w,3]. Raises Refusal where an arrow begins in no part, MissingModel.
    """
    drawn = arrows_of(arrows)
    pixels = pixels_of(picture)
    size = frame_size(picture.width, picture.height, "picture", longest_side)
    chosen = mask_of(moving, picture.size, "paint over what moves.") if moving is not None else None
    pixels = resize_pixels(pixels, *size).clip(0, 1)
    report(Progress(0, 1, "Finding what moves"))
    matte = salient(to_bytes(pixels)) if chosen is None else resize_pixels(chosen[..., None], *size)[..., 0].clip(0, 1)
    parts = parts_of(matte, drawn * (*size, *size))
    hole = np.any([part.matte > 0.05 for part in parts], axis=0)
    report(Progress(0.1, 1, "Filling what lies behind it"))
    scene = Scene(pixels, fill_hole(pixels, _grown(hole, RIM_PX)), parts)
    count = frames_in(seconds, rate)
    if model == OWN:
        return make_video(size, rate, count, lambda index: to_bytes(scene.at(ease_share(index, count))[0]), report)
    frames, masks = [], []
    for index in range(count):
        shown, doubtful = scene.at(ease_share(index, count))
        frames.append(to_bytes(shown))
        masks.append(doubtful)
    wish = Wish(presets.chosen(INPAINT, model, ""), prompt, seed)
    painted = repaint_frames(frames, masks, wish, float(rate), report, "Painting the motion")
    return make_video(size, rate, count, lambda index: painted[index], report)


@dataclass(frozen=True)
class Part:
    """A part of the picture: its matte float32 [h,w], and where its arrows begin and end, [n,2] in pixels."""

    matte: np.ndarray
    begins: np.ndarray
    ends: np.ndarray

    def placed(self, moved: float) -> np.ndarray:
        """The affine [2,3] that carries the part along `moved` (0 to 1) of its arrows."""
        goals = self.begins + moved * (self.ends - self.begins)
        if len(goals) == 1:
            return np.array([[1, 0, goals[0, 0] - self.begins[0, 0]], [0, 1, goals[0, 1] - self.begins[0, 1]]])
        return similarity(self.begins, goals)


def similarity(begins: np.ndarray, goals: np.ndarray) -> np.ndarray:
    """The turn, scale and shift [2,3] that bring points [n,2] closest to others: Umeyama 1991, equations 40 to 42, in complex numbers."""
    one, other = begins[:, 0] + 1j * begins[:, 1], goals[:, 0] + 1j * goals[:, 1]
    middle, aim = one.mean(), other.mean()
    spread = float((np.abs(one - middle) ** 2).sum())
    turn = 1.0 + 0j if spread < 1e-6 else complex(((other - aim) * (one - middle).conj()).sum() / spread)
    shift = aim - turn * middle
    return np.array([[turn.real, -turn.imag, shift.real], [turn.imag, turn.real, shift.imag]])


def parts_of(matte: np.ndarray, arrows: np.ndarray) -> list[Part]:
    """The connected parts of a matte in which arrows [n,4] in pixels begin. Raises Refusal."""
    import cv2

    _, labels = cv2.connectedComponents((matte > 0.5).astype(np.uint8))
    height, width = matte.shape
    arrays: dict[int, list[np.ndarray]] = {}
    for number, arrow in enumerate(arrows):
        x, y = (int(np.clip(round(value), 0, most - 1)) for value, most in zip(arrow[:2], (width, height), strict=True))
        if not labels[y, x]:
            raise Refusal(f"Arrow {number + 1} begins where nothing moves; begin it in a part that moves.")
        arrays.setdefault(int(labels[y, x]), []).append(arrow)
    parts = []
    for label, own in arrays.items():
        near = _grown(labels == label, RIM_PX)  # its soft edge too
        points = np.array(own)
        parts.append(Part((matte * near).astype(np.float32), points[:, :2], points[:, 2:]))
    return parts


@dataclass(frozen=True)
class Scene:
    """A picture [h,w,3] in 0..1, the background behind its parts, and the parts."""

    picture: np.ndarray
    background: np.ndarray
    parts: list[Part]

    def at(self, moved: float) -> tuple[np.ndarray, np.ndarray]:
        """The picture with its parts moved, and where a model may paint: what was uncovered and the parts' rims, bool [h,w]."""
        import cv2

        height, width = self.picture.shape[:2]
        rest = np.max([part.matte for part in self.parts], axis=0)[..., None]
        shown = self.picture * (1 - rest) + self.background * rest
        doubtful = _grown(rest[..., 0] > 0.05, RIM_PX)
        for part in self.parts:
            way = part.placed(moved)
            pixels = cv2.warpAffine(
                self.picture, way, (width, height), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
            )
            matte = cv2.warpAffine(part.matte, way, (width, height), flags=cv2.INTER_LINEAR)
            shown = shown * (1 - matte[..., None]) + pixels * matte[..., None]
            inside = ~_grown(matte < 0.95, RIM_PX)
            doubtful = (doubtful | _grown(matte > 0.05, RIM_PX)) & ~inside
        return shown, doubtful


def ease_share(index: int, count: int) -> float:
    """How far along its way a part is in a frame: slow, quick, slow."""
    part = index / max(1, count - 1)
    return part * part * (3 - 2 * part)


def _grown(mask: np.ndarray, by: int) -> np.ndarray:
    import cv2

    side = 2 * by + 1
    return cv2.dilate(mask.astype(np.uint8), cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side, side))) > 0
