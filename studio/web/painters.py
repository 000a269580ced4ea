"""Models of a hub that paint pictures, for the card beside our own: size, licence, how long a picture takes here, and why one does not fit this machine."""

from __future__ import annotations

import os
import shutil
from typing import Any

from pipelines.core import hub_fetching
from pipelines.core.hub_ids import parse
from pipelines.hub import steering
from pipelines.hub.preset import Preset
from pipelines.hub.presets import PICTURES
from pipelines.hub.table import FORBIDS
from studio.engine.footprint import Budget
from studio.storage.store import Store
from studio.storage.timing import PAINTS, Painter, estimate, painter_probed

FIRST = {
    "cpu": ("sdxs", "sd-turbo-tiny", "lcm-tiny"),
    "cuda": ("flux2-klein", "z-image-turbo", "sd-turbo"),
    "mps": ("sd-turbo", "lcm"),
}
OFFLINE = "HF_HUB_OFFLINE"


def list_painters(store: Store, device: str, *, may_fetch: bool) -> dict[str, Any]:
    """Every model that paints from words, what suits this device first; `usual` is the first of them that fits.

    `device` is where the next picture is made, as far as is known; who may not fetch is not told of this machine's disk.
    """
    probed = painter_probed(store.home)
    device = probed.device if probed is not None and device == "cpu" else device
    order = FIRST.get(device.partition(":")[0], ())
    chosen = [preset for preset in PICTURES if "words" in preset.begins]
    chosen.sort(key=lambda preset: order.index(preset.key) if preset.key in order else len(order))
    rows = [row(store, preset, device, probed, may_fetch) for preset in chosen]
    return {
        "models": rows,
        "usual": next((one["key"] for one in rows if one["key"] in order and not one["reason"]), None)
        or rows[0]["key"],
        "device": device,
        "measured": probed is not None,
    }


def row(store: Store, preset: Preset, device: str, found: Painter | None, may_fetch: bool) -> dict[str, Any]:
    """One model; `seconds` is None until the machine was measured, and comes from runs (`runs`) as soon as there are any."""
    card, learned = preset.card, estimate(store, PAINTS, device, 1.0, preset.key)
    present = preset.present
    return {
        "key": preset.key,
        "name": card.name,
        "about": card.about,
        "source": card.source,
        "size_bytes": card.size_bytes,
        "licence": card.licence.removesuffix(FORBIDS),
        "forbids": card.licence.endswith(FORBIDS),
        "commercial": card.commercial,
        "caveat": card.caveat,
        "present": present,
        "drawing": bool(steering.takes(preset).drawing),
        "seconds": round(learned.seconds, 2) if learned else None,
        "runs": learned.runs if learned else 0,
        "reason": _memory(preset, device, found) or (_disk(preset) if may_fetch and not present else {}),
    }


def _memory(preset: Preset, device: str, found: Painter | None) -> dict[str, Any]:
    """What it lacks of memory, as the page says it; empty where it fits."""
    if device.startswith("cuda"):
        needed, has = preset.memory_gb * 1e9, float(found.gpu_bytes) if found else 0.0
        return {} if not has or needed <= has else {"why": "gpu", "needed": needed, "has": has}
    needed, has = preset.processor_bytes, float(Budget.from_environment().worker_bytes)
    return {} if needed <= has else {"why": "memory", "needed": needed, "has": has}


def _disk(preset: Preset) -> dict[str, Any]:
    """Why it cannot be fetched: no room on the disk, or a studio that works without a hub."""
    if os.environ.get(OFFLINE, "").upper() in ("1", "ON", "YES", "TRUE"):
        return {"why": "hub"}
    folder = hub_fetching.cache_of(parse(preset.repository))
    free = shutil.disk_usage(next(one for one in (folder, *folder.parents) if one.exists())).free
    needed = preset.card.size_bytes
    return {} if needed < free else {"why": "disk", "needed": needed, "has": free}
