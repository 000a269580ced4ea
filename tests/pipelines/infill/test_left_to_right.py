"""The reference from left to right, on a tiny Llama: its likelihood is the model's own, and it sees only what came before."""

from __future__ import annotations

import pytest
import torch

from pipelines.core.models import load, where
from pipelines.infill.parts.autoregressive import SMOLLM2, filled


def test_windows_do_not_change_what_short_texts_cost(tiny):
    text = "The sea was grey."
    ids = torch.tensor([tiny.encode(text)])
    with torch.inference_mode():
        log_p = tiny.network(ids[:, :-1]).logits[0].log_softmax(-1)
    assert tiny.nats(text) == pytest.approx(-float(log_p.gather(1, ids[0, 1:, None]).sum()), rel=1e-4)
    long = text * 150
    assert tiny.nats(long) == pytest.approx(tiny.nats(text) * 150, rel=0.1)  # every piece is counted once


def test_blanks_are_written_from_the_left_and_counted(tiny):
    model = tiny.again(lambda: None)

    def run(after: str):
        parts = ["One ", 2, after]
        return filled(model, parts, torch.Generator().manual_seed(1), tries=1, temperature=1.0, top_p=1.0)

    text, fillings, account = run(" day.")
    assert text == "One " + fillings[0] + " day." and len(fillings[0].split()) <= 2
    assert account.network_calls > 0 and account.seconds > 0
    assert run(" night came.")[1] == fillings  # what follows plays no part


@pytest.mark.weights
@pytest.mark.skipif(where(SMOLLM2) is None, reason="SmolLM2 is not on this machine")
def test_smollm2_knows_english():
    with load(SMOLLM2) as model:
        model = model.again(lambda: None)
        assert model.nats("Snow covered the roofs of the houses.") + 4 < model.nats(
            "Snow covered the axe of the houses."
        )
        said = model.write("The capital of France is", 1, torch.Generator().manual_seed(0), 0.0, 1.0)
        assert said == "Paris"
