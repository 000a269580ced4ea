"""The containers of one machine: what compose is told is what the image and the studio know."""

from __future__ import annotations

import re
import subprocess
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


def test_every_variable_is_known_and_the_gpu_variant_builds_from_an_argument_of_the_image():
    settings = (ROOT / "README.md").read_text() + (ROOT / "docs" / "operations.md").read_text()
    docker = (ROOT / "Dockerfile").read_text()
    gpu = yaml.safe_load((ONE / "compose.cuda.yaml").read_text())["services"]["studio"]
    plain = yaml.safe_load((ONE / "compose.yaml").read_text())["services"]["studio"]
    for name in (*plain["environment"], *gpu["environment"]):
        assert f"`{name}`" in settings or f"{name}=" in docker, name
    assert all(f"ARG {name}=" in docker for name in gpu["build"]["args"])
    asked = set(re.findall(r"\$\{(\w+)", (ONE / "compose.yaml").read_text()))
    assert asked <= set(re.findall(r"^(\w+)=", (ONE / "example.env").read_text(), re.M))


def test_the_check_without_an_engine_reads_the_steps_of_the_image():
    said = subprocess.run(["bash", "tests/container.sh", "plan"], cwd=ROOT, capture_output=True, text=True, check=True)
    lines = said.stdout.splitlines()
    packages = (ROOT / "packages.txt").read_text().split()
    assert lines[0] == f"packages: {' '.join(packages)}" and "start: python app.py" in lines
    assert "variable: STUDIO_HOME=/home/studio/data" in lines and "variable: PYTHONUNBUFFERED=1" in lines
    assert any(line.startswith("health: import urllib.request; ") and "7873/studio/health" in line for line in lines)
