"""The page that asks for a name and a password: plain HTML, no script, the studio's fonts and colours."""

from __future__ import annotations

import html

PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Sign in · Afternoon Studio</title><meta name="robots" content="noindex">
<link rel="stylesheet" href="{up}studio/static/plain.css"><link rel="icon" href="{up}studio/static/sun.png"></head>
<body><main class="sign-in"><h1>Afternoon Studio</h1>
<form method="post" action="{up}login">
{problem}<label for="username">Name</label>
<input id="username" name="username" value="{name}" autocomplete="username" autocapitalize="none" spellcheck="false" required maxlength="64"{first}>
<label for="password">Password</label>
<input id="password" name="password" type="password" autocomplete="current-password" required maxlength="1024"{second}>
<input type="hidden" name="next" value="{path}">
<button type="submit">Sign in</button></form></main></body></html>
"""
# where a sign-in may lead, as seen from /login
NEXT = {"/": "./", "/studio/admin": "studio/admin", "/studio/newsroom": "studio/newsroom"}


def page(path: str, problem: str = "", name: str = "", *, shown_at: str | None = None) -> str:
    """The sign-in page for a person who asked for `path`, shown at that or another path; `problem` says in one sentence what went wrong."""
    shown = f'<p class="problem" role="alert">{html.escape(problem)}</p>\n' if problem else ""
    return PAGE.format(
        up="../" * ((shown_at or path).count("/") - 1),
        problem=shown,
        name=html.escape(name[:64], quote=True),
        path=html.escape(path, quote=True),
        first="" if name else " autofocus",
        second=" autofocus" if name else "",
    )
