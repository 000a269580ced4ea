"""Codes and their writer on tiny networks: exact inverses, probabilities, caches, orders, batch independence."""

import pytest
import torch

from pipelines.drawing.code_sampling import DecoderState, How, beside_nothing, chosen, write
from pipelines.nets.code_autoencoder import CodeAutoencoder, Quantiser
from pipelines.nets.code_autoencoder import Shape as CodeShape
from pipelines.nets.code_writer import CodeWriter, Conditioning, DigitHead, Shape, digits_of

LEVELS = (4, 3, 2)


def tiny_autoencoder() -> CodeAutoencoder:
    torch.manual_seed(0)
    net = CodeAutoencoder(CodeShape(levels=LEVELS, encoder=(8, 8, 16), decoder=(16, 8, 8), coarse_blocks=1))
    return net.eval().requires_grad_(False)


def tiny_writer() -> CodeWriter:
    torch.manual_seed(0)
    net = CodeWriter(Shape(levels=LEVELS, places=16, width=32, layers=2, heads=2, text=8))
    for p in net.parameters():
        torch.nn.init.normal_(p, std=0.3)  # layers begin at zero: here they must matter
    return net.eval().requires_grad_(False)


def make_wish(count: int = 1, words: int = 3, seed: int = 5) -> Conditioning:
    generator = torch.Generator().manual_seed(seed)
    names = torch.randn(count, words, 8, generator=generator)
    rows = torch.randint(0, 5, (3, count), generator=generator)
    return Conditioning(names, torch.ones(count, words, dtype=torch.bool), *rows)


def test_every_code_has_its_own_values_and_they_are_rounded_to_themselves():
    quantiser, numbers = Quantiser((8, 6, 5)), torch.arange(240)
    values = quantiser.values(numbers)
    assert torch.equal(quantiser.numbers(values), numbers)
    assert len({tuple(v.tolist()) for v in values}) == 240
    assert torch.equal(digits_of(numbers, (8, 6, 5)), quantiser.digits(numbers))


def test_rounding_reaches_every_level_and_lets_the_gradient_pass():
    quantiser = Quantiser((8, 5))
    z = torch.linspace(-6, 6, 4001)[:, None].expand(-1, 2).clone().requires_grad_()
    values = quantiser(z)
    assert [len(values[:, i].detach().unique()) for i in range(2)] == [8, 5]
    values.sum().backward()
    assert (z.grad > 0).all()


def test_the_head_is_a_distribution_over_all_codes():
    torch.manual_seed(1)
    head = DigitHead(LEVELS, 16, 32)
    x, codes = torch.randn(5, 16), torch.randint(0, 24, (5,))
    everything = head(x)
    assert torch.allclose(everything.exp().sum(1), torch.ones(5), atol=1e-5)
    assert torch.allclose(-everything.gather(1, codes[:, None])[:, 0], head.loss(x, codes), atol=1e-5)


def test_reading_step_by_step_says_what_reading_at_once_says():
    net, wish = tiny_writer(), make_wish()
    codes = torch.randint(0, 24, (16,), generator=torch.Generator().manual_seed(2))
    order = torch.randperm(16, generator=torch.Generator().manual_seed(3))
    at_once = net(wish, codes[None], order[None])[0]
    reader = DecoderState(net, wish, 1.0)
    first = reader.read(codes, order, 0, 5)  # six at once, then one by one
    assert -first[codes[order[5]]] == pytest.approx(float(at_once[5]), abs=1e-4)
    for i in range(6, 16):
        assert -reader.read(codes, order, i, i)[codes[order[i]]] == pytest.approx(float(at_once[i]), abs=1e-4)


def test_nothing_that_comes_later_is_seen():
    net, wish, order = tiny_writer(), make_wish(), torch.randperm(16)[None]
    codes = torch.randint(0, 24, (1, 16))
    other = codes.clone()
    other[0, order[0, 9:]] = (other[0, order[0, 9:]] + 1) % 24
    assert torch.allclose(net(wish, codes, order)[0, :9], net(wish, other, order)[0, :9], atol=1e-6)


def test_guidance_leads_away_from_an_empty_wish():
    net, wish = tiny_writer(), make_wish()
    plain = write(net, wish, How(24, 1.0, 1.0), torch.Generator().manual_seed(4))
    guided = DecoderState(net, wish, 2.0).read(plain, torch.arange(16), 0, 0)
    told_so = DecoderState(net, wish, 1.0).read(plain, torch.arange(16), 0, 0)
    empty = Conditioning(*(part[1:] for part in vars(beside_nothing(wish)).values()))
    untold = DecoderState(net, empty, 1.0).read(plain, torch.arange(16), 0, 0)
    assert torch.allclose(guided, untold + 2 * (told_so - untold), atol=1e-4)


def test_choosing_follows_the_probabilities_of_the_likeliest():
    logits = torch.tensor([0.4, 0.3, 0.2, 0.1]).log()
    generator = torch.Generator().manual_seed(0)
    drawn = (
        torch.bincount(torch.tensor([chosen(logits, How(2, 1.0), generator) for _ in range(4000)]), minlength=4) / 4000
    )
    assert drawn.tolist() == pytest.approx([4 / 7, 3 / 7, 0, 0], abs=0.03)
    assert chosen(logits, How(4, 0.0), generator) == 0 and chosen(logits, How(1, 1.0), generator) == 0
