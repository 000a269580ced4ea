"""The table of hostile cases: what somebody sends, and what comes of it. A new attack is a new row here, not a file."""

from __future__ import annotations

import http.server
import io
import json
import logging
import socket
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any

import pytest

from pipelines.core.settings import Refusal
from tests.asgi import Page, page_here
from tests.books import epub, zip_entries
from tests.security.running import ask, session
from tests.studio import fuzz

pytestmark = pytest.mark.slow

Fixtures = Callable[[str], Any]
REFUSED = "refused"


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    with page_here(tmp_path_factory.mktemp("hostile") / "home") as running:
        yield running


def outcome(work: Callable[[], object]) -> object:
    """What work gives back, "refused" where it is refused with a sentence, or the name of its exception."""
    try:
        return work()
    except Refusal as problem:
        return REFUSED if str(problem).endswith((".", "?")) else str(problem)
    except Exception as problem:  # noqa: BLE001 - it is compared with what is expected
        return type(problem).__name__


# scenes and stories


def scene(**parts: Any) -> object:
    from pipelines.scenes.record import from_json

    return outcome(lambda: from_json(json.dumps(parts)) and "taken")


def crowd(noun: str, parts: int, count: int) -> list[dict[str, Any]]:
    return [{"id": f"{noun}-{number}", "noun": noun, "count": count} for number in range(parts)]


def half_a_character() -> object:
    from pipelines.scenes.record import from_json

    return outcome(lambda: from_json('{"sentence": "\ud800"}'))


def tell_story(story: str) -> object:
    from studio.film.stories import told_in_worker

    return outcome(lambda: len(told_in_worker(None, text=story)["scenes"]))  # type: ignore[arg-type]


class Chain:
    """Words of which each depends on the next one; it is counted how often a word is asked for its head."""

    def __init__(self, count: int) -> None:
        self.asked, self.user_data = 0, dict[str, Any]()
        self.words = [Word(self, number) for number in range(count)]

    def __getitem__(self, at: int) -> Word:
        return self.words[at]


class Word:
    def __init__(self, doc: Chain, i: int) -> None:
        self.doc, self.i, self.pos_ = doc, i, "X"

    @property
    def head(self) -> Word:
        self.doc.asked += 1
        return self.doc[min(self.i + 1, len(self.doc.words) - 1)]


def steps_to_verbs(count: int) -> bool:
    """Whether finding the verb above each of many words takes a few steps for each."""
    from pipelines.reading.parse import verb_above

    chain = Chain(count)
    assert all(verb_above(word).i == count - 1 for word in chain.words)
    return chain.asked < 10 * count


def no_room() -> object:
    """A thing for which a crowd before it leaves no room."""
    from pipelines.generate.parts.scene_drawings import requests_of
    from pipelines.scenes.prompt import Reading, Thing

    crowd = (Thing("box", "box", count=12), Thing("ball", "ball"))
    return outcome(lambda: requests_of(Reading("", crowd), 0) and "drawn")


# readings: what a visitor may hold up


@contextmanager
def still_workers(page: Page, monkeypatch: pytest.MonkeyPatch) -> Iterator[SimpleNamespace]:
    """Workers that stand still until they are let go; it is counted how many stand, and how many were told to stop."""
    seen, let_go, lock = SimpleNamespace(most=0, now=0, stopped=0), threading.Event(), threading.Lock()

    def apart(store: Any, task: str, **words: Any) -> Any:
        from studio.access.concurrency import is_over

        over = is_over()
        with lock:
            seen.now += 1
            seen.most = max(seen.most, seen.now)
        while not let_go.wait(0.01) and not over():
            pass
        with lock:
            seen.now -= 1
            seen.stopped += not let_go.is_set()
        raise Refusal("The worker was let go.")

    monkeypatch.setattr(page.studio.jobs.runner, "run_in_worker", apart)
    try:
        yield seen
    finally:
        let_go.set()


def post(page: Page, path: str, cookie: str, **message: Any) -> socket.socket:
    """A request that was sent, and whose answer nobody reads yet."""
    body = json.dumps(message).encode()
    head = f"POST {path} HTTP/1.1\r\nhost: 127.0.0.1:{page.port}\r\ncookie: {cookie}\r\nx-studio: 1\r\ncontent-length: {len(body)}\r\n\r\n"
    asking = socket.create_connection(("127.0.0.1", page.port), timeout=20)
    asking.sendall(head.encode() + body)
    return asking


COSTLY = {
    "/studio/films/story": {"text": "A fox sleeps."},
    "/studio/films": {"story": "A fox sleeps."},
    "/studio/figure": {"prompt": "an old man"},
    "/studio/films/pictured": {"words": ["fox"]},
}


def flood(path: str) -> Callable[[Fixtures], object]:
    """Seventy requests of one visitor whose readings stand still: the page answers, few are at work, and all stop when the visitor leaves."""

    def attack(use: Fixtures) -> object:
        page, monkeypatch = use("page"), use("monkeypatch")
        cookie = session(page)
        with still_workers(page, monkeypatch) as workers:
            asking = [post(page, path, cookie, **COSTLY[path]) for _ in range(70)]
            try:
                answer: object = health(page)
                wait_for(lambda: workers.now)
            finally:
                for connection in asking:
                    connection.close()
            wait_for(lambda: not workers.now)
            return answer, workers.most <= 4, workers.now

    return attack


def wait_for(true: Callable[[], object]) -> None:
    """Wait some seconds for what comes true by itself; the row says what is true in the end."""
    end = time.monotonic() + 20
    while not true() and time.monotonic() < end:
        time.sleep(0.02)


def health(page: Page) -> object:
    """The status of the health route, "silence" where it does not answer."""
    connection = socket.create_connection(("127.0.0.1", page.port), timeout=10)
    with connection:
        connection.sendall(b"GET /studio/health HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n")
        try:
            return int(connection.recv(1000).split()[1])
        except TimeoutError:
            return "silence"


def beyond_the_deadline(use: Fixtures) -> object:
    from studio.access import concurrency

    page, monkeypatch = use("page"), use("monkeypatch")
    monkeypatch.setattr(concurrency.READINGS, "seconds", 0.2)
    with still_workers(page, monkeypatch):
        answer = ask(
            page,
            "/studio/films/story",
            "POST",
            b'{"text": "A fox."}',
            Cookie=session(page),
            X_Studio="1",
            Host="localhost",
        )
    return answer.status, "too long" in answer.text


# books


def book(ending: str, data: bytes) -> object:
    from pipelines.media.book import UnreadableBook, read_book

    try:
        return read_book(io.BytesIO(data), ending).title
    except UnreadableBook as problem:
        return problem.reason


def marks(count: int) -> str:
    return "<b>" * count


def photo_beside_books(use: Fixtures) -> object:
    """A photo that comes while four books are being read."""
    from studio.intake import examiner

    monkeypatch, tmp_path, reading = use("monkeypatch"), use("tmp_path"), threading.Event()
    answered = examiner._ask

    def slow_books(child: Any, request: dict[str, Any], *more: Any) -> dict[str, Any]:
        if request["task"] == "book":
            reading.wait(60)
        return answered(child, request, *more)

    monkeypatch.setattr(examiner, "_ask", slow_books)
    (tmp_path / "a.png").write_bytes(fuzz.accepted_files()["png"])
    with examiner.Intake(spares=0, wait_seconds=2) as intake, ThreadPoolExecutor(4) as visitors:
        books = [visitors.submit(outcome, lambda: intake.ask(tmp_path / "a.png", "book", "book")) for _ in range(4)]
        time.sleep(0.2)
        kind = outcome(lambda: intake.examine(tmp_path / "a.png").kind)
        reading.set()
        assert all(book.result() for book in books)
    return kind


def second_book(use: Fixtures) -> object:
    """A second book of a session whose first is still being read."""
    from studio.engine import uploads

    client, monkeypatch, reading, let_go = use("client"), use("monkeypatch"), threading.Event(), threading.Event()

    def slow_book(*_: Any) -> Any:
        reading.set()
        let_go.wait(20)
        raise Refusal("This book was let go.")

    monkeypatch.setattr(uploads, "_other", slow_book)
    send = lambda: client.post("/studio/upload?name=a.epub", content=b"PK", headers={"x-studio": "1"})  # noqa: E731
    with ThreadPoolExecutor(1) as first:
        waiting = first.submit(send)
        reading.wait(20)
        reading.clear()
        held_back = ThreadPoolExecutor(1)
        second = held_back.submit(send)
        wait_for(lambda: second.done() or reading.is_set())
        let_go.set()
        waiting.result()
        held_back.shutdown()
    return second.result().json()["problem"].partition(" ")[0]


ENTITY = '<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><p>&b;</p>'
OUTSIDE = '<package><item id="a" href="../../../etc/passwd"/><itemref idref="a"/></package>'


def photoshop(use: Fixtures) -> object:
    from studio.intake.examiner import Intake, Refused

    path = use("tmp_path") / "a.psd"
    path.write_bytes(b"8BPS\0\1" + b"\xff" * 30)
    with Intake(spares=0) as intake:
        try:
            return intake.examine(path).kind
        except Refused as problem:
            return problem.reason


# the director


def nouns_without_a_vector() -> object:
    from pipelines.film.parts.directing import brief
    from pipelines.scenes.drawings import vocabulary

    return sorted(set(vocabulary().nouns) - set(brief.kept_vectors()))


def dripping_director(use: Fixtures) -> object:
    """An endpoint whose headers never end."""
    from pipelines.hub import chat_endpoint

    class Dripping(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.wfile.write(b"HTTP/1.1 200 OK\r\n")
            for number in range(120):
                try:
                    self.wfile.write(f"x-{number}: 1\r\n".encode())
                except OSError:
                    return
                time.sleep(0.05)
            self.wfile.write(b"content-length: 2\r\n\r\n{}")

        def log_message(self, *words: object) -> None:
            pass

    use("monkeypatch").setattr(chat_endpoint, "TIMEOUT_SECONDS", 0.5)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Dripping) as there:
        threading.Thread(target=there.serve_forever, daemon=True).start()
        try:
            chat_endpoint.Endpoint(f"http://127.0.0.1:{there.server_address[1]}", "model").ask([], {})
        except Refusal as problem:
            return "within" in str(problem)
        finally:
            there.shutdown()
    return "answered"


def strange_noun() -> object:
    """A director that answers with a noun that is not on the list."""
    from pipelines.film.parts.directing.brief import scenes_in

    answer = json.dumps({"scenes": [{"things": [{"id": "a", "noun": "guillotine"}]}]})
    return outcome(lambda: scenes_in(answer, ["A line."], ["fox", "house"]))


# who asks, and from where


def host(name: str) -> bool:
    from studio.access.origins import Hosts

    return Hosts().allowed(name)


def origin(of: str, host: str, *names: str) -> bool:
    from studio.access.origins import Hosts

    return Hosts(names).own_origin(of, host, secure=False)


def cache_of(path: str) -> Callable[[Fixtures], object]:
    return lambda use: use("client").get(path).headers.get("cache-control")


# what is written


def spreadsheet(text: str) -> object:
    """How a text begins in the table of verdicts and in that of the shelf."""
    from studio.provenance.table import cell
    from studio.web.project_routes import table

    one: Any = SimpleNamespace(title=text, kind="image", call=None, facts={}, bytes=1)
    told = table(SimpleNamespace(), SimpleNamespace(), [one], ["a.png"]).decode()  # type: ignore[arg-type]
    return cell(text)[0], told.partition("a.png,")[2][0]


def line_of_log(message: str, *, failed: bool = False) -> object:
    """Whether a line of the log that is not its first begins with what a stranger wrote."""
    from studio import process

    record = logging.LogRecord("studio", logging.INFO, "", 1, "met %s", (message,), None)
    if failed:
        try:
            raise ValueError(message)
        except ValueError as problem:
            record.exc_info = (type(problem), problem, problem.__traceback__)
    return any(line.startswith("ERROR") for line in process.Lines().format(record).splitlines()[1:])


def path_in_log(path: str) -> int:
    """Over how many lines of a log a path goes."""
    from studio.access.route_guard import in_one_line

    return len(in_one_line(path).splitlines())


def drawing(use: Fixtures) -> object:
    """An SVG whose transform is 300,000 spaces and one sign."""
    from studio.intake.examiner import Intake, Refused

    path = use("tmp_path") / "a.svg"
    path.write_text(
        f'<svg xmlns="http://www.w3.org/2000/svg"><path transform="{" " * 300_000}!" d="M0 0h9v9z"/></svg>', "utf-8"
    )
    with Intake(spares=0) as intake, path.with_suffix(".flat").open("xb") as keep:
        try:
            intake.ask(path, "drawing", "SVG drawing", keep=keep)
        except Refused as problem:
            return problem.reason
    return "taken"


# films


def killed_worker(times: int) -> Callable[[Fixtures], object]:
    """What a film does with a step whose worker was killed so often."""

    def attack(use: Fixtures) -> object:
        from studio.engine.worker_handle import KILLED
        from studio.film.scheduler import Queued

        studio = use("studio")
        for number in range(times):
            studio.store.rows(
                "INSERT INTO jobs (session, tab, call, artifact, pipeline, lane, place, state, options, created, problem)"
                " VALUES ('me', 'Film', '{}', 'step', '', 'film', 0, 'failed', '{}', ?, ?)",
                float(number),
                KILLED,
            )
        films = SimpleNamespace(store=studio.store)
        queued = Queued(films, SimpleNamespace(session="me", started=0.0))  # type: ignore[arg-type]
        return queued.work(SimpleNamespace(artifact="step")).state  # type: ignore[arg-type]

    return attack


ROWS: tuple[tuple[str, Callable[[Fixtures], object], object], ...] = (
    ("a blank noun", lambda use: scene(things=[{"id": "a", "noun": " "}]), REFUSED),
    ("a noun of a space without width", lambda use: scene(actors=[{"id": "a", "noun": "\u200b"}]), REFUSED),
    ("half a character in a scene", lambda use: half_a_character(), REFUSED),
    ("24 figures twelve times", lambda use: scene(actors=crowd("girl", 24, 12)), REFUSED),
    ("60 in all", lambda use: scene(actors=crowd("girl", 5, 6), things=crowd("house", 5, 6)), "taken"),
    ("61 in all", lambda use: scene(actors=crowd("girl", 5, 12), things=crowd("house", 1, 1)), REFUSED),
    ("a thing behind twelve boxes", lambda use: no_room(), REFUSED),
    ("900 brackets", lambda use: tell_story("[" * 900), REFUSED),
    ("the verbs above a chain of 300 words", lambda use: steps_to_verbs(300), True),
    *((f"a flood of {path}", flood(path), (200, True, 0)) for path in COSTLY),
    ("a reading that takes too long", beyond_the_deadline, (503, True)),
    ("an EPUB of tags", lambda use: book(".epub", epub(OPS__one_xhtml=marks(700_000))), "book_much"),
    ("a DOCX of tags", lambda use: book(".docx", zip_entries({"word/document.xml": marks(1_700_000)})), "book_much"),
    ("an EPUB of 50 MB of text", lambda use: book(".epub", epub(OPS__one_xhtml="a " * 25_000_000)), "book_much"),
    ("an EPUB with an entity", lambda use: book(".epub", epub(OPS__one_xhtml=ENTITY)), "book_entities"),
    ("a DOCX with an entity", lambda use: book(".docx", zip_entries({"word/document.xml": ENTITY})), "book_entities"),
    ("an EPUB whose page lies outside", lambda use: book(".epub", epub(OPS__book_opf=OUTSIDE)), "book_empty"),
    ("a Photoshop file of a stranger", photoshop, "format"),
    ("a photo beside four books", photo_beside_books, "image"),
    ("a second book of one visitor", second_book, "Another"),
    ("a director's nouns without a vector", lambda use: nouns_without_a_vector(), []),
    ("a director whose headers drip", dripping_director, True),
    ("a director's noun that is not on the list", lambda use: strange_noun(), REFUSED),
    ("a host behind [::1]", lambda use: host("[::1].evil"), False),
    ("the host [::1]", lambda use: host("[::1]:7860"), True),
    ("an Origin of another scheme", lambda use: origin("https://localhost:7860", "localhost:7860"), False),
    ("an Origin of a listed name", lambda use: origin("https://a.example", "a.example", "a.example"), True),
    ("a private answer in a cache", cache_of("/studio/films"), "private, no-store"),
    ("a private refusal in a cache", cache_of("/studio/films/none/project"), "private, no-store"),
    *(
        (f"a cell that begins with {sign!r}", lambda use, sign=sign: spreadsheet(f"{sign}1+1"), ("'", "'"))
        for sign in ("=", "＝", "\u200b=", " =", "\ufeff＋", "－", "＠", "\u00ad@")
    ),
    ("a plain cell", lambda use: spreadsheet("A fox = a friend"), ("A", "A")),
    ("a forged line of the log", lambda use: line_of_log("a\nERROR studio: b"), False),
    ("a forged line of a failure", lambda use: line_of_log("a\r\nERROR studio: b\x1b[2J", failed=True), False),
    ("a forged line in a path", lambda use: path_in_log("/a\r\nINFO forged\x1b[31m\u2028b"), 1),
    ("an SVG's transform of spaces", drawing, "drawing_path"),
    ("a worker that is killed once", killed_worker(1), ""),
    ("a worker that is killed twice", killed_worker(2), "failed"),
)


@pytest.mark.parametrize(("attack", "expected"), [row[1:] for row in ROWS], ids=[row[0] for row in ROWS])
def test_what_comes_of_an_attack(
    attack: Callable[[Fixtures], object], expected: object, request: pytest.FixtureRequest
) -> None:
    assert attack(request.getfixturevalue) == expected
