"""Layered PSD files (Adobe's Photoshop File Formats Specification, November 2019): RGB of 8 bits, RLE, names, places, opacity, blend modes; written, not read.

Equal layers give equal bytes.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterable

import numpy as np
from PIL.Image import Image

from pipelines.core.settings import Refusal
from pipelines.media.openraster import Document, Layer

LONGEST_PX = 30_000  # of a side, in this version of the format
MOST_PIXELS = 60_000_000  # of all layers together: half a minute's work
RLE = 1
RUN = re.compile(rb"(.)\1{2,127}", re.DOTALL)
LITERAL = 128  # bytes at most
CHANNELS = {0: 0, 1: 1, 2: 2, -1: 3}  # Photoshop's number of a channel: its place in RGBA
BLENDS = {
    "svg:src-over": b"norm",
    "svg:multiply": b"mul ",
    "svg:screen": b"scrn",
    "svg:plus": b"lddg",
    "svg:overlay": b"over",
}
HIDDEN = 2  # in a layer's flags
XMP = 1060  # the number of the resource that holds it


def psd(document: Document, merged: Image, xmp: bytes = b"") -> bytes:
    """The layers as PSD with `merged` for programs that show no layers. Raises Refusal for a picture or layers that are too large."""
    if not 0 < max(document.width, document.height) <= LONGEST_PX:
        raise Refusal(f"A PSD file has at most {LONGEST_PX:,} pixels a side.")
    if sum(layer.picture.width * layer.picture.height for layer in document.layers) > MOST_PIXELS:
        raise Refusal(f"Its layers have more than {MOST_PIXELS:,} pixels; save it as OpenRaster.")
    head = struct.pack(">4sH6xH2I2H", b"8BPS", 1, 3, document.height, document.width, 8, 3)
    resources = _block(b"8BIM" + struct.pack(">H2x", XMP) + _block(xmp, 2, counted=False)) if xmp else _block(b"")
    records, pixels = zip(*map(_layer, document.layers)) if document.layers else ((), ())
    layers = struct.pack(">h", len(records)) + b"".join((*records, *pixels))
    info = _block(_block(layers, 2) + _block(b""))
    flat = np.asarray(merged.convert("RGB").resize((document.width, document.height)))
    return head + _block(b"") + resources + info + _encode_channels(flat[..., channel] for channel in range(3))


def _block(data: bytes, even: int = 1, *, counted: bool = True) -> bytes:
    """Data after its length, filled up to a multiple of `even`; `counted` says whether the length counts what was filled up."""
    filled = data + bytes(-len(data) % even)
    return struct.pack(">I", len(filled if counted else data)) + filled


def _layer(layer: Layer) -> tuple[bytes, bytes]:
    """The record of a layer, and its channels."""
    pixels = np.asarray(layer.picture.convert("RGBA"))
    tall, wide = pixels.shape[:2]
    rows = {number: _encode_channels([pixels[..., place]]) for number, place in CHANNELS.items()}
    channels = {number: data + bytes(len(data) % 2) for number, data in rows.items()}  # some readers expect even places
    record = struct.pack(">4iH", layer.y, layer.x, layer.y + tall, layer.x + wide, len(channels))
    for number, data in channels.items():
        record += struct.pack(">hI", number, len(data))
    name = layer.name[:120]
    short = name.encode("latin-1", "replace")
    pascal = bytes([len(short)]) + short
    wide_name = struct.pack(">I", len(name.encode("utf-16-be")) // 2) + name.encode("utf-16-be")
    extra = _block(b"") * 2 + pascal + bytes(-len(pascal) % 4) + b"8BIMluni" + _block(wide_name, 4)
    record += b"8BIM" + BLENDS.get(layer.blend, BLENDS["svg:src-over"])
    record += struct.pack(">4B", round(255 * layer.opacity), 0, 0 if layer.visible else HIDDEN, 0) + _block(extra)
    return record, b"".join(channels.values())


def _encode_channels(channels: Iterable[np.ndarray]) -> bytes:
    """Channels [h,w] after each other, every row by PackBits: how it is packed, the rows' lengths, the rows."""
    rows = [_pack_row(row.tobytes()) for channel in channels for row in channel]
    return struct.pack(f">H{len(rows)}H", RLE, *map(len, rows)) + b"".join(rows)


def _pack_row(row: bytes) -> bytes:
    """PackBits: runs of three and more bytes as one, all else as it is."""
    found, at = [], 0
    for run in RUN.finditer(row):
        found += [_literal(row[at : run.start()]), bytes((257 - len(run[0]), run[0][0]))]
        at = run.end()
    return b"".join((*found, _literal(row[at:])))


def _literal(data: bytes) -> bytes:
    return b"".join(
        bytes([len(part) - 1]) + part for at in range(0, len(data), LITERAL) if (part := data[at : at + LITERAL])
    )
