"""A model hub's cache of this machine with tiny models under the names of large ones, laid out as huggingface_hub keeps them."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipelines.hub.preset import PINS

COMMIT = "c0ffee" * 6 + "cafe"


def keep(cache: Path, repository: str, folder: Path, readme: str = "") -> Path:
    """Put a model's folder into the cache as that repository at its pinned commit, else at COMMIT; its folder there."""
    home = cache / ("models--" + repository.replace("/", "--"))
    (home / "refs").mkdir(parents=True)
    (home / "snapshots").mkdir()
    commit = PINS.get(repository, COMMIT)
    (home / "refs" / "main").write_text(commit)
    there = home / "snapshots" / commit
    folder.rename(there)
    if readme:
        (there / "README.md").write_text(readme)
    return there


def use(monkeypatch: pytest.MonkeyPatch, cache: Path) -> None:
    """Let this process look for models of a hub in that cache only."""
    from huggingface_hub import constants

    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(cache))
