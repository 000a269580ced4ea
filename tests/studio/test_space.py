"""What `make space` assembles: the front matter, versions and rules that the hub reads, and that its checks find what is wrong."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from studio.commands import space

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def small(tmp_path, monkeypatch):
    """A repository with the studio's own README and requirements, and two binary files."""
    root = tmp_path / "root"
    (root / "tests").mkdir(parents=True)
    for name in ("README.md", "requirements.txt", "packages.txt", "LICENSE", "app.py"):
        (root / name).write_bytes((ROOT / name).read_bytes())
    (root / "big.safetensors").write_bytes(bytes(space.LARGE_BYTES + 1))
    (root / "picture.png").write_bytes(b"\x89PNG\0")
    (root / "tests" / "test_it.py").write_text("")
    (root / "not-tracked.txt").write_text("secret")
    for words in (["init", "-q"], ["add", "-A"], ["rm", "-q", "--cached", "not-tracked.txt"]):
        subprocess.run(["git", *words], cwd=root, check=True)
    return root, space.assemble(root, tmp_path / "space"), tmp_path / "space"


def test_it_has_what_runs_and_nothing_else(small):
    _, names, folder = small
    assert "app.py" in names and not any(name.startswith("tests/") for name in names)
    assert not (folder / "not-tracked.txt").exists(), "only what git tracks is pushed"
    assert space.faults(folder, names) == []


def test_binary_files_are_stored_large(small):
    _, names, folder = small
    rules = (folder / ".gitattributes").read_text()
    assert "*.safetensors filter=lfs" in rules and "*.png filter=lfs" in rules and "*.py" not in rules
    (folder / ".gitattributes").write_text("")
    assert any("big.safetensors" in fault for fault in space.faults(folder, names))


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (('python_version: "3.12"', 'python_version: "3.11"'), "Python"),
        (("sdk_version: ", "sdk_version: 9"), "Gradio"),
        (("header: mini", "heading: mini"), "heading"),
        (("app_file: app.py", "app_file: main.py"), "main.py"),
    ],
)
def test_a_wrong_front_matter_is_found(small, wrong, said):
    _, names, folder = small
    readme = (folder / "README.md").read_text()
    assert wrong[0] in readme
    (folder / "README.md").write_text(readme.replace(*wrong))
    found = space.faults(folder, names)
    assert len(found) == 1 and said in found[0]


def test_a_named_space_has_its_thumbnail(small, tmp_path):
    root, _, _ = small
    names = space.assemble(root, tmp_path / "named", "owner/studio")
    front = space.front_matter((tmp_path / "named" / "README.md").read_text())
    assert front["thumbnail"] == "https://huggingface.co/spaces/owner/studio/resolve/main/docs/stylize.png"
    assert "mcp-server" in front["tags"] and space.faults(tmp_path / "named", names) == []
    with pytest.raises(SystemExit, match="owner/name"):
        space.assemble(root, tmp_path / "third", "owner\nname: x/y")
