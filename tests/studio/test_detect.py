"""Detect with a studio behind it: what is signed, what the registry and the marks say, what is written down, and that nobody is asked for anything."""

from __future__ import annotations

import io
import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from studio.engine.uploads import receive
from studio.provenance.certificate import certificate
from studio.provenance.signing import Parent, Statement, sign
from studio.storage.artifacts import Artifact, Call
from tests.fixtures import picture, put_picture

pytestmark = pytest.mark.slow

ME = "visitor"


def make_result(studio, seed: int = 0, **settings: Any) -> Artifact:
    """A result of the stub method from an upload, signed, marked and registered."""
    photo = put_picture(studio, ME, seed=seed, width=320, height=240)
    return studio.jobs.run_now(
        ME,
        Call(
            "stylize.wash",
            {"content": photo.id},
            {"strength": 0.2, "words": "", "flip": False, "seed": seed, **settings},
        ),
    )


def brought(studio, path: Path, session: str = ME) -> Artifact:
    """A file uploaded by a visitor; `path` stays."""
    copy = studio.store.new_file(path.suffix)
    shutil.copyfile(path, copy)
    return receive(studio.store, studio.intake, studio.certificate, session, copy, path.name)


def ask_detect(studio, one: Artifact, session: str = ME) -> dict[str, Any]:
    """What detect.provenance says of a file on the shelf."""
    found = studio.jobs.run_now(session, Call("detect.provenance", {"media": one.id}, {}))
    assert found.kind == "verdict" and found.path.suffix == ".json"
    return json.loads(found.path.read_text())


def test_a_signed_file_is_told_with_its_tree(studio):
    result = make_result(studio)
    record = ask_detect(studio, result)
    provenance = record["provenance"]
    # the stub method uses no model: it is signed, and the signature does not speak of a trained one
    assert provenance["credential"]["state"] == "this studio" and provenance["credential"]["artifact"] == result.id
    assert "without a trained model" in record["reasons"][0]
    [parent] = provenance["credential"]["ingredients"]
    assert parent["relationship"] == "parentOf" and parent["state"] == "none"
    assert parent["artifact"] == result.call.inputs["content"]  # an unsigned upload is known by its parent's record
    assert provenance["registry"]["pipeline"] == "stylize.wash"
    assert record["media"]["width"] == 320 and record["format"] == "afternoon-studio/verdict-2"
    assert not provenance["inscriptions"] or "clears" not in record["reasons"]


def test_a_resaved_copy_is_known_by_its_mark(studio, tmp_path):
    result = make_result(studio)
    copy = tmp_path / "copy.jpg"
    Image.open(result.path).convert("RGB").resize((300, 226)).save(copy, quality=88)
    told = ask_detect(studio, brought(studio, copy))
    [mark] = told["provenance"]["marks"]
    assert told["provenance"]["credential"]["state"] == "none"
    assert mark["mark"] == result.id[:8] and mark["registry"]["pipeline"] == "stylize.wash"
    assert mark["registry"]["artifact"] == result.id  # on this visitor's own shelf
    studio.store.rows("UPDATE registry SET trained = 1")
    elsewhere = ask_detect(studio, brought(studio, copy, "stranger"), "stranger")
    assert elsewhere["verdict"] == "marked as AI"
    assert elsewhere["provenance"]["marks"][0]["registry"]["artifact"] is None  # nobody learns what stands on another's


def edited_copy(signed: Path, target: Path) -> Path:
    """A signed PNG with a square painted over, by a program that keeps the credential's chunk as it was."""
    content = signed.read_bytes()
    at = content.index(b"caBX") - 4
    chunk = content[at : at + 12 + int.from_bytes(content[at : at + 4], "big")]
    held, painted = io.BytesIO(), Image.open(signed).convert("RGB")
    painted.paste((200, 30, 30), (20, 20, 90, 70))
    painted.save(held, "PNG")
    target.write_bytes(held.getvalue()[:33] + chunk + held.getvalue()[33:])
    return target


def test_an_edited_copy_is_broken(studio, tmp_path):
    told = ask_detect(studio, brought(studio, edited_copy(make_result(studio).path, tmp_path / "edited.png")))
    assert told["verdict"] == "changed after signing" and "changed after it was signed" in told["reasons"][0]
    assert told["provenance"]["marks"]  # and it is still known where it came from


def test_states_become_verdicts(studio, tmp_path):
    stranger = certificate(tmp_path / "stranger")
    picture(320, 240).save(tmp_path / "plain.png")

    def tell_verdict(signer, **changed):
        sign(
            tmp_path / "plain.png",
            tmp_path / "signed.png",
            Statement("a", "image/png", True, {}, trained=changed.pop("trained", True)),
            signer,
        )
        one = brought(studio, tmp_path / "signed.png")
        said = ask_detect(studio, one)
        studio.store.delete(ME, one.id)
        studio.store.tidy(undo_seconds=-1)
        return said

    assert tell_verdict(studio.certificate)["verdict"] == "AI-made (signed)"
    unknown = tell_verdict(stranger)
    assert unknown["verdict"] == "says AI (signed, unconfirmed)" and "does not know the signer" in unknown["sentence"]
    assert unknown["provenance"]["credential"]["faults"] == ["untrusted", "undated"]
    known = studio.store.home / "known_signers"
    known.mkdir()
    (known / "stranger.pem").write_text(stranger.anchor)
    assert tell_verdict(stranger)["verdict"] == "AI-made (signed)"
    by_code = tell_verdict(studio.certificate, trained=False)
    assert by_code["verdict"] == "made by code (signed)" and "signed by this studio" in by_code["sentence"]
    assert by_code["chain"][0]["decides"]


def marked_picture(folder: Path, payload: int) -> Path:
    """A picture with a studio's invisible mark, which the registry of the studio under test does not know."""
    from pipelines.watermark import picture as marks

    path = folder / "marked.png"
    Image.fromarray(marks.embed(np.asarray(picture(512, 512)), payload)).save(path)
    return path


def by_code(folder: Path, payload: int, signer: Any, parents: tuple[Parent, ...] = ()) -> Path:
    """The same, signed by somebody as made by code."""
    sign(
        marked_picture(folder, payload),
        folder / "signed.png",
        Statement("painted", "image/png", True, {}, parents, trained=False),
        signer,
    )
    return folder / "signed.png"


def test_a_known_signature_of_code_explains_a_mark_and_nothing_else(studio, tmp_path):
    record = ask_detect(studio, brought(studio, by_code(tmp_path, 0x1234ABCD, studio.certificate)))
    assert record["provenance"]["marks"] and record["verdict"] == "made by code (signed)"
    picture(400, 300).save(tmp_path / "unknown.png")
    record = ask_detect(
        studio,
        brought(
            studio,
            by_code(
                tmp_path, 0x1234ABCD, studio.certificate, ((Parent(tmp_path / "unknown.png", "unknown", "inputTo"),))
            ),
        ),
    )
    assert record["verdict"] != "made by code (signed)"


def test_an_unknown_signature_of_code_is_told_and_does_not_outweigh_the_mark(studio, tmp_path):
    record = ask_detect(studio, brought(studio, by_code(tmp_path, 0x1234ABCD, certificate(tmp_path / "stranger"))))
    assert record["verdict"] == "marked as AI" and "whom this studio does not know" in record["sentence"]
    result = make_result(studio)
    studio.store.rows("UPDATE registry SET trained = 1")  # nor does a known one outweigh that of a trained method
    record = ask_detect(studio, brought(studio, by_code(tmp_path, int(result.id[:8], 16), studio.certificate)))
    assert record["verdict"] == "marked as AI"


def test_known_signers_are_listed_and_added(tmp_path):
    from pipelines.core.settings import Refusal
    from studio.provenance.trust import add, lists

    assert [one.path.name for one in lists(tmp_path)][:1] and all(one.names for one in lists(tmp_path))
    stranger = certificate(tmp_path / "stranger")
    (tmp_path / "c2pa-trust-list.pem").write_text(stranger.anchor)
    add(tmp_path, tmp_path / "c2pa-trust-list.pem")
    [ours] = [one for one in lists(tmp_path) if one.path.name == "c2pa-trust-list.pem"]
    assert ours.added and len(ours.names) == 1  # a newer list takes the place of the bundled one
    (tmp_path / "none.pem").write_text("nothing")
    with pytest.raises(Refusal, match="no certificates"):
        add(tmp_path, tmp_path / "none.pem")


def test_a_report_is_signed_whole_and_says_what_was_found(studio):
    import zipfile

    from studio.engine.exports import export_result
    from studio.provenance.signing import read_credential

    one = studio.jobs.run_now(ME, Call("detect.provenance", {"media": make_result(studio).id}, {}))
    paths = {
        ending: export_result(studio.store, studio.certificate, one, ending) for ending in (".pdf", ".zip", ".html")
    }
    for ending in (".pdf", ".zip"):
        told = read_credential(paths[ending], studio.certificate)
        assert told.state == "this studio" and [part.relationship for part in told.ingredients] == ["inputTo"]
        assert told.ingredients[0].state == "this studio"  # the file that was examined, with its own credential
    with zipfile.ZipFile(paths[".zip"]) as archive:
        assert {"report.json", "report.html", "report.pdf", "examined.webp"} <= set(archive.namelist())
    page = paths[".html"].read_text()
    assert "Signed by this studio" in page and "<script" not in page


def test_a_hostile_title_stays_text_in_every_report(studio, tmp_path):
    from studio.engine.exports import export_result

    bad = "<img src=x onerror=alert(1)> 漢字 \u202e"
    copy = studio.store.new_file(".png")
    picture(64, 48).save(copy)
    one = receive(studio.store, studio.intake, studio.certificate, ME, copy, bad + ".png")
    told = studio.jobs.run_now(ME, Call("detect.provenance", {"media": one.id}, {}))
    assert "<img src=x" not in export_result(studio.store, studio.certificate, told, ".html").read_text()
    assert export_result(studio.store, studio.certificate, told, ".pdf").read_bytes().startswith(b"%PDF")
