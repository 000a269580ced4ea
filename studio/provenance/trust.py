"""Whose signatures count: the lists of known signers that come with the studio, and those that its owner adds. Nothing is fetched."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path

from pipelines.core.models import ASSETS
from pipelines.core.settings import Refusal

MOST_BYTES = 5_000_000


@dataclass(frozen=True)
class Signers:
    """One list of authorities: its file, how many are in it, their names, when the first of them ends."""

    path: Path
    names: tuple[str, ...]
    ends: datetime | None
    added: bool  # by the studio's owner, else it came with the studio


def trusted_folders(home: Path) -> Sequence[Path]:
    """The folders of known signers; a file in the second takes the place of its namesake in the first."""
    return ASSETS / "trust", home / "known_signers"


def lists(home: Path) -> list[Signers]:
    """Every list that counts now."""
    bundled, own = trusted_folders(home)
    files = {path.name: path for folder in (bundled, own) if folder.is_dir() for path in sorted(folder.glob("*.pem"))}
    return [_read(path, path.parent == own) for path in files.values()]


def add(home: Path, path: Path) -> Signers:
    """Take a list of certificates (PEM) into the studio's own folder, instead of one of that name. Raises Refusal."""
    if not path.is_file() or path.stat().st_size > MOST_BYTES:
        raise Refusal(f"There is no list of certificates at {path}.")
    found = _read(path, True)
    if not found.names:
        raise Refusal(f"{path.name} holds no certificates in PEM form.")
    folder = trusted_folders(home)[1]
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / (path.stem + ".pem")
    temporary = folder / f".{path.stem}.part"
    shutil.copyfile(path, temporary)
    temporary.replace(target)
    return _read(target, True)


def _read(path: Path, added: bool) -> Signers:
    from cryptography import x509
    from cryptography.x509.oid import NameOID

    try:
        certificates = x509.load_pem_x509_certificates(path.read_bytes())
    except (ValueError, OSError):
        certificates = []
    names = []
    for one in certificates:
        common = one.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
        names.append(str(common[0].value) if common else one.subject.rfc4514_string())
    ends = [one.not_valid_after_utc for one in certificates if one.not_valid_after_utc > datetime.now(timezone.utc)]
    return Signers(path, tuple(names), min(ends, default=None), added)
