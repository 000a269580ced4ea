"""The containers of several machines: what compose and the chart are told is what the studio knows."""

from __future__ import annotations

import re
from pathlib import Path

import yaml

from studio.cluster.work import lanes_of

DEPLOY = Path(__file__).resolve().parents[2] / "deploy"


def test_compose_names_only_what_is_there():
    text = (DEPLOY / "compose.yaml").read_text()
    told = yaml.safe_load(text)
    services = told["services"]
    for name, service in services.items():
        assert set(service.get("depends_on", ())) <= set(services), name
        assert {one["source"] for one in service.get("configs", ())} <= set(told["configs"]), name
        assert set(service.get("secrets", ())) <= set(told["secrets"]), name
    for one in told["configs"].values():
        assert "content" in one or (DEPLOY / one["file"]).is_file()
    assert set(re.findall(r"\$\{(\w+)", text)) <= set(
        re.findall(r"^#? ?(\w+)=", (DEPLOY / "example.env").read_text(), re.M)
    )
    assert lanes_of(services["worker"]["command"][-1]) and services["page"]["environment"]["STUDIO_LANES"] == "none"


def test_calls_of_gradio_stay_at_one_server():
    caddy = (DEPLOY / "Caddyfile").read_text()
    block = caddy[caddy.index("reverse_proxy @gradio") :]
    assert (
        "@gradio path /gradio_api/*" in caddy and "lb_policy cookie studio_server" in block.split("reverse_proxy", 2)[1]
    )
    page = (DEPLOY / "chart/templates/page.yaml").read_text()
    own = next(part for part in page.split("\n---\n") if "-gradio }}" in part or "}}-gradio" in part)
    assert "upstream-hash-by" in own and "path: /gradio_api" in own
    for worker in yaml.safe_load((DEPLOY / "chart/values.yaml").read_text())["workers"]:
        assert lanes_of(worker["lanes"])
