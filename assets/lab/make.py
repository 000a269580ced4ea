"""The small pictures of the Lab's exhibits, light and dark, drawn by their own code: `python -m assets.lab.make http://127.0.0.1:7860/` while the page runs.

lab/<script>.webp and lab/<script>-dark.webp, 320 x 200 pixels. The page shows them at once; drawing them anew took every exhibit's code.
"""

from __future__ import annotations

import base64
import sys

from playwright.sync_api import sync_playwright

from pipelines.core.models import ASSETS
from studio.web.exhibits import EXHIBITS
from tests.browser.chromium import FLAGS, system_chromium

DRAWN = """async script => {
    const canvas = Object.assign(document.createElement("canvas"), { width: 320, height: 200 });
    const module = await import(new URL(`studio/static/lab/${script}.js`, document.baseURI));
    if (!module.card) return "";
    await document.fonts.ready;
    module.card(canvas.getContext("2d"), 320, 200);
    await new Promise(resolve => setTimeout(resolve, 1500)); // one of them loads a picture
    return canvas.toDataURL("image/webp", 0.85).split(",")[1];
}"""


def main(address: str) -> None:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=system_chromium(), args=FLAGS)
        for scheme, ending in (("light", ""), ("dark", "-dark")):
            page = browser.new_page(color_scheme=scheme)
            page.goto(f"{address}#/lab")
            page.locator(".lab-card").first.wait_for(timeout=120_000)
            for script in dict.fromkeys(one.script for one in EXHIBITS):
                if drawn := page.evaluate(DRAWN, script):
                    (ASSETS / "lab" / f"{script}{ending}.webp").write_bytes(base64.b64decode(drawn))
                else:
                    print(script, "has no picture")
        browser.close()


if __name__ == "__main__":
    main(sys.argv[1])
