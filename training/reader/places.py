"""Train what says where a story is likely to be when its words name no place, from the stories with their scenes.

    python -m training.reader.places --folder FOLDER            # train and land: 153 seconds
    python -m training.reader.places --folder FOLDER --judge stories_apart

`--judge` prints, for the lines of stories whose place the rules leave open, how often the place is the illustrator's. `stories` are those set
aside, on which the threshold was chosen; on `stories_apart` nothing is chosen.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import platform
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from unittest import mock

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from pipelines.core.models import load
from pipelines.core.settings import Refusal
from pipelines.film.parts import story as film_story
from pipelines.language.likely_place import MOST_PIECES, likely_place
from pipelines.language.minilm import MINILM
from pipelines.scenes import places
from pipelines.scenes.settings import family
from training.loop import land

HERE = Path(__file__).parent
SEED, STEPS, BATCH, RATE = 0, 400, 512, 2e-3


def stories(folder: str = "stories") -> list[dict[str, Any]]:
    """All English stories; of `stories` a tenth is set aside."""
    rows = []
    for path in sorted((HERE / folder).glob("*.jsonl")):
        for text in path.read_text("utf-8").splitlines():
            story = json.loads(text)
            digest = hashlib.md5(story["lines"][0]["text"].encode(), usedforsecurity=False).hexdigest()
            if "language" not in story:
                rows.append(story | {"aside": folder != "stories" or int(digest, 16) % 10 == 0})
    return rows


def in_context(lines: Sequence[str], number: int) -> str:
    """A line with the two before it."""
    return " ".join(lines[max(0, number - 2) : number + 1])


def examples(kept: Path) -> tuple[Tensor, list[dict[str, Any]]]:
    """The vectors [n,384] of all lines that train, kept in a file, and their scenes."""
    trained = [story for story in stories() if not story["aside"]]
    lines = [[line["text"] for line in story["lines"]] for story in trained]
    if not kept.exists():
        texts = [in_context(story, number) for story in lines for number in range(len(story))]
        with load(MINILM) as encoder:
            np.save(kept, encoder.sentences(texts, MOST_PIECES))
    return torch.from_numpy(np.load(kept)), [line["scene"] for story in trained for line in story["lines"]]


def train(vectors: Tensor, scenes: Sequence[dict[str, Any]]) -> dict[str, Tensor]:
    """A matrix and the vectors of places, by AdamW: cross-entropy over places and over their families."""
    torch.manual_seed(SEED)
    known, names = places.everything(), list(places.everything())
    families = sorted({family(name) for name in names})
    member = torch.tensor([families.index(family(name)) for name in names])
    called = [" ".join((place.place, *place.also, *place.always, *place.often)) for place in known.values()]
    with load(MINILM) as encoder:
        named = nn.Parameter(4 * torch.from_numpy(encoder.sentences(called, 40)))
    record = torch.tensor([_index(names, places.names().get(scene.get("place", ""), "")) for scene in scenes])
    wide = torch.tensor([_index(families, scene.get("like", "")) for scene in scenes])
    turn, often = nn.Linear(vectors.shape[1], vectors.shape[1]), nn.Parameter(torch.zeros(len(names)))
    optimiser = torch.optim.AdamW([*turn.parameters(), named, often], lr=RATE, weight_decay=0.05)
    useful = ((record >= 0) | (wide >= 0)).nonzero()[:, 0]
    for step in range(STEPS):
        optimiser.param_groups[0]["lr"] = RATE * min(1, step / 20) * (1 - step / STEPS)
        batch = useful[torch.randint(len(useful), (BATCH,))]
        chances = (4 * turn(F.dropout(vectors[batch], 0.5)) @ named.T + often).log_softmax(-1)
        loss = F.nll_loss(chances, record[batch], ignore_index=-1)
        shared = (chances.exp() @ F.one_hot(member).float() + 1e-9).log()
        loss = loss + 0.7 * F.nll_loss(shared, wide[batch], ignore_index=-1)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
    return {"turn": turn.weight.T, "shift": turn.bias, "places": 4 * named, "often": often}


def _index(names: Sequence[str], name: str) -> int:
    return names.index(name) if name in names else -1


def judge(chosen: Sequence[dict[str, Any]]) -> str:
    """How often the place of lines that the rules leave open is the illustrator's, and their family of places."""
    counts = {"lines": 0, "place is known": 0, "guessed": 0, "right family": 0, "right place": 0, "meadows": 0}
    for story in chosen:
        lines = [line["text"] for line in story["lines"]]
        with mock.patch.object(film_story, "likely_place", wraps=likely_place) as asked:
            try:
                film_story.told(" ".join(lines))
            except Refusal:
                continue
        texts = [text for call in asked.call_args_list for text in call.args[0]]
        guess = likely_place(texts) if texts else ""
        for number in [number for number, line in enumerate(lines) if any(text.endswith(line[-25:]) for text in texts)]:
            scene = story["lines"][number]["scene"]
            wanted, like = places.names().get(scene.get("place", ""), ""), scene.get("like", "")
            counts["lines"] += 1
            counts["place is known"] += bool(wanted)
            counts["guessed"] += bool(guess)
            counts["right place"] += bool(guess) and guess == wanted
            counts["right family"] += bool(guess) and family(guess) == like
            counts["meadows"] += like == "meadow"
    return "\n".join(f"{name:16} {count}" for name, count in counts.items())


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--folder", type=Path, required=True, help="where the lines' vectors are kept")
    parser.add_argument("--judge", choices=["stories", "stories_apart"])
    options = parser.parse_args()
    torch.set_num_threads(1)
    if options.judge:
        print(judge([story for story in stories(options.judge) if story["aside"] and len(story["lines"]) > 1]))
        return
    began = time.process_time()
    vectors, scenes = examples(options.folder / "lines.npy")
    weights, names = train(vectors, scenes), list(places.everything())
    card = {
        "name": "places",
        "what": "where a story is likely to be when its words name no place",
        "licence": "CC0-1.0, as the stories; MiniLM's vectors are Apache-2.0",
        "data": f"{len(scenes)} English lines of training/reader/stories, of which a tenth of the stories is set aside",
        "recipe": {"seed": SEED, "steps": STEPS, "batch": BATCH, "rate": RATE, "dropout": 0.5},
        "command": "python -m training.reader.places --folder FOLDER",
        "compute": {"seconds": round(time.process_time() - began), "threads": 1, "machine": platform.machine()},
    }
    land(Path("assets/weights"), "places", weights, card, names=names, families=[family(name) for name in names])


if __name__ == "__main__":
    main()
