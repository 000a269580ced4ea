"""A real Chromium for the tests: the system's, else installed by the package manager when root, else Playwright's own.

`python tests/browser/chromium.py --install` makes sure there is one.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--disable-quic",
    "--autoplay-policy=no-user-gesture-required",
]


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


if __name__ == "__main__":
    raise SystemExit(install())
