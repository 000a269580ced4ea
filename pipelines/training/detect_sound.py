"""The voice head: people out of packages against our own voices: `python -m pipelines.training.detect_sound --folder F [--land]`.

One person is one package and language. Everything is judged by people and voices that the head of that judgement has never heard
(leave-groups-out); what lands is fitted on all. Never trained on: espeak-ng and flite, the other makers of voices that could be had.
"""

import argparse
import io
import json
import re
import subprocess
import tarfile
import tempfile
import zlib
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from safetensors.numpy import load_file, save_file
from scipy.signal import resample_poly

from pipelines.detect import voice_measures
from pipelines.media import Sound, load_sound, save_sound
from pipelines.models import ASSETS
from pipelines.training.detect import auc, logistic
from pipelines.training.infill_sources import fetched

SECONDS, CLIPS = 6.0, 4
GROUPS = 6
# package: (pattern with a group that names the person, licence)
PEOPLE = {
    "debian:ktuberling-data==4:25.04.0-1": (r"ktuberling/sounds/([a-z]+(?:_[A-Z]+)?)/[^/]*\.(?:ogg|wav)$", "GPL-2+ and CC BY"),
    "debian:klettres-data==4:25.04.0-1": (r"klettres/([a-zA-Z_]+)/[^/]*/[^/]*\.(?:ogg|mp3)$", "GPL-2+"),
    "debian:tuxpaint-stamps-default==2025.03.31-1": (r"_desc_(be|bg|ca|da|el|es|fr|ro|ru|lt|nl)\.ogg$", "GPL-2+ and public domain"),
    "debian:asterisk-core-sounds-en-wav==1.6.1-1": (r"/(en_US)_f_Allison/[^/]*\.wav$", "CC BY-SA 3.0"),
    "debian:asterisk-core-sounds-fr-wav==1.6.1-1": (r"/(fr_CA)_f_June/[^/]*\.wav$", "CC BY-SA 3.0"),
    "debian:asterisk-core-sounds-it-wav==1.6.1-1": (r"/(it_IT)_m_Carlo/[^/]*\.wav$", "CC BY-SA 3.0"),
    "debian:asterisk-core-sounds-ru-wav==1.6.1-1": (r"/(ru_RU)[^/]*/[^/]*\.wav$", "CC BY-SA 3.0"),
    "debian:asterisk-prompt-it-menardi-wav==1:1.4.22+mm20110907-3.2": (r"/(it)[^/]*/[^/]*\.wav$", "GPL-2"),
    "debian:pocketsphinx-testdata==0.8+5prealpha+1-15": (r"data/(librivox|cards)/[^/]*\.wav$", "BSD-2"),
    "pypi:gradio==6.31.0": (r"media_assets/audio/(cate_blanch|heath_ledger|recording1|audio_sample)[^/]*\.(?:wav|mp3)$", "Apache-2.0"),
}
LINES = (
    "The boat came home before the storm, and nobody was surprised.", "One, two, three. A cup, a hat, a chair and an old brown shoe.",
    "You have four new messages. Please press the star key to go on.", "She kept the letters in a box that her brother had made of pine.",
    "Why would anyone paint a lighthouse green and then leave?", "Blue, yellow, red, black. Monday, Tuesday, Wednesday.",
)  # fmt: skip


def recordings(folder: Path) -> dict[str, list[bytes]]:
    """Files of each person, by "package/person"."""
    found: dict[str, list[bytes]] = {}
    for package, (pattern, _) in PEOPLE.items():
        name = package.partition(":")[2].partition("==")[0]
        for path, content in _members(package, folder):
            if hit := re.search(pattern, path):
                person = hit[1].split("@")[0]
                found.setdefault(f"{name}/{person}", []).append(Path(path).suffix.encode() + b"|" + content)
    return {person: files for person, files in found.items() if person not in ("klettres-data/icons", "klettres-data/pics")}


def _members(package: str, folder: Path) -> Iterator[tuple[str, bytes]]:
    path = fetched(package, folder)
    if path.suffix == ".whl":
        import zipfile

        with zipfile.ZipFile(path) as archive:
            yield from ((name, archive.read(name)) for name in archive.namelist())
        return
    raw = subprocess.run(["dpkg-deb", "--fsys-tarfile", str(path)], check=True, capture_output=True).stdout
    with tarfile.open(fileobj=io.BytesIO(raw)) as archive:
        for entry in archive:
            opened = archive.extractfile(entry) if entry.isfile() else None
            if opened is not None and re.search(r"\.(ogg|wav|mp3)$", entry.name):
                yield entry.name, opened.read()


def heard(file: bytes) -> np.ndarray | None:
    """One recording as mono at 16 kHz, its silent ends cut; None where it cannot be read or is silent."""
    ending, _, content = file.partition(b"|")
    with tempfile.NamedTemporaryFile(suffix=ending.decode()) as held:
        held.write(content)
        held.flush()
        try:
            x = voice_measures.mono(load_sound(Path(held.name)))
        except ValueError:
            return None
    return x if len(x) > 1600 else None


def joined(files: list[bytes], rng: np.random.Generator) -> np.ndarray | None:
    """SECONDS of one person: recordings one after another, crossfaded over 10 ms."""
    fade, out = 160, np.zeros(0)
    for index in rng.permutation(len(files)):
        x = heard(files[index])
        if x is None:
            continue
        if len(out) >= fade:
            ramp = np.linspace(0, 1, fade)
            out[-fade:] = out[-fade:] * (1 - ramp) + x[:fade] * ramp
            x = x[fade:]
        out = np.concatenate([out, x])
        if len(out) >= SECONDS * voice_measures.RATE_HZ:
            break
    return out[: round(SECONDS * voice_measures.RATE_HZ)] if len(out) >= 2.0 * voice_measures.RATE_HZ else None


def saved(x: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Both classes alike: a lower rate, a little room noise, a format; so that none of it tells them apart."""
    rate = int(rng.choice([16000, 16000, 12000, 11025]))
    if rate != voice_measures.RATE_HZ:
        x = resample_poly(resample_poly(x, rate // 25, 640), 640, rate // 25)
    x = x * rng.uniform(0.2, 1.0) + rng.normal(0, 10 ** (rng.uniform(-75, -35) / 20), len(x))
    form = rng.choice([".wav", ".mp3", ".mp3"])
    if form == ".wav":
        return x
    with tempfile.NamedTemporaryFile(suffix=str(form)) as held:
        save_sound(Sound(x[:, None].clip(-1, 1).astype(np.float32), voice_measures.RATE_HZ), Path(held.name))
        return voice_measures.mono(load_sound(Path(held.name)))


def spoken(kind: str, voice: str, number: int) -> np.ndarray:
    """A made voice: kokoro (our own), espeak or flite."""
    text = LINES[number % len(LINES)]
    if kind == "kokoro":
        from pipelines.narrate.speak import speak

        made = speak(text=text, voice=voice)
        return voice_measures.mono(made.main if hasattr(made, "main") else made)
    with tempfile.NamedTemporaryFile(suffix=".wav") as held:
        command = ["espeak-ng", "-v", voice, "-w", held.name, text] if kind == "espeak" else ["flite", "-voice", voice, "-t", text, "-o", held.name]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        return voice_measures.mono(load_sound(Path(held.name)))


def measurements(folder: Path) -> tuple[np.ndarray, np.ndarray, list[str], list[str]]:
    """Rows, labels, groups (a person or a voice) and makers; kept in folder/voices.npz piece by piece."""
    kept = folder / "voices"
    kept.mkdir(parents=True, exist_ok=True)
    voices = list(json.loads((ASSETS / "voices" / "voices.json").read_text()))
    made = {"kokoro": voices, "espeak": ["en-us", "en-gb", "en+f3", "en+m5"], "flite": ["kal16", "awb", "rms", "slt"]}
    for kind, names in made.items():
        for voice in names:
            for number in range(CLIPS if kind != "kokoro" else 2):
                target = kept / f"1__{kind}__{voice}__{number}.npy"
                if not target.exists():
                    rng = np.random.default_rng([zlib.crc32(f"{kind}{voice}".encode()), number])
                    found = voice_measures.measure(saved(spoken(kind, voice, number), rng))
                    np.save(target, found if found is not None else np.zeros(0))
    if not (kept / "people.done").exists():
        for person, files in sorted(recordings(folder / "packages").items()):
            for number in range(CLIPS):
                rng = np.random.default_rng([zlib.crc32(person.encode()), number])
                x = joined(files, rng)
                found = voice_measures.measure(saved(x, rng)) if x is not None else None
                np.save(kept / f"0__people__{person.replace('/', '~')}__{number}.npy", found if found is not None else np.zeros(0))
            print(person, len(files), flush=True)
        (kept / "people.done").touch()
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


def judge(folder: Path) -> dict:
    """Scores out of their group: people and our voices by leave-groups-out, the other makers by a head that never met any of them."""
    x, y, groups, makers = measurements(folder)
    makers_a = np.array(makers)
    fold = np.array([zlib.crc32(group.encode()) % GROUPS for group in groups])
    ours = np.isin(makers_a, ["people", "kokoro"])
    score = np.zeros(len(y))
    for k in range(GROUPS):
        train = ours & (fold != k)
        mean, scale, w, b = _fit(x[train], y[train])
        test = fold == k
        score[test] = ((x[test] - mean) / scale).clip(-4, 4) @ w + b
    return {"x": x, "y": y, "groups": groups, "makers": makers_a, "score": score, "ours": ours}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--land", action="store_true")
    chosen = parser.parse_args()
    found = judge(chosen.folder)
    y, score, ours = found["y"], found["score"], found["ours"]
    people = sorted({g for g, label in zip(found["groups"], y) if label == 0})
    print(len(people), "people;", "auc", auc(score[ours], y[ours]))
    for maker in ("kokoro", "espeak", "flite"):
        rows = (found["makers"] == maker) | (y == 0)
        print(maker, "auc against people", round(auc(score[rows], y[rows]), 3))
    if chosen.land:
        mean, scale, w, b = _fit(found["x"][ours], y[ours])
        slope, shift = logistic(score[ours, None], y[ours], np.where(y[ours] == 1, 0.5 / (y[ours] == 1).sum(), 0.5 / (y[ours] == 0).sum()), 0.01)
        held = load_file(ASSETS / "weights" / "detect_heads.safetensors")
        held |= {"voice.mean": mean, "voice.scale": scale, "voice.weight": w * slope[0], "voice.bias": np.array([b * slope[0] + shift])}
        save_file({k: np.ascontiguousarray(v, np.float32) for k, v in held.items()}, ASSETS / "weights" / "detect_heads.safetensors")


if __name__ == "__main__":
    main()
