"""Train what says which act shows a deed whose verb has no movement of its own, from the stories with their scenes.

    python -m training.reader.acts --folder FOLDER            # train and land
    python -m training.reader.acts --folder FOLDER --share 0.5            # what half of the stories give; nothing is landed

Figures of a line are matched with the subjects of its verbs by noun, name or pronoun. Who does several things in a line is shown doing one of them,
and it is not said which: the chance of the act is the mean over the verbs (multiple instances, Dietterich et al. 1997).
"""

from __future__ import annotations

import argparse
import json
import platform
import time
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from pipelines.core.models import load
from pipelines.film.parts.motion import NEAREST_MOVE
from pipelines.language.doings import doing_of, verb_of
from pipelines.language.likely_act import MOST_PIECES, SCALE, SURE, doer_of, texts_of, words_of_deed
from pipelines.language.minilm import MINILM
from pipelines.reading.actions import action_of
from pipelines.reading.english import parse
from pipelines.reading.parse import lemma_of
from training.loop import land
from training.reader.places import stories

SEED, STEPS, BATCH, RATE = 0, 1000, 256, 3e-3
SEXES = {"he": "m", "she": "f"}
MANY = ("they", "we")


@dataclass(frozen=True)
class Example:
    """Somebody in a line: the texts of each of its deeds, the illustrator's act, what the tables say, and on which side the story is."""

    deeds: tuple[tuple[str, ...], ...]
    act: str
    known: str
    side: str
    story: str


def meant_by(subject: Any, actors: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """The figures of a scene that a subject of its line names."""
    word = subject.lower_
    if word in MANY:
        return [actor for actor in actors if actor.get("count", 1) > 1] or list(actors)
    if word in ("i", "you"):
        return [actor for actor in actors if actor["id"] == ("me" if word == "i" else word)]
    if word in SEXES:
        same = [actor for actor in actors if actor.get("sex") == SEXES[word]]
        return same if len({actor.get("act") for actor in same}) == 1 else []
    words = {form for token in (subject, *subject.conjuncts) for form in (token.lower_, lemma_of(token))}
    return [actor for actor in actors if words & set(_names(actor))]


def _names(actor: Mapping[str, Any]) -> Iterable[str]:
    first = actor.get("name", "").lower().split(" ")[0]
    return first, actor["id"].rstrip("0123456789"), actor["noun"], actor["noun"].split()[-1]


def by_tables(verb: str) -> str:
    """The act that the tables of verbs show a verb by, "" for none."""
    plain = (verb, NEAREST_MOVE.get(verb, ""), action_of(verb).partition("_")[0])
    acts = [doing_of(known) for word in plain if (known := verb_of(word))]
    return next((also or act for act, also in acts if also or act != "stand"), "")


def examples(folder: str) -> Iterable[Example]:
    """Every figure of the English stories that is the subject of a verb."""
    for number, story in enumerate(stories(folder)):
        side = folder if folder != "stories" else "aside" if story["aside"] else "train"
        texts = [line["text"] for line in story["lines"]]
        for text, line, doc in zip(texts, story["lines"], parse(texts)):
            actors = {actor["id"]: actor for actor in line["scene"].get("actors", [])}
            deeds: dict[str, list[Any]] = {}
            for verb in (t for t in doc if t.pos_ == "VERB" and t.dep_ not in ("aux", "auxpass", "amod", "compound")):
                subject = doer_of(verb)
                for actor in meant_by(subject, list(actors.values())) if subject is not None else ():
                    deeds.setdefault(actor["id"], []).append(verb)
            for id, verbs in deeds.items():
                actor = actors[id]
                words = tuple(texts_of(actor["noun"], words_of_deed(verb, lemma_of(verb)), text) for verb in verbs)
                known = next(filter(None, (by_tables(lemma_of(verb)) for verb in verbs)), "")
                yield Example(words, actor.get("act") or "stand", known, side, f"{folder}{number}")


def vectors_of(chosen: Sequence[Example], kept: Path) -> list[Tensor]:
    """The vectors [deeds,1536] of each example; those of single texts are kept in a file."""
    texts = sorted({text for example in chosen for deed in example.deeds for text in deed})
    if not kept.exists():
        with load(MINILM) as encoder:
            np.save(kept, encoder.sentences(texts, MOST_PIECES))
    vectors, place = torch.from_numpy(np.load(kept)), {text: number for number, text in enumerate(texts)}
    return [torch.stack([vectors[[place[text] for text in deed]].ravel() for deed in one.deeds]) for one in chosen]


def train(chosen: Sequence[Example], vectors: Sequence[Tensor], acts: Sequence[str]) -> nn.Linear:
    """One layer by AdamW: the negative logarithm of the act's mean chance over the deeds of each figure."""
    torch.manual_seed(SEED)
    layer, drop = nn.Linear(vectors[0].shape[1], len(acts)), nn.Dropout(0.5)
    target = torch.tensor([acts.index(example.act) for example in chosen])
    optimiser = torch.optim.AdamW(layer.parameters(), lr=RATE, weight_decay=0.05)
    for step in range(STEPS):
        optimiser.param_groups[0]["lr"] = RATE * min(1, step / 50) * (1 - step / STEPS)
        batch = torch.randint(len(chosen), (BATCH,)).tolist()
        of = torch.tensor([place for place, number in enumerate(batch) for _ in vectors[number]])
        chances = layer(drop(SCALE * torch.cat([vectors[number] for number in batch]))).softmax(-1)
        right = chances.gather(1, target[batch][of][:, None])[:, 0]
        mean = torch.zeros(BATCH).index_add(0, of, right) / torch.bincount(of, minlength=BATCH)
        loss = -(mean + 1e-6).log().mean()
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
    return layer


def judge(layer: nn.Linear, chosen: Sequence[Example], vectors: Sequence[Tensor], acts: Sequence[str]) -> str:
    """How many figures are shown doing what the illustrator drew: by the tables alone, by the layer alone, and by the tables where the layer is not sure."""
    counts: Counter[str] = Counter()
    for example, vector in zip(chosen, vectors):
        chances = (SCALE * vector @ layer.weight.T + layer.bias).softmax(-1)
        best = acts[int(chances.max(0).values.argmax())]
        tables = example.known or "stand"
        counts["figures"] += 1
        counts["by the tables"] += tables == example.act
        counts["by the layer"] += best == example.act
        counts["by both"] += (best if float(chances.max()) > SURE else tables) == example.act
    return ", ".join(f"{name} {count}" for name, count in counts.items())


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--folder", type=Path, required=True, help="where the vectors are kept")
    parser.add_argument("--share", type=float, default=1.0, help="of the stories that train; less than 1 lands nothing")
    options = parser.parse_args()
    torch.set_num_threads(1)
    began = time.process_time()
    every = [example for folder in ("stories", "stories_apart") for example in examples(folder)]
    vectors = vectors_of(every, options.folder / "deeds.npy")
    acts = sorted({example.act for example in every})
    order = np.random.default_rng(SEED).permutation(sorted({one.story for one in every if one.side == "train"}))
    used = set(order[: round(options.share * len(order))])
    sides: dict[str, tuple[list[Example], list[Tensor]]] = {}
    for example, vector in zip(every, vectors):
        if example.side != "train" or example.story in used:
            some, theirs = sides.setdefault(example.side, ([], []))
            some.append(example)
            theirs.append(vector)
    layer = train(*sides["train"], acts)
    results = {side: judge(layer.requires_grad_(False), *sides[side], acts) for side in ("aside", "stories_apart")}
    print(json.dumps(results, indent=1))
    if options.share < 1:
        return
    card = {
        "name": "acts",
        "what": "which act shows a deed whose verb has no movement of its own",
        "licence": "CC0-1.0, as the stories; MiniLM's vectors are Apache-2.0",
        "data": f"{len(sides['train'][0])} figures in English lines of training/reader/stories, of which a tenth of the stories is set aside",
        "recipe": {"seed": SEED, "steps": STEPS, "batch": BATCH, "rate": RATE, "dropout": 0.5},
        "command": "python -m training.reader.acts --folder FOLDER",
        "compute": {"seconds": round(time.process_time() - began), "threads": 1, "machine": platform.machine()},
        "measured": results,
    }
    land(Path("assets/weights"), "acts", {"turn": layer.weight.T, "shift": layer.bias}, card, names=acts)


if __name__ == "__main__":
    main()
