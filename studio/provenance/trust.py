"""Whose signatures count: the lists of known signers that come with the studio, and those that its owner adds. Nothing is fetched."""

from __future__ import annotations

import json
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
    """One list of authorities: its file, their names, when the first of them ends, how old the list is and where it is published."""

    path: Path
    names: tuple[str, ...]
    ends: datetime | None
    added: bool  # by the studio's owner, else it came with the studio
    as_of: str = ""  # the day of a list that came with the studio, or the day on which the owner added his
    source: str = ""

    def as_json(self) -> dict[str, object]:
        """What a verdict says of the list, as plain JSON values."""
        return {
            "name": self.path.stem,
            "authorities": len(self.names),
            "as_of": self.as_of,
            "added": self.added,
            "source": self.source,
        }


def trusted_folders(home: Path) -> Sequence[Path]:
    """The folders of known signers; a file in the second takes the place of its namesake in the first."""
    return ASSETS / "trust", home / "known_signers"


def lists(home: Path) -> list[Signers]:
    """Every list that counts now."""
    bundled, own = trusted_folders(home)
    files = {path.name: path for folder in (bundled, own) if folder.is_dir() for path in sorted(folder.glob("*.pem"))}
    return [_read_list(path, path.parent == own) for path in files.values()]


def add(home: Path, path: Path) -> Signers:
    """Take a list of certificates (PEM) into the studio's own folder, instead of one of that name. Raises Refusal."""
    if not path.is_file() or path.stat().st_size > MOST_BYTES:
        raise Refusal(f"There is no list of certificates at {path}.")
    found = _read_list(path, True)
    if not found.names:
        raise Refusal(f"{path.name} holds no certificates in PEM form.")
    folder = trusted_folders(home)[1]
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / (path.stem + ".pem")
    temporary = folder / f".{path.stem}.part"
    shutil.copyfile(path, temporary)
    temporary.replace(target)
    return _read_list(target, True)


def _read_list(path: Path, added: bool) -> Signers:
    from cryptography import x509
    from cryptography.x509.oid import NameOID

    try:
        certificates = x509.load_pem_x509_certificates(path.read_bytes())
    except (ValueError, OSError):
        certificates = []
    names = []
    for certificate in certificates:
        common = certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
        names.append(str(common[0].value) if common else certificate.subject.rfc4514_string())
    ends = [
        certificate.not_valid_after_utc
        for certificate in certificates
        if certificate.not_valid_after_utc > datetime.now(timezone.utc)
    ]
    as_of, source = _date_of_list(path, added)
    return Signers(path, tuple(names), min(ends, default=None), added, as_of, source)


def _date_of_list(path: Path, added: bool) -> tuple[str, str]:
    """The day of a list and where it is published; of one that the owner added, the day on which its file was written."""
    if added:
        try:
            return datetime.fromtimestamp(path.stat().st_mtime, timezone.utc).date().isoformat(), ""
        except OSError:
            return "", ""
    known = json.loads((ASSETS / "trust" / "lists.json").read_text("utf-8")).get(path.name, {})
    return str(known.get("as_of", "")), str(known.get("source", ""))
