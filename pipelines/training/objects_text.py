"""MiniLM token features of captions (Wang et al. 2020; sentence-transformers' all-MiniLM-L6-v2), computed once and kept."""

from pathlib import Path

import numpy as np

from pipelines.training.objects_batches import MAX_TOKENS


class MiniLM:
    """Captions -> token features [t,384]; frozen, on the CPU. `folder` holds model.safetensors, config.json, tokenizer.json."""

    def __init__(self, folder: Path):
        import torch
        from safetensors.torch import load_file
        from tokenizers import Tokenizer
        from transformers import BertConfig, BertModel

        self.tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self.tokenizer.no_padding()
        self.tokenizer.enable_truncation(MAX_TOKENS)
        self.model = BertModel(BertConfig.from_json_file(str(folder / "config.json")), add_pooling_layer=False).eval()
        weights = load_file(str(folder / "model.safetensors"))
        weights = {k.removeprefix("bert."): v.to(torch.float32) for k, v in weights.items() if "pooler" not in k and "position_ids" not in k}
        self.model.load_state_dict(weights)

    def tokens(self, captions: list[str]) -> list[np.ndarray]:
        """Last hidden state of every caption, float16 [t,384] with t of its own; [CLS] and [SEP] are left in."""
        import torch

        ids = [e.ids for e in self.tokenizer.encode_batch(captions)]
        longest = max(map(len, ids))
        padded = torch.tensor([i + [0] * (longest - len(i)) for i in ids])
        mask = torch.tensor([[1] * len(i) + [0] * (longest - len(i)) for i in ids])
        with torch.inference_mode():
            hidden = self.model(input_ids=padded, attention_mask=mask).last_hidden_state  # [n,t,384]
        return [h[: len(i)].numpy().astype(np.float16) for h, i in zip(hidden, ids)]

    def sentences(self, captions: list[str]) -> np.ndarray:
        """Unit sentence vectors [n,384]: the mean of the tokens, as the model was trained for."""
        means = np.stack([t.astype(np.float32).mean(0) for part in _parts(captions) for t in self.tokens(part)])
        return means / np.linalg.norm(means, axis=1, keepdims=True)


def _parts(captions: list[str], size: int = 128):
    for i in range(0, len(captions), size):
        yield captions[i : i + size]


def write_features(path: Path, captions: list[str], encoder: MiniLM) -> None:
    """All tokens of all captions end to end, float16 [total,384], and where each caption's begin, beside it."""
    different = sorted(set(captions), key=len)  # alike in length: less padding
    tokens = {}
    for part in _parts(different):
        tokens.update(zip(part, encoder.tokens(part)))
    lengths = [len(tokens[c]) for c in captions]
    np.save(path.with_suffix(".starts.npy"), np.concatenate([[0], np.cumsum(lengths)]))
    np.save(path, np.concatenate([tokens[c] for c in captions]))


def read_features(path: Path) -> tuple[np.ndarray, np.ndarray]:
    """Token features (a read-only file map) and starts."""
    return np.load(path, mmap_mode="r"), np.load(path.with_suffix(".starts.npy"))
