"""Which of Gradio's routes the studio opens; docs/perimeter.md says why. What is not in this table does not exist.

OPEN answers anybody (the page and what it draws itself with), SESSION only who has a session or a token.
"""

from __future__ import annotations

import re

OPEN, SESSION, CLOSED = "open", "session", "closed"
READ, WRITE = ("GET", "HEAD"), ("POST",)
SEGMENT = r"[^/]{1,200}"
TABLE: tuple[tuple[tuple[str, ...], str, str], ...] = (
    (READ, r"/?", OPEN),
    (READ, r"/(assets|static)/.+", OPEN),
    (READ, r"/(gradio_api/)?theme\.css", OPEN),
    (READ, r"/(favicon\.ico|robots\.txt|manifest\.json)", OPEN),
    (READ, r"/config/?", OPEN),
    (READ, r"/gradio_api/(openapi\.json|startup-events|login_check/?|app_id/?)", OPEN),
    (("GET", "HEAD", "POST"), r"/login/?", OPEN),
    (READ, r"/logout", OPEN),
    (READ, r"/studio/.+", OPEN),  # the studio's own routes ask for the session themselves
    (("POST", "PUT"), r"/studio/.+", OPEN),
    (WRITE, rf"/gradio_api/(run|api)/{SEGMENT}/?", SESSION),
    (WRITE, rf"/gradio_api/call/(v2/)?{SEGMENT}/?", SESSION),
    (("GET",), rf"/gradio_api/call/(v2/)?{SEGMENT}/{SEGMENT}", SESSION),
    (WRITE, r"/gradio_api/(queue/join|cancel|reset/?|upload)", SESSION),
    (("GET",), r"/gradio_api/queue/data", SESSION),
    (("GET",), rf"/gradio_api/heartbeat/{SEGMENT}", SESSION),
    (READ, r"/gradio_api/(file=.+|info/?)", SESSION),  # gradio_client shows the refusal of `info`
    (("GET", "POST", "DELETE"), r"/gradio_api/mcp(/|/http/?)?", SESSION),
)
_COMPILED = tuple((methods, re.compile(pattern), kind) for methods, pattern, kind in TABLE)
CALLS = re.compile(r"/gradio_api/(run|api|call|mcp|queue/join|cancel|reset)(/.*)?")  # JSON that Gradio reads
QUEUED = re.compile(r"/gradio_api/(call/.*|queue/join)")  # answered with the id of an event
DIRECT = re.compile(r"/gradio_api/(run|api)/.*")  # answered on the same connection
STREAMS = re.compile(rf"/gradio_api/(queue/data|call/(v2/)?{SEGMENT}/(?P<event>{SEGMENT}))")


def kind_of(method: str, path: str) -> str:
    """OPEN, SESSION or CLOSED."""
    for methods, pattern, kind in _COMPILED:
        if method in methods and pattern.fullmatch(path):
            return kind
    return CLOSED
