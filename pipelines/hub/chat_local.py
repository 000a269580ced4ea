"""A language model of a hub on this machine, through transformers; its answer is decoded under the grammar of the schema (llguidance)."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipelines.core.models import ModelCard
from pipelines.core.settings import Refusal
from pipelines.hub import folder as hub_folder

MOST_TOKENS = 4000


@dataclass(frozen=True)
class LocalModel:
    """A causal network with its tokenizer."""

    name: str
    network: Any
    tokenizer: Any

    def ask(
        self,
        messages: Sequence[Mapping[str, str]],
        schema: Mapping[str, Any],
        seed: int = 0,
        most_tokens: int = MOST_TOKENS,
    ) -> str:
        """The text of one answer, the likeliest under the schema at each step. Raises Refusal."""
        import torch
        from transformers import LogitsProcessorList, StoppingCriteriaList

        ids = torch.tensor([self._ids(messages)], device=self.network.device)
        grammar = _Grammar(self._matcher(schema), ids.shape[1])
        with torch.inference_mode():
            tokens = self.network.generate(
                ids,
                attention_mask=torch.ones_like(ids),
                max_new_tokens=most_tokens,
                do_sample=False,
                logits_processor=LogitsProcessorList([grammar]),
                stopping_criteria=StoppingCriteriaList([grammar.ended]),
                pad_token_id=self.tokenizer.eos_token_id,
            )
        if not grammar.matcher.is_stopped() or grammar.matcher.is_error():
            raise Refusal("The director's answer was cut off.")
        return str(self.tokenizer.decode(tokens[0, ids.shape[1] :], skip_special_tokens=True))

    def _matcher(self, schema: Mapping[str, Any]) -> Any:
        from llguidance import LLMatcher
        from llguidance.hf import from_tokenizer

        grammar = LLMatcher.grammar_from_json_schema(json.dumps(schema), defaults={"whitespace_flexible": False})
        matcher = LLMatcher(from_tokenizer(self.tokenizer), grammar)
        if problem := matcher.get_error():
            raise Refusal(f"This model cannot keep to the form of an answer: {problem}")
        return matcher

    def _ids(self, messages: Sequence[Mapping[str, str]]) -> list[int]:
        if getattr(self.tokenizer, "chat_template", None):
            text = self.tokenizer.apply_chat_template(list(messages), tokenize=False, add_generation_prompt=True)
        else:
            text = "\n\n".join(message["content"] for message in messages) + "\n\n"
        return list(self.tokenizer(text, add_special_tokens=False)["input_ids"])


class _Grammar:
    """What `generate` asks before each piece: which ones the grammar allows."""

    def __init__(self, matcher: Any, start: int) -> None:
        self.matcher, self.read = matcher, start

    def __call__(self, ids: Any, scores: Any) -> Any:
        import torch

        self._read_pieces(ids[0])
        allowed = torch.frombuffer(bytearray(self.matcher.compute_logit_bias()), dtype=torch.uint8) > 0
        masked = scores.clone()
        known = min(scores.shape[-1], len(allowed))
        masked[:, :known] = scores[:, :known].masked_fill(~allowed[:known].to(scores.device), float("-inf"))
        masked[:, known:] = float("-inf")
        return masked

    def ended(self, ids: Any, scores: Any, **_: Any) -> Any:
        """Whether the answer is whole, for each row."""
        import torch

        self._read_pieces(ids[0])
        return torch.full((ids.shape[0],), self.matcher.is_stopped(), device=ids.device, dtype=torch.bool)

    def _read_pieces(self, ids: Any) -> None:
        for piece in ids[self.read :].tolist():
            if not self.matcher.is_stopped() and not self.matcher.consume_token(piece):
                raise Refusal("The director's answer left its form.")
        self.read = len(ids)


def _build(path: Path) -> LocalModel:
    """Raises Refusal for a folder that brings code of its own or cannot be opened."""
    from transformers import AutoModelForCausalLM, AutoTokenizer

    from pipelines.core.models import device

    hub_folder.look_through(path)
    try:
        network = AutoModelForCausalLM.from_pretrained(
            path, use_safetensors=True, trust_remote_code=False, local_files_only=True, dtype="auto"
        )
        tokenizer = AutoTokenizer.from_pretrained(path, trust_remote_code=False, local_files_only=True)
    except (OSError, ValueError, KeyError, TypeError, AttributeError, ImportError, RuntimeError) as problem:
        raise Refusal("The director must be a causal language model in safetensors.") from problem
    return LocalModel(path.name, network.eval().to(device()), tokenizer)


def local_card() -> ModelCard | None:
    """The model of STUDIO_DIRECTOR where that names a model of a hub or an allowed folder; None where it does not. Raises Refusal."""
    from pipelines.core import hub_ids

    written = os.environ.get("STUDIO_DIRECTOR", "").strip()
    if not written or written.startswith(("http://", "https://")):
        return None
    asked = hub_ids.model(written)
    about = "The language model that directs stories"
    if isinstance(asked, Path):
        return ModelCard(asked.name, f"file:{asked}", "", "as its makers say", 0, _build, about=about)
    return ModelCard(str(asked), asked.source, "", "see its page", 0, _build, revision=asked.revision, about=about)
