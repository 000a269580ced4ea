"""Train the autoencoder of codes: `python -m training.codes.autoencoder --folder FOLDER --minutes 60`; stop and go on at any time.

Pixels, their differences at three sizes, and features of VGG-16 (Johnson et al. 2016, Zhang et al. 2018), so that edges stay sharp
without a critic. `--frozen` keeps the encoder, and with it every code, and learns the decoder on.
"""

from pathlib import Path

import torch
import torch.nn.functional as F
from torch import Tensor

from pipelines.nets.code_autoencoder import CodeAutoencoder, Shape
from training.codes.data import Pictures
from training.codes.loop import Recipe, Run, train
from training.run import use_threads

NAME = "codes-autoencoder"
LAYERS = ("conv1_2", "conv2_2", "conv3_2")
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

    def __init__(self, pictures: Pictures, vgg, perceptual: float = 0.6):
        self.pictures, self.vgg, self.perceptual = pictures, vgg, perceptual

    def __call__(self, run: Run) -> Tensor:
        x = torch.from_numpy(self.pictures.batch(run.pictures, run.recipe.batch)).contiguous(
            memory_format=torch.channels_last
        )
        with run.autocast:
            made = run.net(x).float()
        return self.between(made, x, torch.Generator().manual_seed(run.recipe.seed * 1_000_003 + run.step))

    def between(self, made: Tensor, x: Tensor, dice: torch.Generator) -> Tensor:
        """The loss of pictures against what they are made from; `dice` choose the ground that VGG sees them on."""
        loss = (made - x).abs().mean()
        loss = loss + 0.5 * sum((a - b).abs().mean() for a, b in zip(differences(made), differences(x), strict=True))
        if self.vgg is None:
            return loss
        count = max(1, round(SEEN_SHARE * len(x)))
        ground = torch.rand(count, 3, 1, 1, generator=dice)
        return loss + self.perceptual * self.distance(over(made[:count], ground), over(x[:count], ground))

    def distance(self, a: Tensor, b: Tensor) -> Tensor:
        """Distance of unit features, layer by layer (Zhang et al. 2018, equation 1, without learned weights)."""
        with torch.no_grad():
            wanted = self.vgg(b, LAYERS)
        total = a.new_zeros(())
        for name, found in self.vgg(a, LAYERS).items():
            of = [f.float() / (f.float().square().sum(1, keepdim=True) + 1e-3).sqrt() for f in (found, wanted[name])]
            total = total + (of[0] - of[1]).square().sum(1).mean()
        return total


def frozen(net: CodeAutoencoder) -> None:
    """No gradient for what makes the codes."""
    for module in (net.enter, net.fold, net.leave_fold):
        module.requires_grad_(False)


def look_at(folder: Path, pictures: Pictures, shape: Shape):
    """Writes pictures and what the averaged weights make of them, above each other."""

    def look(run: Run) -> None:
        from pipelines.nets.object_unet import from_pixels
        from training.objects.train import contact_sheet

        x = torch.from_numpy(pictures.batch(1_000_000, 24))
        net = run.averaged(CodeAutoencoder(shape))
        with torch.no_grad():
            made = net.decode(net.encode(x))
        rows = [part for i in range(0, 24, 8) for part in (x[i : i + 8], made[i : i + 8])]
        contact_sheet(from_pixels(torch.cat(rows)), folder / f"codes-autoencoder_{run.pictures:07d}.png")

    return look


def main() -> None:
    """Command line."""
    from pipelines.core import models
    from pipelines.core.fetching import fetch
    from pipelines.vision.perceptual import VGG16
    from training.codes.data import prepare_codes
    from training.objects import data as objects_data

    parser = objects_data.command("training.codes.autoencoder", __doc__)
    parser.add_argument("--frozen", action="store_true", help="keep the encoder and its codes as they are")
    parser.add_argument("--perceptual", type=float, default=0.6, help="how much VGG's features weigh")
    arguments = parser.parse_args()
    use_threads()
    pictures = Pictures(prepare_codes(arguments.cache, arguments.folder, arguments.everything))
    fetch([VGG16])
    with models.load(VGG16) as vgg:
        pass  # it stays in memory; nothing else asks for room here
    torch.manual_seed(0)
    shape = Shape()
    net = CodeAutoencoder(shape).to(memory_format=torch.channels_last)
    if arguments.frozen:
        frozen(net)
    run = Run(
        net,
        Recipe(batch=12, learns="decoder" if arguments.frozen else "all"),
        Loss(pictures, vgg, arguments.perceptual),
        {"shape": shape.as_dict(), "everything": arguments.everything},
    )
    train(
        run,
        arguments.folder / f"{NAME}.safetensors",
        arguments.minutes,
        anneal_minutes=arguments.anneal,
        look=look_at(arguments.folder, pictures, shape),
    )


if __name__ == "__main__":
    main()
