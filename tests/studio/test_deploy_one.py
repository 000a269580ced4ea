"""The containers of one machine: what compose is told is what the image and the studio know."""

from __future__ import annotations

import re
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[2]
ONE = ROOT / "deploy" / "one"


def test_only_the_proxy_is_open_and_the_studio_wants_accounts():
    told = yaml.safe_load((ONE / "compose.yaml").read_text())["services"]
    assert told["caddy"]["ports"] == ["80:80", "443:443"] and "ports" not in told["studio"]
    assert told["studio"]["environment"]["STUDIO_ACCOUNTS"].startswith("${STUDIO_ACCOUNTS:?")
    assert told["studio"]["environment"]["STUDIO_PROXIES"] == "1" and told["studio"]["read_only"]
    home = re.search(r"STUDIO_HOME=(\S+)", (ROOT / "Dockerfile").read_text())
    assert home and told["studio"]["volumes"] == [f"data:{home[1]}"]
    assert "reverse_proxy studio:7860" in (ONE / "Caddyfile").read_text()
