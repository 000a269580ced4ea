"""The page that lists what REST and MCP offer, made from the same signatures as the tabs."""

from __future__ import annotations

import html
import json
import re

from pipelines.core.run import find
from pipelines.core.schema import json_schema
from pipelines.core.settings import Form, settings_of
from studio.web.sendto import TabRegistry

WITHOUT_RAISES = re.compile(r"\s?Raises [A-Z]\w{0,60}(, [A-Z]\w{0,60}){0,8}\.")  # what is for programmers
STYLE = """body{font:16px/1.5 Inter,system-ui,sans-serif;color:#1E1B18;background:#FBF8F3;max-width:860px;margin:40px auto;padding:0 20px}
h1{font:500 30px/1.2 Fraunces,Georgia,serif}h2{font:500 22px/1.3 Fraunces,Georgia,serif;border-top:1px solid #E2DACE;padding-top:16px;margin-top:32px}
table{border-collapse:collapse;width:100%;font-size:14px}td,th{text-align:left;vertical-align:top;padding:6px 12px 6px 0;border-bottom:1px solid #E2DACE}
code,pre{font:13px/1.5 ui-monospace,monospace;overflow-wrap:anywhere}pre{background:#F4EFE7;padding:12px;border-radius:8px;white-space:pre-wrap}a{color:#B4491A}
@media (prefers-color-scheme:dark){body{color:#F2EDE6;background:#16130F}pre{background:#1F1B16}td,th,h2{border-color:#39322A}a{color:#FF8A4C}}"""
INTRODUCTION = """<p><a href="../">Back to the studio</a></p><h1>REST and MCP</h1>
<p>Send the values in the table's order, then read the result as a stream of events.
If asked, send an access token (Help): <code>Authorization: Bearer studio_…</code>.</p>
<pre>curl -X POST https://STUDIO/gradio_api/call/NAME -H "Content-Type: application/json" -d '{"data": [VALUES]}'
curl -N https://STUDIO/gradio_api/call/NAME/EVENT_ID</pre>
<p>A file is uploaded first with <code>POST /gradio_api/upload</code> and then named as
<code>{"path": "…", "meta": {"_type": "gradio.FileData"}}</code>. MCP clients connect to <code>/gradio_api/mcp/</code> and see the same methods as tools.</p>"""


def api_page(board: TabRegistry) -> str:
    """One HTML page: every endpoint with its parameters, their types, limits and defaults."""
    parts = []
    for tab in board.tabs:
        parts.append(f"<h2>{html.escape(tab.name)}</h2>")
        parts += [_endpoint(method.title, settings_of(find(method.pipeline))) for method in tab.methods]
    head = (
        "<!doctype html><html lang=en><meta charset=utf-8><meta name=viewport content='width=device-width'>"
        f"<title>REST and MCP · Afternoon Studio</title><style>{STYLE}</style>"
    )
    return f"{head}<main>{INTRODUCTION}{''.join(parts)}</main></html>\n"


def _endpoint(title: str, form: Form) -> str:
    rows = [
        (slot.name, f"file ({slot.kind})", "optional" if slot.optional else "needed", slot.help or slot.label)
        for slot in form.slots
    ]
    for name, schema in json_schema(form)["properties"].items():
        limits = [str(schema["type"])]
        if "minimum" in schema:
            limits.append(f"{schema['minimum']:g} to {schema['maximum']:g}")
        if "enum" in schema:
            limits.append(", ".join(schema["enum"]))
        default = json.dumps(schema["default"], ensure_ascii=False, default=str)
        rows.append((name, "; ".join(limits), default, schema.get("description") or schema["title"]))
    cells = "".join(
        f"<tr><td><code>{html.escape(name)}</code><td>{html.escape(kind)}<td><code>{html.escape(default)}</code><td>{html.escape(about)}"
        for name, kind, default, about in rows
    )
    return (
        f"<h3><code>{html.escape(form.pipeline.replace('.', '_'))}</code> {html.escape(title)}</h3><p>{html.escape(WITHOUT_RAISES.sub('', form.summary))}</p>"
        f"<table><tr><th>Parameter<th>Type<th>Default<th>What it does{cells}</table>"
    )
