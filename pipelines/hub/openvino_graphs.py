"""Pipelines whose network and reader of words run through OpenVINO on a processor, with TAESD as their decoder; OpenVINO is an optional extra.

A graph is a list of operations (openvino_model.xml) with plain numbers beside it (openvino_model.bin). It holds no code, and no extension is opened.
"""

from __future__ import annotations

import importlib.util
import inspect
import logging
import os
from pathlib import Path
from typing import Any

from pipelines.core.facts import uses
from pipelines.core.models import load
from pipelines.core.settings import Refusal
from pipelines.hub import folder as hub_folder
from pipelines.hub import opening
from pipelines.hub.tiny_decoder import TAESD

log = logging.getLogger(__name__)
PACKAGE = "openvino"
ABSENT = "This model runs through OpenVINO, which is not installed here: pip install 'afternoon-studio[openvino]'."
CLASSES = ("LatentConsistencyModelPipeline", "StableDiffusionPipeline")
GRAPH = ("config.json", "openvino_model.xml", "openvino_model.bin")
FILES = (
    "model_index.json",
    "README.md",
    "scheduler/*.json",
    "tokenizer/*.json",
    "tokenizer/*.txt",
    *(f"{part}/{name}" for part in ("unet", "text_encoder") for name in GRAPH),
)


class Graph:
    """A network as OpenVINO runs it: called as the network of diffusers or transformers that it was made from, with that one's configuration."""

    def __init__(self, folder: Path, names: tuple[str, ...], usual: dict[str, Any]) -> None:
        import openvino
        import torch
        from diffusers.configuration_utils import FrozenDict

        xml, numbers = folder / "openvino_model.xml", folder / "openvino_model.bin"
        with xml.open("rb") as file:
            if file.read(5) != b"<?xml":
                raise ValueError(f"{xml} is no graph")
        asked = os.environ.get("OMP_NUM_THREADS", "")
        how = {"PERFORMANCE_HINT": "LATENCY"} | ({"INFERENCE_NUM_THREADS": int(asked)} if asked.isdigit() else {})
        core = openvino.Core()
        self.compiled = core.compile_model(core.read_model(xml, numbers), "CPU", how)
        if not self.compiled.outputs:
            raise ValueError(f"{xml} gives nothing")
        self.config = FrozenDict(usual | hub_folder.configuration(folder / "config.json"))
        self.names, self.dtype = names, torch.float32
        self.bytes = numbers.stat().st_size

    def __call__(self, *given: Any, **named: Any) -> tuple[Any]:
        """Its first result; `given` are its first inputs in their order, and what the graph has no input for is left out."""
        import torch

        told = dict(zip(self.names, given, strict=False)) | named
        values = {}
        for one in self.compiled.inputs:
            name = one.get_any_name()
            value = torch.as_tensor(told[name]).cpu()
            values[name] = (
                value.reshape(1) if one.partial_shape.rank.get_length() > value.ndim == 0 else value
            ).numpy()
        found = torch.from_numpy(self.compiled(values)[0].copy())
        return (found.to(getattr(given[0], "device", "cpu")),)


def opened(folder: Path) -> opening.Opened:
    """The pipeline of a folder of graphs. Raises Refusal, MissingModel."""
    if importlib.util.find_spec(PACKAGE) is None:
        raise Refusal(ABSENT)
    uses(PACKAGE)
    with load(TAESD) as tiny, hub_folder.OPENING:
        hub_folder.look_through(folder)
        said = hub_folder.configuration(folder / "model_index.json")
        kind = str(said.get("_class_name")).removeprefix("OV")  # as its converter writes it
        if kind not in CLASSES:
            raise Refusal(hub_folder.CODE)
        try:
            return _opened(folder, kind, tiny.model)
        except (OSError, ValueError, KeyError, TypeError, RuntimeError) as problem:
            log.warning("opening %s: %s", folder, problem)
            raise Refusal(
                "This model could not be opened: a part of it is missing or damaged, or this version of OpenVINO does not know it."
            ) from problem


def _opened(folder: Path, kind: str, decoder: Any) -> opening.Opened:
    import diffusers
    from transformers import CLIPTokenizer

    usual = {name: one.default for name, one in inspect.signature(diffusers.UNet2DConditionModel).parameters.items()}
    network = Graph(folder / "unet", ("sample", "timestep"), usual)
    reader = Graph(folder / "text_encoder", ("input_ids",), {})
    timing = hub_folder.configuration(folder / "scheduler" / "scheduler_config.json")
    scheduler = getattr(diffusers, str(timing.get("_class_name")), None)
    if not isinstance(scheduler, type) or not issubclass(scheduler, diffusers.SchedulerMixin):
        raise Refusal(hub_folder.CODE)
    pipe = getattr(diffusers, kind)(
        vae=decoder,
        text_encoder=reader,
        unet=network,
        scheduler=scheduler.from_config(timing),
        safety_checker=None,
        feature_extractor=None,
        requires_safety_checker=False,
        tokenizer=CLIPTokenizer.from_pretrained(folder / "tokenizer", trust_remote_code=False, local_files_only=True),
    )
    pipe.set_progress_bar_config(disable=True)
    return opening.Opened(pipe, network.bytes + reader.bytes)
