"""Training a style: a resumed run is the same run, a network survives saving, any size is painted."""

from __future__ import annotations

import json
from contextlib import contextmanager

import numpy as np
import pytest
from PIL import Image

from pipelines import media
from pipelines.core import models
from pipelines.core.progress import Cancelled, working_in
from pipelines.core.settings import Refusal
from pipelines.media import load_image
from pipelines.nets import conditional, transform
from pipelines.stylize import train as module
from pipelines.stylize.parts import photographs, stylers
from pipelines.stylize.train import train
from tests.fixtures import own_network
from tests.pipelines.test_gatys import narrow_vgg, picture

pytestmark = pytest.mark.slow


@pytest.fixture
def tiny(monkeypatch):
    """A narrow random trunk, 32 px cuts and a narrow painter: a step takes milliseconds."""

    @contextmanager
    def load(card):
        yield narrow_vgg()

    monkeypatch.setattr(module, "load", load)
    monkeypatch.setattr(module, "SIDE_PX", 32)
    monkeypatch.setattr(photographs, "held_out", lambda: {"astronaut": np.asarray(picture(8))})
    monkeypatch.setattr(module, "STEPS_BETWEEN_CHECKPOINTS", 2)
    monkeypatch.setattr(module, "painter_for", lambda _: transform.painter_of(some_layers(3), np.ones(2, np.float32)))


def run(steps: int = 8, **more) -> media.Network:
    return train(picture(5, 96, 80), picture(6), name="Test", steps=steps, **{**SETTINGS, **more})


SETTINGS = {"stroke": 128, "seed": 3, "style_weight": 10}


def some_layers(seed: int, normalised: bool = False) -> list[conditional.Layer]:
    """Random layers of a narrow painter with a style vector of two numbers."""
    rng = np.random.default_rng(seed)
    shapes = [(6, 3, 9), (8, 6, 3), (12, 8, 3), *[(12, 12, 3)] * 4, (10, 12, 3), (4, 10, 3), (3, 4, 9)]
    layers = []
    for n, (outputs, inputs, k) in enumerate(shapes):
        weight = rng.normal(0, 1 / (k * inputs**0.5), (outputs, inputs, k, k)).astype(np.float32)
        if n < 3 and not normalised:
            layers.append(conditional.Layer(weight, rng.normal(0, 0.1, outputs).astype(np.float32)))
            continue
        pairs = [[rng.normal(0, 0.2, shape).astype(np.float32) for shape in ((2, outputs), outputs)] for _ in range(2)]
        layers.append(conditional.Layer(weight, None, (pairs[0][0], pairs[0][1] + 1), tuple(pairs[1])))
    return layers


def levels_apart(a: np.ndarray, b: np.ndarray) -> int:
    return int(np.abs(a.astype(int) - b).max())


@pytest.mark.parametrize("normalised", [False, True])
def test_a_graph_gives_back_the_layers_it_was_made_of(normalised):
    layers = some_layers(1, normalised)
    again = conditional.layers_of(conditional.graph(layers))
    assert len(again) == len(layers)
    for layer, other in zip(layers, again, strict=True):
        np.testing.assert_allclose(layer.weight, other.weight, atol=1e-6)
        for name in ("scale", "shift"):
            if getattr(layer, name) is None:
                np.testing.assert_array_equal(layer.bias, other.bias)
            else:
                np.testing.assert_array_equal(getattr(layer, name)[0], getattr(other, name)[0])
                np.testing.assert_array_equal(getattr(layer, name)[1], getattr(other, name)[1])


def test_the_torch_painter_paints_what_the_graph_paints_also_when_saved():
    import onnxruntime

    layers, style = some_layers(2), np.array([0.4, -0.7], np.float32)
    graph = conditional.graph(layers).SerializeToString()
    session = onnxruntime.InferenceSession(graph, providers=["CPUExecutionProvider"])
    rgb = np.asarray(picture(4, 48, 40))
    expected = stylers.VectorStyler(session, style).paint(rgb)
    painter = transform.painter_of(layers, style)
    again = transform.build(transform.tensors_of(painter, np.float32))
    assert expected.std() > 10
    for one in (painter, again):
        assert levels_apart(transform.paint(one, rgb), expected) <= 1
    assert again.architecture == painter.architecture


@pytest.mark.weights
def test_training_begins_where_any_painting_is():
    """Before its first step the network paints what `stylize.painting` paints, to a level."""
    from pipelines.stylize.painting import painting

    style = load_image(models.ASSETS / "styles" / "hokusai-great-wave.jpg")
    photo = Image.fromarray(photographs.held_out()["astronaut"]).resize((256, 256))
    network = stylers.painter_for(style)
    assert levels_apart(transform.paint(network, np.asarray(photo)), np.asarray(painting(photo, style))) <= 1


def test_beginning_from_a_painter_learns_all_of_it(tiny):
    seen = []
    network = run(steps=30, report=seen.append)
    assert np.mean([p.numbers["loss"] for p in seen[-8:]]) < np.mean([p.numbers["loss"] for p in seen[:8]])
    assert network.about["architecture"].startswith("Dumoulin 2017") and "Apache-2.0" in network.about["begun_from"]
    start = module.painter_for(None).state_dict()
    assert all(
        not np.array_equal(start[name].numpy(), value) for name, value in network.tensors.items() if "weight" in name
    )


def same(a: media.Network, b: media.Network) -> bool:
    return a.about == b.about and all(np.array_equal(a.tensors[k], b.tensors[k]) for k in a.tensors)


def test_interrupted_and_resumed_is_the_same_as_uninterrupted(tiny, tmp_path):
    whole = run()
    seen = []

    def until_five(progress):
        seen.append(progress)
        if len(seen) == 5:
            raise Cancelled

    with working_in(tmp_path):
        with pytest.raises(Cancelled):
            run(report=until_five)
        newest = sorted(tmp_path.glob("step-*.safetensors"))[-1]
        newest.write_bytes(newest.read_bytes()[:1000])  # the machine died while it was written: the one before serves
        later = []
        resumed = run(report=later.append)
    assert later[0].done == 3
    assert same(whole, resumed)
    assert not same(whole, run(steps=10))


def test_another_paintings_checkpoints_are_not_taken_up(tiny, tmp_path):
    with working_in(tmp_path):
        run(steps=4)
        seen = []
        train(picture(9, 96, 80), name="Other", steps=4, **SETTINGS, report=seen.append)
    assert seen[0].done == 1


@pytest.mark.parametrize("size", [(1, 1), (3, 7), (5, 130), (37, 41), (64, 64)])
def test_any_size_is_painted_at_its_size(size):
    painted = transform.paint(transform.build(own_network().tensors), np.full((*size, 3), 90, np.uint8))
    assert painted.shape == (*size, 3)
    assert painted.dtype == np.uint8


def test_foreign_weights_and_small_paintings_are_refused(tiny):
    with pytest.raises(Refusal, match="paints no pictures"):
        transform.build({"some.weight": np.zeros(3)})
    with pytest.raises(Refusal, match="64 px"):
        train(Image.new("RGB", (500, 20)), name="x", steps=50)


def test_training_pictures_depend_on_seed_and_step_only_and_leave_the_held_out_ones_out():
    a, b = photographs.batch(1, 7, 3, 32), photographs.batch(1, 7, 3, 32)
    np.testing.assert_array_equal(a, b)
    assert not np.array_equal(a, photographs.batch(1, 8, 3, 32))
    names = {path.stem for path in (models.ASSETS / "samples").glob("*.jpg")}
    assert set(photographs.HELD_OUT) < names
    assert len(photographs.training_set()) == len(names) - len(photographs.HELD_OUT)


def list_shipped() -> list[dict]:
    path = models.ASSETS / "styles" / "trained.json"
    return json.loads(path.read_text("utf-8")) if path.exists() else []


@pytest.mark.parametrize("entry", list_shipped(), ids=lambda entry: entry["slug"])
def test_shipped_networks_are_nearer_in_style_than_any_painting_is(entry):
    """What stands in the list was measured by `python -m training.styles.train`; the file says the same of itself."""
    assert entry["style_loss"] < entry["painting_style_loss"] < entry["photo_style_loss"]
    assert entry["content_loss"] < entry["painting_content_loss"]
    file = models.ASSETS / entry["file"]
    assert file.stat().st_size < 1e6
    about = media.load_network(file).about
    assert float(about["style_loss"]) == entry["style_loss"] and "Apache-2.0" in about["begun_from"]
    assert (models.ASSETS / "looks" / f"{entry['slug']}.webp").exists() and (models.ASSETS / entry["painting"]).exists()
    gallery = stylers.named_styles()[entry["slug"]]
    with models.load(gallery.card) as network:
        rgb = np.asarray(picture(3, 64, 64))
        assert 10 < np.abs(transform.paint(network, rgb).astype(int) - rgb).mean() < 120
