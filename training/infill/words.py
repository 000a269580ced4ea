"""The words that infill may write: `python -m training.infill.words --folder FOLDER --assets assets`.

Writes `words/minilm.txt` (MiniLM's word pieces in order) and `words/known.txt` (whole words of the training text with their counts, for
those read three times or more in modern prose).
"""

from __future__ import annotations

import argparse
import re
from collections import Counter
from pathlib import Path

from training.infill.data import MINILM
from training.infill.modern import MODERN
from training.infill.sources import SOURCES
from training.packages import member

LEAST = 3
OLD_ENGLISH = ("Shakespeare's plays", "World English Bible")  # their rare words would be odd in a caption
SLURS = re.compile(
    r"nigg|negro|injun|squaw|whore|slut|faggot|bastard|wench|heathen|savages|darky|darkies|coon\b|jap\b|japs|chink|gypsy|gipsy|gypsies|gipsies|cannibal|mulatto|nazi|rape"
)
SHORT = frozenset("a i am an as at be by do go he if in is it me my no of oh on or ox so to up us we".split())  # noqa: SIM905


def count_known(folder: Path) -> Counter:
    """Lower-case words of the training text, with how often each was read."""
    counts: Counter = Counter()
    for source in SOURCES:
        if source.name not in OLD_ENGLISH:
            for paragraph in source.read(folder / "downloads"):
                counts.update(re.findall(r"(?<![\w'])[a-z]+(?![\w'])", paragraph.lower()))
    return Counter(
        {
            word: count
            for word, count in counts.items()
            if count >= LEAST and (len(word) > 2 or word in SHORT) and not SLURS.search(word)
        }
    )


def modern(folder: Path) -> Counter:
    """Words of the modern prose that are in lower case and in WordNet, read three times or more, in two kinds of text or six times."""
    from pipelines.reading import wordnet

    counts: Counter = Counter()
    kinds: dict[str, set[str]] = {}
    for source in MODERN:
        for paragraph in source.read(folder / "downloads"):
            for word in re.findall(r"(?<![\w'./@-])[a-z]+(?![\w'/@-])", paragraph):
                counts[word] += 1
                kinds.setdefault(word, set()).add(source.package.split("-")[0])
    return Counter(
        {
            word: count
            for word, count in counts.items()
            if (any(wordnet.count_of(word, k) or wordnet.base(word, k) for k in "nvar"))
            and count >= LEAST
            and (len(kinds[word]) > 1 or count >= 2 * LEAST)
            and (len(word) > 2 or word in SHORT)
            and not SLURS.search(word)
        }
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--assets", type=Path, default=Path("assets"))
    asked = parser.parse_args()
    target = asked.assets / "words"
    target.mkdir(parents=True, exist_ok=True)
    (target / "minilm.txt").write_bytes(member(MINILM, "model/vocab.txt", asked.folder / "downloads"))
    counts = sorted((count_known(asked.folder) + modern(asked.folder)).items(), key=lambda item: (-item[1], item[0]))
    (target / "known.txt").write_text("".join(f"{word} {count}\n" for word, count in counts))
    print(f"{len(counts)} known words")


if __name__ == "__main__":
    main()
