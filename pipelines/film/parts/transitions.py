"""From one scene to the next: frames of a stretch that both share. Frames are uint8 [h,w,3], `time` goes from 0 to 1."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from pipelines.core.settings import Refusal

KINDS = {"cut": "Cut", "crossfade": "Crossfade", "wipe": "Wipe", "morph": "Match and morph"}
EDGE = 0.14  # of the width, that the soft edge of a wipe takes
CODES = np.arange(256, dtype=np.float32)  # of a colour
REACH = 0.16  # of the width, that a morph moves anything at most
Mix = Callable[[np.ndarray, np.ndarray, float], np.ndarray]


@dataclass(frozen=True)
class Transition:
    """How a scene begins, and over how many frames; a cut has none."""

    kind: str = "cut"
    frames: int = 0


def read_transitions(text: str, scenes: int) -> list[Transition]:
    """`cut; crossfade 12; wipe 18`: one for every scene but the first, missing ones are cuts. Raises Refusal."""
    transitions: list[Transition] = []
    for said in (part.strip() for part in text.replace("\n", ";").split(";")):
        if not said and not transitions:
            continue
        kind, _, count = said.partition(" ")
        if kind not in KINDS or (kind == "cut") != (not count) or (count and not count.strip().isdecimal()):
            raise Refusal(f"“{said[:40]}” is not a transition; write “cut”, “crossfade 12”, “wipe 12” or “morph 12”.")
        transitions.append(Transition(kind, int(count or 0)) if int(count or 0) else Transition())
    if len(transitions) > max(0, scenes - 1):
        raise Refusal(f"There are {len(transitions)} transitions for {scenes} scenes.")
    return transitions + [Transition()] * (scenes - 1 - len(transitions))


def write_transitions(transitions: Sequence[Transition]) -> str:
    """Return the transitions as one line of text."""
    return "; ".join(
        f"{transition.kind} {transition.frames}" if transition.frames else "cut" for transition in transitions
    )


def mixer(kind: str, earlier: Sequence[np.ndarray], later: Sequence[np.ndarray]) -> Mix:
    """What mixes a frame of the earlier scene with one of the later; a morph looks at all of them first."""
    if kind == "wipe":
        return wipe_frames
    if kind == "morph":
        return _morph(earlier[len(earlier) // 2], later[len(later) // 2])
    return fade_frames


def fade_frames(earlier: np.ndarray, later: np.ndarray, time: float) -> np.ndarray:
    """In light rather than in code values, so that the middle is not darker than both."""
    import cv2

    roots = [cv2.LUT(f, CODES * share**0.5).reshape(len(f), -1) for f, share in ((earlier, 1 - time), (later, time))]
    return np.asarray(cv2.convertScaleAbs(cv2.magnitude(*roots)), np.uint8).reshape(earlier.shape)


def wipe_frames(earlier: np.ndarray, later: np.ndarray, time: float) -> np.ndarray:
    """A soft edge goes from left to right."""
    import cv2

    height, width = earlier.shape[:2]
    edge = time * (1 + EDGE) - np.arange(width, dtype=np.float32) / width
    share = (edge / EDGE).clip(0, 1)
    share = np.tile(share * share * (3 - 2 * share), (height, 1)).astype(np.float32)
    return np.asarray(cv2.blendLinear(later, earlier, share, 1 - share), np.uint8)


def _morph(first: np.ndarray, second: np.ndarray) -> Mix:
    """What looks alike in both scenes moves from its one place to the other while they blend; no more than a part of the width."""
    import cv2

    from pipelines.vision.between import flow_between

    height, width = first.shape[:2]
    small = (max(32, width // 4), max(32, height // 4))
    a, b = (
        cv2.GaussianBlur(cv2.resize(frame, small, interpolation=cv2.INTER_AREA), (0, 0), 1.5)
        for frame in (first, second)
    )
    there, back = (_calm(flow, width / small[0], width) for flow in (flow_between(a, b), flow_between(b, a)))
    there, back = (cv2.resize(flow, (width, height), interpolation=cv2.INTER_LINEAR) for flow in (there, back))
    x, y = np.meshgrid(np.arange(width, dtype=np.float32), np.arange(height, dtype=np.float32))

    def move_frame(frame: np.ndarray, flow: np.ndarray, share: float) -> np.ndarray:
        return cv2.remap(
            frame, x - flow[..., 0] * share, y - flow[..., 1] * share, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT
        )

    def mix(earlier: np.ndarray, later: np.ndarray, time: float) -> np.ndarray:
        share = np.float32(time * time * (3 - 2 * time))
        return fade_frames(
            move_frame(earlier, there, float(share)), move_frame(later, back, float(1 - share)), float(share)
        )

    return mix


def _calm(flow: np.ndarray, scale: float, width: int) -> np.ndarray:
    """A flow in pixels of the full frame, smooth and bounded: between scenes that are not alike it must not tear them."""
    import cv2

    smooth = cv2.GaussianBlur(flow * np.float32(scale), (0, 0), flow.shape[1] / 18)
    length = np.hypot(smooth[..., 0], smooth[..., 1])[..., None]
    return (smooth * np.minimum(1, REACH * width / np.maximum(length, 1e-6))).astype(np.float32)
