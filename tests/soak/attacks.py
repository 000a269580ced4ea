"""Some hundreds of requests that a stranger or a foreign page might send; each says how a hit would be known. The goal is none.

Paths that lead out of a folder, addresses that the server should fetch, foreign hosts and origins, markup in names, settings that load
code, ids that no one has. The server stands on loopback with a folder of its own; a listener beside it counts who visits.
"""

from __future__ import annotations

import http.client
import io
import itertools
import json
import socket
import tempfile
import threading
import time
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.soak.harness import Options, Server, Visitor, log_row, studio
from tests.soak.rows import Row
from tests.soak.walk import picture

EVIL = "https://evil.example"
SECRETS = (
    b"root:x:",
    b"SQLite format 3",
    b"PRIVATE KEY",
    b"def open_studio",
    b"server_lock",
    b"[extensions]",
    b"requires-python",
)


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes


@dataclass(frozen=True)
class Attack:
    """One request and how a hit is known; `raw` sends the path as it stands."""

    kind: str
    what: str
    send: Callable[[], Answer]
    hit: Callable[[Answer], bool]


class Target:
    """What the attacks know: a server, a visitor's cookie, something on the shelf, and a listener that nobody should visit."""

    def __init__(self, server: Server, visitor: Visitor, listener: Listener) -> None:
        self.server, self.visitor, self.listener = server, visitor, listener
        self.cookie = "; ".join(f"{name}={value}" for name, value in visitor.http.cookies.items())
        self.photo = visitor.upload(picture(1), "photo.png", "image")["id"]

    def raw(
        self,
        method: str,
        path: str,
        *,
        body: bytes | None = None,
        host: str | None = None,
        cookie: bool = True,
        **headers: str,
    ) -> Answer:
        """A request whose path and host are sent as they stand; header names are given with underscores."""
        line = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=20)
        try:
            line.putrequest(method, path, skip_host=True, skip_accept_encoding=True)
            line.putheader("Host", host or f"127.0.0.1:{self.server.port}")
            if cookie:
                line.putheader("Cookie", self.cookie)
            for name, value in headers.items():
                line.putheader(name.replace("_", "-"), value)
            if body is not None:
                line.putheader("Content-Length", str(len(body)))
            line.endheaders(body)
            found = line.getresponse()
            data = (
                found.read(3_000_000)
                if "event-stream" not in (found.getheader("content-type") or "")
                else found.read(1)
            )
            return Answer(found.status, {name.lower(): value for name, value in found.getheaders()}, data)
        finally:
            line.close()

    def json(self, path: str, body: Any, **more: Any) -> Answer:
        more = {"x_studio": "1", "content_type": "application/json", "origin": self.server.url} | more
        return self.raw("POST", path, body=json.dumps(body).encode(), **more)


class Listener:
    """A port on loopback that counts who connects."""

    def __init__(self) -> None:
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.port, self.visits = self.socket.getsockname()[1], 0
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        while True:
            try:
                line, _ = self.socket.accept()
            except OSError:
                return
            self.visits += 1
            line.close()


def run(options: Options) -> list[Row]:
    listener = Listener()
    with studio(options) as server, Visitor(server) as visitor:
        target = Target(server, visitor, listener)
        rows = judged(target)
        begun = time.monotonic()
        rows.append(
            Row(
                "the studio answers afterwards",
                f"in {time.monotonic() - begun:.2f} s" if server.answers() else "it does not",
                server.answers(),
            )
        )
        rows.append(log_row(server))
    listener.socket.close()
    return rows


def judged(target: Target) -> list[Row]:
    """A row for each kind, with the hits by name."""
    counts: Counter[str] = Counter()
    hits: dict[str, list[str]] = {}
    for attack in itertools.chain.from_iterable(kind(target) for kind in KINDS):
        counts[attack.kind] += 1
        try:
            answer = attack.send()
        except (http.client.HTTPException, OSError) as problem:
            if isinstance(problem, TimeoutError):
                hits.setdefault(attack.kind, []).append(f"{attack.what}: no answer in 20 s")
            continue  # a broken line is a no
        if answer.status == 500 or attack.hit(answer):
            hits.setdefault(attack.kind, []).append(f"{attack.what}: {answer.status}")
    rows = [
        Row(
            f"{kind}: {count} attempts, no hit",
            f"{len(hits.get(kind, []))} hits" + ("".join(f"; {one}" for one in hits.get(kind, [])[:6])),
            kind not in hits,
        )
        for kind, count in counts.items()
    ]
    total = sum(counts.values())
    return [*rows, Row("at least 200 attempts", f"{total} attempts", total >= 200)]


def leaked(answer: Answer) -> bool:
    return any(word in answer.body for word in SECRETS)


def traversals(target: Target) -> Iterator[Attack]:
    """Out of every folder that is served."""
    home = str(target.server.home)
    files = ("etc/passwd", "app.py", "pyproject.toml", "studio/studio.py")
    ups = (
        "../" * 8,
        "..%2f" * 8,
        "%2e%2e/" * 8,
        "%252e%252e%252f" * 6,
        "..\\" * 8,
        "..%5c" * 8,
        "....//" * 6,
        "..;/" * 6,
        "%c0%ae%c0%ae/" * 6,
    )
    roots = (
        "/studio/static/",
        "/studio/assets/styles/",
        "/studio/assets/small/styles/",
        "/studio/assets/../",
        "/static/",
        "/assets/",
        "/gradio_api/file=",
    )
    for root, up, file in itertools.product(roots, ups, files[:2]):
        path = root + up + file
        yield Attack("traversal", path, lambda path=path: target.raw("GET", path), leaked)  # type: ignore[misc]
    absolute = (
        "/etc/passwd", f"{home}/studio.sqlite", f"{home}/identity/key.pem", f"{home}/audit.log", str(target.server.root / "app.py"), "C:/windows/win.ini",
        "C:\\windows\\win.ini", "\\\\127.0.0.1\\share\\a", "file:///etc/passwd", "/proc/self/environ", "/dev/zero",
    )  # fmt: skip
    doors = (
        "/gradio_api/file=",
        "/file=",
        "/gradio_api/file/",
        "/studio/static/",
        "/studio/media/",
        "/studio/thumbnail/",
        "/gradio_api/stream/",
    )
    for door, file in itertools.product(doors, absolute):
        path = door + file.replace(" ", "%20")
        yield Attack(
            "traversal", path, lambda path=path: target.raw("GET", path), lambda a: leaked(a) or b"PATH=" in a.body
        )  # type: ignore[misc]
    for name in ("../../studio.sqlite", "..%2f..%2fstudio.sqlite", "%2fetc%2fpasswd", "words.json%00.png", "."):
        path = f"/studio/media/{target.photo}/files/{name}"
        yield Attack("traversal", path, lambda path=path: target.raw("GET", path), lambda a: a.status == 200)  # type: ignore[misc]
    for asset in (
        "../app.py",
        "styles/../../app.py",
        "/etc/passwd",
        "styles/\\..\\..\\app.py",
        "weights/infill.safetensors",
        "styles/.",
        "fonts/..",
        5,
        None,
        ["styles"],
    ):
        yield Attack(
            "traversal",
            f"adopt {asset}",
            lambda asset=asset: target.json("/studio/adopt", {"asset": asset}),
            lambda a: a.status == 200,
        )  # type: ignore[misc]


def addresses(target: Target) -> Iterator[Attack]:
    """The server should fetch something: nobody may visit the listener."""
    here = f"http://127.0.0.1:{target.listener.port}/a.png"
    before = [0]

    def visited(answer: Answer) -> bool:
        time.sleep(0.2)
        found, before[0] = target.listener.visits > before[0], target.listener.visits
        return found

    for url in (
        here,
        here.replace("127.0.0.1", "localhost"),
        here.replace("127.0.0.1", "2130706433"),
        here.replace("http:", "HTTP:"),
        here.replace("//", "//x@"),
    ):
        for given in (
            {"path": url},
            {"url": url},
            {"path": url, "url": url, "meta": {"_type": "gradio.FileData"}},
            url,
        ):
            body = {"data": [given]}
            yield Attack(
                "fetching",
                f"detect_provenance {given}",
                lambda body=body: _called(target, "detect_provenance", body),
                visited,
            )  # type: ignore[misc]
        for door in (
            "/gradio_api/file=",
            "/gradio_api/proxy=",
            "/file=",
            "/proxy=",
            "/gradio_api/component_server?url=",
        ):
            yield Attack("fetching", door + url, lambda path=door + url: target.raw("GET", path), visited)  # type: ignore[misc]
    playlist = f"#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:10,\n{here}\n#EXT-X-ENDLIST\n".encode()
    svg = f'<svg xmlns="http://www.w3.org/2000/svg"><image href="{here}"/></svg>'.encode()
    heads = {
        "film.mp4": b"\0\0\0\x18ftypisom\0\0\2\0isomiso2",
        "a.wav": b"RIFF\xff\0\0\0WAVE",
        "a.m3u8": b"",
        "a.mkv": b"\x1a\x45\xdf\xa3",
    }
    files = {name: head + playlist for name, head in heads.items()} | {
        "a.svg": svg,
        "a.png": svg,
        "c.ffconcat": f"ffconcat version 1.0\nfile '{here}'\n".encode(),
    }
    for name, data in files.items():
        path = f"/studio/upload?name={name}&kind=media"
        yield Attack(
            "fetching",
            f"upload {name}",
            lambda path=path, data=data: target.raw("POST", path, body=data, x_studio="1", origin=target.server.url),
            visited,
        )  # type: ignore[misc]
    for field in ({"network": "other", "repository": here}, {"network": "other", "repository": "//127.0.0.1/x"}):
        body = {"pipeline": "infill.diffuse", "inputs": {}, "settings": {"text": "a ____ b"} | field}
        yield Attack("fetching", f"infill {field}", lambda body=body: target.json("/studio/make", body), visited)  # type: ignore[misc]


def _called(target: Target, name: str, body: Any) -> Answer:
    """A call through Gradio's own API, with its result read so that it is carried out."""
    asked = target.json(f"/gradio_api/call/{name}", body)
    try:
        event = json.loads(asked.body)["event_id"]
    except (ValueError, KeyError, TypeError):
        return asked
    return target.raw("GET", f"/gradio_api/call/{name}/{event}")


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
                    "foreign page", f"POST {path} from {origin}, {site}",
                    lambda path=path, body=body, origin=origin, site=site: target.json(path, body, origin=origin, sec_fetch_site=site), lambda a: a.status < 300,
                )  # type: ignore[misc]  # fmt: skip
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
        "evil.example", f"evil.example:{port}", f"127.0.0.1.evil.example:{port}", f"localhost.evil.example:{port}", f"evil.example:{port}#127.0.0.1", "169.254.169.254",
        f"127.0.0.1@evil.example:{port}", "127.0.0.1:1@evil.example", f"[::ffff:7f00:1]x:{port}", f"evil.example,127.0.0.1:{port}", "",
    ):  # fmt: skip
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
        f"/?x={script}", f"/?__theme={script}", f"/studio/static/{script}", f"/studio/{script}", f"/{script}", f"/studio/media/{script}", f"/gradio_api/{script}", f"/?view={script}", f"/login?next={script}",
    ):  # fmt: skip
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
            ("infill.diffuse", settings | {"run_its_code": True}), ("infill.diffuse", settings),
            ("generate.diffusion", {"prompt": "a", "model": "other", "other": place}), ("generate.diffusion", {"prompt": "a", "loras": place}),
            ("generate.diffusion", {"prompt": "a", "control_model": place}), ("animate.diffusion", {"prompt": "a", "base": place}),
        ]  # fmt: skip
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
        "studio.store",
        "pipelines.run.find",
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


def strange(target: Target) -> Iterator[Attack]:
    """Ids that no one has, numbers out of range, halves of signs: a sentence each, never an error of the server (500 is a hit)."""
    huge = "9" * 40
    for path in (
        f"/studio/jobs/{huge}/preview", f"/studio/jobs/{huge}/heard/1", f"/studio/jobs/1/heard/{huge}", "/studio/shelf?offset=abc", f"/studio/shelf?offset={huge}", "/studio/shelf?offset=-1",
        "/studio/shelf?kind=%00", "/studio/shelf?words=%ED%A0%80", "/studio/shelf?offset=1e9", "/studio/media/%ED%A0%80", "/studio/films/%00", f"/studio/films/{huge}", "/studio/films/x/state?size=%00",
        f"/studio/media/{target.photo}/export/%00", f"/studio/media/{target.photo}/export/{huge}", f"/studio/artifacts/{huge}",
    ):  # fmt: skip
        yield Attack("strange values", path, lambda path=path: target.raw("GET", path), lambda a: False)  # type: ignore[misc]
    texts: list[Any] = ["\ud800", "\x00", "a" * 200_000, huge, -1, 1e308, [], {}, None, True, "NaN"]
    for value in texts:
        for body in (
            {"pipeline": "infill.score", "inputs": {}, "settings": {"text": value}}, {"pipeline": "compose.song", "inputs": {}, "settings": {"seconds": value}},
            {"pipeline": "compose.song", "inputs": {}, "settings": {"seed": value}}, {"pipeline": "stylize.gallery", "inputs": {"content": value}, "settings": {}},
            {"pipeline": "infill.score", "inputs": value, "settings": value}, {"pipeline": "infill.score", "inputs": {}, "settings": {"text": "a b"}, "tab": value},
        ):  # fmt: skip
            yield Attack(
                "strange values",
                json.dumps(body)[:80],
                lambda body=body: target.json("/studio/make", body),
                lambda a: False,
            )  # type: ignore[misc]
    for path in (
        f"/studio/jobs/{huge}/cancel",
        f"/studio/jobs/{huge}/retry",
        f"/studio/jobs/{huge}/earlier",
        "/studio/artifacts/x/delete",
        f"/studio/artifacts/{target.photo}/replay",
    ):
        yield Attack("strange values", path, lambda path=path: target.json(path, {"seed": "\ud800"}), lambda a: False)  # type: ignore[misc]
    for data in (b"", b"[]", b"{", b"\xff\xfe", b"[" * 100_000, b'{"a":' * 20_000, b"null"):
        yield Attack(
            "strange values",
            f"body {data[:12]!r}",
            lambda data=data: target.raw(
                "POST",
                "/studio/make",
                body=data,
                x_studio="1",
                content_type="application/json",
                origin=target.server.url,
            ),
            lambda a: a.status < 300,
        )  # type: ignore[misc]
    for name, data in {
        "a.ora": _archive({"mergedimage.png": b"x"}),
        "b.ora": _archive({"../../x": b"x", "mergedimage.png": picture(3)}),
        "c.ora": _archive({}),
        "d.safetensors": b"\xff" * 8 + b"{}",
    }.items():
        path = f"/studio/upload?name={name}"
        yield Attack(
            "strange values",
            path,
            lambda path=path, data=data: target.raw("POST", path, body=data, x_studio="1", origin=target.server.url),
            lambda a: False,
        )  # type: ignore[misc]


def _archive(files: dict[str, bytes]) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as made:
        made.writestr("mimetype", "image/openraster")
        for name, data in files.items():
            made.writestr(name, data)
    return held.getvalue()


KINDS = (traversals, addresses, foreign_pages, hosts, markup, code, strange)
