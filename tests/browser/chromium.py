"""A real Chromium for the tests: the system's, else installed by the package manager when root, else Playwright's own.

`--install` makes sure there is one; `--libraries` makes sure that OpenCV's wheel finds libGL (Debian: libgl1).
"""

from __future__ import annotations

import ctypes.util
import os
import shutil
import subprocess
import sys

FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--no-first-run", "--disable-quic", "--autoplay-policy=no-user-gesture-required",
]  # fmt: skip


def system_chromium() -> str | None:
    for name in ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable"):
        if found := shutil.which(name):
            return found
    return None


def _apt(*packages: str) -> bool:
    if not (shutil.which("apt-get") and hasattr(os, "geteuid") and os.geteuid() == 0):
        return False
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    update = subprocess.run(["apt-get", "update", "-qq"], env=environment, check=False)
    install = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *packages]
    return (
        update.returncode == 0
        and subprocess.run(install, env=environment, stdout=subprocess.DEVNULL, check=False).returncode == 0
    )


def install() -> int:
    if system_chromium() or _apt("chromium", "fonts-dejavu-core"):
        return 0
    return subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], check=False).returncode


def libraries() -> int:
    if sys.platform != "linux" or ctypes.util.find_library("GL"):
        return 0
    if not _apt("libgl1", "libglib2.0-0t64") and not _apt("libgl1", "libglib2.0-0"):
        print(
            "OpenCV needs libGL.so.1: install it with your package manager (Debian: apt-get install libgl1 libglib2.0-0)."
        )
    return 0


if __name__ == "__main__":
    raise SystemExit(install() if "--install" in sys.argv else libraries())
