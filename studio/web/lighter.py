"""The page as it leaves for a browser: without the endpoints of REST and MCP, which it never draws; and which modules its scripts import.

Gradio puts every component of every endpoint into the page's configuration, and mounts them all: four of five here belong to `gr.api`. `/config`,
`/gradio_api/info`, REST and MCP read the whole configuration elsewhere and do not change.
"""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path
from typing import Any

CONFIG = re.compile(r"(<script>window\.gradio_config = )(\{.*?\})(;</script>)", re.DOTALL)
INFO = re.compile(r"(<script>window\.gradio_api_info = )(\{.*?\})(;</script>)", re.DOTALL)
NO_ENDPOINTS = '{"named_endpoints":{},"unnamed_endpoints":{}}'
STATIC = Path(__file__).resolve().parent / "static"
IMPORTED = re.compile(r'^(?:import|export) [^"\n]*"(\.\.?/[\w./]+\.js)"', re.MULTILINE)


def lightened(page: str) -> str:
    """The HTML of the page without what it does not draw; any other HTML as it is."""
    found = CONFIG.search(page)
    if found is None:
        return page
    config = without_endpoints(json.loads(found[2]))
    before, after = page[: found.start()], page[found.end() :]
    after = INFO.sub(lambda info: f"{info[1]}{NO_ENDPOINTS}{info[3]}", after, count=1)
    return f"{before}{found[1]}{written(config)}{found[3]}{after}"


def written(config: dict[str, Any]) -> str:
    """A configuration as it stands in a script of the page."""
    text = json.dumps(config, ensure_ascii=False, separators=(",", ":"))
    return text.replace("<", "\\u003c").replace(">", "\\u003e")


def without_endpoints(config: dict[str, Any]) -> dict[str, Any]:
    """The configuration without the components of `gr.api` and the events that only they have."""
    gone = {one["id"] for one in config["components"] if one["type"] == "api"}
    config["components"] = [one for one in config["components"] if one["id"] not in gone]
    config["dependencies"] = [
        one
        for one in config["dependencies"]
        if one["api_visibility"] != "public" or not gone.issuperset([*one["inputs"], *one["outputs"]])
    ]
    events = {one["id"] for one in config["dependencies"]}
    for part in (config, *config.get("page", {}).values()):
        if "layout" in part:
            _pruned(part["layout"], gone)
        if part is not config:
            part["components"] = [id for id in part["components"] if id not in gone]
            part["dependencies"] = [id for id in part["dependencies"] if id in events]
    return config


def _pruned(node: dict[str, Any], gone: set[int]) -> None:
    if "children" in node:
        node["children"] = [child for child in node["children"] if child["id"] not in gone]
        for child in node["children"]:
            _pruned(child, gone)


@cache
def modules(names: tuple[str, ...]) -> tuple[str, ...]:
    """These modules under static/ and all that they import, each once."""
    found: dict[str, None] = {}
    waiting = list(names)
    while waiting:
        name = waiting.pop(0)
        path = STATIC / name
        if name in found or not path.is_file():
            continue
        found[name] = None
        for other in IMPORTED.findall(path.read_text("utf-8")):
            waiting.append((path.parent / other).resolve().relative_to(STATIC).as_posix())
    return tuple(found)
