"""What each rule of reading, planning and layout is worth: it is switched off, and the seen half of the annotated sentences is judged again.

    python -m measure.ablate                              every rule; minutes to an hour on two processors
    python -m measure.ablate --only sense,tokens          rules of modules whose name holds one of the words
    python -m measure.ablate --first 40 --list            fewer sentences; also the rules that are worth more

A rule is a function or a method whose neutral result is known from its types: what goes in comes out where both are of one type, else False, "", None or an
empty collection. A first run notes for which sentences each rule says anything else; only those are judged again without it. Worth: whole scenes that are right
with the rule and not without it, less those that are right only without it, and the same in parts of scenes. A rule that no sentence needs is listed apart: single
sentences say nothing of what holds between the sentences of a story.
"""

from __future__ import annotations

import argparse
import functools
import importlib
import inspect
import pkgutil
import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from contextlib import contextmanager
from dataclasses import dataclass
from types import ModuleType
from typing import Any

from measure.eval.eval_scenes import verdict_of
from measure.eval.scene_judge import ASPECTS, Verdict, annotations

PACKAGES = ("pipelines.reading", "pipelines.film.parts", "pipelines.scenes", "pipelines.generate.parts.prompt_verbs")
DATA_ALONE = ("wordnet", "wordnet_data", "parse", "cards")  # what rules read, not rules
PAINTING = frozenset(
    [
        "backdrop",
        "classroom",
        "country",
        "desert",
        "drawings",
        "easel",
        "edits",
        "farmland",
        "grounds",
        "halls",
        "heavens",
        "heights",
        "indoors",
        "interiors",
        "light",
        "mountains",
        "plants",
        "preview",
        "public_rooms",
        "rooms",
        "scene",
        "shapes",
        "sky",
        "snow",
        "station",
        "street",
        "town",
        "water",
        "waterside",
        "woods",
        "subtitles",
        "mixing",
        "reel",
        "lettering",
        "tracks",
        "transitions",
        "record",
        "casting",
    ]
)  # of what is painted, not of where
LEAST = 2  # scenes; a rule that wins fewer is listed
NOTHING = type(None)
EMPTY: tuple[tuple[str, type], ...] = (
    ("bool", bool),
    ("str", str),
    ("None", NOTHING),
    ("list[", list),
    ("dict[", dict),
    ("Mapping[", dict),
    ("set[", set),
    ("frozenset[", frozenset),
    ("Sequence[", tuple),
)


@dataclass(frozen=True)
class Rule:
    """A function or method by the name of its module and its own; `first`: what goes in comes out when it is switched off."""

    module: str
    name: str
    first: bool
    neutral: type = NOTHING
    does: bool = False  # it gives nothing, but changes something

    def __str__(self) -> str:
        return f"{self.module.removeprefix('pipelines.')}.{self.name}"

    def off(self, *given: Any, **named: Any) -> Any:
        """What a switched-off rule gives."""
        if not self.first:
            return self.neutral()
        return [*given, *named.values()][int("." in self.name)]


@dataclass(frozen=True)
class Worth:
    """What a rule is worth: scenes and parts won, of how many sentences; `more`: it was not counted to the end."""

    rule: Rule
    scenes: int
    parts: int
    sentences: int
    more: bool = False


def modules() -> list[ModuleType]:
    """The modules that hold rules."""
    found = []
    for name in PACKAGES:
        package = importlib.import_module(name)
        inner = [f"{name}.{one.name}" for one in pkgutil.iter_modules(getattr(package, "__path__", ()))]
        found += [importlib.import_module(one) for one in inner] if inner else [package]
    return [one for one in found if one.__name__.rpartition(".")[2] not in PAINTING.union(DATA_ALONE)]


def rules(only: Sequence[str] = ()) -> list[Rule]:
    """Every rule with a neutral result, in the order of the modules."""
    found = []
    for module in modules():
        for owner, prefix in [(module, ""), *((kind, f"{kind.__name__}.") for kind in _classes(module))]:
            for name, value in vars(owner).items():
                if callable(value) and not isinstance(value, type) and not name.startswith("__"):
                    rule = _rule(module.__name__, f"{prefix}{name}", inspect.unwrap(value), bool(prefix))
                    found += [rule] if rule else []
    return [one for one in found if not only or any(word in str(one) for word in only)]


def _classes(module: ModuleType) -> list[type]:
    return [one for one in vars(module).values() if isinstance(one, type) and one.__module__ == module.__name__]


def _rule(module: str, name: str, function: Any, method: bool) -> Rule | None:
    if (
        getattr(function, "__module__", "") != module
        or not inspect.isfunction(function)
        or inspect.isgeneratorfunction(function)
    ):
        return None
    kinds = {key: str(value) for key, value in function.__annotations__.items()}
    gives = kinds.pop("return", "")
    taken = list(inspect.signature(function).parameters)[int(method) :]
    if taken and kinds.get(taken[0]) == gives:
        return Rule(module, name, True)
    if gives.endswith("| None"):
        return Rule(module, name, False)
    if gives.startswith("tuple[") and gives.endswith("...]"):
        return Rule(module, name, False, tuple)
    neutral = next(
        (value for kind, value in EMPTY if gives == kind or (kind.endswith("[") and gives.startswith(kind))), ...
    )
    return None if neutral is ... else Rule(module, name, False, neutral, gives == "None")


@contextmanager
def replaced(rule: Rule, by: Callable[[Any], Any]) -> Iterator[None]:
    """Put another function in the place of a rule, wherever it was imported; what was remembered is forgotten before and after."""
    *inside, name = rule.name.split(".")
    owner: Any = sys.modules[rule.module]
    for step in inside:
        owner = getattr(owner, step)
    old = vars(owner)[name]
    new = by(old)
    holders = [owner] if inside else [one for one in _ours() if name in vars(one) and vars(one)[name] is old]
    for holder in holders:
        setattr(holder, name, new)
    forget()
    try:
        yield
    finally:
        for holder in holders:
            setattr(holder, name, old)
        forget()


def _ours() -> list[ModuleType]:
    return [module for name, module in list(sys.modules.items()) if name.startswith("pipelines.")]


def forget() -> None:
    """Forget what rules remember of earlier calls."""
    for module in modules():
        for value in list(vars(module).values()):
            if hasattr(value, "cache_clear") and getattr(value, "__module__", "") == module.__name__:
                value.cache_clear()


def needed(first: int | None, number: int, only: Sequence[str]) -> tuple[Verdict, list[Rule]]:
    """Judge one sentence, and the rules that say anything for it but their neutral result."""
    spoke: set[Rule] = set()

    def noting(rule: Rule, function: Any) -> Any:
        @functools.wraps(function)
        def noted(*given: Any, **named: Any) -> Any:
            value = function(*given, **named)
            if rule not in spoke and (rule.does or not _same(value, rule.off(*given, **named))):
                spoke.add(rule)
            return value

        return noted

    asked = annotations("seen")[:first][number]
    every = rules(only)
    forget()
    with _all_replaced(every, noting):
        verdict = verdict_of(asked)
    return verdict, [one for one in every if one in spoke]


def _same(one: Any, other: Any) -> bool:
    try:
        return one is other or (type(one) is type(other) and bool(one == other))
    except (TypeError, ValueError):
        return False


@contextmanager
def _all_replaced(every: Sequence[Rule], noting: Callable[[Rule, Any], Any]) -> Iterator[None]:
    kept: list[tuple[Any, str, Any]] = []
    made: dict[int, Any] = {}
    for rule in every:
        *inside, name = rule.name.split(".")
        owner: Any = sys.modules[rule.module]
        for step in inside:
            owner = getattr(owner, step)
        made[id(vars(owner)[name])] = noting(rule, vars(owner)[name])
        if inside:
            kept.append((owner, name, vars(owner)[name]))
    for module in _ours():
        kept += [(module, name, value) for name, value in vars(module).items() if id(value) in made]
    for owner, name, value in kept:
        setattr(owner, name, made[id(value)])
    try:
        yield
    finally:
        for owner, name, value in kept:
            setattr(owner, name, value)


def worth(rule: Rule, with_it: Sequence[tuple[int, bool, int]], first: int | None, most: int) -> Worth:
    """Judge the sentences that need a rule without it: (number, whole scene right, parts right) with it. Stops where `most` scenes are lost."""
    asked, scenes, parts = annotations("seen")[:first], 0, 0
    with replaced(rule, lambda _: rule.off):
        for number, whole, right in sorted(with_it, key=lambda one: not one[1]):
            try:
                verdict = verdict_of(asked[number])
                scenes += whole - verdict.whole
                parts += right - sum(verdict.right.values())
            except Exception:  # noqa: BLE001 - a rule that others cannot do without
                scenes += whole
                parts += right
            if scenes >= most:
                return Worth(rule, scenes, parts, len(with_it), True)
    return Worth(rule, scenes, parts, len(with_it))


def measured(only: Sequence[str], first: int | None, most: int, processes: int) -> tuple[list[Worth], list[Rule]]:
    """What each rule is worth that a sentence needs, and the rules that none needs."""
    every, count = rules(only), len(annotations("seen")[:first])
    with ProcessPoolExecutor(processes) as pool:
        told = list(pool.map(needed, [first] * count, range(count), [only] * count, chunksize=4))
        uses: dict[str, list[tuple[int, bool, int]]] = {}
        for number, (verdict, spoke) in enumerate(told):
            for rule in spoke:
                uses.setdefault(str(rule), []).append(
                    (number, verdict.whole, sum(verdict.right[one] for one in ASPECTS))
                )
        asked = [rule for rule in every if str(rule) in uses]
        jobs = [pool.submit(worth, rule, uses[str(rule)], first, most) for rule in asked]
        found = []
        for job in as_completed(jobs):
            found.append(job.result())
            print(said(found[-1]), file=sys.stderr, flush=True)  # it takes long
    return sorted(found, key=lambda one: (-one.scenes, -one.parts, str(one.rule))), [
        one for one in every if str(one) not in uses
    ]


def said(one: Worth) -> str:
    """What a rule is worth, in a line."""
    return (
        f"{one.scenes}{' or more' if one.more else ''} scenes, {one.parts} parts, said in {one.sentences}: {one.rule}"
    )


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(
        prog="python -m measure.ablate", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--only", default="", help="words, parted by commas, of which a rule's name holds one")
    parser.add_argument("--first", type=int, default=None)
    parser.add_argument("--most", type=int, default=LEAST, help="stop counting a rule's scenes there")
    parser.add_argument("--list", action="store_true", help="also the rules that are worth two scenes or more")
    parser.add_argument("--processes", type=int, default=2)
    given = parser.parse_args()
    found, unused = measured([word for word in given.only.split(",") if word], given.first, given.most, given.processes)
    few = [one for one in found if one.scenes < LEAST]
    for one in found if given.list else few:
        print(said(one))
    print(f"needed by no sentence: {len(unused)}", *unused, sep="\n  ")
    print(
        f"{len(found) + len(unused)} rules; {len(found) - len(few)} win {LEAST} scenes or more, {len(few)} fewer, {len(unused)} are not needed"
    )


if __name__ == "__main__":
    main()
