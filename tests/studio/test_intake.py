"""The intake finds the right facts of every accepted format, and answers everything else with one sentence."""

from __future__ import annotations

import io
import os
import sys
from pathlib import Path

import pytest
from PIL import Image, ImageCms

from studio.intake.examiner import Found, Intake, Limits
from studio.intake.formats import FORMATS
from tests.studio import fuzz
from tests.studio.fuzz import sentence_of

pytestmark = pytest.mark.slow

linux_only = pytest.mark.skipif(sys.platform != "linux", reason="resource limits and /proc are Linux")


@pytest.fixture(scope="module")
def intake():
    with Intake(spares=2, concurrency=2) as opened:
        yield opened


@pytest.fixture(scope="module")
def valid(tmp_path_factory):
    return fuzz.valid_files(tmp_path_factory.mktemp("valid"))


def save_picture(tmp_path: Path, picture: Image.Image, extension: str, **options) -> Path:
    path = tmp_path / f"picture{extension}"
    picture.save(path, **options)
    return path


def thumbnail(found: Found) -> Image.Image:
    return Image.open(io.BytesIO(found.thumbnail)).convert("RGB")


# valid files


@pytest.mark.parametrize("name", FORMATS)
def test_a_valid_file_of_each_format_is_found(name, valid, intake, tmp_path):
    nameless = tmp_path / "upload"  # its name says nothing
    nameless.write_bytes(valid[name].read_bytes())
    facts = intake.examine(nameless)
    kind, media_type, extension, _ = FORMATS[name]
    assert (facts.kind, facts.media_type, facts.extension) == (kind, media_type, extension)
    small = Image.open(io.BytesIO(facts.thumbnail))
    assert small.format == "WEBP" and max(small.size) <= 512
    if kind == "sound":
        assert facts.seconds == pytest.approx(1.0, abs=0.06) and facts.rate_hz == 48_000 and facts.has_sound
        assert small.getchannel("A").getextrema() == (0, 255)
        return
    assert (facts.width, facts.height) == fuzz.SIZE_PX == small.size and not facts.has_alpha
    if kind == "image":
        assert (facts.frames, facts.seconds, facts.has_sound) == (1, 0.0, False)
    else:
        assert facts.frames == fuzz.FRAMES and facts.rate_hz == fuzz.RATE_HZ and facts.has_sound
        assert facts.seconds == pytest.approx(1.0, abs=0.01)
    red, green, _ = thumbnail(facts).getpixel((4, 32))
    assert abs(red - fuzz.picture().getpixel((4, 32))[0]) < 30 and abs(green - fuzz.picture().getpixel((4, 32))[1]) < 30


def test_exif_rotation_is_applied_and_no_exif_is_kept(intake, tmp_path):
    exif = Image.Exif()
    exif[0x0112], exif[0x010F] = 6, "camera of Ada"
    found = intake.examine(save_picture(tmp_path, fuzz.picture(), ".jpg", exif=exif))
    assert (found.width, found.height) == (64, 96)
    expected = fuzz.picture().transpose(Image.Transpose.ROTATE_270).getpixel((60, 5))
    assert all(abs(a - b) < 30 for a, b in zip(thumbnail(found).getpixel((60, 5)), expected, strict=True))
    assert b"Ada" not in found.thumbnail and b"EXIF" not in found.thumbnail


def colour_of(intake: Intake, path: Path) -> tuple[int, ...]:
    return thumbnail(intake.examine(path)).getpixel((20, 20))


@pytest.mark.parametrize(
    ("mode", "extension", "options"),
    [
        ("CMYK", ".jpg", {"quality": 95}),
        ("L", ".png", {}),
        ("P", ".png", {}),
        ("1", ".png", {}),
        ("LA", ".png", {}),
        ("RGBA", ".webp", {}),
        ("RGBA", ".tif", {"compression": "tiff_lzw"}),
        ("I;16", ".png", {}),
        ("F", ".tif", {}),
        ("I", ".tif", {}),
        ("LAB", ".tif", {}),
    ],
)
def test_every_colour_mode_is_seen_as_it_looks(mode, extension, options, intake, tmp_path):
    colour = 255 if mode == "1" else (60, 120, 200) if mode in ("P", "CMYK", "RGBA", "LAB") else 120
    plain = Image.new("RGB" if isinstance(colour, tuple) else "L", (64, 48), colour)
    picture = plain.quantize(8) if mode == "P" else plain if mode in ("LAB", "I;16") else plain.convert(mode)
    if mode == "LAB":
        srgb, lab = ImageCms.createProfile("sRGB"), ImageCms.createProfile("LAB")
        picture = ImageCms.profileToProfile(plain, srgb, lab, outputMode="LAB")
    elif mode == "I;16":
        picture = Image.new("I;16", plain.size, 120 * 257)
    expected = plain.convert("RGB").getpixel((20, 20))
    seen = colour_of(intake, save_picture(tmp_path, picture, extension, **options))
    assert all(abs(a - b) <= 14 for a, b in zip(seen, expected, strict=True)), (seen, expected)


def test_transparency_is_told_and_shown_over_white(intake, tmp_path):
    clear = Image.new("RGBA", (64, 48), (200, 0, 0, 0))
    palette = Image.new("P", (64, 48), 0)
    palette.putpalette([200, 0, 0, 0, 0, 200])
    for path in (
        save_picture(tmp_path, clear, ".png"),
        save_picture(tmp_path, palette, ".gif", transparency=0),
        save_picture(tmp_path, palette, ".png", transparency=0),
    ):
        found = intake.examine(path)
        assert found.has_alpha and min(thumbnail(found).getpixel((20, 20))) > 245


def swapped_profile() -> bytes:
    """An RGB profile whose red and green are exchanged: whoever ignores it is seen at once."""
    data = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    return data.replace(b"rXYZ", b"tmpX").replace(b"gXYZ", b"rXYZ").replace(b"tmpX", b"gXYZ")


def test_a_colour_profile_is_applied_and_a_broken_one_ignored(intake, tmp_path):
    red = Image.new("RGB", (64, 48), (200, 30, 30))
    seen = colour_of(intake, save_picture(tmp_path, red, ".png", icc_profile=swapped_profile()))
    assert seen[1] > seen[0] + 80
    for broken in (b"no profile at all", swapped_profile()[:200]):
        seen = colour_of(intake, save_picture(tmp_path, red, ".png", icc_profile=broken))
        assert abs(seen[0] - 200) < 8 and abs(seen[1] - 30) < 8


@pytest.mark.parametrize("extension", [".gif", ".webp", ".png", ".tif", ".avif"])
def test_of_an_animation_the_first_frame_is_taken_and_all_are_counted(extension, intake, tmp_path):
    frames = [Image.new("RGB", (64, 48), colour) for colour in ("red", "lime", "blue")]
    found = intake.examine(save_picture(tmp_path, frames[0], extension, save_all=True, append_images=frames[1:]))
    assert (found.kind, found.frames) == ("image", 3)
    red, green, blue = thumbnail(found).getpixel((20, 20))
    assert red > 200 > 60 > max(green, blue)


def test_a_two_picture_jpeg_of_a_phone_is_a_jpeg(intake, tmp_path):
    path = tmp_path / "pair.jpg"
    fuzz.picture().save(path, "MPO", save_all=True, append_images=[fuzz.picture()])
    found = intake.examine(path)
    assert (found.media_type, found.width, found.frames) == ("image/jpeg", 96, 1)


def test_a_silent_video_and_a_sound_in_a_video_box(intake, tmp_path):
    assert not intake.examine(fuzz.write_video(tmp_path / "silent.mp4", "mpeg4")).has_sound
    assert "no moving picture" in sentence_of(intake, fuzz.write_sound(tmp_path / "sound.mp4", "aac", format="mp4"))
    assert "no sound" in sentence_of(intake, fuzz.write_video(tmp_path / "film.ogg", "libvpx", format="ogg"))


@pytest.mark.parametrize(
    ("extension", "codec", "pix_fmt"),
    [
        (".mp4", "libx265", "yuv420p"),
        (".mp4", "libsvtav1", "yuv420p"),
        (".mov", "mjpeg", "yuvj420p"),
        (".mov", "prores", "yuv422p10le"),
        (".avi", "mpeg4", "yuv420p"),
        (".mkv", "libx264", "yuv420p10le"),
    ],
)
def test_the_usual_codecs_are_read(extension, codec, pix_fmt, intake, tmp_path):
    found = intake.examine(fuzz.write_video(tmp_path / f"film{extension}", codec, pix_fmt=pix_fmt))
    assert found.frames == fuzz.FRAMES and (found.width, found.height) == fuzz.SIZE_PX
    if hasattr(os, "sched_getscheduler"):
        assert os.sched_getscheduler(0) == os.SCHED_OTHER  # an encoder left this process at real-time priority once


# what is not taken


STRANGE = {
    b"": "empty",
    b"<svg xmlns='http://www.w3.org/2000/svg'/>": "an SVG drawing",
    b"<!DOCTYPE html><script>1</script>": "a web page",
    b"%PDF-1.7\n": "a PDF document",
    b"PK\3\4" + bytes(40): "a ZIP archive",
    b"MZ\x90\0" + bytes(60): "a Windows program",
    b"\x7fELF\2\1\1": "a program",
    "Dear studio, grüße".encode(): "a text file",
    b"\0\0\0\x18ftypheic\0\0\0\0mif1heic": "a HEIC picture",
    b"#EXTM3U\nhttp://x/y.ts": "a list of other files",
    b"\0" * 500: "unknown kind",
    b"\x80\x04\x95" + bytes(9): "a pickle",
    b"\x1f\x8b\x08": "a gzip archive",
    b"\0\0\0\x18ftypM4A \0\0\0\0": "an M4A sound",
    b"\xff\xf1\x50\x80": "a raw AAC sound",
    b"8BPS\0\1": "a Photoshop document",
    b'{"a": 1}': "a text file",
}


@pytest.mark.parametrize("data", STRANGE, ids=STRANGE.values())
def test_other_files_are_refused_by_name(data, intake, tmp_path):
    path = tmp_path / "holiday.png"
    path.write_bytes(data)
    assert STRANGE[data] in sentence_of(intake, path)


def test_a_kind_that_does_not_belong_here(intake, valid):
    text = sentence_of(intake, valid["mp4"], kinds={"image"})
    assert text == "This is an MP4 video; what goes here is PNG, JPEG, WebP, GIF, TIFF, AVIF or BMP pictures."
    assert intake.examine(valid["png"], kinds=["image", "sound"]).kind == "image"
    assert sentence_of(intake, valid["png"], kinds=()) == "This is a PNG picture; no picture, video or sound goes here."


@pytest.mark.parametrize(
    ("name", "limits", "said"),
    [
        ("png", Limits(image_bytes=100), "MB"),
        ("png", Limits(image_pixels=6000), "96 × 64"),
        ("jpeg", Limits(image_side_px=90), "90 a side"),
        ("mp4", Limits(video_seconds=0.4), "seconds"),
        ("mkv", Limits(video_frames=5), "5 frames"),
        ("mov", Limits(video_frame_pixels=6000), "96 × 64"),
        ("wav", Limits(sound_seconds=0.4), "seconds"),
        ("flac", Limits(sound_rate_hz=44_100), "48,000 samples"),
    ],
)
def test_each_cap_has_its_sentence(name, limits, said, intake, valid):
    assert said in sentence_of(intake, valid[name], limits=limits)


def test_a_folder_a_pipe_and_nothing_are_not_files(intake, tmp_path):
    assert "could not be read" in sentence_of(intake, tmp_path)
    assert "could not be read" in sentence_of(intake, tmp_path / "missing.png")
    if hasattr(os, "mkfifo"):
        os.mkfifo(tmp_path / "pipe.png")
        assert "could not be read" in sentence_of(intake, tmp_path / "pipe.png")
