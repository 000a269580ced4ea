"""How often are pictures painted by code called "likely AI"? `python -m measure.eval.eval_painted [--each 50] [--folder F]`; goes on where it stopped.

Pictures of a storybook, characters, and portraits, all painted by the studio's code without a trained model and given to Detect as bare pixels: no
credential, no mark, no metadata. Every picture's verdict by its looks is one line of a file; the table says how often it was "likely AI", with the
interval of Clopper and Pearson (95 %).
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from itertools import cycle, islice
from pathlib import Path

import numpy as np
from PIL import Image

from measure import results
from pipelines.detect.parts import native, wild_head
from pipelines.detect.parts.fusion import fuse, limits
from pipelines.detect.parts.picture import examine_image
from pipelines.redteam.parts.report import interval

LIKELY = "likely AI"
PAPER = (251, 248, 243)


def storybook(number: int) -> Image.Image:
    """A scene of one figure or thing at a place and an hour; the number chooses them."""
    from pipelines.figures.kinds import everything
    from pipelines.generate.storybook import HOURS, places
    from pipelines.generate.storybook import storybook as painted

    kinds, grounds, hours = list(everything()), [one for one in places() if one], [one for one in HOURS if one]
    kind = kinds[number * 7 % len(kinds)].replace("_", " ")
    ground, hour = grounds[number % len(grounds)], hours[number % len(hours)]
    return painted(prompt=f"a {kind} beside a tree", place=ground, hour=hour, seed=number).main.picture


def character(number: int) -> Image.Image:
    """A standing character seen from one of four sides, 768 pixels high, over a square of paper."""
    from pipelines.figures import Character, act, draw, everything

    kind = next(islice(cycle(everything()), number, None))
    view = ("three_quarters", "front", "side", "back")[number // 7 % 4]
    who = Character(kind, seed=number)
    made = Image.fromarray(draw(who, act(who.figure, "stand", 1.0, seed=number), 768, view).rgba)
    side = max(made.size) + 64
    ground = Image.new("RGB", (side, side), PAPER)
    ground.paste(made, ((side - made.width) // 2, (side - made.height) // 2), made)
    return ground


def portrait(number: int) -> Image.Image:
    """Somebody's face, 512 pixels."""
    from pipelines.figures.portraits import picture, portrait_of, somebody

    return Image.fromarray(np.asarray(picture(portrait_of(somebody(number), number), 512)))


KINDS: dict[str, Callable[[int], Image.Image]] = {
    "storybook pictures": storybook,
    "characters": character,
    "portraits": portrait,
}


def looks_of(picture: Image.Image) -> str:
    """The verdict by looks. Where the deciding signal does not accuse, the other signals and gates cannot change it and are left out."""
    if wild_head.ratio(native.measure(native.middle(picture))) < wild_head.facts()["accuses_from"]:
        return "cannot tell"
    return fuse("image", examine_image(picture)).verdict


def table(rows: list[dict[str, str]]) -> str:
    """How often each kind was called likely AI, in Markdown."""
    lines = [f"| Painted by code, without metadata | Called “{LIKELY}” |", "|---|---|"]
    for kind in KINDS:
        found = [row["verdict"] == LIKELY for row in rows if row["kind"] == kind]
        if found:
            low, high = interval(sum(found), len(found))
            share = f"{sum(found)} of {len(found)} ({100 * low:.0f} to {100 * high:.0f} %)"
            lines.append(f"| {kind} | {share} |")
    return "\n".join(lines)


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(prog="python -m measure.eval.eval_painted", description=__doc__)
    parser.add_argument("--each", type=int, default=50)
    parser.add_argument("--only", choices=KINDS, action="append")
    parser.add_argument("--folder", type=Path, default=results.cache("eval"))
    given = parser.parse_args()
    assert limits()["image"]["decided_by"] == wild_head.NAME
    given.folder.mkdir(parents=True, exist_ok=True)
    kept = results.Lines(given.folder / "painted.jsonl")
    done = {(row["kind"], row["number"]) for row in kept.rows}
    for number in range(given.each):
        for kind in given.only or KINDS:
            if (kind, number) not in done:
                kept.add({"kind": kind, "number": number, "verdict": looks_of(KINDS[kind](number))})
    print(table(kept.rows))


if __name__ == "__main__":
    main()
