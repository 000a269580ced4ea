"""What eval_compose measures by ear: hummed tunes, styles with drums, and the codec of sounds beside Opus.

Hummed tunes are melodies composed here (seeds 2000 on), played by single instruments of the soundfont; a note counts as heard if its onset is within 50 ms
and its pitch within 50 cents, each note once (the definition of mir_eval's transcription measure; with offsets: within 50 ms or a fifth of the length). The
choir begins its notes softly, so its onsets are later than they are written.
The codec and Opus get the sounds that the codec's training kept aside; the distance is pipelines/nets/spectra.py's.
With `pip install visqol-python==3.8.0` ViSQOL judges too.
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
        "f1": by, "with_offsets": round(float(np.mean(strict)), 3), "tempo": float(np.mean(tempi)), "key": float(np.mean(keys)),
        "notes": sum(len(notes) for *_, notes in tunes()), "processor_s": round(spent / seconds, 3),
    }  # fmt: skip


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
            "bpm": round(music.beat_bpm), "parts": len(music.parts), "processor_s": round(spent, 1),
            "hits": {level: round(float(np.mean(counts)), 1) for level, counts in sorted(hits.items())},
            "off_ms": round(float(np.mean(off)), 1) if off else None,
        }  # fmt: skip
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
    """The rows of the table: what is asked for ("hum", "styles", "codec", else all) is measured anew, the rest is that of the last time."""
    results.in_parts("compose-sounds", {"hum": hummed, "styles": styled, "codec": coded}, asked)
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
