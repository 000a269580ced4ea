"""One run of a pipeline: what it understands of what is asked, a report at every step, LoRA files on and off again."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipelines.core.progress import Progress, Report
from pipelines.core.settings import Refusal
from pipelines.hub import files, previews
from pipelines.hub.opening import Opened, file_of, place_on_device

if TYPE_CHECKING:
    from pipelines.media import Network


def ask(
    opened: Opened,
    pipe: Any,
    wishes: Mapping[str, Any],
    *,
    size: tuple[int, int],
    report: Report,
    label: str,
    frames: int = 1,
) -> Any:
    """What the pipeline gives for those of the wishes that it has a parameter for; reports, and so can be stopped, at every step.

    Raises Refusal where memory does not suffice or a wish does not fit the model.
    """
    import torch

    takes = inspect.signature(pipe.__call__).parameters
    given = {name: value for name, value in wishes.items() if name in takes and value is not None}
    total = int(wishes["num_inference_steps"])
    report(Progress(0, total, "Putting the model in place"))
    with opened.lock, place_on_device(pipe):
        colours = colours_of(opened, pipe)

        def step(done: int, latents: Any) -> None:
            steps = getattr(pipe, "_num_timesteps", None) or len(getattr(pipe.scheduler, "timesteps", ())) or total
            frame = None
            if colours is not None and latents is not None:
                frame = previews.frame_of(pipe, latents.detach(), len(colours.weights), size, frames)
            shown = None if colours is None or frame is None else partial(colours.picture, frame)
            report(Progress(done, max(steps, done), f"{label}: step {done} of {max(steps, done)}", shown))

        try:
            with _listening(pipe, takes, step) as listener, torch.inference_mode():
                return pipe(**given, **listener)
        except torch.cuda.OutOfMemoryError as problem:
            raise MemoryError from problem
        except (ValueError, RuntimeError, TypeError, AttributeError, IndexError) as problem:
            raise Refusal(f"The model would not take this: {first_line(problem)}") from problem


@contextmanager
def _listening(pipe: Any, takes: Mapping[str, Any], step: Any) -> Iterator[dict[str, Any]]:
    """The pipeline's own way of telling its steps; where it has none, its scheduler's steps are heard.

    Raises Refusal for one that has neither: it could not be stopped.
    """
    if "callback_on_step_end" in takes:

        def end_step(pipe: Any, index: int, timestep: Any, tensors: dict[str, Any]) -> dict[str, Any]:
            step(index + 1, tensors.get("latents"))
            return {}

        yield {"callback_on_step_end": end_step, "callback_on_step_end_tensor_inputs": ["latents"]}
    elif "callback" in takes:
        yield {"callback": lambda index, timestep, latents: step(index + 1, latents), "callback_steps": 1}
    elif hasattr(getattr(pipe, "scheduler", None), "step"):
        with _listen_to_steps(pipe.scheduler, step):
            yield {}
    else:
        raise Refusal("This model could not be stopped; choose another.")


@contextmanager
def _listen_to_steps(scheduler: Any, step: Any) -> Iterator[None]:
    """The scheduler with an ear on its `step` for a block; what it gives is not changed."""
    own, done = scheduler.step, 0

    def stepping(*arguments: Any, **words: Any) -> Any:
        nonlocal done
        given = own(*arguments, **words)
        done += 1
        step(done, given[0] if isinstance(given, tuple) else given.prev_sample)
        return given

    scheduler.step = stepping
    try:
        yield
    finally:
        del scheduler.step  # the class's own is found again


def colours_of(opened: Opened, pipe: Any) -> previews.Colours | None:
    """The map from its latents to colours, fitted once."""
    if "colours" not in opened.kept:
        vae = getattr(pipe, "vae", None)
        opened.kept["colours"] = previews.fit_colours(vae) if vae is not None else None
    return opened.kept["colours"]


def first_line(problem: Exception) -> str:
    """What a library said, in one line and without paths of this machine."""
    line = " ".join(str(problem).split())[:200]
    return (re.sub(r"(/[\w.-]+){2,}", "…", line) or type(problem).__name__).rstrip(".") + "."


# LoRA


@dataclass(frozen=True)
class Lora:
    """A LoRA (Hu et al. 2022): a file's path or its tensors, and how much it counts."""

    name: str
    source: Any
    weight: float


def loras_of(written: files.Files, sent: Network | None) -> list[Lora]:
    """Those written (pipelines.hub.files), and the one that was sent.

    Raises Refusal for what is no safetensors file here, MissingModel for a hub's file that was not fetched.
    """
    loras = []
    if sent is not None:
        import torch

        tensors = {name: torch.as_tensor(value) for name, value in sent.tensors.items()}
        loras.append(Lora("sent", tensors, written.sent))
    absent = Refusal("There is no LoRA file of that name on this machine.")
    loras += [
        Lora(f"written{number}", file_of(asked, absent), counts) for number, (asked, counts) in enumerate(written.loras)
    ]
    if len(loras) > files.MOST:
        raise Refusal(f"At most {files.MOST} LoRA files can be used at once.")
    return loras


@contextmanager
def wearing(pipe: Any, loras: Sequence[Lora]) -> Iterator[None]:
    """The pipeline with the LoRA files on it for a block. Raises Refusal for one that does not fit."""
    if not loras:
        yield
        return
    if not hasattr(pipe, "load_lora_weights"):
        raise Refusal("This model takes no LoRA files.")
    try:
        for lora in loras:
            _put_on(pipe, lora)
        pipe.set_adapters([lora.name for lora in loras], [lora.weight for lora in loras])
        yield
    finally:
        pipe.unload_lora_weights()


def _put_on(pipe: Any, lora: Lora) -> None:
    from safetensors import SafetensorError
    from safetensors.torch import load_file

    wrong = "This LoRA does not fit this model; it was made for another family."
    try:
        tensors = load_file(lora.source) if isinstance(lora.source, Path) else dict(lora.source)
        pipe.load_lora_weights(tensors, adapter_name=lora.name, use_safetensors=True)
    except (
        OSError,
        SafetensorError,
        ValueError,
        KeyError,
        RuntimeError,
        TypeError,
        AttributeError,
        IndexError,
    ) as problem:
        raise Refusal(wrong) from problem
    if lora.name not in {name for names in pipe.get_list_adapters().values() for name in names}:
        raise Refusal(wrong)
