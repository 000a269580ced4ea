"""Finding 15: scripts inside the page run by hash only, no answer but the page may compile code, and every tab works that way."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from studio.access.scripts import inline_hashes, policy
from tests.asgi import page_here
from tests.security.running import Served, ask, session

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def server(tmp_path_factory) -> Iterator[Served]:
    with page_here(tmp_path_factory.mktemp("policy") / "home") as running:
        yield running


@pytest.fixture(scope="module")
def browser(chromium: Browser) -> Browser:
    return chromium


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


@pytest.fixture
def context(browser):
    made = browser.new_context(viewport={"width": 1440, "height": 900})
    made.set_default_timeout(90_000)
    yield made
    made.close()


def test_every_tab_opens_without_a_violation_and_a_script_that_gets_into_the_page_does_not_run(context, server):
    page, problems = context.new_page(), list[str]()
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
