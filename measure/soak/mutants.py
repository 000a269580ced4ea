"""Spoiled files of every format that the studio takes, and small files that ask for a great deal, through the upload of a running server.

Each gets facts or one sentence: the server does not die, no answer takes over ten seconds, no traceback is written, memory does not grow.
"""

from __future__ import annotations

import queue
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from measure.soak.harness import Options, Refused, Server, Visitor, log_row, studio
from measure.soak.memory import Sampler, rest
from measure.soak.rows import Row
from tests.studio import fuzz

FULL_EACH, QUICK_EACH = 500, 2
SLOWEST_SECONDS, MOST_GROWTH_BYTES = 10.0, 200_000_000
AT_ONCE = 2
ALSO_TAKEN = ("mid", "ora", "txt", "json", "safetensors")
Case = tuple[str, str, bytes]  # file name, what was done, bytes


@dataclass
class Found:
    """What came of all files so far; the lock guards it."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    counts: Counter[str] = field(default_factory=Counter)
    slowest: tuple[float, str] = (0.0, "")
    wrong: list[str] = field(default_factory=list)


def run(options: Options) -> list[Row]:
    each, rows = options.count(FULL_EACH, QUICK_EACH), []
    with studio(options) as server, Sampler(lambda: server.pid) as sampler:
        with Visitor(server) as first:
            first.upload(fuzz.png_bomb(64), "warm.png")
        before = rest(server.pid, 5.0)
        formats, total = sources(), Found()
        for name in formats:
            total.counts.update(_all(server, mutants(name, formats, each), total).counts)
        rows.append(_row(f"{each} spoiled files of each of {len(formats)} formats", total))
        bombs_found = Found()
        bombs = list(bombs_of(options))
        bombs_found.counts.update(_all(server, iter(bombs), bombs_found).counts)
        rows.append(_row(f"{len(bombs)} bombs", bombs_found))
        after = rest(server.pid, 10.0)
        grown = after - before
        rows.append(
            Row(
                "memory at rest grows by less than 200 MB",
                f"{grown / 1e6:+.0f} MB, the largest at any moment {sampler.peak().pss / 1e6:.0f} MB",
                grown < MOST_GROWTH_BYTES,
            )
        )
        rows.append(
            Row(
                "the server stays alive",
                "yes" if server.alive() and server.answers() else "no",
                server.alive() and server.answers(),
            )
        )
        rows.append(log_row(server))
    return rows


def _row(goal: str, found: Found) -> Row:
    said = ", ".join(f"{count} {what}" for what, count in found.counts.items())
    slow, what = found.slowest
    return Row(
        f"{goal}: facts or one sentence each, in under {SLOWEST_SECONDS:.0f} s",
        f"{said}; slowest {slow:.1f} s ({what}); wrong: {len(found.wrong)} {found.wrong[:3] or ''}",
        not found.wrong and slow < SLOWEST_SECONDS and sum(found.counts.values()) > 0,
    )


def sources() -> dict[str, bytes]:
    """A small valid file of each format that the studio takes."""
    from measure.bench.bench_hostile import others

    with tempfile.TemporaryDirectory() as folder:
        files = {name: path.read_bytes() for name, path in fuzz.valid_files(Path(folder)).items()}
    return files | {name: data for name, data in others().items() if name in ALSO_TAKEN and name not in files}


def ending(name: str) -> str:
    return str(fuzz.EXTENSIONS.get(name, f".{name}"))


def mutants(name: str, formats: dict[str, bytes], count: int) -> Iterator[Case]:
    """`count` spoiled files of a format; equal counts give equal files."""
    made = getattr(fuzz, "mutants", None)
    if made is not None:
        cases: Iterator[Any] = iter(made(name, 0, count))
    else:
        from measure.bench.bench_hostile import spoiled

        cases = spoiled(name, formats[name], [data for other, data in formats.items() if other != name], count)
    for number, case in enumerate(cases):
        what, data = case if isinstance(case, tuple) else (f"mutant {number}", case)
        yield f"file{ending(name)}", f"{name}: {what}", data


def bombs_of(options: Options) -> Iterator[Case]:
    """Forty small files that unpack, or claim, more than the studio takes; in a quick run every fourth of them."""
    made = getattr(fuzz, "bombs", None)
    found = made() if made is not None else dict(_bombs())
    pairs = found.items() if isinstance(found, dict) else found
    for number, (name, data) in enumerate(pairs):
        if options.quick and number % 4:
            continue
        data = data() if callable(data) else data
        plain = Path(str(name)).name
        yield plain if "." in plain else f"{plain}.png", f"bomb {name}", data


def _bombs() -> Iterator[tuple[str, Any]]:
    import io
    import zipfile

    for side in (11_000, 12_001, 12_500, 14_000, 16_000, 20_000, 25_000, 30_000, 40_000, 60_000):
        yield f"{side}.png", lambda side=side: fuzz.png_bomb(side)
    yield from (("screen.gif", fuzz.gif_bomb), ("frame.gif", fuzz.gif_frame_bomb), ("canvas.webp", fuzz.webp_bomb))
    for width, height in (
        (65_535, 65_535),
        (12_001, 1000),
        (11_000, 11_000),
        (1000, 12_001),
        (2**31 - 1, 1),
        (1, 2**31 - 1),
        (100_000, 100_000),
        (6000, 6000),
        (12_001, 12_001),
        (50_000, 500),
        (20_000, 20_000),
    ):
        yield f"{width}x{height}.tif", lambda width=width, height=height: fuzz.tiff_bomb(width, height)

    def archive(files: dict[str, bytes]) -> bytes:
        held = io.BytesIO()
        with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as made:
            made.writestr("mimetype", "image/openraster")
            for name, data in files.items():
                made.writestr(name, data)
        return held.getvalue()

    stack = b'<image w="96" h="64"><stack><layer src="data/0.png"/></stack></image>'
    for megabytes in (50, 100, 200, 400, 450):
        yield (
            f"zeros {megabytes}.ora",
            lambda megabytes=megabytes: archive({"mergedimage.png": bytes(megabytes * 10**6)}),
        )
    yield (
        "entries.ora",
        lambda: archive({f"data/{n}.png": b"" for n in range(60_000)} | {"mergedimage.png": fuzz.png_bomb(64)}),
    )
    yield (
        "names.ora",
        lambda: archive(
            {f"data/{'x' * 60_000}{n}.png": b"" for n in range(100)} | {"mergedimage.png": fuzz.png_bomb(64)}
        ),
    )
    yield "merged.ora", lambda: archive({"mergedimage.png": fuzz.png_bomb(30_000), "stack.xml": stack})
    for length in (2**20, 2**26, 2**40, 2**63):
        yield f"header {length}.safetensors", lambda length=length: length.to_bytes(8, "little") + b'{"a":' * 1000
    names = (
        b"{"
        + b",".join(b'"%d.lora_a":{"dtype":"F32","shape":[0],"data_offsets":[0,0]}' % n for n in range(200_000))
        + b"}"
    )
    yield "names.safetensors", lambda: len(names).to_bytes(8, "little") + names
    yield "deep.json", lambda: b"[" * 1_000_000
    yield "deep2.json", lambda: b'{"text":' * 200_000
    yield "numbers.json", lambda: b'{"text": "a", "n": ' + b"9" * 1_000_000 + b"}"


def _all(server: Server, cases: Iterator[Case], total: Found) -> Found:
    """Two at a time, each visitor with some hundred files at most, which are deleted again."""
    waiting: queue.Queue[Case | None] = queue.Queue(8)
    here = Found()

    def work() -> None:
        visitor, sent = None, 0
        while (case := waiting.get()) is not None:
            try:
                if visitor is None or sent % 50 == 0:
                    visitor = Visitor(server, seconds=90).open()
                _one(visitor, case, here, total)
            except (Refused, httpx.HTTPError) as problem:  # the page itself, or a deletion
                visitor = None
                with total.lock:
                    total.wrong.append(f"{case[1]}: the page: {type(problem).__name__}: {problem}"[:200])
            sent += 1

    threads = [threading.Thread(target=work, daemon=True) for _ in range(AT_ONCE)]
    for thread in threads:
        thread.start()
    for case in cases:
        while any(thread.is_alive() for thread in threads):
            try:
                waiting.put(case, timeout=1.0)
                break
            except queue.Full:
                continue
    for _ in threads:
        waiting.put(None)
    for thread in threads:
        thread.join(200)
    return here


def _one(visitor: Visitor, case: Case, here: Found, total: Found) -> None:
    name, what, data = case
    wrong, begun = "", time.monotonic()
    for _ in range(5):
        try:
            id = visitor.upload(data, name)["id"]
            outcome = "taken"
        except Refused as problem:
            if problem.status == 429:  # an honest limit: the file is sent again
                time.sleep(2.0)
                begun = time.monotonic()
                continue
            outcome, id = "refused", None
            wrong = "" if problem.honest else str(problem)
        except httpx.HTTPError as problem:
            outcome, id, wrong = "broken off", None, type(problem).__name__
        break
    else:
        outcome, id, wrong = "limited", None, "five times over the limit"
    seconds = time.monotonic() - begun
    if id:
        visitor.request("POST", f"/studio/artifacts/{id}/delete", json={})
    with total.lock:
        here.counts[outcome] += 1
        total.slowest = max(total.slowest, (seconds, what))
        if wrong:
            total.wrong.append(f"{what}: {wrong}"[:200])
