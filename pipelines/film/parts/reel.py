"""Encoded scenes put one after another: what no transition touches is copied packet by packet, the rest is encoded anew.

A scene is an H.264 file whose closed groups of pictures begin at frame 0, where the transition before it ends and where the one after it
begins (`film.dress` writes such files), all by the same encoder, so that one set of parameters serves the whole film.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

from pipelines.core.progress import Progress, Report, silent
from pipelines.core.settings import Refusal
from pipelines.film.parts.transitions import Transition, mixer
from pipelines.media import Video, open_container, save_video

STEP = 12  # frames of pictures that are written before their sound
UNREADABLE = "A scene of this film cannot be read; please make it again."
DELAY = 2  # frames between decoding and showing: x264's with B-frames that are referred to


@dataclass(frozen=True)
class Strip:
    """One scene's file: how many frames, its size and rate, the encoder's parameters, and where groups of pictures begin."""

    path: Path
    frames: int
    width: int
    height: int
    rate_hz: Fraction
    extradata: bytes
    closed: frozenset[int]

    @classmethod
    def of(cls, path: Path) -> Strip:
        """Raises Refusal when it is not H.264 in MP4."""
        import av

        try:
            with open_container(path) as container:
                stream = container.streams.video[0]
                if stream.codec_context.name != "h264":
                    raise Refusal("A scene is not H.264; dress it first.")
                rate = Fraction(stream.average_rate or 24)
                frames = [
                    (_frame(packet, rate), packet.is_keyframe) for packet in container.demux(stream) if packet.size
                ]
                if not frames:
                    raise Refusal("A scene has no pictures; make it again.")
                context = stream.codec_context
                closed = frozenset(number for number, key in frames if key)
                extradata = bytes(context.extradata or b"")
                return cls(path, len(frames), context.width, context.height, rate, extradata, closed)
        except (av.error.FFmpegError, PermissionError, IndexError, TypeError, ValueError) as problem:
            if isinstance(problem, Refusal):
                raise
            raise Refusal(UNREADABLE) from problem

    def packets(self, first: int, end: int) -> Iterator[tuple[int, bytes, bool]]:
        """Frame number, data and whether it is a key frame, in the order of decoding, for frames [first, end)."""
        with open_container(self.path) as container:
            for packet in container.demux(container.streams.video[0]):
                if packet.size and first <= (number := _frame(packet, self.rate_hz)) < end:
                    yield number, bytes(packet), packet.is_keyframe

    def pictures(self, first: int, end: int) -> Iterator[np.ndarray]:
        """Frames [first, end) as uint8 [h,w,3]; `first` must begin a group of pictures to be quick."""
        import av

        try:
            with open_container(self.path) as container:
                stream = container.streams.video[0]
                stream.thread_type = "AUTO"
                if first:
                    assert stream.time_base is not None
                    container.seek(int(first / self.rate_hz / stream.time_base), stream=stream)
                for frame in container.decode(stream):
                    number = _frame(frame, self.rate_hz)
                    if number >= end:
                        return
                    if number >= first:
                        yield frame.to_ndarray(format="rgb24")
        except av.error.FFmpegError as problem:
            raise Refusal(UNREADABLE) from problem


def _frame(timed: Any, rate: Fraction) -> int:
    return round(timed.pts * timed.time_base * rate)


@dataclass(frozen=True)
class Piece:
    """A stretch of the film: of one strip, or where two share frames."""

    strip: Strip
    first: int
    end: int
    into: Strip | None = None
    kind: str = ""

    @property
    def frames(self) -> int:
        return self.end - self.first


def pieces(strips: Sequence[Strip], transitions: Sequence[Transition]) -> list[Piece]:
    """The film in order. Raises Refusal when strips do not fit together or transitions take more frames than there are."""
    one = strips[0]
    for strip in strips:
        if (strip.width, strip.height, strip.rate_hz) != (one.width, one.height, one.rate_hz):
            raise Refusal("The scenes have different sizes or rates.")
        if strip.extradata != one.extradata:
            raise Refusal("The scenes were encoded differently; make them again.")
    film = []
    shared = [0, *(t.frames for t in transitions), 0]
    for number, strip in enumerate(strips):
        first, end = shared[number], strip.frames - shared[number + 1]
        if end < first:
            raise Refusal(f"Scene {number + 1} is shorter than its transitions.")
        if number:
            before = strips[number - 1]
            if shared[number]:
                film.append(
                    Piece(before, before.frames - shared[number], before.frames, strip, transitions[number - 1].kind)
                )
        if end > first:
            film.append(Piece(strip, first, end))
    return film


def pictures(reel: Sequence[Piece]) -> Iterator[np.ndarray]:
    """Every frame of the film, decoded."""
    for piece in reel:
        yield from _mix_frames(piece) if piece.into is not None else piece.strip.pictures(piece.first, piece.end)


def _mix_frames(piece: Piece) -> Iterator[np.ndarray]:
    assert piece.into is not None
    earlier = list(piece.strip.pictures(piece.first, piece.end))
    later = list(piece.into.pictures(0, piece.frames))
    mix = mixer(piece.kind, earlier, later)
    for number, (one, two) in enumerate(zip(earlier, later, strict=True)):
        yield mix(one, two, (number + 1) / (piece.frames + 1))


def _encode_frames(frames: Iterator[np.ndarray], piece: Piece) -> Iterator[tuple[int, bytes, bool]]:
    """Packets of a stretch that is encoded now, by the scenes' own encoder."""
    with TemporaryDirectory(prefix="film-") as folder:
        path = Path(folder) / "stretch.mp4"
        strip = piece.strip
        save_video(Video(strip.width, strip.height, strip.rate_hz, piece.frames, lambda: frames, closed=(0,)), path)
        made = Strip.of(path)
        if made.extradata != strip.extradata or made.frames != piece.frames:
            raise Refusal("The scenes were encoded differently; make them again.")
        yield from made.packets(0, made.frames)


def lay(reel: Sequence[Piece], out: Any, stream: Any, report: Report = silent) -> Iterator[float]:
    """Write all packets of the film's pictures into an open container, in order, with times that go on; yields the seconds written so far."""
    import av

    rate, total = reel[0].strip.rate_hz, sum(piece.frames for piece in reel)
    at = written = 0
    for piece in reel:
        source, first = _source(piece)
        for number, data, key in source:
            packet = av.Packet(data)
            packet.stream, packet.time_base = stream, 1 / rate
            packet.pts, packet.dts, packet.duration = at + number - first, written - DELAY, 1
            packet.is_keyframe = key
            out.mux(packet)
            written += 1
            if written % STEP == 0:
                report(
                    Progress(
                        written,
                        total,
                        f"Joining the scenes: {float(written / rate):.0f} s of {float(total / rate):.0f}",
                    )
                )
                yield float(written / rate)
        at += piece.frames


def _source(piece: Piece) -> tuple[Iterator[tuple[int, bytes, bool]], int]:
    """The packets of a piece, and the number of its first frame among them: copied where it can be cut out, else encoded."""
    strip = piece.strip
    if piece.into is not None:
        return _encode_frames(_mix_frames(piece), piece), 0
    if piece.first in strip.closed and (piece.end in strip.closed or piece.end == strip.frames):
        return strip.packets(piece.first, piece.end), piece.first
    return _encode_frames(strip.pictures(piece.first, piece.end), piece), 0
