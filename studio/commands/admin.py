"""The administrator's commands, on the machine itself: jobs of everybody, access tokens, hashes of passwords."""

from __future__ import annotations

import argparse
import getpass
import sys
import time
from collections.abc import Sequence
from contextlib import closing
from typing import Any

from pipelines.core.settings import Refusal
from studio.access.audit import AuditLog
from studio.access.passwords import SHORT_CHARACTERS, hash_password
from studio.access.tokens import ADMINISTRATOR, DEFAULT_DAYS, MACHINE, AccessTokens
from studio.admin import administration
from studio.storage.store import Store, session_key

WAIT_SECONDS = 10.0
MACHINE_SESSION = session_key("command line")


def add_to(commands: Any) -> None:
    """The words that these commands take."""
    listing = commands.add_parser("jobs", help="list everybody's jobs that wait or run, or cancel some")
    listing.add_argument("what", nargs="?", choices=("list", "cancel"), default="list")
    listing.add_argument("id", nargs="*", type=int)
    token = commands.add_parser(
        "token", help="make an access token for the command line's shelf, or list and revoke them"
    )
    token.add_argument("what", nargs="?", choices=("make", "list", "revoke"), default="make")
    token.add_argument("id", nargs="*")
    token.add_argument("--admin", action="store_true", help="the token may administer and read the metrics")
    token.add_argument("--name", default="Command line")
    token.add_argument("--days", type=int, default=DEFAULT_DAYS)
    commands.add_parser("password", help="turn a password into a salted hash for STUDIO_ACCOUNTS")


def jobs(asked: argparse.Namespace) -> int:
    """`jobs`: a line each; `jobs cancel ID …` stops them, also those that run in the server."""
    with closing(Store()) as store:
        if asked.what == "cancel":
            return _cancel(store, asked.id)
        if asked.id:
            raise Refusal("To cancel a job: python -m studio jobs cancel ID")
        waiting = administration.jobs(store)
        for job in waiting:
            since = job["runs"] if job["runs"] is not None else job["waited"]
            who, where = job["account"] or job["session"], job["address"] or "-"
            print(
                f"{job['id']:6} {who:12} {where:18} {job['pipeline']:28} {job['state']:8} {job['lane']:6} {since:8.0f} s"
            )
        if not waiting:
            print("Nothing waits or runs.")
        return 0


def _cancel(store: Store, ids: Sequence[int]) -> int:
    if not ids:
        raise Refusal("Name the jobs: python -m studio jobs cancel ID")
    audit, asked_to_stop, failed = AuditLog(store.home), [], False
    for id in ids:
        try:
            at_once = administration.order_cancel(store, id)
        except Refusal as problem:
            print(problem, file=sys.stderr)
            failed = True
            continue
        if at_once:
            audit.write("job cancelled by administrator", job=id, by="command line")
            print(f"Job {id} is cancelled.")
        else:
            asked_to_stop.append(id)
    end = time.monotonic() + WAIT_SECONDS
    while asked_to_stop and time.monotonic() < end:
        time.sleep(0.2)
        for id in list(asked_to_stop):
            if store.rows("SELECT state FROM jobs WHERE id = ?", id)[0]["state"] not in ("running", "queued"):
                print(f"Job {id} is cancelled.")
                asked_to_stop.remove(id)
    for id in asked_to_stop:
        print(f"Job {id} was told to stop; it stops as soon as the server hears of it.")
    return 1 if failed else 0


def token(asked: argparse.Namespace) -> int:
    """`token`: prints a new one, once; `token list`; `token revoke ID …`."""
    with closing(Store()) as store:
        tokens, audit = AccessTokens(store), AuditLog(store.home)
        if asked.what == "list":
            for one in tokens.of(MACHINE_SESSION):
                print(
                    f"{one.id} {one.kind:14} good until {time.strftime('%Y-%m-%d', time.localtime(one.expires))}  {one.name}"
                )
        elif asked.what == "revoke":
            if not asked.id:
                raise Refusal("Name the tokens: python -m studio token revoke ID")
            for id in asked.id:
                tokens.revoke(MACHINE_SESSION, id)
                audit.write("token revoked", session=administration.short(MACHINE_SESSION), token=id)
        else:
            kind = ADMINISTRATOR if asked.admin else MACHINE
            made, text = tokens.make(MACHINE_SESSION, asked.name, days=asked.days, kind=kind)
            audit.write("token made", session=administration.short(MACHINE_SESSION), token=made.id, kind=kind)
            print(text)
        return 0


def password(asked: argparse.Namespace) -> int:
    """`password`: asks twice, or reads one line of what is piped in, and prints the hash."""
    if sys.stdin.isatty():
        given = getpass.getpass("Password: ")
        if getpass.getpass("The same again: ") != given:
            raise Refusal("The two are not the same; please try again.")
    else:
        given = sys.stdin.readline().rstrip("\r\n")
    made = hash_password(given)
    if len(given) < SHORT_CHARACTERS:
        print(f"This password has fewer than {SHORT_CHARACTERS} characters; a longer one is safer.", file=sys.stderr)
    print(made)
    return 0


COMMANDS = {"jobs": jobs, "token": token, "password": password}
