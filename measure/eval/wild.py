"""Detect on files that nobody of the project made: `make eval-wild FOLDER=F`, where F holds KIND/GROUP/* with KIND `ai` or `real`.

Several folders are several tests: no ratio is said that one of them does not bear. A GROUP is a generator, or a source of photographs; films and sounds are passed over, since nothing is said of their looks. Intervals come from drawing whole groups, since files of one group are alike. For every file three things are told apart: what the file says of itself (signatures,
marks, metadata), what its looks alone would say, and the fused score behind that. Results are kept in a file beside the
folder (`--keep`), so that a long run goes on where it stopped. Of pictures it also says what weight their scores bear: Cllr and the least Cllr that any
order-keeping calibration could reach, by bands fitted without the file's own group; `--curves` draws Tippett and ECE curves, `--land` writes the bands.

    python -m measure.eval wild FOLDER… [--keep FILE.json] [--out FILE.md] [--curves FILE.png] [--land]
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from pipelines.detect.parts.chain import BY_LOOKS
from training.detect import weight
from training.detect.fit import auc, bound

CLEARED = (
    "no AI evidence found",
    "authentic",
    "real",
    "signed capture",
    "made by code (signed)",
)  # no file may be called so by its looks
UNSIGNED = ("cannot tell", *BY_LOOKS)  # no signature, mark or metadata gave the verdict
FALSE_SHARES = (0.01, 0.03)
ENDINGS = (".png", ".jpg", ".jpeg", ".webp", ".avif", ".gif", ".tif", ".tiff")


@dataclass(frozen=True)
class Seen:
    """One file: its truth and group, the score behind its looks (None: not measurable), the verdict by looks, the whole verdict, and in which test it is."""

    path: str
    made: bool
    group: str
    score: float | None
    looks: str
    verdict: str
    face: bool = False
    test: int = 1


def files(folder: Path) -> Iterator[tuple[Path, bool, str]]:
    """Every picture as (path, made, group), those without an ending too. Raises ValueError when the folder is not laid out as KIND/GROUP/*."""
    kinds = [place for place in sorted(folder.iterdir()) if place.is_dir()]
    if {place.name for place in kinds} != {"ai", "real"}:
        raise ValueError(f"{folder} must hold the folders ai and real, and nothing else that is a folder.")
    for place in kinds:
        for path in sorted(place.glob("*/*")):
            if path.suffix.lower() in ENDINGS or not path.suffix:
                yield path, place.name == "ai", path.parent.name


def judge_file(path: Path) -> dict[str, Any]:
    """Score, verdict by looks and whole verdict of one file. Raises Refusal and MissingModel."""
    from pipelines.core.progress import silent
    from pipelines.detect.examine import look
    from pipelines.detect.parts import native
    from pipelines.detect.parts.fusion import fuse
    from pipelines.detect.provenance import gather, open_media, weigh
    from pipelines.media import Media
    from pipelines.vision.faces import find_faces

    file = Media(path, "image", path.name, _witness())
    held = open_media(file)
    examined = look(file, held, silent)
    alone = fuse("image", examined)
    whole = fuse("image", examined, weigh(gather(file, held)))
    face = held.picture is not None and bool(find_faces(np.asarray(native.middle(held.picture.convert("RGB")))))
    return {"score": alone.score, "looks": alone.verdict, "verdict": whole.verdict, "face": face}


@lru_cache(maxsize=1)
def _witness() -> Any:
    """A studio that is new and knows nothing but the lists of signers that come with it."""
    from studio.provenance.lookup import StudioWitness

    return StudioWitness(Path(tempfile.mkdtemp(prefix="wild-studio-")), "wild")


def run(folder: Path, keep: Path | None, judge: Callable[[Path], dict[str, Any]] | None = None) -> list[Seen]:
    """Judge every file; what `keep` holds already is not judged again."""
    from pipelines.core.settings import Refusal

    kept: dict[str, dict[str, Any]] = json.loads(keep.read_text()) if keep and keep.exists() else {}
    records: list[Seen] = []
    for path, by_ai, group in files(folder):
        name = str(path.relative_to(folder))
        if name not in kept:
            try:
                kept[name] = (judge or judge_file)(path)
            except (Refusal, OSError, ValueError) as problem:
                kept[name] = {"refused": str(problem)}
            if keep:
                keep.write_text(json.dumps(kept))
        if "refused" in kept[name]:
            print(f"{path}: {kept[name]['refused']}", file=sys.stderr)
        else:
            records.append(Seen(name, by_ai, group, **kept[name]))
    return records


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
    real = np.array([-np.inf if one.score is None else one.score for one in seen if not one.made])
    made = np.array([-np.inf if one.score is None else one.score for one in seen if one.made])
    if not len(real) or not len(made):
        return float("nan")
    allowed = int(false * len(real))
    return float((made > np.sort(real)[::-1][allowed]).mean())


def count_accused(seen: Sequence[Seen]) -> tuple[int, int]:
    """How many recorded files their looks alone would call AI, and of how many."""
    real = [one for one in seen if not one.made]
    return sum(one.looks == "likely AI" for one in real), len(real)


def count_cleared(seen: Sequence[Seen]) -> int:
    """How many files are cleared by their looks. Must be 0."""
    return sum(one.looks in CLEARED for one in seen)


def row(name: str, seen: Sequence[Seen]) -> str:
    """One line of a table."""
    middle, low, high = interval(seen)
    by_ai, real = [one for one in seen if one.made], [one for one in seen if not one.made]
    wrong, of = count_accused(seen)
    called = sum(one.looks == "likely AI" for one in by_ai)
    disclosed = sum(one.verdict not in UNSIGNED for one in by_ai)
    auc_told = "" if np.isnan(middle) else f"{middle:.3f} ({low:.3f} to {high:.3f})"
    shares = ["" if np.isnan(share := found_at(seen, false)) else f"{share:.0%}" for false in FALSE_SHARES]
    called_told = f"{called} of {len(by_ai)}" if by_ai else ""
    wrong_told = f"{wrong} of {of}, bound {bound(wrong, of):.1%}" if real else ""
    said = f"{disclosed} of {len(by_ai)}" if by_ai else ""
    return f"| {name} | {len(by_ai)} | {len(real)} | {auc_told} | {' | '.join(shares)} | {called_told} | {wrong_told} | {said} | {count_cleared(seen)} |"


def tables(seen: Sequence[Seen]) -> Iterator[str]:
    """The table of all, of each generator and of each source."""
    yield "| | made | recorded | AUC (95 %, whole groups drawn) | found at 1 % false | found at 3 % false | made: likely AI | recorded: likely AI | made: said by the file | cleared |"
    yield f"|{'---|' * 10}"
    yield row("**all**", seen)
    silent = [record for record in seen if not record.made or record.verdict in UNSIGNED]
    yield row("files that say nothing of themselves", silent)
    for made, kind in ((True, "generator"), (False, "source")):
        for name in sorted({record.group for record in seen if record.made == made}):
            yield row(f"{kind} {name}", [record for record in seen if record.made != made or record.group == name])


def scores_of(seen: Sequence[Seen]) -> weight.Scores:
    """What the weight of the evidence is computed from: the pictures that have a score."""
    rows = [record for record in seen if record.score is not None]
    columns = (
        (float(row.score or 0), int(row.made), row.group, row.face, row.verdict in UNSIGNED, row.test) for row in rows
    )
    return weight.Scores(*map(np.array, zip(*columns, strict=True)))


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m measure.eval wild", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path, nargs="+")
    parser.add_argument("--keep", type=Path, help="where results are kept, so that a run goes on where it stopped")
    parser.add_argument("--out", type=Path, help="write the tables there too")
    parser.add_argument("--curves", type=Path, help="draw Tippett and ECE curves by groups into this picture")
    parser.add_argument("--land", action="store_true", help="write the bands into assets/weights/detect.json")
    asked = parser.parse_args(arguments)
    tests = enumerate(asked.folder, 1)
    try:
        seen = [replace(record, test=number) for number, folder in tests for record in run(folder, asked.keep)]
    except (OSError, ValueError) as problem:
        parser.error(str(problem))
    if len({record.path for record in seen}) < len(seen):
        parser.error("A file of one folder has the place and name of a file in another.")
    lines = [*tables(seen), "", *weight.tables(scores_of(seen))]
    print("\n".join(lines))
    if asked.out:
        asked.out.write_text("\n".join(lines) + "\n")
    if asked.curves:
        weight.curves(scores_of(seen)).save(asked.curves)
    if asked.land:
        weight.land(scores_of(seen))
    return int(count_cleared(seen) > 0)
