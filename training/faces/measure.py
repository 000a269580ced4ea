"""How near made portraits come to drawn ones: `python -m training.faces.measure --folder FOLDER`.

Fréchet distance (Heusel et al. 2017) over the 512 features of CLIP's ViT-B/16 that Detect reads with, because Inception's weights are not in
the studio; beside it two measures of the same features, precision and recall (Kynkäänniemi et al. 2019, k = 3). The same figures of kept-back
drawn portraits against other drawn ones say what could be reached, those of the autoencoder's blur what was there before the contest.
"""

import argparse
import json
from pathlib import Path

import numpy as np
import torch

from pipelines.nets.stylegan2 import Encoder, Generator
from training.faces import data

COUNT = 100
MEAN = np.array((0.48145466, 0.4578275, 0.40821073), np.float32)
DEVIATION = np.array((0.26862954, 0.26130258, 0.27577711), np.float32)


def frechet(a: np.ndarray, b: np.ndarray) -> float:
    """Fréchet distance of two Gaussians fitted to features [n,d], covariances shrunk by a tenth towards their diagonal."""
    from scipy.linalg import sqrtm

    def fitted(x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        cov = np.cov(x, rowvar=False)
        return x.mean(0), 0.9 * cov + 0.1 * np.diag(np.diag(cov))

    (m1, c1), (m2, c2) = fitted(a), fitted(b)
    root = np.real(sqrtm(c1 @ c2))
    return float(((m1 - m2) ** 2).sum() + np.trace(c1 + c2 - 2 * root))


def covered(real: np.ndarray, made: np.ndarray, k: int = 3) -> float:
    """Share of `made` that lies within the k-th neighbour's distance of some real one (precision; recall with the two exchanged)."""
    apart = np.linalg.norm(real[:, None] - real[None], axis=2)
    reach = np.sort(apart, 1)[:, k]
    return float((np.linalg.norm(made[:, None] - real[None], axis=2) <= reach[None]).any(1).mean())


def features(pictures: np.ndarray) -> np.ndarray:
    """CLIP features of pictures uint8 [n,64,64,3]: [n,512], unit length."""
    from PIL import Image

    from pipelines.core.fetching import fetch
    from pipelines.core.models import load
    from pipelines.detect.examine import CLIP

    fetch([CLIP])
    found = []
    with load(CLIP) as session:
        for picture in pictures:
            large = np.asarray(Image.fromarray(picture).resize((224, 224), Image.Resampling.BICUBIC), np.float32) / 255
            scaled = (large - MEAN) / DEVIATION
            found.append(
                session.run(["image_embeds"], {session.get_inputs()[0].name: scaled.transpose(2, 0, 1)[None]})[0][0]
            )
    found = np.stack(found)
    return found / np.linalg.norm(found, axis=1, keepdims=True)


@torch.no_grad()
def made_by(generator: Generator, count: int, truncation: float = 1.0) -> np.ndarray:
    """Portraits of seeds, uint8 [n,64,64,3]."""
    dice = torch.Generator().manual_seed(11)
    z = torch.randn(count, generator.shape.latent, generator=dice)
    parts = [generator(one, generator.noise(len(one), dice), truncation) for one in z.split(16)]
    pixels = (torch.cat(parts).clamp(-1, 1) + 1) * 127.5
    return pixels.round().byte().permute(0, 2, 3, 1).numpy()


def measured(generator: Generator, encoder: Encoder, pages: np.ndarray, back: np.ndarray) -> dict:
    """The table of the card."""
    drawn, other = features(np.array(back[:COUNT])), features(np.array(pages[:COUNT]))
    found = {"drawn against drawn": round(frechet(other, drawn), 4)}
    for truncation in (1.0, 0.7):
        made = features(made_by(generator, COUNT, truncation))
        found[f"made, truncation {truncation}"] = {
            "frechet": round(frechet(made, drawn), 4),
            "precision": round(covered(drawn, made), 3),
            "recall": round(covered(made, drawn), 3),
        }
    x = torch.from_numpy(np.array(back[:128]).transpose(0, 3, 1, 2).astype(np.float32) / 127.5 - 1)
    with torch.no_grad():
        again = generator.synthesis(generator.spread(encoder(x)[0]))
    found["projected by the encoder alone, levels of 255"] = round(float((again - x).abs().mean()) * 127.5, 2)
    return found


def main() -> None:
    """Command line."""
    from pipelines.nets import stylegan2

    parser = argparse.ArgumentParser(prog="python -m training.faces.measure", description=__doc__)
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--weights", type=Path, default=Path("assets/weights/portraits.safetensors"))
    arguments = parser.parse_args()
    pages, back = data.load(arguments.folder)
    print(json.dumps(measured(*stylegan2.load(arguments.weights), pages, back), indent=1))


if __name__ == "__main__":
    main()
