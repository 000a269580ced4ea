"""Learns today's generators: pictures by them against photographs, paintings and drawings of people, all in matched shapes and savings.

`collect` lays the pictures out as KIND/GROUP/* (what `measure/eval/wild.py` takes too), and `hold` those that only test ("fresh": read once, for one
choice of a head); `measure` keeps
`pipelines.detect.parts.native.measure` of a saved copy of each and goes on where it stopped; `report` scores every picture with a head that saw neither
its generator nor its source.

    python -m training.detect.wild collect --folder CACHE [--clones FOLDER]
    python -m training.detect.wild hold --folder CACHE [--clones FOLDER] [--split fresh]      # then measure.eval wild CACHE/held
    python -m training.detect.wild measure --folder CACHE [--minutes 10]
    python -m training.detect.wild report --folder CACHE [--land]

Made pictures: the galleries in galleries.json (`assets/weights/detect_wild.json` names all that the head was fitted on, with their commits).
People's: the packages of `training.detect.sources`, at their own size, and the galleries. Who states no licence is never trained on, only judged.
"""

from __future__ import annotations

import argparse
import hashlib
import io
import json
import re
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from training.detect.sources import SOURCES, archive_members
from training.packages import members

CUT_PX = 768  # of the made pictures, so of people's too
LEAST_PX = 320
MOST_OF_SOURCE, HELD_OF_SOURCE = 24, 8


GALLERIES = Path(__file__).with_name(
    "galleries.json"
)  # repositories and packages, each wholly of the split "train", "test" or "fresh"


@dataclass(frozen=True)
class Gallery:
    """Pictures of a repository at a commit, or of a package: `service` made them, or people did; `paths` or the pattern `wanted` names them."""

    name: str
    split: str
    source: str
    licence: str
    commit: str = ""
    service: str = ""
    paths: tuple[str, ...] = ()
    wanted: str = r"(?!)"
    unwanted: str = r"(?!)"
    most: int = 24
    box: tuple[int, int, int, int] | None = None  # of every picture, where the rest is a caption


def galleries(split: str) -> list[Gallery]:
    """All galleries of a split."""
    listed = [Gallery(**one | {"paths": tuple(one.get("paths", ()))}) for one in _read_list()["galleries"]]
    return [gallery for gallery in listed if gallery.split == split]


def _read_list() -> dict[str, Any]:
    return json.loads(GALLERIES.read_text("utf-8"))


@dataclass(frozen=True)
class Item:
    """A picture before it is copied: `group` is its generator or its source."""

    name: str
    group: str
    made: bool
    content: bytes


def peoples_pictures(folder: Path, split: str) -> Iterator[Item]:
    """Files of the packages that are in folder/packages, as they were published; the sources kept out stand in the split "test"."""
    kept_out = _read_list()["kept_out"]
    for source in SOURCES:
        here = source.package.startswith("studio:") or (folder / "packages" / _safe(source.package)).is_dir()
        if here and (source.name in kept_out) is (split == "test"):
            wanted = (
                (path, content)
                for path, content in archive_members(source.package, folder / "packages")
                if re.search(source.wanted, path) and not re.search(source.unwanted, path)
            )
            yield from _some(source.name, wanted)


def gallery_pictures(folder: Path, clones: Path | None, split: str) -> Iterator[Item]:
    """Pictures of the galleries of a split: of packages, and of the repositories that stand in clones/OWNER+NAME/repo."""
    for gallery in galleries(split):
        registry, rest = gallery.source.split(":", 1)
        place = (clones or folder) / rest.replace("/", "+") / "repo"
        if registry != "github":
            entries = members(gallery.source, folder / "packages")
        elif place.is_dir():
            entries = _in_clone(place, gallery)
        else:
            continue
        wanted = ((path, _cut_box(read(), gallery)) for path, read in entries if _is_wanted(path, gallery))
        for item in _some(gallery.name, wanted, gallery.most):
            yield Item(item.name, gallery.service or gallery.name, bool(gallery.service), item.content)


def _is_wanted(path: str, gallery: Gallery) -> bool:
    if gallery.paths:
        return path in gallery.paths
    return bool(re.search(gallery.wanted, path, re.I)) and not re.search(gallery.unwanted, path, re.I)


def _cut_box(content: bytes, gallery: Gallery) -> bytes:
    if gallery.box is None:
        return content
    held = io.BytesIO()
    Image.open(io.BytesIO(content)).convert("RGB").crop(gallery.box).save(held, "PNG")
    return held.getvalue()


def _safe(package: str) -> str:
    return re.sub(r"[^\w.]+", "_", package.split(":", 1)[1])


def _in_clone(place: Path, gallery: Gallery) -> Iterator[tuple[str, Callable[[], bytes]]]:
    git = ["git", "-C", str(place), "-c", "core.quotePath=false"]
    names = subprocess.run(
        [*git, "ls-tree", "-r", "--name-only", gallery.commit], check=True, capture_output=True, text=True
    )
    for name in names.stdout.splitlines():
        yield name, partial(_blob, git, f"{gallery.commit}:{name}")


def _blob(git: list[str], which: str) -> bytes:
    return subprocess.run([*git, "cat-file", "blob", which], check=True, capture_output=True).stdout


def _some(group: str, wanted: Iterator[tuple[str, bytes]], most: int = MOST_OF_SOURCE) -> Iterator[Item]:
    """At most so many pictures of a source that are large enough, chosen by chance; the same bytes once."""
    contents = list(dict.fromkeys(content for _, content in sorted(wanted, key=lambda one: one[0])))
    chance, kept = np.random.default_rng([5, *group.encode()]), 0
    for index in chance.permutation(len(contents)):
        try:
            with Image.open(io.BytesIO(contents[index])) as picture:
                size, alpha = picture.size, picture.has_transparency_data
        except (OSError, ValueError):
            continue
        if min(size) < LEAST_PX or alpha or max(size) > 4 * min(size):
            continue
        yield Item(f"{group}-{index:03d}", group, False, contents[index])
        kept += 1
        if kept == most:
            return


def base(item: Item, chance: np.random.Generator) -> Image.Image:
    """The cut that is copied: at most 768 by 768, saved once at JPEG 95. A made picture was cut so when it was collected."""
    picture = Image.open(io.BytesIO(item.content)).convert("RGB")
    return picture if item.made else cut_part(picture, chance)


def cut_part(picture: Image.Image, chance: np.random.Generator) -> Image.Image:
    """A part of a picture as it is or at a size of the web, at most 768 by 768, saved once at JPEG 95."""
    short, native = min(picture.size), chance.random() < 0.35
    if short > 1000 and not native:
        picture = _resize(picture, chance.uniform(640, 1400) / short)
    wide, high = min(CUT_PX, picture.width), min(CUT_PX, picture.height)
    left, top = (int(chance.integers(whole - part + 1)) for whole, part in zip(picture.size, (wide, high)))
    return _save(picture.crop((left, top, left + wide, top + high)), "JPEG", 95, 0)


def copy(picture: Image.Image, chance: np.random.Generator) -> Image.Image:
    """What the web does to a picture: a cut and a saving."""
    # neither class has a shape of its own, and no grid of an earlier saving stays where it was
    if chance.random() < 0.7:
        shares = chance.uniform(0.0, 0.3 if chance.random() < 0.5 else 0.05, 2)
        wide, high = (max(LEAST_PX, round(side * (1 - share))) for side, share in zip(picture.size, shares))
        wide, high = min(wide, picture.width), min(high, picture.height)
        left, top = (int(chance.integers(whole - part + 1)) for whole, part in zip(picture.size, (wide, high)))
        picture = picture.crop((left, top, left + wide, top + high))
    form = str(chance.choice(["JPEG", "JPEG", "WEBP", "none"]))
    if form == "none":
        return picture
    quality = int(chance.integers(75, 96))
    return _save(picture, form, quality, int(chance.choice([0, 2])))


def _resize(picture: Image.Image, scale: float) -> Image.Image:
    return picture.resize([max(1, round(side * scale)) for side in picture.size], Image.Resampling.LANCZOS)


def _save(picture: Image.Image, form: str, quality: int, subsampling: int) -> Image.Image:
    return Image.open(io.BytesIO(_bytes(picture, form, quality, subsampling))).convert("RGB")


def _bytes(picture: Image.Image, form: str, quality: int, subsampling: int) -> bytes:
    held = io.BytesIO()
    how = {"subsampling": subsampling} if form == "JPEG" else {}
    picture.save(held, form, quality=quality, **how)
    return held.getvalue()


def collect(folder: Path, clones: Path | None) -> None:
    """Lay out folder/pictures/ai/GENERATOR/* and folder/pictures/real/SOURCE/*, people's files as they are, made ones cut."""
    of_galleries = (_cut_item(item) for item in gallery_pictures(folder, clones, "train"))
    for item in (*peoples_pictures(folder, "train"), *of_galleries):
        _laid(folder / "pictures", item)


def _laid(folder: Path, item: Item) -> None:
    place = folder / ("ai" if item.made else "real") / item.group
    place.mkdir(parents=True, exist_ok=True)
    (place / item.name).write_bytes(item.content)


def _cut_item(item: Item) -> Item:
    """A gallery's made picture as a cut; people's pictures are cut when they are measured."""
    if not item.made:
        return item
    picture = Image.open(io.BytesIO(item.content)).convert("RGB")
    content = _bytes(cut_part(picture, np.random.default_rng(hash_of(item.name))), "JPEG", 95, 0)
    return Item(item.name, item.group, True, content)


def hold(folder: Path, clones: Path | None, split: str = "test") -> None:
    """Lay out folder/held/ai/SERVICE/* and folder/held/real/SOURCE/*, which are never fitted on, for `measure.eval.wild`: sized, shaped and saved alike."""
    items = (*gallery_pictures(folder, clones, split), *peoples_pictures(folder, split))
    count: dict[str, int] = {}
    for item in sorted(items, key=lambda item: hash_of(f"{item.name}.jpg")):
        count[item.group] = count.get(item.group, 0) + 1
        if not item.made and count[item.group] > HELD_OF_SOURCE:
            continue
        chance = np.random.default_rng(hash_of(item.name))
        picture = publish_picture(Image.open(io.BytesIO(item.content)).convert("RGB"), chance)
        content = _bytes(picture, "JPEG", int(chance.integers(75, 96)), 2)
        _laid(folder / "held", Item(f"{item.name}.jpg", item.group, item.made, content))


def publish_picture(picture: Image.Image, chance: np.random.Generator) -> Image.Image:
    """A picture in one of the shapes and sizes of the web, drawn the same for both sides; nothing is enlarged."""
    shape = float(chance.choice([1.0, 4 / 3, 3 / 4, 3 / 2, 2 / 3, 16 / 9]))
    wide, high = min(picture.width, round(picture.height * shape)), min(picture.height, round(picture.width / shape))
    left, top = (int(chance.integers(whole - part + 1)) for whole, part in zip(picture.size, (wide, high)))
    picture = picture.crop((left, top, left + wide, top + high))
    short = chance.uniform(300, 500) if chance.random() < 0.3 else chance.uniform(500, 1200)
    return _resize(picture, short / min(picture.size)) if min(picture.size) > short else picture


def read_collection(folder: Path) -> list[Item]:
    """What `collect` laid out, in an order in which every beginning is a fair part of the whole."""
    paths = sorted((folder / "pictures").glob("*/*/*"), key=lambda path: hash_of(path.name))
    return [Item(path.name, path.parent.name, path.parts[-3] == "ai", path.read_bytes()) for path in paths]


def measure(folder: Path, minutes: float) -> None:
    """Measure what is missing; stops after so many minutes and goes on when called again. Raises MissingModel."""
    (folder / "measured").mkdir(parents=True, exist_ok=True)
    # no head is fitted on doubles of tested pictures, nor on what was not measured when the head was chosen
    passed, began = set(_read_list()["passed_over"]), time.monotonic()
    for item in read_collection(folder):
        path = folder / "measured" / f"{'ai' if item.made else 'real'}__{item.group}__{item.name}.npz"
        if path.exists() or item.name in passed:
            continue
        if time.monotonic() - began > 60 * minutes:
            print(len(list(path.parent.iterdir())), "measured so far", flush=True)
            return
        _measure_one(item, path)
    print("all measured", flush=True)


def _measure_one(item: Item, path: Path) -> None:
    from pipelines.detect.parts import native

    chance = np.random.default_rng([0, hash_of(item.name)])
    try:
        features = native.measure(copy(base(item, np.random.default_rng(hash_of(item.name))), chance))
    except (OSError, ValueError) as problem:
        print(item.name, problem, flush=True)
        return
    held = io.BytesIO()
    np.savez(held, whole=features.whole.astype(np.float16), cuts=features.cuts.astype(np.float16))
    path.write_bytes(held.getvalue())


def hash_of(name: str) -> int:
    """A number that stands for a name in every process."""
    return int.from_bytes(hashlib.sha256(name.encode()).digest()[:6], "big")


def main() -> None:
    """Read the command line and run one step."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("step", choices=("collect", "hold", "measure", "report"))
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--clones", type=Path)
    parser.add_argument("--split", choices=("test", "fresh"), default="test", help="the pictures to hold")
    parser.add_argument("--minutes", type=float, default=1e9)
    parser.add_argument("--land", action="store_true")
    asked = parser.parse_args()
    if asked.step == "collect":
        collect(asked.folder, asked.clones)
    elif asked.step == "hold":
        hold(asked.folder, asked.clones, asked.split)
    elif asked.step == "measure":
        measure(asked.folder, asked.minutes)
    else:
        from training.detect.wild_head import report

        report(asked.folder, land=asked.land)


if __name__ == "__main__":
    main()
