"""The page as it leaves: what Gradio would mount and never draw is out, what is drawn and its events stay."""

from __future__ import annotations

import json

import gradio as gr

from studio.web.lighter import CONFIG, lightened, modules, without_endpoints, written


def blocks() -> gr.Blocks:
    with gr.Blocks() as page:
        with gr.Tabs(), gr.Tab("One"):
            words, button = gr.Textbox(), gr.Button("Say")
        button.click(lambda text: text, words, words, api_visibility="private")

        def twice(text: str, times: int) -> str:
            return text * times

        gr.api(twice, api_name="twice")
    return page


def test_endpoints_leave_the_page_and_what_is_drawn_stays():
    config = json.loads(json.dumps(blocks().get_config_file(), default=str))
    types = [one["type"] for one in config["components"]]
    assert types.count("api") == 3
    light = without_endpoints(json.loads(json.dumps(config)))
    assert [one["type"] for one in light["components"]] == [one for one in types if one != "api"]
    assert [one["api_name"] for one in light["dependencies"]] != [one["api_name"] for one in config["dependencies"]]
    assert [one["api_visibility"] for one in light["dependencies"]] == ["private"]
    kept = {one["id"] for one in light["components"]}
    for page in light["page"].values():
        assert set(page["components"]) <= kept
        assert page["dependencies"] == [one["id"] for one in light["dependencies"]]


def test_the_page_is_written_again_and_other_pages_are_left_alone():
    config = {"components": [], "dependencies": [], "layout": {"id": 0, "children": []}, "page": {}}
    config["head"] = "<script></script>"
    page = f"<html><head><script>window.gradio_config = {written(config)};</script></head></html>"
    light = lightened(page)
    found = CONFIG.search(light)
    assert found and json.loads(found[2]) == config
    assert lightened("<html>Sign in</html>") == "<html>Sign in</html>"


def test_every_module_that_a_script_imports_is_announced_once():
    found = modules(("film.js", "lab/lab.js"))
    assert len(found) == len(set(found))
    assert {"film.js", "film_timeline.js", "core.js", "say.js", "lab/lab.js"} <= set(found)
