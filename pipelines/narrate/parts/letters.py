"""From letters to sounds for words in no dictionary: the recurrent encoder and decoder of g2p_en (Park & Kim 2019), greedy, in NumPy."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipelines.core.models import ModelCard
from pipelines.narrate.parts import alphabet

if TYPE_CHECKING:
    import numpy as np

_START, _END = 2, 3
_STRESS = {"0": "", "1": "ˈ", "2": "ˌ"}


def _convert(source: Path, kept: Path) -> None:
    import numpy as np
    from safetensors.numpy import save_file

    with np.load(source, allow_pickle=False) as arrays:
        save_file({name: arrays[name] for name in arrays.files}, kept)


def _build(path: Path) -> dict[str, Any]:
    from safetensors.numpy import load_file

    return load_file(path)


LETTERS = ModelCard(
    name="Letters to sounds, English",
    source="package:g2p-en==2.1.0:g2p_en/checkpoint20.npz",
    sha256="b8af35e4596d8dd5836dfd3fe9b2ba4f97b9c311efe8879544cbcfcbd566d8c6",
    licence="Apache-2.0 (g2p_en, Kyubyong Park and Jongseok Kim)",
    size_bytes=3_342_298,
    build=_build,
    about="Guesses how a word is said that stands in no dictionary.",
    convert=_convert,
    ending=".safetensors",
)


def guess(weights: dict[str, np.ndarray], word: str, *, british: bool = False) -> str:
    """Phonemes in Kokoro's alphabet for a word of the letters a-z, e.g. “blorp” -> “blˈɔɹp”."""
    import numpy as np

    def cell(x: np.ndarray, h: np.ndarray, side: str) -> np.ndarray:
        """One step of a gated recurrent unit (Cho et al. 2014), gates in the order reset, update, new."""
        given = weights[f"{side}_w_ih"] @ x + weights[f"{side}_b_ih"]
        kept = weights[f"{side}_w_hh"] @ h + weights[f"{side}_b_hh"]
        size = len(h)
        reset, update = (1 / (1 + np.exp(-(given[at : at + size] + kept[at : at + size]))) for at in (0, size))
        new = np.tanh(given[2 * size :] + reset * kept[2 * size :])
        return (1 - update) * new + update * h

    h = np.zeros(256, np.float32)
    for letter in [*(ord(sign) - ord("a") + 3 for sign in word), 2]:
        h = cell(weights["enc_emb"][letter], h, "enc")
    sound, sounds = _START, []
    for _ in range(20):
        h = cell(weights["dec_emb"][sound], h, "dec")
        sound = int(np.argmax(weights["fc_w"] @ h + weights["fc_b"]))
        if sound == _END:
            break
        sounds.append(alphabet.SOUNDS[sound])
    american = _in_kokoros_alphabet(sounds)
    return as_british(american) if british else american


def _in_kokoros_alphabet(sounds: list[str]) -> str:
    phonemes = ""
    for sound in sounds:
        name, stress = (sound[:-1], sound[-1]) if sound[-1:].isdigit() else (sound, "")
        symbol = {"AH0": "ə", "ER0": "əɹ"}.get(sound) or alphabet.ARPABET.get(name, "")
        phonemes += _STRESS.get(stress, "") + symbol
    return re.sub(r"(?<=[ɑæəɛɪiɔʊuʌAIOWYɹ])t(?=[əiɪ])", "ɾ", phonemes)


def as_british(american: str) -> str:
    """American phonemes with the r dropped and the vowels moved, as a southern British speaker would say them."""
    for pattern, replacement in alphabet.BRITISH:
        american = re.sub(pattern, replacement, american)
    return american
