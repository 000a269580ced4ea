"""Keys that every server of a studio must have alike: the signing certificate, and the secrets of cookies and addresses.

They lie in STUDIO_HOME/identity of each machine. The first server that opens a database puts its own there; all others take those. Whoever can
read the database can therefore sign as the studio and make cookies: guard it, and its backups, as the folder was guarded before.
"""

from __future__ import annotations

import base64
import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from studio.storage.store import Store


def share_keys(store: Store, makers: Mapping[str, Callable[[Path], object]]) -> None:
    """For each file of the identity: the database's copy here, or what `makers` make here into the database."""
    folder = store.home / "identity"
    for name, make in makers.items():
        with store.transaction("identity"):
            rows = store.rows("SELECT value FROM kept_keys WHERE name = ?", name)
            if not rows:
                make(folder)
                kept = base64.b64encode((folder / name).read_bytes()).decode()
                store.rows("INSERT INTO kept_keys VALUES (?,?)", name, kept)
                continue
        _write(folder / name, base64.b64decode(rows[0]["value"]))


def _write(path: Path, content: bytes) -> None:
    if path.is_file() and path.read_bytes() == content:
        return
    draft = path.with_name(f"{path.name}.{os.getpid()}.draft")
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
