"""Checkpoints of a training in the workspace of its job, so that a restart goes on from the newest."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipelines.core.progress import workspace

if TYPE_CHECKING:
    from torch import Tensor


@dataclass
class Checkpoints:
    """Files step-N.safetensors in this call's workspace, written whole or not at all; the two newest are kept."""

    fingerprint: dict[str, str]

    def write(self, step: int, tensors: Mapping[str, Tensor]) -> None:
        """Write the state of a training after so many steps, and keep the two newest."""
        from safetensors.torch import save_file

        folder = workspace()
        if folder is None:
            return
        part = folder / "checkpoint.part"
        save_file(dict(tensors), part, metadata={**self.fingerprint, "step": str(step)})
        part.replace(folder / f"step-{step:06d}.safetensors")
        for old in sorted(folder.glob("step-*.safetensors"))[:-2]:
            old.unlink(missing_ok=True)

    def newest(self) -> tuple[int, dict[str, Tensor]]:
        """Step and tensors of the newest whole checkpoint of this very training, or 0 and nothing."""
        from safetensors import SafetensorError, safe_open

        folder = workspace()
        for path in sorted(folder.glob("step-*.safetensors"), reverse=True) if folder else []:
            try:
                with safe_open(path, "pt") as file:
                    said = dict(file.metadata() or {})
                    step = int(said.pop("step", "0"))
                    if said == self.fingerprint:
                        return step, {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
            except (SafetensorError, OSError, ValueError):
                continue  # cut off while it was written, or damaged: an older one serves
        return 0, {}
