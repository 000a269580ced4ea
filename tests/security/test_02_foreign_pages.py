"""Finding 2: a page of another origin does not act as the visitor; two real browser origins, and a name that is bound anew."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page

from tests.asgi import page_here
from tests.browser.chromium import FLAGS, system_chromium
from tests.security.running import Served, foreign_site

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
