"""Train the autoencoder of codes: `python -m training.codes.autoencoder --folder FOLDER --minutes 60`; stop and go on at any time.

Pixels, their differences at three sizes, and features of VGG-16 (Johnson et al. 2016, Zhang et al. 2018), so that edges stay sharp
without a critic. `--frozen` keeps the encoder, and with it every code, and learns the decoder on.
"""

from __future__ import annotations

from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor

from pipelines.nets.code_autoencoder import CodeAutoencoder, Shape
from training.codes.data import Pictures, prepare_codes
from training.loop import Recipe, Run, command, train
from training.objects.train import with_cache

NAME, RECIPE = "codes-autoencoder", Recipe(batch=12, warm_steps=80)
LAYERS, PERCEPTUAL = ("conv1_2", "conv2_2", "conv3_2"), 0.6  # of VGG, and how much they weigh
SEEN_SHARE = 0.5  # of every batch goes through VGG


def differences(x: Tensor) -> list[Tensor]:
    """Right and down, at three sizes. x [n,4,s,s]."""
    found = []
    for _ in range(3):
        found += [x[..., 1:] - x[..., :-1], x[..., 1:, :] - x[..., :-1, :]]
        x = F.avg_pool2d(x, 2)
    return found


def over(x: Tensor, ground: Tensor) -> Tensor:
    """The network's pixels over an even ground [n,3,1,1]: RGB 0..1."""
    alpha = (x[:, 3:] + 1) / 2
    return (x[:, :3] + alpha) / 2 + (1 - alpha) * ground


class Loss:
    """The autoencoder's loss at a run's place; `vgg` may be left out (None), as small tests do."""

    def __init__(self, pictures: Pictures, vgg: Any) -> None:
        self.pictures, self.vgg = pictures, vgg

    def __call__(self, run: Run) -> Tensor:
        x = torch.from_numpy(self.pictures.batch(run.seen, run.recipe.batch)).contiguous(
            memory_format=torch.channels_last
        )
        with run.autocast:
            rebuilt = run.net(x).float()
        loss = (rebuilt - x).abs().mean()
        loss = loss + 0.5 * sum((a - b).abs().mean() for a, b in zip(differences(rebuilt), differences(x), strict=True))
        if self.vgg is None:
            return loss
        count, dice = max(1, round(SEEN_SHARE * len(x))), torch.Generator().manual_seed(run.step)
        ground = torch.rand(count, 3, 1, 1, generator=dice)
        return loss + PERCEPTUAL * self.distance(over(rebuilt[:count], ground), over(x[:count], ground))

    def distance(self, a: Tensor, b: Tensor) -> Tensor:
        """Distance of unit features, layer by layer (Zhang et al. 2018, equation 1, without learned weights)."""
        with torch.no_grad():
            wanted = self.vgg(b, LAYERS)
        total = a.new_zeros(())
        for name, found in self.vgg(a, LAYERS).items():
            of = [f.float() / (f.float().square().sum(1, keepdim=True) + 1e-3).sqrt() for f in (found, wanted[name])]
            total = total + (of[0] - of[1]).square().sum(1).mean()
        return total


def begin(shape: Shape, loss: Loss, frozen: bool, recipe: Recipe = RECIPE) -> Run:
    """A run that has learned nothing yet; `frozen` keeps what makes the codes."""
    torch.manual_seed(recipe.seed)
    net = CodeAutoencoder(shape).to(memory_format=torch.channels_last)
    if frozen:
        for module in (net.enter, net.fold, net.leave_fold):
            module.requires_grad_(False)
    return Run(net, recipe, loss, {"shape": shape.as_dict()})


def main() -> None:
    """Command line."""
    from pipelines.core import models
    from pipelines.core.fetching import fetch
    from pipelines.vision.perceptual import VGG16

    parser = with_cache(command("training.codes.autoencoder", __doc__, 60))
    parser.add_argument("--frozen", action="store_true", help="keep the encoder and its codes as they are")
    options = parser.parse_args()
    pictures = Pictures(prepare_codes(options.cache, options.folder))
    fetch([VGG16])
    with models.load(VGG16) as vgg:
        loss = Loss(pictures, vgg)  # it stays in memory; nothing else asks for room here
    landed = options.assets / "codes.safetensors"
    train(begin(Shape(), loss, options.frozen), options, NAME, landed, "autoencoder.")


if __name__ == "__main__":
    main()
