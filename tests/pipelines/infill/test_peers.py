"""Our samplers beside those of diffusers: the same order, the same filling on a toy distribution."""

from __future__ import annotations

import pytest
import torch

from pipelines.infill.parts.samplers import draw, ordered, sureness
from tests.pipelines.infill.toys import LETTERS, MASK, PLACES, STATES, Joint, open_rows

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def diffusers():
    """The library, of a version that has the three discrete schedulers: the newest for Python 3.10 has none."""
    found = pytest.importorskip("diffusers")
    if not hasattr(found, "DiscreteDDIMScheduler"):
        pytest.skip("this diffusers has no discrete schedulers")
    return found


def test_the_entropy_bound_accepts_the_first_of_our_order(diffusers):
    theirs = diffusers.EntropyBoundScheduler(entropy_bound=0.9, t_max=1.0, t_min=1.0, num_inference_steps=4)
    logits = 2.0 * torch.randn(1, 9, 6, generator=torch.Generator().manual_seed(5))
    accepted = theirs.step(logits, 0, torch.zeros(1, 9, dtype=torch.long)).accepted_index[0]
    log_p = logits[0].log_softmax(-1)
    order = sureness(log_p, log_p.argmax(-1), "entropy").argsort(descending=True)
    count = int(accepted.sum())
    assert 1 < count < 9 and set(order[:count].tolist()) == set(accepted.nonzero()[:, 0].tolist())


@pytest.mark.parametrize("seed", range(4))
def test_block_refinement_decides_what_the_confidence_order_decides(diffusers, seed):
    joint = Joint(seed)
    theirs = diffusers.BlockRefinementScheduler(block_length=PLACES, num_inference_steps=PLACES, threshold=1.1)
    theirs.set_timesteps(PLACES)
    tokens, path = torch.full((1, PLACES), MASK), []
    for step in range(PLACES):
        logits = torch.full((1, PLACES, len(LETTERS) + 1), -60.0)
        for place in range(PLACES):
            logits[0, place] = joint.conditional(tuple(tokens[0].tolist()), place)
        tokens = theirs.step(logits, step, tokens, mask_token_id=MASK, temperature=0.0).prev_sample
        path.append(tuple(tokens[0].tolist()))
    ours: list[tuple[int, ...]] = []
    rows = open_rows(1)
    ordered(
        joint,
        *rows,
        mask=MASK,
        steps=PLACES,
        generator=torch.Generator(),
        by="confidence",
        choose=lambda log_p, generator: draw(log_p, generator, 0.0),
        watch=lambda now, at, log_p: ours.append(tuple(now[0].tolist())),
    )
    assert ours == path and path[-1] in STATES
