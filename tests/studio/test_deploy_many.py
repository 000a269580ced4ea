"""The containers of several machines: what compose and the chart are told is what the studio knows."""

from __future__ import annotations

from pathlib import Path

import yaml

from studio.cluster.work import lanes_of

DEPLOY = Path(__file__).resolve().parents[2] / "deploy"


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
