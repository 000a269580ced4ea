"""The methods of the studio as Python functions: each call goes through the same checks, store and signature as on the command line."""

from __future__ import annotations

import atexit
import inspect
import os
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipelines.core.registry import FAMILIES, find, names
from pipelines.core.settings import Form, Refusal, Text, settings_of

if TYPE_CHECKING:
    from pipelines.core.progress import Report
    from studio.storage.artifacts import Artifact
    from studio.studio import Studio


class Result:
    """Something that a method made: a signed file in the studio's store."""

    def __init__(self, library: Library, artifact: Artifact) -> None:
        self._library, self.artifact = library, artifact
        self.id, self.kind, self.title, self.path = artifact.id, artifact.kind, artifact.title, artifact.path
        self.facts: dict[str, Any] = artifact.facts

    @property
    def value(self) -> Any:
        """The picture (PIL), sound, video, text or whatever else is in the file."""
        from pipelines import media

        return media.load(self.kind, self.path)

    @property
    def recipe(self) -> dict[str, Any]:
        """How it can be made again: its call and those of everything that it was made from."""
        from studio.storage.artifacts import recipe_of

        store = self._library.opened.store
        return recipe_of(self.artifact, lambda id: store.artifact(self.artifact.session, id))

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Write it to a path in the format of its ending, with the files beside it. Raises Refusal."""
        from studio.commands.making import write_out

        target = Path(path)
        write_out(self._library.opened, self.artifact, target)
        return target

    def __repr__(self) -> str:
        return f"<Result {self.kind} {self.title!r} {self.id[:8]}>"


class Method:
    """One method: call it with files and words, and with settings by name."""

    def __init__(self, library: Library, name: str) -> None:
        self._library, self.name = library, name
        self.form: Form = settings_of(find(name))
        self.__name__, self.__doc__ = name.rpartition(".")[2], _describe_form(self.form)
        self.__signature__ = _signature(self.form)

    def __call__(self, *values: Any, **given: Any) -> Result:
        return self._library.run(self.name, *values, **given)

    def __repr__(self) -> str:
        return f"<Method {self.name}{self.__signature__}>"


class Family:
    """The methods of one family, such as `studio.generate`."""

    def __init__(self, library: Library, name: str) -> None:
        self._library, self._name = library, name

    def __getattr__(self, method: str) -> Method:
        try:
            return Method(self._library, f"{self._name}.{method.rstrip('_')}")  # `continue_` is a method, too
        except Refusal as problem:
            raise AttributeError(str(problem)) from None

    def __dir__(self) -> list[str]:
        return [name.partition(".")[2] for name in names() if name.startswith(f"{self._name}.")]


class Library:
    """A studio in this process; `home` is its folder (STUDIO_HOME or the user's data folder)."""

    def __init__(self, home: Path | None = None) -> None:
        self._home = home

    def __getattr__(self, family: str) -> Family:
        if family not in FAMILIES:
            raise AttributeError(f"There is no family called {family!r}; there are {', '.join(FAMILIES)}.")
        return Family(self, family)

    def __dir__(self) -> list[str]:
        return [*FAMILIES, "close", "run"]

    @cached_property
    def opened(self) -> Studio:
        """The store and what runs calls; opened at the first call and closed when the program ends."""
        from studio.studio import open_studio

        atexit.register(self.close)
        return open_studio(self._home, spares=0)

    def run(
        self,
        pipeline: str,
        *values: Any,
        again: bool = False,
        listen: Report | None = None,
        **given: Any,
    ) -> Result:
        """Run a method by its name. `again` makes what is there already once more and compares the two. Raises Refusal, MissingModel."""
        from studio.commands import making

        form = settings_of(find(pipeline))
        call = making.call_of(self.opened, form.pipeline, self._placed(form, name_values(form, values, given)))
        return Result(self, self.opened.jobs.run_now(making.SESSION, call, again=again, listen=listen))

    def _placed(self, form: Form, given: dict[str, Any]) -> dict[str, Any]:
        """The same with lists spread over their places, results as artifacts and pictures in memory as files."""
        placed: dict[str, Any] = {}
        slots = {slot.name for slot in form.slots}
        for name, value in given.items():
            if name not in slots:
                placed[name] = value
            elif isinstance(value, list | tuple):
                placed |= {f"{name}.{number}": self._file(one) for number, one in enumerate(value, 1)}
            elif value is not None:
                placed[name] = self._file(value)
        return placed

    def _file(self, value: Any) -> Any:
        if isinstance(value, Result):
            if value._library is self:
                return value.artifact
            return value.path
        if isinstance(value, str | os.PathLike):
            return os.fspath(value)
        if hasattr(value, "save") and hasattr(value, "mode"):  # a picture of PIL
            path = self.opened.store.new_file(".png")
            value.save(path)
            return path
        raise Refusal(f"A file is a path, a picture of PIL or a result, not {type(value).__name__}.")

    def close(self) -> None:
        """Close the store; the next call opens it again."""
        if "opened" in self.__dict__:
            atexit.unregister(self.close)
            self.__dict__.pop("opened").close()


def name_values(form: Form, values: tuple[Any, ...], given: dict[str, Any]) -> dict[str, Any]:
    """Values without a name go to the slots that must be filled, in their order, then to the settings that take words."""
    places = [slot.name for slot in form.slots if not slot.optional]
    places += [one.name for one in form.settings if isinstance(one.field, Text)]
    if len(values) > len(places):
        raise Refusal(f"{form.pipeline} takes {len(places)} values without a name: {', '.join(places) or 'none'}.")
    named = dict(zip(places, values))
    if twice := named.keys() & given.keys():
        raise Refusal(f"{form.pipeline} was given {', '.join(sorted(twice))} twice.")
    return named | given


def _signature(form: Form) -> inspect.Signature:
    """What help() shows: the files that must be given, then all else by name."""
    first, named = inspect.Parameter.POSITIONAL_OR_KEYWORD, inspect.Parameter.KEYWORD_ONLY
    files = [inspect.Parameter(one.name, first, annotation=one.kind) for one in form.slots if not one.optional]
    others = [
        inspect.Parameter(one.name, named, default=None, annotation=one.kind) for one in form.slots if one.optional
    ]
    settings = [inspect.Parameter(one.name, named, default=one.default, annotation=one.type) for one in form.settings]
    return inspect.Signature([*files, *others, *settings], return_annotation=Result)


def _describe_form(form: Form) -> str:
    lines = [form.summary, ""]
    lines += [f"{slot.name}: {slot.help or slot.label} ({slot.kind})" for slot in form.slots]
    lines += [f"{one.name}: {getattr(one.field, 'help', '') or one.label}" for one in form.settings]
    return "\n".join(lines)
