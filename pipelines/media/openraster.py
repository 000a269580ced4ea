"""OpenRaster archives (Create Project, version 0.0.5; Krita, GIMP and MyPaint read them), written and read.

Layout: `mimetype` first and stored, `stack.xml`, `data/*.png`, `mergedimage.png`, `Thumbnails/thumbnail.png`; besides, our own
`studio.json` and `studio/*.png`, which other programs leave alone. Equal layers give equal bytes.
"""

from __future__ import annotations

import io
import json
import re
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from xml.etree import ElementTree

from PIL import Image as PillowImage
from PIL.Image import Image

from pipelines.core.settings import Refusal
from pipelines.media.image import png
from pipelines.media.zips import pack_entries

MIMETYPE = b"image/openraster"
MAX_LAYER_BYTES = 200_000_000
FARTHEST_PX = 1_000_000  # that a layer may lie from the canvas' corner
DAMAGED = (  # what reading a broken archive, list or PNG raises
    zipfile.BadZipFile,
    zlib.error,
    KeyError,
    ElementTree.ParseError,
    OSError,
    ValueError,
    OverflowError,
    RuntimeError,
    SyntaxError,
)


@dataclass(frozen=True)
class Layer:
    """One layer: RGBA, its place on the canvas, its opacity; bottom layers come first in a document."""

    name: str
    picture: Image
    x: int = 0
    y: int = 0
    opacity: float = 1.0
    visible: bool = True
    blend: str = "svg:src-over"


@dataclass(frozen=True)
class Document:
    """A canvas and its layers, bottom first; `facts` is our own description, `sources` are pictures kept for later work."""

    width: int
    height: int
    layers: tuple[Layer, ...]
    facts: Mapping[str, Any] = field(default_factory=dict)
    sources: Mapping[str, Image] = field(default_factory=dict)


def crop_layer(name: str, picture: Image) -> Layer:
    """A full-canvas picture as a layer that is no larger than what can be seen of it."""
    box = picture.getchannel("A").getbbox() or (0, 0, 1, 1)
    return Layer(name, picture.crop(box), box[0], box[1])


def flatten_document(document: Document) -> Image:
    """What the layers look like together: RGB. Layers of other blend modes than src-over are put over plainly."""
    canvas = PillowImage.new("RGBA", (document.width, document.height), (255, 255, 255, 255))
    for layer in document.layers:
        if not layer.visible or layer.opacity <= 0:
            continue
        picture = layer.picture
        if layer.opacity < 1:
            picture = picture.copy()
            picture.putalpha(picture.getchannel("A").point(lambda value, share=layer.opacity: round(value * share)))
        box = (
            max(0, -layer.x),
            max(0, -layer.y),
            min(picture.width, document.width - layer.x),
            min(picture.height, document.height - layer.y),
        )
        if box[0] < box[2] and box[1] < box[3]:
            canvas.alpha_composite(picture, (max(0, layer.x), max(0, layer.y)), box)
    return canvas.convert("RGB")


def write(document: Document) -> tuple[Image, bytes]:
    """The flattened picture and the archive."""
    merged = flatten_document(document)
    root = ElementTree.Element(
        "image", version="0.0.5", w=str(document.width), h=str(document.height), xres="72", yres="72"
    )
    stack = ElementTree.SubElement(root, "stack")
    files: list[tuple[str, bytes]] = []
    for number, layer in enumerate(document.layers):
        files.append((f"data/{number:03d}.png", png(layer.picture)))
    for number, layer in reversed(list(enumerate(document.layers))):  # stack.xml lists the top layer first
        ElementTree.SubElement(
            stack,
            "layer",
            {
                "name": layer.name,
                "src": f"data/{number:03d}.png",
                "x": str(layer.x),
                "y": str(layer.y),
                "opacity": f"{layer.opacity:.4g}",
                "visibility": "visible" if layer.visible else "hidden",
                "composite-op": layer.blend,
            },
        )
    thumbnail = merged.copy()
    thumbnail.thumbnail((256, 256), PillowImage.Resampling.LANCZOS)
    files += [("mergedimage.png", png(merged)), ("Thumbnails/thumbnail.png", png(thumbnail))]
    files += [(f"studio/{name}.png", png(picture)) for name, picture in document.sources.items()]
    if document.facts:
        files.append(("studio.json", json.dumps(document.facts, ensure_ascii=False, indent=1, sort_keys=True).encode()))
    xml = b'<?xml version="1.0" encoding="UTF-8"?>\n' + ElementTree.tostring(root, encoding="utf-8")
    return merged, pack_entries([("mimetype", MIMETYPE), ("stack.xml", xml), *files])


def read_document(archive: bytes) -> Document:
    """An archive as a document. Raises Refusal when it is not OpenRaster or a layer cannot be read."""
    try:
        with zipfile.ZipFile(io.BytesIO(archive)) as opened:
            if opened.read("mimetype").strip() != MIMETYPE:
                raise Refusal("This is not an OpenRaster file.")
            text = opened.read("stack.xml")
            if len(text) > 5_000_000 or b"<!DOCTYPE" in text or b"<!ENTITY" in text:
                raise Refusal("The list of layers in this OpenRaster file cannot be read.")
            root = ElementTree.fromstring(text)
            layers = [_layer(opened, node) for node in root.iter("layer")]
            facts = json.loads(opened.read("studio.json")) if "studio.json" in opened.namelist() else {}
            sources = {
                match[1]: _picture(opened, name)
                for name in opened.namelist()
                if (match := re.fullmatch(r"studio/([\w-]+)\.png", name))
            }
            return Document(int(root.get("w", "0")), int(root.get("h", "0")), tuple(reversed(layers)), facts, sources)
    except (*DAMAGED, PillowImage.DecompressionBombError) as problem:
        if isinstance(problem, Refusal):
            raise
        raise Refusal("This OpenRaster file cannot be read; save it again.") from problem


def facts_of(archive: bytes) -> Mapping[str, Any]:
    """Our own description of an archive without reading its layers; nothing for those of other programs. Raises Refusal."""
    try:
        with zipfile.ZipFile(io.BytesIO(archive)) as opened:
            facts = json.loads(opened.read("studio.json")) if "studio.json" in opened.namelist() else {}
    except DAMAGED as problem:
        raise Refusal("This OpenRaster file cannot be read; save it again.") from problem
    return facts if isinstance(facts, dict) else {}


def _layer(archive: zipfile.ZipFile, node: ElementTree.Element) -> Layer:
    x, y = (int(float(node.get(name, "0"))) for name in ("x", "y"))
    if max(abs(x), abs(y)) > FARTHEST_PX:
        raise ValueError("a layer that lies nowhere near the picture")
    return Layer(
        node.get("name", ""),
        _picture(archive, node.get("src", "")),
        x,
        y,
        min(1.0, max(0.0, float(node.get("opacity", "1")))),
        node.get("visibility", "visible") != "hidden",
        node.get("composite-op", "svg:src-over"),
    )


def _picture(archive: zipfile.ZipFile, name: str) -> Image:
    if archive.getinfo(name).file_size > MAX_LAYER_BYTES:
        raise Refusal("A layer of this OpenRaster file is too large.")
    with PillowImage.open(io.BytesIO(archive.read(name)), formats=("PNG",)) as opened:
        opened.load()
        return opened.convert("RGBA")
