"""Sounds, scores, texts and layered pictures: made, kept with their files, exported, brought back by upload."""

from __future__ import annotations

import json

import pytest
from PIL import Image

from pipelines import media
from pipelines.core.settings import Refusal
from pipelines.media import openraster
from studio.__main__ import main
from studio.engine.exports import export_result
from studio.engine.uploads import receive
from studio.provenance.signing import read_credential, source_type_of
from studio.storage.artifacts import checked_call
from studio.web import describe
from tests import books, kinds
from tests.studio import fuzz

pytestmark = pytest.mark.slow

ME = "a" * 32


@pytest.fixture
def board(board):
    return kinds.install()


def make(studio, name, inputs=None, **settings):
    call = checked_call(f"stylize.{name}", inputs or {}, settings, lambda id: studio.store.artifact(ME, id).kind)
    return studio.jobs.run_now(ME, call)


def bring(studio, name, data, kinds=None):
    path = studio.store.new_file(".upload")
    path.write_bytes(data)
    return receive(studio.store, studio.intake, studio.certificate, ME, path, name, kinds=kinds)


def test_a_sound_is_signed_marked_and_keeps_its_files(studio, board):
    sound = make(studio, "hum", seconds=6)
    assert sound.kind == "sound" and sound.facts["signed"] and sound.facts["seconds_long"] == 6
    assert read_credential(sound.path, studio.certificate).state == "this studio"
    assert (media.beside(sound.path) / "song.mid").read_bytes() == kinds.MIDI
    shown = describe.card(board, sound)
    assert [file["name"] for file in shown["files"]] == ["words.json", "song.mid"] and shown["exports"] == [
        ".mp3",
        ".flac",
        ".m4b",
    ]
    from pipelines.watermark import sound as mark_sound

    back = media.load_sound(sound.path)
    assert back.rate_hz == 24000 and len(back.samples) == 144000
    assert f"{mark_sound.read_mark(back.samples, back.rate_hz).payload:08x}" == sound.facts["mark"] == sound.id[:8]


def test_what_is_deleted_goes_with_its_files(studio):
    layers = make(studio, "stack")
    folder = media.beside(layers.path)
    assert folder.is_dir()
    studio.store.delete(ME, layers.id)
    assert folder.is_dir()
    studio.store.tidy(undo_seconds=0)
    assert not folder.exists() and not layers.path.exists()


@pytest.mark.parametrize("ending", [".mp3", ".flac", ".m4b"])
def test_an_exported_sound_is_signed_with_the_original_as_its_parent(studio, ending):
    sound = make(studio, "hum")
    path = export_result(studio.store, studio.certificate, sound, ending)
    credential = read_credential(path, studio.certificate)
    assert credential.state == "this studio" and credential.record["id"] == sound.id
    assert [one.relationship for one in credential.ingredients] == ["parentOf"]
    assert abs(media.load_sound(path).seconds - 1.0) < 0.06
    path.unlink()
    with pytest.raises(Refusal, match=r"exported as \.mp3, \.flac"):
        export_result(studio.store, studio.certificate, sound, ".ogg")


def test_a_picture_with_layers_is_handed_on_as_psd(studio):
    made = make(studio, "stack")
    path = export_result(studio.store, studio.certificate, made, ".psd")
    opened, layers = Image.open(path), openraster.read_document(media.load_layers(made.path).archive).layers
    assert opened.size == (96, 64) and [one[0] for one in opened.layers] == [one.name for one in layers]
    assert source_type_of(path.read_bytes()) == "algorithmicMedia"
    path.unlink()


def test_layers_stand_in_slots_for_pictures_and_for_layers(studio):
    made = make(studio, "stack")
    assert made.kind == "layers" and media.load("image", made.path).size == (96, 64)
    counted = make(studio, "flatten", {"layers": made.id})
    assert int(json.loads(counted.path.read_text())["text"]) == len(kinds.archive(kinds.stack().picture))
    plain = bring(studio, "plain.png", (media.beside(made.path).parent / made.path.name).read_bytes())
    with pytest.raises(Refusal, match="must be a picture with layers, and this is a picture"):
        make(studio, "flatten", {"layers": plain.id})


def test_scores_texts_and_layers_can_be_brought(studio):
    score = bring(studio, "song.mid", kinds.MIDI)
    assert score.kind == "score" and media.load("score", score.path).midi == kinds.MIDI
    text = bring(studio, "story.txt", b"Once there was a fox.\n")
    assert text.kind == "words" and media.load("words", text.path).text == "Once there was a fox.\n"
    layers = bring(studio, "scene.ora", kinds.archive(kinds.stack().picture))
    assert layers.kind == "layers" and media.load("layers", layers.path).picture.size == (96, 64)


def test_a_character_can_be_brought_and_stands_in_slots_for_pictures_too(studio):
    from pipelines.figures import Character

    bolt = Character("robot", {"scarf": "#c8483f"}, name="Bolt")
    one = bring(studio, "bolt.json", bolt.to_json().encode())
    assert one.kind == "character" and Character.from_json(media.load("character", one.path).text) == bolt
    assert media.load("image", one.path).height > 600 and one.facts["width"] > 100
    with pytest.raises(Refusal, match="This is a character; choose another"):
        bring(studio, "bolt.json", bolt.to_json().encode(), ["sound"])


@pytest.mark.parametrize(
    ("name", "data", "says"),
    [
        ("who.json", b'{"format": "afternoon-studio/character/1", "kind": "nobody"}', "not a character"),
        ("song.mid", kinds.MIDI[:-6], "damaged"),
        ("story.txt", b"\xff\xfe\x00\xd8", "UTF-8"),
        ("story.json", b'{"words": 1}', "not a text"),
        ("half.epub", books.epub()[:900], "cannot be read"),
        (
            "other.safetensors",
            fuzz.accepted_files()["safetensors"].replace(b"architecture", b"architectury"),
            "nor a LoRA",
        ),
        ("scene.ora", b"PK\x03\x04 broken", "cannot be read"),
    ],
)
def test_broken_files_get_one_sentence(studio, name, data, says):
    with pytest.raises(Refusal, match=says) as problem:
        bring(studio, name, data)
    assert str(problem.value).count(".") <= 2 and "Traceback" not in str(problem.value)
    assert not list((studio.store.home / "work" / "new").iterdir())


def test_a_book_is_read_in_the_intakes_child_and_only_its_text_is_kept(studio):
    one = bring(studio, "zorro.epub", books.epub(), ["book", "words"])
    assert (one.kind, one.title, one.path.suffix) == ("book", "El zorro y el mar", ".json")
    assert [title for title, _ in media.load("book", one.path).chapters] == ["La luz", "El mar"]
    assert media.load("book", bring(studio, "zorro.pdf", books.pdf()).path).chapters[1][0] == "El mar"
    notes = bring(studio, "notes.md", books.MARKDOWN, ["book", "words"])
    assert notes.kind == "words" and len(media.load("book", notes.path).chapters) == 2
    with pytest.raises(Refusal, match="This is a book; choose another"):
        bring(studio, "zorro.epub", books.epub(), ["sound"])


def test_the_command_line_writes_the_files_beside(tmp_path, monkeypatch, board, capsys):
    monkeypatch.setenv("STUDIO_HOME", str(tmp_path / "home"))
    for out in ("line.wav", "line.mp3", "line.mid"):
        assert main(["run", "stylize.hum", "seconds=0.5", f"out={tmp_path / out}"]) == 0
    assert (tmp_path / "line.mid").read_bytes() == kinds.MIDI == (tmp_path / "line.song.mid").read_bytes()
    assert json.loads((tmp_path / "line.words.json").read_text())["seconds"] == 1.0
    assert main(["run", "stylize.hum", f"out={tmp_path / 'line.ogg'}"]) == 1
    assert "should end in .wav or .mp3 or .flac or .m4b or .mid" in capsys.readouterr().err


def test_a_lora_is_taken_on_the_shelf_and_other_foreign_networks_are_not(studio, board, tmp_path):
    import numpy as np
    from safetensors.numpy import save_file

    path = tmp_path / "ink.safetensors"
    save_file({"lora_unet_a.lora_up.weight": np.ones((2, 2), np.float32)}, path, metadata={"ss_note": "private"})
    kept = bring(studio, "ink.safetensors", path.read_bytes(), ["network"])
    assert kept.kind == "network" and kept.title == "ink" and kept.facts["about"] == {"architecture": "LoRA"}
