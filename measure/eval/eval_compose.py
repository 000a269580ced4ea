"""How good is the composer? `python -m measure.eval.eval_compose [PIECES|sounds]`; prints tables and writes them to docs/compose.md and bench/.

Held-out likelihood is measured on the same pieces, tokens and grammar for the network and for Markov chains over tokens (orders 1 to 6,
interpolated by Witten and Bell 1991, the kind of each token known to both). The rest is measured on pieces composed here with the default
settings, of all moods, seeds 1000 on: key (share of notes in the scale, and whether a Krumhansl-Kessler reading finds the key again), metre
(full bars; share of onsets on the beat), ranges, four-bar phrases found in the training pieces, consonance of strong beats, parallels,
cadences, and length in samples. Needs the training pieces: they are fetched (20 MB) and cut on the first run.
`sounds` measures only what compose_sounds.py describes.
"""

from __future__ import annotations

import os
import sys
import time
from collections import defaultdict
from pathlib import Path
from typing import Any

import numpy as np

from measure import pages, results
from measure.eval import compose_sounds

SECONDS = (16, 20, 30)


def data() -> dict[str, Any]:
    from training.music import data as music_data

    cache = Path(os.environ.get("STUDIO_TRAINING", Path.home() / ".cache" / "afternoon-studio" / "training"))
    return music_data.prepare(cache, Path(os.environ.get("STUDIO_MUSIC", cache / "music")))


def spans(found: dict[str, Any], held: bool) -> list[tuple[int, int]]:
    from training.music import data as music_data

    starts = found["starts"]
    return [
        (int(starts[i]), int(starts[i + 1]))
        for i, name in enumerate(found["names"])
        if music_data.is_held_out(name) == held
    ]


def markov(found: dict[str, Any], orders: range) -> dict[int, float]:
    """Nats a token on the held-out pieces, by order. A context is the tokens before, and the kind of the one to come."""
    tokens, kinds = found["tokens"].tolist(), np.array([0, 1, 1, 1, 1, 2, 2, 2, 2])[found["features"][:, 0]].tolist()
    from pipelines.nets import music_tokens as mt

    sizes = [high - low for low, high in mt.KIND_SPANS]
    counts: list[dict[Any, dict[int, int]]] = [defaultdict(dict) for _ in range(max(orders) + 1)]
    for low, high in spans(found, False):
        for i in range(low, high):
            for n in range(min(max(orders), i - low) + 1):
                seen = counts[n][(kinds[i], *tokens[i - n : i])]
                seen[tokens[i]] = seen.get(tokens[i], 0) + 1
    totals = [{c: (sum(seen.values()), len(seen)) for c, seen in table.items()} for table in counts]
    sums, number = dict.fromkeys(orders, 0.0), 0
    for low, high in spans(found, True):
        for i in range(low, high):
            p = 1 / sizes[kinds[i]]
            number += 1
            for n in range(max(orders) + 1):
                context = (kinds[i], *tokens[max(low, i - n) : i]) if i - n >= low else None
                if context is not None and context in totals[n]:
                    total, different = totals[n][context]
                    p = (counts[n][context].get(tokens[i], 0) + different * p) / (total + different)
                if n in sums:
                    sums[n] -= float(np.log(p))
    return {n: s / number for n, s in sums.items()}


def network(found: dict[str, Any]) -> dict[str, float]:
    """Nats a token of the landed network on the held-out pieces."""
    import torch

    from pipelines.compose.parts import sampler
    from pipelines.core.models import load
    from pipelines.nets import music_tokens as mt

    sums, counts = np.zeros(3), np.zeros(3)
    with load(sampler.CARD) as composer, torch.no_grad():
        for low, high in spans(found, True):
            tokens, features = found["tokens"][low:high].astype(np.int64), found["features"][low:high].astype(np.int64)
            before = np.concatenate([[mt.START], tokens[:-1]])
            logits, _ = composer.net(torch.from_numpy(before)[None], torch.from_numpy(features)[None])
            each = torch.nn.functional.cross_entropy(logits[0], torch.from_numpy(tokens), reduction="none").numpy()
            kinds = np.array([0, 1, 1, 1, 1, 2, 2, 2, 2])[features[:, 0]]
            np.add.at(sums, kinds, each)
            np.add.at(counts, kinds, 1)
    return {"all": float(sums.sum() / counts.sum())} | {
        k: float(s / c) for k, s, c in zip(mt.SLOTS, sums, counts, strict=True)
    }


def tokens_a_bar(found: dict[str, Any]) -> tuple[float, float | None]:
    """Tokens in a bar of the tunes in one voice: ours, and MidiTok's REMI without velocities and with its own chords, where it is installed."""
    from pipelines.nets import music_tokens as mt

    chosen = [i for i, p in enumerate(found["plans"]) if p["style"] != "chorale"][:200]
    bars = sum(sum(found["plans"][i]["sections"]) for i in chosen)
    ours = sum(int(found["starts"][i + 1] - found["starts"][i]) for i in chosen) / bars
    try:
        import miditok
        from symusic import Note, Score, TimeSignature, Track
    except ImportError:
        return ours, None
    tokenizer = miditok.REMI(
        miditok.TokenizerConfig(
            use_velocities=False, use_chords=True, chord_tokens_with_root_note=True, beat_res={(0, 12): 12}
        )
    )
    theirs = 0
    for i in chosen:
        plan = mt.Plan(**{**found["plans"][i], "sections": tuple(found["plans"][i]["sections"])})
        walk, score, track = mt.Walk(plan), Score(12), Track("tune", 0, False)
        for token in found["tokens"][found["starts"][i] : found["starts"][i + 1]].tolist():
            walk.push(token)
        now = chord = 0
        for bar in walk.bars:
            for c in bar.chords:
                chord = chord if c == mt.SAME else c
                for p in mt.chord_classes(chord) if c != mt.SAME else ():
                    track.notes.append(Note(now, walk.beat, 48 + p, 60))
                now += walk.beat
            at = now - walk.length
            for token, ticks in bar.voices[0]:
                if token >= mt.PITCH:
                    track.notes.append(Note(at, ticks, mt.pitch_of(token), 80))
                at += ticks
        score.tracks.append(track)
        over, under = plan.metre.split("/")
        score.time_signatures.append(TimeSignature(0, int(over), int(under)))
        theirs += len(tokenizer(score)[0].ids) if isinstance(tokenizer(score), list) else len(tokenizer(score).ids)
    return ours, theirs / bars


def composed(count: int) -> dict[str, Any]:
    """Measurements on pieces written here; every eighth is also played."""
    from pipelines.compose.parts import midi_phrase as reading
    from pipelines.compose.parts import moods, novelty, pieces, rules, sampler, writing
    from pipelines.core.models import load
    from pipelines.media import Score
    from pipelines.nets import music_tokens as mt

    names = list(moods.MOOD)
    sums: dict[str, float] = defaultdict(float)
    off_samples, writing_s, playing_s = [], [], []
    with load(sampler.CARD) as composer:
        for i in range(count):
            seconds = SECONDS[i % len(SECONDS)]
            wish = pieces.settle(pieces.PieceRequest(names[i % len(names)], seconds=seconds, seed=1000 + i))
            begun = time.process_time()
            music = pieces.write(wish)
            writing_s.append((time.process_time() - begun) * 20 / seconds)
            tune, mode = rules.melody(music.bars), moods.key_of(wish.key)[1]
            sums["notes"] += len(tune)
            sums["in key"] += sum(p % 12 in rules.SCALES[mode] for _, _, p, _ in tune)
            sums["key read again"] += _same_key(reading.read(Score(writing.midi(music, 0))).key, wish.key)
            shape, _ = pieces.frame(wish)
            limits = pieces.limits_of(wish, shape, music.shift)
            sums["outside the range"] += sum(not limits.low <= p <= limits.high for _, _, p, _ in tune)
            sums["outside the range"] += sum(
                not p.compass[0] <= n.pitch <= p.compass[1] for p in music.parts for n in p.notes
            )
            sums["bars"] += len(music.bars)
            sums["bars not full"] += sum(sum(t for _, t in b.voices[0]) != music.bar_ticks for b in music.bars)
            chords = rules.chords_at(music.bars)
            strong = [(b, at, p) for b, at, p, _ in tune if at % music.beat_ticks == 0]
            sums["strong"] += len(strong)
            sums["consonant"] += sum(
                p % 12 in mt.chord_classes(chords[b][at // music.beat_ticks]) for b, at, p in strong
            )
            sums["on the beat"] += len(strong)
            hashes = list(novelty.phrases([b.voices[0] for b in music.bars]))
            sums["phrases"] += len(hashes)
            sums["copied"] += sum(composer.is_known(h) for h in hashes)
            sums["chords"] += len({c for row in chords for c in row})
            last, before = mt.chord_of(chords[-1][0]), mt.chord_of(chords[-2][-1])
            sums["cadences"] += last[0] == 0 and before[0] in (7, 10)
            sums["ends on the tonic"] += (tune[-1][2]) % 12 == 0
            joins, parallels = _parallels(music)
            sums["joins"] += joins
            sums["parallels"] += parallels
            if i % 8 == 0:
                begun = time.process_time()
                made = pieces.finish(music, wish)
                playing_s.append((time.process_time() - begun) * 20 / seconds)
                off_samples.append(abs(len(made.main.samples) - seconds * 48000))
            print(f"\r{i + 1} of {count}", end="", file=sys.stderr)
    print(file=sys.stderr)
    return dict(sums) | {
        "pieces": count,
        "length error": max(off_samples),
        "writing": float(np.mean(writing_s)),
        "playing": float(np.mean(playing_s)),
    }


def _same_key(read: str, wanted: str) -> bool:
    from pipelines.compose.parts import moods

    (a, mode_a), (b, mode_b) = moods.key_of(read), moods.key_of(wanted)
    return (a, mode_a) == (b, mode_b)


def _parallels(music: Any) -> tuple[int, int]:
    """Changes of chord in the four-part setting, and how many of them have parallel fifths or octaves."""
    from pipelines.compose.parts.ensembles import led

    voicings = [
        v for _, v in led(music, music.segments(), music.melody(), voices=3, low=50, high=69, bass=(34, 50), centre=58)
    ]
    moved = found = 0
    for a, b in zip(voicings, voicings[1:]):  # noqa: RUF007
        moved += a != b
        pairs = [(i, j) for i in range(len(a)) for j in range(i + 1, len(a))]
        found += any(
            (a[j] - a[i]) % 12 == (b[j] - b[i]) % 12
            and (a[j] - a[i]) % 12 in (0, 7)
            and a[i] != b[i]
            and (b[i] - a[i]) * (b[j] - a[j]) > 0
            for i, j in pairs
        )
    return moved, found


def table(chains: dict[int, float], net: dict[str, float], bar: tuple[float, float | None], c: dict[str, Any]) -> str:
    best = min(chains, key=lambda n: chains[n])
    percent = lambda a, b: f"{100 * c[a] / max(1, c[b]):.1f} %"  # noqa: E731
    remi = f"{bar[1]:.1f}" if bar[1] else "not measured (MidiTok is not installed)"
    rows = [
        (
            "nats a token on held-out pieces: network (chords / pitches / durations)",
            f"{net['all']:.3f} ({net['chord']:.2f} / {net['pitch']:.2f} / {net['duration']:.2f})",
            f"under the chain's {chains[best]:.3f}",
        ),
        (
            f"the same, best Markov chain (order {best} of {min(chains)} to {max(chains)})",
            f"{chains[best]:.3f}",
            "none",
        ),
        ("tokens in a bar of a tune with chords: ours / MidiTok's REMI with chords", f"{bar[0]:.1f} / {remi}", "none"),
        (f"pieces composed ({c['bars']:.0f} bars, {c['notes']:.0f} notes of tune)", f"{c['pieces']}", "none"),
        ("notes of the tune in the scale", percent("in key", "notes"), "none"),
        (
            "the key is read again from the whole piece (Krumhansl and Kessler)",
            percent("key read again", "pieces"),
            "none",
        ),
        ("bars that are not full", f"{c['bars not full']:.0f}", "0"),
        ("notes on a beat", percent("on the beat", "notes"), "none"),
        ("notes outside a voice's or instrument's range", f"{c['outside the range']:.0f}", "0"),
        ("tune on a chord note where a beat begins", percent("consonant", "strong"), "none"),
        (
            "chord changes with parallel fifths or octaves in the four-part setting",
            percent("parallels", "joins"),
            "none",
        ),
        ("different chords in a piece", f"{c['chords'] / c['pieces']:.1f}", "none"),
        (
            "authentic (or modal) cadence at the end / tune ends on the tonic",
            f"{percent('cadences', 'pieces')} / {percent('ends on the tonic', 'pieces')}",
            "none",
        ),
        ("four-bar phrases found in the training pieces", percent("copied", "phrases"), "2 %"),
        ("length error", f"{c['length error']:.0f} samples", "0"),
        (
            "processor seconds for 20 s of music: writing / playing and mixing",
            f"{c['writing']:.1f} / {c['playing']:.1f}",
            "none",
        ),
    ]
    return pages.table(("What", "Measured", "Bar"), rows)


def main() -> int:
    import torch

    torch.set_num_threads(int(os.environ.get("OMP_NUM_THREADS", "1")))
    lines = compose_sounds.rows(sys.argv[2:])
    print(shown := pages.table(("What", "Measured", "Bar"), lines))
    pages.into(results.DOCS / "notes" / "compose.md", {"eval-compose-sounds": shown})
    if sys.argv[1:2] == ["sounds"]:
        return 0
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 60
    found = data()
    chains, net, bar = markov(found, range(1, 7)), network(found), tokens_a_bar(found)
    print("network", net, "chains", chains, "tokens a bar", bar, flush=True)
    measured = composed(count)
    written = table(chains, net, bar, measured)
    print(written)
    results.keep("compose", {"network": net, "markov": chains, "tokens_a_bar": bar, "composed": measured})
    pages.into(results.DOCS / "compose.md", {"eval-compose": written})
    bad = measured["bars not full"] + measured["outside the range"] + measured["length error"]
    copied = max(
        measured["copied"] / measured["phrases"], results.kept("compose-sounds")["copies"]["composed"]["copied"]
    )
    return int(bad > 0 or copied > 0.02 or net["all"] >= min(chains.values()))


if __name__ == "__main__":
    raise SystemExit(main())
