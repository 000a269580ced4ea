"""How much of a sentence its scene shows: sentences that nobody here wrote, annotated by hand as records (measure/data/scenes_*.jsonl).

    python -m measure.eval.eval_scenes                       both halves, a table each
    python -m measure.eval.eval_scenes --half seen --list    also what is wrong with each sentence; the unseen half is only summed up
    python -m measure.eval.eval_scenes --first 20            the first sentences of each half

Who, what, acts and relations are counted over what is annotated, and what is drawn beyond it is wrong; where over
sentences that say a place, an hour or a weather or get a wrong one. The whole scene
is right when everything is, nothing stands where it cannot be, and what is left out or drawn as something else is said. Intervals are of 95 %:
of Wilson for sentences, of the bootstrap over sentences for the rest.
"""

from __future__ import annotations

import argparse
import math
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor

import numpy as np

from measure.eval.scene_judge import ASPECTS, Annotation, Verdict, annotations, judge
from measure.eval.scene_reading import shown

HALVES = ("seen", "unseen")
SEED, RESAMPLES = 0, 2000


def verdict_of(asked: Annotation) -> Verdict:
    """Read one sentence and judge its scene."""
    return judge(asked, shown(asked.scene.sentence, asked.story))


def verdicts(asked: Sequence[Annotation], processes: int) -> list[Verdict]:
    """Judge the sentences, in their order."""
    if processes < 2:
        return [verdict_of(one) for one in asked]
    with ProcessPoolExecutor(processes) as pool:
        return list(pool.map(verdict_of, asked, chunksize=8))


def wilson(right: int, tries: int, z: float = 1.96) -> tuple[float, float]:
    """The interval of Wilson (1927) for a share."""
    if not tries:
        return 0.0, 1.0
    share, square = right / tries, z * z / tries
    half = z * math.sqrt(share * (1 - share) / tries + square / (4 * tries))
    return max(0.0, (share + square / 2 - half) / (1 + square)), min(1.0, (share + square / 2 + half) / (1 + square))


def bootstrap(right: Sequence[int], tries: Sequence[int]) -> tuple[float, float]:
    """The interval of a share of counts that belong together by sentence; the same each time."""
    rng = np.random.default_rng(SEED)
    drawn = rng.integers(0, len(right), (RESAMPLES, len(right)))
    shares = np.asarray(right)[drawn].sum(1) / np.maximum(1, np.asarray(tries)[drawn].sum(1))
    low, high = np.quantile(shares, (0.025, 0.975))
    return float(low), float(high)


def rows(found: Sequence[Verdict]) -> list[tuple[str, int, int, tuple[float, float]]]:
    """Each line of the table: its name, how many are right, of how many, and the interval."""
    made = []
    for aspect in ASPECTS:
        right, tries = [one.right[aspect] for one in found], [one.asked[aspect] for one in found]
        made.append((aspect, sum(right), sum(tries), bootstrap(right, tries)))
    for name, counted in (
        ("whole scene right", [one.whole for one in found]),
        ("with an impossible placement", [bool(one.impossible) for one in found]),
        ("with something silent", [bool(one.silent) for one in found]),
    ):
        made.append((name, sum(counted), len(found), wilson(sum(counted), len(found))))
    return made


def table(half: str, found: Sequence[Verdict]) -> str:
    """The table of a half, in Markdown."""
    lines = [f"| {half}: {len(found)} sentences | Right | Of | Share | 95 % |", "|---|--:|--:|--:|---|"]
    for name, right, tries, (low, high) in rows(found):
        share = f"{right / max(1, tries):.1%}"
        lines.append(f"| {name} | {right} | {tries} | {share} | {low:.1%} to {high:.1%} |")
    silent, impossible = sum(len(one.silent) for one in found), sum(len(one.impossible) for one in found)
    lines.append(f"\nSilent omissions or substitutions: {silent}. Impossible placements: {impossible}.")
    return "\n".join(lines)


def listed(asked: Annotation, found: Verdict) -> str:
    """What is wrong with a sentence, in a line."""
    wrong = [
        *found.faults,
        *(f"impossible: {text}" for text in found.impossible),
        *(f"silent: {text}" for text in found.silent),
    ]
    return f"{'right' if found.whole else 'wrong'}  {asked.scene.sentence}  {'; '.join(wrong)}"


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(
        prog="python -m measure.eval.eval_scenes",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--half", choices=HALVES, action="append")
    parser.add_argument("--first", type=int, default=None)
    parser.add_argument("--list", action="store_true", help="what is wrong with each sentence of the seen half")
    parser.add_argument("--processes", type=int, default=2)
    given = parser.parse_args()
    for half in given.half or HALVES:
        asked = annotations(half)[: given.first]
        found = verdicts(asked, given.processes)
        if given.list and half == "seen":
            print(*(listed(*pair) for pair in zip(asked, found, strict=True)), sep="\n")
        print(table(half, found))


if __name__ == "__main__":
    main()
