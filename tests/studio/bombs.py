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


def _png(*chunks: tuple[bytes, bytes], size: tuple[int, int] = (8, 8)) -> bytes:
    """A valid grey PNG with more chunks after its header."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    head = struct.pack(">IIBBBBB", *size, 8, 0, 0, 0, 0)
    rows = zlib.compress((b"\0" + bytes(size[0])) * size[1])
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + b"".join(chunk(*one) for one in chunks)
        + chunk(b"IDAT", rows)
        + chunk(b"IEND", b"")
    )


def _saved(format: str, size: tuple[int, int] = (16, 16), **options: object) -> bytes:
    held = io.BytesIO()
    fuzz.picture(size).save(held, format, **options)
    return held.getvalue()


def _pictures() -> dict[str, bytes]:
    jpeg = bytearray(_saved("JPEG"))
    frame = jpeg.index(b"\xff\xc0")
    jpeg[frame + 5 : frame + 9] = b"\xff\xdc\xff\xdc"
    bmp = bytearray(_saved("BMP"))
    bmp[18:26] = struct.pack("<2i", 60_000, 60_000)
    avif = bytearray(_saved("AVIF"))
    ispe = avif.index(b"ispe")
    avif[ispe + 8 : ispe + 16] = struct.pack(">2I", 60_000, 60_000)
    frames = [fuzz.picture((16, 16)).rotate(n) for n in range(3)]
    animated = io.BytesIO()
    frames[0].save(animated, "PNG", save_all=True, append_images=frames[1:])
    apng = bytearray(animated.getvalue())
    actl = apng.index(b"acTL")
    apng[actl + 4 : actl + 8] = b"\x7f\xff\xff\xff"
    apng[actl + 12 : actl + 16] = struct.pack(">I", zlib.crc32(bytes(apng[actl : actl + 12])))
    frame_head = b"\x2c" + bytes(4) + b"\x01\0\x01\0\0\x02\x02\x4c\x01\0"
    pages = io.BytesIO()
    frames[0].save(pages, "TIFF", save_all=True, append_images=[frames[1]] * 300)
    loop = bytearray(_saved("TIFF"))
    at = struct.unpack_from("<I", loop, 4)[0]
    count = struct.unpack_from("<H", loop, at)[0]
    struct.pack_into("<I", loop, at + 2 + 12 * count, at)  # the next page is this one
    tags = [(256, 4, 1, 8), (257, 4, 1, 8), (258, 3, 1, 8), (262, 3, 1, 1), (273, 4, 1, 8), (279, 4, 1, 64)]
    tags += [(60_000 + n, 7, 60_000_000, 8) for n in range(200)]  # each claims the same 60 MB
    wide = b"II*\0" + struct.pack("<I", 72) + bytes(64) + struct.pack("<H", len(tags))
    wide += b"".join(struct.pack("<HHII", *tag) for tag in tags) + bytes(4) + bytes(61_000_000)
    return {
        "a claimed size.png": fuzz.png_bomb(30_000),
        "many pixels.png": fuzz.png_bomb(11_000),
        "a claimed screen.gif": fuzz.gif_bomb(),
        "a claimed frame.gif": fuzz.gif_frame_bomb(),
        "a million frames.gif": b"GIF89a\1\0\1\0\x80\0\0\0\0\0\xff\xff\xff" + frame_head * 1_000_000 + b"\x3b",
        "a claimed canvas.webp": fuzz.webp_bomb(),
        "a claimed size.jpg": bytes(jpeg),
        "a claimed size.bmp": bytes(bmp),
        "a claimed size.avif": bytes(avif),
        "two thousand million frames.png": bytes(apng),
        "a claimed size.tif": fuzz.tiff_bomb(65_535, 65_535),
        "a claimed side.tif": fuzz.tiff_bomb(12_001, 1000),
        "many pixels.tif": fuzz.tiff_bomb(11_000, 11_000),
        "three hundred pages.tif": pages.getvalue(),
        "a page that follows itself.tif": bytes(loop),
        "tags of twelve gigabytes.tif": wide,
    }


def _metadata() -> dict[str, bytes]:
    zeros = zlib.compress(bytes(100_000_000), 9)
    xmp = b"XML:com.adobe.xmp\0\1\0\0\0" + zeros
    exif = (
        b"II*\0\x08\0\0\0"
        + struct.pack("<H", 4000)
        + b"".join(struct.pack("<HHII", n, 7, 0xFFFFFF, 8) for n in range(4000))
    )
    words = b"DigitalSourceType>" + b" " * 59_000_000
    label = b"AIGC:" + b"Label" * 80 + b'"' * 200
    return {
        "a colour profile of 100 MB.png": _png((b"iCCP", b"x\0\0" + zeros)),
        "a text of 100 MB.png": _png((b"zTXt", b"Comment\0\0" + zeros)),
        "an XMP packet of 100 MB.png": _png((b"iTXt", xmp)),
        "a hundred thousand texts.png": _png(*[(b"tEXt", b"Software\0midjourney")] * 100_000),
        "EXIF that claims 64 GB.png": _png((b"eXIf", exif)),
        "spaces behind a source type.png": _png((b"prVt", words)),
        "half a source type for ever.png": _png((b"prVt", b"DigitalSourceType>a" * 3_000_000)),
        "labels for ever.png": _png((b"prVt", label * 20_000)),
        "tools for ever.png": _png((b"prVt", b'CreatorTool="x ' * 2_000_000)),
        "deep JSON in a comment.png": _png((b"tEXt", b"prompt\0" + b'{"a":' * 40_000)),
        "a credential that is noise.png": _png(
            (b"caBX", b"\0\0\xff\xffjumb\0\0\0\x1ejumdc2pa\0\x11\0\x10\x80\0\0\xaa\0\x38\x9b\x71\x03" * 20_000)
        ),
        "boxes in boxes.png": _png(
            (b"caBX", b"".join(struct.pack(">I4s", 8 * (9000 - n), b"jumb") for n in range(9000)))
        ),
    }


def _box(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I4s", 8 + len(body), kind) + body


def _containers() -> dict[str, bytes]:
    files = fuzz.accepted_files()
    mp4 = files["mp4"]

    def spoiled(kind: bytes, at: int, word: bytes) -> bytes:
        data = bytearray(mp4)
        place = data.index(kind) + 4 + at
        data[place : place + len(word)] = word
        return bytes(data)

    ftyp = _box(b"ftyp", b"isom\0\0\2\0isomiso2mp41")
    nested = b""
    for _ in range(3000):
        nested = _box(b"moov", nested)
    edits = b"".join(struct.pack(">IiI", 0x7FFFFFFF, 0, 0x10000) for _ in range(100_000))
    id3_picture = b"APIC" + struct.pack(">I", 0x0D693A40) + b"\0\0\0image/png\0\3\0" + bytes(1000)
    wav = bytearray(files["wav"])
    wav[24:28] = struct.pack("<I", 0xFFFFFFFF)
    channels = bytearray(files["wav"])
    channels[22:24] = b"\xff\xff"
    flac = bytearray(files["flac"])
    flac[8 + 13 : 8 + 18] = b"\xff\xff\xff\xff\xff"
    comments = (
        b"\x84" + struct.pack(">I", 40)[1:] + struct.pack("<I", 4) + b"test" + struct.pack("<I", 0xFFFFFFFF) + bytes(28)
    )
    return {
        "a thousand million samples.mp4": spoiled(b"stsz", 8, b"\x3f\xff\xff\xff"),
        "runs of samples.mp4": spoiled(b"stts", 8, b"\x7f\xff\xff\xff"),
        "ten years.mp4": spoiled(b"mvhd", 16, b"\xff\xff\xff\xff"),
        "moov in moov.mp4": ftyp + nested,
        "edits for ever.mov": _box(b"ftyp", b"qt  \0\0\2\0qt  ")
        + _box(b"moov", _box(b"trak", _box(b"edts", _box(b"elst", bytes(4) + struct.pack(">I", 100_000) + edits)))),
        "a box of 16 exabytes.mp4": ftyp + struct.pack(">I4sQ", 1, b"moov", 0x7FFFFFFFFFFFFFFF) + bytes(100),
        "an element of 70 petabytes.mkv": files["mkv"][:40]
        + b"\x18\x53\x80\x67\x01\xff\xff\xff\xff\xff\xff\xfe"
        + b"\xec\x01\xff\xff\xff\xff\xff\xff\xfe" * 1000,
        "elements in elements.webm": files["webm"][:40] + b"\x1f\x43\xb6\x75\x01\xff\xff\xff\xff\xff\xff\xff" * 5000,
        "four thousand million samples a second.wav": bytes(wav),
        "65,535 channels.wav": bytes(channels),
        "a cover of 200 MB.mp3": b"ID3\4\0\0\x7f\x7f\x7f\x7f" + id3_picture + files["mp3"],
        "years of samples.flac": bytes(flac),
        "four thousand million comments.flac": files["flac"][:4] + b"\0" + files["flac"][5:42] + comments,
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

    def ended(entries: int, body: bytes, at: int = directory_at) -> bytes:
        return struct.pack("<4s4H2IH", b"PK\5\6", 0, 0, entries, entries, len(body), at, 0)

    entry = struct.pack("<4s6H3I5H2I", b"PK\1\2", 20, 20, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0) + b"a"
    lie = bytearray(good)
    merged_at = lie.rindex(b"PK\1\2")
    struct.pack_into("<I", lie, merged_at + 24, 0x7FFFFFFF)
    secret = bytearray(good)
    for signature, at in ((b"PK\3\4", 6), (b"PK\1\2", 8)):
        place = -1
        while (place := secret.find(signature, place + 1)) >= 0:
            secret[place + at] |= 1
    overlap = bytearray(good)
    first = overlap.index(b"PK\1\2")
    second = overlap.index(b"PK\1\2", first + 4)
    struct.pack_into("<I", overlap, second + 42, struct.unpack_from("<I", overlap, first + 42)[0])
    lol = b'<!DOCTYPE a [<!ENTITY a "lol"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>' + STACK
    deep = b"<image><stack>" + b"<stack>" * 100_000 + b"</stack>" * 100_000 + b"</stack></image>"
    return {
        "a picture of 100 MB.ora": _ora(bytes(100_000_000)),
        "layers of 600 MB.ora": _ora(more=tuple((f"data/{n}.bin", bytes(100_000_000)) for n in range(1, 7))),
        "a million entries.ora": good[:directory_at] + entry * 1_000_000 + ended(0xFFFF, entry * 1_000_000),
        "a directory that counts wrong.ora": good[:directory_at] + directory * 300 + ended(5, directory * 300),
        "a length that lies.ora": bytes(lie),
        "under a password.ora": bytes(secret),
        "entries that share bytes.ora": bytes(overlap),
        "names that climb.ora": _ora(more=(("../../../tmp/x.png", _png()),)),
        "names from the root.ora": _ora(more=(("/tmp/x.png", _png()),)),
        "the same name twice.ora": good[:directory_at] + directory + directory + ended(8, directory * 2),
        "archives in archives.ora": _ora(more=(("data/1.ora", _ora(more=(("data/1.ora", _ora()),))),)),
        "a layer of 900 megapixels.ora": _zip(
            ("stack.xml", STACK), ("data/0.png", fuzz.png_bomb(30_000)), ("mergedimage.png", _png())
        ),
        "entities that laugh.ora": _ora(stack=lol),
        "groups in groups.ora": _ora(stack=deep),
        "a layer at infinity.ora": _ora(stack=STACK.replace(b"name=", b'x="1e999" name=')),
        "in ZIP64.ora": good[:directory_at] + directory + ended(0xFFFF, b"", 0xFFFFFFFF),
        "a million layers.ora": _ora(
            stack=b"<image><stack>" + b'<layer src="data/0.png"/>' * 70_000 + b"</stack></image>"
        ),
        "a merged picture of 900 megapixels.ora": _ora(fuzz.png_bomb(30_000)),
    }


def _network(header: bytes, room: int = 8) -> bytes:
    return len(header).to_bytes(8, "little") + header + bytes(room)


def _networks() -> dict[str, bytes]:
    one = {"dtype": "F32", "shape": [2], "data_offsets": [0, 8]}
    about = {"architecture": "t"}

    def made(tensors: dict[str, object], notes: object = about, room: int = 8) -> bytes:
        return _network(json.dumps({"__metadata__": notes, **tensors}).encode(), room)

    return {
        "a header of 16 exabytes.safetensors": b"\xff" * 8 + b"{" * 100,
        "a header as long as the file.safetensors": (60_000_000).to_bytes(8, "little") + b"{" + b" " * 60_000_000,
        "deep brackets.safetensors": _network(b'{"a":' * 200_000),
        "a million tensors.safetensors": made(
            {f"t{n}": {**one, "shape": [0], "data_offsets": [0, 0]} for n in range(200_000)}
        ),
        "a shape beyond all memory.safetensors": made({"w": {**one, "shape": [1 << 39, 1 << 39]}}),
        "places that share bytes.safetensors": made({"w": one, "v": one}),
        "places beyond the end.safetensors": made({"w": {**one, "data_offsets": [0, 1 << 39]}}),
        "a number of a million digits.safetensors": _network(
            b'{"w":{"dtype":"F32","shape":[' + b"9" * 1_000_000 + b'],"data_offsets":[0,8]}}'
        ),
        "a title of five megabytes.safetensors": made({"w": one}, {**about, "style": "x" * 5_000_000}),
        "ten thousand notes.safetensors": made(
            {"w": one}, {**about, **{f"note {n}": "y" * 400 for n in range(10_000)}}
        ),
        "a name of a megabyte.safetensors": made({"w" * 1_000_000: one}),
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
        "numbers without end.mid": _score(b"\xff" * 100_000),
        "an exclusive message that claims 256 MB.mid": _score(b"\0\xf0\xff\xff\xff\x7f" + bytes(100)),
    }


def _texts() -> dict[str, bytes]:
    return {
        "brackets.json": b"[" * 1_900_000,
        "objects in objects.json": b'{"text":"a","b":' + b'{"c":' * 300_000 + b"1" + b"}" * 300_000 + b"}",
        "a million values.json": b'{"text":"a","b":[' + b"0," * 900_000 + b"0]}",
        "a number of a million digits.json": b'{"text":"a","b":' + b"9" * 1_000_000 + b"}",
        "half a letter.json": b'{"text":"\\ud800 a"}',
        "quotes without end.json": b'{"text":"' + b'\\"' * 900_000,
        "a text of 3 MB.txt": b"a " * 1_500_000,
        "nothing but NUL.txt": b"\0" * 1_000_000,
    }
