"""The part of the intake's child that decodes videos and sounds.

FFmpeg gets the opened file, the demuxer that the first bytes ask for, and short lists of decoders; so a playlist or a list of
files in disguise is only a damaged video, and nothing named inside a file is ever looked up.
"""

from __future__ import annotations

import itertools
from array import array
from collections.abc import Callable
from types import SimpleNamespace
from typing import IO, TYPE_CHECKING, Any

from studio.intake.pictures import Unfit, as_webp, made_small

if TYPE_CHECKING:
    from av.container import InputContainer
    from av.stream import Stream
    from av.video.frame import VideoFrame
    from PIL.Image import Image

DEMUXERS = {
    "mp4": "mov",
    "mov": "mov",
    "webm": "matroska",
    "mkv": "matroska",
    "avi": "avi",
    "wav": "wav",
    "mp3": "mp3",
    "flac": "flac",
    "ogg": "ogg",
}
VIDEO_DECODERS = "h264,hevc,libdav1d,vp8,vp9,mpeg4,mjpeg,prores,theora,mpeg2video,png,qtrle,h263,ffv1"
SOUND_DECODERS = (
    "aac,mp3,mp3float,opus,libopus,vorbis,flac,alac,ac3,eac3,amrnb,adpcm_ms,adpcm_ima_wav,pcm_alaw,pcm_mulaw"
    ",pcm_u8,pcm_s8,pcm_s16le,pcm_s16be,pcm_s24le,pcm_s24be,pcm_s32le,pcm_s32be,pcm_f32le,pcm_f32be,pcm_f64le"
    ",pcm_f64be"
)
POSTER_WITHIN = 90  # frames among which a poster that is not black is looked for
WAVEFORM_SIZE_PX = (512, 128)
WAVEFORM_RATE_HZ = 8000
WAVEFORM_COLOUR = (108, 122, 153, 255)
DECODED_PIXELS_PER_SECOND = 60e6  # of a video, on one busy core


def open_container(file: IO[bytes], name: str, limits: SimpleNamespace) -> InputContainer:
    """FFmpeg on the opened file, with one demuxer, few decoders and no way to open anything else."""
    import av

    def refuse(*_: object) -> None:
        raise PermissionError("a file may not name another")

    options = {
        "protocol_whitelist": "none",
        "format_whitelist": "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,avi,wav,mp3,flac,ogg",
        "codec_whitelist": f"{VIDEO_DECODERS},{SOUND_DECODERS}",
        "max_pixels": str(limits.video_frame_pixels),
    }
    av.logging.set_level(
        None
    )  # any other level takes the interpreter lock in decoder threads, for which a freed decoder waits
    return av.open(file, mode="r", format=DEMUXERS[name], options=options, io_open=refuse, metadata_errors="replace")


def _streams(container: InputContainer, kind: str) -> list[Stream]:
    """The streams of one kind, without covers."""
    import av

    cover = av.stream.Disposition.attached_pic
    return [stream for stream in container.streams if stream.type == kind and not stream.disposition & cover]


def _check_codec(stream: Stream, allowed: str, instead: str) -> None:
    context = stream.codec_context
    if context is None or context.codec.name not in allowed.split(","):
        raise Unfit("codec", codec=context.codec.name if context else "an unknown codec", instead=instead)


def _check_sound(stream: Any, limits: SimpleNamespace, instead: str) -> None:
    _check_codec(stream, SOUND_DECODERS, instead)
    if stream.rate > limits.sound_rate_hz:
        raise Unfit("rate", rate=stream.rate, most=limits.sound_rate_hz)
    if stream.channels > limits.sound_channels:
        raise Unfit("channels", channels=stream.channels, most=limits.sound_channels)


def read_video(container: InputContainer, limits: SimpleNamespace, allow: Callable[[float], None]) -> dict[str, Any]:
    """Caps from the header, then every frame and every sample."""
    stream: Any = next(iter(_streams(container, "video")), None)
    if stream is None:
        raise Unfit("no_video")
    _check_codec(stream, VIDEO_DECODERS, "MP4 (H.264)")
    sound: Any = next(iter(_streams(container, "audio")), None)
    if sound is not None:
        _check_sound(sound, limits, "MP4 (H.264 and AAC)")
    promised = _promised_seconds(container, stream)
    rate = min(float(stream.average_rate or stream.guessed_rate or 25), 1000.0)
    _check_frame(stream.width, stream.height, limits)
    if promised > limits.video_seconds + 0.5:
        raise Unfit("long", most=limits.video_seconds)
    if stream.frames > limits.video_frames:
        raise Unfit("frames", most=limits.video_frames)
    allow(limits.seconds + promised * rate * stream.width * stream.height / DECODED_PIXELS_PER_SECOND)
    reel = _Reel(limits, rate)
    stream.thread_type, stream.codec_context.thread_count = "AUTO", 2
    heard = 0.0
    for packet in container.demux([stream, sound] if sound is not None else [stream]):
        frame: Any
        for frame in packet.decode():
            if packet.stream is stream:
                reel.take(frame)
            else:
                heard += frame.samples / max(frame.sample_rate, 1)
        if heard > limits.video_seconds + 1.0:
            raise Unfit("long", most=limits.video_seconds)
    if reel.poster is None or (stream.duration and reel.seconds() < 0.75 * promised - 0.5):
        raise ValueError(f"{reel.frames} frames, {reel.seconds():.1f} of {promised:.1f} seconds")
    alpha = (
        any(part.is_alpha for part in stream.codec_context.format.components)
        or stream.metadata.get("alpha_mode") == "1"
    )
    return {
        "width": reel.poster.width,
        "height": reel.poster.height,
        "frames": reel.frames,
        "seconds": round(reel.seconds(), 3),
        "rate_hz": round(rate, 3),
        "has_sound": heard > 0,
        "has_alpha": alpha,
        "thumbnail": as_webp(made_small(reel.poster, limits.thumbnail_px)),
    }


def _promised_seconds(container: InputContainer, stream: Any) -> float:
    """What the header says; 0 where it says nothing."""
    if stream.duration and stream.time_base:
        return max(0.0, float(stream.duration * stream.time_base))
    return max(0.0, (container.duration or 0) / 1e6)


def _check_frame(width: int, height: int, limits: SimpleNamespace) -> None:
    if width * height > limits.video_frame_pixels:
        raise Unfit("pixels", width=width, height=height, most=limits.video_frame_pixels / 1e6)


class _Reel:
    """Counts frames as they come and keeps a poster: the first frame that is not black, else the first."""

    def __init__(self, limits: SimpleNamespace, rate_hz: float) -> None:
        self.limits, self.rate_hz = limits, rate_hz
        self.frames = 0
        self.poster: Image | None = None
        self.bright = False
        self.first = self.last = 0.0

    def take(self, frame: VideoFrame) -> None:
        _check_frame(frame.width, frame.height, self.limits)
        at = frame.time if frame.time is not None else self.frames / self.rate_hz
        self.first, self.last = (at, at) if self.frames == 0 else (min(self.first, at), max(self.last, at))
        if not self.bright and self.frames < POSTER_WITHIN and self.frames % 10 == 0:
            picture = frame.to_image()
            self.bright = max(high for _, high in picture.reduce(8).getextrema()) > 48
            if self.bright or self.poster is None:
                self.poster = picture.rotate(frame.rotation, expand=True) if frame.rotation else picture
        self.frames += 1
        if self.frames > self.limits.video_frames:
            raise Unfit("frames", most=self.limits.video_frames)
        if self.seconds() > self.limits.video_seconds + 0.5:
            raise Unfit("long", most=self.limits.video_seconds)

    def seconds(self) -> float:
        return self.last - self.first + 1 / self.rate_hz if self.frames else 0.0


def read_sound(container: InputContainer, limits: SimpleNamespace) -> dict[str, Any]:
    """Caps from the header, then every sample; the picture is of a coarse mono copy."""
    import av

    stream: Any = next(iter(_streams(container, "audio")), None)
    if stream is None:
        raise Unfit("no_sound")
    _check_sound(stream, limits, "WAV or MP3")
    if _promised_seconds(container, stream) > limits.sound_seconds + 0.5:
        raise Unfit("long", most=limits.sound_seconds)
    coarse = av.AudioResampler(format="s16", layout="mono", rate=WAVEFORM_RATE_HZ)
    samples, seconds = array("h"), 0.0
    for frame in itertools.chain.from_iterable(packet.decode() for packet in container.demux(stream)):
        seconds += frame.samples / max(frame.sample_rate, 1)
        if seconds > limits.sound_seconds + 0.5:
            raise Unfit("long", most=limits.sound_seconds)
        frame.pts = None
        for piece in coarse.resample(frame):
            samples.frombytes(bytes(piece.planes[0])[: piece.samples * 2])
    if not seconds:
        raise ValueError("no sample could be decoded")
    return {
        "width": 0,
        "height": 0,
        "frames": 0,
        "seconds": round(seconds, 3),
        "rate_hz": stream.rate,
        "has_sound": True,
        "has_alpha": False,
        "thumbnail": as_webp(_waveform(samples)),
    }


def _waveform(samples: array[int]) -> Image:
    """Upright bars around the middle on a transparent ground, so that it suits a light and a dark page."""
    from PIL import Image, ImageDraw

    width, height = WAVEFORM_SIZE_PX
    picture = Image.new("RGBA", WAVEFORM_SIZE_PX, (*WAVEFORM_COLOUR[:3], 0))
    draw = ImageDraw.Draw(picture)
    for x in range(0, width, 4):
        piece = samples[x * len(samples) // width : (x + 4) * len(samples) // width] or [0]
        reach = max(max(piece), -min(piece)) / 32768 * (height / 2 - 2)
        draw.rounded_rectangle((x, height / 2 - 1 - reach, x + 2, height / 2 + reach), radius=1, fill=WAVEFORM_COLOUR)
    return picture
