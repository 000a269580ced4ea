"""What the settings of `training.codes.critic` bring on drawings that are kept back, a sheet to look at, and landing one of them."""

import json
import platform
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from pipelines.nets.code_autoencoder import CodeAutoencoder, autoencoder_sha256
from training.codes.autoencoder import Loss, over
from training.faces.measure import features, frechet

if TYPE_CHECKING:
    from training.codes.critic import Run

GREY = torch.full((1, 3, 1, 1), 0.5)
FOR_CLIP = 48  # of the kept-back drawings go through CLIP, half a second each
DIVERGED = 1.5  # times the landed decoder's error on kept-back drawings


def laplacian(x: Tensor) -> float:
    """The mean absolute Laplacian of pictures over grey: how sharp they are."""
    seen = over(x, GREY).mean(1, keepdim=True)
    kernel = torch.tensor([[0.0, 1, 0], [1, -4, 1], [0, 1, 0]]).view(1, 1, 3, 3)
    return float(F.conv2d(seen, kernel).abs().mean())


def seen_by_clip(x: Tensor) -> np.ndarray:
    """CLIP's features of pictures over grey."""
    pixels = (over(x, GREY).clamp(0, 1) * 255).round().byte()
    return features(pixels.permute(0, 2, 3, 1).numpy())


class Judge:
    """Kept-back drawings and what is measured of a decoder on them."""

    def __init__(self, drawings: np.ndarray, net: CodeAutoencoder, loss: Loss, folder: Path):
        self.x, self.net, self.loss = torch.from_numpy(drawings), net, loss
        with torch.no_grad():
            self.codes = net.encode(self.x)
        self.few = torch.arange(min(FOR_CLIP, len(self.x))) * len(self.x) // min(FOR_CLIP, len(self.x))
        path = folder / "kept-back-clip.npy"
        if not path.exists():
            np.save(path, seen_by_clip(self.x[self.few]))
        self.clip = np.load(path)
        path = folder / "landed.json"
        if not path.exists():
            path.write_text(json.dumps(self.measures(net), indent=1))
        self.landed = json.loads(path.read_text())

    @torch.no_grad()
    def decoded(self, net: CodeAutoencoder) -> Tensor:
        """What a decoder makes of their codes."""
        return torch.cat([net.decode(part) for part in self.codes.split(20)])

    @torch.no_grad()
    def measures(self, net: CodeAutoencoder, clip: bool = True) -> dict[str, float]:
        """Error, distances of features (those of CLIP take half a second a drawing and may be left out), and sharpness as a share of the originals'."""
        made = self.decoded(net)
        found = {"levels of 255": round(float((made - self.x).abs().mean()) * 127.5, 3)}
        if self.loss.vgg is not None:
            far = [
                float(self.loss.distance(over(a, GREY), over(b, GREY))) * len(a)
                for a, b in zip(made.split(20), self.x.split(20), strict=True)
            ]
            found["VGG distance"] = round(sum(far) / len(made), 4)
        if clip:
            seen = seen_by_clip(made[self.few])
            found["CLIP Fréchet"] = round(frechet(seen, self.clip), 4)
            found["CLIP cosine"] = round(float((seen * self.clip).sum(1).mean()), 4)
        found["sharpness"] = round(laplacian(made) / laplacian(self.x), 3)
        return found


def measure(judge: Judge, run: "Run", name: str, problem: str, folder: Path, clip: bool) -> None:
    """result.json: the setting, its steps, what was measured, and whether it diverged; sheet.png to look at."""
    found: dict[str, Any] = {
        "setting": name,
        "steps": run.counts["step"],
        "pictures": run.counts["step"] * run.setting.batch,
    }
    found["processor minutes"] = round(run.counts["seconds"] / 60, 2)
    if problem:
        found |= {"diverged": True, "how": problem}
    else:
        net = run.decoder()
        found |= judge.measures(net, clip)
        found["diverged"] = not found["levels of 255"] < DIVERGED * judge.landed["levels of 255"]
        write_sheet(judge, net, folder / "sheet.png")
    log = folder / "log.jsonl"
    last = json.loads(log.read_text().splitlines()[-1]) if log.exists() else {}
    found["critic at the end"] = {
        key: round(last[key], 3) for key in ("real", "made", "factor", "critic") if key in last
    }
    (folder / "result.json").write_text(json.dumps(found, indent=1, ensure_ascii=False))


def write_sheet(judge: Judge, net: CodeAutoencoder, path: Path, count: int = 36) -> None:
    """Twelve drawings a row, enlarged: the original, the landed decoder's and this one's."""
    from PIL import Image

    chosen = torch.arange(count) * len(judge.x) // count
    with torch.no_grad():
        made = [judge.x[chosen], judge.net.decode(judge.codes[chosen]), net.decode(judge.codes[chosen])]
    rows = []
    for first in range(0, count, 12):
        for part in made:
            tiles = (over(part[first : first + 12], GREY).clamp(0, 1) * 255).byte().permute(0, 2, 3, 1).numpy()
            rows.append(np.concatenate(tiles, 1))
    sheet = Image.fromarray(np.concatenate(rows))
    sheet.resize((sheet.width * 2, sheet.height * 2), Image.Resampling.NEAREST).save(path)


def table(folder: Path) -> list[dict]:
    """What was measured of all settings, the landed decoder first."""
    rows = [{"setting": "landed decoder", "steps": 0, **json.loads((folder / "landed.json").read_text())}]
    found = [json.loads(path.read_text()) for path in folder.glob("*/result.json")]
    return rows + sorted(found, key=lambda row: (row["steps"], row["setting"]))


def land(folder: Path, chosen: Path, assets: Path) -> None:
    """codes-critic.safetensors (float16) with the fine half that a run learned, and codes-critic.json with the table of all settings."""
    from training.landing import halves, write_card, write_tensors
    from training.run import read

    saved = read(chosen / "checkpoint.safetensors")
    result = json.loads((chosen / "result.json").read_text())
    codes = json.loads((assets / "codes.json").read_text())
    weights = halves(saved.group("average"))
    base = autoencoder_sha256(assets / "codes.safetensors")
    card = {
        "name": "codes-critic",
        "what": "the fine half of the codes' decoder, trained on against a patch critic; encoder, codes and coarse half are those of codes.safetensors",
        "base": base,
        **{key: codes[key] for key in ("licence", "data", "drawings")},
        "setting": {"name": result["setting"], **saved.facts["setting"]},
        "steps": saved.facts["step"],
        "processor_minutes": round(saved.facts["seconds"] / 60, 1),
        "threads": 1,
        "machine": platform.machine(),
        "command": f'python -m training.codes.critic --folder FOLDER --setting "{result["setting"]}" --steps {saved.facts["step"]} --clip --land',
        "date": time.strftime("%Y-%m-%d"),
        "table": table(folder),
    }
    write_tensors(assets / "codes-critic.safetensors", weights, base=base)
    write_card(assets / "codes-critic.json", card)


__all__ = ["Judge", "land", "measure", "table"]
