"""How much of a sentence its scene shows: sentences that nobody here wrote, annotated by hand as records (measure/data/scenes_*.jsonl).

Who, what, acts and relations are counted over what is annotated, and what is drawn beyond it is wrong; where over sentences that say a place, an hour
or a weather or get a wrong one. The whole scene is right when everything is, nothing stands where it cannot be, and what is left out or drawn as
something else is said. Intervals are of 95 %: of Wilson for sentences, of the bootstrap over sentences for the rest.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from measure.eval.scene_judge import ASPECTS, Annotation, Verdict, judge
from measure.eval.scene_reading import show_sentence

SEED, RESAMPLES = 0, 2000


def judge_sentence(asked: Annotation) -> Verdict:
    """Read one sentence and judge its scene."""
    return judge(asked, show_sentence(asked.scene.sentence, asked.story))


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


def count_rows(verdicts: Sequence[Verdict]) -> list[tuple[str, int, int, tuple[float, float]]]:
    """Each line of the table: its name, how many are right, of how many, and the interval."""
    rows = []
    for aspect in ASPECTS:
        right = [verdict.right[aspect] for verdict in verdicts]
        tries = [verdict.asked[aspect] for verdict in verdicts]
        rows.append((aspect, sum(right), sum(tries), bootstrap(right, tries)))
    for name, counted in (
        ("whole scene right", [verdict.whole for verdict in verdicts]),
        ("with an impossible placement", [bool(verdict.impossible) for verdict in verdicts]),
        ("with something silent", [bool(verdict.silent) for verdict in verdicts]),
    ):
        rows.append((name, sum(counted), len(verdicts), wilson(sum(counted), len(verdicts))))
    return rows


def tell_scenes(verdicts: Sequence[Verdict]) -> str:
    """The table of a half, in Markdown."""
    lines = [f"| {len(verdicts)} sentences | Right | Of | Share | 95 % |", "|---|--:|--:|--:|---|"]
    for name, right, tries, (low, high) in count_rows(verdicts):
        lines.append(f"| {name} | {right} | {tries} | {right / max(1, tries):.1%} | {low:.1%} to {high:.1%} |")
    silent, impossible = (sum(len(getattr(verdict, name)) for verdict in verdicts) for name in ("silent", "impossible"))
    return "\n".join([*lines, f"\nSilent omissions or substitutions: {silent}. Impossible placements: {impossible}."])
