"""Train the corrector of the rules' record: `python -m training.reader.train --folder FOLDER --minutes 25 [--share 0.25]`.

MiniLM's lower layers read each text alone and once; its upper layers, which are trained, read a row: the line's pieces, the place before, the
rules' place, the two lines before, and the cast with what the rules make of it. The first piece says place, hour and weather; each member of
the cast whether it is there, and its act.
"""

from __future__ import annotations

import argparse
import copy
import json
import random
import re
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import save_file
from torch import Tensor, nn
from torch.nn import functional as F

from pipelines.core.models import has_fast_bfloat16, load
from pipelines.language.minilm import MINILM, tokenizer
from pipelines.nets.masked_text import MaskedText
from pipelines.scenes import places
from pipelines.scenes.settings import family
from training.reader.examples import Reading, classes, match_cast, read_by_rules, stories

LIKE, ACTS = classes()
HOURS, WEATHERS = ["day", "dawn", "sunset", "night"], ["", "clear", "rain", "snow", "fog"]
MOST_CAST, MOST_PIECES = 8, 80
NONE = -100


@lru_cache(maxsize=1)
def records() -> list[str]:
    """The places of the studio, in order."""
    return list(places.everything())


@dataclass
class Example:
    """One line: what is read of it, and what an illustrator drew (none while reading)."""

    text: str
    words_before: tuple[str, ...] = ()
    before: str = ""  # the coarse place of the line before
    rules: Reading = field(default_factory=dict)
    cast: list[Reading] = field(default_factory=list)
    setting: tuple[int, int, int, int] = (NONE, NONE, NONE, NONE)  # like, record, hour, weather
    there: list[int] = field(default_factory=list)
    acts: list[int] = field(default_factory=list)


def told_of(member: Reading) -> str:
    """A member of the cast in words: who it is, and the verb that the rules give to it."""
    who = dict.fromkeys(f"{member['name']} {member['said']} {member['noun']}".lower().split())
    return f"{' '.join(who)}: {member.get('verb', '')}"


def mentions(member: Reading, text: str) -> list[tuple[int, int]]:
    """Where a line names a member of the cast."""
    words = {word for word in f"{member['name']} {member['said']} {member['noun']}".lower().split() if len(word) > 2}
    return [
        found.span()
        for found in re.finditer(r"\w+", text.lower())
        if found[0] in words or found[0].rstrip("s") in words
    ]


def setting_of(scene: dict[str, Any]) -> tuple[int, int, int, int]:
    """The classes of a scene's place, record, hour and weather."""
    record, like = places.names().get(scene.get("place", "")), scene.get("like", "")
    return (
        LIKE.index(like) if like in LIKE else NONE,
        records().index(record) if record else NONE,
        HOURS.index(scene.get("hour") or "day"),
        WEATHERS.index(scene.get("weather") or ""),
    )


def examples(story: dict[str, Any], read: Sequence[Reading] | None, dice: random.Random) -> Iterator[Example]:
    """The lines of a story; half of the time, and without the rules' reading always, with the illustrator's own cast."""
    own = read is None or dice.random() < 0.4
    before, same, seen = "", {}, {}
    for number, line in enumerate(story["lines"]):
        scene = {"actors": [], **line["scene"]}
        rules = {} if read is None or dice.random() < 0.15 else read[number]
        words = tuple(each["text"] for each in story["lines"][max(0, number - 2) : number])
        seen |= {actor["id"]: actor for actor in scene["actors"]}
        if own:
            cast = [
                {"id": a["id"], "noun": a["noun"], "said": a["noun"], "name": a.get("name", ""), "of": a["id"]}
                for a in seen.values()
            ]
            dice.shuffle(cast)
        else:
            assert read is not None
            found = match_cast(read[number]["cast"], scene["actors"], same)
            same |= {read[number]["cast"][i]["id"]: scene["actors"][j]["id"] for i, j in found.items()}
            cast = [
                {**member, "of": scene["actors"][found[i]]["id"] if i in found else ""}
                for i, member in enumerate(read[number]["cast"])
            ]
            if not rules:
                cast = [{k: v for k, v in member.items() if k != "there"} for member in cast]
        acts = {
            actor["id"]: ACTS.index(actor.get("act", "stand")) if actor.get("act", "stand") in ACTS else NONE
            for actor in scene["actors"]
        }
        yield Example(
            line["text"],
            words,
            "" if dice.random() < 0.15 else before,
            rules,
            cast[:MOST_CAST],
            setting_of(scene),
            [int(member["of"] in acts) for member in cast[:MOST_CAST]],
            [acts.get(member["of"], NONE) for member in cast[:MOST_CAST]],
        )
        before = scene.get("like", "")


class Corrector(nn.Module):
    """MiniLM's lower layers, which stay as they are and read each text once, and its upper layers with heads, which are trained."""

    def __init__(self, encoder: MaskedText, fixed: int = 4) -> None:
        super().__init__()
        width, sizes = encoder.shape.width, (len(LIKE), len(records()), len(HOURS), len(WEATHERS))
        halves = torch.bfloat16 if has_fast_bfloat16() else torch.float32
        self.lower = [copy.deepcopy(encoder).to(halves)]  # in a list, so that its weights are not this network's own
        self.fixed, self.kept = fixed, dict[str, tuple[Tensor, list[tuple[int, int]]]]()
        self.upper = nn.ModuleList(encoder.layers[fixed:])
        self.before, self.ruled = nn.Embedding(len(LIKE) + 1, width), nn.Embedding(len(LIKE) + 1, width)
        self.role, self.slot = nn.Embedding(8, width), nn.Embedding(MOST_CAST, width)
        self.act = nn.Embedding(len(ACTS) + 2, width)  # the rules' act; one that is no act here; gone
        self.fine = nn.Embedding(len(records()) + 1, width)  # the rules' place
        for table in (self.before, self.ruled, self.role, self.slot, self.act, self.fine):
            nn.init.normal_(table.weight, std=0.1)
        self.setting = nn.ModuleList(nn.Linear(2 * width, size) for size in sizes)
        self.member = nn.Linear(width, 1 + len(ACTS))

    @torch.no_grad()
    def states(self, text: str) -> tuple[Tensor, list[tuple[int, int]]]:
        """The lower layers' states [t,384] of a text, and where each of its pieces stands."""
        if text not in self.kept:
            encoder, encoded = self.lower[0], tokenizer(MOST_PIECES).encode(text)
            tokens = torch.tensor([encoded.ids])
            x = encoder.embed_norm(encoder.words(tokens) + encoder.places.weight[: tokens.shape[1]])
            for layer in encoder.layers[: self.fixed]:
                x = layer(x, None)
            self.kept[text] = x[0], encoded.offsets
        return self.kept[text]

    def row(self, example: Example) -> Tensor:
        """What the upper layers read of a line: [CLS], both places, the lines before as a vector each, the line, the cast."""
        states, offsets = self.states(example.text)
        line = states.float()
        cast = []
        for i, member in enumerate(example.cast[:MOST_CAST]):
            spans = mentions(member, example.text)
            named = [any(a < end and start < b for a, b in spans) for start, end in offsets]
            line = line + torch.tensor(named).float()[:, None] * self.slot.weight[i]
            act = member.get("act") or "stand"
            ruled = len(ACTS) + 1 if not member.get("there", True) else ACTS.index(act) if act in ACTS else len(ACTS)
            known = self.act.weight[ruled] if "there" in member else self.role.weight[4]
            who = self.states(told_of(member))[0].float().mean(0)
            cast.append(who + self.slot.weight[i] + known + self.role.weight[0])
        place = example.rules.get("place", "")
        fine = records().index(place) if place in records() else len(records())
        both = [self.before.weight[_like(example.before)], self.role.weight[5]]
        if example.rules:
            both[1] = self.ruled.weight[_like(family(place))] + self.fine.weight[fine]
        words = [
            self.states(text)[0].float().mean(0) + self.role.weight[2 + i]
            for i, text in enumerate(example.words_before[::-1])
        ]
        return torch.cat([line, torch.stack([*both, *words, *cast])])

    def forward(self, batch: Sequence[Example]) -> tuple[list[Tensor], Tensor]:
        """Logits of place, record, hour and weather [n,k] each, and of all members [m,1+acts] one row after the other."""
        rows = [self.row(example) for example in batch]
        x = nn.utils.rnn.pad_sequence(rows, batch_first=True)
        lengths = torch.tensor([len(row) for row in rows])
        visible = (torch.arange(x.shape[1])[None] < lengths[:, None])[:, None, None, :]
        with torch.autocast("cpu", torch.bfloat16, enabled=has_fast_bfloat16()):
            for layer in self.upper:
                x = layer(x, visible)
        x = F.dropout(x.float(), 0.1, self.training)
        cast = [
            x[i, len(row) - len(example.cast[:MOST_CAST]) : len(row)]
            for i, (row, example) in enumerate(zip(rows, batch, strict=True))
        ]
        whole = torch.stack([torch.cat([x[i, 0], x[i, : len(row)].mean(0)]) for i, row in enumerate(rows)])
        return [head(whole) for head in self.setting], self.member(torch.cat(cast))


def _like(place: str) -> int:
    return LIKE.index(place) if place in LIKE else len(LIKE)


def loss_of(net: Corrector, batch: Sequence[Example]) -> Tensor:
    """Cross-entropy of all heads, each averaged over what is known."""
    settings, members = net(batch)
    total = torch.zeros(())
    for i, (logits, weight) in enumerate(zip(settings, (1.0, 0.7, 0.5, 0.5), strict=True)):
        wanted = torch.tensor([example.setting[i] for example in batch])
        if (wanted != NONE).any():
            total = total + weight * F.cross_entropy(logits, wanted)
    if len(members):
        there = torch.tensor([value for example in batch for value in example.there]).float()
        acts = torch.tensor([value for example in batch for value in example.acts])
        total = total + F.binary_cross_entropy_with_logits(members[:, 0], there)
        if (acts != NONE).any():
            total = total + F.cross_entropy(members[:, 1:], acts)
    return total


def begin() -> Corrector:
    """MiniLM, whose heads know nothing yet."""
    with load(MINILM) as encoder:
        return Corrector(encoder.network)


def batches(found: list[Example], size: int, dice: random.Random) -> list[list[Example]]:
    """Examples of like length together, in random order."""
    keyed = sorted(found, key=lambda example: len(example.text) + 5 * len(example.cast) * dice.uniform(0.8, 1.2))
    cut = [keyed[i : i + size] for i in range(0, len(keyed), size)]
    dice.shuffle(cut)
    return cut


def train(
    net: Corrector, told: list[dict[str, Any]], read: dict[str, list[Reading]], minutes: float, log: Path
) -> None:
    """AdamW until the minutes are over; its rate rises in the first twentieth and falls to 0 at the end. New casts and gaps every pass."""
    body = [p for name, p in net.named_parameters() if name.startswith("upper")]
    heads = [p for name, p in net.named_parameters() if not name.startswith("upper")]
    optimiser = torch.optim.AdamW([{"params": body, "lr": 3e-4}, {"params": heads, "lr": 2e-3}], weight_decay=0.01)
    rates = [group["lr"] for group in optimiser.param_groups]
    net.train()
    mean, step, passes, began = 0.0, 0, 0, time.monotonic()
    while True:
        dice = random.Random(passes)
        for batch in batches([e for story in told for e in examples(story, read.get(story["key"]), dice)], 24, dice):
            spent = (time.monotonic() - began) / (60 * minutes)
            if spent >= 1:
                return
            for group, rate in zip(optimiser.param_groups, rates, strict=True):
                group["lr"] = rate * min(20 * spent, (1 - spent) / 0.95) + 1e-6
            loss = loss_of(net, batch)
            optimiser.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_([*body, *heads], 1.0)
            optimiser.step()
            step, mean = step + 1, mean + (loss.item() - mean) / min(step + 1, 50)
            if step % 20 == 0:
                facts = {"step": step, "passes": passes, "loss": round(mean, 3), "cpu": round(time.process_time())}
                with log.open("a") as file:
                    file.write(json.dumps(facts) + "\n")
        passes += 1


def save(net: Corrector, path: Path) -> None:
    """Write what was trained, in float16."""
    save_file(
        {name: p.detach().half().contiguous() for name, p in net.named_parameters()},
        path,
        metadata={"fixed": str(net.fixed)},
    )


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--minutes", type=float, default=25)
    parser.add_argument("--share", type=float, default=1.0)
    options = parser.parse_args()
    torch.set_num_threads(1)
    torch.manual_seed(0)
    kept = [story for story in stories() if not story["aside"]]
    kept = [story for story in kept if int(story["key"][:6], 16) < options.share * 16**6]
    read = read_by_rules([], options.folder / "rules.jsonl")
    net, name = begin(), f"reader-{options.share:g}"
    train(net, kept, read, options.minutes, options.folder / f"{name}.jsonl")
    save(net, options.folder / f"{name}.safetensors")


if __name__ == "__main__":
    main()
