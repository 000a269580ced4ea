"""Help: how the studio works, on one page."""

from __future__ import annotations

import html
import json

from studio.web.sendto import Tab, TabRegistry

INTRODUCTION = """
<h1>How it works</h1>
<p>Choose a tab, add a file or a sample, and press the main button. The result
stays on the shelf.</p>
<h2>Nothing is lost</h2>
<p>You can close or reload the page. You can undo a deletion for one hour.</p>
<h2>Everything is signed</h2>
<p>Every result carries a content credential, an invisible mark and its recipe.
Drop it here to get its settings back.</p>
<h2>Command line and API</h2>
<p>The same methods work from the command line (<code>python -m studio run …</code>), by REST and
MCP: <a href="studio/api">list of parameters</a>.</p>
<h2>Law and consent</h2>
<p>Before you use a person's face or voice, read <a href="studio/static/law.html">what consent means and what laws say</a>.</p>
"""
# how programs begin; the page writes its address and a new token into them, and a test runs each
EXAMPLES = {
    "Python, afternoon_studio": """from afternoon_studio.client import Studio

with Studio("{url}", token="{token}") as studio:
    studio.run("generate.edges", files={"content": "photo.jpg"}).save("lines.png")
""",
    "Python, gradio_client": """from gradio_client import Client, handle_file

client = Client("{url}", headers={"Authorization": "Bearer {token}"})
print(client.predict(handle_file("photo.jpg"), api_name="/generate_edges"))
""",
    "curl": """AUTH='Authorization: Bearer {token}'
FILE=$(curl -s -H "$AUTH" -F files=@photo.jpg {url}gradio_api/upload | tr -d '[]')
ASKED='{"content": {"path": '"$FILE"', "meta": {"_type": "gradio.FileData"}}}'
EVENT=$(curl -s -H "$AUTH" -H 'Content-Type: application/json' -d "$ASKED" {url}gradio_api/call/v2/generate_edges | cut -d'"' -f4)
curl -sN -H "$AUTH" {url}gradio_api/call/generate_edges/$EVENT
""",
    "MCP": """{"mcpServers": {"studio": {
  "type": "http",
  "url": "{url}gradio_api/mcp/",
  "headers": {"Authorization": "Bearer {token}"}
}}}
""",
}
TOKENS = """
<div role="region" aria-labelledby="tokens-title"><h2 id="tokens-title">Access tokens</h2>
<p>A program shows an access token: <code>Authorization: Bearer studio_…</code>. It can do what you can, so keep
it like a password.</p>
<studio-tokens data-examples="…"></studio-tokens></div>
"""


def page(board: TabRegistry) -> str:
    """The whole of Help as HTML."""
    tokens = TOKENS.replace('…"></', html.escape(json.dumps(EXAMPLES)) + '"></')
    sections = "".join(_of(tab) for tab in board.tabs)
    return f"<div class='reading' role='region' aria-label='Help' tabindex='0'>{INTRODUCTION}{tokens}{sections}</div>"


def _of(tab: Tab) -> str:
    """One section a tab: each method with what it does."""
    rows = [f"<dt>{html.escape(method.title)}</dt><dd>{html.escape(method.blurb)}</dd>" for method in tab.methods]
    return f"<h2>{html.escape(tab.shown)}</h2><dl>{''.join(rows)}</dl>"
