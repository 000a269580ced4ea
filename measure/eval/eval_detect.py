"""How well does Detect tell voices? `make eval-detect`, or `python -m measure.eval.eval_detect`.

Sounds come from packages and speech engines (training/detect/sound.py); what is measured once is kept in DETECT_FOLDER (else the user's cache). The tables go to
docs/notes/detect-figures.md. Pictures are judged by `python -m training.detect.wild report`, and any files by `make eval-wild`.
"""

from __future__ import annotations

import json
import os
from pathlib import Path

from training.detect.fit import bound

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "notes" / "detect-figures.md"
MOST_FALSE = 0.03  # bar for the bound on false positives
ADDED_BY_OTHERS = 0.2  # log odds: what bandwidth and stillness can add to the voice at most (detect.json)


def folder() -> Path:
    """Where pictures and measurements are kept."""
    if chosen := os.environ.get("DETECT_FOLDER"):
        return Path(chosen)
    from platformdirs import user_cache_path

    return user_cache_path("afternoon-studio") / "detect"


def _permit(kind: str, wrong: int, of: int, why: str, also: dict, forbidden: str = "") -> None:
    """Whether a kind may be called AI by its signals alone: only where a wild test supports it (`wild_supports`) and the bound here is within the bar."""
    from pipelines.core.models import ASSETS
    from pipelines.detect.parts.fusion import limits

    path = ASSETS / "weights" / "detect.json"
    kept = json.loads(path.read_text())
    wild = bool(kept[kind].get("wild_supports"))
    accuses = wild and bound(wrong, of) <= MOST_FALSE and not forbidden
    told = {"wrong": wrong, "of": of, "bound": round(bound(wrong, of), 4)} | also.pop("told", {})
    why_not = kept[kind].get("why_not") or why if not wild else forbidden or why
    kept[kind] |= also | {"accuses": accuses, "why_not": "" if accuses else why_not, "false_positives": told}
    path.write_text(json.dumps(kept, indent=1, ensure_ascii=False) + "\n")
    limits.cache_clear()


def voices() -> list[str]:
    """The voice head by people and voices that it never heard; head, slope and limit are all chosen without them."""
    from pipelines.detect.parts.fusion import chance, limits
    from training.detect import sound as detect_sound

    found = detect_sound.judge(folder())
    y = found["y"]
    of, wrong = len(set(found["groups"][y == 0])), len(detect_sound.accused(found))
    out = [
        "",
        "| Engine, left out in turn, against people never heard | clips | AUC | above the threshold |",
        "|---|---|---|---|",
    ]
    out += [
        f"| {engine} | {clips} | {told:.3f} | {called:.0%} |"
        for engine, clips, told, called in detect_sound.engines(found)
    ]
    why = (
        f"Of {of} people who were heard {wrong} scored this high, which bounds how often a person would be called AI "
        f"only to {bound(wrong, of):.1%}, so a sound is never called that by its signals alone."
    )
    limit = found["limit"] + ADDED_BY_OTHERS
    noises = detect_sound.noises(folder()) if limits()["sound"].get("wild_supports") else {}  # nobody is accused anyway
    heard = sum(odds is not None for odds in noises.values())
    called = [name for name, odds in noises.items() if odds is not None and odds >= limit]
    forbidden = (
        f"Of {len(noises)} pieces of music and noises {len(called)} were taken for a made voice." if called else ""
    )
    also = {"likely_from": round(chance(limit), 4), "told": {"what": "people's voices"}}
    _permit("sound", wrong, of, why, also, forbidden)
    out += [
        "",
        f"{wrong} of {of} people would be called likely AI: bound {bound(wrong, of):.1%}. Landed: from {also['likely_from']} on.",
    ]
    above = sum(round(called * clips) for _, clips, _, called in detect_sound.engines(found))
    clips = sum(row[1] for row in detect_sound.engines(found))
    least = 1 - bound(clips - above, clips)
    out += [
        f"Of {clips} clips of engines that were left out {above} are above the threshold ({above / clips:.0%}, at least {least:.1%}): a likelihood ratio of at least "
        f"{least / bound(wrong, of):.1f}, where 3 is asked for."
    ]
    if not noises:
        return out
    return [
        *out,
        "",
        f"Music and noises without speech: {len(noises)}; the gates let {heard} through, {len(called)} would be called likely AI.",
    ]


def write(lines: list[str]) -> None:
    """Put the tables between their marks in the page."""
    begin, end = "<!-- voices: begin -->", "<!-- voices: end -->"
    text = PAGE.read_text()
    head, _, rest = text.partition(begin)
    _, _, tail = rest.partition(end)
    PAGE.write_text(f"{head}{begin}\n" + "\n".join(lines).strip() + f"\n{end}{tail}")


def main() -> None:
    lines = voices()
    print("\n".join(lines))
    write(lines)


if __name__ == "__main__":
    main()
