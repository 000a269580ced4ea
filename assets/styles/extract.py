"""Rebuilds the style gallery's pictures from the Debian package gcompris-qt-data (25.0.12).

    apt-get download gcompris-qt-data
    python assets/styles/extract.py gcompris-qt-data_25.0.12-1_all.deb

The argument is the .deb, or the folder it was unpacked to with `dpkg -x`. The paintings lie in Qt resource files
(.rcc): some whole, most of them cut into jigsaw pieces that overlap by a few pixels. Pieces are laid where the
puzzle's own board file puts them, moved by a few pixels to where the overlaps agree best, and the slivers that no
piece covers are filled in from their surroundings. Needs pillow, numpy and opencv.
"""

import argparse
import io
import re
import struct
import subprocess
import tempfile
import zlib
from pathlib import Path

import cv2
import numpy as np
from PIL import Image, ImageCms

HERE = Path(__file__).parent
LONGEST_PX = 768
QUALITY = 88
REACH_PX = 5  # how far a piece may move from where the board file puts it
MARGIN_PX = 40  # room around the board for pieces that stick out
COMPRESSED_ZLIB, DIRECTORY = 1, 2  # Qt's node flags
RESOURCES = "usr/share/gcompris-qt/rcc"
ACTIVITY = "/gcompris/src/activities"

# slug: (activity, board file or whole picture, pixels of frame or paper cut off left, top, right, bottom).
# Left out: Michelangelo's Pieta (a photograph of a sculpture) and two undated prints whose attribution to Hokusai
# could not be confirmed (boards 4 and 5).
PICTURES = {
    "renoir-moulin-de-la-galette": ("paintings", "board1_0.qml", (0, 0, 0, 0)),
    "arcimboldo-spring": ("paintings", "board2_0.qml", (0, 0, 0, 0)),
    "arcimboldo-librarian": ("paintings", "board3_0.qml", (0, 0, 0, 0)),
    "hokusai-ejiri": ("paintings", "board6_0.qml", (0, 0, 0, 0)),
    "hokusai-great-wave": ("paintings", "board7_0.qml", (0, 0, 0, 0)),
    "hiroshige-inokashira-snow": ("paintings", "board8_0.qml", (0, 4, 0, 4)),
    "hiroshige-mackerel-and-prawn": ("paintings", "board9_0.qml", (0, 0, 0, 0)),
    "hokusai-ryogoku-bridge": ("paintings", "board10_0.qml", (0, 0, 0, 0)),
    "hokusai-poppies": ("paintings", "board11_0.qml", (1, 1, 2, 1)),
    "hokusai-kazusa": ("paintings", "board12_0.qml", (0, 0, 0, 0)),
    "leonardo-mona-lisa": ("paintings", "board14_0.qml", (0, 0, 0, 0)),
    "bellini-pesaro": ("paintings", "board15_0.qml", (0, 0, 0, 0)),
    "durer-lion": ("paintings", "board16_0.qml", (0, 0, 0, 0)),
    "bruegel-harvesters": ("paintings", "board17_0.qml", (0, 0, 0, 0)),
    "renoir-girls-at-the-piano": ("paintings", "board18_0.qml", (0, 0, 0, 0)),
    "kandinsky-composition-viii": ("paintings", "board19_0.qml", (0, 0, 0, 0)),
    "bazille-aigues-mortes": ("paintings", "board20_0.qml", (4, 5, 4, 3)),
    "cassatt-summertime": ("paintings", "board21_0.qml", (0, 0, 0, 0)),
    "van-gogh-auvers-street": ("paintings", "board22_0.qml", (0, 0, 3, 1)),
    "degas-dance-class": ("paintings", "degas", (0, 0, 0, 0)),
    "van-gogh-church-at-auvers": ("details", "Eglise_dAuvers-sur-Oise_background.webp", (0, 0, 0, 0)),
    "van-gogh-cafe-terrace": ("details", "Gogh4_background.webp", (0, 0, 0, 0)),
    "van-gogh-pere-tanguy": ("details", "PortraitOfPereTanguy_background.webp", (0, 0, 3, 2)),
    "van-gogh-night-cafe": ("details", "Van_Gogh_The_Night_Cafe_background.webp", (0, 0, 0, 0)),
    "van-gogh-entrance-hall": ("details", "VincentVanGogh0012_background.webp", (1, 1, 3, 6)),
    "van-gogh-painter-on-his-way": ("details", "VincentVanGogh0013_background.webp", (1, 1, 2, 3)),
    "van-gogh-harvest": ("details", "VincentVanGogh0019_background.webp", (1, 9, 2, 6)),
    "van-gogh-langlois-bridge": ("details", "VincentVanGoghBridge_background.webp", (0, 0, 3, 5)),
}

# The package has the pieces of this painting but no board for them: their corners, measured by eye.
DEGAS_BOARD = (
    442,
    507,
    [
        ("degas_class-dance_1.webp", 0, 0),
        ("degas_class-dance_2.webp", 223, 0),
        ("degas_class-dance_3.webp", 0, 130),
        ("degas_class-dance_4.webp", 169, 126),
        ("degas_class-dance_5.webp", 0, 300),
        ("degas_class-dance_6.webp", 222, 340),
    ],
)


def read_resources(path):
    """Maps each path inside a Qt resource file to its bytes. Layout: Qt's rcc.cpp, versions 1 to 3."""
    data = Path(path).read_bytes()
    magic, version, tree, payload, names = struct.unpack(">4s4I", data[:20])
    if magic != b"qres":
        raise ValueError(f"{path} is no Qt resource file")
    node_bytes = 14 if version == 1 else 22

    def name(offset):
        length = struct.unpack_from(">H", data, names + offset)[0]
        start = names + offset + 6  # 2 bytes length, 4 bytes hash
        return data[start : start + 2 * length].decode("utf-16-be")

    def walk(index, folder):
        at = tree + index * node_bytes
        name_offset, flags = struct.unpack_from(">IH", data, at)
        here = f"{folder}/{name(name_offset)}" if index else ""
        if flags & DIRECTORY:
            count, first = struct.unpack_from(">II", data, at + 6)
            for child in range(first, first + count):
                yield from walk(child, here)
            return
        start = payload + struct.unpack_from(">I", data, at + 10)[0]
        length = struct.unpack_from(">I", data, start)[0]
        content = data[start + 4 : start + 4 + length]
        yield here, zlib.decompress(content[4:]) if flags & COMPRESSED_ZLIB else content

    return dict(walk(0, ""))


def open_srgb(content):
    """Opens a picture and converts it from its own colour profile, if it has one, to sRGB; keeps alpha."""
    picture = Image.open(io.BytesIO(content))
    profile = picture.info.get("icc_profile")
    picture = picture.convert("RGBA")
    if not profile:
        return picture
    alpha = picture.getchannel("A")
    colour = ImageCms.profileToProfile(
        picture.convert("RGB"), ImageCms.ImageCmsProfile(io.BytesIO(profile)), ImageCms.createProfile("sRGB")
    )
    colour.putalpha(alpha)
    return colour


def read_board(text):
    """Width, height and (file, centre x, centre y) of each piece of a puzzle; centres as parts of width and height."""
    width, height = map(int, re.search(r'"width"\s*:\s*(\d+),\s*"height"\s*:\s*(\d+)', text).groups())
    pieces = re.findall(r'"image/([^"]+)",\s*"x"\s*:\s*"([\d.]+)",\s*"y"\s*:\s*"([\d.]+)"', text)
    return width, height, [(file, float(x), float(y)) for file, x, y in pieces]


def load_pieces(resources, board):
    """Width, height and (rgba array, left, top) of each piece of a board, or of the boardless one."""
    folder = f"{ACTIVITY}/paintings/resource"
    if board == "degas":
        width, height, corners = DEGAS_BOARD
        return (
            width,
            height,
            [(np.asarray(open_srgb(resources[f"{folder}/image/{file}"])), left, top) for file, left, top in corners],
        )
    width, height, centres = read_board(resources[f"{folder}/board/{board}"].decode())
    pieces = []
    for file, x, y in centres:
        piece = np.asarray(open_srgb(resources[f"{folder}/image/{file}"]))
        pieces.append((piece, round(x * width - piece.shape[1] / 2), round(y * height - piece.shape[0] / 2)))
    return width, height, pieces


def overlap_error(canvas, covered, piece, left, top):
    """Mean absolute difference, 0-255, between a piece and what already lies under it, and how many pixels that is."""
    height, width = piece.shape[:2]
    under = covered[top : top + height, left : left + width] & (piece[..., 3] > 127)
    count = int(under.sum())
    if not count:
        return 0.0, 0
    below = canvas[top : top + height, left : left + width][under].astype(int)
    return float(np.abs(below - piece[..., :3][under]).mean()), count


def settle(canvas, covered, piece, left, top):
    """The corner within REACH_PX of the given one at which the overlap agrees best."""
    best = (np.inf, left, top)
    for dy in range(-REACH_PX, REACH_PX + 1):
        for dx in range(-REACH_PX, REACH_PX + 1):
            error, count = overlap_error(canvas, covered, piece, left + dx, top + dy)
            if count >= 150:
                # Where the overlap is plain sky any shift agrees: prefer the board file's place unless another is clearly better.
                best = min(best, (error + 0.6 * (abs(dx) + abs(dy)), left + dx, top + dy))
    return best[1:]


def lay(canvas, covered, piece, left, top, inset_px=0):
    """Paints a piece's opaque pixels, without its outermost inset_px, onto the canvas."""
    opaque = (piece[..., 3] > 127).astype(np.uint8)
    if inset_px:
        opaque = cv2.erode(opaque, np.ones((2 * inset_px + 1,) * 2, np.uint8), borderValue=1)
    height, width = opaque.shape
    canvas[top : top + height, left : left + width][opaque > 0] = piece[..., :3][opaque > 0]
    covered[top : top + height, left : left + width] |= opaque > 0


def next_piece(canvas, covered, waiting):
    """Index of the waiting piece that overlaps most with what is laid."""
    return max(range(len(waiting)), key=lambda i: overlap_error(canvas, covered, *waiting[i])[1])


def trim_ragged(covered):
    """The rows and columns, as slices, between edges that pieces cover nearly whole."""
    rows = np.where(covered.mean(1) > 0.97 * covered.mean(1).max())[0]
    columns = np.where(covered.mean(0) > 0.97 * covered.mean(0).max())[0]
    return slice(rows[0], rows[-1] + 1), slice(columns[0], columns[-1] + 1)


def stitch(resources, board):
    """The whole painting from its jigsaw pieces."""
    width, height, pieces = load_pieces(resources, board)
    canvas = np.zeros((height + 2 * MARGIN_PX, width + 2 * MARGIN_PX, 3), np.uint8)
    covered = np.zeros(canvas.shape[:2], bool)
    waiting = [(piece, left + MARGIN_PX, top + MARGIN_PX) for piece, left, top in pieces]
    laid = []
    while waiting:
        piece, left, top = waiting.pop(next_piece(canvas, covered, waiting))
        left, top = settle(canvas, covered, piece, left, top)
        lay(canvas, covered, piece, left, top)
        laid.append((piece, left, top))
    # The outermost pixels of a piece are tinted by what was transparent: cover them with its neighbour's.
    for piece, left, top in laid:
        lay(canvas, covered, piece, left, top, inset_px=2)
    rows, columns = trim_ragged(covered)
    canvas, covered = canvas[rows, columns], covered[rows, columns]
    holes = cv2.dilate((~covered).astype(np.uint8), np.ones((3, 3), np.uint8))
    return Image.fromarray(cv2.inpaint(np.ascontiguousarray(canvas), holes, 4, cv2.INPAINT_TELEA))


def extract_package(source, out):
    """Writes every picture from a package's unpacked folder or, through a temporary one, from its .deb."""
    if source.is_dir():
        return extract(source, out)
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(["dpkg", "-x", source, folder], check=True)
        return extract(Path(folder), out)


def extract(source, out):
    """Writes every picture of the unpacked package in the folder source as out/<slug>.jpg."""
    folder = source / RESOURCES
    resources = {activity: read_resources(folder / f"{activity}.rcc") for activity in ("paintings", "details")}
    for slug, (activity, name, (left, top, right, bottom)) in PICTURES.items():
        if name.endswith(".webp"):
            picture = open_srgb(resources[activity][f"{ACTIVITY}/{activity}/resource/image/{name}"]).convert("RGB")
        else:
            picture = stitch(resources[activity], name)
        picture = picture.crop((left, top, picture.width - right, picture.height - bottom))
        picture.thumbnail((LONGEST_PX, LONGEST_PX), Image.LANCZOS)
        picture.save(out / f"{slug}.jpg", quality=QUALITY, optimize=True)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("source", type=Path, help="the .deb, or the folder it was unpacked to")
    parser.add_argument("--out", type=Path, default=HERE)
    arguments = parser.parse_args()
    extract_package(arguments.source, arguments.out)
