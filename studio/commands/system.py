"""What the machine itself must have before anything is installed, named in one line. It needs nothing but Python's standard library.

`python studio/commands/system.py [--install]`: with `--install`, as root on a system with apt, what is missing is installed.
"""

from __future__ import annotations

import ctypes
import importlib.util
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence

# library or module -> Debian's package; OpenCV's wheel needs the libraries
LIBRARIES = {"libGL.so.1": ("libgl1",), "libgthread-2.0.so.0": ("libglib2.0-0t64", "libglib2.0-0")}
MODULES = {"ensurepip": ("python3-venv",), "venv": ("python3-venv",)}


def has_library(name: str) -> bool:
    """Return whether a system library can be loaded."""
    try:
        ctypes.CDLL(name)
    except OSError:
        return False
    return True


def missing(*, modules: bool) -> dict[str, tuple[str, ...]]:
    """What is not here, with the names that Debian's package for it may have. `modules`: also what makes environments."""
    gone = {}
    if sys.platform == "linux":
        gone = {name: packages for name, packages in LIBRARIES.items() if not has_library(name)}
    if modules:
        gone |= {name: packages for name, packages in MODULES.items() if importlib.util.find_spec(name) is None}
    return gone


def sentence(gone: dict[str, tuple[str, ...]]) -> str:
    """One line that names what is missing and how to get it."""
    packages = " ".join(dict.fromkeys(names[0] for names in gone.values()))
    return f"This machine lacks {', '.join(gone)}. On Debian and Ubuntu: apt-get install {packages} (elsewhere the package manager has them under like names)."


def install(gone: dict[str, tuple[str, ...]]) -> bool:
    """Install by apt, as root; whether nothing is missing afterwards."""
    if not (shutil.which("apt-get") and hasattr(os, "geteuid") and os.geteuid() == 0):
        return False
    print(f"Installing {', '.join(gone)} with apt-get …", flush=True)
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    subprocess.run(["apt-get", "update", "-qq"], env=environment, stdout=subprocess.DEVNULL, check=False)
    for names in set(gone.values()):
        any(_apt(name, environment) for name in names)  # the first name that this system knows
    importlib.invalidate_caches()
    return not missing(modules=bool(set(gone) & set(MODULES)))


def _apt(package: str, environment: dict[str, str]) -> bool:
    words = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", package]
    return subprocess.run(words, env=environment, stdout=subprocess.DEVNULL, check=False).returncode == 0


def main(words: Sequence[str]) -> int:
    """Report missing system libraries, or install them, and return the exit status."""
    gone = missing(modules=True)
    if not gone or ("--install" in words and install(gone)):
        return 0
    print(sentence(gone), file=sys.stderr)
    return 1


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
