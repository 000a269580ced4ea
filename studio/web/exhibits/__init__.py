"""The exhibits of the Lab in the order of the school; each file declares one."""

from __future__ import annotations

import json
from functools import cache

from pipelines.core.settings import Refusal
from studio.web.exhibits import chain, codes, contrast, faces, flow, nudge, pixels, poisson, score, sounds, style, text
from studio.web.exhibits.exhibit import GROUPS, Exhibit
from studio.web.sendto import Tab

EXHIBITS: tuple[Exhibit, ...] = (
    score.EXHIBIT,
    poisson.EXHIBIT,
    flow.EXHIBIT,
    contrast.EXHIBIT,
    style.EXHIBIT,
    pixels.EXHIBIT,
    codes.EXHIBIT,
    sounds.EXHIBIT,
    text.EXHIBIT,
    faces.EXHIBIT,
    nudge.EXHIBIT,
    chain.EXHIBIT,
)
HEADING = "See how the models think"


def exhibit(name: str) -> Exhibit:
    """The exhibit of that name. Raises Refusal."""
    found = next((one for one in EXHIBITS if one.name == name), None)
    if found is None:
        raise Refusal("The Lab has no such exhibit.")
    return found


@cache
def described() -> str:
    """All exhibits as JSON for the page."""
    said = {"groups": GROUPS, "heading": HEADING, "exhibits": [one.described() for one in EXHIBITS]}
    return json.dumps(said, ensure_ascii=False, separators=(",", ":"))


def tab() -> Tab:
    """The Lab as a tab: its methods have no bench, the exhibits run them."""
    own = [method for one in EXHIBITS for method in one.methods if method.pipeline.startswith("lab.")]
    methods = {method.pipeline: method for method in own}
    return Tab("Lab", HEADING, tuple(methods.values()), bench=False)
