"""Finding 11 in a browser: tokens are made, copied and revoked with the keyboard; the sign-in and the administrator's pages work under their policy."""

from __future__ import annotations

import re

import pytest
from axe_playwright_python.sync_playwright import Axe

from studio.access.tokens import FORM
from tests.security.with_accounts import ADA, bearing, command

pytestmark = pytest.mark.slow


@pytest.fixture
def context(chromium):
    context = chromium.new_context(viewport={"width": 1280, "height": 900})
    context.set_default_timeout(120_000)
    problems: list[str] = []
    context.on("weberror", lambda error: problems.append(str(error.error)))
    context.on("console", lambda line: problems.append(line.text) if "Content Security Policy" in line.text else None)
    yield context
    context.close()
    assert not problems


def test_a_visitor_makes_and_revokes_a_token_with_the_keyboard(context, opened):
    page = context.new_page()
    page.goto(opened.url)
    page.get_by_role("button", name="Help", exact=True).click()
    page.get_by_role("heading", name="Access tokens").wait_for()
    page.get_by_text("You have no access token.").wait_for()
    page.get_by_label("Name", exact=True).focus()
    page.keyboard.type("<b>my script</b>")
    page.keyboard.press("Enter")
    shown = page.get_by_label("The new access token")
    text = shown.input_value()
    assert re.fullmatch(FORM, text) and shown.evaluate("box => document.activeElement === box")
    program = bearing(opened, text)
    assert program.get("studio/state").status_code == 200
    assert page.evaluate("fetch('studio/tokens').then(answer => answer.text())").count(text) == 0
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Copy"
    results = Axe().run(page, context="studio-tokens", options={"runOnly": ["wcag2a", "wcag2aa"]})
    assert not results.response["violations"], results.generate_report()
    page.get_by_role("button", name="Revoke <b>my script</b>").focus()
    page.keyboard.press("Enter")
    page.get_by_text("You have no access token.").wait_for()
    assert program.get("studio/state").status_code == 401 and not page.locator(".token-text").count()


def test_a_person_signs_in_administers_and_signs_out(context, closed):
    page = context.new_page()
    page.goto(closed.url + "studio/admin")
    page.get_by_label("Name").fill("ada")
    page.get_by_label("Password").fill("not this")
    page.keyboard.press("Enter")
    page.get_by_role("alert").get_by_text("do not fit").wait_for()
    page.get_by_label("Password").fill(ADA)
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Administration").wait_for()
    page.get_by_text("No job waits or runs.").wait_for()
    assert '"event": "sign-in"' in page.locator("#audit").text_content()
    results = Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa"]})
    assert not results.response["violations"], results.generate_report()
    page.goto(closed.url)
    page.get_by_role("button", name="Help", exact=True).click()
    page.get_by_text("You are signed in as ada.").wait_for()
    page.get_by_role("button", name="Sign out", exact=True).click()
    page.get_by_label("Password").wait_for()
    assert page.evaluate("fetch('studio/state').then(answer => answer.status)") == 401


def test_without_accounts_the_administrators_page_asks_for_a_token(context, opened):
    command_line = command(opened.home, "token", "--admin")
    page = context.new_page()
    page.goto(opened.url + "studio/admin")
    page.get_by_label("An administrator's access token").fill("studio_" + "A" * 43)
    page.keyboard.press("Enter")
    page.get_by_role("alert").get_by_text("not an administrator's").wait_for()
    page.get_by_label("An administrator's access token").fill(command_line.stdout.strip())
    page.keyboard.press("Enter")
    page.get_by_text("No job waits or runs.").wait_for()
    page.reload()  # it is kept nowhere
    page.get_by_label("An administrator's access token").wait_for()
    assert page.evaluate("JSON.stringify([{...localStorage}, {...sessionStorage}])").count("studio_") == 0
