"""What eval_compose measures by ear: hummed tunes, styles with drums, and the codec of sounds beside Opus.

Hummed tunes are melodies composed here (seeds 2000 on), played by single instruments of the soundfont; a note counts as heard if its onset is within 50 ms
and its pitch within 50 cents, each note once (the definition of mir_eval's transcription measure; with offsets: within 50 ms or a fifth of the length). The
choir begins its notes softly, so its onsets are later than they are written.
The codec and Opus get the sounds that the codec's training kept aside; the distance is pipelines/nets/spectra.py's.
With `pip install "visqol-python[accel]==3.8.0"` ViSQOL judges too. With `pip install beatstoch==1.6.0` (public domain: a program of others that draws drum patterns by
chance) the drums are compared with its patterns of the style that is nearest.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from measure import results

PLAYERS = {"flute": 73, "piano": 0, "violin": 40, "clarinet": 71, "saxophone": 66, "trumpet": 56, "choir": 52}
TUNES, SEED = 6, 2000
Span = tuple[float, float, int]  # start, end in seconds, pitch


def f1(wanted: Sequence[Span], heard: Sequence[Span], *, offsets: bool = False) -> float:
    """The harmonic mean of precision and recall, each note matched once (a largest matching)."""
    from scipy.sparse import csr_matrix
    from scipy.sparse.csgraph import maximum_bipartite_matching

    fits = np.zeros((len(wanted), len(heard)), bool)
    for i, (start, end, pitch) in enumerate(wanted):
        for j, (begun, ended, said) in enumerate(heard):
            late = max(0.05, 0.2 * (end - start))
            fits[i, j] = abs(start - begun) <= 0.05 and pitch == said and (not offsets or abs(end - ended) <= late)
    matched = int((maximum_bipartite_matching(csr_matrix(fits)) >= 0).sum()) if fits.size else 0
    return 2 * matched / max(1, len(wanted) + len(heard))


def tunes(count: int = TUNES) -> list[tuple[str, float, str, list[Span]]]:
    """Melodies composed here: key, beats a minute, metre, and the notes in seconds, at an even tempo."""
    from pipelines.compose.parts import moods, pieces

    found = []
    for number in range(count):
        mood = list(moods.MOOD)[number % len(moods.MOOD)]
        wish = pieces.settle(pieces.PieceRequest(mood, metre="4/4", seconds=20.0, seed=SEED + number, candidates=2))
        music = pieces.write(wish)
        second = 60 / music.beat_bpm / music.beat_ticks
        line = music.melody()
        begin = line[0].start
        notes = [((n.start - begin) * second, (n.start + n.length - begin) * second, n.pitch) for n in line]
        found.append((wish.key, music.beat_bpm, wish.metre, notes))
    return found


def played(notes: Sequence[Span], program: int) -> Any:
    """The notes by one instrument, as a recording."""
    from pipelines.compose.parts import perform
    from pipelines.compose.parts.music import Part
    from pipelines.media import Sound

    out = np.zeros((round((notes[-1][1] + 2) * perform.RATE_HZ), 2), np.float32)
    with perform.instruments([Part("x", "x", ((program, 0.0),))]) as sounds:
        for start, end, pitch in notes:
            tone, at = (
                sounds[program].note(program, pitch, 90, round(0.94 * (end - start), 2)),
                round(start * perform.RATE_HZ),
            )
            room = min(len(tone), len(out) - at)
            out[at : at + room] += tone[:room]
    return Sound(out / max(1e-6, float(np.abs(out).max())) * 0.7, perform.RATE_HZ)


def hummed() -> dict[str, Any]:
    """F1 of the notes by instrument, tempo and key found, and processor seconds a second of recording."""
    from pipelines.compose.parts import beating, hearing

    scores: dict[str, list[float]] = {}
    strict, tempi, keys, spent, seconds = [], [], [], 0.0, 0.0
    for key, tempo, _, notes in tunes():
        for name, program in PLAYERS.items():
            sound = played(notes, program)
            begun = time.process_time()
            heard = hearing.in_tune(hearing.notes_of(hearing.listen(sound)))
            spent, seconds = spent + time.process_time() - begun, seconds + sound.seconds
            spans = [(n.start, n.end, round(n.pitch)) for n in heard]
            scores.setdefault(name, []).append(f1(notes, spans))
            if name == "choir":
                continue
            strict.append(f1(notes, spans, offsets=True))
            found = beating.written(heard)
            tempi.append(min(abs(found.tempo / tempo - ratio) for ratio in (1, 0.5, 2)) < 0.04)
            keys.append(found.key == key)
    by = {name: round(float(np.mean(values)), 3) for name, values in scores.items()}
    return {
        "f1": by,
        "with_offsets": round(float(np.mean(strict)), 3),
        "tempo": float(np.mean(tempi)),
        "key": float(np.mean(keys)),
        "notes": sum(len(notes) for *_, notes in tunes()),
        "processor_s": round(spent / seconds, 3),
    }


def styled() -> dict[str, Any]:
    """Of each style: beats a minute, hits a bar by level, how far hits lie from the grid in ms, and processor seconds for 20 s."""
    from pipelines.compose.parts import perform, pieces, styles

    found = {}
    for name, style in styles.known().items():
        wish = pieces.settle(pieces.PieceRequest(style["mood"], style=name, seconds=20.0, seed=7, candidates=2))
        begun = time.process_time()
        music = pieces.write(wish)
        pieces.finish(music, wish)
        spent = time.process_time() - begun
        drums = [p for p in music.parts if p.kit is not None]
        hits: dict[int, list[int]] = {}
        off: list[float] = []
        for part in drums:
            for bar in range(music.form.bars - 1):
                count = sum(n.start // music.bar_ticks == bar for n in part.notes)
                hits.setdefault(music.level(bar), []).append(count)
            swung = {6: music.swing}
            off += [
                1000 * abs(t - music.seconds_at(n.start + swung.get(round(n.start) % 12, 0.0)))
                for t, _, n in perform.humanise(music, part, 7)
            ]
        found[name] = {
            "bpm": round(music.beat_bpm),
            "parts": len(music.parts),
            "processor_s": round(spent, 1),
            "hits": {level: round(float(np.mean(counts)), 1) for level, counts in sorted(hits.items())},
            "off_ms": round(float(np.mean(off)), 1) if off else None,
        }
    return found


DRUMS = {"kick": (35, 36), "snare": (37, 38, 40), "hat": (42, 44, 46, 51)}
LIKE = {"pop": "rock", "jazz": "jazz"}  # ours, and beatstoch's
BAR = 16  # sixteenths


def places(hits: Sequence[tuple[int, int]]) -> dict[str, list[float]]:
    """Of hits (sixteenth of the bar, key): the share of each drum's hits that fall on each sixteenth."""
    found = {}
    for drum, keys in DRUMS.items():
        count = np.bincount([at % BAR for at, key in hits if key in keys], minlength=BAR)
        if count.sum():
            found[drum] = (count / count.sum()).tolist()
    return found


def between(one: dict[str, list[float]], other: dict[str, list[float]]) -> dict[str, float]:
    """Total variation of each drum that both have: 0 for the same places, 1 for none in common."""
    return {
        drum: round(0.5 * float(np.abs(np.subtract(one[drum], other[drum])).sum()), 2)
        for drum in DRUMS
        if drum in one and drum in other
    }


def drawn(style: str, seeds: int = 20, bars: int = 8) -> tuple[float, dict[str, list[float]]] | None:
    """Hits a bar and their places in patterns that beatstoch draws, where it is installed."""
    try:
        from beatstoch.generator import generate_stochastic_pattern
    except ImportError:
        return None
    hits = []
    for seed in range(seeds):
        midi, now = generate_stochastic_pattern(100, bars=bars, style=style, seed=seed, swing=0.0), 0
        for message in midi.tracks[0]:
            now += message.time
            if message.type == "note_on" and message.velocity:
                hits.append((round(4 * now / midi.ticks_per_beat), message.note))
    return len(hits) / (seeds * bars), places(hits)


def drummed() -> dict[str, Any]:
    """Of each style in four quarters: hits a bar, places of kick, snare and hat, and how far they are from another program's and our other styles'."""
    from pipelines.compose.parts import pieces, styles

    found: dict[str, Any] = {}
    for name, style in styles.known().items():
        if style["metre"] != "4/4" or "drums" not in style:
            continue
        hits, bars = [], 0
        for seed in range(4):
            wish = pieces.PieceRequest(style["mood"], style=name, seconds=20.0, seed=40 + seed, candidates=1)
            music = pieces.write(pieces.settle(wish))
            bars += music.form.bars
            notes = [n for p in music.parts if p.kit is not None for n in p.notes]
            hits += [(round(n.start % music.bar_ticks / styles.STEP) % BAR, n.pitch) for n in notes]
        found[name] = {"a_bar": round(len(hits) / bars, 1), "places": places(hits)}
    for name, one in found.items():
        others = [between(one["places"], other["places"]) for known, other in found.items() if known != name]
        one["ours"] = round(min(float(np.mean(list(apart.values()))) for apart in others), 2)
        if name in LIKE and (theirs := drawn(LIKE[name])) is not None:
            one |= {"theirs_a_bar": round(theirs[0], 1), "apart": between(one["places"], theirs[1])}
    return found


LONG = 16  # notes: about four bars


def copied() -> dict[str, Any]:
    """The longest run of notes of tunes composed here that a folk tune of the training has too, beside the same of tunes kept aside."""
    import os
    from pathlib import Path

    from measure.eval.copied_runs import Known, share_in
    from pipelines.compose.parts import moods, pieces, rules
    from training.music import data

    cache = Path(os.environ.get("STUDIO_TRAINING", Path.home() / ".cache" / "afternoon-studio" / "training"))
    tunes = data.melodies(cache)
    known = Known(notes for name, notes in tunes.items() if not data.is_held_out(name))
    written = []
    for number in range(24):
        mood = list(moods.MOOD)[number % len(moods.MOOD)]
        music = pieces.write(pieces.settle(pieces.PieceRequest(mood, seconds=20.0, seed=3000 + number, candidates=2)))
        written.append([(pitch, ticks) for _, _, pitch, ticks in rules.melody(music.bars)])
    found: dict[str, Any] = {"tunes": len(known.tunes)}
    for sort, several in (("composed", written), ("aside", [n for name, n in tunes.items() if data.is_held_out(name)])):
        runs = [known.runs(notes) for notes in several]
        notes = sum(len(row) for row in runs)
        found[sort] = {
            "pieces": len(runs),
            "longest": max(max(row) for row in runs),
            "usual": float(np.median([max(row) for row in runs])),
            "copied": round(sum(len(row) * share_in(row, LONG) for row in runs) / notes, 4),
        }
    return found


def listener() -> Callable[[np.ndarray, np.ndarray], float] | None:
    """ViSQOL's opinion of a sound beside what it was made from (1 to 5; audio mode), where visqol-python is installed."""
    try:
        from visqol import VisqolApi
    except ImportError:
        return None
    from scipy.signal import resample_poly

    judge = VisqolApi()
    judge.create(mode="audio")

    def heard(given: np.ndarray, made: np.ndarray) -> float:
        whole = [resample_poly(sound.astype(np.float64), 2, 1) for sound in (given, made)]
        return float(judge.measure_from_arrays(*whole, 48_000).moslqo)

    return heard


BOOKS = (1, 2, 4, 8)


def coded() -> dict[str, Any]:
    """Of sounds kept aside, music and voices: distances by number of codebooks and of Opus at 6,000 bits a second, ViSQOL's opinion of both; speed."""
    import torch

    from pipelines.audio.codec import CODEC, RATE_HZ, through_opus
    from pipelines.core.models import load
    from pipelines.nets import spectra

    found: dict[str, Any] = {}
    spent, seconds, judge = 0.0, 0.0, listener()
    with load(CODEC) as net, torch.inference_mode():
        for sort, held in kept_aside().items():
            told: dict[str, list[float]] = {}
            for samples in held:
                given = torch.from_numpy(samples)[None]
                begun = time.process_time()
                codes = net.encode(given)
                net.decode(codes)
                spent, seconds = spent + time.process_time() - begun, seconds + len(samples) / RATE_HZ
                other, bits = through_opus(samples, round(net.shape.bits_a_second * net.shape.books))
                made = {str(n): net.decode(codes[:, :n])[0, : len(samples)].numpy() for n in BOOKS} | {"opus": other}
                for name, sound in made.items():
                    apart = float(spectra.between(torch.from_numpy(sound)[None], given, RATE_HZ))
                    told.setdefault(name, []).append(apart)
                    if judge is not None and name in ("8", "opus"):
                        told.setdefault(f"{name} heard", []).append(judge(samples, sound))
                told.setdefault("opus_bits", []).append(bits)
            found[sort] = {name: round(float(np.mean(v)), 3) for name, v in told.items()} | {"sounds": len(held)}
    return found | {"processor_s": round(spent / seconds, 3)}


def kept_aside() -> dict[str, list[np.ndarray]]:
    """The sounds from which the codec did not learn, by sort."""
    from training.sound_codec import data

    return {
        "music": [data.level(s) for make in (data.notes, data.pieces) for _, s, _ in make(only=True)],
        "voices": [data.level(s) for _, s, _ in data.voices(only=True)],
    }


def rows(asked: Sequence[str] = ()) -> list[tuple[str, str, str]]:
    """The rows of the table: what is asked for ("hum", "styles", "drums", "copies", "codec", else all) is measured anew, the rest is that of the last time."""
    parts = {"hum": hummed, "styles": styled, "drums": drummed, "copies": copied, "codec": coded}
    results.in_parts("compose-sounds", parts, asked)
    hum, styles, codec = (results.kept("compose-sounds")[part] for part in ("hum", "styles", "codec"))
    clear = [value for name, value in hum["f1"].items() if name != "choir"]
    table = [
        (
            f"hummed tune: F1 of {hum['notes']} notes by each of {len(clear)} instruments (with ends of notes)",
            f"{np.mean(clear):.3f} ({hum['with_offsets']:.3f}); lowest {min(clear):.3f}",
            "none",
        ),
        ("the same by a choir, whose notes begin softly", f"{hum['f1']['choir']:.3f}", "none"),
        (
            "tempo found (or its half or double) within 4 % / key found",
            f"{100 * hum['tempo']:.0f} % / {100 * hum['key']:.0f} %",
            "none",
        ),
        ("processor seconds for a second of recording", f"{hum['processor_s']:.3f}", "none"),
    ]
    for name, one in styles.items():
        hits = " / ".join(f"{count:g}" for count in one["hits"].values()) or "no drums"
        late = f"; {one['off_ms']} ms off the grid" if one["off_ms"] is not None else ""
        table.append(
            (
                f"{name}: hits a bar from thin to full; processor seconds for 20 s",
                f"{hits}{late}; {one['processor_s']}",
                "none",
            )
        )
    table += _drum_rows(results.kept("compose-sounds")["drums"]) + _copy_rows(results.kept("compose-sounds")["copies"])
    for sort in ("music", "voices"):
        apart = " / ".join(f"{codec[sort][str(n)]:.2f}" for n in BOOKS)
        table.append(
            (
                f"codec, {codec[sort]['sounds']} sounds of {sort} kept aside: distance at 750 / 1,500 / 3,000 / 6,000 bits a second; Opus",
                f"{apart}; Opus {codec[sort]['opus']:.2f} at {codec[sort]['opus_bits']:,.0f}",
                "none",
            )
        )
        heard = [codec[sort].get(f"{name} heard") for name in ("8", "opus")]
        said = f"{heard[0]:.2f} / {heard[1]:.2f}" if all(heard) else "not measured (visqol-python is not installed)"
        table.append(("the same at 6,000 bits a second by ViSQOL (1 to 5): codec / Opus", said, "none"))
    table.append(("codec: processor seconds for a second, there and back", f"{codec['processor_s']:.3f}", "none"))
    return table


def _drum_rows(drums: dict[str, Any]) -> list[tuple[str, str, str]]:
    found = []
    for name, one in drums.items():
        said = f"{one['a_bar']}; nearest of our other styles {one['ours']}"
        if name in LIKE:
            apart = " / ".join(f"{one['apart'].get(drum, '–')}" for drum in DRUMS) if "apart" in one else ""
            said += (
                f"; {apart}, hits a bar {one['theirs_a_bar']}"
                if apart
                else "; not measured (beatstoch is not installed)"
            )
        beside = f"; kick / snare / hat beside beatstoch's {LIKE[name]}" if name in LIKE else ""
        found.append(
            (f"drums of {name}: hits a bar; distance of their places in the bar (0 to 1){beside}", said, "none")
        )
    return found


def _copy_rows(copies: dict[str, Any]) -> list[tuple[str, str, str]]:
    ours, aside = copies["composed"], copies["aside"]
    return [
        (
            f"longest run of notes that one of {copies['tunes']:,} training tunes has too: {ours['pieces']} pieces (median); {aside['pieces']} tunes kept aside",
            f"{ours['longest']} ({ours['usual']:g}); {aside['longest']} ({aside['usual']:g})",
            "none",
        ),
        (
            f"notes in such runs of {LONG} and more: pieces; tunes kept aside",
            f"{100 * ours['copied']:.1f} %; {100 * aside['copied']:.1f} %",
            "2 %",
        ),
    ]
