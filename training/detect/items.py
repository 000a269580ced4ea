"""The measured pictures and how they are split: fit (heads and network), calibrate (slopes, fusion, thresholds), test (nothing).

All three are whole sources: no head was fitted on any picture of a source that calibrates or tests.
"""

from dataclasses import dataclass
from pathlib import Path

from training.detect.fakes import TEST


@dataclass(frozen=True)
class Item:
    """One measured variant of a picture: label 1 is made by a machine; `group` is the original picture that it goes back to."""

    path: Path
    name: str
    label: int
    generator: str  # of real ones: "real"
    source: str
    kind: str
    part: str  # fit, calibrate, test
    group: str
    variant: int


def read(path: Path) -> Item:
    """An item from its file's name (see sources.masters and fakes.make)."""
    name, _, variant = path.stem.rpartition("__v")
    words = name.split("__")
    if len(words) == 5:  # real: source, split, kind, number, piece
        source, split, kind, number, _ = words
        label, generator, group = 0, "real", f"{source}-{number}"
    else:  # fake: generator, split, origin, number
        generator, split, origin, number = words
        label, kind = 1, "made"
        if origin == "none":
            source, group = "none", f"{generator}-{number}"
        else:
            source, _, rest = origin.partition(f"-{split}-")
            group = f"{source}-{rest.split('-')[1]}"
    held = split == "test" or generator in TEST
    part = "test" if held else "calibrate" if split == "calibrate" else "fit"
    return Item(path, name, label, generator, source, kind, part, group, int(variant))


def listed(folder: Path) -> list[Item]:
    """Every variant that is measured."""
    return [read(path) for path in sorted((folder / "variants").glob("*__v[0-9].npz"))]
