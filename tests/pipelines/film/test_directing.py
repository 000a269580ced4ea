"""Directors: what a model is told, an answer under a grammar, an endpoint that is slow, wrong or hostile, and lines word for word."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from pipelines.core.settings import Refusal
from pipelines.film.parts.directing import author, brief, director
from pipelines.hub import chat_endpoint as endpoint
from pipelines.hub import chat_local as local

STORY = "Une fille promène son chien. Il pleut dans la forêt, et elle ouvre son parapluie rouge.\n“Viens !” dit-elle."
GIRL = {"actors": [{"id": "girl-1", "noun": "girl", "said": "fille", "act": "walk"}], "place": "forest"}


class Scripted:
    """A model that gives the answers that it was given."""

    def __init__(self, *answers: Any) -> None:
        self.answers, self.asked = list(answers), []

    def ask(self, messages: Any, schema: Any, seed: int = 0) -> str:
        self.asked.append((messages, schema))
        answer = self.answers.pop(0)
        return answer if isinstance(answer, str) else json.dumps(answer)


@pytest.fixture
def few_words(monkeypatch: pytest.MonkeyPatch) -> None:
    """A vocabulary that takes no seconds to compare."""
    monkeypatch.setattr(brief, "vocabulary_for", lambda *_: ["dog", "girl", "umbrella"])


def scenes(count: int, **changes: Any) -> dict[str, Any]:
    return {"scenes": [GIRL | changes] * count}


def by_parts(count: int, **changes: Any) -> list[Any]:
    """An answer for each part of a story of `count` lines."""
    return [scenes(min(director.AT_ONCE, count - at), **changes) for at in range(0, count, director.AT_ONCE)]


@pytest.mark.usefixtures("few_words")
def test_lines_stay_word_for_word_and_every_part_says_that_a_model_read_it():
    lines = director.lines_of(STORY)
    directed = director.direct(STORY, Scripted(*by_parts(len(lines))))
    assert [scene.sentence for scene in directed] == lines and " ".join(lines) == " ".join(STORY.split())
    assert {actor.why.by for scene in directed for actor in scene.actors} == {"model"}
    assert directed[0].actors[0].why.words == "fille"
    assert [(deed.who, deed.act) for deed in directed[0].deeds] == [(("girl-1",), "walk")]


@pytest.mark.usefixtures("few_words")
def test_a_wrong_answer_is_asked_for_once_more_with_what_is_wrong_and_then_refused():
    count = len(director.lines_of(STORY))
    wrong = by_parts(count, place="the moon")[0]
    model = Scripted(wrong, *by_parts(count))
    assert len(director.direct(STORY, model)) == count and "place" in model.asked[1][0][-1]["content"]
    with pytest.raises(Refusal, match="Scene 1 of the director's answer"):
        director.direct(STORY, Scripted(wrong, wrong))


@pytest.mark.parametrize(
    "answer",
    [
        "no",
        "[]",
        '{"scenes": []}',
        '{"scenes": ["x"]}',
        '{"scenes": [{"x": 1}]}',
        '{"scenes": [{"actors": [{"id": "a", "noun": "girl", "object": "b"}]}]}',
        "[" * 5000,
    ],
)
def test_what_is_no_scene_is_refused(answer: str):
    with pytest.raises(Refusal):
        brief.scenes_in(answer, ["A girl."], ["girl"])


def test_a_model_cannot_change_the_line_or_write_why():
    answer = json.dumps({"scenes": [GIRL | {"sentence": "Buy now.", "notes": ["<b>"]}]})
    scene = brief.scenes_in(answer, ["A girl walks."], ["girl"])[0]
    assert scene.sentence == "A girl walks." and scene.notes == ()


def test_two_parts_of_one_id_are_two_parts():
    answer = json.dumps(
        {"scenes": [{"actors": [{"id": "girl", "noun": "girl"}] * 2, "things": [{"id": "girl", "noun": "doll"}]}]}
    )
    scene = brief.scenes_in(answer, ["Two girls and a doll."], ["girl", "doll"])[0]
    assert [part.id for part in scene.parts] == ["girl", "girl-2", "girl-3"]


def test_the_vocabulary_of_a_question_is_short_and_holds_what_the_lines_name():
    nouns = [*(f"thing {number}" for number in range(30)), "umbrella", "girl", "dog"]
    chosen = brief.vocabulary_for(["A girl opens an umbrella beside her dog."], nouns, ["girl", "dog"], most=6)
    assert len(chosen) == 6 and {"umbrella", "girl", "dog"} <= set(chosen)


def tiny() -> local.LocalModel:
    """A causal network of random weights over bytes."""
    import torch
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers
    from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

    pieces = {piece: number for number, piece in enumerate(sorted(pre_tokenizers.ByteLevel.alphabet()))}
    tokenizer = Tokenizer(models.BPE(pieces | {"<end>": len(pieces)}, []))
    tokenizer.pre_tokenizer, tokenizer.decoder = pre_tokenizers.ByteLevel(add_prefix_space=False), decoders.ByteLevel()
    torch.manual_seed(1)
    shape = LlamaConfig(
        vocab_size=len(pieces) + 1,
        hidden_size=16,
        intermediate_size=32,
        num_hidden_layers=1,
        num_attention_heads=2,
        num_key_value_heads=2,
    )
    return local.LocalModel(
        "tiny", LlamaForCausalLM(shape).eval(), PreTrainedTokenizerFast(tokenizer_object=tokenizer, eos_token="<end>")
    )


def test_even_random_weights_answer_in_the_form_of_the_schema():
    form = {
        "type": "object",
        "additionalProperties": False,
        "required": ["noun", "count"],
        "properties": {"noun": {"enum": ["girl", "dog"]}, "count": {"type": "integer", "minimum": 1, "maximum": 9}},
    }
    answer = json.loads(tiny().ask([{"role": "user", "content": "A girl."}], form))
    assert answer["noun"] in ("girl", "dog") and 1 <= answer["count"] <= 9
    with pytest.raises(Refusal, match="cut off"):
        tiny().ask([{"role": "user", "content": "A girl."}], form, most_tokens=5)


def test_the_schema_of_an_answer_is_one_that_the_grammar_reads():
    form = brief.answer_schema(3, ["girl", "dog"], ["walk"], ["happy"])
    assert form["properties"]["scenes"]["maxItems"] == 3
    tiny()._matcher(form)


@contextmanager
def server(answer: bytes, status: int = 200, **headers: str) -> Iterator[tuple[str, list[Any]]]:
    """An endpoint on loopback that gives one answer, and what it was asked."""
    asked = list[Any]()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["content-length"])))
            asked.append((self.path, self.headers.get("authorization"), body))
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("content-length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_: Any) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as listening:
        threading.Thread(target=listening.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{listening.server_address[1]}/v1", asked
        listening.shutdown()


def choice(text: str, reason: str = "stop") -> bytes:
    return json.dumps({"choices": [{"message": {"content": text}, "finish_reason": reason}]}).encode()


def test_an_endpoint_is_asked_in_the_open_protocol_with_its_schema_and_key():
    with server(choice('{"scenes": []}')) as (url, asked):
        assert (
            endpoint.Endpoint(url, "qwen", "secret").ask([{"role": "user", "content": "x"}], {"type": "object"})
            == '{"scenes": []}'
        )
    path, key, body = asked[0]
    assert path == "/v1/chat/completions" and key == "Bearer secret" and body["model"] == "qwen"
    assert body["response_format"]["json_schema"]["schema"] == {"type": "object"}


@pytest.mark.parametrize(
    ("answer", "status", "said"),
    [
        (b"<html>", 200, "protocol"),
        (b"{}", 200, "protocol"),
        (choice("{", "length"), 200, "cut off"),
        (b"secret", 401, "error \\(401\\)"),
        (b"x" * 1_200_000, 200, "too long"),
        (b"", 302, "error \\(302\\)"),
    ],
)
def test_an_endpoint_that_does_not_answer_well_is_refused_in_one_sentence(answer: bytes, status: int, said: str):
    with server(answer, status, location="http://127.0.0.1:1/") as (url, asked):
        with pytest.raises(Refusal, match=said) as refused:
            endpoint.Endpoint(url, "qwen").ask([], {})
        assert len(asked) == 1 and "secret" not in str(refused.value)


def test_a_director_that_is_not_there_is_said():
    with pytest.raises(Refusal, match="cannot be reached"):
        endpoint.Endpoint("http://127.0.0.1:9", "qwen").ask([], {})


def test_the_administrator_names_the_director(monkeypatch: pytest.MonkeyPatch, tmp_path: Any):
    assert endpoint.endpoint() is None and local.local_card() is None
    monkeypatch.setenv("STUDIO_DIRECTOR", "http://127.0.0.1:11434/v1/")
    with pytest.raises(Refusal, match="STUDIO_DIRECTOR_MODEL"):
        endpoint.endpoint()
    (tmp_path / "key").write_text("secret\n")
    monkeypatch.setenv("STUDIO_DIRECTOR_MODEL", "qwen3:4b")
    monkeypatch.setenv("STUDIO_DIRECTOR_KEY_FILE", str(tmp_path / "key"))
    named = endpoint.endpoint()
    assert named == endpoint.Endpoint("http://127.0.0.1:11434/v1", "qwen3:4b", "secret") and named.host == "127.0.0.1"
    monkeypatch.setenv("STUDIO_DIRECTOR", "Qwen/Qwen3-4B-Instruct-2507")
    assert endpoint.endpoint() is None
    card = local.local_card()
    assert card is not None and card.name == "Qwen/Qwen3-4B-Instruct-2507"


@pytest.mark.usefixtures("few_words")
def test_directed_scenes_are_scenes_of_a_storyboard_and_their_records_hold():
    from studio.film.storyboard import storyboard_of

    count = len(director.lines_of(STORY))
    answers = by_parts(count, left_out=[{"words": "pleut", "because": "rain has no picture here."}])
    told = director.direct_story(STORY, Scripted(*answers))
    board = storyboard_of({"scenes": told["scenes"]})
    assert [scene.record is not None for scene in board.scenes] == [True] * count
    assert board.scenes[0].picture.prompt == "a girl in a forest"
    assert told["notes"][0] == "Scene 1: “pleut” is not shown: rain has no picture here."


@pytest.mark.usefixtures("few_words")
def test_the_parts_of_a_story_are_together_the_whole():
    story = f"{STORY} Elle rit."
    count = len(director.lines_of(story))
    whole = director.direct_story(story, Scripted(*by_parts(count)))
    model = Scripted(*by_parts(count))
    parts = [director.direct_part(story, part, model, ["Anna (girl)"]) for part in range(director.parts_in(story))]
    assert [scene for part in parts for scene in part["scenes"]] == whole["scenes"]
    assert parts[0]["parts"] == 2 and parts[0]["met"] == ["fille (girl)"]
    assert "Anna (girl)" in model.asked[1][0][-1]["content"]
    with pytest.raises(Refusal, match="no such part"):
        director.direct_part(story, 2, model)


@pytest.mark.parametrize("ask", sorted(author.ASKS))
def test_a_model_writes_one_text_of_bounded_length(ask: str):
    model = Scripted({"story": "A girl\x00 walks.\r\nShe “sings”.\u202e"})
    assert author.write("a girl", ask, model) == "A girl walks.\nShe “sings”."
    assert author.ASKS[ask] in model.asked[0][0][0]["content"] and model.asked[0][0][1]["content"] == "a girl"


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ("no", "no JSON"),
        ("[]", "form"),
        ({"story": 5}, "form"),
        ({"text": "x"}, "form"),
        ({"story": " \x00 "}, "empty"),
        ({"story": "x" * 6001}, "too long"),
        ({"story": "x" * 20_000}, "too long"),
        ("[" * 5000, "no JSON"),
    ],
)
def test_what_is_no_story_is_refused(answer: Any, said: str):
    with pytest.raises(Refusal, match=said):
        author.write("a girl", "story", Scripted(answer))


def test_only_what_is_known_is_written():
    for text, ask in (("a girl", "a virus"), (" ", "story"), ("x" * 6001, "shorter")):
        with pytest.raises(Refusal):
            author.write(text, ask, Scripted())
