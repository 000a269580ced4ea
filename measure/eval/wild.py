"""Detect on files that nobody of the project made: `make eval-wild FOLDER=F`, where F holds KIND/GROUP/* with KIND `ai` or `real`.

Pictures, films and sounds may lie side by side; each kind of file gets tables of its own. A GROUP is a generator, or a source of recorded files; intervals
come from drawing whole groups, since files of one group are alike. For every file three things are told apart: what the file says of itself (signatures,
marks, metadata), what its looks alone would say, and the fused score behind that. Pictures are also judged after JPEG 70, WebP 70, at half their size and
as a screenshot. Results are kept in a file beside the folder (`--keep`), so that a long run goes on where it stopped.

    python -m measure.eval wild FOLDER [--keep FILE.json] [--changes none,jpeg70,webp70,half,screenshot] [--most 0] [--out FILE.md] [--quick]

With --quick only the signal that decides is measured, on pictures: the same verdicts by looks, and nothing that a file says of itself.
"""

from __future__ import annotations

import argparse
import io
import json
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from training.detect.fit import auc, bound

CHANGES = ("none", "jpeg70", "webp70", "half", "screenshot")
CLEARED = (
    "no AI evidence found",
    "authentic",
    "real",
    "signed capture",
    "made by code (signed)",
)  # no file may be called so by its looks
FALSE_SHARES = (0.01, 0.03)
SIZES = ((512, "under 512"), (1024, "512 to 1023"), (2048, "1024 to 2047"), (10**9, "2048 and more"))
ENDINGS = {
    "image": (".png", ".jpg", ".jpeg", ".webp", ".avif", ".gif", ".tif", ".tiff"),
    "video": (".mp4", ".mov", ".webm", ".avi", ".mkv"),
    "sound": (".wav", ".mp3", ".flac", ".ogg", ".m4a"),
}


@dataclass(frozen=True)
class Seen:
    """One file under one change: its truth and group, the score behind its looks (None: not measurable), the verdict by looks, and the whole verdict."""

    path: str
    made: bool
    group: str
    kind: str
    change: str
    score: float | None
    looks: str
    verdict: str
    gates_open: bool
    width: int = 0
    height: int = 0


def files(folder: Path) -> Iterator[tuple[Path, bool, str, str]]:
    """Every file as (path, made, group, kind of file). Raises ValueError when the folder is not laid out as KIND/GROUP/*."""
    kinds = [place for place in sorted(folder.iterdir()) if place.is_dir()]
    if {place.name for place in kinds} != {"ai", "real"}:
        raise ValueError(f"{folder} must hold the folders ai and real, and nothing else that is a folder.")
    by_ending = {ending: kind for kind, endings in ENDINGS.items() for ending in endings}
    for place in kinds:
        for path in sorted(place.glob("*/*")):
            kind = by_ending.get(path.suffix.lower()) or _by_content(path)
            if kind:
                yield path, place.name == "ai", path.parent.name, kind


def _by_content(path: Path) -> str | None:
    """The kind "image" for a picture without an ending, else None."""
    if path.suffix or not path.is_file():
        return None
    try:
        with Image.open(path):
            return "image"
    except (OSError, ValueError):
        return None


def changed(picture: Image.Image, change: str) -> tuple[bytes, str]:
    """A picture after a change, as a file's bytes and ending."""
    file, picture = io.BytesIO(), picture.convert("RGB")
    if change == "half":
        picture = picture.resize([max(1, side // 2) for side in picture.size], Image.Resampling.LANCZOS)
    if change == "screenshot":  # shown on a screen 1280 pixels wide with a page around it, and kept as PNG
        scale = min(1.0, 1280 / picture.width, 900 / picture.height)
        picture = picture.resize([max(1, round(side * scale)) for side in picture.size], Image.Resampling.BILINEAR)
        page = Image.new("RGB", (picture.width + 64, picture.height + 96), (250, 250, 250))
        page.paste(picture, (32, 64))
        picture = page
    if change == "webp70":
        picture.save(file, "WEBP", quality=70)
        return file.getvalue(), ".webp"
    if change == "jpeg70":
        picture.save(file, "JPEG", quality=70)
        return file.getvalue(), ".jpg"
    picture.save(file, "PNG")
    return file.getvalue(), ".png"


def judged(path: Path, kind: str) -> dict[str, Any]:
    """Score, verdict by looks, whole verdict, open gates and size of one file. Raises Refusal and MissingModel."""
    from pipelines.core.progress import silent
    from pipelines.detect.examine import look
    from pipelines.detect.parts.fusion import fuse
    from pipelines.detect.provenance import gather, opened, weigh
    from pipelines.media import Media

    file = Media(path, kind, path.name, _witness())
    held = opened(file)
    examined = look(file, held, silent)
    alone = fuse(kind, examined)
    whole = fuse(kind, examined, weigh(gather(file, held)))
    size = held.picture.size if held.picture is not None else (0, 0)
    return {
        "score": alone.score,
        "looks": alone.verdict,
        "verdict": whole.verdict,
        "gates_open": all(gate.passed for gate in examined.gates),
        "width": size[0],
        "height": size[1],
    }


def decided(path: Path, kind: str) -> dict[str, Any]:
    """What `judged` says of the looks of a picture, by the signal that decides alone. Raises Refusal for other files, and MissingModel."""
    from pipelines.core.settings import Refusal
    from pipelines.detect.parts import wild_head
    from pipelines.detect.parts.fusion import fuse
    from pipelines.detect.parts.signals import Examined
    from pipelines.media import as_seen

    if kind != "image":
        raise Refusal("Only pictures are judged with --quick.")
    with Image.open(path) as opened:
        picture = as_seen(opened).convert("RGB")
    signal, gates = wild_head.judged(picture)
    alone = fuse(kind, Examined((signal,), gates))
    return {
        "score": alone.score,
        "looks": alone.verdict,
        "verdict": alone.verdict,
        "gates_open": all(gate.passed for gate in gates),
        "width": picture.width,
        "height": picture.height,
    }


@lru_cache(maxsize=1)
def _witness() -> Any:
    """A studio that is new and knows nothing but the lists of signers that come with it."""
    from studio.provenance.lookup import StudioWitness

    return StudioWitness(Path(tempfile.mkdtemp(prefix="wild-studio-")), "wild")


def run(
    folder: Path,
    keep: Path | None,
    changes: Sequence[str],
    most: int = 0,
    judge: Callable[[Path, str], dict[str, Any]] = judged,
) -> list[Seen]:
    """Judge every file (at most `most` of a group) under every change; what `keep` holds already is not judged again."""
    from pipelines.core.settings import Refusal

    kept: dict[str, dict[str, Any]] = json.loads(keep.read_text()) if keep and keep.exists() else {}
    records: list[Seen] = []
    count: dict[tuple[bool, str, str], int] = {}
    for path, by_ai, group, kind in files(folder):
        count[by_ai, group, kind] = count.get((by_ai, group, kind), 0) + 1
        if most and count[by_ai, group, kind] > most:
            continue
        for change in changes if kind == "image" else ("none",):
            name = f"{path.relative_to(folder)}|{change}"
            if name not in kept:
                try:
                    kept[name] = _one(path, kind, change, judge)
                except (Refusal, OSError, ValueError) as problem:
                    kept[name] = {"refused": str(problem)}
                if keep:
                    keep.write_text(json.dumps(kept))
            if "refused" in kept[name]:
                print(f"{path}: {kept[name]['refused']}", file=sys.stderr)
                continue
            records.append(Seen(str(path.relative_to(folder)), by_ai, group, kind, change, **kept[name]))
    return records


def _one(path: Path, kind: str, change: str, judge: Callable[[Path, str], dict[str, Any]]) -> dict[str, Any]:
    if change == "none":
        return judge(path, kind)
    with Image.open(path) as picture, tempfile.TemporaryDirectory() as place:
        size, (content, ending) = picture.size, changed(picture, change)
        copy = Path(place) / f"copy{ending}"
        copy.write_bytes(content)
        return judge(copy, kind) | {"width": size[0], "height": size[1]}  # the tables by size go by the file as it came


# figures


def interval(seen: Sequence[Seen], draws: int = 2000) -> tuple[float, float, float]:
    """AUC and its 95 % interval; whole groups are drawn, generators and sources each among themselves. NaN where a class is missing."""
    rows = [record for record in seen if record.score is not None]
    score, label = np.array([record.score for record in rows]), np.array([int(record.made) for record in rows])
    if not 0 < label.sum() < len(label):
        return (float("nan"),) * 3
    groups = [
        [np.flatnonzero([record.group == name and record.made == made for record in rows]) for name in names]
        for made in (True, False)
        for names in [sorted({record.group for record in rows if record.made == made})]
    ]
    rng, drawn = np.random.default_rng(0), []
    for _ in range(draws):
        picked = np.concatenate([side[i] for side in groups for i in rng.integers(len(side), size=len(side))])
        drawn.append(auc(score[picked], label[picked]))
    low, high = np.quantile(drawn, [0.025, 0.975])
    return auc(score, label), float(low), float(high)


def found_at(seen: Sequence[Seen], false: float) -> float:
    """The share of made files above the score that at most `false` of the recorded ones are above; what has no score is not found."""
    real = np.array([-1.0 if one.score is None else one.score for one in seen if not one.made])
    made = np.array([-1.0 if one.score is None else one.score for one in seen if one.made])
    if not len(real) or not len(made):
        return float("nan")
    allowed = int(false * len(real))
    return float((made > np.sort(real)[::-1][allowed]).mean())


def accused(seen: Sequence[Seen]) -> tuple[int, int]:
    """How many recorded files their looks alone would call AI, and of how many."""
    real = [one for one in seen if not one.made]
    return sum(one.looks == "likely AI" for one in real), len(real)


def cleared(seen: Sequence[Seen]) -> int:
    """How many files are cleared by their looks. Must be 0."""
    return sum(one.looks in CLEARED for one in seen)


def row(name: str, seen: Sequence[Seen]) -> str:
    """One line of a table."""
    middle, low, high = interval(seen)
    by_ai, real = [one for one in seen if one.made], [one for one in seen if not one.made]
    wrong, of = accused(seen)
    called = sum(one.looks == "likely AI" for one in by_ai)
    disclosed = sum(one.verdict not in ("cannot tell", "likely AI") for one in by_ai)
    auc_told = "" if np.isnan(middle) else f"{middle:.3f} ({low:.3f} to {high:.3f})"
    shares = ["" if np.isnan(share := found_at(seen, false)) else f"{share:.0%}" for false in FALSE_SHARES]
    called_told = f"{called} of {len(by_ai)}" if by_ai else ""
    wrong_told = f"{wrong} of {of}, bound {bound(wrong, of):.1%}" if real else ""
    said = f"{disclosed} of {len(by_ai)}" if by_ai else ""
    return f"| {name} | {len(by_ai)} | {len(real)} | {auc_told} | {' | '.join(shares)} | {called_told} | {wrong_told} | {said} | {cleared(seen)} |"


def says_nothing(one: Seen) -> bool:
    """Whether no signature, mark or metadata gave the verdict."""
    return one.verdict in ("cannot tell", "likely AI")


def flips(seen: Sequence[Seen]) -> Iterator[str]:
    """A line for each change: how many files their looks judge otherwise after it, made and recorded ones apart."""
    as_is = {one.path: one for one in seen if one.change == "none"}
    for change in CHANGES[1:]:
        pairs = [(as_is[one.path], one) for one in seen if one.change == change and one.path in as_is]
        if not pairs:
            continue
        parts = []
        for made in (True, False):
            mine = [(before, after) for before, after in pairs if before.made is made]
            turned = sum(before.looks != after.looks for before, after in mine)
            accused_now = sum(before.looks != "likely AI" == after.looks for before, after in mine)
            parts.append(f"{turned} of {len(mine)} ({accused_now} newly called AI)" if mine else "")
        yield f"| {change} | {' | '.join(parts)} |"


FLIPS = ["| judged otherwise after | made | recorded |", "|---|---|---|"]
HEAD = [
    "| | made | recorded | AUC (95 %, whole groups drawn) | found at 1 % false | found at 3 % false | made: likely AI | recorded: likely AI | made: said by the file | cleared |",
    "|---|---|---|---|---|---|---|---|---|---|",
]


def tables(seen: Sequence[Seen]) -> list[str]:
    """All tables: a part for each kind of file."""
    out: list[str] = []
    for kind in ENDINGS:
        mine = [one for one in seen if one.kind == kind]
        if mine:
            out += ["", f"### {kind.capitalize()}s", "", *HEAD, *_rows(mine)]
            if turned := list(flips(mine)):
                out += ["", *FLIPS, *turned]
    return out[1:]


def _rows(seen: Sequence[Seen]) -> Iterator[str]:
    as_is = [record for record in seen if record.change == "none"]
    yield row("**all**", as_is)
    real = [record for record in as_is if not record.made]
    by_ai = [record for record in as_is if record.made]
    yield row("files that say nothing of themselves", [record for record in by_ai if says_nothing(record)] + real)
    for name in sorted({record.group for record in by_ai}):
        yield row(f"generator {name}", [record for record in by_ai if record.group == name] + real)
    for name in sorted({record.group for record in real}):
        yield row(f"source {name}", by_ai + [record for record in real if record.group == name])
    if any(record.width for record in as_is):
        least = 0
        for most, name in SIZES:
            part = [record for record in as_is if least <= min(record.width, record.height) < most]
            if part:
                yield row(f"short side {name}", part)
            least = most
        for square in (True, False):
            part = [record for record in as_is if (record.width == record.height) is square]
            if part:
                yield row("square" if square else "not square", part)
    for change in CHANGES[1:]:
        part = [record for record in seen if record.change == change]
        if part:
            yield row(f"after {change}", part)


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m measure.eval wild", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("--keep", type=Path, help="where results are kept, so that a run goes on where it stopped")
    parser.add_argument("--changes", default=",".join(CHANGES))
    parser.add_argument("--most", type=int, default=0, help="at most so many files of a group")
    parser.add_argument("--out", type=Path, help="write the tables there too")
    parser.add_argument("--quick", action="store_true", help="measure only the signal that decides, on pictures")
    asked = parser.parse_args(arguments)
    changes = asked.changes.split(",")
    if unknown := set(changes) - set(CHANGES):
        parser.error(f"no such change: {', '.join(sorted(unknown))}")
    if not asked.folder.is_dir():
        parser.error(f"{asked.folder} is no folder")
    try:
        seen = run(asked.folder, asked.keep, changes, asked.most, decided if asked.quick else judged)
    except ValueError as problem:
        parser.error(str(problem))
    lines = tables(seen)
    print("\n".join(lines))
    if asked.out:
        asked.out.write_text("\n".join(lines) + "\n")
    return int(cleared(seen) > 0)
