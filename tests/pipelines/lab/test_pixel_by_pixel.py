"""PixelCNN: no leak by gradient, the blind spot, kept activations against naive, the mixture against sums, and the landed weights."""

from __future__ import annotations

import io
import math

import numpy as np
import pytest
import torch

from pipelines.core.settings import Refusal
from pipelines.drawing import pixel_network
from pipelines.generate.pixelcnn import pixelcnn
from pipelines.nets import logistic_mixture
from pipelines.nets.pixelcnn import PixelCNN, Shape

SMALL = Shape(size_px=9, channels=8, dilations=(1, 2, 1), mixtures=3, head=12)


def writer(blind: bool = False, shape: Shape = SMALL) -> pixel_network.PixelWriter:
    """A small network with weights large enough that everything it sees counts."""
    torch.manual_seed(3)
    net = PixelCNN(Shape(**{**shape.as_dict(), "blind": blind}))
    for parameter in net.parameters():
        parameter.data.mul_(1.7)
    return pixel_network.PixelWriter(net.eval().requires_grad_(False))


def before(row: int, column: int, size: int) -> np.ndarray:
    """What is written before a pixel: [s,s]."""
    return np.arange(size * size).reshape(size, size) < row * size + column


@pytest.mark.parametrize("blind", [False, True])
def test_no_pixel_sees_itself_or_what_comes_after(blind: bool):
    one = writer(blind)
    for row, column in ((0, 0), (0, 5), (4, 4), (8, 8), (5, 0)):
        seen = pixel_network.receptive_field(one, row, column)
        assert np.all(seen[~before(row, column, 9)] == 0)


def test_two_stacks_see_all_that_is_near_and_one_stack_has_a_blind_spot():
    both, single = (pixel_network.receptive_field(writer(blind), 5, 2) for blind in (False, True))
    near = before(5, 2, 9).copy()
    assert np.all(both[2:5, :][near[2:5, :]] > 0)
    assert both[4, 8] > 0 and single[4, 8] == 0  # the row above, far to the right: never seen by one stack
    assert single[4, 3] > 0


@pytest.mark.parametrize("blind", [False, True])
def test_kept_activations_give_the_same_levels_byte_for_byte(blind: bool):
    network = writer(blind)
    told, chance = network.conditioning(None, 1), pixel_network.chances(4, 9)
    begin = np.random.default_rng(0).integers(0, 256, (9, 9, 3)).astype(float)
    unknown = pixel_network.places(4, 9)
    quick = pixel_network.write(network, told, begin=begin, unknown=unknown, chance=chance)
    slow = pixel_network.write_naively(network, told, begin=begin, unknown=unknown, chance=chance)
    assert np.array_equal(quick, slow)
    assert np.array_equal(quick[:4], begin[:4]) and not np.array_equal(quick[4:], begin[4:])


def test_the_mixture_sums_to_one_and_agrees_with_its_levels():
    torch.manual_seed(1)
    numbers = torch.randn(1, 30, dtype=torch.float64)
    mixture = logistic_mixture.read_mixture(numbers)
    red = logistic_mixture.levels(mixture.means[0, 0], mixture.scales[0, 0], mixture.weights[0])
    assert float(red.sum()) == pytest.approx(1, abs=1e-9)
    values = torch.arange(256, dtype=torch.float64) / 127.5 - 1
    green, blue = (one.flatten() for one in torch.meshgrid(values, values, indexing="ij"))
    for level in (0, 40, 200, 255):  # summed over green and blue: the chance of that red
        x = torch.stack([torch.full_like(green, float(values[level])), green, blue])[None]
        chance = logistic_mixture.log_probability(numbers[:, :, None].expand(-1, -1, x.shape[2]), x).exp().sum()
        assert float(chance) == pytest.approx(float(red[level]), rel=1e-3)


def test_log_probability_of_a_single_logistic_is_the_closed_form():
    numbers = torch.zeros(1, 10, dtype=torch.float64)
    numbers[0, 4:7] = -1.0  # scales
    x = torch.tensor([[40 / 127.5 - 1, -1.0, 1.0]], dtype=torch.float64)

    def cdf(v: float) -> float:
        return 1 / (1 + math.exp(-v * math.exp(1.0)))

    middle = cdf(float(x[0, 0]) + 1 / 255) - cdf(float(x[0, 0]) - 1 / 255)
    expected = math.log(middle) + math.log(cdf(-1 + 1 / 255)) + math.log(1 - cdf(1 - 1 / 255))
    assert float(logistic_mixture.log_probability(numbers, x)) == pytest.approx(expected, rel=1e-9)


def test_samples_follow_the_distribution():
    torch.manual_seed(2)
    numbers = torch.randn(1, 20, dtype=torch.float64)
    mixture = logistic_mixture.read_mixture(numbers)
    chance = torch.from_numpy(np.random.default_rng(5).random((20_000, 4)))
    made = logistic_mixture.draw_pixel(numbers.expand(20_000, -1), chance)[:, 0]
    expected = logistic_mixture.levels(mixture.means[0, 0], mixture.scales[0, 0], mixture.weights[0])
    found = torch.bincount(made.long(), minlength=256) / 20_000
    assert float((found.cumsum(0) - expected.cumsum(0)).abs().max()) < 0.02


def test_an_empty_doodle_is_refused():
    from PIL import Image

    with pytest.raises(Refusal, match="Nothing is drawn"):
        pixel_network.prepare_doodle(Image.new("RGB", (50, 40), "white"))


@pytest.mark.weights
def test_a_doodle_keeps_its_upper_half():
    from PIL import Image, ImageDraw

    page = Image.new("RGB", (320, 320), "white")
    ImageDraw.Draw(page).ellipse((60, 40, 260, 300), fill="#c8483f")
    made = pixelcnn(page, prompt="apple", seed=2)
    small = np.asarray(Image.open(io.BytesIO(made.files["pixels-1.png"])).convert("RGB"), float)
    assert np.array_equal(small[:16], pixel_network.prepare_doodle(page)[:16].round().astype("uint8"))
    assert small[16:].std() > 1
