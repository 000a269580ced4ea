"""The page that a shared link opens, and the player for other sites' pages: HTML without any script."""

from __future__ import annotations

import html
from dataclasses import dataclass

from pipelines.core.kinds import called

NAME = "Afternoon Studio"


@dataclass(frozen=True)
class SharedItem:
    """What is shown; `origin` is the studio's address with a slash at the end, sizes in pixels, `seconds` the length."""

    token: str
    origin: str
    title: str
    made_with: str
    kind: str
    media_type: str
    width: int
    height: int
    seconds: float
    recipe: list[tuple[str, str]]
    open_recipe: bool
    credential: str
    models: list[tuple[str, str]]
    captions: bool

    def address(self, part: str = "") -> str:
        """The full address of the page or of one of its parts."""
        return f"{self.origin}studio/shared/{self.token}{part}"


def page(view: SharedItem) -> str:
    """The whole page: the result, its recipe, its credential, and the way to make one's own."""
    own = (
        f'<p><a class="primary" href="{_e(view.origin)}?from={view.token}">Make your own from this</a></p>'
        if view.open_recipe
        else ""
    )
    rows = "".join(f"<dt>{_e(name)}</dt><dd>{_e(value)}</dd>" for name, value in view.recipe)
    recipe = f"<h2>Recipe</h2><dl>{rows}</dl>" if rows else ""
    models = "".join(f"<li>{_e(name)}, {_e(licence)}</li>" for name, licence in view.models)
    says = "how it was made" if view.open_recipe else "that it was made here, but not how"
    return _document(
        view.title,
        f'<main class="shared"><p class="soft">{NAME}</p><h1>{_e(view.title)}</h1>{_show_media(view)}'
        f'<p class="soft">Made with {_e(view.made_with)}, by a computer.</p>{own}'
        f'<p><a href="{_e(view.address("/media"))}?download=1" download>Download</a></p>{recipe}'
        f"<h2>Content credential</h2><p>{_e(view.credential)}. The file contains a signed statement (C2PA) that says {says}."
        " Download it and open it in any program that reads content credentials to check this yourself.</p>"
        + (f"<h2>Models</h2><ul>{models}</ul>" if models else "")
        + '<p class="soft">Its owner can revoke this link at any time.</p></main>',
        _meta(view),
    )


def embed_page(view: SharedItem) -> str:
    """Only the film, as large as its frame, and a link to its page."""
    body = f'<div class="embed">{_show_media(view)}<a href="{_e(view.address())}" target="_blank" rel="noopener">{_e(view.title)}: made with {NAME}</a></div>'
    return _document(view.title, body, "", "../../")


def gone(sentence: str, up: str = "../") -> str:
    """A page that says why there is nothing to see; `up` leads from its address to /studio/."""
    return _document("Nothing to see", f'<main class="shared"><h1>{NAME}</h1><p>{_e(sentence)}</p></main>', "", up)


def _show_media(view: SharedItem) -> str:
    source, label = _e(view.address("/media")), _e(view.title)
    if view.kind == "video":
        size = f' width="{view.width}" height="{view.height}"' if view.width else ""
        track = (
            f'<track kind="captions" label="Subtitles" src="{_e(view.address("/captions"))}">' if view.captions else ""
        )
        return f'<video src="{source}" poster="{_e(view.address("/picture"))}" controls playsinline preload="metadata"{size} aria-label="{label}">{track}</video>'
    if view.kind == "sound":
        return f'<audio src="{source}" controls preload="metadata" aria-label="{label}"></audio>'
    return f'<img src="{source}" alt="{label}" width="{view.width}" height="{view.height}">'


def _meta(view: SharedItem) -> str:
    about = f"{('A film' if view.made_with == 'Film' else called(view.kind).capitalize())} made with {view.made_with} in {NAME}, with its credential."
    pairs = [
        ("og:site_name", NAME),
        ("og:title", view.title),
        ("og:description", about),
        ("og:url", view.address()),
        ("og:image", view.address("/picture")),
        ("og:image:alt", view.title),
        ("og:type", "video.other" if view.kind == "video" else "website"),
        ("twitter:card", "summary_large_image"),
    ]
    if view.kind == "video":
        pairs += [
            ("og:video", view.address("/media")),
            ("og:video:type", view.media_type),
            ("og:video:width", str(view.width)),
            ("og:video:height", str(view.height)),
        ]
    tags = "".join(f'<meta property="{name}" content="{_e(value)}">' for name, value in pairs)
    return f'<meta name="description" content="{_e(about)}">{tags}'


def _document(title: str, body: str, meta: str, up: str = "../") -> str:
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<meta name="robots" content="noindex, nofollow">{meta}<title>{_e(title)} · {NAME}</title>'
        f'<link rel="icon" href="{up}static/icon.svg" type="image/svg+xml"><link rel="stylesheet" href="{up}static/plain.css">'
        f'<link rel="stylesheet" href="{up}static/shared.css"></head><body>{body}</body></html>'
    )


def _e(text: object) -> str:
    return html.escape(str(text))
