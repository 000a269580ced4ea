"""How the studio's cookies are set: for the studio's own pages only, unless another site may show the page in a frame.

Without frames a cookie is `SameSite=Lax`, and `Secure` too behind https. In another site's frame a Lax cookie is not sent, so there it is
`SameSite=None; Secure; Partitioned`: it belongs to that frame's site and cannot be read across sites.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

SPACE_ANCESTORS = ("https://huggingface.co", "https://*.hf.space")
CROSSING = "SameSite=None; Secure; Partitioned"


def ancestors() -> tuple[str, ...]:
    """Which other sites may show the page in a frame: those of STUDIO_FRAME_ANCESTORS, else on a Space Hugging Face's, else none."""
    given = os.environ.get("STUDIO_FRAME_ANCESTORS")
    if given is not None:
        return tuple(given.split())
    return SPACE_ANCESTORS if framed() else ()


def framed() -> bool:
    """Whether the page is shown in a frame of another site, so that its cookies must work there."""
    return bool(os.environ.get("SPACE_ID")) or "STUDIO_FRAMED" in os.environ


def is_secure(scope: Any, headers: Mapping[bytes, bytes] | None = None) -> bool:
    """Whether the visitor's browser speaks https with us or with the proxy before us; `scope` is that of an ASGI request."""
    found = dict(scope["headers"]) if headers is None else headers
    forwarded = found.get(b"x-forwarded-proto", b"").split(b",")[0].strip()
    return scope.get("scheme") in ("https", "wss") or forwarded == b"https"


def pairs_of(text: str) -> dict[str, str]:
    """The cookies of a Cookie header by name, the last one of each; `http.cookies` takes minutes for some that are 60 kB long."""
    pairs = {}
    for part in text.split(";"):
        name, sign, value = part.partition("=")
        if sign and plain(part):
            pairs[name.strip()] = value.strip()
    return pairs


def plain(part: str | bytes) -> bool:
    """Whether a cookie needs no unquoting, which is slow in Python. The studio's own cookies need none."""
    marks = (b'"', b"\\") if isinstance(part, bytes) else ('"', "\\")
    return not any(mark in part for mark in marks)  # type: ignore[operator]


def plain_header(headers: Iterable[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
    """The headers of a request with all its plain cookies in one header, so that everybody who looks sees the same ones."""
    pairs = list(headers)
    sent = [value for name, value in pairs if name == b"cookie"]
    if not sent or (len(sent) == 1 and plain(sent[0])):
        return pairs
    kept = [part.strip() for value in sent for part in value.split(b";") if part.strip() and plain(part)]
    others = [pair for pair in pairs if pair[0] != b"cookie"]
    return [*others, (b"cookie", b"; ".join(kept))] if kept else others


@dataclass(frozen=True)
class CookieAttributes:
    """The attributes of cookies: `framed` says that the page always sits in another site's frame, `may_be_framed` that it may."""

    framed: bool = False
    may_be_framed: bool = False

    @classmethod
    def of(cls, frame_ancestors: Iterable[str], framed: bool) -> CookieAttributes:
        """For a page that these sites may show."""
        return cls(framed, any(one not in ("'self'", "'none'") for one in frame_ancestors))

    @classmethod
    def from_environment(cls) -> CookieAttributes:
        """Choose the attributes by which pages may frame the studio."""
        return cls.of(ancestors(), framed())

    def attributes(self, secure: bool) -> str:
        """What stands at the end of a cookie; `secure`: the browser speaks https."""
        if self.framed or (secure and self.may_be_framed):
            return CROSSING
        return "SameSite=Lax; Secure" if secure else "SameSite=Lax"

    def cookie(self, name: str, value: str, seconds: float, secure: bool) -> str:
        """A whole Set-Cookie header; 0 seconds take the cookie away."""
        return f"{name}={value}; Path=/; Max-Age={int(seconds)}; HttpOnly; {self.attributes(secure)}"
