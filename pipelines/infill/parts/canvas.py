"""DiffusionGemma behind the contract of masked networks: a canvas of random pieces that it denoises, with the fixed pieces in their places."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipelines.core.settings import Refusal
from pipelines.hub import folder as hub_folder

if TYPE_CHECKING:
    from torch import Tensor

    from pipelines.infill.parts.networks import Masked

KIND = "diffusion_gemma"
DRAWS = 4  # canvases that are denoised for one answer
ROWS = 8  # canvases that are read at once


def build(folder: Path, said: dict[str, Any]) -> Masked:
    """From a folder of weights. Raises Refusal for one that names code of its own or has no piece for an open place."""
    from transformers import AutoTokenizer, DiffusionGemmaForBlockDiffusion

    from pipelines.core.models import device
    from pipelines.infill.parts.networks import Masked, hub_vocabulary

    hub_folder.look_through(folder)
    network = DiffusionGemmaForBlockDiffusion.from_pretrained(
        folder, use_safetensors=True, trust_remote_code=False, local_files_only=True, dtype="auto"
    )
    tokenizer = AutoTokenizer.from_pretrained(folder, trust_remote_code=False, local_files_only=True)
    sign = tokenizer.mask_token_id if tokenizer.mask_token_id is not None else tokenizer.unk_token_id
    if sign is None or not hasattr(tokenizer, "backend_tokenizer"):
        raise Refusal("This model's tokenizer is not known here, so it cannot fill blanks.")
    vocabulary = hub_vocabulary(tokenizer, int(sign))
    network = network.eval().to(device())

    def logits(tokens: Tensor, at: Tensor) -> Tensor:
        return denoised(network, tokens, at, vocabulary.mask, vocabulary.pad, vocabulary.begin)[:, : len(vocabulary)]

    limit = min(256, int(said.get("canvas_length") or 256))
    return Masked(str(said.get("_name_or_path") or folder.name)[:120], vocabulary, logits, limit=limit)


def denoised(network: Any, tokens: Tensor, at: Tensor, mask: int, pad: int, begin: tuple[int, ...]) -> Tensor:
    """log p [k,vocabulary] of the places `at` [b,n] of tokens [b,n], of which those that are `mask` are open.

    The model knows no mask: its noise is uniform over pieces (Austin et al. 2021, D3PM, section 3.1), and it has to find out which places are
    noise. So open places get random pieces, each canvas is read twice, the second time with its own answer (self-conditioning), and the
    answers to DRAWS canvases are averaged. The random pieces follow from the tokens, so equal questions have equal answers.
    """
    import torch

    generator = torch.Generator().manual_seed(int(tokens.sum()) % (2**31))
    where, lead = next(network.parameters()).device, len(begin)
    vocabulary = int(network.config.get_text_config(decoder=True).vocab_size)
    canvas, there = tokens[:, lead:], at[:, lead:]
    rows = canvas.repeat(DRAWS, 1)
    rows = torch.where(rows == mask, torch.randint(0, vocabulary, rows.shape, generator=generator), rows)
    seen = (canvas != pad).repeat(DRAWS, 1)
    prompt = torch.tensor(begin or (int(network.config.get_text_config(decoder=True).bos_token_id),))
    out = []
    for start in range(0, len(rows), ROWS):
        part, kept = rows[start : start + ROWS].to(where), seen[start : start + ROWS].to(where)
        first = prompt.expand(len(part), -1).to(where)
        given: dict[str, Any] = {
            "input_ids": first,
            "attention_mask": torch.ones_like(first),
            "decoder_input_ids": part,
            "decoder_attention_mask": torch.cat([torch.ones_like(first, dtype=torch.bool), kept], 1),
        }
        guess = network(**given).logits
        again = network(**given, self_conditioning_logits=guess).logits
        out.append(again[there.repeat(DRAWS, 1)[start : start + ROWS].to(where)].float().log_softmax(-1).cpu())
    return torch.cat(out).view(DRAWS, -1, vocabulary).logsumexp(0) - float(torch.tensor(float(DRAWS)).log())
