"""What lies behind a subject, made up from what is around it: Wexler et al. 2007, "Space-time completion of video", with the
nearest patches found by PatchMatch (Barnes et al. 2009), coarse to fine; the start is push-pull (Gortler et al. 1996).

Pictures are float32 [h,w,3], a hole is bool [h,w]. Patches are compared at a reduced size; the finest pass copies pixels of the picture
itself and takes its tones from the reduced one.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

PATCH = 7
WORK_PIXELS = 9_000  # of the hole, at the finest size at which patches are compared
COARSEST_PX = 24
ROUNDS = 3
LAST_REACH_PX = 0.8  # in the last vote, so that detail is not averaged away
NEARNESS = 0.02  # what a patch from across the picture costs, in units of a patch's squared difference a pixel


def push_pull(picture: np.ndarray, known: np.ndarray) -> np.ndarray:
    """A smooth filling: averages are pulled down from coarser levels wherever nothing is known. `known` is [h,w] in 0..1."""
    import cv2

    height, width = known.shape
    if min(height, width) <= 1 or known.min() > 0.999:
        total = max(float(known.sum()), 1e-6)
        mean = (picture * known[..., None]).sum((0, 1)) / total
        return picture * known[..., None] + mean * (1 - known[..., None])
    size = ((width + 1) // 2, (height + 1) // 2)
    weight = cv2.resize(known, size, interpolation=cv2.INTER_AREA)
    colours = cv2.resize(picture * known[..., None], size, interpolation=cv2.INTER_AREA)
    coarse = push_pull(colours / np.maximum(weight, 1e-6)[..., None], np.minimum(1, weight * 4))
    pulled = cv2.GaussianBlur(cv2.resize(coarse, (width, height), interpolation=cv2.INTER_LINEAR), (0, 0), 0.7)
    return (picture * known[..., None] + pulled * (1 - known[..., None])).astype(np.float32)


def fill_hole(picture: np.ndarray, hole: np.ndarray, tick: Callable[[float], None] = lambda part: None) -> np.ndarray:
    """The picture with its hole filled; the rest stays as it is. `tick` hears how much is done, 0..1, and may raise to stop."""
    import cv2

    if not hole.any():
        return picture
    smooth = push_pull(picture, 1 - hole.astype(np.float32))
    height, width = hole.shape
    finest = min(1.0, float(np.sqrt(WORK_PIXELS / hole.sum())))
    sizes = _sizes(width, height, finest)
    filled: np.ndarray | None = None
    offsets: np.ndarray | None = None
    for number, (wide, tall) in enumerate(sizes):
        small = cv2.resize(picture, (wide, tall), interpolation=cv2.INTER_AREA)
        gap = cv2.resize(hole.astype(np.float32), (wide, tall), interpolation=cv2.INTER_AREA) > 0.001
        below = smooth if filled is None else filled
        start = np.where(
            gap[..., None],
            cv2.resize(below, (wide, tall), interpolation=cv2.INTER_AREA if filled is None else cv2.INTER_CUBIC),
            small,
        )
        search = _Search.of(start, gap, np.random.default_rng([7, wide, tall]))
        if search is None:
            return smooth  # nothing outside the hole is large enough to copy from
        if offsets is not None:
            search.start_from(offsets)
        for turn in range(ROUNDS):
            search.improve()
            last = (wide, tall) == sizes[-1] and turn == ROUNDS - 1
            search.vote(LAST_REACH_PX if last else PATCH)
            tick((number + (turn + 1) / ROUNDS) / len(sizes) * 0.95)
        filled, offsets = search.picture, search.offset_map()
    assert filled is not None and offsets is not None
    return _at_full_size(picture, hole, filled, offsets)


def _sizes(width: int, height: int, finest: float) -> list[tuple[int, int]]:
    sizes: list[tuple[int, int]] = []
    scale = finest
    while not sizes or min(width, height) * scale >= COARSEST_PX:
        sizes.append((max(PATCH + 2, round(width * scale)), max(PATCH + 2, round(height * scale))))
        scale /= 1.6
    return sizes[::-1]


@dataclass
class _Search:
    """Patches over a hole, each with the nearest patch found so far outside of it. Positions are (y, x) of patch centres."""

    picture: np.ndarray  # [h,w,3], the hole's pixels as they are now
    gap: np.ndarray
    targets: np.ndarray  # [n,2], patches that touch the hole
    index: np.ndarray  # [h,w], number of the target or -1
    allowed: np.ndarray  # [h,w], centres of patches that touch no hole
    nearest: np.ndarray  # [n,2]
    cost: np.ndarray  # [n]
    rng: np.random.Generator

    @classmethod
    def of(cls, picture: np.ndarray, gap: np.ndarray, rng: np.random.Generator) -> _Search | None:
        import cv2

        half = PATCH // 2
        inner = np.zeros(gap.shape, bool)
        inner[half:-half, half:-half] = True
        touched = cv2.dilate(gap.astype(np.uint8), np.ones((PATCH, PATCH), np.uint8)) > 0
        allowed, wanted = inner & ~touched, inner & touched
        sources = np.argwhere(allowed)
        if len(sources) < 16 or not wanted.any():
            return None
        targets = np.argwhere(wanted)
        index = np.full(gap.shape, -1)
        index[wanted] = np.arange(len(targets))
        # a first guess: the nearest allowed centre, told by a distance transform with labels
        _, labels = cv2.distanceTransformWithLabels(
            (~allowed).astype(np.uint8), cv2.DIST_L2, 5, labelType=cv2.DIST_LABEL_PIXEL
        )
        places = np.zeros((labels.max() + 1, 2), int)
        places[labels[allowed]] = sources
        nearest = places[labels[wanted]]
        self = cls(picture, gap, targets, index, allowed, nearest, np.full(len(targets), np.inf), rng)
        self.cost = self._cost(nearest)
        return self

    def start_from(self, offsets: np.ndarray) -> None:
        """Offsets (dy, dx) [h,w,2] of a coarser size, in parts of the picture's sides."""
        import cv2

        height, width = self.gap.shape
        enlarged = cv2.resize(offsets, (width, height), interpolation=cv2.INTER_NEAREST)
        moved = enlarged[self.targets[:, 0], self.targets[:, 1]] * (height, width)
        self._offer(self.targets + np.rint(moved).astype(int))

    def improve(self) -> None:
        """Propagation from neighbours at falling distances, then random search around the best (Barnes et al., section 3.2)."""
        self.cost = self._cost(self.nearest)
        for step in (4, 1, 2, 1):
            for dy, dx in ((step, 0), (-step, 0), (0, step), (0, -step)):
                beside = self.targets + (dy, dx)
                inside = np.all((beside >= 0) & (beside < np.array(self.gap.shape)), axis=1)
                number = np.where(inside, self.index[tuple(np.where(inside[:, None], beside, 0).T)], -1)
                candidate = np.where((number >= 0)[:, None], self.nearest[number] - (dy, dx), self.nearest)
                self._offer(candidate)
        reach = float(max(self.gap.shape)) / 2
        while reach > 1:
            spread = self.rng.uniform(-reach, reach, self.nearest.shape)
            self._offer(self.nearest + np.rint(spread).astype(int))
            reach /= 2.5

    def vote(self, reach_px: float) -> None:
        """Every pixel of the hole becomes the mean of what the patches over it say, weighted by how well each fits and how near its middle is."""
        height, width = self.gap.shape
        half = PATCH // 2
        fit = np.exp(-self.cost / (2 * max(float(np.percentile(self.cost, 60)), 1e-5))).astype(np.float32) + 1e-6
        total = np.zeros((height * width, 4), np.float32)
        for dy in range(-half, half + 1):
            for dx in range(-half, half + 1):
                said = self.picture[self.nearest[:, 0] + dy, self.nearest[:, 1] + dx]
                place = (self.targets[:, 0] + dy) * width + self.targets[:, 1] + dx
                weight = fit * np.float32(np.exp(-(dy * dy + dx * dx) / (2 * reach_px**2)))
                total[place, :3] += said * weight[:, None]  # targets are all different, so no place comes twice
                total[place, 3] += weight
        total = total.reshape(height, width, 4)
        mean = total[..., :3] / np.maximum(total[..., 3:], 1e-9)
        self.picture = np.where((self.gap & (total[..., 3] > 0))[..., None], mean, self.picture)

    def offset_map(self) -> np.ndarray:
        """(dy, dx) in parts of the sides, [h,w,2], for every pixel the offset of its own patch; outside the hole 0."""
        offsets = np.zeros((*self.gap.shape, 2), np.float32)
        offsets[tuple(self.targets.T)] = (self.nearest - self.targets) / np.array(self.gap.shape)
        half = PATCH // 2
        return np.pad(offsets[half:-half, half:-half], ((half, half), (half, half), (0, 0)), mode="edge")

    def _offer(self, candidate: np.ndarray) -> None:
        height, width = self.gap.shape
        candidate = candidate.clip(0, (height - 1, width - 1))
        good = self.allowed[candidate[:, 0], candidate[:, 1]] & (candidate != self.nearest).any(1)
        if not good.any():
            return
        cost = self._cost(candidate[good], good)
        better = np.flatnonzero(good)[cost < self.cost[good]]
        self.nearest[better] = candidate[better]
        self.cost[better] = cost[cost < self.cost[good]]

    def _cost(self, places: np.ndarray, which: np.ndarray | None = None) -> np.ndarray:
        """Mean squared difference of patches, plus a little for distance."""
        targets = self.targets if which is None else self.targets[which]
        windows = np.lib.stride_tricks.sliding_window_view(self.picture, (PATCH, PATCH), axis=(0, 1))
        half = PATCH // 2
        wanted = windows[targets[:, 0] - half, targets[:, 1] - half]
        offered = windows[places[:, 0] - half, places[:, 1] - half]
        far = (((places - targets) / max(self.gap.shape)) ** 2).sum(1)
        return ((wanted - offered) ** 2).mean((1, 2, 3)) + NEARNESS * far


def _at_full_size(picture: np.ndarray, hole: np.ndarray, small: np.ndarray, offsets: np.ndarray) -> np.ndarray:
    """Pixels copied along the offsets give the detail, the reduced filling gives the tones; the hole's border is soft."""
    import cv2

    height, width = hole.shape
    tones = cv2.resize(small, (width, height), interpolation=cv2.INTER_CUBIC)
    factor = max(1.0, height / small.shape[0])
    moved = cv2.resize(offsets, (width, height), interpolation=cv2.INTER_NEAREST) * np.array(
        (height, width), np.float32
    )
    y, x = np.indices((height, width), np.float32)
    copied = cv2.remap(
        picture,
        x + np.rint(moved[..., 1]),
        y + np.rint(moved[..., 0]),
        cv2.INTER_NEAREST,
        borderMode=cv2.BORDER_REFLECT,
    )
    radius = 1.2 * factor
    detail = copied - cv2.GaussianBlur(copied, (0, 0), radius)
    seams = (
        np.abs(np.diff(moved, axis=0, prepend=moved[:1])).sum(-1)
        + np.abs(np.diff(moved, axis=1, prepend=moved[:, :1])).sum(-1)
        > 0
    )
    calm = 1 - cv2.GaussianBlur(cv2.dilate(seams.astype(np.float32), np.ones((3, 3))), (0, 0), max(0.6, factor / 2))
    filling = tones + detail * calm[..., None].clip(0, 1) if factor > 1.05 else tones
    soft = np.maximum(cv2.GaussianBlur(hole.astype(np.float32), (0, 0), 1.0), hole)[..., None]
    return (picture + soft * (filling.clip(0, 1) - picture)).astype(np.float32)
