"""How well a picture that does not suit its word is found: python -m measure.eval.eval_senses. Sentences of our own, of which the margin was chosen on some and the others were written afterwards."""

from __future__ import annotations

import csv
from pathlib import Path

from pipelines.reading import senses as S
from pipelines.reading.in_context import meant_instead
from pipelines.reading.pictured import pictures
from pipelines.scenes import drawings, painted_things


def rows(unseen: bool) -> list[tuple[str, str, bool]]:
    """Each sentence, its word, and whether the picture of the word fits there."""
    with Path(__file__).with_name("senses.tsv").open() as file:
        found = csv.DictReader(file, delimiter="\t")
        return [(one["sentence"], one["word"], one["fits"] == "1") for one in found if (one["unseen"] == "1") == unseen]


def main() -> None:
    """Print how many fitting pictures are kept and how many others are found, on the sentences that chose the margin and on the others."""
    drawn = pictures(drawings.vocabulary().nouns, painted_things.words())
    for unseen, said in ((False, "sentences on which the margin was chosen"), (True, "unseen sentences")):
        kept, caught, fitting, others = 0, 0, 0, 0
        for sentence, word, fits in rows(unseen):
            noun = word if word in drawn.nouns else drawn.names.get(word, "")
            if not noun or S.shown_by(noun) is None:
                continue
            right = meant_instead(word, noun, sentence) is None
            fitting, others = fitting + fits, others + (not fits)
            kept, caught = kept + (fits and right), caught + (not fits and not right)
        print(f"{said}: {kept} of {fitting} fitting pictures kept, {caught} of {others} others found")


if __name__ == "__main__":
    main()
