"""Packages of registries as sources of training data: fetched once, never installed, and read without unpacking them to the disk."""

from __future__ import annotations

import gzip
import io
import re
import subprocess
import tarfile
import zipfile
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path


def fetched(package: str, folder: Path) -> Path:
    """The archive of a package, downloaded once with its registry's own client and never installed."""
    registry, rest = package.split(":", 1)
    name, version = rest.split("==")
    folder = folder / re.sub(r"[^\w.]+", "_", rest)
    folder.mkdir(parents=True, exist_ok=True)
    if not any(folder.iterdir()):
        command = {
            "pypi": ["pip", "download", "--no-deps", "--ignore-requires-python", "-q", rest],
            "npm": ["npm", "pack", "-q", f"{name}@{version}"],
            "pypi-source": ["pip", "download", "--no-deps", "-q", "--no-binary", ":all:", rest],
            "debian": ["apt-get", "download", f"{name}={version}"],
        }[registry]
        subprocess.run(command, cwd=folder, check=True)
    return next(folder.iterdir())


def members(package: str, folder: Path, *, ordered: bool = False) -> Iterator[tuple[str, Callable[[], bytes]]]:
    """Path of every file inside a wheel, a source archive, an npm tarball or a Debian package, as it comes or by name, and what reads it."""
    archive = fetched(package, folder)
    if archive.suffix == ".whl":
        with zipfile.ZipFile(archive) as wheel:
            names = wheel.namelist()
            yield from ((name, partial(wheel.read, name)) for name in (sorted(names) if ordered else names))
        return
    with tarfile.open(fileobj=io.BytesIO(tar_of(archive))) as tar:
        entries = sorted(tar.getmembers(), key=lambda entry: entry.name) if ordered else tar
        yield from ((entry.name, partial(_read_entry, tar, entry)) for entry in entries if entry.isfile())


def _read_entry(tar: tarfile.TarFile, entry: tarfile.TarInfo) -> bytes:
    opened = tar.extractfile(entry)
    assert opened is not None  # it is a file
    return opened.read()


def member(package: str, path: str, folder: Path) -> bytes:
    """One file of a package, by the end of its path."""
    return next(read() for name, read in members(package, folder) if name.endswith(path))


def tar_of(archive: Path) -> bytes:
    """The tar inside a source archive, an npm tarball or a Debian package, unpacked: seeking in what is packed would unpack it again and again."""
    if archive.suffix == ".deb":
        return subprocess.run(["dpkg-deb", "--fsys-tarfile", str(archive)], check=True, capture_output=True).stdout
    raw = archive.read_bytes()
    return gzip.decompress(raw) if archive.suffix in (".tgz", ".gz") else raw
