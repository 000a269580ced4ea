"""The infill network's training: the bound is the right one, only masked places count, and a resumed run is the same run."""

import itertools
import json
import math

import numpy as np
import pytest
import torch

from pipelines.nets.masked_text import END, MASK, START, MaskedText, Shape, load, save
from training.infill import train as infill
from training.infill.captions import captions
from training.infill.data import Text, sentences
from training.infill.sources import paragraphs

pytestmark = pytest.mark.slow

TINY = Shape(vocabulary=120, width=32, layers=2, heads=4, hidden=64, places=64)
PLAIN = infill.Recipe(pieces_a_step=256, lengths=(16, 32), warm_up_steps=5, autocast=False, rate=0.01)
LETTERS = (5, 6)  # the toy vocabulary


@pytest.fixture(autouse=True)
def one_thread():
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


@pytest.fixture
def folder(tmp_path):
    """A packed text in which every piece follows from its neighbours: sentences that count up."""
    sentence = [*range(104, 114), END]
    pieces = np.array(sentence * 40, np.uint16)
    starts = np.arange(0, len(pieces), len(sentence), dtype=np.int64)
    for split in ("train", "validation", "test"):
        pieces.tofile(tmp_path / f"{split}.pieces")
        starts.tofile(tmp_path / f"{split}.starts")
    row = {
        "name": "counting",
        "kind": "narrative",
        "share": 1.0,
        "characters": 2000,
        "pieces": len(pieces),
        "begin": 0,
        "starts_begin": 0,
        "starts": len(starts),
    }
    (tmp_path / "sources.json").write_text(json.dumps({split: [row] for split in ("train", "validation", "test")}))
    return tmp_path


class Joint(torch.nn.Module):
    """The exact one-place conditionals of a joint distribution over three letters, as a network would give them."""

    def __init__(self, chances: dict[tuple, float], wrong: float = 0.0):
        super().__init__()
        self.chances, self.wrong = chances, wrong

    def log_chance(self, row: tuple, place: int) -> torch.Tensor:
        """log p(letter at place | the known letters of row) for the 107 pieces [107]."""
        totals = torch.full((107,), 1e-30)
        for letters, chance in self.chances.items():
            if all(known in (MASK, letter) for known, letter in zip(row, letters, strict=True)):
                totals[letters[place]] += chance
        return (totals / totals.sum()).log() + self.wrong * torch.arange(107) * row.count(MASK)

    def forward(self, tokens, attention_mask=None, at=None):
        known = {}
        for row, place in at.nonzero().tolist():
            key = (tuple(tokens[row, 1:].tolist()), place - 1)
            known[row, place] = self.log_chance(*key)
        return torch.stack(list(known.values())) if known else torch.zeros(0, 107)


def joint(seed: int = 0) -> dict[tuple, float]:
    chances = np.random.default_rng(seed).dirichlet(np.full(8, 0.7))
    return dict(zip(itertools.product(LETTERS, repeat=3), chances, strict=True))


def enumerated_bound(network: Joint, letters: tuple) -> float:
    """The bound by hand: over every set of masked places, the integral of t^(k-1) (1-t)^(n-k) is (k-1)! (n-k)! / n!."""
    n, total = len(letters), 0.0
    for hidden in itertools.product((False, True), repeat=n):
        k = sum(hidden)
        row = tuple(MASK if hide else letter for hide, letter in zip(hidden, letters, strict=True))
        for place in range(n):
            if hidden[place]:
                scores = network.log_chance(row, place)
                scores[MASK] = -torch.inf
                nats = -scores.log_softmax(0)[letters[place]].item()
                total += nats * math.factorial(k - 1) * math.factorial(n - k) / math.factorial(n)
    return total


@pytest.mark.parametrize("wrong", [0.0, 0.3])
@pytest.mark.parametrize("decoded", [1.0, 0.5])
def test_the_loss_is_the_bound_that_enumeration_gives(wrong, decoded):
    network, letters = Joint(joint(), wrong), (5, 6, 5)
    tokens = torch.tensor([[START, *letters]]).repeat(4000, 1)
    generator = torch.Generator().manual_seed(3)
    nats, counted = infill.bound(network, tokens, infill.stratified(4000, generator), generator, decoded)
    assert counted.tolist() == [3] * 4000
    expected = enumerated_bound(network, letters)
    assert abs(nats.mean().item() - expected) < 4 * nats.std().item() / math.sqrt(4000) + 0.002 * expected
    if not wrong:  # exact conditionals make the bound tight: it is the likelihood itself
        assert expected == pytest.approx(-math.log(joint()[letters]), rel=1e-4)
    else:
        assert expected > -math.log(joint()[letters]) + 0.05


def test_only_masked_places_are_scored_and_ends_are_never_masked():
    network = MaskedText(TINY).eval()
    tokens = torch.tensor([[START, 5, 6, 7, END, 8, 9, END]]).repeat(64, 1)
    generator = torch.Generator().manual_seed(0)
    at = infill.masked(tokens, infill.stratified(64, generator), generator)
    assert not at[(tokens == START) | (tokens == END)].any()
    assert infill.masked(tokens, torch.ones(64), generator).sum() == 64 * 5
    hidden = tokens.masked_fill(at, MASK)
    torch.testing.assert_close(network(hidden, at=at), network(hidden)[at], rtol=1e-4, atol=1e-5)
    seen = []
    network.register_forward_hook(
        lambda module, args, kwargs, out: seen.append((args[0], kwargs["at"], out)), with_kwargs=True
    )
    infill.bound(network, tokens, torch.full((64,), 0.9), generator, decoded=0.25)
    shown, read, scores = seen[0]
    assert (shown[read] == MASK).all() and read.sum(1).max() <= 2 and len(scores) == read.sum()


def test_times_are_one_in_each_slice_and_masking_is_log_linear():
    generator = torch.Generator().manual_seed(0)
    times = infill.stratified(10, generator)
    assert [int(t * 10 - 0.01) for t in times.tolist()] == list(range(10))
    tokens = torch.full((2000, 20), 7)
    assert infill.masked(tokens, torch.full((2000,), 0.3), generator).float().mean().item() == pytest.approx(
        0.3, abs=0.01
    )


def test_padding_is_not_seen():
    network = MaskedText(TINY).eval()
    short = torch.tensor([[START, 5, MASK, 7, END]])
    padded = torch.cat([short, torch.zeros(1, 3, dtype=torch.long)], 1)
    scores = network(padded, (padded != 0).long())[:, :5]
    torch.testing.assert_close(scores, network(short), rtol=1e-4, atol=1e-5)


def trainer(seed: int = 0, recipe: infill.Recipe = PLAIN) -> infill.Trainer:
    torch.manual_seed(seed)
    return infill.Trainer(MaskedText(TINY), recipe)


def test_the_loss_falls(folder):
    recipe = infill.Recipe(pieces_a_step=256, lengths=(16,), warm_up_steps=5, autocast=False, rate=0.01)
    learner, text = trainer(recipe=recipe), Text(folder, "train")
    losses = [learner.step(*infill.batch(text, recipe, step)) for step in range(60)]
    assert np.mean(losses[-10:]) < 0.6 * np.mean(losses[:5])
    measured = infill.measure(learner.network, *Text(folder, "validation").held_out("narrative", 8, 16))
    assert measured["top5"] > 0.5


def test_a_resumed_run_is_the_unbroken_run(folder):
    text = Text(folder, "train")
    unbroken, first, second = trainer(), trainer(), trainer(seed=9)
    for step in range(8):
        unbroken.step(*infill.batch(text, PLAIN, step))
    for step in range(4):
        first.step(*infill.batch(text, PLAIN, step))
    first.save(folder / "checkpoint.safetensors")
    second.load(folder / "checkpoint.safetensors")
    for step in range(second.state["step"], 8):
        second.step(*infill.batch(text, PLAIN, step))
    assert second.state == unbroken.state
    for group, held in unbroken.groups().items():
        for name, value in held.items():
            assert torch.equal(value, second.groups()[group][name]), (group, name)


def test_annealing_brings_the_rate_to_zero():
    learner = trainer()
    learner.state.update(step=50)
    assert learner.rate() == 1
    learner.state.update(anneal_from=300.0, anneal_seconds=10.0, seconds=305.0)
    assert learner.rate() == pytest.approx(0.5)
    learner.state["seconds"] = 310.0
    assert learner.rate() == 0


def test_weights_survive_half_precision_and_stay_small(tmp_path):
    network = MaskedText(TINY).eval()
    save(network, tmp_path / "tiny.safetensors")
    again, tokens = load(tmp_path / "tiny.safetensors"), torch.tensor([[START, 5, MASK, END]])
    torch.testing.assert_close(again(tokens), network(tokens), rtol=0.05, atol=0.02)
    with torch.device("meta"):
        assert 2 * sum(value.numel() for value in MaskedText().parameters()) < 60e6


def test_text_is_cleaned_and_cut():
    text = "CHAPTER ONE\n\n“It’s _quite_ late,” said Mr. Hall--and\nhe looked out of the window. Snow fell.\n\n* * *"
    assert list(paragraphs(text)) == ['"It\'s quite late," said Mr. Hall—and he looked out of the window. Snow fell.']
    assert sentences('It rained. "Who came?" Mr. Hall asked.') == ["It rained.", '"Who came?"', "Mr. Hall asked."]
    once, again = list(captions(None, 50)), list(captions(None, 50))
    assert once == again and len(set(once)) > 40 and all(line.endswith(".") for line in once)
