"""Cut the instruments that the studio plays out of FluidR3_GM.sf2 (Debian package fluid-soundfont-gm 3.1, MIT) into small SF3 files.

    pip install soundfile && python assets/sounds/make.py /usr/share/sounds/sf2/FluidR3_GM.sf2 rhythm.sf3

Keeps the chosen presets with their layers, generators and modulators, and writes their samples as Ogg Vorbis: that is what SF3 is
(SoundFont 2.04 with version 3 and sample offsets in bytes).
"""

import io
import struct
import sys
from pathlib import Path

import numpy as np
import soundfile

# (bank, program) of each file; bank 128 holds the drum kits: standard, electronic, jazz, brushes, orchestra
PRESETS = {
    "studio.sf3": [
        (0, p)
        for p in (0, 4, 8, 9, 10, 11, 12, 21, 24, 25, 32, 40, 41, 42, 43, 45, 46, 47, 48, 52, 60, 68, 70, 71, 73, 89)
    ],
    "rhythm.sf3": [(0, p) for p in (26, 27, 33, 38, 56, 58, 61, 66, 95)] + [(128, kit) for kit in (0, 24, 32, 40, 48)],
}
LINK = {"preset": 41, "instrument": 53}  # generators that point onward
RECORDS = {"phdr": 38, "pbag": 4, "pmod": 10, "pgen": 4, "inst": 22, "ibag": 4, "imod": 10, "igen": 4, "shdr": 46}


def chunks(data, start, end):
    while start + 8 <= end:
        name, size = data[start : start + 4].decode("latin1"), struct.unpack_from("<I", data, start + 4)[0]
        yield name, start + 8, size
        start += 8 + size + size % 2


def read_font(path):
    data = path.read_bytes()
    tables, samples = {}, None
    for _, start, size in chunks(data, 12, len(data)):
        for name, begin, length in chunks(data, start + 4, start + size):
            if name in RECORDS:
                n = RECORDS[name]
                tables[name] = [data[begin + i * n : begin + (i + 1) * n] for i in range(length // n)]
            elif name == "smpl":
                samples = np.frombuffer(data, "<i2", length // 2, begin)
    return tables, samples


def vorbis(values, rate):
    """Ogg Vorbis bytes of int16 mono."""
    out = io.BytesIO()
    padded = np.concatenate([values, np.zeros(512, values.dtype)])  # some decoders lose the last block
    soundfile.write(out, padded, rate, format="OGG", subtype="VORBIS", compression_level=0.6)
    return out.getvalue()


def bags(tables, header, bag, gen, mod, index, place):
    """The zones of a header record: (generators, modulators)."""
    first, last = (struct.unpack_from("<H", tables[header][index + i], place)[0] for i in (0, 1))
    zones = []
    for b in range(first, last):
        (g0, m0), (g1, m1) = struct.unpack("<HH", tables[bag][b]), struct.unpack("<HH", tables[bag][b + 1])
        zones.append((tables[gen][g0:g1], tables[mod][m0:m1]))
    return zones


def cut_presets(tables, samples, presets):
    """New tables with only the wanted presets, and the sample bytes."""
    wanted = [i for i, p in enumerate(tables["phdr"][:-1]) if struct.unpack_from("<HH", p, 20)[::-1] in presets]
    instruments, kept_samples = {}, {}
    new = {name: [] for name in RECORDS}

    def renumber(record, link, table):
        kind, value = struct.unpack("<HH", record)
        return struct.pack("<HH", kind, table.setdefault(value, len(table))) if kind == link else record

    def write(zones, bag, gen, mod, link, table):
        for generators, modulators in zones:
            new[bag].append(struct.pack("<HH", len(new[gen]), len(new[mod])))
            new[gen] += [renumber(g, link, table) for g in generators]
            new[mod] += modulators

    for i in wanted:
        new["phdr"].append(tables["phdr"][i][:24] + struct.pack("<H", len(new["pbag"])) + tables["phdr"][i][26:])
        write(bags(tables, "phdr", "pbag", "pgen", "pmod", i, 24), "pbag", "pgen", "pmod", LINK["preset"], instruments)
    for i in list(instruments):
        new["inst"].append(tables["inst"][i][:20] + struct.pack("<H", len(new["ibag"])))
        write(
            bags(tables, "inst", "ibag", "igen", "imod", i, 20),
            "ibag",
            "igen",
            "imod",
            LINK["instrument"],
            kept_samples,
        )
    for i in list(kept_samples):  # the other half of a stereo pair comes along
        linked = struct.unpack_from("<H", tables["shdr"][i], 42)[0]
        if struct.unpack_from("<H", tables["shdr"][i], 44)[0] in (2, 4) and linked in range(len(tables["shdr"]) - 1):
            kept_samples.setdefault(linked, len(kept_samples))
    blob = io.BytesIO()
    for i in kept_samples:
        record = tables["shdr"][i]
        start, end, loop, loop_end, rate = struct.unpack_from("<5I", record, 20)
        packed = vorbis(samples[start:end], rate)
        linked, kind = struct.unpack_from("<HH", record, 42)
        places = (blob.tell(), blob.tell() + len(packed), loop - start, loop_end - start, rate)
        link = struct.pack("<HH", kept_samples.get(linked, 0), kind | 0x10)
        new["shdr"].append(record[:20] + struct.pack("<5I", *places) + record[40:42] + link)
        blob.write(packed)
    new["phdr"].append(b"EOP".ljust(24, b"\0") + struct.pack("<H", len(new["pbag"])) + b"\0" * 12)
    new["inst"].append(b"EOI".ljust(20, b"\0") + struct.pack("<H", len(new["ibag"])))
    new["shdr"].append(b"EOS".ljust(46, b"\0"))
    for bag, gen, mod in (("pbag", "pgen", "pmod"), ("ibag", "igen", "imod")):
        new[bag].append(struct.pack("<HH", len(new[gen]), len(new[mod])))
        new[gen].append(b"\0" * 4)
        new[mod].append(b"\0" * 10)
    return new, blob.getvalue()


def chunk(name, data):
    return name.encode() + struct.pack("<I", len(data)) + data + b"\0" * (len(data) % 2)


def build(tables, blob):
    text = b"Cut from FluidR3_GM.sf2, Copyright 2000-2002, 2008 Frank Wen, 2008 Toby Smithe; MIT\0"
    info = (
        b"INFO"
        + chunk("ifil", struct.pack("<HH", 3, 1))
        + chunk("isng", b"EMU8000\0")
        + chunk("INAM", b"Afternoon Studio\0\0")
    )
    info += chunk("ICOP", text + b"\0" * (len(text) % 2))
    body = b"".join(chunk(name, b"".join(tables[name])) for name in RECORDS)
    inside = (
        b"sfbk" + chunk("LIST", info) + chunk("LIST", b"sdta" + chunk("smpl", blob)) + chunk("LIST", b"pdta" + body)
    )
    return chunk("RIFF", inside)


if __name__ == "__main__":
    tables, samples = read_font(Path(sys.argv[1]))
    made = build(*cut_presets(tables, samples, PRESETS[sys.argv[2]]))
    target = Path(__file__).with_name(sys.argv[2])
    target.write_bytes(made)
    print(f"{target}: {len(made) / 1e6:.1f} MB")
