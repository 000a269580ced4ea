"""The one Playwright and the one Chromium of a process."""

from __future__ import annotations

from typing import Any

import pytest

PATIENCE = (
    180_000  # milliseconds that a Chromium is waited for: a busy machine is slow; what is there at once costs nothing
)


@pytest.fixture(scope="session")
def playwright():
    """The one Playwright of the run: a second in the same thread is refused."""
    from playwright.sync_api import expect, sync_playwright

    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as started:
        yield started


@pytest.fixture(scope="session")
def chromium(playwright):
    from tests.browser.chromium import FLAGS, system_chromium

    browser = playwright.chromium.launch(executable_path=system_chromium(), args=FLAGS)
    begin = browser.new_context

    def patient(**settings: Any) -> Any:
        context = begin(**settings)
        context.set_default_timeout(PATIENCE)
        return context

    browser.new_context = patient
    yield browser
    browser.close()
