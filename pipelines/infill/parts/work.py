"""A text's passages, filled one after the other, and what the page is told of them."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from pipelines.infill.parts.blanks import Template
from pipelines.infill.parts.fill import Alternative, Draft, Manner, drafts
from pipelines.infill.parts.free_length import found_sizes
from pipelines.infill.parts.networks import Masked
from pipelines.infill.parts.passage import Item, Passage, items_of, passages, with_fillings
from pipelines.infill.parts.vocabulary import laid_out
from pipelines.infill.parts.weighing import Weigher

if TYPE_CHECKING:
    from torch import Generator

ROOM = 12  # pieces that a blank of any length is reckoned with


@dataclass
class Work:
    """All passages of a text, filled one after the other; what is filled is context for what follows."""

    network: Masked
    template: Template
    manner: Manner
    generator: Generator
    context: str = ""  # text that is read before it and not shown
    title: bool = False  # words of the first line have capitals
    weigher: Weigher | None = None  # fills again what the network drafted
    free: Masked | None = None  # finds the lengths of blanks that may have any; without it several are tried
    fillings: dict[int, tuple[int, ...]] = field(default_factory=dict)
    found: dict[int, list[Alternative]] = field(default_factory=dict)
    kept: list[tuple[Passage, list[Draft]]] = field(default_factory=list)

    def run(self) -> None:
        """Fill everything."""
        words = {i: blank.words for i, blank in enumerate(self.template.blanks)}
        room = {i: ROOM if count is None else count + 1 + count // 4 for i, count in words.items()}
        items = items_of(self.template, self.network.vocabulary)
        if self.context:
            items = [*self._context(sum(room.values()) + len(items)), *items]
        for passage in passages(items, self.network.limit - 2, room):
            now = Passage(tuple(with_fillings(passage.items, self.fillings)))
            manner = self.manner
            if self.weigher and [words[b] for b in now.blanks] == [1]:
                manner = replace(manner, drafts=1)  # one word does not depend on the draft
            drafted = self._drafts(now, words, manner)
            if self.weigher:
                best, found = self.weigher.refilled(now, drafted, words, self.sides)
                self.found.update(found)
                drafted = [best, *(other for other in drafted if other.fillings != best.fillings)]
                if len(now.blanks) == 1 and words[now.blanks[0]] == 1:
                    drafted = [best]
            self.fillings.update(drafted[0].fillings)
            self.kept.append((now, drafted))

    def _drafts(self, passage: Passage, words: dict[int, int | None], manner: Manner) -> list[Draft]:
        sizes: list[dict[int, int]] = []
        if self.free is not None and any(words[blank] is None for blank in passage.blanks):
            sizes = found_sizes(self.free, passage, words, manner.drafts, self.generator)
        return drafts(self.network, passage, words, manner, self.generator, sizes)

    def sides(self, blank: int, fillings: Mapping[int, Sequence[int]]) -> tuple[str, str]:
        """The text before a blank and after it, with these fillings and those of earlier passages; up to a blank that has none."""
        filled = {**self.fillings, **fillings}
        text, number, before = "", 0, ""
        for part in self.template.parts:
            if isinstance(part, str):
                text += part
                continue
            if number == blank:
                before, text = text, ""
            elif number in filled:
                text += self.shown(filled[number], text or before)[0]
            elif number > blank:
                break
            number += 1
        lead = self.context + "\n" if self.context else ""
        return lead + before, text

    def _context(self, used: int) -> list[Item]:
        v = self.network.vocabulary
        pieces = [Item(piece.id) for piece in v.encode(self.context)][: max(0, self.network.limit - 4 - used)]
        return [*pieces, *(Item(i) for i in v.paragraph)]

    def shown(self, pieces: Sequence[int], before: str) -> tuple[str, list[tuple[int, int]]]:
        """A filling as it reads after `before`, and where each piece stands in it."""
        text, spans = laid_out(pieces, self.network.vocabulary, before)
        if self.title and "\n" not in before:
            text = re.sub(r"\b[a-z]", lambda found: found[0].upper(), text)
        return text, spans

    def expected_calls(self) -> int:
        """About how many network calls a run takes, for progress."""
        blanks = self.template.blanks
        places = sum(blank.words or 6 for blank in blanks)
        rows = places * 2 * self.manner.drafts * self.manner.orders // 64
        return max(4, min(places, self.manner.steps) + rows + sum(3 if b.words == 1 else 12 for b in blanks))

    def cost(self) -> dict[str, int]:
        """How often the networks were asked, and how many pieces they read."""
        counted = [(self.network.calls, self.network.pieces)]
        counted += [(self.free.calls, self.free.pieces)] if self.free else []
        counted += [(self.weigher.reader.calls, self.weigher.reader.pieces)] if self.weigher else []
        return {
            "network_calls": sum(calls for calls, _ in counted),
            "pieces_read": sum(pieces for _, pieces in counted),
        }

    def result(self) -> tuple[str, list[dict[str, Any]], list[dict[str, Any]]]:
        """The filled text, its blanks and its steps as JSON."""
        text, blanks, places = "", [], {}
        number = 0
        for part in self.template.parts:
            if isinstance(part, str):
                text += part
                continue
            shown, spans = self.shown(self.fillings[number], text)
            blanks.append(
                {
                    "blank": number,
                    "start": len(text),
                    "end": len(text) + len(shown),
                    "asked": part.words,
                    "words": shown,
                    "alternatives": [self._alternative(other, text) for other in self.found.get(number, ())],
                }
            )
            places[number] = [(len(text) + a, len(text) + b) for a, b in spans]
            text, number = text + shown, number + 1
        return text, blanks, self._steps(places)

    def _alternative(self, other: Alternative, before: str) -> dict[str, Any]:
        shown = self.shown(other.pieces, before)[0]
        return {
            "words": shown,
            "probability": _round_chance(math.exp(other.log_p)),
            "share": round(other.share, 4),
            "pieces": len(other.pieces),
        }

    def _steps(self, places: dict[int, list[tuple[int, int]]]) -> list[dict[str, Any]]:
        """Every decision in its order; passages follow each other."""
        texts = self.network.vocabulary.texts
        out, base = [], 0
        for _, made in self.kept:
            events = [
                (event.step, blank, slot, event) for blank, found in made[0].events.items() for slot, event in found
            ]
            number = {step: base + 1 + k for k, step in enumerate(sorted({step for step, *_ in events}))}
            for step, blank, slot, event in sorted(events, key=lambda item: item[:3]):
                a, b = places[blank][slot]
                runner = texts[event.runner_up] if event.runner_up_confidence > 0 else ""
                out.append(
                    {
                        "step": number[step],
                        "blank": blank,
                        "place": slot,
                        "start": a,
                        "end": b,
                        "piece": texts[event.piece],
                        "confidence": round(event.confidence, 4),
                        "runner_up": runner,
                        "runner_up_confidence": round(event.runner_up_confidence, 4),
                        "entropy_bits": round(event.entropy_bits, 2),
                    }
                )
            base += len(number)
        return out

    def other_drafts(self) -> list[dict[str, Any]]:
        """Whole fillings that were drawn, best first; only where the text is one passage, and the first is the result itself."""
        if len(self.kept) != 1:
            return []
        out = []
        for draft in self.kept[0][1]:
            shown = self._text_of(draft.fillings)
            out.append({"text": shown, "nats_a_piece": round(draft.nats_a_piece, 3)})
        return out

    def _text_of(self, fillings: Mapping[int, Sequence[int]]) -> str:
        text, number = "", 0
        for part in self.template.parts:
            if isinstance(part, str):
                text += part
            else:
                text, number = text + self.shown(fillings[number], text)[0], number + 1
        return text


def _round_chance(chance: float) -> float:
    return float(f"{chance:.3g}")
