"""A masked model of a hub behind the same contract, on tiny models that are built here; code of its own never runs."""

from __future__ import annotations

import json

import pytest
import torch

from pipelines.core.settings import Refusal
from pipelines.infill.diffuse import card_of, diffuse

pytestmark = pytest.mark.slow

WORDS = ["the", "snow", "covered", "roofs", "of", "houses", "and", "old", "a", "man", "went", "home", "by", "sea", "in"]


@pytest.fixture
def repository(tmp_path, monkeypatch):
    """A tiny ModernBERT with a byte-level tokenizer, saved as a hub repository is, in a folder that the administrator lists."""
    monkeypatch.setenv("STUDIO_LOCAL_MODELS", str(tmp_path))
    return tiny_bert(tmp_path / "tiny")


def tiny_bert(folder):
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers, processors
    from transformers import ModernBertConfig, ModernBertForMaskedLM, PreTrainedTokenizerFast

    letters = pre_tokenizers.ByteLevel.alphabet()
    pieces = ["[PAD]", "[CLS]", "[SEP]", "[MASK]", "[UNK]", *sorted(letters), *("Ġ" + word for word in WORDS)]
    vocabulary = {piece: i for i, piece in enumerate(dict.fromkeys(pieces))}
    tokenizer = Tokenizer(models.WordLevel(vocabulary, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", special_tokens=[("[CLS]", 1), ("[SEP]", 2)]
    )
    PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        pad_token="[PAD]",
        cls_token="[CLS]",
        sep_token="[SEP]",
        mask_token="[MASK]",
        unk_token="[UNK]",
    ).save_pretrained(folder)
    torch.manual_seed(0)
    shape = {"hidden_size": 32, "intermediate_size": 48, "num_hidden_layers": 2, "num_attention_heads": 2}
    config = ModernBertConfig(vocab_size=len(vocabulary), pad_token_id=0, cls_token_id=1, sep_token_id=2, **shape)
    ModernBertForMaskedLM(config).save_pretrained(folder)
    return folder


def test_a_hub_model_fills_whole_words_between_fixed_ends(repository):
    text = "the old man ____ home [2 words] sea"
    made = diffuse(text=text, network="other", repository=str(repository), seed=1)
    words = made.text.split()
    assert words[:3] == WORDS[0:1] + ["old", "man"] and words[4] == "home" and words[-1] == "sea"
    assert len(words) == 8
    assert made.detail["network"] and len(made.detail["blanks"]) == 2


def test_its_scores_are_the_models_own(repository):
    from transformers import AutoModelForMaskedLM

    network = card_of("other", str(repository)).build(repository)
    v = network.vocabulary
    assert v.spaced and v.begin == (1,) and v.paragraph == (2,) and v.mask == 3
    tokens = torch.tensor([[1, *(piece.id for piece in v.encode("the old man")), 3, 2]])
    at = tokens == 3
    with torch.inference_mode():
        own = AutoModelForMaskedLM.from_pretrained(repository)(tokens).logits[at].clone()
    own = own.index_fill(1, torch.tensor([3]), -torch.inf)
    torch.testing.assert_close(network(tokens, at), own.log_softmax(-1), rtol=1e-4, atol=1e-4)


def test_code_that_comes_with_a_model_never_runs(repository):
    ran = repository / "ran"
    (repository / "modelling_own.py").write_text(f"open({str(ran)!r}, 'w').close()\n")
    config = json.loads((repository / "config.json").read_text())
    config["auto_map"] = {"AutoModelForMaskedLM": "modelling_own.Own"}
    (repository / "config.json").write_text(json.dumps(config))
    with pytest.raises(Refusal, match="never runs a model's own code"):
        diffuse(text="the ____", network="other", repository=str(repository))
    assert not ran.exists()


def test_a_network_that_is_not_named_is_refused():
    with pytest.raises(Refusal, match="owner/name"):
        card_of("other", "")
