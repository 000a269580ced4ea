"""The Lab in the browser: draw, train, the same numbers as in Python, a link to a state, export, phone, keyboard, school."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from studio.web.exhibits import EXHIBITS
from tests.browser.conftest import Server, check_axe

pytestmark = pytest.mark.browser
PACK = "state => btoa(JSON.stringify(state)).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')"
UNPACK = "text => JSON.parse(atob(text.replaceAll('-', '+').replaceAll('_', '/')))"
COMPARE = """async ([url, points, sigma]) => {
  const { readTensors, Net, learned, exact } = await import(new URL("studio/static/lab/net.js", document.baseURI));
  const { Data } = await import(new URL("studio/static/lab/plane.js", document.baseURI));
  const { exactFlow, learnedFlow } = await import(new URL("studio/static/lab/flow.js", document.baseURI));
  const file = readTensors(await (await fetch(url)).arrayBuffer()), net = Net.from(file, "denoiser"), x = Float64Array.from(points);
  const of = denoiser => { const out = new Float64Array(x.length); denoiser.fill(x, sigma, out); return [...out]; };
  const data = new Data("moons").points, one = new Float64Array(3), flow = exactFlow(data, 0.06);
  flow(0.3, -0.2, 0.6, one);
  const slopes = []; slopes.push(...net.along(0.2, 0.1, 0.3, 1, 0).slopes); slopes.push(...net.along(0.2, 0.1, 0.3, 0, 1).slopes);
  return { learned: of(learned(net, Number(file.about.spread))), heavy: of(learned(net, Number(file.about.spread), 4)), exact: of(exact(data)), poisson: of(exact(data, 3)),
    flow: [...one], slopes, shapes: Object.fromEntries(["islands", "moons", "ring", "spiral", "board"].map(name => [name, [...new Data(name).points]])) };
}"""


def exhibit(visitor: BrowserContext, server: Server, name: str, state: dict | None = None) -> Page:
    page = visitor.new_page()
    page.goto(server.url + "studio/health")
    packed = f"?state={page.evaluate(PACK, state)}" if state else ""
    page.goto(f"{server.url}#/lab/{name}{packed}")
    page.wait_for_selector("studio-lab .lab-exhibit")
    return page


@pytest.mark.long
def test_draw_train_and_the_same_numbers_in_python(visitor: BrowserContext, server: Server, tmp_path: Path):
    import numpy as np
    import torch

    from pipelines.lab.parts import exact, networks, plane
    from pipelines.lab.parts.flows import divergence, mixture_velocity
    from pipelines.media import load_network

    page = exhibit(
        visitor, server, "score", {"shape": "islands", "left": "heun", "right": "sde", "lessons": 100, "steps": 6}
    )
    expect(page.locator("[data-side=left] select")).to_have_value("heun")
    # draw with the pointer and with the keys: the data are one's own, and the address says so
    plane_ = page.locator("[data-side=left] canvas")
    box = plane_.bounding_box()
    page.mouse.move(box["x"] + 60, box["y"] + 60)
    page.mouse.down()
    page.mouse.move(box["x"] + 240, box["y"] + 200, steps=12)
    page.mouse.up()
    plane_.press("ArrowRight")
    plane_.press("Enter")
    expect(page.get_by_label("Data", exact=True)).to_have_value("own")
    page.wait_for_function(f"({UNPACK})(new URLSearchParams(location.hash.split('?')[1]).get('state')).shape === 'own'")
    address = page.url
    # train: the weights arrive and the marbles roll on the network's field
    page.get_by_role("button", name="Train the network", exact=True).click()
    expect(page.get_by_label("Score from")).to_have_value("network", timeout=240_000)
    expect(page.locator(".lab-maker [role=status]").first).to_contain_text("Done in", timeout=240_000)
    card = page.evaluate(
        "async () => (await (await fetch('studio/shelf', { headers: { 'x-studio': '1' } })).json()).cards[0]"
    )
    assert card["pipeline"] == "lab.score"
    # the same numbers in the page and in Python
    x = np.random.default_rng(0).normal(size=(40, 2))
    numbers = page.evaluate(COMPARE, [card["url"], x.flatten().tolist(), 0.4])
    path = tmp_path / "weights.safetensors"
    path.write_bytes(page.request.get(server.url + card["url"]).body())
    file = load_network(path)
    net, spread = networks.unpack_network(file, "denoiser"), float(file.about["spread"])
    near = torch.from_numpy(x.astype(np.float32))
    for name, dimensions in (("learned", float("inf")), ("heavy", 4.0)):
        wanted = networks.precondition(net, spread, dimensions)(near, 0.4).detach().numpy().flatten()
        assert np.abs(np.array(numbers[name]) - wanted).max() < 1e-5
    for name, points in numbers["shapes"].items():
        assert np.allclose(np.array(points).reshape(-1, 2), plane.points_of_shape(name), atol=1e-6)
    moons = plane.points_of_shape("moons")
    assert np.allclose(np.array(numbers["exact"]), exact.denoise_exactly(x, moons, 0.4).flatten(), atol=1e-5)
    assert np.allclose(np.array(numbers["poisson"]), exact.denoise_exactly(x, moons, 0.4, 3).flatten(), atol=1e-5)
    at = torch.tensor([[0.3, -0.2]]).double().requires_grad_(True)
    velocity, gained = divergence(mixture_velocity(moons.astype(np.float64), 0.06), at, torch.tensor([0.6]).double())
    assert np.allclose(numbers["flow"], [*velocity[0].tolist(), gained[0].item()], rtol=1e-4, atol=1e-4)
    jacobian = torch.autograd.functional.jacobian(
        lambda p: net(p[None], torch.tensor([0.3]))[0], torch.tensor([0.2, 0.1])
    )
    assert np.allclose(numbers["slopes"], jacobian.T.flatten().tolist(), atol=1e-4)
    # the link opens the same drawing in another window
    other = visitor.new_page()
    other.goto(address)
    expect(other.get_by_label("Data", exact=True)).to_have_value("own")
    expect(other.locator("[data-side=left] select")).to_have_value("heun")
    # a picture to keep
    with page.expect_download() as saved:
        page.get_by_role("button", name="Save the picture").click()
    assert saved.value.suggested_filename == "lab-score.png"


@pytest.mark.parametrize("accessible", [False, pytest.param(True, marks=pytest.mark.long)])
def test_every_exhibit_opens_and_is_accessible(visitor: BrowserContext, server: Server, accessible: bool):
    page = visitor.new_page()
    page.goto(f"{server.url}#/lab")
    expect(page.locator(".lab-card")).to_have_count(len(EXHIBITS))
    check_axe(page, "the page of exhibits")
    for exhibit in EXHIBITS:
        page.locator(f'.lab-card[href="#/lab/{exhibit.name}"]').click()
        expect(page.locator("studio-lab h1")).to_have_text(exhibit.title)
        expect(page.locator("studio-lab .lab-stage > *").first).not_to_have_text("Opening…")
        expect(page.locator("studio-lab math").first).to_be_visible()
        assert not page.locator(".lab-stage > .problem").count()
        if accessible:
            check_axe(page, exhibit.name)
        page.get_by_role("link", name="All exhibits").click()


def test_the_school_ends_with_a_certificate(visitor: BrowserContext, server: Server):
    page = exhibit(visitor, server, "chain")
    one = next(one for one in EXHIBITS if one.name == "chain")
    page.get_by_label(one.question["answers"][0]).check()
    expect(page.locator(".lab-question [role=status]")).to_have_text("Not quite. Try another answer.")
    page.get_by_label(one.question["answers"][one.question["right"]]).check()
    expect(page.locator(".lab-question [role=status]")).to_contain_text("Right.")
    page.goto(f"{server.url}#/lab/school")
    expect(page.locator(".lab-school li[data-done]")).to_have_count(1)
    page.goto(f"{server.url}#/lab/certificate")
    expect(page.locator(".note")).to_contain_text(f"{len(EXHIBITS) - 1} questions")
    page.get_by_label("Your name").fill("Ada")
    with page.expect_download() as saved:
        page.get_by_role("button", name="Save the certificate").click()
    assert saved.value.suggested_filename == "afternoon-school.png"
