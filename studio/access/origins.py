"""From which page a request comes, and under which name the studio is reached: what another web page must not do is decided here.

A browser sends the name it was given (Host), the page that asks (Origin) and how the two are related (Sec-Fetch-Site). A page of
another site that lets its own name point at this machine (DNS rebinding) is told apart by Host; a page that fetches, embeds or posts
across origins by the other two. Programs send neither Origin nor Sec-Fetch-Site, and hold nobody's cookie.
"""

from __future__ import annotations

import ipaddress
import os
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from studio.access.cookies import is_secure
from studio.access.hub_sign_ins import BACK

LOOPBACK = ("localhost", "127.0.0.1", "::1")
WILDCARDS = ("0.0.0.0", "::", "")
PAGES = ("", "/")  # what a link of another site may open
SHARED = re.compile(r"/studio/shared/[A-Za-z0-9_-]{43}(/embed)?")  # so may a link that a visitor has shared
# one shared film in a frame of any site; it has a policy of its own
EMBED = re.compile(r"/studio/shared/[A-Za-z0-9_-]{43}/embed")
FOREIGN = "This request comes from another site; open the studio itself."


@dataclass(frozen=True)
class Refused:
    """Why a request is not answered: the status and one sentence."""

    status: int
    sentence: str


def split_host(text: str) -> tuple[str, int | None] | None:
    """Name and port of a Host header or of an entry of STUDIO_HOSTS, lower case, an IPv6 address without brackets; None if it is neither."""
    text = text.strip().lower()
    if any(sign in text for sign in "@/\\?#,% \t") or not text:
        return None
    try:
        parts = urlsplit("//" + text)
        name, port = parts.hostname, parts.port
    except ValueError:
        return None
    if text.startswith("[") and text.partition("]")[2].partition(":")[0]:  # "[::1].evil" is no address
        return None
    return (name.rstrip("."), port) if name and name.rstrip(".") else None


class Hosts:
    """The names under which this studio may be reached: loopback, the address it is bound to, and those that the administrator lists.

    An entry is a name (`studio.example.org`, any port), a name with a port, or `*.example.org` for every name below it.
    """

    def __init__(self, names: Iterable[str] = ()) -> None:
        self.exact: dict[str, set[int | None]] = {}
        self.below: list[str] = []
        for given in names:
            entry = given.strip().lower().removeprefix("https://").removeprefix("http://").rstrip("/")
            if entry.startswith("*.") and (found := split_host(entry[2:])):
                self.below.append("." + found[0])
            elif found := split_host(entry):
                self.exact.setdefault(found[0], set()).add(found[1])

    @classmethod
    def from_environment(cls) -> Hosts:
        """STUDIO_HOSTS, SPACE_HOST and the name the server is bound to."""
        bound = os.environ.get("GRADIO_SERVER_NAME", "127.0.0.1").strip("[]")
        names = os.environ.get("STUDIO_HOSTS", "").replace(",", " ").split()
        names += os.environ.get("SPACE_HOST", "").replace(",", " ").split()
        if bound not in WILDCARDS:
            names.append(f"[{bound}]" if ":" in bound else bound)
        return cls(names)

    def allowed(self, host: str, server: Any = None) -> bool:
        """Whether a Host header names this studio; `server` is the local address of the connection, which no foreign name can equal."""
        found = split_host(host)
        if found is None:
            return False
        name, port = found
        if name in LOOPBACK or self._is_listed(name, port):
            return True
        return bool(server) and same_address(name, str(server[0])) and port in (server[1], None)

    def _is_listed(self, name: str, port: int | None) -> bool:
        ports = self.exact.get(name, ())
        if None in ports or port in ports:
            return True
        return any(name.endswith(ending) and len(name) > len(ending) for ending in self.below)

    def own_origin(self, origin: str, host: str, secure: bool) -> bool:
        """Whether an Origin is this studio's own: that of the Host it was asked under, or of an exact entry of STUDIO_HOSTS.

        The second is for a reverse proxy that hands on another Host. `null` is foreign.
        """
        try:
            parts = urlsplit(origin)
            name, port = (parts.hostname or "").rstrip("."), parts.port
        except ValueError:
            return False
        if parts.scheme not in ("http", "https") or not name or parts.path or parts.query or "@" in parts.netloc:
            return False
        if secure and parts.scheme != "https":
            return False
        usual = 443 if parts.scheme == "https" else 80
        asked = split_host(host)
        same = asked and asked[0] == name and (asked[1] or usual) == (port or usual)
        if asked and same and ((parts.scheme == "https") == secure or self._is_listed(*asked)):
            return True  # a proxy before a listed name may speak https and not say so
        ports = self.exact.get(name, set())
        return name not in LOOPBACK and ((port or usual) in ports or (None in ports and port in (None, usual)))


def same_address(name: str, other: str) -> bool:
    """Whether both are one IP address, however it is written."""
    try:
        return ipaddress.ip_address(name) == ipaddress.ip_address(other)
    except ValueError:
        return False


def refusal(hosts: Hosts, scope: Any, framed: bool) -> Refused | None:
    """Why a request is not answered, or None: its Host is not ours, or a foreign page sent it. `framed`: other sites may show the page."""
    pairs = scope["headers"]
    headers = dict(pairs)
    named = [value.decode("latin-1") for name, value in pairs if name in (b"host", b"x-forwarded-host")]
    named = [one for value in named for one in value.split(",")]
    if not any(name == b"host" for name, _ in pairs):
        return Refused(421, "This request does not say which host it asks for.")
    for host in named:
        if not hosts.allowed(host, scope.get("server")):
            shown = "".join(sign for sign in host.strip()[:80] if sign.isalnum() or sign in ".-:[]_") or "this name"
            return Refused(
                421,
                f"The studio does not answer under the name {shown}; its administrator can allow it with STUDIO_HOSTS={shown}.",
            )
    if _foreign(hosts, scope, pairs, headers, framed):
        return Refused(403, FOREIGN)
    return None


def _foreign(hosts: Hosts, scope: Any, pairs: Any, headers: Mapping[bytes, bytes], framed: bool) -> bool:
    host, secure = headers[b"host"].decode("latin-1"), is_secure(scope, headers)
    own = [
        hosts.own_origin(value.decode("latin-1").strip(), host, secure) for name, value in pairs if name == b"origin"
    ]
    if not all(own):
        return True
    path = str(scope.get("path"))
    page = scope.get("method") in ("GET", "HEAD") and (path in (*PAGES, BACK) or bool(SHARED.fullmatch(path)))
    site = headers.get(b"sec-fetch-site", b"").strip().lower()
    if site in (b"same-origin", b"none"):
        return False
    if site:  # same-site, cross-site: only a link to the page, or the page in a frame where that is allowed
        shown = (b"document", b"iframe") if (framed and path in PAGES) or EMBED.fullmatch(path) else (b"document",)
        return not (page and headers.get(b"sec-fetch-mode") == b"navigate" and headers.get(b"sec-fetch-dest") in shown)
    referer = headers.get(b"referer", b"").decode("latin-1")
    if referer and not own and not page:  # a browser that sends no Sec-Fetch-Site, as on plain http
        parts = urlsplit(referer) if "://" in referer else None
        return parts is not None and not hosts.own_origin(f"{parts.scheme}://{parts.netloc}", host, secure)
    return False
