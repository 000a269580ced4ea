"""A scene's layers as PSD, read again by Pillow, which has a reader of its own: layers, names, places, opacity, and what the layers look like together."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image

from pipelines.core.settings import Refusal
from pipelines.media.openraster import Document, Layer, flatten_document
from pipelines.media.photoshop import _pack_row, psd


def layer(name: str, size: tuple[int, int], seed: int, **more: object) -> Layer:
    """Noise over flat colour, so that runs and other bytes take turns."""
    pixels = np.full((size[1], size[0], 4), (200, 90, 30, 255), np.uint8)
    pixels[::3] = np.random.default_rng(seed).integers(0, 256, pixels[::3].shape, np.uint8)
    return Layer(name, Image.fromarray(pixels), **more)  # type: ignore[arg-type]


def scene() -> Document:
    return Document(
        300,
        200,
        (
            layer("sky", (300, 200), 1),
            layer("ein Füchslein 狐", (70, 41), 2, x=-9, y=150, opacity=0.5),
            layer("rain", (33, 20), 3, x=40, visible=False, blend="svg:screen"),
        ),
    )


def channels_of(data: bytes, number: int) -> np.ndarray:
    """A layer's four channels as Pillow decodes them: it counts their places from the beginning of the layers, which is not that of the file."""
    channels = []
    for place in range(4):
        opened = Image.open(io.BytesIO(data))
        _, _, box, tiles = opened.layers[number - 1]  # type: ignore[attr-defined]
        where = tiles[place].offset + opened._layers_position  # type: ignore[attr-defined]
        opened._mode, opened.tile = "L", [tiles[place]._replace(offset=where, args="L")]
        channels.append(np.asarray(opened.crop(box)))
    return np.stack(channels, axis=2)


def test_another_reader_finds_every_layer():
    document = scene()
    merged = flatten_document(document)
    data = psd(document, merged, b"<x:xmpmeta>DigitalSourceType=algorithmicMedia</x:xmpmeta>")
    opened = Image.open(io.BytesIO(data))
    assert (opened.format, opened.size, opened.mode, opened.n_frames) == ("PSD", (300, 200), "RGB", 3)
    assert np.array_equal(np.asarray(opened), np.asarray(merged))
    assert [(id, data[:12]) for id, _, data in opened.resources] == [(1060, b"<x:xmpmeta>D")]  # type: ignore[attr-defined]
    for number, wanted in enumerate(document.layers, 1):
        name, mode, box, _ = opened.layers[number - 1]  # type: ignore[attr-defined]
        assert (name, mode) == (wanted.name.replace("狐", "?"), "RGBA")  # Pillow reads the short name
        assert wanted.name.encode("utf-16-be") in data
        left, top, wide, tall = wanted.x, wanted.y, *wanted.picture.size
        assert box == (left, top, left + wide, top + tall)
        if left >= 0:  # it cannot read a layer that lies partly outside
            assert np.array_equal(channels_of(data, number), np.asarray(wanted.picture))
    assert psd(document, merged) == psd(document, merged) != data


@pytest.mark.parametrize(
    "row", [b"", b"a", b"aaa" + bytes(range(200)), b"ab" * 300, b"\0" * 1000, b"aab" + b"c" * 129 + b"d"]
)
def test_rows_are_packed_as_packbits(row: bytes):
    packed, unpacked = _pack_row(row), bytearray()
    while packed:
        count, packed = packed[0], packed[1:]
        taken = 1 if count > 128 else count + 1
        assert count != 128 and len(packed) >= taken
        unpacked += packed[:1] * (257 - count) if count > 128 else packed[:taken]
        packed = packed[taken:]
    assert unpacked == row


def test_a_picture_that_is_too_large_is_refused():
    with pytest.raises(Refusal, match="at most 30,000 pixels a side"):
        psd(Document(30_001, 10, ()), Image.new("RGB", (1, 1)))
    many = Layer("plane", Image.new("RGBA", (10_000, 1_000)))
    with pytest.raises(Refusal, match="more than 60,000,000 pixels"):
        psd(Document(100, 100, (many,) * 7), Image.new("RGB", (1, 1)))
