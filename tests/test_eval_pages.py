"""The tables that an evaluation puts into a page."""

import pytest

from measure import pages
from measure.eval import generate_pages

PART = {"evaluations": 6.0, "network passes": 6.0, "alike": 0.7, "top5": 0.5}


def test_a_table_goes_between_its_marks_and_the_rest_stays(tmp_path):
    page = tmp_path / "page.md"
    page.write_text("before\n<!-- samplers -->\nold\n<!-- /samplers -->\nafter\n")
    result = {"samplers": {"count": 3, "pfgm 9 D=128 untuned": PART | {"evaluations": 17.0}, "few 6": PART}}
    pages.into(page, generate_pages.every(result))
    text = page.read_text()
    assert text.startswith("before\n") and text.endswith("after\n") and "old" not in text
    rows = [line for line in text.splitlines() if line.startswith("|")]
    assert rows[2] == "| **Six steps, distilled** | 6 | 6 | 6 | 0.700 | 50% |" and rows[3].startswith(
        "| PFGM++ D=128 untuned | 9 | 17 |"
    )
    pages.into(page, generate_pages.every(result))
    assert page.read_text() == text
    with pytest.raises(ValueError, match="no place for: scenes"):
        pages.into(page, {"scenes": "x"})
