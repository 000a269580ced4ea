"""What files say of themselves, in the forms that programs give it; foreign marks as the package that writes them does."""

from __future__ import annotations

import json
import zlib
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from PIL import ExifTags, Image
from PIL.PngImagePlugin import PngInfo

from pipelines.detect.parts.foreign_marks import DEVIATIONS, MESSAGES, agreement, read_foreign, scores
from pipelines.detect.parts.inscriptions import said_in
from pipelines.detect.provenance import OriginEvidence, weigh
from tests.fixtures import picture

FIXTURES = Path(__file__).parent / "fixtures"
SETTINGS = "a fox in snow\nNegative prompt: blurry\nSteps: 20, Sampler: Euler a, CFG scale: 7, Seed: 1, Size: 512x512, Model: v1-5"
GRAPH = {
    "3": {"class_type": "KSampler", "inputs": {"seed": 1, "steps": 20}},
    "6": {"class_type": "CLIPTextEncode", "inputs": {"text": "a fox in snow"}},
}
WORKFLOW = {"nodes": [{"id": 3, "type": "KSampler"}], "links": []}


def png(path: Path, **texts: str) -> Path:
    info = PngInfo()
    for key, value in texts.items():
        info.add_text(key, value)
    picture().save(path, pnginfo=info)
    return path


def exif(path: Path, tag: int, value: str | bytes, inside: bool = False) -> Path:
    block = Image.Exif()
    (block.get_ifd(ExifTags.IFD.Exif) if inside else block)[tag] = value
    picture().save(path, exif=block)
    return path


def only(path: Path, kind: str = "image"):
    found = said_in(path, kind)
    assert len(found) == 1, found
    return found[0]


def test_the_web_uis_settings_in_png_and_in_exif(tmp_path: Path) -> None:
    for path in (
        png(tmp_path / "a.png", parameters=SETTINGS),
        exif(tmp_path / "a.jpg", ExifTags.Base.UserComment, b"UNICODE\0" + SETTINGS.encode("utf-16-be"), inside=True),
        exif(tmp_path / "a.webp", ExifTags.Base.UserComment, b"UNICODE\0" + SETTINGS.encode("utf-16-le"), inside=True),
    ):
        found = only(path)
        assert "Stable Diffusion" in found.generator and "a fox in snow" in found.says and found.ratio >= 4


def test_comfy_graphs_in_png_webp_and_a_film(tmp_path: Path) -> None:
    held = only(png(tmp_path / "a.png", prompt=json.dumps(GRAPH), workflow=json.dumps(WORKFLOW)))
    assert held.generator == "ComfyUI"
    found = only(exif(tmp_path / "a.webp", ExifTags.Base.Make, "prompt:" + json.dumps(GRAPH)))
    assert found.generator == "ComfyUI" and "“a fox in snow”" in found.says and "2 nodes" in found.says
    film = tmp_path / "a.mp4"
    with av.open(str(film), "w") as out:
        out.metadata["comment"] = json.dumps({"prompt": json.dumps(GRAPH), "workflow": WORKFLOW})
        stream = out.add_stream("libx264", rate=Fraction(10))
        stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
        out.mux(stream.encode(av.VideoFrame.from_image(picture())))
        out.mux(stream.encode())
    assert only(film, "video").generator == "ComfyUI"


@pytest.mark.parametrize(
    ("texts", "name"),
    [
        ({"Software": "NovelAI", "Source": "Stable Diffusion 1D44365E"}, "NovelAI"),
        ({"invokeai_metadata": '{"app_version": "5.0"}'}, "InvokeAI"),
        ({"Description": "a fox --v 6.1 Job ID: 0a1b2c3d-0000-4000-8000-0123456789ab"}, "Midjourney"),
        ({"AIGC": '{"Label":"1","ContentProducer":"KLING"}'}, "AIGC label (GB 45438-2025)"),
        ({"fooocus_scheme": "fooocus"}, "Fooocus"),
        ({"Comment": '{"steps": 28, "sampler": "k_euler", "seed": 5}'}, "a diffusion model's settings"),
    ],
)
def test_other_programs(tmp_path: Path, texts: dict[str, str], name: str) -> None:
    assert name in {one.generator for one in said_in(png(tmp_path / "a.png", **texts), "image")}


def test_exif_of_flux_and_xmp_of_others(tmp_path: Path) -> None:
    assert only(exif(tmp_path / "a.jpg", ExifTags.Base.Software, "AI generated;txt2img;flux")).generator == "FLUX"
    xmp = (
        '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        '<rdf:Description photoshop:Credit="Made with Google AI" '
        'Iptc4xmpExt:DigitalSourceType="http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia"/></rdf:RDF></x:xmpmeta>'
    )
    path = tmp_path / "b.webp"
    picture().save(path, xmp=xmp.encode())
    assert {one.generator for one in said_in(path, "image")} == {"IPTC digital source type", "Google AI"}
    edited = tmp_path / "d.webp"
    picture().save(edited, xmp=xmp.replace("trainedAlg", "compositeWithTrainedAlg").replace("Made", "Edited").encode())
    for file, sentence in ((path, "it was made by AI; unsigned"), (edited, "AI had a part in it; unsigned")):
        assert sentence in weigh(OriginEvidence("image", {}, None, None, inscriptions=said_in(file, "image"))).sentence
    captured = tmp_path / "c.webp"
    picture().save(
        captured,
        xmp=xmp.replace("trainedAlgorithmicMedia", "digitalCapture").replace("Made with Google AI", "Anna").encode(),
    )
    assert only(captured).ratio == 0 and "clears nothing" in only(captured).says


def test_an_ordinary_photograph_says_nothing_and_hostile_texts_are_survived(tmp_path: Path) -> None:
    exif(tmp_path / "a.jpg", ExifTags.Base.Make, "Canon")
    picture().save(tmp_path / "b.png")
    assert said_in(tmp_path / "a.jpg", "image") == [] == said_in(tmp_path / "b.png", "image")
    deep = '{"a":' * 90_000
    for key, text in {
        "parameters": deep,
        "prompt": "[" * 100_000,
        "workflow": "{" + "\\u0000" * 999,
        "Software": "a" * 300_000,
    }.items():
        assert said_in(png(tmp_path / "c.png", **{key: text}), "image") == []
    content = bytearray((tmp_path / "a.jpg").read_bytes())
    content[30:60] = b"\xff" * 30
    (tmp_path / "d.jpg").write_bytes(content)
    said_in(tmp_path / "d.jpg", "image")
    (tmp_path / "e.mp4").write_bytes(b"\0\0\0\x18ftypisom" + bytes(50))
    assert said_in(tmp_path / "e.mp4", "video") == []


@pytest.mark.parametrize(("name", "whose"), [("sdxl", "SDXL"), ("sd1", "Stable Diffusion 1")])
def test_marks_as_the_package_writes_them_are_read(name: str, whose: str) -> None:
    """The fixtures were written by invisible-watermark 0.2.0 (encode, "dwtDct") into a smooth picture, where its own reader gets 35 of 48 bits."""
    marked = Image.open(FIXTURES / f"dwtdct-{name}.webp").convert("RGB")
    found = read_foreign(marked)
    assert [one.whose.startswith(whose) for one in found] == [True], found
    assert "dwtDct" in found[0].method
    small = marked.resize((marked.width // 2 * 2, marked.height - 32))
    assert read_foreign(small) == []  # a resizing takes it away, as docs/detect.md says


def test_pictures_without_a_foreign_mark_are_far_from_one() -> None:
    rng = np.random.default_rng(5)
    worst = 0.0
    for number in range(40):
        kind = number % 3
        pixels = (
            np.asarray(picture(384, 256, seed=number)) if kind else rng.integers(0, 256, (256, 384, 3), dtype=np.uint8)
        )
        if kind == 2:
            pixels = np.repeat(np.repeat(pixels[::8, ::8], 8, 0), 8, 1)
        said = scores(pixels)
        worst = max([worst, *(agreement(said, message)[0] for message in MESSAGES.values())])
    assert worst < DEVIATIONS - 1.5
    assert read_foreign(Image.new("RGB", (300, 300), "red")) == [] == read_foreign(picture(64, 48))


@pytest.mark.parametrize("packed", [False, True])
def test_a_text_in_the_lowest_bits_of_alpha(packed: bool) -> None:
    said = json.dumps({"Software": "NovelAI", "Comment": "a fox"}).encode()
    compressor = zlib.compressobj(wbits=31)
    body = compressor.compress(said) + compressor.flush() if packed else said
    content = (b"stealth_pngcomp" if packed else b"stealth_pnginfo") + (8 * len(body)).to_bytes(4, "big") + body
    bits = np.unpackbits(np.frombuffer(content, np.uint8))
    alpha = np.full(96 * 64, 254, np.uint8)
    alpha[: len(bits)] |= bits
    hidden = picture(96, 64).convert("RGBA")
    hidden.putalpha(Image.fromarray(alpha.reshape(96, 64).T.copy()))
    found = read_foreign(hidden)
    assert len(found) == 1 and found[0].whose == "NovelAI" and "a fox" in found[0].says
    assert read_foreign(picture(96, 64).convert("RGBA")) == []
