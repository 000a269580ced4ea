"""Reproduce: the result of running a call again, held against the one that is there, naming what changed."""

from __future__ import annotations

import math
from typing import Any

from studio.storage.artifacts import Artifact


def comparison(present: Artifact, finished: Any) -> dict[str, Any]:
    """`identical` before signing, else the PSNR (dB) of pictures, and what is different about the two runs."""
    before, after = present.facts, finished.facts
    same = bool(before.get("payload_sha256")) and before["payload_sha256"] == after["payload_sha256"]
    said: dict[str, Any] = {"identical": same, "changed": list_changes(before, after)}
    if not same and present.kind == "image":
        said["psnr_db"] = psnr(present, finished.path)
    return said


def list_changes(before: dict[str, Any], after: dict[str, Any]) -> list[str]:
    """What differs between two runs that could explain different results, in words."""
    texts = []
    if before.get("device") != after.get("device"):
        texts.append(f"device: {before.get('device')} then, {after.get('device')} now")
    old, new = before.get("versions", {}), after.get("versions", {})
    texts += [
        f"{name}: {old[name]} then, {new[name]} now" for name in sorted(old) if name in new and old[name] != new[name]
    ]
    old_models = {m["name"]: m["sha256"] for m in before.get("models", [])}
    new_models = {m["name"]: m["sha256"] for m in after.get("models", [])}
    texts += [f"model {name} is another file now" for name in old_models if new_models.get(name) != old_models[name]]
    return texts


def psnr(present: Artifact, path: Any) -> float | None:
    """Peak signal-to-noise ratio in dB between two pictures; None when their sizes differ."""
    import numpy as np

    from pipelines.media import load_image

    a, b = (np.asarray(load_image(p), dtype=np.float32) for p in (present.path, path))
    if a.shape != b.shape:
        return None
    error = float(np.mean((a - b) ** 2))
    return 99.0 if error == 0 else round(10 * math.log10(255**2 / error), 2)
