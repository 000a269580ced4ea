"""`python -m studio static [FOLDER]`: the Lab, the lessons and the films as plain files that any web server serves and that work offline once opened.

The scripts are those of the page. Only `server.js`, which asks the studio, is another: networks of the playground learn in the browser.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import tempfile
from pathlib import Path
from string import Template
from typing import Any

from pipelines.core.models import ASSETS
from pipelines.core.registry import declaration, find
from pipelines.core.settings import Refusal
from studio.film.plan import Plan, plan
from studio.film.storyboard import storyboard_of
from studio.storage.store import Store
from studio.web import bundled, exhibits, lessons
from studio.web.sendto import TabRegistry
from studio.web.shipped import STATIC, modules
from studio.web.static_routes import small_picture
from studio.web.tabs import board
from studio.words.catalogue import ENGLISH, catalogue, languages

MOST_BYTES = 40_000_000
SHEETS = ("studio.css", "page.css", "lab/lab.css", "edition/edition.css")
SCRIPTS = ("lab/lab.js", "edition/edition.js")
OTHERS = ("plain.css", "sun.png", "icon.svg", "edition/language.js")
MARK = "index.html"  # by which a folder of ours is known, together with the service worker
LATER = (".mp4", ".wasm")  # kept for offline when first used


def build(folder: Path, line: str = "make run") -> int:
    """Write the edition into a folder, which is emptied before; gives its size in bytes. Raises Refusal for a folder of somebody else's."""
    if folder.exists() and (not folder.is_dir() or (any(folder.iterdir()) and not (folder / "sw.js").is_file())):
        raise Refusal(f"{folder} holds other things. Please name an empty or a new folder.")
    shutil.rmtree(folder, ignore_errors=True)
    shown = board()
    _scripts(folder / "studio" / "static")
    _assets(folder / "studio" / "assets")
    for language in languages():
        if words := catalogue(language):
            _write(folder / "studio" / "words" / f"{language}.js", words.script())
    for name, page in lessons.pages(shown).items():
        _write(folder / "studio" / "lessons" / name, page)
    _write(folder / "index.html", _page(shown, line))
    _write(folder / "manifest.webmanifest", _json(_manifest()))
    _worker(folder)
    size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    if size > MOST_BYTES:
        raise Refusal(f"The static edition would have {size / 1e6:.1f} MB, more than {MOST_BYTES / 1e6:.0f}.")
    return size


def static(asked: Any) -> int:
    """`static`: write the edition and say how large it is."""
    size = build(asked.folder, asked.line)
    print(f"{asked.folder}: {size / 1e6:.1f} MB. Any web server serves it: python -m http.server -d {asked.folder}")
    return 0


def _scripts(folder: Path) -> None:
    """The page's own files, as they are; the module that asks the studio hands on the edition's own."""
    opened = tuple(f"lab/{shown.name}.js" for shown in exhibits.EXHIBITS)
    names = {*modules((*SCRIPTS, *opened, "edition/server.js", "edition/worker.js")), *SHEETS, *OTHERS} - {"server.js"}
    for name in sorted(names):
        _write(folder / name, (STATIC / name).read_bytes())
    _write(folder / "server.js", 'export * from "./edition/server.js";\n')


def _assets(folder: Path) -> None:
    """Fonts, cards of exhibits, films with their posters, and the pictures that the exhibits offer."""
    wanted = [*(ASSETS / "fonts").glob("*.woff2"), *(ASSETS / "lab").glob("*.webp")]
    wanted += [path for path in (ASSETS / "films").iterdir() if path.suffix in (".mp4", ".webp")]
    wanted += [*(ASSETS / "c2pa").iterdir()]
    wanted += [ASSETS / shown.asset for group in ("styles", "samples") for shown in bundled.read_bundled(group)]
    for path in wanted:
        _write(folder / path.relative_to(ASSETS), path.read_bytes())
    card = ASSETS / "styles" / "hokusai-great-wave.jpg"  # which the card of an exhibit draws small
    _write(folder / "small" / "styles" / card.name, small_picture(card))


def _page(shown: TabRegistry, line: str) -> str:
    spoken = languages()
    edition = {"films": _films(shown), "languages": dict(spoken), "line": line}
    return Template((STATIC / "edition" / "index.html").read_text(encoding="utf-8")).substitute(
        languages=" ".join(code for code in spoken if code != ENGLISH),
        sheets="\n".join(f'<link rel="stylesheet" href="studio/static/{name}">' for name in SHEETS),
        scripts="\n".join(f'<script type="module" src="studio/static/{name}"></script>' for name in SCRIPTS),
        bundled=bundled.bundled_as_json(),
        lab=exhibits.exhibits_as_json().replace("</", "<\\/"),
        edition=_json(edition),
    )


def _films(shown: TabRegistry) -> list[dict[str, Any]]:
    """The example films with the chain of their parts, planned again from their storyboards."""
    films = []
    with tempfile.TemporaryDirectory() as home:
        store = Store(Path(home))
        for path in sorted((ASSETS / "films").glob("*.json")):
            told = json.loads(path.read_text(encoding="utf-8"))
            planned = plan(store, "static", storyboard_of(told), "draft", "cpu")
            chain = _chain(planned, shown)
            films.append({"name": path.stem, "title": told["title"], "about": told["about"], "chain": chain})
    return films


def _chain(planned: Plan, shown: TabRegistry) -> dict[str, Any]:
    """Every step with its method and models, in the form of /studio/lab/chain."""
    parts = {}
    for key, step in planned.steps.items():
        assert step.call is not None
        cards = declaration(find(step.call.pipeline)).models
        parts[key] = {
            "title": step.label,
            "kind": step.kind,
            "method": shown.title_of(step.call.pipeline),
            "seconds": None,
            "models": [{"name": card.name, "licence": card.licence} for card in cards],
            "inputs": [{"slot": "", "id": need, "present": True} for need in step.needs],
        }
    return {"result": "cut", "parts": parts, "more": False}


def _manifest() -> dict[str, Any]:
    return {
        "name": "Afternoon Studio",
        "short_name": "Studio",
        "start_url": "./",
        "scope": "./",
        "display": "standalone",
        "background_color": "#FBF8F3",
        "theme_color": "#D9622B",
        "icons": [{"src": "studio/static/icon.svg", "sizes": "any", "type": "image/svg+xml"}],
    }


def _worker(folder: Path) -> None:
    """The service worker, with the names of all files and a version that changes with any of them."""
    kept, print_ = [], hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            print_.update(path.relative_to(folder).as_posix().encode() + path.read_bytes())
            if path.suffix not in LATER:
                kept.append(path.relative_to(folder).as_posix())
    script = (STATIC / "edition" / "sw.js").read_text(encoding="utf-8")
    script = script.replace("VERSION", print_.hexdigest()[:12]).replace("/* FILES */ []", _json(kept))
    _write(folder / "sw.js", script)


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).replace("</", "<\\/")


def _write(path: Path, content: str | bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode() if isinstance(content, str) else content)
