"""The voice head: people out of packages against five speech engines: `python -m training.detect.sound --folder F [--land]`.

One person is one package, language and speaker. Left out: what is sung, what is treated to sound like a robot. Everything is judged by heads that have heard neither the person nor the engine
(each engine is left out in turn, with the engines that were distilled from it); what lands is fitted on all. The engines beside Kokoro must be installed: Debian's
espeak-ng, flite, festival with the voices of FESTIVAL, and the wheel hibari-tts (put its folder into PYTHONPATH).
"""

import argparse
import importlib
import itertools
import json
import re
import subprocess
import tempfile
import zlib
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from safetensors.numpy import load_file, save_file

from pipelines.core.models import ASSETS
from pipelines.detect.parts import voice_measures
from pipelines.media import Sound, load_sound
from training.detect.fit import auc, logistic
from training.detect.recordings import NOISES, PEOPLE, joined, members, recordings, saved

CLIPS = 4
PEOPLE_CLIPS, OUR_CLIPS = 3, 2
GROUPS = 6
LEAST_LIMIT, MARGIN = (
    float(np.log(9)),
    0.5,
)  # log odds: what accuses at least, and how far above every calibration person it stands
FESTIVAL = (
    "kal_diphone", "cmu_us_slt_arctic_hts", "czech_dita", "hy_fi_mv_diphone", "lp_diphone", "msu_ru_nsh_clunits", "upc_ca_ona_hts",
)  # fmt: skip
ENGINES: dict[str, Sequence[str]] = {
    "espeak": ("en-us", "en-gb", "en+f3", "en+m5", "de+f2", "fr", "es+m3", "it+f4", "en-us+Alicia", "en+Michael"),
    "festival": FESTIVAL,
    "flite": ("kal16", "awb", "rms", "slt"),
    "hibari": ("heart",),
    "kokoro": (),  # all voices of the studio
}
CHILD_OF = {"hibari": "kokoro"}  # distilled from it: both are left out together
FESTIVAL_CODES = {
    "czech_dita": "iso-8859-2",
    "hy_fi_mv_diphone": "iso-8859-1",
    "lp_diphone": "iso-8859-1",
    "upc_ca_ona_hts": "iso-8859-15",
}
LINES = (
    "The boat came home before the storm, and nobody was surprised.", "One, two, three. A cup, a hat, a chair and an old brown shoe.",
    "You have four new messages. Please press the star key to go on.", "She kept the letters in a box that her brother had made of pine.",
    "Why would anyone paint a lighthouse green and then leave?", "Blue, yellow, red, black. Monday, Tuesday, Wednesday.",
)  # fmt: skip
FESTIVAL_LINES = {
    "czech_dita": ("Loď se vrátila před bouří a nikdo nebyl překvapen.", "Jedna, dvě, tři. Hrnek, klobouk a stará hnědá bota.", "Máte čtyři nové zprávy.", "Dopisy měla v krabici z borového dřeva, kterou jí udělal bratr.", "Proč by někdo natřel maják na zeleno?", "Modrá, žlutá, červená, černá. Pondělí, úterý, středa."),
    "hy_fi_mv_diphone": ("Vene tuli kotiin ennen myrskyä, eikä kukaan ollut yllättynyt.", "Yksi, kaksi, kolme. Kuppi, hattu ja vanha ruskea kenkä.", "Teillä on neljä uutta viestiä. Painakaa tähteä.", "Hän piti kirjeet laatikossa, jonka veli oli tehnyt.", "Miksi joku maalaisi majakan vihreäksi?", "Sininen, keltainen, punainen, musta. Maanantai, tiistai."),
    "lp_diphone": ("La barca è tornata a casa prima della tempesta.", "Uno, due, tre. Una tazza, un cappello e una vecchia scarpa.", "Avete quattro nuovi messaggi. Premete il tasto asterisco.", "Teneva le lettere in una scatola fatta da suo fratello.", "Perché qualcuno dovrebbe dipingere di verde un faro?", "Blu, giallo, rosso, nero. Lunedì, martedì, mercoledì."),
    "msu_ru_nsh_clunits": ("Лодка вернулась домой до бури, и никто не удивился.", "Один, два, три. Чашка, шляпа и старый ботинок.", "У вас четыре новых сообщения.", "Она хранила письма в коробке из сосны.", "Зачем красить маяк в зелёный цвет?", "Синий, жёлтый, красный, чёрный. Понедельник, вторник, среда."),
    "upc_ca_ona_hts": ("La barca va tornar a casa abans de la tempesta.", "Un, dos, tres. Una tassa, un barret i una sabata vella.", "Teniu quatre missatges nous. Premeu la tecla asterisc.", "Guardava les cartes en una caixa que el seu germà havia fet.", "Per què algú pintaria un far de color verd?", "Blau, groc, vermell, negre. Dilluns, dimarts, dimecres."),
}  # fmt: skip


def spoken(engine: str, voice: str, number: int) -> np.ndarray:
    """A voice made by one of ENGINES. Raises OSError when the engine is not installed."""
    text = (FESTIVAL_LINES.get(voice, LINES) if engine == "festival" else LINES)[number % len(LINES)]
    if engine == "kokoro":
        from pipelines.narrate.speak import speak

        made = speak(text=text, voice=voice)
        return voice_measures.mono(made.main if hasattr(made, "main") else made)
    if engine == "hibari":
        samples = importlib.import_module("hibari").Hibari(voice)(text)
        return voice_measures.mono(Sound(np.asarray(samples, np.float32)[:, None], 24000))
    with tempfile.NamedTemporaryFile(suffix=".wav") as held:
        commands = {
            "espeak": ["espeak-ng", "-v", voice, "-w", held.name, text],
            "flite": ["flite", "-voice", voice, "-t", text, "-o", held.name],
            "festival": ["text2wave", "-eval", f"(voice_{voice})", "-o", held.name],
        }
        subprocess.run(
            commands[engine],
            check=True,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            input=text.encode(FESTIVAL_CODES.get(voice, "utf-8")),
        )
        return voice_measures.mono(load_sound(Path(held.name)))


def _measured(target: Path, x: np.ndarray | None, rng: np.random.Generator) -> None:
    found = voice_measures.measure(saved(x, rng)) if x is not None else None
    np.save(target, found if found is not None else np.zeros(0))


def _measure_made(kept: Path) -> None:
    voices = list(json.loads((ASSETS / "voices" / "voices.json").read_text()))
    for kind, names in (ENGINES | {"kokoro": voices}).items():
        for voice, number in itertools.product(names, range(OUR_CLIPS if kind == "kokoro" else CLIPS)):
            target = kept / f"1__{kind}__{voice}__{number}.npy"
            if not target.exists():
                rng = np.random.default_rng([zlib.crc32(f"{kind}{voice}".encode()), number])
                _measured(target, spoken(kind, voice, number), rng)


def _measure_people(kept: Path) -> None:
    for package in PEOPLE:
        done = kept / f"{package.partition(':')[2].partition('==')[0]}.done"
        if done.exists():
            continue
        for person, files in sorted(recordings(package, kept.parent / "packages").items()):
            for number in range(PEOPLE_CLIPS):
                rng = np.random.default_rng([zlib.crc32(person.encode()), number])
                _measured(kept / f"0__people__{person.replace('/', '~')}__{number}.npy", joined(files, rng), rng)
            print(person, len(files), flush=True)
        done.touch()


def measurements(folder: Path) -> tuple[np.ndarray, np.ndarray, list[str], list[str]]:
    """Rows, labels, groups (a person or a voice) and makers; kept in folder/voices piece by piece, so that it goes on where it stopped."""
    kept = folder / "voices"
    kept.mkdir(parents=True, exist_ok=True)
    _measure_people(kept)
    _measure_made(kept)
    rows, labels, groups, makers = [], [], [], []
    for path in sorted(kept.glob("*.npy")):
        value = np.load(path)
        if len(value):
            label, maker, group, _ = path.stem.split("__")
            rows.append(value)
            labels.append(int(label))
            groups.append(group)
            makers.append(maker)
    return np.stack(rows), np.array(labels), groups, makers


def _fit(x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray, float]:
    mean, scale = x.mean(0), x.std(0) + 1e-3
    weights = np.where(y == 1, 0.5 / max(1, (y == 1).sum()), 0.5 / max(1, (y == 0).sum()))
    w, b = logistic(((x - mean) / scale).clip(-4, 4), y, weights, 0.01)
    return mean, scale, w, b


def _head(x: np.ndarray, y: np.ndarray, rows: np.ndarray) -> Callable[[np.ndarray], np.ndarray]:
    """A head fitted on `rows`, as a function from measurements to scores."""
    mean, scale, w, b = _fit(x[rows], y[rows])
    return lambda given: ((given - mean) / scale).clip(-4, 4) @ w + b


def _out_of_fold(x: np.ndarray, y: np.ndarray, fold: np.ndarray, rows: np.ndarray) -> np.ndarray:
    """Scores of `rows`, each by a head that was fitted on the other folds of `rows`; 0 elsewhere."""
    score = np.zeros(len(y))
    for k in sorted(set(fold[rows].tolist())):
        test = rows & (fold == k)
        score[test] = _head(x, y, rows & (fold != k))(x[test])
    return score


def _calibrated(score: np.ndarray, y: np.ndarray) -> tuple[float, float]:
    """Slope and shift that turn scores into log odds."""
    slope, shift = logistic(score[:, None], y, np.where(y == 1, 0.5 / (y == 1).sum(), 0.5 / (y == 0).sum()), 0.01)
    return float(slope[0]), float(shift)


def of_people(score: np.ndarray, y: np.ndarray, groups: np.ndarray) -> dict[str, float]:
    """The median score of each person's clips."""
    return {person: float(np.median(score[groups == person])) for person in sorted(set(groups[y == 0]))}


def limit(score: np.ndarray, y: np.ndarray, groups: np.ndarray) -> float:
    """Log odds from which a sound is called AI: above every person heard here."""
    return max(LEAST_LIMIT, max(of_people(score, y, groups).values()) + MARGIN)


def judge(folder: Path) -> dict:
    """Log odds and limits by heads that heard neither the person nor the engine; slope and limit are chosen without them too.

    `of_engine` has for each engine the scores of all clips by the heads that did not hear that engine: people by those that did not hear them either.
    """
    x, y, named, makers = measurements(folder)
    groups, maker = np.array(named), np.array(makers)
    fold = np.array([zlib.crc32(group.encode()) % GROUPS for group in named])
    family = np.array([CHILD_OF.get(one, one) for one in makers])
    families = sorted(set(family[y == 1].tolist()))
    of_family: dict[str, tuple[np.ndarray, np.ndarray]] = {}
    for left in families:
        out = (family == left) if len(families) > 1 else np.zeros(len(y), bool)
        score, limits, met = np.zeros(len(y)), np.zeros(len(y)), np.zeros(len(y))
        for k in range(GROUPS):
            rows = (fold != k) & ~out
            inner = _out_of_fold(x, y, fold, rows)
            slope, shift = _calibrated(inner[rows], y[rows])
            test = (fold == k) | out
            score[test] += slope * _head(x, y, rows)(x[test]) + shift
            limits[test] += limit(slope * inner[rows] + shift, y[rows], groups[rows])
            met[test] += 1
        test = (y == 0) | out | (len(families) == 1)
        of_family[left] = np.where(test, score / met.clip(1), np.nan), np.where(test, limits / met.clip(1), np.nan)
    raw = _out_of_fold(x, y, fold, np.ones(len(y), bool))
    slope, shift = _calibrated(raw, y)
    return {
        "x": x, "y": y, "groups": groups, "makers": maker, "slope": slope, "shift": shift,
        "score": np.nanmean([score for score, _ in of_family.values()], axis=0),
        "limits": np.nanmean([held for _, held in of_family.values()], axis=0),
        "of_engine": {one: of_family[CHILD_OF.get(one, one)] for one in sorted(set(maker[y == 1].tolist()))},
        "limit": limit(slope * raw + shift, y, groups),
    }  # fmt: skip


def engines(found: dict) -> list[tuple[str, int, float, float]]:
    """Each engine, never heard: its name, clips, AUC against people, and the share of its clips above the limit."""
    rows = []
    for engine, (score, limits) in found["of_engine"].items():
        mine, people = found["makers"] == engine, found["y"] == 0
        told = auc(score[mine | people], found["y"][mine | people])
        rows.append((engine, int(mine.sum()), told, float((score > limits)[mine].mean())))
    return rows


def accused(found: dict) -> list[str]:
    """The people who would be called AI: the median of their clips lies over the limit of their fold."""
    people = of_people(found["score"] - found["limits"], found["y"], found["groups"])
    return [person for person, over in people.items() if over > 0]


def noises(folder: Path) -> dict[str, float | None]:
    """Fused log odds, by the landed head, of sounds in which nobody speaks; None where a gate forbids a verdict or signals are missing."""
    from pipelines.detect.parts.fusion import log_odds
    from pipelines.detect.parts.hearing import examine_sound

    found: dict[str, float | None] = {}
    for package, pattern in NOISES.items():
        for path, content in members(package, folder / "packages"):
            if not re.search(pattern, path):
                continue
            with tempfile.NamedTemporaryFile(suffix=Path(path).suffix) as held:
                held.write(content)
                held.flush()
                sound = load_sound(Path(held.name))
            examined = examine_sound(Sound(sound.samples[: 60 * sound.rate_hz], sound.rate_hz))
            found[path] = log_odds("sound", examined.signals) if all(gate.passed for gate in examined.gates) else None
    return found


def main() -> None:
    """Read the command line, fit the head of voices and export it where asked."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--land", action="store_true")
    chosen = parser.parse_args()
    found = judge(chosen.folder)
    people = of_people(found["score"], found["y"], found["groups"])
    print(len(people), "people; accused:", accused(found), "limit", found["limit"])
    print("nearest:", sorted(people.items(), key=lambda one: -one[1])[:8])
    for engine, clips, told, called in engines(found):
        print(f"{engine}, never heard: {clips} clips, AUC against people {told:.3f}, above the limit {called:.0%}")
    if chosen.land:
        mean, scale, w, b = _fit(found["x"], found["y"])
        slope, shift = found["slope"], found["shift"]
        held = load_file(ASSETS / "weights" / "detect_heads.safetensors")
        held |= {
            "voice.mean": mean,
            "voice.scale": scale,
            "voice.weight": w * slope,
            "voice.bias": np.array([b * slope + shift]),
        }
        save_file(
            {k: np.ascontiguousarray(v, np.float32) for k, v in held.items()},
            ASSETS / "weights" / "detect_heads.safetensors",
        )


if __name__ == "__main__":
    main()
