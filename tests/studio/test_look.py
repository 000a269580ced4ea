"""The colours: every pair of text and ground at 4.5:1 or more (WCAG 2.1, 1.4.3), outlines of controls at 3:1 (1.4.11)."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

STATIC = Path(__file__).resolve().parents[2] / "studio" / "web" / "static"
CSS = (STATIC / "studio.css").read_text(encoding="utf-8")


def colours(selector: str) -> dict[str, str]:
    block = re.search(re.escape(selector) + r"\s*\{([^}]*)\}", CSS)
    assert block
    return dict(re.findall(r"--([\w-]+):\s*(#[0-9A-Fa-f]{6})", block[1]))


def luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    r, g, b = (c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * r + 0.7152 * g + 0.0722 * b


def contrast(a: str, b: str) -> float:
    low, high = sorted((luminance(a), luminance(b)))
    return (high + 0.05) / (low + 0.05)


PAIRS = {
    4.5: "ink/paper ink/raised ink/wash ink/field soft/paper soft/raised sun/paper sun/raised sun/wash sun-ink/sun bad/paper",
    3.0: "edge/paper edge/field low-sun/paper",
}


@pytest.mark.parametrize("theme", ["body", "body.dark"])
def test_contrast(theme: str):
    assert contrast("#777777", "#FFFFFF") == pytest.approx(4.48, abs=0.01)  # as others measure it
    found = colours(theme)
    for least, pairs in PAIRS.items():
        for pair in pairs.split():
            text, ground = pair.split("/")
            assert contrast(found[text], found[ground]) >= least, pair


def test_letters_follow_the_font_size_of_the_browser():
    for path in STATIC.rglob("*.css"):
        css = path.read_text(encoding="utf-8")
        fixed = re.findall(
            r"font(?:-size)?:[^;}]*?[\d.]+px|line-height:\s*[\d.]+px|@media[^{]*width:\s*[\d.]+px[^{]*", css
        )
        assert not fixed, f"{path.name}: {fixed}"
