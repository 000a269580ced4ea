"""Writing the object model's averaged weights to assets/weights, with the card that says what they are made of."""

import json
from collections.abc import Collection
from pathlib import Path

from training.landing import compute, write_card, write_tensors
from training.objects.data import MINILM, PACKAGES
from training.objects.words import STYLES

ATTRIBUTION = {
    "fluent-emoji": "Fluent Emoji, Microsoft Corporation, https://github.com/microsoft/fluentui-emoji",
    "fluent-emoji-flat": "Fluent Emoji, Microsoft Corporation, https://github.com/microsoft/fluentui-emoji",
    "noto": "Noto Emoji, Google Inc, https://github.com/googlefonts/noto-emoji",
    "twemoji": "Twemoji, Copyright Twitter, Inc and other contributors, https://github.com/jdecked/twemoji, "
    "CC-BY 4.0 https://creativecommons.org/licenses/by/4.0/; rendered, recoloured and posed for training",
    "emojibase": "emojibase-data, Miles Johnson, https://github.com/milesj/emojibase",
}


def attributed(used: Collection[str]) -> dict:
    """What a card says of the drawings' packages and of the text encoder."""
    sets = [key for key in ATTRIBUTION if key in used]
    licences = sorted({PACKAGES[key][2] for key in sets})
    told = ("package", "version", "licence")
    return {
        "licence": f"the drawings are under {', '.join(licences)}; attribution below is due; code as the repository",
        "data": [{**dict(zip(told, PACKAGES[key], strict=False)), "attribution": ATTRIBUTION[key]} for key in sets],
        "text_encoder": dict(zip(told, MINILM, strict=False)),
    }


def land_words(assets: Path, name: str, weights: dict, brief: dict, made: dict, words) -> None:
    """A network that is told words: its weights, the vectors of the words, and its card."""
    write_tensors(assets / f"{name}.safetensors", weights, card=brief)
    of = f"the words of {name}.json, by MiniLM-L6"
    write_tensors(assets / f"{name}-words.safetensors", {"vectors": words}, of=of)
    write_card(assets / f"{name}.json", made)


def card(facts: dict, folder: Path, result: dict | None) -> dict:
    """The card: data and licences, recipe, seed, compute spent, pictures seen; results only where they were measured."""
    held = json.loads((folder / "held_out.json").read_text())
    lines = json.loads((folder / "lines.json").read_text())
    words = json.loads((folder / "words.json").read_text())
    drawn, drawn_nouns = {line["style"] for line in lines}, {line["noun"] for line in lines}
    styles = {known[0]: key for key, known in STYLES.items() if known[0] in drawn}
    used = {*styles.values(), "emojibase"}
    made = {
        "name": "objects",
        "what": "score-based model of single drawings with alpha, 64x64, conditioned on MiniLM token features",
        **attributed(used),
        "styles": styles,
        "style_words": {known[0]: list(known) for known in STYLES.values() if known[0] in drawn},
        "nouns": sorted(drawn_nouns),
        "words": {noun: others for noun, others in words.items() if noun in drawn_nouns and others},
        "drawings": len({line["row"] for line in lines}),
        "held_out": {
            "noun_style": held["noun_style"],
            "colour_noun": held["colour_noun"],
            "judging_set": held["judging_set"],
            "seed": held["seed"],
        },
        "shape": facts["shape"],
        "recipe": facts["history"],
        "command": "python -m training.objects.train --folder FOLDER --minutes MINUTES",
        "pictures_seen": facts["pictures"],
        "steps": facts["step"],
        "compute": compute(facts["seconds"]),
    }
    return made | ({"result": result} if result else {})


def vectors(made: dict):
    """MiniLM's sentence vectors of every word that the vocabulary knows, in its order: int8 [n,384], each scaled to its own length."""
    import torch

    from pipelines.core.fetching import fetch
    from pipelines.core.models import load
    from pipelines.drawing.words import Vocabulary
    from pipelines.language.minilm import MINILM as ENCODER

    fetch([ENCODER])
    torch.set_num_threads(1)  # two threads wait for each other over matrices this small
    with load(ENCODER) as encoder:
        found = torch.from_numpy(encoder.sentences(list(Vocabulary(made).words)))
    return (found * 127 / found.abs().amax(1, keepdim=True)).round().to(torch.int8)


def export(folder: Path, assets: Path) -> None:
    """Averaged weights in float16 and the card beside them. Raises ValueError if a weight does not fit float16."""
    from training.landing import halves
    from training.run import read

    saved = read(folder / "checkpoint.safetensors")
    facts, weights = saved.facts, halves(saved.group("average"))
    result_path = folder / "result.json"
    result = json.loads(result_path.read_text()) if result_path.exists() else None
    made = card(facts, folder, result)
    brief = {k: made[k] for k in ("name", "what", "licence", "shape", "pictures_seen")}
    land_words(assets, "objects", weights, brief, made, vectors(made))
