"""What pipelines take and give: pictures (PIL, RGB), Layers, Video, Sound, Score, Words, Network, Media, Verdict; how each is read and written.

Every reader applies what a viewer would apply (EXIF orientation, colour profile, transparency), so a pipeline sees what the
visitor saw. Files are checked by the studio's intake before they get here; these readers still raise Refusal, not garbage.
"""

from __future__ import annotations

import io
import os
import struct
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any, Generic, Protocol, TypeVar

from PIL import Image as PillowImage
from PIL import ImageOps
from PIL.Image import Image

from pipelines.core.facts import uses
from pipelines.core.kinds import KINDS
from pipelines.core.progress import Progress, Report, silent
from pipelines.core.settings import Refusal
from pipelines.media.containers import opened

if TYPE_CHECKING:
    import numpy as np

MAX_PIXELS = 24_500_000
CHARACTER_FILE = "character.json"  # beside the picture of a character
MOST_CHARACTER_BYTES = 100_000
PICTURE_FORMATS = ("PNG", "JPEG", "WEBP", "GIF", "TIFF", "AVIF", "BMP", "MPO")
MEDIA_TYPES = {
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".webp": "image/webp",
    ".gif": "image/gif",
    ".tif": "image/tiff",
    ".tiff": "image/tiff",
    ".avif": "image/avif",
    ".bmp": "image/bmp",
    ".mp4": "video/mp4",
    ".mov": "video/quicktime",
    ".webm": "video/webm",
    ".mkv": "video/x-matroska",
    ".avi": "video/x-msvideo",
    ".wav": "audio/wav",
    ".mp3": "audio/mpeg",
    ".flac": "audio/flac",
    ".ogg": "audio/ogg",
    ".mid": "audio/midi",
    ".musicxml": "application/vnd.recordare.musicxml+xml",
    ".ora": "image/openraster",
    ".srt": "application/x-subrip",
    ".vtt": "text/vtt",
    ".txt": "text/plain",
    ".html": "text/html",
    ".zip": "application/zip",
    ".pdf": "application/pdf",
    ".safetensors": "application/octet-stream",
    ".json": "application/json",
}


@dataclass(frozen=True)
class Video:
    """Moving pictures: `frames()` starts over at each call and yields uint8 arrays [height, width, 3] in RGB.

    Frames are made while they are written, so memory does not grow with length. `sound` is a file whose sound track is kept.
    `closed`: frames at which a closed group of pictures begins, so that the file can be cut there without encoding it again.
    `same_pictures`: its pictures are those of the videos it was made from, with the invisible marks that they carry.
    `write`: puts it into a file by itself (a film whose scenes are encoded already) and gives back its poster. `file`: where it was read from.
    """

    width: int
    height: int
    rate_hz: Fraction
    frame_count: int
    frames: Callable[[], Iterator[np.ndarray]]
    sound: Path | None = None
    closed: tuple[int, ...] = ()
    same_pictures: bool = False
    write: Callable[[Path, Report], Image] | None = None
    file: Path | None = None

    @property
    def seconds(self) -> float:
        return self.frame_count / float(self.rate_hz)


@dataclass(frozen=True)
class Sound:
    """Sound: float32 samples [n, channels] in -1..1 at `rate_hz`, one or two channels; a long one's lie on disk (`pipelines.media.disk_samples`).

    `same_sounds`: put together from sounds of the studio, with the invisible marks that they carry. `words`: what the words.json beside it
    says, where speech brought its timings.
    """

    samples: np.ndarray
    rate_hz: int
    same_sounds: bool = False
    words: Mapping[str, Any] | None = None

    @property
    def seconds(self) -> float:
        return len(self.samples) / self.rate_hz


@dataclass(frozen=True)
class Score:
    """Written music: a standard MIDI file of type 0 or 1."""

    midi: bytes


@dataclass(frozen=True)
class Words:
    """A text and what is known of it (plain JSON values): how it was made, alternatives, scores."""

    text: str
    detail: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Layers:
    """A flattened picture and what it was put together from: an OpenRaster archive (.ora), its layers with names and places."""

    picture: Image
    archive: bytes


@dataclass(frozen=True)
class Character:
    """Somebody who is used again: a picture of them, and who they are as JSON (`pipelines.figures.Character.from_json` reads it)."""

    picture: Image
    text: str


@dataclass(frozen=True)
class Network:
    """Weights that a visitor trained or brought: tensors by name, and what the file says about itself (strings)."""

    tensors: dict[str, Any]
    about: dict[str, str]


class Witness(Protocol):
    """Who can vouch for a file beyond what stands in it: the studio with its keys and its registry. Gives plain JSON values."""

    def credential(self, path: Path) -> dict[str, Any]:
        """What the file's signed credential says, and its ingredients with what this studio knows of them."""

    def marked(self, payload: int) -> dict[str, Any] | None:
        """What the registry knows of an invisible mark; None for a mark that this studio never wrote."""

    def written(self, sha256: str) -> dict[str, Any] | None:
        """What the registry knows of a file with these very bytes."""

    def forged(self, source: Path, target: Path, keeps_parent: bool) -> None:
        """Writes a PNG signed by an identity that nobody knows, as a device's photograph: for attacks on credentials only."""


@dataclass(frozen=True)
class Media:
    """Any file, unopened: a slot for it takes a picture, a video or a sound. `kind` is image, video or sound."""

    path: Path
    kind: str
    name: str = ""
    witness: Witness | None = None  # None: nobody to ask, so nothing that is signed can be judged


@dataclass(frozen=True)
class Verdict:
    """What was found about a file: plain JSON values. Evidence pictures lie beside it."""

    detail: dict[str, Any]


Main = TypeVar("Main")


@dataclass(frozen=True)
class Accompanied(Generic[Main]):
    """A result with files beside it, by name: timings, subtitles, stems, MIDI. A pipeline that gives them returns `Accompanied[Sound]`.

    `poster` is the picture of it on the shelf where it has none of its own: a waveform, a piano roll.
    """

    main: Main
    files: Mapping[str, bytes] = field(default_factory=dict)
    poster: Image | None = None


def beside(path: Path) -> Path:
    """The folder of the files that came with the result kept at `path`."""
    return path.with_name(path.stem + ".beside")


# pictures


def load_image(path: Path, *, alpha: bool = False) -> Image:
    """A picture as it looks: oriented, in sRGB, over white unless `alpha`. Raises Refusal when it cannot be read."""
    try:
        PillowImage.init()  # a format that was never met is not known by its name
        with PillowImage.open(path, formats=PICTURE_FORMATS) as opened:
            if opened.width * opened.height > MAX_PIXELS:
                raise Refusal(f"This picture has {opened.width * opened.height / 1e6:.0f} megapixels; the most is 24.")
            opened.load()
            return as_seen(opened, alpha=alpha)
    except (OSError, SyntaxError, ValueError, KeyError, PillowImage.DecompressionBombError) as problem:
        if isinstance(problem, Refusal):
            raise
        raise Refusal("This picture cannot be read; please save it again as PNG or JPEG.") from problem


def as_seen(picture: Image, *, alpha: bool = False) -> Image:
    """Orientation and colour profile applied; RGB over white, or RGBA."""
    try:
        oriented = ImageOps.exif_transpose(picture)
    except (struct.error, KeyError, ValueError, TypeError, SyntaxError):
        oriented = picture  # a broken EXIF block is ignored, as every viewer does
    if oriented.mode in ("I;16", "I;16B", "I;16L", "I", "F"):
        oriented = _eight_bits(oriented)
    transparent = oriented.mode in ("RGBA", "LA", "PA", "La", "RGBa") or "transparency" in oriented.info
    coloured = _to_srgb(oriented, "RGBA" if transparent else "RGB")
    if alpha:
        return coloured.convert("RGBA")
    if coloured.mode == "RGBA":
        return PillowImage.alpha_composite(PillowImage.new("RGBA", coloured.size, "white"), coloured).convert("RGB")
    return coloured.convert("RGB")


def _eight_bits(picture: Image) -> Image:
    import numpy as np

    values = np.asarray(picture).astype(np.float32)
    top = 65535.0 if values.max(initial=0) > 255 else 255.0
    return PillowImage.fromarray((values.clip(0, top) * (255.0 / top)).round().astype(np.uint8))


def _to_srgb(picture: Image, mode: str) -> Image:
    profile = picture.info.get("icc_profile")
    if profile and picture.mode in ("RGB", "RGBA", "L", "CMYK", "LAB"):
        from PIL import ImageCms

        try:
            source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            description = ImageCms.getProfileDescription(source).lower()
            if "srgb" not in description:
                channels = picture.convert("RGB") if picture.mode == "RGBA" else picture
                turned = ImageCms.profileToProfile(channels, source, ImageCms.createProfile("sRGB"), outputMode="RGB")
                if turned is not None:
                    if picture.mode == "RGBA":
                        turned.putalpha(picture.getchannel("A"))
                    return turned
        except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
            pass  # a broken profile is ignored, as every viewer does
    return picture.convert(mode)


def save_image(picture: Image, path: Path) -> None:
    """Write PNG, JPEG (quality 95) or WebP (quality 92) by the ending of `path`; no metadata, so equal pixels give equal bytes."""
    extension = path.suffix.lower()
    if extension == ".png":
        _save_png(picture, path)
    elif extension in (".jpg", ".jpeg"):
        picture.convert("RGB").save(path, "JPEG", quality=95, subsampling=0)
    elif extension == ".webp":
        picture.save(path, "WEBP", quality=92, method=3)
    else:
        raise Refusal(f"Pictures are written as .png, .jpg or .webp, not {extension or 'without an ending'}.")


def _save_png(picture: Image, path: Path) -> None:
    """Average filter and run-length strategy: on photographs and paintings a third of the time of zlib's own, at equal size."""
    import cv2
    import numpy as np

    if picture.mode not in ("RGB", "RGBA"):
        picture = picture.convert("RGB")
    turn = cv2.COLOR_RGBA2BGRA if picture.mode == "RGBA" else cv2.COLOR_RGB2BGR
    choices = [cv2.IMWRITE_PNG_COMPRESSION, 1, cv2.IMWRITE_PNG_STRATEGY, cv2.IMWRITE_PNG_STRATEGY_RLE]
    choices += [cv2.IMWRITE_PNG_FILTER, cv2.IMWRITE_PNG_FILTER_AVG]
    done, encoded = cv2.imencode(".png", cv2.cvtColor(np.asarray(picture), turn), choices)
    if not done:
        raise Refusal("This picture could not be written as PNG.")
    path.write_bytes(encoded.data)


def thumbnail(picture: Image, longest_px: int = 512) -> bytes:
    """A small WebP of a picture."""
    import cv2
    import numpy as np

    scale = min(1.0, longest_px / max(picture.size))
    size = max(1, round(picture.width * scale)), max(1, round(picture.height * scale))
    pixels = np.asarray(picture if picture.mode in ("RGB", "RGBA") else picture.convert("RGB"))
    small = PillowImage.fromarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA))
    buffer = io.BytesIO()
    small.save(buffer, "WEBP", quality=80, method=1)
    return buffer.getvalue()


# video


def load_video(path: Path) -> Video:
    """Read the facts of a video; frames are decoded on demand. Raises Refusal when there is no readable picture track."""
    import av

    try:
        with opened(path) as container:
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
        raise Refusal("This video cannot be read; please save it again as MP4.") from problem
    return Video(width, height, Fraction(rate), count, lambda: _frames(path, (width, height)), sound, file=path)


def _count_frames(path: Path) -> int:
    with opened(path) as container:
        return sum(bool(packet.size) for packet in container.demux(video=0))


def _upright(frame: Any) -> np.ndarray:
    """The picture of a frame as RGB, turned as its display matrix asks (phones store portrait video sideways)."""
    import numpy as np

    turns = round(getattr(frame, "rotation", 0) / 90) % 4
    return np.ascontiguousarray(np.rot90(frame.to_ndarray(format="rgb24"), turns))


def _frames(path: Path, size: tuple[int, int]) -> Iterator[np.ndarray]:
    """Frames at one size (width, height), that of the first: in WebM it may change on the way. Raises Refusal where the file is damaged."""
    import av

    read = 0
    try:
        with opened(path) as container:
            container.streams.video[0].thread_type = "AUTO"
            for frame in container.decode(video=0):
                picture = _upright(frame)
                if picture.shape[1::-1] != size:
                    import cv2

                    picture = cv2.resize(picture, size, interpolation=cv2.INTER_AREA)
                read += 1
                yield picture
    except av.error.FFmpegError as problem:
        raise Refusal(f"This video is damaged after {read} pictures; please save it again as MP4.") from problem


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
    options = {"crf": str(crf), "preset": "veryfast", "x264-params": "cpu-independent=1"}
    if video.closed:
        options["forced-idr"] = "1"
    with av.open(str(path), "w", format="mp4", options={"movflags": "+faststart", "fflags": "+bitexact"}) as out:
        stream = out.add_stream("libx264", rate=video.rate_hz, options=options)
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        stream.codec_context.thread_count = 2
        sound = _SoundTrack(video.sound, out) if video.sound else None
        for index, picture in enumerate(video.frames()):
            cropped = picture[:height, :width]
            if each is not None:
                cropped = each(cropped)
            if poster is None:
                poster = PillowImage.fromarray(cropped)
            frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(cropped), format="rgb24")
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


class _SoundTrack:
    """The sound of one file carried into another: packets as they are where MP4 takes the codec, else as AAC."""

    def __init__(self, source: Path, out: Any) -> None:
        self.source, self.out = source, out
        with opened(source) as container:
            stream = container.streams.audio[0]
            self.as_it_is = stream.codec_context.name in ("aac", "mp3")
            if self.as_it_is:
                self.stream = out.add_stream_from_template(stream)
            else:
                self.stream = out.add_stream("aac", rate=stream.codec_context.sample_rate)
                self.stream.codec_context.layout = "stereo" if stream.codec_context.channels > 1 else "mono"

    def copy(self) -> None:
        with opened(self.source) as container:
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


# sound


def load_sound(path: Path) -> Sound:
    """A sound, or the sound track of a video, at its own rate, with one or two channels. Raises Refusal."""
    import av

    from pipelines.media import disk_samples as tape

    try:
        with opened(path) as container:
            if not container.streams.audio:
                raise Refusal("There is no sound in this file.")
            rate = int(container.streams.audio[0].codec_context.sample_rate)
            samples = tape.recorded(_blocks(container), rate)
    except (av.error.FFmpegError, PermissionError) as problem:
        raise Refusal("This sound cannot be read; please save it again as WAV or MP3.") from problem
    if not len(samples):
        raise Refusal("There is no sound in this file.")
    return Sound(samples, rate, words=_timings(path))


def _blocks(container: Any) -> Iterator[np.ndarray]:
    """What is decoded of the first sound track, piece by piece [n,channels]."""
    import av

    stream = container.streams.audio[0]
    layout = "stereo" if stream.codec_context.channels > 1 else "mono"
    resampler = av.AudioResampler(format="fltp", layout=layout, rate=int(stream.codec_context.sample_rate))
    for frame in container.decode(stream):
        for block in resampler.resample(_untimed(frame)):
            yield block.to_ndarray().T
    for block in resampler.resample(None):
        yield block.to_ndarray().T


def _timings(path: Path) -> dict[str, Any] | None:
    """The words.json that the studio keeps beside speech, or that the command line wrote as NAME.words.json; None without one."""
    import json

    for place in (beside(path) / "words.json", path.with_name(path.stem + ".words.json")):
        try:
            found = json.loads(place.read_text("utf-8"))
        except (OSError, ValueError, RecursionError):
            continue
        if isinstance(found, dict):
            return found
    return None


def _untimed(frame: Any) -> Any:
    frame.pts = None
    return frame


def save_sound(sound: Sound, path: Path) -> None:
    """Write WAV (16 bits, triangular dither from a fixed seed), FLAC or MP3 (192 kbit/s) by the ending of `path`."""
    extension = path.suffix.lower()
    if extension == ".wav":
        _save_wav(sound, path)
    elif extension in (".flac", ".mp3"):
        _encode_sound(sound, path, extension[1:])
    else:
        raise Refusal(f"Sound is written as .wav, .flac or .mp3, not {extension or 'without an ending'}.")


def _sixteen_bits(sound: Sound) -> Iterator[np.ndarray]:
    """int16 [n, channels], a second at a time; the dither hides the steps and is the same for the same sound. Digital silence stays silent."""
    import numpy as np

    rng = np.random.default_rng(0)
    for start in range(0, len(sound.samples), sound.rate_hz):
        block = np.asarray(sound.samples[start : start + sound.rate_hz])
        dither = rng.random(block.shape, np.float32) - rng.random(block.shape, np.float32)
        scaled = block * 32767.0 + np.where(block == 0, 0, dither)
        yield np.clip(np.round(scaled), -32768, 32767).astype("<i2")


def _save_wav(sound: Sound, path: Path) -> None:
    import wave

    with wave.open(str(path), "wb") as out:
        out.setnchannels(sound.samples.shape[1])
        out.setsampwidth(2)
        out.setframerate(sound.rate_hz)
        out.setnframes(len(sound.samples))
        for block in _sixteen_bits(sound):
            out.writeframesraw(block.tobytes())


def _encode_sound(sound: Sound, path: Path, codec: str) -> None:
    import av
    import numpy as np

    uses("av")
    layout = "stereo" if sound.samples.shape[1] == 2 else "mono"
    name, options = ("flac", {}) if codec == "flac" else ("libmp3lame", {"b": "192k"})
    with av.open(str(path), "w", format=codec, options={"fflags": "+bitexact"}) as out:
        stream: Any = out.add_stream(name, rate=sound.rate_hz, options=options)
        stream.codec_context.layout = layout
        for number, block in enumerate(_sixteen_bits(sound)):
            frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(block).reshape(1, -1), format="s16", layout=layout)
            frame.rate = sound.rate_hz
            frame.pts = number * sound.rate_hz
            out.mux(stream.encode(frame))
        out.mux(stream.encode(None))


# scores and words


def load_score(path: Path) -> Score:
    """A MIDI file as it is; what is in it is judged by who reads it. Raises Refusal when it is none."""
    data = path.read_bytes()
    if data[:4] != b"MThd":
        raise Refusal("This is not a MIDI file.")
    return Score(data)


def save_score(score: Score, path: Path) -> None:
    """Write the MIDI file as it is."""
    path.write_bytes(score.midi)


def load_words(path: Path) -> Words:
    """A text file, or the JSON that the studio writes for a text. Raises Refusal."""
    import json

    try:
        said = path.read_text("utf-8-sig")
    except (UnicodeDecodeError, OSError) as problem:
        raise Refusal("This text cannot be read; please save it as UTF-8.") from problem
    if path.suffix.lower() == ".json":
        try:
            found = json.loads(said)
        except (ValueError, RecursionError):
            found = None
        if isinstance(found, dict) and isinstance(found.get("text"), str):
            return Words(found.pop("text"), found)
        raise Refusal("This JSON file is not a text of the studio.")
    return Words(said)


def save_words(words: Words, path: Path) -> None:
    """Write the text and what is known of it as JSON."""
    import json

    path.write_text(json.dumps({"text": words.text, **words.detail}, ensure_ascii=False, indent=1) + "\n", "utf-8")


# layers


def load_layers(path: Path) -> Layers:
    """A picture of the studio with its layers, or an OpenRaster file as other programs write it. Raises Refusal."""
    import zipfile

    if path.suffix.lower() == ".ora":
        try:
            with zipfile.ZipFile(path) as archive, archive.open("mergedimage.png") as merged:
                picture = PillowImage.open(io.BytesIO(merged.read(200_000_000)), formats=("PNG",))
                picture.load()
                return Layers(as_seen(picture), path.read_bytes())
        except (zipfile.BadZipFile, KeyError, OSError, ValueError) as problem:
            raise Refusal("This OpenRaster file cannot be read; please save it again.") from problem
    archive_path = beside(path) / "layers.ora"
    if not archive_path.is_file():
        raise Refusal("This picture has no layers.")
    return Layers(load_image(path), archive_path.read_bytes())


def load_character(path: Path) -> Character:
    """A character of the studio: its picture, and who it is. Raises Refusal."""
    return Character(load_image(path, alpha=True), _character_text(beside(path) / CHARACTER_FILE))


def save_picture_of(result: Layers | Character, path: Path) -> None:
    """Write the picture; what belongs to it lies beside it."""
    save_image(result.picture, path)


def _character_text(path: Path) -> str:
    try:
        if path.stat().st_size > MOST_CHARACTER_BYTES:
            raise Refusal("This file is too long to be a character.")
        return path.read_text("utf-8")
    except (OSError, ValueError) as problem:
        raise Refusal("This picture has no character with it; please choose one made with Characters.") from problem


# networks


def load_network(path: Path) -> Network:
    """Tensors and their description from a safetensors file. Raises Refusal when it is not one."""
    from safetensors import SafetensorError, safe_open

    try:
        with safe_open(path, "numpy") as file:
            about = dict(file.metadata() or {})
            names = list(file.keys())
            if all(file.get_slice(name).get_dtype() in NUMPY_TYPES for name in names):
                return Network({name: file.get_tensor(name) for name in names}, about)
        return Network(_widened(path), about)
    except (SafetensorError, OSError) as problem:
        raise Refusal("This is not a network file that the studio can read (safetensors).") from problem


NUMPY_TYPES = ("F64", "F32", "F16", "I64", "I32", "I16", "I8", "U64", "U32", "U16", "U8", "BOOL")


def _widened(path: Path) -> dict[str, Any]:
    """Tensors of types that NumPy lacks (bfloat16 and narrower) as float32."""
    import torch
    from safetensors import safe_open

    with safe_open(path, "pt") as file:
        tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
    narrow = (torch.float16, torch.float32, torch.float64)
    return {
        n: (t.float() if t.is_floating_point() and t.dtype not in narrow else t).numpy() for n, t in tensors.items()
    }


def save_network(network: Network, path: Path) -> None:
    """Write safetensors with the description in its header."""
    from safetensors.numpy import save_file

    save_file(network.tensors, path, metadata=network.about)


# any file, and what was found about one


def load_media(path: Path) -> Media:
    """The file itself, its kind by its ending (the studio gives every file that of its first bytes). Raises Refusal."""
    kinds = {"image": "image", "video": "video", "audio": "sound"}
    kind = kinds.get(MEDIA_TYPES.get(path.suffix.lower(), "").split("/")[0])
    if kind is None or path.suffix.lower() in (".mid", ".ora"):
        raise Refusal("Only a picture, a video or a sound can be examined.")
    return Media(path, kind, path.stem)


def load_verdict(path: Path) -> Verdict:
    """A verdict as the studio writes it. Raises Refusal."""
    import json

    try:
        found = json.loads(path.read_text("utf-8"))
    except (ValueError, RecursionError, OSError):
        found = None
    if not isinstance(found, dict) or not str(found.get("format", "")).startswith("afternoon-studio/verdict"):
        raise Refusal("This JSON file is not a verdict of the studio.")
    return Verdict(found)


def save_verdict(verdict: Verdict, path: Path) -> None:
    """Write it as JSON."""
    import json

    path.write_text(json.dumps(verdict.detail, ensure_ascii=False, indent=1) + "\n", "utf-8")


def load(kind: str, path: Path, *, alpha: bool = False) -> Any:
    """Read a file as one of the media kinds; a picture with its transparency (RGBA) where `alpha` asks for it."""
    if kind == "image":
        return load_image(Path(os.fspath(path)), alpha=alpha)
    return KINDS[kind].read()(Path(os.fspath(path)))
