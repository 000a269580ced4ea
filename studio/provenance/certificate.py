"""The studio's own signing identity, made on first start: an authority, one leaf signed by it, and the leaf's key.

C2PA 2.2, section 14.5 "X.509 certificates", and RFC 5280 for the extensions.
"""

from __future__ import annotations

import contextlib
import datetime
import os
import secrets
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cryptography import x509

FILE_NAME = "signing.pem"
ORGANISATION = "Afternoon Studio"
LEAF_DAYS = 3652  # ten years: without a timestamp authority a signature is worth nothing once the leaf has expired


class CertificateError(Exception):
    """The stored identity cannot be used; the message is one sentence for the person who runs the studio."""


@dataclass(frozen=True)
class Certificate:
    """An ES256 signing identity, all parts PEM: `chain` is leaf, then authority; `anchor` the authority."""

    name: str
    serial: str
    chain: str
    anchor: str
    key: str = field(repr=False)


def certificate(folder: Path) -> Certificate:
    """The identity kept in `folder`, made when the folder has none yet.

    Processes that start at once share one identity: it is one file, linked into place whole, and the first wins.
    Raises CertificateError when the stored file is damaged, and OSError when the folder cannot be written.
    """
    path = folder / FILE_NAME
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        _place(_issue(secrets.token_hex(4)), path)
    return _parse(path)


def _place(content: bytes, path: Path) -> None:
    """Put `content` at `path` with mode 600, whole or not at all, unless another process was first."""
    descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=".signing-")  # mkstemp makes it 0600
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        with contextlib.suppress(FileExistsError):
            os.link(temporary, path)
    finally:
        Path(temporary).unlink()


def _issue(identifier: str) -> bytes:
    """Make a new identity as one PEM text: key (PKCS#8), leaf, authority. The authority's own key is not kept."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

    def name(common: str) -> x509.Name:
        return x509.Name(
            [
                x509.NameAttribute(NameOID.ORGANIZATION_NAME, ORGANISATION),
                x509.NameAttribute(NameOID.COMMON_NAME, common),
            ]
        )

    now = datetime.datetime.now(datetime.timezone.utc)
    authority_key, leaf_key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    authority_name = name(f"{ORGANISATION} authority {identifier}")

    def prepare_certificate(
        subject: x509.Name, public: ec.EllipticCurvePublicKey, days: int
    ) -> x509.CertificateBuilder:
        return (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(authority_name)
            .public_key(public)
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - datetime.timedelta(hours=1))  # a container's clock may lag behind
            .not_valid_after(now + datetime.timedelta(days=days))
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
        )

    authority = (
        prepare_certificate(authority_name, authority_key.public_key(), LEAF_DAYS + 30)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_key_usage(key_cert_sign=True), critical=True)
        .sign(authority_key, hashes.SHA256())
    )
    leaf = (
        prepare_certificate(name(f"{ORGANISATION} {identifier}"), leaf_key.public_key(), LEAF_DAYS)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_key_usage(digital_signature=True), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.EMAIL_PROTECTION]), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(authority_key.public_key()), critical=False)
        .sign(authority_key, hashes.SHA256())
    )
    key = leaf_key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return key + leaf.public_bytes(serialization.Encoding.PEM) + authority.public_bytes(serialization.Encoding.PEM)


def _key_usage(digital_signature: bool = False, key_cert_sign: bool = False) -> x509.KeyUsage:
    """The KeyUsage extension with only the named uses (RFC 5280, section 4.2.1.3)."""
    from cryptography import x509

    return x509.KeyUsage(
        digital_signature=digital_signature,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=key_cert_sign,
        crl_sign=key_cert_sign,
        encipher_only=False,
        decipher_only=False,
    )


def _parse(path: Path) -> Certificate:
    """Read an identity back from its PEM text and check that its parts belong together."""
    from cryptography import x509
    from cryptography.hazmat.primitives import serialization
    from cryptography.x509.oid import NameOID

    try:
        content = path.read_bytes()
        key = serialization.load_pem_private_key(content, password=None)
        leaf, authority = x509.load_pem_x509_certificates(content)
        leaf.verify_directly_issued_by(authority)
        if key.public_key() != leaf.public_key():
            raise ValueError("key and leaf differ")
    except OSError:
        raise
    except Exception as error:
        raise CertificateError(
            f"The signing certificate in {path} is damaged; restore it from a copy, or remove it to get a new one."
        ) from error
    anchor = authority.public_bytes(serialization.Encoding.PEM).decode()
    return Certificate(
        name=str(leaf.subject.get_attributes_for_oid(NameOID.COMMON_NAME)[0].value),
        serial=str(leaf.serial_number),
        chain=leaf.public_bytes(serialization.Encoding.PEM).decode() + anchor,
        anchor=anchor,
        key=key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        ).decode(),
    )
