"""Codes drawn, completed and shown: on tiny networks, and once with the landed weights."""

import io
import json
from contextlib import contextmanager

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from PIL import Image, ImageDraw  # noqa: E402

from pipelines.core.progress import Cancelled  # noqa: E402
from pipelines.core.settings import Refusal  # noqa: E402
from pipelines.drawing import code_network, network, pictures, words  # noqa: E402
from pipelines.drawing.code_sampling import How  # noqa: E402
from pipelines.generate import codes as drawing  # noqa: E402
from pipelines.generate import complete as completing  # noqa: E402
from pipelines.nets.code_autoencoder import CodeAutoencoder  # noqa: E402
from pipelines.nets.code_autoencoder import Shape as CodeShape  # noqa: E402
from pipelines.nets.code_writer import CodeWriter, Shape  # noqa: E402

LEVELS = (4, 3, 2, 2, 2)
ROWS = code_network.Rows(
    ("", "as drawn", "red", "blue"), ("", "soft 3d", "flat"), ("", "as drawn", "mirrored", "small")
)
KNOWN = words.Vocabulary(
    {
        "nouns": ["fox", "house", "owl"],
        "styles": {"soft 3d": "a", "flat": "b"},
        "style_words": {"flat": ["flat", "flat design"]},
        "words": {"house": ["cottage"]},
    }
)


@pytest.fixture
def scribe(monkeypatch):
    """Tiny networks behind the real pipelines."""
    torch.manual_seed(0)
    autoencoder = CodeAutoencoder(CodeShape(levels=LEVELS, encoder=(8, 8, 16), decoder=(16, 8, 8), coarse_blocks=1))
    writer = CodeWriter(Shape(levels=LEVELS, width=32, layers=1, heads=2, text=8))
    for p in (*writer.parameters(), autoencoder.leave.weight):
        torch.nn.init.normal_(p, std=0.3)
    made = code_network.Scribe(autoencoder.eval().requires_grad_(False), writer.eval().requires_grad_(False), ROWS)

    @contextmanager
    def load(card):
        yield made

    def make_features(names):
        return [torch.randn(3, 8, generator=torch.Generator().manual_seed(sum(map(ord, n)))) for n in names]

    monkeypatch.setattr(code_network, "load", load)
    monkeypatch.setattr("pipelines.core.models.load", load)
    monkeypatch.setattr(code_network, "read_names", make_features)
    monkeypatch.setattr(words, "vocabulary", lambda engine="objects": KNOWN)
    monkeypatch.setattr(
        network, "finish_drawings", lambda drawings, size, report: [_picture(d, size) for d in drawings]
    )
    return made


def _picture(drawing, size):
    pixels = (drawing.permute(1, 2, 0).clamp(0, 1) * 255).byte().numpy()
    return Image.fromarray(np.ascontiguousarray(pixels), "RGBA").resize((size, size))


def half_a_disc():
    picture = Image.new("RGBA", (128, 128), (0, 0, 0, 0))
    ImageDraw.Draw(picture).pieslice((8, 8, 120, 120), 90, 270, fill=(210, 80, 40, 255))
    return picture


def test_item_i_is_the_same_in_every_batch(scribe):
    wishes = [words.DrawingRequest(n, "flat", c) for n, c in (("fox", ""), ("house", "red"), ("owl", "blue"))]
    together = code_network.write(wishes, seed=3, how=How(48, 1.0, 2.0))
    for i, wish in enumerate(wishes):
        alone = code_network.write([wish], seed=3, how=How(48, 1.0, 2.0), first=i)
        assert torch.equal(alone.codes[0], together.codes[i]) and torch.equal(alone.pictures[0], together.pictures[i])
    assert not torch.equal(together.codes[0], together.codes[1])


def test_codes_come_with_how_they_were_understood(scribe):
    result = drawing.codes(prompt="two cottages, flat", count=2, seed=1)
    assert result.main.size == (1024, 512) and result.main.mode == "RGBA"
    assert json.loads(result.files["reading.json"])["caption"] == "a house, flat"
    kept = json.loads(result.files["codes.json"])["codes"]
    assert np.shape(kept) == (2, 64) and np.max(kept) < 96
    assert Image.open(io.BytesIO(result.files["2.png"])).size == (512, 512)


def test_colour_and_style_reach_the_writer(scribe):
    plain = drawing.codes(prompt="a fox", seed=1).files["codes.json"]
    for change in ({"prompt": "a red fox"}, {"style": "flat"}):
        assert drawing.codes(**{"prompt": "a fox", "seed": 1, **change}).files["codes.json"] != plain


def test_a_drawing_of_another_colour_is_painted_over_and_one_of_the_right_colour_is_not():
    disc = torch.zeros(4, 32, 32)
    disc[:, 6:26, 6:26] = torch.tensor([0.85, 0.25, 0.2, 1.0])[:, None, None]
    red, painted = code_network.in_colour(disc, "red")
    assert red is disc and not painted and code_network.in_colour(disc, "")[1] is False
    blue, painted = code_network.in_colour(disc, "blue")
    assert painted and blue[2, 16, 16] > blue[0, 16, 16] + 0.2 and torch.equal(blue[3], disc[3])


def test_the_preview_shows_codes_being_written_and_stops(scribe):
    seen = []

    def listen(progress):
        if progress.preview is not None:
            seen.append(progress.preview())
        if len(seen) == 20:
            raise Cancelled

    with pytest.raises(Cancelled):
        drawing.codes(prompt="a fox", count=3, seed=1, report=listen)
    first, last = (np.asarray(p.convert("RGB")) for p in (seen[0], seen[-1]))
    paper = np.array([237, 230, 218])
    assert np.abs(first[-48:].astype(int) - paper).max() <= 2  # nothing is written there yet
    assert np.abs(last[:48].astype(int) - paper).max() > 20


def test_what_is_left_of_a_drawing_keeps_its_codes(scribe):
    drawn = half_a_disc()
    made = completing.complete(drawn, prompt="a fox", anew="right", seed=2)

    before = scribe.codes(pictures.small(drawn, 64, centred=False)).view(8, 8)
    after = torch.tensor(json.loads(made.files["codes.json"])["codes"]).view(8, 8)
    assert torch.equal(before[:, :4], after[:, :4]) and not torch.equal(before[:, 4:], after[:, 4:])


@pytest.mark.parametrize(
    ("picture", "settings", "said"),
    [
        (Image.new("RGB", (64, 64), "white"), {"anew": "right"}, "Nothing is drawn"),
        (Image.effect_noise((64, 64), 90).convert("RGB"), {"anew": "empty"}, "Nothing would be drawn"),
        (half_a_disc(), {"anew": "mask"}, "Give a mask"),
    ],
)
def test_what_cannot_be_completed_is_said(scribe, picture, settings, said):
    with pytest.raises(Refusal, match=said):
        completing.complete(picture, prompt="a fox", **settings)


def test_the_picture_of_a_code_alone_is_what_it_paints_among_its_like(scribe):
    alone = code_network.patches(scribe, torch.arange(95))
    assert alone.shape == (95, 4, 8, 8)
    whole = scribe.pixels(torch.full((1, 64), 17).view(1, 64))[0]
    assert torch.allclose(alone[17, :, 3:5, 3:5].mean(), whole[:, 27:29, 27:29].mean(), atol=0.15)


@pytest.mark.weights
def test_the_landed_weights_draw_a_fox_and_complete_it():
    how = {"style": "flat", "seed": 3}
    result = drawing.codes(prompt="a red fox", count=1, **how)
    again = drawing.codes(prompt="a red fox", count=2, **how)
    pixels = np.asarray(result.main)
    assert (
        pixels.shape == (512, 512, 4) and 0.1 < (pixels[..., 3] > 128).mean() < 0.9 and (pixels[:16, :16, 3] < 60).all()
    )
    assert np.array_equal(np.asarray(Image.open(io.BytesIO(again.files["1.png"]))), pixels)
    half = completing.complete(result.main, prompt="a red fox, flat", anew="right", seed=3)
    codes, kept = (np.array(json.loads(m.files["codes.json"])["codes"]).reshape(8, 8) for m in (result, half))
    same = (codes[:, :4] == kept[:, :4]).mean()
    assert same > 0.2  # the enlarged drawing, read again, has many of its codes; by chance it would be one in 9,600
