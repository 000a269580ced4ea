"""Help: how the studio works, on one page."""

from __future__ import annotations

import html
import re

import gradio as gr

from pipelines.core.run import find
from pipelines.core.settings import settings_of
from studio.web.sendto import Board, Tab

INTRODUCTION = """
<h1>How it works</h1>
<p>Choose a tab, drop a file or try one of the bundled pictures, and press the one coloured button. What you make appears in the middle
and stays on the shelf at the right: send it on to another tab, compare it with what it came from, make it again, download it.</p>
<h2>Nothing is lost</h2>
<p>Jobs run in the studio, not in this page: close it, reload it, come back later. A job that was interrupted by a restart goes on by itself.
What you delete can be brought back for an hour.</p>
<h2>Everything is signed</h2>
<p>Every result carries a content credential (C2PA) that says what it is, an invisible mark and its own recipe. Drop such a file anywhere on
this page and its settings come back. A switch on the shelf leaves your own words out of what is embedded.</p>
<h2>Other doors</h2>
<p>The same pipelines answer on the command line (<code>python -m studio run …</code>), as REST and as MCP tools: <a href="./?view=api">what they take
and give</a>. The same call gives the same picture through each.</p>
"""
TOKENS = """
<div role="region" aria-labelledby="tokens-title"><h2 id="tokens-title">Access tokens</h2>
<p>A program that calls the studio through REST or MCP shows an access token and then works with your shelf:
<code>Authorization: Bearer studio_…</code>. Whoever has the token can do in the studio what you can, so keep it like a password.
It is shown once; revoke it when you no longer need it.</p>
<studio-tokens></studio-tokens></div>
"""


def without_raises(summary: str) -> str:
    """A docstring's first line without what is for programmers."""
    return re.sub(r"\s*Raises [A-Z]\w*(, [A-Z]\w*)*\.", "", summary)


def build(board: Board) -> None:
    with gr.Tab("Help", id="Help", elem_id="tab-help"):
        sections = "".join(_of(tab) for tab in board.tabs)
        region = (
            f"<div class='reading' role='region' aria-label='Help' tabindex='0'>{INTRODUCTION}{TOKENS}{sections}</div>"
        )
        gr.HTML(region, apply_default_css=False)


def _of(tab: Tab) -> str:
    """One section a tab: each method with what it does and the paper behind it, from its own docstring."""
    rows = []
    for method in tab.methods:
        form = settings_of(find(method.pipeline))
        rows.append(
            f"<dt>{html.escape(method.title)}</dt><dd>{html.escape(method.blurb)} <small>{html.escape(without_raises(form.summary))}</small></dd>"
        )
    return f"<h2>{html.escape(tab.name)}</h2><dl>{''.join(rows)}</dl>"
