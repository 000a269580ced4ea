"""What the judges of figures can do at all: the same questions asked of artists' drawings of the same kinds.

EfficientNet-lite0 knows photographs only, so its answer to a storybook figure says little without its answer to an emoji of the same animal. CLIP
has seen drawings: it names a picture by the nearest of emojione's drawings of these kinds (the package that it comes from has no text encoder).
"""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from measure import pages
from measure.eval import judge
from pipelines.figures import Character, act, draw
from pipelines.figures.vocabulary import vocabulary
from training.objects import data as objects_data
from training.objects.words import STYLES

SIZE_PX = 300
VIEWS = ("side", "three_quarters", "front")


def kind_of(noun: str) -> str:
    """The kind of figure that a noun of the drawing sets means."""
    return vocabulary().same.get(noun, noun.replace(" ", "_"))


def artists(cache: Path, kinds: Sequence[str], sets: Sequence[str]) -> dict[str, dict[str, np.ndarray]]:
    """Set -> kind -> the artist's drawing, straight RGBA [300,300,4] from its vector original; a kind's own name goes before other words."""
    tables, wanted = objects_data.icon_names(cache), set(kinds)
    nouns = [n for n in objects_data.vocabulary(cache) if kind_of(n.name) in wanted]
    nouns.sort(key=lambda n: n.name != kind_of(n.name).replace("_", " "))
    found: dict[str, dict[str, np.ndarray]] = {}
    for key in sets:
        icons, found[key] = objects_data.icons_of(cache, key), {}
        for noun in nouns:
            icon, kind = objects_data.find_icon(tables[key], noun.code), kind_of(noun.name)
            if icon in icons and kind not in found[key]:
                found[key][kind] = objects_data.render(icons[icon], SIZE_PX)
    return found


def by_photographs(drawn: Mapping[str, Mapping[str, np.ndarray]]) -> list[list[str]]:
    """One row a set: of how many of its kinds EfficientNet-lite0 names a fitting class among five, and of how many figures of these kinds."""
    from measure.eval.eval_figures import CLASSES, classified, figure_pictures, on_ground

    lost = set(classified({kind: figure_pictures(kind) for kind in CLASSES}))
    rows = []
    for key, pictures in drawn.items():
        missed = classified({k: [on_ground(p, paper) for paper in (False, True)] for k, p in pictures.items()})
        kinds, own = len(pictures), sum(kind not in lost for kind in pictures)
        rows.append(
            [key, str(kinds), f"{kinds - len(missed)} ({1 - len(missed) / kinds:.0%})", f"{own} ({own / kinds:.0%})"]
        )
    return rows


def by_clip(
    drawn: Mapping[str, Mapping[str, np.ndarray]], prototypes: Mapping[str, np.ndarray], cache: Path
) -> list[list[str]]:
    """One row a set and one for figures: how often the nearest prototype, or one of five, is of the right kind.

    What all pictures of a set have in common is taken away from each, as `judge.Judge` does.
    """
    names = sorted(prototypes)
    target = judge.features([prototypes[k] for k in names], cache)
    target, rows = judge.unit(target - target.mean(0)), []
    sets = {key: {k: [p] for k, p in pictures.items()} for key, pictures in drawn.items()}
    for key, pictures in {**sets, "figures": figures(names)}.items():
        kinds = [k for k in names if k in pictures]
        flat = (
            judge.features([p for k in kinds for p in pictures[k]], cache)
            .reshape(len(kinds), -1, target.shape[1])
            .mean(1)
        )
        alike = judge.unit(flat - flat.mean(0)) @ target.T
        right = np.array([alike[i, names.index(k)] for i, k in enumerate(kinds)])
        ranks = (alike > right[:, None]).sum(1)
        rows.append([key, str(len(kinds)), f"{(ranks < 1).mean():.0%}", f"{(ranks < 5).mean():.0%}"])
    return rows


def figures(kinds: Sequence[str]) -> dict[str, list[np.ndarray]]:
    """Each kind from three sides, standing."""
    found = {}
    for kind in kinds:
        who = Character(kind)
        found[kind] = [draw(who, act(who.figure, "stand", 1.0), SIZE_PX, view).rgba for view in VIEWS]
    return found


def report(cache: Path) -> dict[str, str]:
    """Both tables in Markdown, by the marks that they have in docs/figures.md."""
    from measure.eval.eval_figures import CLASSES

    drawn = artists(cache, list(CLASSES), (*STYLES, objects_data.JUDGING_SET))
    prototypes = drawn.pop(objects_data.JUDGING_SET)
    photographs = by_photographs({**drawn, objects_data.JUDGING_SET: prototypes})
    clip = by_clip(drawn, prototypes, cache)
    return {
        "photographs": pages.table(
            ("Artists' set", "Kinds", "Their drawings", "Our figures of these kinds"), photographs
        ),
        "clip": pages.table(("Drawn by", "Kinds", "First", "In five"), clip),
    }


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(prog="python -m measure.eval.figure_judges", description=__doc__)
    parser.add_argument("--cache", type=Path, default=objects_data.default_cache())
    parser.add_argument(
        "--docs", type=Path, nargs="?", const=Path("docs/figures.md"), help="put the tables into that page"
    )
    options = parser.parse_args()
    tables = report(options.cache)
    print("\n".join(tables.values()))
    if options.docs:
        pages.into(options.docs, tables)


if __name__ == "__main__":
    main()
