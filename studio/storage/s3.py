"""Files of artifacts in S3, or in any server that speaks its protocol and keeps conditional puts; the studio's folder is then a bounded cache.

An object is PREFIX/media/SESSION/ARTIFACT/SHA256 and is put only if it is absent, so two workers that finish at once never write into each other.
Which objects make up an artifact stands in the table `artifact_files`, written together with the artifact's row: what has no row is not there,
however far it was uploaded. Nothing is given out by address: media leave through the studio's own route, which asks whose they are.
"""

from __future__ import annotations

import logging
import os
import tarfile
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from pipelines.core.models import sha256_of
from pipelines.core.settings import Refusal
from pipelines.media import beside
from studio.storage.artifacts import Artifact
from studio.storage.faults import Unreachable
from studio.storage.retention import remove

if TYPE_CHECKING:
    from studio.storage.store import Store

log = logging.getLogger(__name__)
URL = "STUDIO_FILES"
MAIN, THUMB, BESIDE = "file", "thumb", "beside/"
WHOLE_BYTES, PART_BYTES = 32_000_000, 16_000_000  # what is put at once; the parts of what is larger
CACHE_BYTES = 8_000_000_000.0
FRESH_SECONDS = 600.0  # what was asked for so lately is not taken out of the cache
ORPHAN_SECONDS = 3600.0  # an object without a row is being uploaded for at most so long
CHECKPOINT_BYTES = 256_000_000
UNREACHABLE = "The studio's files cannot be reached; try again in a minute."
DAMAGED = "This file is damaged; make it again."


@dataclass(frozen=True)
class Stored:
    """One object of an artifact: its name there (`file`, `thumb`, `beside/…`), its hash and its size."""

    name: str
    sha256: str
    bytes: int


class _Brought:
    """The path of a file that is brought into the cache when somebody asks for it."""

    def __get__(self, artifact: Any, owner: Any = None) -> Any:
        if artifact is None:
            return self
        path: Path = artifact.__dict__["path"]
        files: S3Files | None = artifact.__dict__.get("files")
        if files is not None:  # a copy with another path has none
            files.bring(artifact.session, artifact.id, path)
        return path

    def __set__(self, one: Any, value: Path) -> None:
        one.__dict__["path"] = value


class Distant(Artifact):
    """An artifact whose file lies in S3."""

    path = _Brought()

    @property
    def where(self) -> Path:
        """The path, without bringing the file."""
        return Path(self.__dict__["path"])


@contextmanager
def _plainly() -> Iterator[None]:
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        yield
    except (BotoCoreError, ClientError) as problem:
        log.warning("S3: %s", problem)
        raise Unreachable(UNREACHABLE) from None


def _code(problem: Any) -> str:
    return str(problem.response.get("Error", {}).get("Code", ""))


class S3Files:
    """One bucket and prefix for one store. Credentials and the server's address come from the environment, as boto3 reads them."""

    def __init__(self, store: Store, url: str) -> None:
        import boto3
        from botocore.config import Config

        parts = urlsplit(url)
        if parts.scheme != "s3" or not parts.netloc:
            raise Refusal(f"{URL} must be s3://bucket or s3://bucket/prefix (or be left out: the studio's folder).")
        self.store, self.bucket, self.prefix = store, parts.netloc, parts.path.strip("/")
        self.cache_bytes = _megabytes("STUDIO_CACHE_MB", CACHE_BYTES)
        settings = Config(connect_timeout=3, read_timeout=20, retries={"mode": "standard", "total_max_attempts": 6})
        self.client: Any = boto3.client("s3", config=settings)
        self._locks: dict[Path, threading.Lock] = {}
        self._lock = threading.Lock()

    def key(self, *parts: str) -> str:
        """Return the key of an object under the studio's prefix."""
        return "/".join(part for part in (self.prefix, *parts) if part)

    # artifacts

    def upload(self, session: str, id: str, final: Path, thumbnail: Path) -> list[Stored]:
        """Put a file, its thumbnail and what lies beside it. Raises Unreachable; what was put before that is swept later."""
        found = [(MAIN, final), (THUMB, thumbnail)]
        company = beside(final)
        found += [(BESIDE + file.name, file) for file in sorted(company.glob("*"))] if company.is_dir() else []
        stored = []
        for name, path in found:
            one = Stored(name, sha256_of(path), path.stat().st_size)
            self.put(self.key("media", session, id, one.sha256), path)
            stored.append(one)
        return stored

    def put(self, key: str, path: Path) -> None:
        """Put a file if nothing has this key yet: a key names its content, so what is there is the same."""
        from botocore.exceptions import ClientError

        with _plainly():
            for wait in (0.1, 0.5, None):
                try:
                    if path.stat().st_size <= WHOLE_BYTES:
                        self.client.put_object(Bucket=self.bucket, Key=key, Body=path.read_bytes(), IfNoneMatch="*")
                    else:
                        self._put_parts(key, path)
                    return
                except ClientError as problem:
                    if _code(problem) in ("PreconditionFailed", "412"):
                        return
                    if wait is None or _code(problem) not in ("ConditionalRequestConflict", "409"):
                        raise
                    time.sleep(wait)

    def _put_parts(self, key: str, path: Path) -> None:
        where = {"Bucket": self.bucket, "Key": key}
        where["UploadId"] = self.client.create_multipart_upload(**where)["UploadId"]
        try:
            parts: list[dict[str, Any]] = []
            with path.open("rb") as file:
                while block := file.read(PART_BYTES):
                    number = len(parts) + 1
                    tag = self.client.upload_part(**where, PartNumber=number, Body=block)["ETag"]
                    parts.append({"PartNumber": number, "ETag": tag})
            self.client.complete_multipart_upload(**where, MultipartUpload={"Parts": parts}, IfNoneMatch="*")
        except BaseException:
            with suppress(Exception):
                self.client.abort_multipart_upload(**where)
            raise

    def write_rows(self, session: str, id: str, stored: Sequence[Stored]) -> None:
        """Inside the transaction that writes the artifact's row: from now on it consists of these objects."""
        self.store.rows("DELETE FROM artifact_files WHERE session = ? AND artifact = ?", session, id)
        for one in stored:
            self.store.rows(
                "INSERT INTO artifact_files VALUES (?,?,?,?,?)", session, id, one.name, one.sha256, one.bytes
            )

    def rows_of(self, session: str, id: str) -> list[Stored]:
        """Return which files of an artifact are stored."""
        rows = self.store.rows(
            "SELECT name, sha256, bytes FROM artifact_files WHERE session = ? AND artifact = ?", session, id
        )
        return [Stored(row["name"], row["sha256"], row["bytes"]) for row in rows]

    def only(self, session: str, id: str) -> None:
        """Delete the objects of an artifact that its rows do not name: of an earlier making, or of a worker that came too late."""
        named = {row.sha256 for row in self.rows_of(session, id)}
        with suppress(Unreachable):  # the sweep finds them
            self._delete([key for key, _ in self.listed("media", session, id) if key.rsplit("/", 1)[1] not in named])

    def drop(self, session: str, id: str) -> None:
        """Delete the objects of an artifact and their rows."""
        self.store.change("DELETE FROM artifact_files WHERE session = ? AND artifact = ?", session, id)
        self.only(session, id)

    def forget(self, session: str) -> None:
        """Delete everything of a session. Raises Unreachable."""
        for kind in ("media", "checkpoints"):
            self._delete([key for key, _ in self.listed(kind, session)])

    # the cache

    def bring(self, session: str, id: str, path: Path) -> None:
        """Make sure that an artifact's file, and what lies beside it, are in the cache. Does nothing for what is gone. Raises Refusal."""
        if _touch_cached(path):
            return
        with self._alone(path):
            if path.exists():
                return
            stored = {row.name: row for row in self.rows_of(session, id)}
            main = stored.get(MAIN)
            if main is None or main.sha256[:12] not in path.name:
                return  # deleted, or made anew meanwhile
            path.parent.mkdir(parents=True, exist_ok=True)
            company = {name[len(BESIDE) :]: one for name, one in stored.items() if name.startswith(BESIDE)}
            if company and not beside(path).exists():
                self._bring_beside(session, id, beside(path), company)
            self._fetch(session, id, main, path)

    def bring_thumbnail(self, session: str, id: str, path: Path) -> None:
        """Bring a thumbnail to this machine unless it is here."""
        if _touch_cached(path):
            return
        with self._alone(path):
            thumb = next((row for row in self.rows_of(session, id) if row.name == THUMB), None)
            if thumb is not None and not path.exists():
                path.parent.mkdir(parents=True, exist_ok=True)
                self._fetch(session, id, thumb, path)

    def _bring_beside(self, session: str, id: str, folder: Path, company: Mapping[str, Stored]) -> None:
        draft = self.store.new_file(".beside")
        draft.mkdir()
        try:
            for name, one in company.items():
                self._fetch(session, id, one, draft / Path(name).name)
            with suppress(OSError):  # another process of this machine was first
                draft.rename(folder)
        finally:
            remove(draft)

    def _fetch(self, session: str, id: str, stored: Stored, path: Path) -> None:
        draft = self.store.new_file(".part")
        try:
            with _plainly():
                self.client.download_file(self.bucket, self.key("media", session, id, stored.sha256), str(draft))
            if sha256_of(draft) != stored.sha256:
                raise Refusal(DAMAGED)
            draft.replace(path)
        finally:
            draft.unlink(missing_ok=True)

    @contextmanager
    def _alone(self, path: Path) -> Iterator[None]:
        with self._lock:
            lock = self._locks.setdefault(path, threading.Lock())
            if len(self._locks) > 1000:
                self._locks = {path: lock}
        with lock:
            yield

    def trim(self) -> int:
        """Take what was asked for longest ago out of the cache until it fits in STUDIO_CACHE_MB; bytes that went."""
        cached, gone = [], 0
        for path in (self.store.home / "media").glob("*/*"):
            with suppress(OSError):
                size = path.stat().st_size if path.is_file() else sum(file.stat().st_size for file in path.rglob("*"))
                cached.append((path.stat().st_mtime, size, path))
        total = sum(size for _, size, _ in cached)
        for when, size, path in sorted(cached):
            if total <= self.cache_bytes or time.time() - when < FRESH_SECONDS:
                break
            remove(path)
            total, gone = total - size, gone + size
        return gone

    # checkpoints

    def save_checkpoint(self, session: str, id: str, folder: Path) -> None:
        """What a long job has so far, for whoever goes on with it on another machine."""
        files = [path for path in folder.rglob("*") if path.is_file()]
        if not files or sum(file_path.stat().st_size for file_path in files) > CHECKPOINT_BYTES:
            return
        draft = self.store.new_file(".tar")
        try:
            with tarfile.open(draft, "w") as packed:
                for file_path in files:
                    with suppress(FileNotFoundError):  # it was replaced at this moment
                        packed.add(file_path, str(file_path.relative_to(folder)), recursive=False)
            with _plainly(), draft.open("rb") as file:
                self.client.put_object(Bucket=self.bucket, Key=self.key("checkpoints", session, f"{id}.tar"), Body=file)
        finally:
            draft.unlink(missing_ok=True)

    def restore_checkpoint(self, session: str, id: str, folder: Path) -> bool:
        """Whether there was one; only plain files inside the folder are taken out."""
        from botocore.exceptions import ClientError

        draft = self.store.new_file(".tar")
        try:
            with _plainly():
                try:
                    self.client.download_file(self.bucket, self.key("checkpoints", session, f"{id}.tar"), str(draft))
                except ClientError as problem:
                    if _code(problem) in ("404", "NoSuchKey"):
                        return False
                    raise
            with tarfile.open(draft) as packed:
                packed.extractall(folder, members=[one for one in packed if one.isfile()], filter="data")
            return True
        finally:
            draft.unlink(missing_ok=True)

    def drop_checkpoint(self, session: str, id: str) -> None:
        """Delete the checkpoint of a run, where the store can be reached."""
        with suppress(Unreachable):
            self._delete([self.key("checkpoints", session, f"{id}.tar")])

    # all objects

    def listed(self, *below: str) -> Iterator[tuple[str, float]]:
        """Keys below a folder, each with the time of its last change (seconds since 1970). Raises Unreachable."""
        with _plainly():
            for page in self.client.get_paginator("list_objects_v2").paginate(
                Bucket=self.bucket, Prefix=self.key(*below) + "/"
            ):
                for one in page.get("Contents", ()):
                    yield one["Key"], one["LastModified"].timestamp()

    def _delete(self, keys: Sequence[str]) -> None:
        with _plainly():
            for start in range(0, len(keys), 1000):
                some = [{"Key": key} for key in keys[start : start + 1000]]
                self.client.delete_objects(Bucket=self.bucket, Delete={"Objects": some, "Quiet": True})

    def orphans(self, older_than_seconds: float = ORPHAN_SECONDS) -> list[str]:
        """Objects of artifacts that no row names: uploads of workers that died before they wrote one."""
        before = time.time() - older_than_seconds
        old = [key for key, when in self.listed("media") if when <= before]
        rows = self.store.rows("SELECT session, artifact, sha256 FROM artifact_files")
        named = {self.key("media", row["session"], row["artifact"], row["sha256"]) for row in rows}
        return [key for key in old if key not in named]

    def sweep(self, older_than_seconds: float = ORPHAN_SECONDS) -> int:
        """Delete them; how many there were."""
        gone = self.orphans(older_than_seconds)
        self._delete(gone)
        return len(gone)

    def prepare(self) -> None:
        """The bucket's own rules: parts of uploads that were broken off go after a day, checkpoints after a week. Raises Unreachable."""
        rules = [
            {
                "ID": "studio-parts",
                "Status": "Enabled",
                "Filter": {"Prefix": self.key("media") + "/"},
                "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 1},
            },
            {
                "ID": "studio-checkpoints",
                "Status": "Enabled",
                "Filter": {"Prefix": self.key("checkpoints") + "/"},
                "Expiration": {"Days": 7},
            },
        ]
        with _plainly():
            self.client.put_bucket_lifecycle_configuration(Bucket=self.bucket, LifecycleConfiguration={"Rules": rules})


def _touch_cached(path: Path) -> bool:
    """Whether a file is in the cache; if so it counts as asked for now."""
    try:
        os.utime(path)
        return True
    except OSError:
        return path.exists()


def _megabytes(name: str, usual: float) -> float:
    from studio.storage.reservations import megabytes

    return megabytes(name, usual / 1e6)


def open_files(store: Store) -> S3Files | None:
    """Where STUDIO_FILES says; None: in the studio's folder. Raises Refusal."""
    url = os.environ.get(URL, "").strip()
    if not url:
        return None
    if not store.database.shared:
        raise Refusal(f"{URL} needs STUDIO_DATABASE=postgresql://…, which says what lies there.")
    try:
        return S3Files(store, url)
    except ImportError:
        raise Refusal(f"{URL} needs the packages of requirements-cluster.txt; install them.") from None
