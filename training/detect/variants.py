"""Every picture saved anew in some formats and sizes, and what CLIP sees of each: kept, resumable, in any number of processes.

python -m training.detect.variants --folder F --part 0 --parts 2
"""

import argparse
import io
import zlib
from pathlib import Path

import numpy as np
from PIL import Image

from pipelines.detect.parts import canonical, clip
from training.detect.items import read

SIZES = (1.0, 0.75, 0.5)
LEAST_SIDE = 256
COPIES = {"fit": 3, "calibrate": 1, "test": 1}  # saved copies of each picture
FITTED_PX = 1536  # most of the short side at which copies to fit on are saved again and cut; what is judged is made small before
CROPPED = 0.04  # of each side, in the third re-encoding
CORNER, OTHER_CORNER = (0.05, 0.05, 0.0, 0.0), (0.0, 0.0, 0.05, 0.05)
# of each re-encoding of a picture, how it is seen: hard saved, since what a file did to a picture is then lost in what the view does to it, and each with
# another grid, so that what is left differs; the very first is the studio's own
VIEWS = (
    (
        clip.AugmentedView(40),
        clip.AugmentedView(30, True),
        clip.AugmentedView(45, False, CORNER),
        clip.AugmentedView(35, True, (0.06,) * 4),
    ),
    (
        clip.AugmentedView(35, False, OTHER_CORNER),
        clip.AugmentedView(40, True),
        clip.AugmentedView(30, False, (0.03,) * 4),
        clip.AugmentedView(50, True, CORNER),
    ),
    (
        clip.AugmentedView(35),
        clip.AugmentedView(45, True, OTHER_CORNER),
        clip.AugmentedView(40, False, CORNER),
        clip.AugmentedView(30, True, (0.03,) * 4),
    ),
)
ALL_VIEWS = [(form, view) for form, views in enumerate(VIEWS) for view in range(len(views))]


def saved(picture: Image.Image, scale: float, form: str, quality: int) -> Image.Image:
    """The picture at a scale, through a file format."""
    if scale != 1:
        size = [max(8, round(n * scale)) for n in picture.size]
        picture = picture.resize(size, Image.Resampling.LANCZOS)
    if form == "PNG":
        return picture
    held = io.BytesIO()
    picture.save(held, form, quality=quality)
    return Image.open(held).convert("RGB")


def chance_chain(name: str, variant: int) -> tuple[float, str, int]:
    """Scale, format and quality of an item's variant; always the same."""
    rng = np.random.default_rng([zlib.crc32(name.encode()), variant])
    form = ("PNG", "JPEG", "WEBP")[rng.integers(3)]
    return float(rng.choice(SIZES)), form, int(rng.integers(50, 96))


def fitted_views(name: str) -> list[tuple[int, int]]:
    """The views, of two re-encodings, that all copies of a picture to fit on are seen in; always the same."""
    chance = zlib.crc32(name.encode()) // 13
    forms = [form for form in range(len(VIEWS)) if form != chance % len(VIEWS)]
    return [(form, chance // (3 + 4 * place) % len(VIEWS[form])) for place, form in enumerate(forms)]


def re_encodings(picture: Image.Image, short_px: int = canonical.SHORT_PX) -> tuple[Image.Image, ...]:
    """The picture, saved again at JPEG 75, and a little cropped.

    All at the size that is scored, so that the second saving and the cut do the same to a large copy and a small one; at a larger `short_px` they do not.
    """
    whole = canonical.shrunk(canonical.middle(picture), short_px)
    x, y = round(whole.width * CROPPED), round(whole.height * CROPPED)
    cropped = whole.crop((x, y, whole.width - x, whole.height - y))
    return whole, canonical.decoded(canonical.encoded(whole, 75, subsampled=True)), cropped


def measured(
    picture: Image.Image, views: list[tuple[int, int]], *, short_px: int = canonical.SHORT_PX
) -> dict[str, np.ndarray]:
    """What CLIP sees of one picture in some views (re-encoding, view of it); the re-encodings are kept as JPEG, made at `short_px`."""
    forms = re_encodings(picture, short_px)
    kept = {
        form: canonical.encoded(canonical.shrunk(canonical.middle(forms[form])), canonical.QUALITY)
        for form in dict.fromkeys(form for form, _ in views)
    }
    pixels = {form: np.asarray(canonical.decoded(jpeg_of)) for form, jpeg_of in kept.items()}
    found = {f"canonical{form}": np.frombuffer(jpeg_of, np.uint8) for form, jpeg_of in kept.items()}
    seen = [clip.pooled(*clip.features(clip.seen(pixels[form], VIEWS[form][view]))) for form, view in views]
    return found | {"clip": np.stack(seen).astype(np.float16)}


def items(folder: Path) -> list[Path]:
    """All masters and fakes, in an order in which any beginning of the list is a fair sample."""
    real, fake = sorted((folder / "real").glob("*.png")), sorted((folder / "fake").glob("*.png"))
    return sorted(real + fake, key=lambda path: zlib.crc32(path.stem.encode()))


def pending(folder: Path, part: int, parts: int) -> list[tuple[Path, int, Path]]:
    """What this part has not measured yet: the first copy of everything before the second of anything."""
    mine = [path for path in items(folder) if zlib.crc32(path.stem.encode()) // 7 % parts == part]
    wanted = []
    for path in mine:
        target = folder / "variants" / f"{path.stem}__v0.npz"
        wanted += [(path, v, target.with_name(f"{path.stem}__v{v}.npz")) for v in range(COPIES[read(target).part])]
    return sorted((entry for entry in wanted if not entry[2].exists()), key=lambda entry: entry[1])


def one(path: Path, variant: int, part: str) -> dict[str, np.ndarray]:
    """The measurements of one saved copy. What is fitted on gives two views, the same of all copies, so that these part by their files alone, and is
    saved again and cut at its own size, by which they part in more ways; what is judged gives all views, as the studio takes them."""
    master = Image.open(path).convert("RGB")
    scale, form, quality = chance_chain(path.stem, variant)
    scale = min(1.0, max(scale, LEAST_SIDE / min(master.size)))
    picture = saved(master, scale, form, quality)
    if part == "fit":
        return measured(picture, fitted_views(path.stem), short_px=FITTED_PX)
    return measured(picture, ALL_VIEWS)


def run(folder: Path, part: int, parts: int) -> None:
    """Measure until nothing is pending; pictures that are made meanwhile are taken in."""
    (folder / "variants").mkdir(exist_ok=True)
    while todo := pending(folder, part, parts):
        for path, variant, target in todo[:40]:
            try:
                found = one(path, variant, read(target).part)
            except OSError:  # it is being written
                continue
            partial = target.with_name(f"partial-{part}.npz")
            np.savez(partial, **found)
            partial.replace(target)


def main() -> None:
    """Read the command line and measure the variants of one part."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--part", type=int, default=0)
    parser.add_argument("--parts", type=int, default=1)
    chosen = parser.parse_args()
    run(chosen.folder, chosen.part, chosen.parts)


if __name__ == "__main__":
    main()
