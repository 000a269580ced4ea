"""A server as a process with accounts, one in this process without, each behind a pretended proxy, so that a test can come from any address."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.asgi import Page, page_here
from tests.browser.conftest import Server
from tests.fixtures import picture
from tests.security.running import Served

ADA, GRACE, EVE = "correct horse battery", "a hopper of bugs", "eve and her apple"
SIGNED_IN = "studio_signed_in"
MCP_HEADERS = {"accept": "application/json, text/event-stream", "content-type": "application/json"}


def start(home: Path, **environment: str) -> Server:
    uploads = str(home / "work" / "gradio")
    return Server(home, REAL="0", STUDIO_PROXIES="1", GRADIO_TEMP_DIR=uploads, **environment)


@pytest.fixture(scope="session")
def closed(tmp_path_factory) -> Iterator[Server]:
    """A studio with three accounts: ada (a hash, an administrator), grace (a plain password), eve (in a file)."""
    from studio.access.passwords import hash_password

    folder = tmp_path_factory.mktemp("closed")
    (folder / "accounts.txt").write_text(f"# one a line\neve:{EVE}\n")
    running = start(
        folder / "home",
        STUDIO_ACCOUNTS=f"ada:{hash_password(ADA)},grace:{GRACE}",
        STUDIO_ADMINS="ada",
        STUDIO_ACCOUNTS_FILE=str(folder / "accounts.txt"),
    )
    yield running
    running.stop()


@pytest.fixture(scope="module")
def opened(tmp_path_factory) -> Iterator[Page]:
    """A studio without accounts, in this process."""
    with page_here(tmp_path_factory.mktemp("opened") / "home", STUDIO_PROXIES="1") as running:
        yield running


def browser(server: Served, address: str = "192.0.2.1", **headers: str) -> httpx.Client:
    """A client with its own cookies that comes from an address, as the studio's own page asks."""
    known = {"x-forwarded-for": address, "x-studio": "1", **headers}
    return httpx.Client(base_url=server.url, headers=known, timeout=60, trust_env=False)


def sign_in(client: httpx.Client, name: str, password: str) -> httpx.Response:
    return client.post("login", data={"username": name, "password": password})


def signed_in(server: Server, name: str, password: str, address: str = "192.0.2.1") -> httpx.Client:
    client = browser(server, address)
    assert sign_in(client, name, password).status_code == 200
    return client


def make_token(client: httpx.Client, name: str = "test", days: Any = 30) -> dict[str, Any]:
    answer = client.post("studio/tokens", json={"name": name, "days": days})
    assert answer.status_code == 200, answer.text
    return answer.json()


def bearing(server: Served, token: str, address: str = "192.0.2.1") -> httpx.Client:
    """A program with a token, which needs no header of the page."""
    client = browser(server, address, authorization=f"Bearer {token}")
    del client.headers["x-studio"]
    return client


def png(seed: int) -> bytes:
    file = io.BytesIO()
    picture(40, 30, seed=seed).save(file, "png")
    return file.getvalue()


def log_of(server: Server) -> str:
    return (server.home / "audit.log").read_text()


def tool_call(name: str, **arguments: Any) -> dict[str, Any]:
    """The message by which an MCP client runs a tool."""
    return {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": name, "arguments": arguments}}


def mcp(client: httpx.Client, method: str, **parameters: Any) -> tuple[int, dict[str, Any]]:
    """One message to the MCP server: the status, and what it said."""
    asked = {"jsonrpc": "2.0", "id": 1, "method": method, "params": parameters}
    answer = client.post("gradio_api/mcp/", json=asked, headers=MCP_HEADERS)
    if answer.status_code != 200:
        return answer.status_code, answer.json()
    data = [line[6:] for line in answer.text.splitlines() if line.startswith("data: ")]
    return 200, json.loads(data[-1] if data else answer.text)


def command(home: Path, *words: str, given: str | None = None) -> subprocess.CompletedProcess[str]:
    """`python -m studio` on the same folder: what it says, and its exit status."""
    from studio.__main__ import main

    output, complained = io.StringIO(), io.StringIO()
    with pytest.MonkeyPatch.context() as patch, redirect_stdout(output), redirect_stderr(complained):
        patch.setenv("STUDIO_HOME", str(home))
        patch.setattr(sys, "stdin", io.StringIO(given or ""))
        status = main(words)
    return subprocess.CompletedProcess(words, status, output.getvalue(), complained.getvalue())
