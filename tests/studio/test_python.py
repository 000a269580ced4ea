"""Python programs: the examples of the package run, results go from one method into the next, and a client asks a studio that runs elsewhere."""

from __future__ import annotations

import doctest
import os
import subprocess
import sys
from pathlib import Path

import pytest
from gradio_client import Client
from PIL import Image

import afternoon_studio
from afternoon_studio.client import Progress, Studio
from afternoon_studio.library import Library
from pipelines.core.registry import names
from pipelines.core.settings import Refusal
from studio.provenance.certificate import certificate
from studio.provenance.credential import read_credential
from studio.storage.store import session_key
from studio.web.guide import EXAMPLES
from tests import stubs

ROOT = Path(__file__).resolve().parents[2]
TOOLS = """
import asyncio, json, sys
from mcp import ClientSession
from mcp.client.streamable_http import streamablehttp_client

async def names(url, headers, type):
    async with streamablehttp_client(url, headers) as (read, write, _), ClientSession(read, write) as session:
        await session.initialize()
        print([tool.name for tool in (await session.list_tools()).tools])

asyncio.run(names(**json.loads(sys.argv[1])["mcpServers"]["studio"]))"""


@pytest.fixture
def library(tmp_path: Path):
    stubs.install()
    opened = Library(tmp_path / "home")
    yield opened
    opened.close()


@pytest.mark.weights
@pytest.mark.slow
def test_the_examples_of_the_package_run(tmp_path, monkeypatch):
    monkeypatch.setenv("STUDIO_HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path)
    try:
        result = doctest.testmod(afternoon_studio, optionflags=doctest.IGNORE_EXCEPTION_DETAIL)
    finally:
        afternoon_studio.studio.close()
    assert result.attempted >= 6 and not result.failed and Image.open("boat.png").size == Image.open("lines.jpg").size


def test_a_result_is_the_signed_file_and_goes_into_the_next_method(library, photo, tmp_path):
    first = library.stylize.wash(photo, strength=0.25, seed=7)
    second = library.stylize.wash(first, "blue", style=Image.new("RGB", (20, 20)))
    assert second.artifact.call.inputs["content"] == first.id and second.artifact.call.settings["words"] == "blue"
    saved = second.save(tmp_path / "second.png")
    said = read_credential(saved, certificate(tmp_path / "home" / "identity"))
    assert said.state == "this studio" and said.record["settings"]["words"] == "blue"
    assert set(second.recipe["steps"]) >= {first.id, second.id} and second.value.size == (80, 60)


@pytest.mark.parametrize(
    ("ask", "why"),
    [
        (lambda studio: studio.stylize.wash("gone.png"), "There is no file gone.png"),
        (lambda studio: studio.stylize.wash(), "Photo"),
        (lambda studio: studio.stylize.wash("a", "b", "c"), "takes 2 values without a name: content, words"),
        (lambda studio: studio.stylize.wash(Image.new("RGB", (64, 48)), colour=1), "no setting called 'colour'"),
    ],
)
def test_what_cannot_be_used_is_refused_in_one_sentence(library, ask, why):
    with pytest.raises(Refusal, match=why):
        ask(library)


def test_families_and_methods_are_listed_and_described():
    studio = afternoon_studio.studio
    families = [family for family in dir(studio) if family not in ("run", "close")]
    listed = [f"{family}.{method}" for family in families for method in dir(getattr(studio, family))]
    assert set(names()) <= set(listed)
    with pytest.raises(AttributeError, match="There is no family called 'paint'"):
        studio.paint  # noqa: B018
    with pytest.raises(AttributeError, match=r"no pipeline called 'stylize\.nothing'"):
        studio.stylize.nothing  # noqa: B018
    asked = studio.stylize.painting
    assert list(asked.__signature__.parameters)[:2] == ["content", "style"] and "content: " in (asked.__doc__ or "")


def test_a_client_hears_the_progress_and_gets_the_file(served, photo, tmp_path):
    heard: list[Progress] = []
    with Studio(served.url) as elsewhere:
        result = elsewhere.run("stylize.slow", files={"content": photo}, listen=heard.append, steps=30)
        assert heard[-1].state == "done" and any(one.state == "running" and 0 < one.fraction < 1 for one in heard)
        assert heard[-1].fraction == 1 and any(one.label for one in heard)
        again = elsewhere.run("stylize.wash", files={"content": result}, seed=5)
        assert Image.open(again.save(tmp_path / "again.png")).size == (80, 60)
        with pytest.raises(Refusal, match=r"can be saved as \.png, \.jpg, \.webp, not as \.tiff"):
            again.save(tmp_path / "again.tiff")
        with pytest.raises(Refusal, match="This photo is too shy"):
            elsewhere.run("stylize.slow", files={"content": result}, mode="refuse")
        with pytest.raises(Refusal, match="no setting called 'colour'"):
            elsewhere.run("stylize.wash", files={"content": result}, colour=1)
        with Studio(served.url) as stranger, pytest.raises(Refusal, match="not on your shelf"):
            stranger.ask("GET", f"studio/media/{result.id}")


@pytest.mark.slow
@pytest.mark.parametrize("name", EXAMPLES)
def test_each_example_beside_the_tokens_runs(served, photo, tmp_path, name):
    Image.open(photo).save(tmp_path / "photo.jpg")
    token = served.studio.tokens.make(session_key("visitor:" + "t" * 43), "mine")[1]
    text = EXAMPLES[name].replace("{url}", served.url).replace("{token}", token)
    for real, stub in (("generate.edges", "stylize.wash"), ("generate_edges", "stylize_wash")):
        text = text.replace(real, stub)
    python = [sys.executable, "-c"]
    words = {"curl": ["bash", "-c", text], "MCP": [*python, TOOLS, text]}.get(name, [*python, text])
    where = {"cwd": tmp_path, "env": os.environ | {"PYTHONPATH": str(ROOT)}}
    run = subprocess.run(words, **where, capture_output=True, text=True, check=False)  # type: ignore[call-overload]
    expected = "stylize_wash" if name == "MCP" else ".png"
    assert expected in run.stdout or (tmp_path / "lines.png").is_file(), run
    with pytest.raises(ValueError, match="access token on the Help tab"):  # without the token
        Client(served.url)


def test_a_client_says_that_nobody_answers():
    with pytest.raises(Refusal, match=r"The studio at http://127\.0\.0\.1:9/ cannot be reached"):
        Studio("http://127.0.0.1:9")


@pytest.fixture
def served(tmp_path: Path):
    from tests.asgi import page_here

    with page_here(tmp_path / "served") as running:
        yield running
