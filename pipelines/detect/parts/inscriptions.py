"""What a file says about itself without a signature: generators' metadata, source types, labels. Anyone can write or remove it.

So it may raise suspicion and never clears. IPTC Photo Metadata Standard 2023.2, "Digital Source Type"; PNG (third edition), section 11.3.3;
Exif 3.0, section 4.6.6; China's GB 45438-2025 for the AIGC label. The generators' own forms are as their programs write them.
"""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from pipelines.detect.parts import packets

MOST_CHARACTERS = 200_000  # of one text that is looked at
MOST_TEXTS = 500  # of one file
SHOWN_CHARACTERS = 400
MOST_BYTES = 64_000_000  # of a file that is searched for a source type
STRONG, CLEAR, WEAK = (
    6.0,
    4.0,
    1.5,
)  # log-likelihood ratios: a whole recipe; a generator's or an agency's term; a name in passing
MADE_BY_AI = {
    "trainedAlgorithmicMedia": "made by a trained model",
    "compositeWithTrainedAlgorithmicMedia": "edited with a trained model",
    "compositeSynthetic": "put together with synthetic parts",
    "algorithmicMedia": "made by an algorithm",
    "algorithmicallyEnhanced": "changed by an algorithm",
    "virtualRecording": "a recording of a virtual event",
}
FULLY_TRAINED = ("trainedAlgorithmicMedia", "compositeWithTrainedAlgorithmicMedia")


@dataclass(frozen=True)
class Inscription:
    """One thing that a file says: which program's form it has, where it stands, what it says, and how far it counts."""

    generator: str
    where: str
    says: str
    ratio: float  # log-likelihood ratio for AI, never below 0

    def record(self) -> dict[str, Any]:
        """Plain JSON values."""
        return {"generator": self.generator, "where": self.where, "says": self.says, "log_likelihood_ratio": self.ratio}


# Names that programs and services leave in Software, CreatorTool, Credit, Artist or comments.
NAMED = (
    ("Midjourney", re.compile(r"midjourney|--v \d.*Job ID: [0-9a-f-]{36}", re.I | re.S), CLEAR),
    ("DALL·E", re.compile(r"\bDALL[·-]?E\b|OpenAI", re.I), CLEAR),
    ("Adobe Firefly", re.compile(r"adobe.?firefly", re.I), CLEAR),
    ("Google AI", re.compile(r"(?:made|edited) with google ai", re.I), CLEAR),
    ("FLUX", re.compile(r"black forest labs|ai generated;.*flux", re.I), CLEAR),
    ("Stability AI", re.compile(r"stability\.?ai|stable ?diffusion|dreamstudio", re.I), CLEAR),
    ("NovelAI", re.compile(r"novelai", re.I), CLEAR),
    ("Ideogram", re.compile(r"ideogram", re.I), CLEAR),
    ("Leonardo", re.compile(r"leonardo\.ai", re.I), CLEAR),
    ("Bing Image Creator", re.compile(r"bing image creator|microsoft designer", re.I), CLEAR),
    ("Grok", re.compile(r"^signature: [A-Za-z0-9+/=]{60,}", re.I), CLEAR),
    ("Runway", re.compile(r"\brunway(?:ml)?\b", re.I), WEAK),
    ("Kling", re.compile(r"\bkling ?ai\b|kuaishou", re.I), CLEAR),
    ("Sora", re.compile(r"\bsora\b", re.I), WEAK),
    ("Suno", re.compile(r"made with suno|suno\.(?:ai|com)", re.I), CLEAR),
    ("Udio", re.compile(r"\budio\.com\b|made with udio", re.I), CLEAR),
    ("ElevenLabs", re.compile(r"eleven ?labs", re.I), CLEAR),
)


def said_in(source: Path | IO[bytes], kind: str) -> list[Inscription]:
    """All that the file of this kind (image, video, sound) says, the strongest first; [] for what cannot be read.

    `source`: its path, or the file opened for reading.
    """
    first = itertools.islice(texts(source, kind), MOST_TEXTS)
    found = [inscription for where, key, text in first for inscription in _of_text(where, key, text[:MOST_CHARACTERS])]
    found += _of_packets(source)
    strongest: dict[tuple[str, str], Inscription] = {}
    for inscription in found:
        best = strongest.get((inscription.generator, inscription.where))
        if best is None or inscription.ratio > best.ratio:
            strongest[inscription.generator, inscription.where] = inscription
    return sorted(strongest.values(), key=lambda inscription: -inscription.ratio)


def texts(source: Path | IO[bytes], kind: str) -> Iterator[tuple[str, str, str]]:
    """Every text of the file's metadata: where it stands, its key, what it says."""
    yield from _picture_texts(source) if kind == "image" else _container_texts(source)


def _picture_texts(source: Path | IO[bytes]) -> Iterator[tuple[str, str, str]]:
    from PIL import ExifTags, Image

    from pipelines.media import PICTURE_FORMATS

    try:
        with _open_source(source) as file, Image.open(file, formats=PICTURE_FORMATS) as picture:
            held: Mapping[Any, Any] = {**picture.info, **getattr(picture, "text", {})}
            for key, value in held.items():
                if isinstance(value, str):
                    yield "metadata", str(key), value
                elif key == "comment" and isinstance(value, bytes):
                    yield "comment", "comment", value[:MOST_CHARACTERS].decode("utf-8", "replace")
            exif = picture.getexif()
            for block in (exif, exif.get_ifd(ExifTags.IFD.Exif)):
                for tag, value in block.items():
                    if isinstance(value, str | bytes):
                        yield "EXIF", ExifTags.TAGS.get(tag, str(tag)), _exif_text(value)
    except Exception:  # noqa: BLE001 - hostile metadata raises struct.error, KeyError, SyntaxError …
        return


def _exif_text(value: str | bytes) -> str:
    """A text of EXIF; a UserComment begins with eight bytes that name its letters (Exif 3.0, 4.6.6.4)."""
    if isinstance(value, str):
        return value
    value = value[: 2 * MOST_CHARACTERS]
    if value.startswith(b"UNICODE\0"):
        body = value[8:]
        big = body[:2] == b"\xfe\xff" or (body[:1] == b"\0" and body[:2] != b"\xff\xfe")
        return body.decode("utf-16-be" if big else "utf-16-le", "replace").lstrip("\ufeff")
    return value.removeprefix(b"ASCII\0\0\0").decode("utf-8", "replace")


def _container_texts(source: Path | IO[bytes]) -> Iterator[tuple[str, str, str]]:
    import av

    from pipelines.media.containers import open_container

    try:
        with open_container(source) as container:
            for owner in (container, *container.streams):
                for key, value in owner.metadata.items():
                    yield "metadata", str(key), str(value)
    except (av.error.FFmpegError, OSError, ValueError):
        return


# one text


def _of_text(where: str, key: str, text: str) -> Iterator[Inscription]:
    """What one text is, by the form that each program gives it."""
    shown = " ".join(text.split())[:SHOWN_CHARACTERS]
    key = key.lower()
    parsed = _json(text)
    if _is_comfy(parsed, text):
        yield Inscription("ComfyUI", where, _comfy_says(parsed) or shown, STRONG)
    elif _is_settings(text):
        yield Inscription("Stable Diffusion web UI (or a program of its family)", where, shown, STRONG)
    elif key in ("invokeai_metadata", "sd-metadata", "dream", "invokeai_graph"):
        yield Inscription("InvokeAI", where, shown, STRONG)
    elif key == "fooocus_scheme" or (isinstance(parsed, dict) and "fooocus" in str(parsed.get("version", "")).lower()):
        yield Inscription("Fooocus", where, shown, STRONG)
    elif isinstance(parsed, dict) and {"sampler", "steps"} <= {str(name).lower() for name in parsed}:
        yield Inscription("a diffusion model's settings", where, shown, STRONG)
    else:
        looked_at = key in (
            "software",
            "description",
            "author",
            "artist",
            "comment",
            "source",
            "title",
            "encoder",
            "copyright",
            "imagedescription",
            "make",
            "model",
            "usercomment",
            "credit",
            "creatortool",
            "generator",
            "encoded_by",
        )
        for name, form, ratio in NAMED if looked_at else ():
            if form.search(text[:4000]):
                yield Inscription(name, f"{where}, {key}", shown, ratio)
                break


def _json(text: str) -> Any:
    """The text as JSON if it is some; some programs put its key before it ("Workflow:{…}")."""
    start = text.find("{")
    if not 0 <= start <= 12:
        return None
    try:
        return json.loads(text[start:])
    except (ValueError, RecursionError):
        return None


def _is_comfy(parsed: Any, text: str) -> bool:
    """ComfyUI's prompt ({id: {class_type, inputs}}) or workflow ({nodes, links}), or both in one comment."""
    if not isinstance(parsed, dict):
        return '"class_type"' in text and '"inputs"' in text
    if isinstance(parsed.get("nodes"), list) and "links" in parsed:
        return True
    if any(
        isinstance(parsed.get(name), dict | str) and "class_type" in str(parsed[name])[:20000]
        for name in ("prompt", "workflow")
    ):
        return True
    nodes = [one for one in parsed.values() if isinstance(one, dict)]
    return bool(nodes) and all("class_type" in one for one in nodes)


def _comfy_says(parsed: Any) -> str:
    """The names of a graph's nodes, and the words that it was given."""
    if not isinstance(parsed, dict):
        return ""
    nodes = parsed.get("nodes") if isinstance(parsed.get("nodes"), list) else list(parsed.values())
    kinds, words = [], []
    for node in nodes or ():
        if isinstance(node, dict):
            kinds.append(str(node.get("class_type") or node.get("type") or ""))
            given = node.get("inputs")
            if isinstance(given, dict) and isinstance(given.get("text"), str):
                words.append(given["text"])
    named = ", ".join(dict.fromkeys(kind for kind in kinds if kind))
    return (f"“{words[0][:160]}” by " if words else "") + f"a graph of {len(kinds)} nodes: {named}"[:SHOWN_CHARACTERS]


def _is_settings(text: str) -> bool:
    """The line that AUTOMATIC1111's web UI invented and many programs write: "Steps: 20, Sampler: Euler a, CFG scale: 7, Seed: 1"."""
    return (
        len(re.findall(r"\b(?:Steps|Sampler|CFG scale|Seed|Model hash|Size|Model): ?[^,\n]{1,80}", text)) >= 3
        and "Steps:" in text
    )


# whole packets, wherever they stand in the file


def _of_packets(source: Path | IO[bytes]) -> Iterator[Inscription]:
    """IPTC's source type, the tool that XMP names, and the AIGC label, found in the bytes of any format."""
    try:
        with _open_source(source) as file:
            data = file.read(MOST_BYTES)
    except OSError:
        return
    if term := packets.source_type(data):
        if term in MADE_BY_AI:
            ratio = CLEAR if term in FULLY_TRAINED else WEAK
            yield Inscription("IPTC digital source type", "XMP", f"{term}: {MADE_BY_AI[term]}", ratio)
        else:
            yield Inscription("IPTC digital source type", "XMP", f"{term} (unsigned, so it clears nothing)", 0.0)
    beginning = data[:4_000_000]
    for text in packets.tools(beginning):
        for name, form, ratio in NAMED:
            if form.search(text):
                yield Inscription(name, "XMP", text, ratio)
                break
    if found := packets.label(beginning):
        certain = {1: "AI-generated", 2: "possibly AI-generated", 3: "suspected AI-generated"}[found]
        yield Inscription("AIGC label (GB 45438-2025)", "metadata", certain, CLEAR if found == 1 else WEAK)


@contextmanager
def _open_source(source: Path | IO[bytes]) -> Iterator[IO[bytes]]:
    """The file at a path, or a file that is open already, from its beginning."""
    if isinstance(source, Path):
        with source.open("rb") as file:
            yield file
    else:
        source.seek(0)
        yield source
