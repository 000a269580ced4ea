"""The caps of the intake, and what it gives back."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Limits:
    """Every cap of the intake; sizes in bytes and pixels, times in seconds."""

    image_bytes: int = 120_000_000
    video_bytes: int = 500_000_000
    sound_bytes: int = 250_000_000
    image_pixels: int = 24_500_000  # what cameras sell as 24 megapixels
    image_side_px: int = 12_000
    video_seconds: float = 60.0
    video_frame_pixels: int = 4_000_000
    video_frames: int = 3_600
    sound_seconds: float = 600.0
    sound_rate_hz: int = 192_000
    sound_channels: int = 8
    thumbnail_px: int = 512
    seconds: float = 9.0  # for one file, once its child works on it
    longest_seconds: float = 60.0  # for a long video, however long it claims to be
    start_seconds: float = 30.0  # for a child to come up on a busy machine
    memory_bytes: int = 2 << 30  # address space of the child


@dataclass(frozen=True)
class Found:
    """What a file is. `rate_hz` counts frames of a video and samples of a sound; `frames` is 0 for a sound.

    Width and height are those seen (after EXIF orientation or a video's rotation). The thumbnail is WebP, without metadata.
    """

    kind: str  # image, video or sound
    media_type: str
    extension: str  # with its dot
    width: int
    height: int
    frames: int
    seconds: float
    rate_hz: float
    has_sound: bool
    has_alpha: bool
    thumbnail: bytes
    credential: dict[str, Any] | None = None  # a summary (`studio.provenance.summaries`), where a Trust was given
    traces: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Trust:
    """Whose signatures count, as PEM text: this studio's own certificate, and those of known signers."""

    anchor: str
    known: str = ""


DEFAULT_LIMITS = Limits()
MOST_BYTES = max(DEFAULT_LIMITS.image_bytes, DEFAULT_LIMITS.video_bytes, DEFAULT_LIMITS.sound_bytes)
