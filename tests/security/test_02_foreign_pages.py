"""Finding 2: a page of another origin does not act as the visitor; two real browser origins, and a name that is bound anew."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from tests.asgi import page_here
from tests.browser.chromium import FLAGS, system_chromium
from tests.security.running import Served, foreign_site

pytestmark = pytest.mark.slow

ATTACKS = """async base => {
  const tried = {};
  const attempt = async (name, path, options) => {
    try {
      const answer = await fetch(base + path, { credentials: "include", ...options });
      tried[name] = answer.type === "opaque" ? "opaque" : [answer.status, (await answer.text()).slice(0, 200)];
    } catch (error) { tried[name] = "refused"; }
  };
  const change = { method: "POST", headers: { "x-studio": "1", "content-type": "application/json" }, body: '{"private": true}' };
  await attempt("read state", "studio/state");
  await attempt("read shelf", "studio/shelf");
  await attempt("read page", "");
  await attempt("read config", "config");
  await attempt("change", "studio/preference", change);
  await attempt("change without reading", "studio/preference", { method: "POST", mode: "no-cors", body: '{"private": true}' });
  await attempt("call", "gradio_api/call/stylize_wash", { method: "POST", mode: "no-cors", body: '{"data": []}' });
  await attempt("upload", "gradio_api/upload", { method: "POST", mode: "no-cors", body: (() => {
    const form = new FormData(); form.append("files", new Blob(["x"]), "x.txt"); return form; })() });
  await attempt("log out", "logout", { mode: "no-cors" });
  return tried;
}"""
EMBED = """([base, kind]) => new Promise(done => {
  const made = document.createElement(kind);
  made.onload = () => done("loaded"); made.onerror = () => done("refused");
  made[kind === "link" ? "href" : "src"] = base; if (kind === "link") made.rel = "stylesheet";
  document.body.append(made);
})"""


@pytest.fixture(scope="module")
def server(tmp_path_factory) -> Iterator[Served]:
    with page_here(tmp_path_factory.mktemp("foreign") / "home") as running:
        yield running


@pytest.fixture(scope="module")
def browser(playwright) -> Iterator[Browser]:
    rules = "--host-resolver-rules=MAP evil.test 127.0.0.1, MAP *.evil.test 127.0.0.1"
    opened = playwright.chromium.launch(executable_path=system_chromium(), args=[*FLAGS, rules])
    yield opened
    opened.close()


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    opened = browser.new_context()
    opened.set_default_timeout(60_000)
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def elsewhere() -> Iterator[int]:
    with foreign_site() as port:
        yield port


@pytest.fixture
def mine(context: BrowserContext, server: Served) -> Page:
    """A page of the studio in a visitor's session; the large one would be drawn, which proves no more."""
    assert context.request.get(server.url).ok and context.cookies()
    page = context.new_page()
    page.goto(server.url + "studio/health")
    return page


@pytest.fixture
def page(context: BrowserContext, elsewhere: int, mine: Page) -> Page:
    """A page of another origin in the visitor's browser."""
    opened = context.new_page()
    opened.goto(f"http://127.0.0.1:{elsewhere}/")
    return opened


def own_state(page: Page) -> dict:
    return page.evaluate("async () => (await fetch('/studio/state')).json()")


@pytest.mark.parametrize("name", ["localhost", "127.0.0.1"])
def test_another_origin_reads_and_changes_nothing(page, mine, server, elsewhere, name):
    page.goto(f"http://{name}:{elsewhere}/")
    tried = page.evaluate(ATTACKS, server.url)
    assert {what: how for what, how in tried.items() if how not in ("refused", "opaque")} == {}
    assert own_state(mine)["private"] is False
    assert not list((server.home / "work" / "gradio").rglob("x.txt"))


def test_another_origin_embeds_and_frames_nothing_and_opens_no_websocket(page, server):
    for kind, path in (
        ("img", "studio/assets/small/styles/great-wave.jpg"),
        ("script", "studio/static/core.js"),
        ("link", "studio/static/studio.css"),
    ):
        assert page.evaluate(EMBED, [server.url + path, kind]) == "refused", kind
    page.evaluate(EMBED, [server.url, "iframe"])
    assert page.frames[1].locator("gradio-app").count() == 0
    opened = page.evaluate(
        """at => new Promise(done => { const one = new WebSocket(at); one.onopen = () => done(true); one.onerror = () => done(false); })""",
        server.url.replace("http", "ws") + "gradio_api/queue/join",
    )
    assert opened is False


def test_a_form_of_another_origin_posts_nothing(page, mine, server):
    with page.expect_navigation() as sent:
        page.evaluate(
            """base => { const form = document.createElement("form"); form.method = "post"; form.enctype = "text/plain";
            form.action = base + "gradio_api/queue/join"; form.innerHTML = '<input name=\\'{"data":[],"fn_index":0,"x":"\\' value=\\'"}\\'>';
            document.body.append(form); form.submit(); }""",
            server.url,
        )
    assert sent.value.status == 403 and "another site" in sent.value.text()
    assert own_state(mine)["jobs"] == []


def test_a_link_of_another_site_opens_the_page(page, server, elsewhere):
    page.goto(f"http://localhost:{elsewhere}/")
    page.evaluate("at => { location.href = at; }", server.url)
    page.wait_for_selector("[role=tab]")
    assert own_state(page)["private"] is False


def test_a_name_that_is_bound_anew_reaches_nothing(page, server):
    for host in (f"evil.test:{server.port}", f"127.0.0.1.evil.test:{server.port}"):
        answer = page.goto(f"http://{host}/")
        assert answer.status == 421 and "STUDIO_HOSTS" in answer.text()
        status = page.evaluate("async () => (await fetch('/studio/state', { headers: { 'x-studio': '1' } })).status")
        assert status == 421
