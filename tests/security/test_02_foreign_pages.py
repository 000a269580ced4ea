"""Findings 2 and 15: a page of another origin does not act as the visitor; scripts inside the page run by hash only, and no other answer may compile code."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page

from studio.access.scripts import inline_hashes, policy
from tests.asgi import page_here
from tests.browser.chromium import FLAGS, system_chromium
from tests.security.running import Served, ask, foreign_site, session

pytestmark = pytest.mark.slow

ATTACKS = """async base => {
  const tried = {}, attempt = (name, path, options) => fetch(base + path, { credentials: "include", ...options }).then(answer => { tried[name] = answer.type; }, () => {});
  const sent = { method: "POST", mode: "no-cors" }, form = new FormData();
  form.append("files", new Blob(["x"]), "x.txt");
  for (const path of ["studio/state", "studio/shelf", "", "config"]) await attempt(path, path);
  await attempt("change", "studio/preference", { method: "POST", headers: { "x-studio": "1", "content-type": "application/json" }, body: '{"private": true}' });
  await attempt("change without reading", "studio/preference", { ...sent, body: '{"private": true}' });
  await attempt("call", "gradio_api/call/stylize_wash", { ...sent, body: '{"data": []}' });
  await attempt("upload", "gradio_api/upload", { ...sent, body: form });
  await attempt("log out", "logout", { mode: "no-cors" });
  return Object.values(tried).filter(type => type !== "opaque");
}"""
EMBED = """([base, kind]) => new Promise(done => {
  const made = document.createElement(kind);
  made.onload = () => done("loaded"); made.onerror = () => done("refused");
  made[kind === "link" ? "href" : "src"] = base; if (kind === "link") made.rel = "stylesheet";
  document.body.append(made);
})"""
SOCKET = "at => new Promise(done => { const one = new WebSocket(at); one.onopen = () => done(true); one.onerror = () => done(false); })"
FORM = """base => { const form = document.createElement("form"); form.method = "post"; form.enctype = "text/plain";
  form.action = base + "gradio_api/queue/join"; form.innerHTML = '<input name=\\'{"data":[],"fn_index":0,"x":"\\' value=\\'"}\\'>';
  document.body.append(form); form.submit(); }"""


@pytest.fixture(scope="module")
def server(tmp_path_factory) -> Iterator[Served]:
    with page_here(tmp_path_factory.mktemp("foreign") / "home") as running:
        yield running


@pytest.fixture(scope="module")
def elsewhere() -> Iterator[int]:
    with foreign_site() as port:
        yield port


@pytest.fixture(scope="module")
def page(playwright, server: Served, elsewhere: int) -> Iterator[Page]:
    """A page of another origin in the browser of somebody who has a session of the studio."""
    rules = "--host-resolver-rules=MAP evil.test 127.0.0.1, MAP *.evil.test 127.0.0.1"
    browser = playwright.chromium.launch(executable_path=system_chromium(), args=[*FLAGS, rules])
    context = browser.new_context()
    assert context.request.get(server.url).ok and context.cookies()
    yield context.new_page()
    browser.close()


def own_state(page: Page, server: Served) -> dict:
    return page.request.get(server.url + "studio/state").json()


@pytest.mark.parametrize("name", ["localhost", "127.0.0.1"])
def test_another_origin_reads_changes_embeds_and_posts_nothing(page, server, elsewhere, name):
    page.goto(f"http://{name}:{elsewhere}/")
    assert page.evaluate(ATTACKS, server.url) == []
    assert not list((server.home / "work" / "gradio").rglob("x.txt"))
    for kind, path in (
        ("img", "assets/small/styles/great-wave.jpg"),
        ("script", "static/core.js"),
        ("link", "static/studio.css"),
    ):
        assert page.evaluate(EMBED, [f"{server.url}studio/{path}", kind]) == "refused", kind
    page.evaluate(EMBED, [server.url, "iframe"])
    assert page.frames[1].locator("gradio-app").count() == 0
    assert page.evaluate(SOCKET, server.url.replace("http", "ws") + "gradio_api/queue/join") is False
    with page.expect_navigation() as sent:
        page.evaluate(FORM, server.url)
    assert sent.value.status == 403 and "another site" in sent.value.text()
    state = own_state(page, server)
    assert state["private"] is False and state["jobs"] == []


def test_a_name_that_is_bound_anew_reaches_nothing_and_a_link_opens_the_page(page, server, elsewhere):
    for host in (f"evil.test:{server.port}", f"127.0.0.1.evil.test:{server.port}"):
        answer = page.goto(f"http://{host}/")
        assert answer.status == 421 and "STUDIO_HOSTS" in answer.text()
        status = page.evaluate("async () => (await fetch('/studio/state', { headers: { 'x-studio': '1' } })).status")
        assert status == 421
    page.goto(f"http://localhost:{elsewhere}/")
    page.evaluate("at => { location.href = at; }", server.url)
    page.wait_for_selector("[role=tab]", timeout=120_000)


# the policy of the page


def directive(csp: str, name: str) -> list[str]:
    found = [part.split()[1:] for part in csp.split(";") if part.split()[0] == name]
    assert len(found) == 1
    return found[0]


def test_inline_scripts_need_a_hash(server):
    csp = ask(server, "/").headers["content-security-policy"]
    scripts = directive(csp, "script-src")
    assert "'unsafe-inline'" not in scripts and sum(one.startswith("'sha256-") for one in scripts) >= 4
    assert directive(csp, "object-src") == ["'none'"] and directive(csp, "base-uri") == ["'self'"]
    assert directive(csp, "form-action") == ["'self'"] and directive(csp, "frame-ancestors") == ["'self'"]


def test_no_other_answer_may_compile_code(server):
    for path in ("/config", "/studio/health", "/studio/static/core.js", "/nothing", "/theme.css", "/gradio_api/info"):
        headers = ask(server, path).headers
        assert directive(headers["content-security-policy"], "script-src") == ["'self'"], path
        assert headers["x-frame-options"] == "SAMEORIGIN" and headers["cross-origin-opener-policy"] == "same-origin"
    answer = ask(server, "/gradio_api/mcp/", Cookie=session(server), Accept="text/html")
    scripts = directive(answer.headers["content-security-policy"], "script-src")
    assert answer.status == 200 and "'unsafe-inline'" not in scripts


def test_every_tab_opens_without_a_violation_and_a_script_that_gets_into_the_page_does_not_run(chromium, server):
    context, problems = chromium.new_context(viewport={"width": 1440, "height": 900}), list[str]()
    page = context.new_page()
    page.on("console", lambda line: problems.append(line.text) if line.type == "error" else None)
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.goto(server.url)
    page.wait_for_selector("[role=tab]")
    for tab in page.get_by_role("tab").all():
        tab.click()
        page.wait_for_timeout(300)
    page.get_by_role("tab", name="Stylize", exact=True).click()
    page.wait_for_selector("studio-slot .well:visible")
    assert [problem for problem in problems if "favicon" not in problem] == []
    page.evaluate(
        """() => { const made = document.createElement("script"); made.textContent = "window.ran = 1"; document.body.append(made);
        const box = document.createElement("div"); box.innerHTML = "<img src=x onerror='window.ran = 2'>"; document.body.append(box); }"""
    )
    page.wait_for_timeout(500)
    assert page.evaluate("() => window.ran") is None
    context.close()


def test_storage_that_is_denied_does_not_stop_the_page(chromium, server):
    """The studio's own inline script, which Gradio puts into the page's head, runs by its hash."""
    context = chromium.new_context()
    context.add_init_script(
        "Object.defineProperty(window, 'localStorage', { get() { throw new Error('denied'); }, configurable: true })"
    )
    page = context.new_page()
    page.goto(server.url)
    page.get_by_role("tab", name="Stylize", exact=True).click(timeout=60_000)
    assert page.evaluate("() => { localStorage.setItem('a', 'b'); return localStorage.getItem('a'); }") == "b"
    context.close()


def test_on_a_space_hugging_face_may_frame_the_page(tmp_path):
    with page_here(tmp_path / "home", SPACE_ID="a/b", SPACE_HOST="a-b.hf.space") as server:
        own = {"Host": "a-b.hf.space", "X_Forwarded_Proto": "https"}
        frame = {**own, "Sec_Fetch_Site": "cross-site", "Sec_Fetch_Mode": "navigate"}
        own |= {"Origin": "https://a-b.hf.space", "Sec_Fetch_Site": "same-origin"}
        answer = ask(server, "/", Sec_Fetch_Dest="iframe", **frame)
        assert answer.status == 200 and "x-frame-options" not in answer.headers
        assert "https://huggingface.co" in directive(answer.headers["content-security-policy"], "frame-ancestors")
        assert answer.cookies[0].endswith("HttpOnly; SameSite=None; Secure; Partitioned")
        assert ask(server, "/studio/state", Cookie=answer.cookies[0].split(";")[0], **own).status == 200
        for origin in (
            "https://huggingface.co",
            "https://c-d.hf.space",
            "http://a-b.hf.space",
            "https://a-b.hf.space:444",
        ):
            assert ask(server, "/config", **{**own, "Origin": origin}).status == 403, origin
        assert ask(server, "/studio/state", Sec_Fetch_Dest="iframe", **frame).status == 403


def test_hashes_are_those_that_a_browser_computes():
    page = b"<script>let a = 1</script><SCRIPT type='x'>b\r\nc</SCRIPT ><script src=x></script><script  data-src='y'>d</script>"
    assert len(inline_hashes(page)) == 3  # all that have no src
    assert inline_hashes(b"<script>let a = 1</script>") == ["'sha256-LAfYd7pbFUgwfQu8b4q135PeTG2z+/coPEUYCd74eCQ='"]
    assert "unsafe-eval" not in policy(()) and "unsafe-inline" not in policy((), []).split("style-src")[0]
