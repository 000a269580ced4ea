"""Writing the averaged weights of both networks of codes to assets/weights, with the card that says what they are made of."""

import json
import platform
from pathlib import Path

from training.codes.data import COLOUR_ROWS, POSE_ROWS, STYLE_ROWS
from training.codes.loop import averaged_tensors
from training.landing import halves
from training.objects.export import attributed, land_words, vectors
from training.objects.words import STYLES

AUTOENCODER, WRITER = "codes-autoencoder", "codes-writer"


def card(folder: Path, autoencoder: dict, writer: dict) -> dict:
    """The card: data and licences, recipes, seed, compute spent, pictures seen, results where they were measured."""
    held = json.loads((folder / "held_out.json").read_text())
    drawings = json.loads((folder / "drawings.json").read_text())
    words = json.loads((folder / "words.json").read_text())
    pairs = {tuple(pair) for pair in held["noun_style"]}
    drawn = [d for d in drawings if (d["noun"], d["style"]) not in pairs]
    nouns = sorted({d["noun"] for d in drawn})
    styles = {known[0]: key for key, known in STYLES.items() if key in {d["set"] for d in drawn}}
    used = {*styles.values(), "emojibase"}
    result = folder / "result.json"
    made = {
        "name": "codes",
        "what": "autoencoder of 64x64 drawings with alpha with 8x8 codes (finite scalar quantisation), and a transformer that writes "
        "them, told a name by MiniLM token features, a colour, a style and a pose",
        **attributed(used),
        "styles": styles,
        "style_words": {known[0]: list(known) for known in STYLES.values() if known[0] in styles},
        "nouns": nouns,
        "words": {noun: others for noun, others in words.items() if noun in set(nouns) and others},
        "drawings": len(drawn),
        "held_out": {k: held[k] for k in ("noun_style", "colour_noun", "judging_set", "seed")},
        "rows": {"colours": COLOUR_ROWS, "styles": STYLE_ROWS, "poses": POSE_ROWS},
        "autoencoder": _told(autoencoder, f"python -m training.codes.autoencoder --folder FOLDER{_all(autoencoder)}"),
        "writer": _told(writer, f"python -m training.codes.train --folder FOLDER{_all(writer)}"),
        "machine": platform.machine(),
    }
    return made | ({"result": json.loads(result.read_text())} if result.exists() else {})


def begin_from(assets: Path, folder: Path) -> None:
    """Checkpoints of both networks out of landed weights, where the folder has none: the average stands for the weights, moments start anew."""
    import torch
    from safetensors.torch import load_file, save_file

    from pipelines.optim.muon import is_matrix

    landed, card = load_file(assets / "codes.safetensors"), json.loads((assets / "codes.json").read_text())
    for part, name in (("autoencoder", AUTOENCODER), ("writer", WRITER)):
        weights = {k.removeprefix(f"{part}."): v.float() for k, v in landed.items() if k.startswith(f"{part}.")}
        facts = {k: card[part][k] for k in ("shape", "step", "pictures", "history")}
        facts["history"].append({"pictures": facts["pictures"], "gone on with": "the landed weights"})
        facts |= {
            "seconds": 60 * card[part]["processor_minutes"],
            "begun": facts["pictures"],
            "everything": _all_of(card, part),
        }
        tensors = {}
        for key, value in weights.items():
            tensors |= {f"net.{key}": value.clone(), f"average.{key}": value, f"muon.m.{key}": torch.zeros_like(value)}
            if not is_matrix(key, value):
                tensors[f"muon.v.{key}"] = torch.zeros_like(value)
        folder.mkdir(parents=True, exist_ok=True)
        save_file(tensors, folder / f"{name}.safetensors", metadata={"facts": json.dumps(facts)})


def _all_of(card: dict, part: str) -> bool:
    return "--everything" in card[part]["command"]


def _all(facts: dict) -> str:
    return " --everything" if facts.get("everything") else ""


def _told(facts: dict, command: str) -> dict:
    told = {k: facts[k] for k in ("shape", "step", "pictures", "history")}
    return {**told, "processor_minutes": round(facts["seconds"] / 60, 1), "threads": 1, "seed": 0, "command": command}


def export(folder: Path, assets: Path) -> None:
    """Both averaged networks in float16, the words' vectors, and the card. Raises ValueError if a weight does not fit float16."""
    weights, facts = {}, {}
    for part, name in (("autoencoder", AUTOENCODER), ("writer", WRITER)):
        tensors, facts[part] = averaged_tensors(folder / f"{name}.safetensors")
        weights |= halves({f"{part}.{name}": value for name, value in tensors.items()})
    made = card(folder, facts["autoencoder"], facts["writer"])
    brief = {k: made[k] for k in ("name", "what", "licence", "rows")}
    brief |= {part: made[part]["shape"] for part in ("autoencoder", "writer")}
    land_words(assets, "codes", weights, brief, made, vectors(made))
