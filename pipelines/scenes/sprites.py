"""A scene as an editor shows it: each plane and figure a small picture, encoded once for as long as it looks the same."""

from __future__ import annotations

import base64
import hashlib
import io
import json
from collections.abc import Set
from dataclasses import asdict
from functools import lru_cache
from typing import Any

from PIL import Image as PillowImage
from PIL.Image import Image

from pipelines.media.openraster import Layer
from pipelines.scenes.light import light_at
from pipelines.scenes.scene import PLANE_Z, Scene, lit_layers

SHARE = 0.5  # of the picture's size
QUALITY = 80


def sprites(scene: Scene, known: Set[str], where: str) -> list[dict[str, Any]]:
    """All layers from the back; the picture only of those whose key is not `known`. `where` names what the backdrop was painted of."""
    stack = []
    for name, plane in scene.planes.items():
        key = _key("plane", name, where)
        kept = _cache_of(key)
        if not kept:
            kept.append(_encode_layer(plane))
        stack.append((PLANE_Z[name], 0, {"kind": "plane", "part": "", "key": key, **kept[0]}))
    light = {name: scene.about[name] for name in ("place", "hour", "weather")}
    shine = light_at(*light.values())
    for member in scene.figures:
        key = _key(member.id, light, {**asdict(member), "drawing": scene.drawing_of(member).size})
        kept = _cache_of(key)
        if not kept:
            kept += [_encode_layer(layer) for layer in lit_layers(scene, member, shine) if layer is not None]
        for number, drawn in enumerate(reversed(kept)):
            sort = "figure" if number == len(kept) - 1 else "under"
            stack.append(
                (
                    member.z,
                    number,
                    {"kind": sort, "part": member.part, "figure": member.id, "key": f"{key}{number}", **drawn},
                )
            )
    ordered = [facts for _, _, facts in sorted(stack, key=lambda entry: entry[:2])]
    return [{**facts, "url": ""} if facts["key"] in known else facts for facts in ordered]


def _encode_layer(layer: Layer) -> dict[str, Any]:
    wide, tall = layer.picture.size
    size = max(1, round(wide * SHARE)), max(1, round(tall * SHARE))
    small = layer.picture.convert("RGBA").resize(size, PillowImage.Resampling.BOX)
    return {"x": layer.x, "y": layer.y, "width": wide, "height": tall, "url": address(small)}


def address(picture: Image) -> str:
    """A picture as WebP in a data address."""
    buffer = io.BytesIO()
    picture.save(buffer, "WEBP", quality=QUALITY, method=0)
    return "data:image/webp;base64," + base64.b64encode(buffer.getvalue()).decode()


def _key(*said: Any) -> str:
    return hashlib.blake2b(json.dumps(said, sort_keys=True, default=str).encode(), digest_size=8).hexdigest()


@lru_cache(maxsize=160)
def _cache_of(key: str) -> list[dict[str, Any]]:
    return []
