"""Content credentials: what the studio says about a file it made; `read` is what it can tell about a file it is given.

C2PA Technical Specification 2.2. Nothing here touches the network.
"""

from __future__ import annotations

import io
import secrets
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path
from typing import IO, Any, Literal

from pipelines.media import MEDIA_TYPES
from studio.provenance.certificate import ORGANISATION, Certificate, CertificateError, certificate
from studio.provenance.credential import (
    RECORD_LABEL,
    Action,
    Credential,
    State,
    can_carry,
    container_format,
    library_settings,
    read_credential,
)
from studio.provenance.xmp import VOCABULARY, source_type_of, with_source_type

__all__ = [
    "Action",
    "Certificate",
    "CertificateError",
    "Credential",
    "Parent",
    "SigningError",
    "State",
    "Statement",
    "can_carry",
    "certificate",
    "read_credential",
    "sign",
    "source_type_of",
]

Relationship = Literal["parentOf", "componentOf", "inputTo"]


class SigningError(Exception):
    """A file could not be signed; the message says why."""


@dataclass(frozen=True)
class Parent:
    """What a result was made from. `path` None: only the title is known."""

    path: Path | None
    title: str
    relationship: Relationship = "parentOf"
    media_type: str | None = None


@dataclass(frozen=True)
class Statement:
    """What the studio says about one file. `record` is embedded for anyone to read: leave private text out of it first.

    `generated`: made from nothing but settings, else an edit of a parent. `trained`: a trained model had a part in it.
    """

    title: str
    media_type: str
    generated: bool
    record: dict[str, Any]
    parents: tuple[Parent, ...] = ()
    software_version: str = "0"
    trained: bool = True

    @property
    def source_type(self) -> str:
        """The IPTC digital source type that follows from `generated`, `trained`, and whether it is put together from parts."""
        if self.generated and any(parent.relationship == "componentOf" for parent in self.parents):
            return "compositeSynthetic"
        if self.generated:
            return "trainedAlgorithmicMedia" if self.trained else "algorithmicMedia"
        return "compositeWithTrainedAlgorithmicMedia" if self.trained else "algorithmicallyEnhanced"


def sign(source: Path, destination: Path, statement: Statement, certificate: Certificate) -> None:
    """Write `source` with its IPTC source type and a signed credential to `destination`, whole or not at all.

    C2PA 2.2, sections 10 "Claims" and 18.15 "Actions". Adds about 3.5 kB; each parent's own credential is kept.
    Raises SigningError when the format cannot carry a credential or the file is damaged, and OSError.
    """
    import c2pa

    if not can_carry(statement.media_type):
        raise SigningError(
            f"{statement.media_type} cannot carry a credential; choose a picture, MP4, WAV, FLAC or MP3."
        )
    key = c2pa.C2paSignerInfo(c2pa.C2paSigningAlg.ES256, certificate.chain.encode(), certificate.key.encode(), None)
    context = c2pa.Context.from_dict(library_settings(certificate.anchor), signer=c2pa.Signer.from_info(key))
    temporary = destination.with_name(f".sign-{secrets.token_hex(8)}")
    try:
        with (
            _with_source_type(source, statement) as asset,
            temporary.open("x+b") as target,
            c2pa.Builder(_manifest(statement), context=context) as builder,
        ):
            for number, parent in enumerate(statement.parents):
                _add_parent(builder, parent, number)
            builder.sign(container_format(statement.media_type), asset, target)
        temporary.replace(destination)
    except (c2pa.C2paError, ValueError) as error:
        raise SigningError(f"{statement.title} could not be signed: {error}") from error
    finally:
        temporary.unlink(missing_ok=True)


def _with_source_type(source: Path, statement: Statement) -> IO[bytes]:
    """The source as a stream, with the IPTC term in its XMP where the format has a place for it."""
    if statement.media_type in ("image/png", "image/jpeg", "image/webp"):
        return io.BytesIO(with_source_type(source.read_bytes(), statement.media_type, statement.source_type))
    return source.open("rb")


def _manifest(statement: Statement) -> dict[str, Any]:
    """The manifest definition: who made it, the actions in order, and our record. Parents are added as files later."""
    when = datetime.now(timezone.utc).isoformat(timespec="seconds")
    opened = [f"parent{n}" for n, parent in enumerate(statement.parents) if parent.relationship == "parentOf"]
    placed = [f"parent{n}" for n, parent in enumerate(statement.parents) if parent.relationship == "componentOf"]
    used = [f"parent{n}" for n, parent in enumerate(statement.parents) if parent.relationship == "inputTo"]
    if len(opened) > 1:
        raise SigningError("A file has one parentOf ingredient at most; the others are componentOf or inputTo.")
    making: dict[str, Any] = {"digitalSourceType": VOCABULARY + statement.source_type, "when": when}
    if used:
        making["parameters"] = {"ingredientIds": used}
    if opened:
        actions = [
            {"action": "c2pa.opened", "when": when, "parameters": {"ingredientIds": opened}},
            {"action": "c2pa.edited", **making},
        ]
    else:
        actions = [{"action": "c2pa.created", **making}]
    if placed:
        actions.append({"action": "c2pa.placed", "when": when, "parameters": {"ingredientIds": placed}})
    return {
        "claim_generator_info": [{"name": ORGANISATION, "version": statement.software_version}],
        "title": statement.title,
        "format": statement.media_type,
        "assertions": [
            {"label": "c2pa.actions.v2", "data": {"actions": actions}},
            {"label": RECORD_LABEL, "kind": "Json", "data": statement.record},
        ],
    }


def _add_parent(builder: Any, parent: Parent, number: int) -> None:
    """Add one ingredient; from a format that carries no credentials only its title and type are known."""
    import c2pa

    described = {"title": parent.title, "relationship": parent.relationship, "label": f"parent{number}"}
    media_type = parent.media_type or (MEDIA_TYPES.get(parent.path.suffix.lower()) if parent.path else None)
    if parent.path is not None and media_type and can_carry(media_type):
        try:
            with parent.path.open("rb") as file:
                builder.add_ingredient(described, container_format(media_type), file)
            return
        except c2pa.C2paError:
            pass  # its bytes are not what its name says: it stays an ingredient of which nothing more is known
    described["format"] = media_type or "application/octet-stream"
    builder.add_ingredient(described, "application/octet-stream", io.BytesIO(b""))
