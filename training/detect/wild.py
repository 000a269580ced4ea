"""Learns today's generators: pictures by them against photographs, paintings and drawings of people, all in matched shapes and savings.

`collect` lays the pictures out as KIND/GROUP/* (what `measure/eval/wild.py` takes too); `measure` keeps `pipelines.detect.parts.native.measure` of two saved
copies of each and goes on where it stopped; `report` scores every picture with a head that saw neither its generator nor its source.

    python -m training.detect.wild collect --folder CACHE --made FOLDER [--clones FOLDER]   # made: GENERATOR_name.jpg
    python -m training.detect.wild measure --folder CACHE [--minutes 10]
    python -m training.detect.wild report --folder CACHE [--land]

Made pictures: public repositories under clear licences (`assets/weights/detect_wild.json` names them with their commits). People's: the packages of
`training.detect.sources`, at their own size, and the clones in REPOSITORIES.
"""

from __future__ import annotations

import argparse
import hashlib
import io
import json
import re
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image

from training.detect.sources import SOURCES, archive_members

CUT_PX = 768  # of the made pictures, so of people's too
LEAST_PX = 320
MOST_OF_SOURCE, MOST_OF_GENERATOR = 24, 110
COPIES = 2


@dataclass(frozen=True)
class Repository:
    """Photographs of a public repository: its clone is read with git, never checked out."""

    name: str
    address: str
    commit: str
    licence: str
    wanted: str


REPOSITORIES = (
    Repository("brighton", "pierotofy/drone_dataset_brighton_beach", "9506a9bf09c9678b7d0b80b014af5b606c8a7255", "BSD-2-Clause", r"\.JPG$"),
    Repository("mdn", "mdn/learning-area", "ca1ff0bd06e12b96a6742ffdf040bb22966e5a5e", "CC0-1.0", r"(urban-bear|wild-bear|red-panda|elva-(fairy-)?original|blueberries|larch|blue-whale|favorite-1|flowers|pic[1-5]|carrotcoriander|tomato)\.jpg$"),
)  # fmt: skip


@dataclass(frozen=True)
class Item:
    """A picture before it is copied: `group` is its generator or its source."""

    name: str
    group: str
    made: bool
    content: bytes


def made_pictures(folder: Path) -> Iterator[Item]:
    """GENERATOR_name.jpg, at most MOST_OF_GENERATOR of each, chosen by name."""
    count: dict[str, int] = {}
    for path in sorted(folder.glob("*.jpg")):
        generator = path.stem.rsplit("_", 1)[0]
        count[generator] = count.get(generator, 0) + 1
        if count[generator] <= MOST_OF_GENERATOR:
            yield Item(path.stem, generator, True, path.read_bytes())


def peoples_pictures(folder: Path, clones: Path | None) -> Iterator[Item]:
    """Files of the packages that are in folder/packages, and of the clones, as they were published."""
    for source in SOURCES:
        if source.package.startswith("studio:") or (folder / "packages" / _safe(source.package)).is_dir():
            wanted = (
                (path, content)
                for path, content in archive_members(source.package, folder / "packages")
                if re.search(source.wanted, path) and not re.search(source.unwanted, path)
            )
            yield from _some(f"{source.name}", wanted)
    for one in REPOSITORIES if clones else ():
        assert clones is not None
        place = clones / one.address.replace("/", "+") / "repo"
        if place.is_dir():
            yield from _some(one.name, _in_clone(place, one))


def _safe(package: str) -> str:
    return re.sub(r"[^\w.]+", "_", package.split(":", 1)[1])


def _in_clone(place: Path, one: Repository) -> Iterator[tuple[str, bytes]]:
    git = ["git", "-C", str(place)]
    commit = one.commit or "HEAD"
    names = subprocess.run([*git, "ls-tree", "-r", "--name-only", commit], check=True, capture_output=True, text=True)
    for name in names.stdout.splitlines():
        if re.search(one.wanted, name):
            found = subprocess.run([*git, "cat-file", "blob", f"{commit}:{name}"], capture_output=True)
            if not found.returncode:
                yield name, found.stdout


def _some(group: str, wanted: Iterator[tuple[str, bytes]]) -> Iterator[Item]:
    """At most MOST_OF_SOURCE pictures of a source that are large enough, chosen by chance; the same bytes once."""
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
        if kept == MOST_OF_SOURCE:
            return


def base(item: Item, chance: np.random.Generator) -> Image.Image:
    """The cut that is copied: at most 768 by 768, saved once at JPEG 95, as every made picture was."""
    picture = Image.open(io.BytesIO(item.content)).convert("RGB")
    if item.made:
        return picture
    short, native = min(picture.size), chance.random() < 0.35
    if short > 1000 and not native:
        picture = _resized(picture, chance.uniform(640, 1400) / short)
    wide, high = min(CUT_PX, picture.width), min(CUT_PX, picture.height)
    left, top = (int(chance.integers(whole - part + 1)) for whole, part in zip(picture.size, (wide, high)))
    return _saved(picture.crop((left, top, left + wide, top + high)), "JPEG", 95, 0)


def copy(picture: Image.Image, number: int, chance: np.random.Generator) -> Image.Image:
    """What the web does to a picture: number 0 mildly (a cut, a saving), number 1 hard (another size, one or two savings)."""
    if (
        chance.random() < 0.7
    ):  # neither class has a shape of its own, and no grid of an earlier saving stays where it was
        shares = chance.uniform(0.0, 0.3 if chance.random() < 0.5 else 0.05, 2)
        wide, high = (max(LEAST_PX, round(side * (1 - share))) for side, share in zip(picture.size, shares))
        wide, high = min(wide, picture.width), min(high, picture.height)
        left, top = (int(chance.integers(whole - part + 1)) for whole, part in zip(picture.size, (wide, high)))
        picture = picture.crop((left, top, left + wide, top + high))
    if number and chance.random() < 0.6:
        least = max(0.5, 300 / min(picture.size))
        picture = _resized(picture, chance.uniform(least, 1.0)) if least < 1 else picture
    for _ in range(1 + (number and chance.random() < 0.4)):
        form = str(chance.choice(["JPEG", "JPEG", "WEBP", "none"]))
        if form != "none":
            quality = int(chance.integers(50 if number else 75, 96))
            picture = _saved(picture, form, quality, int(chance.choice([0, 2])))
    return picture


def _resized(picture: Image.Image, scale: float) -> Image.Image:
    return picture.resize([max(1, round(side * scale)) for side in picture.size], Image.Resampling.LANCZOS)


def _saved(picture: Image.Image, form: str, quality: int, subsampling: int) -> Image.Image:
    held = io.BytesIO()
    how = {"subsampling": subsampling} if form == "JPEG" else {}
    picture.save(held, form, quality=quality, **how)
    return Image.open(held).convert("RGB")


def collect(folder: Path, made: Path, clones: Path | None) -> None:
    """Lay out folder/pictures/ai/GENERATOR/* and folder/pictures/real/SOURCE/*, the files' bytes as they are.

    Where the made pictures come from is taken out of made/pictures.json (generator, repository, commit, licence of each), for the head's facts.
    """
    for item in (*made_pictures(made), *peoples_pictures(folder, clones)):
        place = folder / "pictures" / ("ai" if item.made else "real") / item.group
        place.mkdir(parents=True, exist_ok=True)
        (place / item.name).write_bytes(item.content)
    listed = json.loads((made / "pictures.json").read_text()) if (made / "pictures.json").is_file() else []
    names = ("generator", "repository", "commit", "licence")
    origins = dict.fromkeys(tuple(one[name] for name in names) for one in listed)
    (folder / "made_from.json").write_text(json.dumps([dict(zip(names, one)) for one in origins], indent=1))


def collected(folder: Path) -> list[Item]:
    """What `collect` laid out, in an order in which every beginning is a fair part of the whole."""
    paths = sorted((folder / "pictures").glob("*/*/*"), key=lambda path: hash_of(path.name))
    return [Item(path.name, path.parent.name, path.parts[-3] == "ai", path.read_bytes()) for path in paths]


def measure(folder: Path, minutes: float) -> None:
    """Measure what is missing, copy 0 of all pictures first; stops after so many minutes and goes on when called again. Raises MissingModel."""
    (folder / "measured").mkdir(parents=True, exist_ok=True)
    items, began = collected(folder), time.monotonic()
    for number in range(COPIES):
        for item in items:
            path = folder / "measured" / f"{'ai' if item.made else 'real'}__{item.group}__{item.name}__{number}.npz"
            if path.exists():
                continue
            if time.monotonic() - began > 60 * minutes:
                print(len(list(path.parent.iterdir())), "measured so far", flush=True)
                return
            _measure_one(item, number, path)
    print("all measured", flush=True)


def _measure_one(item: Item, number: int, path: Path) -> None:
    from pipelines.detect.parts import native

    chance = np.random.default_rng([number, hash_of(item.name)])
    try:
        found = native.measure(copy(base(item, np.random.default_rng(hash_of(item.name))), number, chance))
    except (OSError, ValueError) as problem:
        print(item.name, problem, flush=True)
        return
    held = io.BytesIO()
    np.savez(held, whole=found.whole.astype(np.float16), cuts=found.cuts.astype(np.float16))
    path.write_bytes(held.getvalue())


def hash_of(name: str) -> int:
    """A number that stands for a name in every process."""
    return int.from_bytes(hashlib.sha256(name.encode()).digest()[:6], "big")


def main() -> None:
    """Read the command line and run one step."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("step", choices=("collect", "measure", "report"))
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--made", type=Path)
    parser.add_argument("--clones", type=Path)
    parser.add_argument("--minutes", type=float, default=1e9)
    parser.add_argument("--land", action="store_true")
    asked = parser.parse_args()
    if asked.step == "collect":
        if asked.made is None:
            parser.error("collect needs --made, a folder of GENERATOR_name.jpg")
        collect(asked.folder, asked.made, asked.clones)
    elif asked.step == "measure":
        measure(asked.folder, asked.minutes)
    else:
        from training.detect.wild_head import report

        report(asked.folder, land=asked.land)


if __name__ == "__main__":
    main()
