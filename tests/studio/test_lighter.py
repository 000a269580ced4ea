"""The page as it leaves: what Gradio would mount and never draw is out, what is drawn and its events stay."""

from __future__ import annotations

import json

import gradio as gr

from studio.web.lighter import CONFIG, lightened, modules, with_light_pages, written


def blocks() -> gr.Blocks:
    with gr.Blocks() as page:
        with gr.Tabs(), gr.Tab("One"):
            words, button = gr.Textbox(), gr.Button("Say")
        button.click(lambda text: text, words, words, api_visibility="private")

        def twice(text: str, times: int) -> str:
            return text * times

        gr.api(twice, api_name="twice")
    return page


def test_endpoints_leave_the_pages_and_what_is_drawn_stays():
    whole = json.loads(json.dumps(blocks().get_config_file(), default=str))
    types = {one["id"]: one["type"] for one in whole["components"]}
    assert list(types.values()).count("api") == 3
    light = with_light_pages(json.loads(json.dumps(whole)))
    assert light | {"page": whole["page"]} == whole, "/config names all that there is"
    drawn = [id for id, kind in types.items() if kind != "api"]
    private = [one["id"] for one in whole["dependencies"] if one["api_visibility"] == "private"]
    assert len(private) == 1 < len(whole["dependencies"])
    for page in light["page"].values():
        assert page["components"] == drawn
        assert page["dependencies"] == private
        assert [types[child["id"]] for child in page["layout"]["children"]] == ["tabs"]


def test_the_list_of_endpoints_leaves_the_page_and_other_pages_are_left_alone():
    config = {"components": [], "dependencies": [], "layout": {"id": 0, "children": []}, "page": {}}
    config["head"] = "<script></script>"
    info = '{"named_endpoints":{"/twice":{"parameters":[]}},"unnamed_endpoints":{}}'
    scripts = [
        f"<script>window.gradio_config = {written(config)};</script>",
        f"<script>window.gradio_api_info = {info};</script>",
    ]
    light = lightened(f"<html><head>{''.join(scripts)}</head></html>")
    found = CONFIG.search(light)
    assert found and json.loads(found[2]) == config
    assert "twice" not in light and "window.gradio_api_info = {" in light
    assert lightened("<html>Sign in</html>") == "<html>Sign in</html>"


def test_every_module_that_a_script_imports_is_announced_once():
    found = modules(("film.js", "lab/lab.js"))
    assert len(found) == len(set(found))
    assert {"film.js", "film_timeline.js", "core.js", "say.js", "lab/lab.js"} <= set(found)
