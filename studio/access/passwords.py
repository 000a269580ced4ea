"""Passwords of accounts: salted scrypt hashes, and a comparison that takes equally long for unknown names.

A hash is written `scrypt$15$8$1$<salt>$<key>` (log2 of the cost, block size, lanes; salt and key in URL-safe base64), as
`python -m studio password` prints it.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import os
import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from pipelines.core.settings import Refusal

PREFIX = "scrypt$"
COST_LOG2, BLOCK, LANES = 15, 8, 1
MOST_MEMORY = 300_000_000
MOST_CHARACTERS = 1024
SHORT_CHARACTERS = 8
FORM = re.compile(r"scrypt\$(\d{1,2})\$(\d{1,2})\$(\d{1,2})\$([A-Za-z0-9_-]{16,86})\$([A-Za-z0-9_-]{43,86})")


@dataclass(frozen=True)
class Verifier:
    """What is needed to check one password."""

    cost_log2: int
    block: int
    lanes: int
    salt: bytes
    key: bytes

    def of(self, password: str) -> bytes:
        """The key of a password with this salt and these costs."""
        return hashlib.scrypt(
            as_bytes(password),
            salt=self.salt,
            n=2**self.cost_log2,
            r=self.block,
            p=self.lanes,
            maxmem=MOST_MEMORY,
            dklen=len(self.key) or 32,
        )


def as_bytes(password: str) -> bytes:
    """One byte form of a password, whichever way the keyboard composed its accents."""
    return unicodedata.normalize("NFC", password[:MOST_CHARACTERS]).encode("utf-8", "surrogatepass")


def hash_password(password: str) -> str:
    """A salted hash of a password for STUDIO_ACCOUNTS. Raises Refusal when it is empty or too long."""
    if not password:
        raise Refusal("A password cannot be empty; choose one.")
    if len(password) > MOST_CHARACTERS:
        raise Refusal(f"A password has at most {MOST_CHARACTERS} characters.")
    made = fresh(password)
    return f"{PREFIX}{made.cost_log2}${made.block}${made.lanes}${_encode(made.salt)}${_encode(made.key)}"


def fresh(password: str) -> Verifier:
    """A verifier of a password with a new salt and the present costs."""
    bare = Verifier(COST_LOG2, BLOCK, LANES, os.urandom(16), b"")
    return Verifier(bare.cost_log2, bare.block, bare.lanes, bare.salt, bare.of(password))


@lru_cache(maxsize=1024)
def verifier(secret: str) -> Verifier:
    """The verifier of an account's secret, which is a hash or a plain password. Raises Refusal for a damaged hash."""
    if not secret.startswith(PREFIX):
        return fresh(secret)
    match = FORM.fullmatch(secret)
    try:
        if match is None:
            raise ValueError
        cost, block, lanes = (int(match[number]) for number in (1, 2, 3))
        if not (10 <= cost <= 18 and 1 <= block <= 32 and 1 <= lanes <= 16 and 128 * block * 2**cost < MOST_MEMORY):
            raise ValueError
        return Verifier(cost, block, lanes, _decode(match[4]), _decode(match[5]))
    except (ValueError, binascii.Error):
        raise Refusal("A hash in the accounts is damaged; make it again with: python -m studio password") from None


@lru_cache(maxsize=1)
def decoy() -> Verifier:
    """Stands in for the account that is not there, so that a wrong name takes as long as a wrong password."""
    return fresh(base64.b64encode(os.urandom(18)).decode())


def matches(secret: str | None, password: str) -> bool:
    """Whether a password is the one of the secret; None is an account that does not exist."""
    known = decoy() if secret is None else verifier(secret)
    same = hmac.compare_digest(known.of(password), known.key)
    return same and secret is not None and len(password) <= MOST_CHARACTERS


def _encode(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def _decode(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
