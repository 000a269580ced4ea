"""Small files that ask for a great deal: memory, time, directory entries, years of music. Names end as the files would."""

from __future__ import annotations

import io
import json
import struct
import zipfile
import zlib
from functools import lru_cache

from tests.studio import fuzz


@lru_cache(maxsize=1)
def bombs() -> dict[str, bytes]:
    """All of them, none larger than 70 MB, most of a few kilobytes."""
    return _pictures() | _metadata() | _containers() | _archives() | _networks() | _scores() | _texts()


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def _png(*chunks: tuple[bytes, bytes]) -> bytes:
    """A valid grey PNG with more chunks after its header."""
    head, rows = struct.pack(">IIBBBBB", 8, 8, 8, 0, 0, 0, 0), zlib.compress(bytes(9 * 8))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        _chunk(*part) for part in ((b"IHDR", head), *chunks, (b"IDAT", rows), (b"IEND", b""))
    )


def _black(side_px: int) -> bytes:
    """A black one-bit PNG of any size, a few kilobytes a megapixel less than its pixels."""
    packer = zlib.compressobj(9)
    row = bytes(1 + (side_px + 7) // 8)
    packed = b"".join(packer.compress(row) for _ in range(side_px)) + packer.flush()
    return (
        b"\x89PNG\r\n\x1a\n"
        + _chunk(b"IHDR", struct.pack(">IIBBBBB", side_px, side_px, 1, 0, 0, 0, 0))
        + _chunk(b"IDAT", packed)
        + _chunk(b"IEND", b"")
    )


def _save_picture(format: str, **options: object) -> bytearray:
    file = io.BytesIO()
    fuzz.picture((16, 16)).save(file, format, **options)
    return bytearray(file.getvalue())


def _tiff(tags: list[tuple[int, int, int, int]], *behind: bytes) -> bytes:
    """A TIFF of one strip of 64 bytes, or of what stands behind its tags."""
    directory = struct.pack("<H", len(tags)) + b"".join(struct.pack("<HHII", *tag) for tag in tags) + bytes(4)
    return b"II*\0" + struct.pack("<I", 8) + directory + (b"".join(behind) or bytes(64))


def _pictures() -> dict[str, bytes]:
    gif = _save_picture("GIF")
    gif[6:10] = b"\xff\xff\xff\xff"
    jpeg = _save_picture("JPEG")
    frame = jpeg.index(b"\xff\xc0")
    jpeg[frame + 5 : frame + 9] = b"\xff\xdc\xff\xdc"
    frames = [fuzz.picture((16, 16)).rotate(n) for n in range(3)]
    apng = _save_picture("PNG", save_all=True, append_images=frames)
    actl = apng.index(b"acTL")
    apng[actl + 4 : actl + 8] = b"\x7f\xff\xff\xff"
    apng[actl + 12 : actl + 16] = struct.pack(">I", zlib.crc32(bytes(apng[actl : actl + 12])))
    side = (16_383 - 1).to_bytes(3, "little")
    webp = b"VP8X" + struct.pack("<I", 10) + bytes(4) + side + side + bytes(_save_picture("WEBP")[12:])
    loop = _save_picture("TIFF")
    at = struct.unpack_from("<I", loop, 4)[0]
    struct.pack_into("<I", loop, at + 2 + 12 * struct.unpack_from("<H", loop, at)[0], at)  # the next page is this one
    plain = [(256, 4, 1, 8), (257, 4, 1, 8), (258, 3, 1, 8), (262, 3, 1, 1), (273, 4, 1, 8), (279, 4, 1, 64)]
    claims = [(60_000 + n, 7, 60_000_000, 8) for n in range(200)]  # each claims the same 60 MB
    strip = zlib.compress(bytes(90_000_000), 9)
    values = {256: 11_000, 257: 11_000, 258: 8, 259: 8, 262: 1, 273: 122, 277: 1, 278: 0xFFFFFFFF, 279: len(strip)}
    small = b"GIF89a\x08\0\x08\0\x80\0\0\0\0\0\xff\xff\xff"
    return {
        "a claimed size.png": _black(30_000),
        "many pixels.png": _black(11_000),
        "a claimed screen.gif": bytes(gif),
        "a claimed frame.gif": small + b"\x2c\0\0\0\0\xff\xff\xff\xff\0" + b"\x02\x02\x4c\x01\0\x3b",
        "a million frames.gif": small
        + (b"\x2c" + bytes(4) + b"\x01\0\x01\0\0\x02\x02\x4c\x01\0") * 1_000_000
        + b"\x3b",
        "a claimed canvas.webp": b"RIFF" + struct.pack("<I", len(webp) + 4) + b"WEBP" + webp,
        "a claimed size.jpg": bytes(jpeg),
        "two thousand million frames.png": bytes(apng),
        "many pixels.tif": _tiff([(tag, 4, 1, value) for tag, value in values.items()], strip),
        "three hundred pages.tif": bytes(_save_picture("TIFF", save_all=True, append_images=frames[:1] * 300)),
        "a page that follows itself.tif": bytes(loop),
        "tags of twelve gigabytes.tif": _tiff(plain + claims, bytes(61_000_000)),
    }


def _metadata() -> dict[str, bytes]:
    """What makes a search in metadata slow is in tests/security/test_03_bounded_searches.py."""
    zeros = zlib.compress(bytes(100_000_000), 9)
    exif = b"".join(struct.pack("<HHII", n, 7, 0xFFFFFF, 8) for n in range(4000))
    return {
        "a colour profile of 100 MB.png": _png((b"iCCP", b"x\0\0" + zeros)),
        "a text of 100 MB.png": _png((b"zTXt", b"Comment\0\0" + zeros)),
        "an XMP packet of 100 MB.png": _png((b"iTXt", b"XML:com.adobe.xmp\0\1\0\0\0" + zeros)),
        "EXIF that claims 64 GB.png": _png((b"eXIf", b"II*\0\x08\0\0\0" + struct.pack("<H", 4000) + exif)),
        "deep JSON in a comment.png": _png((b"tEXt", b"prompt\0" + b'{"a":' * 40_000)),
        "boxes in boxes.png": _png(
            (b"caBX", b"".join(struct.pack(">I4s", 8 * (9000 - n), b"jumb") for n in range(9000)))
        ),
    }


def _box(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I4s", 8 + len(body), kind) + body


def _containers() -> dict[str, bytes]:
    files = fuzz.accepted_files()

    def spoil_file(name: str, kind: bytes, at: int, word: bytes) -> bytes:
        data = bytearray(files[name])
        place = data.index(kind) + at
        data[place : place + len(word)] = word
        return bytes(data)

    ftyp, nested = _box(b"ftyp", b"isom\0\0\2\0isomiso2mp41"), b""
    for _ in range(3000):
        nested = _box(b"moov", nested)
    cover = b"APIC" + struct.pack(">I", 0x0D693A40) + b"\0\0\0image/png\0\3\0" + bytes(1000)
    return {
        "a thousand million samples.mp4": spoil_file("mp4", b"stsz", 12, b"\x3f\xff\xff\xff"),
        "ten years.mp4": spoil_file("mp4", b"mvhd", 20, b"\xff\xff\xff\xff"),
        "moov in moov.mp4": ftyp + nested,
        "a box of 16 exabytes.mp4": ftyp + struct.pack(">I4sQ", 1, b"moov", 0x7FFFFFFFFFFFFFFF) + bytes(100),
        "elements in elements.webm": files["webm"][:40] + b"\x1f\x43\xb6\x75\x01\xff\xff\xff\xff\xff\xff\xff" * 5000,
        "four thousand million samples a second.wav": spoil_file("wav", b"fmt ", 12, b"\xff\xff\xff\xff"),
        "65,535 channels.wav": spoil_file("wav", b"fmt ", 10, b"\xff\xff"),
        "a cover of 200 MB.mp3": b"ID3\4\0\0\x7f\x7f\x7f\x7f" + cover + files["mp3"],
        "years of samples.flac": spoil_file("flac", b"fLaC", 21, b"\xff\xff\xff\xff\xff"),
        "four thousand million comments.flac": files["flac"][:4]
        + b"\0"
        + files["flac"][5:42]
        + (b"\x84\0\0\x28" + struct.pack("<I", 4) + b"test" + struct.pack("<I", 0xFFFFFFFF) + bytes(28)),
        "pages without end.ogg": files["ogg"][:200] + (b"OggS\0\0" + bytes(20) + b"\xff" + b"\xff" * 255) * 3000,
    }


def _zip(*files: tuple[str, bytes], packed: bool = True) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED if packed else zipfile.ZIP_STORED) as made:
        for name, data in files:
            made.writestr(name, data)
    return held.getvalue()


STACK = b'<image w="8" h="8"><stack><layer src="data/0.png" name="a"/></stack></image>'


def _ora(merged: bytes | None = None, *, stack: bytes = STACK, more: tuple[tuple[str, bytes], ...] = ()) -> bytes:
    plain = _png()
    return _zip(
        ("mimetype", b"image/openraster"),
        ("stack.xml", stack),
        ("data/0.png", plain),
        ("mergedimage.png", merged or plain),
        *more,
    )


def _archives() -> dict[str, bytes]:
    good = _ora()
    end = good.rindex(b"PK\5\6")
    directory_at = struct.unpack_from("<I", good, end + 16)[0]
    directory = good[directory_at:end]

    def end_archive(entries: int, body: bytes, at: int = directory_at) -> bytes:
        return struct.pack("<4s4H2IH", b"PK\5\6", 0, 0, entries, entries, len(body), at, 0)

    entry = struct.pack("<4s6H3I5H2I", b"PK\1\2", 20, 20, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0) + b"a"
    lie = bytearray(good)
    struct.pack_into("<I", lie, lie.rindex(b"PK\1\2") + 24, 0x7FFFFFFF)
    secret = bytearray(good)
    for signature, at in ((b"PK\3\4", 6), (b"PK\1\2", 8)):
        place = -1
        while (place := secret.find(signature, place + 1)) >= 0:
            secret[place + at] |= 1
    lol = b'<!DOCTYPE a [<!ENTITY a "lol"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>' + STACK
    deep = b"<image><stack>" + b"<stack>" * 100_000 + b"</stack>" * 100_000 + b"</stack></image>"
    return {
        "a picture of 100 MB.ora": _ora(bytes(100_000_000)),
        "a million entries.ora": good[:directory_at] + entry * 1_000_000 + end_archive(0xFFFF, entry * 1_000_000),
        "a directory that counts wrong.ora": good[:directory_at] + directory * 300 + end_archive(5, directory * 300),
        "a length that lies.ora": bytes(lie),
        "under a password.ora": bytes(secret),
        "names that climb.ora": _ora(more=(("../../../tmp/x.png", _png()),)),
        "archives in archives.ora": _ora(more=(("data/1.ora", _ora(more=(("data/1.ora", _ora()),))),)),
        "entities that laugh.ora": _ora(stack=lol),
        "groups in groups.ora": _ora(stack=deep),
        "a layer at infinity.ora": _ora(stack=STACK.replace(b"name=", b'x="1e999" name=')),
        "a million layers.ora": _ora(
            stack=b"<image><stack>" + b'<layer src="data/0.png"/>' * 70_000 + b"</stack></image>"
        ),
        "a merged picture of 900 megapixels.ora": _ora(_black(30_000)),
    }


def _network(header: bytes, room: int = 8) -> bytes:
    return len(header).to_bytes(8, "little") + header + bytes(room)


def _networks() -> dict[str, bytes]:
    tensor = {"dtype": "F32", "shape": [2], "data_offsets": [0, 8]}
    about = {"architecture": "t"}

    def make_network(tensors: dict[str, object], notes: object = about, room: int = 8) -> bytes:
        return _network(json.dumps({"__metadata__": notes, **tensors}).encode(), room)

    return {
        "a header of 16 exabytes.safetensors": b"\xff" * 8 + b"{" * 100,
        "a header as long as the file.safetensors": (60_000_000).to_bytes(8, "little") + b"{" + b" " * 60_000_000,
        "deep brackets.safetensors": _network(b'{"a":' * 200_000),
        "a shape beyond all memory.safetensors": make_network({"w": {**tensor, "shape": [1 << 39, 1 << 39]}}),
        "places that share bytes.safetensors": make_network({"w": tensor, "v": tensor}),
        "places beyond the end.safetensors": make_network({"w": {**tensor, "data_offsets": [0, 1 << 39]}}),
        "a number of a million digits.safetensors": _network(
            b'{"w":{"dtype":"F32","shape":[' + b"9" * 1_000_000 + b'],"data_offsets":[0,8]}}'
        ),
        "a title of five megabytes.safetensors": make_network({"w": tensor}, {**about, "style": "x" * 5_000_000}),
    }


def _score(track: bytes, division: int = 96) -> bytes:
    return b"MThd\0\0\0\6\0\0\0\1" + struct.pack(">H", division) + b"MTrk" + struct.pack(">I", len(track)) + track


def _scores() -> dict[str, bytes]:
    note, end = b"\x90\x3c\x40", b"\0\xff\x2f\0"
    slow = b"\0\xff\x51\3\xff\xff\xff" + (b"\xff\xff\xff\x7f" + note) * 20
    return {
        "a million events.mid": _score(b"\0" + note + b"\0\x3c\x40" * 600_000 + end),
        "ten years.mid": _score(slow + end, division=1),
        "a track that is not there.mid": _score(b"\0" + note)[:-3] + b"MTrk\x7f\xff\xff\xff",
        "sixty thousand tracks.mid": b"MThd\0\0\0\6\0\1\xff\xff\0\x60" + (b"MTrk\0\0\0\4" + end) * 65_535,
        "an exclusive message that claims 256 MB.mid": _score(b"\0\xf0\xff\xff\xff\x7f" + bytes(100)),
    }


def _texts() -> dict[str, bytes]:
    return {
        "brackets.json": b"[" * 1_900_000,
        "objects in objects.json": b'{"text":"a","b":' + b'{"c":' * 300_000 + b"1" + b"}" * 300_000 + b"}",
        "a million values.json": b'{"text":"a","b":[' + b"0," * 900_000 + b"0]}",
        "a number of a million digits.json": b'{"text":"a","b":' + b"9" * 1_000_000 + b"}",
        "half a letter.json": b'{"text":"\\ud800 a"}',
        "a text of 3 MB.txt": b"a " * 1_500_000,
    }
