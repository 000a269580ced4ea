"""Attacks by path and address: out of folders, to hosts that the server should fetch, and values that no one has."""

from __future__ import annotations

import io
import itertools
import json
import time
import zipfile
from collections.abc import Iterator
from typing import Any

from measure.soak.attack import Answer, Attack, Target, leaked
from measure.soak.walk import picture


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
        "/etc/passwd",
        f"{home}/studio.sqlite",
        f"{home}/identity/key.pem",
        f"{home}/audit.log",
        str(target.server.root / "app.py"),
        "C:/windows/win.ini",
        "C:\\windows\\win.ini",
        "\\\\127.0.0.1\\share\\a",
        "file:///etc/passwd",
        "/proc/self/environ",
        "/dev/zero",
    )
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


def strange(target: Target) -> Iterator[Attack]:
    """Ids that no one has, numbers out of range, halves of signs: a sentence each, never an error of the server (500 is a hit)."""
    huge = "9" * 40
    for path in (
        f"/studio/jobs/{huge}/preview",
        f"/studio/jobs/{huge}/heard/1",
        f"/studio/jobs/1/heard/{huge}",
        "/studio/shelf?offset=abc",
        f"/studio/shelf?offset={huge}",
        "/studio/shelf?offset=-1",
        "/studio/shelf?kind=%00",
        "/studio/shelf?words=%ED%A0%80",
        "/studio/shelf?offset=1e9",
        "/studio/media/%ED%A0%80",
        "/studio/films/%00",
        f"/studio/films/{huge}",
        "/studio/films/x/state?size=%00",
        f"/studio/media/{target.photo}/export/%00",
        f"/studio/media/{target.photo}/export/{huge}",
        f"/studio/artifacts/{huge}",
    ):
        yield Attack("strange values", path, lambda path=path: target.raw("GET", path), lambda a: False)  # type: ignore[misc]
    texts: list[Any] = ["\ud800", "\x00", "a" * 200_000, huge, -1, 1e308, [], {}, None, True, "NaN"]
    for value in texts:
        for body in (
            {"pipeline": "infill.score", "inputs": {}, "settings": {"text": value}},
            {"pipeline": "compose.song", "inputs": {}, "settings": {"seconds": value}},
            {"pipeline": "compose.song", "inputs": {}, "settings": {"seed": value}},
            {"pipeline": "stylize.gallery", "inputs": {"content": value}, "settings": {}},
            {"pipeline": "infill.score", "inputs": value, "settings": value},
            {"pipeline": "infill.score", "inputs": {}, "settings": {"text": "a b"}, "tab": value},
        ):
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
