"""Every training learns and goes on as if it had never been stopped; what is kept back is never shown; landed files open. Tiny networks, no packages."""

from __future__ import annotations

import argparse
import itertools
import math
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import save_file
from tokenizers import Tokenizer, models, pre_tokenizers

from pipelines.drawing.network import FEW_LEVELS
from pipelines.figures.portraits import picture, portrait_of, somebody
from pipelines.infill.parts.networks import own_vocabulary
from pipelines.nets import music_tokens as mt
from pipelines.nets.both_ways import MASK as HIDDEN
from pipelines.nets.both_ways import Deltas
from pipelines.nets.causal_text import CausalText, Memory
from pipelines.nets.code_autoencoder import Shape as CodeShape
from pipelines.nets.free_length import FreeLength
from pipelines.nets.masked_text import END, MASK, START, MaskedText
from pipelines.nets.masked_text import Shape as TextShape
from pipelines.nets.music import Shape as MusicShape
from pipelines.nets.object_unet import ObjectUNet
from pipelines.nets.object_unet import Shape as ObjectShape
from pipelines.nets.pixelcnn import Shape as PixelShape
from pipelines.nets.sound_codec import Shape as SoundShape
from pipelines.nets.stylegan2 import Encoder, Generator
from pipelines.nets.stylegan2 import Shape as FaceShape
from pipelines.vision.oklab import main_colour
from tests.pipelines.compose.test_music import tune
from training import loop
from training.codes import autoencoder as codes_autoencoder
from training.codes import data as codes_data
from training.codes import train as codes
from training.faces import swap
from training.faces import train as faces
from training.infill import both_ways, free_length, stretches
from training.infill import data as infill_data
from training.infill import train as infill
from training.infill.sources import Source
from training.loop import Run, averaged
from training.music import data as music_data
from training.music import train as music
from training.objects import batches as objects_batches
from training.objects import data as objects_data
from training.objects import enlarger
from training.objects import train as objects
from training.objects import tune as objects_tune
from training.pixelcnn import data as pixel_data
from training.pixelcnn import train as pixelcnn
from training.sound_codec import train as sound_codec

pytestmark = pytest.mark.slow

OBJECT = ObjectShape(channels=(32, 32, 64), blocks=1, text_channels=32, head_width=32, embedding=64)
CODE = CodeShape(levels=(4, 3, 2, 2, 2), encoder=(8, 8, 32), decoder=(32, 8, 8), coarse_blocks=1)
FACE, TEXT = FaceShape(64, 16, (16, 16, 8, 8), 1), TextShape(width=24, layers=1, heads=2, hidden=48, places=128)
NOUNS, STYLES = ("ball", "box", "bar", "ring"), ("soft 3d", "flat", "cartoon")
RNG = np.random.default_rng(0)


@pytest.fixture(autouse=True)
def one_thread():
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


def renders() -> np.ndarray:
    """Four shapes in three shades on nothing: RGBA uint8 [12,128,128,4]."""
    y, x = np.mgrid[-1:1:128j, -1:1:128j]
    inside = (np.hypot(x, y) < 0.7, np.maximum(abs(x), abs(y)) < 0.6, (abs(x) < 0.8) & (abs(y) < 0.3))
    inside = (*inside, abs(np.hypot(x, y) - 0.6) < 0.2)
    drawn = np.zeros((12, 128, 128, 4), np.uint8)
    for row in range(12):
        drawn[row][inside[row % 4]] = (220 - 50 * (row // 4), 40, 20, 255)
    return drawn


RENDERS = renders()
DRAWINGS = [objects_data.Drawing(n, s, "test", n, 4 * i + j) for i, s in enumerate(STYLES) for j, n in enumerate(NOUNS)]
MAIN = {row: main_colour(RENDERS[row]) for row in range(12)}
HELD = {("ball", "flat"), ("ring", "cartoon")}


def batches() -> objects_batches.Batches:
    """Batches over the drawings, each caption three random tokens."""
    lines = objects_batches.write_lines(DRAWINGS, {}, MAIN, HELD, {("blue", "ball")}, each=8)
    features = np.random.default_rng(0).normal(size=(3 * len(lines), 384)).astype(np.float16)
    return objects_batches.Batches(RENDERS, lines, MAIN, features, np.arange(len(lines) + 1) * 3)


def code_data() -> codes_data.Data:
    features = {n: np.random.default_rng(0).normal(size=(3, 384)).astype(np.float32) for n in (*NOUNS, "sphere")}
    held = {("ball", "flat")}, {("blue", "box"), ("green", "ring")}
    return codes_data.Data(DRAWINGS, RENDERS, MAIN, {"ball": ["sphere"]}, *held, features)


def portraits(count: int = 24) -> np.ndarray:
    return np.stack([picture(portrait_of(somebody(i), i)) for i in range(count)])


def source(*paragraphs: str) -> Source:
    return Source("made", "none", "own", 1.0, lambda folder: iter(paragraphs))


def pack_text(folder: Path, name: str = "infill") -> Path:
    """Sentences in which the words around a span say how long it is."""
    text = "the red cat sat. A red old grey dog sat. The red cat ran. A red old grey dog ran."
    words = own_vocabulary().tokenizer
    encode = lambda parts: [row.ids for row in words.encode_batch(parts, add_special_tokens=False)]  # noqa: E731
    infill_data.pack(folder, name, [(source(*[text] * 60), 1.0)], encode, [END])
    return folder


def llama():
    from transformers import LlamaConfig, LlamaForCausalLM

    torch.manual_seed(0)
    sizes = {"vocab_size": 40, "hidden_size": 32, "intermediate_size": 48, "num_hidden_layers": 2}
    heads = {"num_attention_heads": 4, "num_key_value_heads": 2, "tie_word_embeddings": True, "bos_token_id": 1}
    network = LlamaForCausalLM(LlamaConfig(**sizes, **heads)).eval()
    network.model.embed_tokens.weight.data *= 20  # so that what is read off them can be sure of a word
    return network


def of_objects(folder: Path) -> Run:
    return objects.begin(batches(), OBJECT, loop.Recipe(batch=8, warm_steps=2))


def of_few(folder: Path) -> Run:
    torch.manual_seed(0)
    net, path = ObjectUNet(OBJECT).eval(), folder / "way.safetensors"
    drawing, noise = torch.rand(2, 4, 64, 64), torch.randn(2, 4, 64, 64)
    states = torch.stack([drawing + level * noise for level in FEW_LEVELS])
    told = {"text": torch.randn(2, 3, 384), "mask": torch.ones(2, 3, dtype=torch.bool)}
    save_file({"drawing": drawing, "states": states, **told}, path)
    return objects_tune.begin(net, [path], "hash", 8, loop.Recipe(batch=2, adam_rate=5e-3, warm_steps=1))


def of_enlarger(folder: Path) -> Run:
    large = np.stack([np.asarray(r).repeat(4, 0).repeat(4, 1) for r in RENDERS[:4]])
    return enlarger.begin(enlarger.Pairs(large))


def of_autoencoder(folder: Path) -> Run:
    loss = codes_autoencoder.Loss(codes_data.Pictures(code_data()), None)
    return codes_autoencoder.begin(CODE, loss, False, loop.Recipe(batch=4, warm_steps=2))


def of_writer(folder: Path) -> Run:
    path = folder / "codes-autoencoder.safetensors"
    if not path.exists():
        run = of_autoencoder(folder)
        run.advance()
        loop.write(path, run.groups(), run.facts())
    pool = codes.Pool(codes_data.Pictures(code_data()), codes.read_autoencoder(path), folder / "pool.npy", 64)
    return codes.begin(pool, loop.Recipe(batch=8, warm_steps=2))


def of_pixels(folder: Path) -> Run:
    levels = np.stack([pixel_data.on_white(r) for r in RENDERS])
    drawings = pixel_data.Drawings(levels, np.zeros((12, 384), np.float32), np.arange(12) % 3)
    run = pixelcnn.begin(PixelShape(channels=16, dilations=(1, 2), mixtures=2, head=16, condition=8), drawings)
    run.recipe = replace(run.recipe, warm_steps=2)
    return run


def of_warm(folder: Path) -> Run:
    return faces.warm(FACE, portraits())


def of_encoder(folder: Path) -> Run:
    torch.manual_seed(0)
    return faces.after(Generator(FACE), Encoder(FACE), portraits())


def of_swap(folder: Path) -> Run:
    return swap.begin(np.stack([portraits(12), portraits(12)[::-1]]))


def of_codec(folder: Path) -> Run:
    sounds = [np.sin(np.arange(40_000) * f).astype(np.float32) for f in (0.02, 0.05, 0.11)]
    shape = SoundShape(channels=(8, 8, 16, 16), width=8, books=2, codes=16)
    return sound_codec.begin(shape, sounds, loop.Recipe(batch=4, rate=2e-3, adam_rate=1e-3, warm_steps=2))


def of_music(folder: Path) -> Run:
    tokens, features = mt.encode(mt.Plan((8,)), tune())
    names = [n for n in (f"x/{i}" for i in range(60)) if not music_data.is_held_out(n)][:4]
    data = {"tokens": np.tile(tokens, 4), "features": np.tile(features, (4, 1)), "names": names}
    data |= {"starts": np.arange(5) * len(tokens), "plans": [{"style": "air", "mode": "major"}] * 4}
    return music.begin(MusicShape(32, 1, 2, 64), music.Batches(data, loop.Recipe(batch=256, rate=6e-3, warm_steps=2)))


def of_infill(folder: Path) -> Run:
    torch.manual_seed(0)
    text = infill_data.Packed(pack_text(folder), "infill")
    return infill.begin(MaskedText(TEXT), text, loop.Recipe(batch=256, rate=1e-2, adam_rate=1e-2, warm_steps=2))


def of_both_ways(folder: Path) -> Run:
    words = "<pad> <s> x <mask> y z u v a cat dog purrs barks . the old new one".split()  # noqa: SIM905
    tokenizer = Tokenizer(models.WordLevel({word: i for i, word in enumerate(words)}, unk_token="u"))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    text = "the cat purrs. the old dog barks. the new cat purrs. the one dog barks."
    infill_data.pack(folder, "both_ways", [(source(*[text] * 40), 1.0)], *infill_data.smollm2(tokenizer))
    return both_ways.begin(
        llama(), infill_data.Packed(folder, "both_ways"), recipe=loop.Recipe(batch=8, adam_rate=0.02)
    )


def of_free_length(folder: Path) -> Run:
    torch.manual_seed(0)
    text = stretches.Sentences(pack_text(folder, stretches.NAME))
    return free_length.begin(MaskedText(TEXT).eval(), text, {}, loop.Recipe(batch=8, adam_rate=0.02, warm_steps=2))


RUNS: dict[str, tuple[Callable[[Path], Run], int]] = {  # how a run begins, and in how many steps it learns something
    "objects": (of_objects, 12),
    "few": (of_few, 12),
    "enlarger": (of_enlarger, 0),  # what it learns in a few steps is less than the noise of its batches
    "autoencoder": (of_autoencoder, 8),
    "writer": (of_writer, 8),
    "pixelcnn": (of_pixels, 8),
    "faces, warm": (of_warm, 8),
    "faces, encoder": (of_encoder, 8),
    "swap": (of_swap, 8),
    "sound codec": (of_codec, 12),
    "music": (of_music, 8),
    "infill": (of_infill, 8),
    "both ways": (of_both_ways, 16),
    "free length": (of_free_length, 0),  # so here
}


@pytest.mark.parametrize("name", [name for name, (_, steps) in RUNS.items() if steps])
def test_a_training_learns(name, tmp_path):
    begin, steps = RUNS[name]
    run = begin(tmp_path)
    before = run.loss(run).item()
    run = begin(tmp_path)
    for _ in range(steps):
        run.advance()
    run.step = run.seen = 0
    assert run.loss(run).item() < before  # of the same batch


@pytest.mark.parametrize("name", ["few", "writer", "both ways", "free length"])  # all run in one loop
def test_a_stopped_training_goes_on_as_if_it_had_never_been(name, tmp_path):
    begin = RUNS[name][0]
    run = begin(tmp_path)
    for _ in range(6 if name == "few" else 2):
        run.advance()
    loop.write(tmp_path / "half.safetensors", run.groups(), run.facts())
    again = begin(tmp_path)
    again.load(tmp_path / "half.safetensors")
    assert (again.step, again.seen) == (run.step, run.seen)
    assert run.advance() == pytest.approx(again.advance(), rel=1e-4)
    assert all(torch.allclose(p, again.average[n], atol=1e-5) for n, p in run.average.items())


def test_generator_and_critic_begin_with_the_autoencoder_and_go_on_after_a_stop(tmp_path):
    pages = portraits()
    warm = of_warm(tmp_path)
    warm.advance()
    loop.write(tmp_path / "warm.safetensors", warm.groups(), warm.facts())
    contest = faces.Contest(FACE, pages)
    contest.begin_after(tmp_path / "warm.safetensors")
    before = {name: p.detach().clone() for name, p in contest.learned.items()}
    contest.advance()
    assert any(not torch.equal(p, before[name]) for name, p in contest.learned.items())
    loop.write(tmp_path / "contest.safetensors", contest.groups(), contest.facts())
    again = faces.Contest(FACE, pages)
    again.load(tmp_path / "contest.safetensors")
    assert contest.advance() == pytest.approx(again.advance(), rel=1e-3)


def options(folder: Path, **more) -> argparse.Namespace:
    return argparse.Namespace(**{"folder": folder, "minutes": 0.0, "anneal": 0.0, **more})


def test_a_run_of_another_recipe_of_shape_is_refused_and_landed_weights_are_gone_on_with(tmp_path):
    run = of_autoencoder(tmp_path)
    run.advance()
    loop.train(run, options(tmp_path), "one")
    other = codes_autoencoder.begin(CodeShape(levels=(3, 2)), codes_autoencoder.Loss(None, None), False)
    with pytest.raises(ValueError, match="another folder"):
        other.load(tmp_path / "one.safetensors")
    loop.land(tmp_path, "landed", {f"part.{k}": v for k, v in run.average.items()}, {})
    fresh = of_autoencoder(tmp_path)
    loop.train(fresh, options(tmp_path), "two", tmp_path / "landed.safetensors", "part.")
    assert fresh.step == 0 and all(torch.allclose(p, run.average[n], atol=1e-2) for n, p in fresh.learned.items())


# ---- drawings --------------------------------------------------------------------------------------------------------


def test_what_is_kept_back_is_never_shown():
    made = batches()
    seen = {number for step in range(30) for number in made.choose(16 * step, 16)}
    assert seen == set(range(len(made.lines)))  # every pass sees every line
    assert not {(line.noun, line.style) for line in made.lines} & HELD
    assert all((line.colour, line.noun) != ("blue", "ball") for line in made.lines)
    data = code_data()
    views = [codes_data.Pictures(data).view(i)[0] for i in range(300)]
    for view in views:
        drawing = data.drawings[view.drawing]
        assert (drawing.noun, drawing.style) not in data.held_pairs
        assert (view.colour, drawing.noun) not in data.held_colours
        assert codes_data.STYLE_ROWS[view.told_style] == drawing.style
        assert not view.colour or codes_data.COLOUR_ROWS[view.told_colour] == view.colour
        assert view.name in (drawing.noun, *data.words.get(drawing.noun, ()))
    assert len({view.colour for view in views}) == 13


def test_steps_of_the_student_land_on_the_teachers_way():
    state, then, drawing = torch.randn(3, 2, 4, 8, 8, generator=torch.Generator().manual_seed(0))
    for i in range(5):
        x0 = objects_tune.target(state, then, drawing, i)
        r = FEW_LEVELS[i + 1] / FEW_LEVELS[i]
        torch.testing.assert_close(x0 + r * (state - x0), then, atol=1e-5, rtol=1e-5)
    assert objects_tune.target(state, None, drawing, 5) is drawing


# ---- words -----------------------------------------------------------------------------------------------------------


class Joint(torch.nn.Module):
    """The exact one-place conditionals of a joint distribution over three letters, as a network would give them."""

    def __init__(self, chances: dict[tuple, float], wrong: float) -> None:
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
        places = at.nonzero().tolist()
        known = [self.log_chance(tuple(tokens[row, 1:].tolist()), place - 1) for row, place in places]
        return torch.stack(known) if known else torch.zeros(0, 107)


def enumerated_bound(network: Joint, letters: tuple) -> float:
    """The bound by hand: over every set of masked places, the integral of t^(k-1) (1-t)^(n-k) is (k-1)! (n-k)! / n!."""
    n, total = len(letters), 0.0
    for hidden in itertools.product((False, True), repeat=n):
        k = sum(hidden)
        row = tuple(MASK if hide else letter for hide, letter in zip(hidden, letters, strict=True))
        for place in np.flatnonzero(hidden):
            scores = network.log_chance(row, place)
            scores[MASK] = -torch.inf
            nats = -scores.log_softmax(0)[letters[place]].item()
            total += nats * math.factorial(k - 1) * math.factorial(n - k) / math.factorial(n)
    return total


@pytest.mark.parametrize(("wrong", "decoded"), [(0.0, 1.0), (0.3, 0.5)])
def test_the_loss_is_the_bound_that_enumeration_gives(wrong, decoded):
    chances = np.random.default_rng(0).dirichlet(np.full(8, 0.7))
    joint, letters = dict(zip(itertools.product((5, 6), repeat=3), chances, strict=True)), (5, 6, 5)
    network = Joint(joint, wrong)
    tokens = torch.tensor([[START, *letters]]).repeat(3000, 1)
    dice = torch.Generator().manual_seed(3)
    nats, counted = infill.bound(network, tokens, infill.stratified_times(3000, dice), dice, decoded)
    assert counted.tolist() == [3] * 3000
    expected = enumerated_bound(network, letters)
    assert abs(nats.mean().item() - expected) < 4 * nats.std().item() / math.sqrt(3000) + 0.002 * expected
    if not wrong:  # exact conditionals make the bound tight: it is the likelihood itself
        assert expected == pytest.approx(-math.log(joint[letters]), rel=1e-4)


def test_with_a_causal_mask_nothing_learned_is_the_causal_model_and_the_mask_opens():
    causal = llama()
    network, tokens = both_ways.BothWays(causal, 4, 2.0), torch.randint(4, 40, (2, 9))
    at = torch.zeros_like(tokens, dtype=torch.bool)
    at[:, 3:6] = True
    mine = network(tokens, torch.ones(2, 9, 9, dtype=torch.bool).tril(), at)
    with torch.inference_mode():
        assert torch.allclose(mine, causal(input_ids=tokens).logits[:, 2:5].reshape(-1, 40), atol=1e-3)
    dice = torch.Generator().manual_seed(0)
    assert torch.equal(both_ways.opened_mask(1, 6, 0.0, dice)[0], torch.ones(6, 6, dtype=torch.bool).tril())
    assert both_ways.opened_mask(1, 6, 1.0, dice).all()
    at, weight = both_ways.hidden(torch.zeros(4000, 30, dtype=torch.long), dice)
    assert not at[:, 0].any() and at.any(1).all()
    mean = float((weight[:, None] * at[:, 1:]).float().mean())  # E[2 / √t · t] over √t uniform in (0.2, 1) is 1.2
    assert mean == pytest.approx(1.2, rel=0.03)


def test_changes_that_are_landed_read_as_what_was_trained(tmp_path):
    run = of_both_ways(tmp_path)
    for _ in range(4):
        run.advance()
    tokens = torch.tensor([[1, 14, HIDDEN, 11, 13, 14, 15, HIDDEN, 12, 13]])
    seen = torch.ones(1, 10, 10, dtype=torch.bool)
    with torch.no_grad():
        mine = run.net(tokens, seen, tokens == HIDDEN).log_softmax(-1)
    scaled = {k: (p.detach() * (both_ways.SCALE if k.startswith("up.") else 1)).half() for k, p in run.learned.items()}
    network = CausalText(llama())
    features = network.read(tokens[0], torch.arange(10), seen[0], Memory(), Deltas(scaled))
    assert torch.allclose(network.log_p(features[[1, 6]]), mine, atol=0.05)


def test_spans_are_whole_words_and_what_is_landed_opens(tmp_path):
    text, rng = stretches.Sentences(pack_text(tmp_path, stretches.NAME)), np.random.default_rng(0)
    for _ in range(200):
        window = text.window(rng, 32)
        span = text.span(window, rng)
        if span:
            assert text.begins[window[span.begin]] and not text.goes_on[window[span.end]]
    run = of_free_length(tmp_path)
    loop.write(tmp_path / "run.safetensors", run.groups(), run.facts())
    FreeLength(MaskedText(TEXT), averaged(tmp_path / "run.safetensors")[0])
