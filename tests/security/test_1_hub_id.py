"""Finding 1: what may be named as a model, and who may name a folder of this machine."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from pipelines.core import hub_ids as hub_id
from pipelines.core.models import ModelCard, where
from pipelines.core.run import find
from pipelines.core.settings import Refusal, Text, check_settings, settings_of
from pipelines.hub import files, presets
from pipelines.infill.parts.networks import hub_card
from tests.security.values import CASES, text_of

COMMIT = "0123456789abcdef0123456789abcdef01234567"
# every field of every form in which a model is named: pipeline, setting, what is written around the id
FIELDS = [tuple(field) for field in CASES["fields that name a model"]]


@pytest.fixture(autouse=True)
def nobody_allowed_anything(monkeypatch):
    for name in (hub_id.COMMAND_LINE, hub_id.LOCAL_MODELS, hub_id.REMOTE_CODE, *hub_id.SPACE_SIGNS):
        monkeypatch.delenv(name, raising=False)


def test_an_id_is_owner_name_and_perhaps_a_revision():
    assert hub_id.parse("stabilityai/sd-turbo") == hub_id.HubId("stabilityai/sd-turbo")
    assert str(hub_id.parse(f"timm/vgg19.tv_in1k@{COMMIT}")) == f"timm/vgg19.tv_in1k@{COMMIT}"
    assert hub_id.parse("a/b@v1.0:x/y.safetensors", file=True) == hub_id.HubId("a/b", "v1.0", "x/y.safetensors")
    assert hub_id.parse("o" * 96 + "/" + "n" * 96).repository == "o" * 96 + "/" + "n" * 96


@pytest.mark.parametrize("written", [text_of(name) for name in CASES["names of no model"]])
def test_anything_else_is_refused_in_one_sentence(written):
    with pytest.raises(Refusal) as caught:
        hub_id.model(written)
    assert str(caught.value).count(". ") == 0 and str(caught.value).endswith(".") and len(str(caught.value)) < 250


@pytest.mark.parametrize("file", CASES["files outside a repository"])
def test_a_file_stays_in_its_repository(file):
    with pytest.raises(Refusal):
        hub_id.parse(f"owner/name:{file}", file=True)


@pytest.mark.parametrize(("pipeline", "name", "around", "more"), FIELDS)
@pytest.mark.parametrize("path", ["/tmp", "~/x", "./owner/name", "../../etc", "owner/na..me", "C:\\x"])
def test_every_field_refuses_a_path_before_it_becomes_a_job(pipeline, name, around, more, path):
    form = settings_of(find(pipeline))
    written = around.format(path) if ":" not in around else f"{path}/a.safetensors 0.5"
    with pytest.raises(Refusal) as caught:
        check_settings(form, {**more, name: written})
    assert form.setting(name).label in str(caught.value)
    assert check_settings(form, {**more, name: around.format("owner/name")})[name]


def test_no_field_that_names_a_model_is_without_the_check():
    """A new text field whose words speak of a hub, a folder or an owner must have a check too."""
    from pipelines.core.run import names

    fields = []
    for pipeline in names():
        for setting in settings_of(find(pipeline)).settings:
            if isinstance(setting.field, Text):
                words = f"{setting.field.label} {setting.field.help} {setting.field.placeholder}".lower()
                if any(sign in words for sign in ("owner/name", " hub", "repository", "folder", ".safetensors")):
                    fields.append((pipeline, setting.name))
                    assert setting.field.check is not None, (
                        f"{pipeline}.{setting.name} names a model and is not checked"
                    )
    assert set(fields) == {(pipeline, name) for pipeline, name, *_ in FIELDS}


def test_a_folder_of_that_name_where_the_studio_stands_is_not_the_hubs_model(tmp_path, monkeypatch):
    (tmp_path / "owner" / "name").mkdir(parents=True)
    (tmp_path / "owner" / "name" / "model.safetensors").write_bytes(b"x")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    for source in ("hub:owner/name", "hub:owner/name:model.safetensors"):
        assert where(ModelCard("n", source, "", "", 0, Path)) is None
    with pytest.raises(Refusal):
        where(ModelCard("n", f"hub:{tmp_path}", "", "", 0, Path))


def test_revisions_are_different_models_in_memory():
    assert presets.other("owner/name") != presets.other("owner/name@v2") and presets.other(
        "owner/name"
    ) == presets.other(" owner/name ")
    assert hub_card("owner/name") != hub_card("owner/name@v2") and hub_card("owner/name") == hub_card("owner/name")
    assert presets.other("owner/name@v2").revision == "v2" and hub_card("owner/name@v2").revision == "v2"


# folders of this machine


@pytest.fixture
def place(tmp_path):
    """A listed folder with a model and a link out of it, and a folder beside it that is not listed."""
    (tmp_path / "listed" / "model").mkdir(parents=True)
    (tmp_path / "listed" / "model" / "config.json").write_text("{}")
    (tmp_path / "secret").mkdir()
    (tmp_path / "secret" / "config.json").write_text("{}")
    (tmp_path / "listed2").mkdir()
    (tmp_path / "listed" / "out").symlink_to(tmp_path / "secret")
    (tmp_path / "listed" / "round").symlink_to(tmp_path / "listed" / "round")
    return tmp_path


def test_only_what_lies_below_a_listed_folder(place, monkeypatch):
    monkeypatch.setenv(hub_id.LOCAL_MODELS, f"{place / 'none'}{os.pathsep}{place / 'listed'}")
    assert hub_id.model(f"{place}/listed/model") == place / "listed" / "model"
    assert presets.other(f"{place}/listed/model").source == f"file:{place}/listed/model"
    for wrong in CASES["paths outside a listed folder"]:
        with pytest.raises(Refusal):
            hub_id.model(f"{place}/{wrong}")


def test_what_is_not_listed_is_refused_alike_whether_it_is_there_or_not(place, monkeypatch):
    monkeypatch.setenv(hub_id.LOCAL_MODELS, str(place / "listed"))
    sentences = set()
    for name in ("secret", "nothing", "secret/config.json"):
        with pytest.raises(Refusal) as caught:
            hub_id.model(f"{place}/{name}")
        sentences.add(str(caught.value))
    assert len(sentences) == 1


@pytest.mark.parametrize("listed", ["/", "models", "", " ", "/listed/../secret"])
def test_a_careless_list_lists_nothing(place, monkeypatch, listed):
    monkeypatch.chdir(place)
    monkeypatch.setenv(hub_id.LOCAL_MODELS, listed)
    assert hub_id.listed_folders() == []


def test_uploads_are_never_models_even_where_their_folder_is_listed(place, monkeypatch):
    monkeypatch.setenv(hub_id.LOCAL_MODELS, str(place))
    assert hub_id.model(f"{place}/listed/model")
    monkeypatch.setenv("GRADIO_TEMP_DIR", str(place / "listed"))
    with pytest.raises(Refusal):
        hub_id.model(f"{place}/listed/model")
    monkeypatch.delenv("GRADIO_TEMP_DIR")
    monkeypatch.setenv("STUDIO_HOME", str(place / "listed"))
    with pytest.raises(Refusal):
        hub_id.model(f"{place}/listed/model")


def test_the_command_line_names_folders_and_only_for_as_long_as_it_runs(place, capsys, monkeypatch):
    import studio.__main__ as command_line

    seen = []
    monkeypatch.setitem(
        command_line.COMMANDS, "pipelines", lambda asked: seen.append(hub_id.model(f"{place}/secret")) or 0
    )
    assert command_line.main(["pipelines"]) == 0 and seen == [place / "secret"]
    with pytest.raises(Refusal):
        hub_id.model(f"{place}/secret")


def test_a_process_that_the_command_line_starts_may_do_as_much_and_a_server_never(place):
    import subprocess

    asks = f"from pipelines.core import hub_ids; print(hub_ids.model({str(place / 'secret')!r}))"
    root = Path(__file__).resolve().parents[2]
    with hub_id.command_line():
        child = subprocess.run(
            [sys.executable, "-c", asks], cwd=root, capture_output=True, text=True, timeout=120, check=False
        )
        server = subprocess.run(
            [sys.executable, "-c", "from studio import process; process.environment(); " + asks],
            cwd=root,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
    assert child.stdout.strip() == str(place / "secret")
    assert server.returncode != 0 and "Refusal" in server.stderr


def test_lines_of_files(place, monkeypatch):
    monkeypatch.setenv(hub_id.LOCAL_MODELS, str(place / "listed"))
    (place / "listed" / "my ink.safetensors").write_bytes(b"")
    read = files.read_files(
        f"owner/name:a/b.safetensors -0.5\n\n  {place}/listed/my ink.safetensors 2\nowner/name@v1:c.safetensors\n"
        "sent 0.6\nowner/name:d.gguf\ncontrol owner/name"
    )
    assert (read.sent, read.gguf, read.models) == (
        0.6,
        hub_id.HubId("owner/name", "", "d.gguf"),
        {"control": "owner/name"},
    )
    assert read.loras == [
        (hub_id.HubId("owner/name", "", "a/b.safetensors"), -0.5),
        (place / "listed" / "my ink.safetensors", 2.0),
        (hub_id.HubId("owner/name", "v1", "c.safetensors"), 1.0),
    ]
    for wrong in CASES["lines of no files"]:
        with pytest.raises(Refusal):
            files.read_files(text_of(wrong).format(place=place))


def test_fetching_takes_the_same_ids(monkeypatch):
    from studio.commands.models import card_of_name

    known = [presets.SD15]
    assert (
        card_of_name("owner/name@v1", known).revision == "v1"
        and card_of_name("owner/name@v1", known).source == "hub:owner/name"
    )
    one = card_of_name(f"owner/name@{COMMIT}:a/b.safetensors", known)
    assert (one.source, one.revision, one.files) == ("hub:owner/name:a/b.safetensors", COMMIT, ())
    assert card_of_name(presets.SD15.name, known) is presets.SD15
    assert card_of_name("stable-diffusion-v1-5/stable-diffusion-v1-5@v9", known).revision == "v9"
    for wrong in ("/tmp", "name", "owner/name@", "../x", "owner/name:../x"):
        with pytest.raises(Refusal):
            card_of_name(wrong, known)
