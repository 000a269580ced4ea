"""The page in the visitor's language: as it leaves, its HTML and the texts of Gradio's components are looked up in a catalogue.

The language is what the address asks for (`?lang=de`), else what the visitor chose before (a cookie), else what the browser accepts. The script of the
catalogue stands before all other scripts, so `static/say.js` has it when it starts. English pages leave untranslated.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections import OrderedDict
from typing import Any
from urllib.parse import parse_qs

from studio.access.cookies import pairs_of
from studio.access.pages import Headers, change_pages
from studio.web.gradio_private import CONFIG
from studio.words.catalogue import Catalogue, catalogue, chosen
from studio.words.markup import translate_page

COOKIE = "studio-language"
WORDS = "<!-- words -->"
MOST_KEPT = 6  # pages, one a language
SAID_PROPS = ("label", "value", "placeholder", "info")
HTML_PROPS = ("value", "html_template")


def language_of(scope: Any) -> str:
    """The language that a request asks for."""
    headers = {name.lower(): value.decode("latin-1") for name, value in scope.get("headers", ())}
    asked = parse_qs(scope.get("query_string", b"").decode("latin-1")[:2000]).get("lang", [""])[0]
    return chosen(asked, pairs_of(headers.get(b"cookie", "")).get(COOKIE, ""), headers.get(b"accept-language", ""))


def words_of(request: Any) -> Catalogue | None:
    """The catalogue for what Python says to a request of Gradio's; None for English."""
    scope = getattr(getattr(request, "request", request), "scope", None)
    return catalogue(language_of(scope)) if scope else None


def script_of(words: Catalogue) -> tuple[str, bytes]:
    """The name of a catalogue's script, which changes with its contents, and the script."""
    body = words.script().encode()
    return f"{words.language}-{hashlib.sha256(body).hexdigest()[:12]}.js", body


def words_script(name: str) -> bytes | None:
    """The script of a catalogue by its name; None for a name that there is not, or not any more."""
    found = catalogue(name.rpartition("-")[0])
    return script_of(found)[1] if found and script_of(found)[0] == name else None


def page_in(words: Catalogue, page: str) -> str:
    """An HTML page of the studio in a language: its language and direction, its texts, and the texts in Gradio's configuration."""
    head = f'<script src="studio/words/{script_of(words)[0]}"></script>'
    config = CONFIG.search(page)
    if config is None:  # a page of our own beside the studio's; its scripts ask for the words at this comment
        beside = f'<script src="words/{script_of(words)[0]}"></script>'
        return _mark_language(translate_page(page.replace(WORDS, beside, 1), words.say), words)
    before, after = page[: config.start()], page[config.end() :]
    text = json.dumps(_config_in(words, json.loads(config[2])), ensure_ascii=False, separators=(",", ":"))
    said = text.replace("<", "\\u003c").replace(">", "\\u003e")
    return _mark_language(f"{before}{head}{config[1]}{said}{config[3]}{after}", words)


def _mark_language(page: str, words: Catalogue) -> str:
    return re.sub(
        r'(<html\b[^>]*?)\slang="?en"?', rf'\1 lang="{words.language}" dir="{words.direction}"', page, count=1
    )


def _config_in(words: Catalogue, config: dict[str, Any]) -> dict[str, Any]:
    for component in config["components"]:
        props = component.get("props", {})
        if component["type"] == "html":
            for name in HTML_PROPS:
                if isinstance(props.get(name), str):
                    props[name] = translate_page(props[name], words.say)
        elif component["type"] in ("tabitem", "button"):
            for name in SAID_PROPS:
                if isinstance(props.get(name), str):
                    props[name] = words.say(props[name])
    return config


class Languages:
    """ASGI middleware: HTML pages of the studio leave in the visitor's language. What is made is kept for the next visitor."""

    def __init__(self, app: Any) -> None:
        self.app = app
        self.kept: OrderedDict[tuple[str, str], bytes] = OrderedDict()

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http" or scope["method"] not in ("GET", "HEAD"):
            await self.app(scope, receive, send)
            return
        words = catalogue(language_of(scope))

        def change(page: bytes, headers: Headers) -> tuple[bytes, Headers]:
            if words is None:
                return page, [*headers, (b"vary", b"Accept-Language, Cookie")]
            made = self._make_page(page, words)
            changed = [header for header in headers if header[0].lower() != b"content-length"]
            changed += [(b"content-length", str(len(made)).encode()), (b"vary", b"Accept-Language, Cookie")]
            return made, [*changed, (b"content-language", words.language.encode())]

        await self.app(scope, receive, change_pages(send, change))

    def _make_page(self, page: bytes, words: Catalogue) -> bytes:
        key = (words.language, hashlib.sha256(page).hexdigest())
        if key not in self.kept:
            try:
                self.kept[key] = page_in(words, page.decode()).encode()
            except (UnicodeDecodeError, ValueError):
                return page
            while len(self.kept) > MOST_KEPT:
                self.kept.popitem(last=False)
        self.kept.move_to_end(key)
        return self.kept[key]
