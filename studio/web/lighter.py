"""The page as it leaves for a browser: without the endpoints of REST and MCP, which it never draws; and which modules its scripts import.

Gradio puts every component of every endpoint into the page's configuration, and mounts them all: four of five here belong to `gr.api`. `/config`,
`/gradio_api/info`, REST and MCP read the whole configuration and do not change.
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
    """The HTML of the page without the list of endpoints; any other HTML as it is."""
    return INFO.sub(lambda info: f"{info[1]}{NO_ENDPOINTS}{info[3]}", page, count=1)


def written(config: dict[str, Any]) -> str:
    """A configuration as it stands in a script of the page."""
    text = json.dumps(config, ensure_ascii=False, separators=(",", ":"))
    return text.replace("<", "\\u003c").replace(">", "\\u003e")


def with_light_pages(config: Any) -> Any:
    """The whole configuration; its pages, of which Gradio makes the HTML, name neither the components of `gr.api` nor the events that only they have."""
    gone = {one["id"] for one in config["components"] if one["type"] == "api"}
    kept = {
        one["id"]
        for one in config["dependencies"]
        if one["api_visibility"] != "public" or not gone.issuperset([*one["inputs"], *one["outputs"]])
    }
    for page in config["page"].values():
        page["components"] = [id for id in page["components"] if id not in gone]
        page["dependencies"] = [id for id in page["dependencies"] if id in kept]
        page["layout"]["children"] = [child for child in page["layout"]["children"] if child["id"] not in gone]
    return config


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
