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
SENTENCES = {
    "unreachable": "{name} was not fetched: the model hub cannot be reached.",
    "refused": "{name} was not fetched: the model hub refuses it, or has no such version.",
    "busy": "{name} was not fetched: the model hub is too busy; try again later.",
    "broke": "{name} was not fetched to the end; fetch it again to go on.",
    "no room": "{name} was not fetched: it needs {needed} GB, and {free} GB of the disk are free; free some space.",
    "full": "{name} was not fetched to the end: the disk is full; free some space and fetch it again.",
    "other": "{name} was not fetched: what arrived is not what was promised ({file}).",
}


class FetchProblem(MissingModel):
    """A model of a hub that did not arrive; says why in one of SENTENCES."""

    def __init__(self, card: ModelCard, why: str, **values: str) -> None:
        """Write the sentence."""
        super().__init__(card)
        self.args = (SENTENCES[why].format(name=card.name, **values),)


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
    home, otherwise = cache_of(named), "unreachable"
    try:
        commit, listed = _list_files(named, card)
        otherwise = "broke"
        arriving = Arriving(home / "blobs", {_kept_as(file): file.size for file in listed})
        follow(arriving)
        _make_sure_of_room(card, arriving)
        for file in listed:
            if file.lfs is not None and file.size >= LARGE_BYTES:
                _large(card, named, commit, file, arriving.blobs)
        _rest(card, named, listed)
    except MissingModel:
        raise
    except (HTTPError, OSError) as problem:
        log.warning("%s: %s", card.source, problem)
        raise FetchProblem(card, _reason(problem, otherwise)) from problem
    _compare(card, commit, listed, home)


def _rest(card: ModelCard, named: HubId, listed: list[Any]) -> None:
    """The small files, and the folder of the version in the cache."""
    from huggingface_hub import hf_hub_download, snapshot_download
    from huggingface_hub.utils import disable_progress_bars

    disable_progress_bars()
    options: dict[str, Any] = {"revision": card.revision or None}
    if named.file:
        hf_hub_download(named.repository, named.file, **options)
    else:
        snapshot_download(named.repository, allow_patterns=[one.path for one in listed], **options)


def _list_files(named: HubId, card: ModelCard) -> tuple[str, list[Any]]:
    """The commit, and the hub's list of those files of the repository that the card wants. Raises MissingModel."""
    from huggingface_hub import HfApi
    from huggingface_hub.hf_api import RepoFile
    from huggingface_hub.utils import filter_repo_objects

    api = HfApi()
    commit = api.repo_info(named.repository, revision=card.revision or None).sha or ""
    tree = api.list_repo_tree(named.repository, recursive=True, revision=commit)
    files = {file.path: file for file in tree if isinstance(file, RepoFile)}
    wanted, unwanted = wanted_files(card)
    allowed = [named.file] if named.file else wanted
    chosen = [files[path] for path in filter_repo_objects(files, allow_patterns=allowed, ignore_patterns=unwanted)]
    if (
        not chosen
        or not re.fullmatch(r"[0-9a-f]{40}", commit)
        or not all(HASH.fullmatch(_kept_as(file)) for file in chosen)
    ):
        raise FetchProblem(card, "refused")
    return commit, chosen


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
        raise FetchProblem(card, "no room", free=f"{free / 1e9:.1f}", needed=f"{needed / 1e9:.1f}")


def _large(card: ModelCard, named: HubId, commit: str, listed: Any, blobs: Path) -> None:
    """One large file, from where an earlier fetch broke off; it gets its place in the cache when its hash is right."""
    from huggingface_hub import hf_hub_url
    from huggingface_hub.file_download import http_get
    from huggingface_hub.utils import build_hf_headers

    kept, begun = blobs / listed.lfs.sha256, blobs / (listed.lfs.sha256 + PARTLY)
    if kept.exists():
        return
    with begun.open("ab") as file:
        http_get(
            hf_hub_url(named.repository, listed.path, revision=commit),
            file,
            resume_size=file.tell(),
            headers=build_hf_headers(),
            expected_size=listed.size,
            displayed_filename=listed.path,
            tqdm_class=_Silent,
        )
    if sha256_of(begun) != listed.lfs.sha256:
        begun.unlink()
        raise FetchProblem(card, "other", file=listed.path)
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
    """Compare what lies in the cache with the hashes that the hub promised; all that differs is taken out. Raises FetchProblem."""
    from huggingface_hub.utils.sha import git_hash

    wrong = []
    for file in listed:
        path = home / "snapshots" / commit / file.path
        large = file.lfs is not None
        if large and file.size >= LARGE_BYTES and path.resolve().parent == (home / "blobs").resolve():
            continue  # compared before it got its place
        if (sha256_of(path) if large else git_hash(path.read_bytes())) != _kept_as(file):
            path.resolve().unlink(missing_ok=True)
            path.unlink(missing_ok=True)
            wrong.append(file.path)
    if wrong:
        raise FetchProblem(card, "other", file=wrong[0])


def _reason(problem: Exception, otherwise: str) -> str:
    """Which of SENTENCES says what went wrong."""
    from huggingface_hub.errors import HfHubHTTPError

    causes = [problem]
    while isinstance(cause := causes[-1].__cause__, Exception):
        causes.append(cause)
    if any(isinstance(one, OSError) and one.errno == errno.ENOSPC for one in causes):
        return "full"
    answered = [one.response.status_code for one in causes if isinstance(one, HfHubHTTPError)]
    if answered:
        return "busy" if answered[0] == 429 or answered[0] >= 500 else "refused"
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
    repositories = [repo for repo in cache.repos if repo.repo_type == "model" and repo.repo_id == named.repository]
    versions = [one.commit_hash for found in repositories for one in found.revisions]
    gone = [commit for commit in versions if card.revision in ("", commit)]
    if gone:
        cache.delete_revisions(*gone).execute()
    for path in (home / "blobs").glob("*.incomplete"):
        path.unlink(missing_ok=True)
    if set(gone) == set(versions):
        shutil.rmtree(home, ignore_errors=True)
