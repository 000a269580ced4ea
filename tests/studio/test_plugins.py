"""A package's methods and signals: what is used where, what is left out with one sentence; and the template, installed, run through every door and removed."""

from __future__ import annotations

import base64
import json
import os
import shutil
import subprocess
import sys
import types
from collections.abc import Iterator
from email.message import Message
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from afternoon_studio.client import Studio
from afternoon_studio.plugin import Evidence, Method, ModelCard, Observation, pipeline, signal
from pipelines.core import plugins, registry
from pipelines.core.settings import Refusal
from pipelines.detect.parts import signals
from studio.web.tabs import board
from tests.browser.conftest import ROOT, Server
from tests.fixtures import picture
from tests.security.with_accounts import browser, mcp


class Entry:
    """An entry point of a package that is only in memory."""

    def __init__(self, module: str, name: str = "afternoon-test") -> None:
        self.name, self.value, self.dist = "test", module, types.SimpleNamespace(metadata=Message())
        for field, value in (("Name", name), ("Version", "1.2"), ("License-Expression", "MIT")):
            self.dist.metadata[field] = value


def brought(content: Image.Image) -> Image.Image:
    """Bring a picture through."""
    return content


brought.__annotations__ = {"content": Image.Image, "return": Image.Image}


@pytest.fixture
def install_plugin(monkeypatch: pytest.MonkeyPatch) -> Iterator:
    """Make a module with these names the one plug-in of the machine, and give what is said of it."""

    def install(**names: object) -> plugins.Plugin:
        module = types.ModuleType("afternoon_test")
        module.__dict__.update(names)
        monkeypatch.setitem(sys.modules, module.__name__, module)
        monkeypatch.setattr(plugins, "entry_points", lambda group: [Entry(module.__name__)])
        return find_plugin()

    def find_plugin() -> plugins.Plugin:
        forget()
        return plugins.plugins()[0]

    def forget() -> None:
        for kept in (plugins.plugins, registry.find, signals.signals_of):
            kept.cache_clear()

    yield install
    monkeypatch.undo()
    forget()


def method(**said: object):
    def copy(content: Image.Image) -> Image.Image:
        return brought(content)

    copy.__name__, copy.__annotations__ = "brought", brought.__annotations__
    return pipeline(**{"family": "stylize", **said})(copy)


def test_a_method_of_a_package_stands_with_the_others(install_plugin):
    said = install_plugin(brought=method(), METHODS=(Method("stylize.brought", "Brought", "Brings it."),))
    assert (said.name, said.version, said.licence, said.problem) == ("afternoon-test", "1.2", "MIT", "")
    assert "stylize.brought" in registry.names() and registry.find("stylize.brought")(3) == 3
    assert board().home_of("stylize.brought").name == "Stylize"


CARD = ModelCard("loose", "hub:owner/name", "", "MIT", 1, str)


@pytest.mark.parametrize(
    ("names", "why"),
    [
        ({}, "has no function with @pipeline or @signal"),
        (
            {"smell": signal("Smell", "Noses differ.", of="perfume")(lambda given: "")},
            "is of 'perfume'; @signal(of=…) takes picture",
        ),
        ({"brought": method(family="films")}, "brought names no family; @pipeline"),
        (
            {"brought": method(models=(CARD,))},
            "'loose' must come from a package with its SHA-256, or from a hub with its commit",
        ),
        (
            {"brought": method(), "METHODS": (Method("stylize.other", "Other", "Other."),)},
            "METHODS names 'stylize.other', which",
        ),
    ],
)
def test_a_mistake_is_said_in_one_sentence_and_nothing_is_used(install_plugin, names, why):
    said = install_plugin(**names)
    assert said.problem.startswith("It was left out: ") and why in said.problem and not said.pipelines
    assert board().home_of("stylize.brought") is None
    with pytest.raises(Refusal):
        registry.find("stylize.brought")


def last_signal() -> signals.Signal:
    """What Detect shows of the one plug-in's signal for a grey picture."""
    *own, last = (run(np.full((64, 64, 3), 128, np.uint8)) for run in signals.signals_of("picture"))
    assert not any(one.source for one in own)
    return last


def test_a_signal_of_a_package_is_shown_with_where_it_comes_from_and_weighs_nothing(install_plugin):
    from pipelines.detect.parts.chain import _looks
    from pipelines.detect.parts.fusion import is_decisive
    from studio.provenance.report import signal_line

    @signal("Greyness", "Fog is grey.", of="picture")
    def native(pixels):  # called as the one that decides
        return Observation("It is grey.", {"answer": 1.0, "score": 9.0})

    said = install_plugin(native=native)
    assert not said.problem and [run.__name__ for run in said.signals] == ["native"]
    one = last_signal()
    assert (one.source, one.name, one.finding) == ("afternoon-test", "afternoon-test.native", "It is grey.")
    assert not is_decisive("image", one) and one.record()["source"] == "afternoon-test"
    assert "Greyness" not in str(_looks({"signals": [one.record()]}))
    assert "It comes from the package afternoon-test." in signal_line(one.record())


@pytest.mark.parametrize(
    ("given", "why"),
    [
        (lambda pixels: 1 / 0, "ZeroDivisionError"),
        (lambda pixels: Observation("It is.", evidence=(Evidence("Nothing", None),)), "AttributeError"),
    ],
)
def test_a_signal_that_ends_with_a_mistake_ends_alone(install_plugin, given, why):
    given.__name__ = "broken"
    broken = signal("Broken", "It may mislead.", of="picture")(given)
    install_plugin(broken=broken)
    one = last_signal()
    assert not one.applicable and one.finding == f"It ended with a mistake ({why})." and one.source == "afternoon-test"


def test_a_name_of_the_studio_cannot_be_taken(install_plugin):
    taken = method()
    taken.__name__ = "painting"
    assert "there is a pipeline called stylize.painting already" in install_plugin(painting=taken).problem
    assert registry.find("stylize.painting").__module__ == "pipelines.stylize.painting"


@pytest.mark.parametrize(
    ("settings", "used"),
    [
        ({}, True),
        ({"STUDIO_PLUGINS": "none"}, False),
        ({"STUDIO_PLUGINS": "afternoon_Test"}, True),
        ({"SPACE_ID": "owner/studio"}, False),
        ({"GRADIO_SERVER_NAME": "0.0.0.0"}, False),
        ({"SPACE_ID": "owner/studio", "STUDIO_PLUGINS": "afternoon-test"}, True),
    ],
)
def test_a_public_machine_uses_only_what_its_administrator_names(install_plugin, monkeypatch, settings, used):
    for name in ("STUDIO_PLUGINS", "GRADIO_SERVER_NAME", *plugins.PUBLIC_SIGNS):
        monkeypatch.delenv(name, raising=False)
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    said = install_plugin(brought=method())
    assert bool(said.pipelines) == used and bool(said.problem) != used


def test_a_slip_in_the_setting_is_seen_at_the_start(install_plugin, monkeypatch):
    monkeypatch.setenv("STUDIO_PLUGINS", "afternoon-tset")
    install_plugin(brought=method())
    with pytest.raises(
        Refusal, match=r"'afternoon-tset', which is not installed; installed plug-ins: afternoon-test\."
    ):
        plugins.check_plugins()


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The template of examples/plugin, installed in a folder of its own without a network."""
    folder = tmp_path_factory.mktemp("plugin")
    shutil.copytree(ROOT / "examples" / "plugin", folder / "source", ignore=shutil.ignore_patterns("__pycache__"))
    words = ("install", "--quiet", "--no-deps", "--no-build-isolation", "--no-index", "--target", str(folder / "site"))
    subprocess.run([sys.executable, "-m", "pip", *words, str(folder / "source")], check=True)
    return folder / "site"


def studio(site: Path, home: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """`python -m studio` with what is installed in a folder."""
    environment = os.environ | {"PYTHONPATH": f"{site}{os.pathsep}{ROOT}", "STUDIO_HOME": str(home)}
    command = [sys.executable, *(words if words[0] == "-m" else ("-m", "studio", *words))]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)


@pytest.mark.slow
def test_the_template_is_installed_used_through_every_door_and_removed(site, tmp_path):
    photo, printed = tmp_path / "photo.png", tmp_path / "printed.png"
    picture(96, 64, seed=3).save(photo)
    said = studio(site, tmp_path / "own", "plugins").stdout
    assert "afternoon-linocut 0.1.0 (Apache-2.0)\n  stylize.linocut" in said
    done = studio(site, tmp_path / "own", "run", "stylize.linocut", f"content={photo}", "cuts=2", f"out={printed}")
    assert done.returncode == 0, done.stderr
    payload = done.stdout.rsplit(" ", 1)[1].strip()
    assert "signal one_ink" in said
    done = studio(
        site, tmp_path / "own", "run", "detect.examine", f"media={printed}", f"out={tmp_path / 'verdict.json'}"
    )
    assert done.returncode == 0, done.stderr
    [last] = [one for one in json.loads((tmp_path / "verdict.json").read_text())["signals"] if one.get("source")]
    assert last["name"] == "afternoon-linocut.one_ink" and not last["counts"]
    own = ("-m", "pytest", "-q", "-p", "no:cacheprovider", "--rootdir", str(site.parent / "source"))
    done = studio(site, tmp_path / "own", *own, str(site.parent / "source" / "tests"))
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-2000:]
    server = Server(tmp_path / "served", PYTHONPATH=f"{site}{os.pathsep}{ROOT}")
    try:
        with Studio(server.url) as elsewhere:
            page = elsewhere.ask("GET", "", accept="text/html").text
            assert "stylize.linocut" in page and "Prints your photo as a linocut of one ink." in page
            heard = []
            made = elsewhere.run("stylize.linocut", files={"content": photo}, listen=heard.append, cuts=2)
            assert heard[-1].state == "done"
            back = made.save(tmp_path / "back.png")
            assert list(Image.open(back).getdata()) == list(Image.open(printed).getdata()), payload
        with browser(server) as visitor:
            visitor.get("", headers={"accept": "text/html"})
            status, listed = mcp(visitor, "tools/list")
            assert status == 200 and "stylize_linocut" in {tool["name"] for tool in listed["result"]["tools"]}
            content = "data:image/png;base64," + base64.b64encode(photo.read_bytes()).decode()
            status, answer = mcp(visitor, "tools/call", name="stylize_linocut", arguments={"content": content})
            assert status == 200 and not answer["result"].get("isError"), answer
    finally:
        server.stop()
    shutil.rmtree(site)
    assert "linocut" not in studio(site, tmp_path / "own", "plugins").stdout
    gone = studio(site, tmp_path / "own", "run", "stylize.linocut", f"content={photo}")
    assert gone.returncode == 1 and gone.stderr.strip() == "There is no pipeline called 'stylize.linocut'."
    listed = studio(site, tmp_path / "own", "pipelines").stdout
    assert "stylize.painting" in listed and "stylize.linocut" not in listed
