"""SVG drawings of strangers: plain shapes are painted, everything else gets one sentence; nothing of the file is kept but pixels."""

from __future__ import annotations

import io
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from PIL import Image

from pipelines.core.settings import Refusal
from studio.intake.drawings import read_drawing
from studio.intake.pictures import Unfit
from studio.intake.reasons import plain_values, refusal
from tests.security.test_04_uploads_in_the_child import ME, bring, warm  # noqa: F401
from tests.studio.fuzz import check_sentence

pytestmark = pytest.mark.slow

HEAD = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 10 10">'
BOX = '<rect width="9" height="9" fill="#c43"/>'
LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10 if n else "ha"}">' for n in range(10))
ENTITY = '<!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/passwd">]>'


def svg(body: str, before: str = "") -> bytes:
    return f"{before}{HEAD}{body}</svg>".encode()


HOSTILE = {
    "billion laughs": (svg("<title>&l9;</title>", f"<!DOCTYPE svg [{LAUGHS}]>"), "entities"),
    "external entity": (svg("<title>&x;</title>", ENTITY), "entities"),
    "entity in UTF-16": (svg("<title>&x;</title>", ENTITY).decode().encode("utf-16"), "damaged"),
    "script": (svg(f"{BOX}<script>alert(1)</script>"), "holds script,"),
    "event": (svg(f'<g onload="alert(1)">{BOX}</g>'), "says onload"),
    "foreign page": (svg(f'{BOX}<foreignObject width="9" height="9"/>'), "holds foreignObject,"),
    "page element": (svg(f'{BOX}<iframe xmlns="http://www.w3.org/1999/xhtml"/>'), "holds iframe,"),
    "picture from a file": (svg('<image href="file:///etc/passwd" width="9"/>'), "holds image,"),
    "picture from the net": (svg('<image xlink:href="http://127.0.0.1/a.png"/>'), "holds image,"),
    "link": (svg('<path d="M0 0h9v9z" xlink:href="http://127.0.0.1/"/>'), "refers to something else"),
    "use loop": (svg('<g id="a"><use href="#a"/><use href="#a"/></g>'), "holds use,"),
    "CSS import": (svg(f"<style>@import 'http://127.0.0.1/a.css';</style>{BOX}"), "refers to something else"),
    "CSS escape": (svg(f"<style>@\\69mport 'x';</style>{BOX}"), "refers to something else"),
    "fill from elsewhere": (svg('<rect width="9" height="9" style="fill:url(http://127.0.0.1/#a)"/>'), "refers to"),
    "style sheet": (svg(f"<style>rect:hover{{fill:red}}</style>{BOX}"), "style sheet"),
    "animation": (svg('<rect width="9" height="9"><animate attributeName="x"/></rect>'), "holds animate,"),
    "huge number": (svg('<rect width="1e300" height="9"/>'), "far too large"),
    "infinite": (svg('<circle r="1e999"/>'), "far too large"),
    "no number": (svg('<circle r="NaN"/>'), "none"),
    "no number in a path": (svg('<path d="M0 0L NaN 9z"/>'), "cannot be read"),
    "transform without end": (svg(f'<g transform="{"scale(1000) " * 9}">{BOX}</g>'), "far too large"),
    "deep": (svg("<g>" * 5000 + "</g>" * 5000), "groups in groups"),
    "many elements": (svg(BOX * 2001), "too many parts"),
    "many shapes": (svg(BOX * 401), "too many parts"),
    "long path": (svg(f'<path d="M0 0{"h1v1" * 50_000}"/>'), "too many parts"),
    "10 MB path": (svg(f'<path d="M0 0{"h1v1" * 2_500_000}"/>'), "larger than 500 kB"),
    "colour": (svg('<rect width="9" height="9" fill="rgb(a,b)"/>'), "plain colours"),
    "empty": (svg(""), "shows nothing"),
    "no size": (svg('<path d="M0 0L0 0 0 0z"/>'), "shows nothing"),
    "no drawing": (b"<html/>", "holds html,"),
    "half": (HEAD.encode(), "damaged"),
    "no letters": (b"\x89PNG\r\n", "damaged"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_drawing_gets_one_sentence(name: str) -> None:
    data, says = HOSTILE[name]
    with pytest.raises(Unfit) as problem:
        read_drawing(io.BytesIO(data), SimpleNamespace(thumbnail_px=64))
    sentence = str(refusal(problem.value.reason, "SVG drawing", **plain_values(problem.value.values)))
    check_sentence(sentence, Path("/home/of/it.upload"))
    assert says in sentence


def test_through_the_door_only_pixels_are_kept(warm) -> None:  # noqa: F811
    one = bring(warm, "lamp.svg", svg(f'{BOX}<path d="m1 1a3 3 0 013 3q1 1 2 0t2 0s1 1 1 2z" stroke="teal"/>'))
    picture = Image.open(one.path)
    assert (one.kind, one.media_type, picture.mode, max(picture.size)) == ("image", "image/png", "RGBA", 1024)
    assert b"svg" not in one.path.read_bytes() and not one.facts.get("files")
    warm.store.delete(ME, one.id)
    for name in ("billion laughs", "script"):
        with pytest.raises(Refusal, match=HOSTILE[name][1]):
            bring(warm, "lamp.svg", HOSTILE[name][0])


def test_what_programs_write_for_themselves_is_left_out_and_transforms_hold() -> None:
    body = (
        '<metadata><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"/></metadata><style>.a,.b{fill:#00f}</style>'
        '<g transform="translate(5 5) rotate(90) scale(2 1)" inkscape:label="x" xmlns:inkscape="http://www.inkscape.org/namespaces/inkscape">'
        '<rect class="a" x="0" y="0" width="10" height="4"/></g>'
    )
    facts, png = read_drawing(io.BytesIO(svg(body)), SimpleNamespace(thumbnail_px=64))
    assert facts["height"] == 1024 and 190 < facts["width"] < 225  # 20 by 4, upright
    red, green, blue, _ = np.asarray(Image.open(io.BytesIO(png)))[512, facts["width"] // 2]
    assert blue > 150 > max(red, green)
