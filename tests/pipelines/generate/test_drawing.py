"""Single drawings: the landed network and enlarger, and what comes before and after them."""

import io
import json

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from PIL import Image, ImageDraw  # noqa: E402

from pipelines.core.settings import Refusal  # noqa: E402
from pipelines.drawing import enlarger, network, pictures  # noqa: E402
from pipelines.generate.object import object, together  # noqa: E402
from pipelines.nets.enlarger import Enlarger  # noqa: E402
from pipelines.nets.object_unet import ObjectUNet, Shape  # noqa: E402

TINY = Shape(channels=(32, 32, 64), blocks=1, text_channels=32, head_width=32, embedding=64)


def doodle(ground="white", mode="RGB"):
    picture = Image.new(mode, (300, 200), ground)
    ImageDraw.Draw(picture).ellipse((100, 50, 180, 150), fill="#d04020" if mode == "RGB" else (208, 64, 32, 255))
    return picture


@pytest.fixture(scope="module")
def painter():
    torch.manual_seed(0)
    net = ObjectUNet(TINY).eval().requires_grad_(False)
    for p in (net.leave.weight, *(c.paint.weight for c in net.canvas.values())):
        torch.nn.init.normal_(p, std=0.05)
    return network.ObjectModel(net, "cpu")


def test_an_item_is_the_same_in_every_batch(painter):
    told = [torch.randn(5, 384, generator=torch.Generator().manual_seed(i)) for i in range(3)]
    how = network.Sampling(steps=3)
    asked = [painter.one(network.conditions(t, 2.0), guided=network.GUIDED) for t in told]
    together_ = network.draw_asked(painter, asked, seed=4, how=how)
    for i, one in enumerate(asked):
        assert torch.equal(network.draw_asked(painter, [one], seed=4, how=how, first=i), together_[i : i + 1])
    assert not torch.equal(together_[0], together_[1])


def test_guidance_is_the_weighted_sum_and_stops_outside_its_levels(painter):
    told = torch.randn(4, 384)
    x = torch.randn(1, 4, 64, 64)
    one = painter.one(network.conditions(told, 3.0), guided=(0.5, 5.0))
    plain = painter.one([network.Condition(told, 1.0)])
    without = painter.one([network.Condition(None, 1.0)])
    torch.testing.assert_close(one(x, 1.0), 3 * plain(x, 1.0) - 2 * without(x, 1.0), atol=1e-4, rtol=1e-4)
    torch.testing.assert_close(one(x, 8.0), plain(x, 8.0), atol=1e-5, rtol=1e-5)
    assert (plain(x, 1.0) - without(x, 1.0)).abs().max() > 1e-3


def test_an_even_ground_becomes_transparent_and_a_photograph_does_not():
    rgba = pictures.straight(doodle("#3060c0"))
    assert rgba[0, 0, 3] == 0 and rgba[100, 140, 3] == 1 and 0.1 < rgba[..., 3].mean() < 0.12
    noisy = Image.fromarray(np.random.default_rng(0).integers(0, 255, (40, 40, 3), np.uint8))
    assert pictures.straight(noisy)[..., 3].min() == 1


def test_a_drawing_is_centred_and_an_empty_one_refused():
    x = pictures.small(doodle(), 64)
    alpha = (x[3] + 1) / 2
    rows, columns = (alpha.sum(d) > 0.5 for d in (1, 0))
    assert 54 <= int(rows.sum()) <= 60 and abs(int(rows.nonzero()[0]) + int(rows.nonzero()[-1]) - 63) <= 1
    assert abs(int(columns.nonzero()[0]) + int(columns.nonzero()[-1]) - 63) <= 1
    assert float(x[:3, 0, 0].abs().max()) == 0 and float(x[3, 0, 0]) == -1
    with pytest.raises(Refusal, match="Nothing is drawn"):
        pictures.small(Image.new("RGB", (50, 50), "white"), 64)


def test_an_enlarger_that_adds_nothing_is_bicubic_and_tiles_leave_no_seam():
    net = Enlarger().eval()
    x = torch.randn(1, 4, 16, 16)
    torch.testing.assert_close(net(x), torch.nn.functional.interpolate(x, scale_factor=8, mode="bicubic"))
    torch.nn.init.normal_(net.leave.weight, std=0.02)
    for block in (*net.coarse, *net.fine):
        torch.nn.init.normal_(block.second.weight, std=0.02)
    x = torch.randn(1, 4, 80, 70)
    with torch.inference_mode():
        torch.testing.assert_close(
            enlarger.eightfold(net, x)[..., 120:-120, 120:-120], net(x)[..., 120:-120, 120:-120], atol=2e-4, rtol=2e-4
        )


def test_several_pictures_come_as_a_sheet_with_alpha_and_one_by_one():
    singles = [Image.new("RGBA", (8, 8), (i * 20, 0, 0, 100 + i)) for i in range(5)]
    sheet = together(singles, {"reading.json": b"{}"})
    assert (
        sheet.main.size == (24, 16)
        and sheet.main.getpixel((9, 9)) == (80, 0, 0, 104)
        and sheet.main.getpixel((23, 15))[3] == 0
    )
    assert Image.open(io.BytesIO(sheet.files["3.png"])).getpixel((0, 0)) == (40, 0, 0, 102)
    assert together(singles[:1], {}).main is singles[0]


# ---- with the landed weights -----------------------------------------------------------------------------------------


@pytest.mark.weights
def test_object_draws_the_same_bytes_with_alpha():
    result = object(prompt="a red fox, flat", count=2, seed=5)
    again = object(prompt="a red fox, flat", count=1, seed=5)
    assert result.main.mode == "RGBA" and result.main.size == (1024, 512)
    assert result.main.crop((0, 0, 512, 512)).tobytes() == again.main.tobytes()
    corners = [again.main.getpixel(c)[3] for c in ((0, 0), (511, 0))]
    assert max(corners) < 40 and again.main.getchannel("A").getextrema()[1] == 255
    assert json.loads(result.files["reading.json"])["caption"] == "a red fox, flat"


@pytest.mark.weights
def test_a_doodle_is_kept_when_weak_and_left_when_strong():
    drawn = [object(doodle(), prompt="a strawberry", strength=s, seed=2).main for s in (0.0, 1.0)]
    start = pictures.straight(doodle().resize((64, 43)))
    alpha = np.zeros((64, 64))
    alpha[10:53] = start[..., 3]
    small = [np.asarray(p.resize((64, 64), Image.Resampling.BOX))[..., 3] / 255 for p in drawn]
    away = [np.abs(p - alpha).mean() for p in small]
    assert away[0] < 0.05 and away[1] > 1.5 * away[0]


@pytest.mark.weights
def test_enlarging_keeps_transparency_and_is_sharper_than_bicubic():
    from pipelines.generate.enlarge import enlarge

    large = Image.new("RGBA", (512, 512))
    ImageDraw.Draw(large).ellipse((96, 80, 420, 400), fill=(30, 120, 200, 255))
    small = large.resize((64, 64), Image.Resampling.BOX)
    ours, cubic = enlarge(small, factor="8"), small.resize((512, 512), Image.Resampling.BICUBIC)
    error = [
        np.abs(np.asarray(p, np.float32)[..., 3] - np.asarray(large, np.float32)[..., 3]).mean() for p in (ours, cubic)
    ]
    assert ours.size == (512, 512) and ours.mode == "RGBA" and error[0] < 0.6 * error[1]
    assert enlarge(Image.new("RGB", (150, 90), "red"), factor="2").size == (300, 180)
    with pytest.raises(Refusal, match="24 megapixels"):
        enlarge(Image.new("RGB", (3000, 2000)), factor="4")


@pytest.mark.weights
def test_edges_lie_where_things_end():
    from pipelines.generate.edges import edges

    found = np.asarray(edges(doodle().resize((192, 128))).convert("L"), np.float32)
    ring = found[64, 60:70].min()
    assert ring < 120 and found[10, 10] > 230 and found[64, 90] > ring + 60
    assert np.asarray(edges(doodle().resize((96, 64)), white_lines=True)).mean() < 128


@pytest.mark.weights
def test_cutout_takes_the_ground_away():
    from pipelines.core.models import ASSETS
    from pipelines.generate.cutout import cutout

    made = cutout(Image.open(ASSETS / "samples" / "moose.jpg").convert("RGB").resize((480, 360)))
    alpha = np.asarray(made)[..., 3]
    assert made.mode == "RGBA" and 0.02 < (alpha > 128).mean() < 0.9 and (alpha < 20).mean() > 0.05
