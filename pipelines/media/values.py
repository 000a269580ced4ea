"""The values that pipelines take and give, one class for each kind of media (pictures are PIL's own class)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any, Generic, Protocol, TypeVar

from PIL.Image import Image

from pipelines.core.progress import Report

if TYPE_CHECKING:
    import numpy as np


@dataclass(frozen=True)
class Video:
    """Moving pictures: `frames()` starts over at each call and yields uint8 arrays [height, width, 3] in RGB.

    Frames are made while they are written, so memory does not grow with length. `sound` is a file whose sound track is kept.
    `closed`: frames at which a closed group of pictures begins, so that the file can be cut there without encoding it again.
    `same_pictures`: its pictures are those of the videos it was made from, with the invisible marks that they carry.
    `planes`: the same frames as the encoder takes them, yuv420p [height * 3 / 2, width], where they are to be had without a detour.
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
    planes: Callable[[], Iterator[np.ndarray]] | None = None
    write: Callable[[Path, Report], Image] | None = None
    file: Path | None = None

    @property
    def seconds(self) -> float:
        """Length in seconds."""
        return self.frame_count / float(self.rate_hz)


@dataclass(frozen=True)
class Sound:
    """Sound: float32 samples [n, channels] in -1..1 at `rate_hz`, one or two channels; a long one's lie on disk (`pipelines.media.disk_samples`).

    `same_sounds`: put together from sounds of the studio, with the invisible marks that they carry. `words`: what the words.json beside it
    says, where speech brought its timings. `cover`: the picture of an audiobook (JPEG).
    """

    samples: np.ndarray
    rate_hz: int
    same_sounds: bool = False
    words: Mapping[str, Any] | None = None
    cover: bytes = b""

    @property
    def seconds(self) -> float:
        """Length in seconds."""
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
class Book:
    """A book to be read aloud: chapters as title and text, and a cover (JPEG, b"" for none)."""

    title: str
    author: str
    language: str
    chapters: tuple[tuple[str, str], ...]
    cover: bytes = b""


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
