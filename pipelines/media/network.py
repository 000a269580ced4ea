"""Reading and writing the weights of networks (safetensors)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pipelines.core.settings import Refusal
from pipelines.media.values import Network


def load_network(path: Path) -> Network:
    """Tensors and their description from a safetensors file. Raises Refusal when it is not one."""
    from safetensors import SafetensorError, safe_open

    try:
        with safe_open(path, "numpy") as file:
            about = dict(file.metadata() or {})
            names = list(file.keys())
            if all(file.get_slice(name).get_dtype() in NUMPY_TYPES for name in names):
                return Network({name: file.get_tensor(name) for name in names}, about)
        return Network(_widen_tensors(path), about)
    except (SafetensorError, OSError) as problem:
        raise Refusal("This is not a network file (safetensors).") from problem


NUMPY_TYPES = ("F64", "F32", "F16", "I64", "I32", "I16", "I8", "U64", "U32", "U16", "U8", "BOOL")


def _widen_tensors(path: Path) -> dict[str, Any]:
    """Tensors of types that NumPy lacks (bfloat16 and narrower) as float32."""
    import torch
    from safetensors import safe_open

    with safe_open(path, "pt") as file:
        tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
    narrow = (torch.float16, torch.float32, torch.float64)
    return {
        n: (t.float() if t.is_floating_point() and t.dtype not in narrow else t).numpy() for n, t in tensors.items()
    }


def save_network(network: Network, path: Path) -> None:
    """Write safetensors with the description in its header."""
    from safetensors.numpy import save_file

    save_file(network.tensors, path, metadata=network.about)
