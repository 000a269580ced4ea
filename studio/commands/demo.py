"""`python -m studio demo`: the page at a stand with its models warm and a fixed seed, and a script of six acts (assets/demo/acts.json)."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from afternoon_studio.client import Studio
from pipelines.core.models import ASSETS
from pipelines.core.settings import Refusal
from studio.web.sendto import Start, TabRegistry
from studio.web.tabs import board

SEED = "2026"
IDLE_SECONDS = 90  # after which the stand forgets its visitor
SERVE = "from studio.perimeter.serve import main; main()"
UP_SECONDS = 240


@dataclass(frozen=True)
class Act:
    """One act: where it is played, which buttons are pressed in their order, and what is seen then."""

    title: str
    tab: str
    press: tuple[str, ...]
    look: str  # a selector of what is seen
    seen: str
    says: str = ""
    warm: str = ""  # the pipeline that works in it, where no example of the tab says so
    files: dict[str, str] = field(default_factory=dict)  # slot -> file under assets/


def acts() -> tuple[Act, ...]:
    """All acts in their order."""
    listed = json.loads((ASSETS / "demo" / "acts.json").read_text("utf-8"))
    return tuple(Act(**{**one, "press": tuple(one["press"])}) for one in listed)


def script(address: str) -> Iterator[str]:
    """What the demonstrator reads, line by line."""
    yield f"Open {address}"
    for number, act in enumerate(acts(), 1):
        yield f"{number}. {act.title}"
        yield f"   Open the tab: {act.tab}."
        yield f"   Press: {', then '.join(f'“{name}”' for name in act.press)}."
        yield f"   Seen: {act.seen}"
    yield f"After {IDLE_SECONDS} seconds without a visitor everything is deleted and the page begins anew. Ctrl-C ends it."


def start_of(tabs: TabRegistry, act: Act) -> Start | None:
    """The call that an act makes; None for one that makes nothing."""
    if act.warm:
        return Start(act.title, act.warm, act.files)
    example = next((tab.example for tab in tabs.tabs if tab.name == act.tab), None)
    return next((one for one in example.starts if one.title in act.press), None) if example else None


def warm(studio: Studio, tabs: TabRegistry) -> None:
    """Make every act's result once as a visitor who is forgotten, so that the workers hold the models. Raises Refusal."""
    for act in acts():
        if (start := start_of(tabs, act)) is None:
            continue
        files = {
            slot: str(studio.ask("POST", "studio/adopt", json={"asset": asset}).json()["id"])
            for slot, asset in start.slots.items()
        }
        begun = time.monotonic()
        studio.run(start.pipeline, inputs=files, **start.settings)
        print(f"   warm: {act.title} ({time.monotonic() - begun:.1f} s)", flush=True)
    studio.ask("POST", "studio/mine/forget", json={"confirm": "forget me"})


def demo(asked: Any) -> int:
    """Serve until Ctrl-C; the script is printed when everything is warm."""
    address = f"http://127.0.0.1:{asked.port}/"
    known = {"PORT": str(asked.port), "GRADIO_SERVER_NAME": "127.0.0.1", "STUDIO_SEED": SEED}
    server = subprocess.Popen([sys.executable, "-c", SERVE], env=os.environ | known)
    try:
        with _reach_studio(server, address) as studio:
            warm(studio, board())
        print("\n".join(script(f"{address}?kiosk=1&idle={IDLE_SECONDS}")), flush=True)
        return server.wait()
    finally:
        if server.poll() is None:
            with contextlib.suppress(KeyboardInterrupt):
                server.send_signal(signal.SIGTERM)
                server.wait(30)


def _reach_studio(server: subprocess.Popen[bytes], address: str) -> Studio:
    """The studio as a visitor, once it answers. Raises Refusal when it does not come up."""
    end = time.monotonic() + UP_SECONDS
    while server.poll() is None and time.monotonic() < end:
        with contextlib.suppress(Refusal):
            return Studio(address, timeout_seconds=300)
        time.sleep(0.3)
    raise Refusal("The page did not open; the lines above say why.")
