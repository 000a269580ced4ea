"""How well does Detect tell? `make eval-detect`, or `python -m measure.eval.eval_detect [looks] [stability] [robustness] [voices]`.

Pictures come from packages and from the studio's generators (training/detect/); what is measured once is kept in DETECT_FOLDER (else
the user's cache) and everything goes on where it stopped. Test sources and test generators were never trained on. Tables go to docs/notes/detect-figures.md.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
from PIL import Image

from measure import pages, results
from training.detect.fit import bound

PAGE = results.DOCS / "notes" / "detect-figures.md"
SHOWN = ("clip", "residual", "spectrum", "noise", "ghosts", "quantisation", "copies")
DISTURBED = (
    "none",
    "jpeg95",
    "jpeg75",
    "jpeg50",
    "size0.34",
    "size0.5",
    "size2",
    "blur1",
    "blur2",
    "noise5",
    "noise10",
)
MOST_FALSE = 0.03  # bar for the bound on false positives
STABLE_CONTENTS, ROBUST_CONTENTS = 32, 28
ADDED_BY_OTHERS = 0.2  # log odds: what bandwidth and stillness can add to the voice at most (detect.json)


def folder() -> Path:
    """Where pictures and measurements are kept."""
    if chosen := os.environ.get("DETECT_FOLDER"):
        return Path(chosen)
    from platformdirs import user_cache_path

    return user_cache_path("afternoon-studio") / "detect"


def prepare() -> None:
    """Everything that is missing: packages, autoencoders, made pictures, measurements. Hours the first time; stops and goes on."""
    from training.detect import autoencoders as detect_autoencoders
    from training.detect import fakes as detect_fakes
    from training.detect import residual as detect_residual
    from training.detect import sources as detect_sources
    from training.detect import variants as detect_variants

    place = folder()
    place.mkdir(parents=True, exist_ok=True)
    if (place / "prepared").exists():
        return
    os.environ["DETECT_FOLDER"] = str(place)
    detect_autoencoders.FOLDER = place
    detect_sources.masters(place)
    for name in ("a", "b", "c"):
        if not (place / f"autoencoder_{name}.safetensors").exists():
            detect_autoencoders.train(place, name)
    detect_fakes.make(place, [])
    detect_variants.run(place, 0, 1)
    detect_residual.scores_of_landed(place)
    (place / "prepared").touch()


def interval(score: np.ndarray, label: np.ndarray, group: np.ndarray, draws: int = 300) -> tuple[float, float, float]:
    """AUC and its 95 % interval; whole pictures are drawn, with all that was made from them."""
    from training.detect.fit import auc

    rng, names = np.random.default_rng(0), np.unique(group)
    rows = {name: np.flatnonzero(group == name) for name in names}
    drawn = []
    for _ in range(draws):
        picked = np.concatenate([rows[name] for name in rng.choice(names, len(names))])
        if 0 < label[picked].sum() < len(picked):
            drawn.append(auc(score[picked], label[picked]))
    low, high = np.quantile(drawn, [0.025, 0.975])
    return auc(score, label), float(low), float(high)


def calibration_error(chance: np.ndarray, label: np.ndarray, weights: np.ndarray) -> float:
    """Expected calibration error over ten bins; `weights` put both classes at one half."""
    error = 0.0
    for low in np.arange(0, 1, 0.1):
        inside = (chance >= low) & (chance < low + 0.1 + 1e-9 * (low > 0.85))
        if weights[inside].sum() > 0:
            gap = np.average(chance[inside], weights=weights[inside]) - np.average(
                label[inside], weights=weights[inside]
            )
            error += abs(gap) * weights[inside].sum()
    return float(error / weights.sum())


def looks() -> list[str]:
    """Signals and their fusion on held-out sources and generators, one saved copy of each picture at a time."""
    from pipelines.detect.parts.fusion import limits
    from training.detect import fit as detect
    from training.detect import measurements
    from training.detect.fakes import TEST

    data = measurements.Measured(folder(), landed=True)
    found, rules = detect.ratios(data, detect.tensors_landed()), limits()["image"]
    odds = detect.landed_odds(data)
    chance = 1 / (1 + np.exp(-odds))
    rows = np.flatnonzero(data.part == "test")
    label, group = data.label[rows], np.array([data.items[i].group for i in rows])
    generator, source = data.generator[rows], np.array([data.items[i].source for i in rows])
    out = ["", "| Signal | pictures | AUC (95 % interval) |", "|---|---|---|"]
    for name in SHOWN:
        have = data.has(name)[rows] if name in data.values else np.zeros(len(rows), bool)
        if have.sum() > 20 and 0 < label[have].sum() < have.sum():
            a, low, high = interval(found[name][rows][have], label[have], group[have])
            out.append(f"| {name} | {have.sum()} | {a:.3f} ({low:.3f} to {high:.3f}) |")
    a, low, high = interval(odds[rows], label, group)
    out.append(f"| **fused** | {len(rows)} | **{a:.3f}** ({low:.3f} to {high:.3f}) |")
    seen = ~np.isin(generator, TEST)
    out += ["", "| Held out | pictures | fused AUC | called likely AI |", "|---|---|---|---|"]
    for name in sorted(set(generator[label == 1])):
        pick = (generator == name) | (label == 0)
        never = " (never trained on)" if name in TEST else " (trained on, other photographs)"
        called = (chance[rows][generator == name] >= rules["likely_from"]).mean()
        out.append(
            f"| generator {name}{never} | {(generator == name).sum()} | {detect.auc(odds[rows][pick], label[pick]):.3f} | {called:.0%} |"
        )
    for kind, mask in (
        ("all generators never trained on", ~seen & (label == 1)),
        ("all generators trained on", seen & (label == 1)),
    ):
        pick = mask | (label == 0)
        out.append(
            f"| {kind} | {mask.sum()} | {detect.auc(odds[rows][pick], label[pick]):.3f} | {(chance[rows][mask] >= rules['likely_from']).mean():.0%} |"
        )
    for name in sorted(set(source[label == 0])):
        mine = (source == name) & (label == 0)
        pick = mine | (label == 1)
        wrong = (chance[rows][mine] >= rules["likely_from"]).mean()
        out.append(f"| source {name} | {mine.sum()} | {detect.auc(odds[rows][pick], label[pick]):.3f} | {wrong:.0%} |")
    out += _decisions(chance[rows], label, group, data.balance(rows), rules)
    wrong, of = _wrong(chance[rows], label, group, rules)
    why = f"Of {of} held-out pictures of people {wrong} scored this high, too many to call anything AI by its signals alone."
    _permit("image", wrong, of, why, {})
    return out


def _wrong(chance, label, group, rules) -> tuple[int, int]:
    """How many held-out pictures of people have a copy or a piece that would be called AI, and of how many."""
    pictures = sorted(set(group[label == 0]))
    over = set(group[(label == 0) & (chance >= rules["likely_from"])])
    return len(over), len(pictures)


def _permit(kind: str, wrong: int, of: int, why: str, also: dict, forbidden: str = "") -> None:
    """Whether a kind may be called AI by its signals alone: only where a wild test supports it (`wild_supports`) and the bound here is within the bar."""
    from pipelines.core.models import ASSETS
    from pipelines.detect.parts.fusion import limits

    path = ASSETS / "weights" / "detect.json"
    kept = json.loads(path.read_text())
    wild = bool(kept[kind].get("wild_supports"))
    accuses = wild and bound(wrong, of) <= MOST_FALSE and not forbidden
    told = {"wrong": wrong, "of": of, "bound": round(bound(wrong, of), 4)} | also.pop("told", {})
    if kept[kind].get(
        "decided_by"
    ):  # another signal decides, judged on what it had not seen (docs/detect.md): this is the figure of the others
        kept[kind]["in_domain"] = told
        path.write_text(json.dumps(kept, indent=1, ensure_ascii=False) + "\n")
        limits.cache_clear()
        return
    why_not = kept[kind].get("why_not") or why if not wild else forbidden or why
    kept[kind] |= also | {"accuses": accuses, "why_not": "" if accuses else why_not, "false_positives": told}
    path.write_text(json.dumps(kept, indent=1, ensure_ascii=False) + "\n")
    limits.cache_clear()


def _decisions(chance, label, group, weights, rules) -> list[str]:
    wrong, of = _wrong(chance, label, group, rules)
    out = ["", f"False positives (likely AI from {rules['likely_from']} on): {wrong} of {of} held-out pictures of people, bound "
           f"{bound(wrong, of):.1%} (Clopper-Pearson, 95 %, one-sided). ECE {calibration_error(chance, label, weights):.3f}."]  # fmt: skip
    out += ["", "| Decided from / to | coverage | right among the decided |", "|---|---|---|"]
    for likely, clear in ((0.5, 0.5), (0.7, 0.4), (rules["likely_from"], 0.4), (0.95, 0.2), (0.98, 0.1)):
        decided = (chance >= likely) | (chance <= clear)
        right = ((chance >= likely) == (label == 1))[decided]
        share = weights[decided]
        out.append(
            f"| {likely} / {clear} | {weights[decided].sum() / weights.sum():.0%} | {np.average(right, weights=share):.1%} |"
        )
    return out


def _contents(count: int) -> list[Path]:
    """Held-out pictures that are large enough for a verdict when halved."""
    from training.detect.stability import contents

    return contents(folder(), "test", count)


def _score(picture: Image.Image, content: bytes | None) -> tuple[float, str]:
    from pipelines.detect.parts.fusion import fuse
    from pipelines.detect.parts.picture import examine_image

    verdict = fuse("image", examine_image(picture, content))
    return float(verdict.score if verdict.score is not None else np.nan), verdict.verdict


def _stamp() -> str:
    """Of all that a picture's score rests on: the fitted heads of its signals, the adapter and the views, the residual network, the fusion, its thresholds."""
    from pipelines.core.models import ASSETS, sha256_of
    from pipelines.detect.parts.clip import ADAPTER, VIEWS
    from pipelines.detect.parts.fusion import limits
    from pipelines.detect.parts.heads import tensors

    image = limits()["image"]
    rules = {name: image[name] for name in ("signals", "intercept", "likely_from", "accuses")}
    sums = {
        name: float(np.abs(value).sum()) for name, value in sorted(tensors().items()) if not name.startswith("voice")
    }
    network = sha256_of(ASSETS / "weights" / "detect_residual.safetensors")
    return hashlib.sha256(json.dumps([rules, sums, network, ADAPTER.sha256, repr(VIEWS)]).encode()).hexdigest()[:12]


def _remembered(name: str, make: Callable[[], float | tuple]) -> list:
    """A measurement kept by name in the folder; made again when what it rests on changes."""
    path = folder() / "measured" / f"{name}-{_stamp()}.json"
    if not path.exists():
        path.parent.mkdir(exist_ok=True)
        path.write_text(json.dumps(make()))
    return json.loads(path.read_text())


def stability() -> list[str]:
    """The same content as PNG, JPEG 85 and WebP 85 at three sizes, through the whole of `examine_image`."""
    from training.detect.stability import MOST_MOVE, all_nine

    worst, turned = [], 0
    for path in _contents(STABLE_CONTENTS):
        picture = Image.open(path).convert("RGB")

        def copies(picture=picture):
            return [_score(*copy) for copy in all_nine(picture)]

        found = _remembered(f"stable-{path.stem}", copies)
        scores = np.array([score for score, _ in found])
        turned += len({verdict for _, verdict in found}) > 1
        worst.append((float(scores.max() - scores.min()), float(scores.mean()), path.stem.split("__")[0]))
        print(f"{worst[-1][0]:.3f} around {worst[-1][1]:.2f} {path.stem}", flush=True)
    within = sum(move < MOST_MOVE for move, _, _ in worst)
    moves = np.array([move for move, _, _ in worst])
    return ["", f"The same content as PNG, JPEG 85 and WebP 85, each at full, three quarter and half size: the score moves by less than {MOST_MOVE} for "
            f"{within} of {len(worst)} contents, median {np.median(moves):.3f}, worst {moves.max():.3f} ({max(worst)[2]}). The verdict changes for {turned}."]  # fmt: skip


def robustness() -> list[str]:
    """Fused scores of held-out pictures after one disturbance each."""
    from pipelines.detect.parts.fusion import limits
    from training.detect.fit import auc
    from training.detect.items import read
    from training.detect.variants import disturbed

    rules = limits()["image"]
    out = ["", "| Disturbed by | AUC | made: likely AI | people's: likely AI | cannot tell |", "|---|---|---|---|---|"]
    paths = _contents(ROBUST_CONTENTS)
    label = np.array([read(path.with_name(f"{path.stem}__v0.npz")).label for path in paths])
    for how in DISTURBED:
        told = []
        for path in paths:
            picture = Image.open(path).convert("RGB")
            told.append(
                _remembered(
                    f"{how}-{path.stem}", lambda p=picture, h=how: _score(p if h == "none" else disturbed(p, h), None)
                )
            )
        score, verdicts = np.array([one[0] for one in told]), np.array([one[1] for one in told])
        likely = verdicts == "likely AI"
        out.append(
            f"| {how} | {auc(score, label):.3f} | {likely[label == 1].mean():.0%} | {likely[label == 0].mean():.0%} | {(verdicts == 'cannot tell').mean():.0%} |"
        )
        print(out[-1], f"(threshold {rules['likely_from']})", flush=True)
    return out


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


PARTS = {"looks": looks, "stability": stability, "robustness": robustness, "voices": voices}


def main() -> int:
    names = sys.argv[1:] or list(PARTS)
    if set(names) != {"voices"}:
        prepare()
    for name in names:
        lines = PARTS[name]()
        print("\n".join(lines))
        pages.into(PAGE, {name: "\n".join(lines)})
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
