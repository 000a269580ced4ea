"""How good the studio is: `python -m measure.eval NAME`, each a row of one table (what is judged, who judges, what is counted).

    python -m measure.eval scenes [--part unseen] [--list] [--first 20]       one row, or a part of it
    python -m measure.eval wild FOLDER …                             Detect on your own files: ai/GENERATOR/*, real/SOURCE/*
    python -m measure.eval sheet                                     paints the contact sheets of docs/figures anew
    python -m measure.eval sheet places|people|animals|small-things|large-things|acts|scenes FILE [NAME …]   one of them
    python -m measure.eval                                                    every row, one after another

--list prints each single answer as it is given, except for parts of which nobody may look at single answers.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import Any

from measure.eval import scene_judge, scenes, sheets, short, story, wild


@dataclass(frozen=True)
class Evaluation:
    """A row: the parts with what is judged in each, the judge of one of these, and the table of all answers."""

    parts: Mapping[str, Callable[[], Sequence[Any]]]
    judge: Callable[[Any], Any]
    metric: Callable[[Sequence[Any]], str]
    sealed: frozenset[str] = frozenset()
    processes: int = 2


def _halves(read: Callable[[bool], Sequence[Any]], no: str, yes: str) -> dict[str, Callable[[], Sequence[Any]]]:
    return {no: partial(read, False), yes: partial(read, True)}


EVALUATIONS = {
    "scenes": Evaluation(
        {half: partial(scene_judge.annotations, half) for half in ("seen", "unseen")},
        scenes.judge_sentence,
        scenes.tell_scenes,
        sealed=frozenset(["unseen"]),
    ),
    "story": Evaluation(
        {part: partial(story.stories, part) for part in story.FILES},
        story.judge_story,
        story.tell_stories,
        sealed=frozenset(["test", "strangers kept back"]),
    ),
    "senses": Evaluation(_halves(short.senses, "tuning", "unseen"), short.judge_sense, short.tell_senses),
    "marks": Evaluation({"looked at": short.marks}, short.judge_marks, short.tell_marks),
    "infill": Evaluation({"everyday": short.blanks}, short.offer_words, short.tell_blanks, processes=1),
    "narrate": Evaluation(_halves(short.voices, "others", "english"), short.hear_voice, short.tell_voices, processes=1),
    "film": Evaluation({"today": partial(story.stories, "today")}, short.judge_film, short.tell_films),
    "compose": Evaluation({"usual": lambda: range(short.PIECES)}, short.compose, short.tell_pieces),
}


def evaluate(name: str, part: str, first: int | None = None, listed: bool = False) -> str:
    """Judge a part of a row, and give back its table."""
    row = EVALUATIONS[name]
    cases = row.parts[part]()[:first]
    answers = []
    with ProcessPoolExecutor(row.processes) as pool:
        for answer in pool.map(row.judge, cases):
            answers.append(answer)
            print(answer if listed and part not in row.sealed else f"{len(answers)} of {len(cases)}", flush=True)
    return f"\n{name}, {part}\n\n{row.metric(answers)}"


def main(arguments: Sequence[str] | None = None) -> int:
    """Command line."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    apart = {"wild": wild.main, "sheet": sheets.main}
    if words and words[0] in apart:
        return apart[words[0]](words[1:])
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(EVALUATIONS))
    parser.add_argument("--part", action="append", help="a part of the row, else all")
    parser.add_argument("--first", type=int, help="only so many of each part")
    parser.add_argument("--list", action="store_true", help="each answer by itself")
    chosen = parser.parse_args(words)
    if unknown := sorted(set(chosen.names) - set(EVALUATIONS)):
        parser.error(f"there is no evaluation {unknown[0]}; they are {', '.join(EVALUATIONS)}, wild, sheet")
    for name in chosen.names or EVALUATIONS:
        for part in chosen.part or EVALUATIONS[name].parts:
            if part not in EVALUATIONS[name].parts:
                parser.error(f"{name} has no part {part}; its parts are {', '.join(EVALUATIONS[name].parts)}")
            print(evaluate(name, part, chosen.first, chosen.list), flush=True)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
