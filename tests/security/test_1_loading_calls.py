"""Finding 1: every loading call in the source says that it takes safetensors and no code; what unpickles, evaluates or opens a shell is refused by ruff."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.security.values import CASES
from tests.sources import tree_of

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[2]
MENTIONED = re.compile(
    r"\b(from_pretrained\w*|from_single_file|load|load_(lora|textual|ip|attn)\w+|custom_\w+|trust_remote_code|__import__)\b"
)
SOURCES = [  # to walk every file takes a minute
    path
    for folder in ("afternoon_studio", "pipelines", "studio", "assets")
    for path in (ROOT / folder).rglob("*.py")
    if MENTIONED.search(path.read_text("utf-8"))
]
READERS = ("tokenizer", "processor", "extractor", "scheduler", "reading", "config")  # these load no weights
LOADERS = (
    "from_pretrained",
    "from_single_file",
    "from_pretrained_model",
    "load_lora_weights",
    "load_textual_inversion",
    "load_ip_adapter",
    "load_attn_procs",
)
# the one place, for what STUDIO_REMOTE_CODE lists
CODE_BY_ADMINISTRATOR = ("pipelines/infill/parts/networks.py", "_build_listed")

FORBIDDEN_WORDS = {"custom_pipeline", "custom_revision"}


def dotted_name(node: ast.AST) -> str:
    """`torch.hub.load` of the expression; calls in between count by what they call."""
    if isinstance(node, ast.Attribute):
        return f"{dotted_name(node.value)}.{node.attr}".lstrip(".")
    if isinstance(node, ast.Name):
        return node.id
    return dotted_name(node.func) if isinstance(node, ast.Call) else ""


def words_of(call: ast.Call) -> dict[str, object]:
    return {word.arg: getattr(word.value, "value", word.value) for word in call.keywords if word.arg}


def imported_names(tree: ast.AST) -> dict[str, str]:
    """What each name of the file is: `import torch as t` gives t: torch, `from os import system` gives system: os.system."""
    names = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {
                one.asname or one.name.split(".")[0]: one.name if one.asname else one.name.split(".")[0]
                for one in node.names
            }
        elif isinstance(node, ast.ImportFrom):
            names |= {one.asname or one.name: f"{node.module}.{one.name}" for one in node.names}
    return names


def problems(source: str | Path, name: str = "") -> Iterator[str]:
    """A line for each call that opens more than it says, or that could run what a file holds."""
    tree = tree_of(source) if isinstance(source, Path) else ast.parse(source)
    called = {id(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}
    known = imported_names(tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and node.attr in LOADERS and id(node) not in called:
            yield f"{node.lineno}: {node.attr} is handed on, so its words cannot be read here"
    for function, call in calls(tree):
        full = dotted_name(call.func)
        head, _, rest = full.partition(".")
        full = f"{known.get(head, head)}.{rest}".rstrip(".")
        said, last = words_of(call), full.rsplit(".", 1)[-1]
        yield from (f"{call.lineno}: {problem}" for problem in faults(full, last, said, call, (name, function)))


def calls(tree: ast.AST, function: str = "") -> Iterator[tuple[str, ast.Call]]:
    for node in ast.iter_child_nodes(tree):
        inside = node.name if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and not function else function
        if isinstance(node, ast.Call):
            yield inside, node
        yield from calls(node, inside)


def faults(full: str, last: str, words: dict[str, object], call: ast.Call, place: tuple[str, str]) -> Iterator[str]:
    if last in LOADERS and last != "load_lora_weights":
        receiver = full.rsplit(".", 2)[-2].lower() if "." in full else ""
        if words.get("trust_remote_code") is not (place == CODE_BY_ADMINISTRATOR):
            yield f"{full} without trust_remote_code=False"
        if words.get("use_safetensors") is not True and not receiver.endswith(READERS):
            yield f"{full} without use_safetensors=True"
        if words.get("local_files_only") is not True and not any(word.arg is None for word in call.keywords):
            yield f"{full} without local_files_only=True"
    if last == "load_lora_weights" and words.get("use_safetensors") is not True:
        yield f"{full} without use_safetensors=True"
    if FORBIDDEN_WORDS & set(words) or (
        "trust_remote_code" in words and words["trust_remote_code"] is not False and place != CODE_BY_ADMINISTRATOR
    ):
        yield f"{full} with {', '.join(sorted(set(words) & (FORBIDDEN_WORDS | {'trust_remote_code'})))}"
    if full == "torch.load" and words.get("weights_only") is not True:
        yield "torch.load without weights_only=True"
    if full == "numpy.load" and words.get("allow_pickle", False) is not False:
        yield "numpy.load with allow_pickle"
    if full == "__import__":
        yield full


def test_every_loading_call_of_the_source():
    named = [(path, path.relative_to(ROOT).as_posix()) for path in SOURCES]
    assert [f"{name}:{one}" for path, name in named for one in problems(path, name)] == []


def test_the_walk_reads_the_loading_calls_that_there_are():
    """Else a source that moved would leave the test above with nothing to look at."""
    seen = [dotted_name(call.func) for path in SOURCES for _, call in calls(tree_of(path))]
    assert sum(name.endswith("from_pretrained") for name in seen) >= 9 and "torch.load" in seen


def test_the_walk_finds_what_is_wrong_and_leaves_what_is_right():
    assert all(list(problems(bad, "pipelines/somewhere.py")) for bad in CASES["loading calls that are wrong"])
    assert not [
        good for good in CASES["loading calls that are right"] if list(problems(good, "pipelines/somewhere.py"))
    ]


def test_only_the_listed_place_may_run_code_and_it_asks_the_list_first():
    bad = "AutoModel.from_pretrained(x, use_safetensors=True, trust_remote_code=True, local_files_only=True)"
    file, function = CODE_BY_ADMINISTRATOR
    assert not list(problems(f"def {function}():\n    {bad}", file))
    assert list(problems(f"def other():\n    {bad}", file)) and list(
        problems(f"def {function}():\n    {bad}", "pipelines/hub/loading.py")
    )
    tree = tree_of(ROOT / file)
    body = [dotted_name(call.func) for inside, call in calls(tree) if inside == function]
    assert body.index("hub_id.allowed_code().get".replace("()", "")) < min(
        i for i, name in enumerate(body) if name.endswith("from_pretrained")
    )
