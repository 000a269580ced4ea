"""Voices of a model hub through transformers' text-to-speech classes: VITS (Kim et al. 2021), as in Meta's MMS."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipelines.audio.voices import Blend
from pipelines.core.models import ModelCard
from pipelines.core.settings import canonical
from pipelines.hub.table import VOICES
from pipelines.narrate.parts.phrasing import tokens_of
from pipelines.narrate.parts.pronounce import Speech
from pipelines.narrate.parts.script import Sentence
from pipelines.narrate.parts.synthesis import SpokenSentence, estimate_words

if TYPE_CHECKING:
    import numpy as np

CARDS = {preset.key: preset.card for preset in VOICES if preset.made_by == "VitsModel"}  # by the name of the engine
SPEAKS = {"mms": Blend((("af_heart", 1.0),)), "mms-german": Blend((("d_hub", 1.0),))}  # whose language they read


@dataclass
class HubReader:
    """Reads sentences with a VITS model, as `reading.Reader` does with Kokoro."""

    card: ModelCard
    model: Any
    tokenizer: Any
    folder: Path
    waiting: Callable[[], None]

    def read(self, sentence: Sentence, tongue: Speech, pace: float, seed: int) -> SpokenSentence:
        """The sentence in words only (numbers written out), spoken with the noise of the seed."""
        import numpy as np

        words = [word for token in tokens_of(sentence, tongue) for word in token.says]
        spoken = " ".join(words)
        key = hashlib.sha256(canonical([self.card.source, self.card.revision, spoken, pace, seed]).encode()).hexdigest()
        path = self.folder / f"{key[:24]}.npy"
        if not path.exists():
            self.waiting()
            half = path.with_suffix(".half")
            with half.open("wb") as file:
                np.save(file, self._spoken(spoken, pace, seed))
            half.replace(path)
        samples, rate = np.load(path, allow_pickle=False), int(self.model.config.sampling_rate)
        return SpokenSentence(samples, rate, estimate_words(sentence.text, len(samples) / rate))

    def _spoken(self, said: str, pace: float, seed: int) -> np.ndarray:
        import torch

        given = self.tokenizer(said, return_tensors="pt").to(self.model.device)
        with torch.random.fork_rng(devices=[]), torch.inference_mode():
            torch.manual_seed(seed)
            self.model.speaking_rate = pace
            return self.model(**given).waveform[0].float().cpu().numpy()
