"""The doors: command line, REST and MCP give the same pixels for the same call; each refuses in one sentence."""

from __future__ import annotations

import json
from pathlib import Path

import gradio as gr
import numpy as np
import pytest
from gradio.data_classes import FileData
from PIL import Image

from pipelines.core.run import find
from pipelines.core.settings import settings_of
from studio import __main__ as command_line
from studio.access import api_uploads
from studio.storage.artifacts import checked_call
from studio.storage.store import session_key
from studio.web import api as doors
from tests.fixtures import run_async

pytestmark = pytest.mark.slow

ME = "a" * 32


class Request:
    """What Gradio hands to an endpoint, as far as the studio looks at it."""

    username = None

    def __init__(self, token: str) -> None:
        self.headers = {"cookie": f"studio_session={token}"}


TOKEN = "t" * 43


def upload_photo(photo: Path) -> Path:
    """A file where TOKEN's session has uploaded it."""
    path = api_uploads.folder_of(session_key("visitor:" + TOKEN)) / "up-1" / photo.name
    path.parent.mkdir(parents=True)
    path.write_bytes(photo.read_bytes())
    return path


def run(capsys, *words: str) -> tuple[int, str, str]:
    code = command_line.main(words)
    said = capsys.readouterr()
    return code, said.out, said.err


def test_command_line_page_and_rest_give_the_same_bytes(studio, photo, tmp_path, capsys, monkeypatch):
    monkeypatch.setenv("STUDIO_HOME", str(studio.store.home))
    out = tmp_path / "out.png"
    code, printed, _ = run(capsys, "run", "stylize.wash", f"content={photo}", "strength=0.3", "seed=7", f"out={out}")
    assert code == 0 and "payload sha256" in printed
    # the page: the same call through the queue
    copy = studio.store.new_file(".png")
    copy.write_bytes(photo.read_bytes())
    from studio.engine.uploads import receive

    mine = receive(studio.store, studio.intake, studio.certificate, ME, copy, "photo.png")
    call = checked_call("stylize.wash", {"content": mine.id}, {"strength": 0.3, "seed": 7}, lambda id: "image")
    result = studio.jobs.run_now(ME, call)
    assert result.facts["payload_sha256"] in printed
    # REST and MCP: the endpoint made from the signature
    monkeypatch.setattr(api_uploads, "get_upload_folder", lambda: str(tmp_path))
    studio.jobs.start()
    endpoint = doors.endpoint(studio, settings_of(find("stylize.wash")))
    answer = run_async(endpoint({"path": str(upload_photo(photo))}, None, 0.3, "", False, 7, Request(TOKEN)))
    for path in (Path(answer["path"]), result.path):
        assert np.array_equal(np.asarray(Image.open(path)), np.asarray(Image.open(out)))


def test_endpoint_schema_is_the_signature(studio):
    from gradio_client.utils import python_type_to_json_schema

    endpoint = doors.endpoint(studio, settings_of(find("stylize.slow")))
    assert list(endpoint.__annotations__) == ["content", "steps", "mode", "request", "return"]
    assert endpoint.__annotations__["content"] is FileData
    assert python_type_to_json_schema(endpoint.__annotations__["mode"]) == {"enum": ["calm", "fail", "refuse", "stuck"]}


@pytest.mark.parametrize("path", ["/etc/passwd", "http://127.0.0.1:1/x.png", "../../etc/passwd", "", None])
def test_rest_takes_only_what_was_uploaded(studio, path, tmp_path, monkeypatch):
    monkeypatch.setattr(api_uploads, "get_upload_folder", lambda: str(tmp_path / "uploads"))
    endpoint = doors.endpoint(studio, settings_of(find("stylize.wash")))
    with pytest.raises(gr.Error, match="Upload the file first"):
        run_async(endpoint({"path": path}, None, 0.3, "", False, 7, Request(TOKEN)))


def test_verify_recipe_and_replay(studio, photo, tmp_path, capsys, monkeypatch):
    monkeypatch.setenv("STUDIO_HOME", str(studio.store.home))
    out = tmp_path / "out.png"
    run(capsys, "run", "stylize.wash", f"content={photo}", "seed=7", f"out={out}")
    code, printed, _ = run(capsys, "verify", str(out))
    assert code == 0 and "Signed by this studio" in printed and "parentOf: photo" in printed
    code, printed, _ = run(capsys, "recipe", str(out))
    assert code == 0 and json.loads(printed)["settings"]["seed"] == 7
    code, printed, _ = run(capsys, "replay", str(out))
    assert code == 0 and json.loads(printed)["identical"] is True
    damaged = bytearray(out.read_bytes())
    damaged[len(damaged) // 2] ^= 1
    out.write_bytes(damaged)
    code, printed, _ = run(capsys, "verify", str(out))
    assert code == 1 and "Changed after it was signed" in printed
    code, _, printed = run(capsys, "recipe", str(out))
    assert code == 1 and "was changed since it was signed" in printed


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("run", "stylize.nothing"), "There is no pipeline called"),
        (("run", "stylize.wash"), "Add a picture to “Photo” first."),
        (("run", "stylize.wash", "content=/no/such.png"), "There is no file /no/such.png."),
        (("run", "stylize.wash", "content={photo}", "strength=9"), "Strength must be between 0 and 1."),
        (("run", "stylize.wash", "content={photo}", "out=/no/such/folder/x.png"), "could not be written"),
        (("run", "narrate.speak", "text=Hi", "feeling=odd"), "Feeling must be one of: As the voice speaks, "),
        (("recipe", "{photo}"), "carries no recipe"),
    ],
)
def test_wrong_words_get_one_sentence(studio, photo, capsys, monkeypatch, words, said):
    monkeypatch.setenv("STUDIO_HOME", str(studio.store.home))
    code, _, error = run(capsys, *(word.format(photo=photo) for word in words))
    assert code == 1 and said in error and error.strip().count("\n") == 0
