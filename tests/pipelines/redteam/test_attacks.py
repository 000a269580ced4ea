import numpy as np
import pytest
import torch
from PIL import Image

from pipelines.core.models import ASSETS
from pipelines.core.settings import Refusal
from pipelines.redteam import detector, mark
from pipelines.redteam import noise as noises
from pipelines.redteam.parts import budget, pixels, report, sampler


def picture(seed: int = 0, side: int = 16) -> torch.Tensor:
    return torch.rand(1, 3, side, side, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


@pytest.fixture
def goal():
    aim = picture(5)
    return lambda x: -((x - aim) ** 2).sum()


def attacks(goal, clean, size):
    yield pixels.pgd(goal, clean, size, 8)
    yield pixels.apgd(goal, clean, size, 12)


@pytest.mark.parametrize("size", [4 / 255, 0.3])
def test_budgets_are_kept_and_the_goal_rises(goal, size):
    clean = picture()
    for found in attacks(goal, clean, size):
        assert budget.spent(found.picture, clean) <= size * (1 + 1e-9)
        assert float(found.picture.min()) >= 0 and float(found.picture.max()) <= 1
        assert found.best > float(goal(clean)) and found.best == pytest.approx(float(goal(found.picture)))


def test_a_budget_of_zero_changes_nothing(goal):
    clean = picture()
    for found in attacks(goal, clean, 0.0):
        assert torch.equal(found.picture, clean)


def test_apgd_finds_the_closed_form_of_a_linear_goal():
    slope, clean = torch.randn(1, 3, 8, 8, dtype=torch.float64), torch.full((1, 3, 8, 8), 0.5, dtype=torch.float64)
    found = pixels.apgd(lambda x: (x * slope).sum(), clean, 0.1, 10)
    assert torch.allclose(found.picture, clean + 0.1 * slope.sign())


def test_whole_levels_never_spend_more():
    clean = (picture() * 255).round() / 255
    x = budget.keep_within(clean + 0.02 * torch.randn_like(clean), clean, 0.03)
    cut = budget.whole_levels(x, clean)
    assert budget.spent(cut, clean) <= budget.spent(x, clean) + 1e-9
    assert torch.allclose(cut * 255, (cut * 255).round(), atol=1e-6)


def test_turned_noise_keeps_its_statistics_and_its_budget():
    draw = torch.Generator().manual_seed(3)
    noise, wanted = (torch.randn(4, 16, 16, generator=draw, dtype=torch.float64) for _ in range(2))
    for degrees in (1.0, 20.0, 90.0):
        made = budget.turn_noise(wanted, noise, degrees)
        assert torch.allclose(made.mean((1, 2)), noise.mean((1, 2)))
        assert torch.allclose(made.std((1, 2)), noise.std((1, 2)))
        assert budget.degrees_between(made, noise) <= degrees + 1e-9
    assert torch.equal(budget.turn_noise(wanted, noise, 0.0), noise)
    assert budget.degrees_between(budget.turn_noise(wanted, noise, 30.0), noise) == pytest.approx(30.0)


def curve_denoiser(x: torch.Tensor, sigma: float) -> torch.Tensor:
    return torch.tanh(x / (1 + sigma)) + 0.1 * torch.roll(x, 1, -1) / (1 + sigma**2)


def test_gradients_through_the_sampler_are_those_of_finite_differences():
    sigmas = torch.tensor([40.0, 8.0, 2.0, 0.5, 0.0], dtype=torch.float64)
    noise = torch.randn(1, 4, 4, 4, generator=torch.Generator().manual_seed(1), dtype=torch.float64, requires_grad=True)
    value = lambda unit: sampler.on_paper(sampler.draw_by_euler(curve_denoiser, unit, sigmas)).square().sum()  # noqa: E731
    (slope,) = torch.autograd.grad(value(noise), noise)
    for place in ((0, 0, 1, 2), (0, 3, 2, 0), (0, 2, 3, 3)):
        step = torch.zeros_like(noise)
        step[place] = 1e-6
        with torch.no_grad():
            measured = (value(noise + step) - value(noise - step)) / 2e-6
        assert float(slope[place]) == pytest.approx(float(measured), rel=1e-4, abs=1e-7)


def test_steps_that_are_computed_again_have_the_gradient_of_steps_that_are_kept(monkeypatch):
    sigmas = torch.tensor([40.0, 8.0, 2.0, 0.5, 0.0], dtype=torch.float64)
    asked, slopes = [], []
    noise = torch.randn(1, 4, 4, 4, generator=torch.Generator().manual_seed(1), dtype=torch.float64, requires_grad=True)
    for kept in (16, 0):
        monkeypatch.setattr(sampler, "KEPT_STEPS", kept)
        count = [0]

        def count_denoising(x, sigma, count=count):
            count[0] += 1
            return curve_denoiser(x, sigma)

        slopes += torch.autograd.grad(sampler.draw_by_euler(count_denoising, noise, sigmas).square().sum(), noise)
        asked.append(count[0])
    assert torch.equal(*slopes) and asked == [4, 8]


def test_the_noise_attack_comes_nearer_within_its_budget():
    sigmas = torch.tensor([10.0, 1.0, 0.0], dtype=torch.float64)
    start, other = (
        torch.randn(1, 4, 8, 8, generator=torch.Generator().manual_seed(s), dtype=torch.float64) for s in (1, 2)
    )
    draw = lambda unit: sampler.on_paper(sampler.draw_by_euler(curve_denoiser, unit, sigmas))  # noqa: E731
    unit, curve = noises.descend_to_aim(draw, start, draw(other).detach(), 25.0, 10)
    assert min(curve) < 0.9 * curve[0] and budget.degrees_between(unit[0], start[0]) <= 25 + 1e-9
    same, _ = noises.descend_to_aim(draw, start, draw(other).detach(), 0.0, 10)
    assert torch.equal(same, start)


def test_a_cancel_is_heard_within_one_evaluation_in_the_backward_pass_too():
    from pipelines.core.progress import Cancelled, Progress
    from pipelines.redteam.parts.beat import Beat

    heard, most = [], 4

    def hear_progress(progress):
        heard.append(progress)
        if len(heard) == most:
            raise Cancelled

    beat = Beat(hear_progress)
    beat(Progress(1, 5, "Turning", numbers={"distance": 1.0}))
    denoiser = beat.heard(lambda x, sigma: x.tanh())
    at = torch.ones(1, 1, 2, 2, requires_grad=True)
    end = sampler.draw_by_euler(denoiser, at, torch.tensor([4.0, 2.0, 1.0]))
    assert len(heard) == 3 and heard[-1].fraction == 0.2 and not heard[-1].numbers
    with pytest.raises(Cancelled):
        end.sum().backward()


def test_two_prompts_that_mean_the_same_are_refused():
    with pytest.raises(Refusal, match="another target"):
        noises.captions("a red apple", "red apple")


def test_attacks_on_the_mark_change_nothing_at_strength_zero_and_remove_it_by_averaging():
    from pipelines.watermark import picture as marks

    grey = np.tile(np.linspace(60, 200, 256, dtype=np.uint8)[None, :, None], (256, 1, 3))
    marked = marks.embed(grey, mark.PAYLOAD)
    for attack in mark.attacks(0.0).values():
        assert np.array_equal(attack(marked), marked)
    assert marks.read_mark(mark.save_as_jpeg(marked, 90)).payload == mark.PAYLOAD
    gone = marks.read_mark(mark.averaged_away(marked, 0.5), crops=False)
    assert gone is None or gone.payload != mark.PAYLOAD


def test_intervals_are_those_of_clopper_and_pearson():
    assert report.interval(0, 10) == pytest.approx((0.0, 0.30850), abs=1e-4)
    assert report.interval(10, 10)[0] == pytest.approx(0.025 ** (1 / 10))
    assert report.interval(5, 10) == pytest.approx((0.18709, 0.81291), abs=1e-4)
    assert report.interval(0, 0) == (0.0, 1.0)


def test_a_sheet_grows_with_its_captions_and_leaves_the_gaps_between_cells_empty():
    blank = Image.new("RGB", (8, 8), report.GROUND)
    finding = report.Finding("x", "y", "mark", {}, 0, 1, "", {})
    plain = report.sheet({str(n): blank for n in range(3)}, finding)
    long = report.sheet({f"{n} " + "a long caption that needs several lines " * 2: blank for n in range(3)}, finding)
    assert long.width == plain.width and long.height > plain.height
    for column in range(3):
        left = report.GAP_PX + column * (report.CELL_PX + report.GAP_PX) + report.CELL_PX
        gap = long.crop((left + 1, report.BAND_PX, left + report.GAP_PX - 1, long.height))
        assert gap.getcolors() == [(gap.width * gap.height, report.GROUND)]


def test_a_face_needs_consent(monkeypatch):
    from pipelines.vision import faces

    monkeypatch.setattr(faces, "find_faces", lambda pixels: [object()])
    grey = report.as_picture(picture(side=256))
    with pytest.raises(Refusal, match="face in this picture"):
        detector.detector(grey)
    detector.check_face(grey, consent=True)


@pytest.mark.weights
def test_the_signal_that_decides_is_moved_within_its_budget():
    clean = report.as_tensor(Image.open(ASSETS / "samples" / "coffee.jpg").convert("RGB").resize((256, 256)))
    before = detector.deciding(report.as_picture(clean))[0]
    found = detector.run("apgd", detector.deciding_goal(-1.0), clean, 4 / 255, 2)
    after = budget.whole_levels(found.picture, clean)
    assert detector.deciding(report.as_picture(after))[0] < before - 0.5
    assert budget.spent(after, clean) <= 4 / 255 + 1e-9
