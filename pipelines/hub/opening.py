"""From a folder to a pipeline of diffusers: looked through first, safetensors only, no code of its own, then put where memory allows."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pipelines.core.hub_ids import HubId
from pipelines.core.models import MissingModel, ModelCard, where
from pipelines.core.settings import Refusal
from pipelines.hub import folder as hub_folder

log = logging.getLogger(__name__)
ROOM = 1.25  # of the weights: what a run needs besides them


@dataclass
class Opened:
    """A pipeline or a part of one, at rest in the machine's memory; one run at a time, for a run changes its scheduler and adapters."""

    model: Any
    bytes: int
    lock: threading.RLock = field(default_factory=threading.RLock)
    kept: dict[str, Any] = field(default_factory=dict)  # what was learned of it, such as the colours of its previews


def file_of(asked: HubId | Path, absent: Refusal) -> Path:
    """One file of weights, of a hub or by its path on this machine. Raises `absent` where the path leads nowhere, MissingModel."""
    if isinstance(asked, Path):
        if not asked.is_file():
            raise absent
        return asked
    card = ModelCard(str(asked), asked.source, "", "licence: see its page", 0, Path, revision=asked.revision)
    found = where(card)
    if found is None:
        raise MissingModel(card)
    return found


def open_pipeline(folder: Path, exactly: Any = None, **parts: Any) -> Opened:
    """A whole pipeline (model_index.json), or a single network (config.json), in `dtype()` or `exactly` that; `parts` stand in for its own. Raises Refusal."""
    with hub_folder.OPENING:
        return _open_parts(folder, exactly, parts)


def _open_parts(folder: Path, exactly: Any, parts: dict[str, Any]) -> Opened:
    whole = (folder / "model_index.json").is_file()
    said = hub_folder.configuration(folder / ("model_index.json" if whole else "config.json"))
    kind = _class(said)
    if whole:
        _look_at_parts(folder, said)
    hub_folder.look_through(folder)
    try:
        model = kind.from_pretrained(
            folder,
            use_safetensors=True,
            trust_remote_code=False,
            local_files_only=True,
            torch_dtype=exactly or dtype(),
            **_variant(folder, whole),
            **parts,
        )
    except (OSError, ValueError, KeyError, TypeError, RuntimeError, ImportError) as problem:
        log.warning("opening %s: %s", folder, problem)
        raise Refusal(_explain_problem(folder, problem)) from problem
    if whole:
        model.set_progress_bar_config(disable=True)
    return Opened(model, weight_bytes(model))


def dtype() -> Any:
    """bfloat16 or float16 on a GPU, float32 on a CPU, where half precision is no quicker for convolutions."""
    import torch

    from pipelines.core.models import device

    if device().startswith("cuda"):
        return torch.bfloat16 if torch.cuda.is_bf16_supported() else torch.float16
    return torch.float16 if device() == "mps" else torch.float32


def _class(said: dict[str, Any]) -> Any:
    import diffusers

    name = said.get("_class_name")
    found = getattr(diffusers, name, None) if isinstance(name, str) and name.isidentifier() else None
    if not _comes_with(found):
        raise Refusal(hub_folder.CODE)
    return found


def _look_at_parts(folder: Path, said: dict[str, Any]) -> None:
    """Every part must be a class that comes with diffusers or transformers, and no Python file may stand in for it. Raises Refusal."""
    for name, value in said.items():
        if not isinstance(value, list) or not any(isinstance(one, str) for one in value) or name == "_ignore_files":
            continue
        library, kind = (value[0], value[1]) if len(value) == 2 else ("", "")
        if not isinstance(library, str) or not isinstance(kind, str) or not _comes_with(_part(library, kind)):
            raise Refusal(hub_folder.CODE)
        if set(name) & set("/\\.") or (folder / name / f"{library}.py").exists():  # which diffusers would take instead
            raise Refusal(hub_folder.CODE)


def _part(library: str, kind: str) -> Any:
    """The class of that name, looked for only where diffusers may look: in itself, its pipelines and transformers."""
    import diffusers
    import transformers
    from diffusers import pipelines

    if library in ("diffusers", "transformers"):
        return getattr(diffusers if library == "diffusers" else transformers, kind, None)
    home = getattr(pipelines, library, None) if library.isidentifier() else None
    return getattr(home, kind, None) if getattr(home, "__name__", "").startswith("diffusers.pipelines.") else None


def _comes_with(found: Any) -> bool:
    return (
        isinstance(found, type)
        and hasattr(found, "from_pretrained")
        and found.__module__.split(".")[0] in ("diffusers", "transformers")
    )


def _variant(folder: Path, whole: bool) -> dict[str, str]:
    """Half-precision files where there are no others."""
    where = "*/*.safetensors" if whole else "*.safetensors"
    names = [path.name for path in folder.glob(where)]
    return (
        {"variant": "fp16"}
        if names and any(".fp16." in n for n in names) and not any(".fp16." not in n for n in names)
        else {}
    )


def _explain_problem(folder: Path, problem: Exception) -> str:
    if not any(folder.rglob("*.safetensors")):
        return "This model has no weights in safetensors; the studio opens nothing that is pickled."
    if "sentencepiece" in str(problem) or isinstance(problem, ImportError):
        return f"This model needs a package that is not installed here: {str(problem).splitlines()[0][:160]}"
    return "This model could not be opened: a part of it is missing or damaged, or this version of diffusers does not know it."


# memory


@dataclass(frozen=True)
class Plan:
    """Where weights lie in a run: `offload` "none" (all on the device), "parts" (one network at a time) or "layers"; whether the
    autoencoder works in slices and tiles.
    """

    offload: str
    sliced: bool


def plan(on: str, weights: int, largest: int, free_device: int, free_machine: int) -> Plan:
    """What free memory allows, in bytes; `largest` is the biggest network of the pipeline. Raises Refusal where it allows nothing."""
    if not on.startswith("cuda"):
        if (
            weights * ROOM > free_machine + weights
        ):  # they are in the machine's memory already; what is left must do for the run
            raise Refusal(
                f"This model needs about {weights * (ROOM - 1) / 1e9:.1f} GB of memory, and {free_machine / 1e9:.1f} GB are free."
            )
        return Plan("none", free_machine < max(4e9, 0.5 * weights))
    room = 1.5e9
    if weights * 1.1 + room < free_device:
        return Plan("none", free_device - weights * 1.1 < 4e9)
    if largest * 1.1 + room < free_device:
        return Plan("parts", True)
    if free_device > 1.0e9:
        return Plan("layers", True)
    raise Refusal(f"The GPU has only {free_device / 1e9:.1f} GB free; stop what else uses it.")


def weight_bytes(model: Any, on: str = "") -> int:
    """Bytes of all networks of a pipeline, or of one network; with `on`, of those that lie on that type of device."""
    parts = model.components.values() if hasattr(model, "components") else [model]
    numbers = (p for part in parts if hasattr(part, "parameters") for p in part.parameters())
    return sum(p.numel() * p.element_size() for p in numbers if not on or p.device.type == on)


def plan_memory(pipe: Any) -> Plan:
    """The plan of a pipeline for this machine as it is now."""
    import psutil
    import torch

    from pipelines.core.models import device

    sizes = [weight_bytes(part) for part in pipe.components.values() if hasattr(part, "parameters")]
    free_device = 0
    if device().startswith("cuda"):
        free_device = torch.cuda.mem_get_info()[0] + weight_bytes(pipe, "cuda")  # what lies there already needs no more
    return plan(device(), sum(sizes), max(sizes, default=0), free_device, psutil.virtual_memory().available)


@contextmanager
def place_on_device(pipe: Any) -> Iterator[Plan]:
    """The pipeline on the device for a block, as its plan says."""
    from pipelines.core.models import device

    plan = plan_memory(pipe)
    log.info("%s: %s", type(pipe).__name__, plan)
    vae = getattr(pipe, "vae", None)
    for name in ("slicing", "tiling"):
        if hasattr(vae, f"enable_{name}"):
            getattr(vae, f"{'enable' if plan.sliced else 'disable'}_{name}")()
    try:
        if plan.offload == "none":
            pipe.to(device())
        elif plan.offload == "parts":
            pipe.enable_model_cpu_offload(device=device())
        else:
            pipe.enable_sequential_cpu_offload(device=device())
        yield plan
    finally:
        if plan.offload != "none":
            pipe.remove_all_hooks()
