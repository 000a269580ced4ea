import pytest
import torch

from pipelines.core.registry import find, names
from pipelines.core.settings import Refusal, settings_of
from pipelines.nets.code_autoencoder import CodeAutoencoder, Shape
from pipelines.redteam import prompt as prompts
from pipelines.redteam import protect, text
from pipelines.redteam.parts import pixels, purifiers
from studio.web.tabs import board


@pytest.fixture(scope="module")
def autoencoder():
    torch.manual_seed(0)
    net = CodeAutoencoder(
        Shape(size_px=16, grid=2, levels=(4, 3), encoder=(8, 8, 8), decoder=(8, 8, 8), coarse_blocks=1)
    )
    torch.nn.init.normal_(net.leave.weight, std=0.3)
    return net.eval().requires_grad_(False)


def test_the_exact_gradient_through_smoothing_is_that_of_finite_differences():
    purify, goal = purifiers.smooth(8.0), lambda x: (x**3).sum()
    clean = 0.3 + 0.4 * torch.rand(1, 3, 6, 6, dtype=torch.float64)
    _, slope = pixels.gradient(lambda x: goal(purify(x, 3)), clean)
    step = torch.zeros_like(clean)
    step[0, 1, 2, 3] = 1e-6
    measured = (goal(purify(clean + step, 3)) - goal(purify(clean - step, 3))) / 2e-6
    assert float(slope[0, 1, 2, 3]) == pytest.approx(float(measured), rel=1e-5)


def test_words_of_the_target_may_not_be_added():
    from pipelines.language.minilm import tokenizer

    allowed, known = prompts.harmless("a blue fish, soft 3d"), tokenizer().get_vocab()
    assert not any(allowed[known[word]] for word in ("fish", "fishing", "blue", "soft"))
    assert allowed[known["apple"]] and not allowed[known["[SEP]"]]


def test_added_words_are_ordinary_and_none_of_the_administrators_list(tmp_path, monkeypatch):
    from pipelines.hub.door import WORD_FILTER
    from pipelines.redteam.parts.ordinary import ordinary

    assert ordinary() >= {"house", "river", "warm"}
    assert not ordinary() & {"murder", "naked", "slave", "dead", "ing", "of"}
    listed = tmp_path / "list.txt"
    listed.write_text("River\n")
    monkeypatch.setenv(WORD_FILTER, str(listed))
    assert "river" not in ordinary() and "house" in ordinary()
    monkeypatch.setenv(WORD_FILTER, str(tmp_path / "missing.txt"))
    with pytest.raises(Refusal, match="cannot be read"):
        ordinary()


def test_a_text_needs_one_blank_and_the_word_one_piece():
    with pytest.raises(Refusal, match="exactly one blank"):
        text.one_blank("no blank")
    with pytest.raises(Refusal, match="a common English word"):
        text.piece_of("floccinaucinihilipilification")
    assert text.piece_of(" Knife ") > 0
    assert text.common({"knives": 5, "knife": 9, "house": 7, "tree": 8, "a": 99}, "knife") == [
        "tree",
        "house",
        "knives",
    ]


class Reader:
    """Gives the wanted piece a chance that grows with how often one helpful piece stands in the text."""

    def __init__(self, helpful: int) -> None:
        self.helpful = helpful

    def __call__(self, tokens, at):
        logits = torch.zeros(len(tokens), 30522)
        logits[:, 7] = 1.0 + (tokens == self.helpful).sum(1).clamp(max=2)
        logits[:, 9] = 2.0
        return logits.log_softmax(-1)


def test_the_text_attack_finds_the_helpful_word_and_adds_no_more_than_may():
    helpful = text.piece_of("house")
    added, curve, ranks, _ = text.search_words(Reader(helpful), "he saw a ____ there", 7, ["tree", "house"], 4)
    assert added == ["house", "house"] and ranks[0] == 2 and ranks[-1] == 1 and curve == sorted(curve)
    added, curve, _, _ = text.search_words(Reader(helpful), "he saw a ____ there", 7, ["tree", "house"], 0)
    assert added == [] and len(curve) == 1


def test_the_tab_holds_every_attack_and_files_go_only_where_consent_is_asked_for():
    methods = {method.pipeline for method in board().tab("Red-team").methods}
    assert methods == {name for name in names() if name.startswith("redteam.")}
    takes = {name for name in methods if settings_of(find(name)).slots}
    assert takes == {"redteam.detector", "redteam.swap", "redteam.credential", "redteam.protect"}
    # no file of anybody can be given to the attacks on marks, and faces of others need consent


def test_protective_noise_keeps_its_budget_spoils_what_it_aims_at_and_needs_consent(autoencoder, monkeypatch):
    from PIL import Image

    from pipelines.vision import faces

    clean = 0.2 + 0.6 * torch.rand(1, 3, 16, 16, generator=torch.Generator().manual_seed(2), dtype=torch.float64)
    goal = protect.spoil_goal(autoencoder, clean)
    found = pixels.pgd(goal, clean, 0.3, 5)
    assert found.best > float(goal(clean)) and float((found.picture - clean).abs().max()) <= 0.3 + 1e-9
    assert torch.equal(pixels.pgd(goal, clean, 0.0, 5).picture, clean)
    assert protect.decibels(clean, clean) == 99.0
    assert protect.decibels(clean, clean + 0.1) == pytest.approx(20.0)
    monkeypatch.setattr(faces, "find_faces", lambda pixels: [object()])
    with pytest.raises(Refusal, match="face in this picture"):
        protect.protect(Image.new("RGB", (256, 256)))
