"""The containers: only the proxy is open, the studio wants accounts, and calls of Gradio stay at one server."""

from __future__ import annotations

from pathlib import Path

import yaml

from studio.cluster.work import lanes_of

DEPLOY = Path(__file__).resolve().parents[2] / "deploy"


def test_only_the_proxy_is_open_and_the_studio_wants_accounts():
    services = yaml.safe_load((DEPLOY / "one" / "compose.yaml").read_text())["services"]
    assert services["caddy"]["ports"] == ["80:80", "443:443"] and "ports" not in services["studio"]
    assert services["studio"]["environment"]["STUDIO_ACCOUNTS"].startswith("${STUDIO_ACCOUNTS:?")
    assert services["studio"]["environment"]["STUDIO_PROXIES"] == "1" and services["studio"]["read_only"]


def test_calls_of_gradio_stay_at_one_server():
    caddy = (DEPLOY / "Caddyfile").read_text().split("reverse_proxy @gradio", 1)
    assert "@gradio path /gradio_api/*" in caddy[0] and "lb_policy cookie studio_server" in caddy[1]
    page = (DEPLOY / "chart/templates/page.yaml").read_text()
    own = next(part for part in page.split("\n---\n") if "-gradio }}" in part or "}}-gradio" in part)
    assert "upstream-hash-by" in own and "path: /gradio_api" in own
    workers = yaml.safe_load((DEPLOY / "chart/values.yaml").read_text())["workers"]
    assert all(lanes_of(worker["lanes"]) for worker in workers)
