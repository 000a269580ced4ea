"""Fifty visitors at once, each with words and pictures of their own: nobody sees another's, nobody is told a lie, the page answers.

Each loads the page, uploads, makes small things with the networks that come with the studio, reads what is theirs, and tries to read what
is another's, while a film is rendered. Then two bursts: 200 calls and 200 joins of Gradio's queue at the same moment.
"""

from __future__ import annotations

import hashlib
import json
import random
import secrets
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import httpx

from measure.soak import health
from measure.soak.harness import Options, Refused, Server, Visitor, at_once, log_row, studio
from measure.soak.rows import Row
from measure.soak.walk import picture

FULL_SECONDS, QUICK_SECONDS = 600.0, 20.0
FULL_VISITORS, QUICK_VISITORS = 50, 8
BURST = 200
FOREIGN = (  # how another's thing is asked for; {id} is an artifact's, {job} a job's, {film} a film's
    "media/{id}",
    "thumbnail/{id}",
    "artifacts/{id}",
    "artifacts/{id}/credential",
    "media/{id}?download=x.png",
    "media/{id}/export/jpg",
    "media/{id}/files/words.json",
    "jobs/{job}/preview",
    "jobs/{job}/heard/1",
    "films/{film}",
    "films/{film}/state",
    "films/{film}/handoff",
)


@dataclass
class Found:
    """What all visitors together met; the lock guards it."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    counts: Counter[str] = field(default_factory=Counter)
    crossed: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    theirs: dict[str, list[dict[str, Any]]] = field(default_factory=dict)  # by tag: ids that others may try
    served: set[str] = field(default_factory=set)  # tags of visits in which something was made

    def count(self, what: str) -> None:
        with self.lock:
            self.counts[what] += 1

    def note(self, where: list[str], text: str) -> None:
        with self.lock:
            where.append(text[:300])


def run(options: Options) -> list[Row]:
    found, count = Found(), options.count(FULL_VISITORS, QUICK_VISITORS)
    rows = []
    with studio(options) as server:
        with Visitor(server) as director:
            film = director.film("fox", seed=secrets.randbelow(10**6))
            director.render(film)
            alone = health.begin(server.url, options.count(60, 8))
            rows.append(health.row("/studio/health beside a running film: p95 under 300 ms", health.ended(alone)))
            seconds = options.seconds(FULL_SECONDS, QUICK_SECONDS)
            stop = threading.Event()
            films = threading.Thread(target=_films, args=(director, film, stop), daemon=True)
            films.start()
            beside = health.begin(server.url, seconds)
            end = time.monotonic() + seconds
            problems = [
                one
                for one in at_once(count, lambda number: _one(server, found, number, end))
                if isinstance(one, Exception)
            ]
            stop.set()
            films.join(60)
            rows.append(
                health.row(f"/studio/health beside a film and {count} visitors: p95 under 300 ms", health.ended(beside))
            )
        rows += _judged(found, count, seconds, problems)
        rows += _bursts(server)
        rows.append(log_row(server))
    return rows


def _films(director: Visitor, film: str, stop: threading.Event) -> None:
    """Films one after another, so that one is always being rendered."""
    while not stop.is_set():
        try:
            if director.render_state(film)["state"] != "running":
                film = director.film("fox", seed=secrets.randbelow(10**6))
                director.render(film)
        except (Refused, httpx.HTTPError):
            time.sleep(2.0)
        stop.wait(1.0)


def _judged(found: Found, count: int, seconds: float, problems: list[Exception]) -> list[Row]:
    said = ", ".join(f"{number} {what}" for what, number in sorted(found.counts.items()))
    tries = found.counts["tries at another's things"]
    return [
        Row(
            f"{count} visitors for {seconds / 60:.1f} min: nobody reads another's",
            f"{len(found.crossed)} of {tries} tries crossed {found.crossed[:3] or ''}",
            not found.crossed and tries > 0,
        ),
        Row(
            "only honest refusals and sentences",
            f"{len(found.wrong)} others {found.wrong[:3] or ''}; {said}",
            not found.wrong and not problems,
        ),
        Row(
            "every visitor gets something made",
            f"{len(found.served)} of {count} visitors, {found.counts['made']} things; {len(problems)} visitors ended early {[str(one)[:120] for one in problems[:2]] or ''}",
            not problems and len(found.served) >= count,
        ),
    ]


def _one(server: Server, found: Found, number: int, end: float) -> None:
    """One visitor until the end: what they own carries their tag."""
    tag = f"tag{secrets.token_hex(6)}"
    chance, turn = random.Random(number), 0
    while time.monotonic() < end:
        turn += 1
        try:
            with Visitor(server) as visitor:
                _visit(visitor, found, f"{tag}x{turn}", chance, end)
            found.count("visits")
        except Refused as problem:
            found.count(f"refusals {problem.status}")
            if not problem.honest:
                found.note(found.wrong, str(problem))
            time.sleep(2.0)
        except httpx.HTTPError as problem:
            found.note(found.wrong, f"{type(problem).__name__}: {problem}")
        except LookupError as problem:
            found.note(found.wrong, str(problem))
        except TimeoutError:
            found.count("jobs that wait still")


def _visit(visitor: Visitor, found: Found, tag: str, chance: random.Random, end: float) -> None:
    data = picture(chance.randrange(2**24), (320, 240))
    photo = visitor.upload(data, f"{tag}.png", "image")
    text = visitor.upload(f"The {tag} sat by the sea.".encode(), f"{tag}.txt", "words")
    film = visitor.film("fox", scenes=1, seed=chance.randrange(10**6))
    mine = [{"id": photo["id"], "film": film, "job": 0}, {"id": text["id"], "film": film, "job": 0}]
    calls: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
        ("infill.score", {}, {"text": f"The {tag} sat by the sea.", "seed": chance.randrange(1000)}),
        (
            "stylize.gallery",
            {"content": photo["id"]},
            {"style": chance.choice(["primary-glow", "ink-wash", "autumn-oils"])},
        ),
        ("compose.song", {}, {"seconds": 5.0, "seed": chance.randrange(10**6)}),
        ("infill.diffuse", {}, {"text": f"Snow covered the ____ of {tag}.", "seed": chance.randrange(1000)}),
        ("detect.provenance", {"media": photo["id"]}, {}),
    ]
    for pipeline, inputs, settings in chance.sample(calls, 2):
        if time.monotonic() >= end:
            break
        number = visitor.make(pipeline, inputs, **settings)
        with found.lock:
            found.theirs.setdefault(tag, []).extend([one | {"job": number} for one in mine])
        job = visitor.wait(number, max(5.0, min(180.0, end - time.monotonic())), every=1.0)
        _own(visitor, found, job, pipeline, tag, photo["id"], data)
        _others(visitor, found, tag, chance)


def _own(visitor: Visitor, found: Found, job: dict[str, Any], pipeline: str, tag: str, photo: str, data: bytes) -> None:
    """What is one's own comes back whole, and nothing else stands on the shelf."""
    if job["state"] == "done":
        found.count("made")
        found.served.add(tag.partition("x")[0])
        made = visitor.media(job["artifact"])
        if pipeline.startswith("infill.") and tag.encode() not in made:
            found.note(found.crossed, f"a text without its own tag: {made[:100]!r}")
    elif job["state"] == "failed":
        found.count("failed with a sentence")
        if not str(job["problem"]).endswith("."):
            found.note(found.wrong, f"{pipeline}: {job['problem']}")
    if hashlib.sha256(visitor.media(photo)).digest() != hashlib.sha256(data).digest():
        found.note(found.crossed, "an upload came back as something else")
    seen = json.dumps([visitor.get("shelf"), visitor.get("state"), visitor.get("films")])
    with found.lock:
        strangers = [other for other in found.theirs if other != tag and other in seen]
    if strangers:
        found.note(found.crossed, f"the shelf shows {strangers[:2]}")


def _others(visitor: Visitor, found: Found, tag: str, chance: random.Random) -> None:
    with found.lock:
        others = [one for other, held in found.theirs.items() if other != tag for one in held]
    for one in chance.sample(others, min(2, len(others))):
        for path in FOREIGN:
            answer = visitor.request("GET", "/studio/" + path.format(**one))
            found.count("tries at another's things")
            if answer.status_code < 400:
                found.note(found.crossed, f"GET {path}: {answer.status_code}")
            elif answer.status_code >= 500:
                found.note(found.wrong, f"GET {path}: {answer.status_code} {answer.text[:80]}")
        for path in (
            f"artifacts/{one['id']}/delete",
            f"jobs/{one['job']}/cancel",
            f"films/{one['film']}/delete",
            f"artifacts/{one['id']}/replay",
        ):
            answer = visitor.request("POST", f"/studio/{path}", json={})
            found.count("tries at another's things")
            if answer.status_code < 400:
                found.note(found.crossed, f"POST {path.split('/')[0]}/…/{path.split('/')[-1]}: {answer.status_code}")


def _bursts(server: Server) -> list[Row]:
    """All at the same moment; after each, a new visitor is still served."""
    rows = []
    crowd = [Visitor(server, seconds=120).open() for _ in range(10)]
    asking = health.begin(server.url, 15)
    answers = at_once(BURST, lambda n: _made(crowd[n % len(crowd)], n))
    rows.append(_burst_row(f"{BURST} POST /studio/make at once: taken, or refused with a sentence", answers))
    rows.append(health.row("/studio/health through that burst: p95 under 300 ms", health.ended(asking)))
    endpoint = _endpoint(crowd[0], "compose_song")
    answers = at_once(BURST, lambda n: _joined(crowd[n % len(crowd)], endpoint, n))
    rows.append(_burst_row(f"{BURST} joins of Gradio's queue at once: taken, or refused with a sentence", answers))
    begun = time.monotonic()
    try:
        with Visitor(server) as late:
            job = late.wait(late.make("infill.score", text="The fox sat by the sea.", seed=5), 240)
        said, fine = f"{job['state']} after {time.monotonic() - begun:.0f} s", job["state"] == "done"
    except (Refused, TimeoutError, httpx.HTTPError) as problem:
        said, fine = str(problem)[:200], isinstance(problem, Refused) and problem.honest
    rows.append(Row("a new visitor behind both bursts is served within 4 min, or told why not", said, fine))
    for one in crowd:
        one.http.close()
    return rows


def _made(visitor: Visitor, number: int) -> str:
    try:
        visitor.make("infill.score", text=f"The fox number {number} sat by the sea.", seed=number)
        return "taken"
    except Refused as problem:
        return "refused" if problem.honest else str(problem)


def _endpoint(visitor: Visitor, name: str) -> dict[str, Any]:
    """The function's number in Gradio's queue, and how many values it takes."""
    config = visitor.request("GET", "/config").json()
    return next(dict(one) for one in config["dependencies"] if one["api_name"] == name)


def _joined(visitor: Visitor, endpoint: dict[str, Any], number: int) -> str:
    body = {
        "data": ["", "calm", "auto", 5.0, False, "close", 0, "auto", "auto", 6, number],
        "fn_index": endpoint["id"],
        "session_hash": f"soak{number}",
    }
    answer = visitor.request("POST", "/gradio_api/queue/join", json=body)
    if answer.status_code == 200:
        return "taken"
    said = answer.text
    return (
        "refused"
        if answer.status_code in (400, 401, 403, 404, 413, 429, 503) and "Traceback" not in said
        else f"{answer.status_code} {said[:100]}"
    )


def _burst_row(goal: str, answers: list[Any]) -> Row:
    counts = Counter(one if one in ("taken", "refused") else f"{type(one).__name__}: {one}"[:120] for one in answers)
    return Row(
        goal,
        ", ".join(f"{number} {what}" for what, number in counts.most_common(4)),
        set(counts) <= {"taken", "refused"},
    )
