"""The kinds of media: one record for each says how it is called, read, written, exported, accepted and shown."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Kind:
    """One kind. Readers and writers are given as `module:name` and imported when they are used, because some of them are heavy.

    `type` is the class of its values; `is_a` the kind as which it can stand in a slot too; `suffix` that of a result, "" for what no pipeline
    gives; `exports` the suffixes of its other formats; `accept` what a file chooser offers; `viewer` who shows it in the page
    (`static/panel.js`); `examined` whether a slot for any media takes it; `shared` whether a link can show it.
    """

    name: str
    called: str
    type: str
    reader: str
    writer: str = ""
    suffix: str = ""
    is_a: str = ""
    exports: tuple[str, ...] = ()
    accept: str = ""
    viewer: str = "picture"
    examined: bool = False
    shared: bool = False

    def read(self) -> Callable[..., Any]:
        """The function that reads a file of this kind."""
        return _imported(self.reader)

    def write(self) -> Callable[..., Any]:
        """The function that writes a value of this kind to a path, without an invisible mark. Raises LookupError where there is none."""
        if not self.writer:
            raise LookupError(f"nothing writes {self.called}")
        return _imported(self.writer)


def _imported(where: str) -> Callable[..., Any]:
    module, name = where.split(":")
    found = getattr(importlib.import_module(module), name)
    assert callable(found)
    return found


PICTURES = "image/png,image/jpeg,image/webp,image/gif,image/tiff,image/avif,image/bmp"
KINDS: dict[str, Kind] = {
    kind.name: kind
    for kind in (
        Kind(
            "image",
            "a picture",
            "PIL.Image:Image",
            "pipelines.media:load_image",
            "pipelines.media:save_image",
            ".png",
            exports=(".jpg", ".webp"),
            accept=f"{PICTURES},image/svg+xml",
            examined=True,
            shared=True,
        ),
        Kind(
            "layers",
            "a picture with layers",
            "pipelines.media.values:Layers",
            "pipelines.media:load_layers",
            "pipelines.media:save_picture_of",
            ".png",
            is_a="image",
            exports=(".jpg", ".webp", ".psd"),
            accept=".ora,image/png",
            viewer="layers",
            examined=True,
            shared=True,
        ),
        Kind(
            "character",
            "a character",
            "pipelines.media.values:Character",
            "pipelines.media:load_character",
            "pipelines.media:save_picture_of",
            ".png",
            is_a="image",
            exports=(".jpg", ".webp"),
            accept=".json",
        ),
        Kind(
            "video",
            "a video",
            "pipelines.media.values:Video",
            "pipelines.media:load_video",
            "pipelines.media:save_video",
            ".mp4",
            exports=(".gif", ".webp"),
            accept="video/*",
            viewer="video",
            examined=True,
            shared=True,
        ),
        Kind(
            "sound",
            "a sound",
            "pipelines.media.values:Sound",
            "pipelines.media:load_sound",
            "pipelines.media:save_sound",
            ".wav",
            exports=(".mp3", ".flac", ".m4b"),
            accept="audio/*",
            viewer="sound",
            examined=True,
            shared=True,
        ),
        Kind(
            "score",
            "a score (MIDI)",
            "pipelines.media.values:Score",
            "pipelines.media:load_score",
            "pipelines.media:save_score",
            ".mid",
            accept=".mid,.midi",
        ),
        Kind(
            "words",
            "a text",
            "pipelines.media.values:Words",
            "pipelines.media:load_words",
            "pipelines.media:save_words",
            ".json",
            is_a="book",
            accept=".txt,.md,.json",
            viewer="words",
        ),
        Kind(
            "book",
            "a book",
            "pipelines.media.values:Book",
            "pipelines.media:load_book",
            accept=".epub,.docx,.pdf",
            viewer="book",
        ),
        Kind(
            "network",
            "a network",
            "pipelines.media.values:Network",
            "pipelines.media:load_network",
            "pipelines.media:save_network",
            ".safetensors",
            accept=".safetensors",
            viewer="network",
        ),
        Kind(
            "media",
            "a picture, a video or a sound",
            "pipelines.media.values:Media",
            "pipelines.media:load_media",
            accept=f"{PICTURES},video/*,audio/*",
        ),
        Kind(
            "verdict",
            "a verdict",
            "pipelines.media.values:Verdict",
            "pipelines.media:load_verdict",
            "pipelines.media:save_verdict",
            ".json",
            exports=(".pdf", ".zip", ".html"),
            viewer="verdict",
        ),
    )
}
BY_TYPE = {kind.type: kind.name for kind in KINDS.values()}


def called(kind: str) -> str:
    """A kind as a sentence names it: "a picture"."""
    return KINDS[kind].called if kind in KINDS else kind


def kind_of(annotation: Any) -> str:
    """The kind of a media type, such as `image` of PIL's Image. Raises TypeError for a type that is none."""
    name = f"{annotation.__module__}:{annotation.__qualname__}"
    if name not in BY_TYPE:
        raise TypeError(f"{name} is no kind of media; {', '.join(sorted(BY_TYPE))} are")
    return BY_TYPE[name]


def fits(kind: str, wanted: str) -> bool:
    """Whether an artifact of this kind can stand in a slot of that one."""
    known = KINDS.get(kind)
    return kind == wanted or (known is not None and (known.is_a == wanted or (wanted == "media" and known.examined)))


def kinds_fitting(wanted: str) -> list[str]:
    """Every kind that can stand where this one is wanted by name, itself first."""
    return [wanted, *(kind.name for kind in KINDS.values() if kind.is_a == wanted)]


def for_the_page() -> dict[str, dict[str, Any]]:
    """What the page's scripts need of every kind."""
    return {
        kind.name: {
            "called": kind.called,
            "isA": kind.is_a,
            "accept": kind.accept,
            "viewer": kind.viewer,
            "examined": kind.examined,
            "shared": kind.shared,
        }
        for kind in KINDS.values()
    }
