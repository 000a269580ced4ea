"""Finding 6, on the page: a visitor downloads everything and is forgotten, with the keyboard alone."""

from __future__ import annotations

import sqlite3
import zipfile

import pytest

from tests.browser.conftest import Server, chromium, fill, page, photo, real_server, server, visitor  # noqa: F401

pytestmark = pytest.mark.browser


def count_rows(server: Server) -> int:  # noqa: F811
    with sqlite3.connect(server.home / "studio.sqlite") as rows:
        return sum(
            rows.execute(f"SELECT COUNT(*) FROM {table}").fetchone()[0] for table in ("artifacts", "jobs", "films")
        )


def test_download_everything_then_forget_me(page, server, photo, tmp_path):  # noqa: F811
    fill(page, "content", photo)
    page.wait_for_selector("studio-shelf .card")
    before = page.context.cookies()
    assert count_rows(server) >= 1
    opener = page.get_by_role("button", name="Your data", exact=True)
    opener.focus()
    page.keyboard.press("Enter")
    box = page.get_by_role("dialog", name="Your data")
    box.get_by_text("1 file and 0 films", exact=False).wait_for()
    with page.expect_download() as held:
        box.get_by_role("button", name="Download everything").press("Enter")
    held.value.save_as(tmp_path / "mine.zip")
    with zipfile.ZipFile(tmp_path / "mine.zip") as archive:
        assert archive.testzip() is None and any(
            name.endswith(".png") and "garden" in name for name in archive.namelist()
        )
    words, sure = (
        box.get_by_label("Type “forget me” to confirm"),
        box.get_by_role("button", name="Forget me", exact=True),
    )
    assert sure.is_disabled()
    words.focus()
    page.keyboard.type("forget m")
    page.keyboard.press("Enter")
    assert sure.is_disabled() and count_rows(server) >= 1
    page.keyboard.type("e")
    assert sure.is_enabled()
    with page.expect_navigation():
        page.keyboard.press("Enter")
    page.wait_for_selector("studio-shelf .cards .empty")
    assert count_rows(server) == 0
    after = page.context.cookies()
    assert [one["value"] for one in before if one["name"] == "studio_session"] != [
        one["value"] for one in after if one["name"] == "studio_session"
    ]
    # the tabs are as on the first visit
    page.wait_for_function("document.querySelectorAll('studio-slot.filled').length === 0")
