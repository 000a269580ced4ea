"""Methods and signals of Detect that other packages bring: what is installed under the entry point `afternoon_studio.pipelines`, whether it may be used here, and what is wrong with it.

A plug-in is a module of pipelines; docs/plugins.md says how to write one. It is code that the administrator installed, so it is trusted like the studio itself. What is checked here keeps
mistakes harmless: one that cannot be imported, that imports a heavy library at its top, takes another's name or brings a model past the usual door is left out with one sentence.
"""

from __future__ import annotations

import importlib
import importlib.util
import logging
import os
import re
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import lru_cache
from importlib.metadata import EntryPoint, entry_points
from typing import Any

from pipelines.core.declared import Declaration, Published, declaration
from pipelines.core.hub_ids import SPACE_SIGNS
from pipelines.core.models import ModelCard
from pipelines.core.settings import Refusal, settings_of

log = logging.getLogger(__name__)
GROUP = "afternoon_studio.pipelines"
ALLOWED = "STUDIO_PLUGINS"
FAMILIES = ("generate", "stylize", "animate", "infill", "narrate", "compose", "detect", "redteam")  # that have a tab
HEAVY = ("torch", "torchvision", "diffusers", "transformers", "onnxruntime", "tensorflow", "jax", "gradio")
SIGNALS_OF = ("picture", "video", "sound")
LOOPBACK = ("127.0.0.1", "::1", "localhost")
PUBLIC_SIGNS = (
    *SPACE_SIGNS,
    "STUDIO_ACCOUNTS",
    "STUDIO_ACCOUNTS_FILE",
    "STUDIO_HOSTS",
    "STUDIO_PROXIES",
    "STUDIO_DATABASE",
)
OFF = f"It is off: others can reach this machine, and {ALLOWED} does not name it."
NOT_LISTED = f"It is off: {ALLOWED} does not name it."


@dataclass(frozen=True)
class Plugin:
    """An installed package with pipelines or signals; `problem` is one sentence, and then nothing of it is used."""

    name: str
    version: str
    licence: str
    pipelines: Mapping[str, Callable[..., Any]] = field(default_factory=dict)
    methods: tuple[Any, ...] = ()  # its entries in tabs (studio.web.sendto.Method)
    signals: tuple[Callable[..., Any], ...] = ()  # of Detect
    problem: str = ""


def reached_by_others() -> bool:
    """Whether anybody but this machine's own user may reach the studio, as far as its settings say."""
    bound = os.environ.get("GRADIO_SERVER_NAME", "127.0.0.1").strip("[]")
    return bound not in LOOPBACK or any(os.environ.get(sign, "0") not in ("", "0") for sign in PUBLIC_SIGNS)


def is_allowed(name: str) -> bool:
    """Whether a plug-in may be used: the administrator names it, or names none and nobody else reaches this machine."""
    said = os.environ.get(ALLOWED, "").strip()
    if not said:
        return not reached_by_others()
    return said == "all" or plain(name) in map(plain, said.split(","))


def check_plugins() -> None:
    """Raises Refusal where STUDIO_PLUGINS names what is not installed, so that a slip of the pen is seen at the start."""
    said = os.environ.get(ALLOWED, "").strip()
    if said in ("", "all", "none"):
        return
    installed = {plain(one.name): one.name for one in plugins()}
    for name in said.split(","):
        if plain(name) not in installed:
            here = ", ".join(installed.values()) or "none"
            raise Refusal(f"{ALLOWED} names {name.strip()!r}, which is not installed; installed plug-ins: {here}.")


def plain(name: str) -> str:
    """A package's name as package indexes compare it."""
    return re.sub(r"[-_.]+", "-", name.strip()).lower()


@lru_cache(maxsize=1)
def plugins() -> tuple[Plugin, ...]:
    """Every installed plug-in by name, used or not; read once in a process."""
    listed: list[Plugin] = []
    taken: set[str] = set()
    for entry in sorted(entry_points(group=GROUP), key=lambda one: (_name_of(one), one.name)):
        plugin = _read_plugin(entry, taken)
        if plugin.problem:
            log.warning("Plug-in %s: %s", plugin.name, plugin.problem)
        taken |= set(plugin.pipelines)
        listed.append(plugin)
    return tuple(listed)


def pipelines() -> dict[str, Callable[..., Any]]:
    """The pipelines of all plug-ins that are used, by name."""
    return {name: function for plugin in plugins() for name, function in plugin.pipelines.items()}


def signals() -> tuple[tuple[str, Any], ...]:
    """The signals of all plug-ins that are used, each with the name of its package."""
    return tuple((plugin.name, run) for plugin in plugins() for run in plugin.signals)


def methods_of(family: str) -> tuple[Any, ...]:
    """What plug-ins add to the tab of a family."""
    return tuple(one for plugin in plugins() for one in plugin.methods if one.pipeline.startswith(f"{family}."))


def _name_of(entry: EntryPoint) -> str:
    return str(entry.dist.metadata["Name"]) if entry.dist else entry.name


def _read_plugin(entry: EntryPoint, taken: set[str]) -> Plugin:
    """One plug-in, imported if it may be used."""
    about: Any = entry.dist.metadata if entry.dist else {}
    licence = next((about[name] for name in ("License-Expression", "License") if name in about), "not said")
    facts = (_name_of(entry), str(about["Version"]) if "Version" in about else "", str(licence).splitlines()[0])
    if not is_allowed(facts[0]):
        return Plugin(*facts, problem=NOT_LISTED if os.environ.get(ALLOWED, "").strip() else OFF)
    try:
        with _light():
            module = importlib.import_module(entry.value.partition(":")[0])
        brought, looks = _pipelines(module, taken), _signals(module)
        if not (brought or looks):
            raise Refusal(f"the module {module.__name__} has no function with @pipeline or @signal")
        methods = tuple(getattr(module, "METHODS", ()))
        _check_methods(methods, brought)
    except (Exception, SystemExit) as problem:  # noqa: BLE001 - somebody else's code: whatever it raises ends it alone
        why = str(problem).rstrip(".") if isinstance(problem, Refusal) else f"{type(problem).__name__}: {problem}"
        return Plugin(*facts, problem=f"It was left out: {why}.")
    return Plugin(*facts, brought, methods, looks)


def _pipelines(module: Any, taken: set[str]) -> dict[str, Callable[..., Any]]:
    """The functions of a module that are declared in it. Raises Refusal for one that cannot be published."""
    own = [
        value
        for value in vars(module).values()
        if callable(value) and isinstance(getattr(value, "declaration", None), Declaration)
    ]
    functions: dict[str, Callable[..., Any]] = {}
    for function in own:
        declared = declaration(function)
        if declared.family not in FAMILIES:
            raise Refusal(f"{function.__name__} names no family; @pipeline(family=…) takes {', '.join(FAMILIES)}")
        name = settings_of(function).pipeline
        if name in taken or _is_ours(declared.family, function.__name__):
            raise Refusal(f"there is a pipeline called {name} already")
        for card in (*declared.models, *declared.optional):
            _check_card(card)
        functions[name] = function
    return functions


def _signals(module: Any) -> tuple[Callable[..., Any], ...]:
    """The functions of a module with `@signal`. Raises Refusal for one of what Detect does not look at."""
    found = tuple(one for one in vars(module).values() if isinstance(getattr(one, "published", None), Published))
    for run in found:
        if run.published.of not in SIGNALS_OF:
            raise Refusal(f"{run.__name__} is of {run.published.of!r}; @signal(of=…) takes {', '.join(SIGNALS_OF)}")
    return found


def _is_ours(family: str, method: str) -> bool:
    """Whether the studio itself has a module of that name, without importing it."""
    bare = method.rstrip("_")
    return any(importlib.util.find_spec(f"pipelines.{family}.{name}") for name in (bare, bare + "_"))


def _check_card(card: ModelCard) -> None:
    """Raises Refusal for a model that could change unseen or has no licence."""
    pinned = (card.source.startswith("package:") and re.fullmatch(r"[0-9a-f]{64}", card.sha256)) or (
        card.source.startswith("hub:") and re.fullmatch(r"[0-9a-f]{40}", card.revision)
    )
    if not pinned:
        raise Refusal(
            f"the model {card.name!r} must come from a package with its SHA-256, or from a hub with its commit"
        )
    if not card.licence or not card.size_bytes:
        raise Refusal(f"the card of the model {card.name!r} lacks its licence or size")


def _check_methods(methods: tuple[Any, ...], brought: Mapping[str, Any]) -> None:
    """Raises Refusal where a plug-in's entries in tabs do not fit its pipelines."""
    for one in methods:
        if getattr(one, "pipeline", "") not in brought:
            raise Refusal(f"METHODS names {getattr(one, 'pipeline', one)!r}, which the plug-in does not bring")
    if len({one.pipeline for one in methods}) != len(methods):
        raise Refusal("METHODS names a pipeline twice")


class _Finder:
    """Finds no heavy library for one thread."""

    def __init__(self) -> None:
        self.thread = threading.get_ident()

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> None:
        """Raise ImportError for a heavy library that this thread imports."""
        root = name.partition(".")[0]
        if root in HEAVY and threading.get_ident() == self.thread:
            raise ImportError(f"{root} is imported at its top; please import it inside the function that uses it")


@contextmanager
def _light() -> Iterator[None]:
    """Import without heavy libraries: the page's process reads signatures and does none of the work."""
    finder = _Finder()
    sys.meta_path.insert(0, finder)
    try:
        yield
    finally:
        sys.meta_path.remove(finder)
