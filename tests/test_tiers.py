"""Files are left out of a run only where none of their tests would run."""

from __future__ import annotations

import pytest

from tests.conftest import ROOT, is_left_out, marks_of

QUICK = "not weights and not browser and not slow and not long"
HEAD = "import pytest\n"
BROWSER = HEAD + "pytestmark = [pytest.mark.browser, pytest.mark.weights]\n"
LONG = HEAD + "pytestmark = pytest.mark.long\n"
SOME_LONG = HEAD + "@pytest.mark.long\ndef test_much(): ...\ndef test_little(): ...\n"
SOME_SLOW = HEAD + "@pytest.mark.slow\ndef test_much(): ...\ndef test_little(): ...\n"


@pytest.mark.parametrize(
    ("text", "expression", "left_out"),
    [
        (BROWSER, QUICK, True),
        (LONG, QUICK, True),
        (SOME_LONG, QUICK, False),
        (SOME_SLOW, QUICK, False),
        (BROWSER, "not long", False),
        (LONG, "not long", True),
        (SOME_LONG, "not long", False),
        (BROWSER, "long", True),
        (LONG, "long", False),
        (SOME_LONG, "long", False),
        (LONG, "browser or not long", False),
        (HEAD, QUICK, False),
        (BROWSER, "browser", False),
    ],
)
def test_a_file_is_left_out_only_where_no_test_of_it_would_run(text, expression, left_out):
    assert is_left_out(text, expression) is left_out


def test_marks_in_a_list_of_several_lines_are_read():
    assert marks_of("pytestmark = [\n    pytest.mark.long,\n    pytest.mark.skipif(a[0], reason=b),\n]\n") == {
        "long",
        "skipif",
    }


def test_no_file_borrows_its_marks():
    for path in (ROOT / "tests").rglob("*.py"):
        if not path.name.startswith("test_"):
            assert not marks_of(path.read_text("utf-8")), (
                f"{path}: the mark would not be seen in the text of who borrows it"
            )


def test_make_chooses_by_the_same_marks():
    makefile = (ROOT / "Makefile").read_text()
    assert f"QUICK := {QUICK}\n" in makefile and '-m "not long"' in makefile and '-m "long"' in makefile
