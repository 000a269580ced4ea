"""The check of the page's JavaScript: errors of types are counted by file and may not become more."""

from __future__ import annotations

import importlib.util
from collections import Counter
from pathlib import Path

import pytest

CHECK = Path(__file__).parent / "page" / "check.py"


@pytest.fixture(scope="module")
def check():
    spec = importlib.util.spec_from_file_location("page_check", CHECK)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_errors_are_counted_by_file(check):
    said = (
        "../../studio/web/static/core.js(3,4): error TS2339: Property 'x' does not exist.\n"
        "../../studio/web/static/film/film.js(10,1): error TS2322: Type.\n  more of the same\n"
        "../../studio/web/static/core.js(9,4): error TS2339: Property 'y' does not exist.\n"
    )
    assert check.counted(said) == {"core.js": 2, "film/film.js": 1}


def test_more_errors_than_before_and_new_files_with_errors_are_named(check):
    assert check.worse(Counter({"a.js": 2, "b.js": 1}), {"a.js": 2, "b.js": 3}) == []
    assert len(check.worse(Counter({"a.js": 3, "new.js": 1}), {"a.js": 2})) == 2
