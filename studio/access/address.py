"""From which network address a request comes, for limits that hold whether or not the browser keeps its cookie.

Behind a reverse proxy the connection comes from the proxy. `STUDIO_PROXIES` says how many proxies stand in front of the studio (0; on
a Space 1); only the entries that those proxies wrote at the end of X-Forwarded-For are believed, since a client can write the rest.
"""

from __future__ import annotations

import ipaddress
import os
import re
from typing import Any

UNKNOWN = "unknown"
WITH_PORT = re.compile(r"(?:\[(?P<bracketed>[^\]]+)\]|(?P<plain>[\d.]+)):\d{1,5}")  # some proxies write it


def proxies() -> int:
    """How many trusted proxies stand in front of the studio."""
    given = os.environ.get("STUDIO_PROXIES", "")
    if given.isdigit():
        return int(given)
    return 1 if os.environ.get("SPACE_ID") else 0


def address_of(request: Any) -> str:
    """The client's address of a Starlette, FastAPI or Gradio request, or of an ASGI scope; an IPv6 address counts as its /64 network."""
    http = getattr(request, "request", request)  # gr.Request wraps FastAPI's
    scope = http if isinstance(http, dict) else getattr(http, "scope", {})
    return network_of(_claimed_address(scope))


def _claimed_address(scope: Any) -> str:
    count = proxies()
    if count:
        values = [value for name, value in scope.get("headers", ()) if name == b"x-forwarded-for"]
        entries = [one.strip() for one in b",".join(values).decode("latin-1").split(",") if one.strip()]
        if entries:
            return entries[max(0, len(entries) - count)]
    client = scope.get("client")
    return str(client[0]) if client else UNKNOWN


def is_loopback(address: str) -> bool:
    """Whether an address is this machine itself: the owner of a laptop, or a proxy that the settings do not mention."""
    try:
        return ipaddress.ip_network(address, strict=False).is_loopback
    except ValueError:
        return False


def network_of(text: str) -> str:
    """An address, with or without a port, in its shortest form; one visitor commands a whole IPv6 /64, so that is what counts."""
    if (with_port := WITH_PORT.fullmatch(text)) is not None:
        text = with_port["bracketed"] or with_port["plain"]
    try:
        address = ipaddress.ip_address(text.strip("[]").partition("%")[0])
    except ValueError:
        return UNKNOWN
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped:
            return str(address.ipv4_mapped)
        return str(ipaddress.ip_network((address, 64), strict=False))
    return str(address)
