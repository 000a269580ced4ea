"""The critic of the codes' decoder: tiny networks on synthetic drawings; no packages, no network."""

import dataclasses
import json

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from pipelines.nets.code_autoencoder import CodeAutoencoder, Shape, autoencoder_sha256, fine_names  # noqa: E402
from training.codes import critic, critic_results  # noqa: E402
from training.codes.autoencoder import Loss  # noqa: E402

pytestmark = pytest.mark.slow

SHAPE = Shape(levels=(4, 3, 2, 2, 2), encoder=(8, 8, 32), decoder=(32, 8, 8), coarse_blocks=1)


def drawings(count: int) -> np.ndarray:
    """Discs of many colours: the networks' pixels [n,4,64,64]."""
    dice = np.random.default_rng(3)
    y, x = np.mgrid[-1:1:64j, -1:1:64j]
    made = np.zeros((count, 4, 64, 64), np.float32)
    made[:, 3] = -1
    for one in made:
        inside = np.hypot(x - dice.uniform(-0.3, 0.3), y) < dice.uniform(0.3, 0.7)
        one[:3, inside], one[3, inside] = dice.uniform(-1, 1, (3, 1)), 1
    return made


@pytest.fixture(scope="module")
def net():
    torch.manual_seed(0)
    return CodeAutoencoder(SHAPE).eval().requires_grad_(False)


@pytest.fixture(scope="module")
def pool(net):
    x = drawings(24)
    with torch.no_grad():
        codes = net.encode(torch.from_numpy(x))
    return critic.Pool(x.astype(np.float16), codes.numpy().astype(np.int16))


def run_of(net, pool, **changed) -> critic.Run:
    setting = dataclasses.replace(critic.Setting(r1=0.3, r2=0.3, lecam=0.3, batch=4, alone=2), **changed)
    return critic.Run(net, setting, pool, Loss(None, None))


def test_the_critic_learns_alone_first_and_then_only_the_fine_half_of_the_decoder_moves(net, pool):
    run, before = run_of(net, pool), {k: v.clone() for k, v in net.state_dict().items()}
    told = [run.advance(1.0) for _ in range(2)]
    assert all("critic" in one and "loss" not in one for one in told)
    assert all(torch.equal(v, before[k]) for k, v in run.net.state_dict().items())
    told = [run.advance(1.0) for _ in range(3)]
    assert all(one["factor"] > 0 and np.isfinite(one["adversarial"]) for one in told)
    changed = {k for k, v in run.net.state_dict().items() if not torch.equal(v, before[k])}
    assert changed and changed <= set(fine_names(net)) and "leave.weight" in changed
    assert all(torch.equal(v, before[k]) for k, v in net.state_dict().items())  # the landed one is not touched


def test_without_a_critic_only_the_reconstruction_is_learned(net, pool):
    run = run_of(net, pool, weight=0.0, alone=0, r1=0.0, r2=0.0, lecam=0.0)
    losses = [run.advance(1.0) for _ in range(12)]
    assert all(set(one) == {"loss"} for one in losses)
    assert np.mean([one["loss"] for one in losses[-3:]]) < np.mean([one["loss"] for one in losses[:3]])


def test_the_adaptive_weight_makes_both_gradients_equally_long_at_the_last_layer(net, pool):
    run = run_of(net, pool, weight=1.0, ceiling=1e9, alone=0)
    x, codes = pool.batch(0, 4, 0)
    made = run.net.decode(codes).float()
    seen = made.detach().requires_grad_()
    (slope,) = torch.autograd.grad(run.loss.between(seen, x, torch.Generator()), seen)
    told = run._decoder_step(x, made, torch.Generator().manual_seed(1), 1.0)
    other_run = run_of(net, pool, weight=1.0, ceiling=1e9, alone=0)
    made = other_run.net.decode(codes).float()
    seen = made.detach().requires_grad_()
    with other_run.autocast():
        scores = other_run.critic(critic.moved(seen, torch.Generator().manual_seed(1)))
    (other,) = torch.autograd.grad(-scores.mean(), seen)
    lengths = [
        float(torch.autograd.grad(made, other_run.net.leave.weight, g, retain_graph=True)[0].norm())
        for g in (slope, told["factor"] * other)
    ]
    assert lengths[0] == pytest.approx(lengths[1], rel=0.05)  # bfloat16 where the processor has it


def test_the_slope_penalty_is_that_of_a_linear_critic():
    class Linear(torch.nn.Module):
        def forward(self, x):
            return (3 * x[:, 0, ::8, ::8]) + (4 * x[:, 1, ::8, ::8])  # [n,8,8]

    assert float(critic.slope_penalty(Linear(), torch.zeros(2, 4, 64, 64))) == pytest.approx(25.0)


def test_spectral_normalisation_bounds_every_layer():
    made = critic.PatchCritic(spectral=True, widths=(8, 8, 8))
    for _ in range(40):
        made(torch.randn(2, 4, 64, 64))
    for layer in made.layers:
        assert float(torch.linalg.matrix_norm(layer.weight.detach().flatten(1), 2)) == pytest.approx(1.0, abs=0.05)


def test_a_run_goes_on_as_if_never_stopped_and_not_in_another_setting(net, pool, tmp_path):
    run = run_of(net, pool)
    assert critic.train(run, tmp_path, 5) == "" and run.counts["step"] == 5
    other = run_of(net, pool)
    other.load(tmp_path / "checkpoint.safetensors")
    one, two = run.advance(0.5), other.advance(0.5)
    assert one == pytest.approx(two, rel=1e-3)
    with pytest.raises(ValueError, match="another setting"):
        run_of(net, pool, weight=0.1).load(tmp_path / "checkpoint.safetensors")


def test_a_loss_that_is_no_number_ends_the_run_and_is_written_down(net, pool, tmp_path):
    run = run_of(net, pool)
    with torch.no_grad():
        run.critic.layers[0].weight.fill_(float("nan"))
    assert "no number" in critic.train(run, tmp_path, 3)


def test_what_lands_is_the_averaged_fine_half_beside_its_own_edition(net, pool, tmp_path, monkeypatch):
    from safetensors.torch import save_file

    from pipelines.drawing import code_network

    folder, assets = tmp_path / "run", tmp_path / "weights"
    assets.mkdir()
    run = run_of(net, pool)
    critic.train(run, folder, 4)
    (folder / "result.json").write_text(json.dumps({"setting": "R1", "steps": 4, "diverged": False}))
    (tmp_path / "landed.json").write_text(json.dumps({"levels of 255": 5.0}))
    (assets / "codes.json").write_text(json.dumps({"licence": "MIT", "data": [], "drawings": 24}))
    save_file(
        {f"autoencoder.{k}": v.half().contiguous() for k, v in net.state_dict().items()}, assets / "codes.safetensors"
    )
    critic_results.land(tmp_path, folder, assets)
    card = json.loads((assets / "codes-critic.json").read_text())
    assert [row["setting"] for row in card["table"]] == ["landed decoder", "R1"] and card["setting"]["r1"] == 0.3

    class Beside:
        autoencoder = CodeAutoencoder(SHAPE)

    monkeypatch.setattr("pipelines.core.models.where", lambda card: assets / "codes.safetensors")
    monkeypatch.setattr(code_network.Scribe, "read", classmethod(lambda cls, path: Beside))
    found = code_network.decoder_with_critic(assets / "codes-critic.safetensors").state_dict()
    assert all(torch.allclose(found[name], run.average[name], atol=1e-3) for name in fine_names(net))
    before = autoencoder_sha256(assets / "codes.safetensors")
    save_file(
        {f"autoencoder.{k}": v.half().contiguous() + 1 for k, v in net.state_dict().items()},
        assets / "codes.safetensors",
    )
    assert autoencoder_sha256(assets / "codes.safetensors") != before
    with pytest.raises(ValueError, match="another edition"):
        code_network.decoder_with_critic(assets / "codes-critic.safetensors")
