"""What this studio can say about a file that Detect is given: its keys judge the signature, its registry knows what it made.

It is handed to the pipeline with the file (`pipelines.media.Witness`), so pipelines know neither keys nor tables; it holds only plain values
and can cross to another process.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime, timezone
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from studio.provenance.certificate import certificate
from studio.provenance.credential import Credential, read_credential
from studio.provenance.credential_faults import meanings
from studio.provenance.signing import Parent, Statement, sign
from studio.provenance.trust import lists, trusted_folders
from studio.storage.store import Store

TITLE_CHARACTERS = 200
ACTIONS = 12  # of one manifest that are told


class Forged(Statement):
    """What an attacker says of a picture: that a camera took it."""

    @property
    def source_type(self) -> str:
        """The IPTC digital source type of a photograph."""
        return "digitalCapture"


@dataclass(frozen=True)
class StudioWitness:
    """The studio kept at `home`, speaking to one visitor: only files on that visitor's own shelf are named by their id."""

    home: Path
    session: str

    def credential(self, path: Path) -> dict[str, Any]:
        """The verified credential with its ingredients; what is on the visitor's shelf has its id there."""
        found = read_credential(path, certificate(self.home / "identity"), known_signers=trusted_folders(self.home))
        store = Store(self.home)
        try:
            return {
                **self._tell_manifest(store, found, None),
                "checked_against": [one.as_json() for one in lists(self.home) if one.names],
            }
        finally:
            store.close()

    def marked(self, payload: int) -> dict[str, Any] | None:
        """The registry's row of an invisible mark."""
        return self._row("SELECT * FROM registry WHERE mark = ? ORDER BY created LIMIT 1", payload)

    def written(self, sha256: str) -> dict[str, Any] | None:
        """The registry's row of a file of which the studio wrote these very bytes."""
        return self._row("SELECT * FROM registry WHERE file_sha256 = ? ORDER BY created LIMIT 1", sha256)

    def forged(self, source: Path, target: Path, keeps_parent: bool) -> None:
        """Signs a PNG as a camera's photograph, with an identity of the studio's name that is made for this and thrown away.

        `keeps_parent`: what was signed before stays inside as an ingredient. For the red team; raises SigningError.
        """
        parents = (Parent(source, "Photograph"),) if keeps_parent else ()
        statement = Forged("Photograph", "image/png", not keeps_parent, {}, parents, trained=False)
        with TemporaryDirectory(prefix="stranger-") as folder:
            sign(source, target, statement, certificate(Path(folder)))

    def _row(self, sql: str, value: Any) -> dict[str, Any] | None:
        store = Store(self.home)
        try:
            rows = store.rows(sql, value)
            if not rows:
                return None
            row = rows[0]
            own = store.artifact(self.session, row["artifact"])
            when = datetime.fromtimestamp(row["created"], timezone.utc).isoformat(timespec="seconds")
            return {
                "pipeline": row["pipeline"],
                "created": when,
                "trained": None if row["trained"] is None else bool(row["trained"]),
                "artifact": own.id if own else None,
                "title": own.title if own else None,
            }
        finally:
            store.close()

    def _tell_manifest(self, store: Store, credential: Credential, given_id: str | None) -> dict[str, Any]:
        """One manifest and all below it. `given_id`: which artifact its parent's record says that it is."""
        record = credential.record or {}
        inputs = [str(id) for id in (record.get("inputs") or {}).values()]
        below = [*inputs, *[None] * len(credential.ingredients)]
        artifact = str(record.get("id") or given_id or "")
        known = store.artifact(self.session, artifact) if artifact else None
        return {
            "state": credential.state,
            "title": (credential.title or "")[:TITLE_CHARACTERS] or None,
            "signer": (credential.signer or "")[:TITLE_CHARACTERS] or None,
            "media_type": credential.media_type,
            "relationship": credential.relationship,
            "source_type": credential.source_type,
            "actions": [asdict(action) for action in credential.actions[:ACTIONS]],
            "problems": list(credential.problems[:6]),
            "faults": list(credential.faults),
            "means": list(meanings(credential.faults)),
            "signed_at": credential.signed_at,
            "made_with": record.get("pipeline"),
            "artifact": known.id if known else None,
            "kind": known.kind if known else None,
            "ingredients": [
                self._tell_manifest(store, part, below[number]) for number, part in enumerate(credential.ingredients)
            ],
        }
