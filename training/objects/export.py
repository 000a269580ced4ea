"""Writing the object model's averaged weights to assets/weights, with the card that says what they are made of."""

import json
import platform
from pathlib import Path

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


def card(facts: dict, folder: Path, result: dict | None) -> dict:
    """The card: data and licences, recipe, seed, compute spent, pictures seen; results only where they were measured."""
    held = json.loads((folder / "held_out.json").read_text())
    lines = json.loads((folder / "lines.json").read_text())
    words = json.loads((folder / "words.json").read_text())
    drawn, drawn_nouns = {line["style"] for line in lines}, {line["noun"] for line in lines}
    styles = {known[0]: key for key, known in STYLES.items() if known[0] in drawn}
    used = {*styles.values(), "emojibase"}
    licences = sorted({PACKAGES[key][2] for key in used})
    made = {
        "name": "objects",
        "what": "score-based model of single drawings with alpha, 64x64, conditioned on MiniLM token features",
        "licence": f"the drawings are under {', '.join(licences)}; attribution below is due; code as the repository",
        "data": [
            {"package": PACKAGES[k][0], "version": PACKAGES[k][1], "licence": PACKAGES[k][2], "attribution": a}
            for k, a in ATTRIBUTION.items()
            if k in used
        ],
        "text_encoder": {"package": MINILM[0], "version": MINILM[1], "licence": MINILM[2]},
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
        "compute": {
            "seconds": round(facts["seconds"]),
            "hours": round(facts["seconds"] / 3600, 2),
            "threads": 1,
            "machine": platform.machine(),
            "device": "cpu",
        },
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
    from safetensors.torch import save_file

    from training.run import read

    saved = read(folder / "checkpoint.safetensors")
    facts, weights = saved.facts, {k: v.half().contiguous() for k, v in saved.group("average").items()}
    if not all(w.isfinite().all() for w in weights.values()):
        raise ValueError("a weight does not fit float16")
    result_path = folder / "result.json"
    result = json.loads(result_path.read_text()) if result_path.exists() else None
    made = card(facts, folder, result)
    assets.mkdir(parents=True, exist_ok=True)
    brief = {k: made[k] for k in ("name", "what", "licence", "shape", "pictures_seen")}
    save_file(weights, assets / "objects.safetensors", metadata={"card": json.dumps(brief)})
    save_file(
        {"vectors": vectors(made)},
        assets / "objects-words.safetensors",
        metadata={"of": "the words of objects.json, by MiniLM-L6"},
    )
    for name in ("objects", "objects-words"):
        (assets / f"{name}.safetensors").chmod(0o644)
    (assets / "objects.json").write_text(json.dumps(made, indent=1, ensure_ascii=False) + "\n")
