"""Score network for single drawings with alpha: 64x64 pixels, captions by MiniLM token features.

Karras et al. 2022 (EDM) gives the scaling of noise levels, Ho & Salimans 2022 the guidance. One contract: `denoiser(x, sigma) -> x0`.

Pixels are centred and premultiplied: three colour channels a*(2c-1) and one alpha channel 2a-1. Where a drawing is empty its
colour is exactly 0, so the noise prior has the right mean there and no invisible colour is learned; alpha keeps twice the
amplitude of colour, so the outline is decided early in the sampling and stays crisp.
"""

from dataclasses import asdict, dataclass
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

POSE_NAMES = ("mirrored", "tilt_degrees / 15", "log2 scale", "shift right / 8 px", "shift down / 8 px", "pose is told")


@dataclass(frozen=True)
class Shape:
    """All that fixes the network's shape; stored beside the weights."""

    channels: tuple[int, ...] = (64, 192, 320)  # at 16x16, 8x8, 4x4 after folding 4x4 pixels
    attention: tuple[bool, ...] = (False, False, True)
    blocks: int = 2
    fold: int = 4
    text_width: int = 384  # MiniLM-L6
    text_channels: int = 256
    head_width: int = 64
    embedding: int = 512
    canvas: tuple[int, ...] = (0, 96, 320)  # at each level: maps painted straight from the embedding; 0: none
    sigma_data: float = 0.6  # measured over the training drawings
    size_px: int = 64

    def as_dict(self) -> dict:
        """Plain values for JSON."""
        return asdict(self)

    @classmethod
    def from_dict(cls, values: dict) -> "Shape":
        """The inverse of `as_dict` (JSON turns tuples into lists)."""
        plain: dict[str, Any] = {k: tuple(v) if isinstance(v, list) else v for k, v in values.items()}
        return cls(**plain)


class Norm(nn.Module):
    """Group normalisation over 32 channels a group; scale and shift come from the embedding. x [n,c,h,w]."""

    def __init__(self, channels: int, embedding: int):
        super().__init__()
        self.groups = max(1, channels // 32)
        self.affine = nn.Linear(embedding, 2 * channels)

    def forward(self, x: Tensor, emb: Tensor) -> Tensor:
        scale, shift = self.affine(emb)[:, :, None, None].chunk(2, dim=1)  # [n,c,1,1]
        return torch.addcmul(shift, F.group_norm(x, self.groups), scale + 1)


class ResBlock(nn.Module):
    """Two 3x3 convolutions round a residual path; the second starts at zero. x [n,c,h,w] -> [n,out,h,w]."""

    def __init__(self, channels: int, out: int, embedding: int):
        super().__init__()
        self.norm1 = nn.GroupNorm(max(1, channels // 32), channels)
        self.conv1 = nn.Conv2d(channels, out, 3, padding=1)
        self.norm2 = Norm(out, embedding)
        self.conv2 = nn.Conv2d(out, out, 3, padding=1)
        self.skip = nn.Conv2d(channels, out, 1) if channels != out else nn.Identity()
        for parameter in self.conv2.parameters():
            nn.init.zeros_(parameter)

    def forward(self, x: Tensor, emb: Tensor) -> Tensor:
        h = self.conv1(F.silu(self.norm1(x)))
        h = self.conv2(F.silu(self.norm2(h, emb)))
        return self.skip(x) + h


class Attention(nn.Module):
    """Pixels look at pixels and at the caption in one softmax (Vaswani 2017). x [n,c,h,w], text [n,t,d], mask [n,t]."""

    def __init__(self, channels: int, text_channels: int, head_width: int):
        super().__init__()
        self.heads = max(1, channels // head_width)
        self.norm = nn.GroupNorm(max(1, channels // 32), channels)
        self.qkv = nn.Linear(channels, 3 * channels)
        self.text_kv = nn.Linear(text_channels, 2 * channels)
        self.out = nn.Linear(channels, channels)
        nn.init.zeros_(self.out.weight)
        nn.init.zeros_(self.out.bias)

    def forward(self, x: Tensor, text: Tensor, mask: Tensor) -> Tensor:
        n, c, h, w = x.shape
        pixels = self.norm(x).flatten(2).transpose(1, 2)  # [n,hw,c]
        q, k, v = self.qkv(pixels).chunk(3, dim=-1)
        text_k, text_v = self.text_kv(text).chunk(2, dim=-1)  # [n,t,c]
        q, k, v = (self._split(a) for a in (q, torch.cat([k, text_k], 1), torch.cat([v, text_v], 1)))
        seen = torch.cat([mask.new_ones(n, h * w), mask], 1)[:, None, None, :]  # [n,1,1,hw+t]
        y = F.scaled_dot_product_attention(q, k, v, attn_mask=seen)
        y = self.out(y.transpose(1, 2).flatten(2))  # [n,hw,c]
        return x + y.transpose(1, 2).reshape(n, c, h, w)

    def _split(self, a: Tensor) -> Tensor:
        return a.unflatten(-1, (self.heads, -1)).transpose(1, 2)  # [n,heads,t,head_width]


class Stage(nn.Module):
    """A residual block and, at 8x8 and below, attention."""

    def __init__(self, channels: int, out: int, attention: bool, shape: Shape):
        super().__init__()
        self.block = ResBlock(channels, out, shape.embedding)
        self.attention = Attention(out, shape.text_channels, shape.head_width) if attention else None

    def forward(self, x: Tensor, emb: Tensor, text: Tensor, mask: Tensor) -> Tensor:
        x = self.block(x, emb)
        return x if self.attention is None else self.attention(x, text, mask)


class Canvas(nn.Module):
    """Maps painted straight from the embedding and the meaning, a weight for every place: a caption at its roughest, almost for free.

    emb [n,2e] -> [n,channels,side,side], zero at first.
    """

    def __init__(self, embedding: int, maps: int, channels: int, side: int):
        super().__init__()
        self.maps, self.side = maps, side
        self.paint = nn.Linear(2 * embedding, maps * side * side)
        self.spread = nn.Conv2d(maps, channels, 1)
        for parameter in self.paint.parameters():
            nn.init.zeros_(parameter)

    def forward(self, emb: Tensor) -> Tensor:
        return self.spread(self.paint(emb).reshape(len(emb), self.maps, self.side, self.side))


class ObjectUNet(nn.Module):
    """F_theta of EDM: the raw network before preconditioning. x [n,4,64,64], c_noise [n] -> [n,4,64,64]."""

    frequencies: Tensor

    def __init__(self, shape: Shape = Shape()):
        super().__init__()
        self.shape = shape
        folded = 4 * shape.fold**2
        self.register_buffer("frequencies", torch.exp(torch.linspace(0, 5, 64)), persistent=False)
        self.noise = nn.Linear(128, shape.embedding)
        self.pose = nn.Linear(len(POSE_NAMES), shape.embedding)
        self.sentence = nn.Linear(shape.text_channels, shape.embedding)
        self.mix = nn.Linear(shape.embedding, shape.embedding)
        self.meaning = nn.Linear(shape.text_width, shape.embedding)
        self.meaning_mean = nn.Parameter(torch.zeros(shape.text_width), requires_grad=False)
        self.meaning_matrix = nn.Parameter(torch.eye(shape.text_width), requires_grad=False)
        self.text_norm = nn.LayerNorm(shape.text_width)
        self.text_in = nn.Linear(shape.text_width, shape.text_channels)
        self.null_text = nn.Parameter(torch.zeros(1, 1, shape.text_channels))
        self.enter = nn.Conv2d(folded, shape.channels[0], 3, padding=1)
        self.down, self.narrow, self.up = nn.ModuleList(), nn.ModuleList(), nn.ModuleList()
        self._build_levels(shape)
        self.middle = Stage(shape.channels[-1], shape.channels[-1], shape.attention[-1], shape)
        self.canvas = nn.ModuleDict()
        for level, (maps, channels) in enumerate(zip(shape.canvas, shape.channels)):
            if maps:
                side = shape.size_px // shape.fold >> level
                self.canvas[str(level)] = Canvas(shape.embedding, maps, channels, side)
        self.leave_norm = nn.GroupNorm(max(1, shape.channels[0] // 32), shape.channels[0])
        self.leave = nn.Conv2d(shape.channels[0], folded, 3, padding=1)
        self.finish_in = nn.Conv2d(2 * 4 + 1, 16, 3, padding=1)
        self.finish_out = nn.Conv2d(16, 4, 3, padding=1)
        for parameter in (*self.leave.parameters(), *self.finish_out.parameters()):
            nn.init.zeros_(parameter)

    def _build_levels(self, shape: Shape) -> None:
        width = shape.channels[0]
        for level, channels in enumerate(shape.channels):
            for _ in range(shape.blocks):
                self.down.append(Stage(width, channels, shape.attention[level], shape))
                width = channels
        for level, channels in reversed(list(enumerate(shape.channels))):
            if level + 1 < len(shape.channels):  # before it grows, where it is cheap
                self.narrow.append(nn.Conv2d(width, channels, 1) if width != channels else nn.Identity())
                width = channels
            for _ in range(shape.blocks):
                self.up.append(Stage(channels, channels, shape.attention[level], shape))

    def forward(self, x: Tensor, c_noise: Tensor, text: Tensor, mask: Tensor, pose: Tensor) -> Tensor:
        """text [n,t,384] MiniLM features, mask [n,t] true where a token stands (none: no caption), pose [n,6]."""
        emb, painted, text, mask = self._condition(c_noise, text, mask, pose)
        h = self.enter(F.pixel_unshuffle(x, self.shape.fold))
        skips, blocks = [h], self.shape.blocks
        for i, stage in enumerate(self.down):
            if i and i % blocks == 0:
                h = F.avg_pool2d(h, 2)
            h = stage(h, emb, text, mask)
            skips.append(h)
        deepest = len(self.shape.channels) - 1
        h = self.middle(self._add_canvas(h, painted, deepest), emb, text, mask)
        for i, stage in enumerate(self.up):
            if i and i % blocks == 0:
                h = F.interpolate(self.narrow[i // blocks - 1](h), scale_factor=2, mode="nearest")
                h = self._add_canvas(h, painted, deepest - i // blocks)
            h = stage(h + skips.pop(), emb, text, mask)
        drawn = F.pixel_shuffle(self.leave(F.silu(self.leave_norm(h))), self.shape.fold)
        level = c_noise[:, None, None, None].expand(-1, 1, *x.shape[-2:])
        # fine detail at full size, where the folded levels are too narrow to hand every pixel on
        return drawn + self.finish_out(F.relu(self.finish_in(torch.cat([x, drawn.to(x.dtype), level.to(x.dtype)], 1))))

    def _add_canvas(self, h: Tensor, painted: Tensor, level: int) -> Tensor:
        key = str(level)
        return h + self.canvas[key](painted) if key in self.canvas else h

    @torch.no_grad()
    def whiten(self, sentences: Tensor) -> None:
        """Fix how meanings are scaled: so that over these mean token features [n,384] every direction counts alike.

        MiniLM puts all captions near each other; what tells a fox from a wolf is a small part of the vector, and was learned last.
        """
        centred = (sentences - sentences.mean(0)).double()
        values, axes = torch.linalg.eigh(centred.T @ centred / len(centred))
        scale = 1 / (values + 3e-3 * values.mean()).sqrt()
        self.meaning_mean.copy_(sentences.mean(0))
        self.meaning_matrix.copy_((axes * scale) @ axes.T)

    def _condition(
        self, c_noise: Tensor, text: Tensor, mask: Tensor, pose: Tensor
    ) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        """One vector for every block, that vector with the meaning for the canvases, and the caption's tokens with a null token in
        front (all there is without a caption).
        """
        n, count = len(text), mask.sum(1, keepdim=True)
        plain = (text * mask[..., None]).sum(1) / count.clamp(min=1)
        meaning = self.meaning((plain - self.meaning_mean) @ self.meaning_matrix * (count > 0))
        text = self.text_in(self.text_norm(text)) * mask[..., None]  # [n,t,d]
        mean = text.sum(1) / count.clamp(min=1)  # [n,d]
        angle = c_noise[:, None].float() * self.frequencies  # [n,64]
        wave = torch.cat([angle.cos(), angle.sin()], 1)
        emb = F.silu(self.noise(wave) + self.pose(pose) + self.sentence(mean) + meaning)
        emb = F.silu(self.mix(emb))  # [n,embedding]
        text = torch.cat([self.null_text.expand(n, 1, -1).to(text.dtype), text], 1)
        return emb, torch.cat([emb, F.silu(meaning)], 1), text, torch.cat([mask.new_ones(n, 1), mask], 1)


def precondition(sigma: Tensor, sigma_data: float) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """c_skip, c_out, c_in, c_noise of sigma [n]: Karras et al. 2022, table 1, but for c_skip = 0: the network says x0 itself.

    EDM's c_skip makes the network repeat the noise where there is little of it. Folded pixels pass noise badly: after 18,000
    pictures half of it was left at sigma = 0.1, even where a drawing is empty. Drawings are simple and noise is not (Li & He 2025).
    """
    scale = 1 / (sigma**2 + sigma_data**2).sqrt()
    return torch.zeros_like(sigma), torch.full_like(sigma, sigma_data), scale, sigma.log() / 4


def denoise(net: "ObjectUNet", x: Tensor, sigma: Tensor, text: Tensor, mask: Tensor, pose: Tensor) -> Tensor:
    """D_theta(x; sigma), Karras et al. 2022, equation 7. x [n,4,s,s], sigma [n] -> x0 [n,4,s,s]."""
    c_skip, c_out, c_in, c_noise = precondition(sigma, net.shape.sigma_data)
    spread = (slice(None), None, None, None)
    raw = net((c_in[spread] * x).to(x.dtype), c_noise, text, mask, pose)
    return c_skip[spread] * x + c_out[spread] * raw.to(x.dtype)


def upright(n: int) -> Tensor:
    """The pose of a drawing as its artist drew it: [n,6], told and zero."""
    pose = torch.zeros(n, len(POSE_NAMES))
    pose[:, -1] = 1
    return pose


def to_pixels(rgba: Tensor) -> Tensor:
    """Straight-alpha RGBA in 0..1 [...,4,h,w] -> centred premultiplied pixels in -1..1."""
    colour, alpha = rgba[..., :3, :, :], rgba[..., 3:, :, :]
    return torch.cat([alpha * (2 * colour - 1), 2 * alpha - 1], -3)


def from_pixels(x: Tensor, floor: float = 0.03) -> Tensor:
    """The inverse of `to_pixels`; alpha under `floor` is set to 0 and above 1 - `floor` to 1, so that no haze is left."""
    alpha = ((x[..., 3:, :, :] + 1) / 2 - floor) / (1 - 2 * floor)
    alpha = alpha.clamp(0, 1)
    colour = (x[..., :3, :, :] / ((x[..., 3:, :, :] + 1) / 2).clamp(min=0.05) + 1) / 2
    return torch.cat([torch.where(alpha > 0, colour.clamp(0, 1), 0.0), alpha], -3)
