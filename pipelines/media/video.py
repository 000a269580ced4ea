"""Reading and writing videos frame by frame, so that memory does not grow with length."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PIL import Image as PillowImage
from PIL.Image import Image

from pipelines.core.facts import uses
from pipelines.core.progress import Progress, Report, silent
from pipelines.core.settings import Refusal
from pipelines.media.containers import open_container
from pipelines.media.values import Video

if TYPE_CHECKING:
    import numpy as np

# finer searches take 1.7 times as long; what they save is a fifth of the file
X264 = "cpu-independent=1:subme=1:partitions=none"


def load_video(path: Path) -> Video:
    """Read the facts of a video; frames are decoded on demand. Raises Refusal when there is no readable picture track."""
    import av

    try:
        with open_container(path) as container:
            if not container.streams.video:
                raise Refusal("This file has no moving pictures in it.")
            stream = container.streams.video[0]
            rate = stream.average_rate or stream.guessed_rate or Fraction(25)
            first = next(container.decode(stream), None)
            if first is None:
                raise Refusal("No picture in this video can be read.")
            height, width = _upright(first).shape[:2]
            sound = path if container.streams.audio else None
            count = stream.frames or _count_frames(path)
    except (av.error.FFmpegError, PermissionError) as problem:
        raise Refusal("This video cannot be read; save it again as MP4.") from problem
    plain = (first.format.name, first.colorspace, first.color_range) == ("yuv420p", 2, 0)  # as `save_video` writes
    odd = first.rotation or width % 2 or height % 2
    take = partial(av.VideoFrame.to_ndarray, width=width, height=height, format="yuv420p")
    planes = partial(_frames, path, (width, height * 3 // 2), take) if plain and not odd else None
    frames = partial(_frames, path, (width, height), _upright)
    return Video(width, height, Fraction(rate), count, frames, sound, planes=planes, file=path)


def _count_frames(path: Path) -> int:
    with open_container(path) as container:
        return sum(bool(packet.size) for packet in container.demux(video=0))


def _upright(frame: Any) -> np.ndarray:
    """The picture of a frame as RGB, turned as its display matrix asks (phones store portrait video sideways)."""
    import numpy as np

    turns = round(getattr(frame, "rotation", 0) / 90) % 4
    return np.ascontiguousarray(np.rot90(frame.to_ndarray(format="rgb24"), turns))


def _frames(path: Path, size: tuple[int, int], take: Callable[[Any], np.ndarray]) -> Iterator[np.ndarray]:
    """Frames at one size (width, height), that of the first: in WebM it may change on the way. Raises Refusal where the file is damaged."""
    import av

    read = 0
    try:
        with open_container(path) as container:
            container.streams.video[0].thread_type = "AUTO"
            for frame in container.decode(video=0):
                picture = take(frame)
                if picture.shape[1::-1] != size:
                    import cv2

                    picture = cv2.resize(picture, size, interpolation=cv2.INTER_AREA)
                read += 1
                yield picture
    except av.error.FFmpegError as problem:
        raise Refusal(f"This video is damaged after {read} pictures; save it again as MP4.") from problem


def save_video(
    video: Video,
    path: Path,
    *,
    each: Callable[[np.ndarray], np.ndarray] | None = None,
    crf: int = 18,
    report: Report = silent,
) -> Image:
    """Write H.264 MP4 (yuv420p, faststart) frame by frame, `each` applied to every frame; gives back the poster (first frame).

    Equal frames give equal bytes on any machine: x264's output depends on the number of threads, which is fixed, and on the processor, whose
    fastest routines for small pictures do not even agree with themselves; those are left out.
    """
    import av
    import numpy as np
    from av.video.frame import PictureType

    uses("av")
    if video.write is not None:
        return video.write(path, report)
    width, height = video.width // 2 * 2, video.height // 2 * 2  # yuv420p needs even sides
    poster: Image | None = None
    options = {"crf": str(crf), "preset": "veryfast", "x264-params": X264}
    if video.closed:
        options["forced-idr"] = "1"
    with av.open(str(path), "w", format="mp4", options={"movflags": "+faststart", "fflags": "+bitexact"}) as out:
        stream = out.add_stream("libx264", rate=video.rate_hz, options=options)
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        stream.codec_context.thread_count = 2
        sound = _SoundTrack(video.sound, out) if video.sound else None
        last = None
        planar = video.planes if each is None else None
        framed = av.VideoFrame.from_ndarray if height % 4 else av.VideoFrame.from_numpy_buffer  # no copy, by four rows
        for index, picture in enumerate((planar or video.frames)()):
            if picture is not last or picture.flags.writeable:  # one that nobody can change is shown again as it was
                cropped = picture if planar else picture[:height, :width]
                cropped = cropped if each is None else each(cropped)
                planes, last = planes_of(np.ascontiguousarray(cropped)), picture
            poster = poster or PillowImage.fromarray(picture_of(cropped))
            frame = framed(planes, format="yuv420p")
            if index in video.closed:
                frame.pict_type = PictureType.I
            out.mux(stream.encode(frame))
            if index % 8 == 0:
                report(Progress(index, max(1, video.frame_count), "Writing the video"))
        out.mux(stream.encode())
        if sound:
            sound.copy()
    if poster is None:
        raise Refusal("This video has no pictures in it.")
    return poster


def picture_of(frame: np.ndarray) -> np.ndarray:
    """A frame [h,w,3], or one in planes, as a picture in RGB."""
    import cv2

    return frame if frame.ndim == 3 else cv2.cvtColor(frame, cv2.COLOR_YUV2RGB_I420)


def planes_of(picture: np.ndarray) -> np.ndarray:
    """uint8 [h,w,3] RGB with even sides as yuv420p [h*3/2,w] of BT.601: a colour for four pixels is that of their mean. What is in planes stays as it is."""
    import cv2

    if picture.ndim == 2:
        return picture
    height, width = picture.shape[:2]
    planes = cv2.cvtColor(picture, cv2.COLOR_RGB2YUV_I420)
    half = cv2.resize(picture, (width // 2, height // 2), interpolation=cv2.INTER_AREA)
    coloured = cv2.convertScaleAbs(cv2.cvtColor(half, cv2.COLOR_RGB2YCrCb), alpha=224 / 255, beta=128 * 31 / 255)
    blue, red = planes[height:].reshape(2, height // 2, width // 2)
    blue[:], red[:] = coloured[..., 2], coloured[..., 1]
    return planes


class _SoundTrack:
    """The sound of one file carried into another: packets as they are where MP4 takes the codec, else as AAC."""

    def __init__(self, source: Path, out: Any) -> None:
        self.source, self.out = source, out
        with open_container(source) as container:
            stream = container.streams.audio[0]
            self.as_it_is = stream.codec_context.name in ("aac", "mp3")
            if self.as_it_is:
                self.stream = out.add_stream_from_template(stream)
            else:
                self.stream = out.add_stream("aac", rate=stream.rate, options={"aac_coder": "fast"})
                self.stream.codec_context.layout = "stereo" if stream.codec_context.channels > 1 else "mono"

    def copy(self) -> None:
        with open_container(self.source) as container:
            stream = container.streams.audio[0]
            if self.as_it_is:
                for packet in container.demux(stream):
                    if packet.dts is not None:
                        packet.stream = self.stream
                        self.out.mux(packet)
                return
            for frame in container.decode(stream):
                frame.pts = None
                self.out.mux(self.stream.encode(frame))
            self.out.mux(self.stream.encode())
