"""The part of the intake's child that reads OpenRaster: a ZIP directory that is checked before it is believed, then the flattened picture.

OpenRaster 0.0.6. Every entry is unpacked once here, a piece at a time and only to be counted, so
that what passes holds what it declares.
"""

from __future__ import annotations

import io
import math
import struct
import zipfile
from types import SimpleNamespace
from typing import IO, Any
from xml.etree import ElementTree

from studio.intake.pictures import Unfit, read_picture
from studio.intake.zips import DAMAGED, MOST_NAME, check_directory, check_entries, places

MOST_ENTRIES = 200
MOST_DIRECTORY_BYTES = 200_000
MOST_TOTAL_BYTES = 240_000_000  # unpacked
MOST_RATIO, RATIO_FROM_BYTES = 100, 1_000_000  # unpacked over packed, of entries larger than this
MOST_XML_BYTES, MOST_JSON_BYTES = 2_000_000, 5_000_000
MOST_LAYERS, MOST_DEPTH = 200, 40
MOST_LAYER_PIXELS = 250_000_000  # of all layers together: 1 GB once they are decoded
FARTHEST_PX = 100_000
BLOCK_BYTES = 1 << 18


def read_layers(file: IO[bytes], limits: SimpleNamespace) -> tuple[dict[str, Any], bytes]:
    """The facts of the flattened picture, and the PNG itself."""
    try:
        check_directory(file, MOST_ENTRIES, MOST_DIRECTORY_BYTES, "layers_much")
        with zipfile.ZipFile(file) as archive:
            entries = {entry.filename: entry for entry in _check_directory_entries(archive.infolist(), limits)}
            for _ in places(file, archive):
                pass
            flat = _unpack_entry(archive, entries["mergedimage.png"], keep=True)
            pixels = 0
            for name, entry in entries.items():
                if name != "mergedimage.png":
                    head = _unpack_entry(archive, entry, keep=False)
                    pixels += _pixels(name, head, limits)
            if pixels > MOST_LAYER_PIXELS:
                raise Unfit("layers_pixels", most=MOST_LAYER_PIXELS / 1e6)
            _check_stack(archive, entries)
    except (*DAMAGED, ElementTree.ParseError, RecursionError):
        raise Unfit("layers_unreadable") from None
    if not flat.startswith(b"\x89PNG\r\n\x1a\n"):
        raise Unfit("layers_unreadable")
    facts, _ = read_picture(io.BytesIO(flat), "png", limits)
    return facts, flat


def _check_directory_entries(entries: list[zipfile.ZipInfo], limits: SimpleNamespace) -> list[zipfile.ZipInfo]:
    """Names, methods, sizes and ratios as the directory declares them."""
    if not entries or len(entries) > MOST_ENTRIES:
        raise Unfit("layers_much")
    check_entries(entries)
    for entry in entries:
        if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise zipfile.BadZipFile  # packed in a way that OpenRaster does not know
        if entry.compress_type == zipfile.ZIP_STORED and entry.file_size != entry.compress_size:
            raise zipfile.BadZipFile
        if entry.file_size > limits.image_bytes:
            raise Unfit("layers_much")
        if entry.file_size > RATIO_FROM_BYTES and entry.file_size > MOST_RATIO * entry.compress_size:
            raise Unfit("layers_much")
    if sum(entry.file_size for entry in entries) > MOST_TOTAL_BYTES:
        raise Unfit("layers_much")
    return entries


def _unpack_entry(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, *, keep: bool) -> bytes:
    """The whole entry, or its first 32 bytes; either way it is unpacked to its end, where its length and checksum are compared."""
    kept, seen = [], 0
    with archive.open(entry) as packed:
        while block := packed.read(BLOCK_BYTES):
            if keep or not seen:
                kept.append(block if keep else block[:32])
            seen += len(block)
    if seen != entry.file_size:
        raise zipfile.BadZipFile
    return b"".join(kept)


def _pixels(name: str, head: bytes, limits: SimpleNamespace) -> int:
    """How many pixels a PNG in the archive claims; 0 for anything else."""
    if not name.lower().endswith(".png"):
        return 0
    if head[:8] != b"\x89PNG\r\n\x1a\n" or head[12:16] != b"IHDR":
        raise zipfile.BadZipFile
    width, height = struct.unpack(">2I", head[16:24])
    if max(width, height) > limits.image_side_px or width * height > limits.image_pixels:
        raise Unfit("layers_pixels", most=limits.image_pixels / 1e6)
    return int(width * height)


def _check_stack(archive: zipfile.ZipFile, entries: dict[str, zipfile.ZipInfo]) -> None:
    """The list of layers: its size and depth, the layers' names and places, and that their pictures are there."""
    if entries["stack.xml"].file_size > MOST_XML_BYTES:
        raise Unfit("layers_much")
    if "studio.json" in entries and entries["studio.json"].file_size > MOST_JSON_BYTES:
        raise Unfit("layers_much")
    text = archive.read("stack.xml")
    if b"<!DOCTYPE" in text or b"<!ENTITY" in text or b"\0" in text:  # a NUL: in UTF-16 those words could hide
        raise ValueError("a document type in the list of layers")
    depth = layers = 0
    for event, node in ElementTree.iterparse(io.BytesIO(text), ("start", "end")):
        depth += 1 if event == "start" else -1
        if depth > MOST_DEPTH:
            raise ValueError("groups in groups without end")
        if event == "start" and node.tag == "layer":
            layers += 1
            _check_layer(node, entries)
    if layers > MOST_LAYERS:
        raise Unfit("layers_much")


def _check_layer(node: ElementTree.Element, entries: dict[str, zipfile.ZipInfo]) -> None:
    name, source = node.get("name", ""), node.get("src", "")
    if len(name) > MOST_NAME or (source and source not in entries):
        raise ValueError("a layer without its picture, or with an endless name")
    numbers = [float(node.get(place, "0")) for place in ("x", "y", "opacity")]
    if not all(math.isfinite(number) and abs(number) <= FARTHEST_PX for number in numbers):
        raise ValueError("a layer that lies nowhere near the picture")
