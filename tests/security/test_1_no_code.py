"""Finding 1: no visitor can run code. The attack as it was made, and every other way in which a model's folder could bring code."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from pipelines.core import models
from pipelines.core.run import find
from pipelines.core.settings import Refusal, check_settings, settings_of
from pipelines.infill.diffuse import diffuse
from studio.storage.artifacts import Call
from tests.browser.conftest import Server
from tests.fixtures import wait_for
from tests.pipelines.infill.test_hub import repository  # noqa: F401 (a fixture)
from tests.security.values import CASES, text_of
from tests.security.with_accounts import browser

pytestmark = pytest.mark.slow

COMMIT = "0123456789abcdef0123456789abcdef01234567"
ME = "a" * 32
SENTENCE = "never runs a model's own code"


@pytest.fixture(autouse=True)
def plain_environment(monkeypatch, tmp_path):
    for name in (
        "STUDIO_COMMAND_LINE",
        "STUDIO_LOCAL_MODELS",
        "STUDIO_REMOTE_CODE",
        "SPACE_ID",
        "SPACE_HOST",
        "SPACES_ZERO_GPU",
    ):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HF_MODULES_CACHE", str(tmp_path / "modules"))
    models.memory.cache_clear()  # what an earlier test has opened is not opened again
    yield
    models.memory.cache_clear()


def trap(ran: Path) -> str:
    """A module that leaves a trace when it is run, and has the classes that are looked for."""
    return (
        f"open({str(ran)!r}, 'w').close()\n"
        "from transformers import ModernBertConfig, ModernBertForMaskedLM, PreTrainedTokenizerFast\n"
        "class Config(ModernBertConfig): pass\nclass Own(ModernBertForMaskedLM): pass\nclass Tokenizer(PreTrainedTokenizerFast): pass\n"
    )


# the attack


def upload(visitor: httpx.Client, name: str, content: str, otherwise: Path) -> Path:
    """Gradio's upload; where that is closed, the file is laid into its folder by hand, as if another way had been found."""
    answer = visitor.post("gradio_api/upload", files={"files": (name, content)})
    if answer.status_code == 200:
        return Path(answer.json()[0])
    path = otherwise / f"by-hand-{name}" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content)
    return path


@pytest.fixture
def server() -> Iterator[Server]:
    """The real methods, in a folder with a short name, as a studio's is: a field once took 120 characters."""
    with tempfile.TemporaryDirectory(prefix="s", ignore_cleanup_errors=True) as folder:
        home = Path(folder) / "h"
        running = Server(home, REAL="1", HF_HUB_OFFLINE="1", GRADIO_TEMP_DIR=str(home / "work" / "gradio"))
        yield running
        running.stop()


def test_three_requests_run_nothing(server, tmp_path):
    ran, uploads = tmp_path / "ran", server.home / "work" / "gradio"
    visitor = browser(server, **{"x-studio": "1"})
    visitor.get("")
    module = upload(visitor, "mod.py", trap(ran), uploads)
    named = {"AutoConfig": f"{module.parent}--mod.Config", "AutoModelForMaskedLM": f"{module.parent}--mod.Own"}
    config = upload(visitor, "config.json", json.dumps({"model_type": "modernbert", "auto_map": named}), uploads)
    settings = {"text": "the ____", "network": "other", "repository": str(config.parent)}
    answers = [
        visitor.post("studio/make", json={"pipeline": "infill.diffuse", "settings": {**settings, **more}})
        for more in ({"run_its_code": True}, {}, {"run_its_code": False})
    ]
    assert [(answer.status_code, set(answer.json())) for answer in answers] == [(400, {"problem"})] * 3
    assert visitor.get("studio/state").json()["jobs"] == []
    assert not ran.exists(), "the visitor's module was run in the server"


# the doors


@pytest.fixture
def folder(tmp_path) -> Path:
    """A model whose configuration asks for a module beside it; `ran` appears beside the folder when that is run."""
    change_file(tmp_path / "folder", "mod.py", trap(tmp_path / "ran"))
    named = {"AutoConfig": "mod.Config", "AutoModelForMaskedLM": "mod.Own"}
    change_file(tmp_path / "folder", "config.json", model_type="modernbert", auto_map=named)
    return tmp_path / "folder"


# recipes and rows from before


def test_a_row_that_was_queued_before_is_checked_when_it_runs(studio, folder):
    whole = check_settings(settings_of(find("infill.diffuse")), {"text": "the ____", "network": "other", "seed": 1})
    studio.jobs.start()
    for more in ({"repository": str(folder)}, {"repository": str(folder), "run_its_code": True}):
        job = studio.jobs.submit(ME, "Infill", Call("infill.diffuse", {}, {**whole, **more}))
        ended = wait_for(studio, ME, job.id)
        assert ended.state == "failed" and "went wrong inside" not in ended.problem
    assert not (folder.parent / "ran").exists()


# folders that an administrator lists may still come from anywhere


def change_file(folder: Path, name: str, text: str | None = None, **more: object) -> None:
    """Write a file of a model's folder: a text, or values that are put into its JSON."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text or json.dumps({**(json.loads(path.read_text()) if path.exists() else {}), **more}))


# what a trap is -> the file that is changed, and how
MASKED_TRAPS: dict[str, tuple[str, Any]] = {
    **CASES["traps of a masked model"],
    "too large": ("config.json", {"a": "x" * 2_000_000}),
}


@pytest.mark.parametrize("kind", MASKED_TRAPS)
def test_a_masked_model_that_brings_code_is_refused(repository, kind, monkeypatch):  # noqa: F811
    ran = repository / "ran"
    change_file(repository, "mod.py", trap(ran))
    change_file(repository.parent, "x.txt", "a")
    (repository.parent / "beside").mkdir()
    if kind == "code behind a link":
        (repository / "more").symlink_to(repository.parent / "beside")
    file, change = MASKED_TRAPS[kind]
    change_file(repository, file, **(change if isinstance(change, dict) else {"text": text_of(change)}))
    with pytest.raises(Refusal) as caught:
        diffuse(text="the ____", network="other", repository=str(repository))
    assert not ran.exists() and str(caught.value).count(". ") == 0


def test_paths_of_its_makers_machine_do_no_harm(repository):  # noqa: F811
    change_file(
        repository,
        "tokenizer_config.json",
        special_tokens_map_file="/home/somebody/else/map.json",
        name_or_path="/home/somebody",
    )
    assert diffuse(text="the old ____ went home", network="other", repository=str(repository)).text.startswith(
        "the old"
    )


@pytest.mark.parametrize("network", ["kuleshov-group/mdlm-owt", "GSAI-ML/LLaDA-8B-Base", "Dream-org/Dream-v0-Base-7B"])
def test_a_listed_network_that_needs_code_says_so_before_it_is_fetched(network, monkeypatch):
    with pytest.raises(Refusal, match="administrator must allow"):
        diffuse(text="the ____", network=network)
    monkeypatch.setenv("STUDIO_REMOTE_CODE", f"{network}@{COMMIT}")
    with pytest.raises(models.MissingModel, match=f"models fetch {network}@{COMMIT}"):
        diffuse(text="the ____", network=network)


def test_pickled_weights_of_a_masked_model_are_not_opened(repository):  # noqa: F811
    import torch

    for path in repository.glob("*.safetensors"):
        torch.save({}, path.with_name("pytorch_model.bin"))
        path.unlink()
    with pytest.raises(Refusal, match="safetensors"):
        diffuse(text="the ____", network="other", repository=str(repository))


@pytest.mark.parametrize("opens", ["transformer", "diffusion"])
def test_the_models_of_narrate_and_compose_are_looked_through(tmp_path, opens):
    """A folder in the hub's cache that was changed, or a repository that was taken over."""
    from pipelines.hub import loading as hub

    ran = tmp_path / "ran"
    change_file(tmp_path / "m", "config.json", model_type="vits", auto_map={"AutoConfig": "mod.Config"})
    change_file(tmp_path / "m", "mod.py", trap(ran))
    change_file(tmp_path / "m", "model_index.json", _class_name=["mod", "Own"])
    with pytest.raises(Refusal, match=SENTENCE):
        if opens == "transformer":
            hub.transformer(tmp_path / "m", model="AutoModel", reader="AutoTokenizer")
        else:
            hub.diffusion(tmp_path / "m", pipeline="StableAudioPipeline")
    assert not ran.exists()


@pytest.fixture(scope="module")
def pipeline(tmp_path_factory):
    from tests import tiny_diffusion

    return tiny_diffusion.build("stable_diffusion", tmp_path_factory.mktemp("tiny") / "sd")


@pytest.mark.parametrize("kind", [*CASES["traps of a pipeline"], "a file that stands in for diffusers", "nothing"])
def test_a_pipeline_that_brings_code_is_refused_and_a_stray_file_is_not_run(pipeline, tmp_path, kind):
    from pipelines.hub.opening import open_pipeline

    folder, ran = tmp_path / "m", tmp_path / "ran"
    shutil.copytree(pipeline, folder)
    for path in ("mod.py", "unet/mod.py", "pipeline.py"):
        change_file(folder, path, trap(ran))
    if kind == "nothing":
        assert open_pipeline(folder).bytes and not ran.exists()
        return
    if kind.startswith("a file"):
        change_file(folder, "unet/diffusers.py", trap(ran))
    else:
        file, more = CASES["traps of a pipeline"][kind]
        change_file(folder, file, **more)
    with pytest.raises(Refusal):
        open_pipeline(folder)
    assert not ran.exists()


# code that an administrator lists


@pytest.fixture
def cache_repository(repository, tmp_path, monkeypatch):  # noqa: F811
    """owner/name in the hub's cache of this machine at COMMIT, with a model and a tokenizer of its own; gives the trace it leaves."""
    from huggingface_hub import constants

    monkeypatch.delenv("STUDIO_LOCAL_MODELS", raising=False)
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", True)
    home = tmp_path / "cache" / "models--owner--name"
    shutil.copytree(repository, home / "snapshots" / COMMIT)
    (home / "refs").mkdir()
    (home / "refs" / "main").write_text(COMMIT)
    folder, ran = home / "snapshots" / COMMIT, tmp_path / "ran"
    (folder / "mod.py").write_text(trap(ran))
    change_file(folder, "config.json", auto_map={"AutoModelForMaskedLM": "mod.Own"})
    change_file(folder, "tokenizer_config.json", auto_map={"AutoTokenizer": [None, "mod.Tokenizer"]})
    return ran


def fill_blank(repository: str) -> str:  # noqa: F811
    return diffuse(text="the old ____ went home", network="other", repository=repository, seed=1).text


@pytest.mark.parametrize("asked", ["owner/name", f"owner/name@{COMMIT}"])
def test_a_listed_commit_runs_and_its_tokenizer_too(cache_repository, monkeypatch, asked):
    monkeypatch.setenv("STUDIO_REMOTE_CODE", f"other/one@{COMMIT[::-1]}, owner/name@{COMMIT}")
    assert fill_blank(asked).startswith("the old") and cache_repository.exists()


@pytest.mark.parametrize(("listed", "more"), CASES["lists of code"])
def test_nothing_else_runs(cache_repository, monkeypatch, listed, more):
    monkeypatch.setenv("STUDIO_REMOTE_CODE", listed)
    for name, value in more.items():
        monkeypatch.setenv(name, value)
    for asked in ("owner/name", f"owner/name@{COMMIT}", "owner/name@main"):
        with pytest.raises(Refusal):
            fill_blank(asked)
    assert not cache_repository.exists()


def test_a_listed_repository_runs_at_no_other_revision_and_from_no_folder(cache_repository, monkeypatch, tmp_path):
    monkeypatch.setenv("STUDIO_REMOTE_CODE", f"owner/name@{COMMIT}")
    monkeypatch.setenv("STUDIO_LOCAL_MODELS", str(tmp_path / "cache"))
    for asked in ("owner/name@main", str(tmp_path / "cache" / "models--owner--name" / "snapshots" / COMMIT)):
        with pytest.raises(Refusal, match=SENTENCE):
            fill_blank(asked)
    assert not cache_repository.exists()


def test_listed_code_cannot_name_code_of_another_repository(cache_repository, monkeypatch, tmp_path):
    monkeypatch.setenv("STUDIO_REMOTE_CODE", f"owner/name@{COMMIT}")
    folder = tmp_path / "cache" / "models--owner--name" / "snapshots" / COMMIT
    change_file(folder, "tokenizer_config.json", auto_map={"AutoTokenizer": [None, "stranger/name--mod.Tokenizer"]})
    with pytest.raises(Refusal, match=SENTENCE):
        fill_blank("owner/name")
    assert not cache_repository.exists()


def test_the_log_says_why_a_list_is_ignored(monkeypatch, caplog):
    from pipelines.core import hub_ids as hub_id

    hub_id._warn.cache_clear()
    monkeypatch.setenv("STUDIO_REMOTE_CODE", f"owner/name@{COMMIT}")
    monkeypatch.setenv("SPACE_ID", "me/space")
    for _ in range(3):
        assert hub_id.allowed_code() == {}
    assert [record.getMessage() for record in caplog.records] == [
        "STUDIO_REMOTE_CODE is ignored: on a Space no model's own code is ever run."
    ]
    monkeypatch.delenv("SPACE_ID")
    monkeypatch.setenv("STUDIO_REMOTE_CODE", f"owner/name@main,owner/name@{COMMIT},owner/name@{COMMIT[::-1]}")
    assert hub_id.allowed_code() == {"owner/name": COMMIT}
    assert len(caplog.records) == 3
