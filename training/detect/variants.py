"""Every picture saved anew in some formats and sizes, and what the detector's signals measure on each: kept, resumable, in any number of processes.

python -m training.detect.variants --folder F --part 0 --parts 2
"""

import argparse
import io
import zlib
from pathlib import Path

import numpy as np
from PIL import Image, ImageFilter

from pipelines.detect.parts import canonical, clip, copies, jpeg, noise, spectrum
from pipelines.detect.parts.picture import SPECTRAL
from training.detect.items import read

SIZES = (1.0, 0.75, 0.5)
LEAST_SIDE = 256
COPIES = {"fit": 3, "calibrate": 1, "test": 1}  # saved copies of each picture
FITTED_PX = 1536  # most of the short side at which copies to fit on are saved again and cut; what is judged is made small before
ALL_VIEWS = [(form, view) for form, views in enumerate(clip.VIEWS) for view in range(len(views))]


def saved(picture: Image.Image, scale: float, form: str, quality: int) -> tuple[Image.Image, bytes | None]:
    """The picture at a scale, through a file format; the file's bytes where it is a JPEG."""
    if scale != 1:
        size = [max(8, round(n * scale)) for n in picture.size]
        picture = picture.resize(size, Image.Resampling.LANCZOS)
    if form == "PNG":
        return picture, None
    held = io.BytesIO()
    picture.save(held, form, quality=quality)
    content = held.getvalue()
    return Image.open(io.BytesIO(content)).convert("RGB"), content if form == "JPEG" else None


def chance_chain(name: str, variant: int) -> tuple[float, str, int]:
    """Scale, format and quality of an item's variant; always the same."""
    rng = np.random.default_rng([zlib.crc32(name.encode()), variant])
    form = ("PNG", "JPEG", "WEBP")[rng.integers(3)]
    return float(rng.choice(SIZES)), form, int(rng.integers(50, 96))


def fitted_views(name: str) -> list[tuple[int, int]]:
    """The views, of two re-encodings, that all copies of a picture to fit on are seen in; always the same."""
    chance = zlib.crc32(name.encode()) // 13
    forms = [form for form in range(len(clip.VIEWS)) if form != chance % len(clip.VIEWS)]
    return [(form, chance // (3 + 4 * place) % len(clip.VIEWS[form])) for place, form in enumerate(forms)]


def disturbed(picture: Image.Image, how: str) -> Image.Image:
    """One of the disturbances that robustness is measured with: jpeg50, size0.34, blur1, noise8."""
    kind, amount = how.rstrip("0123456789."), float(how.lstrip("abcdefghijklmnopqrstuvwxyz") or 0)
    if kind == "jpeg":
        return saved(picture, 1, "JPEG", int(amount))[0]
    if kind == "size":
        return saved(picture, amount, "PNG", 0)[0]
    if kind == "blur":
        return picture.filter(ImageFilter.GaussianBlur(amount))
    rng = np.random.default_rng(0)
    pixels = np.asarray(picture, np.float32)
    return Image.fromarray((pixels + rng.normal(0, amount, pixels.shape)).clip(0, 255).astype(np.uint8))


def measured(
    picture: Image.Image,
    content: bytes | None,
    views: list[tuple[int, int]],
    *,
    short_px: int = canonical.SHORT_PX,
    slow: bool,
) -> dict[str, np.ndarray]:
    """What the signals measure of one picture: the look on some views (re-encoding, view of it), the others on their re-encodings, which are kept as
    JPEG; as the studio does where these are made at its size, `short_px`."""
    forms = canonical.variants(picture, short_px)
    wanted = dict.fromkeys(form for form, _ in views)
    kept = {
        form: canonical.encoded(canonical.shrunk(canonical.middle(forms[form])), canonical.QUALITY) for form in wanted
    }
    pixels = {form: np.asarray(canonical.decoded(jpeg_of)) for form, jpeg_of in kept.items()}
    found = {f"canonical{form}": np.frombuffer(jpeg_of, np.uint8) for form, jpeg_of in kept.items()}
    seen = [clip.pooled(*clip.features(clip.seen(pixels[form], clip.VIEWS[form][view]))) for form, view in views]
    found["clip"] = np.stack(seen).astype(np.float16)
    rings = [
        spectrum.measure(each)
        for form, each in pixels.items()
        if form in SPECTRAL and min(each.shape[:2]) >= spectrum.SQUARE_PX
    ]
    if rings:
        found["spectrum"] = np.stack(rings)
    native = np.asarray(picture)
    if slow:
        if (grain := noise.measure(native)) is not None:
            found["noise"] = grain[0]
        if (ghost := jpeg.ghosts(native)) is not None:
            found["ghosts"] = np.array([ghost.contrast, ghost.share, ghost.quality])
        if (same := copies.measure(native)) is not None:
            found["copies"] = np.array([len(same.pairs), same.points])
    if (table := jpeg.quantisation(content)) is not None:
        found["quantisation"] = np.array([table.quality, table.beat])
    return found


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
    picture, content = saved(master, scale, form, quality)
    if part == "fit":
        return measured(picture, content, fitted_views(path.stem), short_px=FITTED_PX, slow=False)
    return measured(picture, content, ALL_VIEWS, slow=zlib.crc32(path.stem.encode()) % 3 == 0)


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
