"""A recording spoken again by another voice: its words, each in its time, and only with consent."""

from __future__ import annotations

import json

import numpy as np
import pytest

from pipelines.core.models import where
from pipelines.core.settings import Refusal
from pipelines.media import Sound
from pipelines.narrate.parts import recognition
from pipelines.narrate.parts.kokoro import KOKORO
from pipelines.narrate.revoice import CONSENT, revoice
from pipelines.narrate.speak import speak

LINE = "Nobody knew the song. [pause 1.5s] Good night."


def test_nobody_is_spoken_for_without_consent():
    with pytest.raises(Refusal, match=CONSENT):
        revoice(Sound(np.zeros((48_000, 1), np.float32), 24_000))


@pytest.mark.weights
@pytest.mark.skipif(
    any(where(card) is None for card in (*recognition.CARDS, KOKORO)), reason="Whisper or Kokoro is not on this machine"
)
def test_another_voice_says_the_same_in_the_same_time():
    recorded = speak(text=LINE, voice="af_heart", speed=0.85, seed=1)
    spoken = revoice(recorded.main, consent=True, voice="bm_george")
    assert spoken.main.seconds == pytest.approx(recorded.main.seconds, abs=0.3)
    before, after = (json.loads(one.files["words.json"])["sentences"] for one in (recorded, spoken))
    assert [line["text"].strip(".") for line in after] == ["Nobody knew the song", "Good night"]
    assert {line["voice"] for line in after} == {"bm_george"}
    for said, again in zip(before, after, strict=True):
        assert again["start"] == pytest.approx(said["start"], abs=0.3) and again["end"] == pytest.approx(
            said["end"], abs=0.35
        )
    quiet = spoken.main.samples[round((after[0]["end"] + 0.1) * 24_000) : round((after[1]["start"] - 0.1) * 24_000)]
    assert len(quiet) > 20_000 and np.abs(quiet).max() < 1e-3
