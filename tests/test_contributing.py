"""The worked example of CONTRIBUTING.md is put into a copy of the repository and run there, as a newcomer would do it."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from pipelines.core.models import ModelCard, where

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[1]
BLOCK = re.compile(r"<!-- (?P<mark>[^\n]*?) -->\n```\w+\n(?P<code>.*?)```", re.DOTALL)


def blocks() -> dict[str, str]:
    """What stands in the marked blocks, by their mark."""
    return {one["mark"]: one["code"] for one in BLOCK.finditer((ROOT / "CONTRIBUTING.md").read_text("utf-8"))}


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The repository's code without its tests; the assets are linked, since nothing writes there."""
    for name in ("pipelines", "studio"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    (tmp_path / "assets").symlink_to(ROOT / "assets")
    return tmp_path


def follow(copy: Path) -> None:
    """Write the files of the page, and put its entry before the other methods of its tab."""
    for mark, code in blocks().items():
        words = mark.split()
        if mark.startswith("file: "):
            path = copy / words[-1]
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(code, "utf-8")
        elif mark.startswith("first method of: "):
            path = copy / words[-1]
            before, first, after = path.read_text("utf-8").partition('    {"pipeline": "stylize.')
            assert first, "the methods of the tab are written differently now"
            path.write_text(before + code + first + after, "utf-8")


def test_every_kind_of_block_is_there():
    marks = [mark.partition(":")[0] for mark in blocks()]
    assert marks == ["file", "first method of", "file", "run", "card", "place", "animal", "person", "thing", "act"]


@pytest.mark.skipif(os.name != "posix", reason="the page's commands are for a POSIX shell")
def test_the_example_can_be_followed(copy: Path):
    follow(copy)
    environment = os.environ | {"STUDIO_HOME": str(copy / "home"), "PYTHONPATH": str(copy), "OMP_NUM_THREADS": "1"}
    for line in blocks()["run"].splitlines():
        words = shlex.split(line)
        words[0] = sys.executable
        done = subprocess.run(words, cwd=copy, env=environment, capture_output=True, text=True, timeout=300)
        assert done.returncode == 0, f"{line}\n{done.stdout}\n{done.stderr}"
    assert (copy / "few.png").read_bytes()[:4] == b"\x89PNG"


def test_the_card_of_the_example_is_the_one_that_is_used():
    held: dict[str, object] = {}
    exec(compile(blocks()["card"], "CONTRIBUTING.md", "exec"), held)
    card = held["MATTE"]
    assert isinstance(card, ModelCard)
    from pipelines.vision.matte import U2NETP

    assert (card.source, card.sha256, card.size_bytes) == (U2NETP.source, U2NETP.sha256, U2NETP.size_bytes)
    assert where(card) == where(U2NETP)
