"""Storybook with drawn shapes instead of the object model: bytes, layers, refusals."""

from __future__ import annotations

import io
import json
import zipfile
from functools import cache
from xml.etree import ElementTree

import numpy as np
import pytest
from PIL import Image

from pipelines.core.progress import Cancelled
from pipelines.core.settings import Refusal
from pipelines.generate import storybook as module
from pipelines.generate.storybook import storybook
from pipelines.media import Layers, openraster
from pipelines.scenes import scene

pytestmark = pytest.mark.slow

PROMPT = "a red fox beside a house and two birds above a tree at sunset"


@pytest.fixture(autouse=True)
def small(monkeypatch, stubbed):
    monkeypatch.setitem(module.PIXELS, "landscape", (320, 180))
    monkeypatch.setitem(module.PIXELS, "portrait", (180, 320))


@cache
def story() -> Layers:
    return storybook(prompt=PROMPT, seed=7).main


@pytest.fixture
def make_layers() -> Layers:
    """The same layers for all tests, drawn once by the stubs of the first of them."""
    return story()


def facts_of(layers: Layers) -> dict:
    return json.loads(zipfile.ZipFile(io.BytesIO(layers.archive)).read("studio.json"))


def test_the_same_seed_gives_the_same_bytes(make_layers):
    again, other = storybook(prompt=PROMPT, seed=7), storybook(prompt=PROMPT, seed=8)
    assert again.main.archive == make_layers.archive and again.files["layers.ora"] == make_layers.archive
    assert np.array_equal(np.asarray(again.main.picture), np.asarray(make_layers.picture))
    assert other.main.archive != make_layers.archive


def test_every_thing_is_a_layer_with_all_that_an_editor_needs(make_layers):
    facts = facts_of(make_layers)
    assert [one["id"] for one in facts["figures"]] == ["fox-1", "house-1", "bird-1", "bird-2", "tree-1"]
    assert {entry["name"] for entry in facts["layers"] if entry["kind"] == "plane"} >= {
        "sky",
        "far",
        "middle",
        "ground",
        "near",
    }
    fox = facts["figures"][0]
    assert fox["colour"] == "red" and fox["said"] == "fox" and fox["take"] == 0
    assert fox["anchor"] == [fox["x"], fox["feet"]] and fox["motion"]["move"] and 0 <= fox["depth"] <= 1
    drawn = [entry for entry in facts["layers"] if entry.get("figure") == "fox-1"]
    assert {entry["kind"] for entry in drawn} == {"figure", "under"}


def test_the_archive_is_openraster_as_krita_and_gimp_read_it(make_layers):
    with zipfile.ZipFile(io.BytesIO(make_layers.archive)) as archive:
        assert (
            archive.namelist()[0] == "mimetype"
            and archive.infolist()[0].compress_type == zipfile.ZIP_STORED
            and archive.read("mimetype") == b"image/openraster"
        )
        assert make_layers.archive[30:54] == b"mimetypeimage/openraster"  # where a file's type is looked for
        root = ElementTree.fromstring(archive.read("stack.xml"))
        assert root.tag == "image" and (root.get("w"), root.get("h")) == ("320", "180")
        layers = root.find("stack").findall("layer")
        canvas = Image.new("RGBA", (320, 180))
        for layer in reversed(layers):  # the first in the file lies on top
            assert (
                layer.get("composite-op") == "svg:src-over"
                and layer.get("name")
                and 0 <= float(layer.get("opacity")) <= 1
            )
            picture = Image.open(io.BytesIO(archive.read(layer.get("src")))).convert("RGBA")
            whole = Image.new("RGBA", canvas.size)
            whole.paste(picture, (int(layer.get("x")), int(layer.get("y"))))
            canvas = Image.alpha_composite(canvas, whole)
        merged = Image.open(io.BytesIO(archive.read("mergedimage.png")))
        assert np.abs(np.asarray(canvas.convert("RGB"), int) - np.asarray(merged.convert("RGB"), int)).max() <= 1
        assert np.array_equal(np.asarray(merged.convert("RGB")), np.asarray(make_layers.picture))
        assert max(Image.open(io.BytesIO(archive.read("Thumbnails/thumbnail.png"))).size) == 256


def test_layers_of_another_program_are_refused(make_layers):
    plain = openraster.write(openraster.Document(8, 8, (openraster.Layer("one", Image.new("RGBA", (8, 8), "red")),)))
    with pytest.raises(Refusal, match="Storybook did not make these"):
        scene.taken_apart(Layers(*plain).archive)
    with pytest.raises(Refusal):
        scene.taken_apart(make_layers.archive[: len(make_layers.archive) // 2])


def test_damaged_descriptions_are_refused(make_layers):
    document = openraster.read_document(make_layers.archive)
    for damage in (
        {"figures": [{}]},
        {"about": {"place": "nowhere", "hour": "day", "weather": "clear"}},
        {"layers": None},
    ):
        broken = openraster.Document(
            document.width, document.height, document.layers, {**document.facts, **damage}, document.sources
        )
        with pytest.raises(Refusal):
            scene.taken_apart(Layers(*openraster.write(broken)).archive)


def test_words_that_cannot_be_drawn_are_said_and_the_rest_is_drawn():
    result = storybook(prompt="a wug and a fox", seed=1)
    told = json.loads(result.files["reading.json"])
    assert any("“wug” is not drawn: It is not in" in note for note in told["notes"])
    assert [one["noun"] for one in facts_of(result.main)["figures"]] == ["fox"]
    for prompt, sentence in (
        ("a wug beside a blicket", "“wug” and “blicket” are not in the studio's vocabulary"),
        ("un zorro rojo junto a una casa", "This is not in English"),
        ("beautiful and calm", "Nothing here can be drawn"),
        ("", "."),
    ):
        with pytest.raises(Refusal, match=sentence):
            storybook(prompt=prompt, seed=1)


def test_a_drawing_does_not_change_with_its_company(stubbed):
    storybook(prompt="a fox", seed=3)
    alone = stubbed[0]
    stubbed.clear()
    storybook(prompt="a fox, a house, three birds", seed=3)
    assert stubbed[0] == alone


def test_settings_go_before_the_prompt():
    asked = storybook(prompt="a fox in a meadow", seed=1, hour="night", place="snow", format="portrait").main
    about = facts_of(asked)["about"]
    assert (about["hour"], about["place"]) == ("night", "snow")


def test_the_picture_can_be_watched_and_stopped():
    seen = []

    def report(progress):
        if progress.preview:
            seen.append(progress.preview().size)
        if progress.fraction > 0.5:
            raise Cancelled

    with pytest.raises(Cancelled):
        storybook(prompt=PROMPT, seed=1, report=report)
    assert len(seen) > 5 and set(seen) == {(160, 90)}


def test_taken_apart_and_put_together_is_the_same(make_layers):
    assert scene.put_together(scene.taken_apart(make_layers.archive)).archive == make_layers.archive
