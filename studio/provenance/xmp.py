"""The IPTC DigitalSourceType as XMP inside PNG, JPEG and WebP files, written without touching a pixel.

IPTC Photo Metadata Standard 2023.2, "Digital Source Type"; XMP part 3 for where a packet stands in each format.
"""

from __future__ import annotations

import re
import struct
import zlib

from pipelines.detect.parts import packets

VOCABULARY = "http://cv.iptc.org/newscodes/digitalsourcetype/"
_JPEG_HEADER = b"http://ns.adobe.com/xap/1.0/\x00"
_PNG_HEADER = b"XML:com.adobe.xmp\x00\x00\x00\x00\x00"
_OLD_TAG = b"<Iptc4xmpExt:DigitalSourceType"
_OLD_END = b"</Iptc4xmpExt:DigitalSourceType>"
_OLD_ATTRIBUTE = re.compile(rb"\sIptc4xmpExt:DigitalSourceType=(?:\"[^\"<]{0,400}\"|'[^'<]{0,400}')")
MOST_PACKET_BYTES = 4_000_000  # of XMP that is kept; a longer packet is replaced


def with_source_type(data: bytes, media_type: str, source_type: str) -> bytes:
    """The file with the IPTC term `source_type` in its XMP; formats other than PNG, JPEG and WebP are unchanged.

    The same bytes give the same bytes. XMP that is already there is kept, except an older DigitalSourceType.
    Raises ValueError when the file is not well-formed enough to be edited.
    """
    insert = {"image/png": _insert_png, "image/jpeg": _insert_jpeg, "image/webp": _insert_webp}.get(media_type)
    if insert is None:
        return data
    try:
        return insert(data, VOCABULARY + source_type)
    except (struct.error, IndexError) as error:
        raise ValueError("the file ends in the middle of a block") from error


def packet_of(source_type: str) -> bytes:
    """An XMP packet that names the IPTC term, for formats into which this module puts none."""
    return _packet(b"", VOCABULARY + source_type)


def source_type_of(data: bytes) -> str | None:
    """The IPTC term that a file's metadata names, or None. Anyone can write it: it may raise suspicion, never clear."""
    return packets.source_type(data)


def _packet(old: bytes, uri: str) -> bytes:
    """An XMP packet that names `uri`: a new one, or `old` with one more rdf:Description."""
    description = (
        '<rdf:Description rdf:about="" xmlns:Iptc4xmpExt="http://iptc.org/std/Iptc4xmpExt/2008-02-29/">'
        f"<Iptc4xmpExt:DigitalSourceType>{uri}</Iptc4xmpExt:DigitalSourceType></rdf:Description>"
    ).encode()
    if len(old) <= MOST_PACKET_BYTES and b"</rdf:RDF>" in old:
        return _without_old(old).replace(b"</rdf:RDF>", description + b"</rdf:RDF>", 1)
    return (
        (
            '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/">'
            '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        ).encode()
        + description
        + b'</rdf:RDF></x:xmpmeta><?xpacket end="w"?>'
    )


def _without_old(packet: bytes) -> bytes:
    """The packet without any DigitalSourceType, found in one walk: neither an element nor an attribute is looked for twice."""
    kept, at = [], 0
    while (start := packet.find(_OLD_TAG, at)) >= 0:
        head = packet.find(b">", start)
        alone = packet[head - 1 : head] == b"/"
        close = head if alone or head < 0 else packet.find(_OLD_END, head)
        if close < 0:
            break  # it is never closed, so the packet is broken as it was
        kept.append(packet[at:start])
        at = head + 1 if alone else close + len(_OLD_END)
    return _OLD_ATTRIBUTE.sub(b"", b"".join([*kept, packet[at:]]))


def _insert_png(data: bytes, uri: str) -> bytes:
    """PNG third edition, section 11.3.3.4: an uncompressed iTXt chunk, straight after IHDR."""
    if data[:8] != b"\x89PNG\r\n\x1a\n" or data[12:16] != b"IHDR":
        raise ValueError("not a PNG file")
    kept, old, position = [], b"", 33
    while position < len(data):
        (length,) = struct.unpack_from(">I", data, position)
        end = position + 12 + length
        body = data[position + 8 : end - 4]
        if data[position + 4 : position + 8] == b"iTXt" and body.startswith(b"XML:com.adobe.xmp\x00"):
            old = body[len(_PNG_HEADER) :] if body.startswith(_PNG_HEADER) else b""
        else:
            kept.append(data[position:end])
        position = end
    chunk = b"iTXt" + _PNG_HEADER + _packet(old, uri)
    return data[:33] + struct.pack(">I", len(chunk) - 4) + chunk + struct.pack(">I", zlib.crc32(chunk)) + b"".join(kept)


def _insert_jpeg(data: bytes, uri: str) -> bytes:
    """XMP part 3, section 1.1.3: an APP1 segment, after JFIF and Exif and before everything else."""
    if data[:2] != b"\xff\xd8":
        raise ValueError("not a JPEG file")
    head, kept, old, position = [], [], b"", 2
    while data[position] == 0xFF and data[position + 1] in (*range(0xE0, 0xF0), 0xFE):
        (length,) = struct.unpack_from(">H", data, position + 2)
        segment = data[position : position + 2 + length]
        if segment[1] == 0xE1 and segment[4:].startswith(_JPEG_HEADER):
            old = segment[4 + len(_JPEG_HEADER) :]
        elif segment[1] == 0xE0 or segment[4:].startswith(b"Exif\x00"):
            head.append(segment)
        else:
            kept.append(segment)
        position += 2 + length
    body = _JPEG_HEADER + _packet(old, uri)
    if len(body) > 65533:
        body = _JPEG_HEADER + _packet(b"", uri)
    xmp = b"\xff\xe1" + struct.pack(">H", len(body) + 2) + body
    return data[:2] + b"".join(head) + xmp + b"".join(kept) + data[position:]


def _insert_webp(data: bytes, uri: str) -> bytes:
    """RFC 9649, section 2.7: an "XMP " chunk at the end of an extended file; a simple file becomes an extended one."""
    if data[:4] != b"RIFF" or data[8:12] != b"WEBP":
        raise ValueError("not a WebP file")
    chunks, position = [], 12
    while position + 8 <= len(data):
        (length,) = struct.unpack_from("<I", data, position + 4)
        chunks.append((data[position : position + 4], data[position + 8 : position + 8 + length]))
        position += 8 + length + length % 2
    if not chunks:
        raise ValueError("an empty WebP file")
    if chunks[0][0] != b"VP8X":
        chunks.insert(0, (b"VP8X", _webp_extended_header(*chunks[0])))
    header = chunks[0][1]
    chunks[0] = (b"VP8X", bytes([header[0] | 0x04]) + header[1:])
    old = next((body for kind, body in chunks if kind == b"XMP "), b"")
    chunks = [chunk for chunk in chunks if chunk[0] != b"XMP "] + [(b"XMP ", _packet(old, uri))]
    body = b"".join(kind + struct.pack("<I", len(part)) + part + b"\0" * (len(part) % 2) for kind, part in chunks)
    return b"RIFF" + struct.pack("<I", len(body) + 4) + b"WEBP" + body


def _webp_extended_header(kind: bytes, body: bytes) -> bytes:
    """The ten bytes of VP8X (flags, canvas size in pixels less one) for a simple file's only chunk."""
    if kind == b"VP8 ":
        width, height = (value & 0x3FFF for value in struct.unpack_from("<HH", body, 6))
        flags = 0
    elif kind == b"VP8L":
        (bits,) = struct.unpack_from("<I", body, 1)
        width, height, flags = (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1, 0x10 * (bits >> 28 & 1)
    else:
        raise ValueError("an unknown kind of WebP file")
    return bytes([flags, 0, 0, 0]) + (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
