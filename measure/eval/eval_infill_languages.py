"""How often is a text told to be English or not? `python -m measure.eval.eval_infill_languages`: the studio's own texts and their translations."""

from __future__ import annotations

from pathlib import Path

from babel.messages.pofile import read_po

from pipelines.infill.parts.english import is_foreign
from pipelines.infill.parts.networks import own_vocabulary

FOLDER = Path(__file__).parents[2] / "studio" / "words" / "po"


def pairs(language: str, least: int, most: int) -> list[tuple[str, str]]:
    """English and translated texts of so many English words, without marks for values."""
    with (FOLDER / f"{language}.po").open("rb") as file:
        rows = [
            (one.id, one.string) for one in read_po(file) if isinstance(one.id, str) and isinstance(one.string, str)
        ]
    return [(a, b) for a, b in rows if b and least <= len(a.split()) <= most and not any(c in a for c in "{}<>[]_")]


def main() -> None:
    known = own_vocabulary().known or {}
    for language in ("de", "fr", "es", "ja"):
        for least, most in ((4, 6), (7, 12), (13, 40)):
            rows = pairs(language, least, most)
            right = [b for _, b in rows if is_foreign(b, known)]
            wrong = [a for a, _ in rows if is_foreign(a, known)]
            print(
                f"{language} {least}-{most} words, {len(rows)} texts: told to be foreign {len(right) / len(rows):.1%}; "
                f"their English originals {len(wrong) / len(rows):.1%}",
                wrong[:2],
                [b for _, b in rows if b not in right][:2],
            )


if __name__ == "__main__":
    main()
