"""Something taken out of a video: its mask followed by optical flow, what lies behind it brought from frames in which it can be seen.

After Huang et al. 2016, "Temporally coherent completion of dynamic video", and Xu et al. 2019, "Deep flow-guided video inpainting", section 3, with
dense inverse search in place of their networks: the flow is filled inside the hole, pixels follow it forwards and backwards, and only what no
frame shows is painted, once, and then follows the flow as well.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from pipelines.vision.flow import MotionEstimator, sample_along_flow
from pipelines.vision.inpainting import fill_hole, push_pull

GROWN_PX = 3  # around the mask: soft edges and what compression smeared
ALIKE = 14.0  # of 255: a pixel that the flow brings must look as it did, or it is the ground beside the moving thing
TORN_PX = 5  # gaps that the flow tears into a mask and that are closed again
BLED_PX = 10  # around a moving thing, where the flow is its own rather than the ground's
KEPT = 0.5  # of a followed mask's value, from which a pixel belongs to it
Tick = Callable[[int, int], None]


@dataclass
class Filled:
    """A frame as far as it is filled: `known` [h,w] is where its pixels are real, its own or another frame's."""

    picture: np.ndarray  # float32 [h,w,3]
    known: np.ndarray  # bool [h,w]


def follow_mask(frames: Sequence[np.ndarray], mask: np.ndarray, tick: Tick) -> list[np.ndarray]:
    """The mask [h,w] bool of the first frame in every frame: carried along by the flow, widened a little against what was smeared."""
    import cv2

    estimator, masks = MotionEstimator(), [grown(mask)]
    carried = mask.astype(np.float32)
    for index in range(1, len(frames)):
        motion = estimator.between(frames[index - 1], frames[index])
        earlier, later = frames[index - 1].astype(np.float32), frames[index].astype(np.float32)
        ground = _smooth(motion.backward, carried > KEPT)
        as_thing = cv2.blur(np.abs(motion.warped(earlier) - later).mean(-1), (3, 3))
        as_ground = cv2.blur(np.abs(sample_along_flow(earlier, ground) - later).mean(-1), (3, 3))
        was_ground = sample_along_flow(1 - carried, ground) > KEPT
        carried = sample_along_flow(carried, motion.backward)
        found = ((carried > KEPT) & (as_thing < ALIKE) & ~(was_ground & (as_ground <= as_thing))).astype(np.uint8)
        closed = (
            cv2.morphologyEx(found, cv2.MORPH_CLOSE, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (TORN_PX, TORN_PX)))
            > 0
        )
        carried = closed.astype(np.float32)
        masks.append(grown(closed))
        tick(index, len(frames))
    return masks


def followed_from(frames: Sequence[np.ndarray], marked: Mapping[int, np.ndarray], tick: Tick) -> list[np.ndarray]:
    """Masks [h,w] bool that were painted in some frames, in every frame: each is followed up to the next, the first one backwards too."""
    places, total = sorted(marked), len(frames)
    first = places[0]
    masks = follow_mask(frames[first::-1], marked[first], lambda done, _: tick(done, total))[::-1]
    for place, after in zip(places, [*places[1:], total], strict=True):

        def tell_progress(done: int, _: int, place: int = place) -> None:
            tick(place + done, total)

        ahead = follow_mask(frames[place:after], marked[place], tell_progress)
        masks = [*masks[:place], *ahead]
    return masks


def grown(mask: np.ndarray) -> np.ndarray:
    """Return a mask that is larger by a few pixels on every side."""
    import cv2

    side = 2 * GROWN_PX + 1
    return cv2.dilate(mask.astype(np.uint8), cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side, side))) > 0


def without(frames: Sequence[np.ndarray], masks: Sequence[np.ndarray], tick: Tick) -> list[np.ndarray]:
    """The frames uint8 [h,w,3] with what the masks cover replaced; outside the masks every pixel stays as it is."""
    filleds = [Filled(frame.astype(np.float32), ~mask) for frame, mask in zip(frames, masks, strict=True)]
    flows = _flows(frames, masks, tick)
    _carry(filleds, flows, forwards=True)
    _carry(filleds, flows, forwards=False)
    _paint_unseen(filleds, flows)
    out = []
    for frame, mask, one in zip(frames, masks, filleds, strict=True):
        picture = frame.copy()
        picture[mask] = np.clip(one.picture[mask] + 0.5, 0, 255).astype(np.uint8)
        out.append(picture)
    return out


Flows = list[
    tuple[np.ndarray, np.ndarray]
]  # between a frame and the next: how the later looks back, how the earlier looks ahead


def _flows(frames: Sequence[np.ndarray], masks: Sequence[np.ndarray], tick: Tick) -> Flows:
    """Both flows of each pair, filled smoothly inside the masks, for there they show what is taken out."""
    estimator, flows = MotionEstimator(), []
    for index in range(1, len(frames)):
        earlier, later = frames[index - 1], frames[index]
        back, ahead = estimator.between(earlier, later).backward, estimator.between(later, earlier).backward
        flows.append((_smooth(back, masks[index]), _smooth(ahead, masks[index - 1])))
        tick(index, len(frames))
    return flows


def _smooth(flow: np.ndarray, mask: np.ndarray) -> np.ndarray:
    """The flow with its values inside and around the mask replaced by what lies farther out: the search bleeds over edges."""
    import cv2

    side = 2 * BLED_PX + 1
    mask = cv2.dilate(mask.astype(np.uint8), cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side, side))) > 0
    three = np.dstack([flow, np.zeros(flow.shape[:2], np.float32)]).astype(np.float32)
    return np.where(mask[..., None], push_pull(three, 1 - mask.astype(np.float32))[..., :2], flow).astype(np.float32)


def _carry(filleds: list[Filled], flows: Flows, *, forwards: bool) -> None:
    """Known pixels of a neighbour put where a frame knows nothing yet, from frame to frame."""
    order = range(1, len(filleds)) if forwards else range(len(filleds) - 2, -1, -1)
    for index in order:
        filled, other = filleds[index], filleds[index - 1 if forwards else index + 1]
        flow = flows[index - 1][0] if forwards else flows[index][1]
        there = sample_along_flow(other.known.astype(np.float32), flow) > 0.99
        fill = ~filled.known & there & _inside(flow)
        filled.picture[fill] = sample_along_flow(other.picture, flow)[fill]
        filled.known = filled.known | fill


def _inside(flow: np.ndarray) -> np.ndarray:
    height, width = flow.shape[:2]
    x = flow[..., 0] + np.arange(width, dtype=np.float32)
    y = flow[..., 1] + np.arange(height, dtype=np.float32)[:, None]
    return (x >= 0) & (y >= 0) & (x <= width - 1) & (y <= height - 1)


def _paint_unseen(filleds: list[Filled], flows: Flows) -> None:
    """What no frame shows: painted where it is first wanted, then carried along, so that it does not flicker."""
    for index, filled in enumerate(filleds):
        if not filled.known.all():
            filled.picture = fill_hole(filled.picture, ~filled.known).astype(np.float32)
            filled.known = np.ones_like(filled.known)
        if index + 1 < len(filleds):
            after, flow = filleds[index + 1], flows[index][0]
            fill = ~after.known & _inside(flow)
            after.picture[fill] = sample_along_flow(filled.picture, flow)[fill]
            after.known = after.known | fill
