"""Accounts, and who a request is from: the signed-in account, the session of an access token, or the browser's own session.

STUDIO_ACCOUNTS and STUDIO_ACCOUNTS_FILE name the accounts, STUDIO_ADMINS those of them that may administer. The middleware
`studio.access.sign_in_filter.SignInFilter` finds out who asks and leaves an `Identity` in the request; everything else reads it from there.
"""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from pipelines.core.settings import Refusal
from studio.access.passwords import PREFIX, SHORT_CHARACTERS, decoy, verifier
from studio.storage.store import session_key

log = logging.getLogger(__name__)
IDENTITY = "studio.identity"  # the key in an ASGI scope
MOST_NAME_CHARACTERS = 64
PLEASE_SIGN_IN = "Sign in first, or send an access token."
Answer = TypeVar("Answer")
_door = ThreadPoolExecutor(8, thread_name_prefix="door")
_read_files: dict[Path, tuple[tuple[int, int], list[tuple[str, str]]]] = {}


@dataclass(frozen=True)
class Identity:
    """Who a request is from: the session that it acts for, and on what grounds."""

    session: str
    account: str | None = None
    administrator: bool = False
    by_token: bool = False
    hub_name: str | None = None  # who signed in with the model hub (studio.access.hub_sign_ins)


async def at_the_door(look: Callable[..., Answer], *values: Any) -> Answer:
    """Look something up for a request that is not let in yet, in threads that no other work can fill."""
    return await asyncio.get_running_loop().run_in_executor(_door, look, *values)


def identity_of(request: Any) -> Identity | None:
    """What the filter found out about a Starlette, FastAPI or Gradio request; None for a visitor without account and token."""
    http = getattr(request, "request", request)  # gr.Request wraps FastAPI's
    scope = getattr(http, "scope", None) or {}
    return scope.get(IDENTITY)


def by_token(request: Any) -> bool:
    """Whether a request proves who it is with an access token, which no foreign page can send: it needs no header `x-studio`."""
    found = identity_of(request)
    return found is not None and found.by_token


def visitor_of(request: Any) -> str:
    """The session key of a FastAPI or Gradio request. Raises Refusal when accounts are on and the request is not signed in."""
    from studio.access.visitors import token_in  # which imports this module

    found = identity_of(request)
    if found is not None:
        return found.session
    if accounts():
        raise Refusal(PLEASE_SIGN_IN)
    http = getattr(request, "request", request)
    token = token_in(http.headers.get("cookie", ""))
    if token is None:
        raise Refusal("This page has lost its session; reload it.")
    return session_key("visitor:" + token)


def session_of(account: str) -> str:
    """The session of an account; it is the same from every browser."""
    return session_key("user:" + account)


def account_sessions() -> frozenset[str]:
    """The sessions that somebody with an account can come back to."""
    return frozenset(session_of(name) for name, _ in accounts())


def accounts() -> list[tuple[str, str]]:
    """Name and secret of everybody who may sign in; empty: no accounts, one session per browser.

    STUDIO_ACCOUNTS="ada:secret,grace:scrypt$…", and a line each in the file STUDIO_ACCOUNTS_FILE. Raises Refusal when they cannot be read.
    """
    found = _pairs(os.environ.get("STUDIO_ACCOUNTS", "").split(","), "STUDIO_ACCOUNTS")
    if given := os.environ.get("STUDIO_ACCOUNTS_FILE", "").strip():
        found = found + _of_file(Path(given))
    return found


def secret_of(account: str) -> str | None:
    """The secret of an account, or None if there is no such account."""
    return dict(accounts()).get(account)


def admins() -> frozenset[str]:
    """STUDIO_ADMINS="ada,grace": the accounts that may administer the studio."""
    return frozenset(name for one in os.environ.get("STUDIO_ADMINS", "").split(",") if (name := one.strip()))


def check_accounts() -> None:
    """At start: raises Refusal when the accounts cannot be meant as they are written; warns in the log of short passwords."""
    pairs = accounts()
    names = [name for name, _ in pairs]
    if doubled := sorted({name for name in names if names.count(name) > 1}):
        raise Refusal(f"The account {doubled[0]} is there twice; remove one of the two.")
    for name, secret in pairs:
        verifier(secret)  # a damaged hash is refused here; plain passwords get their salted form before anyone asks
        if not secret.startswith(PREFIX) and len(secret) < SHORT_CHARACTERS:
            log.warning("The password of the account %s has fewer than %d characters.", name, SHORT_CHARACTERS)
    if pairs:
        decoy()
    if strangers := sorted(admins() - set(names)):
        if pairs:
            raise Refusal(
                f"STUDIO_ADMINS names {strangers[0]}, who has no account; add the account or remove the name."
            )
        log.warning("STUDIO_ADMINS has no effect, since there are no accounts.")


def _pairs(entries: list[str], where: str) -> list[tuple[str, str]]:
    """name:secret entries. One that cannot be read would leave somebody out or the door open, so it is refused, never skipped."""
    pairs = []
    for entry in entries:
        if not entry.strip():
            continue
        name, colon, secret = entry.partition(":")
        name = name.strip()
        if not colon or not name:
            raise Refusal(
                f"An entry of {where} is not name:password; a password with a comma in it goes into STUDIO_ACCOUNTS_FILE."
            )
        if not secret.strip():
            raise Refusal(f"The account {name} in {where} has an empty password; give it one.")
        if len(name) > MOST_NAME_CHARACTERS or not name.isprintable():
            raise Refusal(f"A name in {where} is longer than {MOST_NAME_CHARACTERS} characters or cannot be printed.")
        pairs.append((name, secret))
    return pairs


def _of_file(path: Path) -> list[tuple[str, str]]:
    """The accounts of a file, read again when it has changed. A file that was good and is not any more leaves the last good accounts."""
    known = _read_files.get(path)
    try:
        facts = path.stat()
        stamp = (facts.st_mtime_ns, facts.st_size)
        if known is not None and known[0] == stamp:
            return known[1]
        lines = path.read_text(encoding="utf-8-sig").split("\n")
        pairs = _pairs([line for line in lines if not line.lstrip().startswith("#")], str(path.name))
        if not pairs:
            raise Refusal(
                f"The file {path.name} of STUDIO_ACCOUNTS_FILE names no account; write name:password lines into it."
            )
        for _, secret in pairs:
            verifier(secret)
    except (OSError, UnicodeDecodeError, Refusal) as problem:
        if known is None:
            if isinstance(problem, Refusal):
                raise
            raise Refusal(
                "The file of STUDIO_ACCOUNTS_FILE cannot be read; check its path and its permissions."
            ) from None
        log.error("STUDIO_ACCOUNTS_FILE cannot be read any more, the last good accounts stay: %s", problem)
        return known[1]
    _read_files[path] = (stamp, pairs)
    return pairs
