"""Fetching one model of a hub: huggingface_hub downloads; here large files go on where they broke off, room is made sure of, hashes are compared, and a fetch is undone."""

from __future__ import annotations

import errno
import logging
import re
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipelines.core.hub_ids import HubId, parse
from pipelines.core.models import MissingModel, ModelCard, sha256_of, wanted_files

log = logging.getLogger(__name__)
LARGE_BYTES = 20_000_000  # from here on a file that broke off is gone on with; the library begins a file anew
HASH = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
PARTLY = ".studio.incomplete"
UNREACHABLE = "the model hub cannot be reached from here"
REFUSED = "the model hub refuses this model, or has no such version of it"
BUSY = "the model hub is too busy or out of order; please try again later"
BROKE = "the download broke off; what has arrived is kept, so fetch it again to go on"
FULL = "the disk has {free:.1f} GB free, and {needed:.1f} GB are still to come; free some space and fetch it again"
NO_ROOM = "the disk is full; free some space and fetch it again"
OTHER = "what arrived is not what the model hub promised ({name}), so it was not kept"


@dataclass(frozen=True)
class Arriving:
    """The files of a model that are to come: by the name under which the cache keeps each, its bytes. How much of them is here is read from the disk."""

    blobs: Path
    files: dict[str, int]

    @property
    def total(self) -> int:
        """All bytes of the model."""
        return sum(self.files.values())

    @property
    def done(self) -> int:
        """How many of them are on the disk."""
        begun: dict[str, int] = {}
        for path in self.blobs.glob("*.incomplete"):
            name = path.name.partition(".")[0]
            begun[name] = max(begun.get(name, 0), _size(path))
        return sum(min(_size(self.blobs / name) or begun.get(name, 0), size) for name, size in self.files.items())


def fetch(card: ModelCard, follow: Callable[[Arriving], object]) -> None:
    """Bring a hub's model onto this machine, checked against the hashes that the hub promised; `follow` is told what is to come. Raises MissingModel."""
    from huggingface_hub.errors import HTTPError

    named = parse(card.source.removeprefix("hub:"), file=None)
    home, otherwise = cache_of(named), UNREACHABLE
    try:
        commit, listed = _listed(named, card)
        otherwise = BROKE
        arriving = Arriving(home / "blobs", {_kept_as(one): one.size for one in listed})
        follow(arriving)
        _make_sure_of_room(card, arriving)
        for one in listed:
            if one.lfs is not None and one.size >= LARGE_BYTES:
                _large(card, named, commit, one, arriving.blobs)
        _rest(card, named, listed)
    except MissingModel:
        raise
    except (HTTPError, OSError) as problem:
        log.warning("%s: %s", card.source, problem)
        raise MissingModel(card, _reason(problem, home, otherwise)) from problem
    _compare(card, commit, listed, home)


def _rest(card: ModelCard, named: HubId, listed: list[Any]) -> None:
    """The small files, and the folder of the version in the cache."""
    from huggingface_hub import hf_hub_download, snapshot_download

    options: dict[str, Any] = {"revision": card.revision or None}
    if named.file:
        hf_hub_download(named.repository, named.file, **options)
    else:
        snapshot_download(named.repository, allow_patterns=[one.path for one in listed], **options)


def _listed(named: HubId, card: ModelCard) -> tuple[str, list[Any]]:
    """The commit, and the hub's list of those files of the repository that the card wants. Raises MissingModel."""
    from huggingface_hub import HfApi
    from huggingface_hub.hf_api import RepoFile
    from huggingface_hub.utils import filter_repo_objects

    api = HfApi()
    commit = api.repo_info(named.repository, revision=card.revision or None).sha
    tree = api.list_repo_tree(named.repository, recursive=True, revision=commit)
    files = {one.path: one for one in tree if isinstance(one, RepoFile)}
    wanted, unwanted = wanted_files(card)
    allowed = [named.file] if named.file else wanted
    found = [files[path] for path in filter_repo_objects(files, allow_patterns=allowed, ignore_patterns=unwanted)]
    if not found or not re.fullmatch(r"[0-9a-f]{40}", commit) or not all(HASH.fullmatch(_kept_as(one)) for one in found):
        raise MissingModel(card, REFUSED)
    return commit, found


def _kept_as(one: Any) -> str:
    """The name of a file's bytes in the cache: the SHA-256 of a large file, git's hash of a small one."""
    return str(one.lfs.sha256 if one.lfs is not None else one.blob_id)


def cache_of(named: HubId) -> Path:
    """The folder of a repository in the hub's cache of this machine."""
    from huggingface_hub import constants
    from huggingface_hub.file_download import repo_folder_name

    return Path(constants.HF_HUB_CACHE) / repo_folder_name(repo_id=named.repository, repo_type="model")


def _make_sure_of_room(card: ModelCard, arriving: Arriving) -> None:
    arriving.blobs.mkdir(parents=True, exist_ok=True)
    free, needed = shutil.disk_usage(arriving.blobs).free, arriving.total - arriving.done
    if needed > free:
        raise MissingModel(card, FULL.format(free=free / 1e9, needed=needed / 1e9))


def _large(card: ModelCard, named: HubId, commit: str, one: Any, blobs: Path) -> None:
    """One large file, from where an earlier fetch broke off; it gets its place in the cache when its hash is right."""
    from huggingface_hub import hf_hub_url
    from huggingface_hub.file_download import http_get
    from huggingface_hub.utils import build_hf_headers

    kept, begun = blobs / one.lfs.sha256, blobs / (one.lfs.sha256 + PARTLY)
    if kept.exists():
        return
    with begun.open("ab") as file:
        http_get(
            hf_hub_url(named.repository, one.path, revision=commit), file, resume_size=file.tell(), headers=build_hf_headers(),
            expected_size=one.size, displayed_filename=one.path, tqdm_class=_Silent,
        )  # fmt: skip
    if sha256_of(begun) != one.lfs.sha256:
        begun.unlink()
        raise MissingModel(card, OTHER.format(name=one.path))
    begun.replace(kept)


class _Silent:
    """A progress bar that shows nothing: how far a fetch is, is read from the disk."""

    def __init__(self, *arguments: Any, **words: Any) -> None:
        """Take what a bar is made with."""

    def __enter__(self) -> _Silent:
        return self

    def __exit__(self, *problem: object) -> None:
        """Close nothing."""

    def update(self, count: float | None = 1) -> None:
        """Show nothing."""


def _compare(card: ModelCard, commit: str, listed: list[Any], home: Path) -> None:
    """Compare what lies in the cache with the hashes that the hub promised; what differs is taken out. Raises MissingModel."""
    from huggingface_hub.utils.sha import git_hash

    for one in listed:
        path = home / "snapshots" / commit / one.path
        large = one.lfs is not None
        if large and one.size >= LARGE_BYTES and path.resolve().parent == home / "blobs":
            continue  # compared before it got its place
        if (sha256_of(path) if large else git_hash(path.read_bytes())) != _kept_as(one):
            path.resolve().unlink(missing_ok=True)
            path.unlink(missing_ok=True)
            raise MissingModel(card, OTHER.format(name=one.path))


def _reason(problem: Exception, home: Path, otherwise: str) -> str:
    """What went wrong, for the end of a sentence."""
    from huggingface_hub.errors import HfHubHTTPError

    causes = [problem]
    while isinstance(cause := causes[-1].__cause__, Exception):
        causes.append(cause)
    if any(isinstance(one, OSError) and one.errno == errno.ENOSPC for one in causes):
        return NO_ROOM
    answered = [one.response.status_code for one in causes if isinstance(one, HfHubHTTPError)]
    if answered:
        return BUSY if answered[0] == 429 or answered[0] >= 500 else REFUSED
    return otherwise


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0


def remove(card: ModelCard) -> None:
    """Take a hub's model off this machine again, and what has arrived of it; other versions of its repository stay."""
    from huggingface_hub import scan_cache_dir
    from huggingface_hub.errors import CacheNotFound

    named = parse(card.source.removeprefix("hub:"), file=None)
    home = cache_of(named)
    try:
        cache = scan_cache_dir()
    except CacheNotFound:
        return
    repositories = [one for one in cache.repos if one.repo_type == "model" and one.repo_id == named.repository]
    versions = [one.commit_hash for found in repositories for one in found.revisions]
    gone = [commit for commit in versions if card.revision in ("", commit)]
    if gone:
        cache.delete_revisions(*gone).execute()
    for path in (home / "blobs").glob("*.incomplete"):
        path.unlink(missing_ok=True)
    if set(gone) == set(versions):
        shutil.rmtree(home, ignore_errors=True)
