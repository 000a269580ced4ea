"""The evaluation of beings: what is asked of whom, and that its measures say what they should."""

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from measure.eval import bodies, figure_judges  # noqa: E402
from pipelines.drawing.code_network import Rows, Scribe  # noqa: E402
from pipelines.nets.code_autoencoder import CodeAutoencoder  # noqa: E402
from pipelines.nets.code_autoencoder import Shape as CodeShape  # noqa: E402
from pipelines.nets.code_writer import CodeWriter, Shape  # noqa: E402
from training.codes import data as codes_data  # noqa: E402

LEVELS = (4, 3, 2, 2, 2)


@pytest.fixture(scope="module")
def scribe():
    torch.manual_seed(0)
    shape = CodeShape(levels=LEVELS, encoder=(8, 8, 32), decoder=(32, 8, 8), coarse_blocks=1)
    net = CodeAutoencoder(shape).eval().requires_grad_(False)
    writer = CodeWriter(Shape(levels=LEVELS, width=32, layers=1, heads=2, styles=len(codes_data.STYLE_ROWS))).eval()
    rows = Rows(codes_data.COLOUR_ROWS, codes_data.STYLE_ROWS, codes_data.POSE_ROWS)
    return Scribe(net, writer, rows)


def test_nouns_of_the_drawing_sets_mean_kinds_of_figures():
    class Known:
        nouns = ("fox", "ladybug", "hippopotamus", "teapot", "police officer", "santa claus")

    found = bodies.beings(Known())
    assert found == {
        "fox": "fox",
        "ladybug": "ladybird",
        "hippopotamus": "hippo",
        "police officer": "policeman",
        "santa claus": "santa",
    }
    assert figure_judges.kind_of("polar bear") == "polar_bear"


def test_a_copy_is_near_and_another_figure_is_not(tmp_path):
    fox, king = bodies.painted("fox"), bodies.painted("king")
    pool = np.stack([bodies.figures.painted(bodies.figures.recipe(place)) for place in range(4)])
    np.save(tmp_path / "codes-figures-pictures.npy", pool)
    learned = bodies.learned_figures(tmp_path, 3)
    assert learned.shape == (3, 32 * 32 * 4)
    near = bodies.nearest([bodies.upright(pool[1]), fox, king], learned)
    assert near[0] < 0.01 and near[1] > 0.1 and near[2] > 0.1


def test_bits_follow_from_the_probability_of_every_code(scribe):
    codes = torch.randint(0, 96, (2, 64), generator=torch.Generator().manual_seed(1))
    told = [scribe.conditioning(None, 1, 1, 1)] * 2
    with torch.no_grad():
        nats = [float(bodies.code_sampling.nats(scribe.writer, told[0], c[None]).sum()) for c in codes]
    assert bodies.bits(scribe, told, codes) == pytest.approx(np.mean(nats) / np.log(2), rel=1e-5)
    assert bodies.bits(scribe, told, codes) < 64 * 20


def test_what_goes_through_the_codes_keeps_its_size(scribe):
    made = bodies.through(scribe, [bodies.painted("fox")])
    assert made[0].shape == (64, 64, 4) and made[0].dtype == np.uint8
