"""How the shipped style networks were made: `python -m training.styles.train SLUG --steps 100 --style-weight 3 …`

Trains `stylize.train` on assets/styles/SLUG.jpg, goes on where an interrupted run stopped, and lands the network in
assets/weights/ with an entry in assets/styles/trained.json: how it was made and what it reaches on photographs it never saw.
"""

from __future__ import annotations

import argparse
import json
import time
from pathlib import Path
from typing import Any

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
    settings = {"steps": given.steps, "style_weight": given.style_weight, "stroke": given.stroke, "seed": given.seed}
    first = load_network(given.network) if given.network else None
    began = time.process_time()
    whole = not any(given.folder.glob("step-*.safetensors"))  # else its seconds would be those of the last stretch

    def report(progress: Progress) -> None:
        if int(progress.done) % 20 == 0:
            print(progress.label, progress.numbers, flush=True)

    with working_in(given.folder):
        network = train(painting, None, first, name=entry["title"], report=report, **settings)
    save_network(network, given.folder / "network.safetensors")
    seconds = round(time.process_time() - began) if whole else None
    export(network, entry, settings, seconds)


def export(network: Network, entry: dict[str, Any], settings: dict[str, Any], seconds: int | None) -> None:
    """Put the network among the shipped ones and say how it was made."""
    file = f"weights/style_{entry['slug']}.safetensors"
    (ASSETS / "weights").mkdir(exist_ok=True)
    save_network(network, ASSETS / file)
    words = " ".join(f"--{name.replace('_', '-')} {value}" for name, value in settings.items())
    style = {
        "slug": entry["slug"],
        "name": entry["title"],
        "words": entry["words"],
        "file": file,
        "sha256": sha256_of(ASSETS / file),
        "painting": f"styles/{entry['slug']}.jpg",
        "artist": entry["artist"],
        "year": entry["year"],
        "licence": f"Apache-2.0 (trained from Google Magenta's weights, Apache-2.0); the painting: {entry['licence']}",
        "caveat": "trained with a network whose data were for research",
        **settings,
        **{name: float(network.about[name]) for name in ("content_loss", "style_loss", "photo_style_loss")},
        "cpu_seconds": seconds,
        "command": f"python -m training.styles.train {entry['slug']} {words} --folder FOLDER",
    }
    path = ASSETS / "styles" / "trained.json"
    others = [e for e in json.loads(path.read_text()) if e["slug"] != entry["slug"]] if path.exists() else []
    path.write_text(json.dumps([*others, style], indent=1, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
