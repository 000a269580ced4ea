"""Attacks by page: of another site, by a foreign host, with markup in names and files, with settings that load code."""

from __future__ import annotations

import json
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from measure.soak.attack import EVIL, Answer, Attack, Target


def foreign_pages(target: Target) -> Iterator[Attack]:
    """A page of another site, with the visitor's cookie: nothing is done for it, and it may read nothing."""

    def allowed(answer: Answer) -> bool:
        given = answer.headers.get("access-control-allow-origin", "")
        return given in (EVIL, "null") or (
            given == "*" and answer.headers.get("access-control-allow-credentials") == "true"
        )

    for origin in (
        EVIL,
        "null",
        f"http://127.0.0.1:{target.server.port}.evil.example",
        "http://127.0.0.1:1",
        f"http://evil.example:{target.server.port}",
    ):

        def open_to(answer: Answer, origin: str = origin) -> bool:
            return answer.headers.get("access-control-allow-origin") == origin or allowed(answer)

        for path in (
            "/studio/state",
            "/studio/shelf",
            f"/studio/media/{target.photo}",
            "/config",
            "/gradio_api/info",
            "/",
        ):
            yield Attack(
                "foreign page",
                f"read {path} from {origin}",
                lambda path=path, origin=origin: target.raw("GET", path, origin=origin, sec_fetch_site="cross-site"),
                open_to,
            )  # type: ignore[misc]
        for path in (
            "/studio/make",
            "/studio/upload",
            "/gradio_api/queue/join",
            f"/studio/artifacts/{target.photo}/delete",
        ):
            asks = {"access_control_request_method": "POST", "access_control_request_headers": "content-type,x-studio"}
            yield Attack(
                "foreign page",
                f"preflight {path} from {origin}",
                lambda path=path, origin=origin, asks=asks: target.raw("OPTIONS", path, origin=origin, **asks),
                open_to,
            )  # type: ignore[misc]
        made = {"pipeline": "infill.score", "inputs": {}, "settings": {"text": "foreign words here", "seed": 1}}
        for site in ("cross-site", "same-site"):
            for path, body in (
                ("/studio/make", made),
                ("/studio/preference", {"private": True}),
                ("/studio/films", {"example": "fox"}),
                (f"/studio/artifacts/{target.photo}/favourite", {}),
            ):
                yield Attack(
                    "foreign page",
                    f"POST {path} from {origin}, {site}",
                    lambda path=path, body=body, origin=origin, site=site: target.json(
                        path, body, origin=origin, sec_fetch_site=site
                    ),
                    lambda a: a.status < 300,
                )  # type: ignore[misc]
        call = {"data": ["", "calm", "auto", 5.0, False, "close", 0, "auto", "auto", 6, 1]}
        yield Attack(
            "foreign page",
            f"Gradio's API from {origin}",
            lambda origin=origin, call=call: target.json("/gradio_api/call/compose_song", call, origin=origin),
            lambda a: a.status < 300,
        )  # type: ignore[misc]


def hosts(target: Target) -> Iterator[Attack]:
    """A foreign name that points here (DNS rebinding) is not answered."""
    port = target.server.port
    for host in (
        "evil.example",
        f"evil.example:{port}",
        f"127.0.0.1.evil.example:{port}",
        f"localhost.evil.example:{port}",
        f"evil.example:{port}#127.0.0.1",
        "169.254.169.254",
        f"127.0.0.1@evil.example:{port}",
        "127.0.0.1:1@evil.example",
        f"[::ffff:7f00:1]x:{port}",
        f"evil.example,127.0.0.1:{port}",
        "",
    ):
        for path in ("/", "/studio/state", "/config"):
            yield Attack(
                "foreign host",
                f"{path} as {host or 'no host'}",
                lambda path=path, host=host: target.raw("GET", path, host=host or " "),
                lambda a: a.status < 300,
            )  # type: ignore[misc]


def markup(target: Target) -> Iterator[Attack]:
    """Names, titles and files with markup in them: nothing comes back as a page that could run."""
    script = "<script>alert(1)</script>"

    def runs(answer: Answer) -> bool:
        kind = answer.headers.get("content-type", "")
        page = kind.startswith(
            ("text/html", "image/svg", "application/xhtml", "text/xml")
        ) and "sandbox" not in answer.headers.get("content-security-policy", "")
        return page and script.encode() in answer.body

    for path in (
        f"/?x={script}",
        f"/?__theme={script}",
        f"/studio/static/{script}",
        f"/studio/{script}",
        f"/{script}",
        f"/studio/media/{script}",
        f"/gradio_api/{script}",
        f"/?view={script}",
        f"/login?next={script}",
    ):
        for sent in (path.replace("<", "%3C").replace(">", "%3E"), path):
            yield Attack("markup", sent, lambda sent=sent: target.raw("GET", sent), runs)  # type: ignore[misc]
    page = f"<!doctype html><html><body>{script}</body></html>".encode()
    for name in ("a.html", "a.svg", "a.xhtml", "a.png", "a.txt", "a.json", "a.pdf", "a.js"):
        path = f"/studio/upload?name={name}"
        yield Attack("markup", f"upload {name} and open it", lambda path=path: _opened(target, path, page), runs)  # type: ignore[misc]
    for name in (
        f"{script}.png",
        'x"onerror="alert(1).png',
        "a%0d%0aSet-Cookie:%20x=1.png",
        "a%0d%0aContent-Type:%20text/html%0d%0a%0d%0a<script>.png",
        "%00.png",
        "../../x.png",
    ):
        path = f"/studio/media/{target.photo}?download=" + name.replace("<", "%3C").replace(">", "%3E").replace(
            '"', "%22"
        )
        yield Attack(
            "markup",
            path,
            lambda path=path: target.raw("GET", path),
            lambda a: (
                "x=1" in a.headers.get("set-cookie", "") or a.headers.get("content-type", "").startswith("text/html")
            ),
        )  # type: ignore[misc]


def _opened(target: Target, path: str, data: bytes) -> Answer:
    sent = target.raw("POST", path, body=data, x_studio="1", origin=target.server.url)
    if sent.status != 200:
        return sent
    return target.raw("GET", "/studio/media/" + json.loads(sent.body)["id"])


def code(target: Target) -> Iterator[Attack]:
    """Settings and files that would load a stranger's code or files of this machine."""
    mark = Path(tempfile.gettempdir()) / f"soak-mark-{target.server.port}"
    folder = target.server.folder / "hub"
    folder.mkdir()
    (folder / "mod.py").write_text(f"open({str(mark)!r}, 'w').close()\n")
    (folder / "config.json").write_text(
        json.dumps({"model_type": "x", "auto_map": {"AutoConfig": "mod.C", "AutoModelForMaskedLM": "mod.M"}})
    )

    def ran(answer: Answer) -> bool:
        time.sleep(0.5 if answer.status < 300 else 0.02)
        found = mark.exists()
        mark.unlink(missing_ok=True)
        return found

    for place in (
        str(folder),
        f"file://{folder}",
        f"../{folder.name}",
        "a/../../etc",
        "~/x",
        "owner/name@../x",
        "/etc",
        "C:\\x\\y",
        "owner\\name",
        "owner/name/extra",
        "owner/name\n",
        "--help",
    ):
        settings = {"text": "a ____ b", "network": "other", "repository": place}
        calls = [
            ("infill.diffuse", settings | {"run_its_code": True}),
            ("infill.diffuse", settings),
            ("generate.diffusion", {"prompt": "a", "model": "other", "other": place}),
            ("generate.diffusion", {"prompt": "a", "loras": place}),
            ("generate.diffusion", {"prompt": "a", "control_model": place}),
            ("animate.diffusion", {"prompt": "a", "base": place}),
        ]
        for pipeline, given in calls:
            body = {"pipeline": pipeline, "inputs": {}, "settings": given}
            yield Attack("code", f"{pipeline} {place!r}", lambda body=body: target.json("/studio/make", body), ran)  # type: ignore[misc]
    body = {
        "pipeline": "infill.diffuse",
        "inputs": {},
        "settings": {"text": "a ____ b", "run_its_code": True, "network": "other", "repository": "owner/name"},
    }
    yield Attack(
        "code",
        "run_its_code is a setting",
        lambda: target.json("/studio/make", body),
        lambda a: b"run_its_code" in target.raw("GET", "/gradio_api/info").body,
    )
    for pipeline in (
        "os.system",
        "studio.storage.store",
        "pipelines.core.run.find",
        "..app",
        "infill.__init__",
        "infill.diffuse.__globals__",
        "",
        "x" * 5000,
        7,
        None,
    ):
        asked = {"pipeline": pipeline, "inputs": {}, "settings": {}}
        yield Attack(
            "code",
            f"pipeline {str(pipeline)[:30]!r}",
            lambda asked=asked: target.json("/studio/make", asked),
            lambda a: a.status < 300,
        )  # type: ignore[misc]
