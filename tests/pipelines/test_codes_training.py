"""The codes' trainings: tiny networks on synthetic drawings; no packages, no network."""

import json

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from pipelines.nets.code_autoencoder import CodeAutoencoder  # noqa: E402
from pipelines.nets.code_autoencoder import Shape as CodeShape  # noqa: E402
from pipelines.nets.code_writer import CodeWriter, Shape  # noqa: E402
from pipelines.vision.oklab import main_colour  # noqa: E402
from training.codes import autoencoder as codes_autoencoder  # noqa: E402
from training.codes import data as codes_data  # noqa: E402
from training.codes import export as codes_export  # noqa: E402
from training.codes import loop as codes_run  # noqa: E402
from training.codes import train as codes  # noqa: E402
from training.objects import data as objects_data  # noqa: E402
from training.objects.words import COLOURS  # noqa: E402

pytestmark = pytest.mark.slow

LEVELS = (4, 3, 2, 2, 2)
NOUNS, STYLES = ("ball", "box", "bar", "ring"), ("soft 3d", "flat", "cartoon")
CODE_SHAPE = CodeShape(levels=LEVELS, encoder=(8, 8, 32), decoder=(32, 8, 8), coarse_blocks=1)


@pytest.fixture(scope="module")
def data():
    y, x = np.mgrid[-1:1:128j, -1:1:128j]
    inside = (
        np.hypot(x, y) < 0.7,
        np.maximum(abs(x), abs(y)) < 0.6,
        (abs(x) < 0.8) & (abs(y) < 0.3),
        abs(np.hypot(x, y) - 0.6) < 0.2,
    )
    renders = np.zeros((12, 128, 128, 4), np.uint8)
    for row in range(12):
        renders[row][inside[row % 4]] = (220 - 50 * (row // 4), 40, 20, 255)
    drawings = [
        objects_data.Drawing(n, s, "test", n, 4 * i + j) for i, s in enumerate(STYLES) for j, n in enumerate(NOUNS)
    ]
    generator = np.random.default_rng(0)
    features = {n: generator.normal(size=(3, 8)).astype(np.float32) for n in (*NOUNS, "sphere")}
    colours = {row: main_colour(renders[row]) for row in range(12)}
    held = {("ball", "flat")}, {("blue", "box"), ("green", "ring")}
    return codes_data.Data(drawings, renders, colours, {"ball": ["sphere"]}, *held, features)


def views(data, count=300):
    pictures = codes_data.Pictures(data)
    return [pictures.view(i)[0] for i in range(count)]


def test_what_is_kept_back_is_never_shown(data):
    for view in views(data):
        d = data.drawings[view.drawing]
        assert (d.noun, d.style) not in data.held_pairs and (view.colour, d.noun) not in data.held_colours


def test_every_noun_is_painted_in_every_colour_that_is_not_kept_back(data):
    for number in data.trained():
        noun = data.drawings[number].noun
        missing = set(COLOURS) - set(data.paints(number)) - {c for c, n in data.held_colours if n == noun}
        assert len(missing) <= 1  # its own colour
    made = [v.colour for v in views(data)]
    assert abs(np.mean([bool(c) for c in made]) - codes_data.PAINTED) < 0.06 and len(set(made)) == 13


def test_what_is_told_is_what_is_shown(data):
    for view in views(data):
        d = data.drawings[view.drawing]
        assert codes_data.STYLE_ROWS[view.told_style] == d.style and codes_data.POSE_ROWS[view.told_pose] == view.pose
        if view.colour:
            assert codes_data.COLOUR_ROWS[view.told_colour] == view.colour
        assert view.name in (d.noun, *data.words.get(d.noun, ()))


def test_a_picture_is_the_same_at_the_same_place_and_some_are_as_drawn(data):
    pictures = codes_data.Pictures(data)
    assert np.array_equal(pictures.batch(40, 6)[2], pictures.batch(42, 1)[0])
    view = codes_data.View(0, "ball", "", "as drawn", 1, 1, 1)
    made = [codes_data.picture_of(data, view, np.random.default_rng(i)) for i in range(30)]
    exact = codes_data.posed(data.renders[0], np.array([0, 0, 0, 0, 0, 1], np.float32))[..., 3] * 2 - 1
    same = [np.abs(m[3] - exact).max() < 1e-6 for m in made]
    assert 6 < sum(same) < 24


def test_held_back_keeps_the_object_models_own():
    names = objects_data.CORE if hasattr(objects_data, "CORE") else ["fox", "cat", "dog", "owl", "bee", "ant"] * 1
    drawings = [
        objects_data.Drawing(n, s, "x", n, i)
        for i, (n, s) in enumerate((n, s) for n in sorted(names) for s in (*STYLES, "sticker"))
    ]
    pairs, colours = codes_data.held_back(drawings)
    assert objects_data.hold_out(objects_data.core(drawings)) <= pairs
    assert len({n for n, _ in pairs}) == len(pairs) and any(s == "sticker" for _, s in pairs)
    assert colours == objects_data.hold_out_colours(sorted(names), list(COLOURS))


def autoencoder_run(data, seed=0):
    torch.manual_seed(seed)
    net = CodeAutoencoder(CODE_SHAPE)
    loss = codes_autoencoder.Loss(codes_data.Pictures(data), None)
    return codes_run.Run(net, codes_run.Recipe(batch=4, warm_pictures=8), loss, {"shape": CODE_SHAPE.as_dict()})


def test_the_autoencoder_learns_and_goes_on_as_if_never_stopped(data, tmp_path):
    run = autoencoder_run(data)
    losses = [run.advance() for _ in range(12)]
    assert np.mean(losses[-3:]) < 0.8 * np.mean(losses[:3])
    run.save(tmp_path / "half.safetensors")
    other = autoencoder_run(data, seed=1)
    other.load(tmp_path / "half.safetensors")
    assert [run.advance() for _ in range(2)] == pytest.approx([other.advance() for _ in range(2)], rel=1e-4)
    assert other.pictures == 4 * 14


def test_a_frozen_encoder_keeps_every_code(data):
    run = autoencoder_run(data)
    codes_autoencoder.frozen(run.net)
    x = torch.from_numpy(codes_data.Pictures(data).batch(0, 4))
    before, made = run.net.encode(x), run.net.decode(run.net.encode(x))
    for _ in range(2):
        run.advance()
    assert torch.equal(run.net.encode(x), before) and not torch.equal(run.net.decode(before), made)


def test_what_is_kept_is_written_first_and_every_place_once():
    orders = codes.orders(400, 8, np.random.default_rng(0))
    assert (np.sort(orders, 1) == np.arange(64)).all()
    steps = (np.diff(orders, axis=1) < 0).sum(1)
    assert set(steps.tolist()) == {0, 1} and 0.08 < (steps == 1).mean() < 0.25


@pytest.fixture
def writer_run(data, tmp_path):
    torch.manual_seed(0)
    first = autoencoder_run(data)
    first.save(tmp_path / "codes-autoencoder.safetensors")

    def make():
        autoencoder = codes.read_autoencoder(tmp_path / "codes-autoencoder.safetensors")
        pool = codes.Pool(codes_data.Pictures(data), autoencoder, tmp_path / "pool.npy", 64)
        torch.manual_seed(0)
        net = CodeWriter(Shape(levels=LEVELS, width=32, layers=1, heads=2, text=8, styles=len(codes_data.STYLE_ROWS)))
        net.whiten(torch.from_numpy(np.concatenate(list(data.features.values()))))
        recipe = codes_run.Recipe(batch=8, warm_pictures=8)
        return codes_run.Run(net, recipe, codes.Loss(pool), {"shape": net.shape.as_dict()})

    return make


def test_the_writer_learns_and_goes_on_as_if_never_stopped(writer_run, tmp_path):
    run = writer_run()
    losses = [run.advance() for _ in range(12)]
    assert np.mean(losses[-3:]) < 0.95 * np.mean(losses[:3])
    path = tmp_path / "writer.safetensors"
    run.save(path)
    other = writer_run()
    codes_run.train(other, path, minutes=0)
    assert other.step == 12
    assert [run.advance() for _ in range(2)] == pytest.approx([other.advance() for _ in range(2)], rel=1e-4)


def test_a_pool_keeps_its_codes(data, writer_run):
    pool = writer_run().loss_of.pool
    found = pool.codes([3, 5])
    pool.autoencoder = None  # what is kept is not encoded again
    assert torch.equal(pool.codes([5, 3]), found[[1, 0]])


def test_a_loss_that_is_no_number_stops_the_run(data):
    run = autoencoder_run(data)
    run.loss_of = lambda _: torch.tensor(float("nan"), requires_grad=True) * 1
    with pytest.raises(FloatingPointError, match="last checkpoint"):
        run.advance()


@pytest.fixture
def landed(writer_run, data, tmp_path, monkeypatch):
    run = writer_run()
    run.advance()
    run.save(tmp_path / "codes-writer.safetensors")
    (tmp_path / "held_out.json").write_text(
        json.dumps(
            {"noun_style": [["ball", "flat"]], "colour_noun": [["blue", "box"]], "judging_set": "emojione", "seed": 1}
        )
    )
    keys = {"soft 3d": "fluent-emoji", "flat": "fluent-emoji-flat", "cartoon": "noto"}
    rows = [{**vars(d), "set": keys[d.style]} for d in data.drawings]
    (tmp_path / "drawings.json").write_text(json.dumps(rows))
    (tmp_path / "words.json").write_text(json.dumps(data.words))
    monkeypatch.setattr(codes_export, "vectors", lambda made: torch.zeros(1, 384, dtype=torch.int8))
    codes_export.export(tmp_path, tmp_path / "weights")
    return tmp_path / "weights"


def test_landed_files_hold_both_networks_and_say_what_they_are_made_of(landed, data):
    from pipelines.drawing.code_network import Scribe

    made = json.loads((landed / "codes.json").read_text())
    assert made["nouns"] == sorted(NOUNS) and made["drawings"] == 11 and made["words"] == {"ball": ["sphere"]}
    assert made["rows"]["colours"][1] == "as drawn" and {d["licence"] for d in made["data"]} == {"MIT", "Apache-2.0"}
    scribe = Scribe.read(landed / "codes.safetensors")
    assert scribe.grid == 8 and scribe.writer.shape.levels == LEVELS
    x = torch.from_numpy(codes_data.Pictures(data).batch(0, 2))
    assert scribe.pixels(scribe.codes(x[0])[None]).shape == (1, 4, 64, 64)


def test_landed_weights_are_gone_on_with(landed, writer_run, tmp_path):
    codes_export.begin_from(landed, tmp_path / "begun")
    run = writer_run()
    run.load(tmp_path / "begun" / "codes-writer.safetensors")
    assert run.begun == run.pictures == 8 and run.history[-1]["recipe"] == vars(run.recipe)
    from safetensors.torch import load_file

    kept = load_file(landed / "codes.safetensors")
    for name, value in run.net.state_dict().items():
        assert torch.equal(value, kept[f"writer.{name}"].float()), name
    run.advance()  # the rate warms up anew: 8 of 8 pictures
    assert run.pictures == 16 and any(
        not torch.equal(v, kept[f"writer.{k}"].float()) for k, v in run.net.state_dict().items()
    )
    assert codes.read_autoencoder(tmp_path / "begun" / "codes-autoencoder.safetensors").shape.levels == LEVELS
