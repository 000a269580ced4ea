"""How well the reader corrects the rules: `python -m training.reader.evaluate --folder FOLDER [--share 0.25] [--apart]`.

Judged as in the README: `who` is F1 over figures, `act` the share of the illustrator's figures that do what they should, `place` the coarse
one. The reader goes on from its own places. `--apart` judges on `stories_apart`, on which nothing is chosen.
"""

from __future__ import annotations

import argparse
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file

from pipelines.scenes.settings import family
from training.reader.examples import Reading, kinds, read_by_rules, stories
from training.reader.train import ACTS, HOURS, LIKE, WEATHERS, Corrector, Example, begin, records

# From where on the reader corrects; set by hand, tuned on nothing.
SURE = {"place": 0.5, "act": 0.35, "gone": 0.15, "there": 0.85}


def read_by_net(
    net: Corrector, told: Sequence[Mapping[str, Any]], read: Mapping[str, list[Reading]]
) -> dict[str, list[Reading]]:
    """The reader's answer for each line of stories, with how sure it is; all first lines are read, then all second ones."""
    answers: dict[str, list[Reading]] = {story["key"]: [] for story in told}
    for number in range(max(len(story["lines"]) for story in told)):
        todo = [story for story in told if number < len(story["lines"])]
        for start in range(0, len(todo), 32):
            batch = todo[start : start + 32]
            rows = [example_of(story, number, answers[story["key"]], read[story["key"]]) for story in batch]
            for story, answer in zip(batch, answers_of(net, rows), strict=True):
                answers[story["key"]].append(answer)
    return answers


def example_of(story: Mapping[str, Any], number: int, before: Sequence[Reading], read: Sequence[Reading]) -> Example:
    """What the reader is given of a line."""
    words = tuple(line["text"] for line in story["lines"][max(0, number - 2) : number])
    rules = read[number]
    return Example(
        story["lines"][number]["text"], words, before[-1]["like"] if before else "", rules, rules["cast"][:8]
    )


@torch.inference_mode()
def answers_of(net: Corrector, rows: Sequence[Example]) -> list[Reading]:
    """The surest class of every head, and its probability."""
    settings, members = net.eval()(rows)
    best = [logits.softmax(-1).max(-1) for logits in settings]
    there, acts = members[:, 0].sigmoid(), members[:, 1:].softmax(-1).max(-1)
    answers, at = [], 0
    for i, row in enumerate(rows):
        sure = [float(values[i]) for values, _ in best]
        like, record, hour, weather = (int(which[i]) for _, which in best)
        cast = []
        for member in row.cast:
            chosen = {"chance": float(there[at]), "act": ACTS[int(acts[1][at])], "act_sure": float(acts[0][at])}
            cast.append({**member, **chosen})
            at += 1
        place = {"like": LIKE[like], "record": records()[record]}
        answers.append(place | {"hour": HOURS[hour], "weather": WEATHERS[weather], "sure": sure, "cast": cast})
    return answers


def by_rules(reading: Reading) -> dict[str, Any]:
    """The rules' reading as a scene to be judged."""
    actors = [member for member in reading["cast"] if member["there"]]
    return {"like": family(reading["place"]), "hour": reading["hour"], "actors": actors}


def by_reader(answer: Reading) -> dict[str, Any]:
    """The reader's answer as a scene: its place, hour and acts, and those of the rules' cast whom it sees."""
    actors = [member for member in answer["cast"] if member["chance"] > 0.5]
    return {"like": answer["like"], "hour": answer["hour"], "actors": actors}


def by_both(reading: Reading, before: Reading | None, answer: Reading, sure: Mapping[str, float]) -> dict[str, Any]:
    """The rules' reading, in which the reader corrects what it is sure of: a place that is missing or taken over from before, a missing act."""
    taken_over = before is not None and reading["place"] == before["place"]
    place = (not reading["place"] or taken_over) and answer["sure"][0] > sure["place"]
    cast = []
    for member, read in zip(reading["cast"], answer["cast"], strict=False):
        if read["chance"] > (sure["gone"] if member["there"] else sure["there"]):
            act = read["act"] if not member["act"] and read["act_sure"] > sure["act"] else member["act"]
            cast.append({**member, "act": act})
    cast += [member for member in reading["cast"][len(answer["cast"]) :] if member["there"]]
    like = answer["like"] if place else family(reading["place"])
    return {"like": like, "hour": reading["hour"], "actors": cast}


def judge(wanted: Mapping[str, Any], got: Mapping[str, Any], total: Counter[str]) -> None:
    """Add how one line was read."""
    actors = wanted.get("actors", [])
    many = [[a for a in side for _ in range(min(a.get("count", 1), 3))] for side in (actors, got["actors"])]
    hits = len(pairs(*many))
    same = [(actors[i], got["actors"][j]) for i, j in pairs(actors, got["actors"])]
    acts = sum(a.get("act", "stand") == (b["act"] or "stand") for a, b in same)
    place = wanted.get("like", "") == got["like"]
    hour = (wanted.get("hour") or "day") == (got["hour"] or "day")
    exact = hits == len(many[0]) == len(many[1])
    total.update(
        lines=1, hits=hits, figures=len(many[0]) + len(many[1]), acts=acts, matched=len(same), actors=len(actors)
    )
    total.update(place=place, hour=hour, exact=exact, whole=exact and place and hour and acts == len(actors))


def pairs(wanted: Sequence[Mapping[str, Any]], got: Sequence[Mapping[str, Any]]) -> list[tuple[int, int]]:
    """Which figure is which, by their numbers."""
    free, matches = list(range(len(got))), []
    for i, actor in enumerate(wanted):
        for j in free:
            if kinds(actor) & kinds({"noun": got[j]["drawn"] or got[j]["noun"]}):
                free.remove(j)
                matches.append((i, j))
                break
    return matches


def row_of(name: str, total: Counter[str]) -> str:
    """One row of the table."""
    lines = max(1, total["lines"])
    shares = {"who": 2 * total["hits"] / max(1, total["figures"]), "act": total["acts"] / max(1, total["actors"])}
    shares |= {"act of the found": total["acts"] / max(1, total["matched"])}
    shares |= {key: total[key] / lines for key in ("place", "hour", "exact", "whole")}
    return f"{name:22} {lines:5} lines  " + "  ".join(f"{key} {value:.3f}" for key, value in shares.items())


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--share", type=float, default=1.0)
    parser.add_argument("--apart", action="store_true")
    options = parser.parse_args()
    torch.set_num_threads(1)
    chosen = stories("stories_apart") if options.apart else [story for story in stories() if story["aside"]]
    read = read_by_rules(chosen, options.folder / ("apart.jsonl" if options.apart else "rules.jsonl"))
    net = begin()
    weights = load_file(options.folder / f"reader-{options.share:g}.safetensors")
    net.load_state_dict({name: value.float() for name, value in weights.items()}, strict=False)
    answers = read_by_net(net, chosen, read)
    totals: dict[str, Counter[str]] = defaultdict(Counter)
    for story in chosen:
        group = "prompts" if len(story["lines"]) == 1 else "stories"
        before = None
        for line, reading, answer in zip(story["lines"], read[story["key"]], answers[story["key"]], strict=True):
            judge(line["scene"], by_rules(reading), totals[f"{group}, rules"])
            judge(line["scene"], by_reader(answer), totals[f"{group}, reader"])
            judge(line["scene"], by_both(reading, before, answer, SURE), totals[f"{group}, both"])
            before = reading
    print(*(row_of(name, total) for name, total in sorted(totals.items())), sep="\n")


if __name__ == "__main__":
    main()
