"""The film's file: pictures that are encoded already, sound as AAC, subtitles as a track of timed text (3GPP TS 26.245, ISO/IEC 14496-17)."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np

from pipelines.core.progress import Report
from pipelines.film.parts import reel
from pipelines.film.parts.reel import Piece
from pipelines.film.parts.shapes import SOUND_HZ
from pipelines.film.parts.subtitles import LANGUAGES, Cue
from pipelines.media import open_container

SOUND_BITS = 192_000


def write(
    path: Path,
    film: Sequence[Piece],
    sound: np.ndarray | None,
    subtitles: Sequence[tuple[str, Sequence[Cue]]],
    report: Report,
    described: np.ndarray | None = None,
) -> None:
    """MP4 with H.264, AAC at 192 kbit/s and a track of timed text for each language of `subtitles` (a code or ""); `described` is a second sound track. Equal input gives equal bytes."""
    import av

    first, seconds = film[0].strip, float(sum(piece.frames for piece in film) / film[0].strip.rate_hz)
    with (
        open_container(first.path) as source,
        av.open(str(path), "w", format="mp4", options={"movflags": "+faststart", "fflags": "+bitexact"}) as out,
    ):
        pictures = out.add_stream_from_template(source.streams.video[0])
        pictures.time_base = 1 / first.rate_hz
        heard = [_Heard(track, out, second=n > 0) for n, track in enumerate((sound, described)) if track is not None]
        words = [(_text_stream(out, language), cues) for language, cues in subtitles]
        for now in reel.lay(film, out, pictures, report):
            for track in heard:
                track.write(until=now)
        for track in heard:
            track.close(until=seconds + 1)
        for stream, cues in words:
            _lay_text(cues, seconds, out, stream)


class _Heard:
    """The sound, encoded as far as the pictures are; at its rate the fast coder without tricks for low rates is nearest to it."""

    def __init__(self, sound: np.ndarray, out: Any, *, second: bool = False) -> None:
        from av.stream import Disposition

        self.sound, self.out, self.at = sound, out, 0
        self.stream = out.add_stream("aac", rate=SOUND_HZ, options={"aac_coder": "fast", "aac_pns": "0", "aac_is": "0"})
        self.stream.codec_context.layout, self.stream.codec_context.bit_rate = "stereo", SOUND_BITS
        if second:
            self.stream.metadata["title"] = self.stream.metadata["handler_name"] = "Audio description"
            self.stream.disposition = Disposition.visual_impaired

    def write(self, until: float) -> None:
        import av

        end = min(len(self.sound), round(until * SOUND_HZ))
        if end <= self.at:
            return
        frame = av.AudioFrame.from_ndarray(
            np.ascontiguousarray(self.sound[self.at : end].T), format="fltp", layout="stereo"
        )
        frame.rate, frame.pts, frame.time_base = SOUND_HZ, self.at, Fraction(1, SOUND_HZ)
        self.out.mux(self.stream.encode(frame))
        self.at = end

    def close(self, until: float) -> None:
        self.write(until)
        self.out.mux(self.stream.encode(None))


def _text_stream(out: Any, language: str) -> Any:
    """A stream of timed text; the encoder behind it wants to know, in the words of another format, how text looks by default."""
    stream = out.add_stream("mov_text")
    stream.time_base = Fraction(1, 1000)
    if language:
        stream.metadata["language"] = LANGUAGES[language][1]
    stream.codec_context.subtitle_header = _LOOK.encode()
    return stream


_LOOK = """[Script Info]
ScriptType: v4.00+
[V4+ Styles]
Format: Name, Fontname, Fontsize, PrimaryColour, SecondaryColour, OutlineColour, BackColour, Bold, Italic, Underline, StrikeOut, ScaleX, ScaleY, Spacing, Angle, BorderStyle, Outline, Shadow, Alignment, MarginL, MarginR, MarginV, Encoding
Style: Default,Arial,16,&Hffffff,&Hffffff,&H0,&H0,0,0,0,0,100,100,0,0,1,1,0,2,10,10,10,1
[Events]
Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text
"""


def _lay_text(cues: Sequence[Cue], seconds: float, out: Any, stream: Any) -> None:
    """A sample for each cue and an empty one for each gap, as the format wants it."""
    import av

    def add(start_ms: int, end_ms: int, text: str) -> None:
        if end_ms <= start_ms:
            return
        said = text.encode()[:60_000]
        packet = av.Packet(struct.pack(">H", len(said)) + said)
        packet.stream, packet.time_base = stream, Fraction(1, 1000)
        packet.pts = packet.dts = start_ms
        packet.duration, packet.is_keyframe = end_ms - start_ms, True
        out.mux(packet)

    now = 0
    for cue in cues:
        start, end = max(now, round(cue.start * 1000)), round(cue.end * 1000)
        add(now, start, "")
        add(start, end, cue.text)
        now = max(now, end)
    add(now, round(seconds * 1000), "")
