"""Takes the voices that the studio ships out of the npm package kokoro-js 1.2.1: `npm pack kokoro-js@1.2.1`, then
`python assets/voices/extract.py kokoro-js-1.2.1.tgz`.

A voice is a table [510,1,256] of float32: one style for every number of phonemes. The first 320 rows are kept (longer stretches are
never spoken at once), as float16, whose steps here are below a thousandth of a style's spread.
"""

from __future__ import annotations

import json
import sys
import tarfile
from pathlib import Path

import numpy as np
from safetensors.numpy import save_file

HERE = Path(__file__).resolve().parent
ROWS = 320


def main() -> None:
    names = json.loads((HERE / "voices.json").read_text("utf-8"))
    tables = {}
    with tarfile.open(sys.argv[1]) as package:
        for name in names:
            file = package.extractfile(f"package/voices/{name}.bin")
            assert file is not None
            tables[name] = np.frombuffer(file.read(), "<f4").reshape(-1, 256)[:ROWS].astype(np.float16)
    save_file(tables, HERE / "voices.safetensors", metadata={"source": "npm kokoro-js 1.2.1, Apache-2.0 (hexgrad)"})


if __name__ == "__main__":
    main()
