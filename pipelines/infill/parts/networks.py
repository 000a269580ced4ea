"""Masked text networks behind one contract: the studio's own, and larger ones from a model hub."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipelines.core import hub_ids as hub_id
from pipelines.core.models import ASSETS, ModelCard
from pipelines.core.settings import Refusal
from pipelines.hub import folder as hub_folder
from pipelines.hub.table import TEXTS
from pipelines.infill.parts.records import landed_card, record_of
from pipelines.infill.parts.vocabulary import Vocabulary

if TYPE_CHECKING:
    from torch import Tensor

log = logging.getLogger(__name__)
WORDS = ASSETS / "words"


@dataclass
class Masked:
    """A network that scores masked places: `logits(tokens [b,n], at [b,n]) -> [k,vocabulary]`, and its vocabulary.

    `limit` is how many pieces it sees at once. `calls` counts how often it was asked, `pieces` how many it read.
    """

    name: str
    vocabulary: Vocabulary
    logits: Callable[[Tensor, Tensor], Tensor]
    limit: int = 128
    calls: int = 0
    pieces: int = 0
    told: Callable[[], None] = field(
        default=lambda: None
    )  # called before each call: progress, and where a run is stopped
    body: Any = None  # the network itself, where others build on it

    def __call__(self, tokens: Tensor, at: Tensor) -> Tensor:
        """Log-probabilities [k,vocabulary] over the pieces that can stand in a text: the mask itself has none (MDLM, SUBS)."""
        import torch

        self.told()
        self.calls += 1
        self.pieces += tokens.numel()
        with torch.inference_mode():
            logits = self.logits(tokens, at).float()
        logits = logits.clone()
        logits[:, self.vocabulary.mask] = -torch.inf
        return logits.log_softmax(-1)

    def again(self, told: Callable[[], None]) -> Masked:
        """The same network with its counters at zero."""
        return Masked(self.name, self.vocabulary, self.logits, self.limit, told=told)


# the studio's own


def _build(path: Path) -> Masked:
    from pipelines.core.models import device
    from pipelines.nets import masked_text

    network = masked_text.load(path).to(device())
    return Masked("infill", own_vocabulary(), reads(network), body=network)


def reads(network: Any) -> Callable[[Tensor, Tensor], Tensor]:
    """What gives the logits of the studio's own network, as it is or changed, where it lies; padding is not seen."""
    import torch

    from pipelines.core.models import device, has_fast_bfloat16
    from pipelines.nets.masked_text import PAD

    at_device = device()
    quick = at_device == "cpu" and has_fast_bfloat16()

    def logits(tokens: Tensor, at: Tensor) -> Tensor:
        seen = tokens != PAD
        mask = None if bool(seen.all()) else seen.long().to(at_device)
        with torch.autocast("cpu", torch.bfloat16, enabled=quick):
            return network(tokens.to(at_device), mask, at=at.to(at_device)).float().cpu()

    return logits


@lru_cache(maxsize=1)
def own_vocabulary() -> Vocabulary:
    """MiniLM's word pieces, the words of the training text, and how they are usually written."""
    from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers

    from pipelines.nets.masked_text import END, MASK, PAD, START

    pieces = {line: i for i, line in enumerate((WORDS / "minilm.txt").read_text("utf8").splitlines())}
    tokenizer = Tokenizer(models.WordPiece(pieces, unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer(lowercase=True, clean_text=True, handle_chinese_chars=True)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.decoder = decoders.WordPiece()
    counts = dict(line.split() for line in (WORDS / "known.txt").read_text("utf8").splitlines())
    usual = own_record().get("case", {})
    return Vocabulary.of(
        tokenizer,
        MASK,
        begin=(START,),
        paragraph=(END,),
        pad=PAD,
        known={w: int(n) for w, n in counts.items()},
        usual=usual,
    )


def own_record() -> dict[str, Any]:
    """What training wrote down beside the network's weights."""
    return record_of("infill")


OWN = landed_card(
    "infill",
    "Infill network",
    45_000_000,
    _build,
    about="Fills blanks in a text.",
    caveat="It has read English only.",
)


# from a hub

HUB = {  # repository -> what it is, MB, licence, whether it needs code of its own
    preset.key: (
        preset.card.name,
        round(preset.card.size_bytes / 1e6),
        preset.card.licence,
        not preset.made_by,
    )
    for preset in TEXTS
}
MASKS = {"llada": 126336, "llada2_moe": 156895}  # where the tokenizer does not name it
BLOCKS = {"llada2_moe": 32}  # pieces of a block; what stands after a blank is seen only within its block
WITH_CODE = ("*.safetensors", "*.json", "*.txt", "*.model", "*.md", "*.py")  # what is fetched of a listed repository
SHIFTED = ("dream",)  # place i is scored at i - 1, a trace of the autoregressive model it was made from


def hub_card(written: str) -> ModelCard:
    """A masked network of a model hub, or in a folder that is allowed (pipelines.core.hub_ids). Raises Refusal.

    One that brings code is refused when it is built, unless the administrator listed it; then it is taken at the listed commit, all of it.
    """
    asked = hub_id.model(written)
    if isinstance(asked, Path):
        return ModelCard(
            asked.name, f"file:{asked}", "", "as its makers say", 0, _build_without_code, about="A model of your own."
        )
    about, megabytes, licence, _ = HUB.get(
        asked.repository, ("A masked language model of your choice", 0, "see its page", False)
    )
    commit = hub_id.code_commit(asked)
    return ModelCard(
        name=str(asked),
        source=asked.source,
        sha256="",
        licence=licence,
        size_bytes=megabytes * 1_000_000,
        build=_build_listed
        if commit
        else _build_without_code,  # part of the card, so neither is served in place of the other
        revision=commit or asked.revision,
        about=about,
        files=WITH_CODE if commit else (),
    )


def needs_code(repository: str) -> bool:
    """Whether it is one of those listed here that bring a network of their own."""
    return HUB.get(repository, ("", 0, "", False))[3]


def _build_without_code(folder: Path) -> Masked:
    """Raises Refusal for a model that names code of its own."""
    from transformers import AutoModelForMaskedLM, AutoTokenizer

    from pipelines.core.models import device

    hub_folder.look_through(folder)
    config = hub_folder.configuration(folder / "config.json")
    with _refusals():
        network = AutoModelForMaskedLM.from_pretrained(
            folder, use_safetensors=True, trust_remote_code=False, local_files_only=True, dtype="auto"
        )
        tokenizer = AutoTokenizer.from_pretrained(folder, trust_remote_code=False, local_files_only=True)
    return _masked_network(folder, config, network.eval().to(device()), tokenizer)


def _build_listed(folder: Path) -> Masked:
    """One that the administrator listed, from the folder of the listed commit, its tokenizer too. Raises Refusal for any other."""
    import transformers

    from pipelines.core.models import device

    repository = folder.parent.parent.name.removeprefix("models--").replace(
        "--", "/"
    )  # …/models--owner--name/snapshots/<commit>
    commit = hub_id.allowed_code().get(repository)
    if folder.parent.name != "snapshots" or commit is None or folder.name != commit:
        raise Refusal(hub_folder.CODE)
    hub_folder.look_through(folder, code=True)
    config = hub_folder.configuration(folder / "config.json")
    whole = "AutoModelForMaskedLM" not in (
        config.get("auto_map") or {}
    )  # LLaDA and Dream put their whole model in AutoModel
    maker: Any = transformers.AutoModel if whole and config.get("auto_map") else transformers.AutoModelForMaskedLM
    if config.get("model_type") in BLOCKS:
        maker = (
            transformers.AutoModelForCausalLM
        )  # its AutoModel has no head; the head is one for denoising all the same
    with _refusals():
        network = maker.from_pretrained(
            folder,
            use_safetensors=True,
            trust_remote_code=True,
            local_files_only=True,
            revision=commit,
            code_revision=commit,
            dtype="auto",
        )
        tokenizer = transformers.AutoTokenizer.from_pretrained(
            folder, trust_remote_code=True, local_files_only=True, revision=commit, code_revision=commit
        )
    return _masked_network(folder, config, network.eval().to(device()), tokenizer)


@contextmanager
def _refusals() -> Iterator[None]:
    try:
        yield
    except (OSError, ValueError, KeyError, TypeError, AttributeError, ImportError, RuntimeError) as problem:
        log.warning("opening a masked model: %s", problem)
        raise Refusal("This must be a masked language model in safetensors.") from problem


def _masked_network(folder: Path, config: dict[str, Any], network: Any, tokenizer: Any) -> Masked:
    """A model that gives logits [b,n,vocabulary] for tokens [b,n]. Raises Refusal for one that has no mask."""
    import torch

    from pipelines.core.models import device

    kind = str(config.get("model_type", "")).lower()
    mask = config.get("mask_token_id") or tokenizer.mask_token_id or MASKS.get(kind)
    if mask is None or not hasattr(tokenizer, "backend_tokenizer"):
        raise Refusal("This model cannot fill blanks.")
    vocabulary = hub_vocabulary(tokenizer, int(mask))
    shift = any(name in kind for name in SHIFTED)

    def logits(tokens: Tensor, at: Tensor) -> Tensor:
        seen = tokens != vocabulary.pad
        given = network(tokens.to(device()), attention_mask=seen.long().to(device()))
        scores = given.logits if hasattr(given, "logits") else given
        if shift:
            scores = torch.cat([scores[:, :1], scores[:, :-1]], 1)
        return scores[at.to(device())][:, : len(vocabulary)].float().cpu()

    name = str(config.get("_name_or_path") or folder.name)[:120]
    return Masked(name, vocabulary, logits, limit=BLOCKS.get(kind, 256))


def hub_vocabulary(tokenizer: Any, mask: int) -> Vocabulary:
    """Its pieces, and what stands at a text's beginning and end, read off an empty text."""
    ends = tokenizer("")["input_ids"]
    first = (
        tokenizer.cls_token_id
        if tokenizer.cls_token_id in ends
        else tokenizer.bos_token_id
        if tokenizer.bos_token_id in ends
        else None
    )
    last = tokenizer.sep_token_id if tokenizer.sep_token_id in ends else None
    pad = tokenizer.pad_token_id if tokenizer.pad_token_id is not None else tokenizer.eos_token_id
    return Vocabulary.of(
        tokenizer.backend_tokenizer,
        mask,
        begin=() if first is None else (first,),
        paragraph=() if last is None else (last,),
        pad=pad or 0,
    )
